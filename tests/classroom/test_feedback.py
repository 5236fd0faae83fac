"""What a student is told: by level, in Markdown and PDF, and nobody's text as markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.classroom.feedback import feedback_files, student_report
from symderiv.core.text import Source
from symderiv.grading.page import PageResult, check_page
from symderiv.report.escape import markdown_text
from symderiv.report.model import FeedbackReport
from symderiv.report.plain import plain_json
from symderiv.report.render import render
from symderiv.writing.unicode import prose_text
from symderiv.typeset import template_loader
from tests.classroom.rooms import RIGHT, SHEET, WRONG, answers, graded, hand_in, sheet
from tests.report.samples import HOSTILE, feedback


def page(first: str, second: str) -> PageResult:
    return check_page(sheet(), Source(answers(first, second), "page.md"))


def told(level: str, *answer: str) -> str:
    return plain_json(student_report(page(*answer), level))


def test_the_verdict_alone_says_what_was_read_and_no_more() -> None:
    report = student_report(page(*WRONG), "verdict")
    assert [p.status for p in report.parts] == ["incorrect", "incorrect"]
    assert all(p.reading and not p.findings for p in report.parts)


def test_a_hint_points_and_full_feedback_tells() -> None:
    full, hint = (student_report(page(*WRONG), level).parts[0].findings[0] for level in ("full", "hint"))
    assert "should give" in full.witness[0]
    assert "should give" not in hint.witness[0]
    key = full.witness[0].rpartition("should give ")[2].rstrip(".")
    assert key not in hint.witness[0]


@pytest.mark.parametrize("level", ["verdict", "hint"])
def test_no_lower_level_gives_a_repair_away(level: str) -> None:
    slip = SHEET.replace("+ \\log a", "- \\log a")  # whose slope is b^2 - 1/a
    checked = check_page(sheet(slip), Source(answers(r"$b^2 \frac{1}{a}$", RIGHT[1]), "page.md"))
    repairs = [f.repair for f in checked.parts[0].judgement.findings if f.repair]
    assert repairs
    views = student_report(checked, level).parts[0].findings
    assert not any(f.repair or "minus" in prose_text(f.message) + f.hint for f in views)


@pytest.mark.parametrize("level", ["verdict", "hint", "full"])
def test_why_there_is_nothing_to_judge_is_told_at_every_level(level: str) -> None:
    assert "closed" in told(level, r"$\frac{a}{b$", RIGHT[1])


def test_files_are_a_pdf_and_markdown_and_the_same_each_time() -> None:
    made = feedback_files(page(*WRONG), "full", ["a note"])
    assert made == feedback_files(page(*WRONG), "full", ["a note"])
    assert made[".pdf"].startswith(b"%PDF-")
    text = made[".md"].decode()
    assert "0 of 1" in text
    assert "> a note" in text


def markdown(report: FeedbackReport) -> str:
    return render(report, "markdown", template_loader(None))


def test_markdown_keeps_everybody_s_text_text() -> None:
    text = markdown(feedback(HOSTILE))
    for line in text.splitlines():
        if not line.startswith("    ") and "$$" not in line:
            assert "<script>" not in line.replace("\\<", "")
    assert "    " + HOSTILE[:30] in text


@pytest.mark.parametrize(
    "text", ["# x", "- x", "1. x", "> x", "* x", "| x |", "===", "---", "`x`", "$x$", "[a](b)", "<b>", "&lt;"]
)
def test_no_text_opens_anything_in_markdown(text: str) -> None:
    escaped = markdown_text(text)
    assert "\\" in escaped
    assert escaped.replace("\\", "") == text


def test_numbers_and_words_stay_as_they_are() -> None:
    assert markdown_text("0.75 of 1, x-1 (see 2.3)") == "0.75 of 1, x-1 (see 2.3)"


def test_files_stand_beside_the_results(tmp_path: Path) -> None:
    graded(hand_in(tmp_path / "in", ada=answers(*RIGHT)), tmp_path / "out", feedback=True, level="hint")
    assert sorted(p.name for p in (tmp_path / "out" / "feedback").iterdir()) == ["ada.md", "ada.pdf"]
