"""Mistakes of arithmetic: powers, roots, logarithms, exponentials, sums and products."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations

from symderiv.algebra import tensors as T
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import (
    MINUS_ONE, ONE, Add, Apply, Dim, Entry, Mul, Num, Pow, Prod, Sum, Symbol, Tensor, Term, add, exp, log, mul, neg, num, power, prod_over,
    scalar, sum_over, tensor,
)  # fmt: skip
from symderiv.mistakes.catalogue import Key, Mistake, Variant, Variants, either, in_question, somewhere, throughout, whole

_HALF, _TWO = num(1, 2), num(2)


def _scale(t: Term) -> bool:
    """A declared positive number: what stands for a standard deviation."""
    return isinstance(t, Entry) and t.symbol.domain.positive


def _rooted(t: Term) -> Iterator[Term]:
    if isinstance(t, Pow) and _scale(t.base) and isinstance(t.exponent, Num) and t.exponent.value % 2 == 0:
        yield power(t.base, num(t.exponent.value / 2))


def _squared(t: Term) -> Iterator[Term]:
    if isinstance(t, Pow) and _scale(t.base) and isinstance(t.exponent, Num):
        yield power(t.base, num(t.exponent.value * 2))
    elif _scale(t):
        yield power(t, _TWO)


def _square_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Pow) and isinstance(t.exponent, Num) and t.exponent.value == 2:
        yield t.base


def _squares_lost(key: Key) -> Iterator[Variant]:
    """The square of one quantity lost wherever it stands."""
    for s in key.symbols:

        def change(t: Term, symbol: Symbol = s) -> Term | None:
            square = isinstance(t, Pow) and t.exponent == _TWO and isinstance(t.base, Entry) and t.base.symbol == symbol
            return t.base if square and isinstance(t, Pow) else None

        yield from throughout(change)(key)


def _square_outside(t: Term) -> Iterator[Term]:
    """``(log a)²`` where ``log a²`` belongs, which the normal form has as ``2 log a``."""
    if isinstance(t, Mul):
        for k, f in enumerate(t.factors):
            if isinstance(f, Apply) and f.name == "log":
                yield mul(_HALF, *t.factors[:k], power(f, _TWO), *t.factors[k + 1 :])
    if isinstance(t, Apply) and t.name == "log":
        yield mul(_HALF, power(t, _TWO))


def _half_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Mul) and isinstance(t.factors[0], Num) and t.factors[0].value.denominator % 2 == 0:
        yield mul(_TWO, t)


def _log_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Apply) and t.name == "log":
        yield t.argument


def _log_split(t: Term) -> Iterator[Term]:
    if isinstance(t, Apply) and t.name == "log":
        if isinstance(t.argument, Add):
            yield add(*map(log, t.argument.terms))
        if isinstance(t.argument, Sum):
            indices, body = t.argument.body.open()
            yield sum_over(indices, log(body))
        if isinstance(t.argument, Mul):
            yield mul(*map(log, t.argument.factors))


def _exp_split(t: Term) -> Iterator[Term]:
    if isinstance(t, Apply) and t.name == "exp" and isinstance(t.argument, Add):
        yield add(*map(exp, t.argument.terms))


def _exp_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Apply) and t.name == "exp":
        yield t.argument
        yield power(neg(t.argument), MINUS_ONE)
        if isinstance(t.argument, Sum):  # a product of exponentials, each without its exponential
            indices, body = t.argument.body.open()
            if len(indices) == 1:
                yield prod_over(indices[0], body)


def _exp_turned(t: Term) -> Iterator[Term]:
    if isinstance(t, Apply) and t.name == "exp":
        yield exp(neg(t.argument))
        if isinstance(t.argument, Add):
            for k, part in enumerate(t.argument.terms):
                yield exp(add(*t.argument.terms[:k], neg(part), *t.argument.terms[k + 1 :]))


def _exp_factor_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Apply) and t.name == "exp":
        yield ONE
        for argument in _term_lost(t.argument):
            yield exp(argument)
        if isinstance(t.argument, Sum):
            indices, body = t.argument.body.open()
            for argument in _term_lost(body):
                yield exp(sum_over(indices, argument))


def _term_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Add):
        for k in range(len(t.terms)):
            yield add(*t.terms[:k], *t.terms[k + 1 :])


def _added(t: Term) -> Iterator[Term]:
    if isinstance(t, Mul):
        numbers = [f for f in t.factors if isinstance(f, Num)]
        others = [f for f in t.factors if not isinstance(f, Num)]
        if len(others) > 1:
            yield mul(*numbers, add(*others))


def _multiplied(t: Term) -> Iterator[Term]:
    """All terms of a sum, or two of them, with the sign between them lost."""
    if isinstance(t, Add):
        yield mul(*t.terms)
        if len(t.terms) > 2:
            for a, b in combinations(range(len(t.terms)), 2):
                yield add(mul(t.terms[a], t.terms[b]), *(p for k, p in enumerate(t.terms) if k not in (a, b)))


def _another_power(t: Term) -> Iterator[Term]:
    if isinstance(t, Pow) and isinstance(t.exponent, Num):
        yield power(t.base, num(t.exponent.value + 1))
        yield power(t.base, num(t.exponent.value - 1))


def _abs_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Apply) and t.name == "abs":
        yield t.argument


def _divided(t: Term) -> Iterator[Term]:
    """A factor on the wrong side of the fraction."""
    if isinstance(t, Pow) and isinstance(t.exponent, Num):
        yield power(t.base, num(-t.exponent.value))
    elif isinstance(t, Mul):
        for k, f in enumerate(t.factors):
            if not isinstance(f, (Num, Pow)):
                yield mul(*t.factors[:k], power(f, MINUS_ONE), *t.factors[k + 1 :])


def _log_ratio_turned(t: Term) -> Iterator[Term]:
    """All logarithms of a sum with the other sign: the fraction inside is upside down."""
    if isinstance(t, Add):
        logs = [_has_log(p) for p in t.terms]
        if any(logs) and not all(logs):
            yield add(*(neg(p) if turned else p for p, turned in zip(t.terms, logs, strict=True)))


def _has_log(t: Term) -> bool:
    if isinstance(t, Sum):
        return _has_log(t.body.body)
    factors = t.factors if isinstance(t, Mul) else (t,)
    return any((isinstance(f, Apply) and f.name == "log") or (isinstance(f, Sum) and _has_log(f)) for f in factors)


def _logs_dropped(t: Term) -> Iterator[Term]:
    if isinstance(t, Add):
        kept = [p for p in t.terms if not _has_log(p)]
        if kept and len(kept) < len(t.terms):
            yield add(*kept)


def _is_constant(t: Term) -> bool:
    factors = t.factors if isinstance(t, Mul) else (t,)
    return all(isinstance(f, (Num, Dim)) for f in factors)


def _constants_dropped(t: Term) -> Iterator[Term]:
    if isinstance(t, Add):
        kept = [p for p in t.terms if not _is_constant(p)]
        if kept and len(kept) < len(t.terms):
            yield add(*kept)


def _cross_terms_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Pow) and isinstance(t.base, Add) and isinstance(t.exponent, Num) and t.exponent.value == 2:
        yield add(*(power(p, _TWO) for p in t.base.terms))


def _closed_too_late(t: Term) -> Iterator[Term]:
    """``a (b + c)`` written as ``a b + c``: a factor reaches only some of the terms."""
    if not isinstance(t, Mul):
        return
    for k, f in enumerate(t.factors):
        if isinstance(f, Add):
            others = mul(*t.factors[:k], *t.factors[k + 1 :])
            for j, part in enumerate(f.terms):
                rest = [p for i, p in enumerate(f.terms) if i != j]
                yield add(part, mul(others, add(*rest)))
                yield add(mul(others, part), *rest)
                if isinstance(others, Mul):
                    for i, single in enumerate(others.factors):
                        left = mul(*others.factors[:i], *others.factors[i + 1 :])
                        yield mul(left, add(part, mul(single, add(*rest))))
                        yield mul(left, add(mul(single, part), *rest))


def _sum_for_product(t: Term) -> Iterator[Term]:
    if isinstance(t, Prod):
        (i,), body = t.body.open()
        yield sum_over((i,), body)
    if isinstance(t, Apply) and t.name == "exp":
        yield from _sums_of_exp(t.argument)


def _sums_of_exp(argument: Term) -> Iterator[Term]:
    """``Σ exp(a_i) + …`` for ``exp(Σ a_i + …)``, which is a product of exponentials."""
    parts = argument.terms if isinstance(argument, Add) else (argument,)
    if all(isinstance(p, Sum) for p in parts):
        opened = [p.body.open() for p in parts if isinstance(p, Sum)]
        yield add(*(sum_over(i, exp(b)) for i, b in opened))
        if len(opened) == 1 and isinstance(opened[0][1], Add):
            yield add(*(sum_over(opened[0][0], exp(b)) for b in opened[0][1].terms))
            yield sum_over(opened[0][0], add(*map(exp, opened[0][1].terms)))
            if len(opened[0][0]) == 1:
                yield prod_over(opened[0][0][0], add(*map(exp, opened[0][1].terms)))


def _product_for_sum(t: Term) -> Iterator[Term]:
    if isinstance(t, Sum):
        indices, body = t.body.open()
        if len(indices) == 1:
            yield prod_over(indices[0], body)


def _dimension_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Dim):
        yield ONE
    if isinstance(t, Pow) and not isinstance(t.exponent, Num):
        yield t.base


def _scale_dimension(t: Term) -> Iterator[Term]:
    if isinstance(t, Dim):
        yield mul(_TWO, t)
        yield mul(_HALF, t)


def _entries(x: Tensor) -> Tensor | None:
    """The summands of a total, not added up."""
    scale: Term = ONE
    body = x.body
    if isinstance(body, Mul):
        sums = [f for f in body.factors if isinstance(f, Sum)]
        if len(sums) == 1:
            scale, body = mul(*(f for f in body.factors if f is not sums[0])), sums[0]
    if x.rank or not isinstance(body, Sum) or body.body.rank != 1:
        return None
    (i,), inner = body.body.open()
    return tensor((i,), mul(scale, inner))


def _times(c: Fraction) -> Callable[[Tensor], Tensor]:
    return lambda x: T.scaled(T.number(c), x)


def _of_scalar(f: Callable[[Term], Term]) -> Callable[[Tensor], Tensor | None]:
    return lambda x: None if x.rank else scalar(f(x.body))


def _scales_to(exponent: Fraction) -> Variants:
    """Every positive symbol to a power: the standard deviation where the variance stood, and back."""

    def variants(key: Key) -> Iterator[Variant]:
        scales = [s for s in key.symbols if s.domain.positive]
        for some in (scales, *([s] for s in scales if len(scales) > 1)):
            values = {s: T.entrywise(lambda t: power(t, num(exponent)), T.whole(s)) for s in some}
            if values:
                yield Variant(substitute_tensor(key.plain, values))

    return variants


def _signs(t: Term) -> Iterator[Term]:
    """One or two terms of a sum with the other sign."""
    if isinstance(t, Add):
        places = range(len(t.terms))
        for chosen in (*combinations(places, 1), *combinations(places, 2)):
            if len(chosen) < len(t.terms):
                yield add(*(neg(p) if k in chosen else p for k, p in enumerate(t.terms)))


MISTAKES = (
    Mistake("half lost", 1, "a factor ½ is missing", "Look at the numbers in front: is a ½ lost on the way?",
            either(whole(_times(Fraction(2))), somewhere(_half_lost))),
    Mistake("sign of the whole", 1, "everything has the opposite sign", "Check the sign in front of the whole expression.",
            whole(_times(Fraction(-1)))),
    Mistake("half too many", 2, "there is a factor ½ too many", "Check the number in front: is it halved once too often?",
            whole(_times(Fraction(1, 2)))),
    Mistake("constant lost", 2, "the constant terms are missing",
            "Put in values for which you know the result (equal densities, no scaling): does yours come out right?",
            somewhere(_constants_dropped)),
    Mistake("dimension lost", 2, "a factor that counts dimensions is missing: {after} stands where {before} belongs",
            "How often does each constant occur when you add over all coordinates?", somewhere(_dimension_lost)),
    Mistake("wrong dimension", 3, "{after} stands where {before} belongs", "Count the coordinates that are added up or multiplied.",
            somewhere(_scale_dimension)),
    Mistake("logarithm terms lost", 2, "the terms with a logarithm are missing", "What became of the normalising factors, once logarithms are taken?",
            somewhere(_logs_dropped)),
    Mistake("ratio upside down", 2, "the fraction under the logarithm is upside down", "Which of the two belongs above the fraction bar under the logarithm?",
            somewhere(_log_ratio_turned)),
    Mistake("standard deviation for variance", 2, "{after} stands where {before} belongs", "Which is meant here, the standard deviation or its square?",
            somewhere(_rooted)),
    Mistake("variance for standard deviation", 2, "{after} stands where {before} belongs", "Which is meant here, the variance or its root?",
            somewhere(_squared)),
    Mistake("standard deviations for variances", 3, "the standard deviations are taken for variances throughout",
            "Is the second parameter of the normal distribution a variance or a standard deviation?", _scales_to(Fraction(1, 2))),
    Mistake("variances for standard deviations", 3, "the variances are taken for standard deviations throughout",
            "Is the second parameter of the normal distribution a variance or a standard deviation?", _scales_to(Fraction(2))),
    Mistake("square lost", 2, "a square is missing: {after} stands where {before} belongs", "Is every term that comes from a square still squared?",
            either(somewhere(_square_lost), _squares_lost)),
    Mistake("square outside the logarithm", 3, "the logarithm is squared; the square belongs under it",
            "What does the square apply to, the logarithm or what is under it?", somewhere(_square_outside)),
    Mistake("logarithm lost", 2, "a logarithm is missing: {after} stands where {before} belongs", "Is a logarithm lost from one line to the next?",
            somewhere(_log_lost)),
    Mistake("logarithm split", 2, "a logarithm is taken apart by a rule that does not hold: {after} stands where {before} belongs",
            "Which rule was used for the logarithm of a sum or a product? Try it with numbers.",
            somewhere(_log_split)),
    Mistake("exponential of a sum split", 2, "the exponential of a sum is a product, not a sum", "Which rule was used for the exponential of a sum? Try it with numbers.",
            somewhere(_exp_split)),
    Mistake("exponential lost", 2, "the exponential is missing: {after} stands where {before} belongs", "Is it the scale or its logarithm that multiplies?",
            somewhere(_exp_lost)),
    Mistake("sign of an exponent", 2, "the exponent has the wrong sign: {after} stands where {before} belongs",
            "Which way does this factor go: does it undo the scaling or do it again?", somewhere(_exp_turned)),
    Mistake("scale lost", 2, "a scaling is missing: {after} stands where {before} belongs", "Is every part scaled that the map scales?", somewhere(_exp_factor_lost)),
    Mistake("absolute value lost", 2, "the absolute value is missing around {after}", "Can what stands under the logarithm or the root be negative?",
            somewhere(_abs_lost)),
    Mistake("division for multiplication", 3, "{after} stands where {before} belongs: above and below the fraction bar are exchanged",
            "Is this factor multiplied or divided by?", somewhere(_divided)),
    Mistake("square of a sum without cross terms", 2, "the square of a sum has cross terms too: {before}", "Multiply the square of the sum out again.",
            somewhere(_cross_terms_lost)),
    Mistake("factor on part of a sum", 2, "a factor belongs to every term of {before}, not only to some", "Check where the parentheses close.",
            somewhere(_closed_too_late)),
    Mistake("sum for product", 2, "a sum stands where a product belongs", "Are the diagonal entries to be added or multiplied?", somewhere(_sum_for_product)),
    Mistake("product for sum", 2, "a product stands where a sum belongs", "Does the logarithm turn the product into a sum here?", somewhere(_product_for_sum)),
    Mistake("sum dropped", 2, "the entries are given, but not added up", "What kind of thing is asked for, a number or a vector?", whole(_entries)),
    Mistake("term lost inside", 3, "a term is missing: {after} stands where {before} belongs", "Count the terms: what should each part of the derivation leave?",
            somewhere(_term_lost)),
    Mistake("sum in place of a product", 3, "{after} stands where {before} belongs", "Is this added or multiplied?", somewhere(_added)),
    Mistake("product in place of a sum", 3, "{after} stands where {before} belongs", "Is this added or multiplied?", either(somewhere(_multiplied), in_question(_multiplied))),
    Mistake("another power", 3, "{after} stands where {before} belongs", "Count how often each factor occurs; differentiate the powers once more.", somewhere(_another_power)),
    Mistake("sign in a sum", 2, "a sign is wrong: {after} stands where {before} belongs", "Check the signs, term by term.", somewhere(_signs)),
    Mistake("logarithm too many", 1, "this is the logarithm of what is asked for", "Is it the quantity itself that is asked for, or its logarithm?",
            whole(_of_scalar(log))),
    Mistake("logarithm not taken", 1, "this is what is asked for without its logarithm", "Is it the quantity itself that is asked for, or its logarithm?",
            whole(_of_scalar(exp))),
    Mistake("reciprocal", 2, "this is one over what is asked for", "Which way does the map go? Check what is divided by what.",
            whole(_of_scalar(lambda t: power(t, MINUS_ONE)))),
)  # fmt: skip
