"""Areas and buffers measured on the WGS84 ellipsoid."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from planner.errors import GeodataError
from planner.units import m_from_nm, nm2_from_m2

Area: TypeAlias = Polygon | MultiPolygon

GEOD = Geod(ellps="WGS84")

_TILE_DEG = 0.5
"""Side of the tiles a line is cut into, so that one projection serves each."""
_STEP_DEG = 0.05
"""Longest segment taken as straight: within it, degree space and geodesic agree to 2 m."""
_QUARTER_SEGMENTS = 32
"""Chords per quarter circle of a buffer's corner: 0.03% of its radius at most."""


def area_nm2(area: BaseGeometry) -> float:
    """Return the geodesic area of polygons in lon/lat, in nm²."""
    square_metres = 0.0
    for part in shapely.get_parts(area):
        if isinstance(part, Polygon):
            square_metres += _area_m2(part)
    return nm2_from_m2(square_metres)


def _area_m2(polygon: Polygon) -> float:
    rings = [abs(float(GEOD.geometry_area_perimeter(Polygon(polygon.exterior))[0]))]
    rings += [abs(float(GEOD.geometry_area_perimeter(Polygon(r))[0])) for r in polygon.interiors]
    return rings[0] - sum(rings[1:])


def as_area(geometry: BaseGeometry) -> Area:
    """Return the polygons of a geometry, its lines and points left out."""
    polygons = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    nested = [
        polygon
        for part in shapely.get_parts(geometry)
        if isinstance(part, MultiPolygon)
        for polygon in part.geoms
    ]
    kept = [polygon for polygon in polygons + nested if not polygon.is_empty]
    return kept[0] if len(kept) == 1 else MultiPolygon(kept)


def buffer_nm(geometry: BaseGeometry, radius_nm: float) -> Area:
    """Return every place within ``radius_nm`` of a geometry, as geodesic distance.

    The geometry (lon/lat) is cut into half-degree tiles; each piece is buffered in the
    azimuthal equidistant projection about its tile and brought back. At the far
    corner of a tile and a radius of 100 nm the projection stretches a length by
    less than 0.03%.

    Parameters
    ----------
    geometry : BaseGeometry
        Points, lines or polygons in lon/lat degrees, away from poles and antimeridian.
    radius_nm : float
        Positive.

    Raises
    ------
    GeodataError
        When the radius is not positive or the geometry is empty.
    """
    if not radius_nm > 0.0:
        raise GeodataError(f"buffer of {radius_nm} nm: the width must be positive")
    if geometry.is_empty:
        raise GeodataError("buffer of an empty geometry: nothing to measure from")
    dense = shapely.segmentize(geometry, _STEP_DEG)
    pieces = [_buffer_piece(piece, radius_nm) for piece in _tiles(dense)]
    merged = as_area(shapely.union_all(pieces))
    return as_area(shapely.union_all([merged, geometry])) if geometry.area > 0.0 else merged


def _tiles(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Cut a geometry (its boundary, for polygons) along the tiles it meets."""
    outline = geometry.boundary if geometry.area > 0.0 else geometry
    west, south, east, north = outline.bounds
    columns = np.arange(np.floor(west / _TILE_DEG), np.floor(east / _TILE_DEG) + 1) * _TILE_DEG
    rows = np.arange(np.floor(south / _TILE_DEG), np.floor(north / _TILE_DEG) + 1) * _TILE_DEG
    pieces: list[BaseGeometry] = []
    for x in columns:
        for y in rows:
            tile = box(x, y, x + _TILE_DEG, y + _TILE_DEG)
            if outline.intersects(tile):
                pieces.append(outline.intersection(tile))
    return pieces


def _buffer_piece(piece: BaseGeometry, radius_nm: float) -> Area:
    """Buffer one tile's piece in an azimuthal equidistant projection about its middle."""
    west, south, east, north = piece.bounds
    centre = f"+lat_0={(south + north) / 2:.4f} +lon_0={(west + east) / 2:.4f}"
    there = Transformer.from_crs(
        "EPSG:4326", f"+proj=aeqd {centre} +datum=WGS84 +units=m", always_xy=True
    )

    def forth(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(there.transform(points[:, 0], points[:, 1]))

    def back(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(there.transform(points[:, 0], points[:, 1], direction="INVERSE"))

    metres = shapely.transform(piece, forth)
    wide = metres.buffer(m_from_nm(radius_nm), quad_segs=_QUARTER_SEGMENTS)
    return as_area(shapely.make_valid(shapely.transform(wide, back)))
