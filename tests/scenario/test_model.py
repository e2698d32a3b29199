"""The models of a scenario: frozen, complete in their schema, the same after a round trip."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from planner.scenario import (
    Area,
    Base,
    Environment,
    Outage,
    Scenario,
    Threat,
    Unit,
    VesselClass,
    check,
    from_dict,
    load,
)

MODELS = (Area, Base, Environment, Outage, Scenario, Threat, Unit, VesselClass)


@pytest.fixture(scope="module")
def scenario(examples: Path) -> Scenario:
    """Return the reference scenario."""
    return load(examples / "aktau-2006.toml")


def test_a_scenario_cannot_be_changed(scenario: Scenario) -> None:
    """Setting a field is an error; changes are copies."""
    with pytest.raises(ValidationError, match="frozen"):
        scenario.days = 8  # type: ignore[misc]
    assert scenario.model_copy(update={"days": 8.0}).directory == scenario.directory


def test_a_scenario_survives_json(scenario: Scenario) -> None:
    """What plan.json records gives the very same scenario back."""
    text = json.dumps(scenario.model_dump(mode="json"))
    again = from_dict(json.loads(text), scenario.directory, scenario.file_name)
    assert again == scenario
    assert again.start.isoformat() == scenario.start.isoformat()


def test_times_keep_their_offset(scenario: Scenario) -> None:
    """The plan begins at the offset written and ends days later at the same offset."""
    assert scenario.start.isoformat() == "2006-05-22T00:00:00+05:00"
    assert scenario.end - scenario.start == timedelta(hours=scenario.horizon_h)
    assert scenario.end.utcoffset() == scenario.start.utcoffset()


def test_only_the_classes_in_use_are_filled_in(scenario: Scenario) -> None:
    """Loading adds the shipped classes that units name, and no other."""
    assert set(scenario.vessel) == {unit.vessel for unit in scenario.unit}
    assert scenario.vessel_of(scenario.unit[0]).name == "42-ft patrol boat"
    assert scenario.base_of(scenario.unit[0]).name == "Aktau"


def test_a_class_of_ones_own_goes_before_a_shipped_one(
    tables: dict[str, Any], own_vessel: dict[str, Any], tmp_path: Path
) -> None:
    """[vessel.KEY] with a shipped key replaces the shipped figures."""
    tables["vessel"] = {"zhuk": own_vessel}
    assert from_dict(tables, tmp_path).vessel["zhuk"].name == "Launch"


@given(st.integers(1, 20), st.none() | st.integers(1, 40))
def test_every_hull_has_a_crew_unless_said_otherwise(count: int, crews: int | None) -> None:
    """Crews default to the number of hulls."""
    given_crews = {} if crews is None else {"crews": crews}
    unit = Unit(name="Unit", vessel="zhuk", agency="Navy", base="Aktau", count=count, **given_crews)
    assert unit.crews == (count if crews is None else crews)


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_described(model: type[BaseModel]) -> None:
    """The JSON Schema says what every key means."""
    described = {name for name, field in model.model_fields.items() if field.description}
    tables = {"area", "environment", "base", "vessel", "unit", "threat", "outage", "posting"}
    tables |= {"requirement"}
    assert described | tables >= set(model.model_fields)


def test_the_schema_forbids_unknown_keys() -> None:
    """Every table of the schema is closed."""
    schema = Scenario.model_json_schema()
    tables = [schema, *schema["$defs"].values()]
    assert all(table["additionalProperties"] is False for table in tables)


def test_a_change_in_python_can_be_checked(scenario: Scenario) -> None:
    """A scenario changed in code is checked like one that is read."""
    assert check(scenario) == []
    unit = scenario.unit[0].model_copy(update={"count": 20})
    changed = scenario.model_copy(update={"unit": (unit, *scenario.unit[1:])})
    assert [problem.key for problem in check(changed)] == ["base[1].berths"]


def test_threats_know_their_areas(scenario: Scenario) -> None:
    """A zone has its polygon; no zone means the whole area; runs have none."""
    ural, anywhere, lane, runs = (scenario.geometry_of(threat) for threat in scenario.threat)
    assert ural is not None
    assert ural.bounds[3] > 46.9
    assert lane is not None
    assert anywhere is None
    assert runs is None
