"""Canonical names of bound indices against isomorphism by brute force."""

from __future__ import annotations

import itertools

from tests.laws.contractions import Contraction, disagreement, isomorphic, normal_form, pairs


def test_the_engine_agrees_with_brute_force() -> None:
    drawn = list(itertools.islice(pairs(1), 150))
    assert not list(filter(None, itertools.starmap(disagreement, drawn)))
    equal = sum(itertools.starmap(isomorphic, drawn))
    assert 30 < equal < 120  # both answers occur


def test_two_regular_graphs_of_one_degree_are_told_apart() -> None:
    prism = ((0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3), (1, 4), (2, 5))
    bipartite = tuple((i, j) for i in range(3) for j in range(3, 6))
    a, b = (Contraction(6, tuple(("S", edge) for edge in edges)) for edges in (prism, bipartite))
    assert not isomorphic(a, b)
    assert normal_form(a) != normal_form(b)


def test_a_cycle_is_no_two_triangles() -> None:
    cycle = Contraction(6, tuple(("S", (k, (k + 1) % 6)) for k in range(6)))
    triangles = Contraction(6, tuple(("S", (3 * t + k, 3 * t + (k + 1) % 3)) for t in range(2) for k in range(3)))
    assert normal_form(cycle) != normal_form(triangles)
