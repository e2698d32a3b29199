"""Free water: navigable water kept a little off its edge, with few corners."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from planner.sea.overlay import polygonal


@dataclass(frozen=True)
class Clearance:
    """How far free water stays from the edge of navigable water.

    The edge is moved in by ``offset_m`` and then smoothed by up to
    ``smooth_m``, so that at least ``0.9 offset_m − smooth_m`` remain.
    """

    offset_m: float
    smooth_m: float


OPEN_SEA = (Clearance(150, 75), Clearance(300, 190), Clearance(600, 430), Clearance(1200, 900))
"""Tried in turn until a sea has few enough corners: a first margin of 60 m."""

HARBOUR = (Clearance(40, 20), Clearance(10, 5), Clearance(2, 1))
"""Tried in turn until a berth is joined to the sea."""

MOST_CORNERS = 5000
"""Vertices of free water above which the next coarser clearance is taken (assumption).

It bounds the lines of sight between corners; the Kazakh sector has half of it.
"""


POCKET_M2 = 3.4e6
"""Free water of less than this (1 nm²) with no other around it is no sea (assumption)."""


def keep_off(water: BaseGeometry, within: BaseGeometry, clearance: Clearance) -> BaseGeometry:
    """Free water of ``water`` (plane, metres) within a region.

    Water that ends at the region's border is kept off there too.
    """
    around = shapely.buffer(within, 3 * clearance.offset_m)
    barrier = shapely.difference(around, water)
    # island by island: buffering them all in one costs many times as much
    thick = shapely.buffer(shapely.get_parts(barrier), clearance.offset_m, quad_segs=2)
    smooth = shapely.simplify(shapely.union_all(thick), clearance.smooth_m)
    return polygonal(shapely.difference(within, smooth))


def free_water(
    water: BaseGeometry, within: BaseGeometry, finest: Clearance = OPEN_SEA[0]
) -> tuple[BaseGeometry, Clearance]:
    """Free water with the finest clearance, from ``finest`` on, that leaves few enough corners."""
    for clearance in OPEN_SEA[OPEN_SEA.index(finest) :]:
        free = without_pockets(keep_off(water, within, clearance))
        if int(shapely.get_num_coordinates(free)) <= 2 * MOST_CORNERS:
            break
    return free, clearance


def without_pockets(water: BaseGeometry) -> BaseGeometry:
    """Only the connected parts of at least a square mile; the largest at any rate."""
    parts = shapely.get_parts(water)
    areas = shapely.area(parts)
    kept = parts[areas >= min(POCKET_M2, areas.max(initial=0.0))]
    return shapely.multipolygons(kept) if len(kept) else shapely.Polygon()


def main_part(water: BaseGeometry) -> BaseGeometry:
    """Largest connected part of a (multi-)polygon."""
    parts = shapely.get_parts(water)
    return max(parts, key=shapely.area) if len(parts) else water
