r"""Notation as LaTeX: plain amsmath, one rule a kind, that reads back with an ordinary parser.

Parentheses grow (``\left( … \right)``) only where the body is tall; nothing of a user's text passes through unescaped.
"""

from __future__ import annotations

from functools import singledispatch

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

#: Letters, nearly all Greek, that have a command of their own.
GREEK = frozenset(
    ["alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
     "varGamma", "varDelta", "varTheta", "varLambda", "varSigma", "varPhi", "varPsi", "varOmega", "imath", "jmath", "hbar"]
)  # fmt: skip

_OPERATORS = frozenset(
    [
        "arccos",
        "arcsin",
        "arctan",
        "arg",
        "cos",
        "cosh",
        "cot",
        "coth",
        "csc",
        "deg",
        "det",
        "dim",
        "exp",
        "gcd",
        "inf",
        "ker",
        "lim",
        "ln",
        "log",
        "max",
        "min",
        "sec",
        "sin",
        "sinh",
        "sup",
        "tan",
        "tanh",
    ]
)

_SYMBOLS = {
    "plus": "+", "minus": "-", "times": r"\times", "hadamard": r"\circ", "dot": r"\cdot", "slash": "/", "equals": "=",
    "not-equals": r"\neq", "less": "<", "greater": ">", "less-equal": r"\leq", "greater-equal": r"\geq", "defined": ":=",
    "approximately": r"\approx", "in": r"\in", "to": r"\to", "maps-to": r"\mapsto", "distributed": r"\sim", "parallel": r"\|",
    "given": r"\mid", "comma": ",", "colon": ":", "semicolon": ";", "implies": r"\implies", "exactly-when": r"\iff",
    "nabla": r"\nabla", "partial": r"\partial", "infinity": r"\infty", "ellipsis": r"\dots", "transpose": r"\top",
    "prime": r"\prime", "expectation": r"\mathbb{E}", "reals": r"\mathbb{R}", "naturals": r"\mathbb{N}", "succeeds": r"\succ",
    "space": r"\,",
}  # fmt: skip

#: Signs between two things: a sum's sign stands alone only after another of these or at the start.
SPACED = frozenset({
    "plus", "minus", "times", "hadamard", "dot", "equals", "not-equals", "less", "greater", "less-equal", "greater-equal", "defined",
    "approximately", "in", "to", "maps-to", "distributed", "parallel", "given", "implies", "exactly-when", "succeeds",
})  # fmt: skip
CLOSE = frozenset({"slash", "colon"})
PUNCTUATION = frozenset({"comma", "semicolon"})

