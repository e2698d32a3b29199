"""A good plan made by hand, and its scenario, sea and plane, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.plan.model import Plan
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from planner.simulate.plane import LocalPlane
from planner.simulate.run import plane_of
from planner.simulate.searches import Searches, searches_of
from tests.plan_factory import Maker, write_scenario


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the scenario's polygon files."""
    return tmp_path_factory.mktemp("off-aktau")


@pytest.fixture(scope="session")
def scenario(directory: Path) -> Scenario:
    """Return the scenario off Aktau."""
    return write_scenario(directory)


@pytest.fixture(scope="session")
def sea(scenario: Scenario) -> Sea:
    """Return its sea."""
    return build_sea(scenario)


@pytest.fixture(scope="session")
def plan(scenario: Scenario, sea: Sea) -> Plan:
    """Return the good plan made by hand, knowing its scenario."""
    return Maker(scenario, sea).plan().at(scenario)


@pytest.fixture(scope="session")
def plane(sea: Sea) -> LocalPlane:
    """Return the plane about the sea's middle."""
    return plane_of(sea)


@pytest.fixture(scope="session")
def searches(plan: Plan, scenario: Scenario, plane: LocalPlane) -> Searches:
    """Return the plan's pieces of search."""
    return searches_of(plan, scenario, plane)
