"""The tree of a formula: what stands where, nothing ambiguous decided.

Closed node set, every node with its span in the text as written. Juxtaposition stays one flat node (is ``F(x)`` a call or a
product? is ``\\log a b`` a product of logs?), bars that stand between things are `Given`, double bars `Parallel`; what it all
means is for the typed readings to say.
"""

from __future__ import annotations

from symderiv.core.text import Span
from symderiv.core.values import value_class


@value_class
class Name:
    """A letter, Greek letter or word, without its backslash: ``x``, ``mu``, ``KL``, ``exp``, ``diag``.

    ``style`` is ``plain``, ``bold``, ``calligraphic``, ``blackboard``, ``upright`` (``\\mathrm``, ``\\text``, ``\\operatorname``, ``\\log``).
    """

    span: Span
    text: str
    style: str = "plain"


@value_class
class Number:
    """Digits with at most one decimal point."""

    span: Span
    digits: str


@value_class
class Sign:
    """A symbol that stands alone: ``nabla``, ``partial``, ``infinity``, ``ellipsis``, ``bullet`` (a lone ``.`` or ``·``), ``differential`` (the d of dz)."""

    span: Span
    name: str


@value_class
class Words:
    """Words inside a formula that are no name."""

    span: Span
    text: str


@value_class
class Empty:
    """Nothing, where something may stand: an empty cell, the left of a leading ``=``."""

    span: Span


@value_class
class Damaged:
    """A piece that could not be read while what stands around it could: what is wrong with it, as in `AnswerProblem`."""

    span: Span
    message: str
    hint: str = ""
    kind: str = "unreadable"


@value_class
class Fenced:
    """``kind``: ``paren``, ``bracket``, ``brace`` (``\\{``), ``group`` (plain braces that hold more than one thing), ``bar``, ``norm``, ``angle``."""

    span: Span
    kind: str
    body: Node


@value_class
class Scripted:
    """Subscript, superscript and primes on a base (`Empty` where nothing precedes the script)."""

    span: Span
    base: Node
    sub: Node | None = None
    sup: Node | None = None
    primes: int = 0


@value_class
class Fraction:
    """``\\frac`` and its kin."""

    span: Span
    above: Node
    below: Node


@value_class
class Root:
    """``\\sqrt`` with an optional degree."""

    span: Span
    body: Node
    degree: Node | None = None


@value_class
class Grid:
    """Cells in rows. ``kind``: ``bracket``, ``paren``, ``bar``, ``norm``, ``plain`` (array, matrix), ``cases``, ``aligned``."""

    span: Span
    kind: str
    rows: tuple[tuple[Node, ...], ...]


@value_class
class Big:
    """``op``: ``sum``, ``product``, ``integral``. ``body`` is what follows up to the next ``+``, ``-``, comma or relation."""

    span: Span
    op: str
    lower: Node | None
    upper: Node | None
    body: Node


@value_class
class Braced:
    """``\\underbrace{body}_{note}`` or ``\\overbrace``: the note says what the body is."""

    span: Span
    body: Node
    note: Node | None


@value_class
class Juxtaposed:
    """Two or more things side by side with no operator between them."""

    span: Span
    items: tuple[Node, ...]


@value_class
class Product:
    """Things with written operators between them (one fewer than the items).

    ``hadamard`` (``\\circ \\odot``), ``times``, ``cdot``, ``ast`` (``*``), ``slash`` (``/``), ``oslash``, ``otimes``.
    """

    span: Span
    ops: tuple[str, ...]
    items: tuple[Node, ...]


@value_class
class Sum:
    """Terms with their signs, ``+``, ``-`` or ``+-``; a sum of one term has the sign ``-``, or a written ``+``."""

    span: Span
    signs: tuple[str, ...]
    terms: tuple[Node, ...]


@value_class
class Listed:
    """Things with ``,`` or ``;`` between them (``by``), or ``space`` where a wide space or ``and`` separates claims."""

    span: Span
    by: str
    items: tuple[Node, ...]


@value_class
class Given:
    """``left | right``: a condition."""

    span: Span
    left: Node
    right: Node


@value_class
class Parallel:
    """``left || right``: the two sides of a divergence."""

    span: Span
    left: Node
    right: Node


@value_class
class Related:
    """``side relation side relation side``: one relation fewer than the sides.

    ``=``, ``!=``, ``<``, ``>``, ``<=``, ``>=``, ``:=`` (also ``\\triangleq``, ``\\equiv``), ``~`` (``\\sim``), ``approx``, ``propto``, ``in``, ``:``,
    ``to``, ``mapsto``, ``implies``, ``iff``, ``succ``.
    """

    span: Span
    relations: tuple[str, ...]
    sides: tuple[Node, ...]


Node = (
    Name | Number | Sign | Words | Empty | Damaged | Fenced | Scripted | Fraction | Root | Grid | Big | Braced | Juxtaposed
    | Product | Sum | Listed | Given | Parallel | Related
)  # fmt: skip

#: Every node kind.
KINDS: tuple[type, ...] = (
    Name, Number, Sign, Words, Empty, Damaged, Fenced, Scripted, Fraction, Root, Grid, Big, Braced, Juxtaposed, Product, Sum, Listed, Given,
    Parallel, Related,
)  # fmt: skip


def children(node: Node) -> list[Node]:
    """The nodes directly inside a node."""
    out: list[Node] = []
    for field in node.__match_args__:
        value = getattr(node, field)
        if type(value) is tuple:
            for v in value:
                if type(v) is tuple:
                    out.extend(v)
                elif type(v) in _KINDS:
                    out.append(v)
        elif type(value) in _KINDS:
            out.append(value)
    return out


_KINDS = frozenset(KINDS)


def same_tree(a: Node, b: Node) -> bool:
    """Equal but for spans and the style of names."""
    if type(a) is not type(b):
        return False
    return all(_same(getattr(a, f), getattr(b, f)) for f in a.__match_args__ if f not in ("span", "style"))


def _same(x: object, y: object) -> bool:
    if isinstance(x, tuple) and isinstance(y, tuple):
        return len(x) == len(y) and all(_same(p, q) for p, q in zip(x, y, strict=True))
    return same_tree(x, y) if isinstance(x, KINDS) and isinstance(y, KINDS) else x == y  # type: ignore[arg-type]
