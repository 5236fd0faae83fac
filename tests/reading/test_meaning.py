"""What each way of writing means: the value printed again, the conventions assumed, and what is refused with which problem."""

from __future__ import annotations

import pytest

from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AnswerProblem, AuthorProblem
from symderiv.core.results import Proved
from symderiv.core.text import Source, Span
from symderiv.decide.equal import decide
from symderiv.derive.formula import shown
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.normals import with_normals
from symderiv.reading.parse import parse
from symderiv.reading.values import Readings
from symderiv.writing.latex import latex

GIVEN = r"""
x, y, s \in \mathbb{R}^{n}
A \in \mathbb{R}^{n \times m}
M \in \mathbb{R}^{n \times n}
a, b, \mu \in \mathbb{R}
\sigma > 0
\Delta\mu, \theta^*, w^{(i)} \in \mathbb{R}
F : \mathbb{R}^{n} \to \mathbb{R}^{n}
f : \mathbb{R}^{n} \to \mathbb{R}
g : \mathbb{R} \to \mathbb{R}
H : \mathbb{R}^{n} \to \mathbb{R}^{n} \times \mathbb{R}^{n}
(u, v) = H(x)
p(d, z; \theta) = p(d \mid z; \theta)\, p(z)
z \sim q(z \mid d)
r(k) = \mathcal{N}(k; \mu, \sigma^2)
"""
SCOPE = read_given(Source(GIVEN, "given"))


def readings(text: str) -> Readings:
    source = Source(text)
    node = parse(source)
    return Reader(with_normals(SCOPE, source, node), source).read(node)


def echo(text: str) -> str:
    return latex(shown(readings(text)[0].value))


#: Groups of texts that mean the same.
SAME = [
    (r"\sum_{i=1}^{n} x_i", [r"\sum_i x_i", r"\mathbf{1}^\top x", r"x^T \mathbf{1}_n", r"\text{sum}(x)", r"\sum_{1 \le i \le n} x_i",
                            r"\sum_{i \in \{1, \dots, n\}} x_i", r"\sum_{i \in [n]} x_i", "∑ᵢ xᵢ", r"\sum x"]),
    (r"\sum_{i=1}^{n} \sum_{j=1}^{m} A_{i,j}", [r"\sum_{i,j} A_{ij}", r"\sum_{ij} A_{i,j}"]),
    (r"x^{\top} y", [r"\langle x, y \rangle", r"x^T y", r"x^{\intercal} y", r"x^{\mathsf T} y", r"\sum_i \sum_j \delta_{ij} x_i y_j", "x'y"]),
    (r"\log \sum_i \exp(x_i)", [r"\mathrm{logsumexp}(x)", "logsumexp(x)", r"\operatorname{LSE}(x)", r"\mathsf{LogSumExp}(x)", r"\mathrm{lse}(x)"]),
    (r"\log|\det M|", [r"\mathrm{logdet}(M)", "logdet(M)", r"\operatorname{logdet} M", r"\mathrm{logabsdet}(M)"]),
    (r"a \mathrm{sigmoid}(a)", [r"\mathrm{silu}(a)", r"\operatorname{swish}(a)"]),
    (r"x \circ y", [r"x \odot y", "x ⊙ y", "x ∘ y", r"\operatorname{diag}(x) y", r"\mathrm{ d i a g } (x) y", "diag(x) y"]),
    (r"\log(\frac{1}{p(z)} r(k))", [r"\log r(k)/p(z)", "log r(k)/p(z)", "log (r(k))/(p(z))", r"\log \frac{r(k)}{p(z)}"]),
    (r"\mu^2 \sum_i x_i", ["mu^2 sum_i x_i", "mu^2 * sum_{i=1}^n x_i", "μ² ∑ᵢ xᵢ"]),
    (r"s \circ x", [r"(s_i x_i)_{i=1}^{n}", r"(s_i x_i)_i", r"(x_j s_j)_{j}"]),
    (r"A^{\top}", [r"(A_{ji})_{i,j}", r"(A_{ki})_{ik}"]),
    (r"\frac{a}{2}\|x\|\|y\|", [r"\frac{a\|x\| \|y\|}{2}"]),
    (r"\exp(-a)", ["exp\u2061(-a)", "exp(-a)"]),
    (r"\frac{x}{y}", [r"x / y", r"x \oslash y"]),
    (r"\operatorname{tr}(M)", [r"\mathrm{Tr}[M]", r"\text{trace}(M)", r"\operatorname{Tr} M", r"\mathbf{tr}(M)"]),
    (r"\det(M)", [r"|M|", r"\mathrm{det} M", r"det(M)", r"\left| M \right|"]),
    (r"\sqrt{x^{\top} x}", [r"\|x\|", r"\|x\|_2", r"||x||_2", r"\lVert x \rVert", r"\Vert x \Vert"]),
    (r"\sum_{i=1}^{n} |x_i|", [r"\|x\|_1"]),
    (r"\log \sigma", [r"\ln \sigma", r"log σ", r"\operatorname{log}(\sigma)", r"\log{\sigma}"]),
    (r"\exp(a)", [r"e^a", r"\mathrm{e}^{a}", "exp(a)"]),
    (r"\nabla f(x)", [r"\frac{\partial f(x)}{\partial x}", r"\nabla_x f(x)", r"\frac{d f(x)}{d x}"]),
    (r"J_F(x)", [r"\frac{\partial F(x)}{\partial x}", r"F'(x)", r"\nabla F(x)", r"\partial F(x)/\partial x"]),
    (r"\frac{1}{2}a", [r"\frac12 a", "½ a", r"0.5 a", "1/2 (a)"]),
    (r"g(a)^2", [r"g^2(a)", r"{g(a)}^2", r"(g(a))^{2}"]),
]  # fmt: skip


