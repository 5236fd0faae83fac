"""The notebooks under ``docs/`` say what they say today: each cell is run, and its text compared with what stands below it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
_SPEC = importlib.util.spec_from_file_location("notebooks", DOCS / "notebooks.py")
assert _SPEC is not None
assert _SPEC.loader is not None
notebooks = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(notebooks)


def _shown(cell: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What stands below a cell: its text, and which richer looks there are (pictures differ between versions of matplotlib)."""
    return [("".join(out["data"]["text/plain"]), sorted(out["data"])) for out in cell["outputs"]]


def test_there_are_three_notebooks() -> None:
    assert [p.stem for p in notebooks.NOTEBOOKS] == ["a-layer-of-ones-own", "checking-an-answer", "gaussian-kl-and-its-gradient"]


@pytest.mark.parametrize("path", notebooks.NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_shows_what_its_cells_give(path: Path) -> None:
    """Make them anew with ``python docs/notebooks.py``."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    for before, now in zip(stored["cells"], notebooks.run(stored)["cells"], strict=True):
        if before["cell_type"] == "code":
            assert _shown(now) == _shown(before), "".join(before["source"])
