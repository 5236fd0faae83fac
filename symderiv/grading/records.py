"""Records in, results out: one JSON object a line, in order, whatever a line holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from symderiv.core.problems import AuthorProblem, Problem
from symderiv.core.text import Source
from symderiv.distributions.registry import Nameable, aliases
from symderiv.grading.findings import Finding, Judgement
from symderiv.grading.judge import judge
from symderiv.grading.results import finding_record, readings_latex, step_record
from symderiv.reading.asks import Asked, read_decide, read_find, read_reference, read_show
from symderiv.reading.given import read_given
from symderiv.reading.macros import from_record as macros_from

_ASKS = ("find", "show", "reference", "decide")
#: Questions that are kept read, and answers that are kept decided: a class asks one question and gives one answer many times.
_KEPT, _KEPT_ANSWERS = 256, 4096


#: What is given, the kind of question, its text, and the variables of an inverse.
Question = tuple[tuple[str, ...], str, str, str | None]


class Checker:
    """Checks records, reading each question once and deciding the same answer to it once.

    With a clock (in seconds) each result says how long it took, as ``ms``. ``explain``: each names the mistake and the rules of the
    steps, which takes longer than the verdict.
    """

    def __init__(self, clock: Callable[[], float] | None = None, explain: bool = False) -> None:
        self.clock, self.explain = clock, explain
        aliases()  # finds the families of distributions now, so that the first record does not wait for them
        self.questions: dict[Question, Asked] = {}
        self.decided: dict[tuple[object, ...], Judgement] = {}

    def result(self, line: str) -> dict[str, Any]:
        """The result of one line."""
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as broken:
            return {
                "id": None,
                "status": "unreadable",
                "how": "not JSON",
                "findings": [{"rule": "not JSON", "message": str(broken)}],
            }
        if not isinstance(record, dict):
            return {
                "id": None,
                "status": "unreadable",
                "how": "no record",
                "findings": [{"rule": "no record", "message": "a record is a JSON object"}],
            }
        start = self.clock() if self.clock else 0.0
        answer = record.get("answer")
        source = Source(answer if isinstance(answer, str) else "", "answer")
        judged = self._judged(record, source)
        out: dict[str, Any] = {
            "id": record.get("id"), "status": judged.status, "how": judged.how, "findings": [finding_record(f, source) for f in judged.findings],
            "reading": readings_latex(judged),
        }  # fmt: skip
        if judged.wrong_line is not None and judged.status in ("incorrect", "partial", "review"):
            out["wrong_line"] = judged.wrong_line
        if judged.steps:
            out["steps"] = [step_record(s) for s in judged.steps]
        if self.clock:
            out["ms"] = round((self.clock() - start) * 1e3, 2)
        return out

    def _judged(self, record: Mapping[str, Any], source: Source) -> Judgement:
        if not isinstance(record.get("answer"), str):
            return _unreadable("wrong type", "the answer is not a text")
        try:
            question = _question(record)
            asked = self._asked(question)
            macros = macros_from(record.get("macros") or {})
        except Problem as problem:
            return _unreadable("question", str(problem))
        except (TypeError, ValueError, AttributeError) as broken:
            return _unreadable("record", f"the record's fields are not as they should be: {broken}")
        known = (question, source.text, json.dumps(record.get("macros") or {}, sort_keys=True))
        if known not in self.decided:
            if len(self.decided) >= _KEPT_ANSWERS:
                self.decided.pop(next(iter(self.decided)))
            self.decided[known] = judge(asked, source, macros, explain=self.explain)
        return self.decided[known]

    def _asked(self, question: Question) -> Asked:
        if question not in self.questions:
            if len(self.questions) >= _KEPT:
                self.questions.pop(next(iter(self.questions)))
            self.questions[question] = asked_from(*question)
        return self.questions[question]


def _question(record: Mapping[str, Any]) -> Question:
    given = record.get("given", [])
    lines = given if isinstance(given, list) else str(given).splitlines()
    kinds = [k for k in _ASKS if record.get(k) is not None]
    if len(kinds) != 1:
        raise AuthorProblem(f"a record asks one of {', '.join(_ASKS)}; this one asks {len(kinds)}")
    terms = record.get("in_terms_of")
    if isinstance(terms, list) and all(isinstance(x, str) for x in terms):
        terms = ", ".join(terms)
    if not all(isinstance(x, str) for x in (*lines, record[kinds[0]])):
        raise AuthorProblem("given is a list of texts, and a question is a text")
    if not isinstance(terms or "", str):
        raise AuthorProblem("in_terms_of is a text, or a list of texts: the names that the answer may use")
    return tuple(lines), kinds[0], record[kinds[0]], terms


def asked_from(given: Iterable[str], kind: str, text: str, in_terms_of: str | None = None) -> Asked:
    """A question from the texts of the model language. Raises `AuthorProblem`."""
    scope = read_given(Source("\n".join(given), "given"), families=Nameable())
    source = Source(text, kind)
    if kind == "find":
        return read_find(scope, source, Source(in_terms_of, "in_terms_of") if in_terms_of else None)
    return {"show": read_show, "decide": read_decide, "reference": read_reference}[kind](scope, source)


def _unreadable(rule: str, message: str) -> Judgement:
    return Judgement("unreadable", rule, (Finding(rule, message),))


def check_lines(lines: Iterable[str], clock: Callable[[], float] | None = None, checker: Checker | None = None) -> Iterator[str]:
    """JSON Lines in, JSON Lines out, one result a line, in the same order; with a clock (in seconds) each with its ``ms``."""
    checker = checker or Checker(clock)
    for line in lines:
        if line.strip():
            yield json.dumps(checker.result(line), ensure_ascii=False)


def given_up(line: str, reason: str, how: str = "given up") -> str:
    """The result of a record that could not be decided because of ``reason``."""
    try:
        name = json.loads(line).get("id")
    except (ValueError, RecursionError, AttributeError):
        name = None
    out = {"id": name, "status": "review", "how": how, "findings": [{"rule": "given up", "message": reason}]}
    return json.dumps(out, ensure_ascii=False)
