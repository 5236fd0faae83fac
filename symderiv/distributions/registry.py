"""The families by name: every file of the package that states a `DISTRIBUTION` is one, found by itself and read when it is wanted."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from symderiv import distributions
from symderiv.algebra.families import Family
from symderiv.distributions.record import Distribution

_MACHINERY = {"record", "registry"}


@functools.cache
def names() -> tuple[str, ...]:
    """The families' names, sorted: ``beta``, ``continuous_bernoulli``, …"""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(distributions.__path__) if m.name not in _MACHINERY))


@functools.cache
def stated(name: str) -> Distribution:
    """What the file of a family states. Raises `KeyError` for a name that is none."""
    if name not in names():
        raise KeyError(name)
    entry = importlib.import_module(f"{distributions.__name__}.{name}").DISTRIBUTION
    assert isinstance(entry, Distribution)
    return entry


@functools.cache
def family(name: str) -> Family:
    """A family by its name."""
    return stated(name).family(name, family)


@functools.cache
def aliases() -> dict[str, str]:
    """The names under which the model language knows a family, in small letters without spaces: ``gamma``, ``exp``, ``unif``."""
    out = {}
    for name in names():
        for text in (name, *stated(name).also):
            out[text.lower().replace(" ", "").replace("_", "").replace("-", "")] = name
    return out
