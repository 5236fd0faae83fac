"""Stacks of symbolic depth: what is proved for every depth is right at the depths that numbers can reach."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from symderiv.algebra.layered import numbered
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Derivation
from symderiv.derive.depth import DeepStack, deep_inverse, deep_log_determinant, deep_stack
from symderiv.derive.formula import Formula
from symderiv.derive.program import Program, stacked
from symderiv.derive.renaming import Renaming
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.layers.registry import Entry, entries, entry
from tests.layers.numbers import Numbers, sizes

every_entry = pytest.mark.parametrize("entry", entries(), ids=lambda e: e.name)

#: How far numbers go; towers of exponentials leave the floats before that.
DEPTHS = (1, 2, 3, 4)


@functools.cache
def volume(entry: Entry) -> tuple[DeepStack, Tensor] | None:
    """The stack and what layer k adds."""
    try:
        stack = deep_stack(entry.layer.program())
        return stack, deep_log_determinant(stack).one
    except (AuthorProblem, NoDeterminant):
        return None


def at_layer(stack: DeepStack, k: int, flowing: tuple[Symbol, ...]) -> Renaming:
    """The names of layer k of the stack as those of a program with all layers."""
    incoming = {stack.before[x.name].name: s for x, s in zip(stack.program.inputs, flowing, strict=True)}
    return Renaming(
        lambda s: incoming.get(s.name) or replace(s, name=numbered(s.name, "k", str(k))),
        lambda f: replace(f, name=numbered(f.name, "k", str(k))),
    )


def flows(program: Program, depth: int) -> list[tuple[Symbol, ...]]:
    """What comes into each layer of a program that is stacked."""
    later = [
        tuple(replace(y, name=f"{y.name}{',' if '_' in y.name else '_'}{k}") for y in program.outputs) for k in range(1, depth)
    ]
    return [program.inputs, *later]


@every_entry
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_sum_over_the_layers_is_that_of_differences(entry: Entry, depth: int) -> None:
    """Compose, differentiate by central differences, ``slogdet``; against the term of layer k at what comes into it, summed."""
    program, derived = entry.layer.program(), volume(entry)
    if derived is None:
        pytest.skip("the entry says that it has none")
    stack, one = derived
    terms = [at_layer(stack, k, flowing).tensor(one) for k, flowing in enumerate(flows(program, depth), 1)]
    numbers = Numbers(stacked([program] * depth), sizes(program)[0], seed=depth, more=terms)
    with np.errstate(all="ignore"):
        expected = numbers.log_volume(stacked([program] * depth))
        found = sum(float(numbers.tensor(term)) for term in terms)
    if not abs(expected) < 15 or max(np.max(np.abs(v), initial=0) for v in numbers.values.values()) > 1e4:
        pytest.skip("beyond what differences of floats can tell")
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-5)


@every_entry
def test_a_stack_says_how_it_is_proved_or_why_there_is_none(entry: Entry) -> None:
    found: list[Derivation[Formula]] = []
    why: list[str] = []
    try:
        stack = deep_stack(entry.layer.program())
        found.append(deep_log_determinant(stack).derivation)
        found.append(deep_inverse(stack).derivation)
    except (AuthorProblem, NoDeterminant) as problem:
        why.append(str(problem))
    assert len(found) == 2 or any(w in why[0] for w in ("cannot be stacked", "no layer of this stack has an inverse", "no rule"))
    for derivation in found:
        assert {"one layer", "base case"} <= {s.rule for s in derivation.steps}
        assert any("induction" in str(part) for remark in derivation.certificate for part in remark)


def test_most_layers_have_a_stack_in_closed_form() -> None:
    assert sum(volume(e) is not None for e in entries()) >= 60


@pytest.mark.parametrize(
    "name", ["actnorm", "dense_linear", "leaky_relu", "matrix_exponential", "elementwise_affine", "plu_linear"]
)
def test_a_sum_of_parameters_closes(name: str) -> None:
    found = deep_log_determinant(deep_stack(entry(name).layer.program()))
    assert found.derivation.steps[-1].rule == "parameters alone"


@pytest.mark.parametrize("name", ["affine_coupling", "planar", "maf", "exponential"])
def test_a_sum_that_needs_what_comes_in_stays_a_sum(name: str) -> None:
    found = deep_log_determinant(deep_stack(entry(name).layer.program()))
    assert found.derivation.steps[-1].rule == "induction hypothesis"


@pytest.mark.parametrize("name", ["logit", "box_cox", "logarithm"])
def test_what_cannot_come_into_the_next_layer_is_said(name: str) -> None:
    with pytest.raises(AuthorProblem, match="cannot be stacked"):
        deep_stack(entry(name).layer.program())
