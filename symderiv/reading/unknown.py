"""What is said of a name that means nothing where it stands: what it is, where it is something else, and which declared name is nearest."""

from __future__ import annotations

from collections.abc import Collection

from symderiv.core.problems import nearest
from symderiv.reading import tree
from symderiv.reading.characters import BARE_WORDS
from symderiv.reading.scope import Scope

#: Names listed at most where none is near.
_MOST_LISTED = 20


def unknown(scope: Scope, name: str, node: tree.Node) -> tuple[str, str]:
    """The message and the hint."""
    style = node.style if isinstance(node, tree.Name) else "plain"
    if name in scope.functions:
        return f"{name} is a function and stands here without its argument", f"write {name}(…)"
    if style == "upright" and name in BARE_WORDS:
        return f"{name} stands here without its argument", f"write \\{name}(…)"
    if name == "N" and style == "calligraphic":
        return "a normal density has a mean and a variance", r"write \mathcal{N}(z; \mu, \sigma^2)"
    known = {n for n in scope.names() if not n.startswith("N(")}  # normal densities that are written out have names of ours
    close = nearest(name, {*known, *BARE_WORDS} if style == "upright" else known)
    return f"unknown name {name}", f"did you mean {close}?" if close else listed(known)


def listed(names: Collection[str]) -> str:
    """The names that are declared, as a hint."""
    some = sorted(names)
    return f"declared are {', '.join(some[:_MOST_LISTED])}" + (" …" if len(some) > _MOST_LISTED else "") if some else ""
