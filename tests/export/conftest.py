"""A good plan made by hand, and the same plan with names that mean harm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner import geodata
from planner.export.choose import Choice, choose
from planner.plan.model import Plan
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from tests.plan_factory import Maker, write_scenario

HOSTILE = {
    "Off Aktau": "</name><script>alert(1)</script> ${title} ]]> \u202e\x1b[2J\x00",
    "Boats 1": '=HYPERLINK("http://example.org";"<b>&amp;</b>")',
    "Boats 2": "../../CON: <![CDATA[ ]]> \n\r\tBEGIN:VEVENT",
    "Navy 1": "Катер «Смелый» \ud7ff\ufffe 'a\"b",
    "Boats 1 a": "+1/../<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///x'>]>&e;",
    "Boats 1 b": "@SUM(A1)\\,;:*?|%00",
    "Navy": "-2+3|cmd' /c calc'!A1",
    "Aktau": "NUL.txt\u2028;CN=x",
    "nets": "\ufeff＝1+1 {{ 7*7 }}",
}
"""Names of the good plan, and what stands in their place."""


def renamed(value: Any, names: dict[str, str]) -> Any:
    """Put names in the place of others, wherever these stand alone."""
    if isinstance(value, dict):
        return {renamed(key, names): renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


@pytest.fixture(scope="session")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario off Aktau."""
    return write_scenario(tmp_path_factory.mktemp("off-aktau"))


@pytest.fixture(scope="session")
def sea(scenario: Scenario) -> Sea:
    """Return its sea."""
    return build_sea(scenario)


@pytest.fixture(scope="session")
def plan(scenario: Scenario, sea: Sea) -> Plan:
    """Return the good plan made by hand."""
    return Maker(scenario, sea).plan().at(scenario)


@pytest.fixture(scope="session")
def choice(plan: Plan) -> Choice:
    """Return all its sorties."""
    return choose(plan, geodata.zones())


@pytest.fixture(scope="session")
def hostile(plan: Plan) -> Plan:
    """Return the plan with hostile names."""
    written = plan.model_dump(mode="json", by_alias=True)
    return Plan.model_validate(renamed(written, HOSTILE))


@pytest.fixture(scope="session")
def hostile_choice(hostile: Plan) -> Choice:
    """Return all sorties of the plan with hostile names."""
    return choose(hostile, geodata.zones())


@pytest.fixture
def only(choice: Choice) -> Callable[[str], Choice]:
    """Return what leaves a single sortie of the plan."""
    return lambda name: replace(
        choice, trips=tuple(t for t in choice.trips if t.sortie.id == name), whole=False
    )


@pytest.fixture(scope="session")
def written_plan(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the plan to a folder, as the command line reads it."""
    from planner.app import write_plan

    return write_plan(plan, tmp_path_factory.mktemp("plan"))
