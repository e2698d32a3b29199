"""Checks on requirements and on hulls on alert, and what becomes of their files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from planner.errors import Problem, ScenarioError
from planner.scenario import Scenario, bundle, from_dict
from planner.scenario.required import refuse_requirements

Tables = dict[str, Any]
Find = Callable[[Tables], tuple[Problem, ...]]

SHIP = {
    "origin": [51.2, 43.6],
    "destination": [49.9, 40.37],
    "speed_kn": 14.0,
    "departures": ["2006-05-23T08:00:00+05:00"],
}
SOUND: dict[str, Tables] = {
    "presence": {"zone": "aktau-approaches", "share": 0.5},
    "revisit": {"zone": "aktau-approaches", "every_h": 12.0},
    "response": {"zone": "aktau-approaches", "within_min": 60.0},
    "escort": SHIP,
    "detection": {"zone": "aktau-approaches", "level": 0.2},
}


def of_kind(kind: str, **changed: Any) -> Tables:
    """A sound requirement of a kind, with some keys changed or, where None, left out."""
    found = {"name": "Asked", "kind": kind} | SOUND[kind] | changed
    return {key: value for key, value in found.items() if value is not None}


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_requirement_has_no_problem(tables: Tables, problems_of: Find, kind: str) -> None:
    """Each kind with what it needs, soft with a worth or hard, by named units, in part of time."""
    start = tables["start"].isoformat()
    tables["requirement"] = [
        of_kind(kind),
        of_kind(kind, name="Hard", hard=True, start=start),
        of_kind(kind, name="Soft", worth=3.0),
    ]
    assert problems_of(tables) == ()


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        ("revisit", "every_h"),
        ("response", "within_min"),
        ("escort", "origin"),
        ("escort", "destination"),
        ("escort", "speed_kn"),
        ("escort", "departures"),
        ("detection", "level"),
    ],
)
def test_what_a_kind_needs_is_asked_for(
    tables: Tables, problems_of: Find, kind: str, needed: str
) -> None:
    """A requirement without what its kind needs is told what to add."""
    tables["requirement"] = [of_kind(kind, **{needed: None})]
    (problem,) = problems_of(tables)
    assert problem.key == f"requirement[1].{needed}"
    assert f"add '{needed} = …'" in problem.remedy


@pytest.mark.parametrize(
    ("kind", "extra"),
    [
        ("presence", {"every_h": 6.0}),
        ("presence", {"level": 0.5}),
        ("revisit", {"share": 0.5}),
        ("response", {"threat": "Smuggling"}),
        ("escort", {"zone": "aktau-approaches"}),
        ("escort", {"within_min": 30.0}),
        ("detection", {"units": ["42-ft boats"]}),
        ("detection", {"speed_kn": 12.0}),
    ],
)
def test_what_belongs_to_another_kind_is_found(
    tables: Tables, problems_of: Find, kind: str, extra: Tables
) -> None:
    """A key that means nothing for a requirement's kind is named, whatever else is wrong."""
    tables["requirement"] = [of_kind(kind, **extra)]
    (key,) = extra
    found = [problem for problem in problems_of(tables) if "has no meaning" in problem.message]
    assert [problem.key for problem in found] == [f"requirement[1].{key}"]
    assert f"of kind '{kind}'" in found[0].message


@pytest.mark.parametrize(
    ("changed", "key", "message", "remedy"),
    [
        ({"zone": None}, "zone", "is missing", "or give 'file'"),
        ({"zone": "kashgan"}, "zone", "there is no zone 'kashgan'", "'kashagan'"),
        ({"file": "zone.geojson"}, "file", "both given", "keep one"),
        ({"units": ["Ghosts"]}, "units", "there is no unit 'Ghosts'", "name one"),
        ({"share": 0.0}, "share", "not between 0.01 and 1", "share of each watch"),
        ({"share": 1.5}, "share", "not between 0.01 and 1", "share of each watch"),
        ({"worth": 0.0}, "worth", "not above 0", "what meeting it in full counts"),
        ({"hard": "yes"}, "hard", "", ""),
        ({"kind": "standby"}, "kind", "standby", "presence"),
        ({"start": "2006-05-22"}, "start", "offset", "+05:00"),
        ({"start": "2000-01-01T00:00:00Z"}, "start", "not within the plan", "leave it out"),
        ({"end": "2030-01-01T00:00:00Z"}, "end", "not within the plan", "leave it out"),
        ({"often": 3}, "often", "unknown", ""),
    ],
)
def test_a_faulty_requirement_is_found(
    tables: Tables, problems_of: Find, changed: Tables, key: str, message: str, remedy: str
) -> None:
    """Zones, units, times and figures that cannot be are named with a remedy."""
    tables["requirement"] = [of_kind("presence") | changed]
    if changed.get("zone", "") is None:
        del tables["requirement"][0]["zone"]
    found = [each for each in problems_of(tables) if each.key == f"requirement[1].{key}"]
    assert found, problems_of(tables)
    assert message in found[0].message
    assert remedy in found[0].remedy


