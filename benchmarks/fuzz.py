"""Damaged and random inputs against the whole reader: `python benchmarks/fuzz.py [--count 100000] [--seed 1] [--atheris]`.

Formulas are drawn from the grammar's own tokens, or are right formulas with characters dropped, doubled, swapped and put in; documents are such
formulas among headings and words. What must hold: every result is a status or a `Problem`, nothing takes longer than the limit, and memory stays
where it was. With ``--atheris`` the inputs come from that fuzzer instead, guided by coverage (it must be installed).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator

from symderiv.core.problems import KINDS, Problem
from symderiv.core.text import Source
from symderiv.grading.records import Checker
from symderiv.reading.asides import without_questions
from symderiv.reading.cleaning import cleaned
from symderiv.reading.document import split_answers
from symderiv.reading.parse import parse

QUESTIONS: tuple[dict[str, object], ...] = (
    {
        "given": [r"x, y \in \mathbb{R}^{n}", r"A \in \mathbb{R}^{n \times n}", r"\sigma > 0", r"F : \mathbb{R}^{n} \to \mathbb{R}^{n}"],
        "reference": r"x^\top A y + \log\sigma",
    },
    {"given": [r"\mu \in \mathbb{R}", r"\sigma > 0", r"q(z) = \mathcal{N}(z; \mu, \sigma^2)", r"p(z) = \mathcal{N}(z; 0, 1)"],
     "find": r"D_{KL}(q \,\|\, p)"},
    {"given": [r"p(x, z) = p(x \mid z)\, p(z)", r"z \sim q(z \mid x)"],
     "show": r"\log p(x) \ge \mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] - D_{KL}(q(z \mid x) \,\|\, p(z))"},
    {"given": [r"x_1, x_2, s \in \mathbb{R}^{n}", r"F : \mathbb{R}^{n} \to \mathbb{R}^{n}", r"y_1 = \exp(s) \circ x_1 + F(x_2)", "y_2 = x_2"],
     "find": "x_1, x_2", "in_terms_of": "y_1, y_2"},
)  # fmt: skip

TITLES = {"1.1": "The inverse", "1.2": "The determinant", "2.1": "Bounds", "2.2": "The gradient"}
RIGHT = (
    r"x^\top A y + \log \sigma",
    r"D_{KL} = \frac{1}{2}\left(\mu^2 + \sigma^2 - 1\right) - \log \sigma",
    r"\begin{align} \log p(x) &\ge \mathbb{E}_{q(z|x)}[\log p(x|z)] \\ &\quad - KL(q(z|x) || p(z)) \end{align}",
    r"x_1 = (y_1 - F(x_2)) \circ \exp(-s), \quad x_2 = y_2",
    r"\sum_{i=1}^{n} \sum_j x_i A_{ij} y_j + \ln(\sigma)",
    r"\begin{bmatrix} \operatorname{diag}(x) & 0 \\ \mathbf{0} & I_n \end{bmatrix}",
    r"\int q(z) \log \frac{q(z)}{p(z)} \, dz",
    r"\underbrace{\mu^2}_{\text{mean}} + \left. \frac{\partial F}{\partial x} \right|_{x=0}",
)
TOKENS = (
    *r"x y z i j n A F G q p d e 0 1 2 12 + - * / = < > ( ) [ ] { } | || , ; : . ' ^ _ & ~ # $ % \\ \| \{ \} \, \; \!".split(),
    *(r"\mu \sigma \Sigma \log \exp \det \frac \sqrt \sum \prod \int \partial \nabla \circ \odot \cdot \times \left( \right) \left. \right| \mid "
      r"\top ^\top ^{-1} _{i,j=1}^n \mathbb{E} \mathcal{N} \mathrm \text{and} \operatorname{diag} \operatorname{tr} D_{KL} \sim \le \ge \neq "
      r"\Rightarrow \quad \begin{bmatrix} \end{bmatrix} \begin{align} \end{align} \begin{cases} \end{cases} \underbrace \overline \hat \bar "
      r"\newcommand \def \foo \over \bm \mathbf \boldsymbol \Delta \infty \dots \prime \label{a} \tag{1} \hline \qquad").split(),
    *"σ µ ∑ ∏ ∘ ⊙ − ₁ ² ‖ ∂ ∇ ½ 𝔼 𝑥 ℝ ￼ \u202e \u200b é 中".split(" "), "\n", " ", "  ",
)  # fmt: skip


def soup(rng: random.Random) -> str:
    """Tokens one after the other."""
    return rng.choice((" ", "")).join(rng.choice(TOKENS) for _ in range(rng.randint(1, 40)))


LEAVES = (
    *r"x y s z \mu \sigma A F G n 0 1 2 I \pi x_i A_{ij} x_1 x_2 y_1 y_2 \mathbf{1} q p q(z) p(z) p(x|z) \mathbb{E}_q \theta".split(), "F(x)", r"\mathcal{N}(z; 0, 1)",
)  # fmt: skip
WRAPPED = (
    r"\frac{#}{#}",
    r"\left(#\right)",
    "(#)",
    r"\exp(#)",
    r"\log #",
    r"\sqrt{#}",
    "{#}^2",
    "{#}^{#}",
    r"#^\top",
    "#^{-1}",
    r"\operatorname{diag}(#)",
    r"\det #",
    r"\operatorname{tr}(#)",
    r"\sum_{i=1}^n #",
    r"\sum_i #",
    r"\prod_{i} #",
    r"\mathbb{E}_{q}[#]",
    r"D_{KL}(# \| #)",
    r"\int q(z) # \, dz",
    r"\|#\|^2",
    "|#|",
    r"\frac{\partial #}{\partial x}",
    r"\nabla_\mu #",
    "F(#)",
    r"\begin{bmatrix} # & # \\ # & # \end{bmatrix}",
    r"#_i",
    "#'",
    r"\underbrace{#}_{#}",
    r"\langle # \rangle_q",
    r"\tanh^2(#)",
    r"\sum_{i \ne j} #",
    r"\left. # \right.",
    r"\mathcal{N}(#; #, #)",
)
STATEMENTS = (
    "w = #",
    r"w \in \mathbb{R}^{#}",
    r"# \in \mathbb{R}",
    r"w \sim #",
    "r(w) = #",
    "(w, u) = #",
    r"H : \mathbb{R}^{#} \to \mathbb{R}^{n}",
    "# > 0",
    "# = #",
)
JOINED = (
    " ",
    " + ",
    " - ",
    r" \circ ",
    r" \cdot ",
    "/",
    " = ",
    " = ",
    r" \ge ",
    ", ",
    r" \\ = ",
    r" \Rightarrow ",
    " < ",
    r" \odot ",
    " * ",
)


def formed(rng: random.Random, depth: int = 4) -> str:
    """A formula that parses, whatever it may mean."""
    if not depth or rng.random() < 0.15:
        return rng.choice(LEAVES)
    if rng.random() < 0.45:
        return rng.choice(JOINED).join(formed(rng, depth - 1) for _ in range(rng.randint(2, 3)))
    parts = rng.choice(WRAPPED).split("#")
    return "".join(part + (formed(rng, depth - 1) if k + 1 < len(parts) else "") for k, part in enumerate(parts))


def damaged(rng: random.Random) -> str:
    """A right formula with a few edits."""
    text = rng.choice(RIGHT)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        k = rng.randrange(len(text) + 1)
        how = rng.randrange(5)
        if how == 0:
            text = text[:k] + text[k + rng.randint(1, 4) :]
        elif how == 1:
            text = text[:k] + rng.choice(TOKENS) + text[k:]
        elif how == 2:
            piece = text[k : k + rng.randint(1, 20)]
            text = text[:k] + piece * rng.randint(2, 30) + text[k:]
        elif how == 3:
            j = rng.randrange(len(text) + 1)
            text = text[: min(k, j)] + text[max(k, j) :]
        else:
            other = rng.choice(RIGHT)
            text = text[:k] + other[rng.randrange(len(other)) :]
        text = text[:4000] or "x"
    return text


def document(rng: random.Random) -> str:
    """Headings, words and displays, not all of them closed."""
    marks = ("$", "$$", r"\[", r"\]", r"\(", r"\)", "```", "```math", r"\begin{equation}", r"\end{equation}", r"\item", "## Problem 1", "(a)", "1.2",
             "2.", r"\begin{enumerate}", r"\section{Question 2}", "words that say so", r"\begin{document}", "%", r"\verb|", "![](a.png)",
             "> ", "~~", "%%", "<!--", "-->", "<del>", "</s>", r"\sout{", r"\iffalse", r"\fi", r"$\cancel{x} y$", "**Problem 2 (b)**", "Q1.1, Q1.2", "(ii)", "### Part a",
             r"\question", r"\part[1]", r"\begin{problem}[1.1]", r"\end{problem}", "<ol>", "<li>", "II. Bounds", "# The gradient", "B)", r"\textbf{\large 2.1} Is it?",
             r"\newcommand{\be}{\begin{equation}}", r"\be", r"\DeclarePairedDelimiter{\br}{(}{)}", r"\br*{")  # fmt: skip
    return "\n".join(rng.choice((rng.choice(marks), damaged(rng), soup(rng))) for _ in range(rng.randint(1, 30)))


def inputs(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Kinds and texts."""
    rng = random.Random(seed)
    for k in range(count):
        kind = ("answer", "answer", "formula", "document", "given")[k % 5]
        if kind == "given" and rng.random() < 0.6:
            yield kind, rng.choice(STATEMENTS).replace("#", rng.choice((formed, damaged, soup))(rng))
            continue
        yield kind, document(rng) if kind == "document" else rng.choice((soup, damaged, damaged, formed, formed, formed))(rng)


