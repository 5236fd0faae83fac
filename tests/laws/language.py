"""A small language of typed expressions, with two meanings that know nothing of each other: the engine's tensors, and NumPy.

Laws are stated in it: an identity is a pair of expressions, a mutation changes one, NumPy says whether a change matters, and only the
engine's verdict is under test. Shapes are tuples of dimension names: ``()`` a scalar, ``("n",)`` a vector, ``("n", "m")`` a matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Shape = tuple[str, ...]
Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Expr:
    """An operation on expressions; ``of`` is the number, the name or the size it speaks of."""

    op: str
    args: tuple[Expr, ...] = ()
    of: Any = None
    shape: Shape = ()

    def __add__(self, other: Expr | Number) -> Expr:
        return add(self, other)

    def __radd__(self, other: Number) -> Expr:
        return add(other, self)

    def __sub__(self, other: Expr | Number) -> Expr:
        return add(self, -expr(other))

    def __rsub__(self, other: Number) -> Expr:
        return add(other, -self)

    def __neg__(self) -> Expr:
        return mul(-1, self)

    def __mul__(self, other: Expr | Number) -> Expr:
        return mul(self, other)

    def __rmul__(self, other: Number) -> Expr:
        return mul(other, self)

    def __truediv__(self, other: Expr | Number) -> Expr:
        return mul(self, expr(other) ** -1)

    def __rtruediv__(self, other: Number) -> Expr:
        return mul(other, self**-1)

    def __pow__(self, exponent: Expr | Number) -> Expr:
        return Expr("pow", (self, expr(exponent)), None, self.shape)

    def __matmul__(self, other: Expr) -> Expr:
        assert self.shape[-1] == other.shape[0], (self.shape, other.shape)
        return Expr("matmul", (self, other), None, self.shape[:-1] + other.shape[1:])

    @property
    def T(self) -> Expr:
        """The transpose of a matrix."""
        return Expr("transpose", (self,), None, self.shape[::-1])

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.args))
        if self.op in ("size", "ones", "eye"):
            return f"{self.op}_{self.of}"
        if not self.args:
            return str(self.of) if self.of is not None else self.op
        return (
            f"{self.op if self.of is None else self.of}({inner})"
            if self.op in ("call", "apply")
            else f"J_{self.of}({inner})"
            if self.op == "jacobian"
            else f"{self.op}({inner})"
        )


def expr(x: Expr | Number) -> Expr:
    """A number as an expression."""
    return x if isinstance(x, Expr) else Expr("number", (), Fraction(x))


def _entrywise(op: str, parts: tuple[Expr | Number, ...]) -> Expr:
    flat: list[Expr] = []
    for part in map(expr, parts):
        flat.extend(part.args if part.op == op else (part,))
    shapes = {p.shape for p in flat if p.shape}
    assert len(shapes) <= 1, shapes
    return Expr(op, tuple(flat), None, shapes.pop() if shapes else ())


def add(*parts: Expr | Number) -> Expr:
    """The sum; a scalar beside vectors is added to every entry."""
    return _entrywise("add", parts)


def mul(*parts: Expr | Number) -> Expr:
    """The product entry by entry; a scalar beside vectors scales."""
    return _entrywise("mul", parts)


def call(name: str, x: Expr) -> Expr:
    """A known function of every entry."""
    return Expr("call", (x,), name, x.shape)


def _calls(name: str) -> Callable[[Expr], Expr]:
    return lambda x: call(name, x)


exp, log, sqrt, absolute, tanh, sinh, cosh, sigmoid, softplus, logit = map(
    _calls, ("exp", "log", "sqrt", "abs", "tanh", "sinh", "cosh", "sigmoid", "softplus", "logit")
)


def _scalar(op: str) -> Callable[[Expr], Expr]:
    return lambda x: Expr(op, (x,))


total, product, trace, det = map(_scalar, ("total", "product", "trace", "det"))


def dot(a: Expr, b: Expr) -> Expr:
    """The inner product."""
    assert a.shape == b.shape
    return Expr("dot", (a, b))


def outer(a: Expr, b: Expr) -> Expr:
    """``a b^T``."""
    return Expr("outer", (a, b), None, a.shape + b.shape)


def inverse(a: Expr) -> Expr:
    """The inverse of a square matrix."""
    return Expr("inverse", (a,), None, a.shape)


def diag(v: Expr) -> Expr:
    """The diagonal matrix of a vector."""
    return Expr("diag", (v,), None, v.shape * 2)


def diagonal(a: Expr) -> Expr:
    """The diagonal of a square matrix."""
    return Expr("diagonal", (a,), None, a.shape[:1])


def size(n: str) -> Expr:
    """A dimension as a number."""
    return Expr("size", (), n)


PI = Expr("constant", (), "pi")


def ones(n: str) -> Expr:
    """The vector of ones."""
    return Expr("ones", (), n, (n,))


def eye(n: str) -> Expr:
    """The identity matrix."""
    return Expr("eye", (), n, (n, n))


@dataclass(frozen=True, slots=True)
class Variable:
    """A symbol: its shape and its kind (``real``, ``positive``, ``unit``, ``correlation``, or what kind of matrix)."""

    name: str
    shape: Shape = ()
    kind: str = "real"


@dataclass(frozen=True, slots=True)
class Map:
    """An unspecified smooth function between vectors; elementwise where both dimensions are empty."""

    name: str
    source: str = ""
    target: str = ""


VARIABLES = {
    v.name: v
    for v in [
        *(Variable(k) for k in ("a", "b", "c")), *(Variable(k, (), "positive") for k in ("s", "t")),
        *(Variable(k, (), "unit") for k in ("p", "q")), Variable("r", (), "correlation"), *(Variable(k, ("n",)) for k in ("x", "y", "z")),
        *(Variable(k, ("m",)) for k in ("u", "w")), *(Variable(k, ("n",), "positive") for k in ("v", "h")), Variable("k", ("m",), "positive"), Variable("o", ("n",), "unit"),
        *(Variable(k, ("n", "n")) for k in ("M", "N")), *(Variable(k, ("n", "m")) for k in ("C", "D")),
        *(Variable(k, ("n", "n"), "invertible") for k in ("A", "B")), *(Variable(k, ("n", "n"), "positive definite") for k in ("S", "R")),
        Variable("Y", ("n", "n"), "symmetric"), Variable("Q", ("n", "n"), "orthogonal"), Variable("L", ("n", "n"), "diagonal"),
    ]
}  # fmt: skip
MAPS = {f.name: f for f in [Map("F", "n", "n"), Map("G", "m", "n"), Map("H", "n", "n"), Map("f"), Map("g")]}


def variable(name: str) -> Expr:
    """A symbol of the table."""
    return Expr("variable", (), name, VARIABLES[name].shape)


def apply(name: str, x: Expr) -> Expr:
    """An unspecified function's value."""
    f = MAPS[name]
    assert not f.source or x.shape == (f.source,)
    return Expr("apply", (x,), name, (f.target,) if f.source else x.shape)


