"""A checker for a process that does nothing else than check records."""

from __future__ import annotations

import gc
import time

from symderiv.grading.records import Checker

#: Allocations between two collections of garbage: a record makes many short-lived terms, hardly any of them in cycles.
_ALLOCATIONS = 20_000


def warm_checker(explain: bool) -> Checker:
    """A checker with a clock. What is loaded stays for the life of the process, so that collections of garbage pass it by."""
    checker = Checker(time.perf_counter, explain)
    settle()
    return checker


def settle() -> None:
    """Tell the collector of garbage that what is loaded so far stays."""
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)
