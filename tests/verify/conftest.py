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
from tests.verify.posting_changes import moves, with_posting
from tests.verify.requirement_changes import row, with_requirement
from tests.verify.service_changes import UPKEEP, with_service
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
    tables = with_service(with_posting(calm.model_dump(mode="json")), directory)
    return from_dict(with_requirement(tables) | environment, directory)


@pytest.fixture(scope="session")
def sea(scenario: Scenario) -> Sea:
    """Return its sea."""
    return build_sea(scenario)


@pytest.fixture(scope="session")
def plan(scenario: Scenario, sea: Sea) -> Plan:
    """Return the good plan made by hand."""
    found, tables = Maker(scenario, sea).plan(), scenario.model_dump(mode="json")
    figures = found.metrics | {"requirements": [row(tables)]}
    return Plan.model_validate(
        found.model_dump(by_alias=True)
        | {"moves": moves(tables), "upkeep": UPKEEP, "metrics": figures}
    )


@pytest.fixture(scope="session")
def written(plan: Plan) -> dict[str, Any]:
    """Return the good plan as plan.json holds it; copy before changing."""
    return plan.model_dump(mode="json", by_alias=True)
