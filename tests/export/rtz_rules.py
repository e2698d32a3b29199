"""A checker of RTZ files, written from the rules of versions 1.0 and 1.2.

The rules are those of the schemas of IEC 61174:2015, Annex S, and IEC PAS
61174-1:2021 (elements, their order and number, attributes and their types),
and those a schema cannot say: identifiers are unique, a schedule names every
waypoint in order and runs forwards in time, the route bears the file's name,
the file is no larger than 400 kB, and the first waypoint has no leg.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree

from tests.export.reading import safe_tree

LARGEST_BYTES = 400 * 1024
MANY = 10**9
NAMESPACES = {"1.0": "http://www.cirm.org/RTZ/1/0", "1.2": "http://www.cirm.org/RTZ/1/2"}
ELEMENT = {"1.0": "sheduleElement", "1.2": "scheduleElement"}

DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
PATTERNS = {
    "string": re.compile(r".*", re.DOTALL),
    "count": re.compile(r"\+?\d+"),
    "integer": re.compile(r"[+-]?\d+"),
    "moment": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
    "duration": re.compile(r"-?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?([\d.]+S)?)?"),
    "geometry": re.compile(r"Loxodrome|Orthodrome"),
}
RANGES = {  # lowest, highest, whether the highest itself is allowed
    "decimal": (-MANY, MANY, True),
    "positive": (0.0, MANY, True),
    "radius 1.0": (0.0, 10.0, False),
    "radius 1.2": (0.0, 5.0, True),
    "xtd": (0.0, 10.0, False),
    "latitude": (-90.0, 90.0, True),
    "longitude": (-180.0, 180.0, False),
    "course": (0.0, 360.0, False),
}


def _rules(version: str) -> dict[str, tuple[dict[str, str], list[tuple[str, int, int]]]]:
    """Attributes (``!`` marks required ones) and children of each element, in order."""
    extensions = ("extensions", 0, 1)
    radius = f"radius {version}"
    window = "time" if version == "1.0" else "duration"
    info = dict.fromkeys(
        ("routeAuthor", "routeStatus", "vesselName", "vesselVoyage", "optimizationMethod"), "string"
    )
    info |= dict.fromkeys(("validityPeriodStart", "validityPeriodStop"), "moment")
    info |= dict.fromkeys(
        ("vesselMMSI", "vesselIMO", "vesselDisplacement", "vesselCargo", "vesselMaxRoll"), "count"
    )
    info |= dict.fromkeys(
        ("vesselGM", "vesselMaxWave", "vesselSpeedMax", "vesselServiceMin", "vesselServiceMax"),
        "positive",
    )
    info |= {"routeName!": "string", "vesselMaxWind": "decimal" if version == "1.0" else "positive"}
    info["routeChangesHistory"] = "positive" if version == "1.0" else "string"
    leg = dict.fromkeys(("starboardXTD", "portsideXTD"), "xtd") | {"geometryType": "geometry"}
    leg |= dict.fromkeys(
        ("safetyContour", "safetyDepth", "speedMin", "speedMax", "draughtForward", "draughtAft",
         "staticUKC", "dynamicUKC", "masthead"), "positive")  # fmt: skip
    leg |= dict.fromkeys(("legReport", "legInfo", "legNote1", "legNote2"), "string")
    times = {"waypointId!": "count", "etd": "moment", "eta": "moment", "stay": window}
    times |= dict.fromkeys(
        ("etdWindowBefore", "etdWindowAfter", "etaWindowBefore", "etaWindowAfter"), window
    )
    times |= dict.fromkeys(
        ("speed", "windSpeed", "currentSpeed", "windLoss", "waveLoss", "totalLoss"), "positive"
    )
    times |= dict.fromkeys(("windDirection", "currentDirection"), "course")
    times |= {"rpm": "count", "pitch": "integer", "fuel": "decimal", "relFuelSave": "decimal"}
    times |= {"absFuelSace" if version == "1.0" else "absFuelSave": "decimal", "Note": "string"}
    times["speedWindow"] = "decimal" if version == "1.0" else "positive"
    element = ELEMENT[version]
    return {
        "route": (
            {"version!": "string"},
            [("routeInfo", 1, 1), ("waypoints", 1, 1), ("schedules", 0, 1), extensions],
        ),
        "routeInfo": (info, [extensions]),
        "waypoints": ({}, [("defaultWaypoint", 0, 1), ("waypoint", 2, MANY), extensions]),
        "defaultWaypoint": ({"radius": radius}, [("leg", 0, 1), extensions]),
        "waypoint": (
            {"id!": "count", "revision": "count", "name": "string", "radius": radius},
            [("position", 1, 1), ("leg", 0, 1), extensions],
        ),
        "position": ({"lat!": "latitude", "lon!": "longitude"}, []),
        "leg": (leg, [] if version == "1.0" else [extensions]),
        "schedules": ({}, [("schedule", 0, MANY), extensions]),
        "schedule": (
            {"id!": "count", "name": "string"},
            [("manual", 0, 1), ("calculated", 0, 1), extensions],
        ),
        "manual": ({}, [(element, 1, MANY), extensions]),
        "calculated": ({}, [(element, 0, MANY), extensions]),
        element: (times, [extensions]),
    }


def faults(path: Path) -> list[str]:
    """Everything in a file that breaks a rule; nothing if it is valid."""
    found = [] if path.suffix == ".rtz" else ["the name does not end with .rtz"]
    if path.stat().st_size > LARGEST_BYTES:
        found.append("larger than 400 kB")
    root = safe_tree(path)
    version = root.get("version", "")
    if version not in NAMESPACES:
        return [*found, f"unknown version '{version}'"]
    if root.tag != f"{{{NAMESPACES[version]}}}route":
        return [*found, f"the root is {root.tag}"]
    found += _schema_faults(root, "route", version)
    return found or list(_further_faults(root, path.stem, version))


def _schema_faults(element: Any, name: str, version: str) -> Iterator[str] | list[str]:
    """Faults of an element and of all within it."""
    attributes, children = _rules(version)[name]
    return [
        *_attribute_faults(element, name, attributes),
        *_children_faults(element, name, children, version),
    ]


def _attribute_faults(element: Any, name: str, rules: dict[str, str]) -> Iterator[str]:
    types = {key.rstrip("!"): kind for key, kind in rules.items()}
    for key in rules:
        if key.endswith("!") and key[:-1] not in element.attrib:
            yield f"{name} has no {key[:-1]}"
    for key, value in element.attrib.items():
        if key not in types:
            yield f"{name} has an attribute {key}"
        elif not _holds(types[key], value):
            yield f"{name}: {key} is '{value}'"


def _children_faults(
    element: Any, name: str, rules: list[tuple[str, int, int]], version: str
) -> Iterator[str]:
    names = [etree.QName(child) for child in element]
    if any(child.namespace != NAMESPACES[version] for child in names):
        yield f"{name} holds something of another namespace"
        return
    local = [child.localname for child in names]
    order = [child for child, _, _ in rules]
    unknown = sorted(set(local) - set(order))
    if unknown:
        yield f"{name} holds {unknown}"
        return
    if [order.index(child) for child in local] != sorted(order.index(child) for child in local):
        yield f"{name}: {local} are not in order"
    for child, least, most in rules:
        if not least <= local.count(child) <= most:
            yield f"{name} holds {local.count(child)} {child}"
    if (element.text or "").strip():
        yield f"{name} holds text"
    for child, part in zip(local, element, strict=True):
        if child != "extensions":
            yield from _schema_faults(part, child, version)


def _holds(kind: str, value: str) -> bool:
    """Whether a text is of a type of the schema."""
    if kind in PATTERNS:
        return PATTERNS[kind].fullmatch(value) is not None
    low, high, closed = RANGES[kind]
    if not DECIMAL.fullmatch(value):
        return False
    figure = float(value)
    return low <= figure < high or (closed and figure == high)


def _further_faults(root: Any, stem: str, version: str) -> Iterator[str]:
    """Faults that a schema does not see."""
    space = f"{{{NAMESPACES[version]}}}"
    info = root.find(f"{space}routeInfo")
    if info.get("routeName") != stem:
        yield f"the route is '{info.get('routeName')}', the file '{stem}'"
    if not info.get("validityPeriodStart", "0") < info.get("validityPeriodStop", "9"):
        yield "the validity ends before it starts"
    points = root.findall(f"{space}waypoints/{space}waypoint")
    ids = [int(point.get("id")) for point in points]
    if len(set(ids)) != len(ids):
        yield "identifiers of waypoints are not unique"
    if points[0].find(f"{space}leg") is not None:
        yield "a leg leads to the first waypoint"
    for schedule in root.iterfind(f"{space}schedules/{space}schedule"):
        for part in (
            *schedule.iterfind(f"{space}manual"),
            *schedule.iterfind(f"{space}calculated"),
        ):
            yield from _schedule_faults(part.findall(f"{space}{ELEMENT[version]}"), ids)


def _schedule_faults(elements: list[Any], ids: list[int]) -> Iterator[str]:
    if [int(element.get("waypointId")) for element in elements] != ids:
        yield "a schedule does not name every waypoint in order"
    if {"eta", "speed", "stay"} & set(elements[0].attrib):
        yield "a schedule says how its first waypoint is reached"
    times = [
        (k, datetime.fromisoformat(element.get(key)))
        for k, element in enumerate(elements)
        for key in ("eta", "etd")
        if element.get(key)
    ]
    for (k, earlier), (following, later) in pairwise(times):
        if later < earlier or (later == earlier and k != following):
            yield f"a schedule runs backwards at {later}"
