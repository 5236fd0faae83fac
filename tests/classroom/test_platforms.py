"""Each export read back by an importer that does what the platform's own one does: every mark arrives, at whom it belongs to, and nothing else moves."""

from __future__ import annotations

import importlib
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from symderiv.classroom.autograder import ALL_SECONDS, SECONDS, packed
from symderiv.classroom.exporting import exporter
from symderiv.classroom.gradebook import Gradebook
from symderiv.core.problems import AuthorProblem
from tests.classroom import platforms
from tests.classroom.books import BOOK, HOSTILE, titled, with_roster
from tests.classroom.platforms import Course, Refused, Worksheet
from tests.classroom.rooms import sheet

COURSE = Course(
    ((17, "ada", "Lovelace, Ada"), (18, "bob", "Bo, B"), (19, "cy", "Y, C"), (20, "ghost", "Ghost, G")),
    {1: "Old", 4711: "Sheet 7, part/two"},
)
CANVAS = (
    'Student,ID,SIS User ID,SIS Login ID,Integration ID,Section,"Old (1)","Sheet 7, part/two (4711)",Final Score\n'
    ",,,,,,Manual Posting,,(read only)\n    Points Possible,,,,,,5,3.0,(read only)\n"
    '"Lovelace, Ada",17,u17,ada,,"S1, S2",4,,80\n"Bo, B",18,u18,bob,,S1,2,EX,70\n"Y, C",19,u19,CY@uni.edu,,S1,2,,70\n'
    '"Ghost, G",20,u20,ghost,,S1,2,1.25,60\n'
)


def single(name: str, book: Gradebook = BOOK) -> bytes:
    (data,) = exporter(name).write(book).values()
    return data


# --- Canvas


def test_canvas_enters_every_mark_and_nothing_else() -> None:
    grades, possible = platforms.canvas(single("canvas", with_roster(CANVAS)), COURSE)
    assert grades == {"Sheet 7, part/two": {"ada": "2.33", "bob": "EX", "cy": "0", "ghost": "1.25"}}
    assert possible == {"Sheet 7, part/two": "3.0"}


def test_canvas_reads_its_gradebook_with_semicolons_and_names_in_two_columns() -> None:
    roster = "LastName;FirstName;ID;SIS User ID;SIS Login ID;Section;Sheet 7, part/two (4711)\n"
    roster += "    Points Possible;;;;;;3,0\nLovelace;Ada;17;u17;ada;S1;\nGhost;G;20;u20;ghost;S1;1,25\n"
    grades, possible = platforms.canvas(single("canvas", with_roster(roster)), COURSE)
    assert grades == {"Sheet 7, part/two": {"ada": "2.33", "ghost": "1.25"}}
    assert possible == {"Sheet 7, part/two": "3.0"}


@pytest.mark.parametrize(
    ("title", "entered"),
    [
        ("Sheet 7, part/two", "Sheet 7, part/two"),  # the one that is there, by its title
        ("Sheet 8", "new: Sheet 8"),
        ("Sheet (1)", "new: Sheet 1"),  # not into the assignment with the number 1
        ("A; B; C; D", "new: A; B; C; D"),
        ("Two\nlines", "new: Two lines"),
    ],
)
def test_canvas_makes_a_new_assignment_of_the_sheet_s_title(title: str, entered: str) -> None:
    grades, possible = platforms.canvas(
        single("canvas", titled(title)), replace(COURSE, students=((18, "Bob", ""), *COURSE.students))
    )
    assert grades == {entered: {"ada": "2.33", "Bob": "1.5", "cy": "0"}}
    assert possible == {entered: "3"}


@pytest.mark.parametrize(
    ("title", "roster", "said"),
    [
        ("Final Score of the term", "", "Final Score"),
        ("Sheet 7, part/two", CANVAS.replace("5,3.0,", "5,100,"), "100 points"),
        ("Sheet 7, part/two", CANVAS.replace('"Old (1)"', '"Sheet 7, part/two (2)"'), "several assignments"),
        ("Sheet 7, part/two", "Student,Name\nAda,1\n", "no gradebook"),
    ],
)
def test_what_canvas_would_misread_is_refused(title: str, roster: str, said: str) -> None:
    with pytest.raises(AuthorProblem, match=said):
        exporter("canvas").write(titled(title, roster))


