"""A monomial with two free indices as a path of matrices between them, and the triangle in which such a product lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from symderiv.algebra import terms as t
from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.polynomials import Monomial, Poly, as_fraction, monomial_term
from symderiv.algebra.terms import Tensor, delta, fresh, tensor, Entry, Index, Mul, Num, Sum, Term, Value, reindex

#: Traits of a matrix that stands on one side of its diagonal.
TRIANGULAR = frozenset({"lower", "unit lower", "strictly lower", "upper"})

_LOWER = {"lower": False, "unit lower": False, "strictly lower": True}


def triangle(m: Monomial, i: Index, j: Index) -> tuple[str, bool, str] | None:
    """The side on which a monomial's matrix stands, whether strictly, and why; None where it is on both."""
    links = links_of(m, i, j)
    if links is None:
        return None
    sides: set[str] = set()
    strict = False
    why = ""
    for (a, b), factors in links.steps:
        kind = None
        for f in factors:
            kind = kind or _side(f, a, b)
        if kind is None:
            return None
        sides.add(kind[0])
        strict |= kind[1]
        why = kind[2] if kind[1] or not why else why
    return (next(iter(sides)), strict, why) if len(sides) == 1 else None


def _side(f: Term, a: Index, b: Index) -> tuple[str, bool, str] | None:
    """Lower or upper, and whether strictly, for one factor with slots ``a, b``."""
    if isinstance(f, Entry):
        straight = f.at == (a, b)
        for trait, strict in _LOWER.items():
            if trait in f.symbol.traits:
                return ("lower" if straight else "upper", strict, f"{f.symbol.name} is {trait} triangular")
        if "upper" in f.symbol.traits:
            return ("upper" if straight else "lower", False, f"{f.symbol.name} is upper triangular")
    if isinstance(f, Value) and "autoregressive" in f.function.traits and len(f.by) == 1 and f.by[0][0] == 0:
        pair = (f.at[0], f.by[0][1])
        if pair in ((a, b), (b, a)):
            return (
                "lower" if pair == (a, b) else "upper",
                True,
                f"entry i of {f.function.name} depends on the entries before i alone",
            )
    return None


@dataclass(frozen=True, slots=True)
class Links:
    """A monomial as a path of matrices from i to j: steps with their factors, what stands at each node, and what stands outside."""

    nodes: tuple[Index, ...]
    steps: tuple[tuple[tuple[Index, Index], tuple[Term, ...]], ...]
    at_node: dict[Index, tuple[Term, ...]]
    outside: tuple[Term, ...]


def links_of(m: Monomial, i: Index, j: Index) -> Links | None:
    """The path of matrices that a monomial is, bound sums opened; None where it is no path."""
    inner, factors = opened(m)
    ends: dict[tuple[Index, Index], list[Term]] = {}
    at_node: dict[Index, list[Term]] = {k: [] for k in (i, j, *inner)}
    outside: list[Term] = []
    for f in factors:
        used = [k for k in at_node if k in f.free]
        if not used:
            outside.append(f)
        elif len(used) == 1:
            at_node[used[0]].append(f)
        elif len(used) == 2:
            a, b = used
            ends.setdefault((b, a) if (b, a) in ends else (a, b), []).append(f)
        else:
            return None
    nodes, steps, here = [i], [], i
    left = dict(ends)
    while here != j or left:
        found = next((pair for pair in left if here in pair), None)
        if found is None or (here == j and left):
            return None
        there = found[1] if found[0] == here else found[0]
        steps.append(((here, there), tuple(left.pop(found))))
        nodes.append(there)
        here = there
    if set(nodes) != set(at_node) or not steps:
        return None
    return Links(tuple(nodes), tuple(steps), {k: tuple(v) for k, v in at_node.items()}, tuple(outside))


def opened(m: Monomial) -> tuple[list[Index], list[Term]]:
    """The factors of a monomial with sums of power one opened."""
    inner: list[Index] = []
    factors: list[Term] = []
    for f, e in sorted(m[0], key=lambda pair: pair[0].digest):
        if isinstance(f, Sum) and e == 1:
            indices, body = f.body.open()
            inner += indices
            factors += body.factors if isinstance(body, Mul) else (body,)
        else:
            factors.append(t.power(f, Num(Fraction(e))))
    if m[1]:
        for n, c in sorted(m[1], key=lambda pair: monomial_term(pair[0]).digest):
            factors.append(t.exp(monomial_term(n, c)))
    return inner, factors


