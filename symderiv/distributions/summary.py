"""What is derived about a family, for its page: the density, the exponential form, moments, entropy, divergence with its gradients, information."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra.conditions import Diverges
from symderiv.algebra.gather import cost
from symderiv.algebra.families import Family, Image, Member
from symderiv.algebra.terms import Entry, LogDensity, Symbol, scalar
from symderiv.algebra.tidy import tidy
from symderiv.algebra.tilting import exponential_form
from symderiv.core.domain import POSITIVE
from symderiv.core.results import Derivation
from symderiv.derive import functionals as F
from symderiv.derive.formula import Formula, closed, equation
from symderiv.distributions.registry import family, stated
from symderiv.reading.values import Blocks
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Fenced, Fraction, Letter, Notation, Number, Script, Word, row
from symderiv.writing.notation import Symbol as Sign


#: Parameters of a natural gradient at most.
MOST_PARAMETERS = 2

#: A closed form of a higher cost fits on no page.
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Summary:
    """A family's page: headings with what was derived, and why the others are missing."""

    name: str
    title: str
    source: str
    parts: tuple[tuple[str, Derivation[Formula]], ...]
    missing: tuple[tuple[str, str], ...]


def summary(name: str) -> Summary:
    """Everything that is derived about a family. Raises `KeyError` for a name that is none."""
    f = family(name)
    q = f(*map(T.whole, f.parameters))
    parts: list[tuple[str, Derivation[Formula]]] = [("density", _density(q)), *_exponential(q)]
    missing: list[tuple[str, str]] = []
    wanted: list[tuple[str, Callable[[Member], F.Functional]]] = [("mean", F.mean), ("entropy", F.entropy)]
    if not f.variable.sizes:
        wanted.insert(1, ("variance", F.variance))
    for heading, make in wanted:
        try:
            parts.append((heading, make(q).derivation))
        except F.NoRule as none:
            missing.append((heading, str(none)))
    try:
        parts += _divergence(q, other(f))
    except F.NoRule as none:
        missing.append(("divergence", str(none)))
    information: F.Information | None = None
    try:
        information = F.fisher(q)
        parts += _information(information)
    except (F.NoRule, Diverges) as none:
        missing.append(("Fisher information", str(none)))
    found, none_of, long = _further(q, other(f), information)
    parts += found
    told = ["no rule gives " + ", ".join(none_of)] * bool(none_of) + ["too long to be set here: " + ", ".join(long)] * bool(long)
    if told:
        missing.append(("further divergences", "; ".join(told)))
    return Summary(name, name.replace("_", " "), stated(name).source, tuple(parts), tuple(missing))


#: The order of a Rényi divergence.
ORDER = Symbol("omega", (), POSITIVE)

#: Divergences of two members beside that of Kullback and Leibler.
_FURTHER: tuple[tuple[str, Callable[[Member, Member], F.Functional]], ...] = (
    ("cross-entropy", F.cross_entropy),
    ("Rényi divergence", lambda q, p: F.renyi(q, p, Entry(ORDER, ()))),
    ("chi-squared divergence", F.chi_squared),
    ("Hellinger distance", F.hellinger),
    ("Bhattacharyya distance", F.bhattacharyya),
    ("Wasserstein distance", F.wasserstein),
)


#: The first is a function of the second.
_OF_THE_SAME = ("Bhattacharyya distance", "Hellinger distance")


def _further(
    q: Member, p: Member, information: F.Information | None
) -> tuple[list[tuple[str, Derivation[Formula]]], list[str], list[str]]:
    """The closed forms of `_FURTHER`, without their steps; the names of those that have none, and of those that no page holds."""
    parts: list[tuple[str, Derivation[Formula]]] = []
    none_of: list[str] = []
    long: list[str] = []
    if isinstance(q.family.law, Image) and q.variable.sizes:
        return parts, none_of, long  # they are those of the base, with its parameters inserted
    for heading, make in _FURTHER:
        if heading == _OF_THE_SAME[0] and _OF_THE_SAME[1] in none_of:
            none_of.append(heading)
            continue
        try:
            found = make(q, p)
        except F.NoRule:
            none_of.append(heading)
            continue
        if found.value is not None and cost(found.value.body) > MOST_SHOWN:
            long.append(heading)
            continue
        derivation = found.derivation
        parts.append((heading, derivation if found.infinite else Derivation(derivation.result, (), derivation.assumes)))
    try:
        parts += _natural(q, p, information)
    except (F.NoRule, Diverges):
        none_of.append("natural gradient")
    return parts, none_of, long


