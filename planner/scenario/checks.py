"""Checks across the tables of a scenario: one small function each.

A check takes the :class:`~planner.scenario.parts.Parts` and yields problems;
each message names the fix. Checks that need geometry are in ``places``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from pathlib import Path

from planner import geodata
from planner.errors import Problem
from planner.files import is_file
from planner.scenario.breaks import breaks_are_whole
from planner.scenario.conditions import (
    sea_states_are_ordered,
    targets_are_known,
)
from planner.scenario.crews import (
    day_hours_can_be_sailed,
    outages_are_in_the_plan,
    outages_do_not_overlap,
    outages_name_hulls,
    units_can_sail,
)
from planner.scenario.explain import listed, nearest
from planner.scenario.figures import shown
from planner.scenario.kinds import Fields, misfits
from planner.scenario.model import SHIPPED_SHORELINES, Threat, VesselClass
from planner.scenario.parts import Parts
from planner.scenario.posted import (
    moves_meet_no_outage,
    posted_hulls_have_berths,
    postings_are_in_the_plan,
    postings_can_move,
    postings_do_not_overlap,
    postings_have_crews,
    postings_leave_time,
    postings_name_bases,
    postings_name_hulls,
)
from planner.scenario.required import (
    alert_leaves_hulls,
    requirements_are_in_the_plan,
    requirements_fit_their_kind,
    requirements_have_one_zone,
    requirements_name_units_and_threats,
)
from planner.scenario.service import permissions_name_threats, permitted_zones, upkeep_is_whole
from planner.scenario.vectors import UnusableFile
from planner.scenario.weather import (
    ICE_KEYS,
    changes_of_weather_are_whole,
    environments,
    weather_files,
    weather_fits_its_source,
)

Check = Callable[[Parts], Iterator[Problem]]

LEAST_FUEL_H = 0.5
"""A boat whose fuel lasts less than this at cruise speed has a figure wrong (assumption)."""

MOST_DRAFT_PER_LENGTH = 0.35
"""No patrol craft draws more than this share of its length (assumption)."""


def names_are_unique(parts: Parts) -> Iterator[Problem]:
    """No two bases, units, threats or requirements share a name."""
    for table in ("base", "unit", "threat", "requirement"):
        seen: set[str] = set()
        for number, name in parts.given(table, "name"):
            if name in seen:
                yield parts.problem(
                    f"{table}[{number}].name",
                    f"'{name}' is also the name of another {table}",
                    "give each its own name",
                )
            seen.add(name)


def units_name_known_bases(parts: Parts) -> Iterator[Problem]:
    """Every unit's base is a base of the scenario."""
    known = parts.base_names()
    for number, base in parts.given("unit", "base"):
        if base not in known:
            yield parts.problem(
                f"unit[{number}].base",
                f"there is no base '{base}'; the bases are {listed(known)}",
                nearest(base, known, "name one of them, or add a [[base]] table"),
            )


def units_name_known_vessels(parts: Parts) -> Iterator[Problem]:
    """Every unit's vessel class is shipped or described in the scenario."""
    known = sorted({*geodata.vessels(), *parts.vessel_keys})
    for number, vessel in parts.given("unit", "vessel"):
        if vessel not in known:
            yield parts.problem(
                f"unit[{number}].vessel",
                f"there is no vessel class '{vessel}'; the classes are {listed(known)}",
                nearest(vessel, known, f"name one of them, or add a [vessel.{vessel}] table"),
            )


def berths_suffice(parts: Parts) -> Iterator[Problem]:
    """No base holds more hulls than it has berths."""
    hulls: Counter[str] = Counter()
    for unit in parts.units.values():
        hulls[unit.base] += unit.count
    for number, base in parts.bases.items():
        if hulls[base.name] > base.berths:
            yield parts.problem(
                f"base[{number}].berths",
                f"'{base.name}' has {base.berths} berths for {hulls[base.name]} hulls",
                "raise berths, or move units to another base",
            )


def speeds_are_ordered(parts: Parts) -> Iterator[Problem]:
    """No boat cruises or searches faster than its top speed."""
    for key, vessel in parts.vessels.items():
        for field in ("cruise_kn", "search_kn"):
            speed_kn = getattr(vessel, field)
            if speed_kn > vessel.max_kn:
                yield parts.problem(
                    f"vessel.{key}.{field}",
                    f"{speed_kn:g} kn is more than max_kn = {vessel.max_kn:g}",
                    f"lower {field} or raise max_kn",
                )


