r"""What characters and macros stand for: tables, no code that decides.

A *meaning* is a triple: the kind of token, its canonical text and, for names, its style. Names have no backslash (``\mu`` and ``μ``
are both ``mu``). `MACROS` is keyed by macro name, `CHARACTERS` by character; `letter` knows the mathematical alphabets.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Meaning = tuple[str, str, str]


def words(text: str) -> list[str]:
    """The words of a table's row."""
    return text.split()


GREEK = words(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho "
    "varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon "
    "Phi Psi Omega varGamma varDelta varTheta varLambda varSigma varPhi varPsi varOmega ell imath jmath hbar"
)

#: Words set upright by LaTeX or by everybody's preamble: ``\log``, ``\diag``; and as bare letters where the whole run is the word.
FUNCTIONS = frozenset(
    words(
        "exp log ln lg det tr Tr diag Diag trace Trace rank sin cos tan cot sec csc sinh cosh tanh sech coth csch "
        "arcsin arccos arctan max min sup inf lim arg argmax argmin dim ker Pr KL ELBO softmax sigmoid softplus "
        "relu erf erfc erfinv sign sgn vec Cov Var logit arcsinh arccosh arctanh arsinh arcosh artanh asinh acosh atanh digamma trigamma"
    )
)

#: Words that are names as bare letters, without a backslash, where they stand alone: ``KL(q)``, ``diag(x)``.
BARE_WORDS = FUNCTIONS | frozenset(
    words(
        "Log Exp Det TR KLD DKL JS ReLU abs sqrt cov var div Cat Bern expm logsumexp LogSumExp logdet LogDet logabsdet logsigmoid Softmax"
    )
)

#: Greek letters as bare words, ``mu^2 + sigma^2``, in a text without any backslash.
GREEK_WORDS = frozenset(w for w in GREEK if w not in ("ell", "imath", "jmath", "hbar"))

#: Functions where a bracket follows, and letters side by side elsewhere.
CALLED_WORDS = frozenset(("sum", "prod"))

#: Words found inside a longer run of letters as well, longest first: ``logp(x)``, ``detJ``, ``yexp(-s)``.
INNER_WORDS = (
    "logsumexp",
    "softmax",
    "softplus",
    "sigmoid",
    "arctan",
    "trace",
    "tanh",
    "sinh",
    "cosh",
    "diag",
    "sqrt",
    "exp",
    "log",
    "det",
    "KL",
)

#: Words in ``\text{…}`` that join or explain and are no names.
PLAIN_WORDS = frozenset(
    words(
        "or if where for since so hence then with thus because otherwise as is are yes no not in all else when let "
        "we by from to of the an iff via both Yes No Not If Let So Since Thus Hence Then Therefore Because However "
        "therefore but be see any each every given that elementwise lower upper triangular positive definite invertible nonsingular symmetric orthogonal "
        "diagonal constant constants const done Bayes independence nats"
    )
)

#: Words for a term that does not depend on the variable, behind a plus.
CONSTANT_WORDS = frozenset(words("const constant constants Const cst"))

#: Words that separate claims, as ``\text{…}`` or bare.
SEPARATING_WORDS = frozenset(("and",))


def _all(kind: str, table: str, style: str = "") -> dict[str, Meaning]:
    """``"le leq→<= ge geq→>="``: keys before an arrow, their common text behind it; without an arrow the key is the text."""
    found: dict[str, Meaning] = {}
    keys: list[str] = []
    for word in table.split():
        key, colon, text = word.partition("→")
        keys.append(key)
        if colon:
            found.update((k, (kind, text, style)) for k in keys)
            keys = []
    found.update((k, (kind, k, style)) for k in keys)
    return found


def _dropped(names: Iterable[str]) -> dict[str, Meaning]:
    return dict.fromkeys(names, ("", "", ""))


_RELATIONS = (
    "neq ne→!= lt→< gt→> le leq leqslant leqq→<= ge geq geqslant geqq→>= coloneqq triangleq equiv doteq defeq vcentcolon→:= eqqcolon→=: sim→~ "
    "approx simeq cong→approx propto varpropto→propto in→in notin→notin subset subseteq→subset colon→: to rightarrow longrightarrow→to "
    "mapsto longmapsto→mapsto implies Rightarrow Longrightarrow therefore→implies iff Leftrightarrow Longleftrightarrow→iff succ→succ "
    "succeq succcurlyeq→succeq"
)
_OPERATIONS = "circ odot→hadamard times→times cdot cdotp→cdot ast star→ast div→slash oslash→oslash otimes→otimes"

