"""Mistakes with densities: directions, evidence, conditionals, expectations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from symderiv.algebra import tensors as T
from symderiv.algebra.terms import Add, LogDensity, Mean, Mul, Tensor, Term, add, exp, mul, neg, num, scalar, sub, tensor
from symderiv.mistakes.catalogue import Key, Mistake, Variant, either, in_question, somewhere
from symderiv.mistakes.places import everywhere


def _exchanged_families(a: str, b: str) -> Callable[[Term], Term | None]:
    other = {a: b, b: a}

    def change(t: Term) -> Term | None:
        if isinstance(t, (LogDensity, Mean)) and t.family in other:
            return type(t)(other[t.family], *t.values[1:])
        return None

    return change


def _direction(key: Key) -> Iterator[Variant]:
    """``D_KL(p ‖ q)`` for ``D_KL(q ‖ p)``: the two densities exchanged in what is asked, and only then worked out."""
    families = key.families
    indices, body = key.asked.open()
    for k, a in enumerate(families):
        for b in families[k + 1 :]:
            new = everywhere(body, _exchanged_families(a, b))
            if new is not None and new != body:
                yield Variant(key.normal.tensor(tensor(indices, new, key.asked.row)))


def _divergence_turned(t: Term) -> Iterator[Term]:
    """``E_p[log p - log q]`` for ``E_q[log q - log p]``, whatever p and q are conditioned on."""
    if not isinstance(t, Mean) or not isinstance(t.body, Add):
        return
    q = LogDensity(t.family, t.variables, t.given, t.at)
    for p in (u.factors[1] for u in t.body.terms if isinstance(u, Mul) and len(u.factors) == 2):
        if isinstance(p, LogDensity) and t.body == sub(q, p):
            yield Mean(p.family, p.variables, p.given, p.at, sub(p, q))


def _another_family(key: Key) -> Iterator[Variant]:
    """The expectation under another density."""
    families = key.families

    def edit(t: Term) -> Iterator[Term]:
        if isinstance(t, Mean):
            yield from (Mean(f, *t.values[1:]) for f in families if f != t.family)

    yield from in_question(edit)(key)
    yield from somewhere(edit)(key)


def _mean_dropped(t: Term) -> Iterator[Term]:
    if isinstance(t, Mean):
        yield t.body


def _evidence_lost(key: Key) -> Iterator[Variant]:
    """``log p(x)`` left out, which stands outside every expectation."""
    for form in (key.asked, *key.forms):
        if not form.rank and isinstance(form.body, Add):
            for lost in _density_lost(form.body):
                yield Variant(key.normal.tensor(scalar(lost)))


def _density_lost(t: Term) -> Iterator[Term]:
    """A log-density left out of a sum."""
    if isinstance(t, Add):
        for k, part in enumerate(t.terms):
            if _log_density(part):
                yield add(*t.terms[:k], *t.terms[k + 1 :])


def _log_density(t: Term) -> bool:
    factors = t.factors if isinstance(t, Mul) else (t,)
    return sum(isinstance(f, LogDensity) for f in factors) == 1 and len(factors) <= 2


def _turned_around(t: Term) -> Iterator[Term]:
    """``p(z | x)`` for ``p(x | z)``."""
    if isinstance(t, LogDensity) and t.given:
        yield LogDensity(t.family, t.given, t.variables, t.at)


def _joint(t: Term) -> Iterator[Term]:
    """``p(x, z)`` for ``p(x | z)``."""
    if isinstance(t, LogDensity) and t.given:
        yield LogDensity(t.family, t.variables | t.given, frozenset(), t.at)


def _conditional(t: Term) -> Iterator[Term]:
    """``p(x | z)`` or ``p(z | x)`` for ``p(x, z)``."""
    if isinstance(t, LogDensity) and not t.given and len(t.variables) > 1:
        for name in sorted(t.variables):
            yield LogDensity(t.family, frozenset((name,)), t.variables - {name}, t.at)


def _condition_dropped(t: Term) -> Iterator[Term]:
    """``p(z)`` for ``p(z | x)``."""
    if isinstance(t, LogDensity) and t.given:
        yield LogDensity(t.family, t.variables, frozenset(), t.at)


def _marginal(t: Term) -> Iterator[Term]:
    """``p(x)`` for ``p(x, z)``."""
    if isinstance(t, LogDensity) and not t.given and len(t.variables) > 1:
        for name in sorted(t.variables):
            yield LogDensity(t.family, frozenset((name,)), frozenset(), t.at)


def _log_not_taken(t: Term) -> Iterator[Term]:
    if isinstance(t, LogDensity):
        yield exp(t)


def _own_log_turned(t: Term) -> Iterator[Term]:
    """``+ E_q[log q]`` for ``- E_q[log q]``: the entropy's sign."""
    if isinstance(t, Mean) and _of_family(t.body, t.family):
        yield neg(t)
    if isinstance(t, Mean) and isinstance(t.body, Add):
        for k, part in enumerate(t.body.terms):
            if _of_family(part, t.family):
                turned = add(*t.body.terms[:k], neg(part), *t.body.terms[k + 1 :])
                yield Mean(*t.values[:-1], turned)


