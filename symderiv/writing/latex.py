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

#: Greek letters (and ``ell``) that have a command of their own.
GREEK = frozenset(
    ["alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell"]
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
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip


@singledispatch
def latex(n: Notation) -> str:
    r"""A formula as LaTeX, without dollar signs.

    >>> latex(Fraction(Number("1"), Letter("sigma")))
    '\\frac{1}{\\sigma}'
    """
    raise TypeError(f"no LaTeX rule for {type(n).__name__}")


def escaped(text: str) -> str:
    """Plain text with LaTeX's special characters escaped."""
    return "".join(_ESCAPES.get(c, c) for c in text)


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
    name = "\\" + n.name if n.name in GREEK else escaped(n.name)
    if n.style != "plain":
        command = "boldsymbol" if n.style == "bold" and n.name in GREEK else _STYLES[n.style]
        return f"\\{command}{{{name}}}"
    return name if len(n.name) == 1 or n.name in GREEK or not n.name.isalpha() else f"\\mathrm{{{name}}}"


@latex.register
def _word(n: Word) -> str:
    return "\\" + n.name if n.name in _OPERATORS else f"\\operatorname{{{escaped(n.name)}}}"


@latex.register
def _number(n: Number) -> str:
    return n.digits


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
    if isinstance(n.base, (Row, Fraction)) or (isinstance(n.base, Script) and n.base.sup is not None):
        base = f"{{{base}}}"
    sub = "" if n.sub is None else _attached("_", latex(n.sub))
    if n.sup is None:
        return base + sub
    primes = n.sup.items if isinstance(n.sup, Row) else (n.sup,)
    if all(p == Symbol("prime") for p in primes):
        return base + "'" * len(primes) + sub
    return base + sub + _attached("^", latex(n.sup))


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
    rows = " \\\\ ".join(_cells(r) for r in n.rows)
    return f"\\begin{{{name}}} {rows} \\end{{{name}}}"


def _cells(row: tuple[Notation, ...]) -> str:
    return " & ".join(latex(c) for c in row).strip()


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
