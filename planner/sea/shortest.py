"""Compiled shortest ways over the corners of free water.

Every query keeps exact geodesic lengths and uses the chord through the Earth,
never longer than the way along its surface, to look at few candidates.
"""

from __future__ import annotations

import heapq
import math

import numpy as np
from numba import njit

from planner.sea.geodesy import EQUATOR_M, FLATTENING, FloatArray, inverse_m
from planner.sea.sight import NOBODY, is_clear, is_tangent


def ecef_m(lonlat: FloatArray) -> FloatArray:
    """Earth-centred x, y, z (3 k,) in metres of points (k, 2) on the ellipsoid, row by row."""
    lam, phi = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    e2 = FLATTENING * (2 - FLATTENING)
    normal = EQUATOR_M / np.sqrt(1 - e2 * np.sin(phi) ** 2)
    flat = normal * np.cos(phi)
    return np.column_stack(
        [flat * np.cos(lam), flat * np.sin(lam), normal * (1 - e2) * np.sin(phi)]
    ).ravel()


@njit(cache=True, nogil=True)
def _chord(p, i, q, j):  # type: ignore[no-untyped-def]
    """Straight distance through the Earth between rows of flat (x, y, z) arrays."""
    x, y, z = p[i] - q[j], p[i + 1] - q[j + 1], p[i + 2] - q[j + 2]
    return math.sqrt(x * x + y * y + z * z)


@njit(cache=True, nogil=True)
def edge_lengths(pairs, lonlat):  # type: ignore[no-untyped-def]
    """Geodesic length (k,) in metres of each pair of positions in ``lonlat``."""
    length = np.empty(pairs.shape[0])
    for k in range(pairs.shape[0]):
        i, j = pairs[k, 0], pairs[k, 1]
        length[k] = inverse_m(lonlat[i, 0], lonlat[i, 1], lonlat[j, 0], lonlat[j, 1])
    return length


@njit(cache=True, nogil=True)
def spread(shape, before, corner, lonlat, graph, xy, position, limit_m):  # type: ignore[no-untyped-def]
    """Shortest distances from a point to all corners, and the corner before each.

    ``xy``, ``position`` are the point in the plane and in degrees. Returns
    distances (k,) in metres, infinite beyond ``limit_m``, and predecessors
    (k,) with −1 for the point itself.
    """
    vertex = shape[0]
    start, neighbour, length = graph
    n = corner.size
    distance = np.full(n, np.inf)
    previous = np.full(n, -1, np.int64)
    heap = [(0.0, -1)]
    for i in range(n):
        v = corner[i]
        x, y = vertex[v, 0], vertex[v, 1]
        if not is_tangent(shape, before, v, xy[0], xy[1]):
            continue
        metres = inverse_m(position[0], position[1], lonlat[i, 0], lonlat[i, 1])
        if metres <= limit_m and is_clear(shape, xy[0], xy[1], x, y, NOBODY, v):
            distance[i] = metres
            heapq.heappush(heap, (metres, i))
    while heap:
        reached, i = heapq.heappop(heap)
        if i < 0 or reached > distance[i]:
            continue
        for k in range(start[i], start[i + 1]):
            j = neighbour[k]
            there = reached + length[k]
            if there < distance[j] and there <= limit_m:
                distance[j] = there
                previous[j] = i
                heapq.heappush(heap, (there, j))
    return distance, previous


@njit(cache=True, nogil=True)
def _onward(shape, corners, source, i, xy, position, limit):  # type: ignore[no-untyped-def]
    """Length in metres of the way to a point that turns last at corner ``i``.

    ``corners`` is (corner, lonlat, distance) of all corners; −1 is straight
    from the ``source``. Infinite where that line is not clear, or the way is
    not shorter than ``limit``: that is quicker to tell.
    """
    corner, lonlat, distance = corners
    if i < 0:
        ax, ay = source[0][0], source[0][1]
        lon, lat, so_far, skip = source[1][0], source[1][1], 0.0, NOBODY
    else:
        skip = corner[i]
        ax, ay = shape[0][skip, 0], shape[0][skip, 1]
        lon, lat, so_far = lonlat[i, 0], lonlat[i, 1], distance[i]
    metres = so_far + inverse_m(lon, lat, position[0], position[1])
    if metres < limit and is_clear(shape, xy[0], xy[1], ax, ay, NOBODY, skip):
        return metres
    return np.inf


@njit(cache=True, nogil=True)
def arrive(shape, before, corner, lonlat, ecef, distance, source, xy, position, point_ecef):  # type: ignore[no-untyped-def]
    """Shortest distance from a source to points, given its distances to all corners.

    ``source`` is (xy, position, ecef) of the source; ``xy``, ``position``,
    ``point_ecef`` (q, 2), (q, 2), (3 q,) describe the points. Returns metres
    (q,) and the last corner (q,): −1 straight from the source, −2 unreachable.
    """
    n, queries = corner.size, xy.shape[0]
    corners = (corner, lonlat, distance)
    best = np.full(queries, np.inf)
    last = np.full(queries, -2, np.int64)
    least = np.empty(n + 1)
    candidate = np.empty(n + 1, np.int64)
    nearest_first = np.argsort(distance)
    reached = nearest_first[: np.count_nonzero(distance < np.inf)]
    guess = -1
    for q in range(queries):
        x, y = xy[q, 0], xy[q, 1]
        # the way to the point before often turns last where this one does; if
        # so, few other corners can be nearer and the rest need no closer look
        if guess < 0 or is_tangent(shape, before, corner[guess], x, y):
            best[q] = _onward(shape, corners, source, guess, xy[q], position[q], np.inf)
            if best[q] < np.inf:
                last[q] = guess
        least[0], candidate[0] = _chord(source[2], 0, point_ecef, 3 * q), -1
        count = 0 if last[q] == -1 else 1
        for i in reached:
            if distance[i] >= best[q]:
                break
            if i == last[q]:
                continue
            bound = distance[i] + _chord(ecef, 3 * i, point_ecef, 3 * q)
            if bound < best[q] and is_tangent(shape, before, corner[i], x, y):
                least[count], candidate[count] = bound, i
                count += 1
        while count > 0:
            k = 0
            for other in range(1, count):
                if least[other] < least[k]:
                    k = other
            if least[k] >= best[q]:
                break
            i = candidate[k]
            count -= 1
            least[k], candidate[k] = least[count], candidate[count]
            metres = _onward(shape, corners, source, i, xy[q], position[q], best[q])
            if metres < best[q]:
                best[q] = metres
                last[q] = i
        guess = max(-1, last[q])
    return best, last
