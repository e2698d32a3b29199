"""The navigable piece of each cell, gates between cells, ways inside a cell."""

from __future__ import annotations

import math
from functools import cached_property

import h3
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.sea.cells import Cells, middle_of
from planner.sea.geodesy import FloatArray, Geometries, area_nm2, length_nm
from planner.sea.overlay import cut_many
from planner.sea.shortest import arrive, ecef_m, edge_lengths, spread
from planner.sea.sight import Graph, Sight, see_corners
from planner.units import NM_M

LEAST_NAVIGABLE = 0.5
"""A cell is searchable if at least this share of its water is deep enough and open."""

LEAST_PIECE = 0.25
"""... and one connected piece of it holds at least this share (assumption)."""

NARROWEST_NM = 0.15
"""A shared side with less navigable length than this is no gate (assumption)."""

SNAP_DEG = 1e-9
"""Width (0.1 mm) by which polygons are widened where only rounding parts them."""


def pieces_of(
    cells: Cells, navigable: BaseGeometry, free: BaseGeometry
) -> tuple[Geometries, NDArray[np.bool_]]:
    """Largest connected free piece (n,) of each cell, and whether the cell is searchable."""
    open_nm2 = _areas(cut_many(cells.water, navigable), cells)
    pieces = cut_many(cells.water, free)
    for k, piece in enumerate(pieces):
        if piece.geom_type == "MultiPolygon":
            parts = shapely.get_parts(piece)
            pieces[k] = parts[int(np.argmax(shapely.area(parts)))]
    piece_nm2 = _areas(pieces, cells)
    searchable = (open_nm2 >= LEAST_NAVIGABLE * cells.area_nm2) & (
        piece_nm2 >= LEAST_PIECE * cells.area_nm2
    )
    return pieces, searchable


def _areas(pieces: Geometries, cells: Cells) -> FloatArray:
    """Areas (n,) in nm² of what is left of each cell's water."""
    cut = np.array([a is not b for a, b in zip(pieces, cells.water, strict=True)])
    areas = cells.area_nm2.copy()
    areas[cut] = area_nm2(pieces[cut])
    return areas


def piece_centres(cells: Cells, pieces: Geometries, searchable: NDArray[np.bool_]) -> FloatArray:
    """Point (n, 2) of each searchable piece: the cell's centre, or the piece's middle."""
    centre = cells.centre.copy()
    for k in np.flatnonzero(searchable & ~shapely.contains_xy(pieces, centre)):
        centre[k] = middle_of(pieces[k])
    return centre


def find_gates(
    cells: Cells, pieces: Geometries, searchable: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], FloatArray]:
    """Gates between searchable neighbours: pairs (m, 2) with i < j and points (m, 2).

    A gate is the middle of the longest stretch of the shared side that both
    pieces touch.
    """
    whole = _whole(cells, pieces)
    widened: dict[int, BaseGeometry] = {}
    pairs, points = [], []
    for i in np.flatnonzero(searchable):
        for j in sorted(int(j) for j in cells.neighbours[i] if j > i):
            if not searchable[j]:
                continue
            side = _side(cells.ids[i], cells.ids[j], float(cells.centre[i, 0]))
            for k in (int(i), j):
                if not whole[k]:
                    if k not in widened:
                        widened[k] = shapely.buffer(pieces[k], SNAP_DEG, join_style="mitre")
                    side = _longest(shapely.intersection(side, widened[k]))
            if side.is_empty or length_nm(shapely.get_coordinates(side)) < NARROWEST_NM:
                continue
            pairs.append((int(i), j))
            points.append(shapely.get_coordinates(side.interpolate(0.5, normalized=True))[0])
    return np.array(pairs, np.int32).reshape(-1, 2), np.array(points).reshape(-1, 2)


def _whole(cells: Cells, pieces: Geometries) -> NDArray[np.bool_]:
    """Whether each piece is a whole hexagon."""
    full = cells.area_nm2 >= cells.hexagon_nm2 * (1 - 1e-12)
    uncut: NDArray[np.bool_] = np.array(
        [a is b for a, b in zip(pieces, cells.water, strict=True)], dtype=bool
    )
    return full & uncut


