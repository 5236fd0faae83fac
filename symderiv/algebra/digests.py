"""Names for structures that are the same in every process: by them terms are ordered, never compared."""

from __future__ import annotations

import functools
import hashlib
from fractions import Fraction

from symderiv.algebra.symbols import Function, Index, Symbol
from symderiv.core.size import Size

#: What a field may hold that depends on no index.
PLAIN = {str, int, bool, Fraction, frozenset, Symbol, Function}


def digest_of(value: object) -> bytes:
    """Eight bytes that depend on structure alone, not on this process's hashes."""
    h = hashlib.blake2b(digest_size=8)
    _feed(h, value)
    return h.digest()


@functools.lru_cache(maxsize=4096)
def size_key(size: Size) -> bytes:
    """A size as bytes, for digests."""
    return str(size).encode()


@functools.lru_cache(maxsize=4096)
def _symbol_key(symbol: Symbol) -> bytes:
    return f"s{symbol.name}/{symbol.sizes}".encode()


def _feed(h: hashlib.blake2b, value: object) -> None:
    kind = type(value)
    if kind is tuple:
        h.update(b"(")
        for part in value:  # type: ignore[attr-defined]
            _feed(h, part)
        h.update(b")")
    elif kind is Index:
        h.update(b"i%d:" % value.number + size_key(value.size))  # type: ignore[attr-defined]
    elif kind is Symbol:
        h.update(_symbol_key(value))
    elif kind is frozenset:
        h.update(repr(sorted(value)).encode())  # type: ignore[call-overload]
    elif kind is Function:
        h.update(f"f{value.name}/{value.elementwise}".encode())  # type: ignore[attr-defined]
    elif kind in PLAIN:
        h.update(f"{kind.__name__}{value}".encode())
    else:
        h.update(b"t" + value.digest)  # type: ignore[attr-defined]