def is_chain(m: Monomial, i: Index, j: Index) -> bool:
    """Whether the path has nodes in between."""
    links = links_of(m, i, j)
    return links is not None and len(links.nodes) > 2


def chain_diagonal(m: Monomial, c: fmpq, i: Index, j: Index) -> Term:
    """The diagonal of a product of triangular matrices on one side: the product of the diagonals."""
    links = links_of(m, i, j)
    assert links is not None
    everywhere = dict.fromkeys(links.nodes, i)
    parts = [reindex(f, everywhere) for _, factors in links.steps for f in factors]
    parts += [reindex(f, everywhere) for factors in links.at_node.values() for f in factors]
    return t.mul(Num(as_fraction(c)), *links.outside, *parts)


@dataclass(frozen=True, slots=True)
class Triangle:
    """A triangular matrix: the terms of its diagonal, the side on which it stands, and why it does."""

    diagonal: tuple[Term, ...]
    side: str
    why: tuple[str, ...]


def triangular(p: Poly, i: Index, j: Index) -> Triangle | None:
    """The matrix of a polynomial where all of it off the diagonal stands on one side, else None."""
    diagonal: list[Term] = []
    sides: set[str] = set()
    words: set[str] = set()
    for m, c in p.items():
        on = diagonal_of({m: c}, i, j)
        if on is not None:
            diagonal.append(on)
            continue
        kind = triangle(m, i, j)
        if kind is None:
            return None
        side, strict, why = kind
        sides.add(side)
        words.add(why)
        if not strict:
            diagonal.append(chain_diagonal(m, c, i, j) if is_chain(m, i, j) else reindex(monomial_term(m, c), {j: i}))
    return Triangle(tuple(diagonal), next(iter(sides)), tuple(sorted(words))) if len(sides) == 1 else None


def cut_at(links: Links, cut: int, c: fmpq, d: Term) -> Tensor:
    """``I + B D^-1 A`` where the path is A up to a node and B behind it."""
    node = links.nodes[cut]
    first, last = links.nodes[0], links.nodes[-1]
    a_side = [f for _, fs in links.steps[:cut] for f in fs] + [f for k in links.nodes[: cut + 1] for f in links.at_node[k]]
    b_side = [f for _, fs in links.steps[cut:] for f in fs] + [f for k in links.nodes[cut + 1 :] for f in links.at_node[k]]
    k, l = fresh(node.size), fresh(node.size)
    left = t.sum_over(links.nodes[1:cut], t.mul(Num(as_fraction(c)), *links.outside, *a_side))
    right = t.sum_over(links.nodes[cut + 1 : -1], t.mul(*b_side))
    turned = t.mul(reindex(right, {node: k, last: first}), t.power(d, t.MINUS_ONE), reindex(left, {node: l}))
    return tensor((k, l), t.add(delta(k, l), t.sum_over((first,), turned)))


# --- of rank one ---------------------------------------------------------------------------------------------------------------


def outer(m: Monomial, c: fmpq, i: Index, j: Index) -> tuple[Term, Term] | None:
    """A monomial as ``a_i b_j``."""
    if any(i in f.free and j in f.free for f, _ in m[0]):
        return None
    left: list[Term] = [Num(as_fraction(c))]
    right: list[Term] = []
    for f, e in sorted(m[0], key=lambda pair: pair[0].digest):
        (right if j in f.free else left).append(t.power(f, Num(Fraction(e))))
    for n, q in sorted(m[1], key=lambda pair: monomial_term(pair[0]).digest):
        inner = monomial_term(n, q)
        if i in inner.free and j in inner.free:
            return None
        (right if j in inner.free else left).append(t.exp(inner))
    return t.mul(*left), t.mul(*right)


def merged(pairs: Sequence[tuple[Term, Term]]) -> list[tuple[Term, Term]]:
    """Pairs with one right side, their left sides added."""
    total: dict[Term, list[Term]] = {}
    for a, b in pairs:
        total.setdefault(b, []).append(a)
    return [(t.add(*a), b) for b, a in total.items()]
