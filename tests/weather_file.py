"""Weather files of the tests' own making: ERA5's names, a fine grid about Aktau."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import numpy as np
import xarray
from numpy.typing import NDArray

from planner.scenario import Scenario

Floats = NDArray[np.float64]

Field = Callable[[Floats, Floats, Floats], Floats | float]
"""A value by hour of the plan, longitude and latitude, arrays that broadcast."""

LON = np.round(np.arange(50.0, 52.01, 0.05), 2)
LAT = np.round(np.arange(42.9, 44.31, 0.05), 2)

NAME = "weather.nc"


def gentle(hour: Floats, lon: Floats, lat: Floats) -> float:
    """A wind of 4 kn."""
    return 4.0


def none(hour: Floats, lon: Floats, lat: Floats) -> float:
    """Nothing anywhere."""
    return 0.0


def write_weather(
    scenario: Scenario,
    directory: Path,
    waves_m: Field,
    wind_kn: Field = gentle,
    ice: Field = none,
) -> str:
    """Write a file for the time of a scenario and return its name.

    It has a value every half hour: what holds at the middle of an hour is a
    value of the file, nothing in between.
    """
    hour = np.arange(0.0, scenario.horizon_h + 0.25, 0.5)
    start = np.datetime64(scenario.start.astimezone(UTC).replace(tzinfo=None), "ns")
    shape = (len(hour), len(LAT), len(LON))
    at = (hour[:, None, None], LON[None, None, :], LAT[None, :, None])
    dims = ("valid_time", "latitude", "longitude")

    def field(value: Field, unit: str, factor: float = 1.0) -> tuple[object, ...]:
        return dims, np.broadcast_to(value(*at), shape) * factor, {"units": unit}

    xarray.Dataset(
        {
            "u10": field(none, "m s**-1"),
            "v10": field(wind_kn, "m s**-1", 1852.0 / 3600.0),
            "swh": field(waves_m, "m"),
            "siconc": field(ice, "(0 - 1)"),
        },
        {
            "valid_time": start + (hour * 3600).astype("timedelta64[s]"),
            "latitude": ("latitude", LAT, {"units": "degrees_north"}),
            "longitude": ("longitude", LON, {"units": "degrees_east"}),
        },
    ).to_netcdf(directory / NAME, engine="h5netcdf")
    return NAME
