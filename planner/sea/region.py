"""The region around an area that routes may use, anywhere on Earth."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import SeaError
from planner.sea.geodesy import WIDEST_DEG, Plane
from planner.sea.harbours import BERTH_NM
from planner.sea.overlay import polygonal
from planner.units import m_from_nm

log = logging.getLogger(__name__)

MARGIN_SHARE = 0.1
"""Routes may leave the hull of area and bases by this share of its size (assumption)."""

LEAST_MARGIN_NM = 20.0
"""... and by at least this much (assumption)."""

WIDENINGS = (1, 4, 16)
"""The margin is multiplied by these until the bases reach all they can."""

Position = tuple[float, float]


@dataclass(frozen=True)
class Region:
    """Where routes may lead.

    ``outline_xy`` in the plane; ``shore`` the shoreline's water in it and
    ``reached`` the parts of that with a berth, lon/lat.
    """

    outline_xy: BaseGeometry
    shore: BaseGeometry
    reached: BaseGeometry


def plane_of(area: BaseGeometry, bases: Sequence[Position]) -> Plane:
    """Plane about the middle of an area and its bases."""
    points = np.concatenate([shapely.get_coordinates(area), np.array(bases).reshape(-1, 2)])
    lam, phi = np.radians(points).T
    unit = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    x, y, z = (unit.min(axis=0) + unit.max(axis=0)) / 2
    lat = np.arctan2(z, np.hypot(x, y))
    return Plane(float(np.degrees(np.arctan2(y, x))), float(np.degrees(lat)))


def near_position(position: Position, lon: float) -> Position:
    """Position with its longitude moved by whole turns to within 180° of ``lon``."""
    return (position[0] - 360.0 * round((position[0] - lon) / 360.0), position[1])


def region_of(
    area: BaseGeometry,
    shoreline: BaseGeometry,
    bases: Sequence[Position],
    ends: Sequence[Position],
    plane: Plane,
) -> Region:
    """Region around an area, its bases and the ends of other routes.

    It is the convex hull with a margin. If some water of the area is cut off
    from the bases in it, although the shoreline joins them farther out, the
    margin grows.

    Raises
    ------
    SeaError
        If no base lies on the shoreline's water, or the area is too wide or
        about a pole.
    """
    points = [shapely.Point(place) for place in [*bases, *ends]]
    hull = shapely.convex_hull(plane.project(shapely.union_all([area, *points])))
    west, south, east, north = hull.bounds
    size = float(np.hypot(east - west, north - south))
    margin = max(m_from_nm(LEAST_MARGIN_NM), MARGIN_SHARE * size)
    found: Region | None = None
    for widening in WIDENINGS:
        try:
            found = _region(
                shapely.buffer(hull, widening * margin, quad_segs=4), shoreline, bases, plane
            )
        except SeaError:
            if found is None:
                raise
            break  # no wider region fits in a plane: keep the last
        if not _cut_off(area, found):
            break
    assert found is not None
    return found


def _region(
    outline_xy: BaseGeometry, shoreline: BaseGeometry, bases: Sequence[Position], plane: Plane
) -> Region:
    if _holds_pole(outline_xy, plane):
        raise SeaError("the area reaches a pole, where longitudes meet; plan an area off the pole")
    reach = np.hypot(*shapely.get_coordinates(outline_xy).T).max()
    if reach > np.tan(np.radians(WIDEST_DEG)) * 6.4e6:
        raise SeaError("the region around area and bases is too wide; plan a smaller area")
    shore = polygonal(shapely.intersection(shoreline, plane.unproject(outline_xy)))
    parts = shapely.get_parts(shore)
    berths = [plane.project(shapely.Point(base)) for base in bases]
    near = [
        part
        for part in parts
        if any(shapely.dwithin(plane.project(part), b, m_from_nm(BERTH_NM)) for b in berths)
    ]
    if not near:
        raise SeaError(
            f"base: none lies on the water of the shoreline or within {BERTH_NM:g} nm of it; "
            "move one to the water"
        )
    return Region(outline_xy, shore, shapely.union_all(near))


def _cut_off(area: BaseGeometry, region: Region) -> bool:
    """Whether water of the area lies in parts without a berth."""
    lost = shapely.difference(region.shore, region.reached)
    mine = shapely.area(shapely.intersection(lost, area))
    return bool(mine > 1e-3 * shapely.area(shapely.intersection(region.shore, area)))


def _holds_pole(outline_xy: BaseGeometry, plane: Plane) -> bool:
    if 90 - abs(plane.lat) >= WIDEST_DEG:
        return False
    pole = plane.to_xy([[plane.lon, np.copysign(90.0, plane.lat)]])[0]
    return bool(shapely.intersects_xy(outline_xy, pole[0], pole[1]))
