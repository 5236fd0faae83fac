"""Tokens and macros: canonical names, spans in the text as written, and what is refused where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading.macros import Macro, definitions, expand, from_record
from symderiv.reading.tokens import MOST_TOKENS, Token, tokenize


def tokens(text: str) -> list[Token]:
    return tokenize(Source(text), Span(0, len(text)))


def shown(text: str) -> str:
    return " ".join(t.text for t in tokens(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\mu \varepsilon \epsilon", "mu varepsilon epsilon"),
        ("μ µ σ Σ", "mu mu sigma Sigma"),
        (r"\log \ln \Pr \operatorname", "log ln Pr operatorname"),
        ("x₁₂²", "x ^ { 12 } ^ { 2 }"),
        ("aᵢ₊₁", "a ^ { i + 1 }"),
        ("xy exp(s) logp detJ", "x y exp paren s paren log p det J"),
        (r"\,\;\!\left. x \right.", "none x none"),
        (r"\text{diag} \mbox{ KL } \textrm{tr}", "diag KL tr"),
        (r"q\_i", "q _ i"),
        ("a &amp;= b", "a & = b"),
        (r"x \\[4pt] y \newline z", "x \\ y \\ z"),
        ("a − b ⊙ c ≥ ½", "a - b hadamard c >= frac 1 2"),
        ("𝔼 𝑥 𝝁 ℝ", "E x mu R"),
        ("x % a comment\n+ y", "x + y"),
        (r"a {-} b x^{-}", "a - b x ^ { - }"),
        ("z ~ q", "z ~ q"),
        (r"z~\mu", "z mu"),
        (r"\tag{3} \label{eq:a} x \nonumber", "x"),
    ],
)
def test_text_is_normalised(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_words_are_told_from_names() -> None:
    kinds = [t.kind for t in tokens(r"\text{in general} \text{ELBO} \text{ and } symmetric")]
    assert kinds == ["words", "name", "and", "words"]


@pytest.mark.parametrize(
    ("text", "seen", "where"),
    [
        ("x + \u0441", "cyrillic small letter es", "\u0441"),
        ("x\u202e + y", "U+202E", "\u202e"),
        ("x\u200b", "U+200B", "\u200b"),
        ("x\x00", "U+0000", "\x00"),
        ("\u0391 + 1", "greek capital letter alpha", "\u0391"),
        (r"\text{a" + "\u202e}", "U+202E", "\u202e"),
        (r"a + \input{x}", "not followed", r"\input"),
        (r"\csname a", "unknown macro", r"\csname"),
        ("show me the money now", "words", "the"),
        ("1" * 500, "500 digits", "1" * 500),
    ],
)
def test_what_cannot_be_read_is_pointed_at(text: str, seen: str, where: str) -> None:
    with pytest.raises(AnswerProblem) as caught:
        tokens(text)
    problem = caught.value
    assert seen in problem.message
    assert problem.span is not None
    assert text[problem.span.start : problem.span.end] == where


@pytest.mark.parametrize("piece", ["(", "x ", "+", r"\mu"])
def test_a_formula_of_too_many_tokens_is_refused(piece: str) -> None:
    with pytest.raises(AnswerProblem) as caught:
        tokens(piece * (MOST_TOKENS + 2))
    assert caught.value.kind == "too large"
    assert caught.value.message == "this formula is too long"


def test_an_unknown_macro_has_a_hint() -> None:
    with pytest.raises(AnswerProblem) as caught:
        tokens(r"\frca{1}{2}")
    assert caught.value.hint == r"did you mean \frac?"


@given(st.text(max_size=60))
def test_tokens_stand_in_order_inside_the_text(text: str) -> None:
    try:
        found = tokens(text)
    except AnswerProblem:
        return
    at = 0
    for token in found:
        assert at <= token.start + 1
        assert token.start <= token.end <= len(text)
        at = token.start


# --- macros -----------------------------------------------------------------------------------------------------------


def expanded(text: str, macros: dict[str, Macro]) -> list[Token]:
    source = Source(text)
    return expand(source, tokenize(source, Span(0, len(text)), macros), macros)


def test_definitions_of_every_form_are_found() -> None:
    text = (
        r"\newcommand{\a}{x} \renewcommand\b[1]{#1^2} \newcommand*{\c}[2][z]{#1+#2} \def\d#1#2{#2#1}"
        r"\DeclareMathOperator*{\tracer}{tr} \let\f\phi \providecommand{\g}{\a{y}}"
    )
    found = {name: macro for name, macro, _ in definitions(text)}
    assert found == {
        "a": Macro("x"), "b": Macro("#1^2", 1), "c": Macro("#1+#2", 2, "z"), "d": Macro("#2#1", 2),
        "tracer": Macro(r"\operatorname{tr}"), "f": Macro(r"\phi"), "g": Macro(r"\a{y}"),
    }  # fmt: skip


def test_a_record_gives_arguments_and_default() -> None:
    assert from_record({r"\Div": r"[2][p]D(#1 \| #2)", "\\e": "x"}) == {"Div": Macro(r"D(#1 \| #2)", 2, "p"), "e": Macro("x")}


def test_expanded_tokens_have_the_span_of_the_call_and_arguments_their_own() -> None:
    text = r"a + \sq{uv}"
    found = expanded(text, {"sq": Macro("(#1)^2", 1)})
    spans = [(t.text, text[t.start : t.end]) for t in found[2:]]
    call = r"\sq{uv}"
    assert spans == [("paren", call), ("u", "u"), ("v", "v"), ("paren", call), ("^", call), ("2", call)]


def test_each_call_has_its_own_span() -> None:
    text = r"\sq{u} + \sq{v}"
    assert {text[t.start : t.end] for t in expanded(text, {"sq": Macro("#1^2", 1)}) if t.text == "2"} == {r"\sq{u}", r"\sq{v}"}


def test_optional_arguments_and_defaults() -> None:
    macros = {"Ex": Macro("E_{#1}[#2]", 2, "q")}
    assert [t.text for t in expanded(r"\Ex{x}", macros)] == [*"E_{q}", "bracket", "x", "bracket"]
    assert [t.text for t in expanded(r"\Ex[p]{x}", macros)] == [*"E_{p}", "bracket", "x", "bracket"]


@pytest.mark.parametrize(
    ("text", "macros", "message"),
    [
        (r"\a", {"a": Macro(r"\a + 1")}, "calls itself"),
        (r"\a", {"a": Macro(r"\b\b"), "b": Macro(r"\a\a")}, "calls itself"),
        (r"\a", {"a": Macro("#1", 1)}, "wants 1 arguments"),
        (r"\a{x", {"a": Macro("#1", 1)}, "never closed"),
        (r"\a", {"a": Macro(r"\input{x}")}, "not followed"),
        (r"\a", {"a": Macro(r"#3")}, "no argument #3"),
    ],
)
def test_expansion_is_bounded_and_its_problems_stand_at_the_call(text: str, macros: dict[str, Macro], message: str) -> None:
    with pytest.raises(AnswerProblem, match=message) as caught:
        expanded(text, macros)
    assert caught.value.span is not None
    assert caught.value.span.start <= 2