def _natural(q: Member, p: Member, information: F.Information | None) -> list[tuple[str, Derivation[Formula]]]:
    """The natural gradient of the divergence in the scalar parameters of q, of which there are few."""
    if information is None:
        raise F.NoRule("there is no Fisher information")
    found = F.divergence(q, p)
    if found.value is None or not 0 < len(information.parameters) <= MOST_PARAMETERS:
        return []
    values = F.natural_gradient(found.value.body, information)
    rows = Blocks(tuple((scalar(v),) for v in values))
    name = row(Script(Letter("I"), None, row(Sign("minus"), Number("1"))), Sign("nabla"), found.name)
    assumes = dict.fromkeys((*found.derivation.assumes, *(c.remark() for c in information.conditions)))
    return [("natural gradient", Derivation((equation(name, rows),), (), tuple(assumes)))]


def other(f: Family) -> Member:
    """A second member, with parameters called ``α_2`` for ``α``; whole numbers are shared."""
    symbols = (p if p.domain.whole else Symbol(f"{p.name}_2", p.sizes, p.domain, p.traits) for p in f.parameters)
    return f(*map(T.whole, symbols))


def _density(q: Member) -> Derivation[Formula]:
    left = LogDensity("q", q.variables, frozenset(), ())
    return Derivation((equation(scalar(left), scalar(q.log_density())),), ())


def _exponential(q: Member) -> list[tuple[str, Derivation[Formula]]]:
    form = exponential_form(q)
    if form is None:
        return []
    shown: list[Formula] = []
    for k, (eta, statistic) in enumerate(form.parts, 1):
        number = Number(str(k)) if len(form.parts) > 1 else None
        shown += [
            equation(_numbered("T", number), closed(statistic)),
            equation(_numbered("eta", number), closed(eta)),
        ]
    shown.append(equation(Letter("F"), scalar(tidy(form.log_partition))))
    shown.append(equation(row(Word("log"), Letter("h")), scalar(tidy(form.base))))
    return [("exponential form", Derivation(tuple(shown), ()))]


def _numbered(letter: str, number: Notation | None) -> Notation:
    return Letter(letter) if number is None else Script(Letter(letter), number)


def _divergence(q: Member, p: Member) -> list[tuple[str, Derivation[Formula]]]:
    """The divergence of two members, and its gradient by each parameter that is no whole number."""
    found = F.divergence(q, p)
    by = [b.symbol for b in (a.body for m in (q, p) for a in m.arguments) if isinstance(b, Entry) and not b.symbol.domain.whole]
    # gathering the inverse of a covariance that is a sum has several outcomes, so there the normal form is shown as it is
    kept = isinstance(q.family.law, Image) and bool(q.variable.sizes)
    slopes = tuple(
        equation(_slope(found.name, s), g if kept else closed(g)) for s, g in zip(by, F.gradients(found, by), strict=True)
    )
    return [("divergence", found.derivation), ("gradients of the divergence", Derivation(slopes, (), found.derivation.assumes))]


def _slope(of: Notation, by: Symbol) -> Notation:
    if by.sizes:
        return row(Script(Sign("nabla"), name_notation(by.name)), of)
    return Fraction(row(Sign("partial"), of), row(Sign("partial"), name_notation(by.name)))


def _information(found: F.Information) -> list[tuple[str, Derivation[Formula]]]:
    if not found.parameters:
        return []
    rows = Blocks(tuple(tuple(scalar(c) for c in r) for r in found.rows))
    name = row(Letter("I"), Fenced("paren", Letter("q")))
    return [("Fisher information", Derivation((equation(name, rows),), (), tuple(c.remark() for c in found.conditions)))]
