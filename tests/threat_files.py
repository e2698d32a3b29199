"""Small files of threats: past events, grids of risk, drifting particles; and scenarios of them."""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.scenario import Scenario, from_dict
from tests.problem.off_aktau import DIRECTORY, TABLES

Floats = NDArray[np.float64]

START_S = 1_148_238_000.0
"""2006-05-22T00:00:00+05:00, the start of the sea off Aktau, in seconds since 1970 UTC."""

NIGHT = {"lon": 50.75, "lat": 43.45, "hour": 23.0}
"""About where and when the events of :func:`write_events` are."""


def scenario_with(threats: list[dict[str, Any]], directory: Path, **changes: Any) -> Scenario:
    """The sea off Aktau with other threats, whose files lie in ``directory``."""
    tables = copy.deepcopy(TABLES) | {"threat": threats} | changes
    tables["area"]["file"] = str(DIRECTORY / "off_aktau.geojson")
    return from_dict(tables, directory, "threats.toml")


def write_events(path: Path, count: int = 40, seed: int = 1) -> Path:
    """A CSV of events at night about one place."""
    rng = np.random.default_rng(seed)
    lines = ["lon,lat,time,remark"]
    for number in range(count):
        lon, lat = NIGHT["lon"] + 0.08 * rng.normal(), NIGHT["lat"] + 0.04 * rng.normal()
        minute = math.floor(60 * (NIGHT["hour"] + 1.5 * rng.normal())) % 1440
        time = f"2005-04-{number % 28 + 1:02d}T{minute // 60:02d}:{minute % 60:02d}+05:00"
        lines.append(f"{lon:.5f},{lat:.5f},{time},made up")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def grid(step: float = 0.1) -> tuple[Floats, Floats, Floats]:
    """Longitudes (x,), latitudes (y,) and risks (y, x) over and around the sea off Aktau."""
    lon, lat = np.arange(50.0, 52.01, step), np.arange(42.8, 44.41, step)
    risk = 1.0 + np.sin(9 * lon)[None, :] * np.cos(7 * lat)[:, None]
    return lon, lat, np.asarray(risk)


def write_grid(path: Path, risk: Floats | None = None, **attributes: str) -> Path:
    """A NetCDF or CSV of :func:`grid`, or of other risks on it."""
    lon, lat, usual = grid()
    risk = usual if risk is None else risk
    if path.suffix == ".csv":
        rows = [
            f"{x:.6f},{y:.6f},{value:.12g}"
            for y, line in zip(lat, risk, strict=True)
            for x, value in zip(lon, line, strict=True)
        ]
        path.write_text("\n".join(["lon,lat,value", *rows]) + "\n", encoding="utf-8")
        return path
    import xarray

    units = {"units": "degrees_east"} | attributes
    xarray.Dataset(
        {"risk": (("lat", "lon"), risk)},
        coords={"lon": ("lon", lon, units), "lat": ("lat", lat, {"units": "degrees_north"})},
    ).to_netcdf(path)
    return path


def drift(count: int = 12, hours: int = 30, seed: int = 2) -> tuple[Floats, Floats, Floats]:
    """Hours (t,), longitudes and latitudes (m, t) of particles that go east off Aktau."""
    rng = np.random.default_rng(seed)
    hour = np.arange(-3.0, hours - 2.0)
    lon = 50.45 + 0.1 * rng.random((count, 1)) + 0.015 * (hour + 3)[None, :]
    lat = 43.45 + 0.1 * rng.random((count, 1)) + 0.004 * rng.normal(size=(count, len(hour)))
    return hour, np.asarray(lon), np.asarray(lat)


def write_drift(
    path: Path,
    lon: Floats | None = None,
    lat: Floats | None = None,
    status: NDArray[np.int8] | None = None,
    start_s: float = START_S,
    units: str = "seconds since 1970-01-01 00:00:00",
    leave_out: str = "",
    degrees: str = "degrees_east",
) -> Path:
    """A NetCDF of particles with the names and units that OpenDrift uses."""
    import xarray

    hour, usual_lon, usual_lat = drift()
    lon, lat = (usual_lon if lon is None else lon), (usual_lat if lat is None else lat)
    over = ("trajectory", "time")
    state = np.zeros(lon.shape, dtype=np.int8) if status is None else status
    flags = {"flag_values": np.array([0, 1], np.int8), "flag_meanings": "active stranded"}
    data = xarray.Dataset(
        {
            "lon": (over, lon.astype(np.float32), {"units": degrees}),
            "lat": (over, lat.astype(np.float32), {"units": "degrees_north"}),
            "status": (over, state, flags),
        },
        coords={"time": ("time", start_s + 3600.0 * hour, {"units": units})},
    )
    data.drop_vars([leave_out] if leave_out else []).to_netcdf(path)
    return path
