"""Gaussian densities from Python, and expectations, divergences and entropies under them."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.algebra import densities
from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.densities import Densities, Gaussian
from symderiv.algebra.expectation import mentions
from symderiv.algebra.terms import LogDensity, Mean, Symbol, Tensor, Term, scalar
from symderiv.core.problems import AuthorProblem
from symderiv.derive.divergence import NoClosedForm, expectation
from symderiv.explore.derived import Derived
from symderiv.explore.display import Shown
from symderiv.explore.expression import Expression, Operand, fitting, operand
from symderiv.explore.naming import known_as
from symderiv.explore.names import Variable
from symderiv.explore.verbs import consistent
from symderiv.writing.names import name as name_notation
from symderiv.writing.notation import Fenced, Letter, Notation, row, separated
from symderiv.writing.notation import Symbol as Sign
from symderiv.writing.tensors import notation


@dataclass(frozen=True, slots=True, repr=False)
class Normal(Shown):
    """``N(mean, covariance)``; the second parameter is a variance or a covariance, never a standard deviation.

    A vector as covariance stands for the diagonal matrix of it, a scalar beside a vector mean for that multiple of the identity.

    >>> from symderiv import Normal, Scalar
    >>> mu, sigma = Scalar("mu"), Scalar("sigma", positive=True)
    >>> print(Normal(mu, sigma**2))
    z ∼ N(μ, σ²)
    """

    gaussian: Gaussian

    def __init__(self, mean: Operand, covariance: Operand, variable: str = "z") -> None:
        mu, spread = _parameters(mean, covariance)
        object.__setattr__(self, "gaussian", Gaussian(Symbol(known_as(variable), mu.sizes), mu, spread))
        consistent((T.whole(self.gaussian.variable), mu, spread))
        if mentions(mu, frozenset((self.gaussian.variable.name,))) or mentions(spread, frozenset((self.gaussian.variable.name,))):
            raise AuthorProblem(
                f"the parameters hold {variable}, the variable itself", hint="name another: Normal(…, variable=…)"
            )

    @property
    def variable(self) -> Variable:
        """The random variable, for expectations: ``expect(z.T @ z, q)`` with ``z = q.variable``."""
        return Variable(self.gaussian.variable)

    def log_density(self) -> Expression:
        """The logarithm of the density at the variable."""
        return Expression(scalar(self.gaussian.log_density()))

    def _look(self) -> Notation:
        g = self.gaussian
        inside = Fenced("paren", separated([notation(g.mean), notation(g.covariance)]))
        return row(name_notation(g.variable.name), Sign("distributed"), Letter("N", "calligraphic"), inside)

    def renamed(self, variable: Symbol) -> Gaussian:
        """The same density of another variable."""
        g = self.gaussian
        if g.variable.sizes != variable.sizes:
            ours, theirs = (T.shape_in_words(T.whole(v)) for v in (variable, g.variable))
            raise AuthorProblem(f"one density is of {ours}, the other of {theirs}")
        if any(mentions(x, frozenset((variable.name,))) for x in (g.mean, g.covariance)):
            raise AuthorProblem(f"{variable.name} is the variable of one density and a parameter of the other", hint="rename one")
        return Gaussian(variable, g.mean, g.covariance)


@fitting
def _parameters(mean: Operand, covariance: Operand) -> tuple[Tensor, Tensor]:
    mu, spread = operand(mean), operand(covariance)
    if mu.rank == 0 and spread.rank:
        mu = T.tensor_of(0, spread.sizes[:1]) if mu.body == t.ZERO else t.tensor((t.fresh(spread.sizes[0]),), mu.body)
    if (
        mu.rank > 1
        or (spread.rank == 2 and spread.sizes != (*mu.sizes, *mu.sizes))
        or (spread.rank == 1 and spread.sizes != mu.sizes)
    ):
        raise T.ShapeMismatch(f"{T.shape_in_words(spread)} is no covariance beside {T.shape_in_words(mu)} as the mean")
    if not mu.rank:
        return mu, spread
    return mu, spread if spread.rank == 2 else T.diag(spread) if spread.rank else T.scaled(spread, T.identity(mu.sizes[0]))


def kl(q: Normal, p: Normal) -> Derived[Expression]:
    """``D_KL(q ‖ p)``, derived from its definition as an expectation under ``q``.

    >>> from symderiv import Normal, Scalar, kl
    >>> print(kl(Normal(Scalar("mu"), 1), Normal(0, 1)).value)
    μ²/2
    """
    z = q.gaussian.variable
    known = Densities({"q": q.gaussian, "p": p.renamed(z)})
    ours, theirs = (LogDensity(n, frozenset((z.name,)), frozenset(), ()) for n in "qp")
    return _closed_form(densities.divergence(ours, theirs), known)


def entropy(q: Normal) -> Derived[Expression]:
    """``-E_q[log q]``, the differential entropy.

    >>> from symderiv import Normal, Scalar, entropy
    >>> import sympy
    >>> entropy(Normal(0, Scalar("v", positive=True))).check(sympy.log(2 * sympy.pi * sympy.E * sympy.Symbol("v")) / 2).status
    'correct'
    """
    z = frozenset((q.gaussian.variable.name,))
    return _closed_form(Mean("q", z, frozenset(), (), t.neg(LogDensity("q", z, frozenset(), ()))), Densities({"q": q.gaussian}))


def expect(f: Operand, q: Normal) -> Derived[Expression]:
    """``E_q[f]`` of a scalar that is polynomial in the variable.

    >>> from symderiv import Matrix, Normal, Vector, expect
    >>> q = Normal(Vector("mu", "k"), Matrix("Sigma", "k", "k", "positive definite"))
    >>> A, z = Matrix("A", "k", "k"), q.variable
    >>> print(expect(z.T @ A @ z, q).value)
    μᵀ A μ + tr(A Σ)
    """
    body = operand(f)
    if body.rank:
        raise AuthorProblem(f"the expectation of {T.shape_in_words(body)} is taken entry by entry", hint="expect(f[1], q)")
    consistent((body, T.whole(q.gaussian.variable), q.gaussian.mean, q.gaussian.covariance))
    mean = Mean("q", frozenset((q.gaussian.variable.name,)), frozenset(), (), body.body)
    return _closed_form(mean, Densities({"q": q.gaussian}))


def _closed_form(body: Term, known: Densities) -> Derived[Expression]:
    consistent([x for d in known.known.values() if isinstance(d, Gaussian) for x in (d.mean, d.covariance)])
    try:
        found = expectation(body, known)
    except NoClosedForm as none:
        raise AuthorProblem(str(none)) from None
    return Derived(Expression(found.value), found.derivation, lambda: found.quadrature(known))
