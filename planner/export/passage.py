"""A sortie as a plotter sees it: waypoints with the times of arrival and departure.

A leg is sailed at an even speed from its start to its end, so a vertex is
passed when that share of the leg's geodesic length is behind the boat. Times
are UTC to the second. A leg that goes nowhere (loiter) is a stay at the
waypoint it begins at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from pyproj import Geod

from planner.plan.model import Leg, Position, Sortie
from planner.units import NM_M

GEOD = Geod(ellps="WGS84")

SAME_DEG = 1e-6
"""Positions closer than this, 11 cm, are one."""

NOWHERE_M = 0.5
"""A leg shorter than this is a stay."""

DIGITS = 7
"""Decimals of positions: about a centimetre."""


@dataclass(frozen=True)
class Waypoint:
    """A position of a sortie, numbered from 1.

    ``speed_kn`` and ``mode`` are of the way that leads here (0 and nothing
    at the first one): the speed that takes the boat from the leg's start to
    its end in time. ``begins`` are the legs that start here.
    """

    number: int
    lon: float
    lat: float
    arrive: datetime
    depart: datetime
    speed_kn: float
    mode: str
    begins: tuple[Leg, ...]

    @property
    def stay(self) -> timedelta:
        """Time spent here."""
        return self.depart - self.arrive


@dataclass
class _Point:
    """A waypoint while it is made."""

    position: Position
    arrive: datetime
    depart: datetime
    speed_kn: float = 0.0
    mode: str = ""
    begins: list[Leg] = field(default_factory=list)


def waypoints(sortie: Sortie) -> tuple[Waypoint, ...]:
    """Waypoints of a sortie: every vertex of its legs.

    Legs meet in one waypoint. A vertex that is passed within the same second
    as its neighbour is left out, so times increase from one to the next.
    """
    points: list[_Point] = []
    for leg in sortie.legs:
        if leg.path:
            _sail(points, leg)
    return tuple(
        Waypoint(
            number=number,
            lon=round(point.position[0], DIGITS),
            lat=round(point.position[1], DIGITS),
            arrive=point.arrive,
            depart=point.depart,
            speed_kn=point.speed_kn,
            mode=point.mode,
            begins=tuple(point.begins),
        )
        for number, point in enumerate(points, start=1)
    )


def utc(time: datetime) -> datetime:
    """A time in UTC, to the nearest second."""
    moved = time.astimezone(UTC) + timedelta(microseconds=500_000)
    return moved.replace(microsecond=0)


def stamp(time: datetime) -> str:
    """A time as ``2006-05-22T01:00:00Z``."""
    return f"{utc(time):%Y-%m-%dT%H:%M:%SZ}"


def _sail(points: list[_Point], leg: Leg) -> None:
    """Add the vertices of a leg after those before it."""
    start, end = utc(leg.start), utc(leg.end)
    if not points or _apart(points[-1].position, leg.path[0]):
        points.append(_Point(leg.path[0], start, start))
    here = points[-1]
    here.depart = max(here.depart, start)
    here.begins.append(leg)
    along_m = _along_m(leg.path)
    if along_m[-1] < NOWHERE_M:
        here.depart = max(here.depart, end)
        return
    hours = (leg.end - leg.start).total_seconds() / 3600
    speed_kn = float(along_m[-1]) / NM_M / hours if hours > 0 else leg.speed_kn
    for position, share in zip(leg.path[1:], along_m[1:] / along_m[-1], strict=True):
        time = end if share >= 1 else utc(leg.start + float(share) * (leg.end - leg.start))
        if share >= 1 or points[-1].depart < time < end:
            points.append(_Point(position, time, time, speed_kn, leg.mode))


def _along_m(path: tuple[Position, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Geodesic metres from the start of a line to each of its vertices."""
    lon, lat = np.asarray(path, float).T
    steps = np.asarray(GEOD.line_lengths(lon, lat), float) if len(path) > 1 else np.zeros(0)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _apart(one: Position, other: Position) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) > SAME_DEG
