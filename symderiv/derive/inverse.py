"""The inverse of a map, by elimination on the program that defines it.

Intermediate results stay named. As long as an equation holds one unknown, and holds it where it can be peeled free (behind +, ∘, exp, log,
another invertible function, or an invertible matrix), it is solved for that unknown. The result is proved by substitution both ways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.expectation import mentions
from symderiv.algebra.functions import INVERSES
from symderiv.algebra.signs import bounds
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Add, Apply, Entry, Index, Mul, Num, Pow, Sum, Symbol, Tensor, Term, Value, fresh, tensor
from symderiv.core.results import Derivation, Remark, Step
from symderiv.decide.equal import prove
from symderiv.derive.formula import Formula, equation
from symderiv.writing.names import name as name_notation


class NoInverse(Exception):
    """The map cannot be solved: which equation, which unknown, why. ``name`` is the output whose equation stopped it."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Inverse:
    """``solved``: each unknown by outputs and unknowns solved before it, in order; ``full``: by outputs alone."""

    outputs: tuple[Symbol, ...]
    solved: tuple[tuple[Symbol, Tensor], ...]
    full: tuple[tuple[Symbol, Tensor], ...]
    derivation: Derivation[Formula]


@dataclass(slots=True)
class _Peeling:
    """One equation on its way to ``unknown = right``: the steps and conditions so far."""

    steps: list[Step[Formula]] = field(default_factory=list)
    conditions: list[Remark] = field(default_factory=list)


class _Stuck(Exception):
    pass


def invert(forward: Mapping[str, Tensor], unknowns: Sequence[Symbol]) -> Inverse:
    """Solve ``output = forward[output]`` for the unknowns. Raises `NoInverse`."""
    outputs = {name: Symbol(name, x.sizes) for name, x in forward.items()}
    open_equations, left = dict(forward), list(unknowns)
    solved: list[tuple[Symbol, Tensor]] = []
    steps: list[Step[Formula]] = []
    conditions: list[Remark] = []
    reasons: dict[str, str] = {}
    while left:
        found = None
        for name, expression in open_equations.items():
            inside = [u for u in left if mentions(expression, frozenset((u.name,)))]
            if len(inside) != 1:
                reasons.setdefault(name, _why_not_one(name, inside))
                continue
            work = _Peeling()
            try:
                value = _peel(T.whole(outputs[name]), expression, inside[0], work)
            except _Stuck as stuck:
                reasons[name] = str(stuck)
                continue
            found = name, inside[0], value, work
            break
        if found is None:
            name = next(iter(open_equations), next(iter(forward)))
            raise NoInverse("; ".join(f"the equation for {n}: {reasons[n]}" for n in open_equations if n in reasons), name)
        name, unknown, value, work = found
        first = Step(
            "pick an equation",
            ("the equation for ", name_notation(name), " holds one unknown that is left, ", name_notation(unknown.name)),
            (equation(T.whole(outputs[name]), forward[name]),),
        )
        steps += [first, *work.steps]
        conditions += [c for c in work.conditions if c not in conditions]
        solved.append((unknown, value))
        left.remove(unknown)
        del open_equations[name]
    full = _substituted(solved)
    order = {u: k for k, u in enumerate(unknowns)}
    full.sort(key=lambda pair: order[pair[0]])
    certificate = _proved(forward, outputs, full)
    if len(solved) > 1:
        steps.append(
            Step(
                "insert what is solved",
                ("each solution holds only unknowns that were solved before it",),
                tuple(equation(T.whole(u), v) for u, v in full),
            )
        )
    result = tuple(equation(T.whole(u), v) for u, v in solved)
    return Inverse(
        tuple(outputs.values()), tuple(solved), tuple(full), Derivation(result, tuple(steps), tuple(conditions), certificate)
    )


def _why_not_one(name: str, inside: Sequence[Symbol]) -> str:
    if not inside:
        return f"it holds no unknown that is left, so {name} says nothing more"
    return f"it holds {len(inside)} unknowns at once, {', '.join(u.name for u in inside)}"


def _substituted(solved: Sequence[tuple[Symbol, Tensor]]) -> list[tuple[Symbol, Tensor]]:
    values: dict[Symbol, Tensor] = {}
    for unknown, value in solved:
        values[unknown] = substitute_tensor(value, values)
    return list(values.items())


def _proved(
    forward: Mapping[str, Tensor], outputs: Mapping[str, Symbol], full: Sequence[tuple[Symbol, Tensor]]
) -> tuple[Remark, ...]:
    back = {outputs[name]: x for name, x in forward.items()}
    there = dict(full)
    for unknown, value in full:
        if prove(substitute_tensor(value, back), T.whole(unknown)) is None:
            raise NoInverse(f"the solution for {unknown.name} could not be proved", next(iter(forward)))
    for name, x in forward.items():
        if prove(substitute_tensor(x, there), T.whole(outputs[name])) is None:
            raise NoInverse(f"the solution does not give {name} back", name)
    return (
        (
            "proved: inserting the map into the inverse gives the inputs back, entry by entry, for every size and every smooth function",
        ),
        ("proved: inserting the inverse into the map gives the outputs back",),
    )


