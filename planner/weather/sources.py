"""Weather from a file, all of its faults in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from planner.errors import Problem, ScenarioError
from planner.files import is_file
from planner.weather.grid import Grid, grid_of, sample
from planner.weather.model import Ask, BoolArray, FloatArray
from planner.weather.names import (
    EASTWARD_WIND,
    ICE_COVER,
    NORTHWARD_WIND,
    VISIBILITY,
    WAVE_HEIGHT,
    WIND_SPEED,
    Quantity,
)
from planner.weather.opening import find, names_in, opened

if TYPE_CHECKING:
    import xarray

ICE_FROM_SHARE = 0.15
"""Sea-ice area fraction that counts as ice: the usual threshold of ice extent (National Snow and
Ice Data Center, glossary, 'ice extent')."""

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class State:
    """Wind, waves and visibility, (e, n) each, and ice where the source has it."""

    wind_kn: FloatArray
    wave_m: FloatArray
    visibility_nm: FloatArray
    ice: BoolArray | None


class Collected:
    """Problems of several attempts, each of which may fail alone."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def attempt(self, work: Callable[[], Result]) -> Result | None:
        """Return what ``work`` returns; keep the problems of a ScenarioError, return None."""
        try:
            return work()
        except ScenarioError as error:
            self.problems += [each for each in error.problems if each not in self.problems]
            return None


def state(ask: Ask) -> State:
    """Return the weather of ``environment.file``.

    Wave height and wind are required: no plan may take a sea for calm because a file is
    silent about it. Wind is a speed, or its two components. Without visibility
    ``environment.visibility_nm`` holds; without ice cover ``ice`` is None.

    Raises
    ------
    ScenarioError
        With every fault of the file and every gap in its cover.
    """
    environment = ask.scenario.environment
    path = _path_of(ask, environment.file, "environment.file")
    with opened(path) as datasets:
        found = Collected()
        wave_m = found.attempt(lambda: _required(datasets, path, WAVE_HEIGHT, ask))
        wind_kn = found.attempt(lambda: _wind_kn(datasets, path, ask))
        visibility = found.attempt(lambda: _optional(datasets, path, VISIBILITY, ask))
        own_ice = environment.ice is None
        cover = (
            found.attempt(lambda: _optional(datasets, path, ICE_COVER, ask)) if own_ice else None
        )
    if wave_m is None or wind_kn is None or found.problems:
        raise ScenarioError(found.problems)
    if visibility is None:
        visibility = ask.everywhere(environment.visibility_nm)
    return State(wind_kn, wave_m, visibility, None if cover is None else cover >= ICE_FROM_SHARE)


def ice(ask: Ask, name: str) -> BoolArray:
    """Return where a file with sea-ice area fraction has 0.15 or more, (e, n).

    Raises
    ------
    ScenarioError
        With every fault of the file and every gap in its cover.
    """
    path = _path_of(ask, name, "environment.ice")
    with opened(path) as datasets:
        cover = _required(datasets, path, ICE_COVER, ask)
    return np.asarray(cover >= ICE_FROM_SHARE)


def _path_of(ask: Ask, name: str | None, key: str) -> Path:
    """Path of a file that the scenario names."""
    path = None if name is None else ask.scenario.path_of(name)
    if path is not None and is_file(path):
        return path
    message = "is missing" if path is None else f"there is no file '{path}'"
    remedy = "name a NetCDF or GRIB file; the path starts from the scenario's folder"
    raise ScenarioError([Problem(ask.scenario.file_name, key, message, remedy)])


def _wind_kn(datasets: list[xarray.Dataset], path: Path, ask: Ask) -> FloatArray:
    """Wind speed, or the length of its vector taken at the grid points before mixing them.

    Mixing speeds, not components, keeps the strength of a wind that turns between two hours.
    """
    if find(datasets, path, WIND_SPEED) is not None:
        return _required(datasets, path, WIND_SPEED, ask)
    found = Collected()
    east = found.attempt(lambda: _grid(datasets, path, EASTWARD_WIND, ask))
    north = found.attempt(lambda: _grid(datasets, path, NORTHWARD_WIND, ask))
    if east is None or north is None:
        raise ScenarioError(found.problems)
    if not east.matches(north):
        message = "eastward and northward wind stand on different grids or times"
        raise ScenarioError([Problem(str(path), "wind", message, "put both on one grid")])
    speed = np.hypot(east.values, north.values)
    return sample(east.with_values(speed), ask, path, WIND_SPEED)


def _required(
    datasets: list[xarray.Dataset], path: Path, quantity: Quantity, ask: Ask
) -> FloatArray:
    return sample(_grid(datasets, path, quantity, ask), ask, path, quantity)


def _optional(
    datasets: list[xarray.Dataset], path: Path, quantity: Quantity, ask: Ask
) -> FloatArray | None:
    if find(datasets, path, quantity) is None:
        return None
    return _required(datasets, path, quantity, ask)


def _grid(datasets: list[xarray.Dataset], path: Path, quantity: Quantity, ask: Ask) -> Grid:
    array = find(datasets, path, quantity)
    if array is None:
        has = ", ".join(names_in(datasets)) or "no variable"
        known = " or ".join(quantity.names)
        message = f"has no {quantity.title}; it has {has}"
        remedy = f"add a variable with standard_name {known}"
        if quantity in (EASTWARD_WIND, NORTHWARD_WIND):
            remedy = f"{remedy}, or one with {WIND_SPEED.names[0]}"
        raise ScenarioError([Problem(str(path), quantity.key, message, remedy)])
    return grid_of(array, path, quantity, ask)
