"""A new layer is one file: the one in the docs, put beside the others, passes every law with no other edit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import symderiv.layers
from symderiv.core.problems import AuthorProblem
from symderiv.layers import registry
from symderiv.layers.registry import Entry
from symderiv.report.layer_page import layer_page
from symderiv.report.plain import plain_text
from tests.layers import test_laws

DOCS = (Path(__file__).parents[2] / "docs" / "new-layer.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose files belong to the catalogue."""
    monkeypatch.setattr(symderiv.layers, "__path__", [*symderiv.layers.__path__, str(tmp_path)])
    registry.entry.cache_clear()
    yield tmp_path
    registry.entry.cache_clear()


@pytest.fixture
def added(folder: Path) -> Entry:
    code = re.search(r"```python\n(.*?)```", DOCS, re.DOTALL)
    assert code is not None
    (folder / "damped_shear.py").write_text(code[1], encoding="utf-8")
    return registry.entry("damped shear")


def test_it_is_found_and_passes_every_law(added: Entry) -> None:
    assert added.name in registry.names()
    assert registry.entry("damped leapfrog") == added
    laws = [law for name, law in vars(test_laws).items() if name.startswith("test_") and law.__code__.co_argcount]
    assert len(laws) >= 6
    for law in laws:
        for choice in range(3) if "choice" in law.__code__.co_varnames else (None,):
            law(added) if choice is None else law(added, choice)


def test_its_page_says_what_the_docs_say(added: Entry) -> None:
    printed = plain_text(layer_page(added))
    said = re.search(r"```text\n.*?(log\|det.*?)\n```", DOCS, re.DOTALL)
    assert said is not None
    assert said[1] in printed


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("nothing_in_it", '"""A map."""\n', "no ENTRY"),
        (
            "broken_map",
            '"""A map."""\nfrom symderiv.layers.layer import Layer\nENTRY = Layer(given=r"y = ", x="x", y="y")\n',
            "broken_map:1:4",
        ),
    ],
)
def test_a_broken_file_is_pointed_out(folder: Path, name: str, text: str, says: str) -> None:
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    with pytest.raises(AuthorProblem) as caught:
        registry.entry(name).layer.program(name)
    assert says in str(caught.value)