def _own_log_lost(t: Term) -> Iterator[Term]:
    if isinstance(t, Mean) and isinstance(t.body, Add):
        for k, part in enumerate(t.body.terms):
            if _of_family(part, t.family):
                yield Mean(*t.values[:-1], add(*t.body.terms[:k], *t.body.terms[k + 1 :]))
    if isinstance(t, Add):
        for k, part in enumerate(t.terms):
            means = [f for f in (part.factors if isinstance(part, Mul) else (part,)) if isinstance(f, Mean)]
            if len(means) == 1 and _of_family(means[0].body, means[0].family):
                yield add(*t.terms[:k], *t.terms[k + 1 :])


def _of_family(t: Term, family: str) -> bool:
    factors = t.factors if isinstance(t, Mul) else (t,)
    return any(isinstance(f, LogDensity) and f.family == family for f in factors)


def _divergence_sign(t: Term) -> Iterator[Term]:
    """``+ D_KL`` for ``- D_KL``: an expectation in a sum with the other sign."""
    if isinstance(t, Add):
        for k, part in enumerate(t.terms):
            factors = part.factors if isinstance(part, Mul) else (part,)
            if any(isinstance(f, Mean) for f in factors):
                yield add(*t.terms[:k], mul(num(-1), part), *t.terms[k + 1 :])


def _bound_turned(key: Key) -> Iterator[Variant]:
    """Minus the bound: the free energy for its negative."""
    if not key.asked.rank and holds(key.plain, Mean) and holds(key.plain, LogDensity, lambda t: len(t.variables | t.given) > 1):
        yield Variant(T.negative(key.plain))


def holds(x: Tensor, kind: type[Term], which: Callable[[Any], bool] = lambda _: True) -> bool:
    """Whether a term of this kind stands anywhere in a value."""
    found: list[Term] = []

    def look(t: Term) -> Term | None:
        if isinstance(t, kind) and which(t):
            found.append(t)
        return None

    everywhere(x.body, look)
    return bool(found)


def _both(edit: Callable[[Term], Iterator[Term]]) -> Callable[[Key], Iterator[Variant]]:
    return either(in_question(edit), somewhere(edit))


MISTAKES = (
    Mistake("sign of the bound", 1, "everything has the opposite sign, as in the free energy, which is minus the bound", "Is this quantity to be maximised or minimised?",
            _bound_turned),
    Mistake("direction of the divergence", 2, "the two densities are exchanged: this is the divergence in the other direction",
            "Under which of the two densities is the expectation taken?", either(_direction, _both(_divergence_turned))),
    Mistake("expectation under the wrong density", 3, "the expectation is taken under the wrong density", "Under which density is the expectation to be taken?", _another_family),
    Mistake("expectation dropped", 3, "an expectation is missing", "Does what is left still depend on the random variable?", _both(_mean_dropped)),
    Mistake("evidence lost", 2, "a log-density outside the expectation is missing", "Which term does not depend on the latent variable? What became of it?", _evidence_lost),
    Mistake("conditional turned around", 2, "what is given and what is random are exchanged in a conditional density", "Which variable stands before the bar, which behind it?",
            _both(_turned_around)),
    Mistake("joint for conditional", 2, "a joint density stands where a conditional one belongs", "Which factor of the joint density is left over?", _both(_joint)),
    Mistake("conditional for joint", 2, "a conditional density stands where the joint one belongs", "By what does a joint density differ from a conditional one?", _both(_conditional)),
    Mistake("condition dropped", 2, "what the density is conditioned on is missing", "On what does this density depend?", _both(_condition_dropped)),
    Mistake("marginal for joint", 2, "a marginal density stands where the joint one belongs", "Which variables does this density have?", _both(_marginal)),
    Mistake("density for log-density", 3, "a logarithm of a density is missing", "Is a logarithm lost from one line to the next?", _both(_log_not_taken)),
    Mistake("sign of the entropy", 2, "the entropy term has the wrong sign", "Entropy is minus the expected log-density: which sign is left?", _both(_own_log_turned)),
    Mistake("entropy lost", 2, "the entropy term is missing", "What became of the log-density under which the expectation is taken?", _both(_own_log_lost)),
    Mistake("factor of a density lost", 2, "a log-density under the expectation is missing", "Which factors does the joint density have?", _both(_density_lost)),
    Mistake("sign of a divergence", 2, "a divergence or an expectation in the sum has the wrong sign", "Is the divergence added or taken away? It is never negative.",
            _both(_divergence_sign)),
)  # fmt: skip
