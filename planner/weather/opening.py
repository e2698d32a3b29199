"""Opening a NetCDF or GRIB file, and finding a quantity in it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner.errors import Problem, ScenarioError
from planner.scenario.netcdf import ENGINES, check_within
from planner.scenario.vectors import UnusableFile
from planner.weather.names import Quantity

if TYPE_CHECKING:
    import xarray

GRIB_EXTRA = "caspian-patrol-planner[grib]"

_ENGINES = {**ENGINES, b"GRIB": "cfgrib"}


@contextmanager
def opened(path: Path) -> Iterator[list[xarray.Dataset]]:
    """Open a weather file: one dataset of a NetCDF file, one a kind of level of a GRIB file.

    Raises
    ------
    ScenarioError
        When the file is neither, cannot be read, or needs a package that is not installed.
    """
    engine = _engine_of(path)
    with ExitStack() as stack:
        try:
            check_within(path, engine)
            datasets = _grib(path) if engine == "cfgrib" else [_netcdf(path, engine)]
        except UnusableFile as error:
            raise _refused(path, error.message, error.remedy) from None
        except ScenarioError:
            raise
        except Exception as error:  # xarray's back ends raise whatever their library raises
            reason = f"cannot be read as {engine} reads it ({_first_line(error)})"
            raise _refused(path, reason, "download it again, or convert it to NetCDF-4") from error
        for dataset in datasets:
            stack.callback(dataset.close)
        try:
            yield datasets
        except (OSError, RuntimeError, MemoryError) as error:  # values are read while it is open
            reason = f"is damaged ({_first_line(error)})"
            raise _refused(path, reason, "download it again, or save it anew") from error


def find(datasets: list[xarray.Dataset], path: Path, quantity: Quantity) -> xarray.DataArray | None:
    """Return the variable that holds a quantity: by standard name, else by a provider's name.

    Raises
    ------
    ScenarioError
        When several do, and none of them has a provider's name.
    """
    arrays = [array for dataset in datasets for array in dataset.data_vars.values()]
    named = [each for each in arrays if each.attrs.get("standard_name") in quantity.names]
    known = [each for each in named or arrays if each.name in quantity.aliases]
    chosen = known or named
    if len(chosen) > 1:
        names = ", ".join(str(each.name) for each in chosen)
        message = f"{names} are all {quantity.title}"
        raise ScenarioError([Problem(str(path), quantity.key, message, "keep one of them")])
    return chosen[0] if chosen else None


def names_in(datasets: list[xarray.Dataset]) -> list[str]:
    """Names of all variables, with their standard names where they have one."""
    return [
        f"{array.name} ({standard})"
        if (standard := array.attrs.get("standard_name"))
        else str(name)
        for dataset in datasets
        for name, array in dataset.data_vars.items()
    ]


def _engine_of(path: Path) -> str:
    """Engine of xarray by the file's first bytes: the name's ending may be anything."""
    with path.open("rb") as file:
        start = file.read(4)
    if start in _ENGINES:
        return _ENGINES[start]
    if start[:2] == b"PK":
        raise _refused(path, "is a zip archive", "unpack it, and merge its files into one")
    raise _refused(path, "is neither NetCDF nor GRIB", "name a file of ERA5, CMEMS or a forecast")


def _netcdf(path: Path, engine: str) -> xarray.Dataset:
    import xarray

    return xarray.open_dataset(path, engine=cast(Any, engine), decode_timedelta=False)


def _grib(path: Path) -> list[xarray.Dataset]:
    """Datasets of a GRIB file, no index written beside it."""
    try:
        cfgrib: Any = importlib.import_module("cfgrib")
    except ImportError as error:
        remedy = f"pip install '{GRIB_EXTRA}' (cfgrib and ecCodes), or convert it to NetCDF"
        raise _refused(path, f"is GRIB, which needs cfgrib ({error})", remedy) from None
    return list(cfgrib.open_datasets(str(path), backend_kwargs={"indexpath": ""}))


def _refused(path: Path, message: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem(str(path), "", message, remedy)])


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