_STYLES = {"bold": "mathbf", "calligraphic": "mathcal", "blackboard": "mathbb", "upright": "mathrm"}
_FENCES = {
    "paren": ("(", ")"), "bracket": ("[", "]"), "brace": (r"\{", r"\}"), "bar": ("|", "|"), "norm": (r"\|", r"\|"),
    "angle": (r"\langle ", r" \rangle"),
}  # fmt: skip
_BIG = {"sum": r"\sum", "product": r"\prod", "integral": r"\int"}
_GRIDS = {"bracket": "bmatrix", "paren": "pmatrix", "cases": "cases", "aligned": "aligned"}
#: What stands for a style whose font lacks the letter: it stays apart from the plain one.
_LACKING = {"calligraphic": "mathfrak", "blackboard": "mathsf"}
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
#: Greek characters with their names.
GREEK_CHARACTERS = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        (
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi psi omega "
            "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
        ).split(),
        strict=True,
    )
)
_BEYOND_ASCII = {
    "–": "--", "—": "---", "’": "'", "‘": "`", "“": "``", "”": "''", "…": r"\ldots{}", "×": r"\(\times\)", "·": r"\(\cdot\)",
    "‖": r"\(\|\)", "→": r"\(\to\)", "≤": r"\(\le\)", "≥": r"\(\ge\)", "≠": r"\(\ne\)", "∘": r"\(\circ\)", "∑": r"\(\sum\)", "∏": r"\(\prod\)",
    "∂": r"\(\partial\)", "∇": r"\(\nabla\)", "−": r"\(-\)", "½": r"\(\frac12\)", "²": r"\(^2\)", "⁻": r"\(^-\)", "¹": r"\(^1\)",
    **{c: rf"\(\{name}\)" for c, name in GREEK_CHARACTERS.items()},
    **{c: rf"\(_{sub}\)" for c, sub in zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₐₑₒₓₚₛₜ", "0123456789ijknmaeoxpst", strict=True)},
    **{c: rf"\(^{sup}\)" for c, sup in zip("⁰³⁴⁵⁶⁷⁸⁹ⁿᵀ", "03456789nT", strict=True)},
}  # fmt: skip
#: Letters below U+0180 that TeX's T1 fonts lack.
_NO_GLYPH = frozenset("\u0126\u0127\u0138\u013f\u0140\u0149\u0166\u0167\u017f")


@singledispatch
def latex(n: Notation) -> str:
    r"""A formula as LaTeX, without dollar signs.

    >>> latex(Fraction(Number("1"), Letter("sigma")))
    '\\frac{1}{\\sigma}'
    """
    raise TypeError(f"no LaTeX rule for {type(n).__name__}")


def text_character(c: str) -> str:
    """A character that is not printable ASCII, in TeX's text: what a plain pdflatex has no glyph for is named by its code point."""
    if c in _BEYOND_ASCII:
        return _BEYOND_ASCII[c]
    if c.isprintable() and ord(c) < 0x180 and c.isalpha() and c not in _NO_GLYPH:
        return c
    return " " if c.isspace() else rf"{{\scriptsize U+{ord(c):04X}}}"


def ligature(before: str, c: str) -> bool:
    """Whether TeX's fonts would set two characters as another one."""
    return (c == before and c in "-,'`<>") or (before in ("?", "!") and c == "`")


def escaped(text: str) -> str:
    """Text for TeX's text mode, on one line, every character standing for itself."""
    out = []
    for before, c in zip(("", *text), text, strict=False):
        piece = _ESCAPES.get(c) or (c if c.isascii() and c.isprintable() else text_character(c))
        out.append("{}" + piece if ligature(before, c) else piece)
    return "".join(out)


def _is_plain(text: str) -> bool:
    """Letters and digits alone, which need no text mode."""
    return text.isascii() and text.isalnum()


def is_tall(n: Notation) -> bool:
    """Whether fences around it grow."""
    match n:
        case Fraction() | Big() | Grid() | Underbrace():
            return True
        case Row(items=items):
            return any(map(is_tall, items))
        case Fenced(body=body) | Root(body=body) | Script(base=body):
            return is_tall(body)
    return False


def is_argument(n: Notation) -> bool:
    """Fences in parentheses, bare or with scripts: they follow a name without a space."""
    return isinstance(n, Fenced) or (isinstance(n, Script) and isinstance(n.base, Fenced))


@latex.register
def _letter(n: Letter) -> str:
    if n.name not in GREEK and not _is_plain(n.name):
        return f"\\text{{{escaped(n.name)}}}"
    name = "\\" + n.name if n.name in GREEK else n.name
    if n.style != "plain":
        return f"\\{_style(n)}{{{name}}}"
    return name if len(n.name) == 1 or n.name in GREEK or not n.name.isalpha() else f"\\mathrm{{{name}}}"


def _style(n: Letter) -> str:
    if n.name in GREEK and n.style != "upright":
        return "boldsymbol"
    return _STYLES[n.style] if n.style not in _LACKING or (n.name.isalpha() and n.name.isupper()) else _LACKING[n.style]


@latex.register
def _word(n: Word) -> str:
    name = n.name if _is_plain(n.name) else f"\\text{{{escaped(n.name)}}}"
    return "\\" + n.name if n.name in _OPERATORS else f"\\operatorname{{{name}}}"


@latex.register
def _number(n: Number) -> str:
    return n.digits if _is_plain(n.digits.replace(".", "")) else f"\\text{{{escaped(n.digits)}}}"


@latex.register
def _symbol(n: Symbol) -> str:
    return _SYMBOLS[n.name]


@latex.register
def _row(n: Row) -> str:
    out = ""
    for before, item in zip((None, *n.items), n.items, strict=False):
        text = latex(item)
        out += _gap(before, item, out, text) + text
    return out


def _gap(before: Notation | None, item: Notation, left: str, right: str) -> str:
    """What stands between two neighbours: spaces around signs, none before an argument."""
    if before is None or not left or not right:
        return ""
    if left in ("+", "-"):
        return ""
    if isinstance(item, Symbol):
        return "" if item.name in PUNCTUATION | CLOSE | {"prime"} else " "
    if isinstance(before, Symbol):
        if before.name in CLOSE | {"nabla", "partial"}:
            return " " if left[-1].isalpha() and right[0].isalpha() else ""
        return " "
    if is_argument(item) and not isinstance(before, (Fraction, Big)):
        return ""
    return "" if isinstance(before, Number) and isinstance(item, (Letter, Script)) else " "


@latex.register
def _fraction(n: Fraction) -> str:
    return f"\\frac{{{latex(n.above)}}}{{{latex(n.below)}}}"


@latex.register
def _script(n: Script) -> str:
    base = latex(n.base)
    if not base or isinstance(n.base, (Row, Fraction)) or _has_scripts(n):
        base = f"{{{base}}}"
    sub = "" if n.sub is None else _attached("_", latex(n.sub))
    if n.sup is None:
        return base + sub
    primes = n.sup.items if isinstance(n.sup, Row) else (n.sup,)
    if primes and all(p == Symbol("prime") for p in primes):
        return base + "'" * len(primes) + sub
    return base + sub + _attached("^", latex(n.sup))


def _has_scripts(n: Script) -> bool:
    """Whether the base has scripts of its own where TeX would take ours for a second one."""
    match n.base:
        case Script(sub=sub, sup=sup):
            return sup is not None or (sub is not None and n.sub is not None)
        case Big(lower=sub, upper=sup):
            return (sup is not None and n.sup is not None) or (sub is not None and n.sub is not None)
        case Underbrace():
            return True
    return False


def _attached(mark: str, text: str) -> str:
    return mark + (text if len(text) == 1 else f"{{{text}}}")


@latex.register
def _root(n: Root) -> str:
    return f"\\sqrt{{{latex(n.body)}}}"


@latex.register
def _fenced(n: Fenced) -> str:
    left, right = _FENCES[n.kind]
    body = latex(n.body)
    if is_tall(n.body):
        return (
            f"\\left{left.rstrip()} {body} \\right{right.strip()}"
            if left.startswith("\\")
            else f"\\left{left}{body}\\right{right}"
        )
    return left + body + right


@latex.register
def _grid(n: Grid) -> str:
    name = _GRIDS[n.kind]
    rows = " \\\\ ".join(_cells(r, 2 if n.kind == "cases" else None) for r in n.rows)
    return f"\\begin{{{name}}} {rows} \\end{{{name}}}"


def _cells(row: tuple[Notation, ...], most: int | None = None) -> str:
    cells = [latex(c) for c in row]
    if most is not None and len(cells) > most:
        cells[most - 1 :] = [" \\quad ".join(cells[most - 1 :])]
    return " & ".join(cells).strip()


@latex.register
def _big(n: Big) -> str:
    lower = "" if n.lower is None else f"_{{{latex(n.lower)}}}"
    upper = "" if n.upper is None else f"^{{{latex(n.upper)}}}"
    return _BIG[n.name] + lower.replace(" = ", "=") + upper


@latex.register
def _words(n: Words) -> str:
    return f"\\text{{{escaped(n.text)}}}"


@latex.register
def _underbrace(n: Underbrace) -> str:
    return f"\\underbrace{{{latex(n.body)}}}_{{{latex(n.note)}}}"


assert set(_SYMBOLS) == set(SYMBOLS)