#: Macros that say nothing about the formula. (Those with an argument that is dropped too are in `DROPPED_WITH_ARGUMENT`.)
_SILENT = words(
    "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag pause thinspace "
    "medspace thickspace enspace negthinspace negmedspace negthickspace hfill hfil noindent allowbreak nobreak "
    "break hline mathstrut strut relax protect centering big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr "
    "biggr Biggr bigm Bigm biggm Biggm qed square Box blacksquare qedhere checkmark normalsize small large bigskip "
    "smallskip medskip par null"
)

#: Macros dropped together with the braces behind them.
DROPPED_WITH_ARGUMENT = frozenset(
    words(
        "label tag hspace vspace phantom hphantom vphantom ref eqref cref Cref autoref cite citep citet color "
        "footnote mspace mkern noalign"
    )
)

#: Macros whose braces hold words.
TEXT_MACROS = {
    "text": "upright", "textrm": "upright", "textnormal": "upright", "mbox": "upright", "hbox": "upright", "textup": "upright", "textsf": "upright",
    "texttt": "upright", "textsc": "upright", "textit": "upright", "emph": "upright", "textbf": "bold", "intertext": "upright", "shortintertext": "upright",
}  # fmt: skip

_STYLES = {
    "bold": "mathbf boldsymbol bm vec pmb mathbfit symbf symbfit underline overrightarrow",
    "calligraphic": "mathcal mathscr mathfrak",
    "blackboard": "mathbb mathds mathbbm",
    "upright": "mathrm mathsf mathtt operatorname mathup symup",
    "plain": "mathit mathnormal",
}
_SWITCHES = {
    "bold": "bf bfseries boldmath",
    "calligraphic": "cal",
    "upright": "rm sf tt rmfamily sffamily",
    "plain": "it itshape em sl",
}

MACROS: dict[str, Meaning] = {
    **_all("name", " ".join(GREEK), "plain"),
    **_all("name", " ".join(sorted(FUNCTIONS)), "upright"),
    **_all("rel", _RELATIONS),
    **_all("op", _OPERATIONS),
    **_all("plus", "pm mp→+-"),
    **_all(
        "sign",
        "nabla→nabla partial→partial infty→infinity dots ldots cdots vdots ddots dotsc dotsb dotsm dotso dotsi hdots mathellipsis→ellipsis bullet",
    ),
    **_all("big", "sum→sum prod→product int iint iiint idotsint oint intop→integral"),
    **_all("mid", "mid middle"),
    **_all("bar", "vert→|"),
    **_all("dbar", "Vert parallel→||"),
    **_all("open", "lbrace→brace lbrack→bracket lparen→paren langle→angle lvert→bar lVert→norm"),
    **_all("close", "rbrace→brace rbrack→bracket rparen→paren rangle→angle rvert→bar rVert→norm"),
    **_all("frac", "frac dfrac tfrac cfrac sfrac nicefrac"),
    **_all("binom", "binom dbinom tbinom"),
    **_all("over", "over"),
    **_all("sqrt", "sqrt"),
    **_all("accent", "hat widehat→hat tilde widetilde→tilde bar overline→bar check dot ddot breve acute grave mathring"),
    **_all("brace", "underbrace overbrace underbracket overbracket"),
    **_all("stack", "overset stackrel→overset underset"),
    **_all(
        "wrapped",
        "boxed fbox mathrel mathbin mathop mathord mathopen mathclose mathinner ensuremath smash mathclap mathllap mathrlap adjustlimits",
    ),
    **_all("row", "newline cr tabularnewline"),
    **_all("wide", "quad qquad"),
    **_all("prime", "prime→1"),
    **_all("not", "not"),
    **{name: ("style", name, style) for style, names in _STYLES.items() for name in names.split()},
    **{name: ("switch", name, style) for style, names in _SWITCHES.items() for name in names.split()},
    **_dropped(_SILENT),
    "top": ("name", "top", "plain"),
    "intercal": ("name", "top", "plain"),
    "dagger": ("name", "dagger", "plain"),
    "E": ("name", "E", "blackboard"),
    "R": ("name", "R", "blackboard"),
    "forall": ("words", "for all", ""),
    "exists": ("words", "there is", ""),
    "because": ("words", "because", ""),
    "lq": ("words", "", ""),
}

