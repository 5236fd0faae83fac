"""What is said of an answer: the status, the findings with carets into its text, the witness."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from symderiv.core.results import Refuted, Undecided, Witness
from symderiv.core.text import Source
from symderiv.derive.formula import shown
from symderiv.explore.display import formula_html, no_truth, text_html
from symderiv.explore.values import Value, difference
from symderiv.grading.findings import Finding, Judgement, Status
from symderiv.grading.judge import judge
from symderiv.reading.asks import Asked
from symderiv.report.witnesses import witness_lines
from symderiv.writing.unicode import unicode

#: How a status looks: a mark, and a colour that is read on light and dark ground.
_MARKS = {"correct": ("✓", "#2e8540"), "partial": ("◐", "#b8860b"), "incorrect": ("✗", "#c0392b")}


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """The judgement on one answer.

    ``status`` is ``correct`` (proved), ``incorrect`` (disproved, with a `witness`), ``partial``, ``review`` (a person must look) or
    ``unreadable``; ``how`` says by what.
    """

    judgement: Judgement
    source: Source

    @property
    def status(self) -> Status:
        """One word."""
        return self.judgement.status

    @property
    def how(self) -> str:
        """By what: ``proved``, ``disproved``, ``right if repaired``, …"""
        return self.judgement.how

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is off, each with its place in the answer."""
        return self.judgement.findings

    @property
    def witness(self) -> Witness | None:
        """Values of every symbol at which the answer differs from the key, enclosed rigorously."""
        return next((f.witness for f in self.findings if f.witness is not None), None)

    def __bool__(self) -> bool:
        raise no_truth("the judgement on an answer", 'ask .status == "correct"')

    def __str__(self) -> str:
        out = [f"{self._mark()[0]} {self.status}: {self.how}"]
        out += [f"  read as   {unicode(shown(v))}" for v in self.judgement.readings]
        for f in self.findings:
            out.append(f"  - {f.message}")
            if f.span is not None:
                out.append(textwrap.indent(f.excerpt(self.source), " " * 6))
            out += [f"    right if read as  {' '.join(f.repair.split())}"] if f.repair else []
            out += [f"    hint: {f.hint}"] if f.hint else []
            out += [f"    {w}" for w in (witness_lines(f.witness) if f.witness is not None else ())]
        return "\n".join(out)

    __repr__ = __str__

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else str(self))

    def _repr_html_(self) -> str:
        mark, colour = self._mark()
        out = [f'<div><b style="color:{colour}">{mark} {self.status}</b> {text_html(self.how)}</div>']
        out += [f"<div>read as {formula_html(shown(v))}</div>" for v in self.judgement.readings]
        for f in self.findings:
            lines = [f"<div>{text_html(f.message)}</div>"]
            if f.span is not None:
                lines.append(f'<pre style="margin:0;font-family:monospace">{text_html(f.excerpt(self.source))}</pre>')
            lines += [f"<div>right if read as <code>{text_html(' '.join(f.repair.split()))}</code></div>"] if f.repair else []
            lines += [f"<div>hint: {text_html(f.hint)}</div>"] if f.hint else []
            lines += [
                f"<div><small>{text_html(w)}</small></div>" for w in (witness_lines(f.witness) if f.witness is not None else ())
            ]
            out.append(f'<div style="margin-left:1em;margin-top:.4em">{"".join(lines)}</div>')
        return "".join(out)

    def _mark(self) -> tuple[str, str]:
        return _MARKS.get(self.status, ("?", "#2c6fbb"))


def checked_text(asked: Asked, answer: str) -> Checked:
    """An answer in LaTeX, judged as a student's is."""
    source = Source(answer, "answer")
    return Checked(judge(asked, source), source)


def checked_value(ours: Value, theirs: object) -> Checked:
    """An answer that was built, not written: nothing in it has to be read, so it is decided at once."""
    verdicts = difference(ours, theirs)
    refuted = [v.witness for v in verdicts if isinstance(v, Refuted)]
    source = Source(str(theirs), "answer")
    if refuted:
        whole = len(refuted) == len(verdicts)
        findings = tuple(Finding("wrong", "this differs from the key", None, w) for w in refuted)
        return Checked(Judgement("incorrect" if whole else "partial", "disproved", findings), source)
    undecided = [v for v in verdicts if isinstance(v, Undecided)]
    if undecided:
        findings = tuple(Finding("unknown", v.why) for v in undecided)
        return Checked(Judgement("review", "needs a person", findings), source)
    return Checked(Judgement("correct", "proved"), source)
