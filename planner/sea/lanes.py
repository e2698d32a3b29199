"""Search lanes: ways of a given length through one cell that see different water.

A lane starts as the shortest way between two access points and is pulled
towards turning points inside the cell until it is exactly as long as asked.
Of many such lanes the one that sees most unseen water is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

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
from planner.units import NM_M

INSET = 0.10
"""The ring keeps off the edge by this share of the square root of the area.

On a cell of resolution 5 that is 1.3 nm, about half a sweep width.
"""

SAMPLES = 150
"""Points by which seen water is measured."""

SWATHS = 6.0
"""Where no sweep width is given, water is seen within area ÷ (this × length) of a lane."""

SOFT = 0.2
"""Sight fades out over this share of its range, on both sides of it."""

FADE = 0.9
"""Share of a point's worth that one lane over it takes away."""

ENOUGH = 12
"""With this many lanes to choose from no other kinds are tried."""

DISTINCT = 0.9
"""Lanes less alike than this count as different."""

KEPT_OFF = 4
"""A lane keeps off the very lines of so many lanes before it."""

SAME_LINE_M = 120.0
"""Lines closer than this see the same water."""

ALONG = 12
"""Points of each stretch at which its distance from other lines is measured."""

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


@njit(cache=True, nogil=True)
def _away(lane, x, y):  # type: ignore[no-untyped-def]
    """Distance of a point of the plane from the line through the vertices (v, 2)."""
    least = np.inf
    for v in range(lane.shape[0] - 1):
        ax, ay = lane[v, 0], lane[v, 1]
        dx, dy = lane[v + 1, 0] - ax, lane[v + 1, 1] - ay
        square = dx * dx + dy * dy
        t = 0.0
        if square > 0.0:
            t = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / square))
        ex, ey = x - ax - t * dx, y - ay - t * dy
        least = min(least, ex * ex + ey * ey)
    return np.sqrt(least)


@njit(cache=True, nogil=True)
def _seen(lanes, points, radius):  # type: ignore[no-untyped-def]
    """How well (m, q) each of the plane ``lanes`` (m, v, 2) sees each point: 1 near, 0 far."""
    found = np.zeros((lanes.shape[0], points.shape[0]))
    for k in range(lanes.shape[0]):
        for q in range(points.shape[0]):
            away = _away(lanes[k], points[q, 0], points[q, 1])
            found[k, q] = min(1.0, max(0.0, 0.5 + (1.0 - away / radius) / (2.0 * SOFT)))
    return found


@njit(cache=True, nogil=True)
def _along(lanes, past, reach):  # type: ignore[no-untyped-def]
    """Share (m, p) of each of ``lanes`` (m, v, 2) within ``reach`` of each of ``past``."""
    found = np.zeros((lanes.shape[0], past.shape[0]))
    for k in range(lanes.shape[0]):
        for p in range(past.shape[0]):
            near, length = 0.0, 0.0
            for v in range(lanes.shape[1] - 1):
                ax, ay = lanes[k, v, 0], lanes[k, v, 1]
                dx, dy = lanes[k, v + 1, 0] - ax, lanes[k, v + 1, 1] - ay
                stretch = np.hypot(dx, dy)
                length += stretch
                for part in range(ALONG):
                    t = (part + 0.5) / ALONG
                    if _away(past[p], ax + t * dx, ay + t * dy) <= reach:
                        near += stretch / ALONG
            found[k, p] = near / length if length > 0.0 else 0.0
    return found


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


NOTHING = Past()
"""A cell that nobody has searched."""


