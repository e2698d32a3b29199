"""Weather as arrays over epochs and positions, and the question it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.errors import GeodataError
from planner.scenario import Scenario

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
Times: TypeAlias = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Weather:
    """Weather of a plan, one row an epoch, one column a position.

    Attributes
    ----------
    edges_h : ndarray
        (e + 1,) hours from the plan's start: 0, 1, 2, ... and the plan's end, so that the
        last epoch may be shorter.
    wind_kn : ndarray
        (e, n) wind speed 10 m above the sea in knots, at the middle of each epoch.
    wave_m : ndarray
        (e, n) significant wave height in metres.
    visibility_nm : ndarray
        (e, n) meteorological visibility in nautical miles.
    ice : ndarray
        (e, n) whether ice covers the water.
    """

    edges_h: FloatArray
    wind_kn: FloatArray
    wave_m: FloatArray
    visibility_nm: FloatArray
    ice: BoolArray

    def until(self, change: int, later: Weather) -> Weather:
        """Return this weather's first ``change`` epochs, followed by all those of ``later``."""
        parts = (
            np.concatenate([getattr(self, name)[:change], getattr(later, name)])
            for name in ("wind_kn", "wave_m", "visibility_nm", "ice")
        )
        return Weather(self.edges_h, *parts)

    @property
    def calm(self) -> bool:
        """Whether there is no wind, no wave and no ice anywhere."""
        return not (self.wind_kn.any() or self.wave_m.any() or self.ice.any())


@dataclass(frozen=True, eq=False)
class Ask:
    """Where and when the weather is wanted.

    Attributes
    ----------
    scenario : Scenario
        Whose weather it is; its file stands in the problems.
    positions : ndarray
        (n, 2) longitude and latitude in degrees.
    edges_h : ndarray
        (e + 1,) hours from the start.
    times : ndarray
        (e,) middles of the epochs, ``datetime64[s]`` in UTC.
    """

    scenario: Scenario
    positions: FloatArray
    edges_h: FloatArray
    times: Times

    @property
    def shape(self) -> tuple[int, int]:
        """Epochs and positions."""
        return len(self.times), len(self.positions)

    def since(self, epoch: int) -> Ask:
        """Return the same question for the epochs from one on."""
        return replace(self, edges_h=self.edges_h[epoch:], times=self.times[epoch:])

    def everywhere(self, value: float) -> FloatArray:
        """Return one value as (e, n), read-only and without memory of its own."""
        return np.broadcast_to(np.float64(value), self.shape)


def ask_of(scenario: Scenario, positions: ArrayLike) -> Ask:
    """Return the question for a scenario at positions.

    Raises
    ------
    GeodataError
        When the positions are not (n, 2) longitudes and latitudes.
    """
    places = np.asarray(positions, np.float64)
    if places.ndim != 2 or places.shape[1] != 2:
        raise GeodataError(f"positions of shape {places.shape}: give (n, 2), longitude first")
    if not (np.all(abs(places[:, 0]) <= 180.0) and np.all(abs(places[:, 1]) <= 90.0)):
        raise GeodataError("a position is off the globe: give longitude, then latitude, in degrees")
    edges_h = hourly_edges(scenario.horizon_h)
    start = np.datetime64(scenario.start.astimezone(UTC).replace(tzinfo=None), "s")
    middles_s = np.round(1800.0 * (edges_h[:-1] + edges_h[1:])).astype(np.int64)
    return Ask(scenario, places, edges_h, start + middles_s.astype("timedelta64[s]"))


def hourly_edges(horizon_h: float) -> FloatArray:
    """Return 0, 1, 2, ... and ``horizon_h``: the boundaries of hourly epochs.

    Examples
    --------
    >>> hourly_edges(2.5)
    array([0. , 1. , 2. , 2.5])
    """
    whole = np.arange(np.ceil(horizon_h - 1e-9), dtype=np.float64)
    return np.append(whole, horizon_h)
