"""Cells in the model language, problems without tracebacks, completions; and what loads when."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from symderiv.core.problems import AuthorProblem
from symderiv.explore import session
from symderiv.explore.checked import Checked
from symderiv.explore.derived import Derived
from symderiv.explore.sheet import Sheet, read_sheet


@pytest.fixture
def shell() -> Any:
    make: Any = InteractiveShell  # has no types
    made = make(config=Config({"HistoryManager": {"enabled": False}}))
    made.run_line_magic("load_ext", "symderiv")
    return made


def _run(shell: Any, cell: str) -> tuple[Any, str]:
    """What a cell gives, and what it prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        result = shell.run_cell(cell)
    return result.result, printed.getvalue()


GIVEN = "%%given\nx, s \\in \\mathbb{R}^{n}\ny = \\exp(s) \\circ x\n"


def test_cells_in_the_language_share_one_model(shell: Any) -> None:
    _run(shell, GIVEN)
    found, _ = _run(shell, "%%find\n\\frac{\\partial y}{\\partial x}\n")
    assert isinstance(found, Derived)
    judged, _ = _run(shell, "%%check\n\\operatorname{diag}(\\exp(s))\n")
    assert isinstance(judged, Checked)
    assert judged.status == "correct"
    judged, _ = _run(shell, "%%check \\frac{\\partial y}{\\partial s}\n\\operatorname{diag}(s)\n")
    assert judged.status == "incorrect"
    _run(shell, "%%given more\nu = y + x\n")
    inverse, _ = _run(shell, "%%find\nx in terms of y\n")
    assert str(inverse.value["x"]) == "exp(-s) ∘ y"
    assert "u" in shell.user_ns["model"].scope.definitions
    decision, _ = _run(shell, "%%decide\ns^\\top x = x^\\top s\n")
    assert decision.value.holds is True


def test_every_question_of_a_cell_is_shown(shell: Any) -> None:
    _run(shell, GIVEN)
    _, printed = _run(shell, "%%find\n\\frac{\\partial y}{\\partial x}\n\\frac{\\partial y}{\\partial s}\n")
    assert "∂y/∂x = diag(exp(s))" in printed
    assert "∂y/∂s = diag(exp(s) ∘ x)" in printed


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%find\n\\frac{\\partial y}{\\partial w}\n", "nothing is given yet"),
        (f"{GIVEN}z = \\exp(x", "given:3:"),
        ("%%check\nx\n", "nothing was found yet"),
        ("%%given again\nx \\in \\mathbb{R}\n", "is not known"),
        ("%sheet no-such-sheet", "no built-in assignment"),
        ('Vector("x", "n") + Matrix("A", "n")', "cannot be added"),
        ("if jacobian(Vector('x', 'n'), Vector('x', 'n')).check(1): pass", "not compared"),
    ],
)
def test_a_users_mistake_is_told_without_a_traceback(shell: Any, cell: str, said: str) -> None:
    _, printed = _run(shell, cell)
    assert said in printed
    assert "Traceback" not in printed
    assert "symderiv/" not in printed


def test_a_mistake_of_ours_keeps_its_traceback(shell: Any) -> None:
    _, printed = _run(shell, "1 / 0")
    assert "Traceback" in printed


def test_answers_to_a_sheet_are_checked_by_part(shell: Any) -> None:
    sheet, _ = _run(shell, "%sheet written-assignment-4")
    assert isinstance(sheet, Sheet)
    judged, _ = _run(shell, "%%check 1.1\nx_2 = \\exp(-s) \\circ y_2\n")
    assert judged.status == "partial"
    with provisionalcompleter():
        offered = {c.text for c in shell.Completer.completions("%%check ", len("%%check "))}
    assert offered >= set(sheet.parts)
    assert sheet._ipython_key_completions_() == list(sheet.parts)


@pytest.mark.parametrize("number", ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4"])
def test_every_part_of_a_sheet_is_solved(number: str) -> None:
    part = read_sheet("written-assignment-4")[number]
    assert all(d.certificate for d in part.solve())
    assert part.title in repr(part)


def test_the_key_of_a_part_passes_as_an_answer() -> None:
    part = read_sheet("written-assignment-4")["1.1"]
    (derived,) = part.solve()
    answer = ", ".join(f"{n} = {x.latex()}" for n, x in derived.value.items())  # type: ignore[union-attr]
    assert part.check(answer).status == "correct"


def test_a_part_that_is_not_there_is_told_with_a_neighbour() -> None:
    with pytest.raises(AuthorProblem, match=r"no part 1\.9"):
        read_sheet("written-assignment-4")["1.9"]


def test_the_command_opens_a_session_with_the_sheet(tmp_path: Path) -> None:
    typed = 'sheet["1.1"]\nVector("x", "n") + Matrix("A", "n")\nexit\n'
    environment = {
        **os.environ,
        "IPYTHONDIR": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-m", "symderiv.cli", "explore", "written-assignment-4"]
    done = subprocess.run(command, input=typed, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert "derivations at symbolic size" in done.stdout
    assert "1.1  The inverse" in done.stdout
    assert "a vector of length n cannot be added to a matrix n×n" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_session_is_told_in_lines_that_fit_a_terminal() -> None:
    assert max(map(len, session._BANNER.splitlines())) < 80
    assert {"tanh", "softplus", "Layer", "functions"} <= session.namespace().keys()


def test_importing_loads_nothing_slow() -> None:
    """`import symderiv` and ``--help`` load neither SymPy, NumPy, IPython nor matplotlib."""
    program = (
        "import sys, symderiv, symderiv.cli, typer.testing\n"
        "assert typer.testing.CliRunner().invoke(symderiv.cli.app, ['explore', '--help']).exit_code == 0\n"
        "print(sorted({'sympy', 'numpy', 'IPython', 'matplotlib', 'flint'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there_and_nothing_else() -> None:
    import symderiv

    assert len(symderiv.__all__) <= 20
    assert all(getattr(symderiv, name) is not None for name in symderiv.__all__)
    assert set(symderiv.__all__) <= set(dir(symderiv))
    with pytest.raises(AttributeError, match="no attribute 'Vectr'"):
        symderiv.Vectr  # type: ignore[attr-defined]  # noqa: B018