class Lanes:
    """Lane maker of one cell's navigable piece."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._drawn: dict[tuple[bytes, float], tuple[list[FloatArray], FloatArray]] = {}

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
        target = length_nm * NM_M
        shortest, paths = self.room.ways(start, np.array([end]))
        way = paths[0]
        if not shortest[0] * NM_M <= target * (1 + SAME_SHARE):
            raise SeaError(
                f"no lane of {length_nm:.3f} nm: the way inside the cell is "
                f"{shortest[0]:.3f} nm long; ask for at least the cell's span"
            )
        if target <= shortest[0] * NM_M * (1 + SAME_SHARE):
            return way
        lanes, plans = self._candidates(way, target)
        if not lanes:
            return to_and_fro(way, target, self._excursion(way))
        half_nm = width_nm / 2 if width_nm else self._swath_nm(length_nm)
        return lanes[self._choose(plans, half_nm * NM_M, index, past)]

    def _candidates(self, way: FloatArray, target: float) -> tuple[list[FloatArray], FloatArray]:
        """Lanes inside the piece, each of the target length (metres), also in the plane.

        They are drawn once for each way and length: plans, and what is planned after them on
        the same sea, ask for the same ones over and over.
        """
        key = (way.tobytes(), target)
        if key not in self._drawn:
            lanes = self._draw(way, target)
            self._drawn[key] = (lanes, self._padded(lanes) if lanes else np.zeros((0, 0, 2)))
        return self._drawn[key]

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

    def _choose(self, plans: FloatArray, radius: float, index: int, past: Past) -> int:
        """Number of the lane that sees most of what better lanes leave unseen, of (m, v, 2)."""
        none = np.zeros((0, len(self._samples)))
        before = self._sight(self._padded(past.lanes), radius) if len(past.lanes) else none
        times = past.times(before)
        seen = self._sight(plans, radius)
        alike = _likeness(seen, before).max(axis=1, initial=0.0)
        again = self._along(plans, past.lanes[-KEPT_OFF:])
        stake = past.stake / past.stake.sum()
        best = 0
        for _ in range(index % CYCLE + 1):
            # Worth falls with the times seen, measured from the water least seen.
            worth = stake @ (1 - FADE) ** (times - times.min(axis=1, keepdims=True))
            gain = seen @ worth / len(worth) - np.maximum(0.0, alike - DISTINCT) / (1 - DISTINCT)
            gain -= 4.0 * np.maximum(0.0, again - 0.5)
            best = int(np.argmax(np.round(gain, 9)))
            times = times + seen[best]
            alike = np.maximum(alike, _likeness(seen, seen[best : best + 1])[:, 0])
        return best

    def _sight(self, plans: FloatArray, radius: float) -> FloatArray:
        found: FloatArray = _seen(plans, self._samples, radius)
        return found

    def _along(self, plans: FloatArray, earlier: Sequence[FloatArray]) -> FloatArray:
        """Largest share (m,) of each lane that follows one of the ``earlier`` lines."""
        if not len(earlier):
            return np.zeros(len(plans))
        found: FloatArray = _along(plans, self._padded(earlier), SAME_LINE_M)
        largest: FloatArray = found.max(axis=1)
        return largest

    def _padded(self, lanes: Sequence[FloatArray]) -> FloatArray:
        """Lanes (m, v, 2) in the plane, their last vertices repeated to one number."""
        padded = np.empty((len(lanes), max(len(lane) for lane in lanes), 2))
        for k, lane in enumerate(lanes):
            xy = self.room.to_xy(lane)
            padded[k, : len(xy)], padded[k, len(xy) :] = xy, xy[-1]
        return padded

    def _excursion(self, way: FloatArray) -> FloatArray:
        """A way inside the piece to go to and fro on when start and end are one point."""
        for turn in self.room.to_lonlat(self._turns):
            length, paths = self.room.ways(way[0], turn[None, :])
            if 0 < length[0] < np.inf:
                return paths[0]
        raise SeaError("a cell has no room for a lane; take a lower area.cell_resolution")


def _likeness(seen: FloatArray, past: FloatArray) -> FloatArray:
    """How alike (m, p) lanes are in what they see: 1 for the same, 0 for nothing in common."""
    sizes = np.linalg.norm(seen, axis=1)[:, None] * np.linalg.norm(past, axis=1)[None, :]
    found: FloatArray = (seen @ past.T) / np.maximum(sizes, 1e-12)
    return found
