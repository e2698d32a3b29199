"""Shortest sea paths against known answers, other methods and published distances."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from planner import geodata
from planner.errors import SeaError
from planner.sea import Sea
from planner.sea.geodesy import Plane, distance_nm, length_nm
from planner.sea.model import SHORE_ONLY
from planner.sea.routes import Router

PLANE = Plane(51.0, 43.0)


def router_of(water_m: shapely.Geometry) -> Router:
    """A router in a small sea given in metres around 51 E 43 N."""
    return Router(PLANE, water_m, water_m)


def at(x: float, y: float) -> np.ndarray:
    """Lon/lat of a point in metres of the small sea."""
    return PLANE.to_lonlat([[x, y]])[0]


def ragged_sea(seed: int) -> shapely.Geometry:
    """A square of 60 km with ragged islands."""
    rng = np.random.default_rng(seed)
    islands = [
        shapely.MultiPoint(rng.normal(rng.uniform(5e3, 55e3, 2), 4e3, (9, 2))).convex_hull
        for _ in range(9)
    ]
    water = shapely.box(0, 0, 60e3, 60e3) - shapely.union_all(islands)
    return max(shapely.get_parts(water), key=shapely.area)


def visibility_graph_nm(water: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    """Distances between points: all vertices that see each other by shapely, scipy's Dijkstra."""
    nodes = np.unique(np.concatenate([points, shapely.get_coordinates(water)]), axis=0)
    i, j = np.triu_indices(len(nodes), 1)
    lines = shapely.linestrings(np.stack([nodes[i], nodes[j]], axis=1))
    wide = water.buffer(1e-3)
    shapely.prepare(wide)
    seen = shapely.covers(wide, lines)
    lonlat = PLANE.to_lonlat(nodes)
    nm = distance_nm(lonlat[i[seen]], lonlat[j[seen]])
    graph = coo_array((nm, (i[seen], j[seen])), shape=(len(nodes), len(nodes)))
    where = [int(np.flatnonzero(np.all(nodes == p, axis=1))[0]) for p in points]
    return dijkstra(graph, directed=False, indices=where)[:, where]


def test_open_water_is_the_great_circle() -> None:
    """With nothing in the way the distance is the geodesic."""
    field = router_of(shapely.box(0, 0, 1e5, 1e5)).field(at(1e3, 1e3))
    end = at(9e4, 7e4)
    assert field.distance_nm([end])[0] == pytest.approx(distance_nm(field.source, end))


def test_around_a_square_island() -> None:
    """The way around an island bends at two of its corners, as one draws it by hand."""
    island = shapely.box(40e3, 30e3, 60e3, 80e3)
    field = router_of(shapely.box(0, 0, 1e5, 1e5) - island).field(at(20e3, 50e3))
    by_hand = [at(20e3, 50e3), at(40e3, 30e3), at(60e3, 30e3), at(80e3, 50e3)]
    assert field.distance_nm([by_hand[-1]])[0] == pytest.approx(length_nm(by_hand), abs=1e-6)
    path = field.path(by_hand[-1])
    assert all(np.abs(path - turn).max(axis=1).min() < 1e-9 for turn in by_hand)


