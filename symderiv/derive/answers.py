"""The derived answer to a question: which verb of `derive` it takes, and the result with its steps, certificate and numeric checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.calculus import gradient
from symderiv.algebra.expectation import mentions
from symderiv.algebra.terms import Symbol, Tensor, scalar
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Derivation, Proved, Step, Verdict
from symderiv.decide.equal import prove
from symderiv.derive import checks
from symderiv.derive.determinant import determinant_of, statement
from symderiv.derive.divergence import NoClosedForm, expectation, gradient_of
from symderiv.derive.formula import Formula, closed, equation
from symderiv.derive.identity import identity
from symderiv.derive.induction import Induction, Number
from symderiv.derive.inverse import Inverse, NoInverse, invert
from symderiv.derive.jacobian import Jacobian, by_entries, jacobian
from symderiv.derive.lines import invert_by_lines
from symderiv.derive.program import program_of
from symderiv.derive.question import as_written
from symderiv.derive.volume import log_volume
from symderiv.derive.volume_rules import NoDeterminant
from symderiv.reading import stacks, tree
from symderiv.reading.asks import Asked, Decide, Find, Invert, Show
from symderiv.reading.tree import children
from symderiv.reading.derivatives import derivative_place, has_means, names_of_place
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import key
from symderiv.reading.values import Blocks, Value
from symderiv.writing.notation import Notation


@dataclass(frozen=True, slots=True)
class Answer:
    """What was derived. ``jacobian`` for the picture of its blocks; ``verdict`` where a statement was decided."""

    derivation: Derivation[Formula]
    value: Value | None = None
    checks: tuple[checks.NumericCheck, ...] = ()
    jacobian: Jacobian | None = None
    verdict: Verdict | None = None
    condition: Tensor | None = None
    solved: tuple[tuple[Symbol, Tensor], ...] = field(default=())


def answer(asked: Asked) -> Answer:
    """Derive the answer. Raises `AuthorProblem` that points into the question where no rule gives it."""
    try:
        match asked.ask:
            case Invert():
                return _inverse(asked, asked.ask)
            case Show():
                return _identity(asked, asked.ask)
            case Decide():
                return _decided(asked, asked.ask)
            case _:
                return _found(asked, asked.ask)
    except NoInverse as none:
        raise _unsolvable(asked, none) from None
    except (NoDeterminant, NoClosedForm) as none:
        raise AuthorProblem(str(none), None, asked.source) from None


def _unsolvable(asked: Asked, none: NoInverse) -> AuthorProblem:
    """The problem at the definition that cannot be solved."""
    given = asked.scope.source
    span = asked.scope.places.get(none.name)
    message = f"this map has no inverse that can be derived: {none}"
    return AuthorProblem(message, span, given if span is not None else asked.source)


# --- inverse ----------------------------------------------------------------------------------------------------------------


def _inverse(asked: Asked, ask: Invert) -> Answer:
    forward = {name: _tensor(asked.scope.definitions[name]) for name in ask.knowns}
    found = _by_equations_or_lines(asked, ask, forward)
    numeric = checks.inverse_checks(forward, found.full)
    return Answer(found.derivation, checks=tuple(numeric), solved=found.full)


def _by_equations_or_lines(asked: Asked, ask: Invert, forward: Mapping[str, Tensor]) -> Inverse:
    """The inverse, by the equations with all inserted, or by the lines as they stand where these use each other."""
    try:
        return invert(forward, ask.unknowns)
    except NoInverse:
        found = _by_lines(asked, ask)
        if found is None:
            raise
        return found


def _by_lines(asked: Asked, ask: Invert) -> Inverse | None:
    if asked.scope.source is None:
        return None
    try:
        program = program_of(asked.scope.source, [u.name for u in ask.unknowns], ask.knowns)
        return invert_by_lines(program, ask.unknowns)
    except (AuthorProblem, NoInverse):  # what the equations said of it is told
        return None


def _tensor(v: Value) -> Tensor:
    if not isinstance(v, Tensor):
        raise NoInverse("only vectors and scalars are solved for", "")
    return v


# --- find -------------------------------------------------------------------------------------------------------------------


def _found(asked: Asked, ask: Find) -> Answer:
    layers = stacks.measured(asked.scope, ask.node)
    if layers is not None and isinstance(ask.value, Tensor):
        return _stack(asked, ask, ask.value, layers)
    place = derivative_place(ask.node)
    if isinstance(ask.value, Blocks) and place is not None:
        return _block_jacobian(asked, ask.node, place) if not ask.value.column else _gradient(asked, ask, place)
    if isinstance(ask.value, Tensor) and ask.value.rank == 2 and place is not None and _is_map(asked, place[0]):
        return _one_block(asked, ask.node, place)
    measured = _measured(asked, ask)
    if measured is not None:
        return measured
    inner = _inner_derivative(asked, ask.node)
    if inner is not None and isinstance(ask.value, Tensor) and not ask.value.rank:
        return _determinant(asked, ask, inner)
    if isinstance(ask.value, Tensor) and has_means(ask.value) and not ask.value.rank:
        return _expectation(asked, ask.value)
    if isinstance(ask.value, Tensor):
        value = closed(ask.value)
        told = _by_entries(asked, value, place) or equation(as_written(ask.node), value)
        proof = prove(ask.value, value)
        certificate = (("proved: equal to what is asked by normal form",),) if proof is not None else ()
        return Answer(Derivation((told,), (Step("normal form", ("work out and collect",), (told,)),), (), certificate), value)
    return Answer(Derivation((equation(as_written(ask.node), ask.value),), ()), ask.value)


def _stack(asked: Asked, ask: Find, whole: Tensor, layers: stacks.Measured) -> Answer:
    """The volume of a stack of symbolic depth: that of one layer, and an induction over the depth."""
    value = Reader(asked.scope, asked.source).read(layers.node)[0].value
    try:
        one = _found(asked, Find(layers.node, value))
    except NoDeterminant:  # of a layer that is no more than a name it stays as it stands
        one = Answer(Derivation((), ()), value)
    assert isinstance(one.value, Tensor)

    def measured(above: Number, below: Number) -> Notation:
        return as_written(stacks.between(layers, above, below))

    def quotient(above: Number, below: Number) -> Notation:
        return as_written(next(n for n in _nodes(stacks.between(layers, above, below)) if isinstance(n, tree.Fraction)))

    induction = Induction(layers.layers.depth, one.value, measured, quotient, layers.logarithm)
    left, own = as_written(ask.node), one.derivation
    total = stacks.lifted(layers, one.value)
    if prove(total, whole) is None:
        raise NoDeterminant("what one layer gives could not be summed over the layers")
    states = frozenset(layers.layers.incoming)
    closes = not mentions(one.value, states)
    found = closed(total) if closes else total
    steps = (*own.steps, *induction.steps())
    if closes and not induction.volume_preserving:
        because = ("nothing in it is what comes into a layer, so no layer has to be run",)
        steps = (*steps, Step("parameters alone", because, (equation(left, found),)))
    result = equation(left, found)
    certificate = (*induction.certificate(), *(("for one layer: ", *c) for c in own.certificate))
    assumes = tuple((*c, " (for every layer)") for c in own.assumes)
    return Answer(Derivation((result,), steps, assumes, certificate), found)


def _map_of(asked: Asked, place: tuple[tree.Node | None, tree.Node]) -> tuple[dict[str, Tensor], list[Symbol]]:
    scope = asked.scope
    above, below = place
    outputs = names_of_place(above, scope) if above is not None else []
    inputs = [scope.symbols[n] for n in names_of_place(below, scope)]
    return {n: _tensor(scope.definitions[n] if n in scope.definitions else T.whole(scope.symbols[n])) for n in outputs}, inputs


def _block_jacobian(asked: Asked, node: tree.Node, place: tuple[tree.Node | None, tree.Node]) -> Answer:
    forward, inputs = _map_of(asked, place)
    if any(len(sizes) > 1 for sizes in (*(x.sizes for x in forward.values()), *(x.sizes for x in inputs))):
        raise AuthorProblem("the derivative of a matrix, or by one, has more than two indices", None, asked.source)
    found = jacobian(forward, inputs, as_written(node))
    return Answer(found.derivation, found.value, tuple(checks.jacobian_checks(forward, found)), found)


def _by_entries(asked: Asked, value: Tensor, place: tuple[tree.Node | None, tree.Node] | None) -> Formula | None:
    """The derivative of one matrix by another, entry by entry; None for what is a scalar, vector or matrix itself."""
    if place is None or place[0] is None or value.rank <= 2:
        return None
    forward, inputs = _map_of(asked, place)
    if len(forward) != 1 or len(inputs) != 1:
        return None
    ((output, y),) = forward.items()
    return by_entries(T.whole(Symbol(output, y.sizes)), T.whole(inputs[0]), value)


def _one_block(asked: Asked, node: tree.Node, place: tuple[tree.Node | None, tree.Node]) -> Answer:
    """The Jacobian of one output by one input, which is no matrix of blocks."""
    forward, inputs = _map_of(asked, place)
    left = as_written(node)
    found = jacobian(forward, inputs, left)
    ((value,),) = found.blocks
    derivation = replace(found.derivation, result=(equation(left, value),))
    return Answer(derivation, value, tuple(checks.jacobian_checks(forward, found)), found)


def _is_map(asked: Asked, above: tree.Node | None) -> bool:
    """Whether what is differentiated is the name of a vector that is defined, or of blocks."""
    name = key(above) if above is not None else None
    defined = asked.scope.definitions.get(name or "")
    return name in asked.scope.blocks or (isinstance(defined, Tensor) and defined.rank == 1)


def _inner_derivative(asked: Asked, node: tree.Node) -> tree.Node | None:
    """The Jacobian of a map inside ``det``, ``|det|`` or ``log |det|``."""
    if isinstance(node, tree.Fraction) and derivative_place(node) is not None:
        above, _ = derivative_place(node) or (None, node)
        if _is_map(asked, above):
            return node
    for child in children(node):
        found = _inner_derivative(asked, child)
        if found is not None:
            return found
    return None


def _measured(asked: Asked, ask: Find) -> Answer | None:
    """``|det ∂y/∂x|`` or its logarithm for one output and one input, by the rules for determinants; None for any other question."""
    place = next((derivative_place(n) for n in _nodes(ask.node) if isinstance(n, tree.Fraction) and derivative_place(n)), None)
    bars = any(isinstance(n, tree.Fenced) and n.kind == "bar" for n in _nodes(ask.node))
    if place is None or not bars or not isinstance(ask.value, Tensor) or ask.value.rank:
        return None
    forward, inputs = _map_of(asked, place)
    if len(forward) != 1 or len(inputs) != 1:
        return None
    (y,), (x,) = forward.values(), inputs
    volume = log_volume(gradient(y, x), {x.name}, as_written(_det_node(ask.node, ask.node)))
    value = volume.value if _logarithm(ask.node) else t.exp(volume.value)
    whole = scalar(t.apply("abs", t.Det(gradient(y, x))) if y.rank else t.apply("abs", gradient(y, x).body))
    if prove(ask.value, scalar(t.log(whole.body)) if _logarithm(ask.node) else whole) is None:
        return None  # the question holds more than the determinant
    result = closed(scalar(value))
    left = as_written(ask.node)
    steps = (*volume.steps, Step("put together", ("the same value, collected",), (equation(left, result),)))
    certificate = (("derived by the rules named in the steps, each an equality for every size",),)
    blocks = jacobian(forward, inputs)
    numeric = checks.determinant_checks(blocks, closed(scalar(t.exp(volume.value))), absolute=True)
    return Answer(Derivation((equation(left, result),), steps, volume.conditions, certificate), result, tuple(numeric))


def _determinant(asked: Asked, ask: Find, inner: tree.Node) -> Answer:
    place = derivative_place(inner)
    assert place is not None
    assert isinstance(ask.value, Tensor)
    forward, inputs = _map_of(asked, place)
    blocks = jacobian(forward, inputs, as_written(inner))
    left = as_written(ask.node)
    absolute = any(isinstance(n, tree.Fenced) and n.kind == "bar" for n in _nodes(ask.node))
    det = determinant_of(blocks, as_written(_det_node(ask.node, inner)), absolute and not _logarithm(ask.node))
    value = closed(ask.value)
    steps = det.derivation.steps
    if _logarithm(ask.node):
        steps = (
            *steps,
            Step("take the logarithm", ("the logarithm of an exponential is its exponent",), (equation(left, value),)),
        )
    numeric = checks.determinant_checks(blocks, det.value)
    derivation = Derivation((equation(left, value),), steps, det.derivation.assumes, det.derivation.certificate)
    return Answer(derivation, value, tuple(numeric), blocks)


def _nodes(node: tree.Node) -> list[tree.Node]:
    out = [node]
    for child in children(node):
        out += _nodes(child)
    return out


def _logarithm(node: tree.Node) -> bool:
    return any(isinstance(n, tree.Name) and n.text in ("log", "ln") for n in _nodes(node))


def _det_node(node: tree.Node, inner: tree.Node) -> tree.Node:
    """The part of the question that is the determinant itself."""
    for n in _nodes(node):
        if isinstance(n, tree.Juxtaposed) and isinstance(n.items[0], tree.Name) and n.items[0].text == "det" and inner in n.items:
            return tree.Juxtaposed(n.span, (n.items[0], inner))
    return node


def _expectation(asked: Asked, value: Tensor) -> Answer:
    found = expectation(value.body, asked.scope.knowledge, as_written(asked.ask.node) if isinstance(asked.ask, Find) else None)
    numeric: Sequence[checks.NumericCheck] = found.quadrature(asked.scope.knowledge)
    return Answer(found.derivation, found.value, tuple(numeric))


def _gradient(asked: Asked, ask: Find, place: tuple[tree.Node | None, tree.Node]) -> Answer:
    scope = asked.scope
    symbols = [scope.symbols[n] for n in names_of_place(place[1], scope)]
    body = ask.node.items[1:] if isinstance(ask.node, tree.Juxtaposed) else ()
    inner: tree.Node = body[0] if len(body) == 1 else tree.Juxtaposed(body[0].span | body[-1].span, tuple(body))
    of = as_written(inner)
    value = Reader(scope, asked.source).read(inner)[0].value
    assert isinstance(value, Tensor)
    steps: tuple[Step[Formula], ...] = ()
    if has_means(value):
        first = expectation(value.body, scope.knowledge, of)
        value = first.value
        steps = (Step("closed form", ("the expectation was worked out first",), first.derivation.result),)
    found = gradient_of(value, symbols, as_written(ask.node), of)
    numeric = checks.gradient_checks(
        value, [(s, b) for s, (b,) in zip(symbols, found.value.rows, strict=True) if isinstance(b, Tensor)]
    )
    derivation = Derivation(found.derivation.result, (*steps, *found.derivation.steps), (), found.derivation.certificate)
    return Answer(derivation, found.value, tuple(numeric))


# --- show and decide --------------------------------------------------------------------------------------------------------


def _identity(asked: Asked, ask: Show) -> Answer:
    reader = Reader(asked.scope, asked.source)
    left, right = reader.read(ask.left)[0].value, reader.read(ask.right)[0].value
    if not isinstance(left, Tensor) or not isinstance(right, Tensor):
        raise AuthorProblem("only identities between scalars are shown", ask.left.span | ask.right.span, asked.source)
    found = identity(left.body, right.body, asked.scope.knowledge, as_written(ask.left), as_written(ask.right))
    if not isinstance(found.verdict, Proved):
        raise AuthorProblem("this identity could not be proved", ask.left.span | ask.right.span, asked.source)
    return Answer(found.derivation, verdict=found.verdict)


def _decided(asked: Asked, ask: Decide) -> Answer:
    if not isinstance(ask.left, Tensor) or not isinstance(ask.right, Tensor):
        raise AuthorProblem("only statements about scalars are decided", ask.node.span, asked.source)
    found = statement(ask.left, ask.right, as_written(ask.node), asked.scope.knowledge)
    return Answer(found.derivation, verdict=found.verdict, condition=found.condition)
