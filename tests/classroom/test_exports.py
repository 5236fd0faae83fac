"""Each export against what its platform's own description asks of it."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from symderiv.classroom.exporting import exporter, names
from symderiv.classroom.gradebook import Gradebook, gradebook, told
from symderiv.core.problems import AuthorProblem
from tests.classroom.books import BOOK, with_roster
from tests.classroom.rooms import sheet


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
    mistake = {"rule": "sign", "message": "a sign is off", "mistake": "sign of one term"}
    assert told({"findings": [findings[0], mistake]}, "full").startswith("a sign is off; in numbers (with a = 2")
    assert (
        told({"findings": [{"rule": "unreadable", "message": "no text", "hint": "hand in a text"}]}, "verdict")
        == "no text (hand in a text)"
    )
    assert told({"findings": [{"rule": "empty", "message": "`\x1b[2J\0`\n is none"}]}, "verdict") == "`\ufffd[2J\ufffd` is none"


def test_a_gradebook_adds_thirds_exactly() -> None:
    parts = [
        {"part": n, "status": "partial", "points": 0.3, "of": o, "exact": e, "findings": []}
        for n, o, e in (("1.1", 1.0, "1/3"), ("1.2", 2.0, "2/3"))
    ]
    book = gradebook(sheet(), [{"name": "ada", "student": "ada", "parts": parts}], "full")
    assert [float(book.rows[0].points), float(book.of)] == [1, 3]
