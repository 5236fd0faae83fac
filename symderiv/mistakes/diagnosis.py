"""The search for what went wrong: the smallest explanation first, each made on purpose and proved to give the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from string import Formatter

from symderiv.algebra.gather import cost
from symderiv.algebra.knowledge import Knowledge
from symderiv.algebra.normal import Normal
from symderiv.algebra.polynomials import Budget, Meter
from symderiv.algebra.tensors import same_shape
from symderiv.algebra.terms import Index, LogDensity, Tensor, Term, Undefined, reindex, scalar, tensor
from symderiv.algebra.tidy import tidy
from symderiv.core.results import Proved, Refuted
from symderiv.core.size import Size
from symderiv.decide.equal import EFFORT, Effort, decide, prove
from symderiv.mistakes import flows, probability, scalars, tensors
from symderiv.mistakes.catalogue import Key, Mistake, Variant
from symderiv.mistakes.forms import Difference, differences
from symderiv.mistakes.sieve import Sieve
from symderiv.writing.notation import Notation, Prose
from symderiv.writing.tensors import scalar_notation
from symderiv.writing.unicode import prose_text, unicode

#: All mistakes, the smallest first; among those of one size in the order of the files.
MISTAKES: tuple[Mistake, ...] = tuple(
    sorted((*probability.MISTAKES, *flows.MISTAKES, *tensors.MISTAKES, *scalars.MISTAKES), key=lambda m: m.size)
)
#: Variants looked at for one answer, and those worth a proof.
MOST_VARIANTS, MOST_PROOFS = 500, 6
_NORMALISING = 20_000
#: What is longer is printed as it stands, and a printed formula cut here.
MOST_GATHERED, MOST_SHOWN = 60, 160
#: Above every bound index, below every fresh one.
_FIRST_INDEX = 1 << 31


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A named mistake. ``message`` says what is off, ``hint`` where to look without giving the answer away; ``where`` is the place as it is wrong.

    ``size``: how much it takes, 1 for a single sign or factor. ``prose`` is the message with its formulas as formulas, ``block`` the row and column
    of the block that it speaks of.
    """

    name: str
    message: str
    hint: str
    where: str = ""
    size: int = 1
    prose: Prose = ()
    block: tuple[int, int] | None = None


def explain(key: Tensor, answer: Tensor, knowledge: Knowledge | None = None, effort: Effort = EFFORT) -> Diagnosis | None:
    """What turns the key into the answer, or None: they do not differ, or nothing small explains it.

    Index letters that nothing binds stand for every index. The shapes may differ: then a mistake that changes the shape is looked for.
    """
    key, answer = closed_over(key, answer)
    try:
        return _Search(key, answer, knowledge, effort).found()
    except (Budget, Undefined, RecursionError):
        return None


def closed_over(key: Tensor, answer: Tensor) -> tuple[Tensor, Tensor]:
    """Both with their free indices as slots."""
    free = tuple(sorted(key.free | answer.free, key=lambda i: i.number))
    return _closed(key, free), _closed(answer, free)


def _closed(x: Tensor, free: tuple[Index, ...]) -> Tensor:
    if not free:
        return x
    indices, body = x.open()
    return tensor((*free, *indices), body)


