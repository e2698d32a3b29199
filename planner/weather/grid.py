"""A variable of a file as plain arrays, checked, and read off at positions and times."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from planner.errors import Problem, ScenarioError
from planner.scenario.netcdf import MOST_VALUES
from planner.units import nm_from_m
from planner.weather.axes import Fault, axis_of, flattened, longitudes, times_of
from planner.weather.model import Ask, BoolArray, FloatArray, Times
from planner.weather.names import Quantity, factor_of

if TYPE_CHECKING:
    import xarray

logger = logging.getLogger(__name__)

NEAREST_NM = 30.0
"""Where the file has land, the nearest value at sea within this counts (assumption: a cell of
ERA5's waves, half a degree)."""

EARTH_M = 6_371_000.0

Indices: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Grid:
    """Values in the planner's unit on ascending axes.

    Attributes
    ----------
    time : ndarray
        (t,) ``datetime64[s]``, UTC.
    lat, lon : ndarray
        (y,) and (x,) degrees, lon from −180 to 180.
    values : ndarray
        (t, y, x); NaN on land.
    """

    time: Times
    lat: FloatArray
    lon: FloatArray
    values: FloatArray

    def matches(self, other: Grid) -> bool:
        """Whether another grid has the same axes."""
        mine, theirs = (self.time, self.lat, self.lon), (other.time, other.lat, other.lon)
        return all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))

    def with_values(self, values: FloatArray) -> Grid:
        """Return the same grid with other values."""
        return replace(self, values=values)


def grid_of(array: xarray.DataArray, path: Path, quantity: Quantity, ask: Ask) -> Grid:
    """Return the part of a variable around the plan's hours and positions.

    Raises
    ------
    ScenarioError
        When the unit is missing or unknown, the axes are no plain grid, the hours or the
        positions are not covered, or values are missing altogether or cannot be. All
        that can be told at once is told at once.
    """
    key = f"{quantity.key} ({array.name})"
    faults: list[Problem] = []

    def fault(message: str, remedy: str) -> None:
        faults.append(Problem(str(path), key, message, remedy))

    factor = _factor(array, quantity, fault)
    array = flattened(array, fault)
    lat_name, lon_name = axis_of(array, "latitude", fault), axis_of(array, "longitude", fault)
    time_name, times = times_of(array, fault)
    if lat_name is None or lon_name is None or times is None:
        raise ScenarioError(faults)
    lat, lon = np.asarray(array[lat_name], np.float64), longitudes(array[lon_name])
    for problem in (_hours_missing(times, ask, quantity), _places_missing(lat, lon, ask)):
        if problem is not None:
            fault(*problem)
    if faults or factor is None:
        raise ScenarioError(faults)
    picks = _picks(times, lat, lon, ask)
    if time_name is None:
        array, time_name = array.expand_dims("_time"), "_time"
    array = array.transpose(time_name, lat_name, lon_name)
    part = array.isel(dict(zip((time_name, lat_name, lon_name), picks, strict=True)))
    if part.size > MOST_VALUES:
        message = f"has {part.size:,} values there and then; at most {MOST_VALUES:,} are read"
        fault(message, "take a coarser grid, or fewer times")
        raise ScenarioError(faults)
    values = np.asarray(part.values, np.float64) * factor
    grid = Grid(times[picks[0]], lat[picks[1]], lon[picks[2]], values)
    _check_values(grid, quantity, fault)
    if faults:
        raise ScenarioError(faults)
    return grid


