"""What a layer's file states: its forward map in the model language, and what it is called. Everything else is derived."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.core.text import Source
from symderiv.derive.program import Program, read_program


@dataclass(frozen=True, slots=True)
class Layer:
    r"""The forward map of an invertible layer.

    ``given``: statements of the model language, one a line, in the order in which they are worked out. ``x`` and ``y``: the names of its inputs and
    outputs, separated by commas. ``also``: other names of the layer. ``source``: where it was published. ``holds``: what the map needs, in words,
    beyond the conditions that the derivation finds.
    """

    given: str
    x: str
    y: str
    also: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    source: str = ""
    holds: tuple[str, ...] = ()

    def program(self, name: str = "layer") -> Program:
        """The map, line by line. Raises `AuthorProblem` that points into the statements."""
        return read_program(Source(self.given.strip("\n"), name), self.x, self.y)
