"""The five sectors: which nation's -28 m shore is nearest, bent onto the two treaty points.

Distances are chords between points on the WGS84 ellipsoid in three dimensions: on this
sea two geodesics of one length have chords of one length to within a decimetre, so the
nearer shore by chord is the nearer one on the ellipsoid. A planar Voronoi diagram of
shore points gives the course of the lines and their meeting points; every vertex
is then moved until its distances to the nations it parts are equal.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from scipy.spatial import KDTree, Voronoi
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

log = logging.getLogger("geodata.build")

Floats: TypeAlias = NDArray[np.float64]

GEOD = Geod(ellps="WGS84")
PLANE = Transformer.from_crs(
    "EPSG:4326", "+proj=lcc +lat_1=38 +lat_2=46 +lat_0=42 +lon_0=51 +datum=WGS84", always_xy=True
)
SPACE = Transformer.from_crs("EPSG:4326", "EPSG:4978", always_xy=True)

TREATY_POINTS = {
    frozenset({"kazakhstan", "azerbaijan", "russia"}): (49 + 53.3 / 60, 42 + 33.6 / 60),
    frozenset({"kazakhstan", "azerbaijan", "turkmenistan"}): (50 + 56.6 / 60, 41 + 32.4 / 60),
}
"""Kazakhstan-Azerbaijan protocol of 27 February 2003, Art. 2."""

COURSE_STEP_M, MEASURE_STEP_M = 500.0, 100.0
BEND_M = 15_000.0
"""The lines led to a treaty point leave equidistance this far before their old meeting point."""
NEAR_SHORE_M = 1_500.0
"""Closer to the shore than this a vertex stays where the diagram put it."""
SIMPLIFY_DEG = 0.0003
VERTEX_DEG = 0.05
GRID_DEG = 1e-5


def dense(shore: BaseGeometry, step_m: float) -> Floats:
    """Return points along rings, (n, 2) lon/lat, no further apart than ``step_m``."""
    points = []
    for ring in shapely.get_parts(shore):
        for (x0, y0), (x1, y1) in pairwise(shapely.get_coordinates(ring)):
            count = max(1, int(np.ceil(GEOD.inv(x0, y0, x1, y1)[2] / step_m)))
            share = np.arange(count)[:, None] / count
            points.append(np.array([x0, y0]) + share * np.array([x1 - x0, y1 - y0]))
    return np.vstack(points)


def nation_of(points: Floats, land: dict[str, BaseGeometry]) -> NDArray[np.str_]:
    """Return the nation whose land is nearest to each shore point, (n,)."""
    where = shapely.points(points)
    nations = list(land)
    away = []
    for nation in nations:
        lines = _short_lines(land[nation])
        tree = shapely.STRtree(lines)
        nearest = tree.nearest(where)
        away.append(shapely.distance(where, np.asarray(lines)[nearest]))
    nearest_nation: NDArray[np.str_] = np.array(nations)[np.argmin(away, axis=0)]
    return nearest_nation


def _short_lines(area: BaseGeometry) -> list[LineString]:
    """Outline of an area in pieces of at most 50 vertices, for a quick search."""
    lines = []
    for ring in shapely.get_parts(shapely.get_rings(shapely.get_parts(area))):
        xy = shapely.get_coordinates(ring)
        lines += [LineString(xy[i : i + 50]) for i in range(0, len(xy) - 1, 49)]
    return lines


class Distances:
    """Distances from any place to the nearest shore of each nation."""

    def __init__(self, points: Floats, nations: NDArray[np.str_]) -> None:
        self.trees = {
            nation: KDTree(to_space(points[nations == nation])) for nation in np.unique(nations)
        }

    def to(self, nation: str, place: Floats) -> tuple[float, Floats]:
        """Distance in metres to a nation's shore and the unit vector away from it."""
        away, index = self.trees[nation].query(place)
        vector = place - self.trees[nation].data[index]
        return float(away), vector / max(float(away), 1e-9)

    def equalise(self, lonlat: Floats, nations: Sequence[str]) -> Floats:
        """Move a place until its distances to two or three nations are the same."""
        for _ in range(20):
            place = to_space(lonlat[None, :])[0]
            east, north = _tangent(lonlat)
            found = [self.to(nation, place) for nation in nations]
            if found[0][0] < NEAR_SHORE_M:
                return lonlat
            excess = np.array([found[0][0] - other for other, _ in found[1:]])
            slope = np.array([found[0][1] - other for _, other in found[1:]])
            step = -np.linalg.pinv(slope @ np.column_stack([east, north])) @ excess
            step *= min(1.0, 5_000.0 / max(float(np.hypot(*step)), 1e-9))
            azimuth = float(np.degrees(np.arctan2(step[0], step[1])))
            lon, lat, _ = GEOD.fwd(lonlat[0], lonlat[1], azimuth, float(np.hypot(*step)))
            lonlat = np.array([lon, lat])
            if np.hypot(*step) < 0.5:
                break
        return lonlat


def in_plane(lonlat: Floats) -> Floats:
    """Return positions in the plane of the diagram, metres, (n, 2)."""
    return np.column_stack(PLANE.transform(lonlat[:, 0], lonlat[:, 1]))


def to_space(lonlat: Floats) -> Floats:
    """Return positions on the ellipsoid in earth-centred metres, (n, 3)."""
    return np.column_stack(SPACE.transform(lonlat[:, 0], lonlat[:, 1], np.zeros(len(lonlat))))