def sample(grid: Grid, ask: Ask, path: Path, quantity: Quantity) -> FloatArray:
    """Return a grid's values at the positions and times asked for.

    Linear in time, bilinear in space; at a position with land at one of its four corners,
    the nearest point that has values at all times, within :data:`NEAREST_NM`.

    Returns
    -------
    ndarray
        (e, n) in the quantity's unit.

    Raises
    ------
    ScenarioError
        When positions have no value within that distance; says how many and where.
    """
    at_places, away_nm = _at_places(grid, ask.positions)
    far = away_nm > NEAREST_NM
    if far.any():
        worst = int(np.argmax(away_nm))
        lon, lat = ask.positions[worst]
        message = (
            f"{far.sum()} of {len(far)} positions are more than {NEAREST_NM:g} nm from a value, "
            f"[{lon:.2f}, {lat:.2f}] the farthest with {away_nm[worst]:.0f} nm"
        )
        remedy = "take a file that covers this sea, or a smaller area"
        raise ScenarioError([Problem(str(path), quantity.key, message, remedy)])
    moved = int((away_nm > 0.0).sum())
    if moved:
        logger.info(
            "%s: %s of %d positions by land from the nearest point at sea, up to %.0f nm away",
            *(path, quantity.title, moved, away_nm.max()),
        )
    before, share = _between(grid.time.astype(np.int64), ask.times.astype(np.int64))
    after = np.minimum(before + 1, len(grid.time) - 1)
    return np.asarray(
        (1.0 - share)[:, None] * at_places[before] + share[:, None] * at_places[after]
    )


def _factor(array: xarray.DataArray, quantity: Quantity, fault: Fault) -> float | None:
    given = array.attrs.get("units", "" if "" in quantity.units else None)
    known = ", ".join(unit for unit in quantity.units if unit)
    if given is None:
        fault("has no units", f"set its attribute 'units': one of {known}")
        return None
    factor = factor_of(quantity, str(given))
    if factor is None:
        fault(f"is in '{given}', which is no unit of {quantity.title}", f"give it in {known}")
    return factor


def _hours_missing(times: Times, ask: Ask, quantity: Quantity) -> tuple[str, str] | None:
    """What hours of the plan a file does not cover."""
    remedy = "take a file of the plan's days, or move 'start' or 'days'"
    if not len(times):
        return "holds no time", remedy
    if np.isnat(times).any() or len(np.unique(times)) < len(times):
        return "has a time twice, or none", "keep each time once"
    first, last = times.min(), times.max()
    step_s = np.diff(np.sort(times)).min().astype(float) if len(times) > 1 else 0.0
    hold = np.timedelta64(int(min(step_s, 3600.0 * quantity.hold_h)), "s")
    missing = np.asarray((ask.times < first - hold) | (ask.times > last + hold))
    if not missing.any():
        return None
    hours = np.flatnonzero(missing)
    message = (
        f"runs from {first} to {last} UTC: {len(hours)} of the plan's {len(missing)} hours are not "
        f"covered, from hour {ask.edges_h[hours[0]]:g} to {ask.edges_h[hours[-1] + 1]:g} "
        f"({ask.times[hours[0]]} to {ask.times[hours[-1]]} UTC)"
    )
    return message, remedy


def _places_missing(lat: FloatArray, lon: FloatArray, ask: Ask) -> tuple[str, str] | None:
    """What positions lie outside a file's grid, half a cell beyond its points allowed."""
    if not len(lat) or not len(lon):
        return "holds no position", "take a file of this sea"
    outside = np.zeros(len(ask.positions), np.bool_)
    for axis, given in ((lon, ask.positions[:, 0]), (lat, ask.positions[:, 1])):
        half = float(np.diff(np.sort(axis)).min()) / 2 if len(axis) > 1 else 0.0
        outside |= (given < axis.min() - half) | (given > axis.max() + half)
    if not outside.any():
        return None
    first_lon, first_lat = ask.positions[outside][0]
    message = (
        f"covers {lon.min():g} to {lon.max():g} E, {lat.min():g} to {lat.max():g} N: "
        f"{outside.sum()} of {len(outside)} positions lie outside, the first at "
        f"[{first_lon:.2f}, {first_lat:.2f}]"
    )
    return message, "take a file that covers the whole area"


def _picks(times: Times, lat: FloatArray, lon: FloatArray, ask: Ask) -> tuple[Indices, ...]:
    """What is needed of each axis, ascending."""
    east, north = ask.positions.T
    seconds, wanted = times.astype(np.float64), ask.times.astype(np.float64)
    margin = 1.1 * NEAREST_NM / 60.0
    widened = margin / np.cos(np.radians(min(abs(north).max() + margin, 85.0)))
    return (
        _around(seconds, wanted.min(), wanted.max(), 0.0),
        _around(lat, north.min(), north.max(), margin),
        _around(lon, east.min(), east.max(), widened),
    )


