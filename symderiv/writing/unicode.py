"""Notation as Unicode for terminals and messages: ``y₁ = exp(G(x₂)) ∘ x₁ + F(x₂)``.

`unicode` gives one line, aligned rows apart, with matrices as ``[a, b; c, d]``; `unicode_block` sets grids over several lines. No control
character of anybody's text comes out of either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from symderiv.core.text import columns
from symderiv.writing.latex import CLOSE, PUNCTUATION, is_argument
from symderiv.writing.notation import (
    SYMBOLS,
    Big,
    Fenced,
    Fraction,
    Grid,
    Letter,
    Notation,
    Number,
    Prose,
    Root,
    Row,
    Script,
    Symbol,
    Underbrace,
    Word,
    Words,
)  # fmt: skip

_GREEK = dict(zip(
    ["alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
     "varGamma", "varDelta", "varTheta", "varLambda", "varSigma", "varPhi", "varPsi", "varOmega", "imath", "jmath", "hbar"],
    "αβγδϵεζηθϑικλμνξπϖρϱσςτυϕφχψωΓΔΘΛΞΠΣΥΦΨΩℓ𝛤𝛥𝛩𝛬𝛴𝛷𝛹𝛺ıȷℏ", strict=True,
))  # fmt: skip

_SYMBOLS = {
    "plus": "+", "minus": "-", "times": "×", "hadamard": "∘", "dot": "·", "slash": "/", "equals": "=", "not-equals": "≠", "less": "<",
    "greater": ">", "less-equal": "≤", "greater-equal": "≥", "defined": ":=", "approximately": "≈", "in": "∈", "to": "→",
    "maps-to": "↦", "distributed": "∼", "parallel": "‖", "given": "|", "comma": ",", "colon": ":", "semicolon": ";", "implies": "⇒",
    "exactly-when": "⇔", "nabla": "∇", "partial": "∂", "infinity": "∞", "ellipsis": "…", "transpose": "⊤", "prime": "′",
    "expectation": "E", "reals": "ℝ", "naturals": "ℕ", "succeeds": "≻", "space": " ",
}  # fmt: skip

_BLACKBOARD = {"C": "ℂ", "N": "ℕ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}
_FENCES = {"paren": "()", "bracket": "[]", "brace": "{}", "bar": "||", "norm": "‖‖", "angle": "⟨⟩"}
#: Fences over several lines, a side as five signs: alone, top, middle, bottom, and on the formula's line.
_TALL = {
    "paren": ("(⎛⎜⎝⎜", ")⎞⎟⎠⎟"), "bracket": ("[⎡⎢⎣⎢", "]⎤⎥⎦⎥"), "brace": ("{⎧⎪⎩⎨", "}⎫⎪⎭⎬"), "bar": ("|││││", "|││││"), "norm": ("‖‖‖‖‖", "‖‖‖‖‖"),
    "angle": ("⟨⟨⟨⟨⟨", "⟩⟩⟩⟩⟩"), "cases": ("{⎧⎪⎩⎨", ""),
}  # fmt: skip
_BIG = {"sum": "∑", "product": "∏", "integral": "∫"}

_SUB = dict(zip("0123456789+-=()aehijklmnoprstuvxβγρϕχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_SUP = dict(zip("0123456789+-=()abcdefghijklmnoprstuvwxyz⊤′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ′", strict=True))


@singledispatch
def unicode(n: Notation) -> str:
    """A formula as Unicode text.

    >>> unicode(Script(Letter("sigma"), Number("1"), Number("2")))
    'σ₁²'
    """
    raise TypeError(f"no Unicode rule for {type(n).__name__}")


def _printable(text: str) -> str:
    """The text without characters that a terminal would obey."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


@unicode.register
def _letter(n: Letter) -> str:
    if n.name == "1":
        return "𝟏"  # a vector of ones, apart from the number
    return _BLACKBOARD.get(n.name, _printable(n.name)) if n.style == "blackboard" else _GREEK.get(n.name, _printable(n.name))


@unicode.register
def _word(n: Word) -> str:
    return _printable(n.name)


@unicode.register
def _number(n: Number) -> str:
    return _printable(n.digits)