def fuel_lasts(parts: Parts) -> Iterator[Problem]:
    """The fuel carried gets a boat out of port."""
    for key, vessel in parts.vessels.items():
        hours = _fuel_h(vessel)
        if hours < LEAST_FUEL_H:
            yield parts.problem(
                f"vessel.{key}.fuel_l",
                f"at cruise speed the fuel above the reserve lasts {60 * hours:.0f} minutes",
                "check that fuel_l is in litres and burn_cruise_l_h in litres an hour",
            )


def _fuel_h(vessel: VesselClass) -> float:
    usable_l = vessel.fuel_l * (1 - vessel.fuel_reserve)
    return usable_l / vessel.burn_cruise_l_h if vessel.burn_cruise_l_h > 0 else float("inf")


def drafts_fit(parts: Parts) -> Iterator[Problem]:
    """No boat is nearly as deep as it is long."""
    for key, vessel in parts.vessels.items():
        if vessel.draft_m > MOST_DRAFT_PER_LENGTH * vessel.length_m:
            yield parts.problem(
                f"vessel.{key}.draft_m",
                f"{vessel.draft_m:g} m is a lot for a boat of {vessel.length_m:g} m",
                "give metres (1 ft is 0.3048 m) in both draft_m and length_m",
            )


def steps_divide(parts: Parts) -> Iterator[Problem]:
    """Watches, departures and the plan are whole numbers of time steps."""
    area = parts.area
    if area is None:
        return
    step_min = area.time_step_min
    if area.watch_h * 60 % step_min:
        yield parts.problem(
            "area.time_step_min",
            f"{step_min} minutes do not divide a watch of {area.watch_h} h",
            f"choose {_divisor_near(area.watch_h * 60, step_min)}",
        )
    elif area.departure_step_min % step_min:
        yield parts.problem(
            "area.departure_step_min",
            f"{area.departure_step_min} is no whole number of time steps of {step_min} minutes",
            f"choose a multiple of {step_min}",
        )
    if parts.days is not None:
        steps = parts.days * 1440 / step_min
        if abs(steps - round(steps)) > 1e-6:
            yield parts.problem(
                "days",
                f"{parts.days:g} days are no whole number of time steps of {step_min} minutes",
                "choose whole days, or halves",
            )


def _divisor_near(minutes: int, wish: int) -> int:
    divisors = [step for step in range(1, min(minutes, 120) + 1) if minutes % step == 0]
    return min(divisors, key=lambda step: abs(step - wish))


def area_is_one(parts: Parts) -> Iterator[Problem]:
    """The area is a known sector or a file, not both and not neither."""
    area = parts.area
    if area is None:
        return
    if area.sector is None and area.file is None:
        yield parts.problem(
            "area",
            "has neither a sector nor a file",
            f"add 'sector = …' ({listed(geodata.SECTORS)}), or 'file = …' with a polygon file",
        )
    if area.sector is not None and area.file is not None:
        yield parts.problem("area", "has both a sector and a file", "keep one of them")
    if area.sector is not None and area.sector not in geodata.SECTORS:
        known = listed(geodata.SECTORS)
        yield parts.problem(
            "area.sector",
            f"there is no sector '{area.sector}'; the sectors are {known}",
            nearest(area.sector, geodata.SECTORS, "name one of them"),
        )
    if area.sector is None and area.limit != "sector":
        yield parts.problem(
            "area.limit",
            f"'{area.limit}' belongs to a national sector, not to a file",
            "drop limit, or name a sector",
        )


def threats_fit_their_kind(parts: Parts) -> Iterator[Problem]:
    """Threats give what their kind needs and nothing of the other kinds."""
    yield from misfits(parts, "threat", parts.threats.items(), _FIELDS, _OF_ALL_KINDS)


_OF_ALL_KINDS = ("name", "kind", "weight", "target", "target_height_m")

_FIELDS: Fields = {
    "area": (("persistence_h",), ("zone", "file", "months", "hours", "raster", "variable")),
    "transit": (
        ("origin", "destination", "speed_kn"),
        ("origin_to", "destination_to", "months", "hours", "spread_nm", "tracks", "seed"),
    ),
    "incidents": (("file", "persistence_h"), ("zone", "bandwidth_nm", "bandwidth_h")),
    "drift": (("file",), ("tracks",)),
}


def threats_do_not_contradict_themselves(parts: Parts) -> Iterator[Problem]:
    """A threat is given one polygon, and a variable only of a raster."""
    for number, threat in parts.threats.items():
        if threat.kind == "area" and threat.zone is not None and threat.file is not None:
            yield parts.problem(
                f"threat[{number}].file", "zone and file are both given", "keep one of them"
            )
        if threat.variable is not None and threat.raster is None and threat.kind == "area":
            yield parts.problem(
                f"threat[{number}].variable",
                "there is no raster whose variable it could be",
                "add 'raster = …', or remove variable",
            )


