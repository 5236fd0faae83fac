"""Notation as one line of Unicode for terminals and messages: ``y₁ = exp(G(x₂)) ∘ x₁ + F(x₂)``."""

from __future__ import annotations

from functools import singledispatch

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
    Root,
    Row,
    Script,
    Symbol,
    Underbrace,
    Word,
    Words,
)  # fmt: skip

_GREEK = dict(zip(
    ["alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell"],
    "αβγδϵεζηθϑικλμνξπϖρϱσςτυϕφχψωΓΔΘΛΞΠΣΥΦΨΩℓ", strict=True,
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


@unicode.register
def _letter(n: Letter) -> str:
    return _BLACKBOARD.get(n.name, n.name) if n.style == "blackboard" else _GREEK.get(n.name, n.name)


@unicode.register
def _word(n: Word) -> str:
    return n.name


@unicode.register
def _number(n: Number) -> str:
    return n.digits


@unicode.register
def _symbol(n: Symbol) -> str:
    return _SYMBOLS[n.name]


@unicode.register
def _row(n: Row) -> str:
    out = ""
    for before, item in zip((None, *n.items), n.items, strict=False):
        text = unicode(item)
        if isinstance(item, Fraction) and not isinstance(before, (Symbol, type(None))):
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
    return text if simple or product or _is_call(n) else f"({text})"


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
    return n.text


@unicode.register
def _underbrace(n: Underbrace) -> str:
    return f"{unicode(n.body)} ({unicode(n.note)})"


assert set(_SYMBOLS) == set(SYMBOLS)
