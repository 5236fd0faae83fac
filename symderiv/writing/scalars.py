r"""Scalars in writing: sums, products, fractions, powers, and components of tensors in index notation.

`Scalars` writes a term whose free indices have letters (`Indices`); what it cannot say with components alone it asks of
`vector` and `matrix`, which `tensors.Writer` provides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction as Rational

from symderiv.algebra.terms import (
    ONE, Add, Apply, Const, Delta, Det, Dim, Entry, Index, InverseEntry, LogDensity, Mean, Mul, Num, Pow, Prod, Slot, Sum, Tensor, Term,
    Value, mul, num, power,
)  # fmt: skip
from symderiv.writing.names import env_for
from symderiv.writing.names import name as name_notation
from symderiv.writing.names import size as size_notation
from symderiv.writing.notation import (
    Big, Fenced, Fraction, Letter, Notation, Number, Root, Row, Script, Symbol, Word, fenced, row, separated,
)  # fmt: skip

SUM, BIG, HADAMARD, PRODUCT, ATOM = range(5)

#: The letters that bound indices are given, in this order.
INDEX_LETTERS = ("i", "j", "k", "l", "m", "r", "s", "t", "u", "v", "a", "b", "c", "e", "g", "h")


class Indices:
    """Letters for indices: each bound index gets the first letter that nothing in the formula is named by."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = frozenset(taken)
        self.given: dict[Index, str] = {}

    def bind(self, index: Index) -> Notation:
        """A letter for an index, until it is released."""
        busy = self.taken | set(self.given.values())
        letters = (x for x in (*INDEX_LETTERS, *(f"i_{k}" for k in range(1, 999))) if x not in busy)
        self.given[index] = next(letters)
        return name_notation(self.given[index])

    def release(self, index: Index) -> None:
        """The letter is free again."""
        self.given.pop(index, None)

    def letter(self, slot: Slot) -> Notation:
        """How a slot is written; an index that nobody bound gets a letter too."""
        if isinstance(slot, int):
            return Number(str(slot))
        return name_notation(self.given[slot]) if slot in self.given else self.bind(slot)


def names_in(t: Tensor) -> frozenset[str]:
    """Every letter that a formula shows, subscripts among them: what no index may be called."""
    whole = names_within(t)
    parts = {part for name in whole for part in re.findall(r"[^\W\d_]+", name)}
    return env_for(t).taken | whole | parts | {"J"}


def names_within(value: object) -> frozenset[str]:
    """Names of symbols, functions, densities and variables."""
    if isinstance(value, Tensor):
        return names_within(value.body)
    if isinstance(value, Entry):
        return frozenset((value.symbol.name,))
    out: frozenset[str] = frozenset()
    if isinstance(value, (LogDensity, Mean)):
        out = frozenset((value.family, *value.variables, *value.given))
    if isinstance(value, Value):
        out = frozenset((value.function.name,))
    parts = value.values if isinstance(value, Term) else value if isinstance(value, tuple) else ()
    return out.union(*map(names_within, parts)) if parts else out


def with_subscript(base: Notation, sub: Notation) -> Notation:
    """A name with one more subscript, after a comma where it has one: ``x_1`` at ``i`` is ``x_{1,i}``."""
    if isinstance(base, Script):
        joined_sub = sub if base.sub is None else row(base.sub, Symbol("comma"), sub)
        return Script(base.base, joined_sub, base.sup)
    return Script(base, sub)


@dataclass(frozen=True, slots=True)
class Piece:
    """Notation and how tightly it holds together: a sum, a big operator, an entrywise product, a product, one thing."""

    shown: Notation
    level: int = ATOM

    def within(self, level: int) -> Notation:
        """In parentheses where it holds less tightly than ``level``."""
        return self.shown if self.level >= level else fenced(self.shown)


def sign_of(term: Term) -> tuple[int, Term]:
    """A minus in front taken off."""
    if isinstance(term, Num) and term.value < 0:
        return -1, Num(-term.value)
    if isinstance(term, Mul):
        negative = [f for f in term.factors if isinstance(f, Num) and f.value < 0]
        if len(negative) % 2:
            return -1, mul(num(-1), *term.factors)
    return 1, term


def factors_of(term: Term) -> tuple[Term, ...]:
    """The factors of a product; another term alone."""
    return term.factors if isinstance(term, Mul) else (term,)


