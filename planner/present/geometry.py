"""Geometry made small enough to travel inside a page.

Positions become whole steps of 0.0001° (about 11 m, far finer than a pixel
at the zooms of an operations map), each line as its first position and the
differences that follow: ``[lon0, lat0, dlon, dlat, …]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

STEP_DEG = 1e-4
"""Longitude and latitude are rounded to this many degrees."""

Flat = list[int]
Rings = list[Flat]


def encode(positions: Sequence[tuple[float, float]] | Any) -> Flat:
    """Encode a line of (lon, lat) positions as steps and differences."""
    steps = np.rint(np.asarray(positions, dtype=float)[:, :2] / STEP_DEG).astype(np.int64)
    keep = np.ones(len(steps), dtype=bool)
    keep[1:-1] = np.any(steps[1:-1] != steps[:-2], axis=1)
    steps = steps[keep]
    steps[1:] -= steps[:-1].copy()
    return [int(value) for value in steps.ravel()]


def decode(flat: Flat) -> list[tuple[float, float]]:
    """(lon, lat) positions of an encoded line; the inverse of :func:`encode`."""
    steps = np.cumsum(np.asarray(flat, dtype=np.int64).reshape(-1, 2), axis=0)
    return [(lon * STEP_DEG, lat * STEP_DEG) for lon, lat in steps.tolist()]


def encode_line(positions: Iterable[tuple[float, float]], tolerance_deg: float) -> Flat:
    """Encode a track, leaving out positions within ``tolerance_deg`` of the line."""
    points = list(positions)
    if len(points) > 2:
        simple = shapely.LineString(points).simplify(tolerance_deg)
        points = [(float(lon), float(lat)) for lon, lat in simple.coords]
    return encode(points)


def encode_area(geometry: BaseGeometry, tolerance_deg: float) -> list[Rings]:
    """Encode polygons as lists of rings, the outer one first.

    Islands and pieces smaller than the tolerance squared vanish.
    """
    simple = geometry.simplify(tolerance_deg) if tolerance_deg > 0 else geometry
    areas = []
    for polygon in polygons(simple):
        if polygon.area <= tolerance_deg**2:
            continue
        holes = [ring for ring in polygon.interiors if _area(ring) > tolerance_deg**2]
        areas.append([encode(ring.coords) for ring in (polygon.exterior, *holes)])
    return areas


def polygons(geometry: BaseGeometry) -> Iterator[shapely.Polygon]:
    """Polygons of any geometry, largest first."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    collections = [part for part in shapely.get_parts(geometry) if part.geom_type != "Polygon"]
    for part in collections:
        if part.geom_type in ("MultiPolygon", "GeometryCollection"):
            parts.extend(polygons(part))
    yield from sorted(parts, key=lambda part: -part.area)


def label_position(geometry: BaseGeometry) -> tuple[float, float]:
    """Position (lon, lat) well inside the largest part of an area."""
    largest = next(polygons(geometry), None)
    if largest is None:
        point = geometry.centroid
    else:
        line = shapely.maximum_inscribed_circle(largest, tolerance=0.02)
        point = shapely.Point(line.coords[0])
    return float(point.x), float(point.y)


def _area(ring: Any) -> float:
    return float(shapely.Polygon(ring).area)
