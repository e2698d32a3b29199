"""Navigable water for one depth: gates, ways, hops and lanes."""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import SeaError
from planner.sea.cells import Cells
from planner.sea.geodesy import FloatArray, Geometries, Plane
from planner.sea.hops import Hops, build_hops
from planner.sea.lanes import NOTHING, Lanes, Past
from planner.sea.pieces import Room, find_gates, piece_centres, pieces_of
from planner.sea.routes import Entries, Field, Router

WAYS_KEPT = 1024
"""Ways between bases and access points that are kept: half a megabyte."""


class Waters:
    """Water that boats of one required depth may use; arrays of n cells, m gates.

    Attributes
    ----------
    required_depth_m : float
        Depth at the datum.
    navigable : polygon
        Lon/lat: shoreline water without shoals and closures, with harbour
        approaches.
    approaches : polygon
        Lon/lat: water around bases where only land counts, not depth: all
        within 3 nm, and a channel to deep water where that does not reach it.
    pieces : (n,)
        Largest connected part of each cell's navigable water, a little off
        its edge: lanes and gates lie in it.
    searchable : (n,)
        Whether a cell can be searched: at least half its water is navigable,
        and a piece holds a quarter of it.
    centre : (n, 2)
        Access point inside each searchable cell.
    gate_pair, gate_point : (m, 2), (m, 2)
        Searchable neighbours i < j that share a navigable side, and a point on it.
    points : (m + n, 2)
        All access points: the gates, then the centres.
    router : Router
        Shortest sea paths.
    """

    def __init__(
        self,
        cells: Cells,
        plane: Plane,
        required_depth_m: float,
        navigable: BaseGeometry,
        approaches: BaseGeometry,
        free: BaseGeometry,
        shore_xy: BaseGeometry,
    ) -> None:
        self.cells = cells
        self.required_depth_m = required_depth_m
        self.navigable = navigable
        self.approaches = approaches
        self.router = Router(plane, free, shore_xy)
        pieces, searchable = pieces_of(cells, navigable, plane.unproject(free))
        self.pieces: Geometries = pieces
        self.searchable: NDArray[np.bool_] = searchable
        self.centre: FloatArray = piece_centres(cells, pieces, searchable)
        self.gate_pair, self.gate_point = find_gates(cells, pieces, searchable)
        self.points: FloatArray = np.concatenate([self.gate_point, self.centre])
        self._rooms: dict[int, Room] = {}
        self._lanes: dict[int, Lanes] = {}
        self._fields: dict[tuple[float, float], Field] = {}
        self._ways = lru_cache(WAYS_KEPT)(self._way)
        self._hops: dict[int, Hops] = {}

    @cached_property
    def _access(self) -> list[NDArray[np.int32]]:
        own: list[list[int]] = [[] for _ in range(self.cells.n)]
        for gate, (i, j) in enumerate(self.gate_pair):
            own[i].append(gate)
            own[j].append(gate)
        gates = len(self.gate_pair)
        return [
            np.array([*mine, gates + k] if self.searchable[k] else [], np.int32)
            for k, mine in enumerate(own)
        ]

    def access(self, cell: int) -> NDArray[np.int32]:
        """Which ``points`` are access points of a cell: its gates, then its centre."""
        return self._access[cell]

    @cached_property
    def span_nm(self) -> FloatArray:
        """Longest way (n,) inside each cell between two of its access points.

        Zero for cells that are not searchable.
        """
        span = np.zeros(self.cells.n)
        for k in np.flatnonzero(self.searchable):
            span[k] = self._room(int(k)).span_nm(self.points[self.access(int(k))])
        return span

    def _room(self, cell: int) -> Room:
        if cell not in self._rooms:
            self._rooms[cell] = Room(self.pieces[cell])
        return self._rooms[cell]

    def field(self, source: ArrayLike) -> Field:
        """Shortest sea paths from ``source`` (lon, lat)."""
        point = np.asarray(source, dtype=np.float64)
        key = (float(point[0]), float(point[1]))
        if key not in self._fields:
            self._fields[key] = self.router.field(point)
        return self._fields[key]

    def way(self, source: ArrayLike, point: ArrayLike) -> FloatArray:
        """Shortest sea path (v, 2) from one point to another, kept; it is not to be changed.

        Raises
        ------
        SeaError
            If the point cannot be reached.
        """
        (lon, lat), (to_lon, to_lat) = np.asarray(source, float), np.asarray(point, float)
        return self._ways(float(lon), float(lat), float(to_lon), float(to_lat))

    def _way(self, lon: float, lat: float, to_lon: float, to_lat: float) -> FloatArray:
        found = self.field((lon, lat)).path((to_lon, to_lat))
        found.flags.writeable = False
        return found

    @cached_property
    def _entries(self) -> Entries:
        """Where the access points enter free water, found once for all sources."""
        return self.router.enter(self.points)

    def distances_nm(self, source: ArrayLike) -> FloatArray:
        """Length in nm (m + n,) of the shortest way from ``source`` to all access points.

        Infinite where there is none.
        """
        return self.field(source).lengths_nm(self._entries)

    def hops(self, rings: int) -> Hops:
        """Transit hops between searchable cells 2 to ``rings`` cells apart."""
        if rings not in self._hops:
            self._hops[rings] = build_hops(
                self.cells, self.searchable, rings, self.points, self._access, self.router
            )
        return self._hops[rings]

    def lane(
        self,
        cell: int,
        start: ArrayLike,
        end: ArrayLike,
        length_nm: float,
        index: int = 0,
        past: Past = NOTHING,
        width_nm: float | None = None,
    ) -> FloatArray:
        """Search lane (v, 2) through a cell, of exactly the geodesic length asked.

        Parameters
        ----------
        cell
            A searchable cell.
        start, end
            Two of its access points, lon/lat.
        length_nm
            At least ``span_nm[cell]``, or the way from start to end inside the cell.
        index
            0, 1, 2 … give lanes through different water of the cell.
        past
            Lanes already laid in the cell; water they saw counts little.
        width_nm
            Sweep width: water within half of it is seen.

        Raises
        ------
        SeaError
            If the cell is not searchable or the length too short.
        """
        if not self.searchable[cell]:
            raise SeaError(
                f"cell {self.cells.ids[cell]} is not searchable at a depth of "
                f"{self.required_depth_m:g} m; plan no search there"
            )
        if cell not in self._lanes:
            self._lanes[cell] = Lanes(self._room(cell))
        a, b = np.array(start, dtype=np.float64), np.array(end, dtype=np.float64)
        return self._lanes[cell].lane(a, b, length_nm, index, past, width_nm)

    @cached_property
    def navigable_share(self) -> FloatArray:
        """Share (n,) of each cell's water that is navigable."""
        return self.cells.share_in(self.navigable)

    def covers(self, path: ArrayLike) -> bool:
        """Whether a lon/lat path (v, 2) stays in navigable water."""
        return bool(shapely.covers(self.navigable, shapely.LineString(np.asarray(path))))
