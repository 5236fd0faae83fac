r"""What stands in the brackets of a density: its variables, its conditions and its parameters.

``p(x, z \mid y; \theta)``; ``q(\cdot \mid x)`` and ``q(.|x)`` leave the variables to who asks; ``q(z \| x)`` is a bar written twice. Parameters
behind a semicolon belong to the density's name: ``p(x; \theta)`` and ``p(x; \phi)`` are two densities.
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.reading import tree
from symderiv.reading.scope import marked_key


@dataclass(frozen=True, slots=True)
class Arguments:
    """The nodes of variables (empty for a lone dot) and conditions, and the parameters as text (``;theta``, or nothing)."""

    variables: tuple[tree.Node, ...]
    given: tuple[tree.Node, ...] = ()
    parameters: str = ""


def arguments(inside: tree.Fenced) -> Arguments | None:
    """The arguments in the brackets of a density; None where they are no arguments of one."""
    body, parameters = inside.body, ""
    if isinstance(body, (tree.Given, tree.Parallel)):
        right, parameters = _before_semicolon(body.right)
        left = body.left
        if not parameters:
            left, parameters = _before_semicolon(left)
        return Arguments(_variables(left), listed(right), parameters)
    body, parameters = _before_semicolon(body)
    return Arguments(_variables(body), (), parameters)


def _before_semicolon(node: tree.Node) -> tuple[tree.Node, str]:
    if isinstance(node, tree.Listed) and node.by == ";":
        texts = [marked_key(n) for item in node.items[1:] for n in listed(item)]
        if None not in texts:
            return node.items[0], ";" + ",".join(t or "" for t in texts)
    return node, ""


def _variables(node: tree.Node) -> tuple[tree.Node, ...]:
    return () if isinstance(node, tree.Sign) and node.name == "bullet" else listed(node)


def listed(node: tree.Node) -> tuple[tree.Node, ...]:
    """The items of a list, or the one thing that is none."""
    if isinstance(node, tree.Fenced) and node.kind == "group":
        return listed(node.body)
    return node.items if isinstance(node, tree.Listed) else (node,)


def names_of(nodes: tuple[tree.Node, ...]) -> frozenset[str] | None:
    """The names of variables; None where one of them is no name."""
    names = [marked_key(n) for n in nodes]
    return None if None in names else frozenset(n for n in names if n is not None)
