"""From a report's records to a document: LaTeX or Typst by a template, plain text or JSON without one.

Templates hold layout and nothing else; every text passes a filter that escapes it (`text`, `lines`), every formula one that prints it
(`math`), so nothing that a person wrote can become markup.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jinja2

from symderiv.core.problems import AuthorProblem
from symderiv.report.escape import latex_text, typst_text
from symderiv.report.model import FeedbackReport, SolutionReport
from symderiv.report.plain import plain_json, plain_text
from symderiv.writing.latex import latex
from symderiv.writing.notation import Notation, Prose
from symderiv.writing.typst import typst

#: Longest line of verbatim text on a page.
WIDTH = 86


@dataclass(frozen=True, slots=True)
class _Engine:
    suffix: str
    text: Callable[[str], str]
    math: Callable[[Notation], str]
    inline: str


_ENGINES = {
    "latex": _Engine(".tex.j2", latex_text, latex, r"\({}\)"),
    "typst": _Engine(".typ.j2", typst_text, typst, "${}$"),
}
_NAMES: dict[type, str] = {SolutionReport: "solution", FeedbackReport: "feedback"}


def render(report: SolutionReport | FeedbackReport, engine: str, loader: jinja2.BaseLoader) -> str:
    """The document's source: ``latex`` or ``typst``; ``unicode`` for a terminal, ``json`` for programs.

    Raises `AuthorProblem` where a template is missing or broken.
    """
    if engine == "unicode":
        return plain_text(report)
    if engine == "json":
        return plain_json(report)
    kind = _ENGINES[engine]
    name = _NAMES[type(report)] + kind.suffix
    environment = jinja2.Environment(
        loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        block_start_string="<%", block_end_string="%>", variable_start_string="<<", variable_end_string=">>",
        comment_start_string="<#", comment_end_string="#>", autoescape=False,  # noqa: S701  the filters escape for TeX and Typst
    )  # fmt: skip
    environment.filters.update(_filters(kind))
    try:
        return environment.get_template(name).render(report=report)
    except jinja2.TemplateNotFound as missing:
        raise AuthorProblem(f"the template {missing.name} is missing") from missing
    except jinja2.TemplateError as broken:
        line = getattr(broken, "lineno", None)
        place = f" in line {line}" if line else ""
        raise AuthorProblem(f"the template {name} is broken{place}: {broken}") from broken


def _filters(kind: _Engine) -> dict[str, Callable[..., Any]]:
    def prose(parts: Prose) -> str:
        return "".join(kind.text(p) if isinstance(p, str) else kind.inline.format(kind.math(p)) for p in parts)

    def lines(text: str) -> list[str]:
        return [kind.text(line) for line in wrapped(text)]

    return {"text": kind.text, "math": kind.math, "prose": prose, "lines": lines}


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    """The lines of a text, long ones broken between words where that is possible; control characters made visible."""
    out: list[str] = []
    for line in text.expandtabs(4).splitlines() or [""]:
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
        pieces = textwrap.wrap(shown, width, drop_whitespace=False, replace_whitespace=False, break_long_words=True)
        out.extend(pieces or [""])
    return out
