"""Geometry that travels inside a page."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner import geodata
from planner.present.geometry import decode, encode, encode_area, encode_line, label_position

POSITIONS = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(st.lists(POSITIONS, min_size=1, max_size=20))
def test_encoded_lines_come_back_within_half_a_step(line: list[tuple[float, float]]) -> None:
    """Decoding an encoded line gives its positions back to 0.00005 degrees, doubles aside."""
    found = decode(encode(line))
    assert found[0] == pytest.approx(line[0], abs=5.1e-5)
    assert found[-1] == pytest.approx(line[-1], abs=5.1e-5)
    for position in line:
        assert min(max(abs(a - c), abs(b - d)) for (a, b), (c, d) in [(position, f) for f in found]
                   ) <= 5.1e-5  # fmt: skip


def test_simplified_tracks_stay_near_the_sailed_line() -> None:
    """A track keeps its ends and never leaves the line by more than the tolerance."""
    line = [(51.2 + 0.01 * k, 43.6 + 0.001 * (k % 3)) for k in range(60)]
    found = shapely.LineString(decode(encode_line(line, 0.002)))
    assert found.hausdorff_distance(shapely.LineString(line)) < 0.0022
    assert len(found.coords) < 60


def test_an_encoded_sea_keeps_its_area_and_islands() -> None:
    """The background shore encoded at 0.002° keeps its area within 0.5 % and its large islands."""
    coast = geodata.shoreline("background")
    shapes = [
        shapely.Polygon(decode(rings[0]), [decode(hole) for hole in rings[1:]])
        for rings in encode_area(coast, 0.002)
    ]
    found = shapely.union_all(shapely.make_valid(shapes))
    assert found.area == pytest.approx(coast.area, rel=0.005)
    assert any(len(rings) > 1 for rings in encode_area(coast, 0.002))


def test_a_label_stands_inside_its_area() -> None:
    """Even of a bent area the label lies inside."""
    bend = shapely.Polygon([(0, 0), (4, 0), (4, 1), (1, 1), (1, 4), (0, 4)])
    assert bend.contains(shapely.Point(label_position(bend)))
