"""The notebooks under ``docs/`` say what they say today: each cell is run, and its text compared with what is printed below it.

Make them anew with ``jupyter nbconvert --to notebook --execute --inplace docs/*.ipynb``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

NOTEBOOKS = sorted((Path(__file__).parents[2] / "docs").glob("*.ipynb"))


def _text(cell: dict[str, Any]) -> str:
    """What stands below a cell, as a terminal would show it."""
    return "".join("".join(out["data"]["text/plain"]) for out in cell["outputs"] if out["output_type"] == "execute_result")


def test_there_are_three_notebooks() -> None:
    assert [p.stem for p in NOTEBOOKS] == ["a-layer-of-ones-own", "checking-an-answer", "gaussian-kl-and-its-gradient"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_shows_what_its_cells_give(path: Path) -> None:
    make: Any = InteractiveShell  # has no types
    shell = make(config=Config({"HistoryManager": {"enabled": False}}))
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        result = shell.run_cell("".join(cell["source"]))
        result.raise_error()
        shown: dict[str, str] = {} if result.result is None else shell.display_formatter.format(result.result)[0]
        assert shown.get("text/plain", "") == _text(cell), "".join(cell["source"])
        richer = {kind for out in cell["outputs"] for kind in out.get("data", {})}
        assert not richer or richer == set(shown)
