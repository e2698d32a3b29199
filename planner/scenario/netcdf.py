"""Open a user's NetCDF file, and read times by the CF conventions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from planner.errors import PlannerError
from planner.scenario.apart import PROBER
from planner.scenario.vectors import UnusableFile

if TYPE_CHECKING:
    import xarray

SECONDS = {"second": 1.0, "sec": 1.0, "s": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0,
           "hr": 3600.0, "h": 3600.0, "day": 86400.0, "d": 86400.0}  # fmt: skip

CALENDARS = {"standard", "gregorian", "proleptic_gregorian"}


ENGINES = {b"CDF\x01": "scipy", b"CDF\x02": "scipy", b"\x89HDF": "h5netcdf"}
"""Reader of xarray by the first bytes of a NetCDF file: its name may end in anything."""

SAVE_AS = "save it anew as NetCDF (3 or 4)"

MOST_VALUES = 100_000_000
"""More values of one variable are not worked with: 800 MB."""

MOST_ON_AXIS = 5_000_000
"""More entries along one axis are not read; a file's axes are all read when it is opened."""


@contextmanager
def opened(path: Path) -> Iterator[xarray.Dataset]:
    """A NetCDF file with fill values as NaN and times as the file's own numbers.

    Raises
    ------
    GeodataError
        If the file cannot be read, now or while it is open, or is drawn from other files.
    """
    try:
        engine = engine_of(path)
        if engine is None:
            raise ValueError("it begins otherwise")
        check_within(path, engine)
        import xarray

        with xarray.open_dataset(
            path, engine=cast(Any, engine), decode_times=False, cache=False
        ) as data:
            yield data
    except PlannerError:
        raise
    except Exception as error:  # xarray's back ends raise whatever their library raises
        words = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UnusableFile(path, f"it cannot be read as NetCDF ({words[:120]})", SAVE_AS) from error


def engine_of(path: Path) -> str | None:
    """Reader of a NetCDF file; None of any other file."""
    with path.open("rb") as file:
        return ENGINES.get(file.read(4))


def check_within(path: Path, engine: str) -> None:
    """Refuse an HDF5 file that is damaged, draws on other files, or has an axis without an end.

    Raises
    ------
    GeodataError
        If it cannot be gone through, if a part of it is drawn from another file, or if an axis
        is longer than :data:`MOST_ON_AXIS`.
    """
    if engine == "h5netcdf":
        path = path.resolve()
        stamp = path.stat()
        _look_through(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=64)
def _look_through(path: Path, _changed_ns: int, _size: int) -> None:
    found = PROBER.ask(path)
    name, length = found["longest"]
    if found["error"] is not None:
        raise UnusableFile(path, f"it cannot be read as NetCDF ({found['error']})", SAVE_AS)
    if found["elsewhere"] is not None:
        raise UnusableFile(
            path,
            f"'{found['elsewhere']}' is drawn from another file",
            "save everything in one file",
        )
    if length > MOST_ON_AXIS:
        raise UnusableFile(
            path,
            f"'{name}' has {length:,} entries; at most {MOST_ON_AXIS:,} are read",
            "cut it to the area and the hours of the plan",
        )


def numbers(path: Path, array: xarray.DataArray) -> NDArray[np.float64]:
    """Values of a variable.

    Raises
    ------
    GeodataError
        If they are more than :data:`MOST_VALUES`, or no numbers.
    """
    if array.size > MOST_VALUES:
        raise UnusableFile(
            path,
            f"'{array.name}' has {array.size:,} values; at most {MOST_VALUES:,} are read",
            "cut it to the area and the hours of the plan",
        )
    if array.dtype.kind not in "fiu":
        raise UnusableFile(path, f"'{array.name}' holds no numbers", "save it as decimal numbers")
    return np.asarray(array, dtype=np.float64)


def utc_seconds(path: Path, time: xarray.DataArray) -> NDArray[np.float64]:
    """Seconds since 1970-01-01 UTC of a variable of times.

    Units are read by the CF conventions 1.11, section 4.4: ``seconds since
    1970-01-01 00:00:00``; without an offset the reference is UTC.

    Raises
    ------
    GeodataError
        If it has no such units, or another calendar than the common one.
    """
    units = str(time.attrs.get("units", ""))
    calendar = str(time.attrs.get("calendar", "standard")).lower()
    unit, since, reference = units.partition(" since ")
    step_s = SECONDS.get(unit.strip().lower().rstrip("s") or unit.strip().lower())
    begin = _reference(reference) if since else None
    if step_s is None or begin is None or calendar not in CALENDARS:
        shown = f"'{units}'" if units else "missing"
        raise UnusableFile(
            path,
            f"the units of '{time.name}' are {shown} (calendar '{calendar}'), no time",
            "write CF units such as 'seconds since 1970-01-01 00:00:00' in the standard calendar",
        )
    return begin + step_s * numbers(path, time)


def _reference(text: str) -> float | None:
    words = text.strip().removesuffix("UTC").strip()
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
