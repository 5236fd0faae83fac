"""Names that stand for themselves where nothing of their name is declared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.terms import scalar
from symderiv.core.size import ONE, Size
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.scope import key
from symderiv.reading.sizes import shape_of, subscript_pieces
from symderiv.reading.values import AnyIdentity, AnyOnes, Note, Reading, Readings, Value

if TYPE_CHECKING:
    from symderiv.reading.meaning import Reader


def constant(reader: Reader, node: tree.Node) -> Readings | None:
    """What a name means that nobody declared: ``I``, ``0``, a bold 1, ``δ_{ij}``, π, e and Euler's constant; None for all others."""
    base = node.base if isinstance(node, tree.Scripted) else node
    if not isinstance(base, tree.Name):
        return None
    text, sub = base.text, node.sub if isinstance(node, tree.Scripted) else None
    shape = _shape(sub)
    if text in ("I", "Id") and shape is not None:
        return [Reading(_identity(shape))] if len(shape) < 2 or shape[0] == shape[1] else None
    if text in ("O", "0") and shape is not None:
        return [Reading(T.number(0))]
    if text == "1" and base.style in ("bold", "blackboard") and shape is not None:
        return _ones(shape, node.span)
    if text == "delta" and sub is not None and len(subscript_pieces(sub)) == 2:
        return _kronecker(reader, subscript_pieces(sub), node.span)
    if text == "pi" and sub is None:
        return [Reading(scalar(t.PI))]
    if key(node) == "gamma_E":
        return [Reading(scalar(t.EULER))]
    if text == "e" and sub is None:
        return [Reading(scalar(t.exp(t.ONE)))]
    return None


def _shape(node: tree.Node | None) -> tuple[Size, ...] | None:
    """The sizes below a name, none where nothing stands there; None where it is no size."""
    try:
        return shape_of(node) if node is not None else ()
    except ValueError:
        return None


def _ones(shape: tuple[Size, ...], span: Span) -> Readings:
    if not shape:
        return [Reading(AnyOnes(T.number(1)))]
    if len(shape) > 1 and shape[1] == ONE:
        shape = shape[:1]
    note = Note("ones", "a bold 1 is the vector whose entries are all 1", span)
    return [Reading(T.tensor_of(1, shape)).with_note(note)]


def _kronecker(reader: Reader, pieces: Sequence[tree.Node], span: Span) -> Readings:
    r"""``\delta_{ij}``, where both letters are indices."""
    names = [key(p) for p in pieces]
    bound = [reader.indices.get(n) or reader.free.get(n) for n in names if n is not None]
    sizes = {r.index.size for r in bound if r is not None and r.index is not None}
    if len(sizes) != 1:
        raise reader.problem("nothing says how far the indices of this delta run", span)
    (size,) = sizes
    return [Reading(scalar(t.delta(reader.slot(pieces[0], size), reader.slot(pieces[1], size))))]


def _identity(shape: tuple[Size, ...]) -> Value:
    return T.identity(shape[0]) if shape else AnyIdentity(T.number(1))
