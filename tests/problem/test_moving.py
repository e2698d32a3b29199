"""Runs that spread, begin on a line or at some hours; particles of a file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely import Point

from planner.errors import ScenarioError
from planner.problem.runs import Runs
from planner.problem.targets import tracks
from planner.problem.tracks import Track
from planner.sea.model import SHORE_ONLY
from tests.problem.off_aktau import sea
from tests.threat_files import START_S, drift, scenario_with, write_drift

GEOD = Geod(ellps="WGS84")
RUNS = {"name": "runs", "kind": "transit", "weight": 1.0, "origin": [50.6, 43.8],
        "destination": [50.9, 43.1], "speed_kn": 12.0, "tracks": 40}  # fmt: skip
MINES = {"name": "mines", "kind": "drift", "weight": 1.0, "file": "drift.nc"}


def found(threat: dict[str, Any], directory: Path, **changes: Any) -> list[Track]:
    """Tracks of a scenario with one threat."""
    return tracks(scenario_with([threat], directory, **changes), sea())


def refused(threat: dict[str, Any], directory: Path, **changes: Any) -> str:
    """The only problem of a threat, as it is printed."""
    with pytest.raises(ScenarioError) as raised:
        found(threat, directory, **changes)
    (problem,) = raised.value.problems
    assert problem.key.startswith("threat[1]")
    return str(problem)


def ways(threat: dict[str, Any], count: int) -> list[Any]:
    """Ways that runs of a threat take."""
    scenario = scenario_with([threat], Path())
    runs, rng = Runs(scenario.threat[0], 1, scenario, sea()), np.random.default_rng(7)
    return [runs.draw(rng) for _ in range(count)]


def length_nm(path: Any) -> float:
    """Geodesic length of a way."""
    return float(GEOD.line_length(path[:, 0], path[:, 1])) / 1852.0


def test_runs_depart_at_the_hours_given(tmp_path: Path) -> None:
    """Every departure, worked out from the first whole passage, is between 22:00 and 03:00."""
    (path,) = ways(RUNS, 1)
    first = next(p for p in path if h3.latlng_to_cell(p[1], p[0], 5) in sea().cells.ids)
    before_h = length_nm(path[: 1 + int(np.flatnonzero((path == first).all(axis=1))[0])]) / 12.0
    whole = [t for t in found({**RUNS, "hours": [22, 3]}, tmp_path, days=2.0) if t.cell.size]
    begun = [t.enter_h[0] - before_h for t in whole if t.enter_h[0] > 0.0]
    assert len(begun) > 25
    clock = np.mod(begun, 24.0)
    assert np.all((clock > 21.9) | (clock < 3.1))
    assert np.any(clock < 3.0) and np.any(clock > 22.0)
    (problem,) = [refused({**RUNS, "months": [1]}, tmp_path)]
    assert "no run departs at its months and hours" in problem


def test_a_spread_widens_the_lane_by_its_standard_deviation() -> None:
    """Half-way ways lie about the shortest path, further off with a wider spread, on water."""
    (straight,) = ways(RUNS, 1)
    line = shapely.LineString(straight)
    off = {}
    for spread in (1.0, 4.0):
        bent = ways({**RUNS, "spread_nm": spread}, 60)
        off[spread] = [60 * shapely.LineString(way).hausdorff_distance(line) for way in bent]
        assert all(np.array_equal(way[[0, -1]], straight[[0, -1]]) for way in bent)
        assert all(length_nm(way) >= length_nm(straight) - 1e-6 for way in bent)
        shore = sea().shore.buffer(1e-4)
        assert all(shore.covers(shapely.LineString(way)) for way in bent)
    # mean of the absolute value of a normal deviate: sqrt(2/pi) = 0.8
    assert 0.5 < np.mean(off[1.0]) < 1.2
    assert 3.0 < np.mean(off[4.0]) / np.mean(off[1.0]) < 5.0


def test_ends_are_drawn_on_their_lines() -> None:
    """Ways begin and end on the lines given, all along them."""
    band = {**RUNS, "origin_to": [51.0, 43.8], "destination_to": [51.1, 43.1]}
    drawn = ways(band, 60)
    for end, (west, east, lat) in ((0, (50.6, 51.0, 43.8)), (-1, (50.9, 51.1, 43.1))):
        places = np.array([way[end] for way in drawn])
        assert places[:, 1] == pytest.approx(lat)
        assert np.all((places[:, 0] >= west) & (places[:, 0] <= east))
        share = (places[:, 0] - west) / (east - west)
        assert share.mean() == pytest.approx(0.5, abs=4 / math.sqrt(12 * 60))


def test_varied_runs_are_the_same_each_time_and_follow_the_seed(tmp_path: Path) -> None:
    """The scenario fixes the runs; another seed gives others, of the same weight in all."""
    threat = {**RUNS, "spread_nm": 3.0, "origin_to": [51.0, 43.8]}
    one, again = found(threat, tmp_path), found(threat, tmp_path)
    other = found({**threat, "seed": 99}, tmp_path)
    times = [np.concatenate([t.enter_h for t in some]).tolist() for some in (one, again, other)]
    assert times[0] == times[1] != times[2]
    assert math.fsum(t.weight for t in other) == pytest.approx(1.0)
    assert len({tuple(t.cell) for t in one}) > 5, "ways differ"


def test_particles_are_followed_through_the_cells(tmp_path: Path) -> None:
    """At any time of the plan a track is in the cell in whose water its particle is."""
    write_drift(tmp_path / "drift.nc")
    some = found(MINES, tmp_path)
    hour, lon, lat = drift()
    assert len(some) == len(lon)
    assert math.fsum(track.weight for track in some) == pytest.approx(1.0)
    for number, track in enumerate(some):
        assert np.all(track.leave_h > track.enter_h)
        seen = 0.0
        for at in np.arange(0.05, 24.0, 0.1):
            x, y = np.interp(at, hour, lon[number]), np.interp(at, hour, lat[number])
            cell = h3.latlng_to_cell(y, x, 5)
            inside = (track.enter_h <= at) & (at < track.leave_h)
            stated = [sea().cells.ids[k] for k in track.cell[inside]]
            due = [
                name
                for name, water in zip(sea().cells.ids, sea().cells.water, strict=True)
                if name == cell and water.contains(Point(x, y))
            ]
            seen += stated == due
        assert seen >= 228, "all but a few of 240 times, at the edges of cells"


def test_a_tracks_speed_is_the_mean_of_its_particle(tmp_path: Path) -> None:
    """Miles made good between the times of the file over the hours of the plan."""
    write_drift(tmp_path / "drift.nc")
    hour, lon, lat = drift()
    inside = (hour >= 0) & (hour <= 24)
    for number, track in enumerate(found(MINES, tmp_path)):
        path = np.column_stack([lon[number, inside], lat[number, inside]])
        assert track.speed_kn == pytest.approx(length_nm(path) / 24.0, rel=1e-3)


def test_stranded_particles_end_and_few_are_taken_evenly(tmp_path: Path) -> None:
    """A particle is followed until its status changes; of many every so manieth is taken."""
    _, lon, lat = drift(20)
    status = np.zeros(lon.shape, np.int8)
    status[:, 13:] = 1
    write_drift(tmp_path / "drift.nc", lon, lat, status)
    some = found(MINES | {"tracks": 5}, tmp_path)
    assert len(some) == 5
    assert all(track.leave_h.max(initial=0.0) <= 9.0 + 1e-9 for track in some)
    write_drift(tmp_path / "drift.nc", lon[2::4], lat[2::4], status[2::4])
    again = found(MINES, tmp_path)
    assert [t.enter_h.tolist() for t in some] == [t.enter_h.tolist() for t in again]


def test_particles_of_other_days_are_refused(tmp_path: Path) -> None:
    """Both spans of time stand in the message."""
    write_drift(tmp_path / "drift.nc", start_s=START_S + 40 * 86400)
    words = refused(MINES, tmp_path)
    assert "no particle of threat 'mines' is active within the plan" in words
    assert "the file covers 30 Jun 2006 21:00 to 02 Jul 2006 03:00" in words
    assert "the plan 22 May 2006 00:00 to 23 May 2006 00:00" in words


def test_particles_on_land_are_refused_with_their_number(tmp_path: Path) -> None:
    """Particles ashore while active are counted; stranded ones are no fault."""
    _, lon, lat = drift()
    lon[[2, 7], 10:] = 51.6
    lat[[2, 7], 10:] = 43.7
    write_drift(tmp_path / "drift.nc", lon, lat)
    words = refused(MINES, tmp_path)
    assert "2 of 12 particles of threat 'mines' lie on land" in words
    assert "such as number 3 at [51.600, 43.700] at hour 7.0 of the plan" in words
    assert "status other than 0" in words
    status = np.zeros(lon.shape, np.int8)
    status[[2, 7], 10:] = 1
    write_drift(tmp_path / "drift.nc", lon, lat, status)
    assert len(found(MINES, tmp_path)) == 12


def test_particles_outside_the_area_are_refused(tmp_path: Path) -> None:
    """A drift that never comes into the area holds no target."""
    _, lon, lat = drift()
    write_drift(tmp_path / "drift.nc", lon - 0.6, lat - 0.9)
    assert "all 12 particles of threat 'mines' stay outside the area" in refused(MINES, tmp_path)


def test_no_way_between_lines_is_refused(tmp_path: Path) -> None:
    """A line whose ends lie on water that the other cannot reach is an error of the threat."""
    scenario = scenario_with([RUNS], tmp_path)
    waters = sea().waters(SHORE_ONLY)
    assert np.isfinite(waters.field((50.6, 43.8)).distance_nm(np.array([[50.9, 43.1]]))[0])
    broken = scenario.threat[0].model_copy(
        update={"destination": (53.0, 43.1), "destination_to": (53.1, 43.1)}
    )
    runs = Runs(broken, 1, scenario, sea())
    with pytest.raises(ScenarioError, match="no navigable path joins places on the lines"):
        runs.draw(np.random.default_rng(0))