#: What a backslash and one character stand for; other characters have no such meaning.
ESCAPED: dict[str, Meaning] = {
    "{": ("open", "brace", ""), "}": ("close", "brace", ""), "|": ("dbar", "||", ""), "_": ("sub", "_", ""), "\\": ("row", "\\", ""),
    **_dropped(" ,;:!>/\t\r\n"),
    "*": ("op", "times", ""), "-": ("", "", ""),
}  # fmt: skip

#: Symbols of one or more ASCII characters, and the entities that copying from web pages leaves behind.
ASCII: dict[str, Meaning] = {
    "(": ("open", "paren", ""), ")": ("close", "paren", ""), "[": ("open", "bracket", ""), "]": ("close", "bracket", ""),
    "{": ("lbrace", "{", ""), "}": ("rbrace", "}", ""), "^": ("sup", "^", ""), "_": ("sub", "_", ""), "&": ("amp", "&", ""),
    "+": ("plus", "+", ""), "-": ("plus", "-", ""), "*": ("op", "ast", ""), "**": ("sup", "^", ""), "/": ("op", "slash", ""), "|": ("bar", "|", ""),
    ",": ("comma", ",", ""), ";": ("semi", ";", ""), ".": ("stop", ".", ""), "'": ("prime", "1", ""), "...": ("sign", "ellipsis", ""),
    "=": ("rel", "=", ""), "==": ("rel", "=", ""), "<": ("rel", "<", ""), ">": ("rel", ">", ""), ":": ("rel", ":", ""), ":=": ("rel", ":=", ""), "=:": ("rel", "=:", ""),
    "<=": ("rel", "<=", ""), ">=": ("rel", ">=", ""), "!=": ("rel", "!=", ""), "->": ("rel", "to", ""), "=>": ("rel", "implies", ""),
    "<=>": ("rel", "iff", ""), "&amp;": ("amp", "&", ""), "&lt;": ("rel", "<", ""), "&gt;": ("rel", ">", ""), "&nbsp;": ("", "", ""),
}  # fmt: skip


def _characters(kind: str, table: dict[str, str], style: str = "") -> dict[str, Meaning]:
    return {char: (kind, text, style) for text, chars in table.items() for char in chars}


_GREEK_CHARACTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "εϵ", "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μµ", "nu": "ν", "xi": "ξ", "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ",
    "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "φϕ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
    "Delta": "Δ∆", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "ϒ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω\u2126", "ell": "ℓ", "top": "⊤⊺", "dagger": "†",
}  # fmt: skip

CHARACTERS: dict[str, Meaning] = {
    **_characters("name", _GREEK_CHARACTERS, "plain"),
    **_characters("plus", {"-": "−–﹣－‐‑", "+": "＋", "+-": "±∓"}),
    **_characters("op", {"hadamard": "∘⊙◦○⨀", "times": "×✕", "cdot": "·⋅∙", "ast": "∗⁎", "slash": "÷∕⁄", "oslash": "⊘", "otimes": "⊗"}),
    **_characters("rel", {
        "=": "＝", "!=": "≠", "<=": "≤≦⩽", ">=": "≥≧⩾", ":=": "≔≜≡≝", "~": "∼∽", "approx": "≈≃≅", "propto": "∝", "in": "∈", "notin": "∉",
        ":": "∶", "to": "→⟶", "mapsto": "↦", "implies": "⇒⟹∴", "iff": "⇔⟺", "succ": "≻", "succeq": "⪰≽", "subset": "⊂⊆",
    }),
    **_characters("sign", {"partial": "∂", "nabla": "∇", "infinity": "∞", "ellipsis": "…⋯⋮⋱", "bullet": "•"}),
    **_characters("big", {"sum": "∑", "product": "∏", "integral": "∫∬∭"}),
    **_characters("bar", {"|": "∣❘｜"}),
    **_characters("dbar", {"||": "‖∥"}),
    **_characters("open", {"angle": "⟨〈", "paren": "（", "bracket": "［"}),
    **_characters("close", {"angle": "⟩〉", "paren": "）", "bracket": "］"}),
    **_characters("comma", {",": "，"}),
    **_characters("prime", {"1": "′’ʹ", "2": "″", "3": "‴"}),
    **_characters("sqrt", {"sqrt": "√"}),
    **_characters("words", {"for all": "∀", "there is": "∃"}),
    **_dropped("■□∎▮"),
}  # fmt: skip

