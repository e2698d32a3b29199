"""Search lanes: ways of a given length through one cell that see different water.

A lane starts as the shortest way between two access points and is pulled
towards turning points inside the cell until it is exactly as long as asked.
Of many such lanes the one that sees most unseen water is taken.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import SeaError
from planner.sea.cells import sample_points
from planner.sea.geodesy import FloatArray, length_m
from planner.sea.pieces import SNAP_DEG, Room
from planner.sea.shapes import RING, detours, ladders, to_and_fro, turnings
from planner.sea.swaths import Again, Sight
from planner.units import NM_M

INSET = 0.10
"""The ring keeps off the edge by this share of the square root of the area.

On a cell of resolution 5 that is 1.3 nm, about half a sweep width.
"""

SAMPLES = 150
"""Points by which seen water is measured."""

SWATHS = 6.0
"""Where no sweep width is given, water is seen within area ÷ (this × length) of a lane."""

FADE = 0.9
"""Share of a point's worth that one lane over it takes away."""

ENOUGH = 12
"""With this many lanes to choose from no other kinds are tried."""

DISTINCT = 0.9
"""Lanes less alike than this count as different."""

KEPT_OFF = 4
"""A lane keeps off the very lines of so many lanes before it."""

WAYS_KEPT = 48
"""Ways through a cell of which the lanes are kept, and what they see: some 40 kB each."""

CHOSEN_KEPT = 2048
"""Lanes of a cell of which it is kept why they were chosen: some 200 kB."""

LAID_KEPT = 256
"""Lanes of a cell of which it is kept what they see: those laid last, some 300 kB."""

CYCLE = 24
"""Lanes repeat after this many."""

SAME_SHARE = 1e-6
"""Relative difference of length that is none."""


@njit(cache=True, nogil=True)
def _mix(short, full, share, lane):  # type: ignore[no-untyped-def]
    """Fill ``lane`` with the mixture of two ways (v, 2); its length in metres."""
    for v in range(lane.shape[0]):
        for k in range(2):
            lane[v, k] = short[v, k] + share * (full[v, k] - short[v, k])
    return length_m(lane)


@njit(cache=True, nogil=True)
def _pull(short, full, target, tolerance):  # type: ignore[no-untyped-def]
    """Lane between ``short`` and ``full`` (v, 2), in degrees, of geodesic length ``target``.

    The length is convex in the share of the way between them and no shorter
    than the target at ``full``, so there is one crossing.
    """
    lane = np.empty_like(full)
    low, high = 0.0, 1.0
    f_low = _mix(short, full, low, lane) - target
    f_high = _mix(short, full, high, lane) - target
    if f_high <= 0.0:
        return lane
    side = 0
    for _ in range(100):
        share = (low * f_high - high * f_low) / (f_high - f_low)
        f = _mix(short, full, share, lane) - target
        if abs(f) <= tolerance * target:
            break
        if f > 0.0:
            high, f_high = share, f
            if side == 1:
                f_low *= 0.5
            side = 1
        else:
            low, f_low = share, f
            if side == -1:
                f_high *= 0.5
            side = -1
    return lane


@njit(cache=True, nogil=True)
def _pull_all(short, full, target, tolerance):  # type: ignore[no-untyped-def]
    """:func:`_pull` of every lane (m, v, 2)."""
    lanes = np.empty_like(full)
    for k in range(full.shape[0]):
        lane = _pull(short[k], full[k], target, tolerance)
        for v in range(lane.shape[0]):
            lanes[k, v, 0], lanes[k, v, 1] = lane[v, 0], lane[v, 1]
    return lanes


@dataclass(frozen=True)
class Past:
    """Lanes already laid in a cell, and for which targets they count.

    Attributes
    ----------
    lanes : sequence of (v, 2)
        Lon/lat, of any ends, in the order of time.
    stake : (g,)
        What is at stake in the cell at the time of the new lane, by kind of target.
    met : (g, m) bool
        Whether lane ``m`` looked at the same targets of a kind as the new one will.
    """

    lanes: Sequence[FloatArray] = ()
    stake: FloatArray = field(default_factory=lambda: np.ones(1))
    met: NDArray[np.bool_] | None = None

    def times(self, seen: FloatArray) -> FloatArray:
        """How often each point was looked at (g, q), from how well each lane sees it (m, q)."""
        if self.met is None:
            return np.repeat(seen.sum(axis=0)[None, :], len(self.stake), axis=0)
        found: FloatArray = self.met.astype(np.float64) @ seen
        return found

    def told(self, start: FloatArray, end: FloatArray, *numbers: float) -> bytes:
        """Hash of lanes laid before, their targets, and what a new lane is asked for."""
        parts = [start, end, np.array(numbers), self.stake, *self.lanes]
        if self.met is not None:
            parts.append(self.met)
        made = hashlib.blake2b(np.array([part.size for part in parts]).tobytes(), digest_size=16)
        for part in parts:
            made.update(part.tobytes())
        return made.digest()


