"""Does memory stay flat over many answers? Resident memory after ever more of them, in one warm process.

    python -m benchmarks.memory [--answers 100000] [--seed 0]

The answers are those of `benchmarks.field`, in ever new variants (letters renamed, numbers drawn anew), so that a cache of whole answers
does not hide what the engine keeps. The table gives the resident set after each tenth; the last line compares the end with the first tenth.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.field import Pair, pairs
from symderiv.grading.records import Checker

#: What the last tenth may hold more than the first.
ALLOWED = 0.10
_LETTERS = "abcghjkrsvwzABDEKLMPQRUVYZ"


def resident() -> float:
    """Resident memory in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS in /proc/self/status")


def variants(seed: int) -> Iterator[str]:
    """Records without end: every pair again and again, with a subscript on its letters and a term added to both sides."""
    r = random.Random(seed)
    base = [p for p in pairs() if p.kind == "scalar"]
    number = 0
    while True:
        for pair in base:
            number += 1
            yield _variant(r, pair, number)


def _variant(r: random.Random, pair: Pair, number: int) -> str:
    mark, extra = f"{r.choice(_LETTERS)}{r.randrange(1000)}", f"\\frac{{{r.randint(1, 999)}}}{{{r.randint(2, 999)}}}"

    def renamed(text: str) -> str:
        return re.sub(r"(\\(?:mu|sigma|tau|rho)(?![a-zA-Z])|(?<![a-zA-Z\\])[mxpq](?![a-zA-Z]))", rf"\1_{{{mark}}}", text)

    record = {
        "id": number, "given": [renamed(line) for line in pair.given], "reference": f"{renamed(pair.reference)} + {extra}",
        "answer": f"{renamed(pair.answer)} + {extra}",
    }  # fmt: skip
    return json.dumps(record)


def main() -> None:
    """Print the table; exit with 1 where memory grew by more than is allowed."""
    parser = argparse.ArgumentParser(description="Memory over many answers")
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    checker, records = Checker(), variants(asked.seed)
    tenth = asked.answers // 10
    seen: list[float] = []
    statuses: dict[str, int] = {}
    start = time.perf_counter()
    print("| answers | resident MiB | answers/s |\n|---|---|---|")
    for k in range(1, 11):
        for _ in range(tenth):
            status = checker.result(next(records))["status"]
            statuses[status] = statuses.get(status, 0) + 1
        gc.collect()
        seen.append(resident())
        print(f"| {k * tenth} | {seen[-1]:.1f} | {k * tenth / (time.perf_counter() - start):.0f} |", flush=True)
    growth = seen[-1] / seen[0] - 1
    print(f"\n{statuses}\nfrom the first tenth to the end: {100 * growth:+.1f} % (allowed {100 * ALLOWED:+.0f} %)")
    sys.exit(growth > ALLOWED)


if __name__ == "__main__":
    main()