#: One-character fractions.
FRACTIONS = {"½": "12", "⅓": "13", "¼": "14", "⅔": "23", "¾": "34", "⅕": "15", "⅙": "16", "⅛": "18"}

#: Pictures that say nothing, for a class of a pattern.
EMOJI = r"\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50\u2B55\uFE0F"

#: Raised and lowered characters, read as scripts of the plain ones.
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴰᴷᴺ"
LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"

#: Delimiters as they stand behind ``\left``, ``\right`` and ``\middle``.
DELIMITERS = {
    **dict.fromkeys(("(", ")", r"\lparen", r"\rparen"), "paren"),
    **dict.fromkeys(("[", "]", r"\lbrack", r"\rbrack"), "bracket"),
    **dict.fromkeys((r"\{", r"\}", r"\lbrace", r"\rbrace"), "brace"),
    **dict.fromkeys(("|", r"\vert", r"\lvert", r"\rvert", "∣"), "bar"),
    **dict.fromkeys((r"\|", r"\Vert", r"\lVert", r"\rVert", "‖", "∥"), "norm"),
    **dict.fromkeys(("<", ">", r"\langle", r"\rangle", "⟨", "⟩"), "angle"),
    ".": "none",
}

#: Environments: what kind of grid their rows are. ``wrap`` is a display that is a grid only where it has rows or cells.
ENVIRONMENTS = {
    **dict.fromkeys(
        words(
            "align align* aligned alignat alignat* alignedat flalign flalign* split gather gather* gathered multline "
            "multline* multlined eqnarray eqnarray* empheq IEEEeqnarray IEEEeqnarray*"
        ),
        "aligned",
    ),
    **dict.fromkeys(words("equation equation* displaymath math subequations dmath dmath*"), "wrap"),
    **dict.fromkeys(["cases", "cases*", "dcases", "dcases*", "rcases"], "cases"),
    "bmatrix": "bracket",
    "pmatrix": "paren",
    "vmatrix": "bar",
    "Vmatrix": "norm",
    "Bmatrix": "brace",
    "bmatrix*": "bracket",
    "pmatrix*": "paren",
    "bsmallmatrix": "bracket",
    "psmallmatrix": "paren",
    "matrix": "plain",
    "smallmatrix": "plain",
    "array": "array",
}

#: Environments with an argument in braces that says nothing.
WITH_ARGUMENT = frozenset(["array", "alignat", "alignat*", "alignedat", "empheq", "IEEEeqnarray", "IEEEeqnarray*"])


@lru_cache(maxsize=2048)
def letter(char: str) -> Meaning | None:
    """A letter or digit of the mathematical alphabets (𝔼, 𝑥, 𝝁, ℝ) as a plain one with its style."""
    if not ("\u2100" <= char <= "\u214f" or "\U0001d400" <= char <= "\U0001d7ff"):
        return None
    plain, name = unicodedata.normalize("NFKC", char), unicodedata.name(char, "")
    style = next((s for word, s in _ALPHABETS if word in name), "plain")
    if plain.isascii() and plain.isalpha() and len(plain) == 1:
        return "name", plain, style
    if plain.isascii() and plain.isdigit():
        ones = style == "blackboard" or (style == "bold" and plain == "1")  # 𝟙 and 𝟏 are vectors of ones
        return ("name", plain, style) if ones else ("number", plain, "")
    known = CHARACTERS.get(plain)
    return None if known is None else (known[0], known[1], style if known[0] == "name" else "")


_ALPHABETS = (("DOUBLE-STRUCK", "blackboard"), ("SCRIPT", "calligraphic"), ("FRAKTUR", "calligraphic"), ("BOLD", "bold"))


def looks(char: str) -> str:
    """What is wrong with a character that has no meaning in a formula, in words."""
    code, name = f"U+{ord(char):04X}", unicodedata.name(char, "without a name").lower()
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Co", "Cs"):
        return f"an invisible character, {code} ({name}), stands here"
    if category[0] == "L" and not char.isascii():
        return f"this letter is {char}, {code} ({name}), no Latin or Greek letter of a formula"
    return f"the character {char} ({name}) has no meaning in a formula"
