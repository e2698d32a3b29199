"""The region around an area, anywhere on Earth."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner.errors import SeaError
from planner.sea import assemble
from planner.sea.geodesy import distance_nm, length_nm
from planner.sea.model import SHORE_ONLY
from planner.sea.region import near_position, plane_of


def test_plane_lies_in_the_middle() -> None:
    """The plane's centre is the area's, also across the date line."""
    assert plane_of(shapely.box(48, 40, 52, 44), []).lon == pytest.approx(50.0, abs=0.1)
    halves = shapely.union_all([shapely.box(178, 0, 180, 4), shapely.box(-180, 0, -176, 4)])
    assert abs(plane_of(halves, []).lon) == pytest.approx(179.0, abs=0.1)
    assert near_position((-179.0, 1.0), 179.0) == (181.0, 1.0)


def test_a_sea_across_the_date_line() -> None:
    """Files split at 180 degrees make one sea; paths cross the line straight."""
    split = [shapely.box(178, -19, 180, -16), shapely.box(-180, -19, -178, -16)]
    water = shapely.union_all(split)
    area = shapely.union_all(
        [shapely.box(178.5, -18, 180, -17), shapely.box(-180, -18, -178.5, -17)]
    )
    sea = assemble(area, water, 5, bases=[(178.2, -17.5)])
    waters = sea.waters(SHORE_ONLY)
    target = (-178.6, -17.4)
    field = waters.field((178.2, -17.5))
    assert field.distance_nm([target])[0] == pytest.approx(
        distance_nm((178.2, -17.5), target)[()], rel=1e-6
    )
    path = field.path(target)
    assert np.abs(np.diff(path[:, 0])).max() < 1
    assert waters.searchable.all()
    hops = waters.hops(2)
    assert length_nm(hops.path(0)) == pytest.approx(hops.distance_nm[0], abs=0.01)


def test_far_north() -> None:
    """At 75 degrees north, where a degree of longitude is a quarter as long, distances hold."""
    sea = assemble(shapely.box(30, 74, 40, 76), shapely.box(20, 70, 50, 80), 4, bases=[(28, 74)])
    waters = sea.waters(SHORE_ONLY)
    centre = waters.centre[waters.searchable]
    nm = waters.field((28.0, 74.0)).distance_nm(centre)
    assert nm == pytest.approx(distance_nm((28.0, 74.0), centre), rel=1e-6)


def test_pole_and_width_are_refused() -> None:
    """An area about a pole and one half round the Earth are refused with a remedy."""
    polar = shapely.box(-180, 80, 180, 89.9)
    with pytest.raises(SeaError, match="plan"):
        assemble(polar, polar, 3, bases=[(0.0, 85.0)])
    wide = shapely.box(0, -5, 120, 5)
    with pytest.raises(SeaError, match="smaller area"):
        assemble(wide, wide, 3, bases=[(1.0, 0.0)])


def test_base_away_from_the_water_is_refused() -> None:
    """If no base is near the water, the message names the key."""
    with pytest.raises(SeaError, match="base"):
        assemble(shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1), 5, bases=[(1.5, 0.5)])


def test_region_widens_until_it_reaches() -> None:
    """Water of the area that joins the base only far outside is reached by a wider region."""
    # a wall between area and base, open 2.5 degrees to the north
    water = shapely.box(0, 0, 2, 4) - shapely.box(0.95, -1, 1.05, 3.5)
    sea = assemble(shapely.box(1.3, 0.2, 1.9, 0.8), water, 5, bases=[(0.5, 0.5)])
    waters = sea.waters(SHORE_ONLY)
    cell = waters.centre[np.flatnonzero(waters.searchable)[0]]
    nm = waters.field((0.5, 0.5)).distance_nm([cell])[0]
    around = length_nm([(0.5, 0.5), (0.95, 3.5), (1.05, 3.5), tuple(cell)])
    assert nm == pytest.approx(around, rel=0.005)
