"""Months and hours as intervals of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problem.times import active_h, cut, on_steps, place_in, windows
from planner.scenario import Scenario, Threat
from tests.threat_files import scenario_with

HOURS = st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda h: h[0] != h[1])
MONTHS = st.none() | st.sets(st.integers(1, 12), min_size=1).map(sorted)


def threat_of(hours: Iterable[int] | None, months: Iterable[int] | None) -> dict[str, object]:
    """An area threat at some hours and months."""
    given_ = {"hours": hours, "months": months}
    return {
        "name": "nets", "kind": "area", "weight": 1.0, "persistence_h": 5.0,
        **{key: list(value) for key, value in given_.items() if value is not None},
    }  # fmt: skip


def dated(start: str, days: float, threat: dict[str, object]) -> tuple[Scenario, Threat]:
    """A scenario of that threat alone."""
    scenario = scenario_with([threat], Path(), start=start, days=days)
    return scenario, scenario.threat[0]


@given(HOURS, MONTHS, st.integers(0, 23), st.integers(25, 31), st.sampled_from([1.0, 4.0, 10.5]))
def test_intervals_hold_the_minutes_that_months_and_hours_allow(
    hours: tuple[int, int] | None, months: list[int] | None, clock: int, day: int, days: float
) -> None:
    """A minute lies in an interval exactly if its month and clock hour are among those given."""
    start = f"2006-05-{day}T{clock:02d}:00:00+05:00"
    scenario, threat = dated(start, days, threat_of(hours, months))
    found = active_h(threat, scenario, -30.0, scenario.horizon_h)
    minutes = np.arange(-1800, int(60 * scenario.horizon_h), 17) + 0.5
    for minute in minutes:
        there = any(low < minute / 60 < high for low, high in found)
        time = scenario.start + timedelta(minutes=minute)
        allowed = months is None or time.month in months
        if hours is not None:
            low, high = hours
            at = time.hour
            allowed &= (low <= at < high) if low < high else (at >= low or at < high)
        assert there == allowed
    assert np.all(np.diff(found.ravel()) > 0), "in order and apart"


@given(HOURS, st.integers(0, 23), st.floats(0.5, 60))
def test_windows_are_wholly_in_or_out(
    hours: tuple[int, int] | None, clock: int, persistence_h: float
) -> None:
    """Cut windows partition the plan, none longer than the persistence; those inside add up."""
    scenario, threat = dated(f"2006-05-22T{clock:02d}:00:00+05:00", 3.0, threat_of(hours, None))
    intervals = on_steps(active_h(threat, scenario, 0.0, 72.0), 1 / 6)
    bounds, active = cut(windows(72.0, persistence_h), intervals)
    assert bounds[0] == 0.0
    assert bounds[-1] == 72.0
    lengths = np.diff(bounds)
    assert np.all((lengths > 0) & (lengths <= persistence_h + 1e-6))
    assert lengths[active].sum() == pytest.approx((intervals[:, 1] - intervals[:, 0]).sum())
    for begin, end in zip(bounds[:-1][active], bounds[1:][active], strict=True):
        assert any(low - 1e-9 <= begin and end <= high + 1e-9 for low, high in intervals)


def test_a_step_belongs_to_the_hours_if_its_middle_does() -> None:
    """From 00:20 to 00:50 in steps of an hour is the first step or none."""
    assert on_steps(np.array([[1 / 3, 5 / 6]]), 1.0).tolist() == [[0.0, 1.0]]
    assert on_steps(np.array([[0.6, 0.9]]), 1.0).tolist() == []
    assert on_steps(np.array([[0.6, 1.9]]), 1.0).tolist() == [[1.0, 2.0]]


def test_places_lie_along_the_time_that_is_left() -> None:
    """Shares of the time inside are laid over the intervals one after the other."""
    intervals = np.array([[-2.0, 0.0], [10.0, 16.0]])
    found = place_in(intervals, np.array([0.0, 0.125, 0.25, 0.5, 0.999999]))
    assert found == pytest.approx([-2.0, -1.0, 10.0, 12.0, 16.0], abs=1e-4)
