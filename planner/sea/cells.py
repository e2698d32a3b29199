"""H3 cells of an area of responsibility with their true water."""

from __future__ import annotations

import math
from dataclasses import dataclass

import h3
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import SeaError
from planner.sea.depth import DepthField
from planner.sea.geodesy import FloatArray, Geometries, area_nm2
from planner.sea.overlay import cut_many, near_longitude, polygonal, shares_inside

SLIVER = 0.04
"""A cell with less than this share of its hexagon in water is left out."""

MOST_CELLS = 60_000
"""More cells than this are refused."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of an area of responsibility; arrays of n, positions (lon, lat).

    Attributes
    ----------
    ids : tuple of str
        H3 indexes, sorted.
    centre : (n, 2)
        The hexagon's centre where that is water, else the middle of the water.
    area_nm2, hexagon_nm2 : (n,)
        Geodesic area of the water kept, and of the whole hexagon.
    spacing_nm : (n,)
        Distance between the centres of whole hexagons of this size.
    depth_m : (n,)
        Mean depth of the water at the datum; NaN without a depth grid.
    water : (n,)
        Polygons: the largest connected water of cell ∩ area.
    neighbours : (n, 6)
        Cells that share a side, −1 where there is none.
    left_out_nm2 : float
        Water of the area that no cell represents: slivers, and lesser pieces
        of cells that land divides.
    lon : float
        Longitudes lie within 180° of this one.
    """

    ids: tuple[str, ...]
    centre: FloatArray
    area_nm2: FloatArray
    hexagon_nm2: FloatArray
    spacing_nm: FloatArray
    depth_m: FloatArray
    water: Geometries
    neighbours: NDArray[np.int32]
    left_out_nm2: float
    lon: float

    @property
    def n(self) -> int:
        """Number of cells."""
        return len(self.ids)

    def share_in(self, geometry: BaseGeometry) -> FloatArray:
        """Share (n,) of each cell's water area that lies inside a lon/lat ``geometry``."""
        return shares_inside(self.water, self.area_nm2, near_longitude(geometry, self.lon))


def hexagon(cell: str, lon: float) -> shapely.Polygon:
    """Outline of an H3 cell, longitudes within 180° of ``lon`` and continuous."""
    ring = np.array([(east, north) for north, east in h3.cell_to_boundary(cell)])
    middle = _turned(np.array(h3.cell_to_latlng(cell)[::-1]), lon)[0]
    return shapely.Polygon(_turned(ring, middle))


def _turned(lonlat: FloatArray, lon: float) -> FloatArray:
    points = np.array(lonlat, dtype=np.float64)
    points[..., 0] -= 360.0 * np.round((points[..., 0] - lon) / 360.0)
    return points


def cover(area: BaseGeometry, resolution: int, lon: float) -> list[str]:
    """H3 cells that touch ``area``, sorted; continuous longitudes within 180° of ``lon``.

    Raises
    ------
    SeaError
        If there would be more than :data:`MOST_CELLS`.
    """
    expected = float(area_nm2(area)[0]) / (
        h3.average_hexagon_area(resolution, unit="km^2") / 1.852**2
    )
    if expected > MOST_CELLS:
        raise SeaError(
            f"area.cell_resolution: {resolution} would cut the area into about "
            f"{expected:,.0f} cells; take a lower resolution"
        )
    found: set[str] = set()
    for part in shapely.get_parts(_coarse(area, resolution)):
        for piece in shapely.get_parts(near_longitude(part, 0.0)):
            shape = h3.geo_to_h3shape(piece.__geo_interface__)
            found |= set(h3.h3shape_to_cells_experimental(shape, resolution, contain="overlap"))
    return sorted(found)


def _coarse(area: BaseGeometry, resolution: int) -> BaseGeometry:
    """Outline that holds the area, with few vertices."""
    size = math.degrees(h3.average_hexagon_edge_length(resolution, unit="km") / 6371.0)
    near = shapely.simplify(shapely.buffer(area, size / 4, quad_segs=2), size / 8)
    return shapely.intersection(near, shapely.box(-540, -89.99, 540, 89.99))


