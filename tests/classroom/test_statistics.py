"""The class in figures, against NumPy and by hand."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from symderiv import typeset
from symderiv.classroom.moves import moves, state
from symderiv.classroom.outputs import marks_csv
from symderiv.classroom.statistics import correlation, summary
from symderiv.report.plain import plain_text
from symderiv.report.render import render
from tests.classroom.rooms import sheet


def record(name: str, first: str, second: str, student: str | None = "x") -> dict[str, Any]:
    def part(number: str, of: int, points: str) -> dict[str, Any]:
        wrong = [{"rule": "sign", "message": "a sign is lost <b>#"}] if Fraction(points) == 0 else []
        status = "correct" if Fraction(points) == of else "incorrect" if wrong else "partial"
        return {"part": number, "status": status, "points": float(Fraction(points)), "of": of, "exact": points, "findings": wrong}

    return {"name": name, "student": student, "file": name, "older": [], "parts": [part("1.1", 1, first), part("1.2", 2, second)]}


CLASS = [record("a", "1", "2"), record("b", "0", "1"), record("c", "1/3", "0"), record("d", "1", "2", None)]


def test_correlation_is_numpy_s() -> None:
    seed = 7
    rnd = random.Random(seed)
    for _ in range(20):
        xs, ys = ([Fraction(rnd.randrange(9), 4) for _ in range(12)] for _ in range(2))
        assert correlation(xs, ys) == pytest.approx(np.corrcoef([float(x) for x in xs], [float(y) for y in ys])[0, 1])
    assert correlation([Fraction(1)] * 3, [Fraction(k) for k in range(3)]) is None


def test_the_figures_of_four_students() -> None:
    report = summary(sheet(), CLASS)
    figures = dict(report.figures)
    assert (figures["Submissions"], figures["Mean"], figures["Median"], figures["Misnamed files"]) == ("4", "1.83 of 3", "2", "1")
    first, second = report.parts
    assert (first.mean, first.difficulty, second.difficulty) == ("0.58", "58%", "62%")
    ours = np.corrcoef([1, 0, 1 / 3, 1], [2, 1, 0, 2])[0, 1]
    assert first.discrimination == second.discrimination == f"{ours:.2f}"
    assert [(part, bar.label, bar.number) for part, bar in report.mistakes] == [
        ("1.1", "a sign is lost <b>#", "1"),
        ("1.2", "a sign is lost <b>#", "1"),
    ]


def test_every_mark_is_in_one_bar() -> None:
    report = summary(sheet(), CLASS)
    assert sum(int(b.number) for b in report.marks) == 4
    assert max(b.length for b in report.marks) == 1.0


def test_an_empty_class_has_a_summary() -> None:
    assert typeset.typst_pdf(render(summary(sheet(), []), "typst", typeset.template_loader(None))).startswith(b"%PDF-")


def test_the_summary_is_a_page_and_a_text() -> None:
    report = summary(sheet(), CLASS, ["`x.zip` is no document"])
    assert typeset.typst_pdf(render(report, "typst", typeset.template_loader(None))).startswith(b"%PDF-")
    assert "a sign is lost <b>#" in plain_text(report)


def test_marks_stand_in_the_table_in_two_decimals() -> None:
    assert marks_csv(CLASS, ["1.1", "1.2"]).splitlines()[3] == "c,x,c,0.33,3,0,0.33,0,partial,incorrect"


def test_the_summary_fits_a_narrow_terminal() -> None:
    report = summary(sheet(), [])
    assert max(map(len, plain_text(report, 78).splitlines())) <= 78
    assert "incorrect" in plain_text(report)


def test_moves_name_whose_marks_changed() -> None:
    before, after = state(CLASS), state([record("a", "1", "1"), *CLASS[1:3]])
    assert [(m.name, m.part, m.before, m.after, float(m.points)) for m in moves(before, after)] == [
        ("a", "1.2", "correct 2", "partial 1", -1), ("d", "1.1", "correct 1", "", -1), ("d", "1.2", "correct 2", "", -2),
    ]  # fmt: skip
    assert moves(before, before) == []


def test_mistakes_are_counted_by_name_and_a_wrong_line_beside_one_is_not() -> None:
    def off(rule: str, message: str, **more: str) -> dict[str, str]:
        return {"rule": rule, "message": message, **more}

    bare = off("wrong step", "this is not equal to what stands before it")
    records = [record(name, "0", "2") for name in "abc"]
    records[0]["parts"][0]["findings"] = [
        bare,
        off("sign of one term", "the term x has the wrong sign", mistake="sign of one term"),
    ]
    records[1]["parts"][0]["findings"] = [
        bare,
        off("sign of one term", "the term y has the wrong sign", mistake="sign of one term"),
    ]
    records[2]["parts"][0]["findings"] = [bare]
    assert [(bar.label, bar.number) for _, bar in summary(sheet(), records).mistakes] == [
        ("sign of one term, for example: the term x has the wrong sign", "2"),
        ("wrong, and no small mistake explains it", "1"),
    ]
