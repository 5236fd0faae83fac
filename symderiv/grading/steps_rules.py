r"""Which rule justifies a step that was proved: found by proving it again from less.

A ladder of proofs: at each rung some kinds of term are unknown functions of what stands in them, so that nothing can be used about them.
``E_q[f + g] = E_q[f] + E_q[g]`` fails while ``E_q`` is an unknown function, and holds once expectations may be worked out with densities of which
nothing is known: it is linearity. The first rung that suffices names the rule. What the ladder cannot see, since reading settles it (a
divergence is read as its definition, a derivative is taken), is told from the two texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flint import fmpq

from symderiv.algebra import terms as t
from symderiv.algebra.densities import Abstract, Densities, Gaussian
from symderiv.algebra.knowledge import Knowledge, Nothing
from symderiv.algebra.rebuild import below, rebuilt
from symderiv.algebra.polynomials import Budget, Meter, Poly, plus
from symderiv.algebra.parts import parts
from symderiv.algebra.terms import (
    Add, Apply, Det, Entry, Function, InverseEntry, LogDensity, Mean, Pow, Symbol, Tensor, Term, Undefined, Value,
)  # fmt: skip
from symderiv.algebra.normal import Normal
from symderiv.decide.equal import without_denominators
from symderiv.reading import tree
from symderiv.reading.tree import children
from symderiv.reading.scope import Scope, key

#: A proof that names a rule is not worth more products of monomials than this.
_PRODUCTS = 20_000

LOGARITHMS = frozenset(("exp", "log"))


# --- the ladder -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rung:
    """``hidden``: kinds of term of which nothing is used; ``known``: what of the declared densities is."""

    rules: tuple[str, ...]
    hidden: frozenset[type[Term]]
    known: Callable[[Densities], Knowledge]


def _nothing(_: Densities) -> Knowledge:
    return Nothing()


def _without_formulas(knowledge: Densities) -> Knowledge:
    """Declared densities as if only their names and their rules of factorising were known."""
    known = {
        name: Abstract(frozenset((d.variable.name,)), d.given) if isinstance(d, Gaussian) else d
        for name, d in knowledge.known.items()
    }
    return Densities(known, knowledge.relations, knowledge.values)


def _all(knowledge: Densities) -> Knowledge:
    return knowledge


_PROBABILITY: frozenset[type[Term]] = frozenset((Mean, LogDensity))
_MATRICES: frozenset[type[Term]] = frozenset((Det, InverseEntry))

LADDER = (
    Rung(("algebra",), _PROBABILITY | _MATRICES | {Apply}, _nothing),
    Rung(("rules of logarithms and exponentials",), _PROBABILITY | _MATRICES, _nothing),
    Rung(("rules of determinants and inverses",), _PROBABILITY, _nothing),
    Rung(("linearity of the expectation",), frozenset((LogDensity,)), _nothing),
    Rung(("product rule of densities",), frozenset((Mean,)), _without_formulas),
    Rung(("product rule of densities", "linearity of the expectation"), frozenset(), _without_formulas),
    Rung(("formula of the density",), frozenset((Mean,)), _all),
    Rung(("moments of the density",), frozenset(), _all),
)


class Climb:
    """The ladder for the steps of one derivation; each side is worked out once at a rung."""

    def __init__(self, knowledge: Densities) -> None:
        self.knowledge = knowledge
        self.forms: dict[tuple[int, Term], Poly | None] = {}

    def rules(self, left: Tensor, right: Tensor) -> tuple[str, ...]:
        """The rules of the lowest rung at which two tensors, known to be equal, are proved equal; nothing where they are the same term."""
        indices, a = left.open()
        b = right.at(*indices)
        if a == b:
            return ()
        kinds = {type(x) for x in (*parts(a), *parts(b))}
        probable = not kinds.isdisjoint(_PROBABILITY)
        before: frozenset[type[Term]] | None = None
        for k, r in enumerate(LADDER[:-1] if probable else LADDER[:3]):
            hidden = r.hidden & kinds
            if hidden == before and r.known is _nothing:  # nothing more is used than at the rung below
                continue
            before = hidden
            if not self._hopeless(r, a, b) and self._proved(k, a, b):
                return (*r.rules, *_families(a, b, r))
        if not probable:
            return ("identities of the functions",)
        concrete = any(isinstance(m, (Mean, LogDensity)) and m.family in self.knowledge.concrete for m in (*parts(a), *parts(b)))
        return (*LADDER[-1].rules, *_families(a, b, LADDER[-1])) if concrete else ("rules of probability",)

    def _hopeless(self, r: Rung, a: Term, b: Term) -> bool:
        """Whether one side has what this rung neither opens nor works out, and the other has nothing of it."""
        concrete = self.knowledge.concrete
        for kind in (Mean, LogDensity):
            closed = [
                any(
                    isinstance(x, kind) and (kind in r.hidden or (r.known is not _all and x.family in concrete))
                    for x in parts(side)
                )
                for side in (a, b)
            ]
            if closed[0] != closed[1]:
                return True
        return False

    def _proved(self, k: int, a: Term, b: Term) -> bool:
        p, q = self._form(k, a), self._form(k, b)
        if p is None or q is None:
            return False
        gap = dict(p)
        plus(gap, q, fmpq(-1))
        try:
            return not gap or not without_denominators(gap, Meter(_PRODUCTS))
        except Budget:
            return False

    def _form(self, k: int, term: Term) -> Poly | None:
        """The normal form at a rung, or None where it takes too long."""
        if (k, term) not in self.forms:
            r = LADDER[k]
            try:
                form = Normal(r.known(self.knowledge), Meter(_PRODUCTS)).poly(_Hiding(r.hidden).term(term))
            except (Budget, Undefined, RecursionError):
                form = None
            self.forms[k, term] = form
        return self.forms[k, term]


def _families(a: Term, b: Term, r: Rung) -> tuple[str, ...]:
    """What else is seen from the densities under the expectations, where expectations were worked out."""
    if Mean in r.hidden:
        return ()
    left, right = ({(m.family, m.variables) for m in parts(x) if isinstance(m, Mean)} for x in (a, b))
    if not left or not right or left == right:
        return ()
    if {f for f, _ in left} == {f for f, _ in right}:
        return ("marginalisation",)
    return ("change of variables",) if r.known is _all else ()


class _Hiding:
    """Terms of some kinds as unknown functions of what they are made of."""

    def __init__(self, kinds: frozenset[type[Term]]) -> None:
        self.kinds = kinds

    def tensor(self, x: Tensor) -> Tensor:
        return below(x, self.term)

    def term(self, x: Term) -> Term:
        """The term with everything of these kinds hidden."""
        if type(x) in self.kinds:
            return self._hidden(x)
        match x:
            case Mean(family=family, variables=variables, given=given, at=at, body=body):
                return Mean(family, variables, given, at, self.term(body))
        return rebuilt(x, self.term, self.tensor)

    def _hidden(self, x: Term) -> Term:
        match x:
            case Mean(family=family, variables=variables, given=given, at=at, body=body):
                name = f"mean under {family}({_names(variables)} | {_names(given)}) {len(at)}"
                at_places = tuple(t.scalar(_place(s)) for s in at)
                return _unknown(name, (t.scalar(self.term(body)), *at_places))
            case LogDensity(family=family, variables=variables, given=given, at=at):
                # it depends on its variables, so that it stays inside their expectation
                arguments = (
                    *(t.scalar(Entry(Symbol(v), ())) for v in sorted(variables | given)),
                    *(t.scalar(_place(s)) for s in at),
                )
                return _unknown(f"log {family}({_names(variables)} | {_names(given)}) {len(at)}", arguments)
            case Apply(name=name, argument=argument) if name in LOGARITHMS:
                return _unknown(name, (t.scalar(self.term(argument)),))
            case Apply(name=name, argument=argument):
                return t.apply(name, self.term(argument))
            case Det(matrix=matrix):
                return _unknown("det", (self.tensor(matrix),))
            case InverseEntry(matrix=matrix, at=at):
                inner = self.tensor(matrix)
                return Value(Function("inverse", (inner.sizes,), inner.sizes), (inner,), at, ())
        raise TypeError(f"{type(x).__name__} is not hidden")


def _place(slot: t.Slot) -> Term:
    """A place as a term that depends on it alone."""
    return t.num(slot) if isinstance(slot, int) else Entry(Symbol("place", (slot.size,)), (slot,))


def _unknown(name: str, arguments: tuple[Tensor, ...]) -> Term:
    return Value(Function(f"unknown {name}", tuple(a.sizes for a in arguments), ()), arguments, (), ())


def _names(names: Iterable[str]) -> str:
    return ",".join(sorted(names))


def ordering(left: Tensor, right: Tensor) -> str:
    """The rule by which one scalar is proved to be at least as large as another."""
    sides = [list(parts(x)) for x in (left, right)]
    if any(_of_a_mean(x) or (isinstance(x, Mean) and _of_a_sum(x.body)) for x in (*sides[0], *sides[1])):
        return "Jensen's inequality"
    probable = any(isinstance(x, (Mean, LogDensity)) for x in (*sides[0], *sides[1]))
    return "a divergence is never negative" if probable else "signs of the terms"


def _of_a_mean(x: Term) -> bool:
    """``log E[…]``, ``exp E[…]`` and powers of an expectation."""
    inside = x.argument if isinstance(x, Apply) and x.name in LOGARITHMS else x.base if isinstance(x, Pow) else None
    return isinstance(inside, Mean)


def _of_a_sum(body: Term) -> bool:
    """``log(a + b)``, whose expectation no density makes simpler."""
    found = [x for x in parts(body) if isinstance(x, Apply) and x.name == "log"]
    return any(isinstance(y, Add) for x in found for y in parts(x.argument))


# --- what the texts tell ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Texts:
    """The two sides of a step as they were written, and how often each name and sign stands in them."""

    before: dict[str, int]
    after: dict[str, int]

    def fewer(self, *names: str) -> bool:
        """Whether one of the names stands less often after the step."""
        return any(self.after.get(n, 0) < self.before.get(n, 0) for n in names)

    def changed(self, *names: str) -> bool:
        """Whether one of the names stands more or less often after the step."""
        return any(self.after.get(n, 0) != self.before.get(n, 0) for n in names)


_DIVERGENCES = ("KL", "D_KL", "D_kl", "D_Kl", "Kl", "kl", "KLD")
_DERIVATIVES = ("sign partial", "sign nabla")
_DETERMINANTS = ("det", "fence bar", "grid bar")

#: Rules that are told from the texts, in the order in which they are named.
TOLD: tuple[tuple[str, Callable[[Texts], bool]], ...] = (
    ("definition of the divergence", lambda x: x.changed(*_DIVERGENCES)),
    ("definition of the entropy", lambda x: x.changed("H")),
    ("derivative under the expectation", lambda x: not x.fewer(*_DERIVATIVES) and x.changed("derivative of a mean")),
    ("differentiation", lambda x: x.fewer(*_DERIVATIVES)),
    ("determinant by blocks", lambda x: x.fewer(*_DETERMINANTS) and x.fewer("grid")),
    ("determinant", lambda x: x.fewer(*_DETERMINANTS) and not x.fewer("grid")),
    ("expectation as an integral", lambda x: x.changed("integral") and x.changed("E", *_DIVERGENCES)),
    ("trace", lambda x: x.changed("tr", "Tr", "trace")),
)


def told(before: tree.Node, after: tree.Node, scope: Scope) -> tuple[str, ...]:
    """The rules that the texts tell: a definition opened, a derivative taken, a determinant worked out, a name inserted."""
    texts = Texts(_counted(before), _counted(after))
    rules = [name for name, holds in TOLD if holds(texts)]
    names = sorted(texts.before.keys() ^ texts.after.keys())
    return (*rules, *(f"definition of {name}" for name in names if name in scope.definitions))


def _counted(node: tree.Node) -> dict[str, int]:
    out: dict[str, int] = {}

    def add(name: str) -> None:
        out[name] = out.get(name, 0) + 1

    def count(n: tree.Node) -> None:
        if _is_mean(n):
            add("E")
        name = key(n)
        if name is not None:
            add(name)
            return
        match n:
            case tree.Sign(name=sign):
                add(f"sign {sign}")
            case tree.Big(op="integral"):
                add("integral")
            case tree.Fenced(kind="bar"):
                add("fence bar")
            case tree.Grid(kind=kind):
                add("grid")
                add(f"grid {kind}")
            case tree.Juxtaposed() if _derives_a_mean(n):
                add("derivative of a mean")
        for child in children(n):
            count(child)

    count(node)
    return out


def _derives_a_mean(node: tree.Juxtaposed) -> bool:
    """``∇_θ E_q[f]``: a derivative right before an expectation."""
    first = node.items[0]
    inside = _signs(first)
    return "partial" in inside or "nabla" in inside if _is_mean(node.items[1]) else False


def _is_mean(node: tree.Node) -> bool:
    base = node.base if isinstance(node, tree.Scripted) else node
    return isinstance(base, tree.Name) and base.text == "E"


def _signs(node: tree.Node) -> set[str]:
    found = {node.name} if isinstance(node, tree.Sign) else set()
    return found.union(*map(_signs, children(node)))