def threat_files_are_sound(parts: Parts) -> Iterator[Problem]:
    """Rasters, past events and particles can be read; polygons are checked with the places."""
    for number, threat in parts.threats.items():
        for field, name in (("file", threat.file), ("raster", threat.raster)):
            if name is None or not is_file(parts.directory / name):
                continue  # files_exist reports those that are not there
            try:
                _read_threat_file(threat, field, parts.directory / name)
            except UnusableFile as error:
                yield parts.problem(
                    f"threat[{number}].{field}", f"'{name}': {error.message}", error.remedy
                )


def _read_threat_file(threat: Threat, field: str, path: Path) -> None:
    from planner.scenario.drift import read_particles
    from planner.scenario.incidents import read_events
    from planner.scenario.raster import read_raster

    if threat.kind == "area" and field == "raster":
        read_raster(path, threat.variable)
    elif threat.kind == "incidents":
        read_events(path, UTC)
    elif threat.kind == "drift":
        read_particles(path)


def zones_are_known(parts: Parts) -> Iterator[Problem]:
    """Every zone that a threat names is shipped."""
    known = geodata.zones()
    for number, zone in parts.given("threat", "zone"):
        if zone not in known:
            yield parts.problem(
                f"threat[{number}].zone",
                f"there is no zone '{zone}'; the zones are {listed(known)}",
                nearest(zone, known, "name one of them, or give 'file'"),
            )


def files_exist(parts: Parts) -> Iterator[Problem]:
    """Every file that the scenario names is there."""
    for key, name, shipped in _files(parts):
        if not is_file(parts.directory / name):
            among = f" and no shipped one ({listed(shipped)})" if shipped else ""
            yield parts.problem(
                key,
                f"{shown(name)} is no file beside the scenario{among}",
                nearest(name, shipped, "check the path; it starts from the scenario's folder"),
            )


def _files(parts: Parts) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Files named: key, name, and the shipped names that were possible instead."""
    area = parts.area
    if area is not None:
        if area.file is not None:
            yield "area.file", area.file, ()
        if area.shoreline not in SHIPPED_SHORELINES:
            yield "area.shoreline", area.shoreline, SHIPPED_SHORELINES
        for number, closure in enumerate(area.closures, start=1):
            if closure not in geodata.zones():
                yield f"area.closures[{number}]", closure, tuple(geodata.zones())
    for key, environment in environments(parts):
        for field, name in weather_files(environment).items():
            yield f"{key}.{field}", name, ICE_KEYS if field == "ice" else ()
    for field in ("file", "raster"):
        for number, file in parts.given("threat", field):
            yield f"threat[{number}].{field}", file, ()
    for number, file in parts.given("requirement", "file"):
        yield f"requirement[{number}].file", file, ()
    for key, zone in permitted_zones(parts):
        if zone not in geodata.zones():
            yield key, zone, tuple(geodata.zones())


CHECKS: tuple[Check, ...] = (
    area_is_one,
    steps_divide,
    names_are_unique,
    units_name_known_bases,
    units_name_known_vessels,
    berths_suffice,
    day_hours_can_be_sailed,
    outages_name_hulls,
    outages_are_in_the_plan,
    outages_do_not_overlap,
    units_can_sail,
    upkeep_is_whole,
    breaks_are_whole,
    permissions_name_threats,
    postings_name_hulls,
    postings_name_bases,
    postings_can_move,
    postings_have_crews,
    postings_are_in_the_plan,
    postings_leave_time,
    moves_meet_no_outage,
    postings_do_not_overlap,
    posted_hulls_have_berths,
    speeds_are_ordered,
    sea_states_are_ordered,
    targets_are_known,
    fuel_lasts,
    drafts_fit,
    threats_fit_their_kind,
    weather_fits_its_source,
    changes_of_weather_are_whole,
    threats_do_not_contradict_themselves,
    requirements_fit_their_kind,
    requirements_have_one_zone,
    requirements_name_units_and_threats,
    requirements_are_in_the_plan,
    alert_leaves_hulls,
    zones_are_known,
    files_exist,
    threat_files_are_sound,
)


def problems_across(parts: Parts, checks: Iterable[Check] = CHECKS) -> list[Problem]:
    """All problems that the checks find, in their order."""
    return [problem for check in checks for problem in check(parts)]
