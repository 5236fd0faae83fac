"""What was handed in, as text. A PDF is read by the source it carries, then by a source file beside it; its text layer garbles mathematics."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source
from symderiv.reading.notebook import SUFFIX, notebook_text

SOURCE_SUFFIXES = (".tex", ".md", ".mmd", ".txt", ".ipynb")


class Unreadable(Exception):
    """A document in which nothing can be read."""


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file's name and what it holds."""

    name: str
    data: bytes


def document(handed: HandedFile, beside: Sequence[HandedFile] = ()) -> tuple[Source, str]:
    """The text of a document, and a note on where it was found (empty: in the file itself). Raises `Unreadable`."""
    if not handed.data.strip():
        raise Unreadable(f"{handed.name}: the file is empty")
    if not _is_pdf(handed):
        return _plain(handed), ""
    why = "this PDF carries no source, and its text layer garbles mathematics"
    try:
        carried = _attached(handed)
    except Unreadable as broken:
        carried, why = [], str(broken).partition(": ")[2]
    for suffix in SOURCE_SUFFIXES:
        for inner in carried:
            if inner.name.endswith(suffix):
                return _cells(Source(inner.data.decode("utf-8", errors="replace"), f"{handed.name}/{inner.name}")), ""
    for suffix in SOURCE_SUFFIXES:
        for sibling in beside:
            if sibling.name.endswith(suffix):
                return _plain(sibling), f"reading `{sibling.name}` beside the PDF"
    raise Unreadable(
        f"{handed.name}: {why}\n"
        f"    hint: put the {', '.join(SOURCE_SUFFIXES[:-1])} or {SOURCE_SUFFIXES[-1]} file it was made from beside it"
    )


def _is_pdf(handed: HandedFile) -> bool:
    return handed.name.lower().endswith(".pdf") or handed.data.startswith(b"%PDF-")


def _plain(handed: HandedFile) -> Source:
    try:
        text = handed.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{handed.name}: this is no UTF-8 text") from error
    if "\0" in text:
        raise Unreadable(f"{handed.name}: this is no text")
    return _cells(Source(text, handed.name))


def _cells(source: Source) -> Source:
    """A document's text; of a notebook its text cells."""
    if not source.name.lower().endswith(SUFFIX):
        return source
    try:
        return notebook_text(source)
    except AnswerProblem as problem:
        raise Unreadable(f"{source.name}: {problem.message}") from problem


def _attached(handed: HandedFile) -> list[HandedFile]:
    """The files that a PDF carries. A file that a student made up may break the reader in any way: then it is unreadable."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on how a PDF was written help no one here
    try:
        found = PdfReader(io.BytesIO(handed.data)).attachments.items()
        return [HandedFile(name, bytes(contents[0])) for name, contents in found]
    except Exception as error:  # what pypdf raises on a broken file is not only its own kind of error
        raise Unreadable(f"{handed.name}: this is no PDF that can be read ({error})") from error
