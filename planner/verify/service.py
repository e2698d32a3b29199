"""Rules on what keeps hulls in service and what units may do: fuel, upkeep, zones, tasks, costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely

from planner.plan.model import Upkeep
from planner.scenario import Unit
from planner.verify.facts import Facts, Voyage
from planner.verify.geometry import areas_nm2
from planner.verify.report import Figure, Tally
from planner.verify.timing import burn_l
from planner.verify.tolerance import SHARE, TIME_H

WEEK_H = 7 * 24.0

MOST = 0.5
"""A cell belongs to a zone that holds more than this share of its water ..."""

EDGE = 0.005
"""... and may as well not where it is this near."""


def fuel_week(facts: Facts, tally: Tally) -> None:
    """The sorties of a unit that depart in one week of the plan burn no more than it is allowed."""
    for name, voyages in facts.by_unit.items():
        allowed_l = facts.units[name].fuel_week_l
        if allowed_l is None:
            continue
        for week in range(math.ceil(facts.horizon_h / WEEK_H)):
            begin_h, end_h = week * WEEK_H, min((week + 1) * WEEK_H, facts.horizon_h)
            burnt_l = math.fsum(
                burn_l(voyage, facts.legs_of[voyage.number])
                for voyage in voyages
                if begin_h - TIME_H <= voyage.depart_h < end_h - TIME_H
            )
            tally.at_most(
                "fuel_week",
                f"unit '{name}' burns more than its allowance in the week from here",
                Figure(burnt_l, allowed_l * (end_h - begin_h) / WEEK_H, "l"),
                slack=1.0,
                time=facts.time(begin_h),
            )


def upkeep(facts: Facts, tally: Tally) -> None:
    """A hull goes in for upkeep, whole and on time, after so many hours under way.

    While it is in it is neither at sea nor on the road, nor out of service otherwise.
    """
    due = {
        hull: (unit, due_h)
        for unit in facts.scenario.unit
        for hull, due_h in zip(unit.hulls, unit.due_h, strict=False)
    }
    for each in facts.plan.upkeep:
        unit, _ = due.get(each.hull, (None, 0.0))
        if tally.holds(
            "upkeep",
            unit is not None,
            f"hull '{each.hull}' goes in for upkeep, of which its unit has none",
            time=each.start,
        ):
            assert unit is not None
            _whole(facts, tally, each, unit)
    for hull, (unit, due_h) in due.items():
        _on_time(facts, tally, hull, unit, due_h)


def _whole(facts: Facts, tally: Tally, each: Upkeep, unit: Unit) -> None:
    """One upkeep lasts as long as it takes, in the plan's time, with the hull in port."""
    start_h, end_h = facts.hours(each.start), facts.hours(each.end)
    tally.at_most(
        "upkeep",
        f"hull '{each.hull}' is in for too short; hours short",
        Figure((unit.upkeep_h or 0.0) - (end_h - start_h), 0.0, "h"),
        slack=TIME_H,
        time=each.start,
    )
    tally.at_most(
        "upkeep",
        f"hull '{each.hull}' is in for upkeep outside the plan; hours outside",
        Figure(max(-start_h, end_h - facts.horizon_h), 0.0, "h"),
        slack=TIME_H,
        time=each.start,
    )
    for what, begin_h, until_h in _elsewhere(facts, each.hull):
        tally.at_most(
            "upkeep",
            f"hull '{each.hull}' is in for upkeep while it {what}; hours shared",
            Figure(max(0.0, min(until_h, end_h) - max(begin_h, start_h)), 0.0, "h"),
            slack=TIME_H,
            time=each.start,
        )


def _elsewhere(facts: Facts, hull: str) -> Iterator[tuple[str, float, float]]:
    """What a hull does that is no upkeep: in words, from and to hours."""
    for voyage in facts.by_hull.get(hull, []):
        yield f"sails sortie {voyage.sortie.id}", voyage.depart_h, voyage.return_h
    for outage in facts.scenario.outage:
        if outage.hull == hull:
            yield "is out of service", facts.hours(outage.start), facts.hours(outage.end)
    for move in facts.plan.moves:
        if move.hull == hull:
            yield "moves", facts.hours(move.depart), facts.hours(move.arrive)


def _on_time(facts: Facts, tally: Tally, hull: str, unit: Unit, due_h: float) -> None:
    """Between one upkeep and the next a hull is under way no longer than it may be."""
    own = sorted((u for u in facts.plan.upkeep if u.hull == hull), key=lambda u: u.start)
    ends = [-math.inf, *(facts.hours(each.end) for each in own), math.inf]
    for k, (begin_h, end_h) in enumerate(pairwise(ends)):
        inside = [v for v in facts.by_hull.get(hull, []) if begin_h <= v.return_h < end_h]
        tally.at_most(
            "upkeep",
            f"hull '{hull}' is under way too long before its upkeep",
            Figure(
                math.fsum(v.return_h - v.depart_h for v in inside),
                due_h if k == 0 else unit.upkeep_every_h or math.inf,
                "h",
            ),
            slack=TIME_H,
            time=inside[-1].sortie.return_ if inside else None,
        )


