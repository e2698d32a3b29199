"""Worth seen through a random haze: the same greedy choice finds another plan."""

from __future__ import annotations

import numpy as np

from planner.problem.arrays import FloatArray

SPREADS = (0.03, 0.1, 0.6)
"""Spread (of the logarithm) of the random factors that blur worth."""

HAZY = 0.5
"""Share of the moves that see worth through a haze."""


class Haze:
    """Random factors of ``size`` targets, drawn once; a move looks at a random stretch of them."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        self._rng, self._size = rng, size
        self._factors: list[FloatArray] = []
        self._now: FloatArray | None = None

    def blow(self) -> None:
        """Draw the haze of the next moves, or none."""
        if self._rng.random() >= HAZY:
            return
        if not self._factors:
            normal = self._rng.standard_normal(2 * self._size)
            self._factors = [np.exp(spread * normal) for spread in SPREADS]
        factors = self._factors[int(self._rng.integers(len(SPREADS)))]
        first = int(self._rng.integers(self._size + 1))
        self._now = factors[first : first + self._size]

    def clear(self) -> None:
        """See what is there."""
        self._now = None

    def over(self, worth: FloatArray) -> FloatArray:
        """Worth (n_targets,) as it is seen; not to be written to."""
        return worth if self._now is None else worth * self._now
