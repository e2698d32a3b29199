"""Geodesic lengths and areas, hexagons, and what of a line lies outside water.

Everything in lon/lat degrees; a line is straight in longitude and latitude
between its vertices, its length is measured on the WGS84 ellipsoid.
"""

from __future__ import annotations

from collections.abc import Sequence

import h3
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from planner.units import m_from_nm, nm2_from_m2, nm_from_m
from planner.verify.tolerance import SHAVE_DEG

GEOD = Geod(ellps="WGS84")

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]


def distance_nm(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Geodesic distance between two positions ``(lon, lat)``."""
    return nm_from_m(float(GEOD.inv(a[0], a[1], b[0], b[1])[2]))


def steps_nm(points: Floats) -> Floats:
    """Geodesic lengths ``(v - 1,)`` between consecutive ``points`` ``(v, 2)``."""
    if len(points) < 2:
        return np.zeros(0)
    metres = GEOD.inv(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])[2]
    return np.asarray(metres, dtype=np.float64) / m_from_nm(1.0)


def lengths_nm(geometries: Geometries) -> Floats:
    """Geodesic lengths ``(n,)`` of lines, multi-lines or mixed collections ``(n,)``.

    Points and polygons in a collection count nothing.
    """
    total = np.zeros(len(geometries))
    parts, owner = shapely.get_parts(geometries, return_index=True)
    while np.any(shapely.get_num_geometries(parts) > 1):
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    is_line = np.isin(shapely.get_type_id(parts), (1, 2))
    parts, owner = parts[is_line], owner[is_line]
    points, line = shapely.get_coordinates(parts, return_index=True)
    if len(points) < 2:
        return total
    same = line[1:] == line[:-1]
    np.add.at(total, owner[line[1:][same]], steps_nm(points)[same])
    return total


def areas_nm2(polygons: Geometries) -> Floats:
    """Geodesic areas ``(n,)`` of polygons or multi-polygons ``(n,)``; 0 where empty."""
    found = np.zeros(len(polygons))
    for index, polygon in enumerate(polygons):
        if polygon is None or polygon.is_empty:
            continue
        oriented = shapely.orient_polygons(polygon)
        found[index] = nm2_from_m2(abs(GEOD.geometry_area_perimeter(oriented)[0]))
    return found


def near(points: Floats, lon: float) -> Floats:
    """Points ``(k, 2)``, their longitudes moved by whole turns to within 180° of ``lon``."""
    moved = np.array(points, dtype=np.float64)
    moved[:, 0] -= 360.0 * np.round((moved[:, 0] - lon) / 360.0)
    return moved


def hexagon(cell: str, lon: float) -> Polygon:
    """Boundary of an H3 cell in lon/lat, unbroken, its centre within 180° of ``lon``."""
    centre = near(np.array([h3.cell_to_latlng(cell)[::-1]]), lon)
    return Polygon(near(np.array(h3.cell_to_boundary(cell))[:, ::-1], float(centre[0, 0])))


def circle(position: tuple[float, float], radius_nm: float, lon: float) -> Polygon:
    """Polygon around the geodesic circle about ``position``, taken within 180° of ``lon``."""
    corners = 64
    bearing = np.linspace(0.0, 360.0, corners, endpoint=False)
    reach = np.full(corners, m_from_nm(radius_nm) / np.cos(np.pi / corners))
    centre = near(np.array([position]), lon)
    start = np.repeat(centre, corners, axis=0)
    east, north, _ = GEOD.fwd(start[:, 0], start[:, 1], bearing, reach)
    return Polygon(near(np.column_stack([east, north]), float(centre[0, 0])))


def as_line(points: Floats) -> BaseGeometry:
    """Line through ``points`` ``(v, 2)``; a point where they do not move."""
    if len(points) == 0 or not np.all(np.isfinite(points)):
        return shapely.LineString()
    if np.all(points == points[0]):
        return Point(points[0])
    return shapely.LineString(points)


def outside(lines: Geometries, water: BaseGeometry) -> Geometries:
    """What of every line ``(n,)`` lies outside ``water``; empty where nothing does.

    A line may shave the water's edge by :data:`SHAVE_DEG`: shortest ways run along it.
    """
    result = np.full(len(lines), shapely.LineString(), dtype=object)
    if not len(lines):
        return result
    shapely.prepare(water)
    for index in np.flatnonzero(~shapely.covers(water, lines) & ~shapely.is_empty(lines)):
        line = lines[index]
        result[index] = line.difference(_around(water, line).buffer(SHAVE_DEG))
    return result


def inside(lines: Geometries, area: BaseGeometry) -> Geometries:
    """What of every line ``(n,)`` lies inside ``area``; empty where nothing does.

    A line may shave the area's edge by :data:`SHAVE_DEG`: shortest ways run along it.
    """
    result = np.full(len(lines), shapely.LineString(), dtype=object)
    if not len(lines):
        return result
    shapely.prepare(area)
    for index in np.flatnonzero(shapely.intersects(area, lines)):
        line = lines[index]
        result[index] = line.intersection(_around(area, line).buffer(-SHAVE_DEG))
    return result


def inside_nm(points: Sequence[Floats], owner: NDArray[np.int64], polygons: Geometries) -> Floats:
    """Length ``(k,)`` of path ``points[owner[k]]`` inside ``polygons[k]``.

    Segment by segment, so a line that is sailed twice counts twice.
    """
    lengths = np.zeros(len(owner))
    if not len(owner):
        return lengths
    pieces = [np.stack([path[:-1], path[1:]], axis=1) for path in points]
    counts = np.array([len(pieces[which]) for which in owner])
    chains = [pieces[which] for which in owner if len(pieces[which])]
    if not chains:
        return lengths
    claim = np.repeat(np.arange(len(owner)), counts)
    segments = shapely.linestrings(np.concatenate(chains))
    cut = shapely.intersection(segments, polygons[claim])
    np.add.at(lengths, claim, lengths_nm(cut))
    return lengths


def _around(area: BaseGeometry, line: BaseGeometry) -> BaseGeometry:
    """The part of ``area`` near a line: cutting it costs little then."""
    west, south, east, north = line.bounds
    margin = 0.01
    clipped = shapely.clip_by_rect(
        area, west - margin, south - margin, east + margin, north + margin
    )
    return clipped if clipped.is_valid else shapely.make_valid(clipped)