def zones(facts: Facts, tally: Tally) -> None:
    """A unit searches only cells of the zones that it is kept to, and none that it is kept out of.

    A cell belongs to the zone that most of its water lies in.
    """
    kept = {
        unit.name: (_share(facts, unit.only_zones), _share(facts, unit.not_zones))
        for unit in facts.scenario.unit
        if unit.only_zones or unit.not_zones
    }
    for claim in facts.claims:
        voyage = claim.stretch.voyage
        if voyage.unit is None or voyage.unit.name not in kept or claim.cell < 0:
            continue
        only, never = kept[voyage.unit.name]
        for share, good, words in (
            (only, only[claim.cell] >= MOST - EDGE if only is not None else True, "only"),
            (never, never[claim.cell] <= MOST + EDGE if never is not None else True, "not"),
        ):
            if share is not None:
                tally.holds(
                    "zones",
                    bool(good),
                    f"{claim.stretch.name} searches cell {claim.name}, of which "
                    f"{share[claim.cell]:.0%} lies in zones that '{voyage.unit.name}' may "
                    f"{words} search",
                    sortie=voyage.sortie.id,
                    time=claim.stretch.leg.start,
                )


def _share(facts: Facts, names: tuple[str, ...]) -> np.ndarray | None:
    """Share (n,) of every cell's water that lies in some zones; None without any."""
    if not names:
        return None
    whole = shapely.union_all([facts.scenario.permitted(name) for name in names])
    inside = shapely.intersection(facts.sea.cells.water, shapely.make_valid(whole))
    pieces = np.array([_polygons(piece) for piece in inside], dtype=object)
    found: np.ndarray = areas_nm2(pieces) / np.maximum(facts.areas_nm2, 1e-12)
    return found


def _polygons(piece: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(piece)
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def tasks(facts: Facts, tally: Tally) -> None:
    """A search gives nothing to threats that its unit does not look for."""
    for stretch in facts.stretches:
        unit, leg = stretch.voyage.unit, stretch.leg
        if unit is None or not unit.threats or leg.mode != "search":
            continue
        for threat in facts.scenario.threat:
            if threat.name not in unit.threats:
                tally.at_most(
                    "tasks",
                    f"{stretch.name} looks for '{threat.name}', which '{unit.name}' does not",
                    Figure(leg.sweep_width_nm * leg.factor(threat.name), 0.0, "nm"),
                    sortie=stretch.voyage.sortie.id,
                    time=leg.start,
                )


def costs(facts: Facts, tally: Tally) -> None:
    """Costs by unit, where the plan states them, are hours, miles and litres at their prices."""
    stated = facts.plan.metrics.get("cost")
    if not isinstance(stated, dict):
        return
    total = 0.0
    for unit in facts.scenario.unit:
        found = math.fsum(cost_usd(voyage, facts) for voyage in facts.by_unit.get(unit.name, []))
        total += found
        _states(
            tally, f"cost of unit '{unit.name}'", stated.get("by_unit", {}).get(unit.name), found
        )
    _states(tally, "cost", stated, total)


def cost_usd(voyage: Voyage, facts: Facts) -> float:
    """Dollars that a sortie costs, its hours, miles and litres recomputed."""
    unit, vessel, legs = voyage.unit, voyage.vessel, facts.legs_of[voyage.number]
    if unit is None or vessel is None:
        return 0.0
    hour = vessel.cost_per_h_usd if unit.cost_per_h_usd is None else unit.cost_per_h_usd
    mile = vessel.cost_per_nm_usd if unit.cost_per_nm_usd is None else unit.cost_per_nm_usd
    return (
        hour * (voyage.return_h - voyage.depart_h)
        + (mile or 0.0) * sum(stretch.length_nm for stretch in legs)
        + (facts.scenario.fuel_price_usd_l or 0.0) * burn_l(voyage, legs)
    )


def _states(tally: Tally, what: str, stated: object, found: float) -> None:
    value = stated.get("total_usd") if isinstance(stated, dict) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        tally.holds("costs", False, f"the {what} is missing or not a number")
        return
    tally.agrees(
        "costs",
        f"the {what} is not what the sorties give",
        Figure(float(value), found, "USD"),
        slack=SHARE * found + 0.1,
    )
