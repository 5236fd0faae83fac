"""The page of all divergences: which ordered pairs have a closed form, under which conditions, which are infinite and why, which have no rule."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from symderiv.derive.formula import shown
from symderiv.distributions.pairs import Pair, Status, pairs
from symderiv.distributions.registry import names
from symderiv.report.markdown import sentence, text
from symderiv.report.solution import prose

_OPENING = """# Divergences of all pairs

KL(q ‖ p) for every ordered pair of families, made by `symderiv catalogue --pages docs/catalogue` from the densities alone. Parameters of p carry
the number 2; sizes and whole numbers, such as a number of trials, are those of q. *No rule* says that nothing was derived, and nothing is
claimed. What torch.distributions says otherwise is listed [here](../distributions.md#differences-to-torchdistributions).
"""


def divergence_table() -> str:
    """The page as Markdown."""
    known = pairs()
    by_q = [(q, list(found)) for q, found in groupby(known, lambda x: x.q)]
    out = [_OPENING, *_counts(known), "", "## By q", "", "| q | " + " | ".join(Status) + " |", "|---" * (len(Status) + 1) + "|"]
    for q, found in by_q:
        cells = (", ".join(_name(x.p) for x in found if x.status is s) for s in Status)
        out.append(f"| {_link(q)} | " + " | ".join(cells) + " |")
    out += ["", "## Closed forms and reasons", ""]
    for q, found in by_q:
        closed = [x for x in found if x.found is not None and x.found.value is not None]
        out += [f"### {_name(q)}", "", *map(_line, closed), *_reasons(q, [x for x in found if x not in closed]), ""]
    return "\n".join(out).rstrip() + "\n"


def _counts(known: Sequence[Pair]) -> list[str]:
    every = len(names()) ** 2
    rows = [f"| {s} | {sum(x.status is s for x in known)} |" for s in Status]
    return ["| of all pairs | number |", "|---|---|", *rows, f"| on different spaces | {every - len(known)} |"]


def _name(name: str) -> str:
    return text(name.replace("_", " "))


def _link(name: str) -> str:
    return f"[{_name(name)}](distribution-{name.replace('_', '-')}.md)"


def _line(x: Pair) -> str:
    assert x.found is not None
    assert x.found.value is not None
    needed = " and ".join(sentence(prose(c.remark())) for c in x.found.conditions)
    return f"- ‖ {_name(x.p)}: {sentence((shown(x.found.value),))}" + (f", where {needed}" if needed else "")


def _reasons(q: str, left: Sequence[Pair]) -> list[str]:
    """One line for each reason why there is no closed form, with the families for which it is the reason."""
    by_reason: dict[tuple[Status, str], list[str]] = {}
    for x in left:
        why = " ".join("q" if w == q else "p" if w == x.p else w for w in x.why.split())
        by_reason.setdefault((x.status, why), []).append(_name(x.p))
    return [f"- *{status}*, since {text(why)}: {', '.join(names)}" for (status, why), names in sorted(by_reason.items())]
