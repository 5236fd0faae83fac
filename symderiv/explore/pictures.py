"""Pictures, by matplotlib (the extra ``pictures``), as SVG, PDF or PNG.

`Derived.plot`, `Layer.plot` and `Model.plot` draw what belongs to each.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from symderiv.algebra.tensors import whole
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.explore.names import known_as
from symderiv.explore.numbers import Point, vocabulary_of
from symderiv.writing.latex import latex
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Notation
from symderiv.writing.tensors import notation
from symderiv.writing.unicode import unicode

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from symderiv.derive.jacobian import Jacobian
    from symderiv.explore.derived import Derived
    from symderiv.explore.expression import Expression
    from symderiv.explore.layers import Layer
    from symderiv.explore.model import Model
    from symderiv.explore.values import Value


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
        with mpl.rc_context({"svg.hashsalt": "symderiv"}):
            self.figure.savefig(out, format=kind, metadata=date, dpi=150)
        return out.getvalue()

    def _repr_svg_(self) -> str:
        return self._bytes("svg").decode()

    def __repr__(self) -> str:
        wide, high = self.figure.get_size_inches()
        return f'<picture {wide:.1f} × {high:.1f} inches: .save("name.svg")>'


_SUFFIXES = (".svg", ".pdf", ".png")
INK, QUIET, PALE, WARM = "#2c6fbb", "#7a8794", "#dce6f1", "#c0562b"


def figure(width: float, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty picture that no window belongs to, with panels side by side. Raises `AuthorProblem` where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure as New
    except ImportError as missing:
        raise AuthorProblem("pictures need matplotlib", hint="pip install 'symderiv[pictures]'") from missing
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


# --- the blocks of a Jacobian ---------------------------------------------------------------------------------------------------


def block_structure(derived: Derived[Value]) -> Picture:
    """The blocks of a Jacobian: a line is a diagonal block, a shaded square a full one, nothing is zero.

    Raises `AuthorProblem` where no Jacobian belongs to what was derived.
    """
    found = derived.structure
    if found is None:
        raise AuthorProblem("no Jacobian belongs to this", hint="block_structure(jacobian(…)), block_structure(model.find(…))")
    rows, columns = len(found.outputs), len(found.inputs)
    widest = max(len(unicode(notation(b))) for r in found.blocks for b in r)
    wide = max(1.5, min(3.6, 0.085 * widest))
    made, (axes,) = figure(wide * columns + 0.7, 1.25 * rows + 0.7)
    for i in range(rows):
        for j in range(columns):
            _block(axes, i, j, found)
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.set_xticks([j + 0.5 for j in range(columns)], [written(name_notation(s.name)) for s in found.inputs])
    axes.set_yticks([i + 0.5 for i in range(rows)], [written(name_notation(o)) for o in found.outputs])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=13)
    for side in axes.spines.values():
        side.set_visible(False)
    return Picture(made)


def _block(axes: Axes, i: int, j: int, found: Jacobian) -> None:
    from matplotlib.patches import Rectangle

    kind, look = found.kinds[i][j], notation(found.blocks[i][j])
    face = PALE if kind == "full" else "white"
    axes.add_patch(Rectangle((j + 0.03, i + 0.04), 0.94, 0.92, facecolor=face, edgecolor=QUIET, linewidth=0.8))
    if kind in {"diagonal", "identity"}:
        axes.plot([j + 0.03, j + 0.97], [i + 0.04, i + 0.96], color=INK, linewidth=2.2, alpha=0.35, solid_capstyle="round")
    size = 12 if len(unicode(look)) <= 18 else 9.5
    colour = QUIET if kind == "zero" else "black"
    ground = {"facecolor": face, "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
    axes.text(j + 0.5, i + 0.5, written(look), ha="center", va="center", fontsize=size, color=colour, bbox=ground)


# --- a layer on a grid ----------------------------------------------------------------------------------------------------------


def deformation(
    layer: Layer, *, low: float = -2.0, high: float = 2.0, lines: int = 17, seed: int | None = None, **values: Any
) -> Picture:
    """How a layer of two inputs with one entry each moves a grid: before and after, horizontal lines in one colour, vertical in the other.

    Sizes are chosen so; functions and parameters have values as in `Expression.numpy`: ``deformation(layer, F=np.sin, G=np.tanh, s=0.3)``.
    """
    if len(layer.inputs) != 2 or len(layer.forward) != 2:
        raise AuthorProblem("a grid has two coordinates: this layer has not two inputs and two outputs")
    first, second = (x.symbol for x in layer.inputs)
    tensors = tuple(layer.forward.values())
    sizes = _single(tensors, (first, second))
    given = {known_as(n): _spread(tensors, known_as(n), v) for n, v in values.items()} | sizes
    made, (left, right) = figure(8.4, 4.2, panels=2)
    steps = np.linspace(low, high, 49)
    for c in np.linspace(low, high, lines):
        for colour, line in ((INK, [(u, c) for u in steps]), (WARM, [(c, v) for v in steps])):
            moved = [_moved(tensors, {**given, first.name: [u], second.name: [v]}, first, second, seed) for u, v in line]
            left.plot(*zip(*line, strict=True), color=colour, linewidth=0.9)
            right.plot(*zip(*moved, strict=True), color=colour, linewidth=0.9)
    outputs = [written(name_notation(n)) for n in layer.forward]
    for axes, (across, up) in ((left, [written(name_notation(s.name)) for s in (first, second)]), (right, outputs)):
        axes.set_xlabel(across, fontsize=13)
        axes.set_ylabel(up, fontsize=13, rotation=0, labelpad=12)
        axes.set_aspect("equal", adjustable="datalim")
        _bare(axes)
    return Picture(made)


def _single(tensors: tuple[Tensor, ...], inputs: tuple[Symbol, Symbol]) -> dict[str, int]:
    """Sizes for which both inputs have one entry: ``d = 2`` where they are ``d/2``."""
    vocabulary = vocabulary_of((*tensors, *map(whole, inputs)))
    names = sorted(vocabulary.dimensions)
    for chosen in itertools.product(range(1, 5), repeat=len(names)):
        sizes = dict(zip(names, chosen, strict=True))
        if all(s.value(sizes) == 1 for x in inputs for s in x.sizes) and all(
            s.value(sizes).denominator == 1 for s in vocabulary.sizes
        ):
            return sizes
    raise AuthorProblem("a grid has two coordinates: there are no sizes at which both inputs have one entry")


def _spread(tensors: Iterable[Tensor], name: str, value: Any) -> Any:
    """A number given for a vector stands for the vector with that one entry."""
    symbol = vocabulary_of(tensors).symbols.get(name)
    return np.full((1,) * len(symbol.sizes), value) if symbol is not None and np.ndim(value) == 0 else value


def _moved(
    tensors: tuple[Tensor, ...], values: Mapping[str, Any], first: Symbol, second: Symbol, seed: int | None
) -> tuple[float, float]:
    known = vocabulary_of(tensors)
    shaped = {
        n: np.reshape(v, (1,) * len(s.sizes)) if (s := {first.name: first, second.name: second}.get(n)) else v
        for n, v in values.items()
    }
    point = Point(
        tensors, {n: v for n, v in shaped.items() if n in known.symbols or n in known.functions or n in known.dimensions}, seed
    )
    across, up = (float(point.array(x).ravel()[0]) for x in tensors)
    return across, up


def _bare(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=9, colors=QUIET)


# --- a scalar over two parameters -----------------------------------------------------------------------------------------------


def surface(scalar: Expression | Derived[Expression], *, points: int = 61, **ranges: Any) -> Picture:
    """A scalar over two of its parameters, as level lines: ``surface(kl(q, p), mu=(-2, 2), sigma=(0.2, 3))``.

    A parameter with a pair runs over that range, any other value is held; a minimum inside is marked.
    """
    from symderiv.explore.derived import Derived as Result

    x: Tensor = (scalar.value if isinstance(scalar, Result) else scalar).tensor
    running = {known_as(n): v for n, v in ranges.items() if isinstance(v, tuple)}
    if x.rank or len(running) != 2:
        raise AuthorProblem("a surface is a scalar over two ranges", hint="surface(scalar, mu=(-2, 2), sigma=(0.2, 3))")
    held = {n: v for n, v in ranges.items() if not isinstance(v, tuple)}
    (across, (a, b)), (up, (c, d)) = running.items()
    xs, ys = np.linspace(a, b, points), np.linspace(c, d, points)
    heights = np.array([[float(Point((x,), {**held, across: u, up: v}).array(x)) for u in xs] for v in ys])
    made, (axes,) = figure(5.2, 4.2)
    filled = axes.contourf(xs, ys, heights, levels=_levels(heights), cmap="Blues_r", extend="max")
    axes.contour(xs, ys, heights, levels=_levels(heights), colors="white", linewidths=0.5)
    made.colorbar(filled, ax=axes, shrink=0.9).ax.tick_params(labelsize=9, colors=QUIET)
    v, u = np.unravel_index(int(heights.argmin()), heights.shape)
    if 0 < u < points - 1 and 0 < v < points - 1:
        axes.plot(xs[u], ys[v], marker="+", markersize=11, color=WARM, markeredgewidth=2)
    axes.set_xlabel(written(name_notation(across)), fontsize=13)
    axes.set_ylabel(written(name_notation(up)), fontsize=13, rotation=0, labelpad=12)
    look = notation(x)
    axes.set_title(written(look), fontsize=11)
    _bare(axes)
    return Picture(made)


def _levels(heights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Closer together near the minimum: a divergence is flat there and steep outside."""
    low, high = float(heights.min()), float(np.quantile(heights, 0.9))
    return low + (high - low) * np.linspace(0, 1, 13) ** 2


