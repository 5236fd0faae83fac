"""A session in a terminal: IPython with everything loaded; and what ``%load_ext symderiv`` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symderiv.assignments.builtin import builtin, names
from symderiv.assignments.load import load
from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source
from symderiv.explore.sheet import Sheet

_BANNER = r"""symderiv: derivations at symbolic size

  x, s = Vector("x", "n"), Vector("s", "n")        expressions; @ is the matrix product
  jacobian(exp(s) * x, x)                          a derivation: .steps .certificate .check(…) .numpy(…) .to_sympy()
  %%given  %%find  %%check                         the same in LaTeX, one statement a line; two empty lines end a cell
"""


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext symderiv``: the public names, and cells in the model language."""
    from symderiv.explore.magics import register

    shell.push({n: v for n, v in namespace().items() if n not in shell.user_ns}, interactive=False)
    register(shell)


def namespace() -> dict[str, Any]:
    """Every public name."""
    import symderiv

    return {name: getattr(symderiv, name) for name in symderiv.__all__ if name != "load_ipython_extension"}


def read_sheet(name: str) -> Sheet:
    """The assignment in a file, or the built-in one of this name. Raises `AuthorProblem`."""
    path = Path(name)
    if not name:
        raise AuthorProblem("which assignment?", hint=f"a TOML file, or one of {', '.join(names())}")
    if name in names() or not path.suffix:
        return Sheet(load(builtin(name)))
    try:
        return Sheet(load(Source(path.read_text(encoding="utf-8-sig"), name)))
    except OSError as error:
        raise AuthorProblem(f"cannot read `{name}`: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise AuthorProblem(f"`{name}` is no UTF-8 text") from error


def start(sheet: Sheet | None = None) -> None:
    """Open the session, and come back when it is left. Raises `AuthorProblem` where IPython is not installed."""
    try:
        from IPython.terminal.ipapp import TerminalIPythonApp
        from traitlets.config import Config
    except ImportError as missing:
        raise AuthorProblem("a session needs IPython", hint="pip install 'symderiv[notebook]'") from missing
    config = Config()
    told = "" if sheet is None else f'\n{sheet!r}\n\n  sheet["1.1"].solve()   sheet["1.1"].check(r"…")   %%check 1.1\n'
    config.TerminalInteractiveShell.banner1 = _BANNER + told
    config.TerminalInteractiveShell.confirm_exit = False
    app: Any = TerminalIPythonApp.instance(config=config)  # IPython's own methods have no types
    app.initialize(argv=["--ext", "symderiv"])
    if sheet is not None:
        app.shell.push({"sheet": sheet})
    app.start()