def _tangent(lonlat: Floats) -> tuple[Floats, Floats]:
    """Unit vectors to the east and north of a place."""
    lon, lat = np.radians(lonlat)
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    north = np.array([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
    return east, north


class Stretch(NamedTuple):
    """A line between two nations' sectors."""

    line: LineString
    pair: tuple[str, str]


def course(points: Floats, nations: NDArray[np.str_], legal: Polygon) -> list[Stretch]:
    """Return the lines between nations on the sea, by the Voronoi diagram of shore points."""
    outline = in_plane(shapely.get_coordinates(legal.exterior))
    sea = Polygon(outline).buffer(5_000.0)
    diagram = Voronoi(in_plane(points))
    ridges: dict[tuple[str, str], list[LineString]] = {}
    for (first, second), ends in zip(diagram.ridge_points, diagram.ridge_vertices, strict=True):
        one, other = sorted((str(nations[first]), str(nations[second])))
        if min(ends) >= 0 and one != other:
            ridges.setdefault((one, other), []).append(LineString(diagram.vertices[ends]))
    return [
        Stretch(LineString(line), pair)
        for pair, segments in ridges.items()
        for line in shapely.get_parts(
            shapely.line_merge(MultiLineString(segments).intersection(sea))
        )
    ]


def refine(line: LineString, pair: tuple[str, str], away: Distances) -> LineString:
    """Return a line in lon/lat with every inner vertex truly equidistant."""
    xy = shapely.get_coordinates(line)
    lonlat = np.column_stack(PLANE.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    simple = LineString(lonlat).simplify(SIMPLIFY_DEG).segmentize(VERTEX_DEG)
    return LineString([away.equalise(vertex, pair) for vertex in shapely.get_coordinates(simple)])


def bend(line: LineString, moves: dict[tuple[float, float], Floats]) -> LineString:
    """Return a line with its ends led to where ``moves`` says.

    The line is cut where it passes the new end, and what remains of the way to it
    is spread over the next stretch, fading out.
    """
    for _ in range(2):
        target = moves.get((line.coords[-1][0], line.coords[-1][1]))
        if target is not None:
            line = _led_to(line, target)
        line = line.reverse()
    return line


def _led_to(line: LineString, target: Floats) -> LineString:
    """Return the line with its last point at ``target``."""
    kept = shapely.get_coordinates(
        substring(line.segmentize(0.01), 0.0, line.project(Point(target)))
    )
    steps_m = [GEOD.inv(*a, *b)[2] for a, b in pairwise(kept[::-1])]
    from_end_m = np.concatenate([[0.0], np.cumsum(steps_m)])[::-1]
    weight = np.clip(1.0 - from_end_m / BEND_M, 0.0, 1.0)
    return LineString(kept + weight[:, None] * (target - kept[-1]))


def lines(legal: Polygon, land: dict[str, BaseGeometry]) -> list[LineString]:
    """Return the lines between the sectors, through the treaty points."""
    fine = dense(legal.boundary, MEASURE_STEP_M)
    fine_nations = nation_of(fine, land)
    away = Distances(fine, fine_nations)
    coarse = dense(legal.boundary, COURSE_STEP_M)
    drawn = course(coarse, nation_of(coarse, land), legal)
    ends: dict[tuple[float, float], set[str]] = {}
    for line, pair in drawn:
        for end in (0, -1):
            ends.setdefault(_node(line, end), set()).update(pair)
    meeting = _meeting_points(ends, away)
    moves = {
        place: np.asarray(TREATY_POINTS[frozenset(ends[node])])
        for node, place in meeting.items()
        if frozenset(ends[node]) in TREATY_POINTS
    }
    result = []
    for stretch in drawn:
        xy = [tuple(vertex) for vertex in refine(*stretch, away).coords]
        for end in (0, -1):
            xy[end] = meeting.get(_node(stretch.line, end), xy[end])
        bent = bend(LineString(xy), moves)
        result.append(LineString(shapely.get_coordinates(bent.simplify(SIMPLIFY_DEG / 3))))
    return result


def _node(line: LineString, end: int) -> tuple[float, float]:
    """Return an end of a line in the plane, rounded so that it can be compared."""
    x, y = line.coords[end]
    return round(x, 3), round(y, 3)


def _meeting_points(
    ends: dict[tuple[float, float], set[str]], away: Distances
) -> dict[tuple[float, float], tuple[float, float]]:
    """Return the places in lon/lat equally far from three nations, by their node."""
    meeting = {}
    for node, nations in ends.items():
        if len(nations) == 3:
            start = np.array(PLANE.transform(*node, direction="INVERSE"))
            place = away.equalise(start, sorted(nations))
            meeting[node] = (float(place[0]), float(place[1]))
            log.info("%s meet at %.4f, %.4f", " ".join(sorted(nations)), *place)
    return meeting


def sectors(legal: Polygon, land: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Return the five sectors: a partition of the -28 m water without gap or overlap."""
    rings = list(shapely.get_parts(legal.boundary))
    net = shapely.union_all([*rings, *lines(legal, land)], grid_size=GRID_DEG)
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize([net]))
        if legal.contains(face.representative_point())
    ]
    fine = dense(legal.boundary, COURSE_STEP_M)
    tree = KDTree(to_space(fine))
    owners = nation_of(fine, land)
    inside = np.vstack([shapely.get_coordinates(face.representative_point()) for face in faces])
    nearest = owners[tree.query(to_space(inside))[1]]
    found: dict[str, BaseGeometry] = {
        nation: shapely.coverage_union_all(np.asarray(faces)[nearest == nation]) for nation in land
    }
    for first, second in combinations(found, 2):
        assert found[first].intersection(found[second]).area == 0.0, (first, second)
    return found
