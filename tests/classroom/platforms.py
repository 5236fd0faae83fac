"""What platforms do with what they are given, as their published sources and manuals say; each refuses as they would.

An importer here follows the logic of the platform's own one, no more lenient and no stricter, so that a file which passes is one that the platform takes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any


class Refused(Exception):
    """The platform does not take it."""


# --- Canvas ---------------------------------------------------------------------------------------------------------------------------------------

#: Columns that are about the course as a whole; any column whose name holds one of these is dropped.
_CANVAS_TOTALS = re.compile(
    "Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade|Override Score|Override Grade|Override Status"
)


@dataclass(frozen=True)
class Course:
    """A course in Canvas: its students (number, login, sortable name) and its assignments (number, title)."""

    students: Sequence[tuple[int, str, str]]
    assignments: Mapping[int, str]


def canvas(data: bytes, course: Course) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The grades that Canvas would enter, by assignment and login, and each assignment's points possible.

    Source: instructure/canvas-lms, ``lib/gradebook_importer.rb`` (``parse!``, ``process_header``, ``check_for_non_student_row``, ``process_student``) and
    ``Assignment.title_and_id``, as they stood in 2024. An assignment that is not there is made, under the title ``new: …``.
    """
    lines = data.decode("utf-8").splitlines(keepends=True)[:3]
    if _cells_of_all(lines, ";") > _cells_of_all(lines, ","):
        raise Refused("taken for separated by semicolons")
    rows = [
        [_canvas_number(c) for c in row]
        for row in csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        if any(c.strip(" ;,") for c in row)
    ]
    header, *rest = rows
    first = 4 if header[:2] == ["LastName", "FirstName"] else 3
    if not (
        (len(header) > 3 and "Student" in header[0] and "ID" in header[1])
        or (len(header) > 4 and "LastName" in header[0] and "FirstName" in header[1] and "ID" in header[2])
    ):
        raise Refused("invalid header row")
    width, login = first, None
    if re.search(r"SIS\s+Login\s+ID", header[first - 1]):
        login, width = first - 1, first + 1
    elif re.search(r"SIS\s+User\s+ID", header[first - 1]) and re.search(r"SIS\s+Login\s+ID", header[first]):
        login, width = first, first + 2
        width += bool(re.search(r"Integration\s+ID", header[first + 1]))
        width += bool(re.search(r"Root\s+Account", header[width - 1]))
    if "Section" not in header[width - 1]:
        raise Refused("invalid header row")
    columns = {}
    for name in header[width:]:
        if not _CANVAS_TOTALS.search(name):
            columns[_canvas_assignment(name, course)] = header.index(name)
    grades: dict[str, dict[str, str]] = {a: {} for a in columns}
    possible: dict[str, str] = {}
    for row in rest:
        if "Points Possible" in row[0]:
            possible |= {a: row[at] for a, at in columns.items() if row[at]}
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", c, re.IGNORECASE) for c in row):
            number = int((re.match(r"\d+", row[2 if first == 4 else 1].strip()) or ["0"])[0])
            known = next((s[1] for s in course.students if s[0] == number), None)
            known = known or next(
                (s[1] for s in course.students if login is not None and row[login] and s[1] == row[login]), None
            )
            if known is None:
                raise Refused(f"no student {row}")
            for a, at in columns.items():
                grades[a][known] = row[at].strip()
    return grades, possible


def _cells_of_all(lines: Sequence[str], separator: str) -> int:
    """How many cells each line has, if all have the same number."""
    try:
        counts = {len(next(csv.reader([line], delimiter=separator, strict=True), [])) for line in lines}
    except csv.Error:
        return 0
    return counts.pop() if len(counts) == 1 else 0


def _canvas_number(cell: str) -> str:
    """Numbers lose what groups their digits, and get a point: ``1.234,5`` becomes ``1234.5``."""
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *parts, last = re.split("[,.]", cell)
    return "".join(parts) + "." + last if parts else last


def _canvas_assignment(name: str, course: Course) -> str:
    found = re.fullmatch(r"(.*)\s\((\d+)\)", name)
    title, number = (found[1], int(found[2])) if found else (name, -1)
    if number in course.assignments:
        return course.assignments[number]
    return name if name in course.assignments.values() else f"new: {title}"


# --- Moodle ---------------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Worksheet:
    """A Moodle assignment: its participants by unique number, when each was last graded (seconds), and the highest grade."""

    participants: Mapping[int, str]
    graded: Mapping[str, float]
    most: float


