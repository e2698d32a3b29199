"""Weights of rasters, past events and hours, against sums done another way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.errors import ScenarioError
from planner.problem.incidents import in_space, in_time, scott_nm
from planner.problem.targets import stationary
from planner.scenario.incidents import read_events
from tests.problem.off_aktau import sea
from tests.threat_files import NIGHT, grid, scenario_with, write_events, write_grid

GEOD = Geod(ellps="WGS84")
NETS = {"name": "nets", "kind": "area", "weight": 1.0, "persistence_h": 6.0}
PAST = {"name": "past", "kind": "incidents", "weight": 1.0, "persistence_h": 6.0,
        "file": "events.csv"}  # fmt: skip


def layer(threat: dict[str, Any], directory: Path, **changes: Any) -> Any:
    """The only layer of a scenario with one threat."""
    (found,) = stationary(scenario_with([threat], directory, **changes), sea())
    return found


def refused(threat: dict[str, Any], directory: Path, **changes: Any) -> str:
    """The only problem of a threat, as it is printed."""
    with pytest.raises(ScenarioError) as raised:
        layer(threat, directory, **changes)
    (problem,) = raised.value.problems
    assert problem.key.startswith("threat[1]")
    assert problem.remedy
    return str(problem)


def sampled(values: Any, count: int = 60) -> list[float]:
    """Mean of a function over each cell's water times its area, by a lattice of points."""
    found = []
    for water, area in zip(sea().cells.water, sea().cells.area_nm2, strict=True):
        west, south, east, north = water.bounds
        lon, lat = np.meshgrid(np.linspace(west, east, count), np.linspace(south, north, count))
        points = np.column_stack([lon.ravel(), lat.ravel()])
        points = points[shapely.contains_xy(water, points)]
        found.append(float(np.mean(values(points)) * area))
    return found


@pytest.mark.parametrize("name", ["risk.nc", "risk.csv"])
def test_a_raster_weighs_by_the_water_in_each_box(name: str, tmp_path: Path) -> None:
    """A cell's weight is the mean of the grid's boxes over its water times its area."""
    write_grid(tmp_path / name)
    found = layer({**NETS, "raster": name}, tmp_path)
    lon, lat, risk = grid()

    def nearest(points: Any) -> Any:
        i = np.abs(points[:, :1] - lon).argmin(axis=1)
        return risk[np.abs(points[:, 1:] - lat).argmin(axis=1), i]

    due = np.array(sampled(nearest))
    assert found.weight.sum() == pytest.approx(1.0)
    assert found.weight.sum(axis=0) == pytest.approx(due / due.sum(), rel=0.02)
    assert found.weight[0] == pytest.approx(found.weight[3])


def test_an_even_raster_weighs_like_none(tmp_path: Path) -> None:
    """With one value everywhere the weights are those of the water alone."""
    write_grid(tmp_path / "even.nc", np.full(grid()[2].shape, 7.0))
    with_raster = layer({**NETS, "raster": "even.nc"}, tmp_path).weight
    assert with_raster == pytest.approx(layer(NETS, tmp_path).weight, rel=1e-3)


def test_hours_hold_all_of_the_weight(tmp_path: Path) -> None:
    """From 20:00 to 04:00 a day has two windows with weight, in proportion to their length."""
    found = layer({**NETS, "hours": [20, 4]}, tmp_path)
    assert found.window_h.tolist() == [0, 4, 6, 12, 18, 20, 24]
    assert found.weight.sum(axis=1) == pytest.approx([0.5, 0, 0, 0, 0, 0.5])


def test_the_months_hold_all_of_the_weight(tmp_path: Path) -> None:
    """Of a plan over the end of May only the part in June counts."""
    start = "2006-05-31T12:00:00+05:00"
    found = layer({**NETS, "months": [6]}, tmp_path, start=start)
    assert found.weight.sum(axis=1) == pytest.approx([0, 0, 0.5, 0.5])


def test_events_spread_as_gaussians_on_the_water(tmp_path: Path) -> None:
    """Each event's kernel is shared out by the integral of the Gaussian over each cell's water."""
    position = read_events(write_events(tmp_path / "events.csv"), None).position[:4]
    found = in_space(position, sea().cells.water, 5.0)
    assert found.sum(axis=1) == pytest.approx(1.0)
    for place, shares in zip(position, found, strict=True):

        def kernel(points: Any, place: Any = place) -> Any:
            ends = np.broadcast_to(place, points.shape)
            metres = GEOD.inv(ends[:, 0], ends[:, 1], points[:, 0], points[:, 1])[2]
            return np.exp(-0.5 * (np.array(metres) / 1852 / 5.0) ** 2)

        due = np.array(sampled(kernel))
        assert shares == pytest.approx(due / due.sum(), rel=0.03, abs=1e-4)


