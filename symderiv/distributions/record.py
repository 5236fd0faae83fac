r"""What a file of this package states, in the model language, and how it becomes a `Family`.

``given`` declares the parameters, in their order; ``variable`` the random variable. Exactly one law stands beside the log-density:

- ``statistics`` and ``tilted``: the parameters of the density tilted by ``exp(s·T_1 + t·T_2)``, the tilts called ``s`` and ``t``;
- ``base`` and ``branches``: the name of another family, its parameters, and pairs (weight, value) in its variable ``y``;
  without a base the values are constants;
- ``one_hot``: the probabilities of the unit vectors;
- none of them: the expectations in ``centred`` are all that is known; without these the density is constant between the ends of its support.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from symderiv.algebra.families import Family, Image, Interval, Law, Level, Member, OneHot, Region, Support, Tabled, Tilted
from symderiv.algebra.terms import Symbol, Tensor, Term
from symderiv.core.problems import AnswerProblem, AuthorProblem
from symderiv.core.text import Source
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.reading.scope import Scope

#: Names of the tilts in files, in the order of the statistics.
TILTS = ("s", "t")


#: What a row of `Distribution.centred` names beside the parameters: the centre, and the rows that name more.
_CENTRE = (r"c \in \mathbb{R}",)
_PLACES = {"log_quadratic": (*_CENTRE, "s > 0"), "exp_abs": (*_CENTRE, r"s \in \mathbb{R}", r"t \in \mathbb{R}")}


@dataclass(frozen=True, slots=True)
class Distribution:
    """One family as it is stated. ``support``: the two ends ("" for none), or the name of a region; ``also``: other names for it."""

    given: tuple[str, ...]
    log_density: str
    source: str
    variable: str = r"x \in \mathbb{R}"
    support: tuple[str, str] | str = ("", "")
    whole: bool = False
    also: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()
    tilted: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    branches: tuple[tuple[str, str], ...] = ()
    one_hot: str = ""
    #: l and s where (x - l)/s has a density without parameters.
    location_scale: tuple[str, ...] = ()
    #: Expectations of even functions of x - c, by the function's name; of ``log((x - c)² + s²)``, and of ``exp(-s |x - c| - t |x - l|)``
    #: with the location l.
    centred: tuple[tuple[str, str], ...] = field(default=())

    def family(self, name: str, find: Callable[[str], Family]) -> Family:
        """The family that is stated. ``find`` gives the base of an image. Raises `AuthorProblem`."""
        parameters = read_given(Source("\n".join(self.given), name))
        scope = read_given(Source("\n".join((*self.given, self.variable)), name))
        symbols = tuple(parameters.symbols.values())
        (variable,) = (s for key, s in scope.symbols.items() if key not in parameters.symbols)
        rows = {}
        for function, text in self.centred:
            inner = read_given(Source("\n".join((*self.given, *_PLACES.get(function, _CENTRE))), name))
            names = ("c", "s", "t")[: len(_PLACES.get(function, _CENTRE))]
            rows[function] = (tuple(inner.symbols[k] for k in names), _scalar(inner, text, name))
        return Family(
            name, symbols, variable, self._support(parameters, name), _scalar(scope, self.log_density, name), self._law(scope, name, find),
            tuple(_scalar(parameters, c, name) for c in self.conditions),
            (_scalar(parameters, self.location_scale[0], name), _scalar(parameters, self.location_scale[1], name)) if self.location_scale else None,
            rows,
        )  # fmt: skip

    def _support(self, scope: Scope, name: str) -> Support:
        if isinstance(self.support, str):
            return Region(self.support)
        low, high = (_scalar(scope, end, name) if end else None for end in self.support)
        return Interval(low, high, self.whole)

    def _law(self, scope: Scope, name: str, find: Callable[[str], Family]) -> Law:
        if self.statistics:
            statistics = tuple(_value(scope, s, name) for s in self.statistics)
            tilts = tuple(Symbol(k, s.sizes) for k, s in zip(TILTS, statistics, strict=False))
            declared = Scope(
                symbols={**scope.symbols, **{s.name: s for s in tilts}}, dimensions=scope.dimensions, source=scope.source
            )
            return Tilted(statistics, tilts, tuple(_value(declared, v, name) for v in self.tilted))
        if self.branches:
            base: Member | None = None
            inner = scope
            if self.base:
                family = find(self.base[0])
                y = Symbol("variable of the base", family.variable.sizes, family.variable.domain)
                base = family(*(_value(scope, a, name) for a in self.base[1:]), variable=y)
                inner = Scope(symbols={**scope.symbols, "y": y}, dimensions=scope.dimensions)
            return Image(base, tuple((_scalar(scope, w, name), _value(inner, v, name)) for w, v in self.branches))
        if self.one_hot:
            return OneHot(_value(scope, self.one_hot, name))
        return Tabled() if self.centred else Level()


def _value(scope: Scope, text: str, name: str) -> Tensor:
    source = Source(text, name)
    try:
        value = Reader(scope, source).read(parse(source))[0].value
    except AnswerProblem as problem:
        raise AuthorProblem(problem.message, problem.span, source, problem.hint) from None
    if not isinstance(value, Tensor):
        raise AuthorProblem("a scalar, vector or matrix is wanted", None, source)
    return value


def _scalar(scope: Scope, text: str, name: str) -> Term:
    value = _value(scope, text, name)
    if value.rank:
        raise AuthorProblem("a scalar is wanted", None, Source(text, name))
    return value.body
