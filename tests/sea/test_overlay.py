"""Cutting many polygons, and continuous longitudes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.sea.geodesy import area_nm2
from planner.sea.overlay import cut_many, near_longitude, polygonal, shares_inside

rng = np.random.default_rng(3)


def some_boxes(count: int = 60) -> np.ndarray:
    """Small boxes over a unit square."""
    corners = rng.random((count, 2))
    return shapely.box(*corners.T, *(corners + 0.08).T)


def test_cut_many_is_intersection() -> None:
    """Cutting in halves gives what cutting one by one gives; whole ones are the same object."""
    area = shapely.Point(0.5, 0.5).buffer(0.4, quad_segs=64) - shapely.box(0.4, 0.4, 0.5, 0.6)
    boxes = some_boxes()
    pieces = cut_many(boxes, area)
    assert shapely.area(pieces) == pytest.approx(shapely.area(shapely.intersection(boxes, area)))
    for piece, box in zip(pieces, boxes, strict=True):
        assert (piece is box) == area.covers(box)


def test_shares_add_up() -> None:
    """Shares inside and outside an area sum to one."""
    boxes = some_boxes()
    areas = area_nm2(boxes)
    inside = shapely.Point(0.5, 0.5).buffer(0.3)
    outside = shapely.box(-1, -1, 2, 2) - inside
    both = shares_inside(boxes, areas, inside) + shares_inside(boxes, areas, outside)
    assert both == pytest.approx(np.ones(len(boxes)), abs=1e-6)


@given(st.floats(-500, 500))
def test_longitudes_come_near(lon: float) -> None:
    """Moved by whole turns, a geometry keeps its area and lies within half a turn."""
    shape = shapely.box(170, -10, 190, 10)
    moved = near_longitude(shape, lon)
    west, _, east, _ = moved.bounds
    assert lon - 180 - 1e-9 <= west and east <= lon + 180 + 1e-9
    assert moved.area == pytest.approx(shape.area)


def test_date_line_halves_are_joined() -> None:
    """A polygon split at 180 degrees, as GeoJSON asks, becomes one piece."""
    halves = shapely.union_all([shapely.box(179, 0, 180, 1), shapely.box(-180, 0, -179, 1)])
    joined = near_longitude(halves, 180.0)
    assert joined.geom_type == "Polygon"
    assert joined.bounds == (179, 0, 181, 1)


def test_polygonal_drops_lines() -> None:
    """Lines and points left over by an intersection are dropped."""
    mixed = shapely.GeometryCollection(
        [shapely.box(0, 0, 1, 1), shapely.LineString([(2, 2), (3, 3)])]
    )
    assert polygonal(mixed).equals(shapely.box(0, 0, 1, 1))
