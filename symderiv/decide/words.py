"""A witness's values in words: ``d = 4``, ``x_1 = (1, -1/2)``, ``F(u) = (u1 + u1*u2, 2*u2 - 1)``."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.algebra.layered import LAYERED, name_at, one_layer, one_layers
from symderiv.algebra.terms import Function, Symbol

if TYPE_CHECKING:
    from symderiv.decide.instances import RandomInstance
    from symderiv.decide.samples import Polynomial


def assignments(instance: RandomInstance) -> tuple[tuple[str, str], ...]:
    """Every value of an instance, names in order: dimensions, symbols, functions."""
    out = [(name, str(value)) for name, value in sorted(instance.dimensions.items())]
    for _, s in sorted(instance.vocabulary.symbols.items()):
        if s.name not in instance.vocabulary.bound:
            out += _symbol(instance, s)
    for _, f in sorted(instance.vocabulary.functions.items()):
        out += _functions(instance, f)
    for family in sorted(instance.tables):
        keys, table = instance.tables[family]
        out.append((f"{family}({', '.join(keys)})", ", ".join(f"{''.join(map(str, s))}: {w}" for s, w in sorted(table.items()))))
    return tuple(out)


def _symbol(instance: RandomInstance, s: Symbol) -> list[tuple[str, str]]:
    """A symbol with its values; of a stack layer by layer, and of what comes into layers the first, from which the others follow."""
    values = instance.entries[s.name]
    if LAYERED not in s.traits:
        return [(s.name, _values(values, s, instance))]
    count = 1 if s.name in instance.vocabulary.chained else instance.size(s.sizes[0])
    layers = [{at[1:]: v for at, v in values.items() if at[0] == k} for k in range(count)]
    return [(name_at(s.name, k), _values(v, one_layer(s), instance)) for k, v in enumerate(layers, 1)]


def _values(values: Mapping[tuple[int, ...], Fraction], s: Symbol, instance: RandomInstance) -> str:
    if not s.sizes:
        return str(values[()])
    if len(s.sizes) == 1:
        return "(" + ", ".join(str(values[k,]) for k in range(instance.size(s.sizes[0]))) + ")"
    rows, columns = (instance.size(n) for n in s.sizes)
    return "[" + "; ".join(", ".join(str(values[i, j]) for j in range(columns)) for i in range(rows)) + "]"


def _functions(instance: RandomInstance, f: Function) -> list[tuple[str, str]]:
    """A function with its formula; of a stack layer by layer."""
    values = instance.polynomials[f.name]
    if LAYERED not in f.traits:
        return [(_call(f.name, f), _formula(values, f))]
    layers = [{at[1:]: p for at, p in values.items() if at[0] == k} for k in range(instance.size(f.output[0]))]
    return [(_call(name_at(f.name, k), one_layers(f)), _formula(p, one_layers(f))) for k, p in enumerate(layers, 1)]


def _call(name: str, f: Function) -> str:
    return f"{name}(t)" if f.elementwise else f"{name}(u)"


def _formula(values: Mapping[tuple[int, ...], Polynomial], f: Function) -> str:
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
