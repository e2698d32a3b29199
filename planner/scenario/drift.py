"""Drifting particles of a user's file, as OpenDrift writes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.files import is_file
from planner.scenario.netcdf import numbers, opened, utc_seconds
from planner.scenario.vectors import UnusableFile

if TYPE_CHECKING:
    import xarray

DIMENSIONS = ("trajectory", "time")


@dataclass(frozen=True, eq=False)
class Particles:
    """Positions of m particles at t times.

    Attributes
    ----------
    time_s : (t,)
        Seconds since 1970-01-01 UTC, increasing.
    lon, lat : (m, t)
        Degrees WGS84; NaN where a particle is not yet, or no longer, adrift.
    """

    time_s: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def read_particles(path: Path) -> Particles:
    """Read the particles of a drift model.

    Parameters
    ----------
    path
        NetCDF as OpenDrift writes it: ``lon`` and ``lat`` in degrees over the
        dimensions ``trajectory`` and ``time``, ``time`` with CF units, and,
        if there is one, ``status``, 0 while a particle is active (stranded
        ones and others are no longer).

    Raises
    ------
    GeodataError
        If the file cannot be read, lacks a variable or dimension, is in other
        units, or holds no particle that is ever active.
    """
    if not is_file(path):
        raise UnusableFile(path, "there is no such file", "check the path")
    return _read(path.resolve(), path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed_ns: int) -> Particles:
    with opened(path) as data:
        lon, lat = (_degrees(path, data, name) for name in ("lon", "lat"))
        if "time" not in data.variables:
            raise _missing(path, data, "time")
        time_s = utc_seconds(path, data["time"])
        if "status" in data.variables:
            gone = _table(path, data, "status") != 0
            lon, lat = np.where(gone, np.nan, lon), np.where(gone, np.nan, lat)
    adrift = np.isfinite(lon) & np.isfinite(lat)
    lon, lat = np.where(adrift, lon, np.nan), np.where(adrift, lat, np.nan)
    if not adrift.any():
        raise UnusableFile(path, "no particle is ever active", "check its status and fill values")
    if len(time_s) < 2 or not (np.isfinite(time_s).all() and np.all(np.diff(time_s) > 0)):
        raise UnusableFile(path, "its times do not increase", "save two or more times in order")
    for name, values, limit in (("lon", lon, 360.0), ("lat", lat, 90.0)):
        if np.nanmax(np.abs(values)) > limit:
            raise UnusableFile(
                path,
                f"'{name}' goes to {np.nanmax(np.abs(values)):g}, beyond {limit:g} degrees",
                "give positions in decimal degrees WGS84, not in metres",
            )
    return Particles(time_s, lon, lat)


def _degrees(path: Path, data: xarray.Dataset, name: str) -> NDArray[np.float64]:
    values = _table(path, data, name)
    units = str(data[name].attrs.get("units", "degrees"))
    if not units.startswith("degree"):
        raise UnusableFile(
            path, f"'{name}' is in '{units}'", "give positions in degrees east and north"
        )
    return values


def _table(path: Path, data: xarray.Dataset, name: str) -> NDArray[np.float64]:
    """Values (m, t) of a variable."""
    if name not in data.variables:
        raise _missing(path, data, name)
    field = data[name]
    if set(field.dims) != set(DIMENSIONS):
        raise UnusableFile(
            path,
            f"'{name}' lies over {', '.join(map(str, field.dims)) or 'nothing'}",
            f"save it over {' and '.join(DIMENSIONS)}, as OpenDrift does",
        )
    return numbers(path, field.transpose(*DIMENSIONS))


def _missing(path: Path, data: xarray.Dataset, name: str) -> UnusableFile:
    known = ", ".join(sorted(map(str, data.variables))) or "none"
    return UnusableFile(
        path, f"it has no variable '{name}' (there are: {known})", "save it as OpenDrift does"
    )