def _side(cell: str, other: str, lon: float) -> BaseGeometry:
    edge = h3.cells_to_directed_edge(cell, other)
    line = np.array([(east, north) for north, east in h3.directed_edge_to_boundary(edge)])
    line[:, 0] -= 360.0 * np.round((line[:, 0] - lon) / 360.0)
    return shapely.LineString(line)


def _longest(geometry: BaseGeometry) -> BaseGeometry:
    merged = shapely.line_merge(geometry) if geometry.geom_type == "MultiLineString" else geometry
    lines = [g for g in shapely.get_parts(merged) if g.geom_type == "LineString"]
    return max(lines, key=shapely.length) if lines else shapely.LineString()


class Room:
    """One cell's piece: ways between points in it or on its edge.

    ``scale`` (2,) turns degrees into metres about the middle of the piece, so
    that lines straight in lon/lat stay straight.
    """

    def __init__(self, piece: BaseGeometry) -> None:
        self.piece = piece
        west, south, east, north = piece.bounds
        middle = math.radians((south + north) / 2)
        self.scale = np.array([math.cos(middle), 1.0]) * (60 * NM_M)
        self.origin = np.array([(west + east) / 2, (south + north) / 2])
        hull = shapely.convex_hull(piece)
        self.convex = bool(shapely.area(hull) - shapely.area(piece) <= 1e-9 * shapely.area(hull))

    def to_xy(self, lonlat: FloatArray) -> FloatArray:
        """Metres (k, 2) of points (k, 2) in degrees."""
        found: FloatArray = (np.asarray(lonlat, float).reshape(-1, 2) - self.origin) * self.scale
        return found

    def to_lonlat(self, xy: FloatArray) -> FloatArray:
        """Degrees (k, 2) of points (k, 2) in metres."""
        found: FloatArray = np.asarray(xy, float) / self.scale + self.origin
        return found

    @cached_property
    def plan(self) -> BaseGeometry:
        """The piece in metres."""
        return shapely.transform(self.piece, self.to_xy)

    @cached_property
    def _corners(self) -> tuple[Sight, FloatArray, FloatArray, Graph]:
        sight = Sight.of(self.plan)
        corners = self.to_lonlat(sight.shape[0][sight.corner])
        pairs = see_corners(sight.shape, sight.before, sight.corner)
        metres = edge_lengths(pairs, corners)
        origin, target = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
        order = np.argsort(origin, kind="stable")
        start = np.searchsorted(origin[order], np.arange(sight.corner.size + 1)).astype(np.int64)
        return sight, corners, ecef_m(corners), (start, target[order], np.r_[metres, metres][order])

    def ways(self, start: FloatArray, ends: FloatArray) -> tuple[FloatArray, list[FloatArray]]:
        """Shortest ways inside the piece from ``start`` (2,) to ``ends`` (k, 2).

        Returns lengths (k,) in nm, infinite where there is none, and the
        paths (v, 2), straight lines where there is none.
        """
        if self.convex:
            paths = [np.array([start, end]) for end in ends]
            return np.array([length_nm(path) for path in paths]), paths
        sight, corners, ecef, graph = self._corners
        xy, ends_xy = self.to_xy(start)[0], self.to_xy(ends)
        metres, previous = spread(
            sight.shape, sight.before, sight.corner, corners, graph, xy, start, np.inf
        )
        source = (xy, start, ecef_m(start[None, :]))
        length, last = arrive(
            sight.shape, sight.before, sight.corner, corners, ecef, metres, source,
            ends_xy, ends, ecef_m(ends),
        )  # fmt: skip
        paths = []
        for end, corner in zip(ends, last, strict=True):
            turns = []
            while corner >= 0:
                turns.append(corners[corner])
                corner = previous[corner]  # noqa: PLW2901
            paths.append(np.array([start, *reversed(turns), end]))
        return length / NM_M, paths

    def span_nm(self, points: FloatArray) -> float:
        """Longest of the shortest ways between any two of ``points`` (k, 2)."""
        longest = 0.0
        for k in range(len(points) - 1):
            longest = max(longest, float(self.ways(points[k], points[k + 1 :])[0].max()))
        return longest
