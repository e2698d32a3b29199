"""What all hulls earn together while some are taken, against every set of sorties they can sail."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problem.arrays import CapacityRow
from planner.solve.flow import best_flow
from planner.solve.pricing import NEVER, Profile
from planner.solve.timeline import best_schedule

N_STEPS = 20
SPANS = st.tuples(st.integers(0, N_STEPS - 1), st.integers(1, 12)).map(lambda s: (s[0], sum(s)))
TAKEN = st.lists(SPANS, max_size=4).map(tuple)


def rows(taken: st.SearchStrategy[tuple[tuple[int, int], ...]]) -> st.SearchStrategy[CapacityRow]:
    """Few hulls, short pauses."""
    least = st.one_of(st.just(0), st.integers(1, 9))
    return st.builds(CapacityRow, st.integers(0, 3), st.integers(0, 5), least, taken)


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Up to five departures, sorties of up to four steps, of worth or not."""
    departures = sorted(draw(st.sets(st.integers(0, N_STEPS - 1), max_size=5)))
    value = st.one_of(st.just(NEVER), st.floats(-1, 5))
    table = [[NEVER, *(draw(value) for _ in range(4))] for _ in departures]
    return Profile(np.array(departures, np.int32), np.array(table).reshape(-1, 5))


def best_set(profile: Profile, row: CapacityRow) -> float:
    """Value of the best of all sets of sorties, departure by departure, with repetition."""
    departures = profile.departures.tolist()

    def keeps(out: tuple[int, ...], begin: int, end: int) -> bool:
        """Whether those that are out until the steps in ``out`` find hulls in every step."""
        for step in range(begin, min(end, max(out, default=0))):
            own = sum(step < until for until in out)
            others = sum(first <= step < last for first, last in row.taken)
            if own and own + others > row.capacity:
                return False
        return True

    def best(d: int, out: tuple[int, ...]) -> float:
        if d == len(departures):
            return 0.0
        here = departures[d]
        then = departures[d + 1] if d + 1 < len(departures) else 100
        out = tuple(until for until in out if until > here)
        found = -np.inf
        offers = [k for k in range(5) if profile.value[d, k] > 0]
        for many in range(row.capacity - len(out) + 1):
            for chosen in combinations_with_replacement(offers, many):
                until = [max(here + k + row.gap_steps, here + row.least_steps) for k in chosen]
                more = (*out, *until)
                if keeps(more, here, then):
                    worth = sum(float(profile.value[d, k]) for k in chosen)
                    found = max(found, worth + best(d + 1, tuple(sorted(more))))
        return found

    return best(0, ())


@given(profile=profiles(), row=rows(TAKEN))
def test_no_set_of_sorties_is_worth_more(profile: Profile, row: CapacityRow) -> None:
    """The value is that of the best of all sets of sorties, and rounded up by next to nothing."""
    value, _ = best_flow(profile, row, N_STEPS)
    best = best_set(profile, row)
    assert best - 1e-12 <= value <= best + 1e-7


@given(profile=profiles(), row=rows(st.just(())))
def test_hulls_of_which_none_is_taken_sail_alike(profile: Profile, row: CapacityRow) -> None:
    """Where nothing is taken each hull sails the best schedule of one."""
    value, _ = best_flow(profile, row, N_STEPS)
    assert value == pytest.approx(row.capacity * best_schedule(profile, row)[0], abs=1e-7)


@given(profile=profiles(), row=rows(TAKEN))
def test_the_sorties_are_those_it_is_made_of(profile: Profile, row: CapacityRow) -> None:
    """The sorties are of worth, each is there once, and without any others it is worth as much."""
    value, chosen = best_flow(profile, row, N_STEPS)
    assert len(set(chosen)) == len(chosen)
    assert bool(chosen) == (value > 0)
    only = np.full_like(profile.value, NEVER)
    for d, duration in chosen:
        assert profile.value[d, duration] > 0
        only[d, duration] = profile.value[d, duration]
    again, _ = best_flow(Profile(profile.departures, only), row, N_STEPS)
    assert again == pytest.approx(value, abs=1e-7)


def test_what_is_taken_between_departures_counts() -> None:
    """A hull that is taken for a step while all are out leaves one in port from the start."""
    value = np.full((1, 5), NEVER)
    value[0, 4] = 2.0
    profile = Profile(np.array([0], np.int32), value)
    assert best_flow(profile, CapacityRow(2, 1, 0, ((3, 4),)), N_STEPS)[0] == pytest.approx(2.0)
    assert best_flow(profile, CapacityRow(2, 1, 0, ((5, 6),)), N_STEPS)[0] == pytest.approx(4.0)
    assert best_flow(profile, CapacityRow(2, 1, 6, ((5, 6),)), N_STEPS)[0] == pytest.approx(2.0)


@pytest.mark.parametrize("high", [1.0, 1e6, 1e14])
def test_absurd_prices_are_counted_as_well(high: float) -> None:
    """However much a sortie is worth the flow is found, and its value no less than the true one."""
    departures = np.arange(0, 2000, 2, dtype=np.int32)
    value = np.full((1000, 3), NEVER)
    value[:, 2] = high
    row = CapacityRow(2, 2, 0, ((100, 1000),))
    found, _ = best_flow(Profile(departures, value), row, 2000)
    sorties = 2000 // 4 + 100 // 4 + 1000 // 4
    assert sorties * high <= found * (1 + 1e-12) <= sorties * high * (1 + 1e-8)
