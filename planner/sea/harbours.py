"""Harbour approaches: water near a base where only land counts, not depth."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.sea.clearance import HARBOUR, keep_off, main_part
from planner.sea.geodesy import GEOD, Plane
from planner.sea.overlay import polygonal
from planner.sea.routes import Router
from planner.units import m_from_nm

log = logging.getLogger(__name__)

APPROACH_NM = 3.0
"""Within this of a base only land counts: the 0.1° depth grid is too coarse there."""

BERTH_NM = 0.5
"""A berth may lie this far from the water of the shoreline."""


@dataclass(frozen=True)
class Harbour:
    """Surroundings of a berth.

    ``position`` (lon, lat); ``water`` of the shoreline within
    :data:`APPROACH_NM` (lon/lat); ``free`` water there that is joined to the
    open sea, in the plane.
    """

    position: tuple[float, float]
    water: BaseGeometry
    free: BaseGeometry


def circle(position: tuple[float, float], radius_nm: float, corners: int = 48) -> BaseGeometry:
    """Polygon (lon/lat) inside the geodesic circle about a position."""
    azimuth = np.linspace(0, 360, corners, endpoint=False)
    lon, lat = np.full(corners, position[0]), np.full(corners, position[1])
    east, north, _ = GEOD.fwd(lon, lat, azimuth, np.full(corners, m_from_nm(radius_nm)))
    east = position[0] + (np.asarray(east) - position[0] + 180) % 360 - 180
    return shapely.Polygon(np.column_stack([east, north]))


def build_harbours(
    positions: Sequence[tuple[float, float]],
    shore: BaseGeometry,
    open_free: BaseGeometry,
    plane: Plane,
) -> list[Harbour]:
    """Approaches of the berths at ``positions``.

    Parameters
    ----------
    shore
        Water of the shoreline, lon/lat.
    open_free
        Free water of the whole region by that shoreline alone, in the plane.
    """
    sea = main_part(open_free)
    return [_harbour(position, shore, sea, plane) for position in positions]


def _harbour(
    position: tuple[float, float], shore: BaseGeometry, sea: BaseGeometry, plane: Plane
) -> Harbour:
    disc = circle(position, APPROACH_NM)
    wide = shapely.intersection(shore, circle(position, 1.3 * APPROACH_NM))
    water = polygonal(shapely.intersection(shore, disc))
    wide_xy, disc_xy = plane.project(wide), plane.project(disc)
    for clearance in HARBOUR:
        near = keep_off(wide_xy, disc_xy, clearance)
        joined = _part_with(polygonal(shapely.union(near, sea)), sea)
        if np.isfinite(Router(plane, joined, wide_xy).enter(position).extra_nm[0]):
            return Harbour(position, water, polygonal(shapely.intersection(joined, disc_xy)))
    log.warning("the berth at %.4f, %.4f is not joined to the open sea", *position)
    return Harbour(position, water, shapely.Polygon())


def _part_with(water: BaseGeometry, sea: BaseGeometry) -> BaseGeometry:
    """Connected part of ``water`` that holds ``sea``."""
    inside = shapely.point_on_surface(sea)
    holding = [part for part in shapely.get_parts(water) if shapely.intersects(part, inside)]
    return shapely.union_all(holding) if holding else water
