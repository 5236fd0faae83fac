"""Each export against what its platform's own description asks of it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from fractions import Fraction
from typing import Any

import pytest

from symderiv.classroom.autograder import packed
from symderiv.classroom.exporting import exporter, names
from symderiv.classroom.gradebook import Gradebook, PartRow, Row, gradebook, read_table, told
from symderiv.core.problems import AuthorProblem
from tests.classroom.rooms import sheet

HOSTILE = '=cmd|"/c calc"!A1\n<script>alert(1)</script>, "quoted"; ünïcode'


def row(name: str, student: str | None, *points: str, status: str = "correct", of: str = "1") -> Row:
    parts = tuple(PartRow(f"1.{k}", f"Part {k}", status, Fraction(p), Fraction(of), HOSTILE) for k, p in enumerate(points, 1))
    waiting = len(parts) if status in ("review", "unreadable") else 0
    return Row(name, student, sum(map(Fraction, points), Fraction(0)), waiting, status != "unreadable", parts)


BOOK = Gradebook(
    "Sheet 7, part/two",
    Fraction(3),
    (
        row("ada", "ada", "1", "1/3", "1"), row("bob", "Bob", "0", "1", "1/2", status="review"),
        row("cy", "cy", "0", "0", "0", status="unreadable"), row("misnamed-x", None, "1", "1", "1"),
    ),
    now="2026-01-02T03:04:05.678Z",
)  # fmt: skip


def with_roster(text: str) -> Gradebook:
    return Gradebook(BOOK.title, BOOK.of, BOOK.rows, read_table(text, "roster.csv"), BOOK.now)


def rows_of(name: str, book: Gradebook = BOOK) -> list[list[str]]:
    (data,) = exporter(name).write(book).values()
    return list(csv.reader(io.StringIO(data.decode())))


def results_of(name: str) -> dict[str, Any]:
    return {file: json.loads(data) for file, data in exporter(name).write(BOOK).items()}


def test_a_wrong_name_is_met_with_the_right_one() -> None:
    with pytest.raises(AuthorProblem, match="did you mean `canvas`"):
        exporter("canvass")
    assert all(exporter(name).about for name in names())


def test_csv_holds_every_submission_and_no_formula_for_a_spreadsheet() -> None:
    header, *rows = rows_of("csv")
    assert header == ["student", "submission", "points", "of", "waiting", "1.1", "1.2", "1.3"]
    assert rows[0] == ["ada", "ada", "2.33", "3", "0", "1", "0.33", "1"]
    assert len(rows) == 4


def test_gradescope_results_are_what_an_autograder_may_write() -> None:
    results = results_of("gradescope")
    assert sorted(results) == ["ada/results.json", "bob/results.json", "cy/results.json", "misnamed-x/results.json"]
    seen = {"hidden", "after_due_date", "after_published", "visible"}
    formats = {"text", "html", "simple_format", "md", "ansi"}
    for data in results.values():
        assert data.keys() <= {
            "score",
            "execution_time",
            "output",
            "output_format",
            "test_output_format",
            "test_name_format",
            "visibility",
            "stdout_visibility",
            "extra_data",
            "tests",
            "leaderboard",
        }
        assert data["visibility"] in seen
        assert data["output_format"] in formats
        for test in data["tests"]:
            assert test.keys() <= {
                "score",
                "max_score",
                "status",
                "name",
                "name_format",
                "number",
                "output",
                "output_format",
                "tags",
                "visibility",
                "extra_data",
            }
            assert 0 <= test["score"] <= test["max_score"]
            assert test["status"] in ("passed", "failed")
            assert test["output_format"] == "text"
        assert data["score"] == pytest.approx(sum(t["score"] for t in data["tests"]), abs=1e-5)  # fmt: skip


def test_canvas_finds_students_by_login_and_knows_the_points_possible() -> None:
    header, possible, *rows = rows_of("canvas")
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Sheet 7, part/two"]
    assert (possible[0].strip(), possible[-1]) == ("Points Possible", "3")
    assert [(r[3], r[-1]) for r in rows] == [("ada", "2.33"), ("Bob", "1.5"), ("cy", "0")]


def test_canvas_s_own_gradebook_keeps_its_students_and_its_column() -> None:
    roster = (
        'Student,ID,SIS User ID,SIS Login ID,Section,"Old (1)","Sheet 7, part/two (4711)"\n    Points Possible,,,,,5,3\n'
        '"Lovelace, Ada",17,u17,ada,S1,4,\n"Ghost, G",18,u18,ghost,S1,2,1.25\n'
    )
    header, possible, *rows = rows_of("canvas", with_roster(roster))
    assert header[-1] == "Sheet 7, part/two (4711)"
    assert possible[-1] == "3"
    assert rows == [["Lovelace, Ada", "17", "u17", "ada", "S1", "2.33"], ["Ghost, G", "18", "u18", "ghost", "S1", "1.25"]]


def test_moodle_s_worksheet_is_filled_and_otherwise_left_as_it_is() -> None:
    header = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments"
    roster = f"\ufeff{header}\nParticipant 1,Ada,ADA@uni.edu,Submitted,,3.00,Yes,Monday,-,\nParticipant 9,Ghost,ghost@uni.edu,No submission,,3.00,Yes,-,-,\n"
    first, ada, ghost = rows_of("moodle", with_roster(roster))
    assert first == header.split(",")
    assert (ada[:4], ada[4], ada[5:9]) == (
        ["Participant 1", "Ada", "ADA@uni.edu", "Submitted"],
        "2.33",
        ["3.00", "Yes", "Monday", "-"],
    )
    assert "1.2 correct, 0.33 of 1" in ada[9]
    assert ghost[4] == ""


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ("a,b\n1,2\n", "no grading worksheet"),
        ("Identifier,Grade,Last modified (grade)\nParticipant 1,,-\n", "who is who"),
        ("Identifier,Email address,Grade,Maximum Grade,Last modified (grade)\nParticipant 1,ada@x,,100,-\n", "100 points"),
    ],
)
def test_a_table_that_is_no_worksheet_of_this_class_is_refused(roster: str, said: str) -> None:
    with pytest.raises(AuthorProblem, match=said):
        exporter("moodle").write(with_roster(roster))


def test_brightspace_columns_stand_where_they_have_to() -> None:
    header, *rows = rows_of("brightspace")
    assert header[0] == "OrgDefinedId"
    assert header[1] == "Username"
    assert header[2].endswith(" Points Grade")
    assert not set(header[2]) & set('/"*<>+=|,%')
    assert header[3] == "End-of-Line Indicator"
    assert [r[1:] for r in rows] == [["ada", "2.33", "#"], ["Bob", "1.5", "#"], ["cy", "0", "#"]]
    filled = rows_of("brightspace", with_roster("OrgDefinedId,Username\n#1001,#ada\n"))
    assert filled[1] == ["#1001", "#ada", "2.33", "#"]


def test_prairielearn_scores_are_shares_and_what_cannot_be_read_is_not_gradable() -> None:
    results = results_of("prairielearn")
    for name, data in results.items():
        if name.startswith("cy"):
            assert data["gradable"] is False
            assert "score" not in data
            assert all(isinstance(e, str) for e in data["format_errors"])
        else:
            assert data["gradable"] is True
            assert 0 <= data["score"] <= 1
            assert all(t["points"] <= t["max_points"] for t in data["tests"])
    assert results["ada/results.json"]["score"] == pytest.approx(7 / 9, abs=1e-6)


def test_nbgrader_has_the_columns_of_its_own_export() -> None:
    header, ada, *_ = rows_of("nbgrader")
    assert (
        header
        == "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score".split(
            ","
        )
    )
    assert dict(zip(header, ada, strict=True)) | {"duedate": "", "timestamp": ""} == {
        "assignment": BOOK.title, "duedate": "", "timestamp": "", "student_id": "ada", "last_name": "", "first_name": "", "email": "",
        "raw_score": "2.33", "late_submission_penalty": "0", "score": "2.33", "max_score": "3",
    }  # fmt: skip


def test_lti_scores_hold_what_the_score_service_requires() -> None:
    (data,) = results_of("lti-ags").values()
    assert data["lineitem"]["scoreMaximum"] > 0
    assert data["lineitem"]["label"] == BOOK.title
    required = {"userId", "scoreGiven", "scoreMaximum", "timestamp", "activityProgress", "gradingProgress"}
    for score in data["scores"]:
        assert score.keys() == required | {"comment"}
        assert 0 <= score["scoreGiven"] <= score["scoreMaximum"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", score["timestamp"])  # with fractions of a second
        assert score["activityProgress"] in ("Initialized", "Started", "InProgress", "Submitted", "Completed")
    assert [s["gradingProgress"] for s in data["scores"]] == ["FullyGraded", "PendingManual", "PendingManual"]
    roster = with_roster("student,user_id\nada,5f3c-77\n")
    assert json.loads(*exporter("lti-ags").write(roster).values())["scores"][0]["userId"] == "5f3c-77"


def test_what_a_student_is_told_keeps_to_the_level() -> None:
    witness = {"values": {"a": "2"}, "yours": "1.0", "key": "KEYVALUE"}
    findings = [
        {"rule": "wrong", "message": "this differs", "witness": witness},
        {"rule": "repair", "message": "right if read as KEYTEXT"}, {"rule": "missing", "message": "no answer"},
    ]  # fmt: skip
    part = {"findings": findings}
    assert told(part, "verdict") == "no answer"
    assert told(part, "hint") == "this differs; no answer"
    assert "KEYVALUE" in told(part, "full")


def test_a_gradebook_adds_thirds_exactly() -> None:
    parts = [
        {"part": n, "status": "partial", "points": 0.3, "of": o, "exact": e, "findings": []}
        for n, o, e in (("1.1", 1.0, "1/3"), ("1.2", 2.0, "2/3"))
    ]
    book = gradebook(sheet(), [{"name": "ada", "student": "ada", "parts": parts}], "full")
    assert [float(book.rows[0].points), float(book.of)] == [1, 3]


def test_the_autograder_s_zip_has_its_two_scripts_at_the_root_and_is_the_same_each_time() -> None:
    data = packed(sheet(), "hint")
    assert data == packed(sheet(), "hint")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = set(archive.namelist())
        assert {"setup.sh", "run_autograder", "assignment.toml", "symderiv/cli.py", "symderiv/templates/preamble.typ.j2"} <= held
        for script in ("setup.sh", "run_autograder"):
            assert archive.read(script).startswith(b"#!/usr/bin/env bash\n")
            assert archive.getinfo(script).external_attr >> 16 & 0o111
        assert archive.read("assignment.toml").decode() == sheet().source.text
        assert b"/autograder/results/results.json" in archive.read("run_autograder")
