"""What is printed reads back: LaTeX and Unicode of random typed expressions, as the same value of the same shape."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.calculus import gradient
from symderiv.algebra.terms import Tensor
from symderiv.core.results import Proved
from symderiv.core.size import Size
from symderiv.core.text import Source, Span
from symderiv.decide.equal import prove
from symderiv.derive.formula import shown
from symderiv.reading.combine import fitted
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.reading.values import AnyIdentity, AnyOnes
from symderiv.writing.latex import latex
from symderiv.writing.notation import Notation
from symderiv.writing.tensors import notation
from symderiv.writing.unicode import unicode

GIVEN = r"""
x, y, x_1, x_2, s \in \mathbb{R}^{n}
a \in \mathbb{R}^{m}
A, W \in \mathbb{R}^{m \times n}
B, C \in \mathbb{R}^{n \times n}, \text{invertible}
\Sigma \in \mathbb{S}_{++}^{n}
\mu, c \in \mathbb{R}
\tau, \sigma_1 > 0
F, G : \mathbb{R}^{n} \to \mathbb{R}^{n}
g : \mathbb{R} \to \mathbb{R}
"""
SCOPE = read_given(Source(GIVEN, "given"))
N, M = Size.of("n"), Size.of("m")


def named(*names: str) -> st.SearchStrategy[Tensor]:
    return st.sampled_from([T.whole(SCOPE.symbols[name]) for name in names])


def function(name: str, x: Tensor) -> Tensor:
    f = SCOPE.functions[name]
    i = t.fresh(N)
    return t.tensor((i,), t.Value(f, (x,), (i,), ()))


def applied(name: str) -> Callable[[Tensor], Tensor]:
    return lambda x: T.entrywise(lambda u: t.apply(name, u), x)


def elementwise(x: Tensor) -> Tensor:
    g = SCOPE.functions["g"]
    return T.entrywise(lambda u: t.Value(g, (t.scalar(u),), (), ()), x)


numbers = st.fractions(min_value=-4, max_value=4, max_denominator=5).map(T.number)
scalars = st.deferred(lambda: st.recursive(st.one_of(numbers, named("mu", "c", "tau", "sigma_1")), _scalars, max_leaves=6))
vectors = st.deferred(lambda: st.recursive(named("x", "y", "x_1", "x_2", "s"), _vectors, max_leaves=5))
matrices = st.deferred(lambda: st.recursive(named("B", "C", "Sigma"), _matrices, max_leaves=4))


def _scalars(inner: st.SearchStrategy[Tensor]) -> st.SearchStrategy[Tensor]:
    positive = named("tau", "sigma_1")
    return st.one_of(
        st.builds(T.plus, inner, inner),
        st.builds(T.minus, inner, inner),
        st.builds(T.product, inner, inner),
        st.builds(lambda a, b: T.entrywise(t.divide, a, b), inner, positive),
        st.builds(lambda a, k: T.entrywise(t.power, a, T.number(k)), inner, st.integers(2, 3)),
        inner.map(T.negative),
        st.builds(T.scaled, numbers, inner),
        inner.map(applied("exp")),
        positive.map(applied("log")),
        inner.map(applied("tanh")),
        inner.map(elementwise),
        st.builds(T.inner, vectors, vectors),
        vectors.map(T.total),
        matrices.map(T.trace),
        named("B", "C", "Sigma").map(T.det),
        st.builds(lambda v, w, m: T.product(T.product(T.transpose(v), m), w), vectors, vectors, matrices),
    )


def _vectors(inner: st.SearchStrategy[Tensor]) -> st.SearchStrategy[Tensor]:
    return st.one_of(
        st.builds(T.plus, inner, inner),
        st.builds(T.minus, inner, inner),
        st.builds(T.hadamard, inner, inner),
        inner.map(T.negative),
        st.builds(T.scaled, st.one_of(named("mu", "tau", "c"), numbers), inner),
        inner.map(applied("exp")),
        inner.map(applied("tanh")),
        inner.map(elementwise),
        st.builds(function, st.sampled_from(["F", "G"]), inner),
        st.builds(T.product, matrices, inner),
        st.builds(lambda w, a: T.product(T.transpose(w), a), named("A", "W"), named("a")),
    )


def _matrices(inner: st.SearchStrategy[Tensor]) -> st.SearchStrategy[Tensor]:
    return st.one_of(
        st.builds(T.plus, inner, inner),
        st.builds(T.product, inner, inner),
        inner.map(T.transpose),
        inner.map(T.negative),
        st.builds(T.scaled, st.one_of(named("mu", "tau"), numbers), inner),
        named("B", "C", "Sigma").map(T.inverse),
        vectors.map(T.diag),
        st.builds(lambda v, w: T.product(v, T.transpose(w)), named("x", "y"), named("s", "x_1")),
        st.builds(lambda a, w: T.product(T.transpose(a), w), named("A"), named("W")),
        st.builds(lambda f: gradient(function(f, T.whole(SCOPE.symbols["x"])), SCOPE.symbols["x"]), st.sampled_from(["F", "G"])),
        st.just(T.identity(N)),
    )


def reads_back(text: str, x: Tensor) -> bool:
    source = Source(text)
    read = fitted(Reader(SCOPE, source).read(parse(source))[0].value, x, Span(0, len(text))).value
    return T.same_shape(read, x) and isinstance(prove(read, x), Proved)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.one_of(scalars, vectors, matrices))
def test_latex_reads_back(x: Tensor) -> None:
    text = latex(notation(x))
    assert reads_back(text, x), text


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.one_of(scalars, vectors, matrices))
def test_unicode_reads_back(x: Tensor) -> None:
    text = unicode(notation(x))
    assert reads_back(text, x), text


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scalars, st.sampled_from([AnyIdentity, AnyOnes, lambda f: AnyOnes(f, row=True)]), st.sampled_from([latex, unicode]))
def test_a_multiple_of_an_identity_or_of_ones_reads_back(
    factor: Tensor, made: Callable[[Tensor], AnyIdentity | AnyOnes], printed: Callable[[Notation], str]
) -> None:
    value = made(factor)
    text = printed(shown(value))
    source = Source(text)
    read = Reader(SCOPE, source).read(parse(source))[0].value
    if isinstance(read, Tensor):  # zero, and a one on its own, need no shape
        assert factor.body in (t.Num(Fraction(0)), t.Num(Fraction(1))), text
    else:
        assert type(read) is type(value), text
        assert isinstance(prove(read.factor, factor), Proved), text


@pytest.mark.parametrize("text", [r"x_i \mathbf{1}", r"(c + x_i) I", r"-B_{ij} I"])
def test_an_index_that_nothing_binds_is_echoed(text: str) -> None:
    source = Source(text)
    (read, *_) = Reader(SCOPE, source).read(parse(source))
    again = Source(latex(shown(read.value)))
    assert latex(shown(Reader(SCOPE, again).read(parse(again))[0].value)) == again.text
