"""What a product under index sums looks like: which factors stand at each index, and which link two.

A vector is a factor at one index, a matrix a link between two; the shape of that graph decides what can be written: a path from slot to
slot is a matrix product, a tree below a slot a vector, a path without slots ``a^T M b``, a cycle a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction as Rational

from symderiv.algebra.order import ordered
from symderiv.algebra.terms import (
    Add, Apply, Delta, Entry, Index, Mul, Num, Slot, Sum, Term, Value, add, mul, power, reindex, sum_over,
)  # fmt: skip
from symderiv.writing.scalars import Factor, factors_of


class Unwritable(Exception):
    """No product of vectors and matrices looks like this."""


@dataclass(slots=True)
class Network:
    """A coefficient and scalars, the factors at each index, the links between two, and the indices summed over."""

    coefficient: Rational
    scalars: list[Factor] = field(default_factory=list)
    at: dict[Index, list[Factor]] = field(default_factory=dict)
    links: dict[frozenset[Index], list[Term]] = field(default_factory=dict)
    dummies: set[Index] = field(default_factory=set)
    diagonal: bool = False

    def beside(self, k: Index) -> list[Index]:
        """The indices linked to one, in the order they were made."""
        return sorted((l for pair in self.links if k in pair for l in pair if l != k), key=lambda x: x.number)


def network(term: Term, slots: tuple[Index, ...]) -> Network:
    """The network of a product with these slots. Raises `Unwritable` where a factor depends on three indices or more."""
    coefficient, queue = factors_of(term)
    live, dummies, factors = set(slots), set[Index](), list[Factor]()
    while queue:
        base, e = queue.pop(0)
        if (
            isinstance(base, Sum)
            and e == 1
            and (not slots or not base.free.isdisjoint(live))
            and not isinstance(base.body.body, Add)
        ):
            opened, body = base.body.open()
            live |= set(opened)
            dummies |= set(opened)
            inner, more = factors_of(body)
            coefficient *= inner
            queue = more + queue
        elif isinstance(base, Apply) and base.name == "exp" and isinstance(base.argument, Add) and e == 1:
            factors += [(part, e) for part in _split_exp(base.argument, live)]
        else:
            factors.append((base, e))
    net = Network(coefficient, dummies=dummies)
    factors = _without_deltas(net, factors, slots)
    for base, e in factors:
        used = base.free & (live - (dummies - net.dummies))
        if not used:
            net.scalars.append((base, e))
        elif len(used) == 1:
            net.at.setdefault(next(iter(used)), []).append((base, e))
        elif len(used) == 2 and e.denominator == 1 and e > 0:
            net.links.setdefault(frozenset(used), []).extend([base] * int(e))
        else:
            raise Unwritable
    _detach(net, slots)
    return net


def _detach(net: Network, slots: tuple[Index, ...]) -> None:
    """What no link joins to a slot is a scalar of its own: ``Σ_j u_i v_j w_j`` is ``(v^T w) u``. Without slots, of several parts all are."""
    parts = components(net)
    loose = [p for p in parts if p.isdisjoint(slots)]
    if not slots and len(parts) < 2:
        return
    for part in loose:
        factors = [_power(b, e) for k in part for b, e in net.at.pop(k, [])]
        for pair in [pair for pair in net.links if pair <= part]:
            factors += net.links.pop(pair)
        net.dummies -= part
        net.scalars.append((sum_over(sorted(part, key=lambda k: k.number), mul(*factors)), Rational(1)))


def _split_exp(argument: Add, live: Iterable[Index]) -> list[Term]:
    """``exp(a_i + b_j)`` as ``exp(a_i) exp(b_j)``: addends by the indices they depend on."""
    groups: dict[frozenset[Index], list[Term]] = {}
    alive = frozenset(live)
    for part in ordered(argument.terms):
        groups.setdefault(part.free & alive, []).append(part)
    tensors = [k for k in groups if k]
    if len(tensors) <= 1:
        return [Apply("exp", argument)]
    return [Apply("exp", add(*parts)) for parts in groups.values()]


def _without_deltas(net: Network, factors: list[Factor], slots: tuple[Index, ...]) -> list[Factor]:
    out = list(factors)
    while True:
        found = next(((b, e) for b, e in out if isinstance(b, Delta) and not b.free.isdisjoint(net.dummies | set(slots))), None)
        if found is None:
            return out
        out.remove(found)
        ends = found[0].values
        gone = next((s for s in ends if s in net.dummies), None)
        if gone is not None:
            names: Mapping[Index, Slot] = {gone: ends[1] if ends[0] == gone else ends[0]}  # type: ignore[dict-item]
            net.dummies.discard(gone)
        elif len(slots) == 2 and set(ends) == set(slots):
            net.diagonal = True
            names = {slots[1]: slots[0]}
        else:
            raise Unwritable
        moved = [(reindex(b, names), e) for b, e in out]
        out = [(b, e) for b, e in moved if not (isinstance(b, Delta) and b.left == b.right)]


def distributed(term: Term, slots: Iterable[Index]) -> list[Term] | None:
    """A product with a sum over several terms, ``a Σ_j (b_j + c_j)``, as several products; None where it is a product already."""
    live = frozenset(slots)
    coefficient, factors = factors_of(term)
    for k, (base, e) in enumerate(factors):
        if isinstance(base, Sum) and e == 1 and isinstance(base.body.body, Add) and not base.free.isdisjoint(live):
            indices, body = base.body.open()
            rest = [_power(b, p) for n, (b, p) in enumerate(factors) if n != k]
            assert isinstance(body, Add)
            return [mul(Num(coefficient), *rest, sum_over(indices, part)) for part in body.terms]
    return None


def _power(base: Term, e: Rational) -> Term:
    return power(base, Num(e))


def components(net: Network) -> list[set[Index]]:
    """The indices in groups that links join."""
    left = set(net.at) | {i for pair in net.links for i in pair} | net.dummies
    out: list[set[Index]] = []
    while left:
        todo, seen = [min(left, key=lambda x: x.number)], set[Index]()
        while todo:
            k = todo.pop()
            if k not in seen:
                seen.add(k)
                todo += net.beside(k)
        out.append(seen)
        left -= seen
    return out


def connected(net: Network) -> bool:
    """Whether links join all indices."""
    return len(components(net)) <= 1


def a_tree(net: Network) -> bool:
    """Whether links join all indices, and no links form a cycle."""
    return connected(net) and len(net.links) < max(1, len({k for pair in net.links for k in pair}))


def cut(net: Network, k: Index, gone: set[Index]) -> Network:
    """The network without the links from one index to some others."""
    links = {pair: t for pair, t in net.links.items() if not (k in pair and pair & gone)}
    return Network(net.coefficient, net.scalars, net.at, links, net.dummies)


def route(net: Network, i: Index, j: Index) -> list[Index]:
    """The only path between two indices; empty where none is. Raises `Unwritable` where links form a cycle."""
    vertices = {k for pair in net.links for k in pair} | {i, j}
    found: list[Index] = []
    seen: set[Index] = set()

    def visit(k: Index, before: Index | None, way: list[Index]) -> None:
        if k in seen:
            raise Unwritable
        seen.add(k)
        if k == j:
            found.extend([*way, k])
        for l in net.beside(k):
            if l != before:
                visit(l, k, [*way, k])

    visit(i, None, [])
    if not found:
        visit(j, None, [])
        found.clear()
    if vertices | set(net.at) | net.dummies != seen:
        raise Unwritable
    return found


def plain(f: Term, k: Index) -> bool:
    """A vector in its own right: a symbol, a function's value, or a combination of such."""
    if isinstance(f, Add):
        return all(k in p.free and any(plain(q, k) for q in (p.factors if isinstance(p, Mul) else (p,))) for p in f.terms)
    if isinstance(f, Sum):
        return True
    return isinstance(f, (Entry, Value)) and getattr(f, "at", ()) != (k, k)
