"""Polygons that a scenario names: shipped layers, or files of the user in any CRS."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from planner.errors import GeodataError
from planner.files import is_file
from planner.scenario.vectors import MOST_VERTICES, UnusableFile, read_features
from planner.units import nm_from_m

if TYPE_CHECKING:
    import geopandas

    from planner.scenario.model import Requirement, Scenario, Threat

GEOD = Geod(ellps="WGS84")

MOST_CROSSINGS = 500_000
"""Edges of polygons that cross themselves which lie near other edges (assumption: mending takes
a second or so for these, and grows with the square)."""

_COLLECTION = shapely.GeometryType.GEOMETRYCOLLECTION

SEGMENT_M = 2000.0
"""Longest straight edge kept when a projected file is turned into degrees."""


def read_polygons(path: Path) -> MultiPolygon:
    """Read the union of all polygons of a file, in degrees WGS84.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, shapefile or KML (:mod:`planner.scenario.vectors`), in any CRS.

    Raises
    ------
    GeodataError
        If the file is missing, cannot be read, has no CRS or holds no polygon.
    """
    if not is_file(path):
        raise UnusableFile(path, "there is no such file", "check the path")
    return _read(path.resolve(), path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _read(path: Path, _changed_ns: int) -> MultiPolygon:
    table = read_features(path)
    if table.empty:
        raise UnusableFile(path, "it holds no geometry", "save polygons in it")
    if table.crs is None:
        raise UnusableFile(
            path, "it does not say its CRS", "add the .prj file, or save it as GeoJSON in degrees"
        )
    try:
        shapes = in_degrees(path, table)
        _check_crossings(path, shapes)
        # "structure" joins what overlaps, in a fraction of the time that "linework" takes
        pieces = _polygons(shapely.make_valid(shapes, method="structure", keep_collapsed=False))
        whole = _polygons(np.array([shapely.union_all(pieces)], dtype=np.object_))
    except shapely.errors.GEOSException as error:
        raise UnusableFile(
            path, "its polygons cross themselves beyond repair", "mend them in a GIS"
        ) from error
    if not whole:
        raise UnusableFile(path, "it holds no polygon", "close its lines to polygons of water")
    return MultiPolygon(whole)


def _check_crossings(path: Path, shapes: NDArray[np.object_]) -> None:
    """Refuse lines that cross each other so often that to mend them would take for ever."""
    near = 0
    for shape in shapes[~(shapely.is_valid(shapes) | shapely.is_missing(shapes))]:
        places, ring = shapely.get_coordinates(
            shapely.get_rings(shapely.get_parts(shape)), return_index=True
        )
        one = ring[1:] == ring[:-1]
        ends = np.stack([places[:-1][one], places[1:][one]], axis=1)
        edges: NDArray[np.object_] = np.atleast_1d(np.asarray(shapely.linestrings(ends)))
        tree, some = shapely.STRtree(edges), max(64, 4_000_000 // max(len(edges), 1))
        for first in range(0, len(edges), some):
            part = edges[first : first + some]
            near += tree.query(part).shape[1] - 5 * len(part)  # itself, neighbours, a touch
            if near > MOST_CROSSINGS:
                raise UnusableFile(
                    path,
                    "its lines cross each other more often than can be mended",
                    "mend them in a GIS, or draw them anew",
                )


def _polygons(shapes: ArrayLike | NDArray[np.object_]) -> list[Polygon]:
    """Polygons with an area in shapes, also in collections of collections."""
    parts = np.asarray(shapes, dtype=np.object_)
    while np.any(shapely.get_type_id(parts) == _COLLECTION):
        parts = shapely.get_parts(parts)
    return [
        part
        for part in shapely.get_parts(parts)
        if isinstance(part, Polygon) and not part.is_empty and part.area > 0
    ]


def in_degrees(path: Path, table: geopandas.GeoDataFrame) -> NDArray[np.object_]:
    """Shapes of a table in degrees WGS84, every position on Earth."""
    from pyproj.exceptions import ProjError

    shapes = table.geometry
    try:
        if not table.crs.is_geographic:
            metres = table.crs.axis_info[0].unit_conversion_factor
            longest = SEGMENT_M / metres
            _check_segments(path, shapes.to_numpy(), longest)
            shapes = shapes.segmentize(longest)
        found: NDArray[np.object_] = shapes.to_crs("EPSG:4326").to_numpy()
    except (ProjError, shapely.errors.GEOSException, IndexError, ValueError) as error:
        raise UnusableFile(
            path,
            f"its CRS '{table.crs.name}' does not lead to degrees",
            "save it in degrees WGS84 (EPSG:4326)",
        ) from error
    places = shapely.get_coordinates(found)
    inside = np.isfinite(places) & (np.abs(places) <= (540.0, 90.0))
    wrong: NDArray[np.bool_] = np.asarray(~inside.all(axis=1))
    if wrong.any():
        raise UnusableFile(
            path,
            f"{np.sum(wrong):,} of its {len(wrong):,} positions are nowhere on Earth, the first "
            f"at [{places[wrong][0][0]:g}, {places[wrong][0][1]:g}]",
            "save it with its CRS, or in degrees WGS84, longitude first",
        )
    return found


def _check_segments(path: Path, shapes: NDArray[np.object_], longest: float) -> None:
    """Refuse shapes whose edges would be cut into more pieces than are worked with."""
    pieces = float(np.nansum(shapely.length(shapes))) / longest
    if not pieces <= MOST_VERTICES:  # nor where it is no number
        raise UnusableFile(
            path,
            f"its edges are {pieces * SEGMENT_M / 1000:.3g} km long in all",
            "check its CRS, and whether its figures are metres",
        )


def shoreline_of(scenario: Scenario) -> BaseGeometry:
    """Water of the scenario's shoreline in degrees; islands are holes.

    Raises
    ------
    GeodataError
        If the user's shoreline file cannot be used.
    """
    from planner import geodata
    from planner.scenario.model import SHIPPED_SHORELINES

    key = scenario.area.shoreline
    if key in SHIPPED_SHORELINES:
        return geodata.shoreline(key)
    return read_polygons(scenario.path_of(key))


def area_of(scenario: Scenario) -> BaseGeometry:
    """Return the area to be watched in degrees, before the shoreline cuts it.

    Raises
    ------
    GeodataError
        If the user's area file cannot be used.
    """
    from planner import geodata

    area = scenario.area
    if area.file is not None:
        return read_polygons(scenario.path_of(area.file))
    if area.sector is None:
        raise GeodataError("the scenario names neither a sector nor a file of its area")
    return geodata.limit_area(area.sector, area.limit, area.limits)


def polygon_of_threat(scenario: Scenario, threat: Threat) -> BaseGeometry | None:
    """Polygon that a threat keeps to in degrees, or None for the whole area."""
    from planner import geodata

    if threat.file is not None and threat.kind == "area":
        return read_polygons(scenario.path_of(threat.file))
    if threat.zone is not None:
        return geodata.zones()[threat.zone].geometry
    return None


def polygon_of_zone(scenario: Scenario, name: str) -> BaseGeometry:
    """Polygon in degrees of a zone: a shipped one by its key, or a file's."""
    from planner import geodata

    zones = geodata.zones()
    return zones[name].geometry if name in zones else read_polygons(scenario.path_of(name))


