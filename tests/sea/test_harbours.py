"""Harbour approaches."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner import geodata
from planner.sea import Sea, assemble
from planner.sea.geodesy import distance_nm
from planner.sea.harbours import APPROACH_NM, circle
from planner.sea.model import SHORE_ONLY


def test_circle_has_its_radius() -> None:
    """Every corner of the circle lies at the radius, also beside the date line."""
    for position in ((51.2, 43.6), (179.99, 10.0), (20.0, 80.0)):
        corners = shapely.get_coordinates(circle(position, 3.0))
        assert distance_nm(position, corners) == pytest.approx(np.full(len(corners), 3.0))
        assert np.ptp(corners[:, 0]) < 2


@pytest.mark.parametrize("key", ["aktau", "bautino", "kuryk"])
def test_bases_join_the_sea(kazakh_sea: Sea, key: str) -> None:
    """From each shipped base of the coast a boat needing 1.5 m reaches most of the sector."""
    waters = kazakh_sea.waters(1.5)
    field = waters.field(geodata.ports()[key].position)
    assert field.joined
    nm = field.distance_nm(waters.centre[waters.searchable])
    assert np.isfinite(nm).mean() > 0.97


def test_only_land_counts_near_a_base(kazakh_sea: Sea) -> None:
    """Within three miles of a base all water of the shore is navigable, beyond not the shoals."""
    position = geodata.ports()["kuryk"].position
    near = shapely.intersection(kazakh_sea.shore, circle(position, 0.99 * APPROACH_NM))
    navigable = kazakh_sea.waters(2.95).navigable
    assert shapely.difference(near, navigable).area < 1e-9
    assert navigable.area < kazakh_sea.shore.area


def test_berth_ashore_is_joined_to_the_nearest_water(kazakh_sea: Sea) -> None:
    """A berth on land within half a mile of the water starts its paths with that stretch."""
    bautino = (50.2463, 44.5448)  # gazetteer position, on the spit
    assert not kazakh_sea.shore.contains(shapely.Point(bautino))
    waters = kazakh_sea.waters(SHORE_ONLY)
    field = waters.field(bautino)
    assert field.joined
    path = field.path((50.0, 44.3))
    assert tuple(path[0]) == bautino
    ashore = shapely.difference(shapely.LineString(path), kazakh_sea.shore)
    assert 0 < ashore.length * 60 < 0.5


def test_narrow_harbour_mouth() -> None:
    """A basin behind moles, with a mouth of 60 m, is joined to the sea."""
    moles = shapely.box(0.499, 0.44, 0.501, 0.56) | shapely.box(0.40, 0.44, 0.501, 0.441)
    moles = moles | shapely.box(0.40, 0.559, 0.501, 0.56)
    mouth = shapely.box(0.49, 0.50, 0.51, 0.50054)
    water = shapely.box(0.45, 0, 2, 1) - (moles - mouth)
    sea = assemble(shapely.box(0.8, 0.1, 1.8, 0.9), water, 5, bases=[(0.47, 0.52)])
    waters = sea.waters(SHORE_ONLY)
    field = waters.field((0.47, 0.52))
    nm = field.distance_nm(waters.centre[waters.searchable])
    assert np.isfinite(nm).all()
    line = shapely.LineString(field.path(waters.centre[np.flatnonzero(waters.searchable)[0]]))
    assert water.covers(line)
