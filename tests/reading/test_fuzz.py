"""A short run of `benchmarks/fuzz.py`: every damaged or random input gets a status or a problem, soon; and what is too large is refused at once."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source, Span
from symderiv.reading.document import macros_of, split_answers
from symderiv.reading.parse import parse

_HERE = Path(__file__).parents[2] / "benchmarks" / "fuzz.py"


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", _HERE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


def test_every_input_has_an_outcome(fuzz: ModuleType) -> None:
    outcomes, slow = fuzz.run(400, 20)
    assert sum(outcomes.values()) == 400
    assert not slow
    assert {name.split(":")[0] for name in outcomes} == {"answer", "formula", "document", "given"}


def test_inputs_depend_on_the_seed_alone(fuzz: ModuleType) -> None:
    assert list(fuzz.inputs(50, 3)) == list(fuzz.inputs(50, 3)) != list(fuzz.inputs(50, 4))


@pytest.mark.parametrize(
    "text",
    [r"\frac{1}{1 + " * 2_000 + "x" + "}" * 2_000, "(" * 2_000 + "x" + ")" * 2_000, "x^{" * 2_000 + "2" + "}" * 2_000, r"\sqrt" * 2_000 + "x",
     "-" * 2_000 + "x", r"\sum_i " * 2_000 + "x", r"\left(" * 2_000, "x + " * 100_000, "7" * 5_000],
)  # fmt: skip
def test_what_is_too_deep_or_too_long_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(AnswerProblem):
        parse(Source(text))
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "definition", [r"\def\a{\a\a}", r"\newcommand{\a}{x \a}", r"\def\a{\b}\def\b{\a}", r"\newcommand{\a}[1]{\a{\a{#1}}}"]
)
def test_a_macro_that_calls_itself_is_refused_at_once(definition: str) -> None:
    source = Source(definition + r"$\a{x}$")
    span = Span(len(definition) + 1, len(source.text) - 1)
    start = time.perf_counter()
    with pytest.raises(AnswerProblem):
        parse(source, span=span, macros=macros_of(source))
    assert time.perf_counter() - start < 1


def test_a_document_of_a_megabyte_is_placed_in_time() -> None:
    text = "".join(
        f"\n## Problem {k}\nso for all $x_{k}$,\n$$\n\\frac{{x_{k}}}{{2}} + y_{k} = \\exp(z)\n$$\n" for k in range(1, 17_000)
    )
    assert len(text) > 1_000_000
    start = time.perf_counter()
    found = split_answers(Source(text), ["1.1", "2.1"])
    assert time.perf_counter() - start < 4  # a quarter of a second on an idle machine
    assert found.answers
