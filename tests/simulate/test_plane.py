"""The plane against geodesics of the ellipsoid."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from planner.sea.geodesy import area_nm2
from planner.simulate.plane import GEOD, LocalPlane, steps_nm


@pytest.mark.parametrize(("lon", "lat"), [(51.0, 44.0), (179.9, -18.0), (3.0, 60.0)])
@pytest.mark.parametrize("away_deg", [0.3, 1.0, 2.5, 5.0])
def test_lengths_are_as_true_as_stated(lon: float, lat: float, away_deg: float) -> None:
    """A short line at an angle ``c`` from the centre is false by ``c² / 8``, give or take."""
    plane = LocalPlane(lon, lat)
    for bearing in np.arange(0.0, 360.0, 30.0):
        begin = np.array(GEOD.fwd(lon, lat, bearing, away_deg * 60 * 1852.0)[:2])
        points = begin + np.array([[0.0, 0.0], [0.01, 0.0], [0.01, 0.01]])
        drawn = np.hypot(*np.diff(plane.to_xy(points), axis=0).T)
        error = np.abs(drawn / steps_nm(points) - 1.0).max()
        # The ellipsoid adds a little to what holds on the sphere.
        assert error <= math.radians(away_deg) ** 2 / 8 * 1.1 + 3e-5


@pytest.mark.parametrize(("lon", "lat"), [(51.0, 44.0), (179.9, -18.0), (3.0, 60.0)])
def test_areas_are_true(lon: float, lat: float) -> None:
    """A box of three degrees has its geodesic area."""
    box = shapely.box(lon - 1.5, lat - 1.5, lon + 1.5, lat + 1.5)
    drawn = LocalPlane(lon, lat).project(box).area
    assert drawn == pytest.approx(float(area_nm2(shapely.segmentize(box, 0.05))[0]), rel=1e-6)


@pytest.mark.parametrize("lon", [51.0, 179.9, -179.9])
def test_there_and_back(lon: float) -> None:
    """Points come back as they were, also across the date line."""
    points = np.array([[lon - 1.0, 40.0], [lon + 1.0, 41.0], [lon, 42.0]])
    plane = LocalPlane(lon, 41.0)
    assert plane.to_lonlat(plane.to_xy(points)) == pytest.approx(points, abs=1e-8)  # a millimetre