def test_hours_of_the_day_wrap_around() -> None:
    """An event at 23:00 counts as much an hour past midnight as at nine in the evening."""
    late = in_time(np.array([23.0]), np.arange(25.0), 0.0, 2.0)[0]
    assert late.sum() == pytest.approx(1.0)
    assert late[0] == pytest.approx(late[21])
    assert late[[22, 23]] == pytest.approx(late.max())
    apart = (np.arange(24) + 0.5 - 23.0 + 12.0) % 24.0 - 12.0
    assert late == pytest.approx(np.exp(-0.5 * (apart / 2) ** 2) / np.sqrt(8 * np.pi), abs=0.003)


def test_scotts_rule_is_scatter_by_number() -> None:
    """Four events at the corners of a square of 20 by 20 miles: 11.5 nm times 4^(-1/6)."""
    lat = 43.5 + np.array([-10.0, 10.0, -10.0, 10.0]) / 59.99
    lon = 51.0 + np.array([-10.0, -10.0, 10.0, 10.0]) / (60.13 * np.cos(np.radians(lat)))
    sigma = np.sqrt(400.0 / 3.0)
    assert scott_nm(np.column_stack([lon, lat])) == pytest.approx(sigma * 4 ** (-1 / 6), rel=0.005)


def test_a_layer_of_events_weighs_most_where_and_when_they_were(tmp_path: Path) -> None:
    """The heaviest target is the night watch of the cell in which most events lie."""
    write_events(tmp_path / "events.csv")
    found = layer(PAST, tmp_path)
    assert found.weight.sum() == pytest.approx(1.0)
    window, cell = np.unravel_index(found.weight.argmax(), found.weight.shape)
    assert found.window_h[window] in (18.0, 0.0)
    middle = shapely.Point(NIGHT["lon"], NIGHT["lat"])
    assert shapely.distance(sea().cells.water[int(cell)], middle) < 0.1
    wide = layer({**PAST, "bandwidth_nm": 8.0}, tmp_path)
    assert wide.weight.max() < found.weight.max()


def test_a_threat_that_is_never_there_is_refused(tmp_path: Path) -> None:
    """Months and hours that leave no time within the plan are an error that names the plan."""
    words = refused({**NETS, "months": [1, 12]}, tmp_path)
    assert "'nets' is never there within the plan (22 May 2006 00:00 to 23 May 2006 00:00)" in words
    assert "change months or hours" in words


def test_gaps_in_a_raster_are_refused(tmp_path: Path) -> None:
    """NaN over the water is an error that says how much water and where."""
    risk = grid()[2]
    risk[4:9, 6:9] = np.nan
    write_grid(tmp_path / "risk.nc", risk)
    words = refused({**NETS, "raster": "risk.nc"}, tmp_path)
    assert "'risk.nc' has no value (or NaN) for " in words
    assert "such as at [50." in words
    assert "threat[1].raster" in words


def test_a_raster_elsewhere_or_of_zeros_is_refused(tmp_path: Path) -> None:
    """A grid beside the area lacks all of it; one that is zero there leaves no target."""
    lon, lat, risk = grid()
    rows = [f"{x},{y},1" for x in lon + 4 for y in lat]
    (tmp_path / "east.csv").write_text("\n".join(["lon,lat,value", *rows]), encoding="utf-8")
    assert "(100.0%)" in refused({**NETS, "raster": "east.csv"}, tmp_path)
    risk[:] = 0.0
    risk[0, 0] = 1.0
    write_grid(tmp_path / "zero.nc", risk)
    words = refused({**NETS, "raster": "zero.nc"}, tmp_path)
    assert "is zero all over the water" in words


def test_events_off_the_water_are_refused_by_their_rows(tmp_path: Path) -> None:
    """Events far from the area's water are named by the lines of the file."""
    path = write_events(tmp_path / "events.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = "43.45,50.75,2005-04-03T22:00+05:00,swapped"
    lines[9] = "52.9,43.6,2005-04-03T22:00+05:00,on land"
    path.write_text("\n".join(lines), encoding="utf-8")
    words = refused({**PAST, "bandwidth_nm": 4.0}, tmp_path)
    assert "2 rows (5, 10) of 40 with events more than the bandwidth of 4.0 nm off" in words


def test_events_at_one_place_need_a_bandwidth(tmp_path: Path) -> None:
    """Scott's rule has nothing to go by where all events are at one position."""
    lines = [f"50.75,43.45,2005-04-03T{hour}:00+05:00" for hour in range(10, 18)]
    (tmp_path / "events.csv").write_text("\n".join(["lon,lat,time", *lines]), encoding="utf-8")
    assert "state bandwidth_nm" in refused(PAST, tmp_path)
    assert layer({**PAST, "bandwidth_nm": 3.0}, tmp_path).weight.sum() == pytest.approx(1.0)
