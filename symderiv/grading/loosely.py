r"""Steps that hold up to something: ``A \propto B`` up to a factor, and ``A = B + \text{const}`` up to a term, that is free of the variable.

Free of which variable is said by the chain: of those of the first density in it that stands alone, as ``q(z)`` or ``\log p(z \mid x)``. What is left of
the quotient or the difference is proved to hold none of them; where it differs at two values of one, the step is refuted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from symderiv.algebra import terms as t
from symderiv.algebra.densities import Densities
from symderiv.algebra.expectation import mentions
from symderiv.algebra.normal import Normal
from symderiv.algebra.parts import parts
from symderiv.algebra.polynomials import Budget, Meter, poly_term
from symderiv.algebra.substitute import substitute
from symderiv.algebra.tensors import whole
from symderiv.algebra.terms import Apply, Entry, LogDensity, Mean, Symbol, Tensor, Term, Undefined, scalar
from symderiv.core.results import Proved, Refuted
from symderiv.decide.equal import EFFORT, decide
from symderiv.grading.links import EQUAL, Compared, compare, under_each_reading
from symderiv.reading.values import Readings, Value

if TYPE_CHECKING:
    from symderiv.grading.chains import CheckedSide

NO_VARIABLE = "nothing says of which variable this is free"


def variables_of(sides: Iterable[Readings]) -> frozenset[str]:
    """The variables of the first density among the sides that stands alone, or whose logarithm does."""
    for readings in sides:
        value = readings[0].value if readings else None
        body = value.body if isinstance(value, Tensor) and not value.rank else None
        body = body.argument if isinstance(body, Apply) and body.name == "exp" else body
        if isinstance(body, LogDensity):
            return body.variables
    return frozenset()


def loose_link(
    sides: Sequence[CheckedSide],
    left: CheckedSide,
    right: CheckedSide,
    relation: str,
    knowledge: Densities,
    names: frozenset[str],
) -> Compared | None:
    r"""``A \propto B``, and ``A = B`` where a constant stands on one side; None for every other step.

    A value without the constant, behind one with it, is also to be equal to the last value that stood without it, with nothing but equalities between.
    """
    if not (left.loose or right.loose):
        return proportional(left.readings, right.readings, names, knowledge) if names and relation == "propto" else None
    if relation not in EQUAL:
        return Compared("unknown", f"a constant beside {relation} is not checked")
    found = up_to_a_term(left.readings, right.readings, names, knowledge)
    if right.loose or found.outcome != "right":
        return found
    behind = list(sides[: sides.index(right)])
    if any(s.side.relation not in EQUAL for s in (*behind[1:], right)):
        return Compared("unknown", "what the constant stands for is not checked")
    firm = next((s for s in reversed(behind) if s.readings and not s.loose), None)
    if firm is None:
        return found
    return compare(firm.readings, right.readings, knowledge, firm.side.node.span | right.side.node.span)


def proportional(left: Readings, right: Readings, names: frozenset[str], knowledge: Densities) -> Compared:
    """Whether two values differ by a factor that is free of these variables."""
    return _loosely(left, right, names, knowledge, lambda a, b: t.sub(t.log(a), t.log(b)), "a factor")


def up_to_a_term(left: Readings, right: Readings, names: frozenset[str], knowledge: Densities) -> Compared:
    """Whether two values differ by a term that is free of these variables."""
    return _loosely(left, right, names, knowledge, t.sub, "a term")


def _loosely(
    left: Readings, right: Readings, names: frozenset[str], knowledge: Densities, between: Callable[[Term, Term], Term], what: str
) -> Compared:
    if not names:
        return Compared("unknown", NO_VARIABLE)

    def related(a: Value, b: Value) -> Compared:
        if not isinstance(a, Tensor) or not isinstance(b, Tensor) or a.rank or b.rank or a.free or b.free:
            return Compared("unknown", "only scalars are compared up to something")
        return _free_of(between(a.body, b.body), names, knowledge, what)

    return under_each_reading(left, right, related)


def _free_of(term: Term, names: frozenset[str], knowledge: Densities, what: str) -> Compared:
    listed = " and ".join(sorted(names))
    why = f"these differ by more than {what} that is free of {listed}"
    rest: Term | None = None
    try:
        for hyperbolic in (False, True):
            rest = poly_term(Normal(knowledge, Meter(EFFORT.products), hyperbolic, False).poly(term))
            if not mentions(rest, names):
                return Compared("right", rule=f"up to {what} that is free of {listed}")
    except (Budget, Undefined, RecursionError) as stopped:
        if rest is None:
            return Compared("unknown", str(stopped))
    assert rest is not None
    symbols = _symbols(rest, names)
    if symbols is None:
        return Compared("unknown", f"that {what} is free of {listed} is not decided")
    elsewhere = substitute(rest, {s: whole(Symbol(f"{s.name}'", s.sizes, s.domain, s.traits)) for s in symbols})
    found = decide(scalar(rest), scalar(elsewhere), knowledge)
    if isinstance(found, Proved):
        return Compared("right", rule=f"up to {what} that is free of {listed}")
    if isinstance(found, Refuted) and _all_names(term) <= _all_names(rest):
        return Compared("wrong", why, found.witness)
    if isinstance(found, Refuted):  # a likelihood may be meant as a function of what is left out there
        return Compared("unknown", f"{why}, and may be meant to be free of something else")
    return Compared("unknown", found.why)


def _all_names(term: Term) -> frozenset[str]:
    """The names of all symbols and variables in a term."""
    own: set[str] = set()
    for x in parts(term):
        if isinstance(x, Entry):
            own.add(x.symbol.name)
        elif isinstance(x, LogDensity):
            own |= x.variables | x.given
    return frozenset(own)


def _symbols(term: Term, names: frozenset[str]) -> set[Symbol] | None:
    """The symbols of these names in a term; None where one of them is a variable of a density that has no formula."""
    out: set[Symbol] = set()
    if isinstance(term, (LogDensity, Mean)):
        return None if mentions(term, names) else out
    if isinstance(term, Entry):
        return {term.symbol} if term.symbol.name in names else out
    for value in term.values:
        for part in value if type(value) is tuple else (value,):
            inner = part.body if isinstance(part, Tensor) else part
            if isinstance(inner, Term):
                found = _symbols(inner, names)
                if found is None:
                    return None
                out |= found
    return out
