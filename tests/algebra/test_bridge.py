"""SymPy as an independent oracle: what is derived for every size against what explicit components give for one."""

from __future__ import annotations

import sympy

from symderiv.algebra.blocks import determinant
from symderiv.algebra.bridge import from_sympy, symbol_of, to_sympy
from symderiv.algebra.calculus import gradient
from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Symbol, Tensor, scalar, sub
from symderiv.core.domain import POSITIVE
from symderiv.core.text import Source
from symderiv.derive.inverse import invert
from symderiv.reading.given import read_given

LAYER = r"""
a, b \in \mathbb{R}^{m}
f, g : \mathbb{R}^{m} \to \mathbb{R}^{m}
u = \exp(g(b)) \circ a + f(b)
v = b - \exp(g(b))
"""
SIZE = {"m": 2}


def _layer() -> tuple[dict[str, Tensor], list[Symbol]]:
    scope = read_given(Source(LAYER))
    forward = {n: x for n in ("u", "v") if isinstance(x := scope.definitions[n], Tensor)}
    return forward, [scope.symbols[n] for n in ("a", "b")]


def test_every_block_of_the_jacobian_is_that_of_explicit_components() -> None:
    forward, inputs = _layer()
    for value in forward.values():
        explicit = to_sympy(value, SIZE)
        for x in inputs:
            entries = sympy.Matrix([symbol_of(x, (k,)) for k in range(2)])
            derived = to_sympy(Normal().tensor(gradient(value, x)), SIZE)
            assert (explicit.jacobian(entries).doit() - derived).applyfunc(sympy.simplify) == sympy.zeros(2, 2)


def test_the_determinant_is_that_of_the_explicit_matrix() -> None:
    forward, inputs = _layer()
    blocks = [[gradient(value, x) for x in inputs] for value in forward.values()]
    found = determinant(blocks)
    assert found is not None
    matrix = sympy.Matrix(sympy.BlockMatrix([[to_sympy(b, SIZE) for b in r] for r in blocks]))
    assert sympy.simplify(matrix.det() - to_sympy(scalar(found.value), SIZE)) == 0


def test_the_inverse_undoes_the_explicit_map() -> None:
    scope = read_given(Source(LAYER.replace(r"v = b - \exp(g(b))", r"v = 2 b - 1")))
    forward = {n: x for n in ("u", "v") if isinstance(x := scope.definitions[n], Tensor)}
    inputs = [scope.symbols[n] for n in ("a", "b")]
    values = {symbol_of(Symbol(n, x.sizes), (k,)): to_sympy(x, SIZE)[k] for n, x in forward.items() for k in range(2)}
    for unknown, solution in invert(forward, inputs).full:
        back = to_sympy(solution, SIZE).subs(values)
        assert [sympy.simplify(back[k] - symbol_of(unknown, (k,))) for k in range(2)] == [0, 0]


def test_scalars_come_back_from_sympy_as_the_same_expression() -> None:
    x, s = Symbol("x"), Symbol("s", (), POSITIVE)
    X, S = symbol_of(x, ()), symbol_of(s, ())
    for e in (X**2 / S + sympy.log(S), sympy.exp(-(X**2) / 2) / sympy.sqrt(2 * sympy.pi), sympy.tanh(X) * S - sympy.Abs(X)):
        term = from_sympy(e, {"x": x, "s": s})
        again = from_sympy(to_sympy(scalar(term)), {"x": x, "s": s})
        assert Normal().poly(sub(term, again)) == {}
        assert sympy.simplify(to_sympy(scalar(term)) - e) == 0
