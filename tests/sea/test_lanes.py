"""Search lanes: exact length, inside the cell, through different water."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import SeaError
from planner.sea import Sea, Waters
from planner.sea import lanes as module
from planner.sea.cells import sample_points
from planner.sea.geodesy import GEOD
from planner.sea.lanes import Lanes, Past
from planner.sea.model import SHORE_ONLY
from planner.units import NM_M


@pytest.fixture(scope="module")
def waters(kazakh_sea: Sea) -> Waters:
    """Kazakh waters by the shoreline alone: with islands, spits and bays."""
    return kazakh_sea.waters(SHORE_ONLY)


def check(waters: Waters, cell: int, lane: np.ndarray, length: float) -> None:
    """A lane has its length, measured by PROJ, and lies in the cell and in navigable water."""
    metres = sum(GEOD.inv(*a, *b)[2] for a, b in pairwise(lane))
    assert metres / NM_M == pytest.approx(length, rel=1e-4)
    line = shapely.LineString(lane)
    assert shapely.buffer(waters.pieces[cell], 2e-9).covers(line)
    assert shapely.buffer(waters.cells.water[cell], 2e-9).covers(line)
    assert waters.navigable.covers(line)


@settings(max_examples=150)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(1.0, 4.0), st.integers(0, 30))
def test_any_lane(
    waters: Waters, which: float, first: float, last: float, times: float, index: int
) -> None:
    """Between any two access points a lane of any length from the span up is found."""
    cells = np.flatnonzero(waters.searchable)
    cell = int(cells[int(which * (len(cells) - 1))])
    access = waters.access(cell)
    start = waters.points[access[int(first * (len(access) - 1))]]
    end = waters.points[access[int(last * (len(access) - 1))]]
    length = max(1.0, float(waters.span_nm[cell])) * times
    lane = waters.lane(cell, start, end, length, index)
    assert lane[0] == pytest.approx(start, abs=1e-12)
    assert lane[-1] == pytest.approx(end, abs=1e-12)
    check(waters, cell, lane, length)
    assert np.array_equal(lane, waters.lane(cell, start, end, length, index))


def test_lane_of_exactly_the_span(waters: Waters) -> None:
    """A lane as long as the way itself is that way."""
    for cell in np.flatnonzero(waters.searchable)[::40]:
        points = waters.points[waters.access(int(cell))]
        ends = [(a, b) for a in points for b in points]
        way = [waters._room(int(cell)).ways(a, b[None])[0][0] for a, b in ends]
        start, end = ends[int(np.argmax(way))]
        lane = waters.lane(int(cell), start, end, float(waters.span_nm[cell]))
        check(waters, int(cell), lane, float(waters.span_nm[cell]))


def open_cell(waters: Waters) -> int:
    """A whole hexagon in open water."""
    cells = waters.cells
    whole = waters.searchable & (cells.area_nm2 > 0.9999 * cells.hexagon_nm2)
    return int(np.flatnonzero(whole)[len(cells.ids) // 4])


def test_indexes_give_different_lanes(waters: Waters) -> None:
    """Five indexes give five lanes, and together they see much more than one."""
    cell = open_cell(waters)
    a = waters.points[waters.access(cell)]
    length = 1.1 * waters.span_nm[cell]
    lanes = [waters.lane(cell, a[0], a[3], length, k) for k in range(5)]
    seen = [near(waters, cell, lanes[: k + 1], 1.0) for k in range(5)]
    assert all(later > earlier for earlier, later in pairwise(seen))
    assert seen[-1] > 1.8 * seen[0]


def near(waters: Waters, cell: int, lanes: list[np.ndarray], width_nm: float) -> float:
    """Share of a cell's water within half of ``width_nm`` of some lane."""
    room = waters._room(cell)
    points = shapely.points(room.to_xy(sample_points(waters.cells.water[cell], 500)))
    lines = shapely.union_all([shapely.LineString(room.to_xy(lane)) for lane in lanes])
    return float((shapely.distance(points, lines) <= width_nm / 2 * NM_M).mean())


