"""Names with the values given to them, in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from symderiv.writing.names import name as name_notation
from symderiv.writing.unicode import unicode

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def with_values(values: Iterable[tuple[str, str]]) -> str:
    """Names and their values.

    >>> with_values([("d", "2"), ("x_1", "(-2)"), ("F(u)", "2*u1^2 - u1*u2")])
    'with d = 2, x₁ = (-2), F(u) = 2u₁² - u₁u₂'
    >>> with_values([("p(x, z)", "00: 1/12, 01: 11/12")])
    'with p(0, 0) = 1/12, p(0, 1) = 11/12'
    """
    said = [_density(name, value) or f"{readable(name)} = {_formula(value) if '(' in name else value}" for name, value in values]
    return "with " + ", ".join(said) if said else "anywhere"


def readable(name: str) -> str:
    """A symbol's name in Unicode; the call of a function stays as it is."""
    return name if "(" in name else unicode(name_notation(name))


def _density(name: str, text: str) -> str:
    """A density's values at the states that it has, by its states; nothing for what is no density."""
    if not re.fullmatch(r"\d+: [^,]+(, \d+: [^,]+)*", text):
        return ""
    family = name.partition("(")[0]
    states = (state.split(": ") for state in text.split(", "))
    return ", ".join(f"{family}({', '.join(at)}) = {value}" for at, value in states)


def _formula(text: str) -> str:
    """A polynomial in the entries of an argument, as it is written on paper."""
    raised = re.sub(r"\^(\d+)", lambda m: m[1].translate(_SUPERSCRIPTS), text.replace("*", ""))
    return re.sub(r"(?<=[A-Za-z])(\d+)", lambda m: m[1].translate(_SUBSCRIPTS), raised)
