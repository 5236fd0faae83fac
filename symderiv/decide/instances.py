"""Random instances: a value for every symbol, function and density, each in its domain, from an explicit seed.

Small ones first, with numbers that a person can check by hand; then larger ones. Different dimensions get different sizes (a
size of 1 would hide a transpose, equal sizes an exchange). Unspecified functions become polynomials whose outputs mix all
inputs, so that every derivative is exact; densities become finite tables.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symderiv.algebra.layered import LAYERED, one_layer, one_layers
from symderiv.algebra.numbers import NoValue
from symderiv.algebra.terms import Dim, Function, LogDensity, Mean, Score, Symbol, Tensor, Term, Value
from symderiv.algebra.terms import Entry as EntryTerm
from symderiv.core.domain import Domain
from symderiv.core.size import Size
from symderiv.decide.samples import Polynomial, added, derived, householder, product, times, unit, without
from symderiv.decide.tables import Joint, Table, independent

#: The probability of every state.
#: ``log p`` of a set of variables of one family, and joints that equal sums of others, as `Densities` has them.
Relations = tuple[tuple[Joint, tuple[tuple[Joint, int], ...]], ...]


@dataclass(slots=True)
class Vocabulary:
    """What a comparison names."""

    dimensions: set[str] = field(default_factory=set)
    sizes: set[Size] = field(default_factory=set)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    variables: dict[str, set[str]] = field(default_factory=dict)
    by_coordinate: dict[str, Size] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    #: What comes into the layers of a stack.
    chained: set[str] = field(default_factory=set)

    def add(self, term: Term | Tensor) -> None:
        """Everything inside a term, by walking it once."""
        seen: set[Term | Tensor] = set()
        stack: list[object] = [term]
        while stack:
            item = stack.pop()
            if type(item) is tuple:
                stack.extend(item)
            elif type(item) is Tensor:
                if item not in seen:
                    seen.add(item)
                    for s in item.slots:
                        self._size(s.size)
                    stack.append(item.body)
            elif isinstance(item, Term) and item not in seen:
                seen.add(item)
                self._term(item)
                stack.extend(item.values)

    def _size(self, size: Size) -> None:
        self.sizes.add(size)
        self.dimensions.update(size.names)

    def _term(self, t: Term) -> None:
        if isinstance(t, Dim):
            self.dimensions.add(t.name)
        elif isinstance(t, EntryTerm):
            known = self.symbols.get(t.symbol.name)
            if known is None or t.symbol.chain:  # inside its own chain a name stands without it
                self.symbols[t.symbol.name] = t.symbol
            for size in t.symbol.sizes:
                self._size(size)
            if t.symbol.chain and (known is None or not known.chain):
                for name, out in t.symbol.chain:
                    self.chained.add(name)
                    self.add(out)  # type: ignore[arg-type]
        elif isinstance(t, Value):
            self.functions[t.function.name] = t.function
            for size in (*t.function.output, *itertools.chain(*t.function.arguments)):
                self._size(size)
        elif isinstance(t, Score):
            for symbol, *_ in t.by:
                for size in symbol.sizes:  # type: ignore[union-attr]
                    self._size(size)
        elif isinstance(t, (LogDensity, Mean)):
            self.variables.setdefault(t.family, set()).update(t.variables | t.given)
            if isinstance(t, Mean):
                self.bound.update(t.variables)
            for slot in t.at:
                if not isinstance(slot, int):
                    self.by_coordinate.update(dict.fromkeys(t.variables | t.given, slot.size))


class RandomInstance:
    """Values drawn from ``random.Random(seed)`` in the order of their names.

    ``small``: numbers for checking by hand; ``positive``: all of them above zero, and so are all functions, for logarithms of what is real; ``plain``: whole
    numbers, sizes from 1 on, linear functions, the first that a person would try.
    """

    def __init__(
        self, vocabulary: Vocabulary, seed: int, small: bool, positive: bool = False, plain: bool = False,
        relations: Relations = (), wide: bool = False,
    ) -> None:  # fmt: skip
        self.vocabulary, self.small, self.positive, self.plain = vocabulary, small, positive, plain
        self.random = random.Random(f"{seed}")
        #: Whether orthogonal matrices are rotations, and in which order sizes grow: one way at one seed, the other at the next.
        self.turns = seed % 2 == 1
        #: Whether some numbers are large and some near zero, for what differs there only.
        self.wide = wide
        self.dimensions: Mapping[str, int] = self._dimensions()
        self.entries = {name: self._tensor(s) for name, s in sorted(vocabulary.symbols.items())}
        self.polynomials = {name: self._function(f) for name, f in sorted(vocabulary.functions.items())}
        self.relations = relations
        self.tables: dict[str, tuple[tuple[str, ...], dict[tuple[int, ...], Fraction]]] = {}
        self.ambient = self._ambient()

    # --- sizes -------------------------------------------------------------------------------------------------------------

    def _dimensions(self) -> dict[str, int]:
        """The smallest dimensions for which all sizes are whole, no smaller than wanted, and different where they can be."""
        least = 1 if self.plain else 2 if self.small else 3
        found = _dimensions(tuple(sorted(self.vocabulary.dimensions)), frozenset(self.vocabulary.sizes), least, self.turns)
        if found is None:
            raise NoValue("no sizes fit together")
        return found

    def size(self, size: Size) -> int:
        """A size as a number."""
        return int(size.value(self.dimensions))

    # --- symbols -----------------------------------------------------------------------------------------------------------

    def _number(self, d: Domain) -> Fraction:
        r = self.random
        if d.low is None and d.high is not None:
            return -self._number(Domain(low=-d.high, low_closed=d.high_closed, whole=d.whole))
        if d.whole:
            if d.low is None and not self.positive:
                return Fraction(r.choice((-3, -2, -1, 1, 2, 3)))
            low = 1 if d.low is None else int(d.low) + (not d.low_closed)
            if d.high is not None:
                return Fraction(r.randint(low, int(d.high) - (not d.high_closed)))
            return Fraction(r.randint(max(low, 1), low + 4))
        if d.low is not None and d.high is not None:
            below = 4 if self.small else 12
            return d.low + (d.high - d.low) * Fraction(r.randint(1, below - 1), below)
        if self.plain:
            return (
                (d.low or 0) + Fraction(r.choice((2, 3, 4)))
                if d.low is not None or self.positive
                else Fraction(r.choice((2, -1, 3, -2)))
            )
        if d.low is not None or self.positive:
            return (d.low or Fraction(0)) + (
                Fraction(r.choice((1, 2, 3, 4)), r.choice((1, 2)))
                if self.small
                else Fraction(r.randint(1, 40), r.choice((16, 400, 4)) if self.wide else 16)
            )
        if self.small:
            return Fraction(r.choice((-2, -1, 1, 2, 3)), r.choice((1, 1, 2)))
        return Fraction(r.randint(-30, 30), r.choice((3, 16, 64)) if self.wide else 16)

    def _tensor(self, s: Symbol) -> dict[tuple[int, ...], Fraction]:
        if LAYERED in s.traits:
            layers = range(self.size(s.sizes[0]))
            return {(k, *at): v for k in layers for at, v in self._tensor(one_layer(s)).items()}
        sizes = [self.size(n) for n in s.sizes]
        places = list(itertools.product(*map(range, sizes)))
        values = {at: self._number(s.domain) for at in places}
        if len(sizes) != 2:
            return values
        if "positive definite" in s.traits:
            n = sizes[0]
            return {(i, j): sum((values[i, k] * values[j, k] for k in range(n)), Fraction(2 * (i == j))) for i, j in places}
        if "diagonal" in s.traits:
            return {(i, j): (values[i, j] or Fraction(1)) if i == j else Fraction(0) for i, j in places}
        if "symmetric" in s.traits:
            return {(i, j): values[min(i, j), max(i, j)] for i, j in places}
        if "orthogonal" in s.traits:
            n = sizes[0]
            turn = product(
                householder([values[i, 0] for i in range(n)]), householder([values[i, n - 1] + i for i in range(n)]), n
            )
            reflection = householder([Fraction(i + 1) for i in range(n)])
            return turn if self.turns else product(turn, reflection, n)
        for trait, sign in (("lower", 1), ("upper", -1)):
            if trait in s.traits:
                values = {(i, j): v if sign * (i - j) >= 0 else Fraction(0) for (i, j), v in values.items()}
        if "strictly lower" in s.traits or "unit lower" in s.traits:
            unit = Fraction("unit lower" in s.traits)
            return {(i, j): v if i > j else unit * (i == j) for (i, j), v in values.items()}
        if not s.traits.isdisjoint({"invertible", "lower", "upper"}):
            sign = -1 if "invertible" in s.traits and not self.turns else 1  # the determinant of either sign
            return {(i, j): (v + 5 * (i == j)) * (sign if i == 0 else 1) for (i, j), v in values.items()}
        return values

    def entry(self, symbol: Symbol, at: tuple[int, ...]) -> Fraction:
        """The entry of a symbol."""
        if at not in self.entries[symbol.name]:
            raise NoValue("there is no such entry at this size")
        return self.entries[symbol.name][at]

    # --- functions ---------------------------------------------------------------------------------------------------------

    def _function(self, f: Function) -> dict[tuple[int, ...], Polynomial]:
        if LAYERED in f.traits:
            layers = range(self.size(f.output[0]))
            return {(k, *at): p for k in layers for at, p in self._function(one_layers(f)).items()}
        inputs = 1 if f.elementwise else sum(_count(self.size(n) for n in sizes) for sizes in f.arguments)
        outputs = [()] if f.elementwise else list(itertools.product(*(range(self.size(n)) for n in f.output)))
        if "positive definite" in f.traits:
            n = self.size(f.output[0])
            rows = [[self._polynomial(inputs) for _ in range(n)] for _ in range(n)]
            unit: Polynomial = {(0,) * inputs: Fraction(1)}
            return {(i, j): added(unit if i == j else {}, *(times(rows[i][k], rows[j][k]) for k in range(n))) for i, j in outputs}
        values = {at: self._polynomial(inputs) for at in outputs}
        if "autoregressive" in f.traits:
            own = self.size(f.arguments[0][0])
            values = {at: without(p, range(at[0], own)) for at, p in values.items()}
        if f.domain.positive or f.domain.nonnegative or self.positive:
            unit = {(0,) * inputs: Fraction(1)}
            return {at: added(unit, times(p, p)) for at, p in values.items()}
        return values

    def _polynomial(self, inputs: int) -> Polynomial:
        r = self.random
        p: Polynomial = {(0,) * inputs: Fraction(r.choice((-1, 0, 1)))}
        if self.plain:
            p[unit(inputs, r.randrange(inputs))] = Fraction(r.choice((-1, 1, 2)))
            return p
        for k in range(inputs):
            p[unit(inputs, k)] = Fraction(r.choice((-1, 1, 2)))
        most = 1 if self.small else 3
        for _ in range(most):
            a, b = r.randrange(inputs), r.randrange(inputs)
            exponents = [0] * inputs
            exponents[a] += 1
            exponents[b] += 1
            if not self.small and r.random() < 0.5:
                exponents[r.randrange(inputs)] += 1
            p[tuple(exponents)] = Fraction(r.choice((-1, 1)), 1 if self.small else 2)
        return p

    def function(
        self, f: Function, x: list[Any], at: tuple[int, ...], by: tuple[int, ...], lift: Callable[[Fraction], Any]
    ) -> Any:
        """The value at ``x``, differentiated by the inputs at these places."""
        if at not in self.polynomials[f.name]:
            raise NoValue("there is no such entry at this size")
        p = self.polynomials[f.name][at]
        for place in by:
            p = derived(p, place)
        total = lift(Fraction(0))
        for exponents, c in p.items():
            part = lift(c)
            for value, e in zip(x, exponents, strict=True):
                for _ in range(e):
                    part = part * value
            total = total + part
        return total

    # --- densities ---------------------------------------------------------------------------------------------------------

    def _ambient(self) -> dict[str, int]:
        names = set().union(*self.vocabulary.variables.values()) if self.vocabulary.variables else set()
        return {key: self.random.randrange(2) for name in sorted(names) for key in self._keys(name)}

    def _keys(self, variable: str) -> list[str]:
        size = self.vocabulary.by_coordinate.get(variable)
        return [variable] if size is None else [f"{variable}@{k}" for k in range(self.size(size))]

    def _table(self, family: str) -> tuple[tuple[str, ...], dict[tuple[int, ...], Fraction]]:
        if family not in self.tables:
            names = sorted(self.vocabulary.variables[family])
            keys = tuple(key for name in names for key in self._keys(name))
            related = [(joint, parts) for joint, parts in self.relations if joint[0] == family]
            if related and len(keys) != len(names):
                raise NoValue("related densities by coordinate")
            self.tables[family] = keys, self._related(keys, *related[0]) if related else self._weights(keys)
        return self.tables[family]

    def _table_at(self, family: str, k: int) -> tuple[tuple[str, ...], Table]:
        """The table of one datum."""
        name = f"{family}@{k}"
        if name not in self.tables:
            if any(known == family for (known, _), _ in self.relations):
                raise NoValue("related densities of data are not sampled")
            keys = tuple(f"{v}@{k}" for v in sorted(self.vocabulary.variables[family]))
            self.tables[name] = keys, self._weights(keys)
        return self.tables[name]

    def _weights(self, keys: tuple[str, ...]) -> Table:
        weights = {s: Fraction(self.random.randint(1, 6)) for s in itertools.product(range(2), repeat=len(keys))}
        total = sum(weights.values())
        return {s: w / total for s, w in weights.items()}

    def _related(self, keys: tuple[str, ...], joint: Joint, parts: tuple[tuple[Joint, int], ...]) -> Table:
        """A table in which the logarithm of a joint is the sum of its parts: a product of one factor a part.

        What is not in the relation follows by a conditional table. The relation is checked; `NoValue` where no product keeps it.
        """
        family, names = joint
        if any(not variables <= names for (_, variables), _ in parts):
            return independent(keys, joint, parts, self._weights)
        inner = tuple(k for k in keys if k in names)
        weights = dict.fromkeys(itertools.product(range(2), repeat=len(inner)), Fraction(1))
        for (other, variables), sign in parts:
            if other == family and sign < 0:
                continue
            wanted = [k for k, name in enumerate(inner) if name in variables]
            factor = {s: Fraction(self.random.randint(1, 6)) for s in itertools.product(range(2), repeat=len(wanted))}
            for s in weights:
                state = dict(zip(inner, s, strict=True))
                value = factor[tuple(s[k] for k in wanted)] if other == family else self.density(other, variables, (), state)
                weights[s] *= value**sign
        total = sum(weights.values())
        table = {s: w / total for s, w in weights.items()}
        rest = [k for k in keys if k not in inner]
        out: Table = {}
        for s, w in table.items():
            given = self._weights(tuple(rest)) if rest else {(): Fraction(1)}
            for extra, share in given.items():
                state = {**dict(zip(inner, s, strict=True)), **dict(zip(rest, extra, strict=True))}
                out[tuple(state[k] for k in keys)] = w * share
        self.tables[family] = keys, out
        for s, w in table.items():
            state = dict(zip(inner, s, strict=True))
            product = Fraction(1)
            for (other, variables), sign in parts:
                product *= self.density(other, variables, (), state) ** sign
            if product != w:
                raise NoValue("the relation does not hold for a product of factors")
        return out

    def states(self, _family: str, variables: frozenset[str], at: tuple[int, ...]) -> Iterable[Mapping[str, int]]:
        """All states of the variables (of one coordinate where ``at`` names it)."""
        keys = [key for v in sorted(variables) for key in ([f"{v}@{at[0]}"] if at else self._keys(v))]
        for values in itertools.product(range(2), repeat=len(keys)):
            yield dict(zip(keys, values, strict=True))

    def density(self, family: str, variables: frozenset[str], at: tuple[int, ...], state: Mapping[str, int]) -> Fraction:
        """The probability of a state: a row of the table, summed over what is not asked for."""
        if at and len(self.vocabulary.variables[family]) == 1:
            return self._coordinate(family, at[0], state[f"{min(variables)}@{at[0]}"])
        keys, table = self._table_at(family, at[0]) if at else self._table(family)
        wanted = {f"{v}@{at[0]}" for v in variables} if at else {key for v in variables for key in self._keys(v)}
        fixed = [(k, state[key]) for k, key in enumerate(keys) if key in wanted]
        return sum((w for s, w in table.items() if all(s[k] == v for k, v in fixed)), Fraction(0))

    def slope(
        self, family: str, by: tuple[str | int, ...], variables: frozenset[str], at: tuple[int, ...], state: Mapping[str, int]
    ) -> Fraction:
        """The derivative of the probability of a state: a row of a table that sums to zero, summed over what is not asked for."""
        if any(name == family for (name, _), _ in self.relations):
            raise NoValue("derivatives of related densities are not sampled")
        drawn = random.Random(f"{family}{by}{at}")
        if at:
            rise = Fraction(drawn.choice((-2, -1, 1, 2)), 4)
            return rise if state[f"{min(variables)}@{at[0]}"] == 0 else -rise
        keys, table = self._table(family)
        rises = {s: Fraction(drawn.randint(-6, 6), 12) for s in table}
        mean = sum(rises.values(), Fraction(0)) / len(rises)
        wanted = {key for v in variables for key in self._keys(v)}
        fixed = [(k, state[key]) for k, key in enumerate(keys) if key in wanted]
        return sum((w - mean for s, w in rises.items() if all(s[k] == v for k, v in fixed)), Fraction(0))

    def _coordinate(self, family: str, k: int, value: int) -> Fraction:
        weight = Fraction(random.Random(f"{family}{k}").randint(1, 7), 8)
        return weight if value == 0 else 1 - weight

    def random_entry(self, symbol: Symbol, at: tuple[int, ...], state: Mapping[str, int]) -> Fraction:
        """A random variable's entry: a number of its own for every state."""
        key = symbol.name if symbol.name in state else f"{symbol.name}@{at[0] if at else 0}"
        return Fraction(random.Random(f"{symbol.name}{at}{state[key]}").randint(-6, 6), 2)


@functools.lru_cache(maxsize=1024)
def _dimensions(names: tuple[str, ...], sizes: frozenset[Size], least: int, turns: bool) -> dict[str, int] | None:
    best: tuple[tuple[int, int, int], dict[str, int]] | None = None
    reach = range(least, least + (10 if len(names) < 3 else 6))
    for chosen in itertools.islice(itertools.product(reach, repeat=len(names)), 4000):
        values = dict(zip(names, chosen, strict=True))
        found = [(size, size.value(values)) for size in sizes]
        if any(n.denominator != 1 or n < 1 for _, n in found):
            continue
        numbers = [n for size, n in found if size.number is None]
        alike = len(numbers) - len(set(numbers)) + len(chosen) - len(set(chosen))
        downward = sum(a < b for a, b in itertools.pairwise(chosen if turns else chosen[::-1]))
        price = (sum(n < least for n in numbers) + alike, sum(chosen), downward)
        if best is None or price < best[0]:
            best = price, values
    return None if best is None else best[1]


def _count(sizes: Iterable[int]) -> int:
    total = 1
    for n in sizes:
        total *= n
    return total
