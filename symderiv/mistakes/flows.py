"""Mistakes with derivatives and invertible maps: the chain rule, the wrong argument, the wrong direction."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.algebra import tensors as T
from symderiv.algebra.terms import (
    MINUS_ONE, Apply, Det, Entry, Index, InverseEntry, Mul, Num, Pow, Sum, Tensor, Term, Value, apply, mul, num, power, reindex,
    scalar, sum_over, tensor,
)  # fmt: skip
from symderiv.mistakes.catalogue import Key, Mistake, Variant, somewhere
from symderiv.mistakes.places import everywhere


def _inner_derivative_lost(t: Term) -> Iterator[Term]:
    """``F'(G(x))`` for ``F'(G(x)) G'(x)``: a factor that is a derivative is left out, at most with the sum that joined it."""
    if isinstance(t, Mul):
        for k, f in enumerate(t.factors):
            if isinstance(f, Value) and f.by:
                yield mul(*t.factors[:k], *t.factors[k + 1 :])
    if isinstance(t, Sum) and t.body.rank == 1:
        (i,), body = t.body.open()
        factors = body.factors if isinstance(body, Mul) else ()
        for k, f in enumerate(factors):
            others = mul(*factors[:k], *factors[k + 1 :])
            j = _other_place(f, i)
            if j is not None:
                yield reindex(others, {i: j})


def _other_place(t: Term, i: Index) -> Index | None:
    """The second index of a derivative, where ``i`` is the first and both are of one size."""
    if not isinstance(t, Value) or len(t.by) != 1 or len(t.at) != 1 or len(t.by[0]) != 2:
        return None
    j = t.by[0][1]
    return j if t.at[0] == i and isinstance(j, Index) and j.size == i.size else None


def _factor_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Mul):
        for k, f in enumerate(t.factors):
            if not isinstance(f, Num):
                rest = mul(*t.factors[:k], *t.factors[k + 1 :])
                if f.free <= rest.free:
                    yield rest


def _another_input(t: Term) -> Iterator[Term]:
    """The derivative by another argument of the same size."""
    if isinstance(t, Value):
        for k, (argument, *slots) in enumerate(t.by):
            for other, sizes in enumerate(t.function.arguments):
                if other != argument and sizes == t.function.arguments[argument]:  # type: ignore[index]
                    yield Value(t.function, t.arguments, t.at, (*t.by[:k], (other, *slots), *t.by[k + 1 :]))


def _derivative_not_taken(t: Term) -> Iterator[Term]:
    """``g(x)`` for ``g'(x)``."""
    if isinstance(t, Value) and t.by and t.function.elementwise:
        yield Value(t.function, t.arguments, t.at, t.by[1:])
    if (
        isinstance(t, Value)
        and len(t.by) == 1
        and not t.function.elementwise
        and not t.function.output
        and t.function.arguments == ((),)
    ):
        yield Value(t.function, t.arguments, t.at, ())


def _by_the_square(key: Key) -> Iterator[Variant]:
    """The derivative by ``σ²`` for the one by ``σ``: divided by ``2σ``; and back."""
    for s in key.symbols:
        if s.domain.positive and not s.sizes:
            for form in key.forms:
                twice = mul(num(2), Entry(s, ()))
                yield Variant(T.scaled(scalar(power(twice, MINUS_ONE)), form), Entry(s, ()), power(Entry(s, ()), num(2)))
                yield Variant(T.scaled(scalar(twice), form), power(Entry(s, ()), num(2)), Entry(s, ()))
        if s.domain.positive and len(s.sizes) == 1:
            for form in key.forms:
                if form.sizes == s.sizes:
                    yield from _by_the_square_of(form, Entry, s)


def _by_the_square_of(form: Tensor, entry: type[Entry], s: object) -> Iterator[Variant]:
    (i,), body = form.open()
    sigma = entry(s, (i,))
    yield Variant(tensor((i,), mul(body, power(mul(num(2), sigma), MINUS_ONE)), form.row), sigma, power(sigma, num(2)))
    yield Variant(tensor((i,), mul(num(2), sigma, body), form.row), power(sigma, num(2)), sigma)


