"""Depth between grid nodes, and deep water."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner import geodata
from planner.sea.depth import DepthField


def shipped() -> DepthField:
    """The shipped grid."""
    grid = geodata.depth()
    return DepthField(grid.lon, grid.lat, grid.depth_m)


def test_nodes_and_middles() -> None:
    """Depth at a node is the node's; in the middle of a square the mean of four."""
    field = shipped()
    z = field.depth_m
    points = np.array(
        [[field.lon[40], field.lat[60]], [field.lon[40] + 0.05, field.lat[60] + 0.05]]
    )
    found = field.at(points)
    assert found[0] == pytest.approx(z[60, 40])
    assert found[1] == pytest.approx(z[60:62, 40:42].mean())


@pytest.mark.parametrize("required_m", [1.5, 2.95, 20.0, 200.0])
def test_deep_water_is_deep(required_m: float) -> None:
    """Points of the grid's extent lie in deep water exactly where it is deep enough."""
    field = shipped()
    deep = field.deep_water(required_m)
    shapely.prepare(deep)
    rng = np.random.default_rng(1)
    points = np.column_stack([rng.uniform(46, 55.5, 4000), rng.uniform(36, 48, 4000)])
    inside = shapely.contains_xy(deep, points)
    depth = field.at(points)
    clear = np.abs(depth - required_m) > 1e-6
    assert np.array_equal(inside[clear], depth[clear] > required_m)
    nodes = np.array([(x, y) for y in field.lat[1:-1:3] for x in field.lon[1:-1:3]])
    at_nodes = field.at(nodes)
    off = np.abs(at_nodes - required_m) > 1e-6
    assert np.array_equal(shapely.contains_xy(deep, nodes)[off], at_nodes[off] > required_m)


def test_deeper_water_lies_in_shallower() -> None:
    """What is deep enough for a deep boat is deep enough for a shallow one."""
    field = shipped()
    shallow, deep = field.deep_water(1.0), field.deep_water(3.0)
    assert shapely.difference(deep, shallow).area < 1e-9
