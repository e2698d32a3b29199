"""What a plan is worth, in figures: by zone, threat, agency, unit, hull and day.

All figures come from the plan as it stands (its rows, legs and sorties), the
scenario and the sea; nothing is optimised or drawn here. The verifier
recomputes the totals by itself.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.plan.model import CoverageRow, Leg, MovingRow, Plan, Sortie
from planner.scenario import Scenario
from planner.sea import Sea
from planner.sea.overlay import near_longitude

Floats = NDArray[np.float64]

DAY_H = 24.0

AOR = "aor"
"""Name of the whole area of responsibility among the zones."""


@dataclass(frozen=True)
class Searches:
    """Every (search leg, cell) of a plan as parallel arrays ``(k,)``.

    ``cell`` and ``unit`` are indices, times are hours from the plan's start,
    ``exposure`` is the coverage factor that the leg gives to the cell.
    """

    cell: NDArray[np.int64]
    unit: NDArray[np.int64]
    start_h: Floats
    end_h: Floats
    exposure: Floats

    def during(self, chosen: NDArray[np.int64], from_h: float, to_h: float) -> Floats:
        """Exposure that ``chosen`` give within ``[from_h, to_h)``, in proportion to time."""
        start, end = self.start_h[chosen], self.end_h[chosen]
        inside = np.minimum(end, to_h) - np.maximum(start, from_h)
        whole = np.maximum(end - start, 1e-9)
        part: Floats = np.clip(inside, 0.0, None) / whole * self.exposure[chosen]
        return part


def metrics(plan: Plan, scenario: Scenario, sea: Sea) -> dict[str, Any]:
    """Figures of a plan as a dict that JSON can hold.

    Parameters
    ----------
    plan
        The plan; its own ``metrics`` are not looked at.
    scenario, sea
        What it was made from.

    Returns
    -------
    dict
        ``detection``, ``sorties``, ``at_sea_h``, ``transit_h``, ``search_h``,
        ``loiter_h``, ``distance_nm``, ``fuel_l``, ``cost_usd``: totals. Cost
        is hours at sea times ``cost_per_h_usd`` of the class.

        ``by_threat``: ``weight`` of all its targets, and ``detection``, the
        weighted mean over them (0 to 1).

        ``by_zone``: for every zone of :func:`zones_of` its ``water_nm2``; the
        ``weight`` of the stationary targets in it (a cell cut by the zone's
        edge counts with the share of its water inside) and their mean
        ``detection`` (None where nothing is at stake); ``longest_gap_h``,
        see :func:`longest_gap_h`.

        ``by_agency``, ``by_unit``, ``by_hull``: the totals of its sorties;
        ``hulls``; ``utilisation``, hours at sea over hours of the plan times
        hulls. For agencies and units also ``alone``, the detection of its
        sorties without all others, and ``share``, its part of the plan's
        detection: each target's is divided in proportion to the exposures.

        ``seen_each_day``: for every day from the plan's start (the last may
        be shorter) the share of the area's water ``seen`` at least once,
        expected by random search (``1 - exp(-exposure)`` of each cell), and
        ``visited``, the share that lies in cells searched at all; with
        ``mean_seen`` and ``mean_visited`` over the days.
    """
    given = _exposures(plan, scenario, _searches(plan, scenario, sea), sea)
    searches = given.searches
    return {
        "detection": math.fsum(row.weight * row.detection for row in _rows(plan)),
        **_totals(plan.sorties, plan, scenario),
        "by_threat": _by_threat(plan, scenario),
        "by_zone": _by_zone(plan, scenario, sea),
        "by_agency": _by_group(plan, scenario, given, "agency"),
        "by_unit": _by_group(plan, scenario, given, "unit"),
        "by_hull": _by_hull(plan, scenario),
        "seen_each_day": _seen_each_day(searches, scenario, sea),
    }


def zones_of(scenario: Scenario) -> dict[str, BaseGeometry | None]:
    """Zones that the figures are given for, by name; None is the whole area.

    The whole area (``aor``), the zones and files of the threats, and, where
    the area is a national sector, its territorial belt, its fishery zone
    (beyond the belt) and what lies beyond both.
    """
    zones: dict[str, BaseGeometry | None] = {AOR: None}
    for threat in scenario.threat:
        name = threat.zone or threat.file
        if threat.kind == "area" and name is not None:
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


def _searches(plan: Plan, scenario: Scenario, sea: Sea) -> Searches:
    cell_of = {name: index for index, name in enumerate(sea.cells.ids)}
    unit_of = _unit_numbers(plan, scenario)
    rows = [
        (
            cell_of[found.cell],
            unit_of[sortie.hull],
            _hours(leg.start, scenario),
            _hours(leg.end, scenario),
            found.exposure,
        )
        for sortie in plan.sorties
        for leg in sortie.legs
        for found in leg.exposures
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    index = table[:, :2].astype(np.int64)
    return Searches(index[:, 0], index[:, 1], table[:, 2], table[:, 3], table[:, 4])


@dataclass(frozen=True)
class _Given:
    """Exposure ``(units, targets)`` that each unit gives each target, and the weights."""

    searches: Searches
    exposure: Floats
    weight: Floats


def _exposures(plan: Plan, scenario: Scenario, searches: Searches, sea: Sea) -> _Given:
    by_cell: dict[str, NDArray[np.int64]] = {
        sea.cells.ids[cell]: np.flatnonzero(searches.cell == cell)
        for cell in np.unique(searches.cell)
    }
    rows = _rows(plan)
    exposure = np.zeros((len(scenario.unit), len(rows)))
    times = [[(row.cell, row.from_, row.to)] for row in plan.coverage] + [
        [(passage.cell, passage.enter, passage.leave) for passage in row.passages]
        for row in plan.moving
    ]
    for target, stays in enumerate(times):
        for cell, start, end in stays:
            chosen = by_cell.get(cell)
            if chosen is not None:
                part = searches.during(chosen, _hours(start, scenario), _hours(end, scenario))
                np.add.at(exposure[:, target], searches.unit[chosen], part)
    return _Given(searches, exposure, np.array([row.weight for row in rows]))


def _by_threat(plan: Plan, scenario: Scenario) -> dict[str, dict[str, float | None]]:
    weight: dict[str, float] = defaultdict(float)
    found: dict[str, float] = defaultdict(float)
    for row in _rows(plan):
        weight[row.threat] += row.weight
        found[row.threat] += row.weight * row.detection
    return {
        threat.name: {
            "weight": weight[threat.name],
            "detection": _mean(found[threat.name], weight[threat.name]),
        }
        for threat in scenario.threat
    }


def _by_zone(plan: Plan, scenario: Scenario, sea: Sea) -> dict[str, dict[str, float | None]]:
    cell_of = {name: index for index, name in enumerate(sea.cells.ids)}
    cell = np.array([cell_of[row.cell] for row in plan.coverage], dtype=np.int64)
    weight = np.array([row.weight for row in plan.coverage])
    found = np.array([row.weight * row.detection for row in plan.coverage])
    legs = [leg for sortie in plan.sorties for leg in sortie.legs if leg.mode == "search"]
    lines = np.array([_line(leg, sea) for leg in legs], dtype=object)
    times = [(_hours(leg.start, scenario), _hours(leg.end, scenario)) for leg in legs]
    result: dict[str, dict[str, float | None]] = {}
    for name, zone in zones_of(scenario).items():
        share = np.ones(len(sea.cells.ids)) if zone is None else sea.cells.share_in(zone)
        at_stake = float(weight @ share[cell])
        touching = range(len(legs)) if zone is None else _touching(lines, zone, sea)
        result[name] = {
            "water_nm2": float(sea.cells.area_nm2 @ share),
            "weight": at_stake,
            "detection": _mean(float(found @ share[cell]), at_stake),
            "longest_gap_h": longest_gap_h([times[k] for k in touching], scenario.horizon_h),
        }
    return result


def _by_group(
    plan: Plan, scenario: Scenario, given: _Given, by: str
) -> dict[str, dict[str, float]]:
    """Figures of all units of one ``agency``, or of each ``unit``."""
    names = [unit.agency if by == "agency" else unit.name for unit in scenario.unit]
    group_of = dict(zip([unit.name for unit in scenario.unit], names, strict=True))
    group_of_hull = {hull.id: group_of[hull.unit] for hull in plan.hulls}
    total = given.exposure.sum(axis=0)
    found = given.weight * -np.expm1(-total)
    overall = float(found.sum())
    result = {}
    for name in dict.fromkeys(names):
        own = given.exposure[[other == name for other in names]].sum(axis=0)
        part = np.divide(own, total, out=np.zeros_like(own), where=total > 0)
        sorties = [sortie for sortie in plan.sorties if group_of_hull[sortie.hull] == name]
        hulls = sum(group == name for group in group_of_hull.values())
        result[name] = {
            "alone": float(given.weight @ -np.expm1(-own)),
            "share": float(found @ part) / overall if overall > 0 else 0.0,
            **_use(sorties, hulls, plan, scenario),
        }
    return result


def _by_hull(plan: Plan, scenario: Scenario) -> dict[str, dict[str, float]]:
    return {
        hull.id: _use([s for s in plan.sorties if s.hull == hull.id], 1, plan, scenario)
        for hull in plan.hulls
    }


def _use(sorties: Iterable[Sortie], hulls: int, plan: Plan, scenario: Scenario) -> dict[str, float]:
    totals = _totals(sorties, plan, scenario)
    hours = hulls * scenario.horizon_h
    return {
        "hulls": hulls,
        **totals,
        "utilisation": totals["at_sea_h"] / hours if hours > 0 else 0.0,
    }


def _totals(sorties: Iterable[Sortie], plan: Plan, scenario: Scenario) -> dict[str, float]:
    sorties = tuple(sorties)
    vessel_of = {unit.name: scenario.vessel[unit.vessel] for unit in scenario.unit}
    cost = {hull.id: vessel_of[hull.unit].cost_per_h_usd for hull in plan.hulls}
    hours: Mapping[str, float] = {
        mode: math.fsum(
            _length_h(leg.start, leg.end) for s in sorties for leg in s.legs if leg.mode == mode
        )
        for mode in ("transit", "search", "loiter")
    }
    return {
        "sorties": len(sorties),
        "at_sea_h": math.fsum(_length_h(s.depart, s.return_) for s in sorties),
        **{f"{mode}_h": spent for mode, spent in hours.items()},
        "distance_nm": math.fsum(s.distance_nm for s in sorties),
        "fuel_l": math.fsum(s.fuel_l for s in sorties),
        "cost_usd": math.fsum(cost[s.hull] * _length_h(s.depart, s.return_) for s in sorties),
    }


def _seen_each_day(searches: Searches, scenario: Scenario, sea: Sea) -> dict[str, Any]:
    area = sea.cells.area_nm2 / sea.cells.area_nm2.sum()
    every = np.arange(len(searches.cell))
    days: list[dict[str, Any]] = []
    for from_h in np.arange(0.0, scenario.horizon_h - 1e-9, DAY_H):
        to_h = min(from_h + DAY_H, scenario.horizon_h)
        exposure = np.zeros(len(area))
        np.add.at(exposure, searches.cell, searches.during(every, float(from_h), to_h))
        days.append(
            {
                "from": (scenario.start + timedelta(hours=float(from_h))).isoformat(),
                "to": (scenario.start + timedelta(hours=to_h)).isoformat(),
                "seen": float(area @ -np.expm1(-exposure)),
                "visited": float(area @ (exposure > 0)),
            }
        )
    return {
        "days": days,
        "mean_seen": float(np.mean([day["seen"] for day in days])),
        "mean_visited": float(np.mean([day["visited"] for day in days])),
    }


def _rows(plan: Plan) -> tuple[CoverageRow | MovingRow, ...]:
    return (*plan.coverage, *plan.moving)


def _unit_numbers(plan: Plan, scenario: Scenario) -> dict[str, int]:
    number = {unit.name: index for index, unit in enumerate(scenario.unit)}
    return {hull.id: number[hull.unit] for hull in plan.hulls}


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


def _mean(total: float, weight: float) -> float | None:
    return total / weight if weight > 0 else None


def _hours(time: datetime, scenario: Scenario) -> float:
    return _length_h(scenario.start, time)


def _length_h(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600.0
