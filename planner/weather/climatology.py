"""The months' wind and air over the Caspian, its draws, and the waves that go with it.

::

    mean wind     median of the shipped 2° squares of a latitude, linear between mid-months
                  and between latitudes; north of 43° N scaled down to 0.75 at 45° N
    a draw        Weibull about that mean, one Gaussian AR(1) series a latitude
    waves         by wind, fetch and depth (planner.weather.waves)
"""

from __future__ import annotations

from functools import cache

import numpy as np

from planner import geodata
from planner.errors import Problem, ScenarioError
from planner.units import NM_M
from planner.weather import draw, waves
from planner.weather.model import Ask, BoolArray, FloatArray, Times
from planner.weather.sources import State

KN_PER_M_S = 3600.0 / NM_M
"""Knots in one metre a second."""

TRUSTED_TO_LAT = 43.0
"""North of this the shipped grid is not used: its winter winds (12 m/s) are noise and its air
never freezes, for ships report only from open water."""

MOST_MONTHS_MISSING = 2
"""A latitude with more months without any report is left out."""

NORTH_LAT = 45.0
NORTH_SHARE_OF_MIDDLE = 0.75
"""Wind of the northern Caspian over that of the middle: monthly means of 3–6 m/s against
5–7 m/s (ESIMO, read second-hand), the middles of the ranges 4.5 and 6."""

NORTH_AIR_LAT = 47.1
NORTH_AIR_MEAN_C = 9.65
NORTH_AIR_SWING_C = 16.9
"""Air of the northern shore: Atyrau, January −11.8 to −2.7 °C and July 20.7 to 32.4 °C
(whatstheweather.net), hence means of −7.25 and 26.55 °C, half their sum and half their
difference. Taking the year between them as a cosine is an assumption."""

COLDEST_DAY = 20.0
"""Day of the year on which that cosine is lowest (assumption: a month after the solstice)."""

YEAR_DAYS = 365.25
MID_MONTH_DAYS = (np.arange(12) + 0.5) * YEAR_DAYS / 12


def state(ask: Ask) -> State:
    """Return the climatology's weather: the mean, or one draw where a seed is given.

    Without a seed, wind and waves are the long-term means of what the draws would give:
    the wave height is averaged over the winds' distribution, as it grows faster than the
    wind. Means change from day to day, draws from hour to hour.

    Raises
    ------
    ScenarioError
        When positions lie outside the shipped grids.
    """
    refuse_elsewhere(ask, "environment.source", "name a weather file, or take 'calm'")
    environment = ask.scenario.environment
    lat = ask.positions[:, 1]
    days, which = np.unique(ask.times.astype("datetime64[D]"), return_inverse=True)
    mean_m_s = mean_wind_m_s(lat, noon_of(days))
    basin = waves.basin_of(ask.positions, environment.water_level_anomaly_m)
    if environment.seed is None:
        heights = waves.mean_height_m(mean_m_s, basin)
        wind_m_s, wave_m = mean_m_s[which], heights[which]
    else:
        wind_m_s = mean_m_s[which] * draw.factors(environment.seed, len(ask.times), lat)
        wave_m = waves.height_m(wind_m_s, basin.fetch_m, basin.depth_m)
    visibility = ask.everywhere(environment.visibility_nm)
    return State(wind_m_s * KN_PER_M_S, wave_m, visibility, None)


def refuse_elsewhere(ask: Ask, key: str, remedy: str) -> None:
    """Raise a ScenarioError when positions lie outside the shipped grids."""
    outside = outside_the_grids(ask.positions)
    if outside.any():
        lon, lat = ask.positions[outside][0]
        message = (
            f"the shipped climatology covers the Caspian only: {outside.sum()} of {len(outside)} "
            f"positions lie outside, the first at [{lon:.2f}, {lat:.2f}]"
        )
        raise ScenarioError([Problem(ask.scenario.file_name, key, message, remedy)])


def noon_of(days: Times) -> Times:
    """Return noon UTC of each day."""
    return np.asarray(days.astype("datetime64[h]") + np.timedelta64(12, "h"), "datetime64[h]")


def outside_the_grids(positions: FloatArray) -> BoolArray:
    """Whether each (lon, lat) position lies outside the box of the depth grid, (n,)."""
    grid = geodata.depth()
    lon, lat = positions[:, 0], positions[:, 1]
    inside = (grid.lon[0] <= lon) & (lon <= grid.lon[-1])
    inside &= (grid.lat[0] <= lat) & (lat <= grid.lat[-1])
    return np.asarray(~inside)


def mean_wind_m_s(lat: FloatArray, times: Times) -> FloatArray:
    """Return the mean wind speed.

    Parameters
    ----------
    lat : ndarray
        (n,) degrees north, within the Caspian.
    times : ndarray
        (t,) ``datetime64``, UTC.

    Returns
    -------
    ndarray
        (t, n) metres a second.
    """
    return _between(*_wind_by_latitude(), lat, times)


def mean_air_c(lat: FloatArray, times: Times) -> FloatArray:
    """Return the mean air temperature; shapes as in :func:`mean_wind_m_s`, degrees Celsius."""
    return _between(*_air_by_latitude(), lat, times)


@cache
def _wind_by_latitude() -> tuple[FloatArray, FloatArray]:
    """Latitudes (k,) and the months' winds (12, k)."""
    lat, months = _medians(geodata.climatology().wind_m_s)
    north = NORTH_SHARE_OF_MIDDLE * months[:, -1:]
    return np.append(lat, NORTH_LAT), np.hstack([months, north])


@cache
def _air_by_latitude() -> tuple[FloatArray, FloatArray]:
    """Latitudes (k,) and the months' air temperatures (12, k)."""
    lat, months = _medians(geodata.climatology().air_temperature_c)
    phase = 2.0 * np.pi * (MID_MONTH_DAYS - COLDEST_DAY) / YEAR_DAYS
    north = NORTH_AIR_MEAN_C - NORTH_AIR_SWING_C * np.cos(phase)
    return np.append(lat, NORTH_AIR_LAT), np.hstack([months, north[:, None]])


def _medians(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Median over the squares of each latitude that is trusted and has enough months."""
    rows = []
    for k, lat in enumerate(geodata.climatology().lat):
        known = [month[~np.isnan(month)] for month in values[:, k]]
        there = np.array([month.size > 0 for month in known])
        if lat <= TRUSTED_TO_LAT and (~there).sum() <= MOST_MONTHS_MISSING:
            medians = [float(np.median(month)) for month in known if month.size]
            days = MID_MONTH_DAYS[there]
            rows.append((lat, np.interp(MID_MONTH_DAYS, days, medians, period=YEAR_DAYS)))
    return np.array([lat for lat, _ in rows]), np.column_stack([row for _, row in rows])


def _between(at_lat: FloatArray, months: FloatArray, lat: FloatArray, times: Times) -> FloatArray:
    """Linear between mid-months and latitudes, the last latitude's values beyond."""
    year = times.astype("datetime64[Y]")
    day = (times - year) / np.timedelta64(1, "D")
    by_time = [np.interp(day, MID_MONTH_DAYS, row, period=YEAR_DAYS) for row in months.T]
    weights = np.array([np.interp(lat, at_lat, unit) for unit in np.eye(len(at_lat))])
    return np.asarray(np.column_stack(by_time) @ weights)
