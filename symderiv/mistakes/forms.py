"""Two normal forms side by side: what is missing, what is there too much, what has the wrong sign or factor.

The difference of the two is exact, so what is said here needs no proof: the key with this change is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from symderiv.algebra.gather import cost
from symderiv.algebra.polynomials import (
    Monomial,
    Poly,
    as_fraction,
    joined,
    monomial_power,
    monomial_term,
    plus,
    poly_term,
    scaled,
)
from symderiv.algebra.terms import Add, LogDensity, Num, Term
from symderiv.algebra.tidy import tidy

#: A difference of more terms is not gathered, and one that takes more to write is not told.
MOST_GATHERED, MOST_COST = 12, 30


#: Every difference that there is.
NAMES = (
    "nothing left", "evidence lost", "sign of the whole", "wrong factor", "term missing", "term too many", "sign of one term",
    "factor of one term", "one term wrong", "terms missing", "terms too many", "signs of several terms", "factor of several terms",
    "factor too many", "something missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """``size`` counts as for mistakes. ``terms`` are printed in the sentence, in order."""

    name: str
    size: int
    sentence: str
    hint: str
    terms: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        assert self.name in NAMES, self.name


_FACTORS = "Compare the factors in front, term by term."
_TERMS = "Count the terms: what should each part of the derivation leave?"
_SIGNS = "Check the signs, term by term."


def differences(key: Poly, answer: Poly) -> Iterator[Difference]:
    """What turns the key into the answer, the smallest first."""
    gap: Poly = dict(answer)
    plus(gap, key, fmpq(-1))
    if not gap or not key:
        return
    if not answer:
        yield Difference("nothing left", 2, "this comes to 0", "Does everything cancel? Try it with numbers.")
        return
    yield from _density_alone(gap)
    yield from _factor(key, answer)
    yield from _of_terms(key, answer, gap)
    yield from _one_for_another(key, answer, gap)
    yield from _several(key, answer, gap)
    yield from _by_a_monomial(key, answer)
    yield from _one_product(gap)


def _density_alone(gap: Poly) -> Iterator[Difference]:
    """All that differs is a log-density outside every expectation."""
    if len(gap) == 1:
        ((m, c),) = gap.items()
        ((t, e),) = m[0] if len(m[0]) == 1 else ((None, 0),)
        if isinstance(t, LogDensity) and e == 1 and not m[1] and abs(c) == 1:
            hint = "Which term does not depend on the latent variable? What became of it?"
            yield Difference("evidence lost", 1, "the term {0} is lost, or there once too often", hint, (monomial_term(m),))


def _factor(key: Poly, answer: Poly) -> Iterator[Difference]:
    """All terms with one factor."""
    if key.keys() != answer.keys():
        return
    ratios = {answer[m] / c for m, c in key.items()}
    if len(ratios) == 1:
        (c,) = ratios
        if c == -1:
            yield Difference(
                "sign of the whole", 1, "everything has the opposite sign", "Check the sign in front of the whole expression."
            )
        else:
            yield Difference(
                "wrong factor", 2, "this is {0} times the right value", "Check the number in front of everything.", (_number(c),)
            )


def _of_terms(key: Poly, answer: Poly, gap: Poly) -> Iterator[Difference]:
    """One term missing, too many, or with another number in front."""
    if len(gap) != 1:
        return
    ((m, d),) = gap.items()
    if m not in answer:
        yield Difference("term missing", 2, "the term {0} is missing", _TERMS, (monomial_term(m, key[m]),))
    elif m not in key:
        yield Difference("term too many", 2, "the term {0} does not belong here", _TERMS, (monomial_term(m, d),))
    elif answer[m] == -key[m]:
        yield Difference("sign of one term", 1, "the term {0} has the wrong sign", _SIGNS, (monomial_term(m, answer[m]),))
    else:
        terms = (monomial_term(m, answer[m]), _number(answer[m] / key[m]))
        yield Difference("factor of one term", 2, "the term {0} is {1} times what it should be", _FACTORS, terms)


def _one_for_another(key: Poly, answer: Poly, gap: Poly) -> Iterator[Difference]:
    """One term in the place of another."""
    if len(gap) != 2 or len(key) == 1:
        return
    lost = [m for m in gap if m not in answer]
    new = [m for m in gap if m not in key]
    if len(lost) == len(new) == 1:
        terms = (monomial_term(lost[0], key[lost[0]]), monomial_term(new[0], answer[new[0]]))
        yield Difference(
            "one term wrong",
            4,
            "{1} stands where {0} belongs",
            "All terms but one are right. Which one fails when you put in numbers?",
            terms,
        )


def _several(key: Poly, answer: Poly, gap: Poly) -> Iterator[Difference]:
    """Several terms with one thing wrong; at least as many are right."""
    if len(gap) < 2 or (len(gap) > len(key) // 2 and len(gap) > 2) or len(gap) >= max(len(key), len(answer)):
        return
    if all(m not in answer for m in gap):
        yield Difference("terms missing", 3, "terms are missing: {0}", _TERMS, (poly_term(scaled(gap, fmpq(-1))),))
    elif all(m not in key for m in gap):
        yield Difference("terms too many", 3, "terms that do not belong here: {0}", _TERMS, (poly_term(gap),))
    elif all(m in key and m in answer for m in gap):
        ratios = {answer[m] / key[m] for m in gap}
        given = poly_term({m: answer[m] for m in gap})
        if ratios == {fmpq(-1)}:
            yield Difference("signs of several terms", 3, "these terms have the wrong sign: {0}", _SIGNS, (given,))
        elif len(ratios) == 1:
            sentence = "these terms are {1} times what they should be: {0}"
            yield Difference("factor of several terms", 3, sentence, _FACTORS, (given, _number(ratios.pop())))


def _by_a_monomial(key: Poly, answer: Poly) -> Iterator[Difference]:
    """The whole times a product of at most two atoms."""
    if len(key) != len(answer):
        return
    most = 2 if len(key) > 1 else 1
    first = min(key, key=lambda m: monomial_term(m).digest)
    for m in sorted(answer, key=lambda m: monomial_term(m).digest):
        ratio = joined(m, monomial_power(first, -1))
        if len(ratio[0]) > most or (len(ratio[1]) > 1):
            continue
        if _times(key, ratio, answer[m] / key[first]) == answer:
            whole = monomial_term(ratio, answer[m] / key[first])
            if not isinstance(whole, Num) and cost(whole) < cost(poly_term(answer)):  # a larger factor explains nothing
                yield Difference(
                    "factor too many", 5, "this is {0} times the right value", "Check what multiplies everything.", (whole,)
                )
                return


def _one_product(gap: Poly) -> Iterator[Difference]:
    """The difference is one product, however it is multiplied out."""
    if 1 < len(gap) <= MOST_GATHERED:
        product = tidy(poly_term({m: -c for m, c in gap.items()}))
        if not isinstance(product, Add) and cost(product) <= MOST_COST:
            yield Difference("something missing", 6, "what is missing is {0}", _TERMS, (product,))


def _times(p: Poly, m: Monomial, c: fmpq) -> Poly:
    return scaled({joined(n, m): d for n, d in p.items()}, c)


def _number(c: fmpq) -> Num:
    return Num(Fraction(as_fraction(c)))
