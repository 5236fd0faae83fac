"""The strict reader of assignment files, and the assignment that is built in."""

from __future__ import annotations

import re
from fractions import Fraction
from importlib.resources import files

import pytest

from symderiv.assignments.builtin import builtin, names
from symderiv.assignments.load import load
from symderiv.assignments.records import Assignment
from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source, Span

SHEET = r"""title = 'Sheet 1'
submission = 'sheet-1-{netid}.pdf'
accept = ['.tex', '.md']
[[question]]
title = 'Shift'
given = '''
x \in \mathbb{R}^{n}
y = x + 1'''
[[question.part]]
number = '1.1'
points = 0.5
find = 'x'
in_terms_of = 'y'
published = 'x = y - 1'
[[question.part]]
number = '1.2'
title = 'Volume'
points = 2
given = '''
% the same
'''
find = '\det \frac{\partial y}{\partial x}'
decide = '\det \frac{\partial y}{\partial x} = 1'
also_under = ['n = 2']
[[question]]
title = 'Mean'
given = 'z \sim \mathcal{N}(0, 1)'
[[question.part]]
number = '2.1'
points = 1
show = '\mathbb{E}[z] = 0'
"""


def sheet(old: str = "", new: str = "") -> Assignment:
    """The sheet, with its first ``old`` replaced."""
    assert old in SHEET
    return load(Source(SHEET.replace(old, new, 1), "sheet.toml"))


def refusal(old: str, new: str) -> tuple[int, str, str]:
    """Line, text under the carets and message with hint of the problem in the sheet so changed."""
    with pytest.raises(AuthorProblem) as caught:
        sheet(old, new)
    problem = caught.value
    assert problem.source is not None
    assert problem.span is not None
    line, _ = problem.source.line_and_column(problem.span.start)
    return line, problem.source.text[problem.span.start : problem.span.end], f"{problem.message}; {problem.hint}"


def test_everything_that_is_written_is_read() -> None:
    read = sheet()
    assert (read.title, read.submission, read.accept) == ("Sheet 1", "sheet-1-{netid}.pdf", (".tex", ".md"))
    assert [question.title for question in read.questions] == ["Shift", "Mean"]
    first, second, third = (part for _, part in read.parts())
    assert (first.number, first.points, first.find, first.in_terms_of) == ("1.1", Fraction(1, 2), "x", "y")
    assert (first.published, first.title, first.given, first.also_under) == ("x = y - 1", "", "", ())
    assert (second.title, second.points, second.also_under) == ("Volume", Fraction(2), ("n = 2",))
    assert second.decide == r"\det \frac{\partial y}{\partial x} = 1"
    assert (third.show, third.find, third.decide) == (r"\mathbb{E}[z] = 0", None, None)


def test_points_are_exact() -> None:
    assert sheet("points = 0.5", "points = 0.1").questions[0].parts[0].points == Fraction(1, 10)


def test_a_part_is_found_by_its_number() -> None:
    found = sheet().part("2.1")
    assert found is not None
    question, part = found
    assert (question.title, part.number) == ("Mean", "2.1")
    assert sheet().part("2.2") is None


def test_a_parts_own_givens_come_behind_the_questions() -> None:
    question = sheet().questions[0]
    plain, more = question.parts
    assert question.given_for(plain) == "x \\in \\mathbb{R}^{n}\ny = x + 1\n"
    assert question.given_for(more) == "x \\in \\mathbb{R}^{n}\ny = x + 1\n% the same\n"


def test_every_character_of_what_is_given_is_found_in_the_file() -> None:
    read = sheet()
    for question, part in read.parts():
        text = question.given_for(part)
        for at, character in enumerate(text):
            if character == "\n":  # the one between the two texts stands nowhere
                continue
            place = question.place_of_given(part, Span(at, at + 1))
            assert read.source.text[place.start : place.end] == character


def test_a_range_of_a_field_is_found_in_the_file() -> None:
    read = sheet()
    part = read.questions[0].parts[0]
    place = part.place("published", Span(4, 9))
    assert read.source.text[place.start : place.end] == "y - 1"
    assert part.place("decide") == part.span


def test_where_escapes_move_the_characters_the_whole_field_is_shown() -> None:
    read = sheet("published = 'x = y - 1'", r'published = "x = y\u0020- 1"')
    part = read.questions[0].parts[0]
    assert part.published == "x = y - 1"
    place = part.place("published", Span(4, 9))
    assert read.source.text[place.start : place.end] == r"x = y\u0020- 1"


