r"""Is this answer equal to that key? symderiv beside what else could be asked, on the same LaTeX in one run.

    python -m benchmarks.equality [RECORDS.jsonl] [--each 4] [--seconds 2] [--only symderiv]

Without records the pairs are those of `benchmarks.field`: right and wrong answers in equal number, made by rules. Records have ``given``,
``reference``, ``answer`` and ``expected`` (correct or incorrect). Beside symderiv, where they are installed:

- Math-Verify (``pip install math-verify``), which reads ``\log`` as base 10: it gets ``\ln``, to be fair.
- SymPy's ``simplify(a - b) == 0`` and ``a.equals(b)``, on what Math-Verify's reader makes of the text, with the declared symbols real,
  positive or integer. SymPy has no assumption for (0, 1): such a symbol is written 1/(1 + u) with u > 0.

Each works in a process of its own, warm, and is measured in seconds of its processor, so that a busy machine disturbs little; a pair that
takes longer than the limit on the clock is stopped, and counted as undecided at that time.
Matrices are read by those others as numbers that commute, so they have a table of their own. No answer counts as right by luck: undecided
is never right.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import multiprocessing
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.field import Pair, pairs

#: True equal, False different, None undecided.
Decision = bool | None
Decide = Callable[[Pair], Decision]

# --- who decides --------------------------------------------------------------------------------------------------------


def symderiv() -> Decide:
    """As `symderiv check` does it, reading included."""
    from symderiv.commands.warm import warm_checker

    checker = warm_checker(explain=False)

    def decide(pair: Pair) -> Decision:
        record = {"id": 0, "given": pair.given, "reference": pair.reference, "answer": pair.answer}
        return {"correct": True, "incorrect": False}.get(checker.result(json.dumps(record))["status"])

    return decide


def math_verify() -> Decide:
    """`verify(parse(key), parse(answer))`; not read is undecided."""
    from math_verify import parse, verify

    logging.disable(logging.ERROR)

    def decide(pair: Pair) -> Decision:
        key, answer = (parse(f"${_with_ln(t)}$", parsing_timeout=None) for t in (pair.reference, pair.answer))
        return bool(verify(key, answer, timeout_seconds=None)) if key and answer else None

    return decide


def sympy_simplify() -> Decide:
    """`simplify(key - answer) == 0`."""
    from sympy import simplify

    return lambda pair: bool(simplify(_difference(pair)) == 0)


def sympy_equals() -> Decide:
    """`(key - answer).equals(0)`, which may say None."""
    return lambda pair: {True: True, False: False}.get(_difference(pair).equals(0))


TOOLS: dict[str, Callable[[], Decide]] = {
    "symderiv": symderiv, "Math-Verify": math_verify, "SymPy simplify": sympy_simplify, "SymPy equals": sympy_equals,
}  # fmt: skip


def _with_ln(text: str) -> str:
    return re.sub(r"\\log(?![a-zA-Z])", r"\\ln", text)


def _difference(pair: Pair) -> Any:
    from latex2sympy2_extended import latex2sympy

    key, answer = (latex2sympy(_with_ln(t)) for t in (pair.reference, pair.answer))
    difference = key - answer
    return difference.subs({s: _with_domain(s, pair.given) for s in difference.free_symbols})


def _with_domain(symbol: Any, given: Iterable[str]) -> Any:
    """The symbol with the assumptions that its declaration gives."""
    from sympy import Symbol

    for line in given:
        names, _, domain = re.sub(r"\\mathbb\{([A-Z])\}", r"\1", line).partition("\\in" if "\\in" in line else ">")
        if _plain(str(symbol)) not in [_plain(n) for n in names.split(",")]:
            continue
        if "(0" in domain.replace(" ", "") and "1)" in domain:
            return 1 / (1 + Symbol(f"{symbol}", positive=True))
        integer = domain.strip() in ("N", "Z") or None
        return Symbol(
            f"{symbol}",
            real=True,
            integer=integer,
            positive="\\in" not in line or domain.strip() == "N" or "_{>0}" in domain or None,
        )
    return Symbol(f"{symbol}", real=True)


def _plain(name: str) -> str:
    return re.sub(r"[\\{}\s]", "", name)


def installed(tool: str) -> bool:
    """Whether what a tool needs is here."""
    return tool == "symderiv" or all(importlib.util.find_spec(m) for m in ("math_verify", "latex2sympy2_extended"))


# --- one run ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What came out for one tool on one kind of pairs."""

    right: int = 0
    accepted: int = 0
    rejected: int = 0
    undecided: int = 0
    late: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, decision: Decision, seconds: float, pair: Pair) -> None:
        """One pair."""
        self.seconds.append(seconds)
        self.right += decision is pair.correct
        self.accepted += decision is True and not pair.correct
        self.rejected += decision is False and pair.correct
        self.undecided += decision is None

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the pairs was done."""
        ordered = sorted(self.seconds)
        return 1e3 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def rate(self) -> float:
        """Pairs a second."""
        return len(self.seconds) / sum(self.seconds)

    def row(self, tool: str) -> str:
        """The row of the table."""
        cells = [
            tool, f"{self.right} of {len(self.seconds)}", str(self.accepted), str(self.rejected), f"{self.undecided} ({self.late} late)",
            f"{self.rate:.0f}", *(f"{self.quantile(share):.1f} ms" for share in (0.5, 0.99, 1)),
        ]  # fmt: skip
        return f"| {' | '.join(cells)} |"


class Worker:
    """A tool in a process of its own, which is started again when a pair takes too long or kills it."""

    def __init__(self, tool: str, warm: Pair) -> None:
        self.tool, self.warm = tool, warm
        self._start()

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, there = spawn.Pipe()
        self.process = spawn.Process(target=_work, args=(there, self.tool), daemon=True)
        self.process.start()
        there.close()
        self.pipe.send(self.warm)
        self.pipe.recv()

    def decide(self, pair: Pair, limit: float) -> tuple[Decision, float, bool]:
        """The decision, its seconds, and whether it was late."""
        self.pipe.send(pair)
        try:
            if self.pipe.poll(limit):
                decision, seconds = self.pipe.recv()
                return decision, seconds, False
        except EOFError:
            pass
        self.close()
        self._start()
        return None, limit, True

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()


def _work(pipe: Connection, tool: str) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # readers print what they do not understand
    decide = TOOLS[tool]()
    while True:
        pair = pipe.recv()
        start = time.process_time()
        try:
            decision = decide(pair)
        except Exception:  # noqa: BLE001  whatever another tool raises, it has not decided
            decision = None
        pipe.send((decision, time.process_time() - start))


def read_records(path: Path) -> list[Pair]:
    """The pairs of a file of records; records that ask something else are left out."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Pair("matrix" if r.get("topic") == "matrix" else "scalar", str(r.get("topic")), tuple(r["given"]), r["reference"], r["answer"],
             r["expected"] == "correct")
        for r in records
        if r.get("reference") and r.get("expected") in {"correct", "incorrect"}
    ]  # fmt: skip


