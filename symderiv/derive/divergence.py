"""Divergences and expectations of Gaussians from their definition, and gradients of the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.calculus import gradient
from symderiv.algebra.expectation import mentions
from symderiv.algebra.conditions import Diverges, settled
from symderiv.algebra.densities import Densities, Gaussian
from symderiv.algebra.families import Member
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import poly_term
from symderiv.algebra.supports import WHOLE_LINE, rooms
from symderiv.algebra.terms import LogDensity, Mean, Symbol, Tensor, Term, scalar
from symderiv.algebra.tidy import tidy
from symderiv.core.results import Derivation, Step
from symderiv.derive.checks import NumericCheck, quadrature_checks
from symderiv.derive.formula import Formula, written, chain, closed, equation
from symderiv.derive.supports import Condition, inclusion
from symderiv.derive.jacobian import quotient
from symderiv.derive.tails import OnTheLine, heavy_tail, on_the_line
from symderiv.reading.derivatives import has_means
from symderiv.reading.values import Blocks
from symderiv.writing.notation import Notation, Script, row
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation
from symderiv.writing.names import name as name_notation


class NoClosedForm(Exception):
    """An expectation for which no rule gives a closed form."""


class Infinite(NoClosedForm):
    """A divergence that is infinite whatever the parameters; ``why`` in words."""

    def __init__(self, why: str) -> None:
        super().__init__(f"it is infinite: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """A scalar without expectations, how it came about, and the expectation that it is."""

    value: Tensor
    derivation: Derivation[Formula]
    body: Term

    def quadrature(self, knowledge: Densities) -> list[NumericCheck]:
        """The closed form against quadrature, where the expectation is one under a scalar Gaussian."""
        if not isinstance(self.body, Mean):
            return []
        q = knowledge.known.get(self.body.family)
        if not isinstance(q, Gaussian) or q.variable.sizes:
            return []
        return quadrature_checks(self.value, q, scalar(_written_out(self.body.body, knowledge)))


def expectation(body: Term, knowledge: Densities, left: Notation | None = None) -> ClosedForm:
    """The closed form of a scalar made of expectations under declared Gaussians; a divergence is one. Raises `NoClosedForm`."""
    start = left if left is not None else notation(scalar(body))
    sides: list[Tensor | Notation] = []
    steps: list[Step[Formula]] = []
    opened = _written_out(body, knowledge)
    if is_divergence(body):
        assert isinstance(body, Mean)
        unfolded = Mean(body.family, body.variables, body.given, body.at, body.body)
        definition = _without_name(unfolded)
        steps.append(
            Step(
                "definition",
                ("the divergence is the expectation of the difference of the log densities",),
                (chain(start, [definition]),),
            )
        )
    if opened != body:
        steps.append(Step("insert the densities", _densities_used(body, knowledge), (chain(start, [scalar(opened)]),)))
    normal = Normal(knowledge)
    inside = _inclusion(body, knowledge)
    try:
        value = scalar(tidy(settled(body, normal)))
    except Diverges as tail:
        raise NoClosedForm(f"it is infinite: {tail}") from None
    if has_means(value):
        why = _heavy_tail(body, knowledge)
        raise Infinite(why) if why else NoClosedForm("an expectation is left for which no closed form is known")
    assumes = tuple(c.remark() for c in (*inside, *(Condition(scalar(c)) for c in knowledge.conditions.positive)))
    moments = _moments_used(body, knowledge)
    opening = "expectation is linear; under a Gaussian " if moments else "expectation is linear"
    steps.append(Step("expectations", (opening, *moments), ()))
    steps.append(Step("collect", ("contract traces, merge logarithms",), (chain(start, [value]),)))
    sides.append(value)
    gaussian = not any(isinstance(d, Member) for d in knowledge.known.values())
    how = (
        "moments (Isserlis), for every parameter in its domain"
        if gaussian
        else "expectations, for every parameter that meets the conditions"
    )
    certificate = ((f"derived from the densities by exact {how}",),)
    return ClosedForm(value, Derivation((equation(start, value),), tuple(steps), assumes, certificate), body)


def _inclusion(body: Term, knowledge: Densities) -> tuple[Condition, ...]:
    """What makes the support of each density under whose mean another stands lie in that of the other. Raises `Infinite`."""
    out: list[Condition] = []
    for mean in _means_in(body):
        q = knowledge.known.get(mean.family)
        for name, p in sorted(knowledge.known.items()):
            if not isinstance(p, Member) or not _names(mean.body, name):
                continue
            try:
                if isinstance(q, Member) and p.variable == q.variable:
                    out += [c for c in inclusion(q, p) if c not in out]
                elif isinstance(q, Gaussian):
                    rooms(WHOLE_LINE, p)
            except Diverges as why:
                raise Infinite(str(why)) from None
    return tuple(out)


def _means_in(term: Term) -> list[Mean]:
    own = [term] if isinstance(term, Mean) else []
    return own + [m for v in term.values for p in (v if type(v) is tuple else (v,)) if isinstance(p, Term) for m in _means_in(p)]


def is_divergence(body: Term) -> bool:
    """Whether a term is ``E_q[log q - log p]``."""
    return (
        isinstance(body, Mean)
        and isinstance(body.body, t.Add)
        and body.body.terms[0] == LogDensity(body.family, body.variables, body.given, body.at)
    )


def why_infinite(body: Term, knowledge: Densities) -> str:
    """Why a divergence is infinite whatever the parameters: in words, or nothing where it is not seen to be."""
    if not is_divergence(body):
        return ""
    try:
        _inclusion(body, knowledge)
    except Infinite as support:
        return support.why
    return _heavy_tail(body, knowledge)


def _heavy_tail(body: Term, knowledge: Densities) -> str:
    """Why a divergence is infinite, or nothing."""
    if not is_divergence(body):
        return ""
    assert isinstance(body, Mean)
    assert isinstance(body.body, t.Add)
    other = next((x for x in t.neg(body.body.terms[1]).values if isinstance(x, LogDensity)), t.neg(body.body.terms[1]))
    return heavy_tail(_line(LogDensity(body.family, body.variables, body.given, body.at), knowledge), _line(other, knowledge))


def _line(density: Term, knowledge: Densities) -> OnTheLine | None:
    """A declared density as one of a scalar variable; None where it is none."""
    known = knowledge.known.get(density.family) if isinstance(density, LogDensity) else None
    if isinstance(known, Member):
        return on_the_line(known)
    if isinstance(known, Gaussian) and isinstance(density, LogDensity) and not known.variable.sizes:
        opened = knowledge.log_density(density)
        return None if opened is None else OnTheLine("normal", known.variable, opened)
    return None


def _without_name(mean: Mean) -> Notation:
    """``E_q[log q - log p]``, written out and not as a divergence."""
    from symderiv.writing.notation import Fenced

    head = notation(scalar(Mean(mean.family, mean.variables, mean.given, mean.at, t.Entry(Symbol("u"), ()))))
    base = head.items[0] if hasattr(head, "items") else head
    return row(base, Fenced("bracket", notation(scalar(mean.body))))


def _written_out(term: Term, knowledge: Densities) -> Term:
    """Log densities with formulas in place of their names, inside expectations."""
    if isinstance(term, LogDensity):
        known = knowledge.log_density(term)
        return term if known is None else _simplified_log(known)
    if isinstance(term, Mean):
        return Mean(term.family, term.variables, term.given, term.at, _written_out(term.body, knowledge))
    if isinstance(term, t.Add):
        return t.add(*(_written_out(x, knowledge) for x in term.terms))
    if isinstance(term, t.Mul):
        factors = [_written_out(x, knowledge) for x in term.factors]
        if len(factors) == 2 and factors[0] == t.MINUS_ONE and isinstance(factors[1], t.Add):
            return t.add(*(t.neg(x) for x in factors[1].terms))
        return t.mul(*factors)
    return term


def _simplified_log(term: Term) -> Term:
    return (
        t.add(*(t.mul(t.num(-1, 2), part) for part in term.factors[1].terms))
        if isinstance(term, t.Mul) and isinstance(term.factors[1], t.Add)
        else term
    )


def _densities_used(body: Term, knowledge: Densities) -> tuple[object, ...]:
    names = sorted(name for name in knowledge.concrete if _names(body, name))
    gaussian = all(isinstance(knowledge.known[name], Gaussian) for name in names)
    out: list[object] = ["the log densities of "]
    for k, name in enumerate(names):
        out += [" and ", name_notation(name)] if k else [name_notation(name)]
    return (*out, *((" are quadratic in the variable",) if gaussian else ()))


def _names(term: Term, family: str) -> bool:
    if isinstance(term, (LogDensity, Mean)) and term.family == family:
        return True
    return any(_names(p, family) for v in term.values for p in (v if type(v) is tuple else (v,)) if isinstance(p, Term))


def _moments_used(body: Term, knowledge: Densities) -> tuple[object, ...]:
    if not isinstance(body, Mean):
        return ("the moments are polynomials of mean and covariance",)
    q = knowledge.known.get(body.family)
    if not isinstance(q, Gaussian):
        return ()
    z = T.whole(q.variable)
    if not z.rank:
        second = Mean(body.family, body.variables, body.given, body.at, t.power(z.body, t.num(2)))
        first = Mean(body.family, body.variables, body.given, body.at, z.body)
        normal = Normal(knowledge)
        return (
            written(equation(scalar(first), scalar(tidy(poly_term(normal.poly(first)))))),
            " and ",
            written(equation(scalar(second), scalar(t.add(t.power(q.mean.body, t.num(2)), q.covariance.body)))),
        )
    i, j = t.fresh(z.sizes[0]), t.fresh(z.sizes[0])
    outer = t.tensor((i, j), t.add(t.mul(q.mean.at(i), q.mean.at(j)), q.covariance.at(i, j)))
    return ("the second moment of ", z, " is ", outer)


@dataclass(frozen=True, slots=True)
class Gradient:
    """A gradient as a column of blocks, and its steps."""

    value: Blocks
    derivation: Derivation[Formula]


def gradient_of(value: Tensor, by: Sequence[Symbol], name: Notation, of: Notation | None = None) -> Gradient:
    """The derivatives of a scalar by symbols, one block a symbol."""
    steps: list[Step[Formula]] = []
    blocks: list[tuple[Tensor, ...]] = []
    for symbol in by:
        block = closed(gradient(value, symbol))
        left = Script(Sign("nabla"), notation(T.whole(symbol))) if symbol.sizes else None
        shown_left = (
            row(left, of)
            if left is not None and of is not None
            else quotient(of_tensor(symbol), T.whole(symbol))
            if of is None
            else _partial(of, symbol)
        )
        convention = ("the matrix is symmetric, and so is its gradient",) if symbol.symmetric else ()
        because = (
            ("differentiate term by term",)
            if mentions(value, frozenset((symbol.name,)))
            else (name_notation(symbol.name), " does not occur")
        )
        steps.append(Step(f"component {len(blocks) + 1}", (*because, *convention), (equation(shown_left, block),)))
        blocks.append((block,))
    result = Blocks(tuple(blocks), column=True)
    certificate = (("each component by the rules of differentiation, proved in normal form",),)
    return Gradient(result, Derivation((equation(name, result),), tuple(steps), (), certificate))


def of_tensor(symbol: Symbol) -> Tensor:
    """A stand-in for an unnamed value."""
    return T.whole(Symbol("f", ()) if symbol.name != "f" else Symbol("g", ()))


def _partial(of: Notation, symbol: Symbol) -> Notation:
    from symderiv.writing.notation import Fraction

    return Fraction(row(Sign("partial"), of), row(Sign("partial"), notation(T.whole(symbol))))
