r"""The evidence lower bound of a Gaussian encoder: ``E_q[log p(x | z)] + E_q[log p(z)] - E_q[log q(z)]``, closed where the decoder's mean is linear.

Source: Kingma, Welling, Auto-Encoding Variational Bayes, 2014, appendix B; Bishop, Pattern Recognition and Machine Learning, 12.2.
"""

from __future__ import annotations

from symderiv.algebra.densities import Densities, Gaussian
from symderiv.algebra.terms import LogDensity, Mean, add, neg
from symderiv.derive.divergence import ClosedForm, expectation
from symderiv.writing.notation import Word


def elbo(encoder: Gaussian, prior: Gaussian, decoder: Gaussian) -> ClosedForm:
    """The bound for densities q(z), p(z) of one variable and p(x | z) whose mean names z. Raises `NoClosedForm` where it is not polynomial in z."""
    if encoder.variable != prior.variable:
        raise ValueError(f"the encoder's variable is {encoder.variable.name}, the prior's {prior.variable.name}")
    knowledge = Densities({"q": encoder, "r": prior, "p": decoder})
    hidden = frozenset((encoder.variable.name,))
    likelihood = LogDensity("p", frozenset((decoder.variable.name,)), hidden, ())
    own, before = (LogDensity(name, hidden, frozenset(), ()) for name in ("q", "r"))
    body = Mean("q", hidden, frozenset(), (), add(likelihood, before, neg(own)))
    return expectation(body, knowledge, Word("ELBO"))
