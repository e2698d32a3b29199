"""Ice of the Caspian by freezing-degree days: where a mean winter grows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.weather.climatology import mean_air_c, noon_of, refuse_elsewhere
from planner.weather.model import Ask, BoolArray, FloatArray, Times

ICE_FROM_CM = 5.0
"""Thickness that counts as ice: where dark nilas ends in WMO's nomenclature (WMO-No. 259).
That it stops a patrol boat is an assumption."""

FREEZING_C = 0.0
"""Air below this counts (assumption; brackish water freezes from −0.2 to −0.7 °C)."""

THAW_WEIGHT = 20.0
"""Freezing-degree days that one thawing-degree day undoes. Assumption, chosen so that the
north is free about the end of March as observed: sun, wind and rivers break the ice up long
before warm air alone would melt it."""


def thickness_cm(freezing_degree_days: ArrayLike) -> FloatArray:
    """Return the thickness that the frost of a winter grows.

    ``h = 1.33 · S^0.58``, h in cm and S in °C·days: Lebedev 1938, an empirical form of
    Stefan's law ``h ~ √S`` for sea ice under a usual cover of snow.

    Examples
    --------
    >>> thickness_cm([10.0, 500.0]).round(1)
    array([ 5.1, 48.9])
    """
    return np.asarray(1.33 * np.asarray(freezing_degree_days, np.float64) ** 0.58)


def ice(ask: Ask) -> BoolArray:
    """Return where and when a mean winter has ice of 5 cm or more.

    Frost is summed from 1 August by the day's mean air temperature (see
    :func:`planner.weather.climatology.mean_air_c`), and thaw takes it away again. The result
    is ice north of about 44.6° N only: at 47° N from 8 December to 29 March and up to 47 cm, at
    46° N from 20 December to 19 March and up to 31 cm. Observed: late November–December to
    about the end of March, 30–55 cm in 2020–21.

    It is the mean of many winters, with no seed: a severe one brings ice to Kuryk, a mild
    one leaves the west open. Salt and depth are not in it: fresh water over the deltas freezes
    earlier, and deep water first has to give off its heat, so that ice near 45° N over
    more than about 20 m is doubtful. Nor is drift.

    Raises
    ------
    ScenarioError
        When positions lie outside the shipped grids.
    """
    remedy = 'write ice = "none", or name a file with sea-ice cover'
    refuse_elsewhere(ask, "environment.ice", remedy)
    days, which = np.unique(ask.times.astype("datetime64[D]"), return_inverse=True)
    lat, place = np.unique(ask.positions[:, 1], return_inverse=True)
    thick = thickness_cm(frost_of(lat, days)) >= ICE_FROM_CM
    return np.asarray(thick[which][:, place])


def frost_of(lat: FloatArray, days: Times) -> FloatArray:
    """Return the freezing-degree days since 1 August at the end of each day.

    Parameters
    ----------
    lat : ndarray
        (n,) degrees north, within the Caspian.
    days : ndarray
        (d,) ``datetime64[D]``, ascending.

    Returns
    -------
    ndarray
        (d, n) °C·days.
    """
    august = days[0].astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(7, "M")
    begin = august if august <= days[0] else august - np.timedelta64(12, "M")
    every = np.arange(begin.astype("datetime64[D]"), days[-1] + np.timedelta64(1, "D"))
    below_c = FREEZING_C - mean_air_c(lat, noon_of(every))
    steps = np.where(below_c > 0.0, below_c, THAW_WEIGHT * below_c)
    total = np.zeros(len(lat))
    sums = np.empty_like(steps)
    for k, step in enumerate(steps):
        total = np.maximum(total + step, 0.0)
        sums[k] = total
    return np.asarray(sums[np.searchsorted(every, days)])
