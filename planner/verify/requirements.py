"""Rules on requirements: what the plan says it has of each, measured anew on its legs.

Presence, response and escort are measured at moments spread over the time
asked, from where the hulls are then; revisits from the starts of the searches in
every cell; least detections from the legs' exposures. Nothing is taken from
the optimiser's slots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.scenario import Requirement, VesselClass
from planner.sea import Waters
from planner.sea.model import SHORE_ONLY
from planner.verify import stationary
from planner.verify.facts import Claim, Facts
from planner.verify.geometry import areas_nm2, lengths_nm
from planner.verify.report import Figure, Tally
from planner.verify.tolerance import SHARE, TIME_H

MOSTLY, LARGELY = 0.5, 0.25
"""A cell is the zone's that lies half in it, or holds a quarter of it."""

SLOT_H = {"presence": 0.5, "escort": 0.5, "response": 1.0}
"""Hours that each moment of a kind stands for."""

Floats = NDArray[np.float64]


def requirements(facts: Facts, tally: Tally) -> None:
    """What the plan says it has of each requirement is what its legs give."""
    asked = facts.scenario.requirement
    rows = _stated(facts)
    stated = {row.get("name"): row for row in rows}
    names = [str(row.get("name")) for row in rows]
    for name in sorted({name for name in names if names.count(name) > 1}):
        tally.holds("requirements", False, f"'{name}' has more than one row")
    for requirement in asked:
        row = stated.get(requirement.name)
        tally.holds(
            "requirements",
            row is not None,
            f"the plan does not say whether '{requirement.name}' is met",
        )
        if row is not None:
            _one(requirement, row, facts, tally)
    for name in sorted(set(names) - {requirement.name for requirement in asked}):
        tally.holds("requirements", False, f"'{name}' is no requirement of the scenario")


def _stated(facts: Facts) -> list[Mapping[str, Any]]:
    """Rows of the plan; what is no row is left out, and so missed."""
    rows = facts.plan.metrics.get("requirements", ())
    held = rows if isinstance(rows, (list, tuple)) else ()
    return [row for row in held if isinstance(row, Mapping)]


def _one(requirement: Requirement, row: Mapping[str, Any], facts: Facts, tally: Tally) -> None:
    found, slack = _MEASURES[requirement.kind](requirement, facts)
    wanted, hours = _wanted(requirement), requirement.kind == "revisit"
    unit = "h" if hours else ""
    try:
        achieved, stated, met = float(row["achieved"]), float(row["wanted"]), bool(row["met"])
    except (KeyError, TypeError, ValueError):
        tally.holds("requirements", False, f"'{requirement.name}': a figure is missing")
        return
    if requirement.kind == "response":
        tally.at_most(
            "requirements",
            f"'{requirement.name}' is stated to have more than the legs give",
            Figure(achieved, found),
            slack=slack,
        )
    else:
        tally.agrees(
            "requirements",
            f"'{requirement.name}' is stated to have something else than the legs give",
            Figure(achieved, found, unit),
            slack=slack,
        )
    tally.agrees(
        "requirements",
        f"'{requirement.name}' is said to want something else than the scenario does",
        Figure(stated, wanted, unit),
        slack=TIME_H,
    )
    tally.holds(
        "requirements",
        row.get("hard") is requirement.hard,
        f"'{requirement.name}' is hard in the scenario or in the plan, not in both",
    )
    if met:
        value, limit = (found, wanted) if hours else (-found, -wanted)
        tally.count("requirements")
        if not value <= limit + slack:
            figure = Figure(found, wanted, unit, word="wanted")
            tally.fail("requirements", f"'{requirement.name}' is stated to be met", figure=figure)


def _wanted(requirement: Requirement) -> float:
    if requirement.kind == "revisit":
        return float(requirement.every_h or 0.0)
    if requirement.kind == "detection":
        return float(requirement.level or 0.0)
    return requirement.share


def _span_h(requirement: Requirement, facts: Facts) -> tuple[float, float]:
    begin, end = requirement.start, requirement.end
    return (
        0.0 if begin is None else facts.hours(begin),
        facts.horizon_h if end is None else facts.hours(end),
    )


