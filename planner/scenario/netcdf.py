"""Open a user's NetCDF file, and read times by the CF conventions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.scenario.geometry import UnusableFile

if TYPE_CHECKING:
    import xarray

SECONDS = {"second": 1.0, "sec": 1.0, "s": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0,
           "hr": 3600.0, "h": 3600.0, "day": 86400.0, "d": 86400.0}  # fmt: skip

CALENDARS = {"standard", "gregorian", "proleptic_gregorian"}


@contextmanager
def opened(path: Path) -> Iterator[xarray.Dataset]:
    """A NetCDF file with fill values as NaN and times as the file's own numbers.

    Raises
    ------
    GeodataError
        If the file cannot be read.
    """
    import xarray

    try:
        data = xarray.open_dataset(path, decode_times=False, cache=False)
    except (OSError, ValueError, KeyError) as error:
        words = str(error).strip().split("\n")[0]
        raise UnusableFile(
            path, f"it cannot be read as NetCDF ({words})", "save it as NetCDF (3 or 4)"
        ) from error
    with data:
        yield data


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
    return begin + step_s * np.asarray(time, dtype=np.float64)


def _reference(text: str) -> float | None:
    words = text.strip().removesuffix("UTC").strip()
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