@pytest.mark.parametrize("seed", range(6))
def test_same_as_a_plain_visibility_graph(seed: int) -> None:
    """Among ragged islands every distance equals that of an independent visibility graph."""
    water = ragged_sea(seed)
    points = np.random.default_rng(seed + 100).uniform(2e3, 58e3, (12, 2))
    points = points[shapely.contains_xy(water, points)]
    lonlat = PLANE.to_lonlat(points)
    router = router_of(water)
    mine = np.array([router.field(p).distance_nm(lonlat) for p in lonlat])
    assert mine == pytest.approx(visibility_graph_nm(water, points), abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_points_does_not_matter(seed: int) -> None:
    """Asked one by one, in any order or all at once, a point is exactly as far."""
    water = ragged_sea(seed)
    rng = np.random.default_rng(seed)
    points = rng.uniform(2e3, 58e3, (60, 2))
    lonlat = PLANE.to_lonlat(points[shapely.contains_xy(water, points)])
    field = router_of(water).field(lonlat[0])
    together = field.distance_nm(lonlat)
    order = rng.permutation(len(lonlat))
    assert np.array_equal(field.distance_nm(lonlat[order]), together[order])
    assert [field.distance_nm([point])[0] for point in lonlat] == together.tolist()


def test_access_points_are_as_far_as_asked_one_by_one(caspian: Sea) -> None:
    """All access points of a sea at once have the distances that they have alone."""
    waters, source = caspian.waters(SHORE_ONLY), geodata.ports()["baku"].position
    alone = [waters.field(source).distance_nm([point])[0] for point in waters.points]
    assert waters.distances_nm(source).tolist() == alone


@pytest.mark.parametrize("seed", range(3))
def test_not_longer_than_a_raster(seed: int) -> None:
    """A fine raster with sixteen directions finds no shorter way, and one hardly longer."""
    water = ragged_sea(seed)
    step = 400.0
    axis = np.arange(step, 60e3, step)
    x, y = np.meshgrid(axis, axis)
    inside = shapely.contains_xy(water.buffer(-step / 4), x, y)
    number = np.where(inside, np.cumsum(inside).reshape(inside.shape) - 1, -1)
    pairs = []
    for dx, dy in [(1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, 2), (2, -1), (1, -2)]:
        a = number[max(0, -dy) : len(axis) - max(0, dy), : len(axis) - dx]
        b = number[max(0, dy) : len(axis) + min(0, dy), dx:]
        both = (a >= 0) & (b >= 0)
        pairs.append(np.column_stack([a[both], b[both]]))
    i, j = np.concatenate(pairs).T
    nodes = np.column_stack([x[inside], y[inside]])
    shapely.prepare(water)
    seen = shapely.covers(water, shapely.linestrings(np.stack([nodes[i], nodes[j]], axis=1)))
    lonlat = PLANE.to_lonlat(nodes)
    nm = distance_nm(lonlat[i[seen]], lonlat[j[seen]])
    graph = coo_array((nm, (i[seen], j[seen])), shape=(len(nodes), len(nodes)))
    raster = dijkstra(graph, directed=False, indices=0)
    ends = np.flatnonzero(np.isfinite(raster) & (raster > 5))[::97]
    mine = router_of(water).field(lonlat[0]).distance_nm(lonlat[ends])
    assert np.all(mine <= raster[ends] + 1e-6)
    assert np.all(mine >= raster[ends] / 1.04)  # sixteen directions err by up to 2.8%


def test_symmetric_and_triangle(caspian: Sea) -> None:
    """Distances are the same both ways and no way is shorter over a third place."""
    keys = ("aktau", "bautino", "baku", "anzali", "makhachkala", "garabogaz")
    points = [geodata.ports()[key].position for key in keys]
    waters = caspian.waters(SHORE_ONLY)
    d = np.array([waters.field(p).distance_nm(points) for p in points])
    assert d == pytest.approx(d.T, abs=1e-6)
    for k in range(len(points)):
        assert np.all(d <= d[:, [k]] + d[[k], :] + 1e-6)


CHECKS = [  # facts, section 2: nm on a 10 m-class coastline, within 2%
    ("aktau", "kuryk", 45),
    ("aktau", "baku", 230),
    ("aktau", "alat", 254),
    ("aktau", "makhachkala", 169),
    ("aktau", "anzali", 376),
    ("aktau", "ural-roads", 229 - 3.6),  # the mouth is land today: its roads, 3.6 nm nearer
    ("bautino", "ural-roads", 156 - 3.6),
    ("kuryk", "alat", 232),
    ("kuryk", "garabogaz", 105),
    ("aktau", "kashagan", 187),
    ("bautino", "kashagan", 113),
]
KASHAGAN = (51.583, 46.167)


@pytest.mark.parametrize(("origin", "target", "expected_nm"), CHECKS)
def test_known_distances(caspian: Sea, origin: str, target: str, expected_nm: float) -> None:
    """Distances by the present shore are within 3% of the known ones; paths keep off land."""
    places = {key: port.position for key, port in geodata.ports().items()}
    places["kashagan"] = KASHAGAN
    field = caspian.waters(SHORE_ONLY).field(places[origin])
    found = field.distance_nm([places[target]])[0]
    assert found == pytest.approx(expected_nm, rel=0.03)
    path = field.path(places[target])
    assert geodata.shoreline("present").covers(shapely.LineString(path))
    assert length_nm(path) == pytest.approx(found, abs=0.01)
    assert distance_nm(path[:-1], path[1:]).max() <= 5.0


def test_bautino_on_both_sides_of_its_spit(caspian: Sea) -> None:
    """The known distances of Bautino are to the seaward side; the berths lie behind the spit."""
    field = caspian.waters(SHORE_ONLY).field(geodata.ports()["aktau"].position)
    seaward, berths = (50.2345, 44.5437), geodata.ports()["bautino"].position
    nm = field.distance_nm([seaward, berths])
    assert nm[0] == pytest.approx(73, rel=0.03)
    # around the spit's tip near 44.60 N: 3.4 nm up and as much down
    assert nm[1] - nm[0] == pytest.approx(2 * 60 * (44.60 - 44.545), rel=0.15)


def test_never_shorter_than_the_great_circle_and_never_on_land(kazakh_sea: Sea) -> None:
    """To every cell: at least the geodesic, over water only, as long as said."""
    waters = kazakh_sea.waters(1.5)
    field = waters.field(geodata.ports()["aktau"].position)
    cells = np.flatnonzero(waters.searchable)
    nm = field.distance_nm(waters.centre[cells])
    assert np.all(nm >= distance_nm(field.source, waters.centre[cells]) - 1e-9)
    shore = geodata.shoreline("present")
    shapely.prepare(shore)
    for cell, expected in zip(cells[::5], nm[::5], strict=True):
        path = field.path(waters.centre[cell])
        line = shapely.LineString(path)
        assert shore.covers(line) and waters.navigable.covers(line)
        assert length_nm(path) <= expected + 0.01
        assert length_nm(path) == pytest.approx(expected, abs=0.01)


def test_no_way_is_infinite() -> None:
    """A point beyond a wall is infinitely far, and asking for the path says so."""
    water = shapely.union_all([shapely.box(0, 0, 1e4, 1e4), shapely.box(2e4, 0, 3e4, 1e4)])
    field = router_of(water).field(at(5e3, 5e3))
    assert np.isinf(field.distance_nm([at(2.5e4, 5e3), at(9e4, 9e4)])).all()
    with pytest.raises(SeaError, match="no navigable way"):
        field.path(at(2.5e4, 5e3))


def test_limit_cuts_the_search() -> None:
    """Ways over corners beyond the limit are not found; within it they are the same."""
    island = shapely.box(40e3, 30e3, 60e3, 80e3)
    router = router_of(shapely.box(0, 0, 1e5, 1e5) - island)
    near, far = at(38e3, 50e3), at(80e3, 50e3)
    start = at(20e3, 50e3)
    short = router.field(start, limit_nm=12.0).distance_nm([near, far])
    assert short[0] == router.field(start).distance_nm([near])[0]
    assert np.isinf(short[1])


def test_joins_from_the_berth() -> None:
    """A source just outside free water joins it straight, and the path starts at the source."""
    free, water = shapely.box(0, 0, 1e5, 1e5), shapely.box(-500, 0, 1e5, 1e5)
    field = Router(PLANE, free, water).field(at(-300, 5e4))
    path = field.path(at(5e4, 5e4))
    assert path[0] == pytest.approx(at(-300, 5e4))
    assert field.distance_nm([at(5e4, 5e4)])[0] == pytest.approx(length_nm(path), abs=1e-3)
    assert not Router(PLANE, free, free).field(at(-3000, 5e4)).joined
