"""Gaussian densities from Python, and expectations, divergences and entropies under them."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.algebra import densities
from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.contraction import diagonal_of
from symderiv.algebra.densities import Densities, Gaussian
from symderiv.algebra.expectation import mentions
from symderiv.algebra.normal import Normal as NormalForm
from symderiv.algebra.signs import positive_definite
from symderiv.algebra.terms import LogDensity, Mean, Symbol, Tensor, Term, scalar
from symderiv.core.problems import AuthorProblem
from symderiv.core.results import Derivation, Remark
from symderiv.decide.equal import prove
from symderiv.decide.order import is_positive
from symderiv.derive.divergence import NoClosedForm, expectation
from symderiv.derive.formula import closed
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
        """The random variable, for expectations: ``q.expect(z.T @ z)`` with ``z = q.variable``."""
        return Variable(self.gaussian.variable)

    def log_density(self) -> Expression:
        """The logarithm of the density at the variable."""
        return Expression(scalar(self.gaussian.log_density()))

    def _look(self) -> Notation:
        g = self.gaussian
        inside = Fenced("paren", separated([notation(g.mean), notation(g.covariance)]))
        return row(name_notation(g.variable.name), Sign("distributed"), Letter("N", "calligraphic"), inside)

    # --- what is derived --------------------------------------------------------------------------------------------------

    def entropy(self) -> Derived[Expression]:
        """``-E_q[log q]``, the differential entropy.

        >>> from symderiv import Normal, Scalar
        >>> import sympy
        >>> Normal(0, Scalar("v", positive=True)).entropy().check(sympy.log(2 * sympy.pi * sympy.E * sympy.Symbol("v")) / 2).status
        'correct'
        """
        z = frozenset((self.gaussian.variable.name,))
        mean = Mean("q", z, frozenset(), (), t.neg(LogDensity("q", z, frozenset(), ())))
        return _closed_form(mean, Densities({"q": self.gaussian}))

    def expect(self, f: Operand) -> Derived[Expression]:
        """``E_q[f]`` of a scalar that is polynomial in the variable.

        >>> from symderiv import Matrix, Normal, Vector
        >>> q = Normal(Vector("mu", "k"), Matrix("Sigma", "k", "k", "positive definite"))
        >>> A, z = Matrix("A", "k", "k"), q.variable
        >>> print(q.expect(z.T @ A @ z).value)
        μᵀ A μ + tr(A Σ)
        """
        body = operand(f)
        if body.rank:
            raise AuthorProblem(f"the expectation of {T.shape_in_words(body)} is taken entry by entry", hint="q.expect(f[1])")
        consistent((body, T.whole(self.gaussian.variable), self.gaussian.mean, self.gaussian.covariance))
        mean = Mean("q", frozenset((self.gaussian.variable.name,)), frozenset(), (), body.body)
        return _closed_form(mean, Densities({"q": self.gaussian}))

    def of(self, variable: Symbol) -> Gaussian:
        """The same density of another variable; one with scalar parameters stands for independent entries of a vector."""
        g = self.gaussian
        if not g.variable.sizes and len(variable.sizes) == 1:
            (size,) = variable.sizes
            g = Gaussian(variable, t.tensor((t.fresh(size),), g.mean.body), T.scaled(g.covariance, T.identity(size)))
        elif g.variable.sizes != variable.sizes:
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
    if spread.rank == 2 and prove(spread, T.transpose(spread)) is None:
        hint = 'declare it so: Matrix("Sigma", "k", "k", "positive definite")'
        raise AuthorProblem(f"a covariance is symmetric, and of {Expression(spread)} that is not known", hint=hint)
    variances = _variances(spread) if spread.rank != 1 else spread.open()[1]
    if variances is not None and is_positive(scalar(t.neg(variances))):
        raise AuthorProblem(f"a variance is positive, and {Expression(spread)} is negative")
    if not mu.rank:
        return mu, spread
    return mu, spread if spread.rank == 2 else T.diag(spread) if spread.rank else T.scaled(spread, T.identity(mu.sizes[0]))


def kl(q: Normal, p: Normal) -> Derived[Expression]:
    """``D_KL(q ‖ p)``, derived from its definition as an expectation under ``q``. One of the two may be of a scalar: ``Normal(0, 1)``
    beside a density of a vector has independent entries.

    >>> from symderiv import Normal, Vector, exp, kl
    >>> mu, logvar = Vector("mu", "k"), Vector("logvar", "k")
    >>> print(kl(Normal(mu, exp(logvar)), Normal(0, 1)).value)
    (1/2) ∑ᵢ₌₁ᵏ (μᵢ² - logvarᵢ + exp(logvarᵢ) - 1)
    """
    for x in (q, p):
        if not isinstance(x, Normal):
            raise AuthorProblem(f"`{x}` is no density", hint="kl(Normal(mu, sigma**2), Normal(0, 1))")
    z = p.gaussian.variable if p.gaussian.variable.sizes and not q.gaussian.variable.sizes else q.gaussian.variable
    known = Densities({"q": q.of(z), "p": p.of(z)})
    ours, theirs = (LogDensity(n, frozenset((z.name,)), frozenset(), ()) for n in "qp")
    return _closed_form(densities.divergence(ours, theirs), known)


def _closed_form(body: Term, known: Densities) -> Derived[Expression]:
    gaussians = [x for x in known.known.values() if isinstance(x, Gaussian)]
    consistent([x for g in gaussians for x in (g.mean, g.covariance)])
    try:
        found = expectation(body, known)
    except NoClosedForm as none:
        raise AuthorProblem(str(none)) from None
    d = found.derivation
    needs = dict.fromkeys(need for g in gaussians for need in _needs(g.covariance))
    derivation = Derivation(d.result, d.steps, (*d.assumes, *needs), d.certificate)
    return Derived(Expression(found.value), derivation, lambda: found.quadrature(known))


def _needs(covariance: Tensor) -> tuple[Remark, ...]:
    """What has to hold of a variance or covariance for a density to be one, where declarations do not say it."""
    variances = _variances(covariance)
    if variances is None:
        known = positive_definite(covariance.body)
        return () if known else ((notation(closed(covariance)), " is positive definite"),)
    return () if is_positive(scalar(variances)) else ((notation(closed(_whole(variances))), " is positive"),)


def _variances(covariance: Tensor) -> Term | None:
    """The variance of each entry, where these are independent."""
    indices, body = covariance.open()
    if not indices:
        return body
    return diagonal_of(NormalForm().poly(body), *indices)


def _whole(variances: Term) -> Tensor:
    """A scalar, or the vector of all."""
    return t.tensor(tuple(i for i in variances.free), variances)
