"""Polygons that a scenario names: shipped layers, or files of the user in any CRS."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from pyproj import Geod
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from planner.errors import GeodataError
from planner.units import nm_from_m

if TYPE_CHECKING:
    from planner.scenario.model import Requirement, Scenario, Threat

GEOD = Geod(ellps="WGS84")

SEGMENT_M = 2000.0
"""Longest straight edge kept when a projected file is turned into degrees."""


class UnusableFile(GeodataError):
    """A polygon file that cannot be used: what is wrong with it, and the remedy."""

    def __init__(self, path: Path, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(f"{path}: {message}; {remedy}")


def read_polygons(path: Path) -> MultiPolygon:
    """Read the union of all polygons of a file, in degrees WGS84.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, shapefile or whatever else GDAL reads, in any CRS.

    Raises
    ------
    GeodataError
        If the file is missing, cannot be read, has no CRS or holds no polygon.
    """
    if not path.is_file():
        raise UnusableFile(path, "there is no such file", "check the path")
    return _read(path.resolve(), path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _read(path: Path, _changed_ns: int) -> MultiPolygon:
    import geopandas
    from pyogrio.errors import DataSourceError

    try:
        table = geopandas.read_file(path)
    except (DataSourceError, OSError, ValueError) as error:
        raise UnusableFile(
            path, f"it cannot be read as polygons ({error})", "save it as GeoJSON"
        ) from error
    if not isinstance(table, geopandas.GeoDataFrame) or table.empty:
        raise UnusableFile(path, "it holds no geometry", "save polygons in it")
    if table.crs is None:
        raise UnusableFile(
            path, "it does not say its CRS", "add the .prj file, or save it as GeoJSON in degrees"
        )
    shapes = table.geometry
    if not table.crs.is_geographic:
        metres = table.crs.axis_info[0].unit_conversion_factor
        shapes = shapes.segmentize(SEGMENT_M / metres)
    shapes = shapely.make_valid(shapes.to_crs("EPSG:4326").to_numpy())
    pieces = [
        piece
        for piece in shapely.get_parts(shapely.get_parts(shapes))
        if isinstance(piece, Polygon) and not piece.is_empty
    ]
    if not pieces:
        raise UnusableFile(path, "it holds no polygon", "close its lines to polygons of water")
    whole = shapely.get_parts(shapely.union_all(pieces))
    return MultiPolygon([piece for piece in whole if isinstance(piece, Polygon)])


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
