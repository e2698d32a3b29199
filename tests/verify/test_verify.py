"""Good plans pass, spoilt ones do not, and the right rule says why."""

from __future__ import annotations

import copy
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.plan.model import Plan
from planner.scenario import Scenario
from planner.sea import Sea
from planner.verify import RULES, check, verify
from tests.verify.changes import claims, shift
from tests.verify.corruptions import CORRUPTIONS, Corruption

ELSEWHERE = {"breaks"}
"""Rules whose plans are made and spoilt in a test of their own."""


def test_a_good_plan_passes(plan: Plan, directory: Path) -> None:
    """The plan made by hand breaks no rule, and every rule had something to check."""
    report = verify(plan, directory)
    assert report.ok, "\n".join(report.lines())
    assert set(report.checks) == set(RULES)
    assert {rule for rule, number in report.checks.items() if number == 0} == ELSEWHERE
    assert report.detection == pytest.approx(plan.solver.detection, rel=1e-3)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.name)
def test_a_spoilt_plan_is_caught(
    corruption: Corruption, written: dict[str, Any], scenario: Scenario, sea: Sea
) -> None:
    """Each way to spoil the plan made by hand is noticed by the rule it breaks."""
    spoilt = copy.deepcopy(written)
    corruption.change(spoilt)
    report = check(Plan.model_validate(spoilt), scenario, sea)
    lines = "\n".join(report.lines())
    assert corruption.rule in report.broken, lines
    assert set(report.checks) | set(report.broken) == set(RULES)


def test_every_rule_has_a_plan_that_breaks_it() -> None:
    """No rule goes without a corrupted plan, and at least 15 ways are tried."""
    assert {corruption.rule for corruption in CORRUPTIONS} == set(RULES) - ELSEWHERE
    assert len(CORRUPTIONS) >= 15


@settings(max_examples=15)
@given(which=st.integers(0, 10**6), factor=st.floats(1.03, 50.0))
def test_no_claim_can_be_inflated(
    which: int, factor: float, written: dict[str, Any], scenario: Scenario, sea: Sea
) -> None:
    """Whichever leg claims whatever more than its path gives, it is caught there."""
    spoilt = copy.deepcopy(written)
    legs = [(s["id"], leg) for s in spoilt["sorties"] for leg in s["legs"] if leg["exposures"]]
    sortie, leg = legs[which % len(legs)]
    leg["exposures"][0]["exposure"] *= factor
    report = check(Plan.model_validate(spoilt), scenario, sea)
    assert [(v.rule, v.sortie) for v in report.violations] == [("exposure", sortie)]


@settings(max_examples=10)
@given(which=st.integers(0, 10**6), minutes=st.integers(61, 600))
def test_departures_are_held_to_the_step(
    which: int, minutes: int, written: dict[str, Any], scenario: Scenario, sea: Sea
) -> None:
    """A sortie moved by anything but whole departure steps is caught, by whole steps never."""
    spoilt = copy.deepcopy(written)
    sortie = spoilt["sorties"][which % len(spoilt["sorties"])]
    shift(sortie, minutes / 60)
    broken = check(Plan.model_validate(spoilt), scenario, sea).broken
    assert ("departure" in broken) == (minutes % 60 != 0)


def test_times_in_another_zone_are_the_same_times(plan: Plan, scenario: Scenario, sea: Sea) -> None:
    """A plan written in UTC is the same plan."""
    text = plan.model_dump(mode="python", by_alias=True)
    report = check(Plan.model_validate(_in_utc(text)), scenario, sea)
    assert report.ok, "\n".join(report.lines())


def test_detection_is_recomputed_from_the_paths(
    plan: Plan, written: dict[str, Any], scenario: Scenario, sea: Sea
) -> None:
    """What the plan says of itself does not move the recomputed detection."""
    spoilt = copy.deepcopy(written)
    for claim in claims(spoilt):
        claim["exposure"] *= 3
    for row in spoilt["coverage"] + spoilt["moving"]:
        row.update(exposure=9.0, detection=1.0, weight=0.5)
    honest = check(plan, scenario, sea).detection
    assert check(Plan.model_validate(spoilt), scenario, sea).detection == honest


def test_a_violation_names_sortie_time_and_figure(
    written: dict[str, Any], scenario: Scenario, sea: Sea
) -> None:
    """A search at 25 knots is reported with its sortie, its time, 25 and the limit of 15."""
    spoilt = copy.deepcopy(written)
    sortie = spoilt["sorties"][0]
    leg = next(leg for leg in sortie["legs"] if leg["mode"] == "search")
    leg["speed_kn"] = 25.0
    (violation,) = check(Plan.model_validate(spoilt), scenario, sea).violations
    assert violation.rule == "speed"
    assert violation.sortie == sortie["id"]
    assert violation.time is not None
    assert violation.time.isoformat() == leg["start"]
    assert violation.figure is not None
    assert (violation.figure.value, violation.figure.limit) == (25.0, 15.0)


def test_a_crossing_of_land_is_timed_where_it_begins(
    written: dict[str, Any], scenario: Scenario, sea: Sea
) -> None:
    """The time of a land crossing lies within its leg, not at its start."""
    spoilt = copy.deepcopy(written)
    next(c for c in CORRUPTIONS if c.name == "over land").change(spoilt)
    report = check(Plan.model_validate(spoilt), scenario, sea)
    violation = next(v for v in report.violations if v.rule == "land")
    leg = Plan.model_validate(spoilt).sorties[0].legs[-1]
    assert violation.time is not None
    assert leg.start < violation.time < leg.end


def test_an_empty_plan_is_a_plan(written: dict[str, Any], scenario: Scenario, sea: Sea) -> None:
    """Nobody sails, nothing is detected, nothing is wrong."""
    idle = copy.deepcopy(written)
    idle["sorties"], idle["metrics"] = [], {}
    for row in idle["coverage"] + idle["moving"]:
        row.update(exposure=0.0, detection=0.0)
    idle["solver"].update(detection=0.0, bound=0.3, gap=0.0)
    asked = scenario.model_copy(update={"requirement": ()})
    report = check(Plan.model_validate(idle), asked, sea)
    assert report.ok, "\n".join(report.lines())
    assert math.isclose(report.detection, 0.0)


def _in_utc(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, dict):
        return {key: _in_utc(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_in_utc(held) for held in value]
    return value
