"""Waves of an enclosed sea by its wind, fetch and depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner import geodata
from planner.weather.draw import KM_PER_DEGREE, quantiles
from planner.weather.model import FloatArray

GRAVITY_M_S2 = 9.80665

DIRECTIONS = 16
"""The climatology gives no wind direction: fetch is the mean over as many directions."""

STEP_KM = 5.0
MOST_KM = 300.0
"""Beyond this a longer fetch is not counted: weather systems turn the wind (assumption)."""

LEAST_DEPTH_M = 0.5
"""Depth where the coarse grid has land or less (assumption)."""

PARTS = 16
"""Equally likely winds over which mean waves are averaged."""


@dataclass(frozen=True, eq=False)
class Basin:
    """What bounds the waves at positions: ``fetch_m`` and ``depth_m``, (n,) metres."""

    fetch_m: FloatArray
    depth_m: FloatArray


def height_m(wind_m_s: ArrayLike, fetch_m: ArrayLike, depth_m: ArrayLike) -> FloatArray:
    """Return the significant wave height that a steady wind raises over a fetch.

    ::

        s = tanh[0.530 (g·d/U²)^0.75]
        g·H/U² = 0.283 · s · tanh[0.0125 (g·F/U²)^0.42 / s]

    Bretschneider's formula (1958) for shallow water as in the Shore Protection Manual, U.S. Army
    Coastal Engineering Research Center, 3rd edition 1977, Volume I, chapter 3; the figures
    were compared with OpenEarthTools' ``bretschneider.m``. In deep water it is the SMB one,
    and over a long fetch 0.283 U²/g, a fully grown sea.

    That it holds for the Caspian is an **assumption**. It takes the wave to be grown out
    as far as the fetch allows, whatever the wind's duration, and knows no swell; depth is
    that of the place, not the mean along the fetch. Against published means see
    :func:`mean_height_m`.

    Parameters
    ----------
    wind_m_s : array_like
        Wind speed at 10 m.
    fetch_m, depth_m : array_like
        Above 0. All shapes broadcast.

    Returns
    -------
    ndarray
        Metres, of the broadcast shape.

    Examples
    --------
    >>> float(height_m(10.0, 200e3, 500.0).round(1)), float(height_m(10.0, 100e3, 4.0).round(1))
    (1.9, 0.7)
    """
    squared = np.maximum(np.asarray(wind_m_s, np.float64), 1e-3) ** 2
    shoal = np.tanh(0.530 * (GRAVITY_M_S2 * np.asarray(depth_m) / squared) ** 0.75)
    growth = 0.0125 * (GRAVITY_M_S2 * np.asarray(fetch_m) / squared) ** 0.42
    return np.asarray(0.283 * squared / GRAVITY_M_S2 * shoal * np.tanh(growth / shoal))


def mean_height_m(mean_wind_m_s: FloatArray, basin: Basin) -> FloatArray:
    """Return the wave height averaged over the winds' distribution about their mean.

    Published means are 0.5–0.7 m in the north and about 1.2 m in the middle, about 30% too
    high by their authors (arXiv 1912.00615), hence about 0.4–0.55 m and 0.9 m. Over the year
    this gives 0.40 m at 46° N 50.5° E and 1.16 m at 42.5° N 50.5° E.

    Parameters
    ----------
    mean_wind_m_s : ndarray
        (t, n) mean wind speeds.
    basin : Basin
        Of the n positions.

    Returns
    -------
    ndarray
        (t, n) metres.
    """
    total = np.zeros_like(mean_wind_m_s)
    for factor in quantiles(PARTS):
        total += height_m(factor * mean_wind_m_s, basin.fetch_m, basin.depth_m)
    return total / PARTS


def basin_of(positions: FloatArray, level_m: float) -> Basin:
    """Return fetch and depth at positions of the Caspian, from the shipped depth grid.

    Parameters
    ----------
    positions : ndarray
        (n, 2) longitude and latitude in degrees.
    level_m : float
        Water level above the datum of the depths.
    """
    depth_m = np.maximum(_depth_m(positions) + level_m, LEAST_DEPTH_M)
    return Basin(_fetch_m(positions, level_m), depth_m)


def _fetch_m(positions: FloatArray, level_m: float) -> FloatArray:
    """Mean over the directions of the way to the first land, (n,)."""
    steps_km = np.arange(STEP_KM, MOST_KM + STEP_KM / 2, STEP_KM)
    total_km = np.zeros(len(positions))
    east_km = KM_PER_DEGREE * np.cos(np.radians(positions[:, 1]))
    for bearing in np.arange(DIRECTIONS) * 2.0 * np.pi / DIRECTIONS:
        wet = np.ones(len(positions), np.bool_)
        for km in steps_km:
            lon = positions[:, 0] + km * np.sin(bearing) / east_km
            lat = positions[:, 1] + km * np.cos(bearing) / KM_PER_DEGREE
            wet &= _depth_m(np.column_stack([lon, lat])) + level_m > 0.0
            total_km += wet * STEP_KM
    return np.asarray(np.maximum(total_km / DIRECTIONS, STEP_KM) * 1000.0)


def _depth_m(positions: FloatArray) -> FloatArray:
    """Depth at the nearest point of the grid, (n,); land is negative, so is all beyond."""
    grid = geodata.depth()
    columns = np.rint(np.interp(positions[:, 0], grid.lon, np.arange(len(grid.lon))))
    rows = np.rint(np.interp(positions[:, 1], grid.lat, np.arange(len(grid.lat))))
    return np.asarray(grid.depth_m[rows.astype(np.intp), columns.astype(np.intp)])
