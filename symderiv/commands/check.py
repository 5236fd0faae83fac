"""`symderiv check`: one document part by part, or records line by line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from symderiv.classroom.handed_in import Unreadable
from symderiv.commands.files import (
    Engine,
    Format,
    PdfEngine,
    Templates,
    read_assignment,
    read_bytes,
    read_document,
    rendered,
    templates_loader,
    write_pdf,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    assignment: Annotated[
        str, typer.Argument(metavar="ASSIGNMENT|RECORDS", help="An assignment; or, alone, a file of JSON Lines or - for stdin.")
    ],
    document: Annotated[Path | None, typer.Argument(help="What was handed in: .tex, .md, .mmd, .txt, .ipynb or .pdf.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a part.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the feedback here, as a PDF with its .tex beside it.")] = None,
    engine: PdfEngine = Engine.TYPST,
    templates: Templates = None,
    explain: Annotated[bool, typer.Option("--explain", help="Of records too: name the mistakes and the rules of steps.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that check records; results keep their order.")] = 1,
) -> None:
    """Check one document part by part, or records line by line."""
    if document is None:
        if report is not None:
            raise typer.BadParameter("--report needs an assignment and a document")
        _check_records(assignment, jobs, explain)
        return
    if assignment == "-" or assignment.endswith(".jsonl"):
        raise typer.BadParameter("records are checked alone, without a document")
    sheet = read_assignment(assignment)
    from symderiv.grading.page import check_page, unreadable_page
    from symderiv.report.feedback import feedback

    nothing: Unreadable | None = None
    try:
        page = check_page(sheet, read_document(document))
    except Unreadable as reason:
        nothing = reason
        page = unreadable_page(sheet, document.name, reason.message, reason.hint)
    if sheet.submission and sheet.student(document.name) is None:
        typer.echo(f"note: the name `{document.name}` does not follow `{sheet.submission}`", err=True)

    told = feedback(page)
    if as_json:
        for part in page.parts:
            typer.echo(json.dumps(part.record(page.source), ensure_ascii=False))
    else:
        typer.echo(rendered(told, Format.UNICODE, templates_loader(templates)))
    if report is not None:
        write_pdf(report, told, engine, templates_loader(templates))
    if nothing is not None:
        raise nothing
    if all(part.judgement.status in {"missing", "unreadable"} for part in page.parts):
        raise Unreadable(f"{document}: no part has an answer that can be read")


def _check_records(name: str, jobs: int, explain: bool) -> None:
    """JSON Lines in, JSON Lines out, one by one as they come, or by several processes."""
    from symderiv.commands.careful import check_each, told
    from symderiv.commands.warm import warm_checker

    lines: Iterable[str]
    if name == "-":
        lines = sys.stdin
    else:
        hint = "" if name.endswith(".jsonl") else "to check one document: symderiv check ASSIGNMENT DOCUMENT"
        lines = io.StringIO(read_bytes(Path(name), hint).decode("utf-8-sig", errors="replace"))
    if jobs > 1:
        from symderiv.commands.parallel import check_in_parallel

        results = check_in_parallel(lines, jobs, explain)
    else:
        results = check_each(lines, warm_checker(explain))
    for line in told(results):
        typer.echo(line)  # flushes, so that each result is there when it is known