def moodle(data: bytes, sheet: Worksheet, seconds: Mapping[str, float]) -> tuple[dict[str, float], dict[str, str]]:
    """The grades and the comments (HTML) that Moodle would enter, by participant.

    Source: moodle/moodle, ``mod/assign/feedback/offline/importgradeslib.php`` and ``locallib.php`` (``process_import_grades``), ``lib/csvlib.class.php``
    (``load_csv_content``, by PHP's ``fgetcsv`` with its escape character) and ``mod/assign/feedback/comments/locallib.php`` (comments are HTML).
    ``seconds`` says what ``strtotime`` makes of a date.
    """
    text = re.sub(r"\r\n?", "\n", data.decode("utf-8").removeprefix("\ufeff")).strip()
    header, *rows = [row for row in fgetcsv(text) if row != [""]]
    if any(len(row) != len(header) for row in rows):
        raise Refused("weird number of columns")
    where = {name: header.index(name) for name in ("Identifier", "Grade", "Last modified (grade)") if name in header}
    if len(where) < 3:
        raise Refused("no grading worksheet")
    grades, comments = {}, {}
    for row in rows:
        number = row[where["Identifier"]][len("Participant ") :]
        who = sheet.participants.get(int(number) if number.isdigit() else -1)
        if who is None:
            continue
        stale = sheet.graded.get(who, 0) > seconds[row[where["Last modified (grade)"]]] + 60
        cell = row[where["Grade"]].replace(" ", "").replace(",", ".")
        if cell and not stale:
            if not re.fullmatch(r"\d+(\.\d+)?", cell) or float(cell) > sheet.most:
                raise Refused(f"out of range: {cell}")
            grades[who] = float(cell)
        if "Feedback comments" in header and not stale:
            comments[who] = row[header.index("Feedback comments")]
    return grades, comments


def fgetcsv(text: str) -> list[list[str]]:
    """Rows as PHP reads them: inside quotation marks a backslash keeps the next mark from ending the cell, and stays.

    >>> fgetcsv('a,"b\\nc ""d"" "\\n1,"e\\\\"f",g')
    [['a', 'b\\nc "d" '], ['1', 'e\\\\"f', 'g']]
    """
    rows: list[list[str]] = [[""]]
    inside, at = False, 0
    while at < len(text):
        c = text[at]
        if inside and c == "\\" and at + 1 < len(text):
            rows[-1][-1] += text[at : at + 2]
            at += 1
        elif inside and text[at : at + 2] == '""':
            rows[-1][-1] += '"'
            at += 1
        elif c == '"':
            inside = not inside
        elif not inside and c == ",":
            rows[-1].append("")
        elif not inside and c == "\n":
            rows.append([""])
        else:
            rows[-1][-1] += c
        at += 1
    return rows


def shown(markup: str) -> str:
    """What a browser shows of a comment. Refuses what no comment of plain text holds: any element but a line break."""
    seen: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag != "br" or attrs:
                raise Refused(f"<{tag}>")
            seen.append("\n")

        def handle_data(self, data: str) -> None:
            seen.append(data.replace("\n", ""))

    reader = Reader(convert_charrefs=True)
    reader.feed(markup)
    reader.close()
    return "".join(seen)


# --- Gradescope -----------------------------------------------------------------------------------------------------------------------------------

_SEEN = {"hidden", "after_due_date", "after_published", "visible"}
_FORMATS = {"text", "html", "simple_format", "md", "ansi"}
_OF_ALL = {
    "score": float, "execution_time": float, "output": str, "output_format": _FORMATS, "test_output_format": _FORMATS,
    "test_name_format": _FORMATS, "visibility": _SEEN, "stdout_visibility": _SEEN, "extra_data": dict, "tests": list, "leaderboard": list,
}  # fmt: skip
_OF_A_TEST = {
    "score": float, "max_score": float, "status": {"passed", "failed"}, "name": str, "name_format": _FORMATS, "number": str, "output": str,
    "output_format": _FORMATS, "tags": list, "visibility": _SEEN, "extra_data": dict,
}  # fmt: skip


def gradescope(data: bytes) -> tuple[float, list[dict[str, Any]]]:
    """The score that Gradescope would show, and the tests.

    Source: gradescope-autograders.readthedocs.io, "Autograder Specifications", *Output format* (2024): the fields and their types, the words a field may
    hold; a score stands on top or on each test; the one on top overrides the sum. Its page *Troubleshooting*: the file has to be valid JSON.
    """
    results = strict_json(data)
    _fields(results, _OF_ALL)
    tests = results.get("tests", [])
    for test in tests:
        _fields(test, _OF_A_TEST)
    if "score" not in results and not (tests and all("score" in t for t in tests)):
        raise Refused("no score")
    if results.get("visibility") == "hidden" and results.get("stdout_visibility") == "visible":
        raise Refused("the console is shown where results are hidden")
    return results.get("score", sum(t["score"] for t in tests)), tests


