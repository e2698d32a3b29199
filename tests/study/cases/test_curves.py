"""Where a curve bends, and what is enough."""

from __future__ import annotations

import pytest

from planner.study.cases.curves import Least, knee_of, least_of

VALUES = (1.0, 2.0, 3.0, 4.0, 5.0)
FOUND = (0.20, 0.30, 0.34, 0.36, 0.37)


@pytest.mark.parametrize(("gap", "clear"), [(0.01, True), (0.2, False)])
def test_the_bend_is_clear_only_where_gaps_are_narrow(gap: float, clear: bool) -> None:
    """It lies farthest above the line between the ends."""
    knee = knee_of(VALUES, FOUND, [value + gap for value in FOUND])
    assert knee is not None
    assert knee.value == 2.0
    assert knee.height == pytest.approx(0.30 - (0.20 + 0.17 / 4))
    assert knee.clear is clear


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
    assert least_of(level, VALUES, FOUND, [value + gap for value in FOUND]) == expected
