"""Navigable pieces of cells, gates between them, ways inside them."""

from __future__ import annotations

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import substring

from planner.sea import Sea, Waters
from planner.sea.cells import build_cells, hexagon, sample_points
from planner.sea.geodesy import area_nm2, length_nm
from planner.sea.model import SHORE_ONLY
from planner.sea.pieces import Room, find_gates, pieces_of


@pytest.fixture(scope="module")
def waters(kazakh_sea: Sea) -> Waters:
    """Kazakh waters for a boat that needs 1.5 m."""
    return kazakh_sea.waters(1.5)


def test_searchable_means_half_navigable(kazakh_sea: Sea, waters: Waters) -> None:
    """A searchable cell is at least half navigable; its piece is one polygon in that water."""
    cells = kazakh_sea.cells
    for k in range(0, cells.n, 7):
        share = area_nm2(shapely.intersection(cells.water[k], waters.navigable))[0]
        if waters.searchable[k]:
            assert share >= 0.5 * cells.area_nm2[k] * (1 - 1e-6)
            assert waters.pieces[k].geom_type == "Polygon"
            assert shapely.difference(waters.pieces[k], waters.navigable).area < 1e-9
            assert shapely.difference(waters.pieces[k], cells.water[k]).area < 1e-9
    assert 0.3 * cells.n < waters.searchable.sum() < cells.n


def test_deeper_boats_search_fewer_cells(kazakh_sea: Sea) -> None:
    """What a deep boat can search a shallow one can too."""
    shallow, middle, deep = (kazakh_sea.waters(d).searchable for d in (SHORE_ONLY, 1.5, 2.95))
    assert np.all(shallow >= middle) and np.all(middle >= deep)
    assert shallow.sum() > middle.sum() > deep.sum()


def test_gates_lie_on_both_cells(kazakh_sea: Sea, waters: Waters) -> None:
    """A gate lies on both pieces and both hexagons' edges, and joins searchable neighbours."""
    cells = kazakh_sea.cells
    for (i, j), point in zip(waters.gate_pair, waters.gate_point, strict=True):
        assert i < j and waters.searchable[i] and waters.searchable[j]
        assert j in cells.neighbours[i]
        gate = shapely.Point(point)
        for k in (i, j):
            assert shapely.distance(waters.pieces[k], gate) < 1e-9
            assert shapely.distance(hexagon(cells.ids[k], cells.lon).exterior, gate) < 1e-9


def test_open_neighbours_have_a_gate_in_the_middle() -> None:
    """Between two whole hexagons in open water the gate halves the side; every pair has one."""
    middle = h3.latlng_to_cell(43.0, 50.0, 5)
    area = shapely.union_all([hexagon(cell, 50.0) for cell in h3.grid_disk(middle, 1)])
    water = shapely.box(48, 41, 52, 45)
    cells = build_cells(area.buffer(-1e-9), water, 5, 50.0, None)
    pieces, searchable = pieces_of(cells, water, water)
    pair, point = find_gates(cells, pieces, searchable)
    assert len(pair) == 12  # six spokes and six sides of the rim
    for (i, j), gate in zip(pair, point, strict=True):
        edge = h3.directed_edge_to_boundary(h3.cells_to_directed_edge(cells.ids[i], cells.ids[j]))
        line = np.array(edge)[:, ::-1]
        assert gate == pytest.approx(line.mean(axis=0), abs=2e-4)


def test_wall_on_the_side_shuts_the_gate() -> None:
    """Where land lies along most of a shared side no gate is left, or it keeps off the land."""
    middle = h3.latlng_to_cell(43.0, 50.0, 5)
    other = sorted(h3.grid_ring(middle, 1))[0]
    edge = h3.directed_edge_to_boundary(h3.cells_to_directed_edge(middle, other))
    side = shapely.LineString([(x, y) for y, x in edge])
    area = shapely.union_all([hexagon(middle, 50.0), hexagon(other, 50.0)]).buffer(-1e-9)
    for share, expected in ((0.999, 0), (0.7, 1)):
        wall = substring(side, 0, share, normalized=True).buffer(0.004)
        water = shapely.box(48, 41, 52, 45) - wall
        cells = build_cells(area, water, 5, 50.0, None)
        pieces, searchable = pieces_of(cells, water, water)
        _, point = find_gates(cells, pieces, searchable)
        assert len(point) == expected
        assert not any(wall.contains(shapely.Point(gate)) for gate in point)


def test_span_is_the_longest_way(kazakh_sea: Sea, waters: Waters) -> None:
    """The span of an open cell is the greatest distance between its access points."""
    for k in np.flatnonzero(waters.searchable)[::9]:
        room = Room(waters.pieces[k])
        points = waters.points[waters.access(int(k))]
        longest = max(length_nm([a, b]) for a in points for b in points)
        if room.convex:
            assert waters.span_nm[k] == pytest.approx(longest)
        else:
            assert waters.span_nm[k] >= longest - 1e-9
    assert np.all(waters.span_nm[~waters.searchable] == 0)
    assert np.isfinite(waters.span_nm).all()
    assert kazakh_sea.cells.n == len(waters.span_nm)


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_ways_in_a_room_stay_in_it(seed: int) -> None:
    """Ways between points of a ragged cell stay inside and are no shorter than straight."""
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 14))
    radius = rng.uniform(0.03, 0.1, 14)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None] + [50, 44]
    piece = shapely.Polygon(ring).buffer(0)
    piece = max(shapely.get_parts(piece), key=shapely.area)
    room = Room(piece)
    points = sample_points(piece, 12)
    lengths, paths = room.ways(points[0], points[1:])
    wide = piece.buffer(1e-9)
    for length, path, end in zip(lengths, paths, points[1:], strict=True):
        assert wide.covers(shapely.LineString(path))
        assert length == pytest.approx(length_nm(path), abs=1e-6)
        assert length >= length_nm([points[0], end]) - 1e-9
