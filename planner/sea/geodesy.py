"""Lengths, areas and the plane in which straight lines are great circles.

Positions are ``(lon, lat)`` in degrees WGS84. Lengths and areas are geodesic
on the WGS84 ellipsoid; only questions of *which side* and *is the way clear*
are answered in a plane.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from planner.errors import SeaError
from planner.units import NM2_KM2, NM_M

FloatArray = NDArray[np.float64]
Geometries = NDArray[np.object_]

GEOD = Geod(ellps="WGS84")

EQUATOR_M = 6378137.0
"""Semi-major axis of the ellipsoid, metres (WGS84, NIMA TR8350.2)."""

FLATTENING = 1 / 298.257223563
"""Flattening of the ellipsoid (WGS84, NIMA TR8350.2)."""

SPHERE_M = 6371008.8
"""Mean radius of the Earth, metres: scale of the plane, never of a length."""

WIDEST_DEG = 40.0
"""Farthest that a plane reaches from its centre: beyond it areas swell twofold."""

STRAIGHT_DEG = 0.05
"""A lon/lat edge is cut into pieces no longer than this before it is projected."""

STRAIGHT_M = 3000.0
"""A plane edge is cut into pieces no longer than this before it is unprojected."""


@njit(cache=True, nogil=True)
def inverse_m(lon0: float, lat0: float, lon1: float, lat1: float) -> float:
    """Geodesic distance in metres between two points in degrees.

    Vincenty's inverse formula (Survey Review 23, 1975, 88-93) on WGS84; good
    to a millimetre for points that are not nearly antipodal.
    """
    b = EQUATOR_M * (1 - FLATTENING)
    lam_0 = math.radians(lon1 - lon0)
    u0 = math.atan((1 - FLATTENING) * math.tan(math.radians(lat0)))
    u1 = math.atan((1 - FLATTENING) * math.tan(math.radians(lat1)))
    s0, c0, s1, c1 = math.sin(u0), math.cos(u0), math.sin(u1), math.cos(u1)
    lam = lam_0
    sin_s = cos_s = sigma = cos2_a = cos_m = 0.0
    for _ in range(60):
        sin_l, cos_l = math.sin(lam), math.cos(lam)
        sin_s = math.hypot(c1 * sin_l, c0 * s1 - s0 * c1 * cos_l)
        if sin_s == 0.0:
            return 0.0
        cos_s = s0 * s1 + c0 * c1 * cos_l
        sigma = math.atan2(sin_s, cos_s)
        sin_a = c0 * c1 * sin_l / sin_s
        cos2_a = 1 - sin_a * sin_a
        cos_m = cos_s - 2 * s0 * s1 / cos2_a if cos2_a > 1e-12 else 0.0
        c = FLATTENING / 16 * cos2_a * (4 + FLATTENING * (4 - 3 * cos2_a))
        swing = cos_m + c * cos_s * (2 * cos_m * cos_m - 1)
        following = lam_0 + (1 - c) * FLATTENING * sin_a * (sigma + c * sin_s * swing)
        done = abs(following - lam) < 1e-13
        lam = following
        if done:
            break
    u2 = cos2_a * (EQUATOR_M * EQUATOR_M - b * b) / (b * b)
    big_a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    big_b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    cubic = big_b / 6 * cos_m * (4 * sin_s * sin_s - 3) * (4 * cos_m * cos_m - 3)
    turn = cos_m + big_b / 4 * (cos_s * (2 * cos_m * cos_m - 1) - cubic)
    return b * big_a * (sigma - big_b * sin_s * turn)


@njit(cache=True, nogil=True)
def length_m(path: FloatArray) -> float:
    """Geodesic length in metres of a polyline ``path`` (v, 2) in degrees."""
    total = 0.0
    for k in range(path.shape[0] - 1):
        total += inverse_m(path[k, 0], path[k, 1], path[k + 1, 0], path[k + 1, 1])
    return total


def distance_nm(a: ArrayLike, b: ArrayLike) -> FloatArray:
    """Geodesic distance in nm between points ``a`` and ``b`` (..., 2), broadcast."""
    p, q = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    metres = GEOD.inv(p[..., 0], p[..., 1], q[..., 0], q[..., 1])[2]
    return np.asarray(metres, dtype=np.float64) / NM_M


def length_nm(path: ArrayLike) -> float:
    """Geodesic length in nm of a polyline ``path`` (v, 2)."""
    return float(length_m(np.ascontiguousarray(path, dtype=np.float64))) / NM_M


def area_nm2(geometries: BaseGeometry | Geometries | list[BaseGeometry]) -> FloatArray:
    """Geodesic area in nm² of polygons (n,) in lon/lat; 0 for anything without area.

    So it is for slivers, whose area rounding may make less than nothing. Edges are
    taken straight in longitude and latitude, as everywhere here.
    """
    found = np.atleast_1d(np.asarray(geometries, dtype=object))
    fine = shapely.orient_polygons(shapely.segmentize(found, 0.5))
    areas = [0.0 if g.is_empty else max(0.0, GEOD.geometry_area_perimeter(g)[0]) for g in fine]
    return np.asarray(areas, dtype=np.float64) / 1e6 / NM2_KM2


@dataclass(frozen=True)
class Plane:
    """Gnomonic projection about a centre: straight lines in it are great circles.

    Coordinates are metres true to scale at the centre. ``lon``, ``lat`` are
    the centre in degrees. Unprojected longitudes lie within 180° of ``lon``, so a
    region across the date line has continuous longitudes.
    """

    lon: float
    lat: float

    def to_xy(self, lonlat: ArrayLike) -> FloatArray:
        """Plane coordinates (k, 2) in metres of points ``lonlat`` (k, 2).

        Raises
        ------
        SeaError
            If a point is more than :data:`WIDEST_DEG` away from the centre.
        """
        points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        lam = np.radians(points[:, 0] - self.lon)
        phi = np.radians(points[:, 1])
        s0, c0 = math.sin(math.radians(self.lat)), math.cos(math.radians(self.lat))
        cosine = s0 * np.sin(phi) + c0 * np.cos(phi) * np.cos(lam)
        if cosine.size and not np.all(cosine >= math.cos(math.radians(WIDEST_DEG))):
            raise SeaError(
                f"the region around {self.lon:.1f}, {self.lat:.1f} spans more than "
                f"{2 * WIDEST_DEG:.0f} degrees; plan a smaller area, with bases nearer to it"
            )
        x = np.cos(phi) * np.sin(lam) / cosine
        y = (c0 * np.sin(phi) - s0 * np.cos(phi) * np.cos(lam)) / cosine
        return np.column_stack([x, y]) * SPHERE_M

    def to_lonlat(self, xy: ArrayLike) -> FloatArray:
        """Longitudes and latitudes (k, 2) of plane coordinates ``xy`` (k, 2) in metres."""
        points = np.asarray(xy, dtype=np.float64).reshape(-1, 2) / SPHERE_M
        s0, c0 = math.sin(math.radians(self.lat)), math.cos(math.radians(self.lat))
        east, north = points[:, 0], points[:, 1]
        outward = c0 - s0 * north
        lon = self.lon + np.degrees(np.arctan2(east, outward))
        lat = np.degrees(np.arctan2(s0 + c0 * north, np.hypot(east, outward)))
        return np.column_stack([lon, lat])

    def near(self, lonlat: ArrayLike) -> FloatArray:
        """Points (k, 2) with longitudes moved by whole turns to within 180° of the centre's."""
        points = np.array(lonlat, dtype=np.float64).reshape(-1, 2)
        points[:, 0] -= 360.0 * np.round((points[:, 0] - self.lon) / 360.0)
        return points

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Lon/lat geometry in the plane, its edges kept straight in lon/lat."""
        fine = shapely.segmentize(geometry, STRAIGHT_DEG)
        return _valid(shapely.transform(fine, self.to_xy))

    def unproject(self, geometry: BaseGeometry) -> BaseGeometry:
        """Plane geometry in lon/lat, its edges kept straight in the plane."""
        fine = shapely.segmentize(geometry, STRAIGHT_M)
        return _valid(shapely.transform(fine, self.to_lonlat))

    def densify(self, path: FloatArray, step_nm: float = 5.0) -> FloatArray:
        """Path ``(v, 2)`` in lon/lat with great-circle points at most ``step_nm`` apart."""
        if len(path) < 2:
            return path
        leg_nm = distance_nm(path[:-1], path[1:])
        pieces = np.maximum(1, np.ceil(leg_nm * 1.05 / step_nm).astype(int))
        xy = self.to_xy(path)
        points = [path[:1]]
        for k, count in enumerate(pieces):
            part = np.arange(1, count)[:, None] / count
            points.append(self.to_lonlat(xy[k] + part * (xy[k + 1] - xy[k])))
            points.append(path[k + 1 : k + 2])
        return np.concatenate(points)


def _valid(geometry: BaseGeometry) -> BaseGeometry:
    return geometry if geometry.is_valid else shapely.make_valid(geometry)
