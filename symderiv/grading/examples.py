"""Examples in an answer: ``with G = 0 and s = (1, …, 1) it is e^{d/2}``. Values are put in, and what is said to come out is compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Function, Symbol, Tensor
from symderiv.reading import tree
from symderiv.reading.claims import Chain
from symderiv.reading.scope import Scope, key


@dataclass(slots=True)
class Example:
    """Constant values for symbols (every entry) and for functions (every output)."""

    symbols: dict[Symbol, Tensor] = field(default_factory=dict)
    functions: dict[Function, Fraction] = field(default_factory=dict)

    def add(self, chain: Chain, scope: Scope) -> bool:
        """Take in ``s = (1, …, 1)`` or ``G = 0``; False where the chain sets nothing."""
        if len(chain.sides) != 2 or chain.sides[1].relation != "=":
            return False
        name, value = _set(chain.sides[0].node), constant(chain.sides[1].node)
        if value is None:
            return False
        if name in scope.symbols:
            symbol = scope.symbols[name or ""]
            self.symbols[symbol] = T.tensor_of(value, symbol.sizes)
            return True
        if name in scope.functions:
            self.functions[scope.functions[name or ""]] = value
            return True
        return False

    def put_into(self, x: Tensor) -> Tensor:
        """The value of an expression at the example."""
        return substitute_tensor(x, self.symbols, {f: t.num(v) for f, v in self.functions.items()})

    def __bool__(self) -> bool:
        return bool(self.symbols or self.functions)


def _set(node: tree.Node) -> str | None:
    """The name that is set: ``s``, and ``s`` of ``s(x)``."""
    if isinstance(node, tree.Juxtaposed) and len(node.items) == 2 and isinstance(node.items[1], tree.Fenced):
        return key(node.items[0])
    return key(node)


def constant(node: tree.Node) -> Fraction | None:
    """A number, or a list of one number with dots in it: ``(1, …, 1)``."""
    match node:
        case tree.Number():
            return Fraction(node.digits)
        case (
            tree.Name(text="1", style="bold" | "blackboard")
            | tree.Scripted(base=tree.Name(text="1", style="bold" | "blackboard"), sup=None)
        ):
            return Fraction(1)  # a vector of ones
        case tree.Scripted(base=tree.Number(digits="0"), sup=None):
            return Fraction(0)
        case tree.Sum(signs=("-",), terms=(inner,)):
            value = constant(inner)
            return None if value is None else -value
        case tree.Fenced(body=tree.Listed(items=items)):
            values = {constant(i) for i in items if not (isinstance(i, tree.Sign) and i.name == "ellipsis")}
            return values.pop() if len(values) == 1 else None
        case tree.Fenced(body=body):
            return constant(body)
    return None
