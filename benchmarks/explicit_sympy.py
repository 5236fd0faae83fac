r"""The homework's reversible layer with explicit SymPy components, beside the derivation at symbolic size.

The layer: y_1 = exp(G(x_2)) ∘ x_1 + F(x_2), y_2 = exp(s) ∘ x_2, with x_1, x_2, s in R^{d/2} and F, G unspecified. What a user would
write today: a symbol a component, ``Function("F0")(*x2)`` a component of F, then `Matrix.jacobian`, `Matrix.det` and `solve` (x_2 first, put into
the first equation, then x_1: SymPy does not invert both at once). The last column is the determinant of two such couplings, the second
the other way round. Each case runs in a process of its own with a time limit. Run it with

    python benchmarks/explicit_sympy.py [--seconds 60]

A figure for one d is no proof for every d; the last row is.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from sympy import Eq, Function, Matrix, exp, solve, symbols

SIZES = (4, 8, 16)
Column = Any  # SymPy has no types


def column(name: str, size: int) -> Column:
    """A vector of this many real symbols."""
    return Matrix(symbols(f"{name}_0:{size}", real=True))


def coupled(x1: Column, x2: Column, names: str) -> Column:
    """exp(G(x_2)) ∘ x_1 + F(x_2), with F and G called by the two letters of ``names``."""
    f, g = (Matrix([Function(f"{name}{i}", real=True)(*x2) for i in range(len(x2))]) for name in names)
    return g.applyfunc(exp).multiply_elementwise(x1) + f


def layer(d: int) -> tuple[Column, Column]:
    """The columns x, and y written in x."""
    x1, x2, s = (column(name, d // 2) for name in ("x1", "x2", "s"))
    return x1.col_join(x2), coupled(x1, x2, "FG").col_join(s.applyfunc(exp).multiply_elementwise(x2))


def jacobian(d: int) -> object:
    """All d² entries of the Jacobian."""
    x, y = layer(d)
    return y.jacobian(x)


def determinant(d: int) -> object:
    """The Jacobian's determinant."""
    x, y = layer(d)
    return y.jacobian(x).det()


