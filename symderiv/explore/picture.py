"""A picture, by matplotlib (the extra ``pictures``): how it looks, how a notebook shows it, how it is kept as SVG, PDF or PNG.

Letters are those of printed mathematics. Two colours differ in lightness too, so that a grey print tells them apart.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

from symderiv.core.problems import AuthorProblem
from symderiv.writing.latex import latex
from symderiv.writing.notation import Notation
from symderiv.writing.unicode import unicode

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")

#: Dark and light ink, quiet lines, a shade for areas, and text.
DARK, LIGHT, QUIET, PALE, TEXT = "#1d4f91", "#e08a3c", "#6b7785", "#dbe5f0", "#1a1a1a"

#: Bundled with matplotlib, so that a picture is the same on every machine; without random identifiers in what is written.
_STYLE: Any = {"mathtext.fontset": "stix", "font.family": "STIXGeneral", "text.color": TEXT, "svg.hashsalt": "symderiv"}
_SUFFIXES = (".svg", ".pdf", ".png")


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture: shown by a notebook, kept by `save`, and changed by way of its matplotlib ``figure``."""

    figure: Figure

    def save(self, path: str | Path) -> None:
        """Write ``.svg``, ``.pdf`` or ``.png``. Raises `AuthorProblem` for another suffix, or a place that cannot be written."""
        place = Path(path)
        if place.suffix.lower() not in _SUFFIXES:
            raise AuthorProblem(f"`{place.name}` ends in none of {', '.join(_SUFFIXES)}")
        data = self._bytes(place.suffix.lower()[1:])
        try:
            place.write_bytes(data)
        except OSError as error:
            raise AuthorProblem(f"cannot write `{place}`: {(error.strerror or str(error)).lower()}") from error

    def _bytes(self, kind: str) -> bytes:
        """The same for the same picture: no clock and no random identifiers."""
        import matplotlib as mpl

        out = io.BytesIO()
        date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
        with mpl.rc_context(_STYLE):
            self.figure.savefig(out, format=kind, metadata=date, dpi=150)
        return out.getvalue()

    def _repr_svg_(self) -> str:
        return self._bytes("svg").decode()

    def __repr__(self) -> str:
        wide, high = self.figure.get_size_inches()
        return f'<picture {wide:.1f} × {high:.1f} inches: .save("name.svg")>'


def drawn(draw: Callable[P, Picture]) -> Callable[P, Picture]:
    """What is drawn inside has our letters. Raises `AuthorProblem` where matplotlib is not installed."""

    @functools.wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Picture:
        try:
            import matplotlib as mpl
        except ImportError as missing:
            raise AuthorProblem("pictures need matplotlib", hint="pip install 'symderiv[pictures]'") from missing
        with mpl.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return styled


def figure(width: float, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty picture that no window belongs to, with panels side by side."""
    from matplotlib.figure import Figure as New

    made = New(figsize=(width, height), layout="constrained")
    return made, [made.add_subplot(1, panels, k + 1) for k in range(panels)]


def written(look: Notation) -> str:
    """A formula for matplotlib: its own mathematics where that knows every sign of it, else Unicode."""
    from matplotlib.mathtext import MathTextParser

    text = f"${latex(look)}$"
    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return unicode(look)
    return text


def bare(axes: Axes) -> None:
    """Axes without a frame, their numbers quiet."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set(color=QUIET, linewidth=0.8)
    axes.tick_params(labelsize=10, colors=QUIET)


def labelled(axes: Axes, across: Notation, up: Notation) -> None:
    """The names of both coordinates, upright as they are read."""
    style: dict[str, Any] = {"fontsize": 15, "color": TEXT}
    axes.set_xlabel(written(across), **style)
    axes.set_ylabel(written(up), rotation=0, labelpad=14, va="center", **style)
