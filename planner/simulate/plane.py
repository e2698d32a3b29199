"""The plane in which hulls and targets are followed."""

from __future__ import annotations

from functools import cached_property, lru_cache
from threading import get_ident

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from planner.units import NM_M

Floats = NDArray[np.float64]

GEOD = Geod(ellps="WGS84")

STRAIGHT_DEG = 0.05
"""A lon/lat edge is cut into pieces no longer than this before it is projected."""

PLANES_KEPT = 8
"""Projections that are kept: trials of one sea have one."""


class LocalPlane:
    """Lambert's azimuthal equal-area projection about a centre, in nautical miles.

    Areas are true, so what is even in the plane is even on the sea. A length at
    the angle ``c`` from the centre is false by about ``c² / 8``: 0.03 % at 160 nm,
    0.11 % at 325 nm, half the length of the Caspian (J. P. Snyder, *Map
    Projections*, USGS Professional Paper 1395, 1987, chapter 24).

    Parameters
    ----------
    lon, lat
        Centre in degrees, WGS84.
    """

    def __init__(self, lon: float, lat: float) -> None:
        self.lon, self.lat = lon, lat

    @cached_property
    def _there(self) -> Transformer:
        return _transformer(f"+lat_0={self.lat:.6f} +lon_0={self.lon:.6f}", get_ident())

    def to_xy(self, lonlat: Floats) -> Floats:
        """Plane coordinates (k, 2) in nm of points (k, 2) in degrees."""
        x, y = self._there.transform(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([x, y]) / NM_M

    def to_lonlat(self, xy: Floats) -> Floats:
        """Longitudes within 180° of the centre's, and latitudes (k, 2), of points in nm."""
        metres = xy * NM_M
        lon, lat = self._there.transform(metres[:, 0], metres[:, 1], direction="INVERSE")
        lon = lon - 360.0 * np.round((lon - self.lon) / 360.0)
        return np.column_stack([lon, lat])

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Lon/lat geometry in the plane, its edges kept straight in lon/lat."""
        fine = shapely.segmentize(geometry, STRAIGHT_DEG)
        flat = shapely.transform(fine, self.to_xy)
        return flat if flat.is_valid else shapely.make_valid(flat)


@lru_cache(PLANES_KEPT)
def _transformer(centre: str, thread: int) -> Transformer:
    """Projection about a centre; one a thread, as PROJ asks for."""
    projection = f"+proj=laea {centre} +ellps=WGS84 +units=m"
    return Transformer.from_crs("EPSG:4326", projection, always_xy=True)


def steps_nm(points: Floats) -> Floats:
    """Geodesic lengths (v − 1,) between consecutive ``points`` (v, 2) in degrees."""
    metres = GEOD.inv(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])[2]
    return np.asarray(metres, dtype=np.float64) / NM_M
