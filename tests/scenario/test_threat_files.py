"""Files of threats: what is read, and what is refused in words."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from planner.errors import GeodataError, ScenarioError
from planner.scenario import load
from planner.scenario.drift import read_particles
from planner.scenario.incidents import read_events
from planner.scenario.raster import read_raster
from tests.threat_files import (
    START_S,
    drift,
    grid,
    scenario_with,
    write_drift,
    write_events,
    write_grid,
)

FIVE = timezone(timedelta(hours=5))
HEAD = "lon,lat,time"
ROW = "50.75,43.45,2005-04-03T22:15+05:00"


def events_of(lines: list[str], path: Path) -> Any:
    """Events of a CSV of these lines."""
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_events(path, FIVE)


def test_a_grid_reads_the_same_from_netcdf_and_csv(tmp_path: Path) -> None:
    """Places and values are those written, rows from south to north."""
    lon, lat, risk = grid()
    for name in ("risk.nc", "risk.csv"):
        found = read_raster(write_grid(tmp_path / name))
        assert found.lon == pytest.approx(lon)
        assert found.lat == pytest.approx(lat)
        assert found.value == pytest.approx(risk)
        east, north = found.edges
        assert (np.diff(east) > 0).all() and (np.diff(north) > 0).all()
        assert (east[0], east[-1]) == pytest.approx((lon[0] - 0.05, lon[-1] + 0.05))


def test_a_grid_of_another_turn_and_order_is_put_right(tmp_path: Path) -> None:
    """Longitudes to 360 and latitudes from north to south come out about the sea."""
    import xarray

    lon, lat, risk = grid()
    xarray.Dataset(
        {"risk": (("time", "latitude", "longitude"), risk[None, ::-1])},
        coords={"longitude": lon + 300.0, "latitude": lat[::-1]},
    ).to_netcdf(tmp_path / "turned.nc")
    found = read_raster(tmp_path / "turned.nc", "risk").about(-9.0)
    assert found.lon == pytest.approx(lon - 60.0)
    assert found.value == pytest.approx(risk)


@pytest.mark.parametrize(
    ("make", "variable", "words"),
    [
        (lambda p: write_grid(p, variable="x"), "danger", "no variable 'danger' over lon and lat"),
        (lambda p: write_grid(p, units="m"), None, "'lon' is in 'm'; regrid"),
        (lambda p: write_grid(p, -grid()[2]), None, "values are negative, the first at [50, 42.8]"),
        (lambda p: write_grid(p, 0 * grid()[2]), None, "holds no value above zero"),
        (lambda p: p.write_bytes(b"no grid"), None, "cannot be read as NetCDF"),
    ],
)
def test_a_faulty_grid_is_refused(make: Any, variable: str | None, words: str, tmp_path: Path
                                  ) -> None:  # fmt: skip
    """The message says what is wrong with the grid."""
    make(tmp_path / "risk.nc")
    with pytest.raises(GeodataError) as raised:
        read_raster(tmp_path / "risk.nc", variable)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["lon,lat,risk", "50,43,1"], "no column 'value' (columns: lon, lat, risk)"),
        (["lon,lat,value", "50,43,much"], "row 2: value = 'much' is no number"),
        (["lon,lat,value", "50,43,1"], "its lon are no degrees of a grid (1 from 50 to 50)"),
        (["lon,lat,value", "4e5,4e6,1", "5e5,5e6,1"], "in decimal degrees WGS84, not in metres"),
        (["lon,lat,value", *(f"{50 + k / 9},{43 + k / 9},1" for k in range(30))], "are no grid"),
    ],
)
def test_a_faulty_table_of_a_grid_is_refused(lines: list[str], words: str, tmp_path: Path) -> None:
    """The message names the column or the row."""
    (tmp_path / "risk.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(GeodataError) as raised:
        read_raster(tmp_path / "risk.csv")
    assert words in str(raised.value)


def test_events_keep_place_and_clock_hour(tmp_path: Path) -> None:
    """Hours are those of the offset asked for; times without an offset are taken in it."""
    rows = [ROW, "50,43,2005-04-03T17:15Z", "50,43,2005-04-03 22:15", ROW, "51,44,2005-04-03T01:30"]
    found = events_of([HEAD, *rows], tmp_path / "events.csv")
    assert found.hour == pytest.approx([22.25, 22.25, 22.25, 22.25, 1.5])
    assert found.row.tolist() == [2, 3, 4, 5, 6]
    assert found.position[-1].tolist() == [51.0, 44.0]


@pytest.mark.parametrize("name", ["events.gpkg", "events.geojson"])
def test_points_of_a_layer_are_events(name: str, tmp_path: Path) -> None:
    """A GeoPackage in metres and a GeoJSON hold the same events as the CSV."""
    table = read_events(write_events(tmp_path / "events.csv"), FIVE)
    times = [f"2005-04-03T{int(h):02d}:{round(h % 1 * 60):02d}:00+05:00" for h in table.hour]
    points = geopandas.GeoDataFrame(
        {"time": times}, geometry=shapely.points(table.position), crs="EPSG:4326"
    )
    points.to_crs("EPSG:32639" if name.endswith("gpkg") else "EPSG:4326").to_file(tmp_path / name)
    found = read_events(tmp_path / name, FIVE)
    assert found.hour == pytest.approx(table.hour)
    assert found.position == pytest.approx(table.position, abs=1e-6)
    points.rename(columns={"time": "when"}).to_file(tmp_path / name)
    with pytest.raises(GeodataError, match="no field 'time' \\(fields: when, geometry\\)"):
        read_events(tmp_path / name, FIVE)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["lon,lat", "50,43"], "no column 'time' (columns: lon, lat)"),
        ([HEAD, ROW, ROW], "holds 2 events; a density takes 5 or more"),
        ([HEAD, ROW, "50,430,2005-04-03T22:15", "x,43,2005-04-03T22:15", ROW, ROW, ROW],
         "2 rows (3, 4) nowhere on Earth"),
        ([HEAD, ROW, ROW, ROW, ROW, "50,43,3 April", "50,43,2005-04-03"],
         "2 rows (6, 7) without a time that can be read; write ISO 8601 with the hour"),
        ([HEAD, *["50,43,2005-04-03T00:00"] * 9], "all 9 events are at 00:00: these are dates"),
        ([HEAD, *["50,99,2005-04-03T00:00"] * 9], "9 rows (2, 3, 4, 5, 6 and 4 more) nowhere"),
    ],
)  # fmt: skip
def test_faulty_events_are_refused_by_their_rows(
    lines: list[str], words: str, tmp_path: Path
) -> None:
    """The message names the lines of the file."""
    with pytest.raises(GeodataError) as raised:
        events_of(lines, tmp_path / "events.csv")
    assert words in str(raised.value)


def test_particles_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Places, times and the end of stranded particles come out of the file."""
    hour, lon, lat = drift()
    status = np.zeros(lon.shape, np.int8)
    status[4, 9:] = 1
    found = read_particles(write_drift(tmp_path / "drift.nc", status=status))
    assert found.time_s == pytest.approx(START_S + 3600 * hour)
    assert np.isnan(found.lon[4, 9:]).all()
    kept = np.isfinite(found.lon)
    assert kept.sum() == lon.size - (len(hour) - 9)
    assert found.lon[kept] == pytest.approx(lon[kept], abs=1e-5)
    assert found.lat[kept] == pytest.approx(lat[kept], abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leave_out": "lat"}, "no variable 'lat' (there are: lon, status, time)"),
        ({"leave_out": "time"}, "no variable 'time'"),
        ({"units": "furlongs"}, "the units of 'time' are 'furlongs' (calendar 'standard'), no tim"),
        ({"units": "months since 2006-05-01"}, "write CF units such as 'seconds since 1970"),
        ({"degrees": "m"}, "'lon' is in 'm'; give positions in degrees east and north"),
        ({"lon": drift()[1] * 1e4}, "beyond 360 degrees"),
        ({"lon": drift()[1] * np.nan}, "no particle is ever active"),
    ],
)
def test_faulty_particles_are_refused(changes: Any, words: str, tmp_path: Path) -> None:
    """The message names the variable and the fault."""
    write_drift(tmp_path / "drift.nc", **changes)
    with pytest.raises(GeodataError) as raised:
        read_particles(tmp_path / "drift.nc")
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("units", "factor"),
    [("hours since 2006-05-21T19:00Z", 1.0), ("days since 2006-05-21 19:00", 24)],
)
def test_times_are_read_in_any_unit_of_cf(units: str, factor: float, tmp_path: Path) -> None:
    """Hours and days since another moment are the same times."""
    import xarray

    hour = drift()[0]
    with xarray.open_dataset(write_drift(tmp_path / "a.nc"), decode_times=False) as data:
        data.assign_coords(time=("time", hour / factor, {"units": units})).to_netcdf(
            tmp_path / "b.nc"
        )
    assert read_particles(tmp_path / "b.nc").time_s == pytest.approx(START_S + 3600 * hour)


