"""Gridded layers: depth below -28 m, and the months' wind and air temperature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import netcdf_file

from planner.errors import GeodataError
from planner.geodata.files import root


@dataclass(frozen=True, eq=False)
class DepthGrid:
    """Depths on a regular grid.

    Attributes
    ----------
    lon, lat : ndarray
        (nx,) and (ny,) degrees, ascending.
    depth_m : ndarray
        (ny, nx) metres below the -28 m datum, positive down; land is negative.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    depth_m: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Climatology:
    """Monthly means on a regular grid, January first.

    Attributes
    ----------
    lon, lat : ndarray
        (nx,) and (ny,) degrees, ascending: the middles of 2° squares.
    wind_m_s, air_temperature_c : ndarray
        (12, ny, nx); NaN where the source has no ship reports.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    wind_m_s: NDArray[np.float64]
    air_temperature_c: NDArray[np.float64]


@cache
def depth() -> DepthGrid:
    """Return the 0.1° depth grid (ETOPO1, datum -28 m; coarse near the shore)."""
    return DepthGrid(**_arrays("depth.nc", "lon", "lat", "depth_m"))


@cache
def climatology() -> Climatology:
    """Return the months' wind speed and air temperature (COADS, 2°)."""
    return Climatology(**_arrays("climatology.nc", "lon", "lat", "wind_m_s", "air_temperature_c"))


def _arrays(file: str, *names: str) -> dict[str, Any]:
    """Named variables of a shipped NetCDF-3 file, axes rounded to 1e-6°, read-only."""
    path = root() / file
    try:
        with netcdf_file(path, mmap=False) as data:
            found = {name: np.array(data.variables[name][:], np.float64) for name in names}
    except (OSError, TypeError, KeyError) as error:
        raise GeodataError(
            f"{path}: cannot be read ({error}); install the planner again"
        ) from error
    for name, values in found.items():
        if name in ("lon", "lat"):
            values.round(6, out=values)
        values.setflags(write=False)
    return found
