"""The commands from outside: grade, review, regrade, merge, show, export, template."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from symderiv.classroom.handed_in import Unreadable
from symderiv.cli import app
from symderiv.core.problems import AuthorProblem
from tests.classroom.rooms import RIGHT, SHEET, WRONG, answers, hand_in


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sheet, a folder of submissions, and its results."""
    folder = tmp_path_factory.mktemp("room")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    hand_in(folder / "in", ada=answers(*RIGHT), bob=answers(*WRONG), cy=answers("Obviously.", RIGHT[1]))
    (folder / "in" / "homework.tex").write_text(answers(*RIGHT), encoding="utf-8")
    strange = '{"decisions": {"0123456789abcdef": {"part": "1.1", "status": "correct", "points": "1"}}}'
    (folder / "strange.json").write_text(strange, encoding="utf-8")
    done = symderiv(folder, "grade", "sheet.toml", "in", "-o", "out", "-j", "1", "--export", "csv,canvas")
    assert done.returncode == 0, done.stderr
    return folder


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def symderiv(folder: Path, *arguments: str) -> Done:
    """A command in this process, so that SymPy is loaded once; how problems become exit codes is tested from outside."""
    with contextlib.chdir(folder):
        result = CliRunner().invoke(app, arguments)
    problem = result.exception
    if isinstance(problem, AuthorProblem | Unreadable):
        return Done(2, result.stdout, result.stderr + str(problem))
    if problem is not None and not isinstance(problem, SystemExit):
        raise problem
    return Done(result.exit_code, result.stdout, result.stderr)


def test_everything_stands_in_the_folder_of_results(room: Path) -> None:
    held = {p.relative_to(room / "out").as_posix() for p in (room / "out").rglob("*") if p.is_file()}
    assert held >= {
        "results.jsonl", "marks.csv", "summary.pdf", "review.html", "run.json", "assignment.toml", "exports/marks.csv", "exports/canvas.csv",
        "feedback/ada.pdf", "feedback/ada.md", "feedback/misnamed-homework.pdf",
    }  # fmt: skip
    line = json.loads((room / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (line["file"], line["student"], [p["part"] for p in line["parts"]]) == ("sheet-7-ada.md", "ada", ["1.1", "1.2"])


def test_a_second_run_says_the_same_and_changes_nothing(room: Path) -> None:
    before = {p: p.read_bytes() for p in (room / "out").rglob("*") if p.is_file()}
    done = symderiv(room, "grade", "sheet.toml", "in", "-o", "out", "--executor", "threads", "-j", "1")
    assert "4 submissions" in done.stderr
    assert "the name `homework.tex` does not follow `sheet-7-{netid}.pdf`" in done.stderr
    assert before == {p: p.read_bytes() for p in before}


def test_a_waiting_answer_is_no_failure_unless_asked_for(room: Path) -> None:
    asked = ("grade", "sheet.toml", "in", "-o", "out", "--executor", "threads", "-j", "1")
    assert symderiv(room, *asked).returncode == 0
    assert symderiv(room, *asked, "--fail-on", "review").returncode == 1


def test_show_tells_one_part(room: Path) -> None:
    done = symderiv(room, "show", "out", "bob", "1.2")
    assert "INCORRECT" in done.stdout
    assert "the key" in done.stdout
    wrong = symderiv(room, "show", "out", "bobb")
    assert (wrong.returncode, "did you mean `bob`" in wrong.stderr) == (2, True)


def test_a_mended_sheet_shows_whose_marks_would_move_and_moves_none(room: Path) -> None:
    mended = SHEET.replace(r"f = a b^2 + \log a", r"f = \frac{1}{2} a b^2 + \log a")
    (room / "mended.toml").write_text(mended, encoding="utf-8")
    before = (room / "out" / "results.jsonl").read_bytes()
    done = symderiv(room, "regrade", "out", "--assignment", "mended.toml", "--dry-run", "--executor", "threads", "-j", "1")
    assert "bob" in done.stdout
    assert (room / "out" / "results.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("grade", "sheet.toml", "nowhere", "-o", "x"), "does not exist"),
        (("grade", "sheet.toml", "in", "-o", "x", "--executor", "thread"), "did you mean `threads`"),
        (("grade", "sheet.toml", "in", "-o", "x", "--feedback", "hints"), "did you mean `hint`"),
        (("grade", "sheet.toml", "in", "-o", "x", "--shard", "3/2"), "no share"),
        (("grade", "sheet.toml", "in", "-o", "x", "--export", "moodel"), "did you mean `moodle`"),
        (("export", "out", "moodle"), "--roster"),
        (("review", "in"), "holds no results"),
        (("merge", "out", "in", "-o", "x"), "holds no results"),
        (("grade", "sheet.toml", "in", "-o", "sheet.toml"), "cannot write `sheet.toml`"),
        (("grade", "sheet.toml", "in", "-o", "/dev/null/x"), "cannot write `/dev/null/x`: not a directory"),
        (("review", "out", "--apply", "strange.json"), "no decision in `strange.json` is about an answer of this class"),
    ],
)
def test_what_cannot_be_done_is_told_and_does_nothing(room: Path, arguments: tuple[str, ...], said: str) -> None:
    done = symderiv(room, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (room / "x").exists()


def test_the_template_has_a_place_for_each_answer_and_holds_none(room: Path) -> None:
    done = symderiv(room, "template", "sheet.toml", "-o", "answers.tex")
    assert done.returncode == 0, done.stderr
    text = (room / "answers.tex").read_text(encoding="utf-8")
    empty = [json.loads(line) for line in symderiv(room, "check", "sheet.toml", "answers.tex", "--json").stdout.splitlines()]
    assert [part["status"] for part in empty] == ["missing", "missing"]
    for number, answer in (("1.1", RIGHT[0]), ("1.2", RIGHT[1])):
        mark = f"% --- your answer to {number} starts here ---\n"
        text = text.replace(mark, mark + answer + "\n")
    (room / "answers.tex").write_text(text, encoding="utf-8")
    filled = [json.loads(line) for line in symderiv(room, "check", "sheet.toml", "answers.tex", "--json").stdout.splitlines()]
    assert [part["status"] for part in filled] == ["correct", "correct"]


def test_gradescope_runs_what_was_packed(room: Path) -> None:
    assert symderiv(room, "gradescope", "pack", "sheet.toml", "-o", "autograder.zip").returncode == 0
    done = symderiv(room, "gradescope", "run", "sheet.toml", "in", "results.json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads((room / "results.json").read_text(encoding="utf-8"))["tests"]) == 2
