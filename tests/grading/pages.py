"""Pages of families and divergences of two of them, as answers of a student: the question, and the lines that the page derives."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symderiv.algebra import tensors as T
from symderiv.algebra.families import Member
from symderiv.algebra.terms import Entry, Symbol, Tensor
from symderiv.core.results import Derivation
from symderiv.core.text import Source
from symderiv.derive.formula import Equation, Formula, shown, written
from symderiv.derive.supports import on_one_variable
from symderiv.distributions import registry
from symderiv.distributions.summary import ORDER, other, summary
from symderiv.grading.judge import judge
from symderiv.reading.asks import Asked, read_find
from symderiv.reading.given import read_given
from symderiv.reading.scope import Scope
from symderiv.reading.values import Blocks
from symderiv.writing.latex import latex
from symderiv.writing.notation import Notation, Row
from symderiv.writing.notation import Symbol as Sign
from tests.grading.test_solutions import lines_of


@dataclass(frozen=True, slots=True)
class Solved:
    """One question about a family or two, and its solution as LaTeX, one line a display."""

    name: str
    asked: Asked
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n\n".join(f"\\[ {line} \\]" for line in self.lines)


def status(solved: Solved, lines: tuple[str, ...] | None = None) -> str:
    """What the checker says of the lines."""
    text = replace(solved, lines=lines or solved.lines).text
    judged = judge(solved.asked, Source(text, solved.name), explain=False)
    wrong = [text[s.span.start : s.span.end] for s in judged.steps if s.outcome != "right"]
    return (
        judged.status
        if judged.status == "correct"
        else f"{judged.status}: {judged.how} {wrong} {[f.message for f in judged.findings]} {text}"
    )


def scope(q: Member, p: Member, name: str) -> Scope:
    """What is given: the parameters of both, the variable, and the densities q and p."""
    stated = registry.stated(name)
    given = read_given(Source("\n".join((*stated.given, stated.variable)), name))
    bodies = (a.body for m in (q, p) for a in m.arguments)
    symbols = {b.symbol.name: b.symbol for b in bodies if isinstance(b, Entry)}
    known = {**given.symbols, **symbols, q.variable.name: q.variable, ORDER.name: ORDER}
    return replace(given, symbols=known, densities={"q": q, "p": p}, random=frozenset((q.variable.name,)))


def divergence(first: str, second: str) -> Solved:
    """The divergence of two families, from its definition."""
    q, p = registry.family(first), registry.family(second)
    mine, others = on_one_variable(q(*map(T.whole, q.parameters)), other(p))
    asked = read_find(scope(mine, others, first), Source(r"D_{KL}(q \,\|\, p)", "find"))
    return Solved(f"{first} from {second}", asked, lines_of(asked))


#: The other divergences by their definitions; ``x`` stands for the variable.
_DEFINED = {
    "cross-entropy": r"-\mathbb{E}_{q}[\log p(x)]",
    "Rényi divergence": r"\frac{1}{\omega - 1} \log \mathbb{E}_{q}[\exp((\omega - 1) (\log q(x) - \log p(x)))]",
    "chi-squared divergence": r"\mathbb{E}_{q}\left[\frac{q(x)}{p(x)}\right] - 1",
    "Hellinger distance": r"1 - \mathbb{E}_{q}\left[\exp\left(\frac{\log p(x) - \log q(x)}{2}\right)\right]",
    "Bhattacharyya distance": r"-\log \mathbb{E}_{q}\left[\exp\left(\frac{1}{2} \log p(x) - \frac{1}{2} \log q(x)\right)\right]",
}


@functools.cache
def page(name: str) -> tuple[Solved, ...]:
    """Everything on the page of a family that is an equation for something with a definition; its transport has none that is read."""
    return tuple(_page(name))


def _page(name: str) -> Iterator[Solved]:
    family = registry.family(name)
    q, p = family(*map(T.whole, family.parameters)), other(family)
    given, x = scope(q, p, name), family.variable.name
    parts = dict(summary(name).parts)
    for heading, derivation in parts.items():
        if heading in ("exponential form", "Fisher information", "natural gradient", "Wasserstein distance"):
            continue
        for k, formula in enumerate(derivation.result):
            if not isinstance(formula, Equation) or _is_infinite(formula.right):
                continue
            left = _DEFINED[heading].replace("(x)", f"({x})") if heading in _DEFINED else latex(_look(formula.left))
            told = [latex(line) for line in _equations(derivation)] if heading not in _DEFINED else []
            yield _solved(f"{name}: {heading} {k + 1}", given, left, [*told, f"{left} = {latex(_look(formula.right))}"])
    if "exponential form" in parts:
        yield _exponential(name, given, x, parts["exponential form"])
    if "Fisher information" in parts:
        yield _information(name, given, x, parts["Fisher information"])
    if "natural gradient" in parts:
        yield _natural(name, given, parts)


def _solved(name: str, given: Scope, find: str, lines: list[str]) -> Solved:
    return Solved(name, read_find(given, Source(find, "find")), tuple(lines))


def _equations(derivation: Derivation[Formula]) -> Iterator[Notation]:
    """The equations of the steps, also those in the reasons, and no chains."""
    for step in derivation.steps:
        yield from (part for part in step.because if isinstance(part, Row) and Sign("equals") in part.items)
        yield from (written(f) for f in step.formulas)


def _look(side: object) -> Notation:
    return shown(side) if isinstance(side, (Tensor, Blocks)) else side  # type: ignore[return-value]


def _is_infinite(side: object) -> bool:
    return side == Sign("infinity")


def _exponential(name: str, given: Scope, x: str, found: Derivation[Formula]) -> Solved:
    """``log q = η_1 · T_1 + … - F + log h``."""
    *parts, partition, base = [f for f in found.result if isinstance(f, Equation)]
    terms = []
    for statistic, natural in zip(parts[::2], parts[1::2], strict=True):
        T_k, eta_k = (f"\\left({latex(_look(f.right))}\\right)" for f in (statistic, natural))
        rank = statistic.right.rank if isinstance(statistic.right, Tensor) else 0
        terms.append((f"{eta_k} {T_k}", f"{eta_k}^\\top {T_k}", f"\\operatorname{{tr}}({eta_k}^\\top {T_k})")[rank])
    end = f"- \\left({latex(_look(partition.right))}\\right) + {latex(_look(base.right))}"
    left = rf"\log q({x})"
    return _solved(f"{name}: exponential form", given, left, [f"{left} = {' + '.join(terms)} {end}"])


def _information(name: str, given: Scope, x: str, found: Derivation[Formula]) -> Solved:
    """``-E_q[∂_a ∂_b log q]``, entry by entry."""
    (told,) = (f for f in found.result if isinstance(f, Equation))
    names = [latex(shown(T.whole(s))) for s in _scalars(given)]
    entry = r"-\mathbb{{E}}_{{q}}\left[\frac{{\partial}}{{\partial {}}} \frac{{\partial \log q({})}}{{\partial {}}}\right]"
    rows = r" \\ ".join(" & ".join(entry.format(a, x, b) for b in names) for a in names)
    left = rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"
    return _solved(f"{name}: Fisher information", given, left, [f"{left} = {latex(_look(told.right))}"])


def _natural(name: str, given: Scope, parts: dict[str, Derivation[Formula]]) -> Solved:
    """``I v = ∇ D`` for the natural gradient v."""
    (information,), (natural,) = (
        [f for f in parts[heading].result if isinstance(f, Equation)] for heading in ("Fisher information", "natural gradient")
    )
    names = [latex(shown(T.whole(s))) for s in _scalars(given)]
    left = rf"\nabla_{{({', '.join(names)})}} D_{{KL}}(q \,\|\, p)"
    return _solved(
        f"{name}: natural gradient", given, left, [f"{left} = {latex(_look(information.right))} {latex(_look(natural.right))}"]
    )


def _scalars(given: Scope) -> list[Symbol]:
    q = given.densities["q"]
    assert isinstance(q, Member)
    bodies = (a.body for a in q.arguments if not a.rank)
    return [b.symbol for b in bodies if isinstance(b, Entry) and not b.symbol.domain.whole]
