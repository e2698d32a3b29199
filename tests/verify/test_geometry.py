"""Lengths, areas and cuts against other ways to get them."""

from __future__ import annotations

import math

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import LineString, MultiLineString, Point, box

from planner import geodata
from planner.verify.geometry import (
    areas_nm2,
    as_line,
    circle,
    distance_nm,
    hexagon,
    inside,
    inside_nm,
    lengths_nm,
    near,
    outside,
)
from planner.verify.tolerance import SHAVE_DEG

LON = st.floats(46.5, 54.5)
LAT = st.floats(36.5, 47.0)


def array(*shapes: shapely.Geometry) -> np.ndarray:
    """Geometries as an array of objects."""
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapes
    return held


def test_a_meridian_is_as_long_as_its_integral() -> None:
    """Sixty minutes north along a meridian are the integral of its radius of curvature."""
    a, e2 = 6378137.0, 0.00669437999014
    phi = np.radians(np.linspace(44.0, 45.0, 1001))
    radius = a * (1 - e2) / (1 - e2 * np.sin(phi) ** 2) ** 1.5
    arc_m = float(np.sum((radius[1:] + radius[:-1]) / 2) * (phi[1] - phi[0]))
    assert distance_nm((50.0, 44.0), (50.0, 45.0)) == pytest.approx(arc_m / 1852.0, rel=1e-7)


def test_lengths_ignore_points_and_gaps() -> None:
    """A multi-line is as long as its parts; what lies between them and points do not count."""
    one, two = LineString([(50, 44), (50, 45)]), LineString([(52, 44), (52, 45)])
    mixed = shapely.geometrycollections([Point(1, 1), one, MultiLineString([one, two])])
    alone = lengths_nm(array(one, two))
    found = lengths_nm(array(MultiLineString([one, two]), Point(0, 0), mixed, LineString()))
    assert found == pytest.approx([alone.sum(), 0.0, alone.sum() + alone[0], 0.0])


@given(st.lists(st.tuples(LON, LAT), min_size=3, max_size=8))
def test_areas_agree_with_an_equal_area_map(corners: list[tuple[float, float]]) -> None:
    """Geodesic areas are those of Lambert's equal-area projection."""
    polygon = shapely.convex_hull(shapely.MultiPoint(corners))
    if polygon.geom_type != "Polygon" or polygon.area < 1e-3:
        return
    fine = shapely.segmentize(polygon, 0.02)
    to_map = Transformer.from_crs("EPSG:4326", "+proj=laea +lat_0=42 +lon_0=50.5", always_xy=True)
    flat = shapely.transform(fine, lambda p: np.column_stack(to_map.transform(p[:, 0], p[:, 1])))
    assert areas_nm2(array(fine))[0] == pytest.approx(flat.area / 1852**2, rel=1e-6)


@settings(max_examples=20)
@given(LON, LAT, st.floats(0.1, 1.0), st.floats(-1.0, 1.0))
def test_a_line_is_on_water_or_off_it(lon: float, lat: float, east: float, north: float) -> None:
    """What of a line lies in the sea and what lies outside add up to all of it."""
    water = geodata.shoreline("present")
    lines = array(LineString([(lon, lat), (lon + east, lat + north)]))
    parts = lengths_nm(outside(lines, water))[0] + lengths_nm(inside(lines, water))[0]
    crossings = len(shapely.get_parts(outside(lines, water)[0])) + 1
    assert parts == pytest.approx(lengths_nm(lines)[0], abs=0.2 * crossings)


@pytest.mark.parametrize(("off_deg", "seen"), [(-2.0, 1), (-0.5, 0), (0.5, 0), (2.0, -1)])
def test_a_line_may_shave_an_edge_but_no_more(off_deg: float, seen: int) -> None:
    """Along an edge a line is neither inside nor outside, up to the width that it may shave."""
    area = box(50.0, 44.0, 51.0, 45.0)
    south = 44.0 - off_deg * SHAVE_DEG
    lines = array(LineString([(50.2, south), (50.8, south)]))
    whole_nm = lengths_nm(lines)[0]
    assert lengths_nm(inside(lines, area))[0] == pytest.approx(whole_nm * (seen > 0))
    assert lengths_nm(outside(lines, area))[0] == pytest.approx(whole_nm * (seen < 0))


def test_a_line_sailed_twice_counts_twice() -> None:
    """There and back along one line gives twice its length in a cell."""
    there = np.array([[50.0, 44.0], [50.1, 44.0]])
    back = np.vstack([there, there[:1]])
    area = array(box(50.02, 43.9, 50.08, 44.1))
    once = inside_nm([there], np.array([0]), area)[0]
    assert once == pytest.approx(0.6 * distance_nm((50.0, 44.0), (50.1, 44.0)), rel=1e-6)
    assert inside_nm([back], np.array([0]), area)[0] == pytest.approx(2 * once)


def test_paths_without_length_are_points_or_nothing() -> None:
    """A boat that stays is a point; a path with no numbers is empty."""
    assert as_line(np.array([[50.0, 44.0], [50.0, 44.0]])).geom_type == "Point"
    assert as_line(np.zeros((0, 2))).is_empty
    assert as_line(np.array([[50.0, math.nan], [50.0, 44.0]])).is_empty


def test_a_hexagon_over_the_date_line_is_whole() -> None:
    """Cells near 180° keep their true size, on whichever side they are asked for."""
    cell = h3.latlng_to_cell(-17.0, 179.99, 5)
    for lon in (179.0, -179.0):
        shape = hexagon(cell, lon)
        assert abs(shape.centroid.x - lon) < 2
        true_nm2 = h3.cell_area(cell, unit="km^2") / 1.852**2
        assert areas_nm2(array(shape))[0] == pytest.approx(true_nm2, rel=0.01)


@given(LON, LAT, st.floats(0.5, 30.0))
def test_a_circle_holds_what_is_near_and_not_much_more(lon: float, lat: float, r: float) -> None:
    """Points within the radius are inside; the outline is at most 1% farther out."""
    shape = circle((lon, lat), r, 50.0)
    outline = shapely.get_coordinates(shape)
    away = [distance_nm((lon, lat), (x, y)) for x, y in outline]
    assert min(away) >= r * 0.999
    assert max(away) <= r * 1.01
    assert shape.contains(Point(lon, lat))


def test_longitudes_are_moved_by_whole_turns() -> None:
    """-179 is 181 seen from 170."""
    assert near(np.array([[-179.0, 5.0], [170.0, 5.0]]), 170.0)[:, 0].tolist() == [181.0, 170.0]
