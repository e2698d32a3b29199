"""Threats of a scenario as weighted targets on the cells of a sea.

A stationary threat is spread over the water of its area and over the times at
which it is there; it lasts ``persistence_h``, so every cell holds one target
per window of that length, windows being cut where the threat comes and goes.
A moving threat is a set of tracks of equal weight: sampled runs, or particles
of a drift. The weights of all targets of all threats sum to 1.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.errors import Problem, ScenarioError
from planner.problem.drift import drifting
from planner.problem.incidents import in_space, in_time, scott_nm
from planner.problem.raster import MissingRisk, risk_in
from planner.problem.times import active_h, cut, on_steps, windows
from planner.problem.tracks import Track, sample_tracks
from planner.scenario import Scenario, Threat, nearest_water
from planner.scenario.incidents import named, read_events
from planner.scenario.raster import read_raster
from planner.sea import Sea
from planner.sea.geodesy import Geometries
from planner.sea.overlay import cut_many, near_longitude, polygonal

__all__ = ["Layer", "shares", "stationary", "tracks", "windows"]

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Found = TypeVar("Found")

LEAST_BANDWIDTH_NM = 0.5
"""A kernel narrower than this says that all events were at one place."""


@dataclass(frozen=True)
class Layer:
    """Stationary targets of one threat.

    ``window_h`` (m + 1,) are the window boundaries in hours from the plan's
    start, ``weight`` (m, n_cells) the weights; 0 in windows in which the
    threat is not there.
    """

    threat: str
    window_h: Floats
    weight: Floats


@dataclass(frozen=True)
class _Given:
    """A threat with its number from 1, and what it is laid over."""

    threat: Threat
    number: int
    share: float
    scenario: Scenario
    sea: Sea

    def unusable(self, message: str, remedy: str, field: str = "") -> ScenarioError:
        """An error of the scenario that names the threat."""
        key = f"threat[{self.number}]{'.' if field else ''}{field}"
        return ScenarioError([Problem(self.scenario.file_name, key, message, remedy)])


def shares(scenario: Scenario) -> dict[str, float]:
    """Share of the total weight that each threat holds, by name."""
    total = sum(threat.weight for threat in scenario.threat)
    return {threat.name: threat.weight / total for threat in scenario.threat}


def stationary(scenario: Scenario, sea: Sea) -> list[Layer]:
    """Layers of all stationary threats, in the scenario's order.

    Raises
    ------
    ScenarioError
        If a threat's area holds no water of the area of responsibility, it is
        never there within the plan, its raster has gaps or nothing in the
        area, or its events lie outside. All threats are looked at.
    """
    return _all(_STATIONARY, scenario, sea)


def tracks(scenario: Scenario, sea: Sea) -> list[Track]:
    """Tracks of all moving threats, in the scenario's order.

    They belong to the scenario, not to a run of the optimiser: the same
    scenario always has the same tracks.

    Raises
    ------
    ScenarioError
        If runs have no way, or particles lie on land, outside the area or at
        other times than the plan.
    """
    return [track for found in _all(_MOVING, scenario, sea) for track in found]


def _all(
    table: Mapping[str, Callable[[_Given], Found]], scenario: Scenario, sea: Sea
) -> list[Found]:
    """What ``table`` makes of each threat whose kind stands in it; all their problems at once."""
    share = shares(scenario)
    found: list[Found] = []
    problems: list[Problem] = []
    for number, threat in enumerate(scenario.threat, start=1):
        if threat.kind in table:
            try:
                found.append(
                    table[threat.kind](_Given(threat, number, share[threat.name], scenario, sea))
                )
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return found


def _area(given: _Given) -> Layer:
    """Even over the water, or as the raster says, and over the time it is there."""
    threat, scenario = given.threat, given.scenario
    risk = _area_in_cells(given) if threat.raster is None else _raster_in_cells(given)
    intervals = on_steps(
        active_h(threat, scenario, 0.0, scenario.horizon_h), scenario.area.time_step_min / 60.0
    )
    if not len(intervals):
        raise given.unusable(
            f"threat '{threat.name}' is never there within the plan "
            f"({scenario.start:%d %b %Y %H:%M} to {scenario.end:%d %b %Y %H:%M})",
            "change months or hours, or move the plan's start",
        )
    bounds_h, active = cut(
        windows(scenario.horizon_h, threat.persistence_h or scenario.horizon_h), intervals
    )
    length = np.diff(bounds_h) * active
    weight = given.share * np.outer(length / length.sum(), risk / risk.sum())
    return Layer(threat.name, bounds_h, weight)


def _incidents(given: _Given) -> Layer:
    """Kernel density of past events in cells and windows."""
    threat, scenario, cells = given.threat, given.scenario, given.sea.cells
    _area_in_cells(given)
    events = read_events(scenario.path_of(str(threat.file)), scenario.start.tzinfo)
    position = np.array(events.position)
    position[:, 0] -= 360.0 * np.round((position[:, 0] - cells.lon) / 360.0)
    width_nm = threat.bandwidth_nm or scott_nm(position)
    if width_nm < LEAST_BANDWIDTH_NM:
        raise given.unusable(
            f"the events of threat '{threat.name}' lie at one place: Scott's rule gives a "
            f"bandwidth of {width_nm:.2g} nm",
            "state bandwidth_nm",
            "bandwidth_nm",
        )
    log.info("%s: %d events, bandwidth %.1f nm", threat.name, len(position), width_nm)
    water = _water(threat, scenario, given.sea)
    outside = _outside(position, water, width_nm)
    if outside.any():
        raise given.unusable(
            f"{named(events.row[outside])} of {len(outside)} with events more than the "
            f"bandwidth of {width_nm:.1f} nm off the water of the threat's area",
            "leave these rows out, widen the area, or check that lon and lat are not swapped",
            "file",
        )
    bounds_h = windows(scenario.horizon_h, threat.persistence_h or scenario.horizon_h)
    clock_h = scenario.start.hour + scenario.start.minute / 60.0
    time = in_time(events.hour, bounds_h, clock_h, threat.bandwidth_h)
    weight = time.T @ in_space(position, water, width_nm)
    return Layer(threat.name, bounds_h, given.share * weight / weight.sum())


def _outside(position: Floats, water: Geometries, reach_nm: float) -> NDArray[np.bool_]:
    """Whether each position (k, 2) is farther than ``reach_nm`` from all water."""
    whole = shapely.union_all(water)
    shapely.prepare(whole)
    dry = ~shapely.intersects_xy(whole, position)
    dry[dry] = [nearest_water(whole, (lon, lat))[1] > reach_nm for lon, lat in position[dry]]
    return np.asarray(dry)


def _water(threat: Threat, scenario: Scenario, sea: Sea) -> Geometries:
    """Water (n,) of each cell within the threat's area."""
    geometry = scenario.geometry_of(threat)
    if geometry is None:
        return sea.cells.water
    return cut_many(sea.cells.water, polygonal(near_longitude(geometry, sea.cells.lon)))


