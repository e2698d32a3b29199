"""Plan through an easterly storm off Aktau: boats keep to the lee of the shore, or stay in.

The storm is made up; its file has the variables and units of an ERA5 reanalysis, so that
one from the Climate Data Store can stand in its place.
"""

from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from planner import build_sea, load, plan_scenario, verify_plan, write_map, write_plan
from planner.geodata import depth
from planner.weather.waves import height_m

Array = NDArray[np.float64]

HERE = Path(__file__).parent
DIRECTORY = Path("out/storm")


def easterly_fetch_m(depth_m: Array, lon: Array, lat: Array) -> Array:
    """Metres of open water east of every point of a grid (ny, nx), at most 300 km."""
    step_m = np.radians(lon[1] - lon[0]) * 6_371_000.0 * np.cos(np.radians(lat))
    fetch = np.zeros_like(depth_m)
    for k in range(len(lon) - 1, -1, -1):
        behind = fetch[:, k + 1] if k + 1 < len(lon) else 0.0
        fetch[:, k] = np.where(depth_m[:, k] > 0, behind + step_m, 0.0)
    return np.asarray(np.clip(fetch, 2_000.0, 300_000.0))


def storm() -> xr.Dataset:
    """Wind and waves of three days as ERA5 gives them: a gale from the east on the second."""
    grid = depth()
    times = np.datetime64("2006-05-21T18:00", "ns") + np.arange(0, 81, 3) * np.timedelta64(1, "h")
    hours = np.arange(0, 81, 3.0)
    wind_m_s = 4.0 + 11.0 * np.exp(-(((hours - 40.0) / 14.0) ** 2))
    fetch_m = easterly_fetch_m(grid.depth_m, grid.lon, grid.lat)
    waves_m = height_m(wind_m_s[:, None, None], fetch_m, np.maximum(grid.depth_m, 1.0))
    waves_m = np.where(grid.depth_m > 0, waves_m, np.nan)
    axes = ("valid_time", "latitude", "longitude")
    east = np.broadcast_to(-wind_m_s[:, None, None], waves_m.shape)
    return xr.Dataset(
        {
            "u10": (axes, east, {"standard_name": "eastward_wind", "units": "m s**-1"}),
            "v10": (axes, 0 * east, {"standard_name": "northward_wind", "units": "m s**-1"}),
            "swh": (
                axes,
                waves_m,
                {"standard_name": "sea_surface_wave_significant_height", "units": "m"},
            ),
        },
        {"valid_time": times, "latitude": grid.lat, "longitude": grid.lon},
    )


DIRECTORY.mkdir(parents=True, exist_ok=True)
storm().to_netcdf(DIRECTORY / "storm.nc")
(DIRECTORY / "storm.toml").write_text((HERE / "storm.toml").read_text())

scenario = load(DIRECTORY / "storm.toml")
plan = plan_scenario(scenario, time_limit_s=60, seed=0)
write_plan(plan, DIRECTORY)
write_map(plan, build_sea(scenario), DIRECTORY / "map.html")
report = verify_plan(plan, DIRECTORY)

for day in range(int(scenario.days)):
    out = [s for s in plan.sorties if (s.depart - scenario.start).days == day]
    hours = sum((s.return_ - s.depart).total_seconds() for s in out) / 3600
    print(f"day {day + 1}: {len(out)} sorties, {hours:.0f} hours at sea")
print(f"detection {plan.solver.detection:.1%}, at most {plan.solver.bound:.1%} is possible")
print("the plan holds" if report.ok else report.violations[0])