def polygon_of_requirement(scenario: Scenario, requirement: Requirement) -> BaseGeometry:
    """Polygon of a requirement's zone in degrees."""
    from planner import geodata

    if requirement.file is not None:
        return read_polygons(scenario.path_of(requirement.file))
    if requirement.zone is None:
        raise GeodataError(f"requirement '{requirement.name}' has no zone")
    return geodata.zones()[requirement.zone].geometry


def nearest_water(
    water: BaseGeometry, position: tuple[float, float]
) -> tuple[tuple[float, float], float]:
    """Nearest point of the water to a position, and how far it is.

    Parameters
    ----------
    water
        Polygons in degrees.
    position
        ``(lon, lat)``.

    Returns
    -------
    point, distance_nm
        ``(lon, lat)`` and nautical miles; the position itself and 0 on the water.
    """
    if water.covers(Point(position)):
        return position, 0.0
    # a degree of longitude shrinks towards the poles: measure on a plane that does too
    squeeze = max(1e-6, math.cos(math.radians(position[1])))
    plane = shapely.transform(water, lambda points: points * [squeeze, 1.0])
    here = Point(position[0] * squeeze, position[1])
    found = shapely.get_coordinates(shapely.shortest_line(plane, here))[0]
    point = (float(found[0] / squeeze), float(found[1]))
    return point, distance_nm(point, position)


def distance_nm(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Geodesic distance between two positions in nautical miles."""
    return nm_from_m(float(GEOD.inv(*one, *other)[2]))
