"""Darkness: the sun's altitude, and the share of an interval that is dark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from astral.julian import julianday, julianday_to_juliancentury
from astral.sun import eq_of_time, sun_declination
from numpy.typing import ArrayLike

from planner.errors import GeodataError
from planner.sensing.inputs import FloatArray

DARK_BELOW_DEG = -6.0
"""Civil twilight: the middle of the sun 6° below the horizon, geometric, no refraction."""

STEP = timedelta(minutes=10)
"""Between samples the altitude is taken as straight. It bends by less than 4°/h² (15°/h
squared), so that a line over 10 minutes errs by less than 0.014°: a few seconds of twilight."""


def sun_altitude_deg(positions: ArrayLike, times: Sequence[datetime]) -> FloatArray:
    """Return the altitude of the sun's middle above the horizon, without refraction.

    Declination and equation of time are those of the package ``astral`` (NOAA's solar
    calculator, about 0.01°), one pair a time; the rest is
    ``sin h = sin φ sin δ + cos φ cos δ cos H`` on arrays.

    Parameters
    ----------
    positions : array_like
        (..., 2) longitude and latitude in degrees.
    times : sequence of datetime
        (n,), each with its time zone.

    Returns
    -------
    ndarray
        (..., n) degrees.

    Raises
    ------
    GeodataError
        When a time has no zone or a position is none.
    """
    lon, lat = _lon_lat(positions)
    declination, greenwich = _sun(times)
    phi, delta = np.radians(lat)[..., None], np.radians(declination)
    hour_angle = np.radians(greenwich + lon[..., None])
    sine = np.sin(phi) * np.sin(delta) + np.cos(phi) * np.cos(delta) * np.cos(hour_angle)
    return np.asarray(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))


def is_dark(position: tuple[float, float], when: datetime) -> bool:
    """Whether the sun stands below civil twilight (−6°).

    Parameters
    ----------
    position : tuple of float
        (lon, lat) in degrees.
    when : datetime
        With its time zone.

    Raises
    ------
    GeodataError
        When the time has no zone or the position is none.

    Examples
    --------
    >>> is_dark((51.2, 43.6), datetime(2006, 5, 18, 20, 0, tzinfo=UTC))
    True
    """
    return bool(sun_altitude_deg(position, [when])[0] < DARK_BELOW_DEG)


def dark_share(positions: ArrayLike, edges: Sequence[datetime]) -> FloatArray:
    """Return the share of each interval between consecutive times that is dark.

    Parameters
    ----------
    positions : array_like
        (..., 2) longitude and latitude in degrees.
    edges : sequence of datetime
        (n + 1,), rising, each with its time zone: interval k runs from edge k to k + 1.

    Returns
    -------
    ndarray
        (..., n) from 0 to 1.

    Raises
    ------
    GeodataError
        When there are fewer than two edges, they do not rise, a time has no zone, or a
        position is none.

    Examples
    --------
    >>> day = [datetime(2006, 3, 20, tzinfo=UTC), datetime(2006, 3, 21, tzinfo=UTC)]
    >>> dark_share((51.2, 43.6), day).round(2)
    array([0.45])
    """
    altitude = sun_altitude_deg(positions, _samples(edges))
    pieces = altitude.reshape(*altitude.shape[:-1], len(edges) - 1, -1)
    depth = DARK_BELOW_DEG - pieces
    first, last = depth[..., :-1], depth[..., 1:]
    dark = np.maximum(first, 0.0) + np.maximum(last, 0.0)
    either = np.abs(first) + np.abs(last)
    return np.asarray(np.divide(dark, either, out=np.zeros_like(dark), where=either > 0).mean(-1))


def _samples(edges: Sequence[datetime]) -> list[datetime]:
    """As many times for each interval, both its ends among them, at most a step apart."""
    moments = [_utc(edge) for edge in edges]
    spans = [end - start for start, end in pairwise(moments)]
    if not spans or min(spans) <= timedelta(0):
        raise GeodataError("dark share: give two times or more, each later than the one before")
    steps = -(max(spans) // -STEP)
    return [
        start + span * (k / steps)
        for start, span in zip(moments[:-1], spans, strict=True)
        for k in range(steps + 1)
    ]


def _sun(times: Sequence[datetime]) -> tuple[FloatArray, FloatArray]:
    """Declination and Greenwich hour angle of the sun in degrees, both (n,)."""
    found = np.empty((2, len(times)))
    for k, when in enumerate(times):
        utc = _utc(when)
        century = julianday_to_juliancentury(julianday(utc))
        since_midnight = utc - utc.replace(hour=0, minute=0, second=0, microsecond=0)
        minutes = since_midnight / timedelta(minutes=1) + eq_of_time(century)
        found[:, k] = sun_declination(century), minutes / 4.0 - 180.0
    return found[0], found[1]


def _utc(when: datetime) -> datetime:
    if when.utcoffset() is None:
        raise GeodataError(f"{when.isoformat()}: no time zone; give the time with its offset")
    return when.astimezone(UTC)


def _lon_lat(positions: ArrayLike) -> tuple[FloatArray, FloatArray]:
    array = np.asarray(positions, np.float64)
    if array.ndim == 0 or array.shape[-1] != 2:
        raise GeodataError(f"positions of shape {array.shape}: give longitude and latitude")
    lon, lat = array[..., 0], array[..., 1]
    if not (np.all(np.abs(lon) <= 180.0) and np.all(np.abs(lat) <= 90.0)):
        raise GeodataError("a position is off the globe: give longitude, then latitude, in degrees")
    return lon, lat
