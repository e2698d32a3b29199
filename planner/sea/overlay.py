"""Cutting many small polygons with one large one, and keeping longitudes continuous."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from planner.sea.geodesy import FloatArray, Geometries, area_nm2

FEW = 4
"""This many polygons are cut one by one; more are split in halves first."""


def polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """Only the polygons of a geometry, as a valid polygon or multi-polygon."""
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = shapely.get_parts(shapely.get_parts([geometry]))
    return shapely.union_all([part for part in parts if part.geom_type == "Polygon"])


def near_longitude(geometry: BaseGeometry, lon: float) -> BaseGeometry:
    """Geometry with its longitudes moved by whole turns to within 180° of ``lon``.

    What crosses the line opposite ``lon`` is cut there.
    """
    if geometry.is_empty:
        return geometry
    west, _, east, _ = geometry.bounds
    if lon - 180 <= west and east <= lon + 180:
        return geometry
    pieces = []
    for turn in range(int(np.floor((west - lon) / 360)) - 1, int(np.ceil((east - lon) / 360)) + 2):
        middle = lon + 360.0 * turn
        piece = shapely.intersection(geometry, shapely.box(middle - 180, -90, middle + 180, 90))
        if not piece.is_empty:
            pieces.append(affinity.translate(piece, -360.0 * turn))
    return shapely.union_all(pieces)


def cut_many(polygons: Geometries, area: BaseGeometry) -> Geometries:
    """Intersections (n,) of each of ``polygons`` (n,) with a large ``area``.

    Polygons wholly inside come back as they are.
    """
    shapely.prepare(area)
    result = np.array(polygons, dtype=object)
    whole = shapely.covers(area, result)
    apart = ~whole & ~shapely.intersects(area, result)
    result[apart] = shapely.Polygon()
    split = np.flatnonzero(~whole & ~apart)
    _cut(result, split, area)
    return result


def _cut(result: Geometries, which: NDArray[np.intp], area: BaseGeometry) -> None:
    if not len(which):
        return
    bounds = shapely.bounds(result[which])
    west, south = (float(low) for low in bounds[:, :2].min(axis=0))
    east, north = (float(high) for high in bounds[:, 2:].max(axis=0))
    near = shapely.intersection(area, shapely.box(west, south, east, north))
    if len(which) <= FEW:
        result[which] = [polygonal(shapely.intersection(result[k], near)) for k in which]
        return
    axis = int(north - south > east - west)
    order = np.argsort(bounds[:, axis], kind="stable")
    half = len(which) // 2
    _cut(result, which[order[:half]], near)
    _cut(result, which[order[half:]], near)


def shares_inside(polygons: Geometries, areas_nm2: FloatArray, area: BaseGeometry) -> FloatArray:
    """Share (n,) of each of ``polygons`` (n,), of known areas, that lies in ``area``."""
    pieces = cut_many(polygons, polygonal(area))
    same = np.array([a is b for a, b in zip(pieces, polygons, strict=True)])
    share = same.astype(np.float64)
    cut = np.flatnonzero(~same & ~shapely.is_empty(pieces))
    share[cut] = np.minimum(1.0, area_nm2(pieces[cut]) / areas_nm2[cut])
    return share