@pytest.mark.parametrize("width_nm", [1.5, 3.0])
def test_lanes_see_more_than_random_search(waters: Waters, width_nm: float) -> None:
    """Repeated visits over random gates see at least 1 − exp(−coverage), on average of cells."""
    rng = np.random.default_rng(7)
    cells = waters.cells
    whole = np.flatnonzero(waters.searchable & (cells.area_nm2 > 0.9 * cells.hexagon_nm2))
    seen, promised = np.zeros(4), np.zeros(4)
    for cell in whole[::25]:
        length = max(float(waters.span_nm[cell]), float(cells.spacing_nm[cell]))
        lanes: list[np.ndarray] = []
        for visit in range(4):
            a, b = waters.points[rng.choice(waters.access(int(cell)), 2)]
            past = Past(lanes)
            lanes.append(waters.lane(int(cell), a, b, length, past=past, width_nm=width_nm))
            seen[visit] += near(waters, int(cell), lanes, width_nm)
            coverage = width_nm * length * (visit + 1) / cells.area_nm2[cell]
            promised[visit] += 1 - np.exp(-coverage)
    assert np.all(seen >= promised)


def test_a_lane_spares_only_what_its_own_targets_have_met(waters: Waters) -> None:
    """A lane that nobody's targets remember is as good as none; one that some do is kept off."""
    cell = open_cell(waters)
    a = waters.points[waters.access(cell)]
    length = 1.3 * waters.span_nm[cell]
    lane = partial(waters.lane, cell, a[0], a[3], length, width_nm=3.0)
    first = lane()
    stake = np.array([1.0, 3.0])

    def after(met: list[bool]) -> np.ndarray:
        return lane(past=Past([first], stake, np.array(met)[:, None]))

    forgotten, whole = after([False, False]), after([True, True])
    both = [near(waters, cell, [first, other], 3.0) for other in (forgotten, after([False, True]))]
    assert both[1] > both[0] >= near(waters, cell, [first], 3.0)
    assert near(waters, cell, [first, whole], 3.0) > both[0]


def test_past_counts_by_kind_of_target() -> None:
    """How often water was looked at is a sum over the lanes that each kind of target met."""
    seen = np.array([[1.0, 0.0, 0.5], [0.2, 1.0, 0.0]])
    lanes = [np.zeros((2, 2))] * 2
    met = np.array([[True, False], [True, True], [False, False]])
    found = Past(lanes, np.ones(3), met).times(seen)
    assert found.tolist() == [[1.0, 0.0, 0.5], [1.2, 1.0, 0.5], [0.0, 0.0, 0.0]]
    assert Past(lanes).times(seen).tolist() == [[1.2, 1.0, 0.5]]


def test_too_short_is_refused(kazakh_sea: Sea, waters: Waters) -> None:
    """A lane shorter than the way inside the cell, or in a cell not searchable, is refused."""
    cell = open_cell(waters)
    a = waters.points[waters.access(cell)]
    with pytest.raises(SeaError, match="span"):
        waters.lane(cell, a[0], a[3], 0.5)
    deep = kazakh_sea.waters(2.95)
    barred = int(np.flatnonzero(~deep.searchable)[0])
    with pytest.raises(SeaError, match="not searchable"):
        deep.lane(barred, a[0], a[3], 20.0)


def test_lanes_that_are_kept_are_those_drawn_anew(
    waters: Waters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked over and over in any order, with little kept or much, the answers stay the same."""
    cell = open_cell(waters)
    a = waters.points[waters.access(cell)]
    rng = np.random.default_rng(4)
    asks = [(int(rng.integers(3)), int(rng.integers(3, 6)), 1.1 + 0.2 * (k % 2)) for k in range(8)]

    def laid(maker: Callable[[], Lanes]) -> list[np.ndarray]:
        lanes: list[np.ndarray] = []
        for first, last, times in asks * 2:
            past = Past(lanes[-5:], np.array([1.0, 2.0]), rng_met(len(lanes[-5:])))
            length = times * float(waters.span_nm[cell])
            lanes.append(maker().lane(a[first], a[last], length, 0, past, 2.5))
        return lanes

    kept = Lanes(waters._room(cell))
    whole = laid(lambda: kept)
    again = laid(lambda: kept)
    for name in ("WAYS_KEPT", "LAID_KEPT", "CHOSEN_KEPT"):
        monkeypatch.setattr(module, name, 1)
    few = Lanes(waters._room(cell))
    for other in (again, laid(lambda: few), laid(lambda: Lanes(waters._room(cell)))):
        assert all(np.array_equal(one, two) for one, two in zip(whole, other, strict=True))


def rng_met(count: int) -> np.ndarray:
    """Which of so many lanes two kinds of targets have met: all, and every other."""
    return np.stack([np.ones(count, bool), np.arange(count) % 2 == 0])
