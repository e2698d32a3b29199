"""Meetings of targets and hulls, and who can still be reached, against brute force."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.simulate import targets as module
from planner.simulate.searches import Searches
from planner.simulate.strata import stratify
from planner.simulate.targets import Moving, Standing

KINK = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 5.0]])
PATHS = (
    np.array([[-10.0, -8.0], [15.0, 12.0]]),
    KINK,
    np.array([[12.0, -15.0], [11.0, -9.0], [2.0, -9.0], [-4.0, 2.0], [-14.0, 3.0]]),
)


def straight_searches(seed: int, k: int = 60, horizon_h: float = 12.0) -> Searches:
    """Pieces of search at random in a square of forty miles."""
    rng = np.random.default_rng(seed)
    start_h = rng.uniform(0.0, horizon_h - 1.0, k)
    turn = rng.uniform(0.0, 2 * np.pi, k)
    return Searches(
        start_h=start_h,
        end_h=start_h + rng.uniform(0.01, 1.0, k),
        start=rng.uniform(-20.0, 20.0, (k, 2)),
        velocity=15.0 * np.column_stack([np.cos(turn), np.sin(turn)]),
        width_nm=np.full(k, 4.0),
        search_kn=np.full(k, 15.0),
        max_kn=np.full(k, 30.0),
        scale_error=0.0,
    )


def standing(seed: int, n: int = 50) -> Standing:
    """Targets at random in the same square, each there for three hours."""
    rng = np.random.default_rng(seed)
    appear_h = rng.uniform(0.0, 9.0, n)
    return Standing(stratify(n, rng), rng.uniform(-20.0, 20.0, (n, 2)), appear_h, appear_h + 3.0)


def moving(seed: int, n: int = 50, speed_kn: float = 20.0) -> Moving:
    """Targets along a path with a bend, departing at any time of twelve hours."""
    return several(seed, n, [KINK], speed_kn)


def several(
    seed: int, n: int = 50, paths: Sequence[np.ndarray] = PATHS, speed_kn: float = 20.0
) -> Moving:
    """Targets along paths, each drawn for one of them, departing at any time of twelve hours."""
    rng = np.random.default_rng(seed)
    strata = stratify(n, rng)
    way = rng.integers(len(paths), size=n)
    lengths = [np.hypot(*np.diff(path, axis=0).T) for path in paths]
    after_h = [np.append(0.0, np.cumsum(length)) / speed_kn for length in lengths]
    last_h = np.array([own_h[-1] for own_h in after_h])[way]
    depart_h = -last_h + strata.place * (12.0 + last_h)
    return Moving(
        strata,
        np.concatenate(paths),
        np.concatenate(after_h),
        np.cumsum([0, *(len(path) for path in paths)]),
        way,
        depart_h,
        np.maximum(depart_h, 0.0),
        np.minimum(depart_h + last_h, 12.0),
    )


def position_of(targets: Standing | Moving, target: int, time_h: float) -> np.ndarray:
    """Where a target is at a time."""
    if isinstance(targets, Standing):
        return targets.point[target]
    gone = time_h - targets.depart_h[target]
    own = slice(*targets.first[targets.way[target] + np.arange(2)])
    after_h, path = targets.after_h[own], targets.path[own]
    return np.array([np.interp(gone, after_h, path[:, axis]) for axis in (0, 1)])


@pytest.mark.parametrize("make", [standing, moving, several])
def test_meetings_are_all_of_the_common_time(make: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each target and piece the meetings last as long as both are there, in any lots."""
    monkeypatch.setattr(module, "MOST_PAIRS", 500)
    targets, searches = make(1), straight_searches(2)
    met = np.zeros((targets.strata.n, searches.n))
    for meetings in targets.meetings(searches, None):
        assert np.all(meetings.hours > 0)
        np.add.at(met, (meetings.target, meetings.piece), meetings.hours)
    both = np.minimum.outer(targets.gone_h, searches.end_h) - np.maximum.outer(
        targets.appear_h, searches.start_h
    )
    assert met == pytest.approx(np.clip(both, 0.0, None), abs=1e-9)


@pytest.mark.parametrize("make", [standing, moving, several])
def test_targets_are_where_they_are_said_to_be(make: type) -> None:
    """At the beginning and the end of each meeting the target's position is its own."""
    targets, searches = make(3), straight_searches(4)
    for meetings in targets.meetings(searches, None):
        for share in (0.0, 1.0):
            gone = (share * meetings.hours)[:, None]
            found = meetings.position + gone * meetings.velocity
            times = meetings.begin_h + share * meetings.hours
            expected = [
                position_of(targets, *at) for at in zip(meetings.target, times, strict=True)
            ]
            assert found == pytest.approx(np.array(expected), abs=1e-8)


@pytest.mark.parametrize("make", [standing, moving, several])
def test_the_filter_leaves_out_only_what_is_far(make: type) -> None:
    """Meetings within reach are kept by the filter of space, moment by moment."""
    targets, searches = make(5), straight_searches(6)
    reach_nm = searches.width_nm / 2

    def close(reach: np.ndarray | None) -> set[tuple[int, int]]:
        found = set()
        for meetings in targets.meetings(searches, reach):
            offset, velocity = meetings.relative(searches)
            times = np.linspace(0.0, 1.0, 101)[:, None, None] * meetings.hours[:, None]
            near = np.linalg.norm(offset + times * velocity, axis=2).min(axis=0) <= 1.99
            found |= set(
                zip(meetings.target[near].tolist(), meetings.piece[near].tolist(), strict=True)
            )
        return found

    assert close(reach_nm) == close(None)
    assert close(None)


@given(
    st.floats(-30.0, 30.0),
    st.floats(-30.0, 30.0),
    st.floats(0.0, 0.7),
    st.sampled_from([8.0, 16.0, 30.0]),
)
def test_moving_targets_are_reached_if_some_moment_allows(
    x: float, y: float, since_h: float, max_kn: float
) -> None:
    """A boat reaches a run if at some of many instants it could be where the target is."""
    targets = moving(7, n=2)
    which = np.array([1])
    start_h = targets.depart_h[which] + since_h
    start = np.array([[x, y]])
    found = targets.can_be_reached(which, start, start_h, np.array([max_kn]))[0]
    times = np.linspace(start_h[0], targets.gone_h[1], 4001)
    where = np.array([position_of(targets, 1, time) for time in times[::20]])
    spare = max_kn * (times[::20] - start_h[0]) - np.hypot(*(where - start[0]).T)
    slack = (max_kn + 20.0) * (times[20] - times[0])
    if found:
        assert spare.max() >= -slack
    else:
        assert spare.max() <= slack


def test_standing_targets_are_reached_in_time_or_not() -> None:
    """Ten miles at twenty knots take half an hour: a window of that length will do."""
    strata = stratify(2, np.random.default_rng(0))
    point = np.array([[10.0, 0.0], [10.0, 0.0]])
    targets = Standing(strata, point, np.zeros(2), np.array([1.51, 1.49]))
    reached = targets.can_be_reached(
        np.array([0, 1]), np.zeros((2, 2)), np.ones(2), np.full(2, 20.0)
    )
    assert reached.tolist() == [True, False]
