"""What was handed in, as text. A PDF is read by the source it carries, then by a source file beside it; its text layer garbles mathematics."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence

from symderiv.classroom.handed_in import SOURCE_SUFFIXES, HandedFile, Unreadable
from symderiv.core.problems import AnswerProblem
from symderiv.core.text import Source
from symderiv.reading.cleaning import cleaned
from symderiv.reading.notebook import SUFFIX, notebook_text
from symderiv.reading.segments import is_latex

_HAND_IN = f"hand in one of .pdf, {', '.join(SOURCE_SUFFIXES)}"


def document(handed: HandedFile, beside: Sequence[HandedFile] = ()) -> tuple[Source, str]:
    """The text of a document, and a note on where it was found (empty: in the file itself). Raises `Unreadable`.

    A file without a name is none.
    """
    if not handed.name:
        raise Unreadable("there is no document among the files", _HAND_IN)
    if not handed.data.strip():
        raise Unreadable(f"{handed.name}: the file is empty, or too large, or cannot be opened", "hand it in again")
    if not _is_pdf(handed):
        return _plain(handed), ""
    why = "this PDF carries no source, and its text layer garbles mathematics"
    try:
        carried = _attached(handed)
    except Unreadable as broken:
        carried, why = [], broken.message.partition(": ")[2]
    for suffix in SOURCE_SUFFIXES:
        for inner in carried:
            if inner.name.endswith(suffix):
                return _plain(HandedFile(f"{handed.name}/{inner.name}", inner.data)), ""
    for suffix in SOURCE_SUFFIXES:
        for sibling in beside:
            if sibling.name.endswith(suffix):
                return _plain(sibling), f"reading `{sibling.name}` beside the PDF"
    raise Unreadable(
        f"{handed.name}: {why}",
        f"put the {', '.join(SOURCE_SUFFIXES[:-1])} or {SOURCE_SUFFIXES[-1]} file it was made from beside it",
    )


def _is_pdf(handed: HandedFile) -> bool:
    return handed.name.lower().endswith(".pdf") or handed.data.startswith(b"%PDF-")


def _plain(handed: HandedFile) -> Source:
    text = decoded(handed.data)
    if text is None:
        raise Unreadable(f"{handed.name}: this is no text", _HAND_IN)
    return _cells(Source(text, handed.name))


def decoded(data: bytes) -> str | None:
    """Bytes as text: UTF-8, UTF-16 with its mark or as its zeros tell, else what Windows writes in the west. None for what is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif len(data) > 8 and 3 * data[:400].count(0) > len(data[:400]):
        encoding = "utf-16-le" if data[1:400:2].count(0) > data[0:400:2].count(0) else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    for name in (encoding, "cp1252"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(text):
            return text
    return None


_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1b]")


def _cells(source: Source) -> Source:
    """A document's text; of a notebook its text cells."""
    try:
        source = notebook_text(source) if source.name.lower().endswith(SUFFIX) else source
    except AnswerProblem as problem:
        raise Unreadable(f"{source.name}: {problem.message}") from problem
    return Source(cleaned(source.text, is_latex(source)), source.name)


def _attached(handed: HandedFile) -> list[HandedFile]:
    """The files that a PDF carries. A file that a student made up may break the reader in any way: then it is unreadable."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on how a PDF was written help no one here
    try:
        found = PdfReader(io.BytesIO(handed.data)).attachments.items()
        return [HandedFile(name, bytes(contents[0])) for name, contents in found]
    except Exception as error:  # what pypdf raises on a broken file is not only its own kind of error
        raise Unreadable(f"{handed.name}: this is no PDF that can be read ({error})") from error
