r"""Stacks of layers: ``x_k = f_k(x_{k-1})`` for k = 1, …, K, and sums and products over the layers.

In what is given the names of layer k are names like any other: ``s_k`` is a vector, ``x_{k-1}`` what comes into the layer and ``x_k`` is defined by it. A
sum over the layers reads what stands behind it in those names, and takes it at every layer (`algebra.layered`). The letter may be another, the sum may
run from 0 to K - 1 where all numbers are one lower, and ``x^{(k)}`` is ``x_k``.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import Any, cast

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.layered import Depth, Lifting, incoming, numbered, numbers
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget, poly_term
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Symbol, Tensor, fresh
from symderiv.core.problems import AnswerProblem
from symderiv.core.size import Size
from symderiv.core.text import Source
from symderiv.reading import tree
from symderiv.reading.combine import in_words
from symderiv.reading.meaning import Reader
from symderiv.reading.calls import symbols_in
from symderiv.reading.scope import Layers, Scope, key, subscript
from symderiv.reading.sizes import size_of, subscript_pieces
from symderiv.reading.values import Reading, Readings, Value

#: A number of layers: a letter and what is added to it, or a plain number.
Number = tuple[str, int]


# --- numbers of layers in subscripts ----------------------------------------------------------------------------------------


def number_of(node: tree.Node) -> Number | None:
    """``k``, ``k-1``, ``K+1``, ``0``."""
    match node:
        case tree.Name():
            letter, sign, shift = re.fullmatch(r"(.*?)(?:([+-])(\d+))?", node.text).groups()  # type: ignore[union-attr]
            return letter, int(f"{sign}{shift}") if sign else 0
        case tree.Number() if node.digits.isdigit():
            return "", int(node.digits)
        case tree.Fenced(kind="group" | "paren"):
            return number_of(node.body)
        case tree.Sum(terms=(first, second), signs=("+", sign)) if isinstance(second, tree.Number) and second.digits.isdigit():
            found = number_of(first)
            return None if found is None else (found[0], found[1] + (int(second.digits) if sign == "+" else -int(second.digits)))
    return None


def renumbered(node: tree.Node, put: Callable[[Number], Number | None], names: Container[str] = ()) -> tree.Node:
    r"""Names with other numbers for their layers, each number one name of its own; None leaves a number as it is.

    ``x^{(k)}`` becomes ``x_k``, and ``x_1^{(k)}`` is ``x_{1,k}``, or else the first entry ``x_{k,1}`` of ``x_k`` where ``names`` has that and not the other.
    """

    def piece(x: tree.Node) -> tree.Node:
        found = number_of(x)
        new = None if found is None else put(found)
        if new is None:
            return x
        letter, shift = new
        if not letter:
            return tree.Number(x.span, str(shift))
        return tree.Name(x.span, f"{letter}{shift:+d}" if shift else letter)

    def pieces(x: tree.Node) -> tree.Node:
        if isinstance(x, tree.Listed):
            return replace(x, items=tuple(map(piece, x.items)))
        if isinstance(x, tree.Juxtaposed):
            return replace(x, items=tuple(map(piece, x.items)))
        if isinstance(x, tree.Fenced) and x.kind == "group" and number_of(x) is None:
            return replace(x, body=pieces(x.body))
        return piece(x)

    def of(x: tree.Node) -> tree.Node:
        if isinstance(x, tree.Scripted):
            base, sub, sup = of(x.base), x.sub, x.sup
            above = number_of(sup.body) if isinstance(sup, tree.Fenced) and sup.kind == "paren" else None
            if above is not None and put(above) is not None and not x.primes:
                number = piece(sup.body)  # type: ignore[union-attr]
                parts = () if sub is None else _listed(sub)
                entry = bool(parts) and _name(base, number) in names and _name(base, *parts, number) not in names
                sub = tree.Listed(x.span, ",", (number, *parts) if entry else (*parts, number)) if parts else number
                return tree.Scripted(x.span, base, pieces(sub))
            return tree.Scripted(x.span, base, None if sub is None else pieces(sub), None if sup is None else of(sup), x.primes)
        changes: dict[str, Any] = {}
        for name in x.__match_args__:
            value = getattr(x, name)
            new = part(value)
            if new is not value:
                changes[name] = new
        return replace(x, **changes) if changes else x

    def part(value: Any) -> Any:
        if type(value) is tuple:
            new = tuple(map(part, value))
            return value if all(a is b for a, b in zip(new, value, strict=True)) else new
        return of(cast("tree.Node", value)) if isinstance(value, tree.KINDS) else value

    return of(node)


def _name(base: tree.Node, *parts: tree.Node) -> str:
    return f"{key(base)}_{','.join(subscript(p) or '' for p in parts)}"


def _listed(sub: tree.Node) -> tuple[tree.Node, ...]:
    return tuple(sub.items) if isinstance(sub, tree.Listed) else (sub,)


# --- sums over the layers ---------------------------------------------------------------------------------------------------


def over_layers(reader: Reader, node: tree.Big) -> Readings | None:
    """A sum or a product over the layers of a stack; None where it runs over anything else."""
    if not reader.scope.stacks or node.op not in ("sum", "product") or node.lower is None:
        return None
    start, letter = 1, key(node.lower)
    if isinstance(node.lower, tree.Related) and node.lower.relations == ("=",) and isinstance(node.lower.sides[1], tree.Number):
        letter, start = key(node.lower.sides[0]), int(node.lower.sides[1].digits)
    end = None
    try:
        end = None if node.upper is None else size_of(node.upper)
    except ValueError:
        return None
    for layers in reader.scope.stacks:
        depth = layers.depth.size
        if letter is None or (end is not None and end.names.isdisjoint(depth.names)):
            continue
        body = _at_layer(node.body, layers, letter, start - 1 if start < 2 else 0)
        if body is None:
            continue
        if start > 2 or (end is not None and end != depth + Size.of(min(start, 1) - 1)):
            far = f"{layers.depth.letter} = 1 to {depth}"
            raise reader.problem(f"a sum or product over the layers runs over all of them, {far}", node.lower.span)
        return _summed(reader, node, body, layers, start)
    return None


def _at_layer(body: tree.Node, layers: Layers, letter: str, shift: int) -> tree.Node | None:
    """What stands behind a sum in the names of layer k; None where no name of the layers has its letter as its number."""
    own = layers.depth.letter

    def put(number: Number) -> Number | None:
        return (own, number[1] + shift) if number[0] == letter else None

    def put_apart(number: Number) -> Number | None:
        return (f"{own}°", number[1]) if number[0] == own != letter else put(number)

    def named(x: tree.Node) -> bool:
        if isinstance(x, tree.Scripted) and x.sub is not None:
            head, parts = key(x.base), [subscript(p) or "" for p in subscript_pieces(x.sub)]
            if any(f"{head}_{','.join(parts[: n + 1])}" in layers.names for n in range(len(parts))):
                return True
        return any(map(named, tree.children(x)))

    return renumbered(body, put, layers.names) if named(renumbered(body, put_apart, layers.names)) else None


def _summed(reader: Reader, node: tree.Big, body: tree.Node, layers: Layers, start: int) -> Readings:
    k = fresh(layers.depth.size)
    first = t.sub(t.ONE, t.delta(k, 1)) if start == 2 else t.ONE

    def bound(v: Value) -> Reading[Value]:
        if not isinstance(v, Tensor):
            raise ShapeMismatch(f"{in_words(v)} cannot be summed over the layers")
        if node.op == "product" and v.rank == 2:
            raise ShapeMismatch("a product of matrices over the layers has an order, which is not read here")
        indices, inner = v.open()
        inner = _lifted(layers, inner, k)
        total = t.sum_over((k,), t.mul(first, inner)) if node.op == "sum" else t.prod_over(k, t.power(inner, first))
        return Reading(t.tensor(indices, total, v.row))

    return reader.each(bound, node.span, reader.read(body))


def _lifted(layers: Layers, term: t.Term, k: t.Index) -> t.Term:
    """A term about layer k at a number; what is known of matrices of one layer is used before."""
    if _holds_determinant(term):
        with contextlib.suppress(Budget):
            term = poly_term(Normal().poly(term))
    return Lifting(layers.depth, layers.incoming).term(term, k)


def _holds_determinant(x: t.Term | Tensor) -> bool:
    values = (x.body,) if isinstance(x, Tensor) else x.values
    parts = (p for v in values for p in (v if type(v) is tuple else (v,)) if isinstance(p, (t.Term, Tensor)))
    return isinstance(x, (t.Det, t.InverseEntry)) or any(map(_holds_determinant, parts))


# --- what is given ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recursion:
    """``head`` for every number from ``start`` to ``depth``."""

    head: tree.Node
    letter: str
    start: int
    depth: Size


def recursion(node: tree.Node) -> Recursion | None:
    r"""A statement with ``k = 1, \dots, K`` behind it, or ``k \in \{1, \dots, K\}``; None where there is no such range."""
    items = node.items if isinstance(node, tree.Listed) else ()
    if len(items) == 1 or (items and isinstance(items[-1], tree.Listed)):
        flat: tuple[tree.Node, ...] = (*items[:-1], *(items[-1].items if isinstance(items[-1], tree.Listed) else ()))
    else:
        flat = tuple(items)
    flat = tuple(x for x in flat if not (isinstance(x, tree.Words) and x.text.strip() in ("for", "for all", "where", "with")))
    if len(flat) == 2 and isinstance(flat[1], tree.Related) and flat[1].relations == ("in",):
        inside = flat[1].sides[1]
        listed = inside.body if isinstance(inside, tree.Fenced) and inside.kind == "brace" else None
        if isinstance(listed, tree.Listed) and len(listed.items) >= 3:
            first = tree.Related(flat[1].span, ("=",), (flat[1].sides[0], listed.items[0]))
            flat = (flat[0], first, *listed.items[1:])
    if len(flat) < 4 or not (isinstance(flat[-2], tree.Sign) and flat[-2].name == "ellipsis"):
        return None
    at = next((n for n, x in enumerate(flat) if n and isinstance(x, tree.Related) and _starts(x)), None)
    if at is None:
        return None
    begins = flat[at]
    assert isinstance(begins, tree.Related)
    letter, begin = key(begins.sides[0]), begins.sides[1]
    try:
        depth = size_of(flat[-1])
    except ValueError:
        return None
    if letter is None or not isinstance(begin, tree.Number):
        return None
    head = flat[0] if at == 1 else tree.Listed(node.span, ",", flat[:at])
    return Recursion(head, letter, int(begin.digits), depth)


def _starts(x: tree.Related) -> bool:
    return x.relations == ("=",) and key(x.sides[0]) is not None and isinstance(x.sides[1], tree.Number)


def stated(scope: Scope, found: Recursion, source: Source, statement: Callable[[Scope, tree.Node], Scope]) -> Scope:
    """The scope with a statement about every layer; ``statement`` reads one about layer k."""
    letter = found.letter
    if found.depth.number is not None:
        raise AnswerProblem(
            "how many there are is a name here, as K; a known number of lines is written out", found.head.span, source
        )
    scope = _below(replace(scope, dimensions=scope.dimensions | found.depth.names), letter)
    node = renumbered(found.head, lambda number: number if number[0] == letter else None)
    depth = Depth(letter, found.depth)
    if not (isinstance(node, tree.Related) and node.relations == ("=",) and key(node.sides[0]) is not None):
        return with_layers(statement(scope, node), depth)
    name = key(node.sides[0]) or ""
    if numbers(name, letter) != (0,) or found.start != 1:
        hint = f"x_{letter} = f_{letter}(x_{{{letter}-1}}), {letter} = 1, \\dots, {found.depth}"
        raise AnswerProblem("a definition for every number says what has that number, from 1 on", node.span, source, hint)
    declared, added = scope.symbols.get(name), _before(scope, letter)
    scope = replace(scope, symbols={**scope.symbols, **added})
    scope = statement(replace(scope, symbols={n: s for n, s in scope.symbols.items() if n != name}), node)
    if name in scope.blocks:
        earlier = tuple(numbered(part, letter, f"{letter}-1") for part in scope.blocks[name])
        return with_layers(replace(scope, blocks={**scope.blocks, numbered(name, letter, f"{letter}-1"): earlier}), depth)
    own, value = numbered(name, letter, f"{letter}-1"), scope.definitions.get(name)
    if not isinstance(value, Tensor) or value.free:
        raise AnswerProblem("a definition for every number is one of a scalar, a vector or a matrix", node.span, source)
    if declared is not None and not T.same_shape(value, T.whole(declared)):
        raise AnswerProblem(f"{name} is declared as {T.shape_in_words(T.whole(declared))}", node.span, source)
    used = {own, *(s.name for v in scope.definitions.values() if isinstance(v, Tensor) for s in symbols_in(v))}
    scope = replace(scope, symbols={n: s for n, s in scope.symbols.items() if n not in added or n in used})
    return with_layers(scope, depth)


def _below(scope: Scope, letter: str) -> Scope:
    """The scope with the names ``s^{(k)}`` as ``s_k``."""
    above = re.compile(rf"(.*)\^\(({re.escape(letter)}(?:[+-]\d+)?)\)")

    def name(text: str) -> str:
        found = above.fullmatch(text)
        return text if found is None else f"{found[1]}{',' if '_' in found[1] else '_'}{found[2]}"

    symbols = {name(n): replace(s, name=name(n)) for n, s in scope.symbols.items()}
    functions = {name(n): replace(f, name=name(n)) for n, f in scope.functions.items()}
    return replace(scope, symbols=symbols, functions=functions)


def _before(scope: Scope, letter: str) -> dict[str, Symbol]:
    """For every declared or defined name of layer k the one of the layer before, where it is none yet."""
    out = {}
    for name, s in scope.symbols.items():
        before = numbered(name, letter, f"{letter}-1")
        if numbers(name, letter) == (0,) and before not in scope.symbols:
            out[before] = replace(s, name=before)
        if name.endswith(("_0", ",0")):
            out.setdefault(f"{name[:-1]}{letter}-1", replace(s, name=f"{name[:-1]}{letter}-1"))
    return out


def with_layers(scope: Scope, depth: Depth) -> Scope:
    """The scope in which what is defined of layer k by layer k - 1 is a stack."""
    before: dict[str, Symbol] = {}
    forward: dict[str, Tensor] = {}
    for name, value in scope.definitions.items():
        s = scope.symbols.get(numbered(name, depth.letter, f"{depth.letter}-1"))
        if numbers(name, depth.letter) == (0,) and s is not None and isinstance(value, Tensor):
            before[name], forward[name] = s, value
    comes_in = incoming(depth, before, forward)
    names = frozenset(n for n in scope.names() if numbers(n, depth.letter))
    layers = Layers(depth, comes_in, names)
    first: dict[str, Value] = {}
    for name, s in comes_in.items():
        indices = tuple(map(fresh, s.sizes[1:]))
        first[numbered(name, depth.letter, "1")] = t.tensor(indices, t.Entry(s, (1, *indices)))
    others = tuple(x for x in scope.stacks if x.depth != depth)
    symbols = {n: s for n, s in scope.symbols.items() if n not in first}
    return replace(scope, stacks=(*others, layers), definitions={**scope.definitions, **first}, symbols=symbols)


# --- what is asked ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """The volume of a stack: the same question about layer k, and whether it is the logarithm."""

    layers: Layers
    node: tree.Node
    whole: tree.Node
    logarithm: bool


def measured(scope: Scope, node: tree.Node) -> Measured | None:
    r"""``\log |\det \partial x_K / \partial x_0|``, or without the logarithm; None where nothing of the kind is asked."""
    for layers in scope.stacks:
        letter, depth = layers.depth.letter, str(layers.depth.size)
        seen: set[Number] = set()

        def put(number: Number, letter: str = letter, depth: str = depth, seen: set[Number] = seen) -> Number | None:
            if number == (depth, 0):
                seen.add(number)
                return (letter, 0)
            if number == ("", 0):
                seen.add(number)
                return (letter, -1)
            return None

        one = renumbered(node, put)
        if len(seen) == 2:
            words = {x.text for x in _walk(node) if isinstance(x, tree.Name)}
            return Measured(layers, one, node, not words.isdisjoint({"log", "ln"})) if "det" in words else None
    return None


def _walk(node: tree.Node) -> list[tree.Node]:
    return [node, *(x for child in tree.children(node) for x in _walk(child))]


def volume(scope: Scope, source: Source, asked: Measured) -> Tensor:
    """By the chain rule: the sum, or the product, of what every layer gives."""
    value = Reader(scope, source).read(asked.node)[0].value
    if not isinstance(value, Tensor) or value.rank:
        raise AnswerProblem("of a stack the determinant and its logarithm are found", asked.node.span, source)
    return lifted(asked, value)


def lifted(asked: Measured, value: Tensor) -> Tensor:
    """The sum, or the product, over all layers of a scalar about layer k."""
    k = fresh(asked.layers.depth.size)
    body = _lifted(asked.layers, value.body, k)
    return t.scalar(t.sum_over((k,), body) if asked.logarithm else t.prod_over(k, body))


def between(asked: Measured, above: Number, below: Number) -> tree.Node:
    """The question between two layers: ``∂x_{K+1}/∂x_K``."""
    wanted = {(str(asked.layers.depth.size), 0): above, ("", 0): below}
    return renumbered(asked.whole, wanted.get)