def one(kind: str, text: str, checker: Checker, k: int = 0) -> str:
    """What becomes of an input. Anything that is no `Problem` is a bug and is not caught."""
    if kind == "document":
        found = [
            split_answers(Source(cleaned(text, tex), "a.tex" if tex else "a.md"), list(TITLES), TITLES) for tex in (False, True)
        ]
        for pieces in (here for hand_in in found for here in hand_in.answers.values()):
            without_questions(Source(text), pieces)
        return "placed"
    if kind == "formula":
        try:
            parse(Source(text))
        except Problem as problem:
            if problem.kind not in KINDS or not str(problem):
                raise AssertionError(f"a problem of no kind: {problem!r}") from problem
            return problem.kind
        return "parsed"
    question = dict(QUESTIONS[k % len(QUESTIONS)])
    if kind == "given":
        question["given"] = [*question["given"], text]  # type: ignore[misc]
        text = "x"
    result = checker.result(json.dumps({"id": k, "answer": text, **question}))
    assert result["status"] in {"correct", "incorrect", "partial", "review", "unreadable"}
    return str(result["status"])


#: Inputs after which it is said how far the run has come.
_PROGRESS = 50_000


def memory() -> float:
    """Resident memory at its largest, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(count: int, seed: int, limit: float = 5.0) -> tuple[Counter[str], list[tuple[float, str, str]]]:
    """Outcomes counted, and the inputs that took longer than the limit (in seconds)."""
    outcomes: Counter[str] = Counter()
    slow = []
    checker = Checker()
    for k, (kind, text) in enumerate(inputs(count, seed)):
        start = time.perf_counter()
        try:
            outcomes[f"{kind}: {one(kind, text, checker, k)}"] += 1
        except Exception:
            print(f"seed {seed}, input {k}, {kind}: {text!r}", file=sys.stderr)
            raise
        taken = time.perf_counter() - start
        if taken > limit:
            slow.append((taken, kind, text))
        if k and not k % _PROGRESS:
            print(f"{k} inputs", file=sys.stderr, flush=True)
    return outcomes, slow


def _with_atheris(count: int, seed: int) -> None:
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

    checker = Checker()

    def test(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        kind = ("answer", "formula", "document", "given")[provider.ConsumeIntInRange(0, 3)]
        one(kind, provider.ConsumeUnicodeNoSurrogates(2000), checker, provider.ConsumeIntInRange(0, 3))

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-runs={count}", f"-seed={seed}"], test)
    atheris.Fuzz()


def main() -> None:
    """Run, and print what became of the inputs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--atheris", action="store_true", help="inputs guided by coverage")
    chosen = options.parse_args()
    if chosen.atheris:
        _with_atheris(chosen.count, chosen.seed)
        return
    run(min(chosen.count, 2_000), chosen.seed + 1)  # caches filled, so that growth is growth
    before, start = memory(), time.perf_counter()
    outcomes, slow = run(chosen.count, chosen.seed)
    seconds = time.perf_counter() - start
    for name, times in sorted(outcomes.items()):
        print(f"{name:<32} {times:8d}")
    print(
        f"seed {chosen.seed}: {chosen.count} inputs, {chosen.count / seconds:.0f}/s; memory {before:.0f} MB before, {memory():.0f} MB after"
    )
    for taken, kind, text in slow:
        print(f"slow, {taken:.1f} s, {kind}: {text!r}")


if __name__ == "__main__":
    main()
