"""Shortest sea paths: from one place to anywhere in free water.

:class:`Router` prepares a piece of free water once; :class:`Field` holds the
shortest ways from one source. Paths bend only at corners of the water, run
along great circles between them, and are exact for the given water.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import SeaError
from planner.sea.geodesy import FloatArray, Plane, distance_nm
from planner.sea.shortest import arrive, ecef_m, edge_lengths, spread
from planner.sea.sight import Graph, IntArray, Sight, see_corners
from planner.units import NM_M, m_from_nm

STEP_NM = 5.0
"""Longest stretch between two vertices of a path."""

INWARD_M = 1.0
"""How far inside its edge a path enters free water."""

ASHORE_SHARE = 1.5
"""A path from a berth ashore may cross this many times the land to the nearest water ..."""

ASHORE_M = 50.0
"""... and so much more, because free water keeps off the nearest."""


@dataclass(frozen=True)
class Entries:
    """Where points enter free water.

    ``xy`` (k, 2) plane and ``position`` (k, 2) lon/lat of the entries,
    ``extra_nm`` (k,) the straight way from the point to it, infinite where
    there is none.
    """

    xy: FloatArray
    position: FloatArray
    extra_nm: FloatArray


class Router:
    """Free water prepared for shortest paths.

    Parameters
    ----------
    plane
        Plane that the water is given in.
    free
        Free water (multi-)polygon in that plane: paths stay in it.
    water
        Wider water in the plane that the first and last stretch may use, from
        a point outside free water to the nearest free water.
    reach_nm
        Longest such stretch.
    """

    def __init__(
        self, plane: Plane, free: BaseGeometry, water: BaseGeometry, reach_nm: float = 0.5
    ) -> None:
        self.plane = plane
        self.free = free
        self.water = water
        self.reach_nm = reach_nm
        self.sight = Sight.of(free)
        shapely.prepare(self.free)
        shapely.prepare(self.water)

    @cached_property
    def corners(self) -> FloatArray:
        """Lon/lat (k, 2) of the corners that paths bend at."""
        return self.plane.to_lonlat(self.sight.shape[0][self.sight.corner])

    @cached_property
    def ecef(self) -> FloatArray:
        """Earth-centred x, y, z (3 k,) of the corners, row by row."""
        return ecef_m(self.corners)

    @cached_property
    def graph(self) -> Graph:
        """Corners that see each other, in compressed rows: start, neighbour, metres."""
        sight = self.sight
        pairs = see_corners(sight.shape, sight.before, sight.corner)
        metres = edge_lengths(pairs, self.corners)
        origin = np.concatenate([pairs[:, 0], pairs[:, 1]])
        target = np.concatenate([pairs[:, 1], pairs[:, 0]])
        order = np.lexsort((target, origin))
        start = np.searchsorted(origin[order], np.arange(sight.corner.size + 1))
        return start.astype(np.int64), target[order], np.concatenate([metres, metres])[order]

    def enter(self, points: ArrayLike) -> Entries:
        """Where lon/lat ``points`` (k, 2) enter free water.

        A point inside enters where it is. One outside enters at the nearest
        free water within ``reach_nm``, if the straight line there crosses no
        land but that between a berth ashore and the water.
        """
        lonlat = self.plane.near(points)
        extra = np.full(len(lonlat), np.inf)
        usable = np.all(np.isfinite(lonlat), axis=1)
        xy = np.zeros_like(lonlat)
        xy[usable] = self.plane.to_xy(lonlat[usable])
        inside = usable & shapely.contains_xy(self.free, xy)
        extra[inside] = 0.0
        position = lonlat.copy()
        for k in np.flatnonzero(usable & ~inside):
            entry = self._nearest(xy[k])
            if entry is not None:
                xy[k] = entry
                position[k] = self.plane.to_lonlat(entry)[0]
                extra[k] = distance_nm(lonlat[k], position[k])
        return Entries(xy, position, extra)

    def _nearest(self, xy: FloatArray) -> FloatArray | None:
        point = shapely.Point(xy)
        if self.free.is_empty or shapely.distance(point, self.free) > m_from_nm(self.reach_nm):
            return None
        joint = shapely.get_coordinates(shapely.shortest_line(point, self.free))
        gap = joint[1] - joint[0]
        away = float(np.hypot(*gap))
        entry = joint[1] + gap * (INWARD_M / away) if away > 0 else joint[1]
        if not shapely.contains_xy(self.free, entry[0], entry[1]):
            entry = self._inside(joint[1])
        line = shapely.LineString([joint[0], entry])
        ashore = shapely.length(shapely.difference(line, self.water))
        berth = shapely.distance(point, self.water)
        allowed = ASHORE_SHARE * berth + ASHORE_M if berth > 0 else INWARD_M
        return entry if ashore <= allowed else None

    def _inside(self, xy: FloatArray) -> FloatArray:
        """Return a point just inside free water beside ``xy`` on its edge."""
        near = shapely.intersection(self.free, shapely.Point(xy).buffer(10 * INWARD_M))
        inner = shapely.point_on_surface(near)
        return shapely.get_coordinates(inner)[0] if not inner.is_empty else xy

    def field(self, source: ArrayLike, limit_nm: float = np.inf) -> Field:
        """Shortest ways from ``source`` (lon, lat) to everywhere within ``limit_nm``."""
        return Field(self, np.asarray(source, dtype=np.float64), limit_nm)


class Field:
    """Shortest ways from one source through free water.

    ``source`` is its (lon, lat). Everything is unreachable if the source does
    not join the water.
    """

    def __init__(self, router: Router, source: FloatArray, limit_nm: float = np.inf) -> None:
        self.router = router
        self.source: FloatArray = router.plane.near(source)[0]
        self.entry = router.enter(self.source)
        xy, position = self.entry.xy[0], self.entry.position[0]
        self._origin = (xy, position, ecef_m(self.entry.position))
        self.joined = bool(np.isfinite(self.entry.extra_nm[0]))
        sight = router.sight
        self._distance_m, self._previous = spread(
            sight.shape, sight.before, sight.corner, router.corners, router.graph,
            xy, position, limit_nm * NM_M if self.joined else -1.0,
        )  # fmt: skip

    def _arrive(self, ends: Entries) -> tuple[FloatArray, IntArray]:
        router, sight = self.router, self.router.sight
        metres, last = arrive(
            sight.shape, sight.before, sight.corner, router.corners, router.ecef,
            self._distance_m, self._origin, ends.xy, ends.position, ecef_m(ends.position),
        )  # fmt: skip
        if not self.joined:
            metres[:] = np.inf
        extra = ends.extra_nm + self.entry.extra_nm[0]
        return metres / NM_M + extra, last

    def distance_nm(self, points: ArrayLike) -> FloatArray:
        """Length in nm (k,) of the shortest way to lon/lat ``points`` (k, 2).

        Infinite where there is none. Never shorter than the great circle.
        """
        return self.lengths_nm(self.router.enter(points))

    def lengths_nm(self, ends: Entries) -> FloatArray:
        """Length in nm (k,) of the shortest way to points whose entries are known."""
        return self._arrive(ends)[0]

    def path(self, point: ArrayLike) -> FloatArray:
        """Shortest way (v, 2) in lon/lat from the source to ``point``, vertices ≤ 5 nm apart.

        Raises
        ------
        SeaError
            If the point cannot be reached.
        """
        end = self.router.plane.near(point)[0]
        ends = self.router.enter(end)
        length, last = self._arrive(ends)
        if not np.isfinite(length[0]):
            raise SeaError(
                f"no navigable way from {self.source[0]:.4f}, {self.source[1]:.4f} to "
                f"{end[0]:.4f}, {end[1]:.4f}; look at the depth needed and the closures"
            )
        turns = []
        corner = int(last[0])
        while corner >= 0:
            turns.append(self.router.corners[corner])
            corner = int(self._previous[corner])
        chain = [self.source, self.entry.position[0], *reversed(turns), ends.position[0], end]
        return self.router.plane.densify(_distinct(np.array(chain)), STEP_NM)


def _distinct(path: FloatArray) -> FloatArray:
    """Path without repeated vertices; at least two remain."""
    keep: NDArray[np.bool_] = np.r_[True, np.any(np.diff(path, axis=0) != 0, axis=1)]
    return path[keep] if keep.sum() > 1 else path[[0, -1]]
