"""Ways and waits parted by breaks: times, speeds, lengths, places."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan.legs import GEOD, VERTICES_NM, length_nm, positions, waiting, way
from planner.units import NM_M

START = dt.datetime(2006, 5, 22, tzinfo=dt.UTC)
LINE = np.array([[51.2, 43.6], [51.0, 43.9], [50.2, 44.1], [50.2, 44.6]])


def at(step: int) -> dt.datetime:
    """Time of a step of ten minutes."""
    return START + step * dt.timedelta(minutes=10)


@given(st.integers(1, 40), st.lists(st.integers(0, 12), max_size=4), st.integers(1, 5))
def test_a_way_is_as_long_with_breaks_as_without(
    sailing: int, apart: list[int], lasts: int
) -> None:
    """Legs follow each other in time and place, at one speed, along the whole line."""
    begins, clock, under_way = [], 3, 0
    for steps in apart:
        if under_way + steps >= sailing:
            break
        under_way += steps
        clock += steps
        if begins and clock == begins[-1] + lasts and not steps:
            continue
        begins.append(clock)
        clock += lasts
    last = 3 + sailing + lasts * len(begins)
    legs = way(LINE, 3, last, begins, lasts, at, "break")
    assert (legs[0].start, legs[-1].end) == (at(3), at(last))
    for before, after in pairwise(legs):
        assert before.end == after.start
        assert before.path[-1] == pytest.approx(after.path[0], abs=2e-7)
    rests = [leg for leg in legs if leg.reason]
    assert [leg.start for leg in rests] == [at(begin) for begin in begins]
    assert all(leg.end - leg.start == at(lasts) - START for leg in rests)
    assert all(leg.mode == "loiter" and length_nm(leg.path) == 0.0 for leg in rests)
    ways = [leg for leg in legs if leg.mode == "transit"]
    whole = length_nm(way(LINE, 0, 1, (), 0, at, "break")[0].path)
    assert sum(length_nm(leg.path) for leg in ways) == pytest.approx(whole, rel=1e-4)
    speed_kn = whole / (sailing / 6)
    assert [leg.speed_kn for leg in ways] == pytest.approx([speed_kn] * len(ways), rel=2e-3)


def test_a_wait_is_parted_by_its_breaks() -> None:
    """Waits before, between and after breaks have no reason, and none lasts no time."""
    legs = waiting(LINE[0], 0, 12, (2, 5), 3, at, "break at anchor")
    spans = [((leg.start - at(0)) / dt.timedelta(minutes=10), leg.reason) for leg in legs]
    assert spans == [(0, None), (2, "break at anchor"), (5, "break at anchor"), (8, None)]
    assert legs[-1].end == at(12)
    assert waiting(LINE[0], 4, 4, (), 3, at, "break") == []


@given(st.lists(st.tuples(st.floats(49.0, 52.0), st.floats(42.0, 45.0)), min_size=2, max_size=9))
def test_lines_have_vertices_in_between(line: list[tuple[float, float]]) -> None:
    """All vertices stay, to the rounding, and between them so many that 5 nm lie between two."""
    path = np.array(line)
    found = np.array(positions(path))
    expected = [path[0]]
    for start, end in pairwise(path):
        metres = GEOD.inv(*start, *end)[2]
        pieces = max(1, int(np.ceil(metres / (VERTICES_NM * NM_M) - 1e-3)))
        expected += [start + (end - start) * (k / pieces) for k in range(1, pieces + 1)]
    assert found == pytest.approx(np.array(expected), abs=1e-7)