@pytest.mark.parametrize("texts", [[first, *others] for first, others in SAME], ids=[first for first, _ in SAME])
def test_ways_of_writing_the_same_are_read_as_the_same(texts: list[str]) -> None:
    first = readings(texts[0])[0].value
    assert isinstance(first, Tensor)
    for text in texts[1:]:
        values = [r.value for r in readings(text)]
        fitting = [v for v in values if isinstance(v, Tensor) and v.sizes == first.sizes]
        assert any(isinstance(decide(v, first), Proved) for v in fitting), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\Delta\mu^2 + \theta^* w^{(i)}", r"\text{Delta mu}^2"),
        (r"\mathbf{0}_{n \times m} + A", "A"),
        (r"I_{n \times n} A", "A"),
        (r"f(\mathbf{0})", "f(0)"),
        (r"\|x\|_M^2", "x^{\\top} M x"),
        (r"u + v", "H_1(x) + H_2(x)"),
        (r"M_{12}", "M_{1, 2}"),
        (r"\mathbb{E}_{q(\cdot|d)}[\log p(d|z;\theta)]", r"\mathbb{E}_{q(z \mid d)}"),
        (r"\mathbb{E}_{Z \sim q}[\log q(Z|d)]", r"\mathbb{E}_{q(z \mid d)}"),
        (r"D_{KL}(q(z\|d) \| p(z))", r"q(z \mid d)"),
        (r"\begin{bmatrix} M & O \\ \mathbf{0} & I \end{bmatrix}", r"\begin{bmatrix} M & 0 \\ 0 & I \end{bmatrix}"),
    ],
)
def test_what_is_understood(text: str, expected: str) -> None:
    assert expected in echo(text)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (r"x + a", {"broadcast"}),
        (r"\frac{x}{y}", {"entrywise quotient"}),
        (r"\log x", {"entrywise function"}),
        (r"x^2", {"entrywise power"}),
        (r"x \cdot y", {"inner product", "entrywise dot"}),
        (r"x y", {"entrywise juxtaposition"}),
        (r"\sum x", {"sum of all entries"}),
        (r"\prod x", {"product of all entries"}),
        (r"x' y", {"prime for transpose"}),
        (r"\frac{\partial F}{\partial x}", {"argument understood"}),
        (r"\sum_i x_i + y_i", {"reaching sum"}),
        (r"\mathbf{1}_n", {"ones"}),
        (r"a/b \mu", {"slash"}),
        (r"\log a/b", {"sign behind a function"}),
        ("f(x_i)", {"index slip"}),
    ],
)
def test_each_convention_says_that_it_was_used(text: str, rules: set[str]) -> None:
    if text == r"\frac{\partial F}{\partial x}":
        scope = read_given(Source(GIVEN + "c = F(x)", "given"))
        source = Source(text)
        found = Reader(scope, source).read(parse(source))
    elif text == "f(x_i)":
        scope, source = SCOPE, Source("F(x_i)")
        found = Reader(scope, source).read(parse(source))
    else:
        found = readings(text)
    assert {n.rule for r in found for n in r.notes} >= rules


