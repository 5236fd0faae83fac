"""Block matrices: order of the blocks by their zero pattern, and the determinant where that order is triangular."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from symderiv.algebra.normal import Normal
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.terms import ZERO, Det, Tensor, Term, add, mul, neg

Rows = Sequence[Sequence[Tensor]]


def is_zero(x: Tensor, knowledge: Knowledge | None = None) -> bool:
    """Whether every entry is proved to be zero."""
    return not Normal(knowledge).poly(x.open()[1])


def triangular_order(zeros: Sequence[Sequence[bool]]) -> list[list[int]]:
    """Groups of block rows in an order that puts every nonzero block on or above the diagonal of groups.

    The groups are the strongly connected parts of the graph with an edge from row to column for each nonzero block; one row
    and its column move together, so the determinant keeps its sign. (Tarjan, 1972.)
    """
    n = len(zeros)
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    groups: list[list[int]] = []

    def visit(v: int) -> None:
        number[v] = low[v] = len(number)
        stack.append(v)
        for w in range(n):
            if w != v and not zeros[v][w]:
                if w not in number:
                    visit(w)
                    low[v] = min(low[v], low[w])
                elif w in stack:
                    low[v] = min(low[v], number[w])
        if low[v] == number[v]:
            group: list[int] = []
            while not group or group[-1] != v:
                group.append(stack.pop())
            groups.append(sorted(group))

    for v in range(n):
        if v not in number:
            visit(v)
    return groups[::-1]


def determinant(rows: Rows, knowledge: Knowledge | None = None) -> tuple[Term, list[list[int]]] | None:
    """The determinant as a product over the groups of the triangular order, or None where a group of several blocks remains."""
    zeros = [[is_zero(x, knowledge) for x in r] for r in rows]
    groups = triangular_order(zeros)
    factors: list[Term] = []
    for group in groups:
        if len(group) == 1:
            block = rows[group[0]][group[0]]
            factors.append(block.body if not block.rank else Det(block))
        elif all(not rows[a][b].rank for a in group for b in group) and len(group) <= 4:
            factors.append(leibniz([[rows[a][b].body for b in group] for a in group]))
        else:
            return None
    return mul(*factors), groups


def leibniz(entries: Sequence[Sequence[Term]]) -> Term:
    """The determinant of a small matrix of scalars, permutation by permutation."""
    n = len(entries)
    total: list[Term] = []
    for p in itertools.permutations(range(n)):
        odd = sum(p[i] > p[j] for i in range(n) for j in range(i + 1, n)) % 2
        product = mul(*(entries[i][p[i]] for i in range(n)))
        if product != ZERO:
            total.append(neg(product) if odd else product)
    return add(*total)
