"""The edge that makes PDFs: Typst by its wheel, LaTeX by a system's TeX in a folder of its own, files attached and read back.

The same source gives the same bytes: no clock, no random identifier.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import jinja2

from symderiv.core.problems import AuthorProblem

#: Seconds that one run of TeX may take.
TEX_SECONDS = 60
_TEX = ("pdflatex", "lualatex", "tectonic")


class TypesettingFailed(Exception):
    """No PDF came out, with what the typesetter said."""


def template_loader(folder: Path | None) -> jinja2.BaseLoader:
    """Our templates, or those of a folder, file by file, with ours behind them."""
    here = Path(__file__).parent
    ours = [p for p in (here / "templates", here.parent / "templates") if p.is_dir()]
    if folder is not None and not folder.is_dir():
        raise AuthorProblem(f"the folder of templates `{folder}` does not exist")
    return jinja2.FileSystemLoader([*([folder] if folder is not None else []), *ours])


def typst_pdf(source: str) -> bytes:
    """A PDF by Typst. It reads nothing but its source and the fonts in its wheel."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        try:
            pdf = typst.Compiler(root=folder, ignore_system_fonts=True).compile(source.encode(), timestamp=0)
        except RuntimeError as error:
            raise TypesettingFailed(f"Typst: {error}") from error
    if not isinstance(pdf, bytes):
        raise TypesettingFailed("Typst gave no PDF")
    return pdf


def latex_pdf(source: str) -> bytes:
    """A PDF by the first TeX that the system has. Raises `TypesettingFailed`."""
    engine = next((e for e in _TEX if shutil.which(e)), None)
    if engine is None:
        raise TypesettingFailed(f"no TeX is installed (looked for {', '.join(_TEX)})")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "report.tex").write_text(source, encoding="utf-8")
        command = (
            [engine, "--untrusted", "report.tex"]
            if engine == "tectonic"
            else [engine, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "report.tex"]
        )
        environment = {
            **os.environ,
            "openout_any": "p",
            "openin_any": "p",
            "SOURCE_DATE_EPOCH": "0",
            "FORCE_SOURCE_DATE": "1",
            "TEXMFOUTPUT": folder,
        }
        for _ in range(1 if engine == "tectonic" else 2):
            try:
                run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=TEX_SECONDS, check=False)  # noqa: S603
            except subprocess.TimeoutExpired as late:
                raise TypesettingFailed(f"{engine} did not end within {TEX_SECONDS} s") from late
            if run.returncode:
                raise TypesettingFailed(f"{engine}: {_complaint(run.stdout.decode('utf-8', 'replace'))}")
        made = Path(folder) / "report.pdf"
        if not made.is_file():
            raise TypesettingFailed(f"{engine} ended without a PDF")
        return made.read_bytes()


def _complaint(log: str) -> str:
    lines = [line for line in log.splitlines() if re.match(r"!|l\.\d+", line)]
    return "; ".join(lines[:3]) or log.strip()[-200:]


def attach(pdf: bytes, files: Mapping[str, bytes]) -> bytes:
    """The PDF with files attached."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for name, content in sorted(files.items()):
        writer.add_attachment(name, content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files that a PDF carries."""
    from pypdf import PdfReader

    return {name: contents[0] for name, contents in PdfReader(io.BytesIO(pdf)).attachments.items()}
