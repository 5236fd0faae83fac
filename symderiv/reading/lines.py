r"""Lines of a text without delimiters → the claims that they are.

A line that is a claim of its own, behind one that is, begins another: two lines side by side are no product. What is left open (a bracket, an
operation, an environment), or goes on with a relation or a sign, is one claim over its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_RELATION = re.compile(r"[=<>≤≥≈≔:]|\\(?:le|ge|leq|geq|approx|propto|sim|triangleq|equiv|coloneqq)(?![A-Za-z])")
_GOES_ON = re.compile(
    r"[-+*/=<>≤≥≈·∘⊙×∗−^_,;&|‖)\]}]|\\(?![A-Za-z({\[])|\\(?:cdot|circ|odot|times|le|ge|leq|geq|approx|propto|quad|Rightarrow|implies)(?![A-Za-z])|→|⇒|->|=>"
)
_WAITS = re.compile(r"(?:[-+*/=<>≤≥≈·∘⊙×∗−^_,;&(\[{]|\\\\|\\(?:cdot|circ|odot|times|left|log|exp|sum|frac))$")


def claims(text: str) -> Iterator[tuple[int, int]]:
    """Where the claims of a text stand, in order, with the space between them left out.

    >>> text = "u = a\\nv = b\\n  + c"
    >>> [text[i:j] for i, j in claims(text)]
    ['u = a', 'v = b\\n  + c']
    """
    start = end = None
    claim = False
    for found in re.finditer(r"[^\n]+", text):
        line = found[0].strip()
        if not line:
            continue
        at = found.start() + len(found[0]) - len(found[0].lstrip())
        if start is None:
            start = at
        elif claim and _outside(line) and not _GOES_ON.match(line) and _closed(text[start:end]):
            yield start, end or start
            start, claim = at, False
        end = at + len(line)
        claim = claim or _outside(line)
    if start is not None:
        yield start, end or start


def _outside(line: str) -> bool:
    """Whether a line has a relation outside of its brackets."""
    depth, plain = 0, []
    for char in line:
        depth += (char in "([{") - (char in ")]}")
        plain.append(char if depth == 0 else " ")
    return _RELATION.search("".join(plain)) is not None


def _closed(text: str) -> bool:
    counts = (text.count(a) - text.count(b) for a, b in ("()", "[]", "{}"))
    return not any(counts) and text.count("\\begin") == text.count("\\end") and not _WAITS.search(text.rstrip())
