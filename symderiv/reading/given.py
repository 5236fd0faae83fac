r"""The model language's *given*: one statement a line, each a declaration, a definition, a block or a density.

``x_1, x_2 \in \mathbb{R}^{n}``, ``\sigma > 0``, ``F : \mathbb{R}^{n} \to \mathbb{R}^{n}``, ``y = \exp(s) \circ x``, ``x = (x_1, x_2)``, ``q(z) = \mathcal{N}(z; \mu, \Sigma)``,
``q(z) = \prod_{i=1}^{n} q_i(z_i)``, ``p(x, z) = p(x \mid z)\, p(z)``, ``z \sim q(z \mid x)``, ``T(x) = A x + b``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.densities import Abstract
from symderiv.algebra.families import Family
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget
from symderiv.algebra.terms import Function, Symbol, Tensor
from symderiv.core.domain import NONNEGATIVE, POSITIVE
from symderiv.core.problems import AnswerProblem, AuthorProblem
from symderiv.core.size import Size
from symderiv.core.text import Source, Span
from symderiv.reading import tree
from symderiv.reading.calls import call_key
from symderiv.reading.given_densities import (
    by_coordinate,
    distributed,
    factored,
    family_of,
    gaussian,
    named,
    of_family,
    with_densities,
)
from symderiv.reading.meaning import Reader
from symderiv.reading.sets import space
from symderiv.reading.parse import parse
from symderiv.reading.normals import is_normal
from symderiv.reading.scope import Map, Scope, key
from symderiv.reading.stacks import recursion, stated
from symderiv.reading.values import Blocks, Value

#: Words behind a declaration and the trait they give.
TRAITS = {
    "invertible": "invertible", "nonsingular": "invertible", "symmetric": "symmetric", "orthogonal": "orthogonal",
    "diagonal": "diagonal", "lower triangular": "lower", "upper triangular": "upper", "positive definite": "positive definite",
    "strictly lower triangular": "strictly lower", "unit lower triangular": "unit lower",
}  # fmt: skip

#: Words behind a function: every entry of the value depends on that entry of the argument alone, or on the entries before it alone; or it is
#: the power series of exp at a square matrix.
FUNCTION_TRAITS = ("elementwise", "autoregressive", "matrix exponential")


def read_given(
    source: Source, spans: Iterable[Span] | None = None, narrowed: Mapping[str, Function] | None = None,
    families: Mapping[str, Family] | None = None,
) -> Scope:  # fmt: skip
    """The scope of a text of statements, one a line; a line's ``%`` starts a comment. Raises `AuthorProblem` where one cannot be read.

    ``narrowed``: functions about which more is assumed than their declaration says. ``families``: distributions that may be named.
    """
    scope = Scope(source=source, families={} if families is None else families)
    for span in spans if spans is not None else statement_spans(source):
        before = scope.definitions
        scope = extended(scope, source, span)
        scope = replace(scope, places={**scope.places, **dict.fromkeys(scope.definitions.keys() - before.keys(), span)})
        if narrowed and not scope.functions.keys().isdisjoint(narrowed):
            known = {name: narrowed.get(name, f) for name, f in scope.functions.items()}
            scope = replace(scope, functions=known)
    return scope


def statement_spans(source: Source) -> list[Span]:
    """Where each statement stands."""
    out, start = [], 0
    for line in source.text.split("\n"):
        text = _uncommented(line)
        if text.strip():
            left = start + len(text) - len(text.lstrip())
            out.append(Span(left, left + len(text.strip())))
        start += len(line) + 1
    return out


def _uncommented(line: str) -> str:
    for k, c in enumerate(line):
        if c == "%" and (not k or line[k - 1] != "\\"):
            return line[:k]
    return line


def extended(scope: Scope, source: Source, span: Span, node: tree.Node | None = None) -> Scope:
    """The scope with one more statement."""
    try:
        statement = node if node is not None else parse(source, span=span)
        return _statement(scope, statement, source)
    except AnswerProblem as problem:
        raise AuthorProblem(problem.message, problem.span, problem.source or source, problem.hint) from None
    except (T.ShapeMismatch, t.Undefined, Budget) as mismatch:
        raise AuthorProblem(str(mismatch), span, source) from None


def _statement(scope: Scope, node: tree.Node, source: Source) -> Scope:
    layers = recursion(node)
    if layers is not None:
        return stated(scope, layers, source, lambda inner, one: _statement(inner, one, source))
    head, words = _with_words(node)
    names: tuple[tree.Node, ...] = ()
    if isinstance(head, tree.Listed):
        relations = [k for k, i in enumerate(head.items) if isinstance(i, tree.Related)]
        if relations == [len(head.items) - 1]:
            names, head = head.items[:-1], head.items[-1]
        elif len(relations) == len(head.items):
            for item in head.items:
                scope = _statement(scope, item, source)
            return scope
    if not isinstance(head, tree.Related):
        named = with_densities(scope, head)
        if named != scope:  # a density by its name and variables alone
            return named
        raise AnswerProblem(
            "this is no declaration and no definition", node.span, source, r"write x \in \mathbb{R}^{n}, or y = …"
        )
    first = head.relations[0]
    if first == "in":
        return _member(scope, (*names, head.sides[0]), head.sides[1], words, source)
    if first == ":" and head.relations[1:2] == ("to",):
        return _functions(scope, (*names, head.sides[0]), head.sides[1], head.sides[2], words, source)
    if first in (">", "succ", ">="):
        return _positive(scope, (*names, head.sides[0]), head, source)
    if first in ("=", ":=") and len(head.sides) == 2:
        return _definition(with_densities(scope, head), head.sides[0], head.sides[1], source)
    if first == "~":
        return distributed(scope, head.sides[0], head.sides[1], source)
    raise AnswerProblem("this statement is none of the model language", head.span, source)


def _with_words(node: tree.Node) -> tuple[tree.Node, list[str]]:
    """A statement without the words behind it."""
    if isinstance(node, tree.Listed) and isinstance(node.items[-1], (tree.Words, tree.Name)) and len(node.items) > 1:
        last = node.items[-1]
        text = last.text.strip()
        if text in TRAITS or text in FUNCTION_TRAITS:
            rest = node.items[:-1]
            return _with_words(rest[0] if len(rest) == 1 else tree.Listed(node.span, node.by, rest))[0], [
                *_with_words(rest[0] if len(rest) == 1 else tree.Listed(node.span, node.by, rest))[1],
                text,
            ]
    return node, []


# --- declarations -----------------------------------------------------------------------------------------------------


def _member(scope: Scope, names: Sequence[tree.Node], home: tree.Node, words: Sequence[str], source: Source) -> Scope:
    sizes, domain, traits = space(home, source)
    unknown = [w for w in words if w not in TRAITS]
    if unknown:
        raise AnswerProblem(
            f"{unknown[0]} is no property of a matrix", home.span, source, f"known are {', '.join(sorted(TRAITS))}"
        )
    traits = traits | {TRAITS[w] for w in words}
    for node in names:
        name = named(node, source)
        scope = replace(scope, symbols={**scope.symbols, name: Symbol(name, sizes, domain, frozenset(traits))})
    return replace(scope, dimensions=scope.dimensions | {n for s in sizes for n in s.names})


def _functions(
    scope: Scope, names: Sequence[tree.Node], inputs: tree.Node, output: tree.Node, words: Sequence[str], source: Source
) -> Scope:
    spaces = inputs.items if isinstance(inputs, tree.Product) and set(inputs.ops) == {"times"} else (inputs,)
    arguments = tuple(space(s, source)[0] for s in spaces)
    if isinstance(output, tree.Product) and set(output.ops) == {"times"}:
        return _several_outputs(scope, names, arguments, output.items, source)
    sizes, domain, traits = space(output, source)
    elementwise = "elementwise" in words
    if "autoregressive" in words:
        traits |= {"autoregressive"}
        if sizes != arguments[0] or len(sizes) != 1:
            raise AnswerProblem("an autoregressive function gives a vector of its first argument's size", output.span, source)
    if "matrix exponential" in words:
        traits |= {"matrix exponential"}
        if len(arguments) != 1 or len(sizes) != 2 or len(set(sizes)) != 1 or arguments[0] != sizes:
            raise AnswerProblem("the matrix exponential takes a square matrix and gives one of its size", output.span, source)
    if elementwise and (len(arguments) != 1 or arguments[0] != sizes):
        raise AnswerProblem("an elementwise function has one argument, of its output's size", output.span, source)
    for node in names:
        name = named(node, source)
        scalar_function = arguments == ((),) and sizes == ()
        f = Function(
            name,
            ((),) if elementwise else arguments,
            () if elementwise else sizes,
            elementwise or scalar_function,
            domain,
            frozenset(traits),
        )
        scope = replace(scope, functions={**scope.functions, name: f})
    return replace(scope, dimensions=scope.dimensions | {n for a in (*arguments, sizes) for s in a for n in s.names})


def _several_outputs(
    scope: Scope, names: Sequence[tree.Node], arguments: tuple[tuple[Size, ...], ...], spaces: Sequence[tree.Node], source: Source
) -> Scope:
    for node in names:
        name, parts = named(node, source), []
        for k, home in enumerate(spaces):
            sizes, domain, traits = space(home, source)
            parts.append(Function(f"{name}_{k + 1}", arguments, sizes, False, domain, frozenset(traits)))
        scope = replace(scope, outputs={**scope.outputs, name: tuple(parts)})
        used = {n for f in parts for sizes in (*f.arguments, f.output) for s in sizes for n in s.names}
        scope = replace(scope, dimensions=scope.dimensions | used)
    return scope


def _positive(scope: Scope, names: Sequence[tree.Node], head: tree.Related, source: Source) -> Scope:
    if not (isinstance(head.sides[1], tree.Number) and head.sides[1].digits == "0"):
        raise AnswerProblem("a sign is declared against 0", head.sides[1].span, source)
    for node in names:
        name = named(node, source)
        old = scope.symbols.get(name)
        if head.relations[0] == "succ":
            if old is None or len(old.sizes) != 2:
                raise AnswerProblem("declare the matrix first", node.span, source, f"{name} \\in \\mathbb{{R}}^{{n \\times n}}")
            new = replace(old, traits=old.traits | {"positive definite"})
        else:
            new = replace(old or Symbol(name), domain=POSITIVE if head.relations[0] == ">" else NONNEGATIVE)
        scope = replace(scope, symbols={**scope.symbols, name: new})
    return scope


# --- definitions ------------------------------------------------------------------------------------------------------


def _definition(scope: Scope, left: tree.Node, right: tree.Node, source: Source) -> Scope:
    call = left if isinstance(left, tree.Juxtaposed) and len(left.items) == 2 and isinstance(left.items[1], tree.Fenced) else None
    if call is not None:
        return _called(scope, call, right, source)
    if isinstance(left, tree.Fenced) and isinstance(left.body, tree.Listed):
        return _several(scope, left.body.items, right, source)
    name = named(left, source)
    parts = _block_names(scope, right)
    if parts is not None:
        return replace(scope, blocks={**scope.blocks, name: parts})
    if name in scope.random and _is_new_call(
        scope, right
    ):  # z = h^{-1}(ε) of a map that is known by its name alone: it says nothing of z
        return scope
    reader = Reader(scope, source)
    value = reader.read(right)[0].value
    return with_arguments(scope.with_definition(name, value), value)


def _is_new_call(scope: Scope, node: tree.Node) -> bool:
    if not isinstance(node, tree.Juxtaposed) or len(node.items) != 2 or not isinstance(node.items[1], tree.Fenced):
        return False
    head = node.items[0].base if isinstance(node.items[0], tree.Scripted) else node.items[0]
    return isinstance(head, tree.Name) and head.style == "plain" and head.text not in scope.names()


def _several(scope: Scope, names: Sequence[tree.Node], right: tree.Node, source: Source) -> Scope:
    """``(s, t) = H(x)``: the outputs of a function, or the parts of a list, each with a name."""
    head = right.items[0] if isinstance(right, tree.Juxtaposed) and len(right.items) == 2 else None
    f = scope.functions.get(key(head) or "") if head is not None else None
    if f is not None and len(f.output) == 1:  # a vector in parts of one size
        part = f.output[0].times(Fraction(1, len(names)))
        parts = tuple(replace(f, name=f"{f.name}_{k + 1}", output=(part,)) for k in range(len(names)))
        scope = replace(scope, outputs={**scope.outputs, f.name: parts})
    value = Reader(scope, source).read(right)[0].value
    if not isinstance(value, Blocks) or not value.column or len(value.rows) != len(names):
        raise AnswerProblem(f"this has no {len(names)} parts", right.span, source)
    for node, (part_value,) in zip(names, value.rows, strict=True):
        scope = with_arguments(scope.with_definition(named(node, source), part_value), part_value)
    return scope


def _block_names(scope: Scope, node: tree.Node) -> tuple[str, ...] | None:
    if not (isinstance(node, tree.Fenced) and node.kind in ("paren", "bracket") and isinstance(node.body, tree.Listed)):
        return None
    names = [key(i) for i in node.body.items]
    if all(n is not None and (n in scope.symbols or n in scope.definitions) for n in names):
        return tuple(n for n in names if n is not None)
    return None


def with_arguments(scope: Scope, value: Value) -> Scope:
    """What each unspecified function is applied to, remembered where it is one thing only."""
    found: dict[str, set[tuple[Tensor, ...]]] = {}
    stack: list[object] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif isinstance(item, Tensor):
            stack.append(item.body)
        elif isinstance(item, Blocks):
            stack.append(item.rows)
        elif isinstance(item, t.Term):
            if isinstance(item, t.Value) and not item.by:
                found.setdefault(item.function.name, set()).add(_whole_arguments(item))
            stack.extend(item.values)
    known = dict(scope.arguments)
    for name, arguments in found.items():
        if len(arguments) == 1:
            known.setdefault(name, next(iter(arguments)))
    return replace(scope, arguments=known)


def _whole_arguments(v: t.Value) -> tuple[Tensor, ...]:
    """The arguments of a call; for an elementwise function the vector that its entry comes from."""
    if not v.function.elementwise:
        return v.arguments
    body = v.arguments[0].body
    if isinstance(body, t.Entry):
        return (T.whole(body.symbol),)
    return v.arguments


def _called(scope: Scope, call: tree.Juxtaposed, right: tree.Node, source: Source) -> Scope:
    head, inside = call.items[0], call.items[1]
    assert isinstance(inside, tree.Fenced)
    family = key(head)
    if is_normal(right):
        return gaussian(scope, head, inside, right, source)
    if family_of(scope, right) is not None:
        return of_family(scope, family or "", inside, right, source)
    if isinstance(right, tree.Big) and right.op == "product":
        return by_coordinate(scope, family or "", inside, right, source)
    if family is not None and isinstance(scope.densities.get(family), Abstract):
        return factored(scope, call, right, source)
    name = call_key(head, inside)
    parameters = _parameters(scope, inside)
    if parameters is not None and family not in scope.functions:
        inner = scope
        for p in parameters:
            inner = replace(inner, symbols={**inner.symbols, p.name: p})
        body = Reader(inner, source).read(right)[0].value
        scope = replace(scope, maps={**scope.maps, family or "": Map(parameters, body)})
        return with_arguments(scope.with_definition(name, body), body) if name is not None else scope
    if name is None:
        raise AnswerProblem("this definition is not read", call.span, source)
    value = Reader(scope, source).read(right)[0].value
    if family in scope.functions:
        place = Reader(scope, source).read(call)[0].value
        if isinstance(place, Tensor) and isinstance(place.body, t.Value) and isinstance(value, Tensor) and not value.rank:
            settled = Normal().term(place.body)
            assert isinstance(settled, t.Value)
            return replace(scope, values={**scope.values, settled: value.body})
        raise AnswerProblem("a function's value is given at one place, as a number", call.span, source)
    scope = scope.with_definition(name, value)
    return scope.with_definition(family, value) if family is not None and family not in scope.functions else scope


def _parameters(scope: Scope, inside: tree.Fenced) -> tuple[Symbol, ...] | None:
    nodes = inside.body.items if isinstance(inside.body, tree.Listed) else (inside.body,)
    names = [key(n) for n in nodes]
    if all(n in scope.symbols for n in names):
        return tuple(scope.symbols[n] for n in names if n is not None)
    return None
