from __future__ import annotations

import pytest

from symderiv.writing.latex import latex
from symderiv.writing.notation import (
    KINDS,
    SYMBOLS,
    Big,
    Fenced,
    Fraction,
    Grid,
    Letter,
    Notation,
    Number,
    Root,
    Row,
    Script,
    Symbol,
    Underbrace,
    Word,
    Words,
    fenced,
    row,
)
from symderiv.writing.unicode import unicode

X2 = Script(Letter("x"), Number("2"))
HALF = Fraction(Number("1"), Number("2"))
MINUS = Symbol("minus")
SAMPLES: dict[type, Notation] = {
    Letter: Letter("mu"), Word: Word("diag"), Number: Number("3"), Symbol: Symbol("plus"), Row: Row((Letter("a"),)), Fraction: HALF,
    Script: X2, Root: Root(Letter("x")), Fenced: fenced(Letter("x")), Grid: Grid(((Letter("a"),),)), Big: Big("sum"),
    Words: Words("yes"), Underbrace: Underbrace(Letter("a"), Words("one")),
}  # fmt: skip


def test_every_kind_and_every_symbol_has_a_rule() -> None:
    assert set(SAMPLES) == set(KINDS)
    for n in (*SAMPLES.values(), *(row(Letter("a"), Symbol(s), Letter("b")) for s in SYMBOLS)):
        assert latex(n)
        assert unicode(n)


@pytest.mark.parametrize(
    ("n", "tex", "text"),
    [
        (row(Word("exp"), fenced(row(Letter("G"), fenced(X2)))), r"\exp(G(x_2))", "exp(G(x₂))"),
        (row(Word("exp"), fenced(HALF)), r"\exp\left(\frac{1}{2}\right)", "exp(1/2)"),
        (row(MINUS, Letter("a"), MINUS, Letter("b")), "-a - b", "-a - b"),
        (Script(Letter("A"), sup=row(MINUS, Symbol("transpose"))), r"A^{-\top}", "A⁻ᵀ"),
        (Script(Letter("F"), sup=row(Symbol("prime"), Symbol("prime"))), "F''", "F′′"),
        (row(Letter("G"), Script(fenced(X2), Letter("i"))), "G(x_2)_i", "G(x₂)ᵢ"),
        (Script(Letter("x"), row(Number("1"), Symbol("comma"), Letter("q"))), "x_{1, q}", "x_{1,q}"),
        (
            Grid(((Letter("a"), Letter("b")), (Letter("c"), Letter("d")))),
            r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}",
            "[a, b; c, d]",
        ),
        (row(Number("2"), Letter("pi")), r"2\pi", "2π"),
        (Letter("mu", "bold"), r"\boldsymbol{\mu}", "μ"),
        (row(Letter("q"), Symbol("parallel"), Letter("p")), r"q \| p", "q ‖ p"),
    ],
)
def test_markup(n: Notation, tex: str, text: str) -> None:
    assert latex(n) == tex
    assert unicode(n) == text


def test_text_of_users_is_escaped() -> None:
    assert latex(Words(r"50% of \input{x}_$")) == r"\text{50\% of \textbackslash{}input\{x\}\_\$}"


def test_aligned_rows_are_lines() -> None:
    grid = Grid(((Letter("a"), row(Symbol("equals"), Letter("b"))), (Row(()), row(Symbol("equals"), Letter("c")))), "aligned")
    assert unicode(grid) == "a = b\n= c"
    assert latex(grid) == r"\begin{aligned} a & = b \\ & = c \end{aligned}"
