"""The grids: depth (ETOPO1 at 0.1 degree) and monthly wind and air temperature (COADS)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import packages
from packages import member
from scipy.io import netcdf_file
from write import write_netcdf

DATUM_M = -28.0
"""Level of the water surface that depths refer to (Baltic datum, taken as ETOPO1's zero)."""

LON_DEG, LAT_DEG = (46.0, 55.5), (36.0, 48.0)
COADS_LON_DEG, COADS_LAT_DEG = (44.5, 55.5), (34.5, 48.5)
MISSING_BELOW = -1e30


def _within(axis: np.ndarray[Any, Any], limits: tuple[float, float]) -> slice:
    """Slice of an ascending axis within limits, ends included."""
    lower, upper = np.searchsorted(axis, [limits[0] - 1e-6, limits[1] + 1e-6])
    return slice(int(lower), int(upper))


def depth(folder: Path, out: Path) -> None:
    """Write ``depth.nc``: depth in metres below -28 m, land negative."""
    archive = packages.fetch(packages.ETOPO1, folder)
    with h5py.File(io.BytesIO(member(archive, "ETOPO1_0.1.grd"))) as grid:
        lon, lat = grid["lon"][:], grid["lat"][:]
        columns, rows = _within(lon, LON_DEG), _within(lat, LAT_DEG)
        elevation_m = grid["z"][rows, columns]
    depth_m = np.round(DATUM_M - elevation_m, 1)
    write_netcdf(
        out,
        {
            "lat": (np.round(lat[rows], 1), "degrees_north"),
            "lon": (np.round(lon[columns], 1), "degrees_east"),
        },
        {"depth_m": (depth_m, "m", "depth below -28 m, positive down, land negative")},
        {"title": "ETOPO1 bedrock at 0.1 degree, datum -28 m", "source": packages.ETOPO1.label},
    )


def climatology(folder: Path, out: Path) -> None:
    """Write ``climatology.nc``: monthly mean wind speed and air temperature, NaN where unknown."""
    archive = packages.fetch(packages.COADS, folder)
    with netcdf_file(io.BytesIO(member(archive, "coads_climatology.cdf")), mmap=False) as file:
        lon = np.asarray(file.variables["COADSX"][:], float)
        lat = np.asarray(file.variables["COADSY"][:], float)
        columns, rows = _within(lon, COADS_LON_DEG), _within(lat, COADS_LAT_DEG)
        wind = np.asarray(file.variables["WSPD"][:, rows, columns], float)
        air = np.asarray(file.variables["AIRT"][:, rows, columns], float)
    write_netcdf(
        out,
        {
            "month": (np.arange(1, 13), "month of the year"),
            "lat": (lat[rows], "degrees_north"),
            "lon": (lon[columns], "degrees_east"),
        },
        {
            "wind_m_s": (_known(wind), "m/s", "monthly mean wind speed"),
            "air_temperature_c": (_known(air), "degrees Celsius", "monthly mean air temperature"),
        },
        {"title": "COADS monthly climatology, 2 degrees", "source": packages.COADS.label},
    )


def _known(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Values with the missing flag turned into NaN, two decimals."""
    known = np.where(values < MISSING_BELOW, np.nan, values)
    return np.round(known, 2)
