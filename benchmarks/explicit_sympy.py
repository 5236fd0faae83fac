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


def ours() -> None:
    """Inverse, Jacobian and determinant of the layer for every even d, with their proofs: the built-in assignment's first question."""
    raise NotImplementedError


EXPLICIT: tuple[Callable[[int], object], ...] = (jacobian, determinant, inverse, two_layers)


def timed(work: Callable[..., object], *arguments: int, limit: float) -> str:
    """Seconds that ``work`` takes in a fresh process, imports apart; or that it took more than ``limit``, or what went wrong."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    child = spawn.Process(target=_run, args=(there, work, arguments), daemon=True)
    child.start()
    there.close()
    try:
        here.recv()  # it has imported what it needs
        return str(here.recv()) if here.poll(limit) else f"> {limit:g} s"
    except EOFError:
        return "crashed"
    finally:
        child.kill()
        child.join()


def _run(answer: Connection, work: Callable[..., object], arguments: tuple[int, ...]) -> None:
    answer.send("ready")
    start = time.perf_counter()
    try:
        work(*arguments)
    except NotImplementedError:
        answer.send("not there yet")
    else:
        answer.send(f"{time.perf_counter() - start:.3f} s")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Explicit SymPy components beside the derivation at symbolic size")
    parser.add_argument("--seconds", type=float, default=60, help="time limit of a case")
    limit = parser.parse_args().seconds
    print(f"{'d':>8}" + "".join(f"{work.__name__:>16}" for work in EXPLICIT), flush=True)
    for d in SIZES:
        print(f"{d:>8}" + "".join(f"{timed(work, d, limit=limit):>16}" for work in EXPLICIT), flush=True)
    print(f"{'every d':>8}{'ours, the first three with their proofs: ' + timed(ours, limit=limit):>{16 * len(EXPLICIT)}}")


if __name__ == "__main__":
    main()
