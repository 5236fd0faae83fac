r"""What scripts on one thing mean: ``x_i``, ``x_{2,i}``, ``A^\top``, ``x'``, ``\theta^*``, ``x^{(i)}``, ``e^x``, ``\|x\|_2``.

A name that is declared with its scripts goes first, then a head that takes scripts (`heads`), then a component, a transpose or a power.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.algebra import tensors as T
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Tensor, tensor
from symderiv.reading import combine, fences, heads, known, tree
from symderiv.reading.binders import find_sizes
from symderiv.reading.meaning import Reader, transpose_mark
from symderiv.reading.scope import key, marked_key
from symderiv.reading.sizes import size_of, subscript_pieces
from symderiv.reading.values import Blocks, Note, Reading, Readings, Value


def read(reader: Reader, node: tree.Scripted) -> Readings:
    """Every meaning of one thing with its subscript, superscript and primes."""
    if node.sup is None and (declared := reader.named(key(node))) is not None:
        return [declared]
    found = heads.lone(reader, node)
    if found is not None:
        return found
    marked = _marked(reader, node)
    if marked is not None:
        return marked
    ranging = _over_a_range(reader, node)
    if ranging is not None:
        return ranging
    bare = tree.Scripted(node.span, node.base, node.sub) if node.sub is not None else node.base
    if isinstance(node.base, tree.Number) and node.base.digits == "0" and node.sup is None:
        return [Reading(T.number(0))]  # a zero with its size
    if node.sup is None and not node.primes:
        return _subscripted(reader, node)
    if (
        isinstance(node.base, tree.Name)
        and node.base.text == "e"
        and node.sub is None
        and node.sup
        and _is_euler(reader, node.sup)
    ):
        exponents = reader.read(node.sup)
        if any(known.is_square(r.value) for r in exponents):
            return known.exponentials(reader, exponents, node.span)
        return reader.each(lambda v: combine.applied("exp", v, node.span), node.span, exponents)
    if node.primes and key(bare) is not None and reader.named(f"{key(bare)}{chr(39) * node.primes}"):
        base: Readings = [reader.named(f"{key(bare)}{chr(39) * node.primes}")]  # type: ignore[list-item]
    elif (
        node.primes == 1
        and (named := reader.named(key(bare))) is not None
        and isinstance(named.value, Tensor)
        and named.value.rank
    ):
        note = Note("prime for transpose", "a prime on a declared vector or matrix is its transpose", node.span, "stretched")
        base = [Reading(combine.transposed(named.value)).with_note(note)]
    elif node.primes == 1 and isinstance(bare, tree.Fenced) and bare.kind in ("paren", "bracket"):
        note = Note("prime for transpose", "a prime behind brackets is a transpose", node.span, "stretched")
        base = reader.each(_transposed_tensor, node.span, reader.read(bare))
        base = [r.with_note(note) for r in base]
    elif node.primes:
        raise reader.problem("a prime has no meaning here: only a declared function has derivatives", node.span)
    else:
        base = reader.read(bare)
    return base if node.sup is None else reader.raised(base, node.sup, node.span)


def _is_euler(reader: Reader, sup: tree.Node) -> bool:
    """Whether ``e`` below an exponent is the base of the exponential: nothing has this name, or what has it cannot be raised to this.

    A vector of blocks has no powers, and a vector none whose exponent is more than a number.
    """
    named = reader.named("e")
    if named is None:
        return True
    v = named.value
    if transpose_mark(sup) or not (isinstance(v, Blocks) or (isinstance(v, Tensor) and v.rank == 1)):
        return False
    return isinstance(v, Blocks) or all(not isinstance(r.value, Tensor) or r.value.rank for r in reader.read(sup))


def _marked(reader: Reader, node: tree.Scripted) -> Readings | None:
    r"""``\theta^*``, ``x^{(i)}``, ``x^{(i)}_j``: a declared name whose superscript is no power."""
    if node.sup is None:
        return None
    whole = reader.named(marked_key(node))
    if whole is not None:
        return [whole]
    at = _index_above(reader, node)
    if at is not None:
        below = tree.Scripted(node.span, node.base, node.sub) if node.sub is not None else node.base
        if reader.named(key(below)) is not None:
            return reader.component(reader.read(below), [at], node.span)
    stem = reader.named(marked_key(tree.Scripted(node.span, node.base, None, node.sup))) if node.sub is not None else None
    if stem is None or node.sub is None:
        return None
    return reader.component([stem], subscript_pieces(node.sub), node.span)


def _index_above(reader: Reader, node: tree.Scripted) -> tree.Node | None:
    """The i of ``x^{(i)}`` where a sum or product runs over i: the coordinate is written above."""
    if not isinstance(node.sup, tree.Fenced) or node.sup.kind != "paren" or node.primes:
        return None
    return node.sup.body if key(node.sup.body) in reader.indices else None


def _subscripted(reader: Reader, node: tree.Scripted) -> Readings:
    if key(node.base) is not None or node.sub is None:
        return reader.name(node)
    if isinstance(node.base, tree.Fenced) and node.base.kind == "norm":
        return fences.norm_below(reader, node.base, node.sub)
    listed = _by_entries(reader, node.base, subscript_pieces(node.sub))
    return listed or reader.component(reader.read(node.base), subscript_pieces(node.sub), node.span)


def _by_entries(reader: Reader, base: tree.Node, places: Sequence[tree.Node]) -> Readings | None:
    r"""``(A_{ik} B_{jl})_{i,j,k,l}``, ``(a_i)_{i=1}^{n}``: the vector or matrix with these entries, where nothing else binds the letters."""
    letters = [p.text for p in places if isinstance(p, tree.Name)]
    if not isinstance(base, tree.Fenced) or len(set(letters)) != len(places) or not reader.indices.keys().isdisjoint(letters):
        return None
    outside = {name: reader.free.pop(name, None) for name in letters}
    try:
        find_sizes(reader, base)
        found = reader.read(base)
        running = [reader.free.get(name) for name in letters]
        indices = [r.index for r in running if r is not None and r.index is not None]
        if len(indices) != len(letters):
            return None
        return [
            Reading(tensor(tuple(indices), r.value.body), r.cost, r.notes)
            for r in found
            if isinstance(r.value, Tensor) and not r.value.rank and r.value.free.issuperset(indices)
        ] or None
    finally:
        for name, running_outside in outside.items():
            reader.free.pop(name, None)
            if running_outside is not None:
                reader.free[name] = running_outside


def _over_a_range(reader: Reader, node: tree.Scripted) -> Readings | None:
    r"""``(a_i)_{i=1}^{n}`` and ``(A_{ij})_{i,j=1}^{n}``, where the entries are as many as is said."""
    *others, at = node.sub.items if isinstance(node.sub, tree.Listed) else (node.sub,)
    if not isinstance(at, tree.Related) or at.relations != ("=",) or node.sup is None or node.primes:
        return None
    letters = (*others, at.sides[0])
    found = _by_entries(reader, node.base, letters) if _is_one(at.sides[1]) else None
    try:
        sizes = (size_of(node.sup),) * len(letters)
    except ValueError:
        return None
    return found if found and all(isinstance(r.value, Tensor) and r.value.sizes == sizes for r in found) else None


def _is_one(node: tree.Node) -> bool:
    return isinstance(node, tree.Number) and node.digits == "1"


def _transposed_tensor(v: Value) -> Reading[Value]:
    if not isinstance(v, Tensor) or not v.rank:
        raise ShapeMismatch(f"a prime is no derivative here, and {combine.in_words(v)} has no transpose")
    return Reading(combine.transposed(v))
