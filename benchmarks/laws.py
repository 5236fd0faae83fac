"""The long run of the laws of `tests.laws`: true identities are proved, mistakes are refuted, neither ever the other way round; claims
that hold on a part of their domain only are not proved; the canonical form of contractions agrees with isomorphism by brute force.

    python -m benchmarks.laws [--count 100000] [--contractions 10000] [--seed 0] [--jobs 1] [--seconds 20]

Prints a row for every rule with its rate, the slowest trials, and every trial that went wrong in full; exits with 1 if an identity was
refuted, a mistake or a trap proved, a contraction misjudged, or the engine failed. Any trial is made again by ``python -m benchmarks.laws --only identity 0:17``.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

from tests.laws.contractions import disagreement, isomorphic, pairs
from tests.laws.traps import trap
from tests.laws.trials import Trial, identity, mistake, outcome

KINDS: dict[str, Callable[[str], Trial | None]] = {"identity": identity, "mistake": mistake, "trap": trap}
#: What each kind must come to, and what it must never come to.
WANTED = {"identity": "proved", "mistake": "refuted", "trap": "refuted"}
FORBIDDEN = {"identity": "refuted", "mistake": "proved", "trap": "proved"}
TARGET = {"identity": 0.99, "mistake": 0.999, "trap": 0.9}
#: Traps hide their point, and cost NumPy more than the engine: a tenth of the trials are enough.
SHARE = {"trap": 10}


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of one trial; ``shown`` holds both sides where it was not what is wanted."""

    kind: str
    seed: str
    rules: tuple[str, ...]
    outcome: str
    seconds: float
    shown: str = ""


class OutOfTime(BaseException):
    """The alarm rang; not an `Exception`, so that nothing on the way catches it."""


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTime


def run(kind: str, seed: str, limit: float) -> Result | None:
    """One trial; None where none came of the seed."""
    trial: Trial | None = KINDS[kind](seed)
    if trial is None:
        return None
    signal.signal(signal.SIGALRM, _alarm)
    signal.setitimer(signal.ITIMER_REAL, limit)
    start = time.perf_counter()
    try:
        found = outcome(trial.verdict())
    except OutOfTime:
        found = "out of time"
    except Exception as failed:  # noqa: BLE001  a failure of the engine is a result of this run
        found = f"failed: {failed!r}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    seconds = time.perf_counter() - start
    shown = "" if found == WANTED[kind] else f"{trial.left}   against   {trial.right}"
    return Result(kind, seed, trial.rules, found, seconds, shown)


def _run(work: tuple[str, str, float]) -> Result | None:
    return run(*work)


def results(kind: str, count: int, seed: int, jobs: int, limit: float) -> Iterator[Result]:
    """``count`` results of a kind, from the seeds ``seed:0``, ``seed:1``, …"""
    work = ((kind, f"{seed}:{k}", limit) for k in itertools.count())
    if jobs == 1:
        yield from itertools.islice((r for r in map(_run, work) if r is not None), count)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        left = count
        while left > 0:  # in batches: a pool takes all of an endless iterator at once
            batch = list(itertools.islice(work, min(2000, 2 * left)))
            done = [r for r in pool.imap(_run, batch, chunksize=50) if r is not None]
            yield from done[:left]
            left -= len(done)


def report(kind: str, found: list[Result], worst: int) -> bool:
    """Print what came out; whether nothing forbidden did."""
    total = Counter(r.outcome.split(":")[0] for r in found)
    rate = total[WANTED[kind]] / len(found)
    print(f"\n{len(found)} of kind {kind}: {dict(total)}, {100 * rate:.3f} % {WANTED[kind]} (wanted {100 * TARGET[kind]:g} %)")
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for r in found:
        for rule in r.rules:
            by_rule[rule].append(r)
    rows = sorted((sum(r.outcome == WANTED[kind] for r in rs) / len(rs), rule, len(rs)) for rule, rs in by_rule.items())
    print(f"\n| rule | {WANTED[kind]} | of |\n|---|---|---|")
    for share, rule, n in rows:
        print(f"| {rule} | {100 * share:.1f} % | {n} |")
    slowest = sorted(found, key=lambda r: -r.seconds)[:5]
    print("\nslowest: " + ", ".join(f"{r.seconds:.2f} s ({r.seed}, {'+'.join(r.rules)})" for r in slowest))
    wrong = [r for r in found if r.outcome == FORBIDDEN[kind] or r.outcome.startswith("failed")]
    shortest: dict[tuple[str, ...], Result] = {}
    for r in sorted(found, key=lambda r: len(r.shown)):
        if r.shown and r not in wrong:
            shortest.setdefault(r.rules, r)
    for r in (*wrong, *itertools.islice((r for r in shortest.values() if len(r.rules) == 1), worst)):
        print(f"\n{r.outcome.upper()} {kind} {r.seed} {'+'.join(r.rules)}: {r.shown}")
    return not wrong


def contractions(count: int, seed: int) -> bool:
    """Canonical names against isomorphism by brute force; whether they agree on every pair."""
    drawn = list(itertools.islice(pairs(seed), count))
    start = time.perf_counter()
    wrong = [told for a, b in drawn if (told := disagreement(a, b))]
    seconds = time.perf_counter() - start
    equal = sum(itertools.starmap(isomorphic, drawn))
    print(
        f"\n{count} pairs of contractions, {equal} of them equal: {len(wrong)} disagreements, {1e3 * seconds / max(1, count):.2f} ms a pair"
    )
    print(*wrong, sep="\n")
    return not wrong


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description="Random identities and mistakes at length")
    parser.add_argument("--count", type=int, default=100_000, help="trials of each kind, of traps a tenth")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--contractions", type=int, default=10_000, help="pairs of contractions")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--seconds", type=float, default=20, help="time limit of a trial")
    parser.add_argument("--worst", type=int, default=40, help="how many of the undecided are printed, the shortest of each rule")
    parser.add_argument("--only", nargs=2, metavar=("KIND", "SEED"), help="one trial, with its verdict")
    asked = parser.parse_args()
    if asked.only:
        trial = KINDS[asked.only[0]](asked.only[1])
        print(trial and f"{trial.rules}\n{trial.left}\n{trial.right}\n{trial.verdict()}")
        return
    good = [
        report(kind, list(results(kind, asked.count // SHARE.get(kind, 1), asked.seed, asked.jobs, asked.seconds)), asked.worst)
        for kind in KINDS
    ]
    good.append(contractions(asked.contractions, asked.seed))
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
