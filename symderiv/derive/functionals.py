r"""Functionals of one or two distributions from their definitions: divergences, entropies, Fisher information, transport between them.

Each is an expectation that is worked out term by term (`algebra.families`); beside the value stand the conditions under which it is finite,
or the reason why it is infinite. Shapes: members of one variable; the parameters of the members are free.

``KL(q ‖ p) = E_q[log q - log p]``; Rényi ``D_a = log E_q[(q/p)^{a-1}] / (a - 1)``; ``χ² = E_q[q/p] - 1``; Bhattacharyya ``-log E_q[(p/q)^{1/2}]``;
Hellinger ``H² = 1 - E_q[(p/q)^{1/2}]``. Source: van Erven, Harremoës, Rényi divergence and Kullback–Leibler divergence, 2014.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symderiv.algebra.blocks import leibniz
from symderiv.algebra.calculus import derivative, gradient
from symderiv.algebra.conditions import Conditions, Diverges, monomials, settled
from symderiv.algebra.densities import Densities
from symderiv.algebra.expectation import mentions
from symderiv.algebra.families import Image, Level, Member, OneHot, Tabled, Tilted
from symderiv.algebra.moments import has_means, whole_mean
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Monomial, monomial_term
from symderiv.algebra.substitute import substitute
from symderiv.algebra.tilting import exponential_form
from symderiv.algebra.terms import (
    Entry, Index, LogDensity, Mean, ONE, Symbol, Tensor, Term, add, divide, exp, fresh, log, mul, neg, num, power, scalar, sub, sum_over, tensor,
)  # fmt: skip
from symderiv.algebra.tidy import tidy, tidy_tensor
from symderiv.core.results import Derivation, Remark, Step
from symderiv.derive.formula import Formula, chain, equation, written
from symderiv.derive.tails import heavy_tail, on_the_line
from symderiv.derive.supports import Condition, inclusion, on_one_variable
from symderiv.writing.notation import Fenced, Letter, Notation, Number, Script, Word, row
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation


class NoRule(Exception):
    """An expectation that no rule gives in closed form, in words."""


@dataclass(frozen=True, eq=False)
class Functional:
    """A closed form with the conditions under which it is finite, or (``value`` None) infinite for the reason given.

    ``steps`` makes the steps when somebody looks at the derivation.
    """

    name: Notation
    value: Tensor | None
    method: str
    conditions: tuple[Condition, ...] = ()
    reason: str = ""
    steps: Callable[[], tuple[Step[Formula], ...]] = tuple

    @functools.cached_property
    def derivation(self) -> Derivation[Formula]:
        """The result, how it came about, and what it assumes."""
        if self.value is None:
            infinite = equation(self.name, Sign("infinity"))
            return Derivation((infinite,), (_step("infinite", (self.reason,), (infinite,)),))
        assumes = tuple(c.remark() for c in self.conditions)
        certificate = (("derived from the densities by exact expectations, for every parameter that meets the conditions",),)
        return Derivation((equation(self.name, self.value),), self.steps(), assumes, certificate)

    @property
    def infinite(self) -> bool:
        """Whether it is infinite whatever the parameters."""
        return self.value is None


_Q, _P = "q", "p"


def _step(rule: str, because: Remark, formulas: tuple[Formula, ...] = ()) -> Step[Formula]:
    return Step(rule, because, formulas)


# --- divergences and entropies ----------------------------------------------------------------------------------------------


def divergence(q: Member, p: Member) -> Functional:
    """``KL(q ‖ p)``. Raises `NoRule`, `ValueError` where the two live on different spaces."""
    q, p = on_one_variable(q, p)
    name = row(Script(Letter("D"), Word("KL")), Fenced("paren", row(Letter(_Q), Sign("parallel"), Letter(_P))))
    try:
        inside = inclusion(q, p)
    except Diverges as outside:
        return _infinite(name, str(outside))
    body = sub(q.log_density(), p.log_density())
    try:
        return _expected(q, body, name, inside, method_of(q, p), p)
    except NoRule:
        why = heavy_tail(on_the_line(q), on_the_line(p))
        if not why:
            raise
        return _infinite(name, why)


def entropy(q: Member) -> Functional:
    """``-E_q[log q]``."""
    name = row(Letter("H"), Fenced("paren", Letter(_Q)))
    return _expected(q, neg(q.log_density()), name, (), method_of(q), None)


def expected(q: Member, body: Term) -> Functional:
    """``E_q`` of any function of the variable. Raises `NoRule`."""
    name = row(Script(Sign("expectation"), Letter(_Q)), Fenced("bracket", notation(scalar(body))))
    return _expected(q, body, name, (), method_of(q), None)


def mean(q: Member) -> Functional:
    """``E_q`` of the variable: a scalar, vector or matrix. Raises `NoRule`."""
    slots = tuple(fresh(s) for s in q.variable.sizes)
    body = Entry(q.variable, slots)
    name = row(Script(Sign("expectation"), Letter(_Q)), Fenced("bracket", notation(tensor(slots, body))))
    return _expected(q, body, name, (), method_of(q), None, slots=slots)


def variance(q: Member) -> Functional:
    """``E_q[x²] - E_q[x]²`` of a scalar variable."""
    x = Entry(q.variable, ())
    try:
        first, _ = _mean(q, x)
    except Diverges:
        raise NoRule("the mean is infinite") from None
    name = row(Script(Word("Var"), Letter(_Q)), Fenced("bracket", notation(scalar(x))))
    return _expected(q, power(x, num(2)), name, (), method_of(q), None, lambda second: sub(second, power(first, num(2))))


def cross_entropy(q: Member, p: Member) -> Functional:
    """``-E_q[log p]``."""
    q, p = on_one_variable(q, p)
    name = row(Letter("H"), Fenced("paren", row(Letter(_Q), Sign("comma"), Letter(_P))))
    try:
        inside = inclusion(q, p)
    except Diverges as outside:
        return _infinite(name, str(outside))
    try:
        return _expected(q, neg(p.log_density()), name, inside, method_of(q, p), p)
    except NoRule:
        why = heavy_tail(on_the_line(q), on_the_line(p))
        if not why or entropy(q).infinite:  # the sum of the entropy and of an infinite divergence
            raise
        return _infinite(name, why)


def renyi(q: Member, p: Member, order: Term) -> Functional:
    """``log E_q[(q/p)^{a-1}] / (a - 1)`` for an order a other than 1; for a > 1 it is finite under the conditions alone."""
    name = row(Script(Letter("D"), notation(scalar(order))), Fenced("paren", row(Letter(_Q), Sign("parallel"), Letter(_P))))
    return _of_affinity(q, p, sub(order, ONE), name, lambda x: divide(log(x), sub(order, ONE)))


def chi_squared(q: Member, p: Member) -> Functional:
    """``E_q[q/p] - 1``."""
    name = row(Script(Letter("chi"), None, Number("2")), Fenced("paren", row(Letter(_Q), Sign("parallel"), Letter(_P))))
    return _of_affinity(q, p, ONE, name, lambda x: sub(x, ONE))


def bhattacharyya(q: Member, p: Member) -> Functional:
    """``-log ∫ √(q p)``."""
    name = row(Script(Letter("D"), Letter("B")), Fenced("paren", row(Letter(_Q), Sign("comma"), Letter(_P))))
    return _of_affinity(q, p, num(-1, 2), name, lambda x: neg(log(x)))


def hellinger(q: Member, p: Member) -> Functional:
    """``1 - ∫ √(q p)``, the squared Hellinger distance."""
    name = row(Script(Letter("H"), None, Number("2")), Fenced("paren", row(Letter(_Q), Sign("comma"), Letter(_P))))
    return _of_affinity(q, p, num(-1, 2), name, lambda x: sub(ONE, x))


def _of_affinity(q: Member, p: Member, exponent: Term, name: Notation, then: Callable[[Term], Term]) -> Functional:
    """A function of ``E_q[(q/p)^exponent]``."""
    q, p = on_one_variable(q, p)
    try:
        inside = inclusion(q, p)
    except Diverges:
        raise NoRule(f"the support of {q.family.name} is not inside that of {p.family.name}") from None
    body = exp(mul(exponent, sub(q.log_density(), p.log_density())))
    return _expected(q, body, name, inside, "moments of the likelihood ratio", p, then)


# --- Fisher information -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Information:
    """The Fisher information in scalar parameters, row by row, and the conditions under which it is finite."""

    parameters: tuple[Symbol, ...]
    rows: tuple[tuple[Term, ...], ...]
    conditions: tuple[Condition, ...]


def fisher(q: Member, parameters: Sequence[Symbol] | None = None) -> Information:
    """``E_q[∂_a log q · ∂_b log q]`` in the scalar parameters. Raises `NoRule`, and where the support moves with a parameter."""
    own = tuple(parameters) if parameters is not None else _free_scalars(q)
    for end in (q.end("low"), q.end("high")):
        if end is not None and mentions(end, frozenset(s.name for s in own)):
            raise NoRule("the support depends on a parameter, so the score has no mean zero")
    scores = [derivative(q.log_density(), s, ()) for s in own]
    conditions: list[Condition] = []
    table: list[list[Term]] = [[] for _ in own]
    for i in range(len(own)):
        for j in range(len(own)):
            if j < i:
                table[i].append(table[j][i])
                continue
            value, needed = _mean(q, mul(scores[i], scores[j]))
            table[i].append(tidy(value))
            conditions += [c for c in needed if c not in conditions]
    return Information(own, tuple(map(tuple, table)), tuple(conditions))


def natural_gradient(value: Term, information: Information) -> tuple[Term, ...]:
    """``I⁻¹ ∇ value`` in the information's parameters, by Cramer's rule; at most three of them."""
    size = len(information.parameters)
    slopes = [derivative(value, s, ()) for s in information.parameters]
    rows = [list(r) for r in information.rows]
    below = leibniz(rows)
    out = []
    for k in range(size):
        replaced = [[slopes[i] if j == k else rows[i][j] for j in range(size)] for i in range(size)]
        out.append(tidy(settled(divide(leibniz(replaced), below), Normal())))
    return tuple(out)


def _free_scalars(q: Member) -> tuple[Symbol, ...]:
    bodies = (a.body for a in q.arguments if not a.rank)
    return tuple(b.symbol for b in bodies if isinstance(b, Entry) and not b.symbol.domain.whole)


# --- transport --------------------------------------------------------------------------------------------------------------


def wasserstein(q: Member, p: Member) -> Functional:
    """``W₂²`` of two members of one family on the line: ``E[(x - t(x))²]`` with the increasing map t from q to p.

    The map comes from location and scale (that it carries q to p is proved), or from the standard variable both are images of. On the line the
    increasing map is optimal (Villani, Topics in Optimal Transportation, 2.2). Raises `NoRule`.
    """
    q, p = on_one_variable(q, p)
    if q.family is not p.family or q.variable.sizes:
        raise NoRule("two members of one family on the line are wanted")
    name = row(Script(Letter("W"), Number("2"), Number("2")), Fenced("paren", row(Letter(_Q), Sign("comma"), Letter(_P))))
    try:
        parts = [(w, _mean(base, cost)) for w, base, cost in _costs(q, p)]
    except Diverges as tail:
        return _infinite(name, str(tail))
    conditions: list[Condition] = []
    for _, (_, needed) in parts:
        conditions += [c for c in needed if c not in conditions]
    value = scalar(tidy(settled(add(*(mul(w, mean) for w, (mean, _) in parts)), Normal())))
    step = _step("monotone coupling", ("on the line the increasing map from one to the other is the cheapest",))
    return Functional(name, value, "monotone coupling", tuple(conditions), steps=lambda: (step,))


def _costs(q: Member, p: Member) -> list[tuple[Term, Member, Term]]:
    """Weights, densities and squared distances whose expectations make the cost."""
    if q.family.location_scale is not None:
        x = Entry(q.variable, ())
        (l, s), (m, r) = (tuple(map(member.inserted, member.family.location_scale or ())) for member in (q, p))
        there = add(m, mul(divide(r, s), sub(x, l)))
        carried = add(substitute(p.log_density(), {q.variable: scalar(there)}), log(divide(r, s)))
        if settled(exp(sub(carried, q.log_density())), Normal()) != ONE:
            raise NoRule(f"location and scale of {q.family.name} do not carry one member to the other")
        return [(ONE, q, power(sub(x, there), num(2)))]
    forward, backward = q.inserted_quantile(), p.inserted_quantile()
    if forward is None or backward is None:
        raise NoRule(f"{q.family.name} is no image of a standard variable")
    base, branches = forward
    pairs = zip(branches, backward[1], strict=True)
    return [(weight, base, power(sub(here, there), num(2))) for (weight, here), (_, there) in pairs]


# --- what they share --------------------------------------------------------------------------------------------------------


def method_of(q: Member, p: Member | None = None) -> str:
    """How the expectation of a function of one density, or of two, is worked out, in words."""
    if p is not None and q.family is p.family and isinstance(q.family.law, Tilted):
        return "Bregman divergence of the log-partition"
    if q.family.name in ("normal", "multivariate_normal"):
        return "Gaussian moments"
    match q.family.law:
        case Tilted():
            return "derivatives of the cumulant function"
        case Level():
            return "integration"
        case OneHot() | Image(base=None):
            return "sum over the states"
        case Tabled():
            return "table"
    return "moments"


@functools.lru_cache(maxsize=64)
def _mean(q: Member, body: Term) -> tuple[Term, tuple[Condition, ...]]:
    """``E_q`` of a term, and what it takes to be finite. Raises `NoRule`, and `Diverges` where it is infinite."""
    conditions = Conditions()
    try:
        whole = whole_mean(q, body, Normal(), conditions)
    except Diverges:
        whole = None
    if whole is None:
        conditions = Conditions()
        normal = Normal(Densities({_Q: q}, conditions=conditions))
        try:
            whole = settled(Mean(_Q, q.variables, frozenset(), (), settled(body, Normal())), normal)
        except Diverges:
            if _divergent(q, body) == 1:
                raise
            raise NoRule(f"several expectations under {q.family.name} diverge, and what is left of them is not known") from None
    if has_means(whole):
        raise NoRule(f"an expectation under {q.family.name} is left for which no rule is known")
    return whole, (*(Condition(scalar(c)) for c in conditions.positive), *map(Condition, conditions.definite))


def _divergent(q: Member, body: Term) -> int:
    """How many terms have an infinite expectation: where it is one, so has the sum."""
    count = 0
    for m in monomials(settled(body, Normal())):
        inner = _random_part(m, q)
        if inner is None:
            continue
        try:
            normal = Normal(Densities({_Q: q}))
            if has_means(normal.term(Mean(_Q, q.variables, frozenset(), (), inner))):
                return 2
        except Diverges:
            count += 1
    return count


def _expected(
    q: Member, body: Term, name: Notation, inside: tuple[Condition, ...], method: str, p: Member | None,
    then: Callable[[Term], Term] = lambda x: x, slots: tuple[Index, ...] = (),
) -> Functional:  # fmt: skip
    try:
        found, needed = _mean(q, body)
    except Diverges as tail:
        return _infinite(name, str(tail))
    value = tidy_tensor(tensor(slots, settled(then(found), Normal())))

    def steps() -> tuple[Step[Formula], ...]:
        return (
            *_opening(q, p),
            _step(method, _linear(_moments(q, body, slots))),
            _step("collect", ("what is left, put together",), (chain(name, [value]),)),
        )

    return Functional(name, value, method, (*inside, *needed), steps=steps)


def _opening(q: Member, p: Member | None) -> tuple[Step[Formula], ...]:
    """The densities, as they are put in."""
    shown: list[Formula] = []
    for letter, member in ((_Q, q), *(((_P, p),) if p is not None else ())):
        left = LogDensity(letter, member.variables, frozenset(), ())
        shown.append(equation(scalar(left), scalar(member.log_density())))
    return (_step("insert the densities", ("the logarithms of the densities",), tuple(shown)),)


def _linear(moments: Remark) -> Remark:
    return ("expectation is linear; ", *moments) if moments else ("the integrand does not depend on the variable",)


def _moments(q: Member, body: Term, slots: tuple[Index, ...]) -> Remark:
    """The expectations that were used, each with its value."""
    normal = Normal(Densities({_Q: q}))
    out: list[object] = []
    seen: set[Term] = set()
    opened = settled(body, Normal())
    for m in monomials(opened):
        inner = _random_part(m, q)
        if inner is None or inner in seen or len(seen) >= 6:
            continue
        seen.add(inner)
        whole = Mean(_Q, q.variables, frozenset(), (), inner)
        value = settled(whole, normal)
        if has_means(value):  # only together with another is it worked out
            continue
        out += [", "] * bool(out) + [written(equation(tensor(slots, whole), tidy_tensor(tensor(slots, value))))]
    return tuple(out)


def _random_part(m: Monomial, q: Member) -> Term | None:
    factors, exponent = m
    kept = frozenset((t, e) for t, e in factors if mentions(t, q.variables))
    inner = frozenset((n, c) for n, c in exponent if mentions(monomial_term(n), q.variables))
    term = monomial_term((kept, inner))
    return None if not kept and not inner else term


def _infinite(name: Notation, reason: str) -> Functional:
    return Functional(name, None, "infinite", reason=reason)


# --- the exponential family -------------------------------------------------------------------------------------------------


def bregman(q: Member, p: Member) -> Term:
    """``F(θ_p) - F(θ_q) - ⟨θ_p - θ_q, ∇F(θ_q)⟩`` for two members of one exponential family. Raises `NoRule` where it is none."""
    q, p = on_one_variable(q, p)
    if q.family is not p.family:
        raise NoRule("two members of one family are wanted")
    mine, others = exponential_form(q), exponential_form(p)
    if mine is None or others is None:
        raise NoRule(f"{q.family.name} is no exponential family with these statistics")
    if settled(sub(mine.base, others.base), Normal()) != num(0):
        raise NoRule("the two differ in what depends on the variable beside the statistics")
    total = sub(others.log_partition, mine.log_partition)
    for (theta, statistic), (eta, _) in zip(mine.parts, others.parts, strict=True):
        indices, body = theta.open()
        mean, _ = _mean(q, statistic.at(*indices))
        total = sub(total, sum_over(indices, mul(sub(eta.at(*indices), body), mean)))
    return settled(total, Normal())


def gradients(found: Functional, by: Sequence[Symbol]) -> tuple[Tensor, ...]:
    """The derivatives of a closed form, one for each symbol."""
    if found.value is None:
        raise NoRule("an infinite value has no gradient")
    normal = Normal()
    return tuple(normal.tensor(gradient(found.value, s)) for s in by)
