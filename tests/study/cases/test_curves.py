"""Where a curve bends, and what is enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.study.cases.curves import Least, knee_of, least_of

VALUES = (1.0, 2.0, 3.0, 4.0, 5.0)
FOUND = (0.20, 0.30, 0.34, 0.36, 0.37)


@pytest.mark.parametrize(("gap", "proven"), [(0.001, True), (0.02, False), (0.2, False)])
def test_the_bend_is_proven_only_where_gaps_are_narrow(gap: float, proven: bool) -> None:
    """It lies farthest above the line between the ends."""
    knee = knee_of(VALUES, FOUND, [value + gap for value in FOUND])
    assert knee is not None
    assert knee.value == 2.0
    assert knee.height == pytest.approx(0.30 - (0.20 + 0.17 / 4))
    assert knee.proven is proven
    assert knee.first <= knee.value <= knee.last


@given(
    found=st.lists(st.floats(0.01, 0.2), min_size=4, max_size=7),
    gaps=st.lists(st.floats(0.0, 0.05), min_size=7, max_size=7),
    shares=st.lists(st.floats(0.0, 1.0), min_size=7, max_size=7),
)
def test_whatever_the_best_plans_are_they_bend_within_the_limits(
    found: list[float], gaps: list[float], shares: list[float]
) -> None:
    """Any curve between plans and bounds has its own bend there, worked out by itself."""
    rises = np.cumsum(sorted(found, reverse=True))
    values = np.arange(1.0, len(rises) + 1)
    gap = np.array(gaps[: len(rises)])
    knee = knee_of(values.tolist(), rises.tolist(), (rises + gap).tolist())
    if knee is None:
        return
    best = rises + gap * shares[: len(rises)]
    above = best - np.interp(values, values[[0, -1]], best[[0, -1]])
    inside = above[1:-1]
    leading = values[1:-1][inside >= inside.max() - 1e-12]
    assert any(knee.first <= value <= knee.last for value in leading)
    if knee.bends:
        assert inside.max() > 0


def test_a_straight_line_and_a_short_one_do_not_bend() -> None:
    """Nor does a curve that bends upwards, or falls."""
    assert knee_of(VALUES, [0.1 * v for v in VALUES], [1.0] * 5) is None
    assert knee_of(VALUES[:3], FOUND[:3], [1.0] * 3) is None
    assert knee_of(VALUES, [v**2 / 100 for v in VALUES], [1.0] * 5) is None
    assert knee_of(VALUES, FOUND[::-1], [1.0] * 5) is None


@pytest.mark.parametrize(
    ("level", "gap", "expected"),
    [
        (0.33, 0.01, Least(0.33, 3.0, True, 2.0)),
        (0.33, 0.05, Least(0.33, 3.0, False, 1.0)),
        (0.33, 0.20, Least(0.33, 3.0, False, None)),
        (0.10, 0.01, Least(0.10, 1.0, True, None)),
        (0.60, 0.01, Least(0.60, None, False, 5.0)),
        (0.38, 0.02, Least(0.38, None, False, 3.0)),
    ],
)
def test_the_least_that_is_enough_is_told_with_its_proof(
    level: float, gap: float, expected: Least
) -> None:
    """A plan shows that it is enough, bounds that less is not."""
    bound = [value + gap for value in FOUND]
    least = least_of(level, VALUES, FOUND, bound)
    assert replace(least, detection=None, bound=None) == expected
    if least.value is not None:
        assert least.detection == FOUND[VALUES.index(least.value)]
    if least.impossible is not None:
        assert least.bound == bound[VALUES.index(least.impossible)]
        assert least.bound < level
