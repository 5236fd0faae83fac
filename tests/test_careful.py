"""A bug of ours at one record."""

import json
from typing import Any

import pytest

from symderiv.commands.careful import Failed, check_each, told
from symderiv.grading.records import Checker


class Breaking(Checker):
    """A checker with a bug at one answer."""

    def result(self, line: str) -> dict[str, Any]:
        if json.loads(line)["answer"] == "here":
            raise ZeroDivisionError("a bug")
        return super().result(line)


def record(name: str, answer: str) -> str:
    return json.dumps({"id": name, "given": [r"a \in \mathbb{R}"], "find": "a + a", "answer": answer})


def test_a_bug_at_one_record_costs_no_other_its_result(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        record("one", "2a"),
        record("two", "here"),
        "\n",
        record("three", '"how": "stopped by a bug of ours"'),
        record("four", "3a"),
    ]
    results = list(check_each(lines, Breaking()))
    found = [json.loads(line) for line in results]
    assert [(f["id"], f["status"]) for f in found] == [
        ("one", "correct"), ("two", "review"), ("three", "review"), ("four", "incorrect"),
    ]  # fmt: skip
    with pytest.raises(Failed, match=r"^1 record could"):
        list(told(results))
    assert list(told(results[2:])) == results[2:]
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err
