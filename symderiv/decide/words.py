"""A witness's values in words: ``d = 4``, ``x_1 = (1, -1/2)``, ``F(u) = (u1 + u1*u2, 2*u2 - 1)``."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from symderiv.algebra.terms import Function, Symbol

if TYPE_CHECKING:
    from symderiv.decide.instances import RandomInstance
    from symderiv.decide.samples import Polynomial


def assignments(instance: RandomInstance) -> tuple[tuple[str, str], ...]:
    """Every value of an instance, names in order: dimensions, symbols, functions."""
    out = [(name, str(value)) for name, value in sorted(instance.dimensions.items())]
    out += [
        (s.name, _tensor(instance, s))
        for _, s in sorted(instance.vocabulary.symbols.items())
        if s.name not in instance.vocabulary.bound
    ]
    out += [(_call(f), _function(instance, f)) for _, f in sorted(instance.vocabulary.functions.items())]
    for family in sorted(instance.tables):
        keys, table = instance.tables[family]
        out.append((f"{family}({', '.join(keys)})", ", ".join(f"{''.join(map(str, s))}: {w}" for s, w in sorted(table.items()))))
    return tuple(out)


def _tensor(instance: RandomInstance, s: Symbol) -> str:
    values = instance.entries[s.name]
    if not s.sizes:
        return str(values[()])
    if len(s.sizes) == 1:
        return "(" + ", ".join(str(values[k,]) for k in range(instance.size(s.sizes[0]))) + ")"
    rows, columns = (instance.size(n) for n in s.sizes)
    return "[" + "; ".join(", ".join(str(values[i, j]) for j in range(columns)) for i in range(rows)) + "]"


def _call(f: Function) -> str:
    return f"{f.name}(t)" if f.elementwise else f"{f.name}(u)"


def _function(instance: RandomInstance, f: Function) -> str:
    values = instance.polynomials[f.name]
    names = ["t"] if f.elementwise else [f"u{k + 1}" for k in range(len(next(iter(next(iter(values.values()))), ())))]
    shown = [polynomial_in_words(values[at], names) for at in sorted(values)]
    return shown[0] if len(shown) == 1 else "(" + ", ".join(shown) + ")"


def polynomial_in_words(p: Polynomial, names: list[str]) -> str:
    """Terms of high degree first.

    >>> from fractions import Fraction
    >>> polynomial_in_words({(1, 0): Fraction(2), (0, 2): Fraction(-1, 2)}, ["u1", "u2"])
    '-1/2*u2^2 + 2*u1'
    """
    shown = ""
    for exponents, c in sorted(p.items(), key=lambda item: (-sum(item[0]), [-e for e in item[0]])):
        if not c:
            continue
        factors = [f"{n}^{e}" if e > 1 else n for n, e in zip(names, exponents, strict=True) if e]
        size: list[str] = [] if abs(c) == 1 and factors else [str(abs(c))]
        text = "*".join(itertools.chain(size, factors))
        shown += (" - " if c < 0 else " + ") + text if shown else ("-" if c < 0 else "") + text
    return shown or "0"
