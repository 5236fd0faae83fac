r"""The volume of a stack of symbolic depth from that of one layer, by induction over the depth.

The base is one layer. The step is the chain rule ``∂x_{K+1}/∂x_0 = ∂x_{K+1}/∂x_K ∂x_K/∂x_0`` with ``det (A B) = det A det B``, which is proved by normal form for
square matrices of any size. (Horn and Johnson, Matrix Analysis, 0.3.5.)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.layered import Depth, numbered
from symderiv.algebra.terms import Add, Mul, Symbol, Tensor, scalar
from symderiv.core.domain import REAL
from symderiv.core.results import Proved, Remark, Step
from symderiv.core.size import Size
from symderiv.decide.equal import prove
from symderiv.derive.formula import Formula, equation
from symderiv.derive.renaming import Renaming
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Big, Fenced, Letter, Notation, row
from symderiv.writing.notation import Number as Digits
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation


#: The number of a layer: a letter and what is added to it, or a plain number.
Number = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Induction:
    """What is shown of K layers.

    ``one``: the value of layer k, by the names of that layer; ``measured`` and ``quotient``: the look of ``log |det ∂x_b/∂x_a|`` and of ``∂x_b/∂x_a`` for
    the numbers b and a; ``logarithm``: whether values are added up, or multiplied.
    """

    depth: Depth
    one: Tensor
    measured: Callable[[Number, Number], Notation]
    quotient: Callable[[Number, Number], Notation]
    logarithm: bool = True

    @property
    def volume_preserving(self) -> bool:
        """Whether no layer changes volumes."""
        return self.one.body == (t.ZERO if self.logarithm else t.ONE)

    def over_layers(self, further: int = 0) -> Notation:
        """``Σ_k`` before the value of layer k, over so many layers more."""
        look, end = notation(self.one), name_notation(str(self.depth.size))
        if self.volume_preserving:
            return look
        end = row(end, Sign("plus"), Digits(str(further))) if further else end
        sign = Big("sum" if self.logarithm else "product", row(Letter(self.depth.letter), Sign("equals"), Digits("1")), end)
        return row(sign, Fenced("paren", look) if isinstance(self.one.body, (Add, Mul)) else look)

    def steps(self) -> tuple[Step[Formula], ...]:
        """The proof."""
        letter, depth = self.depth.letter, str(self.depth.size)
        k, n, one_more = Letter(letter), name_notation(depth), row(name_notation(depth), Sign("plus"), Digits("1"))
        start, last, more = ("", 0), (depth, 0), (depth, 1)
        sums, terms = ("sum", "term") if self.logarithm else ("product", "factor")
        between = (Sign("plus"),) if self.logarithm else ()
        split = row(self.measured(more, start), Sign("equals"), self.measured(more, last), *between, self.measured(last, start))
        chain = row(self.quotient(more, start), Sign("equals"), self.quotient(more, last), self.quotient(last, start))
        first = _at_one(self.depth).tensor(self.one)
        return (
            Step("one layer", ("as derived for one layer, whose names carry the number ", k), (equation(self.measured((letter, 0), (letter, -1)), self.one),)),
            Step("claim", ("for every depth, to be shown by induction",), (equation(self.measured(last, start), self.over_layers()),)),
            Step("base case", (n, f" = 1: the {sums} has one {terms}, the one layer's"), (equation(self.measured(("", 1), start), first),)),
            Step("chain rule", ("from ", n, " layers to one more: what comes out of layer ", n, " comes into the next"), (chain,)),
            Step("determinant of a product", ("both matrices are square and of one size, and det(A B) = det A det B",), (split,)),
            Step(
                "induction hypothesis",
                ("one is the ", terms, " of layer ", one_more, f", the other the {sums} over the layers before it: together the {sums} with one {terms} more"),
                (equation(self.measured(more, start), self.over_layers(1)),),
            ),
        )  # fmt: skip

    def certificate(self) -> tuple[Remark, ...]:
        """What is proved."""
        said = "log|det(A B)| = log|det A| + log|det B|" if self.logarithm else "det(A B) = det A det B"
        assert of_a_product(self.logarithm), said
        n = name_notation(str(self.depth.size))
        return (
            ("proved by induction over ", n, ": the base case is one layer, the step is the chain rule and the determinant of a product"),
            (f"proved: {said} for square matrices of any size, by normal form",),
        )  # fmt: skip


@functools.cache
def of_a_product(logarithm: bool) -> Proved | None:
    """The proof that the determinant of a product is the product of the determinants."""
    n = Size.of("n")
    a, b = (T.whole(Symbol(name, (n, n), REAL, frozenset({"invertible"}))) for name in "AB")
    whole, parts = t.Det(T.product(a, b)), (t.Det(a), t.Det(b))
    if not logarithm:
        return prove(scalar(whole), scalar(t.mul(*parts)))
    return prove(scalar(t.log(t.apply("abs", whole))), scalar(t.add(*(t.log(t.apply("abs", p)) for p in parts))))


def _at_one(depth: Depth) -> Renaming:
    """The names of layer k as those of layer 1."""
    return Renaming(
        lambda s: replace(s, name=numbered(s.name, depth.letter, "1")),
        lambda f: replace(f, name=numbered(f.name, depth.letter, "1")),
    )
