"""Crews and outages: each fault is found by its own rule, and by no other."""

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
from tests.verify import changes as do
from tests.verify import crew_changes as crew
from tests.verify.changes import Data


def _broken(data: Data, scenario: Scenario, sea: Sea) -> dict[str, int]:
    return check(Plan.model_validate(data), scenario, sea).broken


@pytest.mark.parametrize(
    ("change", "rule", "times"),
    [
        (crew.named("Boats 1 b", "hull", "Boats 2"), "outages", 1),
        (do.first("sorties", "crew", ""), "crews", 1),
        (do.first("sorties", "crew", "Navy crew 1"), "crews", 1),
        (do.first("sorties", "crew", "Boats crew 3"), "crews", 1),
        (crew.named("Boats 2 a", "crew", "Boats crew 1"), "crews", 1),
        (crew.long_watch, "crew_hours", 2),
    ],
)
def test_a_fault_is_found_by_its_rule_alone(
    change: Callable[[Data], None],
    rule: str,
    times: int,
    written: dict[str, Any],
    scenario: Scenario,
    sea: Sea,
) -> None:
    """A hull in upkeep, a crew of no or another unit, on two boats, too long in day and week."""
    spoilt = copy.deepcopy(written)
    change(spoilt)
    assert _broken(spoilt, scenario, sea) == {rule: times}


@pytest.mark.parametrize(
    ("rules", "broken"),
    [
        ({"day_h": 13.2, "week_h": 21.6, "rotation": 1}, {}),
        ({"day_h": 13.1}, {"crew_hours": 1}),
        ({"day_h": None, "week_h": 21.5}, {"crew_hours": 1}),
        ({"rotation": 2}, {"rotation": 1}),
        ({"day_h": None, "week_h": None, "rotation": None}, {}),
    ],
)
def test_hours_are_held_to_the_unit(
    rules: dict[str, Any],
    broken: dict[str, int],
    written: dict[str, Any],
    scenario: Scenario,
    sea: Sea,
    directory: Path,
) -> None:
    """The navy's crew sails 13.2 and 8.4 hours, departing 28 hours apart: no more is allowed."""
    tables = scenario.model_dump(mode="json")
    tables["unit"][1] |= rules
    assert _broken(written, from_dict(tables, directory), sea) == broken


@pytest.mark.parametrize(
    ("apart_h", "day_h", "broken"),
    [(28, 12.9, 1), (28, 13.3, 0), (22, 15.3, 0), (22, 15.1, 1)],
)
def test_days_begin_at_any_time(
    apart_h: int,
    day_h: float,
    broken: int,
    written: dict[str, Any],
    scenario: Scenario,
    sea: Sea,
    directory: Path,
) -> None:
    """Two hours of the second sortie fall within 24 h of the first one's departure, or none."""
    tables = scenario.model_dump(mode="json")
    tables["unit"][1] |= {"day_h": day_h, "rotation": None}
    shifted = copy.deepcopy(written)
    crew.moved("Navy 1 b", apart_h - 28)(shifted)
    assert _broken(shifted, from_dict(tables, directory), sea).get("crew_hours", 0) == broken


def test_turnaround_may_fall_in_an_outage(
    written: dict[str, Any], scenario: Scenario, sea: Sea, directory: Path
) -> None:
    """A hull that returns just before its upkeep counts once, and breaks no rule."""
    tables = scenario.model_dump(mode="json")
    tables["outage"][0]["start"] = "2006-05-22T10:30:00+05:00"
    assert _broken(written, from_dict(tables, directory), sea) == {}
