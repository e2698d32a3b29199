"""Channels: from a berth to water deep enough, where the depth grid shows none near by."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.sea.clearance import main_part
from planner.sea.geodesy import Plane
from planner.sea.harbours import APPROACH_NM, Harbour, circle
from planner.sea.routes import Router
from planner.units import m_from_nm

log = logging.getLogger(__name__)

HALF_WIDTH_NM = 0.5
"""Half the width of a channel (assumption)."""

LONGEST_NM = 15.0
"""Deep water farther from a berth than this is not joined to it (assumption)."""

SPACING_M = 500.0
"""Spacing of the points on the edge of deep water that are tried."""


def channels(
    harbours: Sequence[Harbour], free: BaseGeometry, shore_router: Router
) -> list[BaseGeometry]:
    """Channels (lon/lat) that berths need to reach the main deep water.

    A berth whose approach already touches it needs none. The others get the
    shortest way by the shoreline alone, half a mile to each side.

    Parameters
    ----------
    free
        Free water at the depth in question, with the approaches, in the plane.
    shore_router
        Ways where only land and closures count.
    """
    sea, plane = main_part(free), shore_router.plane
    found = []
    for harbour in harbours:
        if harbour.free.is_empty or shapely.intersects(_basin(harbour, plane), sea):
            continue
        way = _way_out(harbour, sea, shore_router)
        if way is None:
            log.warning(
                "no water deep enough within %.0f nm of the berth at %.4f, %.4f",
                LONGEST_NM, *harbour.position,
            )  # fmt: skip
            continue
        strip = shapely.buffer(plane.project(way), m_from_nm(HALF_WIDTH_NM), quad_segs=4)
        found.append(plane.unproject(strip))
    return found


def _basin(harbour: Harbour, plane: Plane) -> BaseGeometry:
    """The connected part of a harbour's free water that the berth lies on."""
    berth = plane.project(shapely.Point(harbour.position))
    parts = shapely.get_parts(harbour.free)
    basin: BaseGeometry = parts[int(np.argmin(shapely.distance(parts, berth)))]
    return basin


def _way_out(harbour: Harbour, sea: BaseGeometry, router: Router) -> BaseGeometry | None:
    """Shortest way from the berth to the edge of the deep sea, if that is near enough."""
    if sea.is_empty:  # all of it is closed, or too shallow
        return None
    plane = router.plane
    around = plane.project(circle(harbour.position, LONGEST_NM + APPROACH_NM))
    edge = shapely.intersection(shapely.boundary(sea), around)
    if edge.is_empty:
        return None
    ends = plane.to_lonlat(shapely.get_coordinates(shapely.segmentize(edge, SPACING_M)))
    field = router.field(harbour.position)
    nm = field.distance_nm(ends)
    nearest = int(np.argmin(nm))
    if not nm[nearest] <= LONGEST_NM:
        return None
    return shapely.LineString(field.path(ends[nearest]))
