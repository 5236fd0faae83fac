"""What counts as known while an equation is solved: values that depend on earlier entries alone, and matrices of parameters."""

from __future__ import annotations


from symderiv.algebra import tensors as T
from symderiv.algebra.expectation import mentions
from symderiv.algebra.terms import Add, Apply, Entry, Index, Mul, Pow, Sum, Symbol, Tensor, Term, Value, fresh, tensor


def earlier_only(part: Term, i: Index, unknown: Symbol) -> bool:
    """Whether a term depends on the entries of the unknown before ``i`` alone."""
    if isinstance(part, Value):
        whole = T.whole(unknown)
        inside = [a for a in part.arguments if mentions(a, frozenset((unknown.name,)))]
        return (
            "autoregressive" in part.function.traits
            and part.at == (i,)
            and not part.by
            and inside == [whole] == [part.arguments[0]]
        )
    if isinstance(part, Sum):
        inner, body = part.body.open()
        factors = body.factors if isinstance(body, Mul) else (body,)
        strict = [f for f in factors if isinstance(f, Entry) and "strictly lower" in f.symbol.traits and f.at[0] == i]
        if len(inner) != 1 or not any(f.at == (i, inner[0]) for f in strict):
            return False
        return all(_at_most(f, inner[0], unknown) and i not in f.free for f in factors if mentions(f, frozenset((unknown.name,))))
    return False


def _at_most(part: Term, k: Index, unknown: Symbol) -> bool:
    """Whether a term depends on the entry ``k`` of the unknown alone."""
    if not mentions(part, frozenset((unknown.name,))):
        return True
    if isinstance(part, Entry):
        return part.at == (k,)
    return isinstance(part, (Add, Mul, Pow, Apply)) and all(_at_most(p, k, unknown) for p in parts_of(part))


def exponential_of(part: Value) -> Tensor:
    """The matrix that an entry of an exponential belongs to."""
    at = tuple(fresh(s) for s in part.function.output)
    return tensor(at, Value(part.function, part.arguments, at, ()))


def parts_of(term: Term) -> tuple[Term, ...]:
    """The terms that an arithmetic node is made of."""
    return tuple(p for v in term.values for p in (v if type(v) is tuple else (v,)) if isinstance(p, Term))