def terms_in(term: Term) -> tuple[Term, ...]:
    """The addends of a sum; another term alone."""
    return term.terms if isinstance(term, Add) else (term,)


def is_log(term: Term) -> bool:
    """A logarithm of something known."""
    return isinstance(term, Apply) and term.name == "log"


def is_exp(term: Term) -> bool:
    """An exponential."""
    return isinstance(term, Apply) and term.name == "exp"


def is_constant(term: Term) -> bool:
    """Nothing but numbers and sizes."""
    if isinstance(term, (Num, Const, Dim)):
        return True
    if isinstance(term, (Add, Mul)):
        return all(map(is_constant, term.values[0]))  # type: ignore[call-overload]
    if isinstance(term, Pow):
        return is_constant(term.base) and is_constant(term.exponent)
    return isinstance(term, Apply) and is_constant(term.argument)


def degree(term: Term) -> Rational:
    """How many variables are multiplied."""
    if isinstance(term, Mul):
        return sum((degree(f) for f in term.factors), Rational(0))
    if isinstance(term, Pow):
        return degree(term.base) * (term.exponent.value if isinstance(term.exponent, Num) else 1)
    if isinstance(term, Add):
        return max(map(degree, term.terms))
    if isinstance(term, (Sum, Prod)):
        return degree(term.body.body)
    return Rational(0) if isinstance(term, (Num, Const, Dim, Delta)) else Rational(1)


def label(term: Term) -> str:
    """Text to order by: the names in a term in reading order."""
    if isinstance(term, Entry):
        return term.symbol.name
    if isinstance(term, (Const, Dim)):
        return term.name
    if isinstance(term, Value):
        return f"{term.function.name}{len(term.by)}" + "".join(label(a.body) for a in term.arguments)
    if isinstance(term, Apply):
        return term.name + label(term.argument)
    if isinstance(term, (LogDensity, Mean)):
        return term.family + "".join(sorted(term.variables)) + "|" + "".join(sorted(term.given))
    if isinstance(term, (Add, Mul)):
        return " ".join(sorted(label(p) for p in term.values[0]))  # type: ignore[attr-defined]
    if isinstance(term, Pow):
        return f"{label(term.base)}^{label(term.exponent)}"
    if isinstance(term, (Sum, Prod)):
        return label(term.body.body)
    if isinstance(term, (Det, InverseEntry)):
        return f"{label(term.matrix.body)}"
    return repr(term.values) if isinstance(term, Num) else ""


def has_binder(term: Term) -> bool:
    """A sum or product over an index among its factors."""
    return any(isinstance(f, (Sum, Prod)) for f in factors_of(term))


def term_order(term: Term) -> tuple[object, ...]:
    """Higher degree first, then by name; logarithms, then constants, last."""
    _, bare = sign_of(term)
    logs = any(is_log(f) or isinstance(f, LogDensity) for f in factors_of(bare))
    kind = 2 if is_constant(bare) else 1 if logs else 0
    return kind, -degree(bare), label(bare), len(factors_of(bare)), bare.digest


def factor_order(term: Term) -> tuple[object, ...]:
    """Numbers, scalars by name, functions, sums in parentheses, exponentials, logarithms, big operators."""
    base = term.base if isinstance(term, Pow) else term
    if isinstance(base, (Num, Dim, Const)):
        kind = 0
    elif isinstance(base, Entry):
        kind = 1
    elif isinstance(base, (Sum, Prod, Mean)):
        kind = 6
    elif is_exp(base):
        kind = 4
    elif is_log(base) or isinstance(base, LogDensity):
        kind = 5
    else:
        kind = 3 if isinstance(base, Add) else 2
    return kind, label(base), term.digest


def ordered_terms(term: Add) -> list[Term]:
    """Addends in reading order: as written where someone wrote them, by the rules where the normal form did; a positive one first."""
    digests = [t.digest for t in term.terms]
    terms = sorted(term.terms, key=term_order) if digests == sorted(digests) else list(term.terms)
    first = next((k for k, t in enumerate(terms) if sign_of(t)[0] > 0), 0)
    return [terms[first], *terms[:first], *terms[first + 1 :]]


