"""How values look: LaTeX and Markdown in a notebook, Unicode in a terminal.

Text of a user stands in HTML or Markdown escaped, out of reach of MathJax; formulas are printed from what was understood.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from symderiv.core.problems import AuthorProblem
from symderiv.report.lines import broken
from symderiv.writing.latex import latex
from symderiv.writing.notation import Notation, Prose
from symderiv.writing.unicode import unicode, unicode_block


class Shown:
    """Something with a look. Subclasses say which; IPython, Jupyter and `print` find the rest here."""

    __slots__ = ()

    def _look(self) -> Notation:
        raise NotImplementedError

    def latex(self) -> str:
        """The formula as LaTeX, without dollar signs."""
        return latex(self._look())

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {latex(broken(self._look()))}$"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else unicode_block(self._look()))

    def __str__(self) -> str:
        return unicode(self._look())

    def __repr__(self) -> str:
        return unicode_block(self._look())


def formula_html(look: Notation) -> str:
    """A formula that MathJax sets."""
    return f"$\\displaystyle {html.escape(latex(broken(look)), quote=False)}$"


def text_html(text: str) -> str:
    """Text as it is: no markup in it and no mathematics."""
    return f'<span class="tex2jax_ignore mathjax_ignore">{html.escape(text)}</span>'


def formula_markdown(look: Notation) -> str:
    """A formula for a notebook's Markdown, safe in a table: bars are spelled out, for a table's cells end at bars."""
    text = latex(broken(look)).replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    return f"$\\displaystyle {text}$"


def text_markdown(text: str) -> str:
    """Text as it is: no markup in it and no mathematics."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", html.escape(text, quote=False)).replace("\n", " ")


def prose_markdown(parts: Prose) -> str:
    """Text with formulas in it."""
    return "".join(text_markdown(p) if isinstance(p, str) else formula_markdown(p) for p in parts)


def table_markdown(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table whose cells are Markdown already."""
    lines = [head, (":--",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def no_truth(what: str, instead: str) -> AuthorProblem:
    """The problem of asking a result for its truth: it has more than two values."""
    return AuthorProblem(f"{what} is not true or false", hint=instead)
