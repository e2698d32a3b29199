"""A short plan off Aktau, and small files such as the providers give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray

from planner.scenario import Scenario, load

Build = Callable[..., Scenario]
Write = Callable[..., str]

START = np.datetime64("2006-05-21T19:00", "ns")
"""The start of the reference scenario, 22 May 2006 00:00 at +05:00, in UTC."""


@pytest.fixture
def build(examples: Path, tmp_path: Path) -> Build:
    """Return a function that gives the reference scenario with another environment."""
    reference = load(examples / "aktau-2006.toml")

    def make(*, days: float = 0.5, **environment: Any) -> Scenario:
        changed = reference.environment.model_copy(update=environment)
        scenario = reference.model_copy(update={"environment": changed, "days": days})
        return scenario.at(tmp_path, "plan.toml")

    return make


@pytest.fixture
def era5(tmp_path: Path) -> Write:
    """Return a function that writes a file as the Climate Data Store does.

    Hourly, a quarter of a degree, latitudes from north to south, the wind east 3 + lon − 50
    and north 4, the waves lat − 42 plus a tenth a hour; ``change`` may alter it.
    """

    def write(
        change: Callable[[xarray.Dataset], xarray.Dataset] | None = None,
        name: str = "era5.nc",
        hours: int = 13,
        **options: Any,
    ) -> str:
        time = START + np.arange(hours) * np.timedelta64(1, "h")
        lat, lon = np.arange(45.0, 41.9, -0.25), np.arange(49.0, 52.1, 0.25)
        shape = (len(time), len(lat), len(lon))
        hour = np.arange(hours)[:, None, None]
        dims = ("valid_time", "latitude", "longitude")
        east = np.broadcast_to(3.0 + lon - 50.0, shape)
        waves = lat[:, None] - 42.0 + 0.1 * hour + 0.0 * lon
        data = xarray.Dataset(
            {
                "u10": (dims, east, {"units": "m s**-1", "long_name": "10 metre U wind component"}),
                "v10": (dims, np.full(shape, 4.0), {"units": "m s**-1"}),
                "swh": (dims, waves, {"units": "m", "standard_name": "unknown"}),
                "siconc": (
                    dims,
                    np.where(lon > 51.0, 0.4, 0.0) + np.zeros(shape),
                    {"units": "(0 - 1)"},
                ),
            },
            {
                "valid_time": ("valid_time", time, {"standard_name": "time"}),
                "latitude": (
                    "latitude",
                    lat,
                    {"standard_name": "latitude", "units": "degrees_north"},
                ),
                "longitude": (
                    "longitude",
                    lon,
                    {"standard_name": "longitude", "units": "degrees_east"},
                ),
                "number": 0,
                "expver": ("valid_time", np.full(hours, "0001")),
            },
        )
        data = data if change is None else change(data)
        data.to_netcdf(tmp_path / name, **{"engine": "h5netcdf", **options})
        return name

    return write


@pytest.fixture
def cmems(tmp_path: Path) -> Write:
    """Return a function that writes a file as the Copernicus Marine Service does.

    Three-hourly NetCDF-3, longitudes from 0 to 360, standard names, a depth of one entry, the
    wind 10 m/s from the south, the waves (VHM0) 1.5 m.
    """

    def write(change: Callable[[xarray.Dataset], xarray.Dataset] | None = None) -> str:
        time = START - np.timedelta64(1, "h") + np.arange(6) * np.timedelta64(3, "h")
        lat, lon = np.arange(42.0, 45.1, 0.2), np.arange(409.0, 412.1, 0.2) - 360.0
        dims = ("time", "depth", "latitude", "longitude")
        shape = (len(time), 1, len(lat), len(lon))

        def field(value: float, standard_name: str, units: str) -> tuple[Any, ...]:
            return dims, np.full(shape, value), {"standard_name": standard_name, "units": units}

        data = xarray.Dataset(
            {
                "VHM0": field(1.5, "sea_surface_wave_significant_height", "m"),
                "VHM0_WW": field(1.0, "sea_surface_wind_wave_significant_height", "m"),
                "eastward_wind": field(0.0, "eastward_wind", "m s-1"),
                "northward_wind": field(10.0, "northward_wind", "m s-1"),
            },
            {"time": time, "depth": [0.5], "latitude": lat, "longitude": lon},
        )
        data = data if change is None else change(data)
        data.to_netcdf(tmp_path / "cmems.nc", engine="scipy")
        return "cmems.nc"

    return write