# --- what is made of what -------------------------------------------------------------------------------------------------------


def dependencies(model: Model) -> Picture:
    """The names of a model and what each is made of: declared ones on the left, definitions to the right of all that stands in them."""
    from symderiv.explore.program import edges_of

    edges = edges_of(model)
    column = _columns(edges)
    places: dict[str, tuple[float, float]] = {}
    for k in range(max(column.values(), default=0) + 1):
        names = [n for n in edges if column[n] == k]
        places.update((n, (float(k), (len(names) - 1) / 2 - r)) for r, n in enumerate(names))
    tallest = max((abs(y) for _, y in places.values()), default=0.0)
    made, (axes,) = figure(2.0 * (max(column.values(), default=0) + 1) + 0.6, 1.3 * tallest + 1.6)
    for name, inside in edges.items():
        for other in inside:
            _arrow(axes, places[other], places[name])
    for name, (x, y) in places.items():
        box = {"boxstyle": "round,pad=0.35", "facecolor": "white" if edges[name] else PALE, "edgecolor": INK, "linewidth": 1.2}
        axes.text(x, y, written(name_notation(name)), ha="center", va="center", fontsize=13, bbox=box, zorder=3)
    axes.set_xlim(-0.5, max(column.values(), default=0) + 0.5)
    axes.set_ylim(-tallest - 0.6, tallest + 0.6)
    axes.axis("off")
    return Picture(made)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": QUIET, "shrinkA": 16, "shrinkB": 18, "linewidth": 1.0}
    bend = 0.12 if end[0] - start[0] > 1 else 0.0
    axes.annotate("", xy=end, xytext=start, arrowprops={**style, "connectionstyle": f"arc3,rad={bend}"})


def _columns(edges: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    found: dict[str, int] = {}

    def column(name: str) -> int:
        if name not in found:
            found[name] = 1 + max((column(n) for n in edges[name]), default=-1)
        return found[name]

    for name in edges:
        column(name)
    return found
