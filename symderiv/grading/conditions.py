"""What an answer assumes: ``for a > 0``, ``iff a = b``, ``setting a = 1``. It is no step, and claims nothing."""

from __future__ import annotations

import re

from symderiv.reading import tree
from symderiv.reading.claims import Chain
from symderiv.reading.scope import key

#: Relations that say what something is, and words before them.
_OF_CONDITIONS = ("", "<", ">", "<=", ">=", "in", "!=")
_CONDITION = re.compile(r"\b(if|where|for|when|assuming|provided|given|with|whenever)\W*$", re.IGNORECASE)


#: Words before an equation that is assumed, and before one that names a single value.
_ASSUMED = re.compile(r"\b(if|iff|if and only if|only if|unless|when|whenever)\W*$", re.IGNORECASE)
_AT = re.compile(
    r"\b(?<!solve )(?<!solving )(?<!expression )(?<!formula )(for|at|in the case|setting|set|taking|take)\W*$", re.IGNORECASE
)
_ONLY_AND = re.compile(r"\W*(and|or)?\W*", re.IGNORECASE)


def goes_on(words: str) -> bool:
    """Whether words only join what follows to the condition before them."""
    return _ONLY_AND.fullmatch(words) is not None


def is_condition(chain: Chain) -> bool:
    """``for a > 0``, ``which is 0 iff a = b``: what is assumed of a name is no step."""
    if len(chain.sides) == 2 and chain.sides[1].relation == "=":
        left, right = (s.node for s in chain.sides)
        value = key(left) is not None and (isinstance(right, tree.Number) or key(right) is not None)
        return _ASSUMED.search(chain.words) is not None or (value and _AT.search(chain.words) is not None)
    named = key(chain.sides[0].node) is not None or key(chain.sides[-1].node) is not None
    return named and bool(_CONDITION.search(chain.words)) and all(s.relation in _OF_CONDITIONS for s in chain.sides)
