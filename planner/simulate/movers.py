"""Draw moving targets: runs along sea paths, particles of a drift."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.problem.drift import Drift
from planner.problem.runs import Runs
from planner.scenario import Scenario, Threat
from planner.sea import Sea
from planner.simulate.plane import Floats, LocalPlane, steps_nm
from planner.simulate.strata import Ints, Strata
from planner.simulate.targets import Moving

Bools = NDArray[np.bool_]

STRETCH_NM = 2.0
"""A target's path is followed in straight stretches no longer than this, about."""

WAYS = 250
"""Runs that take different ways are drawn along so many of them, evenly."""


def draw_moving(
    threat: Threat,
    number: int,
    scenario: Scenario,
    sea: Sea,
    plane: LocalPlane,
    strata: Strata,
    rng: np.random.Generator,
) -> tuple[Moving, float]:
    """Targets of a moving threat, and how far lengths of their paths are off in the plane.

    Runs take ways and departures of the same distribution as the plan's sampled
    tracks: see :class:`~planner.problem.runs.Runs`. Of a drift one of the
    particles that the plan knows is drawn and followed.

    Raises
    ------
    ScenarioError
        If no navigable path joins the two ends of runs, or the particles cannot be used.
    """
    if threat.kind == "drift":
        return _drifting(Drift(threat, number, scenario, sea), plane, strata)
    runs = Runs(threat, number, scenario, sea)
    if not runs.varied:
        way = np.zeros(strata.n, dtype=np.int64)
        return _running(runs, [runs.draw(rng)], way, plane, strata)
    count = min(WAYS, strata.n)
    way = rng.permutation(strata.n) % count
    return _running(runs, [runs.draw(rng) for _ in range(count)], way, plane, strata)


def _running(
    runs: Runs, paths: list[Floats], way: Ints, plane: LocalPlane, strata: Strata
) -> tuple[Moving, float]:
    """Runs along ``paths``, each target's by ``way`` (n,), departing by places in the strata."""
    fine = [_fine(path) for path in paths]
    steps = [steps_nm(path) for path in fine]
    xy = plane.to_xy(np.concatenate(fine))
    first = _begins(fine)
    drawn = np.hypot(*np.diff(xy, axis=0).T)
    length = np.concatenate([np.append(own, np.nan) for own in steps])[:-1]  # none between paths
    speed_kn = float(runs.threat.speed_kn or np.nan)
    after_h = [np.append(0.0, np.cumsum(own)) / speed_kn for own in steps]
    depart_h, gone_h = np.empty(strata.n), np.empty(strata.n)
    for number, own_h in enumerate(after_h):
        own = np.flatnonzero(way == number)
        depart_h[own] = runs.departures_h(strata.place[own], float(own_h[-1]))
        gone_h[own] = depart_h[own] + own_h[-1]
    return Moving(
        strata=strata,
        path=xy,
        after_h=np.concatenate(after_h),
        first=first,
        way=way,
        depart_h=depart_h,
        appear_h=np.maximum(depart_h, 0.0),
        gone_h=np.minimum(gone_h, runs.scenario.horizon_h),
    ), float(np.nanmax(np.abs(drawn / length - 1.0)))


def _drifting(drift: Drift, plane: LocalPlane, strata: Strata) -> tuple[Moving, float]:
    """Particles, each as often as its share of the places."""
    count = len(drift.chosen)
    particle, way = np.unique(
        np.minimum((strata.place * count).astype(np.int64), count - 1), return_inverse=True
    )
    courses = [drift.course(int(drift.chosen[each])).fine(STRETCH_NM) for each in particle]
    begin_h = np.array([course.hour[0] for course in courses])[way]
    return Moving(
        strata=strata,
        path=plane.to_xy(np.concatenate([course.place for course in courses])),
        after_h=np.concatenate([course.hour - course.hour[0] for course in courses]),
        first=_begins([course.hour for course in courses]),
        way=way,
        depart_h=begin_h,
        appear_h=begin_h,
        gone_h=np.array([course.hour[-1] for course in courses])[way],
    ), 0.0


def _begins(paths: list[Floats]) -> Ints:
    """Where the vertices of each path begin if they are laid end to end, and their number."""
    return np.cumsum([0, *(len(path) for path in paths)])


def _fine(path: Floats) -> Floats:
    """Path (w, 2) through the same points, straight in lon/lat between closer vertices."""
    pieces = np.maximum(1, np.ceil(steps_nm(path) / STRETCH_NM)).astype(int)
    fine = [
        path[k] + np.arange(1, count + 1)[:, None] / count * (path[k + 1] - path[k])
        for k, count in enumerate(pieces)
    ]
    whole: Floats = np.concatenate([path[:1], *fine])
    moves: Bools = np.any(np.diff(whole, axis=0) != 0.0, axis=1)
    fine_path: Floats = whole[np.append(True, moves)]
    return fine_path
