"""A good plan made by hand, and its scenario and sea, built once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.plan.model import Plan
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from tests.plan_factory import Maker, write_scenario
from tests.weather_file import Floats, write_weather


def corner_m(hour: Floats, lon: Floats, lat: Floats) -> Floats:
    """Height of the waves: mild but in the corner."""
    return np.where((lon < 50.475) & (lat > 43.875), 6.0, 0.3)


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the scenario's polygon files."""
    return tmp_path_factory.mktemp("off-aktau")


@pytest.fixture(scope="session")
def scenario(directory: Path) -> Scenario:
    """Return the scenario off Aktau, with seas too rough for anyone in its north-west corner."""
    calm = write_scenario(directory)
    rough = write_weather(calm, directory, corner_m)
    environment = {"environment": {"source": "file", "file": rough}}
    return from_dict(calm.model_dump(mode="json") | environment, directory)


@pytest.fixture(scope="session")
def sea(scenario: Scenario) -> Sea:
    """Return its sea."""
    return build_sea(scenario)


@pytest.fixture(scope="session")
def plan(scenario: Scenario, sea: Sea) -> Plan:
    """Return the good plan made by hand."""
    return Maker(scenario, sea).plan()


@pytest.fixture(scope="session")
def written(plan: Plan) -> dict[str, Any]:
    """Return the good plan as plan.json holds it; copy before changing."""
    return plan.model_dump(mode="json", by_alias=True)
