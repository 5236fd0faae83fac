"""A derivation as a file."""

from __future__ import annotations

from pathlib import Path

from symderiv.core.problems import AuthorProblem
from symderiv.report.model import SolutionReport
from symderiv.report.render import render

#: What each suffix is written as.
_FORMS = {".tex": "latex", ".json": "json", ".txt": "unicode", ".pdf": "typst"}


def save(path: Path, report: SolutionReport) -> None:
    """Write a report. Raises `AuthorProblem` for a suffix that stands for nothing, or a place that cannot be written."""
    from symderiv import typeset

    form = _FORMS.get(path.suffix.lower())
    if form is None:
        raise AuthorProblem(f"`{path.name}` ends in none of {', '.join(_FORMS)}")
    text = render(report, form, typeset.template_loader(None))
    data = typeset.typst_pdf(text) if form == "typst" else text.encode()
    try:
        path.write_bytes(data)
    except OSError as error:
        raise AuthorProblem(f"cannot write `{path}`: {(error.strerror or str(error)).lower()}") from error
