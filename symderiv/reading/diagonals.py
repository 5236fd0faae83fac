r"""Diagonal matrices by one entry: ``\operatorname{diag}(e^{s_i})``, ``\operatorname{diag}_i(e^{s_i})``, ``\operatorname{diag}(e^{s_i})_{i=1}^n``."""

from __future__ import annotations

from symderiv.algebra.terms import Tensor, tensor
from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import key
from symderiv.reading.values import Note, Reading, Readings


def is_ranging(node: tree.Node) -> bool:
    """Whether brackets have a range below them: ``(e^{s_i})_{i=1}^n``."""
    return isinstance(node, tree.Scripted) and isinstance(node.sub, tree.Related)


def over_letter(reader: Reader, values: Readings, letter: tree.Node | None, span: Span) -> Readings:
    """An entry as the vector of its values over its only letter, which may be written below diag; other values as they are."""
    bound = {running.index for running in reader.indices.values()}
    names = {running.index: name for name, running in reader.free.items()}
    note = Note("diagonal of its letter", "diag of an entry runs over the only letter in it", span)
    out: Readings = []
    for r in values:
        v = r.value
        own = [i for i in v.free if i not in bound] if isinstance(v, Tensor) and not v.rank else []
        if isinstance(v, Tensor) and len(own) == 1 and (letter is None or key(letter) == names.get(own[0])):
            out.append(Reading(tensor((own[0],), v.body), r.cost, r.notes).with_note(note))
        elif letter is not None:
            raise reader.problem(
                "diag takes no mark here", letter.span, "only the letter that the entries run over may stand below"
            )
        else:
            out.append(r)
    return out
