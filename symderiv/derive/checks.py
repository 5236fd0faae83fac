"""Numeric cross-checks of derived results with NumPy, by ways that share nothing with the derivation.

Jacobians against central differences of random instances, determinants against ``numpy.linalg.slogdet``, expectations against Gauss–Hermite
quadrature. Numbers that agree prove nothing; they would show a mistake of ours.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symderiv.algebra.densities import Gaussian
from symderiv.algebra.evaluate import Evaluator, Floats
from symderiv.algebra.substitute import substitute_tensor
from symderiv.algebra.terms import Symbol, Tensor
from symderiv.decide.instances import RandomInstance, Vocabulary
from symderiv.derive.jacobian import Jacobian


@dataclass(frozen=True, slots=True)
class NumericCheck:
    """What was compared at which size: our value, the oracle's, and the largest difference."""

    what: str
    size: str
    ours: float
    oracle: float
    difference: float


class Sample:
    """One random instance whose symbols may be moved."""

    def __init__(self, tensors: Iterable[Tensor], seed: int, dimensions: Mapping[str, int] | None = None) -> None:
        vocabulary = Vocabulary()
        for x in tensors:
            vocabulary.add(x)
        self.instance = RandomInstance(vocabulary, seed, small=False)
        if dimensions is not None:
            self.instance = _resized(vocabulary, seed, dimensions)

    @property
    def dimensions(self) -> str:
        """The sizes in words."""
        return ", ".join(f"{n} = {v}" for n, v in sorted(self.instance.dimensions.items())) or "scalars"

    def array(self, x: Tensor) -> np.ndarray:
        """All entries of a tensor."""
        evaluator = Evaluator(self.instance, Floats(), 2_000_000)
        sizes = [self.instance.size(s) for s in x.sizes]
        return np.array([evaluator.entry(x, at) for at in itertools.product(*map(range, sizes))], dtype=float).reshape(sizes)

    def moved(self, symbol: Symbol, at: tuple[int, ...], by: Fraction) -> None:
        """Add to one entry of a symbol."""
        self.instance.entries[symbol.name][at] += by


def _resized(vocabulary: Vocabulary, seed: int, dimensions: Mapping[str, int]) -> RandomInstance:
    class Fixed(RandomInstance):
        def _dimensions(self) -> dict[str, int]:
            return {name: dimensions.get(name, 3) for name in sorted(vocabulary.dimensions)}

    return Fixed(vocabulary, seed, small=False)


def sizes_to_try(tensors: Sequence[Tensor]) -> list[Mapping[str, int]]:
    """A few choices of the dimensions; one choice where there are none."""
    vocabulary = Vocabulary()
    for x in tensors:
        vocabulary.add(x)
    names = sorted(vocabulary.dimensions)
    if not names:
        return [{}]
    out: list[Mapping[str, int]] = []
    for base in (2, 4, 6):
        values = {name: base + 2 * k for k, name in enumerate(names)}
        if all(s.value(values).denominator == 1 and s.value(values) >= 1 for s in vocabulary.sizes):
            out.append(values)
    return out


def jacobian_checks(forward: Mapping[str, Tensor], jacobian: Jacobian, seed: int = 7) -> list[NumericCheck]:
    """Every entry of every block against central differences, at several sizes."""
    out = []
    everything = [*forward.values(), *(b for r in jacobian.blocks for b in r)]
    for dimensions in sizes_to_try(everything):
        with contextlib.suppress(OverflowError):  # numbers beyond the floats check nothing
            worst, pair = 0.0, (0.0, 0.0)
            sample = Sample(everything, seed, dimensions)
            for i, x in enumerate(forward.values()):
                for j, symbol in enumerate(jacobian.inputs):
                    if symbol.name not in sample.instance.entries:
                        continue
                    ours = sample.array(jacobian.blocks[i][j])
                    numeric = differences(sample, x, symbol)
                    gap = np.abs(ours - numeric) / np.maximum(1.0, np.abs(numeric))
                    if gap.size and gap.max() >= worst:
                        at = np.unravel_index(int(gap.argmax()), gap.shape)
                        worst, pair = float(gap.max()), (float(ours[at]), float(numeric[at]))
            out.append(NumericCheck("Jacobian against central differences", sample.dimensions, *pair, worst))
    return out


def differences(sample: Sample, x: Tensor, symbol: Symbol, step: Fraction = Fraction(1, 2**17)) -> np.ndarray:
    """The derivative of ``x`` by all entries of a symbol, by central differences."""
    columns = []
    places = list(itertools.product(*(range(sample.instance.size(s)) for s in symbol.sizes)))
    for at in places:
        sample.moved(symbol, at, step)
        above = sample.array(x)
        sample.moved(symbol, at, -2 * step)
        below = sample.array(x)
        sample.moved(symbol, at, step)
        columns.append((above - below) / float(2 * step))
    outer = columns[0].shape
    return np.stack(columns, axis=-1).reshape((*outer, *(sample.instance.size(s) for s in symbol.sizes)))


