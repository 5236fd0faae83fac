"""The command line from outside: what stands on which stream, and the exit code."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfWriter

from symderiv.commands.files import read_document

ROOT = Path(__file__).parent.parent
SHEET = """title = 'Sheet 1'
submission = 'sheet-1-{netid}.pdf'
[[question]]
title = 'Shift'
given = '''
x \\in \\mathbb{R}
y = x + 1
'''
[[question.part]]
number = '1.1'
points = 1
find = 'x'
in_terms_of = 'y'
"""
Command = Callable[..., subprocess.CompletedProcess[str]]


def python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def symderiv(tmp_path: Path) -> Command:
    """Runs the command in a folder of its own, which holds ``sheet.toml``."""
    (tmp_path / "sheet.toml").write_text(SHEET, encoding="utf-8")
    return lambda *arguments: python("-m", "symderiv.cli", *arguments, folder=tmp_path)


def test_help_stands_on_stdout(symderiv: Command) -> None:
    done = symderiv("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "solve" in done.stdout
    assert "check" in done.stdout


def test_help_loads_nothing_that_is_slow(tmp_path: Path) -> None:
    script = """
import sys
from symderiv.cli import main
sys.argv = ["symderiv", "--help"]
try:
    main()
finally:
    print(sorted({"sympy", "numpy", "flint", "typst", "pypdf", "jinja2", "rich", "IPython", "symderiv.reading", "symderiv.algebra"} & set(sys.modules)), file=sys.stderr)
"""
    done = python("-c", script, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_the_version_is_told(symderiv: Command) -> None:
    done = symderiv("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("symderiv 0.")


def test_a_misspelt_field_is_pointed_at(symderiv: Command, tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET.replace("points", "pionts"), encoding="utf-8")
    done = symderiv("solve", "sheet.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "sheet.toml:11:1: `pionts` is no field of a part\n    pionts = 1\n    ^^^^^^\n    hint: did you mean `points`?\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["solve", "absent.toml"], "cannot read `absent.toml`: no such file or directory"),
        (["solve", "."], "cannot read `.`: is a directory"),
        (["solve", "binary.toml"], "`binary.toml` is no UTF-8 text"),
        (["solve", "writen-assignment-4"], "did you mean `written-assignment-4`?"),
        (["solve", "other"], "built in: written-assignment-4"),
        (["solve", "sheet.toml", "--part", "1.2"], "`sheet.toml` has no part `1.2`\n    hint: parts: 1.1"),
        (["solve", "sheet.toml", "--format", "pdf"], "add -o FILE.pdf"),
        (["solve", "sheet.toml", "--format", "word"], "'word'"),
        (["solve", "sheet.toml", "-o", "solution.doc"], "`solution.doc` ends in none of .pdf, .tex, .json, .txt"),
        (["check", "sheet.toml", "absent.md"], "cannot read `absent.md`: no such file or directory"),
        (["check", "records.jsonl", "absent.md"], "records are checked alone"),
        (["check", "-", "--report", "feedback.pdf"], "--report needs an assignment and a document"),
        (["grade"], "grade"),
        ([], "Usage"),
    ],
)
def test_usage_and_authors_errors_end_with_2(symderiv: Command, tmp_path: Path, arguments: list[str], says: str) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    done = symderiv(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_byte_order_mark_is_no_part_of_an_assignment(symderiv: Command, tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET, encoding="utf-8-sig")
    assert "has no part `9`" in symderiv("solve", "sheet.toml", "--part", "9").stderr


def pdf(**attached: str) -> bytes:
    """A PDF with an empty page that carries files: a name's last underscore stands for a dot."""
    stream = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=72, height=72)
    for name, text in attached.items():
        writer.add_attachment(".".join(name.rsplit("_", 1)), text.encode())
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("sheet-1-ada.pdf", pdf(), "this PDF carries no source, and its text layer garbles mathematics"),
        ("sheet-1-ada.pdf", b"%PDF-1.7 cut", "this is no PDF that can be read"),
        ("sheet-1-ada.md", b"\xff\xfe\x00", "this is no text"),
    ],
)
def test_a_document_without_anything_readable_ends_with_3(
    symderiv: Command, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = symderiv("check", "sheet.toml", name)
    assert done.returncode == 3
    assert "UNREADABLE" in done.stdout
    assert f"{name}: {says}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pdf_is_read_by_the_source_it_carries(tmp_path: Path) -> None:
    (tmp_path / "answers.pdf").write_bytes(pdf(results_json="{}", notes_txt="not this", answers_tex="$x = y - 1$"))
    (tmp_path / "answers.tex").write_text("nor this", encoding="utf-8")
    source = read_document(tmp_path / "answers.pdf")
    assert (source.text, source.name) == ("$x = y - 1$", "answers.pdf/answers.tex")


def test_a_pdf_without_a_source_is_read_by_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "answers.pdf").write_bytes(pdf())
    (tmp_path / "answers.md").write_text("$x = y - 1$", encoding="utf-8")
    source = read_document(tmp_path / "answers.pdf")
    assert (source.text, source.name) == ("$x = y - 1$", "answers.md")
