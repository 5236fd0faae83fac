"""The queue of answers that a person must look at, each distinct one once, and the page that shows it.

The page is one file that works from a disk without a network: the student's text beside what was understood (MathML), buttons, and a download of
the decisions. Whatever is in it was escaped by the template; its policy lets nothing else run or load.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jinja2

from symderiv.assignments.records import Assignment
from symderiv.classroom.answers import Decision
from symderiv.classroom.store import Record

PAGE = "review.html"
#: More students of one answer are counted, not listed.
_LISTED = 12


@dataclass(slots=True)
class Queued:
    """An answer in the queue: whose it is, how it stands, and what was decided about it before."""

    answer: str
    part: str
    title: str
    of: str
    status: str
    how: str
    points: str
    text: str
    mathml: tuple[str, ...]
    findings: tuple[Mapping[str, Any], ...]
    students: list[str] = field(default_factory=list)
    decision: Decision | None = None

    @property
    def listed(self) -> str:
        """The students by name, a long list cut."""
        more = len(self.students) - _LISTED
        return ", ".join(self.students[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def queue(
    assignment: Assignment, records: Iterable[Record], decisions: Mapping[str, Decision], *, every: bool = False
) -> list[Queued]:
    """The answers that wait and those decided before (or every answer), by part and by how many gave them."""
    titles = {part.number: part for _, part in assignment.parts()}
    found: dict[str, Queued] = {}
    for record in records:
        for p in record["parts"]:
            if not p["answer"] or not (every or p["status"] in ("review", "unreadable") or p["answer"] in decisions):
                continue
            if p["answer"] not in found:
                part = titles[p["part"]]
                found[p["answer"]] = Queued(
                    p["answer"], p["part"], part.title, f"{float(part.points):g}", p["status"], p["how"], f"{p['points']:g}", p["text"],
                    tuple(p.get("mathml", ())), tuple(p["findings"]), decision=decisions.get(p["answer"]),
                )  # fmt: skip
            found[p["answer"]].students.append(record["name"])
    order = list(titles)
    return sorted(found.values(), key=lambda q: (order.index(q.part), -len(q.students), q.answer))


def unreadable(records: Iterable[Record]) -> list[tuple[str, str]]:
    """The submissions of which nothing could be read, with the reason: for these a student has to hand in again."""
    out = []
    for record in records:
        if record["parts"] and all(not p["answer"] and p["status"] == "unreadable" for p in record["parts"]):
            findings = record["parts"][0]["findings"]
            out.append((record["name"], findings[0]["message"] if findings else record["parts"][0]["how"]))
    return out


def page(assignment: Assignment, waiting: list[Queued], lost: list[tuple[str, str]], loader: jinja2.BaseLoader) -> str:
    """The page."""
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    script = environment.loader.get_source(environment, "review.js")[0] if environment.loader else ""
    style = environment.loader.get_source(environment, "review.css")[0] if environment.loader else ""
    policy = f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:"
    key = hashlib.sha256(assignment.source.text.encode()).hexdigest()[:16]
    return environment.get_template("review.html.j2").render(
        title=assignment.title, queue=waiting, lost=lost, script=script, style=style, policy=policy, key=key
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
