r"""Whether a text without delimiters is language or a formula, line by line, and words without the mark-up of LaTeX, Markdown and HTML."""

from __future__ import annotations

import difflib
import re

from symderiv.reading.characters import BARE_WORDS, EMOJI, ENVIRONMENTS, GREEK_WORDS, PLAIN_WORDS

_TEXT_MACRO = re.compile(r"\\(?:text\w*|mbox|emph|underline)\s*\{([^{}]{0,400})\}")
_COLOURS = re.compile(r"\\(?:textcolor|color|colorbox|highlight|hl)\s*\{\w{1,20}\}")
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|p|br|hr|span|div|li|ol|ul|td|tr|th|table|tbody|code|pre|h[1-6]|font|center|mark)\b[^<>\n]{0,80}>"
)
_CLEAN_WORD = re.compile(r"[(\[\"']?([A-Za-z][A-Za-z'\u2019-]+)[.,;:!?)\]\"']*")
_SHORT_WORDS = frozenset("no is it as of or if so to in by we be at on".split())
_SHORT_WORDS |= {word.capitalize() for word in _SHORT_WORDS} | {"NO", "NOT"}
_EMPHASIS = "*_~`{}"


def reads_as_words(text: str) -> bool:
    """Whether a text is language: most of it clean words, or it opens with them. Code and mark-up are not."""
    if "<" in text:
        text = _TAG.sub(" ", text)
    tokens = text.split()
    if "\\" in text:
        text = _COLOURS.sub(" ", text)
        tokens = _TEXT_MACRO.sub(" ", text).split() or _TEXT_MACRO.sub(lambda m: m[1], text).split()
    clean = [_is_word(t) for t in tokens]
    return bool(tokens) and (2 * sum(clean) > len(tokens) or (sum(clean) > 2 and clean[0]))


def without_layout(text: str) -> str:
    r"""A text without the ``\begin`` and ``\end`` of what sets no formula (lists, proofs, boxes), lines of tables, marks of code, and emoji."""
    text = _LAYOUT.sub(lambda m: " " * len(m[0]), text)
    text = _LAST_CELL.sub(lambda m: m[1].ljust(len(m[0])), text)
    return _EDGE.sub(lambda m: m[0] if _sets_formulas(m[1].rstrip("*")) else " " * len(m[0]), text)


def _sets_formulas(environment: str) -> bool:
    """Whether an environment sets a formula, or is misspelt for one that does: that is for its reader to say."""
    return environment in ENVIRONMENTS or bool(difflib.get_close_matches(environment, ENVIRONMENTS, 1, 0.8))


def all_words(line: str) -> bool:
    """Whether a line is nothing but clean words."""
    return all(map(_is_word, line.split()))


def reads_as_formula(line: str) -> bool:
    """Whether a line is a formula: no clean word, and a sign that only formulas have."""
    return not any(map(_is_word, line.split())) and not reads_as_words(line) and re.search(r"[=∏∑∫^_\\≥≤]", line) is not None


def _is_word(token: str) -> bool:
    found = _CLEAN_WORD.fullmatch(token.strip(_EMPHASIS))
    if found is None or found[1] in BARE_WORDS or found[1] in GREEK_WORDS:
        return False
    return len(found[1]) > 2 or found[1] in _SHORT_WORDS or found[1] in PLAIN_WORDS


#: Characters of a line that is looked through for words beside a formula.
_LONGEST = 600
_EQUATION = re.compile(r"[^=]*[\w)\]}] *=")
_BREAK = re.compile(r"[.;:,]?[ \t]+")


def apart(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A line in two where it is a formula and then words, or words and then a formula; else as it is."""
    if end - start > _LONGEST:
        return [(start, end)]
    words = [_is_word(token) for token in text[start:end].split()]
    if all(words) or not any(words):
        return [(start, end)]
    opens = words[0]
    for found in _BREAK.finditer(text, start, end):
        first, rest = text[start : found.start()], text[found.end() : end]
        if not first.strip() or not rest.strip():
            continue
        if opens and all_words(first) and _EQUATION.match(rest) and reads_as_formula(rest):
            return [(start, found.start()), (found.end(), end)]
        marked = found[0].strip() or rest[0] == "("
        if marked and not opens and _is_word(rest.split(maxsplit=1)[0]) and reads_as_formula(first) and reads_as_words(rest):
            return [(start, found.start()), (found.end(), end)]
    return [(start, end)]


_EDGE = re.compile(r"\\(?:begin|end)\s*\{\s*([A-Za-z]+\*?)\s*\}")
_LAYOUT = re.compile(
    r"\\(?:solution|answer|sol|ans|proof|noindent|newline|newpage|clearpage|par|bigskip|medskip|smallskip|vfill|maketitle)(?![A-Za-z])"
    rf"|\\(?:h|top|mid|bottom)(?:line|rule)(?![A-Za-z])|```+\w*|`|[{EMOJI}]"
)
_LAST_CELL = re.compile(r"^([^|\n]*[ \t])\|[ \t]*$", re.MULTILINE)

_LATEX = (
    (re.compile(r"\\(?:begin|end)\s*\{[^}]{0,80}\}(?:\[[^\]]{0,80}\])?"), " "),
    (_COLOURS, " "),
    (re.compile(r"\\(?:label|ref|eqref|cite|vspace|hspace|setcounter\{\w+\})\*?\s*\{[^}]{0,80}\}"), " "),
    (re.compile(r"\\item\s*(?:\[[^\]]{0,80}\])?"), " "),
    (re.compile(r"\\\\(?:\[[^\]]{0,20}\])?|\\[hcl]+line(?![A-Za-z])"), " "),
    (re.compile(r"\\([\[\]().#_$%&{}*-])"), r"\1"),
    (re.compile(r"\\[A-Za-z]+\*?\s?"), ""),
)
_MARKUP = (
    (re.compile(r"(?<!\\)&|(?:^|(?<=[ \t]))\|(?=[ \t]*$)", re.MULTILINE), " "),
    (re.compile(r"[{}]"), ""),
    (re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,10}(?:[ \t][^<>\n]{0,80})?/?>"), " "),
    (re.compile(r"\*\*|__|`+|^#+[ \t]*", re.MULTILINE), ""),
    (re.compile(r"(?<!\w)\*(\w[^*\n]{0,200}\w)\*(?!\w)"), r"\1"),
    (re.compile(r"^[ \t]*[-*+][ \t]+", re.MULTILINE), ""),
    (re.compile(r"\s+"), " "),
)
_MARKED = re.compile(r"[^\w\s.,;:()'!?=/-]|\s[-=]\s|\s{2}|[\n_]|^[-]")


def plain(text: str) -> str:
    r"""Words without the mark-up of LaTeX and Markdown.

    >>> plain(r"therefore \emph{not} **so** \[3pts\]")
    'therefore not so [3pts]'
    """
    for pattern, by in (*_LATEX, *_MARKUP) if "\\" in text else _MARKUP if _MARKED.search(text) else ():
        text = pattern.sub(by, text)
    return text.strip()