def _area_in_cells(given: _Given) -> Floats:
    """Water area (nm²) of the threat in each cell, shape ``(n_cells,)``."""
    cells = given.sea.cells
    geometry = given.scenario.geometry_of(given.threat)
    area: Floats = cells.area_nm2 * (1.0 if geometry is None else cells.share_in(geometry))
    if area.sum() <= 0:
        raise given.unusable(
            f"the area of threat '{given.threat.name}' holds no water of the area planned",
            "choose a zone or file that overlaps the area, or widen the area",
        )
    return area


def _raster_in_cells(given: _Given) -> Floats:
    """Risk of the raster in the threat's water of each cell, shape ``(n_cells,)``."""
    threat, scenario, cells = given.threat, given.scenario, given.sea.cells
    _area_in_cells(given)
    grid = read_raster(scenario.path_of(str(threat.raster)), threat.variable)
    try:
        risk = risk_in(_water(threat, scenario, given.sea), grid, cells.lon)
    except MissingRisk as gap:
        lon, lat = gap.place
        raise given.unusable(
            f"'{threat.raster}' has no value (or NaN) for {gap.water_nm2:.0f} nm² of the water of "
            f"threat '{threat.name}' ({100 * gap.share:.1f}%), such as at [{lon:.3f}, {lat:.3f}]",
            "fill the grid there (0 is no risk), or keep the threat to a zone or file inside it",
            "raster",
        ) from None
    if risk.sum() <= 0:
        raise given.unusable(
            f"'{threat.raster}' is zero all over the water of threat '{threat.name}'",
            "check the variable and its place, or drop the threat",
            "raster",
        )
    return risk


def _transit(given: _Given) -> list[Track]:
    return sample_tracks(given.threat, given.number, given.share, given.scenario, given.sea)


def _drift(given: _Given) -> list[Track]:
    return drifting(given.threat, given.number, given.share, given.scenario, given.sea)


_STATIONARY: Mapping[str, Callable[[_Given], Layer]] = MappingProxyType(
    {"area": _area, "incidents": _incidents}
)
_MOVING: Mapping[str, Callable[[_Given], list[Track]]] = MappingProxyType(
    {"transit": _transit, "drift": _drift}
)
"""How each kind of threat becomes targets; every kind stands in one of the two tables."""
