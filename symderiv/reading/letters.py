r"""Tables for reading: what macros and characters are called.

``NAMES`` are letters and words that stand for themselves, ``RELATIONS`` and ``OPERATORS`` join things, ``STYLES`` wrap a name, ``IGNORED`` say nothing.
"""

from __future__ import annotations

GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma varsigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell"
).split()

#: Upright words with a meaning of their own, also when written as plain letters.
WORDS = (
    "exp log ln det tr Tr trace diag Diag KL tanh sinh cosh sech coth sin cos tan arctan sigmoid softplus erf Cov Var max min sup inf arg "
    "sqrt abs logit Id ELBO"
).split()

NAMES: dict[str, str] = {name: name for name in [*GREEK, *WORDS]} | {"Pr": "Pr", "hbar": "hbar", "imath": "i", "jmath": "j"}

RELATIONS: dict[str, str] = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">",
    "approx": "approx", "simeq": "approx", "sim": "~", "propto": "propto", "equiv": ":=", "triangleq": ":=", "coloneqq": ":=",
    "doteq": ":=", "in": "in", "to": "to", "rightarrow": "to", "mapsto": "mapsto", "Rightarrow": "implies", "implies": "implies",
    "Longrightarrow": "implies", "iff": "iff", "Leftrightarrow": "iff", "Longleftrightarrow": "iff", "longrightarrow": "to",
    "succ": "succ", "succcurlyeq": "succ", "therefore": "implies", "colon": ":",
}  # fmt: skip

OPERATORS: dict[str, str] = {
    "circ": "hadamard", "odot": "hadamard", "times": "times", "cdot": "cdot", "ast": "ast", "oslash": "oslash", "otimes": "otimes",
    "star": "ast", "div": "slash",
}  # fmt: skip

SIGNS: dict[str, str] = {
    "nabla": "nabla", "partial": "partial", "infty": "infinity", "cdots": "ellipsis", "ldots": "ellipsis", "dots": "ellipsis",
    "dotsc": "ellipsis", "dotsb": "ellipsis", "vdots": "ellipsis", "ddots": "ellipsis", "forall": "forall", "bullet": "bullet",
    "top": "top", "dagger": "dagger",
}  # fmt: skip

BIG: dict[str, str] = {"sum": "sum", "prod": "product", "int": "integral", "iint": "integral", "iiint": "integral"}

STYLES: dict[str, str] = {
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "vec": "bold", "textbf": "bold", "pmb": "bold", "bf": "bold",
    "mathcal": "calligraphic", "mathscr": "calligraphic", "cal": "calligraphic", "mathfrak": "calligraphic", "mathbb": "blackboard",
    "mathrm": "upright", "operatorname": "upright", "operatorname*": "upright", "text": "upright", "textrm": "upright",
    "mbox": "upright", "mathsf": "upright", "textsf": "upright", "mathit": "plain", "textit": "plain", "mathop": "upright", "rm": "upright",
    "textnormal": "upright", "mathtt": "upright", "hbox": "upright", "emph": "plain",
}  # fmt: skip

#: Styles without braces: they reach to the end of the group.
SWITCHES = {"bf": "bold", "cal": "calligraphic", "rm": "upright", "it": "plain"}

IGNORED = set(
    ", ; : ! > / quad qquad displaystyle textstyle scriptstyle limits nolimits nonumber notag pause hfill noindent big Big bigg Bigg bigl bigr "
    "Bigl Bigr biggl biggr Biggl Biggr bigm Bigm left right middle small large hline smallskip medskip bigskip newline par centering allowbreak "
    "break displaylimits thinspace enspace mathstrut strut".split()
)

#: Macros whose argument is dropped with them.
DROPPED = {"label", "tag", "tag*", "phantom", "hphantom", "vphantom", "hspace", "hspace*", "vspace", "vspace*", "mspace", "color", "ref", "eqref", "cite", "footnote"}

SPACES = {"quad", "qquad"}

#: Characters beyond ASCII, as LaTeX.
UNICODE: dict[str, str] = {
    **dict(zip("αβγδεζηθικλμνξπρστυφχψω", [rf"\{n}" for n in "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi psi omega".split()], strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΥΦΨΩ", [rf"\{n}" for n in "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()], strict=True)),
    "µ": r"\mu", "ϕ": r"\phi", "ϵ": r"\epsilon", "ϑ": r"\vartheta", "ℓ": r"\ell", "∂": r"\partial", "∇": r"\nabla", "∞": r"\infty",
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "√": r"\sqrt", "∘": r"\circ", "⊙": r"\odot", "⊘": r"\oslash", "⊗": r"\otimes", "×": r"\times",
    "·": r"\cdot", "⋅": r"\cdot", "∙": r"\cdot", "∗": "*", "−": "-", "–": "-", "—": "-", "÷": "/", "∕": "/", "⁄": "/", "≤": r"\le", "≥": r"\ge",
    "≠": r"\ne", "≈": r"\approx", "∼": r"\sim", "∝": r"\propto", "≡": r"\equiv", "≜": r"\triangleq", "≔": r"\triangleq", "∈": r"\in", "→": r"\to",
    "↦": r"\mapsto", "⇒": r"\Rightarrow", "⟹": r"\Rightarrow", "⇔": r"\iff", "≻": r"\succ", "‖": r"\|", "∥": r"\|", "∣": "|", "⟨": r"\langle", "⟩": r"\rangle",
    "…": r"\ldots", "⋯": r"\cdots", "⊤": r"\top", "ᵀ": r"^\top", "′": "'", "″": "''", "𝔼": r"\mathbb{E}", "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}",
    "𝒩": r"\mathcal{N}", "ℱ": r"\mathcal{F}", "½": r"\frac{1}{2}", "¼": r"\frac{1}{4}", "ℒ": r"\mathcal{L}", "𝓛": r"\mathcal{L}", "∀": r"\forall",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2003": " ", "\u2002": " ", "\u200a": " ", "\u2062": " ",
}  # fmt: skip

SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-aeoxhklmnpstijruv", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ", "0123456789+-ni", strict=True))