@pytest.mark.parametrize(
    ("old", "new", "line", "marked", "says"),
    [
        ("title", "titel", 1, "titel", "`titel` is no field of the assignment; did you mean `title`?"),
        ("points", "pionts", 11, "pionts", "`pionts` is no field of a part; did you mean `points`?"),
        ("given", "givne", 6, "givne", "`givne` is no field of a question; did you mean `given`?"),
        ("[[question]]\ntitle = 'Mean'", "[[questions]]\ntitle = 'Mean'", 25, "questions", "did you mean `question`?"),
        (
            "accept",
            "find = 'x'\naccept",
            3,
            "find",
            "`find` is no field of the assignment; `find` belongs under [[question.part]]",
        ),
        ("given", "colour = 'blue'\ngiven", 6, "colour", "known here: title, given, part"),
        ("points = 0.5\n", "", 9, "[[question.part]]", "a part has no `points`"),
        ("title = 'Shift'\n", "", 4, "[[question]]", "a question has no `title`"),
        ("title = 'Sheet 1'\n", "", 1, "", "the assignment has no `title`"),
        ("points = 0.5", "points = '1'", 11, "1", "`points` has to be a number; write it without quotes: points = 1"),
        ("points = 0.5", "points = true", 11, "true", "`points` has to be a number"),
        ("points = 0.5", "points = 0", 11, "0", "`points` has to be between 0.001 and 10000"),
        ("points = 0.5", "points = -1.5", 11, "-1.5", "`points` has to be between 0.001 and 10000"),
        ("points = 0.5", "points = nan", 11, "nan", "`points` has to be between 0.001 and 10000"),
        ("points = 0.5", "points = 1e-999999999", 11, "1e-999999999", "`points` has to be between 0.001 and 10000"),
        ("points = 0.5", "points = inf", 11, "inf", "`points` has to be between 0.001 and 10000"),
        ("number = '1.1'", "number = 1.1", 10, "1.1", "`number` has to be a text; put it in single quotes"),
        ("number = '1.1'", "number = '2.1'", 10, "2.1", "`2.1` is no number of a part of question 1; write 1.1, 1.2, …"),
        ("number = '1.1'", "number = '11'", 10, "11", "`11` is no number of a part of question 1"),
        ("number = '1.2'", "number = '1.1'", 16, "1.1", "two parts have the number `1.1`; the first is on line 10"),
        ("find = 'x'", "find = ' '", 12, " ", "`find` is empty"),
        ("find = 'x'\n", "", 9, "[[question.part]]", "a part asks nothing"),
        ("show = ", "find = 'x'\nshow = ", 32, r"\mathbb{E}[z] = 0", "`show` cannot stand beside `find`"),
        ("show = ", "decide = 'x'\nshow = ", 32, r"\mathbb{E}[z] = 0", "`show` cannot stand beside `decide`"),
        ("show = ", "in_terms_of = 'x'\nshow = ", 31, "x", "`in_terms_of` stands only beside `find`"),
        ("show = ", "published = 'x'\nshow = ", 31, "x", "`published` stands only beside `find`"),
        ("['n = 2']", "'n = 2'", 24, "n = 2", "`also_under` has to be a list of texts; write also_under = ['…', '…']"),
        ("['n = 2']", "[2]", 24, "[2]", "`also_under` has to be a list of texts"),
        ("['.tex', '.md']", "['tex']", 3, "['tex']", "`tex` is no suffix of a file name"),
        ("{netid}", "netid", 2, "sheet-1-netid.pdf", "has to be a file name that holds {netid} once"),
        ("sheet-1-{netid}", "../{netid}", 2, "../{netid}.pdf", "has to be a file name"),
        ("[[question]]\ntitle = 'Shift'", "[question]\ntitle = 'Shift'", 25, "]", "this is no TOML"),
        ("title = 'Shift'", "title = 'Shift", 5, "\n", "this is no TOML"),
        ("title = 'Shift'", "title = Shift", 5, "S", "this is no TOML: invalid value"),
    ],
)
def test_what_its_author_has_to_mend_is_shown_at_its_line(old: str, new: str, line: int, marked: str, says: str) -> None:
    found_line, found_marked, message = refusal(old, new)
    assert says in message
    assert (found_line, found_marked) == (line, marked)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the assignment has no `question`"),
        ("title = 'a'\n[question]\n", "`question` has to be a list of tables"),
        ("title = 'a'\nquestion = 3", "`question` has to be a list of tables"),
        ("title = 'a'\nquestion = []", "the assignment has no `question`"),
        ("title = 'a'\n[[question]]\ntitle = 'b'\ngiven = 'c'", "a question has no `part`"),
        ("title = 'a", "this is no TOML"),
        ("title = '''a\n\n", "this is no TOML"),
        ("title = 'a'\r\ntitle = 'b'\r\n", "x.toml:2:12: this is no TOML: cannot overwrite a value"),
    ],
)
def test_a_text_that_is_no_assignment_is_refused(text: str, says: str) -> None:
    with pytest.raises(AuthorProblem, match=re.escape(says)):
        load(Source(text, "x.toml"))


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("sheet-1-ada.pdf", "ada"),
        ("sheet-1-ada.lovelace.md", "ada.lovelace"),
        ("sheet-1-.pdf", None),
        ("sheet-1-ada.docx", None),
        ("sheet-2-ada.pdf", None),
        ("my-sheet-1-ada.pdf", None),
    ],
)
def test_a_file_name_says_who_handed_it_in(name: str, student: str | None) -> None:
    assert sheet().student(name) == student


def test_without_a_pattern_a_file_name_says_nothing() -> None:
    assert sheet("submission = 'sheet-1-{netid}.pdf'\n", "").student("ada.pdf") is None


@pytest.mark.parametrize("name", names())
def test_a_built_in_assignment_loads(name: str) -> None:
    assert load(builtin(name)).parts()


def test_a_misspelt_built_in_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(AuthorProblem, match="did you mean `written-assignment-4`"):
        builtin("writen-assignment-4")


def test_the_sample_answers_hold_each_published_formula() -> None:
    page = files("symderiv.assignments").joinpath("sample-answers.md").read_text(encoding="utf-8")
    formulas = re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", page)
    published = [part.published for _, part in load(builtin("written-assignment-4")).parts() if part.published]
    assert [display or inline for display, inline in formulas] == "\n".join(published).splitlines()