def test_faults_of_files_are_problems_of_the_scenario(tmp_path: Path) -> None:
    """Each faulty file is a line with its key, all at once when the scenario is read."""
    write_grid(tmp_path / "risk.nc", units="m")
    (tmp_path / "events.csv").write_text("lon,lat\n", encoding="utf-8")
    write_drift(tmp_path / "drift.nc", leave_out="lon")
    threats = [
        {"name": "a", "kind": "area", "weight": 1.0, "persistence_h": 6.0, "raster": "risk.nc"},
        {"name": "b", "kind": "incidents", "weight": 1.0, "persistence_h": 6.0,
         "file": "events.csv"},
        {"name": "c", "kind": "drift", "weight": 1.0, "file": "drift.nc"},
        {"name": "d", "kind": "area", "weight": 1.0, "persistence_h": 6.0, "raster": "none.nc"},
    ]  # fmt: skip
    with pytest.raises(ScenarioError) as raised:
        scenario_with(threats, tmp_path)
    keys = [problem.key for problem in raised.value.problems]
    assert sorted(keys) == ["threat[1].raster", "threat[2].file", "threat[3].file",
                            "threat[4].raster"]  # fmt: skip
    assert all("\n" not in str(problem) for problem in raised.value.problems)


def test_the_example_says_that_its_events_are_made_up(examples: Path) -> None:
    """It loads, and no one can take its events for a record."""
    scenario = load(examples / "threats-2006.toml")
    assert [threat.kind for threat in scenario.threat] == ["incidents", "area", "transit"]
    lines = (examples / "threats-2006-events.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 41
    assert all(line.endswith("made up for illustration") for line in lines[1:])
    assert "made-up positions, for illustration" in " ".join(
        (examples / "threats-2006.toml").read_text(encoding="utf-8").split()
    )
