"""Draw moving targets: runs along sea paths, particles of a drift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.problem.drift import Drift
from planner.problem.runs import Runs
from planner.scenario import Scenario, Threat
from planner.sea import Sea
from planner.simulate.plane import Floats, LocalPlane, steps_nm
from planner.simulate.searches import Searches
from planner.simulate.strata import Ints, Strata
from planner.simulate.targets import Meetings, Moving

Bools = NDArray[np.bool_]

STRETCH_NM = 2.0
"""A target's path is followed in straight stretches no longer than this, about."""

WAYS = 250
"""Runs that take different ways are drawn along so many of them, evenly."""


@dataclass(frozen=True)
class Mixed:
    """Targets (n,) that move along several paths.

    ``parts`` are the targets along each, ``own`` their numbers among all;
    together these are 0 to n − 1, each once.
    """

    strata: Strata
    parts: tuple[Moving, ...]
    own: tuple[Ints, ...]

    @property
    def appear_h(self) -> Floats:
        """When each can first be found (n,)."""
        return self._gathered([part.appear_h for part in self.parts])

    @property
    def gone_h(self) -> Floats:
        """When each is gone (n,)."""
        return self._gathered([part.gone_h for part in self.parts])

    def meetings(self, searches: Searches, reach_nm: Floats | None) -> Iterator[Meetings]:
        """Meetings with pieces of search, all of a target in one lot."""
        for part, own in zip(self.parts, self.own, strict=True):
            for found in part.meetings(searches, reach_nm):
                yield replace(found, target=own[found.target])

    def can_be_reached(self, which: Ints, start: Floats, start_h: Floats, max_kn: Floats) -> Bools:
        """Whether a boat at ``start`` meets targets (q,) before they go."""
        met = np.zeros(len(which), dtype=bool)
        for part, own in zip(self.parts, self.own, strict=True):
            mine = np.flatnonzero(np.isin(which, own))
            if len(mine):
                local = np.searchsorted(own, which[mine])
                met[mine] = part.can_be_reached(local, start[mine], start_h[mine], max_kn[mine])
        return met

    def _gathered(self, values: list[Floats]) -> Floats:
        found = np.empty(self.strata.n)
        for part, own in zip(values, self.own, strict=True):
            found[own] = part
        return found


def draw_moving(
    threat: Threat,
    number: int,
    scenario: Scenario,
    sea: Sea,
    plane: LocalPlane,
    strata: Strata,
    rng: np.random.Generator,
) -> tuple[Moving | Mixed, float]:
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
        return _run(runs, runs.draw(rng), plane, strata)
    count = min(WAYS, strata.n)
    which = rng.permutation(strata.n) % count
    owns = [np.flatnonzero(which == way) for way in range(count)]
    drawn = [_run(runs, runs.draw(rng), plane, _some(strata, own)) for own in owns]
    return Mixed(strata, tuple(part for part, _ in drawn), tuple(owns)), max(e for _, e in drawn)


def _run(runs: Runs, path: Floats, plane: LocalPlane, strata: Strata) -> tuple[Moving, float]:
    """Runs along one way, from departures by their places in the strata."""
    path = _fine(path)
    steps = steps_nm(path)
    xy = plane.to_xy(path)
    error = float(np.abs(np.hypot(*np.diff(xy, axis=0).T) / steps - 1.0).max())
    after_h = np.append(0.0, np.cumsum(steps)) / float(runs.threat.speed_kn or np.nan)
    depart_h = runs.departures_h(strata.place, float(after_h[-1]))
    return Moving(
        strata=strata,
        path=xy,
        after_h=after_h,
        depart_h=depart_h,
        appear_h=np.maximum(depart_h, 0.0),
        gone_h=np.minimum(depart_h + after_h[-1], runs.scenario.horizon_h),
    ), error


def _drifting(drift: Drift, plane: LocalPlane, strata: Strata) -> tuple[Mixed, float]:
    """Particles, each as often as its share of the places."""
    count = len(drift.chosen)
    which = np.minimum((strata.place * count).astype(np.int64), count - 1)
    parts, owns = [], []
    for particle in np.unique(which):
        own = np.flatnonzero(which == particle)
        course = drift.course(int(drift.chosen[particle])).fine(STRETCH_NM)
        begin_h = np.full(len(own), course.hour[0])
        parts.append(
            Moving(
                strata=_some(strata, own),
                path=plane.to_xy(course.place),
                after_h=course.hour - course.hour[0],
                depart_h=begin_h,
                appear_h=begin_h,
                gone_h=np.full(len(own), course.hour[-1]),
            )
        )
        owns.append(own)
    return Mixed(strata, tuple(parts), tuple(owns)), 0.0


def _some(strata: Strata, own: Ints) -> Strata:
    """Some of the draws, by their numbers."""
    return Strata(strata.place[own], strata.stratum[own])


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