def _zone(requirement: Requirement, facts: Facts) -> NDArray[np.int64]:
    """Cells of the zone, by areas measured on the ellipsoid."""
    shape = facts.scenario.zone_of(requirement)
    inside = areas_nm2(shapely.intersection(facts.sea.cells.water, shape))
    own = inside >= MOSTLY * facts.areas_nm2
    largely = inside >= LARGELY * max(float(inside.sum()), 1e-12)
    return np.flatnonzero((own | largely) & (inside > 0))


def _claims(requirement: Requirement, facts: Facts) -> Iterator[Claim]:
    """Searches that count: in their cell indeed, by the units that the requirement names."""
    for claim in facts.claims:
        unit = claim.stretch.voyage.unit
        named = requirement.units is None or (unit is not None and unit.name in requirement.units)
        if named and claim.cell >= 0 and claim.length_nm > 0:
            yield claim


def _moments(requirement: Requirement, facts: Facts) -> Floats:
    """Middles (k,) in hours of the time steps in the middle of every slot."""
    step_h = facts.scenario.area.time_step_min / 60.0
    begin_h, end_h = _span_h(requirement, facts)
    size = max(1, round(SLOT_H[requirement.kind] / step_h))
    found = []
    first, last = round(begin_h / step_h), round(end_h / step_h)
    while first < last:
        upto = min(first + size, last)
        found.append(((first + upto - 1) // 2 + 0.5) * step_h)
        first = upto
    return np.array(found)


def _presence(requirement: Requirement, facts: Facts) -> tuple[float, float]:
    zone = set(_zone(requirement, facts).tolist())
    at_h = _moments(requirement, facts)
    there = np.zeros(at_h.size, bool)
    for claim in _claims(requirement, facts):
        if claim.cell in zone:
            there |= (claim.stretch.start_h <= at_h) & (at_h < claim.stretch.end_h)
    if requirement.share >= 1.0:
        return float(there.mean()), min(SHARE, 0.5 / there.size)
    watch = np.floor((at_h + TIME_H) / facts.scenario.area.watch_h)
    return min(float(there[watch == each].mean()) for each in np.unique(watch)), SHARE


def _revisit(requirement: Requirement, facts: Facts) -> tuple[float, float]:
    begin_h, end_h = _span_h(requirement, facts)
    seen: dict[int, list[float]] = {int(cell): [] for cell in _zone(requirement, facts)}
    for claim in _claims(requirement, facts):
        if claim.cell in seen and begin_h <= claim.stretch.start_h <= end_h:
            seen[claim.cell].append(claim.stretch.start_h)
    marks = ([begin_h, *sorted(times), end_h] for times in seen.values())
    return max((b - a for times in marks for a, b in pairwise(times)), default=0.0), TIME_H


def _response(requirement: Requirement, facts: Facts) -> tuple[float, float]:
    """By sea paths from where each hull is at the moment to the farthest point of each cell.

    The optimiser is more careful: it takes the hull at the far end of its own
    cell. So a plan may have more than it says, never less.
    """
    zone, at_h = _zone(requirement, facts), _moments(requirement, facts)
    within_h = float(requirement.within_min or 0.0) / 60.0
    cells = facts.sea.cells
    radius_nm = cells.spacing_nm / np.sqrt(3.0)
    served = np.zeros((at_h.size, zone.size), bool)
    for unit in facts.scenario.unit:
        named = requirement.units is None or unit.name in requirement.units
        left_h = within_h - unit.ready_min / 60.0
        if unit.alert and named and left_h > 0:
            alert = facts.scenario.vessel_of(unit)
            near = _waters(alert, facts)
            home = near.field(facts.bases[unit.base].position)
            away = np.array([home.distance_nm(near.centre[z])[0] for z in zone])
            served |= (away + radius_nm[zone] <= left_h * alert.max_kn)[None, :]
    for claim in _claims(requirement, facts):
        vessel = claim.stretch.voyage.vessel
        during = (claim.stretch.start_h <= at_h) & (at_h < claim.stretch.end_h)
        if vessel is None or not during.any():
            continue
        reach_nm = within_h * vessel.max_kn
        near = _waters(vessel, facts)
        for moment in np.flatnonzero(during):
            place = _position(claim, float(at_h[moment]))
            for k, z in enumerate(zone.tolist()):
                if not served[moment, k] and near.searchable[z]:
                    away_nm = float(near.field(near.centre[z]).distance_nm(place)[0])
                    served[moment, k] = away_nm + radius_nm[z] <= reach_nm
    return float(served.mean()), min(SHARE, 0.5 / served.size)


def _waters(vessel: VesselClass, facts: Facts) -> Waters:
    """Water that a class may use."""
    anomaly_m = facts.scenario.environment.water_level_anomaly_m
    return facts.sea.waters(vessel.draft_m + vessel.under_keel_clearance_m - anomaly_m)


def _position(claim: Claim, at_h: float) -> Floats:
    """Where the hull is at a moment of its leg, lon/lat."""
    stretch = claim.stretch
    share = (at_h - stretch.start_h) / (stretch.end_h - stretch.start_h)
    point = stretch.line.interpolate(share, normalized=True)
    return np.array([point.x, point.y])


def _escort(requirement: Requirement, facts: Facts) -> tuple[float, float]:
    """Moments of the ship's way at which a hull searches in its cell or one that touches it."""
    begin_h, end_h = _span_h(requirement, facts)
    step_h = facts.scenario.area.time_step_min / 60.0
    size = max(1, round(SLOT_H["escort"] / step_h))
    origin, destination = requirement.origin, requirement.destination
    assert origin is not None and destination is not None
    path = facts.sea.waters(SHORE_ONLY).field(origin).path(destination)
    line = shapely.LineString(path)
    length_nm = float(lengths_nm(np.array([line], dtype=object))[0])
    speed_kn = float(requirement.speed_kn or 1.0)
    asked = accompanied = 0
    claims = list(_claims(requirement, facts))
    for departs in requirement.departures or ():
        first = round(facts.hours(departs) / step_h)
        lasts = int(np.ceil(length_nm / speed_kn / step_h))
        for step in range(first + size // 2, first + lasts, size):
            at_h = (step + 0.5) * step_h
            run = (step + 0.5 - first) * step_h * speed_kn
            if not (0 <= step * step_h < facts.horizon_h and begin_h <= step * step_h < end_h):
                continue
            cell = _cell_at(_along(line, run), facts)
            if cell is None:
                continue
            asked += 1
            around = {cell, *facts.sea.cells.neighbours[cell].tolist()} - {-1}
            accompanied += any(
                c.cell in around and c.stretch.start_h <= at_h < c.stretch.end_h for c in claims
            )
    return (accompanied / asked if asked else 0.0), 1.0 / max(asked, 1)


def _along(line: shapely.LineString, run_nm: float) -> tuple[float, float]:
    """Place on a line after so many miles."""
    coords = shapely.get_coordinates(line)
    pieces = np.array(
        [shapely.LineString(pair) for pair in pairwise(coords)],
        dtype=object,
    )
    for piece, length in zip(pieces, lengths_nm(pieces), strict=True):
        if run_nm <= length:
            point = piece.interpolate(run_nm / float(length), normalized=True)
            return point.x, point.y
        run_nm -= float(length)
    lon, lat = coords[-1]
    return float(lon), float(lat)


def _cell_at(place: tuple[float, float], facts: Facts) -> int | None:
    import h3

    resolution = facts.scenario.area.cell_resolution
    return facts.cell_index.get(h3.latlng_to_cell(place[1], place[0], resolution))


def _detection(requirement: Requirement, facts: Facts) -> tuple[float, float]:
    """Share found of the stationary targets in the zone, weighed by how much of each lies there."""
    found = stationary.targets(facts)
    inside = facts.sea.cells.share_in(facts.scenario.zone_of(requirement))
    begin_h, end_h = _span_h(requirement, facts)
    total = seen = 0.0
    for key in found.due():
        layer, cell = found.layers[key[0]], key[1]
        middle_h = float(layer.bounds_h[key[2]] + layer.bounds_h[key[2] + 1]) / 2
        named = requirement.threat in (None, key[0])
        if named and begin_h <= middle_h < end_h and inside[cell] > 0:
            weight = found.weight(key) * float(inside[cell])
            total += weight
            seen += weight * -float(np.expm1(-found.exposure.get(key, 0.0)))
    return (seen / total if total > 0 else 0.0), 2e-3


_MEASURES: Mapping[str, Callable[[Requirement, Facts], tuple[float, float]]] = MappingProxyType(
    {
        "presence": _presence,
        "revisit": _revisit,
        "response": _response,
        "escort": _escort,
        "detection": _detection,
    }
)