NOTHING = Past()
"""A cell that nobody has searched."""


class Lanes:
    """Lane maker of one cell's navigable piece."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._drawn = lru_cache(WAYS_KEPT)(self._candidates)
        self._laid = lru_cache(LAID_KEPT)(self._sight_of)
        self._chosen: OrderedDict[bytes, int] = OrderedDict()
        """Which lane was chosen for what was asked: plans that differ little ask for the same."""

    @cached_property
    def _bounds(self) -> BaseGeometry:
        wide = shapely.buffer(self.room.piece, SNAP_DEG, join_style="mitre")
        shapely.prepare(wide)
        return wide

    @cached_property
    def _samples(self) -> FloatArray:
        return self.room.to_xy(sample_points(self.room.piece, SAMPLES))

    @cached_property
    def _turns(self) -> FloatArray:
        """Turning points (k, 2) in metres: a ring inside the edge, one half as wide, the middle."""
        plan = self.room.plan
        inset = INSET * float(np.sqrt(plan.area))
        inner: BaseGeometry = shapely.Polygon()
        while inner.is_empty:
            inner = shapely.buffer(plan, -inset, join_style="mitre")
            inset /= 2
        if inner.geom_type == "MultiPolygon":
            inner = max(shapely.get_parts(inner), key=shapely.area)
        edge = shapely.get_exterior_ring(inner)
        shares = (np.arange(RING) + 0.5) / RING
        ring = shapely.get_coordinates(
            shapely.line_interpolate_point(edge, shares, normalized=True)
        )
        middle = shapely.get_coordinates(inner.centroid)
        turns = np.concatenate([ring, middle + 0.5 * (ring[::2] - middle), middle])
        inside = shapely.contains_xy(plan, turns)
        return turns[inside] if inside.any() else shapely.get_coordinates(plan.point_on_surface())

    def lane(
        self,
        start: FloatArray,
        end: FloatArray,
        length_nm: float,
        index: int = 0,
        past: Past = NOTHING,
        width_nm: float | None = None,
    ) -> FloatArray:
        """Lane (v, 2) of geodesic length ``length_nm`` from ``start`` to ``end``.

        Parameters
        ----------
        start, end
            Lon/lat points (2,) in the piece or on its edge.
        index
            0, 1, 2 … give lanes through different water.
        past
            Lanes already laid in this cell: water they saw counts little.
            With them ``index`` may stay 0.
        width_nm
            Sweep width: water within half of it is seen.

        Raises
        ------
        SeaError
            If no way from start to end is that short.
        """
        drawn = self._drawn(start.tobytes(), end.tobytes(), length_nm)
        if len(drawn.lanes) == 1:
            return drawn.lanes[0]
        half_nm = width_nm / 2 if width_nm else self._swath_nm(length_nm)
        asked = past.told(start, end, length_nm, half_nm, index)
        if asked not in self._chosen:
            self._chosen[asked] = self._choose(drawn, half_nm * NM_M, index, past)
            if len(self._chosen) > CHOSEN_KEPT:
                self._chosen.popitem(last=False)
        return drawn.lanes[self._chosen[asked]]

    def _candidates(self, start: bytes, end: bytes, length_nm: float) -> _Drawn:
        """Lanes inside the piece, each of the same length, between points given as bytes.

        They are drawn once for each way and length: plans, and what is planned after them on
        the same sea, ask for the same ones over and over.
        """
        target = length_nm * NM_M
        shortest, paths = self.room.ways(_point(start), _point(end)[None])
        way = paths[0]
        if not shortest[0] * NM_M <= target * (1 + SAME_SHARE):
            raise SeaError(
                f"no lane of {length_nm:.3f} nm: the way inside the cell is "
                f"{shortest[0]:.3f} nm long; ask for at least the cell's span"
            )
        if target <= shortest[0] * NM_M * (1 + SAME_SHARE):
            lanes = [way]
        else:
            lanes = self._draw(way, target) or [to_and_fro(way, target, self._excursion(way))]
        plans = self._padded(lanes)
        return _Drawn(lanes, plans, lru_cache(1)(partial(self._sight, plans)))

    def _draw(self, way: FloatArray, target: float) -> list[FloatArray]:
        """Draw what :meth:`_candidates` chooses from."""
        way_xy = self.room.to_xy(way)
        lanes: list[FloatArray] = []
        for make in (turnings, ladders, detours):
            for short, full in make(way_xy, self._turns, target):
                lanes += self._pulled(way, short, full, target)
            if len(lanes) >= ENOUGH:
                break
        return lanes

    def _pulled(
        self, way: FloatArray, short: FloatArray, full: FloatArray, target: float
    ) -> list[FloatArray]:
        """Lanes between ``short`` and ``full`` (m, v, 2) in metres that fit the piece."""
        ends = [self.room.to_lonlat(plans) for plans in (short, full)]
        for plans in ends:
            plans[:, 0], plans[:, -1] = way[0], way[-1]
        pulled: FloatArray = _pull_all(ends[0], ends[1], target, SAME_SHARE)
        metres = np.array([length_m(lane) for lane in pulled])
        return list(self._inside(pulled[np.abs(metres - target) <= 10 * SAME_SHARE * target]))

    def _inside(self, lanes: FloatArray) -> FloatArray:
        if self.room.convex:
            return lanes
        kept: FloatArray = lanes[shapely.covers(self._bounds, shapely.linestrings(lanes))]
        return kept

    def _swath_nm(self, length_nm: float) -> float:
        return float(self.room.plan.area) / NM_M**2 / (SWATHS * length_nm)

    def _choose(self, drawn: _Drawn, radius: float, index: int, past: Past) -> int:
        """Number of the lane that sees most of what better lanes leave unseen."""
        laid = Sight(np.zeros((0, len(self._samples))), np.zeros(0))
        if len(past.lanes):
            laid = Sight.joined([self._laid(lane.tobytes(), radius) for lane in past.lanes])
        times = past.times(laid.seen)
        sight = drawn.sight(radius)
        alike = sight.likeness(laid).max(axis=1, initial=0.0)
        again = Again(drawn.plans, self._padded(past.lanes[-KEPT_OFF:]))
        stake = past.stake / past.stake.sum()
        for left in range(index % CYCLE, -1, -1):
            # Worth falls with the times seen, measured from the water least seen.
            worth = stake @ (1 - FADE) ** (times - times.min(axis=1, keepdims=True))
            gain = sight.seen @ worth / len(worth)
            gain -= np.maximum(0.0, alike - DISTINCT) / (1 - DISTINCT)
            best = again.best(gain)
            if left:
                times = times + sight.seen[best]
                alike = np.maximum(alike, sight.likeness(sight.of(best))[:, 0])
        return best

    def _sight(self, plans: FloatArray, radius: float) -> Sight:
        return Sight.of_lanes(plans, self._samples, radius)

    def _sight_of(self, lane: bytes, radius: float) -> Sight:
        """What a lane that was laid sees, by the bytes of its vertices."""
        line = np.frombuffer(lane).reshape(-1, 2).copy()
        return self._sight(self._padded([line]), radius)

    def _padded(self, lanes: Sequence[FloatArray]) -> FloatArray:
        """Lanes (m, v, 2) in the plane, their last vertices repeated to one number."""
        if not len(lanes):
            return np.zeros((0, 0, 2))
        count = np.array([len(lane) for lane in lanes])
        vertex = np.minimum(np.arange(count.max())[None, :], count[:, None] - 1)
        xy: FloatArray = self.room.to_xy(np.concatenate(lanes))
        padded: FloatArray = xy[(np.cumsum(count) - count)[:, None] + vertex]
        return padded

    def _excursion(self, way: FloatArray) -> FloatArray:
        """A way inside the piece to go to and fro on when start and end are one point."""
        for turn in self.room.to_lonlat(self._turns):
            length, paths = self.room.ways(way[0], turn[None, :])
            if 0 < length[0] < np.inf:
                return paths[0]
        raise SeaError("a cell has no room for a lane; take a lower area.cell_resolution")


@dataclass(frozen=True)
class _Drawn:
    """Lanes of one way and length: in lon/lat, in the plane (m, v, 2), and what they see."""

    lanes: list[FloatArray]
    plans: FloatArray
    sight: Callable[[float], Sight]


def _point(told: bytes) -> FloatArray:
    return np.frombuffer(told).copy()
