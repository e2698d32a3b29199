"""What is kept from one run to the next makes no difference to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from planner.problem.build import build
from planner.scenario import Scenario, load
from planner.sea import build_sea
from planner.study.cases.seas import SEAS_KEPT, Seas, sea_key, unmanned_key
from tests.study.cases.tiny import write_tiny


def manned(scenario: Scenario, count: int, crews: int) -> Scenario:
    """Return the scenario with other numbers in its first unit."""
    unit = scenario.unit[0].model_copy(update={"count": count, "crews": crews})
    changed = scenario.model_copy(update={"unit": (unit, *scenario.unit[1:])})
    return changed.at(scenario.directory, scenario.file_name)


def test_other_numbers_of_hulls_give_the_problem_built_anew(tmp_path: Path) -> None:
    """Rows, budgets and stations are those of the scenario; all else is the same."""
    scenario = load(write_tiny(tmp_path) / "scenario.toml")
    unit = scenario.unit[0].model_copy(update={"week_h": 20.0})
    scenario = scenario.model_copy(update={"unit": (unit, *scenario.unit[1:])}).at(tmp_path, "x")
    held = Seas()
    first = held.problem(scenario)
    for count, crews in ((1, 1), (4, 3), (7, 20)):
        changed = manned(scenario, count, crews)
        assert unmanned_key(changed) == unmanned_key(scenario)
        found, anew = held.problem(changed), build(changed, build_sea(changed))
        assert found.instance.rows == anew.instance.rows
        assert found.instance.budgets == anew.instance.budgets
        assert [station.unit for station in found.stations] == list(changed.unit)
        assert found.made[0].fleet is found.instance.fleets[0]
        assert found.instance.fleets[0].network is first.instance.fleets[0].network
        assert np.array_equal(found.instance.targets.weight, anew.instance.targets.weight)


def test_anything_else_builds_the_problem_anew(tmp_path: Path) -> None:
    """On the same sea, as long as area, bases and ends of runs stay."""
    scenario = load(write_tiny(tmp_path) / "scenario.toml")
    held = Seas()
    first = held.problem(scenario)
    threat = scenario.threat[0].model_copy(update={"weight": 9.0})
    changed = scenario.model_copy(update={"threat": (threat, *scenario.threat[1:])})
    changed = changed.at(tmp_path, "x")
    assert held.sea(changed) is held.sea(scenario)
    found = held.problem(changed)
    weights = found.instance.targets.weight
    assert not np.array_equal(weights, first.instance.targets.weight)


def test_few_seas_are_kept(tmp_path: Path) -> None:
    """Memory stays flat however many seas a study has."""
    scenario = load(write_tiny(tmp_path) / "scenario.toml")
    held, keys = Seas(), set()
    for lon in (27.50, 27.505, 27.51, 27.515, 27.52):
        base = scenario.base[0].model_copy(update={"position": (lon, 40.972)})
        moved = scenario.model_copy(update={"base": (base, *scenario.base[1:])}).at(tmp_path, "x")
        held.sea(moved)
        keys.add(sea_key(moved))
    assert len(keys) == 5
    assert len(held._seas) == SEAS_KEPT


def test_draws_are_shared_by_what_differs_in_units_only(tmp_path: Path) -> None:
    """And what was laid of sorties by what differs in numbers of hulls and crews only."""
    scenario = load(write_tiny(tmp_path) / "scenario.toml")
    held = Seas()
    held.problem(scenario)
    draws, fits = held.draws(scenario), held.fits
    more = manned(scenario, 5, 4)
    held.problem(more)
    assert held.draws(more) is draws
    assert held.fits is fits
    unit = scenario.unit[0].model_copy(update={"week_h": 20.0})
    slower = scenario.model_copy(update={"unit": (unit, *scenario.unit[1:])}).at(tmp_path, "x")
    held.problem(slower)
    assert held.draws(slower) is draws
    assert held.fits is not fits
    threat = scenario.threat[0].model_copy(update={"weight": 9.0})
    other = scenario.model_copy(update={"threat": (threat, *scenario.threat[1:])}).at(tmp_path, "x")
    assert held.draws(other) is not draws
