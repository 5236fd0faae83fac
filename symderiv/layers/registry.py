"""The layers that the package brings along, found by their files: a new file in this folder is a new entry."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from dataclasses import dataclass

import symderiv.layers
from symderiv.core.problems import AuthorProblem, nearest
from symderiv.layers.layer import Layer

_NO_ENTRIES = frozenset({"layer", "registry"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A layer with what its file says of it. ``name``: the file's name; ``title``: its docstring's first line; ``about``: the lines after that."""

    name: str
    title: str
    about: str
    layer: Layer


def names() -> tuple[str, ...]:
    """The names of all layers, sorted.

    >>> "planar" in names()
    True
    """
    found = (m.name for m in pkgutil.iter_modules(symderiv.layers.__path__))
    return tuple(sorted(name for name in found if name not in _NO_ENTRIES))


@functools.cache
def entry(name: str) -> Entry:
    """The layer of a name, by its file or by another name of it; `AuthorProblem` where there is none."""
    wanted = name.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted not in names():
        known = {also.lower().replace("-", "_").replace(" ", "_"): n for n in names() for also in entry(n).layer.also}
        if wanted in known:
            return entry(known[wanted])
        meant = nearest(wanted, (*names(), *known))
        raise AuthorProblem(
            f"there is no layer `{name}`", hint=f"did you mean `{meant}`?" if meant else "symderiv catalogue lists them"
        )
    module = importlib.import_module(f"symderiv.layers.{wanted}")
    layer, text = getattr(module, "ENTRY", None), module.__doc__
    if not isinstance(layer, Layer) or not text:
        raise AuthorProblem(f"the file `{wanted}.py` has no ENTRY, or no docstring", hint="ENTRY = Layer(given=…, x=…, y=…)")
    title, _, about = text.strip().partition("\n")
    return Entry(wanted, title.rstrip("."), " ".join(about.split()), layer)


def entries() -> tuple[Entry, ...]:
    """All layers, by name."""
    return tuple(map(entry, names()))