@unicode.register
def _symbol(n: Symbol) -> str:
    return _SYMBOLS[n.name]


@unicode.register
def _row(n: Row) -> str:
    out = ""
    for before, item, after in zip((None, *n.items), n.items, (*n.items[1:], None), strict=False):
        text = unicode(item)
        if isinstance(item, Fraction) and not (
            isinstance(before, (Symbol, type(None))) and isinstance(after, (Symbol, type(None)))
        ):
            text = f"({text})"
        out += _gap(before, item, out) + text
    return out


def _gap(before: Notation | None, item: Notation, left: str) -> str:
    if before is None or not left:
        return ""
    if left in ("+", "-"):
        return ""
    if isinstance(item, Symbol):
        return "" if item.name in PUNCTUATION | CLOSE | {"space", "prime"} else " "
    if isinstance(before, Symbol):
        return "" if before.name in CLOSE | {"nabla", "partial", "space", "expectation"} else " "
    if is_argument(item) and not isinstance(before, (Fraction, Big)):
        return ""
    if isinstance(before, Number) and isinstance(item, (Letter, Script)):
        return ""
    return " "


@unicode.register
def _fraction(n: Fraction) -> str:
    return f"{_tight(n.above, above=True)}/{_tight(n.below, above=False)}"


def _tight(n: Notation, *, above: bool) -> str:
    """A side of a fraction, in parentheses where it is more than one thing."""
    text = unicode(n)
    simple = isinstance(n, (Letter, Number, Script, Fenced, Root, Symbol))
    product = above and isinstance(n, Row) and not any(isinstance(i, (Symbol, Fraction, Big)) for i in n.items)
    return text if simple or product or _is_call(n) or _is_differential(n) else f"({text})"


def _is_differential(n: Notation) -> bool:
    """A partial sign with one letter: with its fraction it is a derivative, not a product."""
    return (
        isinstance(n, Row) and len(n.items) == 2 and n.items[0] == Symbol("partial") and isinstance(n.items[1], (Letter, Script))
    )


def _is_call(n: Notation) -> bool:
    return isinstance(n, Row) and len(n.items) == 2 and isinstance(n.items[1], Fenced) and not isinstance(n.items[0], Number)


@unicode.register
def _script(n: Script) -> str:
    base = unicode(n.base)
    if isinstance(n.base, (Row, Fraction)):
        base = f"({base})"
    sub = "" if n.sub is None else _attached("_", unicode(n.sub), _SUB)
    return base + sub + ("" if n.sup is None else _attached("^", unicode(n.sup), _SUP))


def _attached(mark: str, text: str, table: dict[str, str]) -> str:
    packed = text.replace(" ", "")
    if all(c in table for c in packed):
        return "".join(table[c] for c in packed)
    return mark + (text if len(text) == 1 else "{" + text.replace(", ", ",") + "}")


@unicode.register
def _root(n: Root) -> str:
    return f"√({unicode(n.body)})" if not isinstance(n.body, (Letter, Number)) else f"√{unicode(n.body)}"


@unicode.register
def _fenced(n: Fenced) -> str:
    fences = _FENCES[n.kind]
    return fences[0] + unicode(n.body) + fences[1]


@unicode.register
def _grid(n: Grid) -> str:
    if n.kind == "aligned":
        return "\n".join(" ".join(filter(None, map(unicode, r))) for r in n.rows)
    left, right = {"bracket": "[]", "paren": "()", "cases": ("{", "")}[n.kind]
    return left + "; ".join(", ".join(map(unicode, r)) for r in n.rows) + right


@unicode.register
def _big(n: Big) -> str:
    lower = "" if n.lower is None else _attached("_", unicode(n.lower).replace(" ", ""), _SUB)
    return _BIG[n.name] + lower + ("" if n.upper is None else _attached("^", unicode(n.upper), _SUP))


@unicode.register
def _words(n: Words) -> str:
    return _printable(n.text)


@unicode.register
def _underbrace(n: Underbrace) -> str:
    return f"{unicode(n.body)} ({unicode(n.note)})"


@dataclass(frozen=True, slots=True)
class _Box:
    """Lines of one width, and which of them stands on the formula's own line."""

    lines: tuple[str, ...]
    axis: int = 0


