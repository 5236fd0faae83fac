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


@pytest.mark.parametrize(
    ("cell", "said", "hint"),
    [
        ("Vektor('x', 'n')", "nothing is called `Vektor`", "did you mean `Vector`?"),
        ("x = Vector('x', n)", "nothing is called `n`", "sizes are given as texts"),
        ("x = Vector('x', 'n')\nx.to_sympi()", "cell:2:1: Variable has no `to_sympi`", "did you mean `to_sympy`?"),
        ("Vector('x', 'n').sine", "Variable has no `sine`", "it has T, det"),
        ("import symderiv\nsymderiv.jakobian", "symderiv has no `jakobian`", "did you mean `jacobian`?"),
        ("from symderiv import Vectors", "cannot import name 'Vectors'", "did you mean `Vector`?"),
        ("Scalar('a', positiv=True)", "unexpected keyword argument", "did you mean `positive`?"),
        ("Model()", "missing 1 required", "Model(given)"),
        ("Model(r'x \\in \\mathbb{R}').layer('x')", "missing 1 required", "layer(outputs, inputs)"),
        ("é = 1; Model(r'x \\in \\mathbb{R}').find()", "cell:1:8:", "find(ask, in_terms_of=None)"),
        ("Layer(Vector('x', 'n'), Vector('x', 'n')) >> 3", "unsupported operand", ""),
        ("float(Vector('x', 'n'))", "float() argument", ""),
        ("Model(7)", "what is given is a text in quotation marks, not int", ""),
        ("Model(r'x \\in \\mathbb{R}').find(Vector('x', 'n'))", "a question is a text", ""),
        ("Vector(3, 'n')", "a name is a text", ""),
        ("Vector('x', 2.5)", "2.5 is no size", "'n'"),
        ("sheet['1.1']", "no sheet is open yet", "%sheet NAME"),
        ("%%check 1.4\nx\n", "no sheet is open that could have a part 1.4", "%sheet NAME"),
    ],
)
def test_a_slip_is_told_in_its_line_with_a_hint(shell: Any, cell: str, said: str, hint: str) -> None:
    _, printed = _run(shell, cell)
    assert said in printed
    assert hint in printed
    assert "Traceback" not in printed
    assert len(printed.strip().splitlines()) <= 4


@pytest.mark.parametrize(
    "cell",
    [
        "1 / 0",
        "def f(a):\n    return a.foo\nf(Vector('x', 'n'))",  # the line that matters is another than the cell's
        "import symderiv.explore.model as m\nm.derived(3)",  # a function that is not made for a session
    ],
)
def test_what_comes_from_deeper_keeps_its_traceback(shell: Any, cell: str) -> None:
    _, printed = _run(shell, cell)
    assert "Traceback" in printed


def test_what_somebody_else_does_with_errors_stays() -> None:
    make: Any = InteractiveShell
    shell = make(config=Config({"HistoryManager": {"enabled": False}}))
    seen = []
    shell.set_custom_exc((NameError,), lambda *told, **_: seen.append(told[1]))
    shell.run_line_magic("load_ext", "symderiv")
    _run(shell, "Vektor")
    assert seen == [NameError]


def test_answers_to_a_sheet_are_checked_by_part(shell: Any) -> None:
    sheet, _ = _run(shell, "%sheet written-assignment-4")
    assert isinstance(sheet, Sheet)
    judged, _ = _run(shell, "%%check 1.1\nx_2 = \\exp(-s) \\circ y_2\n")
    assert judged.status == "partial"
    _run(shell, GIVEN)
    _, printed = _run(shell, "%%check 1.4\nx\n")  # no question of the model's
    assert "this sheet has no part 1.4" in printed
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
