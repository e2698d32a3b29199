"""The best schedule of one hull against all chains of sorties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problem.arrays import CapacityRow
from planner.solve.pricing import NEVER, Profile
from planner.solve.timeline import best_schedule


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Few departures, few durations, values good, bad and none."""
    departures = sorted(draw(st.sets(st.integers(0, 25), min_size=1, max_size=6)))
    durations = draw(st.integers(2, 6))
    values = st.one_of(st.just(NEVER), st.floats(-1, 5))
    table = draw(
        st.lists(
            st.lists(values, min_size=durations, max_size=durations),
            min_size=len(departures),
            max_size=len(departures),
        )
    )
    value = np.array(table, np.float64)
    value[:, 0] = NEVER  # every sortie takes some time
    return Profile(np.array(departures, np.int32), value)


ROWS = st.builds(
    CapacityRow,
    st.integers(1, 3),
    st.integers(0, 8),
    st.one_of(st.just(0), st.integers(1, 14)),
    st.just(((0, 40),)),
)
"""One hull's schedule is the same whatever their number and whatever is taken."""


def best_chain(profile: Profile, row: CapacityRow, free: int = 0, d: int = 0) -> float:
    """Value of the best chain from the d-th departure on, by trying every one."""
    if d == profile.departures.size:
        return 0.0
    best = best_chain(profile, row, free, d + 1)
    departure = int(profile.departures[d])
    if departure >= free:
        for duration, value in enumerate(profile.value[d].tolist()):
            if value > NEVER:
                ready = departure + max(duration + row.gap_steps, row.least_steps)
                rest = best_chain(profile, row, ready, d + 1)
                best = max(best, value + rest)
    return best


@given(profile=profiles(), row=ROWS)
def test_no_chain_is_better(profile: Profile, row: CapacityRow) -> None:
    """The value is that of the best of all chains with the pauses between sorties."""
    value, _ = best_schedule(profile, row)
    assert value == pytest.approx(best_chain(profile, row), abs=1e-12)


@given(profile=profiles(), row=ROWS)
def test_the_schedule_has_its_value_and_keeps_the_pauses(
    profile: Profile, row: CapacityRow
) -> None:
    """The sorties chosen are in order, apart by gap and least time, and add up to the value."""
    value, chosen = best_schedule(profile, row)
    assert math.fsum(profile.value[d, duration] for d, duration in chosen) == pytest.approx(
        value, abs=1e-12
    )
    free = 0
    for d, duration in chosen:
        assert profile.departures[d] >= free
        assert profile.value[d, duration] > 0
        free = int(profile.departures[d]) + max(duration + row.gap_steps, row.least_steps)


@pytest.mark.parametrize("gap", [0, 1, 4])
@pytest.mark.parametrize("least", [0, 3, 6, 9])
def test_a_hull_sails_again_at_the_very_step_it_is_free(gap: int, least: int) -> None:
    """Of two sorties of two steps both are sailed exactly from the row's pause on."""
    value = np.array([[NEVER, NEVER, 1.0]] * 2)
    for later in range(1, 12):
        profile = Profile(np.array([0, later], np.int32), value)
        worth, _ = best_schedule(profile, CapacityRow(1, gap, least))
        assert worth == (2.0 if later >= max(2 + gap, least) else 1.0)


def test_nothing_to_sail() -> None:
    """Where no sortie is worth anything or may depart the schedule is empty and worth nothing."""
    profile = Profile(np.arange(4, dtype=np.int32), np.full((4, 3), NEVER))
    assert best_schedule(profile, CapacityRow(1, 1)) == (0.0, [])
    never = Profile(np.zeros(0, np.int32), np.zeros((0, 3)))
    assert best_schedule(never, CapacityRow(1, 1)) == (0.0, [])
