from __future__ import annotations

import io
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from symderiv.typeset import typst_pdf
from symderiv.writing.notation import (
    SYMBOLS, Big, Fenced, Fraction, Grid, Letter, Notation, Number, Row, Script, Symbol, Underbrace, Word, Words, row,
)  # fmt: skip
from symderiv.writing.typst import SYMBOLS as TABLE
from symderiv.writing.typst import typst

A, B, COMMA, SEMI = Letter("a"), Letter("b"), Symbol("comma"), Symbol("semicolon")


def words(*formulas: Notation) -> str:
    """What stands on the page, without spaces."""
    pdf = typst_pdf("\n\n".join(f"$ {typst(n)} $" for n in formulas))
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", PdfReader(io.BytesIO(pdf)).pages[0].extract_text()))


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (Letter("epsilon"), "epsilon.alt"),
        (Letter("varepsilon"), "epsilon"),
        (Letter("phi"), "phi.alt"),
        (Letter("varphi"), "phi"),
        (Letter("ell"), "ell"),
        (Letter("F", "calligraphic"), "cal(F)"),
        (Letter("E", "blackboard"), "bb(E)"),
        (Letter("mu", "bold"), "bold(mu)"),
        (Letter("KL"), 'upright("KL")'),
        (Word("diag"), 'op("diag")'),
        (Fraction(A, B), "frac(a, b)"),
        (Grid(((A, B), (B, A))), 'mat(delim: "[", a, b; b, a)'),
        (Fenced("paren", A), "lr(size: #1em, paren.l a paren.r)"),
        (Fenced("paren", Fraction(A, B)), "lr(paren.l frac(a, b) paren.r)"),
        (Words('"\\'), '"\\"\\\\"'),
    ],
)
def test_markup(n: Notation, text: str) -> None:
    assert typst(n) == text


def test_the_table_of_symbols_is_complete_and_every_one_compiles() -> None:
    assert set(TABLE) == set(SYMBOLS)
    for name in SYMBOLS:
        typst_pdf(f"$ {typst(row(A, Symbol(name), B))} $")


def test_commas_and_semicolons_do_not_cut_a_cell_or_an_argument() -> None:
    listed = Row((A, COMMA, B, SEMI, A))
    one = typst(Grid(((listed,),)))
    assert one.count(",") == 1  # behind the delimiter alone
    assert ";" not in one
    assert "," not in typst(Fraction(listed, A)).removeprefix("frac(").replace(", a)", ")")
    assert words(Grid(((listed, Words("x, y; z")),))).count(",") == 2


def test_aligned_rows_may_stand_inside_other_things() -> None:
    grid = Grid(((A, row(Symbol("equals"), B)), (Row(()), row(Symbol("equals"), A))), "aligned")
    for n in (
        Fenced("bracket", grid),
        Fraction(grid, A),
        Script(Fenced("paren", grid), sup=A),
        Underbrace(grid, Words("x")),
        grid,
    ):
        typst_pdf(f"$ {typst(n)} $")


def test_bounds_stand_in_a_big_operator() -> None:
    assert typst(Big("sum", row(Letter("i"), Symbol("equals"), Number("1")), Letter("n"))) == 'attach(sum, b: i = "1", t: n)'


def test_no_name_is_code() -> None:
    hostile = '#panic("x") $ ] ) \\ " // /*'
    for n in (Letter(hostile), Letter(hostile, "bold"), Word(hostile), Words(hostile), Number(hostile)):
        assert "panic" in words(n)


@settings(max_examples=40)
@given(st.text(max_size=20), st.sampled_from(["plain", "bold", "calligraphic", "blackboard", "upright"]))
def test_any_name_compiles(name: str, style: str) -> None:
    n = row(Letter(name, style), Word(name), Words(name), Number(name))  # type: ignore[arg-type]
    assert typst_pdf(f"$ {typst(Grid(((n, n),)))} $").startswith(b"%PDF")
