"""Laws of the mistakes: what is made is found, by nothing larger than itself; nothing is said of a right answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import pytest

from symderiv.algebra import tensors as T
from symderiv.algebra.normal import Normal
from symderiv.algebra.symbols import fresh
from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Entry, Pow, Symbol, Tensor, add, exp, mul, num, power, scalar
from symderiv.core.domain import POSITIVE
from symderiv.core.results import Refuted
from symderiv.core.size import Size
from symderiv.decide.equal import decide
from symderiv.mistakes.catalogue import Key, Mistake
from symderiv.mistakes.diagnosis import MISTAKES, explain
from symderiv.mistakes.places import edits, everywhere
from tests.mistakes.keys import QUESTIONS, Known, known

#: Of one mistake in one question so many variants are tried, and so many in all.
EACH, ALL = 2, 3


def made(mistake: Mistake, question: Known) -> Iterator[Tensor]:
    """Answers with this mistake in them that are wrong."""
    key = Key(question.key, question.key, Normal(question.knowledge))
    for variant in islice(mistake.variants(key), 12):
        answer = variant.value
        if not same_shape(answer, key.plain) or isinstance(decide(key.plain, answer, question.knowledge), Refuted):
            yield answer


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_a_mistake_is_found_where_it_is_made(mistake: Mistake) -> None:
    names: list[str] = []
    for name in QUESTIONS:
        question = known(name)
        for answer in islice(made(mistake, question), EACH):
            found = explain(question.key, answer, question.knowledge)
            assert found is not None, name
            assert found.size <= mistake.size, (name, found)
            assert not re.search(r"\{(before|after|\d)\}", found.message)
            names.append(found.name)
        if mistake.name in names and len(names) >= ALL:
            break
    assert mistake.name in names


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_is_said_of_a_right_answer(name: str) -> None:
    question = known(name)
    key = Key(question.key, question.key, Normal(question.knowledge))
    for answer in (*question.right, *key.forms, question.key):
        assert explain(question.key, answer, question.knowledge) is None


def test_what_no_mistake_explains_is_left_unexplained() -> None:
    question = known("divergence")
    s = Entry(Symbol("s", (), POSITIVE), ())
    assert explain(question.key, scalar(exp(power(s, num(7)))), question.knowledge) is None


def test_what_differs_too_little_to_see_in_floats_is_not_called_a_mistake_of_the_whole() -> None:
    question = known("divergence")
    near = T.plus(question.key, T.number(num(1, 10**30).value))
    found = explain(question.key, near, question.knowledge)
    assert found is not None
    assert found.name in ("factor of one term", "term too many")


def test_names_are_unique_and_hints_give_nothing_away() -> None:
    assert len({m.name for m in MISTAKES}) == len(MISTAKES) >= 30
    for m in MISTAKES:
        assert "{" not in m.hint
        assert m.sentence
        assert m.hint[0].isupper()


@pytest.mark.parametrize("name", ["many", "block", "quadratic", "scalars"])
def test_the_same_is_said_however_indices_are_numbered(name: str) -> None:
    question = known(name)
    answers = [a for m in MISTAKES[::7] for a in islice(made(m, question), 1)]
    before = [explain(question.key, a, question.knowledge) for a in answers]
    for _ in range(3):
        fresh(Size.of("n"))
    assert [explain(question.key, a, question.knowledge) for a in answers] == before


def test_an_edit_is_made_at_each_place_once() -> None:
    x, y = (Entry(Symbol(k), ()) for k in "xy")
    term = add(mul(num(2), power(x, num(2))), exp(power(y, num(2))))
    wholes = [e.whole for e in edits(term, lambda t: [t.base] if isinstance(t, Pow) else [])]
    assert wholes == [add(mul(num(2), x), exp(power(y, num(2)))), add(mul(num(2), power(x, num(2))), exp(y))]
    assert everywhere(term, lambda t: t.base if isinstance(t, Pow) else None) == add(mul(num(2), x), exp(y))