@pytest.mark.parametrize(
    ("text", "kind", "message", "place"),
    [
        (r"a + \foobar", "unknown macro", "unknown macro", r"\foobar"),
        (r"a + \simga", "unknown macro", "unknown macro", r"\simga"),
        ("a + K(x)", "unknown symbol", "unknown name K", "K"),
        (r"\begin{bmatri} a \end{bmatri}", "unknown macro", "unknown environment", "bmatri"),
        (r"\mathbb{E}_{q(w|d)}[a]", "unknown symbol", "w is no declared random variable", "w"),
        ("A x", "shape mismatch", "a matrix n×m cannot multiply a vector of length n", "A x"),
        (r"x + A", "shape mismatch", "cannot be added", "x + A"),
        (r"\operatorname{tr}(A)", "shape mismatch", "a square matrix is wanted", r"\operatorname{tr}(A)"),
        ("a (b + x", "unclosed bracket", "this bracket is never closed", "("),
        (r"\left( a", "unclosed bracket", r"this \left has no \right", r"\left("),
        ("a + b)", "unclosed bracket", "this bracket was never opened", ")"),
        (r"\frac{a}{b", "unclosed bracket", "this brace is never closed", "{"),
        (r"\begin{bmatrix} a", "unclosed bracket", "is never ended", r"\begin{bmatrix}"),
        (r"\|x\|_3", "unreadable", "this norm is not known", "3"),
        (r"g^{-1}(a)", "unknown symbol", "without its argument", "g"),
        (r"\sum_{i=3}^n x_i", "unreadable", "start at 1 or 2", "3"),
        (r"\pm a", "unreadable", "± has two values", "a"),
        (r"\nabla (a + b)", "unreadable", "by which variable", r"\nabla"),
        (r"p(d; \phi)", "unreadable", "declared without these parameters", r"(d; \phi)"),
        (r"\int q(z|d)", "unreadable", "an integral ends with its variable", r"\int q(z|d)"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(text: str, kind: str, message: str, place: str) -> None:
    with pytest.raises(AnswerProblem) as raised:
        readings(text)
    problem = raised.value
    assert message in problem.message
    assert problem.kind == kind
    assert problem.span is not None
    assert text[problem.span.start : problem.span.end] == place


def test_the_nearest_declared_name_is_told() -> None:
    scope = read_given(Source(r"\sigma_1, \sigma_2 > 0", "given"))
    with pytest.raises(AnswerProblem, match="unknown name sigma_q") as raised:
        Reader(scope, Source(r"\sigma_q")).read(parse(Source(r"\sigma_q")))
    assert raised.value.hint.startswith("did you mean sigma_")


def test_carets_stand_under_the_students_own_text() -> None:
    with pytest.raises(AnswerProblem) as raised:
        readings(r"a + \log(H_3(x) b)")
    assert str(raised.value).splitlines()[1:3] == [r"    a + \log(H_3(x) b)", "             ^^^"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (r"(c, e) = F(x)\, a", "this has no 2 parts"),
        (r"x \in \mathbb{Q}", "no set of the model language"),
        (r"h(t) = \mathcal{N}(t; 0)", "a mean and a variance"),
        (r"h(t) = \mathcal{N}(t; x, M M)", "has another size"),
    ],
)
def test_statements_that_say_nothing_are_refused(line: str, message: str) -> None:
    with pytest.raises(AuthorProblem) as raised:
        read_given(Source(GIVEN + r"t \in \mathbb{R}" + "\n" + line, "given"))
    assert message in str(raised.value)


def test_normal_densities_written_out_are_those_declared() -> None:
    assert echo(r"D_{KL}(\mathcal{N}(\mu, \sigma^2) \| r)") == echo(r"D_{KL}(r \| r)")
    assert echo(r"\mathbb{E}_{k \sim \mathcal{N}(\mu, \sigma^2)}[k]") == echo(r"\mathbb{E}_{r}[k]")
    assert echo(r"\mathcal{N}(k | \mu, \sigma^2)") == echo("r(k)")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("p(z)^2", r"p(z) p(z)"),
        (r"D_{KL}(q(z|d) \| p(z))^2", r"D_{KL}(q(z|d) \| p(z)) D_{KL}(q(z|d) \| p(z))"),
        (r"\mathbb{E}_{r}[k]^2", r"\mathbb{E}_{r}[k] \mathbb{E}_{r}[k]"),
        (r"\det^{-1}(M)", r"\frac{1}{\det M}"),
        (r"\operatorname{tr}^2(M)", r"\operatorname{tr}(M) \operatorname{tr}(M)"),
        (r"\tanh^2(a)", r"\tanh(a) \tanh(a)"),
        (r"\log'(\sigma)", r"\frac{1}{\sigma}"),
        (r"\nabla^2_x (x^\top M x)", r"M + M^\top"),
    ],
)
def test_no_script_is_dropped(text: str, same: str) -> None:
    a, b = readings(text)[0].value, readings(same)[0].value
    assert isinstance(a, Tensor)
    assert isinstance(b, Tensor)
    assert isinstance(decide(a, b, SCOPE.knowledge), Proved)


