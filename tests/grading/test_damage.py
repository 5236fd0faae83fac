"""Damage by scanning and copying: made on purpose to right answers and to wrong ones, one kind at a time, at every place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from typing import Any

import pytest

from symderiv.core.results import Undecided
from symderiv.core.text import Source
from symderiv.grading import repairs
from symderiv.grading.records import Checker
from symderiv.reading.given import read_given
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse

KL = {
    "given": [r"m \in \mathbb{R}", r"\tau > 0", r"r(w) = \mathcal{N}(w; m, \tau^2)", r"u(w) = \mathcal{N}(w; 0, 1)"],
    "find": r"D_{KL}(r(w) \| u(w))",
}
SHIFT = {"given": [r"u_1, u_2 \in \mathbb{R}^{k}", r"H : \mathbb{R}^{k} \to \mathbb{R}^{k}", "v_1 = u_1 + H(u_2)", r"v_2 = \exp(u_2)"],
         "find": "u_1, u_2", "in_terms_of": "v_1, v_2"}  # fmt: skip
SQUARE = {"given": [r"w, h \in \mathbb{R}^{k}", r"S \in \mathbb{S}^{k}"], "find": r"\nabla_w (\frac{1}{2} w^\top S w - h^\top w)"}
RIGHT = (
    (KL, r"\frac{1}{2} (m^{2} + \tau^{2} - 1) - \log \tau"),
    (KL, r"\frac{m^2}{2} + \frac{\tau^2}{2} - \frac{1}{2} - \log \tau"),
    (SHIFT, r"u_{2} = \log(v_{2}), \quad u_{1} = v_{1} - H(\log v_{2})"),
    (SQUARE, "S w - h"),
)
WRONG = (
    (KL, r"\frac{1}{2} (m^{2} + \tau^{2} - 1) - 2 \log \tau"),
    (KL, r"\frac{m^2}{2} + \frac{\tau^2}{2} - \frac{3}{2} - \log \tau"),
    (SHIFT, r"u_{2} = \log(v_{2}), \quad u_{1} = v_{1} - 2 H(\log v_{2})"),
    (SQUARE, "S w - 3 h"),
)


def at_each(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Callable[[str], Iterator[str]]:
    def damaged(text: str) -> Iterator[str]:
        for found in re.finditer(pattern, text):
            yield text[: found.start()] + (new(found) if callable(new) else new) + text[found.end() :]

    return damaged


#: Damage that leaves its mark: what it makes of a text.
MARKED: dict[str, Callable[[str], Iterator[str]]] = {
    "a minus lost": at_each(r" - ", " "),
    "a sign turned into a bullet": at_each(r" [-+] ", r" \bullet "),
    "a row that starts with a bullet": at_each(r" [-+] ", r" \\ * "),
    "an underscore turned into a star": at_each(r"_\{", "*{"),
    "a lost fraction bar": at_each(r"\\frac(?=\{)", ""),
    "a lost caret": at_each(r"\^(?=[\w{])", ""),
    "a lost underscore": at_each(r"_(?=\{\d)", ""),
    "a lost backslash": at_each(r"\\(?=frac|tau|quad)", ""),
}
#: What changes nothing but the look.
HARMLESS: dict[str, Callable[[str], str]] = {
    "spaces everywhere": lambda text: re.sub(r"([{}()_^=+\-,])", r" \1 ", text),
    "escaped underscores": lambda text: text.replace("_", r"\_"),
    "spaced words": lambda text: text.replace(r"\log", r"\mathrm { l o g }"),
}
CHECKER = Checker()


def judged(question: dict[str, Any], answer: str) -> dict[str, Any]:
    return CHECKER.result(json.dumps({"id": 0, "answer": f"$${answer}$$", **question}))


def damaged(cases: tuple[tuple[dict[str, Any], str], ...]) -> list[tuple[str, dict[str, Any], str]]:
    return [(kind, question, made) for question, text in cases for kind, damage in MARKED.items() for made in damage(text)]


@pytest.mark.parametrize(("question", "text"), RIGHT)
def test_what_is_damaged_here_is_right_and_stays_so_where_only_its_look_suffers(question: dict[str, Any], text: str) -> None:
    assert judged(question, text)["status"] == "correct"
    for kind, damage in HARMLESS.items():
        assert judged(question, damage(text))["status"] == "correct", kind


@pytest.mark.parametrize(("kind", "question", "made"), damaged(RIGHT))
def test_one_damage_that_shows_is_mended_and_left_to_a_person(kind: str, question: dict[str, Any], made: str) -> None:
    result = judged(question, made)
    assert (result["status"], result["how"]) == ("review", "right if repaired"), (kind, result)
    findings = result["findings"]
    assert isinstance(findings, list)
    assert any(f["rule"] == "repair" for f in findings)


@pytest.mark.parametrize(("kind", "question", "made"), damaged(WRONG))
def test_no_damage_makes_a_wrong_answer_right(kind: str, question: dict[str, Any], made: str) -> None:
    result = judged(question, made)
    assert result["status"] != "correct", kind
    assert result["how"] != "right if repaired", kind


@pytest.mark.parametrize("answer", [r"\frac{1}{2} * (m^2 + \tau^2 - 1) * \log \tau", r"2 m^2", r"\{m\} \{\tau\}"])
def test_a_product_that_is_written_is_no_damage(answer: str) -> None:
    assert judged(KL, answer)["how"] != "right if repaired"


def test_a_number_behind_a_symbol_has_lost_a_sign_of_either_kind() -> None:
    question = {"given": [r"a \in \mathbb{R}"], "reference": "a^2 + 1"}
    assert judged(question, "a^2 1")["how"] == "right if repaired"
    assert judged({**question, "reference": "a^2 - 1"}, "a^2 1")["how"] == "right if repaired"
    assert judged({**question, "reference": "1 + a^2"}, "1 a^2")["how"] == "disproved"


def test_brackets_moved_to_every_place_are_right_only_where_they_say_the_same() -> None:
    scope = read_given(Source(r"a, b, c \in \mathbb{R}", "given"))
    question = {"given": [r"a, b, c \in \mathbb{R}"], "reference": "a (b + c) - b"}
    values = {"a": 3, "b": 5, "c": 11}
    for made in ("a (b) + c - b", "a (b + c - b)", "(a (b + c)) - b", "a (b + c) - (b)", "(a) (b + c) - b", "(a b) + c - b"):
        source = Source(made)
        Reader(scope, source).read(parse(source))  # all of them are formulas
        number = eval(re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", made), {}, values)  # noqa: S307 - ours, and what brackets mean elsewhere
        assert (judged(question, made)["status"] == "correct") == (number == 3 * 16 - 5), made


@pytest.mark.parametrize("costly", [False, True])
def test_where_one_edit_takes_too_much_work_no_other_is_tried(costly: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def guess(left: object, *_: object) -> Undecided:
        asked.append(left)
        return Undecided("no proof", costly)

    monkeypatch.setattr(repairs, "proof_only", guess)
    lost = r"\frac{1}{2} m^{2} \tau^{2} \frac{1}{2} \log \tau"
    assert Checker().result(json.dumps({"id": 0, "answer": lost, **KL}))["status"] == "incorrect"
    assert (len(asked) == 1) is costly
    assert asked