def build_cells(
    area: BaseGeometry, water: BaseGeometry, resolution: int, lon: float, depth: DepthField | None
) -> Cells:
    """Cut the water of an area into cells.

    Parameters
    ----------
    area
        Area of responsibility, lon/lat with continuous longitudes about ``lon``.
    water
        Water that boats can reach, likewise.
    resolution
        H3 resolution.
    depth
        Depths, or None where unknown.

    Raises
    ------
    SeaError
        If no cell holds enough water, or there would be too many.
    """
    ids = cover(area, resolution, lon)
    hexagons = np.array([hexagon(cell, lon) for cell in ids], dtype=object)
    whole = polygonal(shapely.intersection(area, water))
    pieces = cut_many(hexagons, whole)
    kept = np.array([_largest(piece) for piece in pieces], dtype=object)
    hexagon_nm2, water_nm2 = area_nm2(hexagons), area_nm2(kept)
    chosen = np.flatnonzero(water_nm2 >= SLIVER * hexagon_nm2)
    if not len(chosen):
        raise SeaError(
            "the area holds no water that boats can reach from a base; check area, shoreline "
            "and the bases' positions, or take a finer area.cell_resolution"
        )
    names = tuple(ids[k] for k in chosen)
    polygons = kept[chosen]
    left_out = float(area_nm2(pieces).sum() - water_nm2[chosen].sum())
    return Cells(
        ids=names,
        centre=_centres(names, polygons, lon),
        area_nm2=water_nm2[chosen],
        hexagon_nm2=hexagon_nm2[chosen],
        spacing_nm=np.sqrt(2 / math.sqrt(3) * hexagon_nm2[chosen]),
        depth_m=_mean_depths(polygons, depth),
        water=polygons,
        neighbours=_neighbours(names),
        left_out_nm2=max(0.0, left_out),
        lon=lon,
    )


def _largest(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.geom_type != "MultiPolygon":
        return geometry
    parts = shapely.get_parts(geometry)
    largest: BaseGeometry = parts[int(np.argmax(shapely.area(parts)))]
    return largest


def _centres(ids: tuple[str, ...], water: Geometries, lon: float) -> FloatArray:
    centre = _turned(np.array([h3.cell_to_latlng(cell)[::-1] for cell in ids]), lon)
    dry = ~shapely.contains_xy(water, centre)
    for k in np.flatnonzero(dry):
        centre[k] = middle_of(water[k])
    return centre


def middle_of(polygon: BaseGeometry) -> FloatArray:
    """Point (2,) of a lon/lat polygon that is farthest from its edge, about."""
    south, north = polygon.bounds[1], polygon.bounds[3]
    squeeze = max(0.01, math.cos(math.radians((south + north) / 2)))
    plane = shapely.transform(polygon, lambda p: p * [squeeze, 1.0])
    circles = shapely.maximum_inscribed_circle([plane], tolerance=(north - south) / 100)
    found: FloatArray = shapely.get_coordinates(circles)[0] / [squeeze, 1.0]
    return found


def _mean_depths(water: Geometries, depth: DepthField | None) -> FloatArray:
    if depth is None:
        return np.full(len(water), np.nan)
    means = np.empty(len(water))
    for k, polygon in enumerate(water):
        points = sample_points(polygon, 40)
        means[k] = depth.at(points).mean()
    return means


def sample_points(polygon: BaseGeometry, count: int) -> FloatArray:
    """About ``count`` points (k, 2), k ≥ 1, spread evenly over a lon/lat polygon."""
    west, south, east, north = polygon.bounds
    squeeze = max(0.01, math.cos(math.radians((south + north) / 2)))
    step = math.sqrt(max(polygon.area * squeeze, 1e-18) / count)
    rows = np.arange(south + step / 2, north, step)
    grid = []
    for k, lat in enumerate(rows):
        shift = step / squeeze * (0.25 if k % 2 else 0.75)
        lon = np.arange(west + shift, east, step / squeeze)
        grid.append(np.column_stack([lon, np.full(len(lon), lat)]))
    points = np.concatenate(grid) if grid else np.zeros((0, 2))
    points = points[shapely.contains_xy(polygon, points)]
    if not len(points):
        points = shapely.get_coordinates(shapely.point_on_surface(polygon))
    return points


def _neighbours(ids: tuple[str, ...]) -> NDArray[np.int32]:
    index = {cell: k for k, cell in enumerate(ids)}
    table = np.full((len(ids), 6), -1, np.int32)
    for k, cell in enumerate(ids):
        ring = [other for other in sorted(h3.grid_disk(cell, 1)) if other != cell]
        for side, other in enumerate(ring):
            table[k, side] = index.get(other, -1)
    return table
