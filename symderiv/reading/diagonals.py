r"""Diagonal matrices by one entry: ``\operatorname{diag}(e^{s_i})``, ``\operatorname{diag}_i(e^{s_i})``, ``\operatorname{diag}(e^{s_i})_{i=1}^n``."""

from __future__ import annotations

from symderiv.algebra import tensors as T
from symderiv.algebra.terms import Tensor, tensor
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import key
from symderiv.reading.values import Note, Reading, Readings, Value


def by_entry(reader: Reader, head: tree.Node, inside: tree.Fenced, whole: tree.Node) -> Readings | None:
    """The diagonal matrix of what stands in brackets, with the range that may stand below them, over its only letter where that is an entry.

    None where neither is seen; the head may have the letter below it.
    """
    below = head.sub if isinstance(head, tree.Scripted) else None
    if isinstance(head, tree.Scripted) and (head.primes or head.sup is not None):
        return None
    ranging = isinstance(whole, tree.Scripted)
    if isinstance(whole, tree.Scripted) and not isinstance(whole.sub, tree.Related):
        return None
    values = reader.read(whole if ranging else inside)
    found = [_diagonal(reader, r, below, head.span | whole.span) for r in values]
    return None if None in found else [r for r in found if r is not None]


def _diagonal(reader: Reader, r: Reading[Value], below: tree.Node | None, span: Span) -> Reading[Value] | None:
    v = r.value
    if not isinstance(v, Tensor) or v.rank > 1:
        return None
    if v.rank:
        return Reading(T.diag(v), r.cost, r.notes) if below is None else None
    bound = {running.index for running in reader.indices.values()}
    own = [i for i in v.free if i not in bound]
    letter = next((name for name, running in reader.free.items() if own and running.index == own[0]), None)
    if len(own) != 1 or (below is not None and key(below) != letter):
        return None
    note = Note("diagonal of its letter", "diag of an entry runs over the only letter in it", span)
    return Reading(T.diag(tensor((own[0],), v.body)), r.cost, r.notes).with_note(note)
