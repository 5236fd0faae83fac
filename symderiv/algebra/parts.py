"""What a term is made of."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.algebra.terms import Tensor, Term


def parts(x: Term | Tensor) -> Iterator[Term]:
    """A term and every term inside it, each once, from the outside in."""
    seen: set[Term] = set()
    stack: list[object] = [x]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(reversed(item))
        elif isinstance(item, Tensor):
            stack.append(item.body)
        elif isinstance(item, Term) and item not in seen:
            seen.add(item)
            yield item
            stack.extend(reversed(item.values))
