"""RTZ routes for ECDIS: version 1.0 of IEC 61174:2015, and 1.2 of IEC PAS 61174-1:2021.

The versions differ in their namespace, in the spelling of an element
(``sheduleElement`` in 1.0), and in the type of a stay (a time of day in 1.0,
a duration in 1.2). Each is valid only so.

A file holds one route, and the route bears the file's name, as the standard
asks. Schedule 1 has two parts over the same waypoints: ``manual`` is what the
crew decides (departures, speeds, the last arrival), ``calculated`` all that
follows from it. Legs are loxodromes: vertices are at most 5 nm apart, where
loxodrome, great circle and the plan's own line lie within a few metres.
Cross-track limits are left to the ship, since a plan promises its line, not
a corridor.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Literal

from planner.export.passage import Waypoint, stamp, waypoints
from planner.export.words import legs_words, title
from planner.plan.model import Plan
from planner.present.figures import SortieFigures
from planner.present.text import clean

Version = Literal["1.0", "1.2"]
VERSIONS: tuple[Version, ...] = ("1.0", "1.2")

NAMESPACE: dict[Version, str] = {
    "1.0": "http://www.cirm.org/RTZ/1/0",
    "1.2": "http://www.cirm.org/RTZ/1/2",
}
SCHEDULED: dict[Version, str] = {"1.0": "sheduleElement", "1.2": "scheduleElement"}

LONGEST_NAME = 32
"""Characters of a vessel's name that displays have room for."""


def rtz_text(plan: Plan, trip: SortieFigures, name: str, version: Version = "1.0") -> str:
    """Text of the RTZ file of a sortie.

    Parameters
    ----------
    plan, trip
        The plan, and the sortie in it.
    name
        Name of the route: that of the file without its ending.
    version
        Of the format. Every type-approved ECDIS reads 1.0; 1.2 is voluntary.
    """
    points = waypoints(trip.sortie)
    route = ET.Element("route", {"xmlns": NAMESPACE[version], "version": version})
    ET.SubElement(route, "routeInfo", _info(plan, trip, name))
    table = ET.SubElement(route, "waypoints")
    for point in points:
        _waypoint(table, plan, trip, point)
    schedule = ET.SubElement(ET.SubElement(route, "schedules"), "schedule", {"id": "1"})
    schedule.set("name", "Plan")
    for part in ("manual", "calculated"):
        held = ET.SubElement(schedule, part)
        for point in points:
            times = _times(point, points[-1], version, every=part == "calculated")
            ET.SubElement(held, SCHEDULED[version], {"waypointId": str(point.number), **times})
    ET.indent(route)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(route, "unicode")}\n'


def _info(plan: Plan, trip: SortieFigures, name: str) -> dict[str, str]:
    return {
        "routeName": name,
        "routeAuthor": "patrol",
        "routeStatus": title(plan)[:128],
        "validityPeriodStart": stamp(trip.sortie.depart),
        "validityPeriodStop": stamp(trip.sortie.return_),
        "vesselName": clean(trip.hull.id)[:LONGEST_NAME],
    }


def _waypoint(table: ET.Element, plan: Plan, trip: SortieFigures, point: Waypoint) -> None:
    """Add a waypoint; its ``leg`` is the way that leads to it, so the first one has none."""
    made = ET.SubElement(table, "waypoint", {"id": str(point.number), "revision": "0"})
    made.set("name", f"{clean(trip.sortie.id)}-{point.number:02d}"[:128])
    lon = point.lon - 360.0 if point.lon >= 180.0 else point.lon
    ET.SubElement(made, "position", {"lat": f"{point.lat:.7f}", "lon": f"{lon:.7f}"})
    if point.number == 1:
        return
    leg = {"geometryType": "Loxodrome"}
    if point.speed_kn > 0:
        leg["speedMax"] = f"{point.speed_kn:.2f}"
    if point.mode:
        leg["legInfo"] = point.mode
    if point.begins:
        leg["legNote1"] = f"Here: {legs_words(plan, point.begins)}"
    ET.SubElement(made, "leg", leg)


def _times(point: Waypoint, last: Waypoint, version: Version, *, every: bool) -> dict[str, str]:
    """Attributes of a schedule's element: what is decided, or with ``every`` all that follows."""
    times = {}
    if point.number == 1:
        return {"etd": stamp(point.depart)}
    if point.stay:
        times["etd"] = stamp(point.depart)
    if every or point is last:
        times["eta"] = stamp(point.arrive)
    if point.stay and (stay := _stay(point.stay, version)):
        times["stay"] = stay
    if point.speed_kn > 0:
        times["speed"] = f"{point.speed_kn:.2f}"
    return times


def _stay(stay: timedelta, version: Version) -> str:
    """A stay as the version spells it; nothing for a whole day or more in 1.0, which cannot."""
    minutes, seconds = divmod(int(stay.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if version == "1.2":
        return f"PT{hours}H{minutes}M{seconds}S"
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}" if hours < 24 else ""
