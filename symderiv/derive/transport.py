r"""``W₂²`` of two Gaussians by the linear map between them: ``t(x) = n + M (x - m)`` with M symmetric positive definite and ``M A M = B``.

Such a map is the gradient of a convex function, so the coupling ``(x, t(x))`` is optimal (Brenier; Dowson, Landau, The Fréchet distance between
multivariate normal distributions, 1982). With diagonal covariances M is the ratio of the deviations; in general it is
``A^{-1/2} (A^{1/2} B A^{1/2})^{1/2} A^{-1/2}``, for which there is no notation here: the caller gives it.
"""

from __future__ import annotations

from symderiv.algebra import tensors as T
from symderiv.algebra.densities import Densities, Gaussian
from symderiv.algebra.terms import Mean, Tensor, mul, sum_over
from symderiv.decide.equal import prove
from symderiv.derive.divergence import ClosedForm, expectation
from symderiv.writing.notation import Fenced, Letter, Number, Script, row
from symderiv.writing.notation import Symbol as Sign


def transport_cost(q: Gaussian, p: Gaussian, slope: Tensor) -> ClosedForm:
    """``E_q |x - t(x)|²`` for vectors. Raises `ValueError` where it is not proved that the map carries q to p; that M is positive is for the caller."""
    carried = T.product(T.product(slope, q.covariance), slope)
    if prove(carried, p.covariance) is None or prove(T.transpose(slope), slope) is None:
        raise ValueError("the map is not proved to be symmetric and to carry one covariance to the other")
    x = T.whole(q.variable)
    there = T.plus(p.mean, T.product(slope, T.minus(x, q.mean)))
    (i,), gap = T.minus(x, there).open()
    body = Mean("q", frozenset((q.variable.name,)), frozenset(), (), sum_over((i,), mul(gap, gap)))
    name = row(Script(Letter("W"), Number("2"), Number("2")), Fenced("paren", row(Letter("q"), Sign("comma"), Letter("p"))))
    return expectation(body, Densities({"q": q, "p": p}), name)
