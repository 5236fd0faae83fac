"""Templates: what a course writes itself is told about in its own words, and no filter is left out of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import jinja2
import pytest

from symderiv.core.problems import AuthorProblem
from symderiv.report.model import FindingView
from symderiv.report.render import render
from symderiv.typeset import template_loader
from tests.report.samples import HOSTILE, SOLUTION, feedback

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").glob("*.j2"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_our_templates_hold_only_for_and_if_and_pass_everything_through_a_filter(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert set(re.findall(r"<%-?\s*(\w+)", source)) <= {"for", "endfor", "if", "elif", "else", "endif", "include"}
    bare = [
        inner for inner in re.findall(r"<<(.*?)>>", source) if "|" not in inner and not re.search(r"loop\.index|^ line $", inner)
    ]
    assert bare == []


def test_a_template_in_another_encoding_is_the_author_s(tmp_path: Path) -> None:
    (tmp_path / "solution.typ.j2").write_bytes("Lösung".encode("latin-1"))
    with pytest.raises(AuthorProblem, match=r"solution\.typ\.j2.*no UTF-8"):
        render(SOLUTION, "typst", template_loader(tmp_path))


def test_prose_mixes_text_and_formulas() -> None:
    template = "<% for q in report.questions %><% for p in q.parts %><% for a in p.ask %><< a | prose >>;<% endfor %><% endfor %><% endfor %>"
    loader = jinja2.DictLoader({f"solution.{suffix}.j2": template for suffix in ("tex", "typ")})
    assert render(SOLUTION, "latex", loader).startswith(r"Find \(x_1\) and \(x_2\).;")
    assert render(SOLUTION, "typst", loader).startswith('Find $attach(x, b: "1")$ and $attach(x, b: "2")$')


@pytest.mark.parametrize("engine", ["latex", "typst"])
def test_no_word_of_a_hostile_page_reaches_the_source_as_markup(engine: str) -> None:
    source = render(feedback(HOSTILE), engine, template_loader(None))
    for markup in (r"\\input\{/etc", r"(?<!\\)#eval\(", "<script>", r"(?<!\\)\{%"):
        assert not re.search(markup, source)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a factor is missing", "A factor is missing."),
        ("a vector stands here", "A vector stands here."),
        ("a is right", "a is right."),
        ("in entry 2, this is off", "In entry 2, this is off."),
    ],
)
def test_a_sentence_opens_with_a_capital_where_that_is_a_word(text: str, said: str) -> None:
    loader = jinja2.DictLoader(
        {
            "feedback.tex.j2": "<% for p in report.parts %><% for f in p.findings %><< f.message | sentence >><% endfor %><% endfor %>"
        }
    )
    report = feedback(text)
    messages = replace(report, parts=(replace(report.parts[0], findings=(FindingView((text,)),)),))
    assert render(messages, "latex", loader) == said