def test_an_end_before_the_start_is_found(tables: Tables, problems_of: Find) -> None:
    """A requirement must end after it starts."""
    start = tables["start"].isoformat()
    tables["requirement"] = [of_kind("presence", start=start, end=start)]
    (problem,) = problems_of(tables)
    assert problem.key == "requirement[1].end"
    assert "is not after the start" in problem.message


def test_an_unknown_threat_is_found(tables: Tables, problems_of: Find) -> None:
    """A detection names a threat of the scenario."""
    known = tables["threat"][0]["name"]
    tables["requirement"] = [of_kind("detection", threat=known + "x")]
    (problem,) = problems_of(tables)
    assert problem.key == "requirement[1].threat"
    assert known in problem.remedy


def test_two_of_one_name_are_found(tables: Tables, problems_of: Find) -> None:
    """Requirements have names of their own, by which the plan speaks of them."""
    tables["requirement"] = [of_kind("presence"), of_kind("revisit")]
    (problem,) = problems_of(tables)
    assert problem.key == "requirement[2].name"


def test_more_hulls_on_alert_than_there_are_are_found(tables: Tables, problems_of: Find) -> None:
    """No more hulls stand on alert than there are hulls and crews."""
    unit = tables["unit"][0]
    unit.update(count=3, crews=2, alert=2)
    assert problems_of(tables) == ()
    unit["alert"] = 3
    (problem,) = problems_of(tables)
    assert problem.key == "unit[1].alert"
    assert "lower alert to 2" in problem.remedy


def test_a_missing_zone_file_is_found(tables: Tables, problems_of: Find) -> None:
    """A file that is not there is named before anything is planned."""
    tables["requirement"] = [of_kind("presence", zone=None, file="nowhere.geojson")]
    (problem,) = problems_of(tables)
    assert problem.key == "requirement[1].file"


def test_zone_files_go_with_the_plan(tables: Tables, tmp_path: Path) -> None:
    """A zone's file is copied beside the plan, and read from there."""
    polygon = shapely.geometry.mapping(shapely.box(50.4, 43.3, 50.9, 43.7))
    (tmp_path / "zone.geojson").write_text(json.dumps(polygon), encoding="utf-8")
    tables["requirement"] = [of_kind("presence", zone=None, file="zone.geojson")]
    scenario = from_dict(tables, tmp_path)
    bundled = bundle(scenario, tmp_path / "out")
    (asked,) = bundled.requirement
    assert asked.file == "inputs/requirement-1/zone.geojson"
    (tmp_path / "zone.geojson").unlink()
    assert bundled.zone_of(asked).equals(shapely.box(50.4, 43.3, 50.9, 43.7))


def test_the_schema_explains_requirements() -> None:
    """The scenario's schema lists every kind, and explains each key."""
    asked = Scenario.model_json_schema()["$defs"]["Requirement"]
    assert set(asked["properties"]["kind"]["enum"]) == set(SOUND)
    assert all(each.get("description") for each in asked["properties"].values())


def test_what_cannot_weigh_requirements_refuses_them(tables: Tables, tmp_path: Path) -> None:
    """One line says what does not weigh requirements, and what to do."""
    scenario = from_dict(tables, tmp_path)
    refuse_requirements(scenario, "a study")
    tables["requirement"] = [of_kind("presence")]
    with pytest.raises(ScenarioError, match="a study does not weigh requirements") as caught:
        refuse_requirements(from_dict(tables, tmp_path), "a study")
    assert "patrol fewest" in caught.value.problems[0].remedy
