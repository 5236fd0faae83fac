r"""Subscripts, superscripts and primes on one thing. The readings of ``^*``, ``_{++}``, ``^\prime``, ``^{\mathsf T}`` are fixed here."""

from __future__ import annotations

from symderiv.core.text import Span
from symderiv.reading import tree
from symderiv.reading.atoms import argument, braced, single
from symderiv.reading.cursor import Cursor
from symderiv.reading.tokens import Token
from symderiv.reading.tree import Node


def item(c: Cursor) -> Node:
    """One thing with its scripts."""
    token = c.token
    node = tree.Empty(Span(token.start, token.start)) if token.kind in ("sub", "sup") else single(c)
    while (before := c.token).kind in ("sub", "sup", "prime", "odd"):
        if before.kind == "odd":
            if not _is_factorial(c):
                break
            c.step()
            node = _factorial(node, before)
            continue
        sub, sup, primes, end = c.scripts()
        if sub is not None or sup is not None or primes:
            span = Span(min(node.span.start, before.start), max(node.span.end, end))
            node = tree.Scripted(span, node, sub, sup, primes)
    return node


def _is_factorial(c: Cursor) -> bool:
    """Whether ``!`` stands here, and no ``!=``, which says that two are different."""
    token = c.token
    if token.kind != "odd" or token.text != "!":
        return False
    after = c.ahead(1)
    return after.text != "=" or after.start != token.end


def _factorial(node: Node, mark: Token) -> Node:
    """``n!``, as the word ``factorial`` called."""
    span = node.span | Span(mark.start, mark.end)
    word = tree.Name(Span(mark.start, mark.end), "factorial", "upright")
    return tree.Fenced(span, "group", tree.Juxtaposed(span, (word, tree.Fenced(node.span, "paren", node))))


def scripts(c: Cursor) -> tuple[Node | None, Node | None, int, int]:
    """Subscript, superscript, primes, and where they end."""
    sub: Node | None = None
    sup: Node | None = None
    primes, end = 0, 0
    while (token := c.token).kind in ("sub", "sup", "prime"):
        if token.kind == "prime":
            if sup is not None:
                break
            c.step()
            primes, end = primes + int(token.text), token.end
            continue
        if (sub if token.kind == "sub" else sup) is not None:
            raise c.problem(
                f"two {'sub' if token.kind == 'sub' else 'super'}scripts on one thing",
                token,
                "put both into one pair of braces, as in x_{1,2}"
                if token.kind == "sub"
                else "put one of them in braces, as in {x^2}^3",
            )
        c.step()
        if token.kind == "sup" and (count := only_primes(c)):
            primes, end = primes + count, c.tokens[c.at - 1].end
            continue
        node = script(c, token)
        end = max(end, c.tokens[c.at - 1].end)
        if isinstance(node, tree.Empty):
            continue
        if token.kind == "sub":
            sub = node
        else:
            sup = _transpose(node)
    return sub, sup, primes, end


def only_primes(c: Cursor) -> int:
    r"""How many primes ``^\prime`` or ``^{\prime\prime}`` is, passed over; 0 where it is something else."""
    braced = c.token.kind == "lbrace"
    k = c.at + braced
    count = 0
    while c.tokens[k].kind == "prime":
        count += int(c.tokens[k].text)
        k += 1
    if not count or (braced and c.tokens[k].kind != "rbrace"):
        return 0
    c.jump(k + braced)
    return count


def script(c: Cursor, before: Token) -> Node:
    """What stands in a script: a group's content, or one thing as TeX takes it."""
    token = c.token
    if token.kind == "lbrace":
        if (mark := lone_mark(c, c.at + 1, "rbrace")) is not None:
            c.step()
            c.step()
            return mark
        return braced(c)
    if token.kind == "plus" and c.ahead(1).kind in ("name", "number"):  # e^-s: shown as e⁻s, meant as e^{-s}
        c.step()
        node = argument(c, token)
        return tree.Sum(token.span | node.span, (token.text,), (node,))
    if (mark := lone_mark(c, c.at, None)) is not None:
        return mark
    if token.kind == "words":  # _\text{two words}
        c.step()
        return tree.Words(token.span, token.text)
    return argument(c, before)


def lone_mark(c: Cursor, at: int, until: str | None) -> Node | None:
    """Signs that are a script of their own, passed over: ``^*``, ``_{++}``."""
    end = at
    while c.tokens[end].kind in ("plus", "op") and (until is not None or end == at):
        end += 1
    if end == at or (until is not None and c.tokens[end].kind != until):
        return None
    first, last = c.tokens[at], c.tokens[end - 1]
    text = "".join(t.text for t in c.tokens[at:end])
    c.jump(end)
    if until is not None:  # stand on the brace before, as `script` steps over both
        c.jump(c.at - 1)
    span = Span(first.start, last.end)
    return tree.Sign(span, text) if first.kind == "plus" else tree.Name(span, {"ast": "star", "hadamard": "circ"}.get(text, text))


def _transpose(node: Node) -> Node:
    r"""``^{\mathsf T}`` and ``^{\mathrm{T}}`` are ``^\top``, also behind a minus."""
    if isinstance(node, tree.Name) and node.text == "T" and node.style == "upright":
        return tree.Name(node.span, "top")
    if isinstance(node, tree.Sum) and len(node.terms) == 1:
        return tree.Sum(node.span, node.signs, (_transpose(node.terms[0]),))
    return node
