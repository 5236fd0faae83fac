"""The layers of the architecture, and that the check would notice a breach."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_package_imports_only_from_those_below_it() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An empty house under the project's own contract."""
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    package = tmp_path / "symderiv"
    package.mkdir()
    (package / "__init__.py").touch()
    for layer in layers():
        (package / f"{layer}.py").touch()
    return tmp_path


def layers() -> list[str]:
    """The names in the contract, from high to low."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
    return [name.strip("()") for row in contract["layers"] for name in row.split(" | ")]


def test_an_empty_house_keeps_the_contract(house: Path) -> None:
    assert lint_imports(house).returncode == 0


@pytest.mark.parametrize(("low", "high"), [("core", "algebra"), ("decide", "layers"), ("reading", "writing"), ("report", "cli")])
def test_an_import_from_above_or_beside_is_noticed(house: Path, low: str, high: str) -> None:
    (house / "symderiv" / f"{low}.py").write_text(f"import symderiv.{high}\n", encoding="utf-8")
    done = lint_imports(house)
    assert done.returncode == 1
    assert f"symderiv.{low} is not allowed to import symderiv.{high}" in done.stdout


def test_a_module_outside_the_layers_is_noticed(house: Path) -> None:
    (house / "symderiv" / "helpers.py").touch()
    done = lint_imports(house)
    assert done.returncode != 0
    assert "helpers" in done.stdout + done.stderr
