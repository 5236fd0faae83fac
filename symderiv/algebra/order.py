"""The order in which people write things: factors of a product and terms of a sum.

In a product: numbers, constants, sizes, Greek and Latin scalars, function values, sums in brackets, functions, exponentials, logarithms,
sums over indices, expectations. In a sum: the identity and single matrices first, then by falling degree and rising names, then logarithms,
sizes and numbers. The order depends on names and structure alone; free indices count by the order in which they were made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from symderiv.algebra.terms import (
    Add, Apply, Const, Delta, Det, Dim, Entry, Index, InverseEntry, LogDensity, Mean, Mul, Num, Pow, Prod, Score, Sum, Tensor, Term, Value,
)  # fmt: skip
from symderiv.core.size import Size

#: Greek letters in their own order, capitals after the small ones.
GREEK = {
    name: place
    for place, name in enumerate(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma "
        "varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell".split()
    )
}

Key = tuple[Any, ...]

_PLACE: dict[type[Term], int] = {
    Num: 0, Const: 1, Dim: 2, Delta: 3, Entry: 4, Value: 5, InverseEntry: 6, Det: 7, Pow: 8, Mul: 8, Add: 9, Apply: 10, LogDensity: 12, Score: 12,
    Prod: 13, Sum: 14, Mean: 15,
}  # fmt: skip
_APPLIED = {"exp": 11, "log": 12}


@lru_cache(maxsize=4096)
def name_key(text: str, greek_first: bool = False) -> Key:
    """The place of a name: Latin letters by the alphabet and Greek ones by theirs, then by subscripts, numbers by value."""
    base, _, sub = text.partition("_")
    bare = base.rstrip("'")
    letter = (GREEK[bare], "") if bare in GREEK else (0, bare.casefold() + "\0" + bare)
    parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.findall(r"\d+|\D+", sub))
    return ((bare in GREEK) != greek_first, letter, parts, len(base) - len(bare), text)


def factor_key(term: Term) -> Key:
    """The place of a factor in a product."""
    base = term.base if isinstance(term, Pow) else term
    place = _APPLIED.get(base.name, 10) if isinstance(base, Apply) else _PLACE[type(base)]
    first: Key = name_key(base.symbol.name, greek_first=True) if isinstance(base, Entry) else ()
    return (place, first, *structure(term))


def structure(value: object) -> Key:
    """A complete key: equal only for equal terms."""
    if isinstance(value, (Term, Tensor)):
        return _structure_of(value)
    if isinstance(value, Index):
        return ("i", value.number, str(value.size))
    if isinstance(value, (int, Fraction)):
        return ("", value, "")
    if isinstance(value, frozenset):
        return ("n", tuple(sorted(map(str, value))))
    if isinstance(value, tuple):
        return ("t", len(value), *map(structure, value))
    if isinstance(value, (bool, Size, str)):
        return ("s", str(value))
    return ("f", name_key(getattr(value, "name", "")), str(value))


@lru_cache(maxsize=4096)
def _structure_of(term: Term | Tensor) -> Key:
    if isinstance(term, Tensor):
        return ("T", len(term.slots), *map(structure, term.slots), structure(term.body))
    if isinstance(term, Entry):
        return ("e", _PLACE[Entry], name_key(term.symbol.name), structure(term.at))
    if isinstance(term, Value):
        return (
            "e",
            _PLACE[Value],
            name_key(term.function.name),
            structure(term.by),
            structure(term.at),
            structure(term.arguments),
        )
    return ("e", _PLACE[type(term)], *map(structure, term.values))


def split(term: Term) -> tuple[Fraction, tuple[Term, ...]]:
    """The rational coefficient and the other factors."""
    factors = term.factors if isinstance(term, Mul) else (term,)
    coefficient = Fraction(1)
    rest = []
    for f in factors:
        if isinstance(f, Num):
            coefficient *= f.value
        else:
            rest.append(f)
    return coefficient, tuple(rest)


def addend_key(term: Term) -> Key:
    """The place of a term in a sum, whatever its sign."""
    coefficient, factors = split(term)
    atoms = sorted(a for f in factors for a in _atoms(f))
    if len(factors) == 1 and abs(coefficient) == 1 and _bare_matrix(factors[0]):
        kind = -1 if isinstance(factors[0], Delta) else 0
    elif not factors:
        kind = 5
    elif all(isinstance(f, (Const, Dim)) for f in factors):
        kind = 4
    elif any(_is_log(f) for f in factors) and not any(isinstance(f, (Entry, Value, Add)) for f in factors):
        kind = 3
    else:
        kind = 1
    return (kind, -len(atoms), tuple(atoms), tuple(sorted(structure(f) for f in factors)), -abs(coefficient))


def _bare_matrix(term: Term) -> bool:
    """The identity, a declared matrix, or the inverse of one: these stand first, as in ``A + U C V``."""
    return isinstance(term, Delta) or (isinstance(term, (Entry, InverseEntry)) and len(term.free) == 2)


def _is_log(term: Term) -> bool:
    if isinstance(term, Sum):
        _, inside = split(term.body.body)
        return bool(inside) and all(_is_log(f) for f in inside)
    if isinstance(term, Pow):
        return _is_log(term.base)
    return isinstance(term, Apply) and term.name == "log"


def _atoms(term: Term) -> Iterator[Key]:
    """What counts for the degree, by name: a power as often as it says, a sum over indices by what stands below it."""
    if isinstance(term, Entry):
        yield (_PLACE[Entry], name_key(term.symbol.name))
    elif isinstance(term, Value):
        yield (_PLACE[Entry], name_key(term.function.name))
    elif isinstance(term, InverseEntry):
        yield from list(_atoms(term.matrix.body))[:1]
    elif isinstance(term, Pow):
        e = term.exponent.value if isinstance(term.exponent, Num) else Fraction(1)
        if e > 0:
            for a in _atoms(term.base):
                yield from (a,) * max(1, round(e))
    elif isinstance(term, Sum):
        yield from _atoms(term.body.body)
    elif isinstance(term, Mul):
        for f in term.factors:
            yield from _atoms(f)
    elif isinstance(term, Add):
        yield from max((tuple(sorted(_atoms(t))) for t in term.terms), key=len)
    elif isinstance(term, (Apply, Det, Prod, Mean, LogDensity, Score)):
        yield (_PLACE[type(term)], ())


def _leads(number: Term, other: Term) -> bool:
    """``1 + exp(x)``, but ``x + 1``."""
    return isinstance(number, Num) and number.value > 0 and not isinstance(other, (Entry, Dim, Const)) and split(other)[0] == 1


def ordered(terms: tuple[Term, ...]) -> list[Term]:
    """The terms of a sum as one writes them; where it would begin with a minus, positive terms come first."""
    out = sorted(terms, key=addend_key)
    if len(out) == 2 and _leads(out[1], out[0]):
        out.reverse()
    if out and split(out[0])[0] < 0:
        out.sort(key=lambda t: split(t)[0] < 0)
    return out