def test_the_importer_of_canvas_refuses_what_canvas_refuses() -> None:
    for data in (b"Name,Number,Mark\nAda,1,2\n", b"Student,ID,Sheet\nAda,17,1\n", b"Student;ID;Section\nAda;17;\n"):
        with pytest.raises(Refused):
            platforms.canvas(data, COURSE)


# --- Moodle

MOODLE = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),"
    "Feedback comments\r\n"
    'Participant 101,"Lovelace, Ada",ada@uni.edu,Submitted,,3.00,Yes,"Friday, 2 January 2026, 3:04 AM",-,\r\n'
    'Participant 102,"B ""Bo"" B",bob@uni.edu,Submitted,1.00,3.00,Yes,-,"Friday, 2 January 2026, 3:04 AM",<p>old</p>\r\n'
    "Participant 103,C Y,cy@uni.edu,No submission,,3.00,Yes,-,-,\r\nParticipant 9,Ghost,ghost@uni.edu,,2.50,3.00,Yes,-,-,<p>kept</p>\r\n"
)
CLASS = Worksheet({101: "ada", 102: "bob", 103: "cy", 9: "ghost"}, {"bob": 1767323040.0}, 3.0)
SECONDS_OF = {"-": 0.0, "Friday, 2 January 2026, 3:04 AM": 1767323040.0}


def test_moodle_enters_every_mark_and_nothing_else() -> None:
    grades, comments = platforms.moodle(single("moodle", with_roster(MOODLE)), CLASS, SECONDS_OF)
    assert grades == {"ada": 2.33, "bob": 1.5, "cy": 0.0, "ghost": 2.5}
    assert comments["ghost"] == "<p>kept</p>"


def test_moodle_shows_a_comment_as_it_was_meant_whatever_stands_in_it() -> None:
    _, comments = platforms.moodle(single("moodle", with_roster(MOODLE)), CLASS, SECONDS_OF)
    for row in BOOK.named():
        assert platforms.shown(comments[str(row.student).casefold()]) == row.text()


def test_the_importer_of_moodle_loses_its_place_at_an_escape_and_minds_the_dates() -> None:
    broken = 'Identifier,Grade,Last modified (grade),Feedback comments\nParticipant 101,1,-,"read as ""\\"", no"\nParticipant 102,2,-,x\n'
    with pytest.raises(Refused, match="columns"):
        platforms.moodle(broken.encode(), CLASS, SECONDS_OF)
    grades, _ = platforms.moodle(b"Identifier,Grade,Last modified (grade)\nParticipant 102,2,-\n", CLASS, SECONDS_OF)
    assert grades == {}
    with pytest.raises(Refused, match="range"):
        platforms.moodle(b"Identifier,Grade,Last modified (grade)\nParticipant 101,4,-\n", CLASS, SECONDS_OF)


# --- Gradescope


def test_gradescope_takes_the_results_of_every_submission() -> None:
    made = exporter("gradescope").write(BOOK)
    assert sorted(made) == [f"{r.name}/results.json" for r in sorted(BOOK.rows, key=lambda r: r.name)]
    for row in BOOK.rows:
        score, tests = platforms.gradescope(made[f"{row.name}/results.json"])
        assert score == pytest.approx(float(row.points), abs=1e-5)
        assert [t["number"] for t in tests] == [p.number for p in row.parts]
        assert all(0 <= t["score"] <= t["max_score"] for t in tests)
        assert [t["status"] for t in tests] == ["passed" if p.status == "correct" else "failed" for p in row.parts]
        assert all(HOSTILE in t["output"] and t["output_format"] == "text" for t in tests)


@pytest.mark.parametrize(
    "data",
    [
        b"{}", b'{"score": "3"}', b'{"score": NaN}', b'{"score": 1, "visibility": "never"}', b'{"score": 1, "points": 2}', b'{"score": 1, "score": 2}',
        b'{"tests": [{"score": 1}, {"name": "b"}]}', b'{"score": 1, "tests": [{"status": "partial"}]}',
    ],
)  # fmt: skip
def test_the_reader_of_gradescope_s_results_refuses_what_is_not_described(data: bytes) -> None:
    with pytest.raises(Refused):
        platforms.gradescope(data)


