"""How long does a chain of thirty lines take, each step checked, named and read?

    python -m benchmarks.steps [--lines 30] [--runs 9]

Chains of three kinds: algebra of a scalar, a bound with abstract densities, the divergence of two Gaussians. Each line says something else than
the one before it, and every run has numbers of its own, so that nothing is answered from memory. The table gives the median of the runs in one warm
process, reading included, against the target.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from symderiv.grading.records import Checker

#: Milliseconds for thirty lines.
TARGET = 150.0


@dataclass(frozen=True)
class Kind:
    """``line``: the right side of one line from its number and the number of the run; all lines are equal."""

    name: str
    given: tuple[str, ...]
    left: str
    line: Callable[[int, int], str]


def _algebra(k: int, run: int) -> str:
    return rf"(x + {k})^2 - {2 * k} x - {k * k} + {run} y - {run - k} y - {k} y"


def _bound(k: int, run: int) -> str:
    forms = (
        r"\mathbb{E}_{q(h \mid y)}\left[\log \frac{p(y, h)}{q(h \mid y)}\right]",
        r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h) + \log p(h) - \log q(h \mid y)]",
        r"\mathbb{E}_{q(h \mid y)}[\log p(y \mid h)] - D_{KL}(q(h \mid y) \,\|\, p(h))",
        r"\log p(y) - D_{KL}(q(h \mid y) \,\|\, p(h \mid y))",
    )
    return rf"{forms[k % len(forms)]} + {k + run} - {k + run}"


def _gaussian(k: int, run: int) -> str:
    forms = (
        r"\mathbb{E}_q[\log q(y) - \log p(y)]",
        r"\log\frac{\rho}{\tau} - \frac12 + \frac{\mathbb{E}_q[(y - c)^2]}{2\rho^2}",
        r"\log\frac{\rho}{\tau} - \frac12 + \frac{\tau^2 + (m - c)^2}{2\rho^2}",
    )
    return rf"{forms[k % len(forms)]} + {k + run} - {k + run}"


KINDS = (
    Kind("algebra", (r"x, y \in \mathbb{R}", "f = x^2"), "f", _algebra),
    Kind(
        "bound, abstract densities", (r"p(y, h) = p(y \mid h)\, p(h)", r"h \sim q(h \mid y)"),
        r"\log p(y) - D_{KL}(q(h \mid y) \,\|\, p(h \mid y))", _bound,
    ),
    Kind(
        "divergence of two Gaussians",
        (r"m, c \in \mathbb{R}", r"\tau, \rho > 0", r"q(y) = \mathcal{N}(y; m, \tau^2)", r"p(y) = \mathcal{N}(y; c, \rho^2)"),
        r"D_{KL}(q \,\|\, p)", _gaussian,
    ),
)  # fmt: skip


def record(kind: Kind, lines: int, run: int) -> str:
    """A chain as a record; it starts with the left side, so that it has one step a line."""
    rows = r" \\ ".join(f"&= {kind.line(k, run)}" for k in range(1, lines + 1))
    answer = rf"\begin{{aligned}} {kind.left} {rows} \end{{aligned}}"
    return json.dumps({"id": f"{kind.name} {run}", "given": kind.given, "reference": kind.left, "answer": answer})


def median(kind: Kind, lines: int, runs: int) -> float:
    """The median milliseconds of a chain; the first two runs warm up."""
    checker = Checker(explain=True)
    times = []
    for run in range(runs + 2):
        line = record(kind, lines, run + lines)
        start = time.perf_counter()
        result = checker.result(line)
        times.append((time.perf_counter() - start) * 1e3)
        if result["status"] != "correct" or len(result["steps"]) != lines:
            raise AssertionError(f"{kind.name}: {result['status']}, {len(result.get('steps', ()))} steps")
    return statistics.median(times[2:])


def main() -> int:
    """Print the table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=30)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    target = TARGET * options.lines / 30
    missed = False
    print(f"{'chain':<30} {'lines':>5} {'median ms':>10} {'target':>8}")
    for kind in KINDS:
        took = median(kind, options.lines, options.runs)
        missed = missed or took > target
        print(f"{kind.name:<30} {options.lines:>5} {took:>10.1f} {target:>8.0f}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
