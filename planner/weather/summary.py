"""The climatology in words and figures, for those who want to judge it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.weather.climatology import KN_PER_M_S, mean_air_c, mean_wind_m_s
from planner.weather.frost import frost_of, thickness_cm
from planner.weather.waves import basin_of, mean_height_m


@dataclass(frozen=True)
class Place:
    """A place at sea."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Month:
    """Means of a place in the middle of a month."""

    month: str
    wind_kn: float
    wave_m: float
    air_c: float
    ice_cm: float


PLACES = (
    Place("Northern Caspian", 50.5, 46.0),
    Place("Middle Caspian", 50.5, 42.5),
    Place("Southern Caspian", 51.0, 39.0),
)

WORDS = """\
wind: median of the shipped squares of a latitude, linear between mid-months; north of 43° N
  scaled down to 0.75 at 45° N (ESIMO: monthly means 3–6 m/s north, 5–7 m/s middle)
draws (environment.seed): Rayleigh winds about the mean, correlated over 36 h and 500 km, all
  assumptions
waves: Bretschneider's formula by wind, fetch and depth, Shore Protection Manual 1977, chapter 3,
  averaged over the winds; that it holds here is an assumption.
  Published means: 0.5–0.7 m north, about 1.2 m middle, some 30% too high (arXiv 1912.00615)
air: as the wind; north of 43° N towards Atyrau's year (January −7.25 °C, July 26.55 °C)
ice: Lebedev 1938, 1.33 · S^0.58 cm after S freezing-degree days; 5 cm counts as ice (assumption)"""

YEAR = 2001
"""Any year that is no leap year."""


def months_of(place: Place) -> tuple[Month, ...]:
    """Return a place's means in the middle of each month, January first.

    The ice is that of a mean winter, the waves of open water.
    """
    names = [f"{YEAR}-{month:02d}" for month in range(1, 13)]
    days = np.array([f"{name}-15" for name in names], "datetime64[D]")
    noon = days.astype("datetime64[h]") + np.timedelta64(12, "h")
    position = np.array([[place.lon, place.lat]])
    wind_m_s = mean_wind_m_s(position[:, 1], np.asarray(noon, "datetime64[h]"))
    rows = np.column_stack(
        [
            wind_m_s * KN_PER_M_S,
            mean_height_m(wind_m_s, basin_of(position, 0.0)),
            mean_air_c(position[:, 1], np.asarray(noon, "datetime64[h]")),
            [thickness_cm(frost_of(position[:, 1], day)[0]) for day in days[:, None]],
        ]
    )
    return tuple(Month(name[-2:], *map(float, row)) for name, row in zip(names, rows, strict=True))
