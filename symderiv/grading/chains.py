"""Chains checked link by link: every side read, every side compared with the one before."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from symderiv.algebra.tensors import minus
from symderiv.algebra.terms import Index, Tensor
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.decide.order import is_positive
from symderiv.grading.conditions import goes_on, is_condition
from symderiv.grading.links import EQUAL, Compared, compare, left_open, ordered
from symderiv.grading.loosely import loose_link, variables_of
from symderiv.grading.ways import ways_to_go_on
from symderiv.reading import tree
from symderiv.reading.tree import children
from symderiv.reading.binders import find_sizes
from symderiv.reading.claims import Chain, Claims, Side
from symderiv.reading.meaning import Reader
from symderiv.reading.own_names import OwnName, in_own_variables, is_short, with_own_names
from symderiv.reading.normals import restates_density, with_normals
from symderiv.reading.values import Readings
from symderiv.reading.scope import Scope, key
from symderiv.reading.upto import without_constant
from symderiv.reading.values import Value

#: Relations that a step of a proof may have.
ORDERED_OR_EQUAL = EQUAL | {"<=", ">="}
#: Relations that claim nothing that is checked.
_LOOSE = {"approx", "propto", "~", "in", "to", "mapsto", ":"}
#: Relations that tell what something is.
TELLING = {"~", "in", "to", "mapsto", ":"}


@dataclass(slots=True)
class CheckedSide:
    """A side with its readings, or the problem that stopped it; ``link`` compares it with the side before."""

    side: Side
    readings: Readings = field(default_factory=list)
    problem: AnswerProblem | None = None
    link: Compared | None = None
    #: A term stands there that is only said to be free of the variable: ``… + const``.
    loose: bool = False

    @property
    def value(self) -> Value | None:
        """The cheapest reading."""
        return self.readings[0].value if self.readings else None


@dataclass(slots=True)
class CheckedChain:
    """A chain, its sides checked. ``defines``: the name that its first side gives to the second; ``labels``: the first side only names the answer."""

    chain: Chain
    sides: list[CheckedSide]
    defines: str = ""
    labels: bool = False
    #: The name is one that the answer gives itself and uses elsewhere.
    abbreviates: bool = False
    #: The index letters that nothing binds, with what they stand for.
    letters: Mapping[str, Index] = field(default_factory=dict)

    @property
    def links(self) -> list[CheckedSide]:
        """The sides that were compared with the one before."""
        return [s for s in self.sides if s.link is not None]


@dataclass(slots=True)
class Checked:
    """All chains of an answer, in the scope that its own definitions made."""

    source: Source
    scope: Scope
    chains: list[CheckedChain]
    rows: int
    #: How it is to be shown that it was read, where that is not just the values.
    echo: tuple[Value, ...] | None = None

    def wrong_steps(self) -> int:
        """How many steps are wrong."""
        return sum(s.link is not None and s.link.outcome == "wrong" for chain in self.chains for s in chain.sides)

    def first_wrong(self) -> int | None:
        """The first wrong displayed row, or in a single row the number of the first wrong relation; counted from 1."""
        sides = [s for chain in self.chains for s in chain.sides]
        wrong = [k for k, s in enumerate(sides) if s.link is not None and s.link.outcome == "wrong"]
        if not wrong:
            return None
        if self.rows > 1:
            return min(sides[k].side.row for k in wrong)
        return sum(bool(s.side.relation) for s in sides[: wrong[0] + 1])

    def first_without_meaning(self) -> int | None:
        """The first displayed row in which sizes do not fit together: it has no value that could be compared."""
        sides = (s for chain in self.chains for s in chain.sides)
        return next((s.side.row for s in sides if s.problem is not None and s.problem.kind == "shape mismatch"), None)


def check(claims: Claims, scope: Scope, source: Source, naming: bool) -> Checked:
    """Read and compare all sides. ``naming``: a first side that cannot be read names what is asked, as ``J = …`` does.

    Where a display may go on with several chains, it goes on with the likeliest with which the fewest steps are wrong.
    """
    ways = (_checked(c, claims.rows, scope, source, naming) for c in ways_to_go_on(claims.chains))
    best = next(ways)
    wrong = best.wrong_steps()
    while wrong and (other := next(ways, None)) is not None:
        if (count := other.wrong_steps()) < wrong:
            best, wrong = other, count
    return best


def _checked(continued: Sequence[Chain], rows: int, scope: Scope, source: Source, naming: bool) -> Checked:
    chains: list[CheckedChain] = []
    remarks: list[CheckedChain] = []
    scope = _with_all_normals(_without_taken(scope, continued), source, continued)
    scope, own = with_own_names(scope, source, continued)
    assumed = False
    for k, chain in enumerate(continued):
        scope = _with_all_normals(scope, source, (chain,))
        if k in own:
            chains.append(_abbreviation(chain, own[k], source))
            continue
        assumed = is_condition(chain) or (assumed and goes_on(chain.words))
        found = _chain(chain, in_own_variables(scope, chain.sides[0].node), source, naming and not chain.aside, assumed)
        if (chain.inline and _passing_remark(found, scope, source)) or (chain.aside and _is_law(found)):
            remarks.append(found)
            continue
        if found.defines:
            value = found.sides[1].value
            if value is not None and is_short(value):
                scope = scope.with_definition(found.defines, value)
        chains.append(found)
    return Checked(source, scope, chains or remarks, rows)


#: Words before a name that the answer takes for something of its own.
_LET = re.compile(r"\b(let|define|denote|consider|write|minimi[sz]e|maximi[sz]e)\b[^.]*$", re.IGNORECASE)


def _without_taken(scope: Scope, chains: Sequence[Chain]) -> Scope:
    """``Let J(w) = …``: a name that would stand for what is asked, and that the answer gives to something else."""
    taken = {plain_name(c.sides[0].node) for c in chains if len(c.sides) > 1 and _LET.search(c.words)}
    return replace(scope, aliases={name: v for name, v in scope.aliases.items() if name not in taken}) if taken else scope


def _with_all_normals(scope: Scope, source: Source, chains: Sequence[Chain]) -> Scope:
    for chain in chains:
        for side in chain.sides:
            scope = with_normals(scope, source, side.node)
    return scope


def _abbreviation(chain: Chain, own: OwnName, source: Source) -> CheckedChain:
    """A name that the answer gives to a value and uses: its first equation holds by definition, the others are claims."""
    found = _chain(chain, own.inner, source, naming=False)
    found.defines, found.abbreviates = own.name, True
    found.sides[0].problem = found.sides[1].problem = None  # what it stands for was read when it was defined
    found.sides[1].link = None
    return found


def _passing_remark(found: CheckedChain, scope: Scope, source: Source) -> bool:
    """A name in a sentence, or a density restated as it was given: nothing that the answer claims."""
    if len(found.sides) == 1:
        node = found.sides[0].side.node
        return found.sides[0].problem is not None and _mentions(node)
    return len(found.sides) == 2 and restates_density(scope, source, *(s.side.node for s in found.sides))


def _is_law(found: CheckedChain) -> bool:
    r"""``\log ab = \log a + \log b`` beside a step: a law in letters of its own, which claims nothing about this answer."""
    return any(s.problem is not None and s.problem.kind == "unknown symbol" for s in found.sides)


def _mentions(node: tree.Node) -> bool:
    """Names, and what is asked by them, as ``x_1, x_2`` or ``\\nabla_\\theta L``: no sum, no number, no fraction."""
    if isinstance(node, (tree.Name, tree.Scripted, tree.Sign)):
        return True
    return isinstance(node, _OF_MENTIONS) and all(map(_mentions, children(node)))


_OF_MENTIONS = (tree.Juxtaposed, tree.Listed, tree.Fenced, tree.Given, tree.Parallel)


def _chain(chain: Chain, scope: Scope, source: Source, naming: bool, assumed: bool = False) -> CheckedChain:
    reader = Reader(scope, source)
    sides = [CheckedSide(s) for s in chain.sides]
    for s in sides:
        try:
            if "delta" in source.text:  # how far its letters run is said beside it
                find_sizes(reader, s.side.node)
            firm = without_constant(s.side.node)
            s.loose = firm is not None
            s.readings = reader.read(firm or s.side.node)
        except AnswerProblem as problem:
            s.problem = problem
    result = CheckedChain(chain, sides, letters=reader.letters)
    first = sides[0]
    if (
        first.problem is not None
        and not _nameless(first.side.node, first.problem)
        and len(sides) > 1
        and sides[1].side.relation in (EQUAL | {"approx"} if naming else EQUAL)
    ):
        name = key(first.side.node)
        if name is not None and _is_new(name, scope):
            result.defines = name
        elif _names_anew(first, scope):
            first.problem = None
        elif not isinstance(first.side.node, tree.Empty) and not naming:
            return result
        result.labels = naming or isinstance(first.side.node, tree.Empty)
        if result.defines or result.labels:
            first.problem = None
    _named_on_the_way(sides, scope)
    _remarks(sides)
    if assumed:
        return result
    before: CheckedSide | None = None
    relations: list[str] = []
    names = variables_of(s.readings for s in sides)
    for s in sides:
        relations.append(s.side.relation)
        if before is not None and s.readings and before.readings:
            through = _through(relations)
            s.link = loose_link(sides, before, s, through, scope.knowledge, names) or _link(before, s, through, scope)
        if s.readings:
            before, relations = s, []
    _across_gaps(sides, scope)
    return result


def _across_gaps(sides: Sequence[CheckedSide], scope: Scope) -> None:
    """Steps that nobody decided, seen from both ends: where the line behind them differs from the last one before them, one of them is wrong.

    It is said of the first of them. What follows from a line, all steps proved, is as wrong as the line.
    """
    sure: CheckedSide | None = None  # the last side that nothing unsettled leads to
    gap: CheckedSide | None = None  # the first side that was not settled
    for s in sides:
        if s.side.relation and s.side.relation not in EQUAL:
            sure = gap = None
        if s.loose:
            sure = gap = None
        if not s.readings or s.loose:
            continue
        outcome = s.link.outcome if s.link is not None else "right"
        if outcome == "wrong":
            sure = gap = None
        elif gap is None and outcome != "unknown":
            sure = s
        elif sure is not None:
            gap = gap or s
            found = compare(sure.readings, s.readings, scope.knowledge, sure.side.node.span | s.side.node.span)
            if found.outcome == "wrong":
                why = "here or in the lines up to the next that could be compared something is wrong"
                alone = all(
                    x is gap or x.link is None or x.link.outcome == "right" for x in sides[sides.index(gap) : sides.index(s) + 1]
                )
                gap.link = replace(found, why="what follows from this is not equal to what stands before it" if alone else why)
                sure = gap = None
            elif found.outcome == "right":
                sure, gap = s, None


def _nameless(node: tree.Node, problem: AnswerProblem) -> bool:
    """Whether a side that cannot be read is certainly no name for the answer: damaged text, or a sum or product whose sizes do not fit."""
    sized = isinstance(node, (tree.Juxtaposed, tree.Product, tree.Sum)) and problem.kind == "shape mismatch"
    return sized or isinstance(node, tree.Damaged)


def _remarks(sides: Sequence[CheckedSide]) -> None:
    r"""What claims nothing that is checked may hold names of its own: ``z_k \sim p(z)``, and ``A = B \approx \frac{1}{K} \sum_k f(z_k)`` at its end."""
    if len(sides) > 1 and all(s.side.relation in TELLING for s in sides[1:]):
        for s in sides:
            s.problem = None
    for s in reversed(sides[1:]):
        if s.side.relation != "approx" or (s is sides[1] and not sides[0].readings):
            break
        s.problem = None


def _named_on_the_way(sides: Sequence[CheckedSide], scope: Scope) -> None:
    r"""``A ≥ \mathcal{L}(θ; x) = B``: a name that nothing declares stands for what follows it, so it claims nothing of its own.

    At the end, ``A ≥ B =: \mathcal{L}``, it stands for what is before it.
    """
    for s, after in itertools.pairwise(sides[1:]):
        if s.problem is not None and after.side.relation in EQUAL and after.readings and _names_anew(s, scope):
            s.problem = None
    last = sides[-1]
    if (
        len(sides) > 2
        and last.problem is not None
        and last.side.relation in EQUAL
        and sides[-2].readings
        and _names_anew(last, scope)
    ):
        last.problem = None


def _names_anew(side: CheckedSide, scope: Scope) -> bool:
    node = side.side.node
    if isinstance(node, tree.Sum) and len(node.terms) == 1:  # -L
        (node,) = node.terms
    name = plain_name(node)
    return name is not None and _is_new(name, scope)


def plain_name(node: tree.Node) -> str | None:
    """A name, or the name of what is called: ``L`` and ``L(θ; x)``."""
    if isinstance(node, tree.Juxtaposed) and len(node.items) == 2 and isinstance(node.items[1], tree.Fenced):
        return key(node.items[0])
    return key(node)


def _through(relations: Sequence[str]) -> str:
    """The relation between the ends of a chain whose middle could not be read: the one that is no equality, if it is one only."""
    others = {r for r in relations if r not in EQUAL}
    return next(iter(others)) if len(others) == 1 else "=" if not others else "mixed"


def _is_new(name: str, scope: Scope) -> bool:
    return name not in scope.names() and name not in scope.aliases


def _link(left: CheckedSide, right: CheckedSide, relation: str, scope: Scope) -> Compared | None:
    span = left.side.node.span | right.side.node.span
    if relation in EQUAL:
        found = compare(left.readings, right.readings, scope.knowledge, span)
        return Compared("right") if left_open(found) else found
    if relation in _LOOSE:
        return None
    if relation in ("<=", ">="):
        high, low = (left, right) if relation == ">=" else (right, left)
        return ordered(high.readings, low.readings, scope.knowledge, span)
    if relation in ("<", ">"):
        return _greater(*((left, right) if relation == ">" else (right, left)), scope, span)
    found = compare(left.readings, right.readings, scope.knowledge, span)
    if relation == "!=" and found.outcome == "right":
        return Compared("wrong", "both sides are equal")
    if relation == "!=" and found.outcome == "wrong":
        return Compared("right", witness=found.witness)
    return Compared("unknown", f"the relation {relation} is not checked")


def _greater(high: CheckedSide, low: CheckedSide, scope: Scope, span: Span) -> Compared:
    """``high > low``: settled by the domains, or refuted where it is the smaller one, or never larger."""
    a, b = high.value, low.value
    if (
        isinstance(a, Tensor)
        and isinstance(b, Tensor)
        and not a.rank
        and not b.rank
        and is_positive(minus(a, b), scope.knowledge)
    ):
        return Compared("right")
    if ordered(low.readings, high.readings, scope.knowledge, span).outcome == "right":
        return Compared("wrong", "this is never greater than the other side")
    found = ordered(high.readings, low.readings, scope.knowledge, span)
    return found if found.outcome == "wrong" else Compared("unknown", "whether this is always greater is not decided")
