"""`symderiv catalogue` and `symderiv show`: what the package knows by name, and a page of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symderiv.commands.files import (
    Engine,
    Format,
    format_of,
    rendered,
    templates_loader,
    write,
    write_pdf,
)
from symderiv.core.problems import AuthorProblem

if TYPE_CHECKING:
    from symderiv.report.model import SolutionReport


class Kind(StrEnum):
    """What the catalogue holds; each kind is a folder of files that are found by themselves."""

    LAYER = "layer"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(catalogue)


def catalogue(
    *,
    word: Annotated[str | None, typer.Argument(help="Only entries with this word in a name, title or keyword.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line an entry.")] = False,
    pages: Annotated[
        Path | None, typer.Option(help="Write a Markdown page of each entry, and an index, into this folder.")
    ] = None,
) -> None:
    """List what is known by name; or write a page of each."""
    found = [e for e in listed() if word is None or word.lower() in " ".join(map(str, e.values())).lower()]
    if not found:
        raise AuthorProblem(f"nothing in the catalogue holds `{word}`")
    if pages is not None:
        for name, text in catalogue_pages().items():
            write(pages / name, text.encode())
        return
    if as_json:
        for e in found:
            typer.echo(json.dumps(e, ensure_ascii=False))
        return
    wide = max(len(str(e["name"])) for e in found)
    for e in found:
        typer.echo(f"{e['kind']:<7}{e['name']:<{wide + 2}}{e['title']}")


def show(kind: Kind, name: str, *, output: Path | None, form: Format | None, engine: Engine, templates: Path | None) -> None:
    """Print one entry: its map, and what is derived of it, with steps and conditions."""
    how = form or format_of(output)
    if how is Format.PDF and output is None:
        raise typer.BadParameter("a PDF is written to a file: add -o FILE.pdf")
    report, loader = _PAGES[kind](name), templates_loader(templates)
    if output is None:
        typer.echo(rendered(report, how, loader))
    elif how is Format.PDF:
        write_pdf(output, report, engine, loader)
    else:
        write(output, rendered(report, how, loader).encode())


def _layer(name: str) -> SolutionReport:
    from symderiv.layers.registry import entry
    from symderiv.report.layer_page import layer_page

    return layer_page(entry(name))


#: The page of an entry, for each kind.
_PAGES: dict[Kind, Callable[[str], SolutionReport]] = {Kind.LAYER: _layer}


def listed() -> list[dict[str, object]]:
    """Every entry with its kind, names, title and keywords."""
    from symderiv.layers.registry import entries

    return [
        {
            "kind": Kind.LAYER.value,
            "name": e.name,
            "title": e.title,
            "also": e.layer.also,
            "keywords": e.layer.keywords,
            "source": e.layer.source,
        }
        for e in entries()
    ]


def catalogue_pages() -> dict[str, str]:
    """The generated pages by file name: one of each entry, and the index."""
    from symderiv.report.markdown import markdown, text

    out: dict[str, str] = {}
    rows = [
        "# Catalogue",
        "",
        "Every page is derived from the forward map alone by `symderiv catalogue --pages docs/catalogue`.",
        "",
    ]
    rows += ["| layer | what it is | keywords |", "|---|---|---|"]
    for e in listed():
        file = f"{e['kind']}-{e['name']}.md".replace("_", "-")
        out[file] = markdown(_PAGES[Kind(str(e["kind"]))](str(e["name"])))
        words = ", ".join(e["keywords"]) if isinstance(e["keywords"], tuple) else ""
        rows.append(f"| [{text(str(e['name']))}]({file}) | {text(str(e['title']))} | {text(words)} |")
    out["README.md"] = "\n".join(rows) + "\n"
    return out
