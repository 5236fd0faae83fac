from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symderiv.report.escape import latex_bookmark, latex_columns, latex_text, typst_text
from symderiv.report.lines import LONG, WIDTH, breath, broken, columns, wrapped
from symderiv.writing.latex import latex
from symderiv.writing.notation import Grid, Letter, Notation, Row, Symbol, Words, row
from tests.report.samples import COUPLING, ENDLESS, JACOBIAN, LONG_SUM, STRANGE

A, EQ, PLUS, MINUS = Letter("a"), Symbol("equals"), Symbol("plus"), Symbol("minus")


def flat(n: Notation) -> list[Notation]:
    """The leaves of a broken formula without what only moves a line in."""
    items = [x for r in n.rows for c in r for x in (c.items if isinstance(c, Row) else (c,))] if isinstance(n, Grid) else [n]
    return [x for x in items if x not in (Symbol("space"), Words(""))]


@given(st.text(max_size=300))
def test_wrapping_keeps_every_character_and_every_width(text: str) -> None:
    for cost in (columns, latex_columns):
        lines = wrapped(text, 20, cost)
        assert all(sum(map(cost, line)) <= 20 for line in lines)
        shown = "".join(
            c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for part in text.expandtabs(4).splitlines() for c in part
        )
        assert "".join(lines) == shown


def test_wide_characters_take_their_room() -> None:
    assert max(sum(map(latex_columns, line)) for line in wrapped(STRANGE, cost=latex_columns)) <= WIDTH


def test_short_formulas_and_matrices_stay_whole() -> None:
    assert broken(COUPLING) is COUPLING
    assert broken(JACOBIAN) is JACOBIAN


def test_a_long_sum_becomes_rows_that_fit_and_lose_nothing() -> None:
    grid = broken(LONG_SUM)
    assert isinstance(grid, Grid)
    assert isinstance(LONG_SUM, Row)
    assert grid.kind == "aligned"
    assert len(grid.rows) > 1
    assert all(breath(cell) <= LONG for line in grid.rows for cell in line)
    assert flat(grid) == list(LONG_SUM.items)


def test_a_long_chain_is_broken_at_its_relations() -> None:
    side = row(*[A] * 40)
    grid = broken(row(A, EQ, side, EQ, side))
    assert latex(grid).count("& =") == 2


def test_a_leading_sign_is_no_place_to_break() -> None:
    chain = row(A, EQ, MINUS, *[A] * 40, EQ, MINUS, *[A] * 40, PLUS, *[A] * 40)
    grid = broken(chain)
    assert isinstance(grid, Grid)
    assert all(len(flat(cell)) != 1 or cell != MINUS for line in grid.rows for cell in line)
    assert "= -" in latex(grid)


@pytest.mark.parametrize(("text", "mark"), [(latex_text(ENDLESS), r"\allowbreak{}"), (typst_text(ENDLESS), r"\u{200b}")])
def test_endless_words_may_be_broken(text: str, mark: str) -> None:
    assert text.count(mark) > 300


def test_ordinary_words_are_not() -> None:
    assert "allowbreak" not in latex_text("an entrywise product, differentiable everywhere")


def test_letters_that_tex_lacks_are_named() -> None:
    assert latex_text("ħ") == r"{\scriptsize U+0127}"
    assert latex_text("é") == "é"


def test_bookmarks_hold_no_mathematics() -> None:
    assert latex_bookmark("σ of 100% é 漢") == r"sigma of 100\% é ?"