def _fields(record: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    for name, value in record.items():
        wanted = known.get(name)
        if isinstance(wanted, set):
            right = value in wanted
        elif wanted is float:
            right = isinstance(value, (int, float)) and not isinstance(value, bool)
        else:
            right = wanted is not None and isinstance(value, wanted)
        if not right:
            raise Refused(f"{name}: {value!r}")


def strict_json(data: bytes) -> Any:
    """JSON as its standard has it: UTF-8 without a mark, no infinite numbers, no name twice."""

    def no_constant(name: str) -> Any:
        raise Refused(name)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({k for k, _ in pairs}) < len(pairs):
            raise Refused("a name twice")
        return dict(pairs)

    return json.loads(data.decode("utf-8"), parse_constant=no_constant, object_pairs_hook=once)


# --- PrairieLearn ---------------------------------------------------------------------------------------------------------------------------------


def prairielearn(data: bytes) -> tuple[float | None, list[str], list[str]]:
    """The score that PrairieLearn would give (None: not gradable, no attempt is lost), the format errors, and each test's points as shown.

    Source: PrairieLearn, ``docs/externalGrading.md`` *Grading results* (a score in [0, 1] where gradable, at most 1 MB, ``format_errors`` a text or a list
    of texts), ``externalGraderCommon.ts`` (``makeGradingResult``: no NUL survives) and the element ``pl-external-grader-results`` (every test needs
    points and max_points for scores to be shown; texts are shown in a terminal's way, so that an escape sequence would act).
    """
    if len(data) > 1024 * 1024:
        raise Refused("larger than 1 MB")
    results = strict_json(data)
    if any(ord(c) < 32 and c not in "\n\t" for text in _texts(results) for c in text):
        raise Refused("a control character")
    errors = results.get("format_errors", [])
    errors = [errors] if isinstance(errors, str) else errors
    if not all(isinstance(e, str) for e in errors):
        raise Refused("format_errors")
    if not results.get("gradable", True):
        return None, errors, []
    score = results["score"]
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 1:
        raise Refused(f"score: {score!r}")
    points = [f"{t['points']:.2f}/{t['max_points']:.2f}" for t in results["tests"]]
    return score, errors, points


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


# --- Gradescope's zip -----------------------------------------------------------------------------------------------------------------------------


def autograder_zip(data: bytes) -> dict[str, str]:
    """The scripts in an autograder's zip.

    Source: "Autograder Specifications": ``setup.sh`` and ``run_autograder`` stand at the root of the archive and the second is executable with a line
    ``#!``; it writes ``/autograder/results/results.json`` and finds what was handed in under ``/autograder/submission``. A zip that unpacks outside of its
    folder, has links or names twice is none.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.testzip() is not None:
            raise Refused("broken")
        entries = {e.filename: e for e in archive.infolist()}
        if len(entries) < len(archive.infolist()):
            raise Refused("a name twice")
        for name, entry in entries.items():
            if name.startswith("/") or ".." in name.split("/") or "\\" in name or stat.S_ISLNK(entry.external_attr >> 16):
                raise Refused(name)
        scripts = {}
        for name in ("setup.sh", "run_autograder"):
            if name not in entries:
                raise Refused(f"no {name} at the root")
            text = archive.read(name).decode("ascii")
            if not text.startswith("#!") or "\r" in text:
                raise Refused(f"{name} starts with no #!")
            if not entries[name].external_attr >> 16 & stat.S_IXUSR:
                raise Refused(f"{name} cannot be run")
            scripts[name] = text
    for needed in ("/autograder/results/results.json", "/autograder/submission"):
        if needed not in scripts["run_autograder"]:
            raise Refused(f"run_autograder: no {needed}")
    return scripts


# --- nbgrader -------------------------------------------------------------------------------------------------------------------------------------


def nbgrader(data: bytes) -> dict[tuple[str, str], tuple[float, float]]:
    """Scores and highest scores by assignment and student.

    Source: nbgrader 0.9.6, ``nbgrader/plugins/export.py`` (``CsvExportPlugin``): the columns and their order; scores are numbers, a score is what is left of
    the raw one after the penalty and never negative, dates are empty or ISO 8601. ``coursedir.py``: no name of an assignment holds a plus sign.
    """
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
    if header != [
        "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score", "late_submission_penalty", "score",
        "max_score",
    ]:  # fmt: skip
        raise Refused("columns")
    found = {}
    for row in rows:
        assignment, due, handed, student, _, _, _, raw, penalty, score, most = row
        for date in filter(None, (due, handed)):
            datetime.fromisoformat(date)
        if not assignment or "+" in assignment or not student:
            raise Refused(f"{assignment!r} {student!r}")
        if float(score) != max(0.0, float(raw) - float(penalty)) or not 0 <= float(score) <= float(most):
            raise Refused(f"{score} of {most}")
        found[assignment, student] = (float(score), float(most))
    return found
