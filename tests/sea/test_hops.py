"""Transit hops between cells a few rings apart."""

from __future__ import annotations

import h3
import numpy as np
import pytest
import shapely

from planner.sea import Sea
from planner.sea.geodesy import distance_nm, length_nm
from planner.sea.model import SHORE_ONLY


def test_hops_are_complete_and_both_ways(kazakh_sea: Sea) -> None:
    """Nearly every pair of searchable cells two or three rings apart has a hop each way."""
    waters = kazakh_sea.waters(1.5)
    hops = waters.hops(3)
    ids = kazakh_sea.cells.ids
    found = set(zip(hops.origin.tolist(), hops.target.tolist(), strict=True))
    assert len(found) == len(hops.origin)
    assert found == {(j, i) for i, j in found}
    index = {cell: k for k, cell in enumerate(ids)}
    expected = {
        (k, index[other])
        for k in np.flatnonzero(waters.searchable)
        for other in h3.grid_disk(ids[k], 3)
        if h3.grid_distance(ids[k], other) >= 2
        and other in index
        and waters.searchable[index[other]]
    }
    assert found <= expected
    assert len(found) >= 0.99 * len(expected)
    assert set(waters.hops(2).origin.tolist()) <= set(hops.origin.tolist())


def test_paths_keep_the_promise(kazakh_sea: Sea) -> None:
    """A hop's path joins access points of its cells, over water, no longer than promised."""
    waters = kazakh_sea.waters(SHORE_ONLY)
    hops = waters.hops(3)
    straight = distance_nm(hops.start, hops.end)
    around = np.flatnonzero(hops.distance_nm > straight + 1e-6)
    assert len(around) > 10
    assert np.all(hops.distance_nm >= straight - 1e-9)
    for k in [*range(0, len(hops.origin), 301), *around[::9]]:
        path = hops.path(int(k))
        assert length_nm(path) <= hops.distance_nm[k] + 0.01
        assert waters.navigable.covers(shapely.LineString(path))
        for point, cell in ((hops.start[k], hops.origin[k]), (hops.end[k], hops.target[k])):
            mine = waters.points[waters.access(int(cell))]
            assert np.any(np.all(mine == point, axis=1))
        assert path[0] == pytest.approx(hops.start[k])
        assert path[-1] == pytest.approx(hops.end[k])


def test_straight_hops_join_the_nearest_points(kazakh_sea: Sea) -> None:
    """In open water no other pair of access points is nearer than the hop's."""
    waters = kazakh_sea.waters(2.95)
    hops = waters.hops(2)
    for k in range(0, len(hops.origin), 97):
        a = waters.points[waters.access(int(hops.origin[k]))]
        b = waters.points[waters.access(int(hops.target[k]))]
        nearest = distance_nm(a[:, None], b[None]).min()
        assert hops.distance_nm[k] >= nearest - 1e-9
        assert hops.distance_nm[k] <= 1.02 * nearest or hops.distance_nm[k] > nearest + 0.05


def test_all_paths_are_those_of_each_hop(kazakh_sea: Sea) -> None:
    """Ways found together, those from one point at a time, are as long as each found alone."""
    hops = kazakh_sea.waters(SHORE_ONLY).hops(2)
    together = hops.paths()
    assert len(together) == len(hops.origin)
    for k in range(0, len(together), 211):
        alone = hops.path(k)
        assert together[k][0] == pytest.approx(alone[0])
        assert together[k][-1] == pytest.approx(alone[-1])
        assert length_nm(together[k]) == pytest.approx(length_nm(alone))
