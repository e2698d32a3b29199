"""Past events of a user's file: where, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.files import is_file
from planner.scenario.geometry import in_degrees
from planner.scenario.rows import read_rows
from planner.scenario.vectors import UnusableFile, read_features

LEAST_EVENTS = 5
"""Fewer events say nothing of where and when the next will be (assumption)."""

MOST_NAMED = 5
"""Rows at fault that a message names; it counts the others."""


@dataclass(frozen=True, eq=False)
class Events:
    """Past events; arrays of n.

    Attributes
    ----------
    row : (n,)
        Line of the CSV (the first line names the columns), or number of the point from 1.
    position : (n, 2)
        ``(lon, lat)`` in degrees WGS84.
    hour : (n,)
        Hour of the day, 0 to 24, in the offset asked for.
    """

    row: NDArray[np.int64]
    position: NDArray[np.float64]
    hour: NDArray[np.float64]


def read_events(path: Path, zone: tzinfo | None) -> Events:
    """Read past events.

    Parameters
    ----------
    path
        CSV with the columns ``lon``, ``lat`` (degrees WGS84) and ``time`` (ISO
        8601 with the hour), or GeoPackage, GeoJSON or shapefile of points, in any
        CRS, with a field ``time``. Other columns are left alone.
    zone
        Offset of the hours of the day; times without an offset are taken in it.

    Raises
    ------
    GeodataError
        If the file cannot be read, lacks a column, holds fewer than
        :data:`LEAST_EVENTS` events, or a row has no place or time; rows are named.
    """
    if not is_file(path):
        raise UnusableFile(path, "there is no such file", "check the path")
    return _read(path.resolve(), zone, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, zone: tzinfo | None, _changed_ns: int) -> Events:
    table = path.suffix.lower() in {".csv", ".txt"}
    rows, position, times = _from_csv(path) if table else _from_points(path)
    if len(rows) < LEAST_EVENTS:
        raise UnusableFile(
            path,
            f"it holds {len(rows)} events; a density takes {LEAST_EVENTS} or more",
            "add events, or describe the threat with kind 'area'",
        )
    _refuse(path, rows, [not _on_earth(place) for place in position], "nowhere on Earth",
            "lon and lat are decimal degrees WGS84, longitude from -180 to 180")  # fmt: skip
    moments = [_moment(value, zone) for value in times]
    _refuse(path, rows, [moment is None for moment in moments], "without a time that can be read",
            "write ISO 8601 with the hour, such as 2005-04-30T22:15+05:00")  # fmt: skip
    hour = [_hour(moment) for moment in moments if moment is not None]
    if len({(m.hour, m.minute, m.second) for m in moments if m is not None}) == 1:
        raise UnusableFile(
            path,
            f"all {len(hour)} events are at {moments[0]:%H:%M}: these are dates, not times",
            "give the hour of each event, or describe the threat with kind 'area' and a raster",
        )
    return Events(np.array(rows, dtype=np.int64), np.array(position), np.array(hour))


def named(rows: Iterable[int]) -> str:
    """Rows in words, all counted, the first few named: ``3 rows (2, 7, 9)``."""
    numbers = [int(row) for row in rows]
    shown = ", ".join(map(str, numbers[:MOST_NAMED]))
    more = f" and {len(numbers) - MOST_NAMED} more" if len(numbers) > MOST_NAMED else ""
    return f"{len(numbers)} row{'s' if len(numbers) > 1 else ''} ({shown}{more})"


def _refuse(path: Path, rows: Sequence[int], faulty: Sequence[bool], what: str, how: str) -> None:
    wrong = [row for row, bad in zip(rows, faulty, strict=True) if bad]
    if wrong:
        raise UnusableFile(path, f"{named(wrong)} {what}", how)


def _from_csv(path: Path) -> tuple[list[int], list[list[float]], list[Any]]:
    columns, lines = read_rows(path)
    missing = [name for name in ("lon", "lat", "time") if name not in columns]
    if missing:
        raise UnusableFile(
            path,
            f"it has no column '{missing[0]}' (columns: {', '.join(columns) or 'none'})",
            "write a first line 'lon,lat,time'",
        )
    position = [[_number(row["lon"]), _number(row["lat"])] for _, row in lines]
    return [line for line, _ in lines], position, [row["time"] for _, row in lines]


def _from_points(path: Path) -> tuple[list[int], list[list[float]], list[Any]]:
    table = read_features(path)
    if table.crs is None:
        raise UnusableFile(path, "it does not say its CRS", "save points with their CRS")
    if "time" not in table.columns:
        shown = ", ".join(str(name) for name in table.columns) or "none"
        raise UnusableFile(
            path, f"it has no field 'time' (fields: {shown})", "name the field of times 'time'"
        )
    rows = list(range(1, len(table) + 1))
    shapes = table.geometry
    no_point = (shapes.geom_type.ne("Point") | shapes.isna() | shapes.is_empty).tolist()
    _refuse(path, rows, no_point, "without a point", "save one point an event")
    return rows, [[float(p.x), float(p.y)] for p in in_degrees(path, table)], list(table["time"])


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")


def _on_earth(place: Sequence[float]) -> bool:
    return -180 <= place[0] <= 180 and -90 <= place[1] <= 90


def _moment(value: Any, zone: tzinfo | None) -> datetime | None:
    """A time with its hour in the offset ``zone``; None of a date alone, or no time at all."""
    if isinstance(value, str):
        text = value.strip()
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            return None
        if not any(mark in text for mark in "T :"):
            return None  # a date alone would count as midnight
    if not isinstance(value, datetime) or str(value) == "NaT":
        return None
    return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60.0 + moment.second / 3600.0
