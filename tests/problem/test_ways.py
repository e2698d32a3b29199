"""Ways and the weather on them, against points tried one by one along the way and the clock."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod

from planner.problem.ways import Ways, reverse

SPHERE = Geod(a=6_371_000.0, b=6_371_000.0)

CENTRES = np.array(
    [[50.0 + 0.2 * i + 0.1 * (j % 2), 43.0 + 0.12 * j] for i in range(5) for j in range(5)]
)
"""Middles of 25 cells, some 8 nm apart."""

LEAST_NM = 1.0
"""A way may cut the corner of a cell unseen for less than a sample's distance."""


def ways(hours: int = 6) -> Ways:
    """Ways over the cells in hourly epochs."""
    return Ways(CENTRES, np.arange(hours + 1.0))


def away_nm(lon: float, lat: float) -> NDArray[np.float64]:
    """Distances from a point to the middles of all cells."""
    count = len(CENTRES)
    there = SPHERE.inv(np.full(count, lon), np.full(count, lat), *CENTRES.T)[2]
    return np.asarray(there) / 1852.0


def walked(path: NDArray[np.float64], pieces: int = 400) -> list[tuple[float, float, float]]:
    """Shares of a way's length, evenly, and where they are."""
    legs = [SPHERE.inv(*a, *b)[2] for a, b in pairwise(path)]
    found = []
    for k in range(pieces + 1):
        left, number = k / pieces * math.fsum(legs), 0
        while number < len(legs) - 1 and left > legs[number]:
            left, number = left - legs[number], number + 1
        part = left / legs[number] if legs[number] > 0 else 0.0
        lon, lat = path[number] + part * (path[number + 1] - path[number])
        found.append((k / pieces, float(lon), float(lat)))
    return found


def random_path(rng: np.random.Generator) -> NDArray[np.float64]:
    """A way of a few straight pieces over the cells."""
    corners = rng.integers(2, 5)
    return rng.uniform([50.0, 43.0], [50.9, 43.5], (corners, 2))


@pytest.mark.parametrize("seed", range(20))
def test_every_place_of_a_way_has_the_nearest_cell(seed: int) -> None:
    """At each point a stretch of the nearest middle holds, of one as near, or just beside it."""
    path = random_path(np.random.default_rng(seed))
    found = ways().stretches(path)
    for share, lon, lat in walked(path):
        distance = away_nm(lon, lat)
        here = [s.cell for s in found if s.begin <= share <= s.end]
        assert min(distance[cell] for cell in here) <= distance.min() + LEAST_NM


@pytest.mark.parametrize("seed", range(20))
def test_stretches_follow_each_other_and_overlap(seed: int) -> None:
    """From beginning to end each stretch is of another cell, and overlaps the one before."""
    found = ways().stretches(random_path(np.random.default_rng(seed)))
    assert (found[0].begin, found[-1].end) == (0.0, 1.0)
    for before, after in pairwise(found):
        assert before.cell != after.cell
        assert before.begin <= after.begin < before.end <= after.end


def test_a_way_that_goes_nowhere_is_in_its_cell() -> None:
    """A way without length lies in one cell."""
    place = CENTRES[7] + 0.01
    found = ways().stretches(np.array([place, place]))
    assert [(s.cell, s.begin, s.end) for s in found] == [(7, 0.0, 1.0)]


@pytest.mark.parametrize("seed", range(10))
def test_a_way_reversed_is_the_way_sailed_back(seed: int) -> None:
    """The same cells in the opposite order, at the remaining shares; twice it is as before."""
    path = random_path(np.random.default_rng(seed))
    there, back = ways().stretches(path), ways().stretches(path[::-1])
    turned = reverse(there)
    assert [s.cell for s in turned] == [s.cell for s in there][::-1]
    for stretch in turned:
        shares = [share for share, *_ in walked(path) if stretch.begin < share < stretch.end]
        for share in shares:
            assert stretch.cell in {s.cell for s in back if s.begin - 0.03 <= share <= s.end + 0.03}
    twice = [(s.cell, s.begin, s.end) for s in reverse(turned)]
    for (cell, begin, end), s in zip(twice, there, strict=True):
        assert cell == s.cell
        assert [begin, end] == pytest.approx([s.begin, s.end])


