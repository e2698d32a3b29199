"""Targets as the verifier recomputes them."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner.verify
from planner.plan.model import Plan
from planner.scenario import Scenario, from_dict
from planner.sea import Sea
from planner.verify.facts import Facts
from planner.verify.moving import _speed_kn
from planner.verify.stationary import targets, threat_shares
from tests.plan_factory import SCENARIO


def test_weights_of_a_threat_sum_to_its_share(plan: Plan, scenario: Scenario, sea: Sea) -> None:
    """3 : 2 : 1 gives a half, a third and a sixth; each layer holds its share."""
    facts = Facts(plan, scenario, sea)
    assert threat_shares(facts) == pytest.approx({"nets": 1 / 2, "runs": 1 / 3, "ferry": 1 / 6})
    for name, layer in targets(facts).layers.items():
        assert layer.weight.sum() == pytest.approx(threat_shares(facts)[name])


@given(st.floats(0.5, 100.0))
def test_windows_fill_the_plan(
    plan: Plan, scenario: Scenario, sea: Sea, persistence_h: float
) -> None:
    """Windows follow each other from start to end, all of full length but the last."""
    threat = {"name": "nets", "kind": "area", "weight": 1.0, "persistence_h": persistence_h}
    changed = from_dict({**SCENARIO, "threat": [threat]}, scenario.directory)
    bounds_h = targets(Facts(plan, changed, sea)).layers["nets"].bounds_h
    assert (bounds_h[0], bounds_h[-1]) == (0.0, 48.0)
    assert np.diff(bounds_h)[:-1] == pytest.approx(persistence_h)
    assert 0 < np.diff(bounds_h)[-1] <= persistence_h + 1e-3


def test_a_zone_weighs_only_its_own_water(plan: Plan, scenario: Scenario, sea: Sea) -> None:
    """Cells north of the southern zone weigh nothing there, cells inside as their area."""
    layer = targets(Facts(plan, scenario, sea)).layers["nets"]
    bounds = np.array([piece.bounds for piece in sea.cells.water])
    north, south = bounds[:, 1] > 43.6, bounds[:, 3] < 43.6
    assert north.any() and south.any()
    assert np.all(layer.water_nm2[north] == 0)
    assert layer.water_nm2[south] == pytest.approx(sea.cells.area_nm2[south], rel=1e-4)


@pytest.mark.parametrize(("hours", "speed_kn"), [(0.5, 16.0), (2.0, 4.0), (0.0, 0.0)])
def test_a_searcher_is_as_fast_as_its_leg(
    plan: Plan, scenario: Scenario, sea: Sea, hours: float, speed_kn: float
) -> None:
    """Eight miles in half an hour, in two, in none: miles by hours, and no speed without any."""
    claim = Facts(plan, scenario, sea).claims[0]
    stretch = replace(claim.stretch, start_h=3.0, end_h=3.0 + hours, length_nm=8.0)
    assert _speed_kn(replace(claim, stretch=stretch)) == speed_kn


def test_the_verifier_stands_alone() -> None:
    """No module of the verifier imports the optimiser, its problem, or what made the plan."""
    folder = Path(planner.verify.__file__).parent
    imported = set()
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
    ours = {name for name in imported if name.startswith("planner")}
    allowed = (
        "planner.verify",
        "planner.scenario",
        "planner.sea",
        "planner.sensing",
        "planner.units",
        "planner.weather",
    )
    assert all(
        name.startswith((*allowed, "planner.plan.model")) or name == "planner" for name in ours
    )
