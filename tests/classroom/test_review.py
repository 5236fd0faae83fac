"""The review page: each distinct answer once, nobody's text as markup, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from symderiv.classroom.answers import Decision, answer_id, with_decisions
from symderiv.classroom.review import page, queue, unreadable
from symderiv.classroom.store import Store
from symderiv.typeset import template_loader
from symderiv.writing.mathml import document
from symderiv.writing.notation import Words
from tests.classroom.rooms import RIGHT, answers, graded, hand_in, sheet
from tests.report.samples import HOSTILE, JACOBIAN
from tests.writing.test_emitters import trees

TEMPLATES = Path(__file__).parents[2] / "templates"


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a class whose answers are words, markup, and a document that cannot be read."""
    folder = tmp_path_factory.mktemp("class")
    words = answers("Clearly so. " + HOSTILE.replace("$", ""), "$2 a b")
    hand_in(folder / "in", ada=words, bob=words.replace("so. ", "so.  "), cy=answers("Trust me.", RIGHT[1]), em=b"\xff\x00")
    graded(folder / "in", folder / "out")
    store = Store(folder / "out")
    waiting = queue(sheet(), store.records(), {})
    return page(sheet(), waiting, unreadable(store.records()), template_loader(None))


def test_the_same_answer_stands_there_once_with_all_who_gave_it(made: str) -> None:
    articles = [a for tag, a in Elements(made).found if tag == "article"]
    assert len({a["data-answer"] for a in articles}) == len(articles)
    assert "2 students: ada, bob" in made
    assert "1 student: cy" in made


def test_a_document_that_cannot_be_read_is_named(made: str) -> None:
    assert re.search(r"<strong>em</strong>: .*no text", made)


def test_nobody_s_text_is_markup(made: str) -> None:
    elements = Elements(made)
    assert sum(tag == "script" for tag, _ in elements.found) == 1
    assert "<script>alert" not in made
    assert any("<script>alert('1')</script>" in text for text in elements.texts)


def test_the_page_loads_nothing_and_runs_only_its_own_script(made: str) -> None:
    elements = Elements(made)
    policy = next(a["content"] for tag, a in elements.found if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not [
        tag for tag, a in elements.found if {"src", "href", "style", "onclick"} & a.keys() or tag in ("link", "iframe", "img")
    ]


def test_only_what_we_made_passes_the_template_unescaped() -> None:
    source = (TEMPLATES / "review.html.j2").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\{\{ (\w+) \| safe \}\}", source)) == ["m", "script", "style"]
    assert source.count("safe") == 3


def test_any_tree_is_well_formed_mathml() -> None:
    for tree in trees(21, 300):
        ET.fromstring(document(tree))  # noqa: S314  our own text


def test_no_words_become_elements() -> None:
    root = ET.fromstring(document(Words(HOSTILE)))  # noqa: S314  our own text
    assert [e.tag.rpartition("}")[2] for e in root.iter()] == ["math", "mtext"]
    assert "".join(root.itertext()) == HOSTILE


def test_a_block_matrix_has_its_rows_and_cells() -> None:
    root = ET.fromstring(document(JACOBIAN))  # noqa: S314  our own text
    tags = [e.tag.rpartition("}")[2] for e in root.iter()]
    assert (tags.count("mtr"), tags.count("mtd")) == (2, 4)


@pytest.mark.parametrize(
    ("one", "other"), [("a+b", "a + b"), (r"\left(a\right)", "(a)"), ("x\n\n= y", "x = y"), (r"a\,b", "a b")]
)
def test_spacing_makes_no_other_answer(one: str, other: str) -> None:
    assert answer_id("1.1", one) == answer_id("1.1", other)


@pytest.mark.parametrize(("one", "other"), [(r"\pi r", r"\pir"), ("a+b", "a-b"), ("no", "n o"), (r"\mu", r"\nu"), ("a % b", "a")])
def test_what_may_mean_something_else_is_another_answer(one: str, other: str) -> None:
    assert answer_id("1.1", one) != answer_id("1.1", other)


def test_answers_that_point_elsewhere_are_not_joined(tmp_path: Path) -> None:
    picture = answers("![](figure-1.jpeg)", "As shown above.")
    macro = "\\newcommand{{\\v}}{{{}}}\n## 1\n\n1. I say $\\v$ because.\n"
    folder = hand_in(tmp_path / "in", ada=picture, bob=picture, cy=macro.format("a"), di=macro.format("b"))
    _, records = graded(folder, tmp_path / "out")
    for part in (0, 1):
        assert records["ada"]["parts"][part]["answer"] != records["bob"]["parts"][part]["answer"]
    assert records["cy"]["parts"][0]["answer"] != records["di"]["parts"][0]["answer"]


def test_a_decision_can_be_taken_back() -> None:
    kept, gone = Decision("1.1", "correct", "1"), Decision("1.1", "", "0")
    assert with_decisions({"a": kept, "b": kept}, {"b": gone}) == {"a": kept}
