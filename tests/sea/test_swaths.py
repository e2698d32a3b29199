"""What lanes see, and lines sailed again, against plain geometry."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner.sea.swaths import SAME_LINE_M, SOFT, Again, Sight, _along

SIDE_M = 10_000.0


def lanes(seed: int, count: int, vertices: int = 4) -> np.ndarray:
    """Lines at random in a square."""
    return np.random.default_rng(seed).uniform(0.0, SIDE_M, (count, vertices, 2))


def test_near_water_is_seen_and_far_water_is_not() -> None:
    """By GEOS's distances: all within the range less its soft edge, nothing beyond it."""
    plans, radius = lanes(1, 6), 1500.0
    points = np.random.default_rng(2).uniform(0.0, SIDE_M, (80, 2))
    sight = Sight.of_lanes(plans, points, radius)
    away = np.array(
        [shapely.distance(shapely.LineString(plan), shapely.points(points)) for plan in plans]
    )
    assert np.all(sight.seen[away <= radius * (1 - SOFT)] == 1.0)
    assert np.all(sight.seen[away >= radius * (1 + SOFT)] == 0.0)
    assert sight.size == pytest.approx(np.sqrt((sight.seen**2).sum(axis=1)))


def test_likeness_is_one_of_the_same_and_does_not_depend_on_how_lanes_come() -> None:
    """Joined or one by one, what lanes see is compared alike."""
    points = np.random.default_rng(3).uniform(0.0, SIDE_M, (60, 2))
    sight = Sight.of_lanes(lanes(4, 5), points, 2000.0)
    joined = Sight.joined([sight.of(k) for k in range(5)])
    assert np.array_equal(joined.seen, sight.seen)
    alike = sight.likeness(joined)
    assert np.diag(alike) == pytest.approx(np.ones(5))
    assert np.all((alike >= 0.0) & (alike <= 1.0 + 1e-12))


@pytest.mark.parametrize("seed", range(20))
def test_the_best_lane_is_that_of_all_measured(seed: int) -> None:
    """Measured only where it decides, the choice is that with every lane measured."""
    rng = np.random.default_rng(seed)
    plans = lanes(seed, 12)
    earlier = np.concatenate([plans[rng.choice(12, 2)], lanes(seed + 100, 1)])
    gain = np.round(rng.uniform(0.0, 1.0, 12), int(rng.integers(1, 9)))
    share = _along(plans, earlier, SAME_LINE_M).max(axis=1)
    whole = np.round(gain - 4.0 * np.maximum(0.0, share - 0.5), 9)
    again = Again(plans, earlier)
    assert again.best(gain) == int(np.argmax(whole))
    assert again.best(gain[::-1]) == int(np.argmax(np.round(
        gain[::-1] - 4.0 * np.maximum(0.0, share - 0.5), 9
    )))  # fmt: skip
    assert Again(plans, np.zeros((0, 0, 2))).best(gain) == int(np.argmax(gain))
