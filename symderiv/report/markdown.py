"""A worked solution as Markdown, formulas between dollars, as code hosts and notebooks show it."""

from __future__ import annotations

import re

from symderiv.report.lines import broken
from symderiv.report.model import PartSolution, SolutionReport
from symderiv.writing.latex import latex
from symderiv.writing.notation import Notation, Prose

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>$#|~])")


def markdown(report: SolutionReport) -> str:
    """The whole solution."""
    out = [f"# {text(report.title)}", ""]
    if report.note:
        out += [text(report.note), ""]
    for q in report.questions:
        out += [f"## {text(f'{q.number} {q.title}'.strip())}", ""]
        for g in q.given:
            out += display(g)
        for p in q.parts:
            out += _part(p)
    return "\n".join(out).rstrip() + "\n"


def text(words: str) -> str:
    """Words with nothing in them that Markdown would take for its own."""
    return _SPECIAL.sub(r"\\\1", words)


def sentence(parts: Prose) -> str:
    """Prose with its formulas."""
    return "".join(text(p) if isinstance(p, str) else f"${latex(p)}$" for p in parts)


def display(formula: Notation) -> list[str]:
    """A formula on lines of its own."""
    return ["```math", latex(broken(formula)), "```", ""]


def _part(p: PartSolution) -> list[str]:
    out = [f"## {text(f'{p.number} {p.title}')}" + (f" ({text(p.points)})" if p.points else ""), ""]
    for a in p.ask:
        out += [f"*{sentence(a)}*", ""]
    for k, step in enumerate(p.steps, 1):
        why = sentence(step.because)
        out += [f"{k}\\. **{text(step.rule)}**" + (f": {why}" if why else ""), ""]
        for f in step.formulas:
            out += display(f)
    if p.result or p.decision:
        out += ["**Result**", ""]
    for f in p.result:
        out += display(f)
    if p.decision:
        out += [sentence(p.decision), ""]
    for title, proses in (("Holds where", p.holds_under), ("Certificate", p.certificate)):
        if proses:
            out += [f"**{title}**", "", *(f"- {sentence(x)}" for x in proses), ""]
    for c in p.checks:
        out += [
            f"- {text(c.what)} at {text(c.size)}: {text(c.ours)} against {text(c.oracle)}, difference {text(c.difference)}",
            "",
        ]
    for r in p.remarks:
        out += [f"**{text(r.rule)}** {sentence(r.because)}", ""]
        for f in r.formulas:
            out += display(f)
    return out