def _check_values(grid: Grid, quantity: Quantity, fault: Fault) -> None:
    """Values are there at every time, and can be."""
    empty = np.asarray(np.isnan(grid.values).all(axis=(1, 2)))
    if empty.any():
        times = grid.time[empty]
        fault(
            f"has no value at {len(times)} of {len(empty)} times, the first {times[0]} UTC",
            "take a file without gaps",
        )
    elif not _whole(grid).any():
        fault("has no point with values at all times", "take a file without gaps")
    wrong = (grid.values < quantity.low) | (grid.values > quantity.high)
    if wrong.any():
        example = grid.values[wrong][0]
        fault(
            f"{wrong.sum()} values are not between {quantity.low:g} and {quantity.high:g} "
            f"{quantity.unit}, such as {example:.4g}",
            "check its units, and the value that stands for missing ones",
        )


def _whole(grid: Grid) -> BoolArray:
    """Points (y, x) that have values at all times."""
    return np.asarray(np.isfinite(grid.values).all(axis=0))


def _around(axis: FloatArray, low: float, high: float, margin: float) -> Indices:
    """Indices, ascending by value, of what lies between two values and a margin, and one more."""
    order = np.argsort(axis, kind="stable")
    ranked = axis[order]
    start = max(int(np.searchsorted(ranked, low - margin)) - 1, 0)
    stop = int(np.searchsorted(ranked, high + margin, side="right")) + 1
    return order[start:stop]


def _at_places(grid: Grid, positions: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values (t, n) at positions, and how far away (n,) in nm they were found; 0 if there."""
    whole = _whole(grid)
    columns, east = _between(grid.lon, positions[:, 0])
    rows, north = _between(grid.lat, positions[:, 1])
    values = np.zeros((len(grid.time), len(positions)))
    wet = np.ones(len(positions), np.bool_)
    filled = np.where(whole, grid.values, 0.0)
    for up in (0, 1):
        for right in (0, 1):
            y = np.minimum(rows + up, len(grid.lat) - 1)
            x = np.minimum(columns + right, len(grid.lon) - 1)
            weight = (north if up else 1.0 - north) * (east if right else 1.0 - east)
            values += weight * filled[:, y, x]
            wet &= whole[y, x] | (weight == 0.0)
    away_nm = np.zeros(len(positions))
    if not wet.all():
        at, away_nm[~wet] = _nearest(grid, whole, positions[~wet])
        values[:, ~wet] = grid.values[:, at[0], at[1]]
    return values, away_nm


def _nearest(
    grid: Grid, whole: BoolArray, positions: FloatArray
) -> tuple[tuple[Indices, ...], FloatArray]:
    """Rows and columns of the nearest whole points, and their great-circle distances in nm."""
    from scipy.spatial import cKDTree

    y, x = np.nonzero(whole)
    points = _on_sphere(grid.lon[x], grid.lat[y])
    chord, found = cKDTree(points).query(_on_sphere(positions[:, 0], positions[:, 1]))
    away_nm = nm_from_m(2.0 * EARTH_M) * np.arcsin(np.minimum(chord / 2.0, 1.0))
    # a position exactly on a point beside land needs no other: 0 would pass for 'there'
    return (y[found], x[found]), np.maximum(away_nm, 1e-6)


def _on_sphere(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Points (n, 3) on the unit sphere."""
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )


def _between(
    axis: NDArray[np.float64 | np.int64],
    values: NDArray[np.float64 | np.int64],
) -> tuple[Indices, FloatArray]:
    """Index of the axis' point before each value and the share of the way to the next one."""
    place = np.interp(values, axis, np.arange(len(axis), dtype=np.float64))
    before = np.minimum(place.astype(np.intp), max(len(axis) - 2, 0))
    return before, place - before
