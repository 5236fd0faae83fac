"""Each module of the session can be understood by itself: none imports, even late or for types alone, one that imports it."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOMS = Path(__file__).parents[2] / "symderiv" / "explore"


def imports(text: str) -> set[str]:
    """The rooms that a module's text imports, wherever the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symderiv.explore"):
            below = (node.module or "").split(".")[2:]
            found.update(below[:1] or (alias.name for alias in node.names))
    return found


def test_every_import_is_seen_where_it_stands() -> None:
    late = "def f():\n    from symderiv.explore import pictures, values\nif 0:\n    from symderiv.explore.model import Model\n"
    assert imports(late) == {"pictures", "values", "model"}


def test_rooms_know_each_other_one_way() -> None:
    known = {path.stem: imports(path.read_text(encoding="utf-8")) for path in ROOMS.glob("*.py")}
    order = [*TopologicalSorter(known).static_order()]  # raises CycleError with the round trip
    assert order.index("expression") < order.index("layers") < order.index("session")
