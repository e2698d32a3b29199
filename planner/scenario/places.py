"""Checks of a scenario's positions and polygons against the water."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.errors import Problem
from planner.files import is_file
from planner.scenario.geometry import nearest_water, read_polygons
from planner.scenario.model import SHIPPED_SHORELINES
from planner.scenario.parts import Parts
from planner.scenario.service import permitted_zones
from planner.scenario.vectors import UnusableFile

HARBOUR_NM = 0.5
"""A base or an end of a run may lie this far from the water of the shoreline."""


def problems_of_places(parts: Parts) -> list[Problem]:
    """All problems of positions and polygons, as far as the files can be read."""
    problems = list(files_are_polygons(parts)) or list(shoreline_is_given(parts))
    water = None if problems else _water(parts)
    if water is None:
        return problems
    return [
        *area_has_water(parts, water),
        *bases_touch_water(parts, water),
        *runs_start_and_end_on_water(parts, water),
    ]


def files_are_polygons(parts: Parts) -> Iterator[Problem]:
    """Every polygon file can be read and holds polygons."""
    for key, name in _present_files(parts):
        try:
            read_polygons(parts.directory / name)
        except UnusableFile as error:
            yield parts.problem(key, f"'{name}': {error.message}", error.remedy)


def shoreline_is_given(parts: Parts) -> Iterator[Problem]:
    """A sea outside the Caspian brings its own shoreline and has no depth grid."""
    area, polygon = parts.area, _own_area(parts)
    caspian = geodata.shoreline("legal-28m")
    if area is None or polygon is None or polygon.intersects(caspian):
        return
    if area.shoreline in SHIPPED_SHORELINES and _turned(polygon).intersects(caspian):
        yield parts.problem(
            "area.file",
            f"'{area.file}' lies outside the Caspian: its latitudes come first",
            "write longitude, then latitude",
        )
        return
    if area.shoreline in SHIPPED_SHORELINES:
        yield parts.problem(
            "area.shoreline",
            f"'{area.file}' lies outside the Caspian, whose shoreline '{area.shoreline}' is",
            "name a polygon file of the water there",
        )
    if area.depth != "none":
        yield parts.problem(
            "area.depth",
            f"the depth grid '{area.depth}' covers the Caspian only",
            'write depth = "none" (all water of the shoreline is deep enough)',
        )


def area_has_water(parts: Parts, water: BaseGeometry) -> Iterator[Problem]:
    """The user's area holds some water of the shoreline."""
    area, polygon = parts.area, _own_area(parts)
    if area is not None and polygon is not None and not polygon.intersects(water):
        remedy = "check that both are of the same place and that the shoreline is water, not land"
        if _turned(polygon).intersects(water):
            remedy = "its latitudes come first: write longitude, then latitude"
        yield parts.problem(
            "area.file",
            f"'{area.file}' holds no water of the shoreline '{area.shoreline}'",
            remedy,
        )


def _turned(polygon: BaseGeometry) -> BaseGeometry:
    """A polygon with longitude and latitude in each other's place."""
    return shapely.transform(polygon, lambda places: places[:, ::-1])


def bases_touch_water(parts: Parts, water: BaseGeometry) -> Iterator[Problem]:
    """Every base lies on the water or within half a mile of it."""
    for number, position in parts.given("base", "position"):
        yield from _on_water(parts, f"base[{number}].position", "the base", position, water)


def runs_start_and_end_on_water(parts: Parts, water: BaseGeometry) -> Iterator[Problem]:
    """Transit threats run from water to water, between two places."""
    for end in ("origin", "origin_to", "destination", "destination_to"):
        for number, position in parts.given("threat", end):
            what = f"the {end.removesuffix('_to')}"
            yield from _on_water(parts, f"threat[{number}].{end}", what, position, water)
    for end in ("origin", "destination"):
        for number, position in parts.given("requirement", end):
            key = f"requirement[{number}].{end}"
            yield from _on_water(parts, key, f"the {end}", position, water)
    for number, threat in parts.threats.items():
        if threat.origin is not None and threat.origin == threat.destination:
            yield parts.problem(
                f"threat[{number}].destination",
                f"'{threat.name}' begins and ends at the same place",
                "give two different positions",
            )


def _on_water(
    parts: Parts, key: str, what: str, position: tuple[float, float], water: BaseGeometry
) -> Iterator[Problem]:
    point, distance_nm = nearest_water(water, position)
    if distance_nm <= HARBOUR_NM:
        return
    swapped = (position[1], position[0])
    remedy = f"move it; the nearest water is [{point[0]:.4f}, {point[1]:.4f}]"
    if abs(swapped[1]) <= 90 and nearest_water(water, swapped)[1] <= min(distance_nm / 10, 25):
        remedy = f"longitude comes first: write [{swapped[0]:g}, {swapped[1]:g}]"
    where = f"[{position[0]:g}, {position[1]:g}]"
    yield parts.problem(key, f"{what} at {where} is {distance_nm:.1f} nm from the water", remedy)


def _own_area(parts: Parts) -> BaseGeometry | None:
    """Polygon of the user's area file, if there is one."""
    if parts.area is None or parts.area.file is None:
        return None
    path = parts.directory / parts.area.file
    return read_polygons(path) if is_file(path) else None


def _water(parts: Parts) -> BaseGeometry | None:
    if parts.area is None:
        return None
    name = parts.area.shoreline
    if name in SHIPPED_SHORELINES:
        return geodata.shoreline(name)
    path = parts.directory / name
    return read_polygons(path) if is_file(path) else None


def _present_files(parts: Parts) -> Iterator[tuple[str, str]]:
    """Key and name of every polygon file that is there; ``checks`` reports the others."""
    named: list[tuple[str, str | None]] = []
    if parts.area is not None:
        named += [("area.file", parts.area.file), ("area.shoreline", parts.area.shoreline)]
        named += [(f"area.closures[{n}]", c) for n, c in enumerate(parts.area.closures, start=1)]
    kinds = dict(parts.given("threat", "kind"))
    named += [
        (f"threat[{n}].file", file)
        for n, file in parts.given("threat", "file")
        if kinds.get(n, "area") == "area"
    ]
    named += permitted_zones(parts)
    named += [(f"requirement[{n}].file", file) for n, file in parts.given("requirement", "file")]
    for key, name in named:
        if name is not None and is_file(parts.directory / name):
            yield key, name
