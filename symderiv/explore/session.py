"""A session in a terminal: IPython with everything loaded; and what ``%load_ext symderiv`` does."""

from __future__ import annotations

from typing import Any

from symderiv.core.problems import AuthorProblem
from symderiv.explore.sheet import Sheet

_BANNER = r"""symderiv: derivations at symbolic size

  x, s = Vector("x", "n"), Vector("s", "n")    @ is the matrix product
  found = jacobian(exp(s) * x, x)              .steps .check(…) .numpy(…)
  layer = Layer(x, exp(s) * x)                 .inverse() .logdet() and >>
  %%given  %%find  %%check                     LaTeX, ended by two empty lines
"""


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext symderiv``: the public names, and cells in the model language."""
    from symderiv.explore.magics import register

    shell.push({n: v for n, v in namespace().items() if n not in shell.user_ns}, interactive=False)
    register(shell)


def namespace() -> dict[str, Any]:
    """Every public name, and every function."""
    import symderiv

    functions = symderiv.functions
    return {n: getattr(functions, n) for n in functions.__all__} | {n: getattr(symderiv, n) for n in symderiv.__all__}


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
    config.TerminalInteractiveShell.enable_tip = False  # IPython's own advertisement
    app: Any = TerminalIPythonApp.instance(config=config)  # IPython's own methods have no types
    app.initialize(argv=["--ext", "symderiv"])
    if sheet is not None:
        app.shell.push({"sheet": sheet})
    app.start()
