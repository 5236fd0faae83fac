"""Judgements as plain data, for JSON."""

from __future__ import annotations

from typing import Any

from symderiv.core.text import Source
from symderiv.derive.formula import shown
from symderiv.grading.findings import Finding, JudgedStep, Judgement
from symderiv.writing.latex import latex


def finding_record(f: Finding, source: Source) -> dict[str, Any]:
    """A finding as a JSON object."""
    out: dict[str, Any] = {"rule": f.rule, "message": f.message}
    if f.span is not None:
        out["span"] = [f.span.start, f.span.end]
        out["text"] = source.text[f.span.start : f.span.end]
    if f.repair:
        out["right_if_read_as"] = f.repair
    if f.hint:
        out["hint"] = f.hint
    if f.kind:
        out["kind"] = f.kind
    if f.mistake:
        out["mistake"] = f.mistake
    if f.witness is not None:
        out["witness"] = {"values": dict(f.witness.assignments), "yours": f.witness.right, "key": f.witness.left}
        if f.witness.component:
            out["witness"]["entry"] = list(f.witness.component)
    return out


def step_record(step: JudgedStep) -> dict[str, Any]:
    """A judged step as a JSON object."""
    out: dict[str, Any] = {"line": step.line, "status": step.outcome}
    if step.rules:
        out["rule"] = ", ".join(step.rules)
    if step.differs:
        out["differs"] = step.differs
    if step.carried:
        out["carried"] = True
    return out


def readings_latex(judged: Judgement) -> str:
    """How an answer was read, printed again from what was understood."""
    return "; ".join(latex(shown(v)) for v in judged.readings)
