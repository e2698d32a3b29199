"""Latitude, longitude and time of a variable, and what to do with any further dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from planner.weather.model import FloatArray, Times

if TYPE_CHECKING:
    import xarray

Fault: TypeAlias = Callable[[str, str], None]
"""Takes the message and the remedy of a problem."""

_NAMES = {
    "latitude": ("latitude", "lat", "nav_lat"),
    "longitude": ("longitude", "lon", "nav_lon"),
    "time": ("valid_time", "time"),
}

_MIXED = "expver"
"""ERA5's mark of final and preliminary months: one has values where the other has none."""


def axis_of(array: xarray.DataArray, what: str, fault: Fault) -> str | None:
    """Name of the dimension that a variable's latitude or longitude runs along."""
    for name, axis in array.coords.items():
        if axis.attrs.get("standard_name") == what or name in _NAMES[what]:
            if axis.ndim == 1 and axis.dims[0] == name:
                return str(name)
            if axis.ndim == 2:
                fault(
                    f"{what} varies in two dimensions", "regrid it to plain latitudes, longitudes"
                )
                return None
    fault(f"has no {what}", "take a file on a grid of latitudes and longitudes")
    return None


def times_of(array: xarray.DataArray, fault: Fault) -> tuple[str | None, Times | None]:
    """Dimension of time, None for a single time, and the times in UTC, ``datetime64[s]``."""
    marked = [
        name for name, axis in array.coords.items() if axis.attrs.get("standard_name") == "time"
    ]
    for name in (*_NAMES["time"], *marked):
        if name not in array.coords or array.coords[name].dtype.kind != "M":
            continue
        axis = array.coords[name]
        if axis.ndim == 2:
            fault("has several runs, each with its steps", "choose one run")
            return None, None
        if set(axis.dims) <= set(array.dims):
            times = np.atleast_1d(axis.values).astype("datetime64[s]")
            return (str(axis.dims[0]) if axis.ndim else None), times
    remedy = "take a file with 'valid_time' or 'time' in a standard calendar"
    fault("has no time that can be read", remedy)
    return None, None


def flattened(array: xarray.DataArray, fault: Fault) -> xarray.DataArray:
    """Return a variable without dimensions beside time, latitude and longitude.

    A dimension of one entry is dropped and ``expver`` is merged; of any other there
    is no saying which entry is meant.
    """
    time_dims = {
        str(dim) for name in _NAMES["time"] if name in array.coords for dim in array[name].dims
    }
    plain = {*_NAMES["latitude"], *_NAMES["longitude"], "time"} | time_dims
    marked = {
        name
        for name, axis in array.coords.items()
        if axis.attrs.get("standard_name") in _NAMES and axis.ndim == 1
    }
    for dim in [dim for dim in array.dims if dim not in plain | marked]:
        if _is_horizontal(array, str(dim)):
            continue
        if array.sizes[dim] == 1:
            array = array.isel({dim: 0})
        elif dim == _MIXED:
            array = _merged(array)
        else:
            fault(
                f"has {array.sizes[dim]} entries along '{dim}'",
                f"choose one: the file must have time, latitude and longitude only, not '{dim}'",
            )
    return array.squeeze([dim for dim in array.dims if dim in time_dims and array.sizes[dim] == 1])


def _is_horizontal(array: xarray.DataArray, dim: str) -> bool:
    """Whether a two-dimensional latitude or longitude runs along a dimension."""
    names = (*_NAMES["latitude"], *_NAMES["longitude"])
    return any(dim in array.coords[name].dims for name in names if name in array.coords)


def _merged(array: xarray.DataArray) -> xarray.DataArray:
    """First value along ``expver`` that is not missing."""
    merged = array.isel({_MIXED: 0}, drop=True)
    for k in range(1, array.sizes[_MIXED]):
        merged = merged.fillna(array.isel({_MIXED: k}, drop=True))
    return merged


def longitudes(axis: xarray.DataArray) -> FloatArray:
    """Longitudes brought to −180 up to 180, in the file's order."""
    degrees = np.asarray(axis.values, np.float64)
    return np.asarray(np.where(degrees > 180.0, degrees - 360.0, degrees))
