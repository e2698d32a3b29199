"""Fuel, upkeep, zones, tasks, costs: each fault is found by its own rule, limits as they are."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.plan.model import Plan
from planner.scenario import Scenario, from_dict
from planner.sea import Sea
from planner.verify import check
from tests.verify import service_changes as serve
from tests.verify.changes import Data


def _broken(data: Data, scenario: Scenario, sea: Sea) -> dict[str, int]:
    return check(Plan.model_validate(data), scenario, sea).broken


def _changed(scenario: Scenario, directory: Path, unit: int, **rules: Any) -> Scenario:
    tables = scenario.model_dump(mode="json")
    tables["unit"][unit] |= rules
    return from_dict(tables, directory)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (serve.goes_in("Boats 1", "2006-05-22T11:00:00+05:00"), {}),
        (serve.goes_in("Boats 1", "2006-05-22T11:00:00+05:00", 3.0), {"upkeep": 1}),
        (serve.goes_in("Navy 1", "2006-05-22T16:00:00+05:00"), {"upkeep": 1}),
        (serve.goes_in("Boats 1", "2006-05-22T22:00:00+05:00"), {"upkeep": 1}),
        (serve.goes_in("Boats 2", "2006-05-22T22:00:00+05:00"), {"upkeep": 1}),
        (serve.goes_in("Boats 2", "2006-05-21T22:00:00+05:00"), {"upkeep": 1}),
        (serve.goes_in("Boats 2", "2006-05-21T23:59:00+05:00"), {"upkeep": 1}),
        (serve.goes_in("Boats 2", "2006-05-21T23:59:59.5+05:00"), {}),
        (serve.goes_in("Boats 1", "2006-05-23T20:01:00+05:00"), {"upkeep": 1}),
        (serve.goes_in("Boats 1", "2006-05-22T11:00:00+05:00", 4.0 - 0.5 / 3600), {}),
        (serve.goes_in("Boats 1", "2006-05-22T11:00:00+05:00", 4.0 - 2.0 / 3600), {"upkeep": 1}),
        (serve.not_out_yet(1 / 60), {"upkeep": 1}),
        (serve.not_out_yet(0.5 / 3600), {}),
        (serve.dearer(), {"costs": 1}),
        (serve.dearer("by_unit", "Navy"), {"costs": 1}),
    ],
)
def test_a_fault_is_found_by_its_rule_alone(
    change: Callable[[Data], None],
    broken: dict[str, int],
    written: dict[str, Any],
    scenario: Scenario,
    sea: Sea,
) -> None:
    """Upkeep too short, of no such hull, at sea, in an outage, before the plan; wrong costs."""
    spoilt = copy.deepcopy(written)
    change(spoilt)
    assert _broken(spoilt, scenario, sea) == broken


@pytest.mark.parametrize(
    ("unit", "rules", "broken"),
    [
        (0, {"upkeep_due_h": 5.6}, {}),
        (0, {"upkeep_due_h": 5.5}, {"upkeep": 1}),
        (0, {"upkeep_every_h": 5.5, "upkeep_due_h": 5.5}, {"upkeep": 1}),
        (0, {"upkeep_due_h": [5.5, 5.5]}, {"upkeep": 1}),
        (0, {"upkeep_h": 4.1}, {"upkeep": 2}),
        (1, {"fuel_week_l": 24_000.0}, {"fuel_week": 1}),
        (1, {"fuel_week_l": 24_010.0}, {}),
        (1, {"only_zones": ["south.geojson"]}, {"zones": 2}),
        (1, {"only_zones": [], "not_zones": ["south.geojson"]}, {"zones": 9}),
        (1, {"only_zones": ["south.geojson", "closed.geojson", "area.geojson"]}, {}),
        (0, {"cost_per_h_usd": None}, {"metrics": 1, "costs": 2}),
        (1, {"cost_per_nm_usd": 30.0}, {"metrics": 1, "costs": 2}),
    ],
)
def test_rules_are_held_to_the_unit(
    unit: int,
    rules: dict[str, Any],
    broken: dict[str, int],
    written: dict[str, Any],
    scenario: Scenario,
    sea: Sea,
    directory: Path,
) -> None:
    """The boats' longest sortie lasts 5.58 h; two days are two sevenths of a week's fuel."""
    assert _broken(written, _changed(scenario, directory, unit, **rules), sea) == broken


def test_who_looks_for_all_must_find_more(
    written: dict[str, Any], scenario: Scenario, sea: Sea, directory: Path
) -> None:
    """Without the navy's tasks its searches find the ferry, and the plan understates them."""
    broken = _broken(written, _changed(scenario, directory, 1, threats=[]), sea)
    assert {"sweep", "moving_exposure"} <= set(broken)
    assert "tasks" not in broken