def joined(parts: Sequence[tuple[int, Piece]]) -> Piece:
    """Signed pieces added up."""
    if len(parts) == 1 and parts[0][0] > 0:
        return parts[0][1]
    out: list[Notation] = []
    for sign, piece in parts:
        if sign < 0 or out:
            out.append(Symbol("minus" if sign < 0 else "plus"))
        out.append(piece.within(BIG))
    return Piece(row(*out), SUM)


def number(value: Rational) -> Notation:
    """A non-negative rational."""
    above = Number(str(value.numerator))
    return above if value.denominator == 1 else Fraction(above, Number(str(value.denominator)))


def side_by_side(pieces: Sequence[Piece]) -> Piece:
    """A product of scalars or matrices: sums in parentheses, a big operator only at the end. A dot between two numbers."""
    if len(pieces) == 1:
        return pieces[0]
    out: list[Notation] = []
    for k, piece in enumerate(pieces):
        shown = piece.within(BIG if k == len(pieces) - 1 and piece.level != HADAMARD else PRODUCT)
        if k and (starts_with_digit(shown) or (isinstance(shown, Fenced) and isinstance(out[-1], (Letter, Script)))):
            if starts_with_digit(shown):
                out.append(Symbol("dot"))
        out.append(shown)
    return Piece(row(*out), BIG if pieces[-1].level == BIG else PRODUCT)


def starts_with_digit(n: Notation) -> bool:
    """Whether a number would touch what stands before."""
    if isinstance(n, Row):
        return bool(n.items) and starts_with_digit(n.items[0])
    return starts_with_digit(n.base) if isinstance(n, Script) else isinstance(n, Number)


def raised(piece: Piece, exponent: Notation) -> Piece:
    """A piece with a superscript; a call ``f(x)`` has it behind its argument."""
    shown = piece.shown
    if piece.level == ATOM and isinstance(shown, Row) and isinstance(shown.items[-1], (Fenced, Script)):
        last = shown.items[-1]
        if isinstance(last, Script) and last.sup is None:
            return Piece(Row((*shown.items[:-1], Script(last.base, last.sub, exponent))))
        if isinstance(last, Fenced):
            return Piece(Row((*shown.items[:-1], Script(last, sup=exponent))))
    if piece.level == ATOM and isinstance(shown, Script) and shown.sup is None:
        return Piece(Script(shown.base, shown.sub, exponent))
    if piece.level == ATOM and isinstance(shown, (Letter, Fenced, Number)):
        return Piece(Script(shown, sup=exponent))
    return Piece(Script(fenced(shown), sup=exponent))


def call(head: Notation, *arguments: Notation) -> Piece:
    """``f(a, b)``."""
    return Piece(row(head, fenced(separated(list(arguments)))))


