"""A user's project passes mypy with everything strict, and the types are those that are said."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import numpy as np
import symderiv as sd

n = "n"
x1, x2 = sd.Vector("x1", n), sd.Vector("x2", n)
F, G = sd.VectorFunction("F", n), sd.VectorFunction("G", n)
coupling = sd.Layer((x1, x2), (sd.exp(G(x2)) * x1 + F(x2), x2))
inverse: sd.Expression = coupling.inverse().value["x1"]
size: sd.Expression = (coupling >> ~coupling).logdet().value
block: sd.Expression = coupling.jacobian().value[1, 2]
single = sd.jacobian(sd.functions.tanh(x1), x1)
reveal_type(single.value)
reveal_type(sd.jacobian((x1, x2), (x1, x2)).value)
number = size.numpy(n=3, seed=1).sum() + np.float64(1)
mu, sigma = sd.Scalar("mu"), sd.Scalar("sigma", positive=True)
divergence = sd.kl(sd.Normal(mu, sigma**2), sd.Normal(0, 1))
judged = divergence.check(mu / 2)
reveal_type(judged.status)
for step in divergence.steps:
    print(step.rule)
model = sd.Model(r"x \\in \\mathbb{R}^{n}")
reveal_type(model.decide("x = x").value.holds)
sd.jacobian(x1 + 1, x1 + x2)
"""


def test_what_the_readme_shows_is_typed(tmp_path: Path) -> None:
    here = Path(__file__).parents[2]
    shown = re.findall(r"```python\n(.*?)```", (here / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    (tmp_path / "shown.py").write_text("\n".join(shown), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--cache-dir",
        str(tmp_path / "cache"),
        "shown.py",
    ]
    environment = {**os.environ, "MYPYPATH": str(here)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout


def test_a_users_project_is_typed(tmp_path: Path) -> None:
    (tmp_path / "project.py").write_text(PROGRAM, encoding="utf-8")
    here = Path(__file__).parents[2]
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--no-error-summary", "--cache-dir", str(tmp_path / "cache"), "project.py"]  # fmt: skip
    environment = {**os.environ, "MYPYPATH": str(here)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False)
    notes = [line.partition('"')[2].rstrip('"') for line in done.stdout.splitlines() if "Revealed type" in line]
    assert notes == [
        "symderiv.explore.expression.Expression",
        "symderiv.explore.values.BlockMatrix",
        "Literal['correct'] | Literal['partial'] | Literal['incorrect'] | Literal['review'] | Literal['unreadable'] | Literal['missing']",
        "bool | None",
    ]
    errors = [line for line in done.stdout.splitlines() if "error:" in line]
    assert len(errors) == 1, done.stdout  # the last line, which is wrong: a sum is no variable
    assert f"project.py:{len(PROGRAM.splitlines())}" in errors[0]
    assert "jacobian" in errors[0]
