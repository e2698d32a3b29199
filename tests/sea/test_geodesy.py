"""Lengths, areas and the gnomonic plane."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import SeaError
from planner.sea.geodesy import GEOD, Plane, area_nm2, distance_nm, inverse_m, length_nm

lon = st.floats(-180, 180)
lat = st.floats(-85, 85)
offset = st.floats(-30, 30)


@given(lon, lat, offset, offset)
def test_inverse_agrees_with_proj(x: float, y: float, east: float, north: float) -> None:
    """The compiled distance is PROJ's to a millimetre."""
    other = max(-89.0, min(89.0, y + north))
    metres = GEOD.inv(x, y, x + east, other)[2]
    assert inverse_m(x, y, x + east, other) == pytest.approx(metres, abs=1e-3)


@given(lon, lat, st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_plane_there_and_back(x: float, y: float, east: float, north: float) -> None:
    """Projecting and unprojecting gives the point again, longitudes near the centre's."""
    plane = Plane(x, y)
    point = plane.to_lonlat(np.array([[east, north]]) * 6.4e6)
    assert abs(point[0, 0] - x) <= 180
    assert plane.to_xy(point) == pytest.approx(np.array([[east, north]]) * 6.4e6, abs=1e-3)


def test_straight_lines_are_shortest() -> None:
    """The middle of a straight line in the plane lies on the geodesic."""
    plane = Plane(51.0, 43.0)
    ends = np.array([[48.0, 42.0], [53.5, 46.0]])
    middle = plane.to_lonlat(plane.to_xy(ends).mean(axis=0))
    detour = distance_nm(ends[0], middle)[0] + distance_nm(middle, ends[1])[0]
    assert detour / distance_nm(*ends) == pytest.approx(1.0, abs=1e-8)


def test_densified_path_keeps_length_and_turns() -> None:
    """Points at most 5 nm apart are put in; length and turning points stay."""
    path = np.array([[50.0, 42.0], [51.0, 44.0], [50.2, 44.1]])
    dense = Plane(50.0, 43.0).densify(path)
    steps = distance_nm(dense[:-1], dense[1:])
    assert steps.max() <= 5.0
    assert length_nm(dense) == pytest.approx(length_nm(path), abs=1e-4)
    assert all(np.any(np.all(dense == turn, axis=1)) for turn in path)


def test_too_wide_a_region_is_refused() -> None:
    """A point far from the centre raises an error that says what to do."""
    with pytest.raises(SeaError, match="plan a smaller area"):
        Plane(0.0, 0.0).to_xy([[60.0, 0.0]])


def test_a_sliver_has_no_negative_area() -> None:
    """A sliver whose area rounds to less than nothing has none."""
    sliver = shapely.Polygon(
        [
            (51.066357757671796, 44.294965609839984),
            (51.07570848190967, 44.294965609839984),
            (51.07451629321301, 44.29496560986638),
        ]
    )
    assert GEOD.geometry_area_perimeter(shapely.orient_polygons(sliver))[0] < 0.0
    assert area_nm2([sliver]).tolist() == [0.0]


def test_area_of_a_square_degree() -> None:
    """A degree square on the equator has the area of the ellipsoid's zone there."""
    # authalic zone: a closed formula independent of the polygon routine
    a, e2 = 6378137.0, 0.00669437999014
    e = e2**0.5
    s = np.sin(np.radians(1.0))
    zone = s / (1 - e2 * s * s) + np.log((1 + e * s) / (1 - e * s)) / (2 * e)
    expected_m2 = a * a * (1 - e2) / 2 * zone * np.radians(1.0)
    # edges straight in lon/lat follow the parallel where polygon edges are geodesics
    assert area_nm2(shapely.box(0, 0, 1, 1))[0] * 1852**2 == pytest.approx(expected_m2, rel=2e-4)
    assert area_nm2(shapely.Polygon())[0] == 0.0
