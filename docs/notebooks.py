"""Run the notebooks beside this file and write below each cell what it gives: ``python docs/notebooks.py``.

Needs IPython and matplotlib, and no Jupyter. What stands below a cell is what a terminal and a notebook show, and nothing of the machine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

NOTEBOOKS = sorted(Path(__file__).parent.glob("*.ipynb"))


def run(notebook: dict[str, Any]) -> dict[str, Any]:
    """The same notebook with the outputs of today. Raises what a cell raises."""
    make: Any = InteractiveShell  # has no types
    shell = make(config=Config({"HistoryManager": {"enabled": False}}))
    cells, count = [], 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            cells.append(cell)
            continue
        count += 1
        result = shell.run_cell("".join(cell["source"]))
        result.raise_error()
        outputs = [] if result.result is None else [_output(shell.display_formatter.format(result.result)[0], count)]
        cells.append({**cell, "execution_count": count, "outputs": outputs})
    return {**notebook, "cells": cells}


def _output(data: dict[str, str], count: int) -> dict[str, Any]:
    lines = {kind: text.splitlines(keepends=True) for kind, text in sorted(data.items())}
    return {"data": lines, "execution_count": count, "metadata": {}, "output_type": "execute_result"}


def main() -> None:
    """Write them all."""
    for path in NOTEBOOKS:
        notebook = run(json.loads(path.read_text(encoding="utf-8")))
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
