"""Who handed in what: by the file's name, whatever a browser or a platform made of it, and nothing is dropped."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from pypdf import PdfWriter

from symderiv.assignments.records import Assignment
from symderiv.classroom.documents import document
from symderiv.classroom.handed_in import HandedFile, Unreadable
from symderiv.classroom.folder import Folder, submissions
from symderiv.core.problems import AuthorProblem

SHEET = Assignment("Sheet 7", (), submission="sheet-7-{netid}.pdf", accept=(".tex", ".md"))


def found(folder: Path, *names: str, sheet: Assignment = SHEET) -> Folder:
    """A folder with these files, each a minute newer than the one before."""
    for minute, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
        os.utime(path, (60 * minute, 60 * minute))
    return submissions(sheet, folder)


def one(folder: Folder) -> tuple[str | None, str, tuple[str, ...]]:
    (only,) = folder.submissions
    return only.student, only.file, only.older


def test_a_file_belongs_to_the_student_in_its_name(tmp_path: Path) -> None:
    assert one(found(tmp_path, "sheet-7-ada.tex")) == ("ada", "sheet-7-ada.tex", ())


def test_without_a_pattern_each_file_is_a_student(tmp_path: Path) -> None:
    assert [s.student for s in found(tmp_path, "b.md", "a.tex", sheet=Assignment("Sheet", ())).submissions] == ["a", "b"]


def test_a_pdf_and_its_source_are_one_hand_in(tmp_path: Path) -> None:
    (only,) = found(tmp_path, "sheet-7-ada.pdf", "sheet-7-ada.tex").submissions
    assert (only.file, [p.name for p in only.beside]) == ("sheet-7-ada.pdf", ["sheet-7-ada.tex"])


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (("sheet-7-ada.tex", "sheet-7-ada (1).tex", "sheet-7-ada (2).tex"), "sheet-7-ada (2).tex"),
        (("sheet-7-ada (2).tex", "sheet-7-ada (10).tex", "sheet-7-ada.tex"), "sheet-7-ada (10).tex"),
        (("sheet-7-ada_v2.tex", "sheet-7-ada.tex"), "sheet-7-ada_v2.tex"),
        (("second/sheet-7-ada.tex", "first/sheet-7-ada.tex"), "first/sheet-7-ada.tex"),
        (("adalovelace_123_456_sheet-7-ada.pdf", "adalovelace_LATE_123_457_sheet-7-ada-1.pdf"), "adalovelace_LATE_123_457_sheet-7-ada-1.pdf"),
    ],
)  # fmt: skip
def test_of_several_hand_ins_the_newest_counts_and_the_others_are_named(
    tmp_path: Path, names: tuple[str, ...], kept: str
) -> None:
    student, file, older = one(found(tmp_path, *names))
    assert (student, file) == ("ada", kept)
    assert sorted((*older, file)) == sorted(names)


def test_a_student_whose_name_ends_like_a_copy_is_no_copy(tmp_path: Path) -> None:
    assert [s.student for s in found(tmp_path, "sheet-7-ada.tex", "sheet-7-ada-2.tex").submissions] == ["ada", "ada-2"]


def test_a_wrong_name_is_graded_without_a_student(tmp_path: Path) -> None:
    folder = found(tmp_path, "homework (final).tex", "sheet-7-ada.tex")
    assert [(s.name, s.student) for s in folder.submissions] == [("ada", "ada"), ("misnamed-homework_final_", None)]
    assert [s.file for s in folder.misnamed()] == ["homework (final).tex"]


def test_a_document_of_another_kind_is_still_its_students(tmp_path: Path) -> None:
    assert one(found(tmp_path, "sheet-7-ada.docx")) == ("ada", "sheet-7-ada.docx", ())


def test_what_can_be_no_document_is_named_and_hidden_files_are_not(tmp_path: Path) -> None:
    folder = found(tmp_path, "grades.xlsx", ".DS_Store", "__MACOSX/._x.tex", "sheet-7-ada.tex")
    assert folder.ignored == ("grades.xlsx",)
    assert len(folder.submissions) == 1


def test_names_stay_apart_where_a_file_system_ignores_capitals(tmp_path: Path) -> None:
    names = [s.name for s in found(tmp_path, "sheet-7-Ada.tex", "sheet-7-ada.tex", "misnamed x.md", "misnamed_x.md").submissions]
    assert len({n.casefold() for n in names}) == 4


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuthorProblem, match="does not exist"):
        submissions(SHEET, tmp_path / "nothing")


def pdf(**attached: bytes) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, data in attached.items():
        writer.add_attachment(name, data)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_is_read_by_its_source_then_by_the_file_beside_it_and_never_alone() -> None:
    beside = [HandedFile("x.md", b"beside"), HandedFile("x.tex", b"better beside")]
    carrying = HandedFile("x.pdf", pdf(**{"data.json": b"{}", "answers.tex": b"inside"}))
    assert document(carrying, beside)[0].text == "inside"
    source, note = document(HandedFile("x.pdf", pdf()), beside)
    assert (source.text, note) == ("better beside", "reading `x.tex` beside the PDF")
    assert document(HandedFile("x.pdf", b"%PDF-1.7 cut"), beside)[0].text == "better beside"
    with pytest.raises(Unreadable, match="text layer"):
        document(HandedFile("x.pdf", pdf()))


@pytest.mark.parametrize("data", [b"", b" \n", b"%PDF-1.7 cut", b"\xff\xfe\x00", b"a\x00b", b"PK\x03\x04\xff"])
def test_what_is_no_document_is_unreadable_and_no_error_of_ours(data: bytes) -> None:
    with pytest.raises(Unreadable):
        document(HandedFile("x.tex", data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_read_in_the_encodings_of_editors(encoding: str) -> None:
    text = "Größe: 1.1 $\\frac{µ}{2} = a^2 \\cdot b$\n"
    assert document(HandedFile("x.md", text.encode(encoding)))[0].text == text


def test_old_line_ends_and_quotes_keep_every_offset() -> None:
    data = b"> 1.1\r> $$\r> a = b\r> $$\r"
    assert document(HandedFile("x.md", data))[0].text == "  1.1\n  $$\n  a = b\n  $$\n"