def determinant_checks(jacobian: Jacobian, value: Tensor, seed: int = 7, absolute: bool = False) -> list[NumericCheck]:
    """The closed form of a determinant against ``slogdet`` of the assembled matrix, at several sizes."""
    out = []
    everything = [value, *(b for r in jacobian.blocks for b in r)]
    for dimensions in sizes_to_try(everything):
        with contextlib.suppress(OverflowError):  # numbers beyond the floats check nothing
            sample = Sample(everything, seed, dimensions)
            matrix = np.block([[np.atleast_2d(sample.array(b)) for b in r] for r in jacobian.blocks])
            sign, logarithm = np.linalg.slogdet(matrix)
            ours = float(sample.array(value))
            oracle = float((1 if absolute else sign) * math.exp(logarithm))
            out.append(
                NumericCheck(
                    "determinant against slogdet", sample.dimensions, ours, oracle, abs(ours - oracle) / max(1.0, abs(oracle))
                )
            )
    return out


def inverse_checks(forward: Mapping[str, Tensor], solved: Sequence[tuple[Symbol, Tensor]], seed: int = 7) -> list[NumericCheck]:
    """The inverse at the values of the map: it has to give the inputs back."""
    back = {Symbol(name, x.sizes): x for name, x in forward.items()}
    composed = [(u, substitute_tensor(v, back)) for u, v in solved]
    out = []
    everything = [*forward.values(), *(v for _, v in composed)]
    for dimensions in sizes_to_try(everything):
        with contextlib.suppress(OverflowError):  # numbers beyond the floats check nothing
            sample = Sample(everything, seed, dimensions)
            worst, pair = 0.0, (0.0, 0.0)
            for u, v in composed:
                values = sample.array(v)
                wanted = np.array([float(sample.instance.entries[u.name][at]) for at in np.ndindex(values.shape)]).reshape(
                    values.shape
                )
                gap = np.abs(values - wanted)
                if gap.max() >= worst:
                    at = np.unravel_index(int(gap.argmax()), gap.shape)
                    worst, pair = float(gap.max()), (float(values[at]), float(wanted[at]))
            out.append(NumericCheck("inverse of the map's values", sample.dimensions, *pair, worst))
    return out


def quadrature_checks(value: Tensor, q: Gaussian, integrand: Tensor, count: int = 3, nodes: int = 40) -> list[NumericCheck]:
    """A scalar expectation under a scalar Gaussian against Gauss–Hermite quadrature, at several parameters."""
    out = []
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    for seed in range(1, count + 1):
        sample = Sample([value, q.mean, q.covariance, integrand], seed)
        ours = float(sample.array(value))
        mean, deviation = float(sample.array(q.mean)), math.sqrt(float(sample.array(q.covariance)))
        total = 0.0
        for x, w in zip(points, weights, strict=True):
            sample.instance.entries[q.variable.name] = {(): Fraction(mean + deviation * float(x))}
            total += float(w) * float(sample.array(integrand))
        oracle = total / math.sqrt(2 * math.pi)
        shown = ", ".join(f"{n} = {float(v[()]):.3g}" for n, v in sorted(sample.instance.entries.items()) if n != q.variable.name)
        out.append(
            NumericCheck("closed form against quadrature", shown, ours, oracle, abs(ours - oracle) / max(1.0, abs(oracle)))
        )
    return out


def gradient_checks(value: Tensor, blocks: Sequence[tuple[Symbol, Tensor]], count: int = 3) -> list[NumericCheck]:
    """Each component of a gradient against central differences of the closed form."""
    out = []
    for seed in range(1, count + 1):
        sample = Sample([value, *(b for _, b in blocks)], seed)
        worst, pair = 0.0, (0.0, 0.0)
        for symbol, block in blocks:
            if symbol.name not in sample.instance.entries or symbol.symmetric:
                continue
            ours, numeric = sample.array(block), differences(sample, value, symbol)
            gap = np.abs(ours - numeric) / np.maximum(1.0, np.abs(numeric))
            if gap.max() >= worst:
                at = np.unravel_index(int(gap.argmax()), gap.shape)
                worst, pair = float(gap.max()), (float(ours[at]), float(numeric[at]))
        shown = ", ".join(f"{n} = {float(v[()]):.3g}" for n, v in sorted(sample.instance.entries.items()) if () in v)
        out.append(NumericCheck("gradient against central differences", shown or sample.dimensions, *pair, worst))
    return out
