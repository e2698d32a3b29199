"""Requirements measured anew: what a plan overstates, leaves out or does elsewhere is noticed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from planner.plan.model import Plan
from planner.scenario import Scenario
from planner.verify import RULES, check
from planner.verify.facts import Facts
from planner.verify.requirements import _MEASURES
from tests.problem.off_aktau import patrol
from tests.problem.required import ASKED, planned, problem_of, scenario_in, sea_of
from tests.verify.changes import Data
from tests.verify.requirement_changes import again, dropped, rows, stated


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario off Aktau with a requirement of each kind."""
    morning = {"end": "2006-05-22T12:00:00+05:00"}
    asked = [each | morning if each["name"] == "half watched" else each for each in ASKED]
    return scenario_in(tmp_path_factory.mktemp("required"), asked)


@pytest.fixture(scope="module")
def written(scenario: Scenario) -> Data:
    """Return a plan near the harbour that has something of each; copy before changing."""
    problem = problem_of(scenario)
    sorties = [patrol(problem, 0, depart, 8, cell) for depart, cell in ((6, 0), (30, 2), (84, 1))]
    sorties.append(patrol(problem, 1, 0, 20, 2))
    return planned(sorties, scenario, problem).model_dump(mode="json", by_alias=True)


def broken(data: Data, scenario: Scenario) -> list[str]:
    """Messages of the rule on requirements."""
    report = check(Plan.model_validate(data), scenario, sea_of(scenario))
    assert set(report.checks) == set(RULES)
    return [str(each) for each in report.violations if each.rule == "requirements"]


def test_what_is_stated_rightly_passes(written: Data, scenario: Scenario) -> None:
    """Every kind is measured, some of each but revisit is there, and nothing is wrong."""
    assert broken(written, scenario) == []
    assert all(row["achieved"] > 0 for row in rows(written))


NAMES = ["watched", "half watched", "seen", "helped", "escorted", "found"]


@pytest.mark.parametrize("name", NAMES)
def test_more_than_there_is_is_noticed(written: Data, scenario: Scenario, name: str) -> None:
    """A row of whatever kind that states more, or for revisit fewer hours, is caught."""
    spoilt = copy.deepcopy(written)
    row = next(row for row in rows(spoilt) if row["name"] == name)
    row["achieved"] += -0.5 if name == "seen" else 0.3
    assert [message for message in broken(spoilt, scenario) if name in message]


@pytest.mark.parametrize("name", NAMES)
def test_only_help_may_be_more_than_stated(written: Data, scenario: Scenario, name: str) -> None:
    """The optimiser is more careful than the verifier where hulls are to help, nowhere else."""
    spoilt = copy.deepcopy(written)
    row = next(row for row in rows(spoilt) if row["name"] == name)
    row["achieved"] += 0.5 if name == "seen" else -0.2
    found = broken(spoilt, scenario)
    assert bool(found) == (name != "helped"), found
    assert all(name in message and "something else than the legs give" in message
               for message in found)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_met_is_not_said_to_be(written: Data, scenario: Scenario, name: str) -> None:
    """``met`` is caught where the legs give less than is wanted, and only there."""
    spoilt = copy.deepcopy(written)
    row = next(row for row in rows(spoilt) if row["name"] == name)
    was, row["met"] = row["met"], True
    found = broken(spoilt, scenario)
    assert bool(found) == (not was)
    assert all("is stated to be met" in message and ", wanted " in message for message in found)


SHIP_MOMENTS = 7
"""Half hours of the ship's way, 32 nm at 10 kn: at 15 minutes and every 30 after."""

ZONE_CELLS = 3
"""Cells near the harbour, each to be helped in every hour."""


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("watched", 0.01),
        ("half watched", 0.01),
        ("seen", -1.0 / 3600.0),
        ("helped", 0.5 / (24 * ZONE_CELLS)),
        ("escorted", 1.0 / SHIP_MOMENTS),
        ("found", 0.002),
    ],
)
def test_rows_are_held_to_their_tolerance(
    written: Data, scenario: Scenario, name: str, most: float
) -> None:
    """A tenth beyond the tolerance is caught, a tenth within it is not."""
    spoilt = copy.deepcopy(written)
    row = next(row for row in rows(spoilt) if row["name"] == name)
    facts = Facts(Plan.model_validate(written), scenario, sea_of(scenario))
    requirement = next(each for each in scenario.requirement if each.name == name)
    right, _ = _MEASURES[requirement.kind](requirement, facts)
    for share, caught in ((0.9, False), (1.1, True)):
        row.update(achieved=right + share * most, met=False)
        assert bool(broken(spoilt, scenario)) == caught


