"""Notation as MathML Core, which browsers set without help.

Every character comes from a table or is escaped, so that no text of a user becomes markup.
"""

from __future__ import annotations

from functools import singledispatch
from html import escape

from symderiv.writing.notation import (
    Big, Fenced, Fraction, Grid, Letter, Notation, Number, Root, Row, Script, Symbol, Underbrace, Word, Words,
)  # fmt: skip
from symderiv.writing.unicode import unicode

_FENCES = {"paren": "()", "bracket": "[]", "brace": "{}", "bar": "||", "norm": "‖‖", "angle": "⟨⟩"}
_BIG = {"sum": "∑", "product": "∏", "integral": "∫"}
_SIGNS = {"minus": "−", "expectation": "𝔼"}
#: Signs that a browser would space as something else than what they are here.
_TIGHT = frozenset({"given", "slash", "parallel"})


def document(n: Notation) -> str:
    r"""A display of its own.

    >>> document(Letter("x"))
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mi>x</mi></math>'
    """
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{mathml(n)}</math>'


@singledispatch
def mathml(n: Notation) -> str:
    """A formula as an element of MathML.

    >>> mathml(Fraction(Number("1"), Letter("sigma")))
    '<mfrac><mn>1</mn><mi>σ</mi></mfrac>'
    """
    raise TypeError(f"no MathML rule for {type(n).__name__}")


def _element(name: str, *inside: str) -> str:
    return f"<{name}>{''.join(inside)}</{name}>"


@mathml.register
def _letter(n: Letter) -> str:
    text = escape(unicode(n))
    if n.style in ("bold", "calligraphic") and len(n.name) == 1 and n.name.isascii() and n.name.isalpha():
        return _element("mi", _styled(n.name, n.style))
    return f'<mi mathvariant="normal">{text}</mi>' if n.style == "upright" else _element("mi", text)


def _styled(letter: str, style: str) -> str:
    """A Latin letter in bold or in script, as Unicode has it."""
    if style == "calligraphic":
        kept = {"B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ", "o": "ℴ"}
        if letter in kept:
            return kept[letter]
    upper, lower = {"bold": (0x1D400, 0x1D41A), "calligraphic": (0x1D49C, 0x1D4B6)}[style]
    return chr(upper + ord(letter) - ord("A")) if letter.isupper() else chr(lower + ord(letter) - ord("a"))


@mathml.register
def _word(n: Word) -> str:
    return f'<mi mathvariant="normal">{escape(unicode(n))}</mi>'


@mathml.register
def _number(n: Number) -> str:
    return _element("mn", escape(unicode(n)))


@mathml.register
def _symbol(n: Symbol) -> str:
    if n.name == "space":
        return '<mspace width="0.5em"></mspace>'
    text = escape(_SIGNS.get(n.name) or unicode(n))
    if n.name in ("expectation", "reals", "naturals", "infinity"):
        return _element("mi", text)
    if n.name in _TIGHT:
        return f'<mo stretchy="false" lspace="0.2em" rspace="0.2em">{text}</mo>'
    return _element("mo", text)


@mathml.register
def _row(n: Row) -> str:
    out = []
    for k, item in enumerate(n.items):
        following = n.items[k + 1] if k + 1 < len(n.items) else None
        out.append(mathml(item))
        if _applied(item) and following is not None and not isinstance(following, (Symbol, Fenced)):
            out.append('<mspace width="0.17em"></mspace>')
    return _element("mrow", *out)


def _applied(n: Notation) -> bool:
    """Whether something is a function's name, which stands apart from an argument without parentheses."""
    return isinstance(n, Word) or (isinstance(n, Script) and _applied(n.base))


@mathml.register
def _fraction(n: Fraction) -> str:
    return _element("mfrac", mathml(n.above), mathml(n.below))


@mathml.register
def _script(n: Script) -> str:
    base = mathml(n.base)
    if n.sub is not None and n.sup is not None:
        return _element("msubsup", base, mathml(n.sub), mathml(n.sup))
    if n.sub is not None:
        return _element("msub", base, mathml(n.sub))
    return base if n.sup is None else _element("msup", base, mathml(n.sup))


@mathml.register
def _root(n: Root) -> str:
    return _element("msqrt", mathml(n.body))


@mathml.register
def _fenced(n: Fenced) -> str:
    left, right = tuple(_FENCES[n.kind])
    return _element("mrow", f'<mo form="prefix">{left}</mo>', mathml(n.body), f'<mo form="postfix">{right}</mo>')


@mathml.register
def _grid(n: Grid) -> str:
    rows = (_element("mtr", *(_element("mtd", mathml(cell)) for cell in row)) for row in n.rows)
    aligned = (
        ' columnalign="right left" class="aligned"' if n.kind == "aligned" else ' columnalign="left"' if n.kind == "cases" else ""
    )
    table = f"<mtable{aligned}>{''.join(rows)}</mtable>"
    left, right = tuple({"bracket": "[]", "paren": "()", "cases": "{ ", "aligned": "  "}[n.kind])
    fences = [f'<mo form="{form}">{sign}</mo>' if sign != " " else "" for form, sign in (("prefix", left), ("postfix", right))]
    return _element("mrow", fences[0], table, fences[1])


@mathml.register
def _big(n: Big) -> str:
    sign = f'<mo movablelimits="false">{_BIG[n.name]}</mo>'
    if n.lower is not None and n.upper is not None:
        return _element("munderover", sign, mathml(n.lower), mathml(n.upper))
    if n.lower is not None:
        return _element("munder", sign, mathml(n.lower))
    return sign if n.upper is None else _element("mover", sign, mathml(n.upper))


@mathml.register
def _words(n: Words) -> str:
    return _element("mtext", escape(unicode(n)))


@mathml.register
def _underbrace(n: Underbrace) -> str:
    brace = _element("munder", mathml(n.body), '<mo stretchy="true">⏟</mo>')
    return _element("munder", brace, mathml(n.note))
