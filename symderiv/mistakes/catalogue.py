"""What a mistake is: its name, what to say of it, and how to make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Function, Symbol, Tensor, Term, tensor
from symderiv.algebra.tidy import tidy_tensor
from symderiv.decide.instances import Vocabulary
from symderiv.mistakes.places import Edit, edits, everywhere

#: One mistake is made at so many places at most.
MOST_PLACES = 48


@dataclass(frozen=True, slots=True)
class Variant:
    """The key with a mistake in it. ``before`` and ``after`` are the place where it was made, where there is one place."""

    value: Tensor
    before: Term | None = None
    after: Term | None = None


class Key:
    """The right value in the forms in which people have it before them when they go wrong.

    ``asked`` is the question's own value, with its expectations and densities; ``forms`` are closed: gathered, and multiplied out.
    """

    def __init__(self, asked: Tensor, answer: Tensor, normal: Normal) -> None:
        self.asked, self.normal = asked, normal
        self.plain = normal.tensor(asked)
        self.answer = normal.tensor(answer)
        self._words = Vocabulary()
        for t in (self.plain, self.answer):
            self._words.add(t)

    @cached_property
    def tidy(self) -> Tensor:
        """Put together for people."""
        return tidy_tensor(self.plain)

    @property
    def forms(self) -> tuple[Tensor, ...]:
        """The closed forms, each once."""
        return (self.tidy, self.plain) if self.tidy != self.plain else (self.plain,)

    @property
    def symbols(self) -> list[Symbol]:
        """Everything that key or answer name, by name."""
        return [s for _, s in sorted(self._words.symbols.items())]

    @property
    def own_symbols(self) -> list[Symbol]:
        """What the key alone names."""
        words = Vocabulary()
        words.add(self.plain)
        return [s for _, s in sorted(words.symbols.items())]

    @property
    def functions(self) -> list[Function]:
        """Likewise the functions."""
        return [f for _, f in sorted(self._words.functions.items())]

    @property
    def families(self) -> list[str]:
        """Likewise the densities, also those of the question."""
        words = Vocabulary()
        words.add(self.asked)
        return sorted(words.variables.keys() | self._words.variables.keys())


Variants = Callable[[Key], Iterator[Variant]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """``size`` orders explanations, the smallest first. ``sentence`` may name ``{before}`` and ``{after}``; ``hint`` gives nothing away."""

    name: str
    size: int
    sentence: str
    hint: str
    variants: Variants


def somewhere(edit: Edit) -> Variants:
    """The mistake made at one place of a closed form."""

    def variants(key: Key) -> Iterator[Variant]:
        for form in key.forms:
            indices, body = form.open()
            for whole, before, after in islice(edits(body, edit), MOST_PLACES):
                yield Variant(tensor(indices, whole, form.row), before, after)

    return variants


def throughout(change: Callable[[Term], Term | None]) -> Variants:
    """The mistake made wherever it can be."""

    def variants(key: Key) -> Iterator[Variant]:
        for form in key.forms:
            indices, body = form.open()
            whole = everywhere(body, change)
            if whole is not None and whole != body:
                yield Variant(tensor(indices, whole, form.row))

    return variants


def in_question(edit: Edit) -> Variants:
    """The mistake made at one place of what is asked, before anything is worked out."""

    def variants(key: Key) -> Iterator[Variant]:
        indices, body = key.asked.open()
        for whole, before, after in islice(edits(body, edit), MOST_PLACES):
            yield Variant(key.normal.tensor(tensor(indices, whole, key.asked.row)), before, after)

    return variants


def whole(change: Callable[[Tensor], Tensor | None]) -> Variants:
    """The mistake made with the whole value, whose shape it may change."""

    def variants(key: Key) -> Iterator[Variant]:
        for form in key.forms:
            new = change(form)
            if new is not None:
                yield Variant(new)

    return variants


def either(*several: Variants) -> Variants:
    """One after the other."""

    def variants(key: Key) -> Iterator[Variant]:
        for make in several:
            yield from make(key)

    return variants
