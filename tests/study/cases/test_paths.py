"""Paths into a scenario: where they lead, and what is said of those that lead nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from planner.scenario import Scenario
from planner.study.cases.paths import (
    PLAIN,
    ROWS,
    SINGLE,
    VESSEL,
    PathFault,
    Place,
    changed,
    place_of,
    value_at,
)

DATA: dict[str, Any] = {
    "title": "A",
    "days": 2,
    "area": {"cell_resolution": 5},
    "unit": [
        {"name": "PKM, Aktau", "count": 2, "vessel": "zhuk"},
        {"name": "St. Petersburg", "count": 1},
        {"name": "St. Petersburg.count", "count": 7},
    ],
    "outage": [{"hull": "PKM, Aktau 1"}],
    "vessel": {"own": {"name": "Own", "max_kn": 20}},
}


def test_every_table_of_a_scenario_has_a_path() -> None:
    """A table that scenarios get is one that studies can vary."""
    assert set(Scenario.model_fields) == {*PLAIN, *SINGLE, *ROWS, VESSEL}


@pytest.mark.parametrize(
    ("path", "place", "value"),
    [
        ("days", Place("", None, "days"), 2),
        ("area.cell_resolution", Place("area", None, "cell_resolution"), 5),
        ("environment.source", Place("environment", None, "source"), "calm"),
        ("unit.PKM, Aktau.count", Place("unit", 0, "count"), 2),
        ("unit.PKM, Aktau.crews", Place("unit", 0, "crews"), 2),
        ("unit.St. Petersburg.base", Place("unit", 1, "base"), None),
        ("unit.St. Petersburg.count.count", Place("unit", 2, "count"), 7),
        ("unit.2.count", Place("unit", 1, "count"), 1),
        ("outage.1.end", Place("outage", 0, "end"), None),
        ("vessel.own.max_kn", Place("vessel", "own", "max_kn"), 20),
        (
            "vessel.zhuk.under_keel_clearance_m",
            Place("vessel", "zhuk", "under_keel_clearance_m"),
            0.5,
        ),
    ],
)
def test_a_path_leads_to_a_key(path: str, place: Place, value: object) -> None:
    """Names may hold dots and commas; rows go by number too; defaults are known."""
    assert place_of(path, DATA) == place
    assert value_at(place, DATA) == value


@pytest.mark.parametrize(
    ("path", "message", "remedy"),
    [
        ("unti.PKM.count", "no 'unti'", "did you mean 'unit'?"),
        ("unit.PKN, Aktau.count", "no unit 'PKN, Aktau'", "did you mean 'PKM, Aktau'?"),
        ("unit.9.count", "no unit number 9", "3 units"),
        ("unit.PKM, Aktau", "does not say what of it", "unit.NAME.key"),
        ("unit.PKM, Aktau.cuont", "'cuont' is no key of a unit", "did you mean 'count'?"),
        ("unit", "does not say which unit", "unit.NAME.key"),
        ("area", "does not say what of it", "area.key"),
        ("posting.1.hull", "no posting number 1", "no postings"),
        ("vessel.zhuc.max_kn", "no vessel 'zhuc'", "did you mean 'zhuk'?"),
        ("days.max", "no 'days'", "did you mean"),
        ("", "no ''", "begins with one of"),
    ],
)
def test_a_path_that_leads_nowhere_is_explained(path: str, message: str, remedy: str) -> None:
    """What is wrong, and the nearest word that is right."""
    with pytest.raises(PathFault) as caught:
        place_of(path, DATA)
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_changes_leave_the_tables_as_they_were() -> None:
    """Values are set, also in classes that are shipped and in rows just added; rows go last."""
    before = repr(DATA)
    made, problems = changed(
        DATA,
        {"unit.Navy.count": 3, "vessel.zhuk.max_kn": 20, "environment.source": "calm"},
        add={"unit": [{"name": "Navy", "count": 1}], "vessel": {"other": {"name": "Other"}}},
        remove=["unit.PKM, Aktau", "outage.1", "vessel.own"],
        file="study.toml",
        key="case",
    )
    assert not problems
    assert repr(DATA) == before
    assert made["unit"][0]["name"] == "St. Petersburg"
    assert made["unit"][-1] == {"name": "Navy", "count": 3}
    assert made["outage"] == []
    assert set(made["vessel"]) == {"zhuk", "other"}
    assert made["vessel"]["zhuk"]["max_kn"] == 20
    assert made["vessel"]["zhuk"]["draft_m"] > 0
    assert made["environment"] == {"source": "calm"}


def test_what_cannot_be_done_is_one_line_each() -> None:
    """File, key, what is wrong and the remedy."""
    _, problems = changed(
        DATA,
        {"unit.Nobody.count": 1},
        add={"boat": [{}], "unit": {"name": "x"}},
        remove=["unit.Nobody", "days"],
        file="study.toml",
        key='case "a"',
    )
    lines = [str(problem) for problem in problems]
    assert len(lines) == 5
    assert all(line.startswith('study.toml: case "a".') and "; " in line for line in lines)
