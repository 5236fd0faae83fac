"""The four pictures: blocks of a Jacobian, a layer on a grid, a scalar over two parameters, what is made of what.

Each takes what it draws and nothing above it: `Derived.plot`, `Layer.plot` and `Model.plot` hand it over.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symderiv.algebra.tensors import whole
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.core.problems import AuthorProblem
from symderiv.core.size import ONE, Size
from symderiv.explore.naming import known_as
from symderiv.explore.numbers import Point, vocabulary_of
from symderiv.explore.picture import DARK, LIGHT, PALE, QUIET, TEXT, Picture, bare, drawn, figure, labelled, written
from symderiv.writing.names import name as name_notation
from symderiv.writing.names import size as size_notation
from symderiv.writing.notation import Notation
from symderiv.writing.tensors import notation
from symderiv.writing.unicode import unicode

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symderiv.derive.jacobian import Jacobian


# --- the blocks of a Jacobian ---------------------------------------------------------------------------------------------------

#: What a letter of a label takes, and the least and most that a block does, in inches.
_LETTER, _NARROW, _WIDE = 0.1, 1.3, 4.4


@drawn
def block_structure(found: Jacobian) -> Picture:
    """The blocks of a Jacobian: a line is a diagonal block, a shaded one is full, nothing is zero. Sizes stand at the right and below."""
    widths = [s.sizes[0] if s.sizes else ONE for s in found.inputs]
    heights = [_height(r, found.inputs) for r in found.blocks]
    looks = [[notation(b) for b in r] for r in found.blocks]
    wide = [min(_WIDE, max(_NARROW, *(_LETTER * len(unicode(x)) + 0.3 for x in column))) for column in zip(*looks, strict=True)]
    edges = [0.0, *itertools.accumulate(wide)]
    made, (axes,) = figure(edges[-1] + 1.2, 1.15 * len(looks) + 1.0)
    for i, r in enumerate(looks):
        for j, look in enumerate(r):
            _block(axes, (edges[j], float(i)), wide[j], found.kinds[i][j], look)
    middles = [(a + b) / 2 for a, b in itertools.pairwise(edges)]
    for x, s, size in zip(middles, found.inputs, widths, strict=True):
        axes.text(x, -0.16, written(name_notation(s.name)), ha="center", va="bottom", fontsize=16)
        axes.text(x, len(looks) + 0.12, written(size_notation(size)), ha="center", va="top", fontsize=11, color=QUIET)
    for i, (o, size) in enumerate(zip(found.outputs, heights, strict=True)):
        axes.text(-0.12, i + 0.5, written(name_notation(o)), ha="right", va="center", fontsize=16)
        axes.text(edges[-1] + 0.1, i + 0.5, written(size_notation(size)), ha="left", va="center", fontsize=11, color=QUIET)
    axes.set_xlim(-0.6, edges[-1] + 0.5)
    axes.set_ylim(len(looks) + 0.4, -0.55)
    axes.axis("off")
    return Picture(made)


def _height(blocks: Sequence[Tensor], inputs: Sequence[Symbol]) -> Size:
    """How long an output is: its derivative has one place more than the input."""
    return next((b.sizes[0] for b, s in zip(blocks, inputs, strict=True) if b.rank > len(s.sizes)), ONE)


def _block(axes: Axes, corner: tuple[float, float], wide: float, kind: str, look: Notation) -> None:
    from matplotlib.patches import Rectangle

    x, y = corner
    face = PALE if kind == "full" else "white"
    axes.add_patch(Rectangle((x + 0.04, y + 0.04), wide - 0.08, 0.92, facecolor=face, edgecolor=QUIET, linewidth=0.8))
    if kind in {"diagonal", "identity"}:
        axes.plot([x + 0.04, x + wide - 0.04], [y + 0.04, y + 0.96], color=DARK, linewidth=2.4, alpha=0.4, solid_capstyle="butt")
    room = (wide - 0.2) / (_LETTER * max(1, len(unicode(look))))
    ground = {"facecolor": face, "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
    colour = QUIET if kind == "zero" else TEXT
    axes.text(
        x + wide / 2, y + 0.5, written(look), ha="center", va="center", fontsize=14 * min(1.0, room), color=colour, bbox=ground
    )


# --- a layer on a grid ----------------------------------------------------------------------------------------------------------


@drawn
def deformation(
    inputs: Sequence[Symbol], forward: Mapping[str, Tensor], *, low: float = -2.0, high: float = 2.0, lines: int = 17,
    seed: int | None = None, **values: Any,
) -> Picture:  # fmt: skip
    """How a layer of two inputs with one entry each moves a grid: horizontal lines in one colour, vertical ones in the other.

    One square is shaded before and after: how its area grows is what the determinant says. Sizes are chosen so that each input has one
    entry; functions and parameters have values as in `Expression.numpy`: ``layer.plot(F=np.sin, G=np.tanh, s=0.3)``.
    """
    if len(inputs) != 2 or len(forward) != 2:
        raise AuthorProblem("a grid has two coordinates: this layer has not two inputs and two outputs")
    grid = _Grid((inputs[0], inputs[1]), tuple(forward.values()), values, seed)
    made, (before, after) = figure(8.6, 4.4, panels=2)
    steps = np.linspace(low, high, 33)
    places = np.linspace(low, high, lines)
    across = [np.column_stack([steps, np.full_like(steps, c)]) for c in places]
    upward = [np.column_stack([np.full_like(steps, c), steps]) for c in places]
    k = lines // 2
    cell = _round(places[k], places[min(k + max(1, lines // 6), lines - 1)])
    for axes, move in ((before, lambda line: line), (after, grid.moved)):
        axes.fill(*move(cell).T, facecolor=LIGHT, alpha=0.45, edgecolor="none")
        for colour, every in ((LIGHT, upward), (DARK, across)):
            for line in every:
                axes.plot(*move(line).T, color=colour, linewidth=1.0)
        axes.set_aspect("equal", adjustable="datalim")
        bare(axes)
    labelled(before, *(name_notation(s.name) for s in inputs))
    labelled(after, *map(name_notation, forward))
    before.set_title("before", fontsize=12, color=QUIET)
    after.set_title("after", fontsize=12, color=QUIET)
    return Picture(made)


def _round(a: float, b: float) -> NDArray[np.float64]:
    """The way round a square cell."""
    side = np.linspace(a, b, 11)
    first, last = np.full_like(side, a), np.full_like(side, b)
    sides = ((side, first), (last, side), (side[::-1], last), (first, side[::-1]))
    return np.concatenate([np.column_stack(s) for s in sides])


class _Grid:
    """A map of two coordinates with everything else given."""

    def __init__(
        self, inputs: tuple[Symbol, Symbol], outputs: tuple[Tensor, ...], values: Mapping[str, Any], seed: int | None
    ) -> None:
        self.inputs, self.outputs, self.seed = inputs, outputs, seed
        known = vocabulary_of(outputs)
        self.names = {*known.symbols, *known.functions, *known.dimensions}
        self.given = {known_as(n): _spread(outputs, known_as(n), v) for n, v in values.items()} | _single(outputs, inputs)

    def moved(self, line: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the points of a line go."""
        return np.array([self._moved(*point) for point in line])

    def _moved(self, *at: float) -> list[float]:
        here = {s.name: np.reshape(v, (1,) * len(s.sizes)) for s, v in zip(self.inputs, at, strict=True)}
        values = {**self.given, **here}
        point = Point(self.outputs, {n: v for n, v in values.items() if n in self.names or n not in self._fixed()}, self.seed)
        return [float(point.array(x).ravel()[0]) for x in self.outputs]

    def _fixed(self) -> set[str]:
        """Names that are given whether or not they stand in the outputs; any other that does not is a mistake, and told."""
        return {*_single(self.outputs, self.inputs), *(s.name for s in self.inputs)}


