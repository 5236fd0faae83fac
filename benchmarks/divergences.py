r"""Every ordered pair of families on one space: whether KL(q ‖ p) is closed, infinite or without a rule, how long it takes, and how far it is
from quadrature at three random parameter points. Run it with

    python -m benchmarks.divergences [--points 3]

The oracle is that of the tests: densities evaluated by NumPy, double exponential quadrature.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np

from symderiv.algebra.conditions import settled
from symderiv.algebra.families import Member
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget
from symderiv.algebra.terms import Undefined, scalar, sub
from symderiv.derive import functionals as F
from symderiv.derive.supports import on_one_variable
from symderiv.distributions import registry
from tests.distributions import numeric as N


def pairs() -> Iterator[tuple[str, str, Member, Member]]:
    """All pairs that live on one space."""
    for first in registry.names():
        for second in registry.names():
            q, p = N.member(registry.family(first), "q"), N.member(registry.family(second), "p")
            try:
                yield first, second, *on_one_variable(q, p)
            except ValueError:
                continue


def error(q: Member, p: Member, found: F.Functional, points: int) -> float:
    """The largest relative difference from quadrature; NaN where no parameters meet the conditions or quadrature does not reach."""
    assert found.value is not None
    needed = [scalar(m.inserted(c)) for m in (q, p) for c in m.family.conditions] + [c.term for c in found.conditions]
    ratio = settled(sub(q.log_density(), p.log_density()), Normal())
    try:
        places = N.points(11, N.symbols(q, p), needed, points)
    except AssertionError:
        return float("nan")
    worst = 0.0
    for values in places:
        with np.errstate(all="ignore"):
            wanted, ours = N.expectation(q, ratio, values), N.number(found.value, values)
        worst = max(worst, abs(ours - wanted) / max(1.0, abs(wanted)))
    return worst


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=3)
    points = parser.parse_args().points
    count: Counter[str] = Counter()
    times: list[float] = []
    far: list[tuple[float, str]] = []
    without: list[str] = []
    for first, second, q, p in pairs():
        start = time.perf_counter()
        try:
            found = F.divergence(q, p)
        except (F.NoRule, Budget, Undefined):
            count["no rule"] += 1
            without.append(f"{first}:{second}")
            continue
        times.append(time.perf_counter() - start)
        kind = "infinite" if found.infinite else "closed under conditions" if found.conditions else "closed"
        count[kind] += 1
        if not found.infinite:
            far.append((error(q, p, found, points), f"{first}:{second}"))
    print("| outcome | pairs |\n|---|---|")
    for kind in ("closed", "closed under conditions", "infinite", "no rule"):
        print(f"| {kind} | {count[kind]} |")
    milliseconds = np.array(times) * 1e3
    print(
        f"\nderived in {milliseconds.sum() / 1e3:.1f} s; median {np.median(milliseconds):.1f} ms, largest {milliseconds.max():.0f} ms"
    )
    reached = sorted(x for x in far if not np.isnan(x[0]))
    print(f"against quadrature at {points} points: {sum(e < 1e-6 for e, _ in reached)} of {len(far)} within 1e-6; the farthest:")
    for e, pair in reached[-8:]:
        print(f"  {pair}  {e:.1e}")
    print("no rule: " + " ".join(without))


if __name__ == "__main__":
    main()