class _Search:
    def __init__(self, key: Tensor, answer: Tensor, knowledge: Knowledge | None, effort: Effort) -> None:
        self.knowledge, self.effort = knowledge, effort
        self.normal = Normal(knowledge, Meter(_NORMALISING))
        self.key = Key(key, answer, self.normal)
        self.sieve = Sieve(self.key.plain, self.key.answer, knowledge)
        self.seen: set[Tensor] = set()
        self.left, self.proofs = MOST_VARIANTS, MOST_PROOFS

    def found(self) -> Diagnosis | None:
        if not self._differ():
            return None
        gaps = self._gaps()
        for size, mistakes in groupby(MISTAKES, key=lambda m: m.size):
            for mistake in mistakes:
                for variant in self._variants(mistake):
                    if self._is_answer(variant.value):
                        return _told(mistake, variant, self.key)
            smallest = next((g for g in gaps if g.size <= size), None)
            if smallest is not None:
                return _worded(smallest, self.key)
        return _worded(min(gaps, key=lambda g: g.size), self.key) if gaps else None

    def _differ(self) -> bool:
        """Whether key and answer were shown to differ: what is not known to be wrong is not explained."""
        if not same_shape(self.key.plain, self.key.answer):
            return True
        return isinstance(decide(self.key.plain, self.key.answer, self.knowledge, self.effort), Refuted)

    def _gaps(self) -> list[Difference]:
        if not same_shape(self.key.plain, self.key.answer):
            return []
        indices = own_indices(self.key.plain.sizes)
        right, given = (self.normal.poly(x.at(*indices)) for x in (self.key.plain, self.key.answer))
        return list(differences(right, given))

    def _variants(self, mistake: Mistake) -> Iterator[Variant]:
        try:
            for variant in mistake.variants(self.key):
                if self.left <= 0 or self.sieve.spent:
                    return
                if variant.value not in self.seen:
                    self.left -= 1
                    self.seen.add(variant.value)
                    yield variant
        except (Budget, Undefined):
            return

    def _is_answer(self, variant: Tensor) -> bool:
        if not same_shape(variant, self.key.answer) or self.proofs <= 0:
            return False
        if self.sieve.points:
            if not self.sieve.lets_through(variant):
                return False
            self.proofs -= 1
            return isinstance(decide(variant, self.key.answer, self.knowledge, self.effort), Proved)
        try:
            return prove(variant, self.key.answer, self.knowledge, self.effort) is not None
        except (Budget, Undefined):
            return False


def _told(mistake: Mistake, variant: Variant, key: Key) -> Diagnosis:
    if variant.before is None or variant.after is None:
        return Diagnosis(mistake.name, (said := _without_places(mistake.sentence)), mistake.hint, "", mistake.size, (said,))
    before, after = (notation_of(t, key.normal) for t in (variant.before, variant.after))
    prose = _filled(mistake.sentence, {"before": before, "after": after})
    return Diagnosis(mistake.name, prose_text(prose), mistake.hint, prose_text((after,)), mistake.size, prose)


def _without_places(sentence: str) -> str:
    """What stands before the places in a sentence; a sentence that opens with them is put in general words."""
    if "{" not in sentence:
        return sentence
    head = sentence.split(":", maxsplit=1)[0]
    return head if "{" not in head else "one quantity stands where another belongs"


def _worded(d: Difference, key: Key) -> Diagnosis:
    terms = [notation_of(t, key.normal) for t in d.terms]
    prose = _filled(d.sentence, {str(k): t for k, t in enumerate(terms)})
    return Diagnosis(d.name, prose_text(prose), d.hint, prose_text(tuple(terms[:1])), d.size, prose)


def _filled(sentence: str, terms: Mapping[str, str | Notation]) -> Prose:
    """A sentence with terms in its places."""
    pieces = ((text, terms[place] if place is not None else "") for text, place, _, _ in Formatter().parse(sentence))
    return tuple(part for piece in pieces for part in piece if part != "")


def notation_of(term: Term, normal: Normal) -> str | Notation:
    """A term in one line, gathered where it can be; what is too long is text, and cut."""
    free = sorted(term.free, key=lambda i: i.number)
    term = reindex(term, dict(zip(free, own_indices(i.size for i in free), strict=True)))
    with suppress(Budget, Undefined):
        # densities stand as they were asked for, not as the joints that they become
        if cost(term) <= MOST_GATHERED and not probability.holds(scalar(term), LogDensity):
            term = tidy(normal.term(term))
    notation = scalar_notation(term)
    text = unicode(notation)
    return notation if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def own_indices(sizes: Iterable[Size]) -> list[Index]:
    """Free indices with the same numbers in every run: terms are sorted while these stand in them."""
    return [Index(_FIRST_INDEX + k, size) for k, size in enumerate(sizes)]
