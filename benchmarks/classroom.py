r"""A class of made-up students grades itself: how long 200 submissions of seven parts take, and whether 2,000 take ten times that.

Each student draws, for each part of written assignment 4, a way to say it, right or wrong, a notation (``\circ`` or ``\odot``, ``\exp`` or
``e^``), a numbering and a file format. The seed is the student's number. Run it with

    python benchmarks/classroom.py [--students 200] [--jobs 2] [--out FOLDER]

It prints seconds, submissions a second, the largest memory of the parent and of a child, and the marks' mean.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

#: Ways to answer each part: the formula or chain, and whether it is right.
ANSWERS: dict[str, tuple[tuple[str, bool], ...]] = {
    "1.1": (
        (r"$$x_2 = \exp(-s) \circ y_2$$ and then $$x_1 = \exp(-G(x_2)) \circ (y_1 - F(x_2))$$", True),
        (r"$$x_2 = \frac{y_2}{\exp(s)}, \quad x_1 = \frac{y_1 - F(x_2)}{\exp(G(x_2))}$$", True),
        (r"$$x_1 = (y_1 - F(\exp(-s) \circ y_2)) \circ \exp(-G(\exp(-s) \circ y_2)), \quad x_2 = y_2 \circ \exp(-s)$$", True),
        (r"$$x_2 = \exp(-s) \circ y_2, \quad x_1 = \exp(-G(y_2)) \circ (y_1 - F(y_2))$$", False),
        (r"$$x_2 = \exp(s) \circ y_2, \quad x_1 = \exp(-G(x_2)) \circ (y_1 - F(x_2))$$", False),
    ),
    "1.2": (
        (r"$$\begin{pmatrix} \operatorname{diag}(\exp(G(x_2))) & \operatorname{diag}(x_1 \circ \exp(G(x_2))) J_G(x_2) + J_F(x_2) \\ 0 & \operatorname{diag}(\exp(s)) \end{pmatrix}$$", True),
        (r"$$\begin{bmatrix} \operatorname{diag}(\exp(G(x_2))) & \operatorname{diag}(\exp(G(x_2))) \operatorname{diag}(x_1) G'(x_2) + F'(x_2) \\ 0 & \operatorname{diag}(\exp(s)) \end{bmatrix}$$", True),
        (r"$$\begin{pmatrix} \operatorname{diag}(\exp(G(x_2))) & \operatorname{diag}(\exp(G(x_2))) J_G(x_2) + J_F(x_2) \\ 0 & \operatorname{diag}(\exp(s)) \end{pmatrix}$$", False),
        (r"$$\begin{pmatrix} \operatorname{diag}(\exp(G(x_2))) & 0 \\ J_F(x_2) & \operatorname{diag}(\exp(s)) \end{pmatrix}$$", False),
    ),
    "1.3": (
        (r"$$\det \frac{\partial y}{\partial x} = \prod_{i=1}^{d/2} \exp(G(x_2)_i) \exp(s_i)$$ so no, it does not preserve volume.", True),
        (r"$$\det \frac{\partial y}{\partial x} = \exp\left(\sum_{i=1}^{d/2} (G(x_2)_i + s_i)\right)$$ It is not volume preserving.", True),
        (r"$$\det \frac{\partial y}{\partial x} = \prod_{i=1}^{d/2} \exp(G(x_2)_i)$$ It is not volume preserving.", False),
        (r"$$\det \frac{\partial y}{\partial x} = \exp\left(\sum_{i=1}^{d/2} (G(x_2)_i + s_i)\right)$$ Yes, it preserves volume.", False),
    ),
    "2.1": (
        (r"""$$\begin{aligned} F(q) &= \mathbb{E}_q[\log p(x \mid z)] - D_{KL}(q(z) \| p(z)) \\ &= \mathbb{E}_q[\log p(x, z) - \log q(z)] \\
