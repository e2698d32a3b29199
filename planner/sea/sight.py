"""Who sees whom in a polygon with holes, and the shortest ways that follow.

The free water is a polygon in a plane. A shortest path in it is a chain of
straight lines that bends only at corners which stick out into the water. The
functions here are compiled; :class:`Sight` holds the arrays they share.

Edge ``e`` runs from vertex ``e`` to vertex ``following[e]``. Every edge is
listed in all squares of a grid that it touches, so that a line of sight
only meets the edges near it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.sea.geodesy import FloatArray

IntArray = NDArray[np.int64]

Graph = tuple[IntArray, IntArray, FloatArray]
"""Neighbours in compressed rows: where each row starts, neighbours, lengths in metres."""

NOBODY = np.int64(-1)
"""No vertex, where one is asked for."""

TOUCH = 1e-9
"""Share of an edge's length by which a line may dip into it and still be clear."""


@njit(cache=True, nogil=True)
def _rows_of(y0, y1, low, size, rows):  # type: ignore[no-untyped-def]
    first = math.floor((min(y0, y1) - low) / size - 1e-9)
    last = math.floor((max(y0, y1) - low) / size + 1e-9)
    return max(first, 0), min(last, rows - 1)


@njit(cache=True, nogil=True)
def _columns_of(ax, ay, bx, by, row, frame, columns):  # type: ignore[no-untyped-def]
    """First and last grid column that the line a-b touches within a row."""
    x0, y0, size = frame[0], frame[1], frame[2]
    x_low, x_high = min(ax, bx), max(ax, bx)
    if ay != by:
        t0 = (y0 + row * size - ay) / (by - ay)
        t1 = (y0 + (row + 1) * size - ay) / (by - ay)
        t_low, t_high = max(0.0, min(t0, t1)), min(1.0, max(t0, t1))
        xa, xb = ax + t_low * (bx - ax), ax + t_high * (bx - ax)
        x_low, x_high = min(xa, xb), max(xa, xb)
    first = math.floor((x_low - x0) / size - 1e-6)
    last = math.floor((x_high - x0) / size + 1e-6)
    return max(first, 0), min(last, columns - 1)


@njit(cache=True, nogil=True)
def _list_edges(vertex, following, frame, columns, rows):  # type: ignore[no-untyped-def]
    """Edges of every grid square, in compressed rows."""
    squares = columns * rows
    start = np.zeros(squares + 1, np.int64)
    fill = np.zeros(squares, np.int64)
    item = np.zeros(0, np.int64)
    for turn in range(2):
        for e in range(vertex.shape[0]):
            ax, ay = vertex[e, 0], vertex[e, 1]
            bx, by = vertex[following[e], 0], vertex[following[e], 1]
            r0, r1 = _rows_of(ay, by, frame[1], frame[2], rows)
            for row in range(r0, r1 + 1):
                c0, c1 = _columns_of(ax, ay, bx, by, row, frame, columns)
                for column in range(c0, c1 + 1):
                    square = row * columns + column
                    if turn == 0:
                        start[square + 1] += 1
                    else:
                        item[fill[square]] = e
                        fill[square] += 1
        if turn == 0:
            for square in range(squares):
                start[square + 1] += start[square]
                fill[square] = start[square]
            item = np.zeros(start[squares], np.int64)
    return start, item


@njit(cache=True, nogil=True)
def is_clear(shape, ax, ay, bx, by, skip_a, skip_b):  # type: ignore[no-untyped-def]
    """Whether the line from a to b crosses no edge and meets no vertex on its way.

    Edges at the vertices ``skip_a`` and ``skip_b`` (``NOBODY``: none) do not count:
    the line starts or ends there, and the caller has looked at its side. A
    line through a vertex is refused because which side it runs on beyond is
    open; the two lines that end at that vertex do instead.
    """
    vertex, following, frame, columns, rows, start, item = shape
    dx, dy = bx - ax, by - ay
    square_ab = dx * dx + dy * dy
    r0, r1 = _rows_of(ay, by, frame[1], frame[2], rows)
    for row in range(r0, r1 + 1):
        c0, c1 = _columns_of(ax, ay, bx, by, row, frame, columns)
        for square in range(row * columns + c0, row * columns + c1 + 1):
            for k in range(start[square], start[square + 1]):
                e = item[k]
                f = following[e]
                if skip_a in (e, f) or skip_b in (e, f):
                    continue
                px, py, qx, qy = vertex[e, 0], vertex[e, 1], vertex[f, 0], vertex[f, 1]
                side_p = dx * (py - ay) - dy * (px - ax)
                side_q = dx * (qy - ay) - dy * (qx - ax)
                if abs(side_p) <= TOUCH * square_ab:
                    along = dx * (px - ax) + dy * (py - ay)
                    if TOUCH * square_ab < along < (1 - TOUCH) * square_ab:
                        return False
                if (side_p >= 0.0) == (side_q >= 0.0):
                    continue
                ex, ey = qx - px, qy - py
                side_a = ex * (ay - py) - ey * (ax - px)
                side_b = ex * (by - py) - ey * (bx - px)
                slack = TOUCH * (ex * ex + ey * ey)
                if (side_a > slack and side_b < -slack) or (side_a < -slack and side_b > slack):
                    return False
    return True


