r"""IPython's side: ``%%given``, ``%%find``, ``%%show``, ``%%decide``, ``%%check``, ``%sheet``.

%%given
x, s \in \mathbb{R}^{n}
y = \exp(s) \circ x

%%find
\frac{\partial y}{\partial x}

%%check
\operatorname{diag}(\exp(s))
"""

from __future__ import annotations

from typing import Any, TypeVar

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from symderiv.core.problems import AuthorProblem
from symderiv.explore.checked import Checked
from symderiv.explore.derived import Derived
from symderiv.explore.model import Model
from symderiv.explore.slips import SLIPS, slip
from symderiv.explore.sheet import Sheet, SheetPart, read_sheet
from symderiv.explore.values import Value

T = TypeVar("T")


@magics_class
class LanguageMagics(Magics):
    """Cells in the model language. What is given lives in ``model``, what was found last in ``found``, a sheet in ``sheet``."""

    @cell_magic
    def given(self, line: str, cell: str) -> Model:
        """``%%given``: a new model from statements, one a line. ``%%given more``: statements added to the model there is."""
        if line.strip() not in ("", "more"):
            raise AuthorProblem(f"%%given {line.strip()} is not known", hint="%%given, or %%given more")
        model = self._model().and_given(cell) if line.strip() else Model(cell)
        self._keep("model", model)
        return model

    @cell_magic
    def find(self, line: str, cell: str) -> Derived[Value] | None:
        """``%%find``: one question a line, ``… in terms of …`` for an inverse."""
        found: Derived[Value] | None = None
        for question in _lines(line, cell):
            if found is not None:
                self._shell().display_pub.publish(self._shell().display_formatter.format(found)[0])
            ask, behind, knowns = question.partition(" in terms of ")
            found = self._keep("found", self._model().find(ask, knowns if behind else None))
        return found

    @cell_magic
    def show(self, line: str, cell: str) -> Derived[Any]:
        """``%%show``: an identity to be proved."""
        return self._keep("found", self._model().show(_one(line, cell)))

    @cell_magic
    def decide(self, line: str, cell: str) -> Derived[Any]:
        """``%%decide``: a statement to be proved or refuted."""
        return self._keep("found", self._model().decide(_one(line, cell)))

    @cell_magic
    def check(self, line: str, cell: str) -> Checked:
        r"""``%%check``: an answer to what was found last. ``%%check 1.2``: to a part of the sheet. ``%%check \det …``: to a question."""
        ask = line.strip()
        sheet = self._there("sheet", Sheet)
        if not ask:
            found = self._there("found", Derived)
            if found is None:
                raise AuthorProblem("nothing was found yet that this could be an answer to", hint="%%check PART, or %%find first")
            judged: Checked = found.check(cell)
            return judged
        if sheet is None and ask[0].isdigit():
            raise AuthorProblem(
                f"no sheet is open that could have a part {ask}", hint="%sheet NAME, a TOML file or a built-in one"
            )
        if sheet is not None and (ask in sheet.parts or ask[0].isdigit() or self._there("model", Model) is None):
            part: SheetPart = sheet[ask]
            return part.check(cell)
        ask, behind, knowns = ask.partition(" in terms of ")
        return self._model().check(ask, cell, knowns if behind else None)

    @line_magic
    def sheet(self, line: str) -> Sheet:
        """``%sheet NAME``: the parts of an assignment, a file or a built-in one."""
        name = line.strip()
        if name.startswith(("[", ".", "(")):  # IPython takes a line for this where nothing else is called so
            raise AuthorProblem("no sheet is open yet", hint="%sheet NAME, a TOML file or a built-in one")
        return self._keep("sheet", read_sheet(name))

    # --- the user's names -------------------------------------------------------------------------------------------------

    def _shell(self) -> Any:
        return self.shell

    def _there(self, name: str, kind: type) -> Any:
        value = self._shell().user_ns.get(name)
        return value if isinstance(value, kind) else None

    def _keep(self, name: str, value: T) -> T:
        self._shell().user_ns[name] = value
        return value

    def _model(self) -> Model:
        model = self._there("model", Model)
        if model is None:
            raise AuthorProblem("nothing is given yet", hint="%%given and statements below it, or model = Model(…)")
        assert isinstance(model, Model)
        return model


def _lines(line: str, cell: str) -> list[str]:
    found = [x.strip() for x in (line, *cell.splitlines()) if x.strip()]
    if not found:
        raise AuthorProblem("nothing is asked here", hint="write one question a line")
    return found


def _one(line: str, cell: str) -> str:
    return " ".join(_lines(line, cell))


def register(shell: Any) -> None:
    """Make the cells known, and complete the parts of a sheet behind ``%%check``."""
    shell.register_magics(LanguageMagics)
    if not shell.custom_exceptions:  # what somebody else set stays
        shell.set_custom_exc(SLIPS, _told)

    def parts(magics: Any, _event: Any) -> list[str]:
        sheet = magics.user_ns.get("sheet")
        return list(sheet.parts) if isinstance(sheet, Sheet) else []

    shell.set_hook("complete_command", parts, str_key="%%check")


def _told(shell: Any, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: int | None = None) -> None:
    """IPython's place for an error: a slip is told in a line, anything else as ever."""
    problem = slip(error, shell.user_ns)
    if problem is None:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    else:
        shell._showtraceback(kind, problem, str(problem).splitlines())
