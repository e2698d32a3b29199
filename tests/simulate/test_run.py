"""Whole trials: against closed forms, and against a slow simulation on the ellipsoid."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from planner.plan.model import Leg, Plan
from planner.scenario import Scenario
from planner.sea import Sea
from planner.sea.model import SHORE_ONLY
from planner.simulate import simulate
from planner.simulate.model import Law
from planner.simulate.plane import GEOD, LocalPlane
from planner.simulate.run import Trial, play, trial
from planner.simulate.searches import Searches
from planner.simulate.strata import stratify
from planner.simulate.targets import Moving, Standing

SIDE_NM = 24.0
WIDTH_NM = 4.0


def passes(rows_nm: list[float], speed_kn: float = 15.0) -> Searches:
    """Straight passes west to east, one after the other, far beyond a square on both sides."""
    k = len(rows_nm)
    hours = 400.0 / speed_kn
    start_h = hours * np.arange(k)
    return Searches(
        start_h=start_h,
        end_h=start_h + hours,
        start=np.column_stack([np.full(k, -200.0), rows_nm]),
        velocity=np.tile([speed_kn, 0.0], (k, 1)),
        width_nm=np.full(k, WIDTH_NM),
        search_kn=np.full(k, speed_kn),
        max_kn=np.full(k, 30.0),
        scale_error=0.0,
    )


def square(n: int, searches: Searches) -> Standing:
    """Targets anywhere in a square about the origin, for all of the time."""
    rng = np.random.default_rng(8)
    point = rng.uniform(-SIDE_NM / 2, SIDE_NM / 2, (n, 2))
    return Standing(stratify(n, rng), point, np.zeros(n), np.full(n, searches.end_h[-1] + 1.0))


@pytest.mark.parametrize(
    ("rows_nm", "swept"),
    [
        ([0.0], 4.0),  # one pass sees W · L / A
        ([-6.0, 0.0, 6.0], 12.0),  # lanes apart see three times as much
        ([0.0, 0.0, 0.0], 4.0),  # on one line they see no more than one
        ([0.0, 2.0], 6.0),  # half over each other
        ([12.0], 2.0),  # half outside
    ],
)
def test_passes_find_what_they_sweep(rows_nm: list[float], swept: float) -> None:
    """By definite range the chance is the share of the square that is swept."""
    searches = passes(rows_nm)
    targets = square(20_000, searches)
    found_h, _ = play(targets, searches, "definite", np.random.default_rng(0))
    share = swept / SIDE_NM
    scatter = math.sqrt(share * (1 - share) / 20_000)
    assert np.isfinite(found_h).mean() == pytest.approx(share, abs=4 * scatter)


def test_a_pass_by_the_inverse_cube_finds_by_its_lateral_range() -> None:
    """The share found abeam at each distance is ``1 − exp(−W² / 4πx²)``."""
    searches = passes([0.0])
    targets = square(40_000, searches)
    found_h, _ = play(targets, searches, "inverse-cube", np.random.default_rng(0))
    abeam = np.abs(targets.point[:, 1])
    for low in range(0, 12, 2):
        chosen = (abeam >= low) & (abeam < low + 2)
        expected = -np.expm1(-(WIDTH_NM**2) / (4 * math.pi * abeam[chosen] ** 2))
        scatter = math.sqrt(np.sum(expected * (1 - expected))) / chosen.sum()
        assert np.isfinite(found_h[chosen]).mean() == pytest.approx(
            expected.mean(), abs=4 * scatter + 1e-4
        )


def test_running_targets_meet_a_crossing_hull_as_relative_motion_has_it() -> None:
    """Across a hull's course at any moment, found are those within ``W`` of relative track.

    A hull at 15 kn sails along a target's path turned by 90 degrees: in the
    frame of the target it comes at √(15² + 20²) = 25 kn, and departures within
    ``W / 2 · 25 / (15 · 20)`` hours of the collision are found.
    """
    searches = passes([0.0])
    n = 20_000
    strata = stratify(n, np.random.default_rng(1))
    path = np.array([[0.0, -30.0], [0.0, 30.0]])
    collision_h = 200.0 / 15.0 - 30.0 / 20.0
    depart_h = collision_h - 2.0 + 4.0 * strata.place
    targets = Moving(
        strata, path, np.array([0.0, 3.0]), np.array([0, 2]), np.zeros(n, np.int64),
        depart_h, depart_h, depart_h + 3.0,
    )  # fmt: skip
    found_h, reached = play(targets, searches, "definite", np.random.default_rng(0))
    half_h = WIDTH_NM / 2 * 25.0 / (15.0 * 20.0)
    found = np.isfinite(found_h)
    assert np.array_equal(found, np.abs(depart_h - collision_h) <= half_h)
    assert reached[found].all()


@pytest.fixture(scope="module", params=["definite", "inverse-cube"])
def law(request: pytest.FixtureRequest) -> Law:
    """Return each law of detection."""
    return request.param


@pytest.fixture(scope="module")
def trials(plan: Plan, scenario: Scenario, sea: Sea, plane: LocalPlane) -> list[Trial]:
    """Try the hand-made plan on some targets."""
    return trial(plan, scenario, sea, plane, runs=600, seed=11, law="definite")[0]


def test_the_plan_is_played_as_the_ellipsoid_has_it(
    trials: list[Trial], plan: Plan, scenario: Scenario, sea: Sea, plane: LocalPlane
) -> None:
    """Stepping through time on geodesics finds the same targets at the same times.

    Left out are the few whose closest distance is within 30 m of the range:
    there the steps decide.
    """
    hulls = [_positions(leg, scenario) for s in plan.sorties for leg in s.legs]
    unsure = compared = 0
    for tried in trials:
        for k in range(tried.targets.strata.n):
            closest, first_h = _stepped(tried.targets, k, hulls, scenario, sea, plane)
            if abs(closest) < 30.0:
                unsure += 1
                continue
            compared += 1
            assert (closest < 0) == tried.found[k]
            if tried.found[k]:
                assert tried.found_h[k] == pytest.approx(first_h, abs=0.02)
    assert compared > 590 - unsure
    assert unsure < 12
    assert sum(tried.found.sum() for tried in trials) > 20


def _positions(leg: Leg, scenario: Scenario) -> tuple[np.ndarray, np.ndarray, float]:
    """Hours, lon/lat every 20 seconds, and half the sweep width in metres, of a search leg."""
    if leg.mode != "search":
        return np.zeros(0), np.zeros((0, 2)), 0.0
    from_h, to_h = ((t - scenario.start).total_seconds() / 3600 for t in (leg.start, leg.end))
    run_m = np.cumsum([0.0, *(GEOD.inv(*a, *b)[2] for a, b in pairwise(leg.path))])
    times = np.arange(from_h, to_h, 1 / 180)
    done = (times - from_h) / (to_h - from_h) * run_m[-1]
    path = np.array(leg.path)
    where = np.column_stack([np.interp(done, run_m, path[:, axis]) for axis in (0, 1)])
    return times, where, leg.sweep_width_nm * 1852.0 / 2


def _stepped(
    targets: Standing | Moving,
    k: int,
    hulls: list[tuple[np.ndarray, np.ndarray, float]],
    scenario: Scenario,
    sea: Sea,
    plane: LocalPlane,
) -> tuple[float, float]:
    """Metres by which the closest distance exceeds the range, and when it first is within."""
    least, first_h = math.inf, math.inf
    for times, where, range_m in hulls:
        there = (times >= targets.appear_h[k]) & (times <= targets.gone_h[k])
        if not there.any():
            continue
        if isinstance(targets, Standing):
            point = np.broadcast_to(plane.to_lonlat(targets.point[k : k + 1]), where[there].shape)
        else:
            point = _run(scenario, sea, times[there] - targets.depart_h[k])
        beyond = GEOD.inv(*where[there].T, *point.T)[2] - range_m
        least = min(least, beyond.min())
        if beyond.min() <= 0:
            first_h = min(first_h, times[there][np.argmax(beyond <= 0)])
    return least, first_h


def _run(scenario: Scenario, sea: Sea, gone_h: np.ndarray) -> np.ndarray:
    """Where a run is, so many hours after its departure."""
    threat = scenario.threat[2]
    assert threat.origin and threat.destination and threat.speed_kn
    path = sea.waters(SHORE_ONLY).field(threat.origin).path(threat.destination)
    run_nm = np.cumsum([0.0, *(GEOD.inv(*a, *b)[2] / 1852.0 for a, b in pairwise(path))])
    along = np.clip(gone_h * threat.speed_kn, 0.0, run_nm[-1])
    return np.column_stack([np.interp(along, run_nm, path[:, axis]) for axis in (0, 1)])


def test_what_is_intercepted_was_found_before(trials: list[Trial]) -> None:
    """Only found targets are intercepted, and each was found while it was there."""
    for tried in trials:
        assert not np.any(tried.intercepted & ~tried.found)
        found = tried.found
        assert np.all(tried.found_h[found] >= tried.targets.appear_h[found] - 1e-9)
        assert np.all(tried.found_h[found] <= tried.targets.gone_h[found] + 1e-9)


def test_one_seed_is_one_simulation(plan: Plan, law: Law) -> None:
    """The same seed gives the same figures, another one others."""
    first, again, other = (simulate(plan, runs=400, seed=seed, law=law) for seed in (1, 1, 2))
    assert first == again
    assert other.total.simulated != first.total.simulated or other.watches != first.watches


def test_the_interval_is_as_wide_as_the_scatter(plan: Plan, law: Law) -> None:
    """Over many seeds the total scatters as its standard error says."""
    found = [simulate(plan, runs=300, seed=seed, law=law) for seed in range(24)]
    scatter = np.std([one.total.simulated for one in found], ddof=1)
    stated = math.sqrt(np.mean([one.standard_error**2 for one in found]))
    assert 0.6 < scatter / stated < 1.6


def test_a_fleet_that_stays_in_port_finds_nothing(plan: Plan, scenario: Scenario, law: Law) -> None:
    """Without sorties no target is found, by either law."""
    idle = plan.model_copy(update={"sorties": ()}).at(scenario)
    found = simulate(idle, runs=100, law=law)
    assert (found.total.simulated, found.total.median_h) == (0.0, None)
    assert 0.0 < found.total.high < 0.05


@pytest.mark.parametrize(
    "wrong", [{"runs": 0}, {"seed": -1}, {"law": "wishful"}], ids=["runs", "seed", "law"]
)
def test_what_makes_no_sense_is_refused(plan: Plan, wrong: dict[str, object]) -> None:
    """No runs, a negative seed and an unknown law are errors of the caller."""
    with pytest.raises(ValueError, match="at least"):
        simulate(plan, **wrong)
