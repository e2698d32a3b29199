"""Drawing evenly, and estimating from what was drawn.

A threat's targets are laid out on ``[0, 1)`` in proportion to their weight, that
line is cut into strata of one length, and two targets are drawn in each: the
mean stays unbiased, what differs *between* strata adds nothing to its variance,
and two draws a stratum suffice to estimate the rest without bias (W. G.
Cochran, *Sampling Techniques*, 3rd ed., 1977, chapter 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.simulate.plane import Floats

Ints = NDArray[np.int64]

PER_STRATUM = 2

Z95 = 1.959963984540054
"""Quantile of the normal distribution that leaves 5 % outside on both sides together."""


@dataclass(frozen=True)
class Strata:
    """Draws of one threat: ``place`` (n,) on ``[0, 1)``, and the stratum (n,) of each."""

    place: Floats
    stratum: Ints

    @property
    def n(self) -> int:
        """Number of draws."""
        return len(self.place)

    @property
    def sizes(self) -> Ints:
        """Draws in each stratum."""
        return np.asarray(np.bincount(self.stratum), dtype=np.int64)

    @property
    def weight(self) -> Floats:
        """Part (n,) of the threat's weight that each draw stands for; they sum to 1."""
        return 1.0 / (len(self.sizes) * self.sizes[self.stratum])

    def mean(self, values: Floats) -> tuple[float, float]:
        """Mean of ``values`` (n,) over the threat, and the variance of that mean."""
        sizes = self.sizes
        means = np.bincount(self.stratum, values) / sizes
        scatter = np.bincount(self.stratum, (values - means[self.stratum]) ** 2)
        variance = np.sum(scatter / np.maximum(sizes - 1, 1) / sizes) / len(sizes) ** 2
        return float(means.mean()), float(variance)


def stratify(n: int, rng: np.random.Generator) -> Strata:
    """Draw ``n`` ≥ 2 places, two in each of ``n // 2`` strata, three in one if ``n`` is odd."""
    count = n // PER_STRATUM
    stratum = np.minimum(np.arange(n, dtype=np.int64) // PER_STRATUM, count - 1)
    return Strata((stratum + rng.random(n)) / count, stratum)


def allocate(shares: Floats, runs: int) -> Ints:
    """Draws (m,) of threats that hold ``shares`` (m,) of the weight: in proportion.

    Remainders go to the largest; each gets at least two, so that a few draws of
    many threats are a few more than asked for.
    """
    exact = shares / shares.sum() * runs
    given = np.floor(exact).astype(np.int64)
    left = runs - int(given.sum())
    given[np.argsort(given - exact, kind="stable")[:left]] += 1
    counts: Ints = np.maximum(given, PER_STRATUM)
    return counts


def wilson(share: float, n: float) -> tuple[float, float]:
    """95 % interval of a probability of which ``n`` independent trials found ``share``.

    E. B. Wilson, Journal of the American Statistical Association 22, 1927, 209-212.
    Of stratified draws it is on the wide side.
    """
    if n <= 0:
        return 0.0, 1.0
    z2 = Z95 * Z95 / n
    middle = (share + z2 / 2) / (1 + z2)
    half = Z95 / (1 + z2) * math.sqrt(share * (1 - share) / n + z2 / (4 * n))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def normal(mean: float, variance: float) -> tuple[float, float]:
    """95 % interval of a probability, from a mean and its variance."""
    half = Z95 * math.sqrt(variance)
    return max(0.0, mean - half), min(1.0, mean + half)


def median(values: Floats, weight: Floats) -> float | None:
    """Weighted median of ``values`` (n,), None of nothing."""
    if not len(values):
        return None
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    return float(values[order[int(np.searchsorted(reached, reached[-1] / 2))]])