@njit(cache=True, nogil=True)
def is_tangent(shape, before, corner, x, y):  # type: ignore[no-untyped-def]
    """Whether the line through ``corner`` and (x, y) leaves both its edges on one side."""
    vertex, following = shape[0], shape[1]
    cx, cy = vertex[corner, 0], vertex[corner, 1]
    p, q = before[corner], following[corner]
    dx, dy = x - cx, y - cy
    side_p = dx * (vertex[p, 1] - cy) - dy * (vertex[p, 0] - cx)
    side_q = dx * (vertex[q, 1] - cy) - dy * (vertex[q, 0] - cx)
    slack = TOUCH * (dx * dx + dy * dy)
    return (side_p >= -slack and side_q >= -slack) or (side_p <= slack and side_q <= slack)


@njit(cache=True, nogil=True)
def see_corners(shape, before, corner):  # type: ignore[no-untyped-def]
    """Pairs (k, 2) of positions in ``corner`` joined by a clear line tangent at both."""
    vertex = shape[0]
    pairs = np.empty((max(64, 8 * corner.size), 2), np.int64)
    count = 0
    for i in range(corner.size):
        u = corner[i]
        ax, ay = vertex[u, 0], vertex[u, 1]
        for j in range(i + 1, corner.size):
            v = corner[j]
            bx, by = vertex[v, 0], vertex[v, 1]
            if not is_tangent(shape, before, u, bx, by):
                continue
            if not is_tangent(shape, before, v, ax, ay):
                continue
            if not is_clear(shape, ax, ay, bx, by, u, v):
                continue
            if count == pairs.shape[0]:
                wider = np.empty((2 * count, 2), np.int64)
                for k in range(count):
                    wider[k, 0], wider[k, 1] = pairs[k, 0], pairs[k, 1]
                pairs = wider
            pairs[count, 0] = i
            pairs[count, 1] = j
            count += 1
    return pairs[:count]


@dataclass(frozen=True)
class Sight:
    """A polygon prepared for lines of sight.

    ``shape`` is the tuple that the compiled functions take; ``before`` the
    vertex before each vertex; ``corner`` (k,) the vertices that stick out
    into the polygon, where shortest paths bend.
    """

    shape: tuple[FloatArray, IntArray, FloatArray, int, int, IntArray, IntArray]
    before: IntArray
    corner: IntArray

    @classmethod
    def of(cls, polygon: BaseGeometry) -> Sight:
        """Prepare a polygon or multi-polygon in plane coordinates."""
        rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(polygon)))
        vertex, following, before = _chain(rings)
        corner = _corners(vertex, following, before)
        frame, columns, rows = _frame(vertex)
        start, item = _list_edges(vertex, following, frame, columns, rows)
        return cls((vertex, following, frame, columns, rows, start, item), before, corner)

    def clear(self, a: FloatArray, b: FloatArray) -> bool:
        """Whether the line between two points inside the polygon stays inside."""
        return bool(is_clear(self.shape, a[0], a[1], b[0], b[1], NOBODY, NOBODY))


def _chain(rings: NDArray[np.object_]) -> tuple[FloatArray, IntArray, IntArray]:
    """Vertices of closed rings without the repeated last, with successor and predecessor."""
    points, owner = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        empty = np.zeros(0, np.int64)
        return np.zeros((0, 2)), empty, empty
    keep = np.ones(len(points), bool)
    keep[:-1] = owner[1:] == owner[:-1]
    keep[-1] = False
    vertex, owner = np.ascontiguousarray(points[keep]), owner[keep]
    first = np.r_[0, np.flatnonzero(np.diff(owner)) + 1]
    last = np.r_[first[1:] - 1, len(vertex) - 1]
    following = np.arange(1, len(vertex) + 1)
    following[last] = first
    before = np.arange(-1, len(vertex) - 1)
    before[first] = last
    return vertex, following, before


def _corners(vertex: FloatArray, following: IntArray, before: IntArray) -> IntArray:
    """Vertices at which the polygon's inside takes half a turn or more.

    Outer rings run anticlockwise and holes clockwise, so the inside always
    lies to the left and these are the right turns. Vertices on a straight
    edge count, for lines along it end there.
    """
    arrive, leave = vertex - vertex[before], vertex[following] - vertex
    turn = arrive[:, 0] * leave[:, 1] - arrive[:, 1] * leave[:, 0]
    size = np.hypot(arrive[:, 0], arrive[:, 1]) * np.hypot(leave[:, 0], leave[:, 1])
    return np.flatnonzero(turn <= TOUCH * size)


def _frame(vertex: FloatArray) -> tuple[FloatArray, int, int]:
    """Origin and size of the grid's squares; about two squares an edge."""
    if not len(vertex):
        return np.array([0.0, 0.0, 1.0]), 1, 1
    low, high = vertex.min(axis=0), vertex.max(axis=0)
    extent = np.maximum(high - low, 1e-12)
    squares = float(np.clip(4 * len(vertex), 16, 160_000))
    size = float(max(math.sqrt(extent[0] * extent[1] / squares), extent.max() / 800))
    columns, rows = (math.ceil(e / size) + 1 for e in extent)
    return np.array([low[0], low[1], size]), columns, rows
