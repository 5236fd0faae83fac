"""The generated pages are those that the code makes, and the commands print them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from symderiv.cli import app
from symderiv.commands.catalogue import catalogue_pages
from symderiv.core.problems import AuthorProblem
from symderiv.distributions import registry
from symderiv.layers.registry import names

PAGES = Path(__file__).parents[2] / "docs" / "catalogue"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_pages_are_current() -> None:
    """Where this fails: `symderiv catalogue --pages docs/catalogue`."""
    made = catalogue_pages()
    assert sorted(p.name for p in PAGES.iterdir()) == sorted(made)
    for name, text in made.items():
        assert (PAGES / name).read_text(encoding="utf-8") == text, name


def test_the_catalogue_lists_every_layer_and_distribution() -> None:
    known = [*(("layer", n) for n in names()), *(("distribution", n) for n in registry.names())]
    assert [tuple(line.split()[:2]) for line in run("catalogue").splitlines()] == known
    found = json.loads(run("catalogue", "--json"))
    assert [(kind, e["name"]) for kind in ("layer", "distribution") for e in found[f"{kind}s"]] == known
    assert all(e["title"] and e["keywords"] for e in found["layers"])
    assert run("catalogue", "RealNVP").split()[1] == "affine_coupling"


def test_show_prints_one_by_any_of_its_names() -> None:
    printed = run("show", "layer", "planar")
    assert "a = wᵀ y + b - h(a) uᵀ w" in printed
    assert "log|1 + h′(wᵀ x + b) uᵀ w|" in printed
    assert "holds where" in printed
    assert r"\log\left|\det" in run("show", "layer", "planar", "--format", "latex")
    assert json.loads(run("show", "layer", "planar", "--format", "json"))["title"].startswith("Planar")


def test_a_page_is_written_as_pdf_with_its_source(tmp_path: Path) -> None:
    run("show", "layer", "two_sided_coupling", "--output", str(tmp_path / "page.pdf"))
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "page.tex").is_file()


@pytest.mark.parametrize(("kind", "wrong", "meant"), [("layer", "planer", "planar"), ("distribution", "gama", "gamma")])
def test_an_unknown_name_gets_a_hint(kind: str, wrong: str, meant: str) -> None:
    with pytest.raises(AuthorProblem) as caught:
        run("show", kind, wrong)
    assert f"`{meant}`" in (caught.value.hint or "")
