"""Channels from berths to deep water, and depth along paths."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner import geodata
from planner.sea import Sea, assemble
from planner.sea.channels import HALF_WIDTH_NM, LONGEST_NM
from planner.sea.depth import DepthField
from planner.sea.geodesy import area_nm2, length_nm
from planner.sea.harbours import circle


def shelf(width: float) -> DepthField:
    """One metre of water up to ``width`` degrees from the west, a hundred beyond."""
    lon = np.array([-1.0, width, width + 1e-6, 3.0])
    return DepthField(lon, np.array([-1.0, 3.0]), np.tile([1.0, 1.0, 100.0, 100.0], (2, 1)))


def test_channel_over_a_shelf() -> None:
    """A berth ten miles inside shallow water gets a straight channel, a mile wide."""
    water, area = shapely.box(0, 0, 2, 2), shapely.box(0.5, 0.1, 1.9, 1.9)
    sea = assemble(area, water, 5, bases=[(0.13, 1.0)], depth=shelf(0.3))
    waters = sea.waters(5.0)
    beyond = shapely.difference(waters.approaches, circle((0.13, 1.0), 3.0))
    shallow = shapely.intersection(beyond, shapely.box(-1, -1, 0.3, 3))
    length = (0.3 - 0.13) * 60 * np.cos(np.radians(1)) - 3.0
    assert area_nm2(shallow)[0] == pytest.approx(2 * HALF_WIDTH_NM * length, rel=0.05)
    nm = waters.field((0.13, 1.0)).distance_nm(waters.centre[waters.searchable])
    assert np.isfinite(nm).all()


def test_no_channel_where_deep_water_is_far() -> None:
    """Beyond the longest channel the berth stays cut off, for deep boats only."""
    water, area = shapely.box(0, 0, 2, 2), shapely.box(0.5, 0.1, 1.9, 1.9)
    sea = assemble(area, water, 5, bases=[(0.1, 1.0)], depth=shelf(0.1 + LONGEST_NM / 60 + 0.1))
    for depth_m, reached in ((5.0, False), (0.5, True)):
        waters = sea.waters(depth_m)
        nm = waters.field((0.1, 1.0)).distance_nm(waters.centre[waters.searchable])
        assert np.isfinite(nm).any() == reached


@pytest.mark.parametrize("required_m", [1.5, 2.95])
def test_paths_are_deep_enough(kazakh_sea: Sea, required_m: float) -> None:
    """From every base, along every path, it is deep enough wherever it is no approach."""
    waters = kazakh_sea.waters(required_m)
    assert kazakh_sea.depth is not None
    for key in ("aktau", "bautino", "kuryk"):
        field = waters.field(geodata.ports()[key].position)
        for cell in np.flatnonzero(waters.searchable)[::25]:
            line = shapely.LineString(field.path(waters.centre[cell]))
            line = shapely.difference(line, waters.approaches)
            points = shapely.get_coordinates(shapely.segmentize(line, 0.002))
            assert kazakh_sea.depth.at(points).min() >= required_m - 1e-3


def test_bautino_needs_a_short_channel(kazakh_sea: Sea) -> None:
    """Its bay opens beyond three miles, where the grid is shoal for the deeper boats."""
    position = geodata.ports()["bautino"].position
    waters = kazakh_sea.waters(2.95)
    path = shapely.LineString(waters.field(position).path((50.9, 42.9)))
    beyond = shapely.difference(path, circle(position, 3.0))
    shoal = shapely.difference(beyond, kazakh_sea.depth.deep_water(2.95))  # type: ignore[union-attr]
    near = shapely.intersection(shoal, circle(position, 6.0))
    assert 0 < length_nm(shapely.get_coordinates(near)) < 1.0
    assert waters.approaches.covers(near)
