"""From a report's records to a document: LaTeX, Typst or Markdown by a template, plain text or JSON without one.

Templates hold layout and nothing else; every text passes a filter that escapes it (`text`, `lines`), every formula one that
prints it (`math`, `display`), so nothing that a person wrote can become markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jinja2

from symderiv.core.problems import AuthorProblem
from symderiv.report.escape import latex_bookmark, latex_columns, latex_line, latex_text, markdown_text, typst_line, typst_text
from symderiv.report.lines import broken, columns, wrapped
from symderiv.report.markdown import markdown
from symderiv.report.model import ClassReport, FeedbackReport, SolutionReport
from symderiv.report.plain import Report, plain_json, plain_text
from symderiv.writing.latex import latex
from symderiv.writing.notation import Notation, Prose
from symderiv.writing.typst import quoted, typst


@dataclass(frozen=True, slots=True)
class _Engine:
    suffix: str
    text: Callable[[str], str]
    line: Callable[[str], str]
    columns: Callable[[str], int]
    bookmark: Callable[[str], str]
    math: Callable[[Notation], str]
    inline: str


_ENGINES = {
    "latex": _Engine(".tex.j2", latex_text, latex_line, latex_columns, latex_bookmark, latex, r"\({}\)"),
    "typst": _Engine(".typ.j2", typst_text, typst_line, columns, quoted, typst, "${}$"),
    "markdown": _Engine(".md.j2", markdown_text, str, columns, markdown_text, latex, "${}$"),
}
_NAMES: dict[type, str] = {SolutionReport: "solution", FeedbackReport: "feedback", ClassReport: "summary"}


def render(report: Report, engine: str, loader: jinja2.BaseLoader) -> str:
    """The document's source: ``latex``, ``typst`` or ``markdown``; ``unicode`` for a terminal, ``json`` for programs.

    Raises `AuthorProblem` where a template is missing or broken.
    """
    if engine == "unicode":
        return plain_text(report)
    if engine == "markdown" and isinstance(report, SolutionReport):
        return markdown(report)
    if engine == "json":
        return plain_json(report)
    kind = _ENGINES[engine]
    return _document(_NAMES[type(report)] + kind.suffix, kind, loader, report=report)


def answer_sheet(report: SolutionReport, file: str, loader: jinja2.BaseLoader) -> str:
    """The LaTeX file that students write their answers into, called ``file``: what is given and asked, and a place for each answer."""
    kind = _ENGINES["latex"]
    return _document("answers" + kind.suffix, kind, loader, report=report, file=file)


def _letters(number: str) -> str:
    """A part's number as a name of TeX has to be, of letters alone: 1.2 is AxB."""
    return "".join(
        chr(ord("A") + int(c) - 1) if c in "123456789" else "x" if c == "." else "Z" if c == "0" else c for c in number
    )


def _path(name: str) -> str:
    """A file's name that TeX can look for: without signs that mean something there."""
    return "".join(c for c in name if c.isascii() and (c.isalnum() or c in ".-+"))


def _document(name: str, kind: _Engine, loader: jinja2.BaseLoader, **said: object) -> str:
    environment = jinja2.Environment(
        loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        block_start_string="<%", block_end_string="%>", variable_start_string="<<", variable_end_string=">>",
        comment_start_string="<#", comment_end_string="#>", autoescape=False,  # noqa: S701  the filters escape for TeX and Typst
    )  # fmt: skip
    environment.filters.update(_filters(kind))
    try:
        return environment.get_template(name).render(**said)
    except jinja2.TemplateNotFound as missing:
        raise AuthorProblem(f"the template {missing.name} is missing") from missing
    except UnicodeDecodeError as strange:
        raise AuthorProblem(f"the template {name}, or one that it includes, is no UTF-8 text") from strange
    except jinja2.TemplateError as broken:
        line = getattr(broken, "lineno", None)
        place = f" in line {line}" if line else ""
        raise AuthorProblem(f"the template {name} is broken{place}: {broken}") from broken


def _filters(kind: _Engine) -> dict[str, Callable[..., Any]]:
    def spaced(part: str) -> str:
        """The text with the space that sets it off from the formulas beside it, whatever the filter makes of space at an end."""
        text = kind.text(part).strip()
        return " " * part[:1].isspace() + text + " " * (part[-1:].isspace() and bool(text))

    def prose(parts: Prose) -> str:
        return "".join(spaced(p) if isinstance(p, str) else kind.inline.format(kind.math(p)) for p in parts)

    def sentence(parts: Prose | str) -> str:
        return prose(_sentence((parts,) if isinstance(parts, str) else parts))

    def lines(text: str) -> list[str]:
        return [kind.line(line) for line in wrapped(text, cost=kind.columns)]

    def display(formula: Notation) -> str:
        return kind.math(broken(formula))

    return {
        "text": kind.text, "math": kind.math, "prose": prose, "lines": lines, "sentence": sentence, "display": display,
        "letters": _letters, "path": _path, "bookmark": kind.bookmark, "word": lambda text: "".join(c for c in text if c.isascii() and c.isalpha()),
    }  # fmt: skip


def _opens_with_a_word(text: str) -> bool:
    """Whether a text opens with a word in small letters, and not with a letter of a formula: ``a`` is one before a noun, and none before ``is``."""
    head, _, rest = text.partition(" ")
    head, following = head.rstrip(",;:."), rest.partition(" ")[0]
    return (
        head.isalpha() and head.islower() and (len(head) > 1 or (head == "a" and following[:3].isalpha() and len(following) > 2))
    )


def _sentence(parts: Prose) -> Prose:
    """Prose with a capital at its start, where that is a word, and a full stop at its end."""
    if not parts:
        return parts
    first, last = parts[0], parts[-1]
    if isinstance(first, str) and _opens_with_a_word(first):
        parts = (first[0].upper() + first[1:], *parts[1:])
    return parts if isinstance(last, str) and last.rstrip().endswith((".", "!", "?", ":")) else (*parts, ".")