@pytest.mark.parametrize(
    "text", [r"\int_0^1 a\,dz", r"a^{(2)}", r"\operatorname{tr}'(M)", r"\mathbb{E}^2[a]", r"\nabla_x^3 a", r"\det_2 M"]
)
def test_what_would_be_lost_is_refused(text: str) -> None:
    with pytest.raises(AnswerProblem):
        readings(text)


def test_letters_of_a_macro_s_name_are_letters_where_there_are_macros() -> None:
    with pytest.raises(AnswerProblem, match="unknown name"):
        readings(r"\mu + sigma")


def test_a_density_without_a_value_is_refused_at_its_place() -> None:
    with pytest.raises(AnswerProblem, match="no value anywhere") as caught:
        readings(r"a + \mathcal{N}(x_1; a, 0)")
    assert caught.value.span == Span(4, len(r"a + \mathcal{N}(x_1; a, 0)"))


def test_rows_in_brackets_are_a_matrix() -> None:
    assert echo("[[a, b], [0, mu]]") == echo(r"\begin{bmatrix} a & b \\ 0 & \mu \end{bmatrix}")


@pytest.mark.parametrize(
    "text", [r"H x", r"x H", r"x^\top H", r"H^\top", r"H A", r"A H", r"H \cdot x", r"\operatorname{diag}(H)", r"\det H", r"H^{-1}", r"H^2"]
)  # fmt: skip
def test_the_derivative_of_a_matrix_is_no_matrix(text: str) -> None:
    scope = read_given(
        Source("x \\in \\mathbb{R}^{n}\nA \\in \\mathbb{R}^{n \\times n}\nF : \\mathbb{R}^{n} \\to \\mathbb{R}^{n}", "given")
    )
    source = Source(text.replace("H", r"\frac{\partial J_F(x)}{\partial x}"))
    with pytest.raises(AnswerProblem, match="array n×n×n") as raised:
        Reader(scope, source).read(parse(source))
    assert raised.value.kind == "shape mismatch"