def two_layers(d: int) -> object:
    """The determinant where the second half is coupled to what the first has become."""
    x1, x2 = column("x1", d // 2), column("x2", d // 2)
    y1 = coupled(x1, x2, "FG")
    return y1.col_join(coupled(x2, y1, "HK")).jacobian(x1.col_join(x2)).det()


def inverse(d: int) -> object:
    """x by y, half after half."""
    x, y = layer(d)
    names, half = column("y", d), d // 2
    second = solve([Eq(names[i], y[i]) for i in range(half, d)], list(x[half:]), dict=True)[0]
    first = solve([Eq(names[i], y[i].subs(second)) for i in range(half)], list(x[:half]), dict=True)[0]
    return first | second


LAYER = r"""
x_1, x_2, s \in \mathbb{R}^{d/2}
F, G : \mathbb{R}^{d/2} \to \mathbb{R}^{d/2}
y_1 = \exp(G(x_2)) \circ x_1 + F(x_2)
y_2 = \exp(s) \circ x_2
x = (x_1, x_2)
y = (y_1, y_2)
"""
GAUSSIANS = r"""
\mu_1, \mu_2 \in \mathbb{R}^{k}
\Sigma_1, \Sigma_2 \in \mathbb{S}_{++}^{k}
q(x) = \mathcal{N}(x; \mu_1, \Sigma_1)
p(x) = \mathcal{N}(x; \mu_2, \Sigma_2)
"""


def ours(rounds: int = 30) -> dict[str, float]:
    """Medians in seconds, warm, at symbolic size: the layer's inverse with its proof both ways, its blocks, its determinant, the verdict
    on |det| = 1; and the divergence of two Gaussians with full covariance and three gradients of it.
    """
    from symderiv.algebra import tensors as T
    from symderiv.algebra.blocks import determinant as block_determinant
    from symderiv.algebra.calculus import gradient
    from symderiv.algebra.densities import divergence
    from symderiv.algebra.normal import Normal
    from symderiv.algebra.polynomials import poly_term
    from symderiv.algebra.terms import LogDensity, Tensor, Term, apply, scalar
    from symderiv.core.text import Source
    from symderiv.decide.equal import decide
    from symderiv.derive.inverse import invert
    from symderiv.reading.given import read_given

    scope = read_given(Source(LAYER))
    forward = {name: value for name in ("y_1", "y_2") if isinstance(value := scope.definitions[name], Tensor)}
    inputs = [scope.symbols[name] for name in ("x_1", "x_2")]

    def blocks() -> list[list[Tensor]]:
        return [[Normal().tensor(gradient(value, x)) for x in inputs] for value in forward.values()]

    matrix = blocks()

    def det() -> Term:
        found = block_determinant(matrix)
        assert found is not None
        return poly_term(Normal().poly(found.value))

    determinant_term = det()
    gaussians = read_given(Source(GAUSSIANS))
    log_q, log_p = (LogDensity(name, frozenset({"x"}), frozenset(), ()) for name in "qp")

    def kl_and_gradients() -> None:
        normal = Normal(gaussians.knowledge)
        kl = scalar(poly_term(normal.poly(divergence(log_q, log_p))))
        for name in ("mu_1", "mu_2", "Sigma_1"):
            normal.tensor(gradient(kl, gaussians.symbols[name]))

    work: dict[str, Callable[[], object]] = {
        "inverse": lambda: invert(forward, inputs), "jacobian": blocks, "determinant": det,
        "verdict": lambda: decide(scalar(apply("abs", determinant_term)), T.number(1)), "KL, 3 gradients": kl_and_gradients,
    }  # fmt: skip
    return {name: median(f, rounds) for name, f in work.items()}


def median(f: Callable[[], object], rounds: int) -> float:
    """The median time of a call, after one that is not counted."""
    f()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return sorted(times)[rounds // 2]


EXPLICIT: tuple[Callable[[int], object], ...] = (jacobian, determinant, inverse, two_layers)


def timed(work: Callable[..., object], *arguments: int, limit: float) -> float:
    """Seconds that ``work`` takes in a fresh process, imports apart; infinity where it takes more than ``limit``."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    child = spawn.Process(target=_run, args=(there, work, arguments), daemon=True)
    child.start()
    there.close()
    try:
        here.recv()  # it has imported what it needs
        return float(here.recv()) if here.poll(limit) else float("inf")
    except EOFError:
        return float("nan")
    finally:
        child.kill()
        child.join()


def _run(answer: Connection, work: Callable[..., object], arguments: tuple[int, ...]) -> None:
    answer.send("ready")
    start = time.perf_counter()
    work(*arguments)
    answer.send(time.perf_counter() - start)


def shown(seconds: float, limit: float) -> str:
    """A time for the table."""
    return f"> {limit:g} s" if seconds == float("inf") else f"{seconds:.3f} s"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Explicit SymPy components beside the derivation at symbolic size")
    parser.add_argument("--seconds", type=float, default=60, help="time limit of a case")
    limit = parser.parse_args().seconds
    mine = ours()
    layer_time = sum(t for name, t in mine.items() if not name.startswith("KL"))
    print("ours, every d, warm: " + ", ".join(f"{name} {1e3 * t:.2f} ms" for name, t in mine.items()))
    print(f"the layer with proof and verdict: {1e3 * layer_time:.2f} ms\n")
    print(f"{'SymPy, d':>8}" + "".join(f"{work.__name__:>16}" for work in EXPLICIT) + f"{'first three/ours':>20}", flush=True)
    for d in SIZES:
        times = [timed(work, d, limit=limit) for work in EXPLICIT]
        ratio = sum(times[:3]) / layer_time
        print(f"{d:>8}" + "".join(f"{shown(t, limit):>16}" for t in times) + f"{ratio:>19.0f}x", flush=True)


if __name__ == "__main__":
    main()
