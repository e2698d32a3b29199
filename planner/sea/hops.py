"""Transit hops between cells that are a few rings apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import h3
import numpy as np
from numba import njit
from numpy.typing import NDArray

from planner.sea.cells import Cells
from planner.sea.geodesy import FloatArray, inverse_m
from planner.sea.routes import Router
from planner.sea.sight import NOBODY, IntArray, is_clear
from planner.units import NM_M

TRIES = 6
"""This many of the nearest pairs of access points are tried for a straight hop."""

LONGEST_DETOUR = 4.0
"""A hop around land may be this many times as long as the straight line (assumption)."""


@dataclass(frozen=True, eq=False)
class Hops:
    """Transit between cells at ring distance 2 or more; arrays of h, both directions.

    Attributes
    ----------
    origin, target : (h,)
        Cells.
    distance_nm : (h,)
        Length of the way.
    start, end : (h, 2)
        Access points of origin and target that it joins, lon/lat.
    """

    origin: NDArray[np.int32]
    target: NDArray[np.int32]
    distance_nm: FloatArray
    start: FloatArray
    end: FloatArray
    router: Router = field(repr=False)

    def path(self, k: int) -> FloatArray:
        """Way (v, 2) of hop ``k``, no longer than ``distance_nm[k]``, vertices ≤ 5 nm apart."""
        return self.router.field(self.start[k]).path(self.end[k])

    def paths(self) -> list[FloatArray]:
        """Ways of all hops, as :meth:`path` gives them, those from one point together."""
        starts, which = np.unique(self.start, axis=0, return_inverse=True)
        order = np.argsort(which, kind="stable")
        found: dict[int, FloatArray] = {}
        for start, own in zip(
            starts, np.split(order, np.cumsum(np.bincount(which))[:-1]), strict=True
        ):
            field = self.router.field(start)
            found.update({int(k): field.path(self.end[k]) for k in own})
        return [found[k] for k in range(len(self.start))]


@njit(cache=True, nogil=True)
def _straight_hops(shape, pairs, first, listed, xy, lonlat, tries):  # type: ignore[no-untyped-def]
    """Shortest clear straight line between access points of each pair of cells.

    Returns the two access points (k, 2) and metres (k,), infinite where the
    nearest ``tries`` lines are all blocked; then the points are the nearest.
    """
    chosen = np.full((pairs.shape[0], 2), -1, np.int64)
    metres = np.full(pairs.shape[0], np.inf)
    for k in range(pairs.shape[0]):
        i, j = pairs[k, 0], pairs[k, 1]
        a, b = listed[first[i] : first[i + 1]], listed[first[j] : first[j + 1]]
        planar = np.empty(a.size * b.size)
        for p in range(a.size):
            for q in range(b.size):
                dx, dy = xy[a[p], 0] - xy[b[q], 0], xy[a[p], 1] - xy[b[q], 1]
                planar[p * b.size + q] = dx * dx + dy * dy
        for attempt in range(min(tries, planar.size)):
            best = np.argmin(planar)
            planar[best] = np.inf
            s, e = a[best // b.size], b[best % b.size]
            if attempt == 0:
                chosen[k, 0], chosen[k, 1] = s, e
            if is_clear(shape, xy[s, 0], xy[s, 1], xy[e, 0], xy[e, 1], NOBODY, NOBODY):
                chosen[k, 0], chosen[k, 1] = s, e
                metres[k] = inverse_m(lonlat[s, 0], lonlat[s, 1], lonlat[e, 0], lonlat[e, 1])
                break
    return chosen, metres


def ring_pairs(cells: Cells, searchable: NDArray[np.bool_], rings: int) -> IntArray:
    """Pairs (k, 2), i < j, of searchable cells at H3 distance 2 to ``rings``."""
    index = {cells.ids[k]: int(k) for k in np.flatnonzero(searchable)}
    pairs = []
    for cell, i in index.items():
        near = set(h3.grid_disk(cell, rings)) - set(h3.grid_disk(cell, 1))
        pairs += [(i, index[other]) for other in near if index.get(other, -1) > i]
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def build_hops(
    cells: Cells,
    searchable: NDArray[np.bool_],
    rings: int,
    points: FloatArray,
    access: list[NDArray[np.int32]],
    router: Router,
) -> Hops:
    """Hops between all searchable cells 2 to ``rings`` apart.

    Parameters
    ----------
    points
        All access points (k, 2) in lon/lat.
    access
        For every cell, which of them are its own.
    """
    pairs = ring_pairs(cells, searchable, rings)
    first = np.cumsum([0] + [len(a) for a in access]).astype(np.int64)
    listed = np.concatenate([*access, np.zeros(0, np.int32)]).astype(np.int64)
    xy = router.plane.to_xy(points)
    chosen, metres = _straight_hops(router.sight.shape, pairs, first, listed, xy, points, TRIES)
    distance = metres / NM_M
    blocked = np.flatnonzero(~np.isfinite(distance))
    distance[blocked] = _around(chosen[blocked], points, router)
    kept = np.isfinite(distance)
    pairs, chosen, distance = pairs[kept], chosen[kept], distance[kept]
    start, end = points[chosen[:, 0]], points[chosen[:, 1]]
    return Hops(
        np.concatenate([pairs[:, 0], pairs[:, 1]]).astype(np.int32),
        np.concatenate([pairs[:, 1], pairs[:, 0]]).astype(np.int32),
        np.concatenate([distance, distance]),
        np.concatenate([start, end]),
        np.concatenate([end, start]),
        router,
    )


def _around(chosen: IntArray, points: FloatArray, router: Router) -> FloatArray:
    """Lengths (k,) of the ways between pairs of points (k, 2) that land divides."""
    lengths = np.full(len(chosen), np.inf)
    for a in np.unique(chosen[:, 0]):
        mine = np.flatnonzero(chosen[:, 0] == a)
        ends = points[chosen[mine, 1]]
        gap = np.hypot(*(router.plane.to_xy(ends) - router.plane.to_xy(points[a])).T) / NM_M
        limit = LONGEST_DETOUR * float(gap.max()) + 1.0
        way = router.field(points[a], limit).distance_nm(ends)
        lengths[mine] = np.where(way <= limit, way, np.inf)
    return lengths