def _single(tensors: Sequence[Tensor], inputs: tuple[Symbol, Symbol]) -> dict[str, int]:
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


# --- a scalar over two parameters -----------------------------------------------------------------------------------------------


@drawn
def surface(x: Tensor, *, points: int = 61, **ranges: Any) -> Picture:
    """A scalar over two of its parameters, as level lines: ``kl(q, p).plot(mu=(-2, 2), sigma=(0.2, 3))``.

    A parameter with a pair runs over that range, any other value is held; a minimum inside is marked.
    """
    running = {known_as(n): v for n, v in ranges.items() if isinstance(v, tuple) and len(v) == 2}
    if x.rank or len(running) != 2:
        raise AuthorProblem("a surface is a scalar over two ranges", hint="….plot(mu=(-2, 2), sigma=(0.2, 3))")
    held = {n: v for n, v in ranges.items() if known_as(n) not in running}
    (across, (a, b)), (up, (c, d)) = running.items()
    xs, ys = np.linspace(a, b, points), np.linspace(c, d, points)
    heights = np.array([[float(Point((x,), {**held, across: u, up: v}).array(x)) for u in xs] for v in ys])
    made, (axes,) = figure(5.6, 4.4)
    levels = _levels(heights)
    filled = axes.contourf(xs, ys, heights, levels=levels, cmap="Blues_r", extend="max")
    axes.contour(xs, ys, heights, levels=levels, colors="white", linewidths=0.6)
    bar = made.colorbar(filled, ax=axes, shrink=0.9, format="{x:.3g}")
    bar.set_ticks(levels[::2].tolist())
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=10, colors=QUIET, length=0)
    v, u = np.unravel_index(int(heights.argmin()), heights.shape)
    if 0 < u < points - 1 and 0 < v < points - 1:
        axes.plot(xs[u], ys[v], marker="+", markersize=12, color=LIGHT, markeredgewidth=2.4)
    labelled(axes, name_notation(across), name_notation(up))
    axes.set_title(written(notation(x)), fontsize=13, pad=10)
    bare(axes)
    return Picture(made)


