"""The grammar: what each way of writing comes out as, that spans cover, and that any text is read or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading import tree
from symderiv.reading.macros import from_record
from symderiv.reading.parse import parse

_FENCES = {
    "paren": "({})",
    "bracket": "[{}]",
    "brace": "\\{{{}\\}}",
    "group": "{{{}}}",
    "bar": "|{}|",
    "norm": "‖{}‖",
    "angle": "⟨{}⟩",
}


def shown(node: tree.Node) -> str:
    """A tree on one line: juxtaposition with spaces, everything else with its kind in front."""
    match node:
        case tree.Name():
            return node.text
        case tree.Number():
            return node.digits
        case tree.Sign():
            return f"<{node.name}>"
        case tree.Words():
            return repr(node.text)
        case tree.Empty() | tree.Damaged():
            return "∅"
        case tree.Fenced():
            return _FENCES[node.kind].format(shown(node.body))
        case tree.Scripted():
            sub = f"_{shown(node.sub)}" if node.sub is not None else ""
            sup = f"^{shown(node.sup)}" if node.sup is not None else ""
            return shown(node.base) + "'" * node.primes + sub + sup
        case tree.Fraction():
            return f"frac({shown(node.above)}, {shown(node.below)})"
        case tree.Root():
            return f"root({shown(node.body)})" if node.degree is None else f"root({shown(node.body)}, {shown(node.degree)})"
        case tree.Grid():
            return node.kind + "<" + " / ".join(" & ".join(map(shown, row)) for row in node.rows) + ">"
        case tree.Big():
            bounds = "".join(f"{mark}{shown(b)}" for mark, b in (("_", node.lower), ("^", node.upper)) if b is not None)
            return f"{node.op}{bounds}<{shown(node.body)}>"
        case tree.Braced():
            return f"braced({shown(node.body)}, {shown(node.note) if node.note else ''})"
        case tree.Juxtaposed():
            return "J(" + " ".join(map(shown, node.items)) + ")"
        case tree.Product():
            return (
                "P("
                + shown(node.items[0])
                + "".join(f" {o} {shown(i)}" for o, i in zip(node.ops, node.items[1:], strict=True))
                + ")"
            )
        case tree.Sum():
            return "S(" + " ".join(s + shown(t) for s, t in zip(node.signs, node.terms, strict=True)) + ")"
        case tree.Listed():
            return "L(" + f" {node.by} ".join(map(shown, node.items)) + ")"
        case tree.Given():
            return f"G({shown(node.left)} | {shown(node.right)})"
        case tree.Parallel():
            return f"D({shown(node.left)} || {shown(node.right)})"
        case tree.Related():
            return (
                "R("
                + shown(node.sides[0])
                + "".join(f" {r} {shown(s)}" for r, s in zip(node.relations, node.sides[1:], strict=True))
                + ")"
            )


def read(text: str) -> str:
    return shown(parse(Source(text)))


def inside(node: tree.Node) -> Iterator[tree.Node]:
    for name in node.__match_args__:
        value = getattr(node, name)
        for child in value if isinstance(value, tuple) else (value,):
            for one in child if isinstance(child, tuple) else (child,):
                if isinstance(one, tree.KINDS):
                    yield one  # type: ignore[misc]


def everything(node: tree.Node) -> Iterator[tree.Node]:
    yield node
    for child in inside(node):
        yield from everything(child)


CASES = [
    # juxtaposition, sums, products
    (r"F(u_2) b", "J(F (u_2) b)"),
    (r"\log \tau^2", "J(log tau^2)"),
    (r"-a + b - c", "S(-a +b -c)"),
    (r"a \cdot -b \odot c", "P(a cdot S(-P(b hadamard c)))"),
    (r"a/b c", "P(a slash J(b c))"),
    (r"\exp(-s) \circ -x", "P(J(exp (S(-s))) hadamard S(-x))"),
    # fractions, roots, scripts
    (r"\frac12 \frac a b \tfrac{1}{n}", "J(frac(1, 2) frac(a, b) frac(1, n))"),
    (r"{a \over b}", "frac(a, b)"),
    (r"\sqrt[3]{x} \sqrt 2", "J(root(x, 3) root(2))"),
    (r"w_1^2 w^2_1", "J(w_1^2 w_1^2)"),
    (r"G(u)_i", "J(G (u)_i)"),
    (r"f'(x) + g^{\prime\prime}", "S(+J(f' (x)) +g'')"),
    (r"A^\top B^{\mathsf T} C^T D^{-\mathrm{T}}", "J(A^top B^top C^T D^S(-top))"),
    (r"x_{k+1:K} x_{<i} x_{2,i} x^*", "J(x_R(S(+k +1) : K) x_R(∅ < i) x_L(2 , i) x^star)"),
    (r"\mathbb{R}_{>0}^{n} \mathbb{S}_{++}^k", "J(R_R(∅ > 0)^n S_<++>^k)"),
    (r"\mathrm { d i a g } (a) + \operatorname*{arg\,max} f", "S(+J(diag (a)) +J(argmax f))"),
    (r"{ \bf u } _ { 2 } + {\rm Com}", "S(+u_2 +Com)"),
    (r"\hat{u}_1 \boldsymbol{\mu_1} \mathbf{0}", "J(hat u_1 mu_1 0)"),
    # bars
    (r"p(u, \theta | w, z)", "J(p (G(L(u , theta) | L(w , z))))"),
    (r"KL(r(z) || p(z|u))", "J(KL (D(J(r (z)) || J(p (G(z | u))))))"),
    (r"D[r \,|\,| p] D(r \Vert p) D(r \mid\mid p)", "J(D [D(r || p)] D (D(r || p)) D (D(r || p)))"),
    (r"\log|\det A| + 2|a| - b\|c\|^2", "S(+J(log |J(det A)|) +J(2 |a|) -J(b ‖c‖^2))"),
    (r"|a||b| + ||c||^2", "S(+J(|a| |b|) +‖c‖^2)"),
    (r"\left| \frac{a}{b} \right| \lvert a \rvert", "J(|frac(a, b)| |a|)"),
    (r"\mathbb{E}_{z \sim r(\cdot|u)} f(.)", "J(E_R(z ~ J(r (G(<bullet> | u)))) f (<bullet>))"),
    (r"\mathcal{N}(z; \mu, \tau^2)", "J(N (L(z ; L(mu , tau^2))))"),
    # large operators
    (r"\sum_i a_i + b", "S(+sum_i<a_i> +b)"),
    (r"\prod_i a_i \prod_j b_j", "J(product_i<a_i> product_j<b_j>)"),
    (r"\sum_{i=1}^{n} a_i b_i \cdot c", "sum_R(i = 1)^n<P(J(a_i b_i) cdot c)>"),
    (r"\int f(z) \, dz - \int g \mathrm{d}u", "S(+integral<J(f (z) <differential> z)> -integral<J(g <differential> u)>)"),
    (r"\int a + b \, dz = c", "R(integral<J(S(+a +b) <differential> z)> = c)"),
    (r"\int f dz_1 \cdots dz_n", "integral<J(f <differential> z_1 <ellipsis> <differential> z_n)>"),
    (r"d z + \int f", "S(+J(d z) +integral<f>)"),
    (r"\left\langle a \right\rangle_{r}", "⟨a⟩_r"),
    # claims
    (r"a = b \le c", "R(a = b <= c)"),
    (r"= a + b.", "R(∅ = S(+a +b))"),
    (r"u = 1, \quad w = 2 \; ,", "L(R(u = 1) , R(w = 2))"),
    (r"u = 1 \quad w = 2", "L(R(u = 1) space R(w = 2))"),
    (r"a \quad \Rightarrow \quad b \qquad c", "R(a implies J(b c))"),
    (r"u = 1 \text{ and } w = 2", "L(R(u = 1) space R(w = 2))"),
    (r"u = 1 \text{ for every } k", "L(R(u = 1) space 'for every' space k)"),
    (r"a \overset{\text{Bayes}}{=} b \stackrel{!}{=} c \not= d", "R(a = b = c != d)"),
    (r"\boxed{a = b}", "R(a = b)"),
    (r"\underbrace{a + b}_{\text{ELBO}}", "braced(S(+a +b), ELBO)"),
    (r"f, g : \mathbb{R}^{n} \to \mathbb{R}, \text{elementwise}", "L(f , R(g : R^n to R) , 'elementwise')"),
    (r"a \in (-1, 1)", "R(a in (L(S(-1) , 1)))"),
    # grids
    (r"\begin{bmatrix} a & \\ 0 & b \end{bmatrix}", "bracket<a & ∅ / 0 & b>"),
    (r"\left[\begin{array}{c|c} a & b \end{array}\right]", "bracket<a & b>"),
    (r"\left\{ \begin{array}{l} u = 1 \\ w = 2 \end{array} \right.", "cases<R(u = 1) / R(w = 2)>"),
    (r"\begin{array}{rl} a & = b \\ & = c \end{array}", "aligned<a & R(∅ = b) / ∅ & R(∅ = c)>"),
    (r"\begin{align*} a &= b \\ &\quad - c, && \text{(why)} \end{align*}", "aligned<a & R(∅ = b) / ∅ & S(-c) & ∅ & '(why)'>"),
    (r"\begin{eqnarray} a &=& b \end{eqnarray}", "aligned<a & R(∅ = ∅) & b>"),
    (r"\begin{equation} a = b \end{equation}", "R(a = b)"),
    (r"a &= ( b \\ &\quad + c ) \\ &= d", "aligned<a & R(∅ = (S(+b +c))) / ∅ & R(∅ = d)>"),
    (r"\begin{split} a &= \left( b \right. \\ &+ \left. c \right) \end{split}", "aligned<a & R(∅ = (S(+b +c)))>"),
    # plain text
    ("det J = ∏ᵢ exp(G(x₂)ᵢ) · aᵢ", "R(J(det J) = product_i<P(J(exp (J(G (x_2)_i))) cdot a_i)>)"),
    ("F = 𝔼_r[log p]\n= c", "R(F = J(E_r [J(log p)]) = c)"),
    ("∂KL/∂µᵢ = ½ µᵢ", "R(P(J(<partial> KL) slash J(<partial> mu_i)) = J(frac(1, 2) mu_i))"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_what_is_written_comes_out_as_it_is_meant(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_spans_cover_what_is_inside_and_can_be_read_again_shifted(text: str) -> None:
    node = parse(Source(text))
    for outer in everything(node):
        assert 0 <= outer.span.start <= outer.span.end <= len(text)
        for child in inside(outer):
            assert outer.span.start <= child.span.start
            assert child.span.end <= outer.span.end
    padded = parse(Source(f"## {text} ##"), span=Span(3, 3 + len(text)))
    assert shown(padded) == shown(node)
    assert [n.span.shifted(3) for n in everything(node)] == [n.span for n in everything(padded)]


_ALONE = re.compile(r"(?<![A-Za-z\\])(\\(?:alpha|mu|tau|theta)|[abcfghpquvwyz]|[0-9]+)(?![A-Za-z])")


@pytest.mark.parametrize("text", [t for t, _ in CASES if not re.search(r"\\int|begin|math|[^ -~]", t)])
def test_braces_around_a_thing_alone_say_nothing(text: str) -> None:
    assert read(_ALONE.sub(r"{\1}", text)) == read(text)


def test_a_leaf_spans_its_own_letters() -> None:
    text = r"\alpha_{kl} + \mathbf{u} 25"
    leaves = {text[n.span.start : n.span.end] for n in everything(parse(Source(text))) if isinstance(n, (tree.Name, tree.Number))}
    assert leaves == {r"\alpha", "k", "l", r"\mathbf{u}", "25"}


@pytest.mark.parametrize(
    ("text", "style"),
    [(r"\mathbf{u}", "bold"), (r"\bm u", "bold"), (r"\vec{u}", "bold"), (r"\mathcal{F}", "calligraphic"), (r"\mathbb E", "blackboard"), (r"\log", "upright"), ("u", "plain")],
)  # fmt: skip
def test_style_is_kept(text: str, style: str) -> None:
    node = parse(Source(text))
    assert isinstance(node, tree.Name)
    assert node.style == style


def test_macros_come_from_the_text_and_from_outside() -> None:
    assert read(r"\newcommand{\sq}[1]{#1^2} \sq{u} + 1") == "S(+u^2 +1)"
    macros = from_record({r"\Dv": r"[2]KL\left(#1 || #2\right)"})
    assert shown(parse(Source(r"\Dv{r}{p}"), macros)) == "J(KL (D(r || p)))"


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("a - f(b", "this bracket is never closed", "("),
        (r"\left( a", r"this \left has no \right", r"\left("),
        (r"\frac{1}{2}{{(a)", "this brace is never closed", "{"),
        ("a) + b", "never opened", ")"),
        (r"a \right)", r"no \left", r"\right)"),
        ("(a]", "another kind", "(a]"),
        ("|a + b", "this bar is never closed", "|"),
        (r"\begin{align} a", "never ended", r"\begin{align}"),
        (r"\begin{bmatrix} f(a & b \end{bmatrix}", "this bracket is never closed", "("),
        ("a +", "nothing stands after this sign", "+"),
        ("* a", "nothing stands before this operator", "*"),
        ("a = = b", "between two relations", "="),
        ("a = , b", "nothing stands after this relation", "="),
        ("f(a,)", "nothing stands after this comma", ","),
        ("f()", "nothing stands between", "()"),
        ("a_1_2", "two subscripts", "_"),
        (r"\operatorname{a+b}(c)", "made of letters", "+"),
        (r"\cancel{a}", "unknown macro", r"\cancel"),
        (r"a \underbrace{\ge}^", "nothing stands after this", "^"),
        ("a ? b", "no meaning", "?"),
        ("  ", "no formula", "  "),
        (r"\left. a \right|_{b}", "another kind", r"\left. a \right|"),
    ],
)
def test_problems_point_at_their_place(text: str, message: str, where: str) -> None:
    with pytest.raises(AnswerProblem) as caught:
        parse(Source(text))
    assert message in caught.value.message
    assert caught.value.span is not None
    assert text[caught.value.span.start : caught.value.span.end] == where


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{1}{1 + " * 2000 + "u" + "}" * 2000, "(" * 100_000, "{" * 9000, "x^{" * 5000, r"\frac" * 5000, "-" * 5000, r"\sum" * 5000, "|" * 5000,
        r"\begin{matrix}" * 3000, "a|" * 5000, r"\int d" * 5000, r"a \over " * 3000, r"\newcommand{\a}{" * 3000, r"\left." * 5000, "1 + " * 90_000,
    ],
)  # fmt: skip
def test_size_and_depth_are_refused_fast(text: str) -> None:
    with pytest.raises(AnswerProblem):
        parse(Source(text))


_PIECES = st.sampled_from(
    [r"x", r"y", r"_", r"^", r"{", r"}", r"(", r")", r"[", r"]", r"|", r"\|", r"\left(", r"\right)", r"\left.", r"\right.", r"\frac", r"\sqrt", r"\sum_i", r"\int", r"dz", r"d", r"+", r"-", r"=", r",", r";", r".", r"&", r"\\", r"\quad", r"\text{and}", r"\text{if}", r"12", r"'", r"\mathbf", r"\hat", r"\bf", r"\begin{aligned}", r"\end{aligned}", r"\begin{pmatrix}", r"\end{pmatrix}", r"\mid", r"\middle|", r"\over", r"\underbrace", r"\overset", r"\not", r"\cdot", r"*", r"/", r"\mathrm{d}", r"\log", r"\prod", r"\langle", r"\rangle", r"!", r"\{", r"\}", r"\boxed", r"ᵢ", r"²", r"½", r"‖", r"𝔼", r"∂", r"~", r"%", r"\prime", r"\operatorname", r"\newcommand{\a}{\a\a}", r"\a", r"\let\b\a", r"\def\c#1{#1}", r"\c"]
)  # fmt: skip


@settings(max_examples=400, deadline=2000)
@given(st.lists(_PIECES, max_size=40).map(" ".join) | st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    spans, problem = _spans(text)
    assert spans
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)
    assert problem is None or str(problem)


def _spans(text: str) -> tuple[list[Span], AnswerProblem | None]:
    """The spans of all nodes, or that of the problem."""
    try:
        return [node.span for node in everything(parse(Source(text)))], None
    except AnswerProblem as problem:
        return [problem.span] if problem.span is not None else [], problem
