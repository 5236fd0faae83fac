"""Whether a chain of right steps leads to what was to be shown, up to moving terms from one side to the other.

Defined names and divergences are kept as they stand: ``F(q) = log p(x) - D_KL`` is reached where the ends of some chain differ by just these,
not where both sides happen to be equal. They may stand as what they are defined to be, expectation by expectation; but where all of a claim is
true by definition, nothing is reached by that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from symderiv.algebra import terms as t
from symderiv.algebra.densities import Densities
from symderiv.algebra.normal import Normal
from symderiv.algebra.tensors import ShapeMismatch, same_shape
from symderiv.algebra.polynomials import Budget, Poly, monomial_term
from symderiv.algebra.terms import Add, Entry, LogDensity, Mean, Mul, Sum, Symbol, Tensor, Term, Undefined
from symderiv.core.problems import AnswerProblem
from symderiv.grading.chains import Checked
from symderiv.grading.links import EQUAL
from symderiv.grading.links import compare, fitting
from symderiv.reading import tree
from symderiv.reading.asks import Asked, Show
from symderiv.reading.claims import Side
from symderiv.reading.meaning import Reader
from symderiv.reading.scope import Scope
from symderiv.reading.upto import without_constant


def reached(asked: Asked, checked: Checked) -> bool:
    """Whether some two sides of a chain make up the claim."""
    assert isinstance(asked.ask, Show)
    opaque, unfolded = _opaque_scope(asked.scope), _Unfolded()
    if _leads(asked, checked, opaque, _opaque_scope(checked.scope), _kept):
        return True
    return _leads(asked, checked, asked.scope, checked.scope, unfolded.term)


def _leads(asked: Asked, checked: Checked, given: Scope, answered: Scope, seen: Callable[[Term], Term]) -> bool:
    """Whether two sides of a chain make up the claim, with expectations as ``seen`` has them."""
    assert isinstance(asked.ask, Show)
    knowledge = given.knowledge
    claim = _difference(Reader(given, asked.source), asked.ask.left, asked.ask.right, knowledge, seen)
    if claim is None or (not claim and seen is not _kept):
        return False
    negative = {m: -c for m, c in claim.items()}
    reader = Reader(answered, checked.source)
    for chain in checked.chains:
        sides = [_with_notes(s.side, reader, knowledge) for s in chain.sides if s.readings]
        loose = [s.loose for s in chain.sides if s.readings]
        for i, left in enumerate(sides):
            for j, right in enumerate(sides[i + 1 :], i + 2):
                if any(loose[i:j]) and not asked.ask.loose:
                    continue
                found = _difference(reader, left.node, right.node, knowledge, seen)
                between = {s.relation for s in sides[i + 1 : j]}
                if found is not None and (
                    (found == claim and between <= _leads_to(asked.ask.relation))
                    or (found == negative and between <= _leads_to(_TURNED.get(asked.ask.relation, asked.ask.relation)))
                ):
                    return True
    return False


def _with_notes(side: Side, reader: Reader, knowledge: Densities) -> Side:
    """A side with what stands below its braces put for what stands in them, where the two are equal."""
    node = _noted(without_constant(side.node) or side.node, reader, knowledge)
    return Side(side.relation, node, side.row)


def _noted(node: tree.Node, reader: Reader, knowledge: Densities) -> tree.Node:
    if isinstance(node, tree.Braced):
        note = node.note.sides[0] if isinstance(node.note, tree.Related) else node.note  # below the brace: KL ≥ 0
        if note is None or _difference(reader, node.body, note, knowledge, _kept) is None:
            return node
        try:
            same = compare(reader.read(node.body), reader.read(note), knowledge, node.span).outcome == "right"
        except AnswerProblem:
            return node
        return note if same else node
    if isinstance(node, tree.Sum):
        return dataclasses.replace(node, terms=tuple(_noted(p, reader, knowledge) for p in node.terms))
    if isinstance(node, (tree.Juxtaposed, tree.Product)):
        return dataclasses.replace(node, items=tuple(_noted(p, reader, knowledge) for p in node.items))
    return node


_TURNED = {">=": "<=", "<=": ">="}


def _leads_to(relation: str) -> set[str]:
    """The relations that a chain from one end of a claim to the other may use."""
    return EQUAL | {relation}


def _opaque_scope(scope: Scope) -> Scope:
    """The scope with definitions that hold expectations as names of their own."""
    from symderiv.reading.derivatives import has_means

    kept = {
        name: (
            t.scalar(Entry(Symbol(f"value of {_canonical(scope, name)}"), ())) if isinstance(v, Tensor) and has_means(v) else v
        )
        for name, v in scope.definitions.items()
    }
    return dataclasses.replace(scope, definitions=kept)


def _canonical(scope: Scope, name: str) -> str:
    """One name for definitions of one value."""
    value = scope.definitions[name]
    return min(n for n, v in scope.definitions.items() if v == value)


def _difference(
    reader: Reader, left: tree.Node, right: tree.Node, knowledge: Densities, seen: Callable[[Term], Term]
) -> Poly | None:
    try:
        a, b = fitting(reader.read(left)[0].value, reader.read(right)[0].value, left.span)
    except (AnswerProblem, ShapeMismatch):
        return None
    if not same_shape(a, b):
        return None
    try:
        return Normal(knowledge).poly(t.sub(seen(a.body), seen(b.at(*a.slots))))
    except (Budget, Undefined):
        return None


class _Unfolded:
    """Expectations as symbols of their own, a divergence as the one that it is; no rule but that of the logarithm is used on what stands in them."""

    def __init__(self) -> None:
        self.names: dict[object, Symbol] = {}
        self.plain = Normal()

    def term(self, term: Term) -> Term:
        """The term with its expectations as symbols."""
        if isinstance(term, Add):
            return t.add(*map(self.term, term.terms))
        if isinstance(term, Mul):
            return t.mul(*map(self.term, term.factors))
        if not isinstance(term, Mean) or term.free:
            return term
        inner = self.plain.poly(term.body)
        sign = min(inner.items(), key=lambda m: monomial_term(m[0]).digest)[1] > 0 if inner else True  # E[-u] is -E[u]
        of = (term.family, term.variables, term.given, frozenset((m, c if sign else -c) for m, c in inner.items()))
        name = Entry(self.names.setdefault(of, Symbol(f"expectation {len(self.names)}")), ())
        return name if sign else t.neg(name)


def _kept(term: Term) -> Term:
    """Divergences as symbols of their own."""
    if isinstance(term, Add):
        return t.add(*map(_kept, term.terms))
    if isinstance(term, Mul):
        return t.mul(*map(_kept, term.factors))
    if isinstance(term, Sum):
        indices, body = term.body.open()
        return t.sum_over(indices, _kept(body))
    if isinstance(term, Mean):
        q = LogDensity(term.family, term.variables, term.given, term.at)
        parts = term.body.terms if isinstance(term.body, Add) else ()
        if len(parts) == 2 and parts[0] == q:
            p = parts[1]
            inner = p.factors[1] if isinstance(p, Mul) and len(p.factors) == 2 and p.factors[0] == t.MINUS_ONE else None
            if isinstance(inner, LogDensity):
                name = f"divergence of {_text(q)} from {_text(inner)}"
                return Entry(
                    Symbol(name, tuple(s.size for s in q.at if isinstance(s, t.Index))),
                    tuple(s for s in q.at if isinstance(s, t.Index)),
                )
    return term


def _text(p: LogDensity) -> str:
    return f"{p.family}({','.join(sorted(p.variables))}|{','.join(sorted(p.given))})"
