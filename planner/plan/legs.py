"""Legs that make way or wait: ways parted by breaks, waits with their reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Literal

import numpy as np
from pyproj import Geod

from planner.plan.model import Leg
from planner.problem.arrays import FloatArray
from planner.scenario import Unit
from planner.units import NM_M

GEOD = Geod(ellps="WGS84")

VERTICES_NM = 5.0
"""Lines are straight in lon/lat between vertices no farther apart than this."""

LINES_KEPT = 8192
"""Lines of which the positions are kept: some 10 MB."""

Reason = Literal["break", "break at anchor"]
At = Callable[[int], dt.datetime]
"""Time at which a step begins."""


@lru_cache(LINES_KEPT)
def length_nm(path: tuple[tuple[float, float], ...]) -> float:
    """Geodesic length of a lon/lat line."""
    points = np.asarray(path, float)
    return float(GEOD.line_length(points[:, 0], points[:, 1])) / NM_M


def positions(path: FloatArray) -> tuple[tuple[float, float], ...]:
    """Positions at most ``VERTICES_NM`` apart, to 1e-7 degrees, about a centimetre."""
    return _positions(path.astype(np.float64).tobytes())


@lru_cache(LINES_KEPT)
def _positions(line: bytes) -> tuple[tuple[float, float], ...]:
    """The same, of the bytes of a line: plans of one sea have many of them in common."""
    path = np.frombuffer(line).reshape(-1, 2)
    (lon, lat), (east, north) = path[:-1].T, path[1:].T
    metres = np.asarray(GEOD.inv(lon, lat, east, north)[2])
    pieces = np.maximum(1, np.ceil(metres / (VERTICES_NM * NM_M) - 1e-3).astype(np.int64))
    stretch = np.repeat(np.arange(len(pieces)), pieces)
    place = np.arange(1, len(stretch) + 1) - (np.cumsum(pieces) - pieces)[stretch]
    share = (place / pieces[stretch])[:, None]
    dense = path[:-1][stretch] + np.diff(path, axis=0)[stretch] * share
    return tuple(
        (round(lon, 7), round(lat, 7)) for lon, lat in np.concatenate([path[:1], dense]).tolist()
    )


def reason_of(unit: Unit) -> Reason:
    """What a unit's breaks are called in its legs."""
    return "break at anchor" if unit.break_at == "anchor" else "break"


def transit(path: FloatArray, start: dt.datetime, end: dt.datetime) -> Leg:
    """A way (v, 2) in transit, slowed so that it takes its whole time."""
    line = positions(path)
    return Leg(
        mode="transit",
        start=start,
        end=end,
        speed_kn=round(length_nm(line) / ((end - start) / dt.timedelta(hours=1)), 6),
        sweep_width_nm=0.0,
        path=line,
    )


def wait(
    here: FloatArray, start: dt.datetime, end: dt.datetime, reason: Reason | None = None
) -> Leg:
    """A stay at a place (2,)."""
    return Leg(
        mode="loiter",
        start=start,
        end=end,
        speed_kn=0.0,
        sweep_width_nm=0.0,
        path=positions(np.array([here, here])),
        reason=reason,
    )


def waiting(
    here: FloatArray, first: int, last: int, rests: Iterable[int], lasts: int, at: At,
    reason: Reason,
) -> list[Leg]:  # fmt: skip
    """A stay from step to step, with the breaks of ``lasts`` steps that begin at ``rests``."""
    found = []
    for begin in rests:
        if begin > first:
            found.append(wait(here, at(first), at(begin)))
        found.append(wait(here, at(begin), at(begin + lasts), reason))
        first = begin + lasts
    if last > first:
        found.append(wait(here, at(first), at(last)))
    return found


def way(
    path: FloatArray, first: int, last: int, rests: Iterable[int], lasts: int, at: At,
    reason: Reason,
) -> list[Leg]:  # fmt: skip
    """A way (v, 2) from step to step, parted where breaks begin; a break may come before it."""
    begins = tuple(rests)
    if not begins:
        return [transit(path, at(first), at(last))]
    sailing = last - first - lasts * len(begins)
    found, done = [], 0
    parts = Parts(path)
    for begin in (*begins, last):
        under_way = begin - first
        if under_way > 0:
            piece = parts.between(done / sailing, (done + under_way) / sailing)
            found.append(transit(piece, at(first), at(begin)))
            done += under_way
        if begin < last:
            here = parts.at(done / sailing)
            found.append(wait(here, at(begin), at(begin + lasts), reason))
            first = begin + lasts
    return found


class Parts:
    """A line (v, 2) in lon/lat, cut at shares of its length."""

    def __init__(self, path: FloatArray) -> None:
        self._points = np.array(positions(path), np.float64)
        lon, lat = self._points.T
        steps = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
        along = np.concatenate([[0.0], np.cumsum(steps)])
        self._share = along / along[-1] if along[-1] > 0 else np.linspace(0.0, 1.0, along.size)

    def at(self, share: float) -> FloatArray:
        """Place (2,) at a share of the line."""
        return np.array([np.interp(share, self._share, axis) for axis in self._points.T])

    def between(self, begin: float, end: float) -> FloatArray:
        """Part of the line (k, 2) from share to share."""
        return np.array(list(self._between(begin, end)))

    def _between(self, begin: float, end: float) -> Iterator[FloatArray]:
        yield self.at(begin)
        inside = (self._share > begin + 1e-9) & (self._share < end - 1e-9)
        yield from self._points[inside]
        yield self.at(end)
