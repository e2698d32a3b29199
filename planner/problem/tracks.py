"""Sampled tracks of targets in transit, as passages through cells."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from planner.problem.passages import crossed, every_nm
from planner.problem.runs import Runs
from planner.scenario import Scenario, Threat
from planner.sea import Sea
from planner.units import m_from_nm

GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Track:
    """One moving target: the cells it crosses and when, in hours from the start.

    ``speed_kn`` is its speed, ``cell`` (k,) are indices into the sea's cells, ``enter_h`` and
    ``leave_h`` (k,) the times of each passage, in order and within the plan.
    """

    threat: str
    weight: float
    speed_kn: float
    cell: NDArray[np.int32]
    enter_h: NDArray[np.float64]
    leave_h: NDArray[np.float64]


def sample_tracks(
    threat: Threat, number: int, share: float, scenario: Scenario, sea: Sea
) -> list[Track]:
    """Tracks of one transit threat, each of weight ``share / threat.tracks``.

    Every track follows its way (:class:`~planner.problem.runs.Runs`) at the
    threat's speed. Departures are spread evenly over the times that the
    threat's months and hours allow and at which some part of the run falls
    within the plan, at random within equal strata so that a hundred tracks
    already cover the week.

    Raises
    ------
    ScenarioError
        If no navigable path joins the two ends, none crosses the area, or no
        run departs at its months and hours.
    """
    runs = Runs(threat, number, scenario, sea)
    speed_kn = float(threat.speed_kn or 0.0)
    rng = np.random.default_rng([number if threat.seed is None else threat.seed, threat.tracks])
    strata = (np.arange(threat.tracks) + rng.random(threat.tracks)) / threat.tracks
    way = None
    found = []
    for place in strata:
        if way is None or runs.varied:
            way = _way(runs.draw(rng), sea)
        (departure_h,) = runs.departures_h(np.array([place]), way.length_nm / speed_kn)
        enter_h = np.clip(departure_h + way.enter_nm / speed_kn, 0, scenario.horizon_h)
        leave_h = np.clip(departure_h + way.leave_nm / speed_kn, 0, scenario.horizon_h)
        seen = leave_h > enter_h
        found.append(
            Track(
                threat.name,
                share / threat.tracks,
                speed_kn,
                way.cell[seen],
                enter_h[seen],
                leave_h[seen],
            )
        )
    if not any(track.cell.size for track in found):
        raise runs.unusable("its path misses the area planned")
    return found


@dataclass(frozen=True)
class _Way:
    """Cells (k,) along a path, the miles run at entering and leaving each, and in all."""

    cell: NDArray[np.int32]
    enter_nm: NDArray[np.float64]
    leave_nm: NDArray[np.float64]
    length_nm: float


def _way(path: NDArray[np.float64], sea: Sea) -> _Way:
    points, along_nm = _walk(path, every_nm(sea))
    return _Way(*crossed(points, along_nm, sea), float(along_nm[-1]))


def _walk(
    path: NDArray[np.float64], every_nm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points every ``every_nm`` along a path (k, 2) and the miles run to each (k,)."""
    points, along = [path[0]], [0.0]
    for (lon0, lat0), (lon1, lat1) in pairwise(path):
        leg_nm = GEOD.inv(lon0, lat0, lon1, lat1)[2] / m_from_nm(1)
        pieces = max(1, int(np.ceil(leg_nm / every_nm)))
        start_nm = along[-1]
        for k in range(1, pieces + 1):
            part = k / pieces
            points.append(np.array([lon0 + part * (lon1 - lon0), lat0 + part * (lat1 - lat0)]))
            along.append(start_nm + part * leg_nm)
    return np.array(points), np.array(along)