# --- peeling ----------------------------------------------------------------------------------------------------------------


def _peel(right: Tensor, expression: Tensor, unknown: Symbol, work: _Peeling) -> Tensor:
    """The value of ``unknown`` where ``expression = right``."""
    names = frozenset((unknown.name,))
    while True:
        indices, body = expression.open()
        if isinstance(body, Entry) and body.symbol == unknown:
            if body.at != indices:
                raise _Stuck(f"{unknown.name} stands transposed")
            return right
        rule, because, right, expression = _peeled(right, indices, body, names, unknown, work)
        step = Step(rule, because, (equation(right, expression),))
        last_row = expression.body
        if isinstance(last_row, Entry) and last_row.symbol == unknown:
            step = Step(rule, because, (equation(expression, right),))
        work.steps.append(step)


def _peeled(
    right: Tensor, indices: tuple[Index, ...], body: Term, names: frozenset[str], unknown: Symbol, work: _Peeling
) -> tuple[str, Remark, Tensor, Tensor]:
    value = right.at(*indices)
    match body:
        case Add(terms=terms):
            inside = [x for x in terms if mentions(x, names)]
            if len(inside) != 1:
                raise _Stuck(f"{unknown.name} stands in {len(inside)} terms of a sum")
            rest = t.add(*(x for x in terms if x is not inside[0]))
            new = tensor(indices, t.sub(value, rest))
            return "subtract", ("subtract ", tensor(indices, rest), " on both sides"), new, tensor(indices, inside[0])
        case Mul(factors=factors):
            inside = [x for x in factors if mentions(x, names)]
            if len(inside) != 1:
                raise _Stuck(f"{unknown.name} stands in {len(inside)} factors of a product")
            rest = t.mul(*(x for x in factors if x is not inside[0]))
            _nonzero(rest, indices, work)
            new = tensor(indices, t.mul(value, _reciprocal(rest)))
            because: Remark = ("divide entry by entry by ", tensor(indices, rest), *_why_nonzero(rest))
            return "divide", because, new, tensor(indices, inside[0])
        case Apply(name=name, argument=argument) if name in INVERSES:
            new = tensor(indices, INVERSES[name](value))
            return f"undo {name}", (f"{name} is one-to-one; apply its inverse to every entry",), new, tensor(indices, argument)
        case Pow(base=base, exponent=Num(value=e)) if e == -1 or bounds(base).positive:
            new = tensor(indices, t.power(value, Num(1 / e)))
            return "undo the power", ("take the inverse power of every entry",), new, tensor(indices, base)
        case Sum():
            return _matrix_peeled(value, indices, body, names, unknown, work)
        case Value(function=f):
            raise _Stuck(f"{unknown.name} stands inside {f.name}, of which no inverse is known")
    raise _Stuck(f"{unknown.name} stands where no rule sets it free")


def _matrix_peeled(
    value: Term, indices: tuple[Index, ...], body: Sum, names: frozenset[str], unknown: Symbol, work: _Peeling
) -> tuple[str, Remark, Tensor, Tensor]:
    inner, product = body.body.open()
    factors = product.factors if isinstance(product, Mul) else (product,)
    outside = [f for f in factors if not mentions(f, names)]
    inside = [f for f in factors if mentions(f, names)]
    matrices = [f for f in outside if isinstance(f, Entry) and set(f.at) == {*indices, *inner}]
    if len(inner) != 1 or len(indices) != 1 or len(matrices) != 1 or len(inside) != 1 or indices[0] in inside[0].free:
        raise _Stuck(f"{unknown.name} stands under a sum that is no matrix times a vector")
    w = matrices[0]
    k, i = inner[0], indices[0]
    if k.size != i.size:
        raise _Stuck(f"{w.symbol.name} is not square")
    if w.symbol.traits.isdisjoint({"invertible", "positive definite", "orthogonal", "lower", "upper"}):
        work.conditions.append((f"{w.symbol.name} is invertible",))
    rest = t.mul(*(f for f in outside if f is not w))
    straight = w.at == (i, k)
    matrix = T.whole(w.symbol) if straight else T.transpose(T.whole(w.symbol))
    j = fresh(i.size)
    solved = tensor((i,), value)
    new = tensor((j,), T.product(T.inverse(matrix), solved).at(j))
    left = tensor((k,), t.mul(rest, inside[0]))
    return "multiply by the inverse", ("multiply by the inverse of ", matrix), new, left


def _reciprocal(rest: Term) -> Term:
    """One over a product, exponentials by their negative exponents."""
    parts = rest.factors if isinstance(rest, Mul) else (rest,)
    return t.mul(
        *(t.exp(t.neg(p.argument)) if isinstance(p, Apply) and p.name == "exp" else t.power(p, t.MINUS_ONE) for p in parts)
    )


def _nonzero(rest: Term, indices: tuple[Index, ...], work: _Peeling) -> None:
    if not (bounds(rest).positive or bounds(rest).negative):
        work.conditions.append((tensor(indices, rest), " has no zero entry"))


def _why_nonzero(rest: Term) -> Remark:
    return (", which is never zero",) if bounds(rest).positive else ()