def test_gradescope_s_zip_holds_all_that_its_scripts_run(tmp_path: Path) -> None:
    data = packed(sheet(), "hint")
    assert data == packed(sheet(), "hint")
    scripts = platforms.autograder_zip(data)
    for name, text in scripts.items():
        (tmp_path / name).write_text(text)
        assert subprocess.run(["bash", "-n", str(tmp_path / name)], check=False).returncode == 0  # noqa: S607
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = set(archive.namelist())
        assert archive.read("assignment.toml").decode() == sheet().source.text
        needs = archive.read("requirements.txt").decode().splitlines()
    assert {"symderiv/cli.py", "symderiv/templates/preamble.typ.j2"} <= held
    assert not {name for name in held if "__pycache__" in name or name.endswith(".pyc")}
    assert all(re.match(r"[a-z0-9-]+>=", need) for need in needs)
    mentioned = set(re.findall(r"/autograder/source/([\w./]+)", "".join(scripts.values())))
    assert {"requirements.txt", "assignment.toml"} == mentioned <= held


def test_gradescope_s_usual_image_gets_a_python_that_is_new_enough() -> None:
    setup = platforms.autograder_zip(packed(sheet(), "hint"))["setup.sh"]
    assert "python3.11-venv" in setup  # Ubuntu 22.04 has 3.10
    assert SECONDS < 600 > ALL_SECONDS  # after ten minutes Gradescope gives nothing


def test_a_zip_that_gradescope_cannot_use_is_refused() -> None:
    def zipped(**files: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, text in files.items():
                archive.writestr(name.replace("__", "/").replace("_sh", ".sh"), text)
        return out.getvalue()

    for data in (
        zipped(setup_sh="#!"),
        zipped(a__setup_sh="#!", a__run_autograder="#!"),
        zipped(setup_sh="#!", run_autograder="echo"),
    ):
        with pytest.raises(Refused):
            platforms.autograder_zip(data)


# --- PrairieLearn


def test_prairielearn_takes_every_submission_and_an_unreadable_one_costs_no_attempt() -> None:
    made = exporter("prairielearn").write(BOOK)
    for row in BOOK.rows:
        score, errors, points = platforms.prairielearn(made[f"{row.name}/results.json"])
        if row.readable:
            assert score == pytest.approx(float(row.points / BOOK.of), abs=1e-6)
            assert errors == []
            assert points == [f"{float(p.points):.2f}/{float(p.of):.2f}" for p in row.parts]
        else:
            assert (score, points) == (None, [])
            assert errors


@pytest.mark.parametrize(
    "data", [b'{"score": 2, "tests": []}', b'{"score": true, "tests": []}', b'{"gradable": false, "format_errors": [1]}', b'{"message": "\\u001b[2J"}']
)  # fmt: skip
def test_the_reader_of_prairielearn_s_results_refuses_what_is_not_described(data: bytes) -> None:
    with pytest.raises(Refused):
        platforms.prairielearn(data)


# --- nbgrader

SCORES = {(BOOK.title, str(r.student)): (round(float(r.points), 2), 3.0) for r in BOOK.named()}


def test_nbgrader_s_columns_hold_every_mark() -> None:
    assert platforms.nbgrader(single("nbgrader")) == SCORES


@pytest.mark.filterwarnings("ignore")  # those of nbgrader's own
@pytest.mark.skipif(shutil.which("alembic") is None, reason="nbgrader calls it to make a database")
def test_nbgrader_s_own_exporter_writes_the_same(tmp_path: Path) -> None:
    """The marks put into a gradebook of nbgrader's and written by its own plugin give the same columns and the same numbers."""
    api = pytest.importorskip("nbgrader.api", exc_type=ImportError)
    plugin = importlib.import_module("nbgrader.plugins.export").CsvExportPlugin(to=str(tmp_path / "theirs.csv"))
    title = "sheet-7"  # its own file quotes nothing, so that a comma would be lost
    with api.Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment(title)
        gradebook.add_notebook("answers", title)
        gradebook.add_grade_cell("all", "answers", title, max_score=3, cell_type="code")
        for r in BOOK.named():
            gradebook.add_student(str(r.student))
            gradebook.add_submission(title, str(r.student))
            grade = gradebook.find_grade("all", "answers", title, str(r.student))
            grade.manual_score = round(float(r.points), 2)
            gradebook.db.commit()
        plugin.export(gradebook)
    theirs = platforms.nbgrader((tmp_path / "theirs.csv").read_bytes())
    assert theirs == platforms.nbgrader(single("nbgrader", titled(title)))
    assert Fraction(str(theirs[title, "ada"][0])) == Fraction("2.33")