#: Steps between levels that are read at a glance.
_ROUND = (1.0, 2.0, 2.5, 5.0)


def _levels(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round numbers, closer together near the minimum: a divergence is flat there and steep outside."""
    low, high = float(heights.min()), float(np.quantile(heights, 0.9))
    spread = (high - low) / 64 or 1.0
    power = 10.0 ** np.floor(np.log10(spread))
    step = power * min(_ROUND, key=lambda r: abs(np.log(r * power / spread)))
    start = np.floor(low / step) * step
    return np.asarray(start + step * np.arange(9) ** 2, dtype=float)


# --- what is made of what -------------------------------------------------------------------------------------------------------


@drawn
def dependencies(edges: Mapping[str, Sequence[str]]) -> Picture:
    """Names and what each is made of: declared ones shaded on the left, definitions to the right of all that stands in them."""
    column = _columns(edges)
    last = max(column.values(), default=0)
    places: dict[str, tuple[float, float]] = {}
    for k in range(last + 1):
        names = [n for n in edges if column[n] == k]
        if k:  # beside what they are made of, so that few arrows cross
            names.sort(key=lambda n: -float(np.mean([places[m][1] for m in edges[n]])))
        places.update((n, (float(k), (len(names) - 1) / 2 - r)) for r, n in enumerate(names))
    tallest = max((abs(y) for _, y in places.values()), default=0.0)
    made, (axes,) = figure(1.9 * (last + 1) + 0.3, 1.1 * tallest + 1.1)
    for name, inside in edges.items():
        for other in inside:
            _arrow(axes, places[other], places[name])
    for name, (x, y) in places.items():
        face = "white" if edges[name] else PALE
        box = {"boxstyle": "round,pad=0.4,rounding_size=0.3", "facecolor": face, "edgecolor": DARK, "linewidth": 1.1}
        axes.text(x, y, written(name_notation(name)), ha="center", va="center", fontsize=16, bbox=box, zorder=3)
    axes.set_xlim(-0.4, last + 0.4)
    axes.set_ylim(-tallest - 0.5, tallest + 0.5)
    axes.axis("off")
    return Picture(made)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": QUIET, "shrinkA": 17, "shrinkB": 19, "linewidth": 1.0}
    bend = 0.12 if end[0] - start[0] > 1 else 0.0
    axes.annotate("", xy=end, xytext=start, arrowprops={**style, "connectionstyle": f"arc3,rad={bend}"})


def _columns(edges: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}

    def column(name: str) -> int:
        if name not in found:
            found[name] = 1 + max((column(n) for n in edges[name]), default=-1)
        return found[name]

    for name in edges:
        column(name)
    return found
