"""Stationary targets and tracks of a small real sea."""

from __future__ import annotations

import math
from itertools import pairwise

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from planner.errors import ScenarioError
from planner.problem.targets import shares, stationary, tracks, windows
from planner.problem.tracks import Track
from planner.sea import build_sea
from planner.sea.model import SHORE_ONLY
from tests.problem.off_aktau import scenario, scenario_of, sea, tables

GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def ferry() -> list[Track]:
    """Tracks of the transit threat."""
    return tracks(scenario(), sea())


@given(horizon=st.integers(1, 500), persistence=st.floats(0.1, 600))
def test_windows_cover_the_plan(horizon: int, persistence: float) -> None:
    """Windows follow each other from 0 to the end, each a persistence long but the last."""
    bounds = windows(horizon, persistence)
    lengths = np.diff(bounds)
    assert bounds[0] == 0
    assert bounds[-1] == horizon
    assert lengths[:-1] == pytest.approx(persistence)
    assert 0 < lengths[-1] <= persistence * (1 + 1e-6)


def test_weights_of_all_targets_sum_to_1(ferry: list[Track]) -> None:
    """Layers and tracks together weigh 1, each threat its share."""
    weight = {layer.threat: float(layer.weight.sum()) for layer in stationary(scenario(), sea())}
    weight["ferry"] = math.fsum(track.weight for track in ferry)
    assert weight == pytest.approx({"nets": 2 / 6, "runs": 3 / 6, "ferry": 1 / 6})
    assert weight == pytest.approx(shares(scenario()))
    assert math.fsum(weight.values()) == pytest.approx(1, abs=1e-12)


def test_a_layer_is_even_over_water_and_time() -> None:
    """A target's weight is its share of the water times its share of the plan's time."""
    runs = stationary(scenario(), sea())[1]
    water = sea().cells.area_nm2 / sea().cells.area_nm2.sum()
    assert runs.window_h.tolist() == [0, 9, 18, 24]
    for row, hours in zip(runs.weight, (9, 9, 6), strict=True):
        assert row == pytest.approx(0.5 * hours / 24 * water)


def test_a_threat_in_a_zone_weighs_only_there() -> None:
    """A threat of a named zone has weight in the zone's cells alone, by the water inside."""
    changed = tables()
    changed["threat"][0]["zone"] = "aktau-approaches"
    (nets, *_) = stationary(scenario_of(changed), sea())
    inside = sea().zone_shares["aktau-approaches"]
    assert 0 < np.count_nonzero(inside) < sea().cells.n
    assert ((nets.weight[0] > 0) == (inside > 0)).all()
    assert nets.weight[0].sum() == pytest.approx(2 / 6)
    part = inside * sea().cells.area_nm2
    assert nets.weight[0] == pytest.approx(2 / 6 * part / part.sum())


def test_tracks_are_the_same_each_time(ferry: list[Track]) -> None:
    """A scenario has the same tracks whenever they are asked for."""
    again = tracks(scenario(), sea())
    assert len(again) == len(ferry) == 30
    for a, b in zip(ferry, again, strict=True):
        assert a.cell.tolist() == b.cell.tolist()
        assert a.enter_h.tolist() == b.enter_h.tolist()
        assert a.leave_h.tolist() == b.leave_h.tolist()


def test_passages_follow_each_other_within_the_plan(ferry: list[Track]) -> None:
    """Passages are in order and within the plan; where one ends inside the area the next begins."""
    cells = sea().cells
    for track in ferry:
        assert (track.enter_h >= 0).all()
        assert (track.leave_h <= 24).all()
        assert (track.leave_h > track.enter_h).all()
        for k, (left, entered) in enumerate(
            zip(track.leave_h[:-1], track.enter_h[1:], strict=True)
        ):
            assert entered >= left - 1e-12
            if entered - left < 1e-9:
                pair = (cells.ids[track.cell[k]], cells.ids[track.cell[k + 1]])
                assert h3.are_neighbor_cells(*pair)
        gaps = [b - a for a, b in zip(track.leave_h[:-1], track.enter_h[1:], strict=True)]
        assert sum(gap > 1e-9 for gap in gaps) <= 2, "the path enters the area a few times at most"


def test_a_track_is_where_its_speed_has_taken_it(ferry: list[Track]) -> None:
    """In the middle of each passage a target at the threat's speed is in that cell."""
    threat, cells = scenario().threat[2], sea().cells
    assert threat.origin
    assert threat.destination
    assert threat.speed_kn
    path = sea().waters(SHORE_ONLY).field(threat.origin).path(threat.destination)
    along = np.cumsum([0.0] + [GEOD.inv(*a, *b)[2] / 1852 for a, b in pairwise(path)])
    hours = along[-1] / threat.speed_kn
    names: dict[str, list[float]] = {cell: [] for cell in cells.ids}
    for at in np.linspace(0, along[-1], 4000):
        lon, lat = (np.interp(at, along, path[:, axis]) for axis in (0, 1))
        name = h3.latlng_to_cell(lat, lon, 5)
        if name in names:
            names[name].append(at / threat.speed_kn)
    for track in ferry:
        whole = (track.enter_h > 0) & (track.leave_h < 24)
        if not whole.any():
            continue
        k = int(np.flatnonzero(whole)[0])
        first = cells.ids[track.cell[k]]
        departure_h = track.enter_h[k] - names[first][0]
        assert -hours - 0.1 <= departure_h <= 24.1
        for cell, enter, leave in zip(track.cell, track.enter_h, track.leave_h, strict=True):
            inside = np.array(names[cells.ids[cell]]) + departure_h
            middle = (enter + leave) / 2
            assert inside.min() - 0.05 <= middle <= inside.max() + 0.05
            assert leave - enter <= np.ptp(inside) + 0.05


def test_targets_are_under_way_at_all_times(ferry: list[Track]) -> None:
    """Departures are spread over the plan: at every hour about as many targets are in the area."""
    hours = np.arange(0.5, 24)
    there = [
        sum(bool(((t.enter_h <= hour) & (hour < t.leave_h)).any()) for t in ferry) for hour in hours
    ]
    assert min(there) >= 1
    assert max(there) <= 3 * np.mean(there)


@pytest.mark.parametrize(
    ("number", "change", "words"),
    [
        (0, {"zone": "ural-pre-estuary"}, "holds no water of the area planned"),
        (2, {"origin": [50.0, 42.6], "destination": [50.5, 42.4]}, "its path misses the area"),
    ],
)
def test_a_threat_outside_the_area_is_named(
    number: int, change: dict[str, object], words: str
) -> None:
    """A threat that never meets the area is an error of the scenario with its key and name."""
    changed = tables()
    changed["threat"][number] |= change
    there = scenario_of(changed)
    water = build_sea(there)
    with pytest.raises(ScenarioError, match=words) as raised:
        (stationary if number == 0 else tracks)(there, water)
    (problem,) = raised.value.problems
    assert problem.key == f"threat[{number + 1}]"
    assert f"'{there.threat[number].name}'" in problem.message
    assert problem.remedy