def meets(
    path: NDArray[np.float64], hours: float, begin_h: float, where: NDArray[np.bool_]
) -> tuple[bool, bool]:
    """Whether a way begun at a time meets what is shut, for sure; and whether it may, nearly."""
    surely, nearly = False, False
    for share, lon, lat in walked(path, 200):
        distance = away_nm(lon, lat)
        by_distance = np.sort(distance)
        near = np.flatnonzero(distance <= by_distance[0] + 3.0)
        hour = begin_h + share * hours
        last = len(where) - 1
        rows = {min(int(hour + by), last) for by in (-0.0, 1e-6)}
        if by_distance[1] - by_distance[0] > LEAST_NM:
            surely |= any(not where[row, distance.argmin()] for row in rows)
        around = {min(max(int(hour + by), 0), last) for by in (-0.5, 0.0, 0.5)}
        nearly |= any(not where[row, near].all() for row in around)
    return surely, nearly


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), hours=st.floats(0.2, 4.0), closed=st.floats(0.02, 0.15))
def test_open_ways_meet_nothing_shut(seed: int, hours: float, closed: float) -> None:
    """Begun at whatever time of an open epoch, a way meets nothing shut; a shut one does."""
    rng = np.random.default_rng(seed)
    path, where = random_path(rng), rng.random((6, 25)) > closed
    found = ways().open([(ways().stretches(path), hours)], where)
    assert found.shape == (6, 1)
    for epoch in range(6):
        tried = [meets(path, hours, epoch + t, where) for t in (0.0, 0.25, 0.5, 0.75, 0.999)]
        if found[epoch, 0]:
            assert not any(surely for surely, _ in tried)
        else:
            assert any(nearly for _, nearly in tried)


def test_only_the_hours_at_which_a_cell_is_met_count() -> None:
    """A way of three hours meets its first cell at once and its last hours later."""
    path = np.array([CENTRES[0], CENTRES[10], CENTRES[20]])
    stretches = ways().stretches(path)
    first, last = stretches[0].cell, stretches[-1].cell
    assert (first, last) == (0, 20)
    where = np.ones((6, 25), bool)
    where[3, first] = False
    there = ways().open([(stretches, 3.0)], where)[:, 0].tolist()
    assert there == [True, True, False, False, True, True]
    back = ways().open([(reverse(stretches), 3.0)], where)[:, 0].tolist()
    assert back[0] is False and back[1] is False
    assert back[3:] == [True, True, True]


def test_weather_after_the_plan_is_that_of_its_last_hour() -> None:
    """A way that would last beyond the plan's end meets the last epoch to its end."""
    path = np.array([CENTRES[0], CENTRES[20]])
    stretches = ways(2).stretches(path)
    where = np.ones((2, 25), bool)
    assert ways(2).open([(stretches, 40.0)], where).all()
    where[1, 20] = False
    assert not ways(2).open([(stretches, 40.0)], where).any()


def test_ways_stand_in_their_order() -> None:
    """Each way has its own column; one that is not sailed is open, and no ways are none."""
    where = np.ones((6, 25), bool)
    where[:, 0] = False
    shut = ways().stretches(np.array([CENTRES[0], CENTRES[1]]))
    free = ways().stretches(np.array([CENTRES[23], CENTRES[24]]))
    found = ways().open([(free, 1.0), (shut, 1.0), ([], 1.0)], where)
    assert found.all(axis=0).tolist() == [True, False, True]
    assert found.any(axis=0).tolist() == [True, False, True]
    assert ways().open([], where).shape == (6, 0)
