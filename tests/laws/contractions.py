"""Random contractions: products of entries summed over shared indices, as labelled graphs, with isomorphism by brute force.

A contraction is a multiset of factors; a factor is a symbol with its slots; a slot is a bound index (a number from 0, summed over) or a free
one (a number below 0). Two contractions with the same free indices are equal for all values exactly if one renaming of the bound indices
takes one multiset to the other: the engine has to find the same by its canonical names.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from symderiv.algebra import tensors as T
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Poly
from symderiv.algebra.symbols import Index
from symderiv.algebra.terms import Entry, Function, Symbol, Term, Value, exp, fresh, mul, sum_over
from symderiv.core.domain import REAL
from symderiv.core.size import Size

N = Size.of("n")
_X = Symbol("x", (N,))
_SYMBOLS = {
    "v": Symbol("v", (N,)), "A": Symbol("A", (N, N)), "B": Symbol("B", (N, N)), "S": Symbol("S", (N, N), REAL, frozenset({"symmetric"})),
    "T": Symbol("T", (N, N, N)),
}  # fmt: skip
_F = Function("F", ((N,),), (N,))
#: The rank of each symbol, and from which slot on the order of its slots does not matter (Schwarz for the second derivative of F).
_RANKS = {"v": 1, "A": 2, "B": 2, "S": 2, "T": 3, "exp A": 2, "J": 2, "H": 3}
_UNORDERED = {"S": 0, "H": 1}

Factor = tuple[str, tuple[int, ...]]
FREE = (fresh(N), fresh(N))


@dataclass(frozen=True, slots=True)
class Contraction:
    """Factors, summed over the indices 0, …, ``bound - 1``."""

    bound: int
    factors: tuple[Factor, ...]

    def renamed(self, names: tuple[int, ...]) -> tuple[Factor, ...]:
        """The factors, sorted, with each bound index k called ``names[k]``."""
        return tuple(sorted((s, _settled(s, tuple(names[k] if k >= 0 else k for k in at))) for s, at in self.factors))

    def term(self) -> Term:
        """The sum as the engine has it."""
        indices = [fresh(N) for _ in range(self.bound)]

        def slot(k: int) -> Index:
            return indices[k] if k >= 0 else FREE[-1 - k]

        return sum_over(indices, mul(*(_entry(s, tuple(map(slot, at))) for s, at in self.factors)))


def _settled(symbol: str, at: tuple[int, ...]) -> tuple[int, ...]:
    first = _UNORDERED.get(symbol, len(at))
    return at[:first] + tuple(sorted(at[first:]))


def _entry(symbol: str, at: tuple[Index, ...]) -> Term:
    if symbol == "exp A":
        return exp(Entry(_SYMBOLS["A"], at))
    if symbol in ("J", "H"):
        return Value(_F, (T.whole(_X),), at[:1], tuple((0, k) for k in at[1:]))
    return Entry(_SYMBOLS[symbol], at)


def isomorphic(a: Contraction, b: Contraction) -> bool:
    """Whether a renaming of the bound indices takes one to the other: all of them are tried."""
    if a.bound != b.bound or sorted(s for s, _ in a.factors) != sorted(s for s, _ in b.factors):
        return False
    goal = b.renamed(tuple(range(b.bound)))
    return any(a.renamed(names) == goal for names in itertools.permutations(range(a.bound)))


def normal_form(c: Contraction) -> Poly:
    """What the engine makes of it."""
    return Normal().poly(c.term())


# --- draws --------------------------------------------------------------------------------------------------------------


def drawn(r: random.Random) -> Contraction:
    """A random contraction; every third is a regular graph of one symmetric symbol, where refinement alone sees no difference."""
    if r.random() < 0.33:
        bound, degree = r.choice(((4, 2), (5, 2), (6, 2), (4, 3), (6, 3)))
        return Contraction(bound, tuple(("S", edge) for edge in _regular(r, bound, degree)))
    bound, symbols = r.randint(2, 5), r.choice((("A",), ("A", "v"), ("S", "v"), ("T", "v"), ("J", "v"), tuple(_RANKS)))
    factors = []
    for _ in range(r.randint(2, 6)):
        s = r.choice(symbols)
        factors.append((s, tuple(r.randrange(-2, bound) if r.random() < 0.15 else r.randrange(bound) for _ in range(_RANKS[s]))))
    used = sorted({k for _, at in factors for k in at if k >= 0})
    place = {k: n for n, k in enumerate(used)}
    return Contraction(len(used), tuple((s, tuple(place.get(k, k) for k in at)) for s, at in factors))


def _regular(r: random.Random, bound: int, degree: int) -> list[tuple[int, int]]:
    """The edges of a random regular graph without loops (pairs of half-edges, drawn again until none is a loop)."""
    while True:
        halves = [k for k in range(bound) for _ in range(degree)]
        r.shuffle(halves)
        edges = list(zip(halves[::2], halves[1::2], strict=True))
        if all(i != j for i, j in edges):
            return edges


def relabelled(r: random.Random, c: Contraction) -> Contraction:
    """The same under other names, with factors and unordered slots in another order."""
    names = list(range(c.bound))
    r.shuffle(names)
    factors = []
    for s, at in c.factors:
        first = _UNORDERED.get(s, len(at))
        loose = list(at[first:])
        r.shuffle(loose)
        factors.append((s, tuple(names[k] if k >= 0 else k for k in (*at[:first], *loose))))
    r.shuffle(factors)
    return Contraction(c.bound, tuple(factors))


def rewired(r: random.Random, c: Contraction) -> Contraction:
    """Two slots exchanged: often another contraction, and one with the same number of everything."""
    slots = [(f, k) for f, (_, at) in enumerate(c.factors) for k in range(len(at))]
    (f, k), (g, m) = r.sample(slots, 2) if len(slots) > 1 else (slots[0], slots[0])
    at = [list(places) for _, places in c.factors]
    at[f][k], at[g][m] = at[g][m], at[f][k]
    return Contraction(c.bound, tuple((s, tuple(places)) for (s, _), places in zip(c.factors, at, strict=True)))


def pairs(seed: int) -> Iterator[tuple[Contraction, Contraction]]:
    """Endless pairs: the same relabelled, one with two slots exchanged, or two of the same regular kind."""
    r = random.Random(seed)
    while True:
        c = drawn(r)
        other = rewired(r, c) if r.random() < 0.6 else c
        yield c, relabelled(r, other)


def disagreement(a: Contraction, b: Contraction) -> str:
    """What the engine and brute force do not agree on; empty where they do."""
    same = normal_form(a) == normal_form(b)
    return "" if same == isomorphic(a, b) else f"the engine says {'equal' if same else 'different'}: {a} and {b}"
