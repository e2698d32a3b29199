"""What a plan is worth zone by zone: water, what is at stake there, what is found of it, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.plan.model import Leg, Plan
from planner.scenario import Scenario
from planner.sea import Sea
from planner.sea.geodesy import area_nm2
from planner.sea.overlay import cut_many, near_longitude, polygonal, shares_inside

Floats = NDArray[np.float64]

AOR = "aor"
"""Name of the whole area of responsibility among the zones."""

LEAST_NM2 = 1e-9
"""Water of a threat that is none."""


def zones_of(scenario: Scenario) -> dict[str, BaseGeometry | None]:
    """Zones that the figures are given for, by name; None is the whole area.

    The whole area (``aor``), the zones and files of the threats, and, where
    the area is a national sector, its territorial belt, its fishery zone
    (beyond the belt) and what lies beyond both.
    """
    zones: dict[str, BaseGeometry | None] = {AOR: None}
    for threat in scenario.threat:
        name = threat.zone or (threat.file if threat.kind == "area" else None)
        if name is not None:
            zones[name] = scenario.geometry_of(threat)
    area = scenario.area
    if area.sector is not None:
        widths = geodata.LIMIT_PRESETS[area.limits]
        belt = geodata.limit_area(area.sector, "territorial", area.limits)
        both = geodata.limit_area(area.sector, "fishery", area.limits)
        zones[f"{area.sector}: territorial"] = belt
        if widths.fishery_nm > 0:
            zones[f"{area.sector}: fishery"] = both.difference(belt)
        zones[f"{area.sector}: beyond"] = geodata.sector(area.sector).difference(both)
    return zones


def longest_gap_h(intervals: Iterable[tuple[float, float]], horizon_h: float) -> float:
    """Longest time within ``[0, horizon_h]`` that no interval covers, in hours.

    For a zone the intervals are the search legs whose path touches it: the
    gap is the longest interval of the plan in which no part of the zone is
    searched, the times before the first and after the last search included.
    """
    longest, free_from = 0.0, 0.0
    for start_h, end_h in sorted(intervals):
        longest = max(longest, start_h - free_from)
        free_from = max(free_from, end_h)
    return max(longest, horizon_h - free_from)


def by_zone(plan: Plan, scenario: Scenario, sea: Sea) -> dict[str, dict[str, float | None]]:
    """Figures of every zone of :func:`zones_of`, as :func:`planner.plan.metrics.metrics` lists."""
    weight = np.array([row.weight for row in plan.coverage])
    found = np.array([row.weight * row.detection for row in plan.coverage])
    legs = [leg for sortie in plan.sorties for leg in sortie.legs if leg.mode == "search"]
    lines = np.array([_line(leg, sea) for leg in legs], dtype=object)

    def hours(time: datetime) -> float:
        return (time - scenario.start).total_seconds() / 3600.0

    times = [(hours(leg.start), hours(leg.end)) for leg in legs]
    water = _threat_water(scenario, sea)
    result: dict[str, dict[str, float | None]] = {}
    for name, zone in zones_of(scenario).items():
        share = _shares_of_rows(plan, water, zone, sea)
        at_stake = float(weight @ share)
        touching = range(len(legs)) if zone is None else _touching(lines, zone, sea)
        inside = 1.0 if zone is None else sea.cells.share_in(zone)
        result[name] = {
            "water_nm2": float(np.sum(sea.cells.area_nm2 * inside)),
            "weight": at_stake,
            "detection": float(found @ share) / at_stake if at_stake > 0 else None,
            "longest_gap_h": longest_gap_h([times[k] for k in touching], scenario.horizon_h),
        }
    return result


def _threat_water(scenario: Scenario, sea: Sea) -> dict[str, tuple[NDArray[np.object_], Floats]]:
    """Water (n,) of each cell within the area of every threat, and how much that is in nm²."""
    areas = {threat.name: scenario.geometry_of(threat) for threat in scenario.threat}
    whole = sea.cells.water, np.maximum(sea.cells.area_nm2, LEAST_NM2)
    found = {}
    for name, area in areas.items():
        if area is None:
            found[name] = whole
            continue
        own = cut_many(sea.cells.water, polygonal(near_longitude(area, sea.cells.lon)))
        found[name] = own, np.maximum(area_nm2(own), LEAST_NM2)
    return found


def _shares_of_rows(
    plan: Plan,
    water: Mapping[str, tuple[NDArray[np.object_], Floats]],
    zone: BaseGeometry | None,
    sea: Sea,
) -> Floats:
    """Share (rows,) of each stationary target's own water that lies in a zone."""
    if zone is None:
        return np.ones(len(plan.coverage))
    cell_of = {name: index for index, name in enumerate(sea.cells.ids)}
    near = near_longitude(zone, sea.cells.lon)
    inside = {name: shares_inside(own, area, near) for name, (own, area) in water.items()}
    return np.array([inside[row.threat][cell_of[row.cell]] for row in plan.coverage])


def _touching(lines: NDArray[np.object_], zone: BaseGeometry, sea: Sea) -> Iterable[int]:
    if not len(lines):
        return ()
    zone = near_longitude(zone, sea.cells.lon)
    shapely.prepare(zone)
    found: list[int] = np.flatnonzero(shapely.intersects(zone, lines)).tolist()
    return found


def _line(leg: Leg, sea: Sea) -> BaseGeometry:
    """Line of a leg, on the sea's side of the date line."""
    points = np.array(leg.path, dtype=np.float64)
    points[:, 0] -= 360.0 * np.round((points[:, 0] - sea.cells.lon) / 360.0)
    return shapely.Point(points[0]) if len(points) == 1 else shapely.LineString(points)
