"""Grids of relative risk over longitude and latitude, from a user's file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.files import is_file
from planner.scenario.figures import shown
from planner.scenario.netcdf import numbers, opened
from planner.scenario.rows import read_rows
from planner.scenario.vectors import UnusableFile

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]

NAMES = {"lon": ("lon", "longitude"), "lat": ("lat", "latitude")}

MOST_BOXES = 4_000_000
"""More boxes are not worked with: 2,000 by 2,000, a kilometre each over the whole Caspian."""

VALUE = "value"
"""Column of a CSV grid unless the scenario names another."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Relative risk per unit of water.

    Each value holds for the box about its place, halfway to the next.

    Attributes
    ----------
    lon : (x,)
        Degrees, increasing.
    lat : (y,)
        Degrees, increasing.
    value : (y, x)
        Risk; NaN where the file has none.
    """

    lon: Floats
    lat: Floats
    value: Floats

    @property
    def edges(self) -> tuple[Floats, Floats]:
        """Edges (x + 1,) and (y + 1,) of the boxes, in degrees."""
        return _edges(self.lon), _edges(self.lat)

    def about(self, lon: float) -> Grid:
        """The same grid, its longitudes moved by whole turns to within 180° of ``lon``."""
        moved = self.lon - 360.0 * np.round((self.lon - lon) / 360.0)
        order = np.argsort(moved, kind="stable")
        return Grid(moved[order], self.lat, self.value[:, order])


def read_raster(path: Path, variable: str | None = None) -> Grid:
    """Read a grid of relative risk.

    Parameters
    ----------
    path
        NetCDF with coordinates ``lon`` and ``lat`` (or ``longitude`` and
        ``latitude``) in degrees, or CSV with columns ``lon``, ``lat`` and a
        value, a row for every box of the grid.
    variable
        Variable or column that holds the risk. Unless given: the only one of
        a NetCDF over ``lon`` and ``lat``, the column ``value`` of a CSV.

    Raises
    ------
    GeodataError
        If the file is missing, cannot be read, lacks the variable, or is no
        grid in degrees; if a value is negative, or all are zero or missing.
    """
    if not is_file(path):
        raise UnusableFile(path, "there is no such file", "check the path")
    return _read(path.resolve(), variable, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, variable: str | None, _changed_ns: int) -> Grid:
    table = path.suffix.lower() in {".csv", ".txt"}
    grid = _from_csv(path, variable or VALUE) if table else _from_netcdf(path, variable)
    for name, values, limit in (("lon", grid.lon, 360.0), ("lat", grid.lat, 90.0)):
        rising = len(values) > 1 and np.all(np.isfinite(values)) and np.all(np.diff(values) > 0)
        if not rising or np.abs(values).max() > limit:
            raise UnusableFile(
                path,
                f"its {name} are no degrees of a grid ({_range(values)})",
                "give two or more rows and columns in decimal degrees WGS84, not in metres",
            )
    if np.any(np.isinf(grid.value)):
        raise UnusableFile(
            path,
            f"{np.sum(np.isinf(grid.value)):,} values are infinite",
            "set what is not to count to 0, and give the others as decimal numbers",
        )
    if np.any(grid.value < 0):
        row, column = np.argwhere(grid.value < 0)[0]
        raise UnusableFile(
            path,
            f"{np.sum(grid.value < 0)} values are negative, the first at "
            f"[{grid.lon[column]:g}, {grid.lat[row]:g}]",
            "relative risk is zero or more; set what is not to count to 0",
        )
    if not np.nansum(grid.value) > 0:
        raise UnusableFile(
            path, "it holds no value above zero", "check the variable and its fill value"
        )
    return grid


def _from_csv(path: Path, variable: str) -> Grid:
    """Grid of a table with one row for every box; boxes without a row are NaN."""
    columns, rows = read_rows(path)
    for name in ("lon", "lat", variable):
        if name not in columns:
            raise UnusableFile(
                path,
                f"it has no column '{name}' (columns: {', '.join(map(str, columns)) or 'none'})",
                "write a first line 'lon,lat,value', or name the column with 'variable'",
            )
    points = np.empty((len(rows), 3))
    for number, (at, row) in enumerate(rows):
        for k, name in enumerate(("lon", "lat", variable)):
            try:
                points[number, k] = float(row[name] or "nan")
            except ValueError:
                raise UnusableFile(
                    path,
                    f"row {at}: {name} = {shown(row[name])} is no number",
                    "write decimals with a point",
                ) from None
    lon, column = np.unique(points[:, 0], return_inverse=True)
    lat, line = np.unique(points[:, 1], return_inverse=True)
    if len(lon) * len(lat) > 4 * len(points) + 16:
        raise UnusableFile(
            path,
            f"its {len(points)} rows are no grid ({len(lon)} longitudes, {len(lat)} latitudes)",
            "write a row for every box, with the same longitudes in every row of latitude",
        )
    value = np.full((len(lat), len(lon)), np.nan)
    value[line, column] = points[:, 2]
    return Grid(lon, lat, value)


def _from_netcdf(path: Path, variable: str | None) -> Grid:
    with opened(path) as data:
        lon, lat = (_coordinate(path, data, kind) for kind in ("lon", "lat"))
        found = _variable(path, data, variable, {lon, lat}).squeeze()
        if set(found.dims) != {lon, lat}:
            raise UnusableFile(
                path,
                f"variable '{found.name}' lies over {', '.join(map(str, found.dims))}",
                f"keep one field over {lon} and {lat}, such as one month or the mean",
            )
        if found.size > MOST_BOXES:
            raise UnusableFile(
                path,
                f"'{found.name}' has {found.size:,} boxes; at most {MOST_BOXES:,} are read",
                "take a coarser grid, or cut it to the area",
            )
        value = numbers(path, found.transpose(lat, lon))
        east, north = numbers(path, data[lon]), numbers(path, data[lat])
        columns, rows = np.argsort(east, kind="stable"), np.argsort(north, kind="stable")
        return Grid(east[columns], north[rows], value[np.ix_(rows, columns)])


def _coordinate(path: Path, data: xarray.Dataset, kind: str) -> str:
    """Name of the longitudes or latitudes; they must be degrees along one dimension."""
    for name in NAMES[kind]:
        if name in data.variables and data[name].dims == (name,):
            units = str(data[name].attrs.get("units", "degrees"))
            if not units.startswith("degree"):
                raise UnusableFile(
                    path, f"'{name}' is in '{units}'", "regrid it to degrees east and north"
                )
            return name
    raise UnusableFile(
        path,
        f"it has no coordinate '{NAMES[kind][0]}' along a dimension of that name "
        f"(variables: {', '.join(map(str, data.variables)) or 'none'})",
        "save a grid over lon and lat in degrees",
    )


def _variable(
    path: Path, data: xarray.Dataset, variable: str | None, over: set[str]
) -> xarray.DataArray:
    known = sorted(str(name) for name, field in data.data_vars.items() if over <= set(field.dims))
    if variable is None and len(known) == 1:
        return data[known[0]]
    if variable not in known:
        what = "several variables" if variable is None else f"no variable '{variable}'"
        raise UnusableFile(
            path,
            f"it has {what} over lon and lat (there are: {', '.join(known) or 'none'})",
            "name one of them with 'variable = …'",
        )
    return data[variable]


def _edges(places: Floats) -> Floats:
    middle = (places[1:] + places[:-1]) / 2
    return np.concatenate([[2 * places[0] - middle[0]], middle, [2 * places[-1] - middle[-1]]])


def _range(values: Floats) -> str:
    if not len(values):
        return "none"
    return f"{len(values)} from {values[0]:g} to {values[-1]:g}"
