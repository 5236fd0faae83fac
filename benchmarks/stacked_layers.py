"""Stacks of layers: inverse with its proof, and log-determinant, of 8, 16, 32 and 64 layers; linear in depth.

``python benchmarks/stacked_layers.py``. Every layer has symbols and functions of its own. Times are of the processor, the best of three
runs, in milliseconds; the ratio is 64 layers against 8, so 8.0 is linear.
"""

from __future__ import annotations

import gc
import time

from symderiv.derive.elimination import solve
from symderiv.derive.mapping import log_determinant
from symderiv.derive.program import Program, stacked
from symderiv.layers.registry import entry

LAYERS = ("affine_coupling", "scaled_swap_coupling", "glow_step", "revnet", "two_sided_coupling", "maf")
DEPTHS = (8, 16, 32, 64)
#: Seconds that the inverse and the log-determinant of 64 layers may take together.
TARGET = 0.5


def stack(name: str, depth: int) -> Program:
    """That many layers of one kind, one after another."""
    return stacked([entry(name).layer.program()] * depth)


def measured(program: Program, runs: int = 3) -> tuple[float, float]:
    """Seconds for the inverse and for the log-determinant, the best of some runs."""
    best = [float("inf"), float("inf")]
    for _ in range(runs):
        for k, work in enumerate((solve, log_determinant)):
            gc.collect()
            start = time.process_time()
            work(program)
            best[k] = min(best[k], time.process_time() - start)
    return best[0], best[1]


def main() -> None:
    """Print the table."""
    print(f"{'layer':<22}{'':<10}" + "".join(f"{d:>9}" for d in DEPTHS) + f"{'64 / 8':>9}")
    for name in LAYERS:
        stack_times = [measured(stack(name, d)) for d in DEPTHS]
        for k, what in enumerate(("inverse", "log det")):
            row = [times[k] for times in stack_times]
            print(
                f"{name if not k else '':<22}{what:<10}" + "".join(f"{1000 * s:>9.1f}" for s in row) + f"{row[-1] / row[0]:>9.1f}"
            )
        total = sum(stack_times[-1])
        print(f"{'':<22}{'both':<10}{'':>27}{1000 * total:>9.1f}   {'within' if total <= TARGET else 'ABOVE'} {TARGET} s")


if __name__ == "__main__":
    main()
