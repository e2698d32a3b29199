"""Moving targets drawn along several ways: the same water and times as the plan's tracks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
from shapely import Point

from planner.problem.targets import tracks
from planner.simulate.movers import draw_moving
from planner.simulate.plane import LocalPlane
from planner.simulate.run import plane_of
from planner.simulate.searches import Searches
from planner.simulate.strata import stratify
from planner.simulate.targets import Moving
from tests.problem.off_aktau import sea
from tests.threat_files import drift, scenario_with, write_drift

RUNS = {"name": "runs", "kind": "transit", "weight": 1.0, "origin": [50.6, 43.8],
        "origin_to": [51.0, 43.8], "destination": [50.9, 43.1], "speed_kn": 12.0,
        "tracks": 300, "spread_nm": 3.0, "hours": [22, 3]}  # fmt: skip
MINES = {"name": "mines", "kind": "drift", "weight": 1.0, "file": "drift.nc"}
N = 600


@pytest.fixture(scope="module")
def flat() -> LocalPlane:
    """Return the plane about the sea off Aktau."""
    return plane_of(sea())


def drawn(threat: dict[str, Any], directory: Path, flat: LocalPlane) -> Moving:
    """Targets of a threat."""
    rng = np.random.default_rng(11)
    scenario = scenario_with([threat], directory, days=2.0)
    found, error = draw_moving(scenario.threat[0], 1, scenario, sea(), flat, stratify(N, rng), rng)
    assert error < 2e-4
    assert len(found.first) > 2
    return found


def line(found: Moving, way: int) -> tuple[np.ndarray, np.ndarray]:
    """Hours after the departure, and places, of the vertices of one path."""
    own = slice(found.first[way], found.first[way + 1])
    return found.after_h[own], found.path[own]


def presence(found: Moving, flat: LocalPlane, every_h: float = 0.1) -> Any:
    """Mean hours of a target in each cell's water (n,) and quarter of the plan (4,)."""
    index = {name: number for number, name in enumerate(sea().cells.ids)}
    spent = np.zeros((sea().cells.n, 4))
    runs = zip(found.way, found.appear_h, found.gone_h, found.depart_h, strict=True)
    for way, begin, end, depart in runs:
        after_h, path = line(found, way)
        times = np.arange(begin + every_h / 2, end, every_h)
        place = flat.to_lonlat(
            np.column_stack([np.interp(times - depart, after_h, path[:, k]) for k in (0, 1)])
        )
        for time, (lon, lat) in zip(times, place, strict=True):
            cell = index.get(h3.latlng_to_cell(lat, lon, 5))
            if cell is not None and sea().cells.water[cell].contains(Point(lon, lat)):
                spent[cell, int(time // 12.0)] += every_h / N
    return spent


def test_runs_are_where_and_when_the_plans_tracks_are(tmp_path: Path, flat: LocalPlane) -> None:
    """Time spent in each cell and quarter of the plan is that of the sampled tracks."""
    spent = presence(drawn(RUNS, tmp_path, flat), flat)
    due = np.zeros_like(spent)
    some = tracks(scenario_with([RUNS], tmp_path, days=2.0), sea())
    edges = np.linspace(0.0, 48.0, 5)
    for track in some:
        for cell, enter, leave in zip(track.cell, track.enter_h, track.leave_h, strict=True):
            both = np.minimum(leave, edges[1:]) - np.maximum(enter, edges[:-1])
            due[cell] += np.clip(both, 0.0, None) / len(some)
    assert spent.sum() == pytest.approx(due.sum(), rel=0.05)
    assert spent == pytest.approx(due, abs=0.12 * due.max())


def test_particles_are_drawn_evenly_and_followed(tmp_path: Path, flat: LocalPlane) -> None:
    """Each particle is drawn as often as another, and is where the file says."""
    write_drift(tmp_path / "drift.nc")
    found = drawn(MINES, tmp_path, flat)
    hour, lon, lat = drift()
    assert np.bincount(found.way).tolist() == [N // len(lon)] * len(lon)
    assert found.appear_h == pytest.approx(np.zeros(N))
    assert found.gone_h == pytest.approx(np.full(N, hour[-1]))
    for number in range(len(lon)):
        after_h, path = line(found, number)
        at = np.arange(0.0, 24.0, 1.7)
        place = np.column_stack([np.interp(at, after_h, path[:, k]) for k in (0, 1)])
        due = [np.interp(at, hour, values[number]) for values in (lon, lat)]
        assert flat.to_lonlat(place) == pytest.approx(np.column_stack(due), abs=2e-4)


def test_a_boat_in_the_way_meets_and_reaches_the_particle(tmp_path: Path, flat: LocalPlane) -> None:
    """A boat that waits where a particle passes meets it there and can be with it."""
    write_drift(tmp_path / "drift.nc")
    found = drawn(MINES, tmp_path, flat)
    hour, lon, lat = drift()
    spot = [np.interp(6.0, hour, values[3]) for values in (lon, lat)]
    xy = flat.to_xy(np.array([spot]))
    boat = Searches(
        start_h=np.array([5.5]), end_h=np.array([6.5]), start=xy, velocity=np.zeros((1, 2)),
        width_nm=np.array([0.2]), search_kn=np.array([1.0]), max_kn=np.array([20.0]),
        scale_error=0.0,
    )  # fmt: skip
    met = np.concatenate([m.target for m in found.meetings(boat, boat.width_nm / 2)])
    of_it = np.flatnonzero(found.way == 3)
    assert set(of_it.tolist()) <= set(met.tolist())
    near = of_it[:5]
    start, times = np.repeat(xy, 5, axis=0), np.full(5, 6.0)
    assert found.can_be_reached(near, start, times, np.full(5, 20.0)).all()
    late = np.full(5, hour[-1] - 0.01)
    assert not found.can_be_reached(near, start - 50.0, late, np.full(5, 20.0)).any()
