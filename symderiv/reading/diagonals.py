r"""Diagonal matrices by one entry: ``\operatorname{diag}(e^{s_i})``, ``\operatorname{diag}_i(e^{s_i})``, ``\operatorname{diag}(e^{s_i})_{i=1}^n``."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra import tensors as T
from symderiv.algebra.terms import Tensor, tensor
from symderiv.core.problems import AnswerProblem
from symderiv.reading import tree
from symderiv.reading.calls import brackets
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import key
from symderiv.reading.values import Note, Reading, Readings


def of_entries(reader: Reader, items: Sequence[tree.Node], k: int) -> Readings | None:
    """The matrix whose diagonal has the entries in the brackets behind ``k``, over their only letter; None where a vector stands there."""
    head, inside = items[k], brackets(items, k + 1)
    following = items[k + 1] if k + 1 < len(items) else None
    if inside is None or isinstance(inside.body, tree.Listed) or (isinstance(head, tree.Scripted) and (head.primes or head.sup)):
        return None
    ranging = isinstance(following, tree.Scripted)
    if isinstance(following, tree.Scripted):
        if not isinstance(following.sub, tree.Related):
            return None
        values = reader.read(following)
    else:
        try:
            values = reader.read(inside)
        except AnswerProblem:
            return None
    named = key(head.sub) if isinstance(head, tree.Scripted) and head.sub is not None else None
    bound = {running.index for running in reader.indices.values()}
    letters = {running.index: letter for letter, running in reader.free.items()}
    note = Note("diagonal of its letter", "diag of an entry runs over the only letter in it", head.span | inside.span)
    out: Readings = []
    for r in values:
        v = r.value
        if not isinstance(v, Tensor):
            return None
        if ranging and v.rank == 1:
            out.append(Reading(T.diag(v), r.cost, r.notes))
            continue
        own = [i for i in v.free if i not in bound]
        if v.rank or len(own) != 1 or (isinstance(head, tree.Scripted) and letters.get(own[0]) != named):
            return None
        out.append(Reading(T.diag(tensor((own[0],), v.body)), r.cost, r.notes).with_note(note))
    return out