def compare(all_pairs: list[Pair], tools: Iterable[str], limit: float, missed: bool) -> dict[tuple[str, str], Tally]:
    """Every tool on every pair."""
    tallies: dict[tuple[str, str], Tally] = {}
    for tool in tools:
        worker = Worker(tool, all_pairs[0])
        for pair in all_pairs:
            tally = tallies.setdefault((pair.kind, tool), Tally())
            decision, seconds, late = worker.decide(pair, limit)
            tally.add(decision, seconds, pair)
            tally.late += late
            if missed and tool == "symderiv" and decision is not pair.correct:
                print(f"missed ({decision}, {pair.topic}): {pair.given} {pair.reference}  against  {pair.answer}")
        worker.close()
    return tallies


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Equality of LaTeX answers: symderiv beside Math-Verify and SymPy")
    parser.add_argument("records", nargs="?", type=Path, help="JSON Lines with given, reference, answer, expected")
    parser.add_argument("--each", type=int, default=4, help="right and wrong answers a formula")
    parser.add_argument("--seconds", type=float, default=2, help="time limit of a pair")
    parser.add_argument("--only", choices=TOOLS, help="one tool")
    parser.add_argument("--missed", action="store_true", help="print what symderiv did not decide rightly")
    asked = parser.parse_args()
    all_pairs = read_records(asked.records) if asked.records else list(pairs(asked.each))
    tools = [t for t in TOOLS if installed(t) and asked.only in (None, t)]
    tallies = compare(all_pairs, tools, asked.seconds, asked.missed)
    for kind in sorted({p.kind for p in all_pairs}, reverse=True):
        equal = sum(p.correct for p in all_pairs if p.kind == kind)
        total = sum(p.kind == kind for p in all_pairs)
        print(f"\n{total} {kind} pairs, {equal} of them equal\n")
        print("| | decided rightly | wrong accepted | right rejected | undecided | answers/s | p50 | p99 | max |")
        print("|---|---|---|---|---|---|---|---|---|")
        for tool in tools:
            print(tallies[kind, tool].row(tool))
        if "Math-Verify" in tools and "symderiv" in tools:
            print(
                f"\nsymderiv is {tallies[kind, 'symderiv'].rate / tallies[kind, 'Math-Verify'].rate:.1f} times as fast as Math-Verify"
            )


if __name__ == "__main__":
    main()
