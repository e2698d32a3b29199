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
from numpy.typing import NDArray

from planner.plan.bases import by_base
from planner.plan.costs import cost_usd, costs
from planner.plan.model import CoverageRow, Leg, MovingRow, Plan, Sortie
from planner.plan.zones import by_zone
from planner.problem.passing import mean_relative_kn, pass_exposure
from planner.scenario import Scenario, Unit
from planner.sea import Sea

Floats = NDArray[np.float64]

DAY_H = 24.0


@dataclass(frozen=True)
class Searches:
    """Every (search leg, cell) of a plan as parallel arrays ``(k,)``.

    ``cell`` and ``unit`` are indices, times are hours from the plan's start,
    ``coverage`` is the coverage factor that the leg gives to the cell at its
    widest, ``speed_kn`` its speed, ``legs`` the legs themselves.
    """

    cell: NDArray[np.int64]
    unit: NDArray[np.int64]
    start_h: Floats
    end_h: Floats
    coverage: Floats
    speed_kn: Floats
    legs: tuple[Leg, ...]

    def during(
        self,
        chosen: NDArray[np.int64],
        from_h: Floats | float,
        to_h: Floats | float,
        factor: Floats | float = 1.0,
        target_kn: float = 0.0,
    ) -> Floats:
        """Exposure that ``chosen`` (q,) give to a target each within ``[from_h, to_h)``.

        Coverage goes with the time together, with the ``factor`` (q,) of the
        sweep width against this target, and with the relative speed of one
        that moves at ``target_kn``; each pass gives
        :func:`~planner.problem.passing.pass_exposure` of it.
        """
        start, end = self.start_h[chosen], self.end_h[chosen]
        inside = np.minimum(end, to_h) - np.maximum(start, from_h)
        whole = np.maximum(end - start, 1e-9)
        part = np.clip(inside, 0.0, None) / whole * self.coverage[chosen] * factor
        if target_kn > 0.0:
            own_kn = np.maximum(self.speed_kn[chosen], 1e-9)
            part = part * mean_relative_kn(own_kn, target_kn) / own_kn
        return pass_exposure(part)

    def factors(self, threat: str) -> Floats:
        """Share (k,) of its coverage that each gives to targets of a threat."""
        return np.array([leg.factor(threat) for leg in self.legs], dtype=np.float64)


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
        is that of hours at sea, nautical miles and litres at their prices.

        ``cost``: by unit, see :func:`~planner.plan.costs.costs`.

        ``by_threat``: ``weight`` of all its targets, and ``detection``, the
        weighted mean over them (0 to 1).

        ``by_zone``: for every zone of :func:`~planner.plan.zones.zones_of` its ``water_nm2``; the
        ``weight`` of the stationary targets in it (a cell cut by the zone's
        edge counts with the share of the threat's water in it that lies inside) and their mean
        ``detection`` (None where nothing is at stake); ``longest_gap_h``,
        see :func:`~planner.plan.zones.longest_gap_h`.

        ``by_agency``, ``by_unit``, ``by_hull``: the totals of its sorties;
        ``hulls``; ``utilisation``, hours at sea over hours of the plan times
        hulls. For agencies and units also ``alone``, the detection of its
        sorties without all others, and ``share``, its part of the plan's
        detection: each target's is divided in proportion to the exposures.

        ``by_base``: see :func:`~planner.plan.bases.by_base`.

        ``rota``: for every unit ``hull_hours`` and ``crew_hours``, hours at sea
        by name; and ``most_apart_h``, the largest difference between two of its
        hulls, or two of its crews.

        ``seen_each_day``: for every day from the plan's start (the last may
        be shorter) the share of the area's water ``seen`` at least once,
        expected by its passes (``1 - exp(-exposure)`` of each cell), and
        ``visited``, the share that lies in cells searched at all; with
        ``mean_seen`` and ``mean_visited`` over the days.
    """
    given = _exposures(plan, scenario, _searches(plan, scenario, sea), sea)
    searches = given.searches
    return {
        "detection": math.fsum(row.weight * row.detection for row in _rows(plan)),
        **_totals(plan.sorties, plan, scenario),
        "cost": costs(plan, scenario),
        "by_threat": _by_threat(plan, scenario),
        "by_zone": by_zone(plan, scenario, sea),
        "by_agency": _by_group(plan, scenario, given, "agency"),
        "by_unit": _by_group(plan, scenario, given, "unit"),
        "by_hull": _by_hull(plan, scenario),
        "by_base": by_base(plan, scenario),
        "rota": {unit.name: _rota(unit, plan) for unit in scenario.unit},
        "seen_each_day": _seen_each_day(searches, scenario, sea),
    }


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
            leg.speed_kn,
        )
        for sortie in plan.sorties
        for leg in sortie.legs
        for found in leg.exposures
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    index = table[:, :2].astype(np.int64)
    legs = tuple(leg for sortie in plan.sorties for leg in sortie.legs for _ in leg.exposures)
    start_h, end_h, coverage, speed_kn = table[:, 2:].T
    return Searches(index[:, 0], index[:, 1], start_h, end_h, coverage, speed_kn, legs)


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
    factors = {threat.name: searches.factors(threat.name) for threat in scenario.threat}
    times = [[(row.cell, row.from_, row.to)] for row in plan.coverage] + [
        [(passage.cell, passage.enter, passage.leave) for passage in row.passages]
        for row in plan.moving
    ]
    met: dict[tuple[str, float], list[tuple[NDArray[np.int64], int, float, float]]]
    met = defaultdict(list)
    for target, (row, stays) in enumerate(zip(rows, times, strict=True)):
        speed_kn = row.speed_kn if isinstance(row, MovingRow) else 0.0
        for cell, start, end in stays:
            chosen = by_cell.get(cell)
            if chosen is not None:
                span = _hours(start, scenario), _hours(end, scenario)
                met[row.threat, speed_kn].append((chosen, target, *span))
    for (threat, speed_kn), stays_of in met.items():
        looks = np.concatenate([chosen for chosen, *_ in stays_of])
        count = [len(chosen) for chosen, *_ in stays_of]
        target_of, from_h, to_h = np.repeat([stay[1:] for stay in stays_of], count, axis=0).T
        part = searches.during(looks, from_h, to_h, factors[threat][looks], speed_kn)
        np.add.at(exposure, (searches.unit[looks], target_of.astype(np.int64)), part)
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


def _rota(unit: Unit, plan: Plan) -> dict[str, Any]:
    hulls, crews = dict.fromkeys(unit.hulls, 0.0), dict.fromkeys(unit.crew_names, 0.0)
    for sortie in plan.sorties:
        for hours, name in ((hulls, sortie.hull), (crews, sortie.crew)):
            if name in hours:
                hours[name] += _length_h(sortie.depart, sortie.return_)
    apart_h = max(max(hours.values()) - min(hours.values()) for hours in (hulls, crews))
    return {"hull_hours": hulls, "crew_hours": crews, "most_apart_h": apart_h}


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
        "cost_usd": cost_usd(sorties, plan, scenario),
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


def _mean(total: float, weight: float) -> float | None:
    return total / weight if weight > 0 else None


def _hours(time: datetime, scenario: Scenario) -> float:
    return _length_h(scenario.start, time)


def _length_h(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600.0
