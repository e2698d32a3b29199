"""Threats from files and at some hours: weights and tracks worked out twice, and spoilt plans."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.app import plan_scenario
from planner.plan.model import Plan
from planner.problem.targets import stationary
from planner.scenario import Scenario
from planner.verify import check
from planner.verify.facts import Facts
from planner.verify.stationary import targets
from planner.verify.tolerance import WEIGHT_SHARE, WEIGHT_TAIL
from tests.plan_factory import empty_plan
from tests.problem.off_aktau import sea
from tests.threat_files import scenario_with, write_drift, write_events, write_grid

THREATS: list[dict[str, Any]] = [
    {"name": "nets", "kind": "area", "weight": 3.0, "persistence_h": 5.0, "hours": [19, 4],
     "raster": "risk.nc"},
    {"name": "past", "kind": "incidents", "weight": 2.0, "persistence_h": 6.0,
     "file": "events.csv", "zone": "aktau-approaches", "bandwidth_nm": 25.0},
    {"name": "runs", "kind": "transit", "weight": 1.0, "origin": [50.6, 43.8],
     "origin_to": [50.7, 43.8], "destination": [50.9, 43.1], "speed_kn": 12.0, "tracks": 30,
     "spread_nm": 2.0, "hours": [20, 2]},
    {"name": "mines", "kind": "drift", "weight": 1.0, "file": "drift.nc", "tracks": 8},
]  # fmt: skip


def write_all(directory: Path) -> Path:
    """Write the files of the threats."""
    write_grid(directory / "risk.nc")
    write_events(directory / "events.csv")
    write_drift(directory / "drift.nc")
    return directory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of the threats."""
    return write_all(tmp_path_factory.mktemp("threats"))


@pytest.fixture(scope="module")
def threatened(folder: Path) -> Scenario:
    """Return the sea off Aktau with one threat of every kind."""
    return scenario_with(THREATS, folder, days=1.5)


@pytest.fixture(scope="module")
def solved(threatened: Scenario) -> Plan:
    """Return a plan against all of them."""
    return plan_scenario(threatened, time_limit_s=2.0, seed=1)


def agree(scenario: Scenario) -> None:
    """Windows and weights of the verifier are those that the optimiser planned with."""
    found = targets(Facts(empty_plan(), scenario, sea())).layers
    for layer in stationary(scenario, sea()):
        again = found[layer.threat]
        assert again.bounds_h == pytest.approx(layer.window_h)
        assert again.weight == pytest.approx(
            layer.weight, rel=WEIGHT_SHARE / 2, abs=WEIGHT_TAIL * again.heaviest
        )
        there = layer.weight.sum(axis=1) > 0  # of narrow kernels nothing is left at noon
        assert (there <= again.active).all()
        assert layer.threat == "past" or (there == again.active).all()


def test_weights_come_out_the_same_another_way(threatened: Scenario) -> None:
    """Triangles and Green's theorem, boxes and outlines, intervals and steps agree."""
    agree(threatened)


@pytest.mark.parametrize("bandwidth", [{}, {"bandwidth_nm": 1.5, "bandwidth_h": 0.25},
                                       {"bandwidth_nm": 30.0, "bandwidth_h": 12.0}])  # fmt: skip
def test_kernels_of_all_widths_agree(bandwidth: dict[str, float], folder: Path) -> None:
    """From a mile to thirty, from a quarter of an hour to half a day."""
    past = {"name": "past", "kind": "incidents", "weight": 1.0, "persistence_h": 7.0,
            "file": "events.csv"}  # fmt: skip
    agree(scenario_with([past | bandwidth], folder, days=2.0, start="2006-05-22T00:40:00+05:00"))


@given(
    st.lists(st.integers(0, 23), min_size=2, max_size=2, unique=True),
    st.none() | st.just([5]) | st.just([6, 7]),
    st.integers(0, 23),
    st.floats(0.5, 40.0),
)
def test_windows_of_any_hours_and_months_agree(
    hours: list[int], months: list[int] | None, clock: int, persistence_h: float
) -> None:
    """Whatever the clock at the start, both find the same windows and weights."""
    nets = {"name": "nets", "kind": "area", "weight": 1.0, "persistence_h": persistence_h,
            "hours": hours} | ({} if months is None else {"months": months})  # fmt: skip
    start = f"2006-05-30T{clock:02d}:30:00+05:00"
    agree(scenario_with([nets], Path(), start=start, days=4.0))


def test_a_plan_against_every_kind_passes(solved: Plan, threatened: Scenario) -> None:
    """The optimiser's plan against rasters, hours, events, runs and particles breaks no rule."""
    report = check(solved, threatened, sea())
    assert report.ok, "\n".join(report.lines())
    assert report.detection == pytest.approx(solved.solver.detection, rel=0.005)
    assert {row.threat for row in solved.coverage} == {"nets", "past"}
    assert sum(row.threat == "mines" for row in solved.moving) == 8
    assert all(row.detection > 0 for row in solved.coverage if row.exposure > 0)


def moved(data: dict[str, Any], threat: str, hours: float) -> None:
    """Shift all passages of a threat's tracks that fall within the plan wholly in time."""
    for row in data["moving"]:
        for passage in row["passages"] if row["threat"] == threat else ():
            for key in ("enter", "leave"):
                time = datetime.fromisoformat(passage[key]) + timedelta(hours=hours)
                passage[key] = time.isoformat()


def by_day(data: dict[str, Any]) -> None:
    """Say that the nets were there by day."""
    row = next(row for row in data["coverage"] if row["threat"] == "nets")
    row["from"], row["to"] = "2006-05-22T10:00:00+05:00", "2006-05-22T15:00:00+05:00"


def evened(data: dict[str, Any]) -> None:
    """Spread past events evenly over their cells."""
    rows = [row for row in data["coverage"] if row["threat"] == "past"]
    mean = float(np.mean([row["weight"] for row in rows]))
    for row in rows:
        row["weight"] = mean


def faster(data: dict[str, Any]) -> None:
    """State twice the speed of a particle."""
    next(row for row in data["moving"] if row["threat"] == "mines")["speed_kn"] *= 2


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        (by_day, "coverage_rows", "is not a target"),
        (evened, "coverage_weights", "states another weight"),
        (lambda data: moved(data, "mines", 4.0), "passages", "is not where its particle is"),
        (lambda data: moved(data, "runs", 7.0), "passages", "left outside its months and hours"),
        (faster, "moving_speeds", "states another speed"),
        (lambda data: data["moving"].pop(), "moving_rows", "another number of tracks"),
    ],
)
def test_a_spoilt_plan_is_caught(
    change: Callable[[dict[str, Any]], object],
    rule: str,
    words: str,
    solved: Plan,
    threatened: Scenario,
) -> None:
    """Each way to spoil weights, windows or tracks is noticed by its rule."""
    data = copy.deepcopy(solved.model_dump(mode="json", by_alias=True))
    change(data)
    report = check(Plan.model_validate(data), threatened, sea())
    assert any(found.rule == rule and words in found.message for found in report.violations)
