"""An instructor's deductions: which of them is for which mistake, and whether there are mistakes of such a name.

A deduction is for the mistake of its name, or for all in whose names its own stands as words: ``sign`` is for ``sign of one term`` and for
``signs of several terms`` too, and the longest that fits counts. What findings say without naming a mistake stands for itself alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symderiv.assignments.records import Assignment, Part
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.mistakes.diagnosis import MISTAKES
from symderiv.mistakes import blocks, forms

#: What findings say without naming a mistake of mathematics.
RULES = (
    "wrong", "wrong step", "wrong reason", "wrong verdict", "wrong condition", "wrong example", "missing part", "missing step", "ill-typed block",
    "not general",
)  # fmt: skip
#: Every name that a deduction may have in full.
NAMED = tuple(sorted({*forms.NAMES, *blocks.NAMES, *RULES, *(m.name for m in MISTAKES)}))


def amount(mistake: str, deductions: Mapping[str, Fraction]) -> Fraction | None:
    """What a mistake costs, or None where no deduction is for it."""
    fitting = [name for name in deductions if name == mistake or (name not in RULES and _stands_in(name, mistake))]
    return deductions[max(fitting, key=len)] if fitting else None


def _stands_in(name: str, mistake: str) -> bool:
    """Whether a name stands in a longer one as words, in the singular or the plural."""
    words, wanted = ([w.removesuffix("s") for w in text.split()] for text in (mistake, name))
    return any(words[k : k + len(wanted)] == wanted for k in range(len(words) - len(wanted) + 1))


def check(assignment: Assignment, part: Part) -> None:
    """Raise `AuthorProblem` for a deduction that no mistake could ever cost."""
    for name, _ in part.deductions:
        if _is_idle(name):
            meant = nearest(name, NAMED)
            hint = f"did you mean `{meant}`?" if meant else "docs/grading.md lists the names"
            raise AuthorProblem(f"no mistake is called `{name}`", part.place("deductions"), assignment.source, hint)


def _is_idle(name: str) -> bool:
    """Whether a deduction of this name is for no mistake that there is."""
    return all(amount(mistake, {name: Fraction(1)}) is None for mistake in NAMED)
