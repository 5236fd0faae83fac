"""The families by name: every file of the package that states a `DISTRIBUTION` is one, found by itself and read when it is wanted."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping

from symderiv import distributions
from symderiv.algebra.families import Family
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.distributions.record import Distribution

_MACHINERY = {"pairs", "record", "registry", "summary"}


@functools.cache
def names() -> tuple[str, ...]:
    """The families' names, sorted: ``beta``, ``continuous_bernoulli``, …"""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(distributions.__path__) if m.name not in _MACHINERY))


def title(name: str) -> tuple[str, str]:
    """What the first line of a family's file says: what it is, and what stands behind the colon or semicolon ("" for nothing)."""
    text = importlib.import_module(f"{distributions.__name__}.{name}").__doc__ or name
    head, *about = re.split("[:;] ", text.strip().replace("``", "").rstrip("."), maxsplit=1)
    return head, "".join(about)


def named(text: str) -> str:
    """The family that is called so: its file's name, or another name of it. Raises `AuthorProblem` where there is none."""
    name = aliases().get(text.strip().lower().replace(" ", "").replace("_", "").replace("-", ""))
    if name is None:
        meant = nearest(text.strip().lower(), (*names(), *aliases()))
        raise AuthorProblem(
            f"there is no distribution `{text}`", hint=f"did you mean `{meant}`?" if meant else "symderiv catalogue lists them"
        )
    return name


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


#: Families whose second parameter is a variance in the model language and a standard deviation here.
_BY_DEVIATION = {"normal", "log_normal", "half_normal", "multivariate_normal", "low_rank_normal"}


class Nameable(Mapping[str, Family]):
    """The scalar families that the model language may name, each read when it is looked up."""

    def __getitem__(self, text: str) -> Family:
        name = aliases()[text]
        found = family(name)
        if name in _BY_DEVIATION or found.variable.sizes or any(p.sizes for p in found.parameters):
            raise KeyError(text)
        return found

    def __iter__(self) -> Iterator[str]:
        return (text for text in aliases() if text in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