def _log_det_turned(key: Key) -> Iterator[Variant]:
    """The other sign, where a log-determinant is asked for."""
    if not key.asked.rank and isinstance(key.asked.body, Apply) and key.asked.body.name == "log" and _has_det(key.asked.body):
        yield Variant(T.negative(key.plain))


def _other_map(key: Key) -> Iterator[Variant]:
    """One over the determinant, where one is asked for."""
    if (
        not key.asked.rank
        and not (isinstance(key.asked.body, Apply) and key.asked.body.name == "log")
        and _has_det(key.asked.body)
    ):
        yield Variant(scalar(power(key.plain.body, MINUS_ONE)))


def _has_det(t: Term) -> bool:
    found: list[Term] = []

    def look(part: Term) -> Term | None:
        if isinstance(part, Det):
            found.append(part)
        return None

    everywhere(t, look)
    return bool(found)


def _volume_of_sum(t: Term) -> Iterator[Term]:
    """``Σ log|a_i|`` with the sum left out of one factor: ``log Σ`` for ``Σ log``."""
    if isinstance(t, Sum):
        indices, body = t.body.open()
        if isinstance(body, Apply) and body.name == "log":
            yield apply("log", sum_over(indices, body.argument))


def _trace_of_inverse(t: Term) -> Iterator[Term]:
    """``tr(A)⁻¹`` for ``tr(A⁻¹)``."""
    if isinstance(t, Sum) and t.body.rank == 1:
        (i,), body = t.body.open()
        if isinstance(body, InverseEntry) and body.at == (i, i):
            yield power(T.trace(body.matrix).body, MINUS_ONE)
        if isinstance(body, Pow) and body.exponent == MINUS_ONE:
            yield power(sum_over((i,), body.base), MINUS_ONE)


def _volume_kept(key: Key) -> Iterator[Variant]:
    """1 for a determinant, 0 for its logarithm."""
    if not key.asked.rank and _has_det(key.asked.body):
        yield Variant(T.number(0 if isinstance(key.asked.body, Apply) and key.asked.body.name == "log" else 1))


MISTAKES = (
    Mistake("inner derivative lost", 2, "the derivative of the inner function is missing: {after} stands where {before} belongs",
            "Chain rule: is every inner function differentiated too?", somewhere(_inner_derivative_lost)),
    Mistake("factor lost", 3, "a factor is missing: {after} stands where {before} belongs", "Compare your factors with those of the map, one by one.", somewhere(_factor_lost)),
    Mistake("derivative by the wrong argument", 2, "the derivative is taken by the wrong argument", "By which variable is to be differentiated?", somewhere(_another_input)),
    Mistake("derivative not taken", 2, "{after} is not differentiated", "Product rule and chain rule: is every factor differentiated once?", somewhere(_derivative_not_taken)),
    Mistake("derivative by the square", 2, "this is the derivative by {after}, not by {before}", "By what is to be differentiated, the standard deviation or the variance?",
            _by_the_square),
    Mistake("sign of a log-determinant", 1, "the log-determinant has the wrong sign: this is that of the map in the other direction",
            "Which direction of the map does this log-determinant belong to?", _log_det_turned),
    Mistake("the inverse map's determinant", 1, "this is the determinant of the inverse map", "In which direction is the map to be differentiated?", _other_map),
    Mistake("logarithm of the sum", 2, "a sum of logarithms became the logarithm of a sum", "What is the logarithm of a product?", somewhere(_volume_of_sum)),
    Mistake("inverse of the trace", 2, "the sum of reciprocals is not the reciprocal of the sum", "Is the inverse taken before or after adding up?", somewhere(_trace_of_inverse)),
    Mistake("volume taken as kept", 1, "this holds only for a map that keeps volumes", "Does the map scale anything?", _volume_kept),
)  # fmt: skip