def unicode_block(n: Notation) -> str:
    """A formula over as many lines as its grids need.

    >>> print(unicode_block(Row((Letter("A"), Symbol("equals"), Grid(((Letter("a"), Number("10")), (Number("0"), Letter("d"))))))))
        ⎡a  10⎤
    A = ⎣0  d ⎦
    """
    return "\n".join(line.rstrip() for line in _block(n).lines)


def _block(n: Notation) -> _Box:
    match n:
        case Grid():
            return _grid_block(n)
        case Row(items=items):
            boxes = [_block(i) for i in items]
            if all(len(b.lines) == 1 for b in boxes):
                return _Box((unicode(n),))
            out = ""  # what stands on the axis so far, which decides on the spaces
            parts: list[_Box] = []
            for before, item, box in zip((None, *items), items, boxes, strict=False):
                parts += [_Box((_gap(before, item, out),)), box]
                out += box.lines[box.axis]
            return _beside(parts)
        case Fenced(kind=kind, body=body) if len((inner := _block(body)).lines) > 1:
            return _between(_TALL[kind], inner)
        case Script(base=base, sub=sub, sup=sup) if len((inner := _block(base)).lines) > 1:
            top = "" if sup is None else _attached("^", unicode(sup), _SUP)
            low = "" if sub is None else _attached("_", unicode(sub), _SUB)
            beside = [top, *[""] * (len(inner.lines) - 2), low]
            wide = max(map(len, beside))
            return _Box(tuple(a + b.ljust(wide) for a, b in zip(inner.lines, beside, strict=True)), inner.axis)
    return _Box((" ".join(unicode(n).splitlines()),))


def _beside(boxes: list[_Box]) -> _Box:
    """Boxes side by side, their axes on one line."""
    axis = max((b.axis for b in boxes), default=0)
    below = max((len(b.lines) - b.axis for b in boxes), default=1)
    lines = [""] * (axis + below)
    for b in boxes:
        wide = max(map(columns, b.lines))
        for k in range(axis + below):
            at = k - axis + b.axis
            lines[k] += _filled(b.lines[at] if 0 <= at < len(b.lines) else "", wide)
    return _Box(tuple(lines), axis)


def _grid_block(n: Grid) -> _Box:
    cells = [[_block(c) for c in r] for r in n.rows]
    wide = [max(columns(r[k].lines[0]) for r in cells if k < len(r)) for k in range(max(map(len, cells), default=0))]
    between = " " if n.kind == "aligned" else "  "
    lines: list[str] = []
    for r in cells:
        padded = [_Box(tuple(_filled(line, wide[k]) for line in b.lines), b.axis) for k, b in enumerate(r)]
        gaps = [_Box((between,))] * len(padded)
        lines += _beside([b for pair in zip(gaps, padded, strict=True) for b in pair][1:]).lines
    full = max(map(columns, lines), default=0)
    body = _Box(tuple(_filled(line, full) for line in lines) or ("",), len(lines) // 2)
    return body if n.kind == "aligned" else _between(_TALL[n.kind], body)


def _between(fences: tuple[str, str], inner: _Box) -> _Box:
    """A box between fences that are drawn over its lines: ``fences`` spell each side as one line, top, middle, bottom, and axis."""
    left, right = (_fence(f, len(inner.lines), inner.axis) for f in fences)
    return _Box(tuple(a + line + b for a, line, b in zip(left, inner.lines, right, strict=True)), inner.axis)


def _fence(shape: str, high: int, axis: int) -> list[str]:
    if not shape:
        return [""] * high
    one, top, middle, bottom, waist = tuple(shape)
    if high == 1:
        return [one]
    return [top if k == 0 else bottom if k == high - 1 else waist if k == axis else middle for k in range(high)]


def _filled(line: str, wide: int) -> str:
    return line + " " * (wide - columns(line))


assert set(_SYMBOLS) == set(SYMBOLS)


def prose_text(parts: Prose) -> str:
    """Prose with its formulas in Unicode."""
    return "".join(p if isinstance(p, str) else unicode(p) for p in parts)
