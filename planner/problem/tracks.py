"""Sampled tracks of targets in transit, as passages through cells."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import h3
import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from planner.errors import Problem, ScenarioError
from planner.scenario import Scenario, Threat
from planner.sea import Sea
from planner.sea.model import SHORE_ONLY
from planner.units import m_from_nm

GEOD = Geod(ellps="WGS84")

SAMPLES_PER_CELL = 40
"""Points per cell spacing at which a track's cell is looked up."""


@dataclass(frozen=True)
class Track:
    """One moving target: the cells it crosses and when, in hours from the start.

    ``cell`` (k,) are indices into the sea's cells, ``enter_h`` and
    ``leave_h`` (k,) the times of each passage, in order and within the plan.
    """

    threat: str
    weight: float
    cell: NDArray[np.int32]
    enter_h: NDArray[np.float64]
    leave_h: NDArray[np.float64]


def sample_tracks(
    threat: Threat, number: int, share: float, scenario: Scenario, sea: Sea
) -> list[Track]:
    """Tracks of one transit threat, each of weight ``share / threat.tracks``.

    Every track follows the shortest navigable path from origin to
    destination at the threat's speed. Departures are spread evenly over the
    time in which some part of the run falls within the plan, at random
    within equal strata so that a hundred tracks already cover the week.
    Small craft are not held off by the coarse depth grid (assumption): only
    land and closures turn them.

    Raises
    ------
    ScenarioError
        If no navigable path joins the two ends, or it misses the area.
    """
    if threat.origin is None or threat.destination is None or threat.speed_kn is None:
        raise ValueError(f"threat '{threat.name}' is not a transit")  # the models forbid it
    field = sea.waters(SHORE_ONLY).field(threat.origin)
    length_nm = float(field.distance_nm(np.array([threat.destination]))[0])
    if not np.isfinite(length_nm):
        raise _unusable(scenario, number, threat, "no navigable path joins its two ends")
    cell, enter_nm, leave_nm = _passages(field.path(threat.destination), sea)
    if cell.size == 0:
        raise _unusable(scenario, number, threat, "its path misses the area planned")

    hours = length_nm / threat.speed_kn
    rng = np.random.default_rng([number, threat.tracks])
    strata = (np.arange(threat.tracks) + rng.random(threat.tracks)) / threat.tracks
    departures_h = -hours + strata * (scenario.horizon_h + hours)
    found = []
    for departure_h in departures_h:
        enter_h = np.clip(departure_h + enter_nm / threat.speed_kn, 0, scenario.horizon_h)
        leave_h = np.clip(departure_h + leave_nm / threat.speed_kn, 0, scenario.horizon_h)
        seen = leave_h > enter_h
        found.append(
            Track(threat.name, share / threat.tracks, cell[seen], enter_h[seen], leave_h[seen])
        )
    return found


def _passages(
    path: NDArray[np.float64], sea: Sea
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Cells of the sea along a path, with the miles run at entering and leaving each."""
    index = {name: number for number, name in enumerate(sea.cells.ids)}
    resolution = h3.get_resolution(sea.cells.ids[0])
    points, along_nm = _walk(path, float(sea.cells.spacing_nm.min()) / SAMPLES_PER_CELL)
    at = np.array(
        [index.get(h3.latlng_to_cell(lat, lon, resolution), -1) for lon, lat in points], np.int32
    )
    cuts = np.flatnonzero(np.diff(at)) + 1
    first, last = np.r_[0, cuts], np.r_[cuts, at.size - 1]
    inside = at[first] >= 0
    return at[first][inside], along_nm[first][inside], along_nm[last][inside]


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


def _unusable(scenario: Scenario, number: int, threat: Threat, why: str) -> ScenarioError:
    return ScenarioError(
        [
            Problem(
                scenario.file_name,
                f"threat[{number}]",
                f"transit threat '{threat.name}' cannot be used: {why}",
                "move origin or destination into open water on either side of the area",
            )
        ]
    )
