"""Upkeep, availability, costs, zones and tasks of units: bad values are one-line problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.errors import ScenarioError
from planner.scenario import bundle, from_dict
from tests.plan_factory import SCENARIO, write_scenario


def tables(**unit: Any) -> dict[str, Any]:
    """The scenario off Aktau with other keys of its boats."""
    first, *others = SCENARIO["unit"]
    return SCENARIO | {"unit": [first | unit, *others], "outage": []}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the scenario's files."""
    write_scenario(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("unit", "key", "words"),
    [
        ({"upkeep_h": 4.0}, "unit[1].upkeep_h", "without upkeep_every_h"),
        ({"upkeep_due_h": 4.0}, "unit[1].upkeep_due_h", "without upkeep_every_h"),
        ({"upkeep_every_h": 50.0}, "unit[1].upkeep_h", "is missing"),
        ({"upkeep_every_h": 50.0, "upkeep_h": 4.0, "upkeep_due_h": [1.0, 2.0, 3.0]},
         "unit[1].upkeep_due_h", "3 numbers for 2 hulls"),
        ({"upkeep_every_h": 50.0, "upkeep_h": 4.0, "upkeep_due_h": 60.0},
         "unit[1].upkeep_due_h", "more than upkeep_every_h"),
        ({"availability": 1.2}, "unit[1].availability", "not between 0.05 and 1"),
        ({"availability": 80}, "unit[1].availability", "not between 0.05 and 1"),
        ({"repair_h": -1.0}, "unit[1].repair_h", "not between"),
        ({"fuel_week_l": 0.0}, "unit[1].fuel_week_l", "not between 1 and"),
        ({"cost_per_nm_usd": -1.0}, "unit[1].cost_per_nm_usd", "is below 0"),
        ({"threats": ["net"]}, "unit[1].threats[1]", "there is no threat 'net'"),
        ({"only_zones": ["nowhere.geojson"]}, "unit[1].only_zones[1]", "is no file"),
        ({"not_zones": ["area.geojson", "kashagn"]}, "unit[1].not_zones[2]", "is no file"),
    ],
)  # fmt: skip
def test_a_bad_value_is_one_problem(
    unit: dict[str, Any], key: str, words: str, folder: Path
) -> None:
    """Each names its key, what is wrong and what to do."""
    with pytest.raises(ScenarioError) as caught:
        from_dict(tables(**unit), folder)
    (problem,) = caught.value.problems
    assert problem.key == key
    assert words in problem.message
    assert problem.remedy


def test_a_price_of_fuel_is_dollars_a_litre(folder: Path) -> None:
    """The remedy for a bad price says its unit."""
    with pytest.raises(ScenarioError) as caught:
        from_dict(SCENARIO | {"fuel_price_usd_l": -2.0}, folder)
    (problem,) = caught.value.problems
    assert "US dollars a litre" in problem.remedy


@pytest.mark.parametrize(
    ("due_h", "each"),
    [(None, (50.0, 50.0)), (7.0, (7.0, 7.0)), ([7.0], (7.0, 7.0)), ([7.0, 8.0], (7.0, 8.0))],
)
def test_one_number_is_due_for_all(due_h: object, each: tuple[float, ...], folder: Path) -> None:
    """Upkeep is due for every hull: all alike, or one by one; after the whole hours if not said."""
    given = {} if due_h is None else {"upkeep_due_h": due_h}
    scenario = from_dict(tables(upkeep_every_h=50.0, upkeep_h=4.0, **given), folder)
    assert scenario.unit[0].due_h == each
    assert scenario.unit[1].due_h == ()
    assert from_dict(scenario.model_dump(mode="json"), folder) == scenario


def test_rates_are_the_units_or_its_class_s(folder: Path) -> None:
    """A unit's own cost goes before that of its class; what is not given costs nothing."""
    scenario = from_dict(tables(cost_per_nm_usd=2.0) | {"fuel_price_usd_l": 1.1}, folder)
    boats, navy = (scenario.rates_of(unit) for unit in scenario.unit)
    assert boats == (1171.0, 2.0, 1.1)
    assert navy == (9080.0, 0.0, 1.1)
    assert from_dict(tables(cost_per_h_usd=5.0), folder).rates_of(scenario.unit[1])[2] == 0.0


def test_zones_go_with_the_plan(folder: Path, tmp_path: Path) -> None:
    """A zone's file is copied beside the plan, a shipped zone keeps its key."""
    zones = ["south.geojson", "spring-closure-ural"]
    scenario = from_dict(tables(not_zones=zones), folder)
    moved = bundle(scenario, tmp_path / "out")
    copied, shipped = moved.unit[0].not_zones
    assert (tmp_path / "out" / copied).is_file()
    assert shipped == "spring-closure-ural"
    there = moved.permitted(copied)
    assert there.equals(scenario.permitted("south.geojson"))
