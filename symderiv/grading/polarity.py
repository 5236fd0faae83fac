"""What words say of a statement: yes, no, exactly under a condition, if a condition holds, or nothing that can be told.

The words are cut into clauses. A clause that opens with *yes*, *no*, *true* or *false* says it; so does one that speaks of the matter itself (volume,
holding, being true), with its negations counted: one turns it, two are left to a person. Clauses that contradict each other say nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Said = Literal["yes", "no", "exactly", "if"]

_NEGATION = re.compile(
    r"\b(no|not|never|cannot|neither|non|false|untrue|incorrect|fails?|without)\b|\bnon(?=-)|n['\u2019]t\b|\b(?:isnt|doesnt)\b",
    re.IGNORECASE,
)
#: What may follow an opening word, so that it is one: ``No, it …``, but not ``no volume is lost``.
_AFTER = r"(?=\W*$|\W*\s(?:it|this|that|the|they|we|in|not|there|general|generally|always)\b)"
_OPENS_YES = re.compile(r"^\W*(yes|true|correct|indeed|yep|yeah)\b" + _AFTER, re.IGNORECASE)
_OPENS_NO = re.compile(r"^\W*(no|false|incorrect|nope|untrue)\b" + _AFTER, re.IGNORECASE)
_MATTER = re.compile(
    r"\bvolume(?:\s+is)?[- ]\s*(?:\w+\s+)?preserv|preserv\w*\s+(?:\w+\s+)?(?:volume|measure|area)|\bunimodular\b|\bholds?\b|\b(?:is|are|be) (?:\w+ )?(?:true|false)\b"
    r"|\b(?:is|are|be) \w*\s*preserved\b|\bdoes(?:n['\u2019]t| not)?\s+preserve\b",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"\b(?:chang|alter|distort|scal|expand|contract|stretch|shrink)\w*\s+(?:the\s+)?(?:volume|measure|area)"
    r"|\b(?:volume|measure|area)s?\s+(?:(?:is|are|gets?)\s+(?:\w+\s+)?(?:lost|gained|changed|altered|scaled|distorted|stretched|shrunk)|change|shrink|grow)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.;!?:,()](?!\d)|\b(?:because|since|as|so|therefore|hence|thus|which|meaning|implying|implies|and|but|due to|given that)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:do(?:n['\u2019]t| not)|can(?:['\u2019]t|not| not)|could(?:n['\u2019]t| not)) (?:really )?(?:know|tell|say|decide|figure)\b|\bnot (?:so |really )?(?:sure|clear|certain)\b"
    r"|\b(?:unsure|unclear|uncertain|maybe|perhaps|no idea)\b",
    re.IGNORECASE,
)
_EXACTLY = re.compile(r"\b(if and only if|iff|exactly (?:if|when|where)|only (?:if|when)|precisely (?:if|when))\b", re.IGNORECASE)
_IF = re.compile(r"\b(if|when|whenever|where|provided|as long as|under the condition|in case)\b", re.IGNORECASE)
_REASON = re.compile(r"\b(because|since|as|for|due to|given that|:)\W*$", re.IGNORECASE)
_UNLESS = re.compile(
    r"\b(unless|except|only if|only when|would (?:be|have to|hold)|needs?|needed|requir(?:e[sd]?|ing)|must|necessary|if|when|where|as long as)\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"\b(with|for|taking|take|let|choose|say|suppose|e\.g\.|example)(?!\w)", re.IGNORECASE)

_DETERMINANT = r"\bdet(?:erminant)?(?:\s+of\s+(?:the\s+)?(?:full\s+|whole\s+)?(?:jacobian|map|transformation|layer|block matrix))?(?:\s+matrix)?\s+"
_NUMBER_SAID = re.compile(
    _DETERMINANT
    + r"(?:is|equals|=)\s+(?:always\s+|just\s+|simply\s+|exactly\s+|identically\s+)*(not\s+)?(?:always\s+|equal\s+to\s+)*(\d{1,6}|one|unity|zero)\b(?![.,]?\d)",
    re.IGNORECASE,
)
_VALUE_FOLLOWS = re.compile(_DETERMINANT + r"(?:is|equals|is equal to|is given by|is just|becomes|=)\s*:?\s*$", re.IGNORECASE)
_DIGITS = {"one": "1", "unity": "1", "zero": "0"}


def polarity(prose: str) -> Said | None:
    """What the words say, or None where they say nothing or contradict themselves.

    >>> polarity("No, as this is not 1 for all inputs (the volume is scaled by it)")
    'no'
    >>> [polarity(x) for x in ("No, it is not.", "It is not true that it is not volume preserving", "Volume preserving iff", "I am not sure")]
    ['no', None, 'exactly', None]
    """
    text = " ".join(prose.split())
    if _UNSURE.search(text):
        return None
    told = _told([c for c in (c.strip() for c in _CLAUSE.split(text)) if c])
    if told == "no":
        return "no"
    if _EXACTLY.search(text):
        return "exactly"
    if told == "yes" and _IF.search(text):
        return "if"
    return told


def _told(clauses: list[str]) -> Literal["yes", "no"] | None:
    """What the clauses say together."""
    said: list[bool | None] = []
    for clause in clauses:
        if opened := (_OPENS_YES.search(clause) or _OPENS_NO.search(clause)):
            said.append(_OPENS_YES.search(clause) is not None)
            clause = clause[opened.end() :]  # noqa: PLW2901 - what follows the opening word is a clause of its own
        if _CHANGES.search(clause):
            said.append(_turned(clause, yes=False))
        elif _MATTER.search(clause):
            said.append(_turned(clause, yes=True))
    if not said:
        negations = [len(_NEGATION.findall(c)) for c in clauses]
        return "no" if any(negations) and max(negations) == 1 else None
    if None in said or len(set(said)) > 1:
        return None
    return "yes" if said[0] else "no"


def _turned(clause: str, *, yes: bool) -> bool | None:
    """What a clause says, turned by one negation; None where there are more."""
    count = len(_NEGATION.findall(clause))
    return None if count > 1 else yes != (count == 1)


@dataclass(frozen=True, slots=True)
class NumberSaid:
    """``the determinant is (not) 1``, in words."""

    number: int
    denied: bool


def numbers_said(prose: str) -> list[NumberSaid]:
    """What words alone say of the value of the determinant.

    >>> numbers_said("because the determinant of the Jacobian is not always one")
    [NumberSaid(number=1, denied=True)]
    """
    text = " ".join(prose.split())
    return [NumberSaid(int(_DIGITS.get(m[2].lower(), m[2])), bool(m[1])) for m in _NUMBER_SAID.finditer(text)]


def names_determinant(words: str) -> bool:
    """Whether words end with ``the determinant is``, so that the formula behind them is its value."""
    return _VALUE_FOLLOWS.search(words) is not None


def denies(words: str) -> bool:
    """Whether words hold a negation."""
    return _NEGATION.search(words) is not None


def exactly(words: str) -> bool:
    """Whether words say that a condition is necessary."""
    return _EXACTLY.search(words) is not None


def gives_reason(words: str) -> bool:
    """Whether what follows these words is given as a reason."""
    return _REASON.search(words) is not None


def conditional(words: str) -> bool:
    """Whether what follows these words is a condition."""
    return _UNLESS.search(words) is not None or _EXACTLY.search(words) is not None


def exemplary(words: str) -> bool:
    """Whether what follows these words is an example."""
    return _EXAMPLE.search(words) is not None
