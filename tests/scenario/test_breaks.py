"""Breaks and anchoring of units: bad values are one-line problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.errors import ScenarioError
from planner.scenario import from_dict
from tests.plan_factory import SCENARIO, write_scenario

GOOD: dict[str, Any] = {"break_every_h": 4.0, "break_min": 30.0}


def tables(unit: dict[str, Any], **area: Any) -> dict[str, Any]:
    """The scenario off Aktau with other keys of its boats, and of its area."""
    first, *others = SCENARIO["unit"]
    changed = {"unit": [first | unit, *others], "area": SCENARIO["area"] | area, "outage": []}
    return SCENARIO | changed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the scenario's files."""
    write_scenario(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("unit", "key", "words"),
    [
        ({"break_min": 30.0}, "break_min", "without break_every_h"),
        ({"break_at": "anchor"}, "break_at", "without break_every_h"),
        ({"anchor_wave_m": 0.5}, "anchor_wave_m", "without break_every_h"),
        ({"break_every_h": 4.0}, "break_min", "is missing"),
        (GOOD | {"anchor_depth_m": 9.0}, "anchor_depth_m", 'without break_at = "anchor"'),
        (GOOD | {"break_min": 250.0}, "break_min", "longer than the 4 h"),
        (GOOD | {"break_early_min": 30.0}, "break_early_min", "not less than the break"),
        (GOOD | {"break_every_h": 0.3, "break_min": 10.0}, "break_every_h", "two time steps"),
        (GOOD | {"break_every_h": 30.0}, "break_every_h", "not between 0.25 and 24"),
        (GOOD | {"break_at": "ashore"}, "break_at", "not one of anchor and anywhere"),
    ],
)
def test_a_bad_value_is_one_problem(
    unit: dict[str, Any], key: str, words: str, folder: Path
) -> None:
    """Each names its key, what is wrong and what to do."""
    with pytest.raises(ScenarioError) as caught:
        from_dict(tables(unit), folder)
    (problem,) = caught.value.problems
    assert problem.key == f"unit[1].{key}"
    assert words in problem.message
    assert problem.remedy


def test_without_depths_nobody_anchors(folder: Path) -> None:
    """An anchorage is found by its depth; a break just stopped needs none."""
    with pytest.raises(ScenarioError) as caught:
        from_dict(tables(GOOD | {"break_at": "anchor"}, depth="none"), folder)
    assert [problem.key for problem in caught.value.problems] == ["unit[1].break_at"]
    from_dict(tables(GOOD, depth="none"), folder)


def test_a_scenario_is_read_back_as_it_is_written(folder: Path) -> None:
    """All keys of a unit without breaks, written with their defaults, are no fault."""
    for unit in ({}, GOOD | {"break_at": "anchor", "anchor_depth_m": 12.0}):
        scenario = from_dict(tables(unit), folder)
        assert from_dict(scenario.model_dump(mode="json"), folder) == scenario
