"""What one pass of a search gives to a target, worked out anew.

By the definitions of the model (see :mod:`planner.problem.passing`, which is not
used here): a pass that sweeps the coverage factor ``C`` of a cell finds
``p = C / (1 + C⁵)^(1/5)`` of what is there, which is the exposure ``-ln(1 - p)``,
and a target on the move is swept at its mean speed relative to the boat.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

MOST = 10.0
"""A pass of a larger coverage factor counts like one of this."""

COURSES = 4096
"""Angles between two courses over which their relative speed is averaged."""


def pass_exposure(coverage: float) -> float:
    """Exposure of one pass, from the share ``1 - p`` of the targets that it misses."""
    swept = min(coverage, MOST)
    missed = 1.0 - swept / (1.0 + swept**5) ** 0.2
    return -math.log(missed)


@lru_cache(maxsize=256)
def mean_relative_kn(search_kn: float, target_kn: float) -> float:
    """Mean over all angles between two courses of the speed of one relative to the other.

    By the midpoint rule, which converges fast for a periodic function; where
    the speeds are equal it has a kink, and the error is some 1e-7 of it.
    """
    angle = (np.arange(COURSES) + 0.5) * (2.0 * math.pi / COURSES)
    east = search_kn - target_kn * np.cos(angle)
    return float(np.hypot(east, target_kn * np.sin(angle)).mean())
