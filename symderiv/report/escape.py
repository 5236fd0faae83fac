"""Text as it is, in TeX and in Typst: every character that means something there is made to stand for itself."""

from __future__ import annotations

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": r"'", "`": r"\textasciigrave{}",
    "-": "{-}", "–": "--", "—": "---", "’": "'", "‘": "`", "“": "``", "”": "''", "…": r"\ldots{}", "×": r"\(\times\)", "·": r"\(\cdot\)",
    "‖": r"\(\|\)", "→": r"\(\to\)", "≤": r"\(\le\)", "≥": r"\(\ge\)", "≠": r"\(\ne\)", "∘": r"\(\circ\)", "∑": r"\(\sum\)", "∏": r"\(\prod\)",
    "∂": r"\(\partial\)", "∇": r"\(\nabla\)", "−": r"\(-\)", "½": r"\(\frac12\)", "²": r"\(^2\)", "⁻": r"\(^-\)", "¹": r"\(^1\)",
}  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        (
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi psi omega "
            "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
        ).split(),
        strict=True,
    )
)
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₐₑₒₓₚₛₜ", "0123456789ijknmaeoxpst", strict=True))
_SUPERSCRIPTS = dict(zip("⁰³⁴⁵⁶⁷⁸⁹ⁿᵀ", "03456789nT", strict=True))
_TYPST = set("\\#$*_`<>@=-+/~[]{}'\"&|^%:;,.!?()")


def latex_text(text: str) -> str:
    """Text for TeX. What a plain pdflatex has no glyph for is named by its code point."""
    out = []
    for c in text:
        if c in _LATEX:
            out.append(_LATEX[c])
        elif c in _GREEK:
            out.append(rf"\(\{_GREEK[c]}\)")
        elif c in _SUBSCRIPTS:
            out.append(rf"\(_{_SUBSCRIPTS[c]}\)")
        elif c in _SUPERSCRIPTS:
            out.append(rf"\(^{_SUPERSCRIPTS[c]}\)")
        elif (c.isascii() and c.isprintable()) or (c.isprintable() and ord(c) < 0x180 and c.isalpha()):
            out.append(c)
        elif c.isspace():
            out.append(" ")
        else:
            out.append(rf"{{\scriptsize U+{ord(c):04X}}}")
    return "".join(out)


def typst_text(text: str) -> str:
    """Text for Typst's markup mode."""
    return "".join(
        f"\\u{{{ord(c):x}}}" if c in _TYPST else " " if c.isspace() else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )
