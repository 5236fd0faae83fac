"""Pictures are drawn of what was derived; what they show is read back from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import symderiv as sd
from symderiv.core.problems import AuthorProblem
from symderiv.explore import picture

x1, x2 = sd.Vector("x1", "n"), sd.Vector("x2", "n")
F, G = sd.VectorFunction("F", "n"), sd.VectorFunction("G", "n")
LAYER = sd.Layer((x1, x2), (sd.exp(G(x2)) * x1 + F(x2), x2))
mu, sigma = sd.Scalar("mu"), sd.Scalar("sigma", positive=True)


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_a_picture_is_saved(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"blocks.{suffix}"
    LAYER.jacobian().plot().save(path)
    assert path.read_bytes().startswith({"svg": b"<?xml", "pdf": b"%PDF"}[suffix])
    again = tmp_path / f"again.{suffix}"
    LAYER.jacobian().plot().save(again)
    assert path.read_bytes() == again.read_bytes()


def test_a_block_structure_shows_every_block_and_every_size() -> None:
    (axes,) = LAYER.jacobian().plot().figure.axes
    blocks, names = [t.get_text() for t in axes.texts[:4]], [t.get_text() for t in axes.texts[4:]]
    assert blocks[2] == "$0$"
    assert len(axes.lines) == 2  # the diagonal block and the identity
    assert names == ["$x_1$", "$n$", "$x_2$", "$n$", "$y_1$", "$n$", "$y_2$", "$n$"]


def test_sizes_beside_the_blocks_are_those_of_outputs_and_inputs() -> None:
    A, c = sd.Matrix("A", "m", "n"), sd.Scalar("c")
    (axes,) = sd.jacobian((A @ x1 * c, c * c), (x1, c)).plot().figure.axes
    assert [t.get_text() for t in axes.texts[4:]] == ["$x_1$", "$n$", "$c$", "$1$", "$y_1$", "$m$", "$y_2$", "$1$"]


def test_both_inks_differ_in_lightness() -> None:
    from matplotlib.colors import to_rgb

    dark, light = (float(np.dot(to_rgb(c), [0.299, 0.587, 0.114])) for c in (picture.DARK, picture.LIGHT))
    assert light - dark > 0.3


def test_a_grid_is_moved_as_the_layer_moves_points() -> None:
    left, right = LAYER.plot(F=np.sin, G=np.tanh, lines=3, low=-1.0, high=1.0).figure.axes
    assert len(left.lines) == len(right.lines) == 6
    for before, after in zip(left.lines, right.lines, strict=True):
        u, v = (np.asarray(d) for d in before.get_data())
        y1, y2 = (np.asarray(d) for d in after.get_data())
        assert np.allclose(y1, np.exp(np.tanh(v)) * u + np.sin(v))
        assert np.allclose(y2, v)


def test_a_surface_marks_the_minimum() -> None:
    axes, _ = sd.kl(sd.Normal(mu, sigma**2), sd.Normal(0, 1)).plot(mu=(-1, 1), sigma=(0.5, 1.5), points=21).figure.axes
    (mark,) = axes.lines
    assert np.allclose(np.concatenate([np.ravel(np.asarray(d)) for d in mark.get_data()]), [0, 1])


def test_a_graph_has_an_arrow_for_each_name_that_stands_in_another() -> None:
    model = sd.Model("x, s \\in \\mathbb{R}^{n}\nu = \\exp(s) \\circ x\ny = u + x")
    (axes,) = model.plot().figure.axes
    assert sorted(t.get_text() for t in axes.texts if t.get_text()) == ["$s$", "$u$", "$x$", "$y$"]
    assert sum(not t.get_text() for t in axes.texts) == 4


def test_what_cannot_be_drawn_is_told() -> None:
    with pytest.raises(AuthorProblem, match="no Jacobian belongs to this"):
        LAYER.inverse().plot()
    with pytest.raises(AuthorProblem, match=r"ends in none of \.svg"):
        LAYER.jacobian().plot().save("blocks.gif")
    with pytest.raises(AuthorProblem, match="two ranges"):
        sd.kl(sd.Normal(mu, sigma**2), sd.Normal(0, 1)).plot(mu=(-1, 1))
    with pytest.raises(AuthorProblem, match="two coordinates"):
        sd.Layer(x1, x1).plot()