@pytest.mark.parametrize(("name", "moments"), [("watched", 384), ("helped", 192 * ZONE_CELLS)])
def test_one_moment_more_is_too_much_however_long_the_plan(
    written: Data, scenario: Scenario, name: str, moments: int
) -> None:
    """Over eight days, too, the tolerance of shares of time is less than one moment."""
    (asked,) = (each for each in scenario.requirement if each.name == name)
    lasting = asked.model_copy(update={"start": None, "end": None})
    longer = scenario.model_copy(update={"days": 8.0})
    facts = Facts(Plan.model_validate(written), longer, sea_of(scenario))
    found, slack = _MEASURES[asked.kind](lasting, facts)
    assert 0.0 < found < 0.5
    assert 0.0 < slack < 1.0 / moments


def test_nothing_is_measured_where_nothing_is_asked(written: Data, scenario: Scenario) -> None:
    """A ship that passed before the plan, and a zone without targets, have nothing."""
    facts = Facts(Plan.model_validate(written), scenario, sea_of(scenario))
    asked = {each.name: each for each in scenario.requirement}
    before = tuple(each - timedelta(days=1) for each in asked["escorted"].departures or ())
    past = asked["escorted"].model_copy(update={"departures": before})
    assert _MEASURES["escort"](past, facts)[0] == 0.0
    far = asked["found"].model_copy(update={"file": "far.geojson"})
    assert _MEASURES["detection"](far, facts)[0] == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dropped("helped"), "the plan does not say whether 'helped' is met"),
        (stated("helped", name="help"), "'help' is no requirement of the scenario"),
        (again("watched", achieved=1.0, met=True), "'watched' has more than one row"),
        (stated("watched", wanted=0.1), "want something else"),
        (stated("seen", hard=False), "hard in the scenario or in the plan"),
        (stated("seen", achieved=None), "a figure is missing"),
        (stated("seen", achieved=float("nan")), "something else than the legs give"),
        (lambda data: data["metrics"].pop("requirements"), "does not say whether"),
        (lambda data: data["metrics"].update(requirements="all met"), "does not say whether"),
        (lambda data: data["metrics"].update(requirements=[3]), "does not say whether"),
    ],
)
def test_rows_are_those_of_the_scenario(
    written: Data, scenario: Scenario, change: Callable[[Data], Any], message: str
) -> None:
    """Rows missing, of another name, twice, of other figures or none at all are caught."""
    spoilt = copy.deepcopy(written)
    change(spoilt)
    assert any(message in each for each in broken(spoilt, scenario))


def searches(data: Data, unit: str = "Boats") -> list[Data]:
    """Search legs of a unit."""
    return [
        leg
        for sortie in data["sorties"]
        for leg in sortie["legs"]
        if leg["exposures"] and sortie["hull"].startswith(unit)
    ]


def moved_away(data: Data) -> None:
    """The lanes of all hulls half a degree further south, though they claim what they did."""
    for leg in searches(data, ""):
        leg["path"] = [[lon, lat - 0.3] for lon, lat in leg["path"]]


def other_cell(data: Data) -> None:
    """The searches of all hulls are claimed for a cell far from the zone."""
    names = [row["cell"] for row in data["coverage"]]
    mine = {each["cell"] for leg in searches(data, "") for each in leg["exposures"]}
    far = next(name for name in names if name not in mine and name == names[3])
    for leg in searches(data, ""):
        leg["exposures"][0]["cell"] = far


def hours_later(data: Data) -> None:
    """All searches five hours later than they were."""
    for leg in searches(data, ""):
        for key in ("start", "end"):
            leg[key] = (datetime.fromisoformat(leg[key]) + timedelta(hours=5)).isoformat()


def in_transit(data: Data) -> None:
    """The hulls only pass through: no leg claims anything."""
    for leg in searches(data, ""):
        leg["exposures"] = []


def by_others(data: Data) -> None:
    """What the navy searched was the boats, of whom less is asked."""
    for sortie in data["sorties"]:
        if sortie["hull"] == "Navy 1":
            sortie["hull"] = "Boats 2"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (moved_away, {"watched", "half watched", "seen", "found"}),
        (other_cell, {"watched", "half watched", "seen", "found"}),
        (hours_later, {"half watched"}),
        (in_transit, {"watched", "half watched", "seen", "helped", "escorted", "found"}),
        (by_others, {"half watched"}),
    ],
)
def test_legs_that_do_something_else_are_noticed(
    written: Data, scenario: Scenario, change: Callable[[Data], None], names: set[str]
) -> None:
    """Searches elsewhere, later, by others or none at all do not meet what the rows say."""
    spoilt = copy.deepcopy(written)
    change(spoilt)
    found = broken(spoilt, scenario)
    assert {name for name in names if any(f"'{name}'" in each for each in found)} == names
