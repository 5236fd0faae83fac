"""Laws of every layer. They run for each file in `symderiv/layers` by themselves; nothing here names an entry."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.results import Proved, Refuted, Undecided, Verdict
from symderiv.decide.equal import decide
from symderiv.derive.elimination import Solution, solve
from symderiv.derive.mapping import LogDeterminant, log_determinant
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.layers.registry import Entry, entries
from tests.layers.numbers import Numbers, sizes

every_entry = pytest.mark.parametrize("entry", entries(), ids=lambda e: e.name)

#: Most lines that a layer's file may have.
MOST_LINES = 25


@functools.cache
def solved(entry: Entry) -> Solution:
    return solve(entry.layer.program())


@functools.cache
def volume(entry: Entry) -> LogDeterminant | None:
    try:
        return log_determinant(entry.layer.program())
    except NoDeterminant:
        return None


@functools.cache
def composed(entry: Entry) -> tuple[Verdict, ...]:
    """Each line of the inverse at the values of the forward map, against what it solves for; as exponents where that is not decided."""
    forward: dict[Symbol, Tensor] = {}
    for line in entry.layer.program().lines:
        forward[line.target] = substitute_tensor(line.value, forward)
    out: list[Verdict] = []
    for line in solved(entry).lines:
        left, right = substitute_tensor(line.value, forward), forward.get(line.target, T.whole(line.target))
        verdict = decide(left, right)
        if isinstance(verdict, Undecided):
            verdict = decide(T.entrywise(t.exp, left), T.entrywise(t.exp, right))
        out.append(verdict)
    return tuple(out)


@every_entry
def test_a_layer_is_one_short_file_that_says_what_it_is(entry: Entry) -> None:
    spec = importlib.util.find_spec(f"symderiv.layers.{entry.name}")
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    assert entry.title
    assert entry.layer.keywords


@every_entry
def test_inserting_the_map_into_its_inverse_gives_the_inputs_back(entry: Entry) -> None:
    """Every line of the inverse holds where all names are what the forward map makes them.

    The lines were proved one by one when they were solved; with everything inserted at once they are decided again, and none may be refuted.
    """
    assert not any(isinstance(v, Refuted) for v in composed(entry))


def test_nearly_all_compositions_are_proved_at_once() -> None:
    verdicts = [v for e in entries() for v in composed(e)]
    assert sum(isinstance(v, Proved) for v in verdicts) >= 0.95 * len(verdicts)


@every_entry
@pytest.mark.parametrize("choice", range(3))
def test_the_inverse_undoes_the_map_in_numbers(entry: Entry, choice: int) -> None:
    """The inverse as a program from the outputs alone; a recursion as many times as it has entries."""
    program, solution = entry.layer.program(), solved(entry)
    numbers = Numbers(program, sizes(program)[choice], seed=choice)
    numbers.run(program)
    before = dict(numbers.values)
    unknown = {line.target.name for line in solution.lines} - {y.name for y in program.outputs}
    for name in unknown if solution.closed else ():
        numbers.values[name] = np.zeros_like(before[name])
    for line in solution.lines:
        if line.target in solution.sequential:
            for k in range(before[line.target.name].size):
                numbers.values[line.target.name][k] = numbers.tensor(line.value)[k]
        else:
            numbers.values[line.target.name] = numbers.tensor(line.value)
        np.testing.assert_allclose(numbers.values[line.target.name], before[line.target.name], rtol=1e-6, atol=1e-7)


@every_entry
@pytest.mark.parametrize("choice", range(3))
def test_the_log_determinant_is_that_of_differences(entry: Entry, choice: int) -> None:
    """Both what the lines add and what was put together, against ``slogdet`` of central differences."""
    found, program = volume(entry), entry.layer.program()
    if found is None:
        pytest.skip("no rule gives this determinant, and the entry says so")
    numbers = Numbers(program, sizes(program)[choice], seed=10 + choice, more=(found.value, *(p for _, p in found.parts)))
    expected = numbers.log_volume(program)
    assert float(numbers.tensor(found.value)) == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert sum(float(numbers.tensor(p)) for _, p in found.parts) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@every_entry
def test_what_cannot_be_derived_says_why_and_under_what_condition(entry: Entry) -> None:
    solution, found = solved(entry), volume(entry)
    assert all(reason for _, reason in solution.open_lines)
    assert solution.closed or found is None or entry.layer.holds or found.derivation.assumes or entry.about
    assert found is not None or entry.layer.holds


@every_entry
def test_every_rule_leaves_a_step(entry: Entry) -> None:
    found = volume(entry)
    steps = [*solved(entry).steps, *(found.derivation.steps if found is not None else ())]
    assert all(s.rule and s.because for s in steps)
    assert found is None or found.derivation.certificate


def test_the_catalogue_is_large_and_mostly_closed() -> None:
    assert len(entries()) >= 40
    assert sum(solved(e).closed for e in entries()) >= 40
    assert sum(volume(e) is None for e in entries()) <= 1
