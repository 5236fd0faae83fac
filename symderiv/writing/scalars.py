r"""Scalars and components: terms whose free indices have letters, ``x_{1,i}``, ``G(x_2)_i``, ``A_{ij}``, ``\sum_{i=1}^{n} \log \sigma_i``.

One rule a node kind. What is written with whole vectors and matrices (``a^\top M b``, ``\operatorname{tr}(A B)``, arguments of functions) is left to the
subclass, see `tensors`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction as Rational
from typing import ClassVar

from symderiv.algebra import layered
from symderiv.algebra.expectation import VOLUME
from symderiv.algebra.order import factor_key, name_key, ordered, split
from symderiv.algebra.terms import (
    Add, Apply, Const, Delta, Det, Dim, Entry, Index, InverseEntry, LogDensity, Mean, Mul, Num, Pow, Prod, Score, Slot, Sum, Tensor, Term,
    Value, add, tensor,
)  # fmt: skip
from symderiv.writing.names import Env, name, scripted, size
from symderiv.writing.notation import (
    Big, BigName, Fenced, Fraction, Letter, Notation, Number, Row, Script, Symbol, Word, fenced, row, separated,
)  # fmt: skip
from symderiv.writing.pieces import Hold, Piece, called, closed, product, raised, rational, scripts, signed, total

#: A factor and the rational power it stands to.
Factor = tuple[Term, Rational]

_CONSTANTS: dict[str, Notation] = {"pi": Letter("pi"), "e": Letter("e"), "euler_gamma": Script(Letter("gamma"), Letter("E"))}
#: Known functions that are written as letters.
_LETTERS: dict[str, Notation] = {
    "gamma": Letter("Gamma"), "digamma": Letter("psi"), "trigamma": Script(Letter("psi"), None, Symbol("prime")),
    "tetragamma": Script(Letter("psi"), None, row(Symbol("prime"), Symbol("prime"))),
    "besseli0": Script(Letter("I"), Number("0")), "besseli1": Script(Letter("I"), Number("1")),
}  # fmt: skip


def factors_of(term: Term) -> tuple[Rational, list[Factor]]:
    """The coefficient, and the other factors with their powers in the order of writing."""
    coefficient, factors = split(term)
    out: list[Factor] = []
    for f in sorted(factors, key=factor_key):
        if isinstance(f, Pow) and isinstance(f.exponent, Num):
            out.append((f.base, f.exponent.value))
        elif not (isinstance(f, Delta) and f.left == f.right):
            out.append((f, Rational(1)))
    return coefficient, out


class Scalars(ABC):
    """Writes scalars; ``env`` has a letter for every free index."""

    # --- what needs whole tensors -----------------------------------------------------------------------------------------

    @abstractmethod
    def tensor(self, t: Tensor, env: Env) -> Piece:
        """A whole tensor."""

    @abstractmethod
    def contracted(self, t: Sum, env: Env) -> Piece | None:
        """A sum over indices as a product of vectors and matrices; None where it is none."""

    # --- entry point ------------------------------------------------------------------------------------------------------

    def scalar(self, term: Term, env: Env) -> Piece:
        """A term with a letter for every free index."""
        return self._rules[type(term)](self, term, env)

    # --- numbers and names ------------------------------------------------------------------------------------------------

    def _num(self, t: Num, _env: Env) -> Piece:
        hold = Hold.ATOM if t.value.denominator == 1 else Hold.PRODUCT
        return Piece(rational(abs(t.value)), hold, t.value < 0)

    def _const(self, t: Const, _env: Env) -> Piece:
        return Piece(_CONSTANTS.get(t.name, Letter(t.name)))

    def _dim(self, t: Dim, _env: Env) -> Piece:
        return Piece(name(t.name))

    def _entry(self, t: Entry, env: Env) -> Piece:
        t = layered.settled(t)
        return Piece(scripted(t.symbol.name, env.slots(t.at)))

    def _delta(self, t: Delta, env: Env) -> Piece:
        if t.left == t.right:
            return Piece(Number("1"))
        return Piece(Script(Letter("delta"), row(*env.slots((t.left, t.right)))))

    # --- functions --------------------------------------------------------------------------------------------------------

    def _value(self, t: Value, env: Env) -> Piece:
        t = layered.settled(t)
        arguments = [self.tensor(a, env) if a.slots else self.scalar(a.body, env) for a in t.arguments]
        whole = value_as_whole(t, [signed(a) for a in arguments])
        slots = (*t.at, *(s for _, *at in t.by for s in at))
        if whole is not None:
            return scripts(whole, sub=row(*env.slots(slots))) if slots else whole
        marks: list[Notation] = [Script(Symbol("partial"), row(*_place(t, int(str(pair[0])), pair[1:], env))) for pair in t.by]
        plain = called(name(t.function.name), [signed(a) for a in arguments])
        plain = scripts(plain, sub=row(*env.slots(t.at))) if t.at else plain
        return Piece(row(*marks, plain.look), Hold.PRODUCT)

    def _apply(self, t: Apply, env: Env) -> Piece:
        if t.name == "exp":
            density = self._densities(t.argument, env)
            if density is not None:
                return density
        return self.applied(t.name, t.argument, self.scalar(t.argument, env))

    def applied(self, function: str, argument: Term, piece: Piece) -> Piece:
        """A known function of a scalar, or of every entry."""
        if function == "abs":
            return Piece(Fenced("bar", signed(piece)))
        if function == "sqrt":
            return (
                raised(piece, Rational(1, 2))
                if not piece.negative
                else Piece(Row((Word("sqrt"), fenced(signed(piece)))), call=True)
            )
        if function == "log":
            if isinstance(piece.look, Row) and isinstance(piece.look.items[0], Big) and not piece.negative:
                return Piece(row(Word("log"), piece.look), Hold.REACHING)
            tight = isinstance(piece.look, (Letter, Script, Fenced, Fraction, Number)) and not piece.negative and not piece.call
            if isinstance(argument, Det) and isinstance(piece.look, Row):
                return Piece(row(Word("log"), _bare_det(piece).look), Hold.REACHING)
            if tight:
                return Piece(row(Word("log"), piece.look), Hold.REACHING)
        return called(_LETTERS.get(function) or Word(function), [signed(piece)])

    def _det(self, t: Det, env: Env) -> Piece:
        return called(Word("det"), [signed(self.tensor(t.matrix, env))])

    def _inverse(self, t: InverseEntry, env: Env) -> Piece:
        return Piece(Script(fenced(self.inverse_of(t.matrix, env).look), row(*env.slots(t.at))))

    def inverse_of(self, matrix: Tensor, env: Env) -> Piece:
        """The inverse of a whole matrix."""
        return scripts(self.tensor(matrix, env), sup=row(Symbol("minus"), Number("1")))

    # --- arithmetic -------------------------------------------------------------------------------------------------------

    def _add(self, t: Add, env: Env) -> Piece:
        return total([self.scalar(part, env) for part in ordered(t.terms)])

    def _product(self, t: Mul | Pow, env: Env) -> Piece:
        coefficient, factors = factors_of(t)
        return self.scalar_product(coefficient, factors, env)

    def scalar_product(self, coefficient: Rational, factors: Sequence[Factor], env: Env, behind: Iterable[Piece] = ()) -> Piece:
        """A coefficient times powers; ``behind`` stands last (a vector that all this scales)."""
        above: list[tuple[Term, Piece]] = []
        below: list[Piece] = []
        reaching: list[Piece] = []
        for base, e in factors:
            piece = self._base(base, env)
            if isinstance(base, Sum) and piece.hold == Hold.PRODUCT:
                piece = _norm(piece) if abs(e) == Rational(1, 2) else Piece(piece.look, Hold.REACHING, piece.negative)
            if not isinstance(piece.look, Fenced) or piece.look.kind != "norm":
                piece = raised(piece, abs(e))
            if e < 0:
                below.append(piece)
            elif piece.hold == Hold.REACHING or (isinstance(base, (Mean, Sum)) and piece.hold != Hold.SUM):
                reaching.append(piece)
            else:
                above.append((base, piece))
        has_behind = [*reaching, *behind]
        if not below and coefficient.denominator > 1:
            # k/2 and μ²/2, but ½ (a + b): names go above the denominator
            simple = [p for base, p in above if isinstance(base, (Const, Dim, Entry))]
            if simple and not (
                has_behind and not all(isinstance(b, (Const, Dim)) for b, _ in above if isinstance(b, (Const, Dim, Entry)))
            ):
                head = product(abs(coefficient) * coefficient.denominator, simple)
                over = Piece(Fraction(head.look, Number(str(coefficient.denominator))), Hold.PRODUCT, coefficient < 0)
                others = [p for base, p in above if not isinstance(base, (Const, Dim, Entry))]
                return product(Rational(1), [over, *others], (), has_behind)
        if below and any(isinstance(base, (Add, Sum)) and e < 0 for base, e in factors):
            above += [(Num(Rational(1)), p) for p in has_behind]
            has_behind = []
        elif below:
            has_behind = [p for base, p in above if _stands_behind(base)] + has_behind
            above = [(base, p) for base, p in above if not _stands_behind(base)]
            if len(above) == 1 and coefficient.numerator in (1, -1):
                above = [(above[0][0], _bare_det(above[0][1]))]
            if len(below) == 1 and coefficient.denominator == 1:
                below = [_bare_det(below[0])]
        return product(coefficient, [p for _, p in above], below, has_behind)

    def _base(self, base: Term, env: Env) -> Piece:
        if isinstance(base, Pow):
            exponent = signed(self.scalar(base.exponent, env))
            return scripts(self.scalar(base.base, env), sup=exponent)
        return self.scalar(base, env)

    # --- binders ----------------------------------------------------------------------------------------------------------

    def _sum(self, t: Sum, env: Env) -> Piece:
        found = self._over_layers("sum", t, env) or self.contracted(t, env)
        return found if found is not None else self.big("sum", t.body, env)

    def _prod(self, t: Prod, env: Env) -> Piece:
        return self._over_layers("product", t, env) or self.big("product", t.body, env)

    def _over_layers(
        self, kind: BigName, t: Sum | Prod, env: Env, write: Callable[[Term, Env], Piece] | None = None
    ) -> Piece | None:
        """Over the layers of a stack, with what belongs to one layer by its name there: ``Σ_k Σ_i s_k(x_{k-1})_i``. None where nothing is so."""
        indices, term = t.body.open()
        found = next(((k, letter) for k in indices if (letter := layered.letter_of(term, k)) is not None), None)
        if found is None:
            return None
        k, letter = found
        letter = next(c for c in (letter, *(f"{letter}{chr(39) * n}" for n in range(1, 9))) if c not in env.letters.values())
        rest = tuple(i for i in indices if i != k)
        inner = layered.lowered(term, k, letter)
        inner = type(t)(tensor(rest, inner)) if rest else inner
        bounds = (row(Letter(letter), Symbol("equals"), Number("1")), size(k.size))
        piece = (write or self.scalar)(inner, Env({**env.letters, k: letter}, env.taken | {letter}))
        return _behind(row(Big(kind, *bounds)), kind, piece)

    def big(self, kind: BigName, body: Tensor, env: Env) -> Piece:
        """``Σ`` or ``Π`` with bounds, one sign an index, letters in the order in which they appear."""
        indices, term = body.open()
        inner = env.with_letters([*(i for i in appearance(term) if i in indices), *(i for i in indices if i not in term.free)])
        piece = self.scalar(term, inner)
        signs: list[Notation] = [
            Big(kind, row(inner.slot(i), Symbol("equals"), Number("1")), size(i.size)) for i in inner.letters if i in indices
        ]
        return _behind(row(*signs), kind, piece)

    # --- densities --------------------------------------------------------------------------------------------------------

    def density(self, t: LogDensity | Mean, env: Env) -> Notation:
        """``q(z | x)``, ``q_i(z_i)``."""
        places = env.slots(t.at)

        def names(many: frozenset[str], at: Sequence[Notation]) -> Notation:
            return separated([scripted(_of_data(v) if at else v, at) for v in sorted(many, key=name_key)])

        inside = names(t.variables, places)
        if t.given:
            inside = row(inside, Symbol("given"), names(t.given, places))
        return row(scripted(t.family, places), fenced(inside))

    def _log_density(self, t: LogDensity, env: Env) -> Piece:
        return Piece(row(Word("log"), self.density(t, env)), Hold.REACHING)

    def _score(self, t: Score, env: Env) -> Piece:
        marks = [Script(Symbol("partial"), scripted(s.name, env.slots(at))) for s, *at in t.by]  # type: ignore[union-attr,arg-type]
        return Piece(row(*marks, Word("log"), self.density(t.density, env)), Hold.REACHING)

    def _densities(self, exponent: Term, env: Env) -> Piece | None:
        """``exp`` of log densities is a product of densities."""
        above: list[Piece] = []
        below: list[Piece] = []
        rest: list[Term] = []
        for part in ordered(exponent.terms) if isinstance(exponent, Add) else [exponent]:
            coefficient, factors = split(part)
            if len(factors) == 1 and isinstance(factors[0], LogDensity):
                p = raised(Piece(self.density(factors[0], env), call=True), abs(coefficient))
                (above if coefficient > 0 else below).append(p)
            else:
                rest.append(part)
        if not above and not below:
            return None
        argument = add(*rest)
        behind = [self.applied("exp", argument, self.scalar(argument, env))] if rest else []
        return product(Rational(1), above, below, behind)

    def _mean(self, t: Mean, env: Env) -> Piece:
        return self.expected(t, self.scalar(t.body, env), env)

    def expected(self, t: Mean, body: Piece, env: Env) -> Piece:
        """An expectation, a divergence, or an integral over the volume."""
        if t.family == VOLUME:
            ends = [
                x for v in sorted(t.variables, key=name_key) for x in (Symbol("space"), Letter("d"), scripted(v, env.slots(t.at)))
            ]
            return Piece(row(Big("integral"), closed(body, Hold.ENTRYWISE), *ends), Hold.REACHING)
        other = compared(t)
        if other is not None:
            sides = row(self.density(t, env), Symbol("parallel"), self.density(other, env))
            return called(Script(Letter("D"), Letter("KL", "upright")), [sides])
        return Piece(Row((Script(Symbol("expectation"), self.density(t, env)), Fenced("bracket", signed(body)))), call=True)

    _rules: ClassVar[dict[type[Term], Callable[..., Piece]]] = {}


def _behind(signs: Notation, kind: BigName, piece: Piece) -> Piece:
    """What stands behind the signs of sums or products, in brackets where it is a sum itself."""
    out = kind == "sum" and piece.negative
    look = piece.look if out else signed(piece)
    loose = piece.hold == Hold.SUM or (piece.negative and not out)
    return Piece(row(signs, fenced(look) if loose else look), Hold.REACHING, out)


def _of_data(variable: str) -> str:
    """``x`` for ``x_i``, a variable of a data set, whose letter is the index that is written behind it."""
    stem, _, letter = variable.rpartition("_")
    return stem if stem and len(letter) == 1 and letter.isalpha() else variable


def compared(t: Mean) -> LogDensity | None:
    """The ``p`` of a Kullback-Leibler divergence ``E_q[log q - log p]``."""
    own = LogDensity(t.family, t.variables, t.given, t.at)
    if isinstance(t.body, Add) and len(t.body.terms) == 2 and own in t.body.terms:
        other = t.body.terms[1 - t.body.terms.index(own)]
        coefficient, factors = split(other)
        if coefficient == -1 and len(factors) == 1 and isinstance(factors[0], LogDensity) and factors[0].variables == t.variables:
            return factors[0]
    return None


def appearance(term: Term) -> list[Index]:
    """The free indices in the order in which they are written."""
    found: dict[Index, None] = {}

    def walk(part: object) -> None:
        if isinstance(part, Index):
            if part in term.free:
                found.setdefault(part)
        elif isinstance(part, Mul):
            for f in sorted(part.factors, key=factor_key):
                walk(f)
        elif isinstance(part, Add):
            for t in ordered(part.terms):
                walk(t)
        elif isinstance(part, (Term, Tensor)) and not part.free.isdisjoint(term.free):
            for value in part.values if isinstance(part, Term) else (part.body,):
                walk(value)
        elif isinstance(part, tuple):
            for value in part:
                walk(value)

    walk(term)
    return list(found)


def _norm(piece: Piece) -> Piece:
    """The root of ``a^T a`` as a norm."""
    look = piece.look
    if isinstance(look, Row) and len(look.items) == 2 and not piece.negative:
        left, right = look.items
        if isinstance(left, Script) and left.sup == Symbol("transpose") and left.base == right and left.sub is None:
            return Piece(Fenced("norm", right.body if isinstance(right, Fenced) else right))
        if isinstance(left, Script) and left.sup == Symbol("transpose") and Script(left.base, left.sub) == right:
            return Piece(Fenced("norm", right))
    return piece


def _bare_det(piece: Piece) -> Piece:
    """``det M`` without parentheses, for a named matrix where nothing follows."""
    look = piece.look
    if isinstance(look, Row) and len(look.items) == 2 and look.items[0] == Word("det"):
        inner = look.items[1]
        if isinstance(inner, Fenced) and isinstance(inner.body, (Letter, Script)):
            return Piece(row(look.items[0], inner.body), Hold.REACHING, piece.negative)
    return piece


def _stands_behind(base: Term) -> bool:
    """Exponentials stand behind a fraction, not in it."""
    return isinstance(base, Apply) and base.name == "exp"


def _place(t: Value, argument: int, at: Sequence[Slot], env: Env) -> list[Notation]:
    slots = env.slots(at)
    if len(t.arguments) == 1 and slots:
        return slots
    return [Number(str(argument + 1)), *([Symbol("comma")] if slots else []), *slots]


def value_as_whole(t: Value, arguments: Sequence[Notation]) -> Piece | None:
    """``F(x)``, ``J_F(x)``, ``∇f(x)``, ``F'(x)``, ``∂_2 F(x, y)`` without its slots; None for higher derivatives of vectors."""
    f, order = t.function, len(t.by)
    head = name(f.name)
    if not order:
        return called(head, arguments)
    if all(not a.slots for a in t.arguments) and len(t.arguments) == 1:
        return called(scripted(f.name, primes=order), arguments)
    if len(t.arguments) > 1:
        if order > 1:
            return None
        return Piece(
            row(Script(Symbol("partial"), Number(str(int(str(t.by[0][0])) + 1))), *_items(called(head, arguments))), Hold.PRODUCT
        )
    if len(f.arguments[0]) != 1:
        return None
    if order == 1 and len(f.output) == 1:
        return called(Script(Letter("J"), head), arguments)
    if not f.output and order <= 2:
        named = isinstance(arguments[0], Letter) or (isinstance(arguments[0], Script) and arguments[0].sup is None)
        nabla: Notation = (
            Symbol("nabla")
            if order == 1 and not named
            else Script(Symbol("nabla"), arguments[0] if named else None, None if order == 1 else Number("2"))
        )
        return Piece(row(nabla, *_items(called(head, arguments))), Hold.PRODUCT)
    return None


def _items(piece: Piece) -> tuple[Notation, ...]:
    return piece.look.items if isinstance(piece.look, Row) else (piece.look,)


Scalars._rules = {
    Num: Scalars._num, Const: Scalars._const, Dim: Scalars._dim, Entry: Scalars._entry, Delta: Scalars._delta, Value: Scalars._value,
    Apply: Scalars._apply, Det: Scalars._det, InverseEntry: Scalars._inverse, Add: Scalars._add, Mul: Scalars._product,
    Pow: Scalars._product, Sum: Scalars._sum, Prod: Scalars._prod, LogDensity: Scalars._log_density,
    Score: Scalars._score, Mean: Scalars._mean,
}  # fmt: skip
