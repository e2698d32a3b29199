"""The best schedule of one hull against all chains of sorties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def best_chain(profile: Profile, gap: int, free: int = 0, d: int = 0) -> float:
    """Value of the best chain from the d-th departure on, by trying every one."""
    if d == profile.departures.size:
        return 0.0
    best = best_chain(profile, gap, free, d + 1)
    departure = int(profile.departures[d])
    if departure >= free:
        for duration, value in enumerate(profile.value[d].tolist()):
            if value > NEVER:
                rest = best_chain(profile, gap, departure + duration + gap, d + 1)
                best = max(best, value + rest)
    return best


@given(profile=profiles(), gap=st.integers(0, 8))
def test_no_chain_is_better(profile: Profile, gap: int) -> None:
    """The value is that of the best of all chains with the gap between sorties."""
    value, _ = best_schedule(profile, gap)
    assert value == pytest.approx(best_chain(profile, gap), abs=1e-12)


@given(profile=profiles(), gap=st.integers(0, 8))
def test_the_schedule_has_its_value_and_keeps_the_gap(profile: Profile, gap: int) -> None:
    """The sorties chosen are in order, apart by the gap, and add up to the value."""
    value, chosen = best_schedule(profile, gap)
    assert math.fsum(profile.value[d, duration] for d, duration in chosen) == pytest.approx(
        value, abs=1e-12
    )
    free = 0
    for d, duration in chosen:
        assert profile.departures[d] >= free
        assert profile.value[d, duration] > 0
        free = int(profile.departures[d]) + duration + gap


def test_nothing_to_sail() -> None:
    """Where no sortie is worth anything the schedule is empty and worth nothing."""
    profile = Profile(np.arange(4, dtype=np.int32), np.full((4, 3), NEVER))
    assert best_schedule(profile, 1) == (0.0, [])
