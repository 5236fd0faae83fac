"""The same verdicts whatever the seed of Python's hashes, the process, and the order of the records."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.field import pairs
from symderiv.algebra.terms import fresh
from symderiv.core.size import Size
from symderiv.distributions.registry import named
from symderiv.grading.records import Checker
from symderiv.report.distribution_page import distribution_page
from symderiv.report.markdown import markdown

ROOT = Path(__file__).parents[2]
#: Questions at symbolic size, where most indices are named; then answers of the field.
RECORDS: list[dict[str, Any]] = [
    {"id": "kl", "given": [r"\mu \in \mathbb{R}^{k}", r"\Sigma \in \mathbb{S}_{++}^{k}", r"q(z) = \mathcal{N}(z; \mu, \Sigma)",
      r"p(z) = \mathcal{N}(z; 0, I)"], "find": r"D_{KL}(q \,\|\, p)",
     "answer": r"\frac{1}{2} (\operatorname{tr}(\Sigma) + \mu^\top \mu - k - \log \det \Sigma)"},
    {"id": "coupling", "given": [r"x_1, x_2 \in \mathbb{R}^{n}", r"F, G : \mathbb{R}^{n} \to \mathbb{R}^{n}",
      r"y = \exp(G(x_2)) \circ x_1 + F(x_2)"], "find": r"\frac{\partial y}{\partial x_2}",
     "answer": r"\operatorname{diag}(x_1 \circ \exp(G(x_2))) J_G(x_2) + J_F(x_2)"},
    {"id": "wrong", "given": [r"A \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^{n}"], "reference": r"x^\top A x", "answer": r"x^\top A A x"},
    *({"id": k, "given": p.given, "reference": p.reference, "answer": p.answer} for k, p in enumerate(pairs(1)) if k % 5 == 0),
]  # fmt: skip

#: A function whose values are symmetric: the order of its two slots must not depend on chance.
AMORTISED = {
    "id": "amortised",
    "given": [r"\mu : \mathbb{R}^{m} \to \mathbb{R}^{k}", r"\Sigma : \mathbb{R}^{m} \to \mathbb{S}_{++}^{k}", r"x \in \mathbb{R}^{m}",
              r"q(z) = \mathcal{N}(z; \mu(x), \Sigma(x))", r"p(z) = \mathcal{N}(z; 0, I)"],
    "find": r"D_{KL}(q \,\|\, p)", "answer": r"\frac{1}{2} (\operatorname{tr}(\Sigma(x)) + \mu(x)^\top \mu(x) - k - \log \det \Sigma(x))",
}  # fmt: skip


def _verdicts(records: Iterable[object]) -> dict[str, str]:
    checker = Checker()
    return {json.dumps(out["id"]): json.dumps(out) for out in (checker.result(json.dumps(r)) for r in records)}


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return _verdicts(RECORDS)


@pytest.mark.parametrize(("seed", "jobs"), [("1", "1"), ("4", "2")])
def test_no_seed_of_hashes_and_no_number_of_jobs_changes_a_result(
    here: dict[str, str], seed: str, jobs: str, tmp_path: Path
) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text("".join(json.dumps(r) + "\n" for r in RECORDS), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "symderiv.cli", "check", str(records), "--jobs", jobs], capture_output=True, encoding="utf-8", check=True,
        cwd=ROOT, timeout=60, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    there = [json.loads(line) for line in done.stdout.splitlines()]
    assert [out["id"] for out in there] == [r["id"] for r in RECORDS]
    assert {json.dumps(out["id"]): json.dumps({k: v for k, v in out.items() if k != "ms"}) for out in there} == here


def test_the_order_of_records_changes_no_result(here: dict[str, str]) -> None:
    mixed = list(RECORDS)
    random.Random(3).shuffle(mixed)
    assert _verdicts(mixed) == here


def test_a_record_alone_has_the_result_it_has_among_others(here: dict[str, str]) -> None:
    for record in RECORDS[::8]:
        assert _verdicts([record]).items() <= here.items()


def test_a_symmetric_function_gives_one_verdict_however_often_it_is_asked() -> None:
    assert len({json.dumps(_verdicts([AMORTISED])) for _ in range(6)}) == 1


#: Sums over several indices with free ones outside: their order must not depend on the numbers of the free ones.
FILTERED = {
    "id": "filtered",
    "given": [r"P \in \mathbb{S}_{++}^{n}", r"R \in \mathbb{S}_{++}^{m}", r"H \in \mathbb{R}^{m \times n}",
              r"K = P H^\top (R + H P H^\top)^{-1}"],
    "reference": r"P - K H P", "answer": r"(I - K H) P (I - K H)^\top + K R K^\top",
}  # fmt: skip


def test_how_many_indices_were_drawn_before_changes_no_verdict() -> None:
    seen = set()
    for drawn in range(0, 400, 23):
        seen.add(json.dumps(_verdicts([FILTERED])))
        for _ in range(drawn):
            fresh(Size.of("n"))
    assert len(seen) == 1


@pytest.mark.parametrize("drawn", [1, 3, 40, 700])
def test_how_many_indices_were_drawn_before_changes_no_form(drawn: int) -> None:
    """A logarithm of what has no sign is written one way or the other way up: by what stands in it, not by the numbers of its indices."""
    before = markdown(distribution_page(named("dirichlet")))
    for _ in range(drawn):
        fresh(Size.of("n"))
    assert markdown(distribution_page(named("dirichlet"))) == before
