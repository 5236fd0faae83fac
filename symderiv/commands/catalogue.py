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
    DISTRIBUTION = "distribution"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(catalogue)


def catalogue(
    *,
    word: Annotated[str | None, typer.Argument(help="Only entries with this word in a name, title or keyword.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object: layers and distributions.")] = False,
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
        by_kind = {f"{kind}s": [{k: v for k, v in e.items() if k != "kind"} for e in found if e["kind"] == kind] for kind in Kind}
        typer.echo(json.dumps(by_kind, ensure_ascii=False, indent=2))
        return
    kinds, wide = (max(len(str(e[key])) for e in found) + 2 for key in ("kind", "name"))
    for e in found:
        typer.echo(f"{e['kind']:<{kinds}}{e['name']:<{wide}}{e['title']}")


def show(kind: Kind, name: str, *, output: Path | None, form: Format | None, engine: Engine, templates: Path | None) -> None:
    """Print one entry: its map or density, and what is derived of it, with steps and conditions."""
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


def _distribution(name: str) -> SolutionReport:
    from symderiv.distributions.registry import named
    from symderiv.report.distribution_page import distribution_page

    return distribution_page(named(name))


#: The page of an entry, for each kind.
_PAGES: dict[Kind, Callable[[str], SolutionReport]] = {Kind.LAYER: _layer, Kind.DISTRIBUTION: _distribution}

#: What stands above an entry's kind in the index, and in its table's first column.
_HEADINGS = {Kind.LAYER: ("Layers", "layer"), Kind.DISTRIBUTION: ("Distributions", "distribution")}


def listed() -> list[dict[str, object]]:
    """Every entry with its kind, names, title, keywords and source, kind by kind."""
    from symderiv.distributions import registry as families
    from symderiv.layers.registry import entries

    layers = [_row(Kind.LAYER, e.name, e.title, e.layer.also, e.layer.keywords, e.layer.source) for e in entries()]
    stated = ((name, families.stated(name)) for name in families.names())
    return layers + [_row(Kind.DISTRIBUTION, name, families.title(name)[0], d.also, (), d.source) for name, d in stated]


def _row(kind: Kind, name: str, title: str, also: tuple[str, ...], keywords: tuple[str, ...], source: str) -> dict[str, object]:
    return {"kind": kind.value, "name": name, "title": title, "also": also, "keywords": keywords, "source": source}


def catalogue_pages() -> dict[str, str]:
    """The generated pages by file name: one of each entry, the divergences of all pairs of distributions, and the index."""
    from symderiv.report.divergence_table import divergence_table
    from symderiv.report.markdown import markdown, text

    out: dict[str, str] = {}
    rows = [
        "# Catalogue",
        "",
        "Every page is derived from the forward map or the density alone by `symderiv catalogue --pages docs/catalogue`.",
    ]
    entries = listed()
    for kind in Kind:
        heading, column = _HEADINGS[kind]
        rows += ["", f"## {heading}", ""]
        if kind is Kind.DISTRIBUTION:
            rows += ["[The divergences of all ordered pairs](divergences.md).", ""]
        rows += [f"| {column} | what it is | keywords |", "|---|---|---|"]
        for e in (e for e in entries if e["kind"] == kind):
            file = f"{kind}-{e['name']}.md".replace("_", "-")
            out[file] = markdown(_PAGES[kind](str(e["name"])))
            words = ", ".join(e["keywords"]) if isinstance(e["keywords"], tuple) else ""
            rows.append(f"| [{text(str(e['name']))}]({file}) | {text(str(e['title']))} | {text(words)} |")
    out["divergences.md"] = divergence_table()
    out["README.md"] = "\n".join(rows) + "\n"
    return out