class Scalars:
    """Writes scalars; one object for one formula."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.indices = Indices(taken)
        self._next = 1 << 24

    def new_index(self, like: Index) -> Index:
        """An index of this formula alone; its number depends on nothing outside."""
        self._next += 1
        return Index(self._next, like.size)

    def opened(self, t: Tensor) -> tuple[tuple[Index, ...], Term]:
        """A tensor's body at indices of this formula."""
        indices = tuple(self.new_index(s) for s in t.slots)
        return indices, t.at(*indices)

    # --- what tensors provide -----------------------------------------------------------------------------------------

    def whole(self, t: Tensor) -> Piece:
        """A tensor without component notation."""
        raise NotImplementedError

    def contraction(self, t: Sum) -> Piece | None:
        """A sum as inner products, quadratic forms and traces, where it is one."""
        raise NotImplementedError

    def component(self, t: Sum) -> Piece | None:
        """A sum as the component of a matrix-vector product, where it is one."""
        raise NotImplementedError

    # --- terms --------------------------------------------------------------------------------------------------------

    def scalar(self, t: Term) -> Piece:
        """A term whose free indices have letters."""
        match t:
            case Num(value=value):
                if value < 0:
                    return Piece(row(Symbol("minus"), number(-value)), SUM)
                return Piece(number(value), ATOM if value.denominator == 1 else PRODUCT)
            case Const(name=name) | Dim(name=name):
                return Piece(name_notation(name))
            case Entry(symbol=symbol, at=at):
                return Piece(self.subscripted(name_notation(symbol.name), at))
            case Value():
                return self.value(t)
            case Delta(left=left, right=right):
                return Piece(Script(Letter("delta"), self.slots((left, right))))
            case InverseEntry(matrix=matrix, at=at):
                inverse = raised(self.whole(matrix), row(Symbol("minus"), Number("1")))
                return Piece(Script(fenced(inverse.shown), self.slots(at)))
            case Det(matrix=matrix):
                return call(Word("det"), self.whole(matrix).shown)
            case Add():
                return joined([(s, self.scalar(x)) for s, x in map(sign_of, ordered_terms(t))])
            case Mul():
                sign, bare = sign_of(t)
                piece = self.product(factors_of(bare))
                return piece if sign > 0 else Piece(row(Symbol("minus"), piece.within(BIG)), SUM)
            case Pow():
                return self.power(t)
            case Apply(name=name, argument=argument):
                return self.applied(name, argument, self.scalar(argument))
            case Sum():
                return self.contraction(t) or self.component(t) or self.bound("sum", t.body)
            case Prod():
                return self.bound("product", t.body)
            case LogDensity():
                return Piece(row(Word("log"), self.density(t.family, t.variables, t.given, t.at)), PRODUCT)
            case Mean():
                return self.mean(t)
        raise TypeError(f"no rule to write {type(t).__name__}")

    def slots(self, at: Sequence[Slot]) -> Notation:
        """Indices side by side, with commas where one is a number."""
        letters = [self.indices.letter(s) for s in at]
        plain = all(isinstance(x, Letter) for x in letters) or len(letters) == 1
        return row(*letters) if plain else separated(letters)

    def subscripted(self, base: Notation, at: Sequence[Slot]) -> Notation:
        """A name with slots below it."""
        return with_subscript(base, self.slots(at)) if at else base

    def product(self, factors: Iterable[Term]) -> Piece:
        """A product of scalars as at most one fraction with what is large behind it."""
        coefficient = Rational(1)
        above: list[Term] = []
        below: list[Term] = []
        for f in sorted(factors, key=factor_order):
            if isinstance(f, Num):
                coefficient *= f.value
            elif isinstance(f, Pow) and isinstance(f.exponent, Num) and f.exponent.value < 0:
                below.append(power(f.base, Num(-f.exponent.value)))
            else:
                above.append(f)
        if not below:
            head = [Piece(number(coefficient), PRODUCT)] if coefficient != 1 or not above else []
            return side_by_side([*head, *map(self.scalar, above)])
        behind = [f for f in above if isinstance(f, (Sum, Prod, Mean)) or is_exp(f) or is_log(f) or isinstance(f, LogDensity)]
        if len(behind) == len(above) == 1 and (is_exp(above[0]) or is_log(above[0])):
            behind = []
        top = [num(coefficient.numerator)] if coefficient.numerator != 1 else []
        bottom = [num(coefficient.denominator)] if coefficient.denominator != 1 else []
        inside = [f for f in above if f not in behind]
        fraction = Piece(Fraction(self._side([*top, *inside]), self._side([*bottom, *below])), PRODUCT)
        return side_by_side([fraction, *map(self.scalar, behind)])

    def _side(self, factors: Sequence[Term]) -> Notation:
        return side_by_side([self.scalar(f) for f in factors]).shown if factors else Number("1")

    def power(self, t: Pow) -> Piece:
        """Roots, reciprocals and powers."""
        if isinstance(t.exponent, Num):
            e = t.exponent.value
            if e < 0:
                return self.product([t])
            if e == Rational(1, 2):
                return Piece(Root(self.scalar(t.base).shown))
        exponent = self.scalar(t.exponent).shown
        if isinstance(exponent, Fraction) and isinstance(exponent.above, Number):
            exponent = row(exponent.above, Symbol("slash"), exponent.below)
        return raised(self.scalar(t.base), exponent)

    def applied(self, name: str, argument: Term, inside: Piece) -> Piece:
        """A known function."""
        if name == "abs":
            return Piece(Fenced("bar", inside.shown))
        if name == "sqrt":
            return Piece(Root(inside.shown))
        shown = inside.shown
        plain = isinstance(shown, (Letter, Number)) or (isinstance(shown, Script) and shown.sup is None and isinstance(shown.base, Letter))
        if name == "log" and (plain or isinstance(argument, Det)):
            return Piece(row(Word("log"), shown), PRODUCT)
        return call(Word(name), shown)

    def value(self, t: Value) -> Piece:
        """The entry of a function's value or derivative: ``G(x)_i``, ``J_F(x)_{ij}``, ``F'(s_i)``."""
        head, slots = self.function_head(t)
        arguments = [self.whole(a).shown for a in t.arguments]
        piece = call(head, *arguments)
        if not slots:
            return piece
        assert isinstance(piece.shown, Row)
        return Piece(Row((*piece.shown.items[:-1], Script(piece.shown.items[-1], self.slots(slots)))))

    def function_head(self, t: Value) -> tuple[Notation, tuple[Slot, ...]]:
        """The name with its derivatives, and the slots that are left to write below."""
        name = name_notation(t.function.name)
        if not t.by:
            return name, t.at
        if all(len(pair) == 1 for pair in t.by) and len(t.arguments) == 1:
            primes = row(*[Symbol("prime")] * len(t.by))
            return (Script(name.base, name.sub, primes) if isinstance(name, Script) else Script(name, sup=primes)), t.at
        slots: tuple[Slot, ...] = tuple(s for pair in t.by for s in pair[1:] if isinstance(s, Index) or s is not pair[0])
        numbers = sorted({int(pair[0]) + 1 for pair in t.by if isinstance(pair[0], int)})
        which: tuple[Notation, ...] = tuple(Number(str(k)) for k in numbers) if len(t.arguments) > 1 else ()
        if t.at and len(t.by) == 1:
            return Script(Letter("J"), separated([name, *which])), (*t.at, *slots)
        nabla: Notation = Script(Symbol("nabla"), separated(list(which)) if which else None, Number(str(len(t.by))) if len(t.by) > 1 else None)
        if not which and len(t.by) == 1:
            nabla = Symbol("nabla")
        return row(nabla, name), (*t.at, *slots)

    def bound(self, name: str, t: Tensor) -> Piece:
        """``Σ`` or ``Π`` with bounds, over components."""
        indices, body = self.opened(t)
        out: list[Notation] = []
        for i in indices:
            letter = self.indices.bind(i)
            out.append(Big("sum" if name == "sum" else "product", row(letter, Symbol("equals"), Number("1")), size_notation(i.size)))
        inside = self.scalar(body)
        for i in indices:
            self.indices.release(i)
        shown = inside.within(BIG)
        return Piece(row(*out, shown), BIG)

    # --- densities ------------------------------------------------------------------------------------------------------

    def density(self, family: str, variables: Iterable[str], given: Iterable[str], at: tuple[Slot, ...]) -> Notation:
        """``p(x | z)``, ``q_i(z_i)``."""
        named = [self.subscripted(name_notation(v), at) for v in sorted(variables)]
        below = [self.subscripted(name_notation(v), at) for v in sorted(given)]
        inside = separated(named) if not below else row(separated(named), Symbol("given"), separated(below))
        return row(self.subscripted(name_notation(family), at), fenced(inside))

    def mean(self, t: Mean) -> Piece:
        """An expectation, a divergence, or an integral."""
        if not t.family:
            signs = [x for v in sorted(t.variables) for x in (Symbol("space"), Letter("d"), name_notation(v))]
            body = self.scalar(t.body).within(BIG)
            return Piece(row(Big("integral"), body, *signs), BIG)
        q = self.density(t.family, t.variables, t.given, t.at)
        other = divergence_of(t)
        if other is not None:
            p = self.density(other.family, other.variables, other.given, other.at)
            name = Script(Letter("D"), Letter("KL", "upright"))
            return Piece(row(name, fenced(row(q, Symbol("parallel"), p))))
        return Piece(row(Script(Symbol("expectation"), q), Fenced("bracket", self.scalar(t.body).shown)))


def divergence_of(t: Mean) -> LogDensity | None:
    """The ``p`` of ``E_q[log q - log p]``."""
    q = LogDensity(t.family, t.variables, t.given, t.at)
    if not isinstance(t.body, Add) or len(t.body.terms) != 2 or q not in t.body.terms:
        return None
    sign, bare = sign_of(next(x for x in t.body.terms if x != q) if t.body.terms[0] != t.body.terms[1] else ONE)
    return bare if sign < 0 and isinstance(bare, LogDensity) else None