&= \mathbb{E}_q[\log p(z \mid x) + \log p(x) - \log q(z)] \\ &= \log p(x) - D_{KL}(q(z) \| p(z \mid x)) \end{aligned}$$""", True),
        (r"""$$F(q) = \mathbb{E}_q\left[\log \frac{p(x \mid z) p(z)}{q(z)}\right] = \mathbb{E}_q\left[\log \frac{p(z \mid x) p(x)}{q(z)}\right] = \log p(x) - D_{KL}(q(z) \| p(z \mid x))$$""", True),
        (r"""$$F(q) = \mathbb{E}_q[\log p(x, z) + \log q(z)] = \mathbb{E}_q[\log p(z \mid x) + \log p(x) - \log q(z)] = \log p(x) - D_{KL}(q(z) \| p(z \mid x))$$""", False),
    ),
    "2.2": (
        (r"""$$D_{KL}(q(z) \| p(z)) = \mathbb{E}_q\left[\sum_{i=1}^{n} \log \frac{q_i(z_i)}{p_i(z_i)}\right] = \sum_{i=1}^{n} \mathbb{E}_{q_i}\left[\log \frac{q_i(z_i)}{p_i(z_i)}\right] = \sum_{i=1}^{n} D_{KL}(q_i(z_i) \| p_i(z_i))$$""", True),
        (r"""$$D_{KL}(q(z) \| p(z)) = \mathbb{E}_q[\log q(z) - \log p(z)] = \sum_{i=1}^{n} \mathbb{E}_{q_i}[\log q_i(z_i) - \log p_i(z_i)] = \sum_{i=1}^{n} D_{KL}(q_i(z_i) \| p_i(z_i))$$""", True),
        (r"It follows from independence.", False),
    ),
    "2.3": (
        (r"$$D_{KL}(q_i(z_i) \| p_i(z_i)) = \frac{1}{2}(\mu_i^2 + \sigma_i^2 - 1) - \log \sigma_i$$", True),
        (r"$$\frac{\mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i^2}{2}$$", True),
        (r"$$\frac{1}{2}(\mu_i^2 + \sigma_i^2 - 1 - \log \sigma_i)$$", False),
        (r"$$\frac{1}{2}(\mu_i^2 + \sigma_i^2 - 1) + \log \sigma_i$$", False),
        (r"$$\mu_i^2 + \sigma_i^2 - 1 - 2 \log \sigma_i$$", False),
    ),
    "2.4": (
        (r"$$\nabla D_{KL} = \begin{pmatrix} \mu_i \\ \sigma_i - \frac{1}{\sigma_i} \end{pmatrix}$$", True),
        (r"$$\frac{\partial D_{KL}}{\partial \mu_i} = \mu_i, \quad \frac{\partial D_{KL}}{\partial \sigma_i} = \frac{\sigma_i^2 - 1}{\sigma_i}$$", True),
        (r"$$\begin{pmatrix} \mu_i \\ \sigma_i + \frac{1}{\sigma_i} \end{pmatrix}$$", False),
        (r"$$\begin{pmatrix} 2 \mu_i \\ 2 \sigma_i - \frac{2}{\sigma_i} \end{pmatrix}$$", False),
    ),
}  # fmt: skip
RIGHT_OF_TEN = 7


def written(seed: int, name: str, choices: Sequence[int] | None = None) -> tuple[str, str]:
    """A submission, and its suffix. ``choices`` fix which answer is given to each part."""
    random_ = random.Random(seed)
    latex = random_.random() < 0.5
    exponential, hadamard = random_.random() < 0.4, random_.random() < 0.5
    numbering = random_.choice(("explicit", "items"))
    parts: dict[str, list[str]] = {"1": [], "2": []}
    for k, (number, ways) in enumerate(ANSWERS.items()):
        right = random_.randrange(10) < RIGHT_OF_TEN
        text = random_.choice([t for t, good in ways if good is right]) if choices is None else ways[choices[k]][0]
        text = text.replace(r"\circ", r"\odot") if hadamard else text
        text = re.sub(r"\\exp\((-?s(?:_i)?)\)", r"e^{\1}", text) if exponential else text
        label = {"explicit": number, "items": f"{number[-1]}."}[numbering]
        parts[number[0]].append((rf"\textbf{{{label}}}" if latex else f"**{label}**") + " " + text + "\n")
    heads = [rf"\section*{{Problem {q}}}" if latex else f"## Problem {q}" for q in parts]
    body = "\n\n".join(h + "\n\n" + "\n".join(p) for h, p in zip(heads, parts.values(), strict=True))
    if latex:
        body = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n" + f"{name}\n\n{body}\n\\end{{document}}\n"
    return body, ".tex" if latex else ".md"


def write_class(folder: Path, students: int) -> None:
    """A folder of submissions."""
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(students):
        name = f"st{k:06d}"
        text, suffix = written(k, name)
        (folder / f"written-assignment-4-{name}{suffix}").write_text(text, encoding="utf-8")


def _megabytes() -> tuple[float, float]:
    """The memory of this process and of the largest below it, by Linux's /proc; nothing elsewhere."""
    parents, sizes = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        except OSError:
            continue  # it has ended
        parents[int(folder.name)], sizes[int(folder.name)] = int(said["PPid"]), int(said.get("VmRSS", "0").split()[0]) / 1024

    def is_below(process: int) -> bool:
        above = parents.get(process)
        return above is not None and (above == os.getpid() or is_below(above))

    return sizes.get(os.getpid(), 0.0), max((size for process, size in sizes.items() if is_below(process)), default=0.0)


def main() -> None:
    """Grade made-up classes and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, nargs="+", default=[200])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--executor", default="processes")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    for students in asked.students:
        folder = Path(tempfile.mkdtemp(prefix="symderiv-class-"))
        out = asked.out or folder / "out"
        try:
            write_class(folder / "in", students)
            _timed(folder / "in", out, asked.executor, asked.jobs)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _timed(folder: Path, out: Path, executor: str, jobs: int) -> None:
    from symderiv.assignments.builtin import builtin
    from symderiv.assignments.load import load
    from symderiv.classroom.batch import Progress, Settings, grade, open_class
    from symderiv.classroom.executors import executor_of
    from symderiv.classroom.outputs import total
    from symderiv.classroom.store import Store

    name = "written-assignment-4"
    group = open_class(load(builtin(name)), out, Settings(name, str(folder)))
    make, window = executor_of(executor, jobs)
    largest = [0.0, 0.0]  # of the parent, and of any process below it

    def look(progress: Progress) -> None:
        if progress.done % 25 == 0:
            largest[:] = (max(a, b) for a, b in zip(largest, _megabytes(), strict=True))

    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    grade(group, make, window, look)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    work = (
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    )  # whole under threads, which wait for their children
    points = [total(r) for r in Store(out).records()]
    mean = sum(points, Fraction(0)) / max(len(points), 1)
    print(
        f"{len(points):>6} submissions  {jobs} {executor}  {seconds:7.1f} s  {work:7.1f} s of work  {len(points) / seconds:6.1f} a second  "
        f"parent {largest[0]:.0f} MB, largest below it {largest[1]:.0f} MB  mean {float(mean):.2f} points",
        flush=True,
    )


if __name__ == "__main__":
    main()
