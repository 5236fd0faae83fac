"""Laws of all three emitters: whatever tree they get, what comes out is mathematics that compiles, and nobody's text is a command."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.reading import characters
from symderiv.typeset import typst_pdf
from symderiv.writing.latex import latex
from symderiv.writing.mathml import mathml
from symderiv.writing.notation import (
    KINDS, SYMBOLS, Big, BigName, Fenced, FenceKind, Fraction, Grid, GridKind, Letter, LetterStyle, Notation, Number, Root, Row, Script, Symbol, Underbrace, Word, Words, row,
)  # fmt: skip
from symderiv.writing.typst import typst
from symderiv.writing.unicode import unicode, unicode_block

A, B = Letter("a"), Letter("b")
NAMES = (
    "x", "mu", "Sigma", "varphi", "KL", "E", "softmax", "x_1", "a b", "\\", "^", "~", "{", "}", "$", "%", "&", "#", '"', "'", "`", "é", "ß", "漢",
    "\x00", "\x1b[31m", "\u202e", "≥", "∘", "²", "", "\n\n", "\\input{/etc/passwd}", '#eval("1")', "//", "/*", "--", '"\\',
)  # fmt: skip
STYLES: tuple[LetterStyle, ...] = ("plain", "bold", "calligraphic", "blackboard", "upright")
FENCES: tuple[FenceKind, ...] = ("paren", "bracket", "brace", "bar", "norm", "angle")
GRIDS: tuple[GridKind, ...] = ("bracket", "paren", "cases", "aligned")
BIGS: tuple[BigName, ...] = ("sum", "product", "integral")
needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")


def leaf(rnd: random.Random) -> Notation:
    name = rnd.choice(NAMES)
    leaves: list[Notation] = [
        Letter(name, rnd.choice(STYLES)), Word(rnd.choice([name, "exp", "diag"])), Number(rnd.choice(["3", "0.5", name])),
        Symbol(rnd.choice(SYMBOLS)), Words(name),
    ]  # fmt: skip
    return rnd.choice(leaves)


def tree(rnd: random.Random, depth: int) -> Notation:
    """A tree of any kinds, scripts upon scripts and ragged grids among them."""
    if not depth or rnd.random() < 0.2:
        return leaf(rnd)

    def one() -> Notation:
        return tree(rnd, depth - 1)

    def perhaps() -> Notation | None:
        return one() if rnd.random() < 0.6 else None

    match rnd.randrange(8):
        case 0:
            return Row(tuple(one() for _ in range(rnd.randrange(4))))
        case 1:
            return Fraction(one(), one())
        case 2:
            return Script(one(), perhaps(), perhaps())
        case 3:
            return Root(one())
        case 4:
            return Fenced(rnd.choice(FENCES), one())
        case 5:
            rows = tuple(tuple(one() for _ in range(rnd.randrange(4))) for _ in range(rnd.randrange(4)))
            return Grid(rows, rnd.choice(GRIDS))
        case 6:
            return Big(rnd.choice(BIGS), perhaps(), perhaps())
        case _:
            return Underbrace(one(), one())


def trees(seed: int, how_many: int) -> list[Notation]:
    rnd = random.Random(seed)
    return [tree(rnd, 3) for _ in range(how_many)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
@pytest.mark.parametrize("emitter", [latex, typst, unicode, mathml], ids=["latex", "typst", "unicode", "mathml"])
def test_every_emitter_has_a_rule_of_its_own_for_every_kind(emitter: object, kind: type) -> None:
    dispatch = emitter.dispatch  # type: ignore[attr-defined]
    assert dispatch(kind) is not dispatch(object)


@needs_tex
def test_any_tree_is_mathematics_in_latex(tmp_path: Path) -> None:
    seed = 20
    forest = trees(seed, 250)
    body = "\n".join(f"\\typeout{{@@{k}}}\\setbox0\\hbox{{\\(\\displaystyle {latex(n)}\\)}}" for k, n in enumerate(forest))
    head = (
        r"\documentclass{article}\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}\usepackage{amsmath,amssymb}\begin{document}x"
    )
    (tmp_path / "t.tex").write_text(f"{head}\n{body}\n\\end{{document}}", encoding="utf-8")
    command = [shutil.which("pdflatex") or "", "-no-shell-escape", "-interaction=nonstopmode", "t.tex"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = (tmp_path / "t.log").read_text(encoding="utf-8", errors="replace")
    assert f"@@{len(forest) - 1}" in log
    complaints = re.findall(r"^(?:!|Missing character|LaTeX Warning: Command).*", log, re.MULTILINE)
    assert complaints == [], f"seed {seed}"


def test_any_tree_is_mathematics_in_typst() -> None:
    for n in trees(21, 120):
        typst_pdf(f"$ {typst(n)} $")


def test_no_tree_obeys_in_a_terminal() -> None:
    for n in trees(22, 400):
        for text in (unicode(n), unicode_block(n)):
            assert text.replace("\n", "").isprintable() or not text


@given(st.text(max_size=30))
@settings(max_examples=200)
def test_a_name_has_no_command_but_those_of_the_escapes(text: str) -> None:
    for n in (Words(text), Letter(text), Word(text), Number(text)):
        bare = re.sub(
            r"\\(?:text(?:backslash|asciicircum|asciitilde)?|operatorname|mathrm|scriptsize|ldots|[{}$%&#_])", "", latex(n)
        )
        bare = re.sub(r"\\\((?:\\[a-zA-Z]+(?:12)?|[-^_\w\\|]+)\\\)", "", bare)  # signs beyond ASCII are set as mathematics
        assert "\\" not in bare or latex(n).lstrip("\\") == text
        assert not set("$%#&~^") & set(bare)


@pytest.mark.parametrize("name", sorted(characters.GREEK))
def test_every_letter_that_can_be_read_can_be_written(name: str) -> None:
    assert latex(Letter(name)) == "\\" + name
    assert len(unicode(Letter(name))) == 1
    assert '"' not in typst(Letter(name))
    typst_pdf(f"$ {typst(Letter(name))} $")


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (Script(Script(A, sub=B), sub=B), "{a_b}_b"),
        (Script(Big("sum", lower=A), sub=B), r"{\sum_{a}}_b"),
        (Script(Row(()), sub=A), "{}_a"),
        (Letter("x_1"), r"\text{x\_1}"),
        (Letter("a", "calligraphic"), r"\mathfrak{a}"),  # \mathcal has capitals only
        (Letter("1", "blackboard"), r"\mathsf{1}"),
        (Letter("mu", "calligraphic"), r"\boldsymbol{\mu}"),
        (Word("a b"), r"\operatorname{\text{a b}}"),
        (Words("a--b\n≥\x00"), r"\text{a-{}-b \(\ge\){\scriptsize U+0000}}"),
        (Number(r"\x"), r"\text{\textbackslash{}x}"),
        (Grid(((A, B, A),), "cases"), r"\begin{cases} a & b \quad a \end{cases}"),
    ],
)
def test_latex_of_what_tex_would_trip_over(n: Notation, text: str) -> None:
    assert latex(n) == text


def test_a_derivative_needs_no_parentheses_in_a_line() -> None:
    slope = Fraction(row(Symbol("partial"), A), row(Symbol("partial"), B))
    assert unicode(slope) == "∂a/∂b"
    assert unicode(Fraction(row(Symbol("partial"), A, B), B)) == "(∂a b)/b"


def test_a_grid_stands_over_its_lines() -> None:
    two = Grid(((A, Number("10")), (Number("0"), B)))
    assert unicode_block(row(A, Symbol("equals"), two)).splitlines() == ["    ⎡a  10⎤", "a = ⎣0  b ⎦"]
    assert unicode_block(Script(two, sup=Symbol("transpose"))).splitlines() == ["⎡a  10⎤ᵀ", "⎣0  b ⎦"]
    assert unicode_block(Grid(((A, Words("if")), (B, Words("else"))), "cases")).splitlines() == ["⎧a  if", "⎩b  else"]
    rows = Grid(((A, row(Symbol("equals"), B)), (Row(()), row(Symbol("equals"), A))), "aligned")
    assert unicode_block(rows).splitlines() == ["a = b", "  = a"]
    assert unicode_block(row(A, Symbol("plus"), B)) == "a + b"


def test_a_grid_in_a_grid_keeps_its_lines() -> None:
    inner = Grid(((A,), (B,), (A,)), "paren")
    lines = unicode_block(Grid(((inner, B), (A, inner)))).splitlines()
    assert len(lines) == 6
    assert len(set(map(len, lines))) == 1