def jacobian(name: str, x: Expr) -> Expr:
    """Its Jacobian matrix; for an elementwise one the derivative of every entry."""
    f = MAPS[name]
    return Expr("jacobian", (x,), name, (f.target, f.source) if f.source else x.shape)


# --- signs --------------------------------------------------------------------------------------------------------------

_POSITIVE_CALLS = frozenset({"exp", "cosh", "sigmoid", "softplus"})


def positive(e: Expr) -> bool:
    """Every entry is surely > 0."""
    if e.op == "number":
        return bool(e.of > 0)
    if e.op == "variable":
        return VARIABLES[e.of].kind in ("positive", "unit") and len(e.shape) < 2
    if e.op == "call":
        return e.of in _POSITIVE_CALLS or (e.of == "sqrt" and positive(e.args[0]))
    if e.op == "add":
        return one_minus(e) or (all(map(nonnegative, e.args)) and any(map(positive, e.args)))
    if e.op in ("mul", "total", "product"):
        return all(map(positive, e.args))
    if e.op == "det":
        return e.args[0].op == "variable" and VARIABLES[e.args[0].of].kind == "positive definite"
    return e.op in ("size", "ones", "constant") or (e.op == "pow" and positive(e.args[0]))


def nonnegative(e: Expr) -> bool:
    """Every entry is surely ≥ 0."""
    if e.op == "pow" and e.args[1].op == "number" and e.args[1].of in (2, 4):
        return True
    if e.op == "dot" and e.args[0] == e.args[1]:
        return True
    if e.op in ("mul", "total"):
        return all(map(nonnegative, e.args))
    return positive(e) or (e.op == "call" and e.of == "abs")


def one_minus(e: Expr) -> bool:
    """``1 - p`` with p in (0, 1)."""
    if e.op != "add" or len(e.args) != 2 or e.args[0] != expr(1) or e.args[1].op != "mul" or len(e.args[1].args) != 2:
        return False
    sign, p = e.args[1].args
    return sign == expr(-1) and (
        (p.op == "variable" and VARIABLES[p.of].kind == "unit") or (p.op == "call" and p.of == "sigmoid")
    )


# --- places -------------------------------------------------------------------------------------------------------------

Place = tuple[int, ...]


def places(e: Expr, here: Place = ()) -> Iterator[tuple[Place, Expr]]:
    """Every part of an expression with the way to it."""
    yield here, e
    for k, part in enumerate(e.args):
        yield from places(part, (*here, k))


def replaced(e: Expr, place: Place, new: Expr) -> Expr:
    """The expression with another part at a place."""
    if not place:
        return new
    k, *rest = place
    args = (*e.args[:k], replaced(e.args[k], tuple(rest), new), *e.args[k + 1 :])
    return Expr(e.op, args, e.of, e.shape)
