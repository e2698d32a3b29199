"""Checks on crews' hours and on outages of hulls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import combinations

from planner import geodata
from planner.errors import Problem
from planner.scenario.explain import listed, nearest
from planner.scenario.model import Outage, Unit
from planner.scenario.parts import Parts


def day_hours_can_be_sailed(parts: Parts) -> Iterator[Problem]:
    """No unit allows its crews more hours a day than one sortie of its class lasts."""
    # Where day_h is given a crew makes one sortie in 24 h: more hours than the class
    # endures could not be used, and would promise what no plan keeps.
    for number, unit in parts.units.items():
        endurance_h = _endurance_h(unit, parts)
        if unit.day_h is not None and endurance_h is not None and unit.day_h > endurance_h:
            yield parts.problem(
                f"unit[{number}].day_h",
                f"{unit.day_h:g} h are more than a sortie of '{unit.vessel}' lasts "
                f"(endurance_h = {endurance_h:g}), and where day_h is given a crew makes one "
                "sortie in 24 h",
                f"lower day_h to {endurance_h:g}, or leave it out: then only rest_h counts",
            )


def _endurance_h(unit: Unit, parts: Parts) -> float | None:
    """Endurance of a unit's class; None if the class is unknown or faulty."""
    if unit.vessel in parts.vessels:
        return parts.vessels[unit.vessel].endurance_h
    shipped: Mapping[str, object] = geodata.vessels().get(unit.vessel, {})
    found = shipped.get("endurance_h") if unit.vessel not in parts.vessel_keys else None
    return float(found) if isinstance(found, int | float) else None


def outages_name_hulls(parts: Parts) -> Iterator[Problem]:
    """Every outage is of a hull of some unit."""
    known = tuple(hull for unit in parts.units.values() for hull in unit.hulls)
    for number, hull in parts.given("outage", "hull"):
        if hull not in known:
            yield parts.problem(
                f"outage[{number}].hull",
                f"there is no hull '{hull}'; the hulls are {listed(known)}",
                nearest(hull, known, 'write the unit\'s name and a number, such as "Boats 2"'),
            )


def outages_are_in_the_plan(parts: Parts) -> Iterator[Problem]:
    """Every outage ends after it starts, and some of it falls within the plan."""
    for number, outage in parts.outages.items():
        if outage.end <= outage.start:
            yield parts.problem(
                f"outage[{number}].end",
                f"{outage.end.isoformat()} is not after the start, {outage.start.isoformat()}",
                "give a later end",
            )
        elif (span := parts.span) is not None and not _touches(outage, *span):
            yield parts.problem(
                f"outage[{number}]",
                f"lies outside the plan, {span[0].isoformat()} to {span[1].isoformat()}",
                "remove it, or correct its start and end (mind the offset from UTC)",
            )


def outages_do_not_overlap(parts: Parts) -> Iterator[Problem]:
    """No hull is out of service twice at once."""
    for (first, one), (second, other) in combinations(parts.outages.items(), 2):
        if one.hull == other.hull and one.start < other.end and other.start < one.end:
            yield parts.problem(
                f"outage[{second}]",
                f"'{other.hull}' is out of service already, by outage[{first}]",
                "make one outage of the two, or correct start and end",
            )


def units_can_sail(parts: Parts) -> Iterator[Problem]:
    """No unit has all its hulls out of service throughout the plan."""
    span = parts.span
    if span is None:
        return
    out = {
        outage.hull
        for outage in parts.outages.values()
        if outage.start <= span[0] and outage.end >= span[1]
    }
    for number, unit in parts.units.items():
        if out.issuperset(unit.hulls):
            yield parts.problem(
                f"unit[{number}]",
                f"all hulls of '{unit.name}' are out of service throughout the plan",
                "remove the unit and its outages, or shorten an outage",
            )


def _touches(outage: Outage, start: datetime, end: datetime) -> bool:
    return outage.start < end and outage.end > start
