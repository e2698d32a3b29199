"""Lines of sight against shapely."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.sea.sight import Sight, see_corners


def archipelago(seed: int, islands: int = 8) -> shapely.Polygon:
    """A square of 100 with round, ragged islands."""
    rng = np.random.default_rng(seed)
    water = shapely.box(0, 0, 100, 100)
    for _ in range(islands):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 9))
        radius = rng.uniform(3, 14, 9)
        ring = np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
        water = water - shapely.Polygon(ring + rng.uniform(5, 95, 2)).buffer(0)
    return max(shapely.get_parts(water), key=shapely.area)


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_clear_is_covered(seed: int) -> None:
    """A line between two points in the water is clear exactly if the water covers it."""
    water = archipelago(seed)
    sight = Sight.of(water)
    shapely.prepare(water)
    points = np.random.default_rng(seed).uniform(0, 100, (60, 2))
    points = points[shapely.contains_xy(water, points)]
    for a, b in pairwise(points):
        assert sight.clear(a, b) == water.covers(shapely.LineString([a, b]))


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_corners_that_see_each_other(seed: int) -> None:
    """Every pair of corners said to see each other does, by shapely."""
    water = archipelago(seed)
    sight = Sight.of(water)
    wide = water.buffer(1e-6)
    shapely.prepare(wide)
    corner = sight.shape[0][sight.corner]
    for i, j in see_corners(sight.shape, sight.before, sight.corner):
        assert wide.covers(shapely.LineString([corner[i], corner[j]]))


def test_corners_are_the_islands() -> None:
    """In a square with a square island the island's four corners are the corners."""
    water = shapely.box(0, 0, 10, 10) - shapely.box(4, 4, 6, 6)
    sight = Sight.of(water)
    found = {tuple(p) for p in sight.shape[0][sight.corner]}
    assert found == {(4.0, 4.0), (4.0, 6.0), (6.0, 4.0), (6.0, 6.0)}
    pairs = see_corners(sight.shape, sight.before, sight.corner)
    assert len(pairs) == 4  # the sides; the diagonals cross the island


def test_nothing_is_no_sight() -> None:
    """An empty polygon has neither edges nor corners."""
    sight = Sight.of(shapely.Polygon())
    assert sight.corner.size == 0
    assert sight.clear(np.array([0.0, 0.0]), np.array([1.0, 1.0]))
