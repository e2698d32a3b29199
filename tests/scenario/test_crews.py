"""Checks on crews' hours and on outages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.errors import Problem
from planner.scenario import check, from_dict

Tables = dict[str, Any]
Find = Callable[[Tables], tuple[Problem, ...]]


@pytest.fixture
def outage(tables: Tables) -> Tables:
    """Return a sound outage of the first hull, for a day from the plan's start."""
    start = tables["start"].isoformat()
    end = tables["start"].replace(day=tables["start"].day + 1).isoformat()
    return {"hull": f"{tables['unit'][0]['name']} 1", "start": start, "end": end}


def test_a_sound_outage_has_no_problem(tables: Tables, outage: Tables, problems_of: Find) -> None:
    """An outage within the plan, or over its edge, and one after the other, are in order."""
    later = outage | {"start": outage["end"], "end": "2030-01-01T00:00:00Z", "reason": "sold"}
    earlier = outage | {"start": "2000-01-01T00:00:00Z", "end": outage["start"]}
    tables["outage"] = [outage, later]
    assert problems_of(tables) == (), "the second hull is there"
    tables["outage"] = [outage, earlier | {"end": outage["end"], "hull": outage["hull"][:-1] + "2"}]
    assert problems_of(tables) == ()


@pytest.mark.parametrize(
    ("change", "key", "message", "remedy"),
    [
        (lambda o: o.update(hull=o["hull"][:-1]), "outage[1].hull", "there is no hull", "boats"),
        (lambda o: o.update(hull=o["hull"] + "7"), "outage[1].hull", "there is no hull", "1'"),
        (lambda o: o.update(hull="Zz"), "outage[1].hull", "there is no hull 'Zz'", "a number"),
        (lambda o: o.update(end=o["start"]), "outage[1].end", "is not after the start", "later"),
        (lambda o: o.update(end="2000-01-01T00:00:00Z"), "outage[1].end", "not after", "later"),
        (
            lambda o: o.update(start="2000-01-01T00:00:00Z", end="2000-01-02T00:00:00Z"),
            "outage[1]",
            "lies outside the plan",
            "offset from UTC",
        ),
        (lambda o: o.update(end="2006-05-23"), "outage[1].end", "offset", "+05:00"),
        (lambda o: o.update(hulls=1), "outage[1].hulls", "unknown", "hull"),
    ],
)
def test_a_faulty_outage_is_found(
    tables: Tables,
    outage: Tables,
    problems_of: Find,
    change: Callable[[Tables], None],
    key: str,
    message: str,
    remedy: str,
) -> None:
    """An outage of no hull, that ends before it starts, or in another year is named."""
    change(outage)
    tables["outage"] = [outage]
    (problem,) = problems_of(tables)
    assert problem.key == key
    assert message in problem.message
    assert remedy in problem.remedy


def test_no_hull_is_out_of_service_twice(tables: Tables, outage: Tables, problems_of: Find) -> None:
    """Two outages of one hull that overlap are one; those of two hulls may overlap."""
    tables["outage"] = [outage, outage]
    (problem,) = problems_of(tables)
    assert problem.key == "outage[2]"
    assert "by outage[1]" in problem.message


def test_a_unit_has_a_hull_some_time(tables: Tables, outage: Tables, problems_of: Find) -> None:
    """A unit whose hulls are all out of service throughout the plan should not be there."""
    tables["unit"][0]["count"] = 1
    tables["unit"][0].pop("crews", None)
    tables["outage"] = [outage | {"end": "2030-01-01T00:00:00Z"}]
    (problem,) = problems_of(tables)
    assert problem.key == "unit[1]"
    assert "throughout the plan" in problem.message


def test_a_fault_elsewhere_hides_no_outage(
    tables: Tables, outage: Tables, problems_of: Find
) -> None:
    """Where the plan's start cannot be read outages are checked as far as they can be."""
    tables["start"] = "soon"
    tables["outage"] = [outage | {"hull": "Zz"}, {"hull": "Zy"}]
    found = [problem.key for problem in problems_of(tables)]
    assert {"start", "outage[1].hull", "outage[2].hull", "outage[2].start"} <= set(found)


@pytest.mark.parametrize(("day_h", "sound"), [(8.0, True), (8.5, False), (3.0, True)])
def test_a_day_is_no_longer_than_a_sortie(
    tables: Tables, own_vessel: Tables, problems_of: Find, day_h: float, sound: bool
) -> None:
    """More hours a day than the class endures could not be sailed in one sortie."""
    tables["vessel"] = {"launch": own_vessel}
    tables["unit"][0] |= {"vessel": "launch", "day_h": day_h}
    found = problems_of(tables)
    assert (found == ()) == sound
    if not sound:
        assert found[0].key == "unit[1].day_h"
        assert "lower day_h to 8" in found[0].remedy


def test_shipped_classes_have_their_endurance(tables: Tables, problems_of: Find) -> None:
    """The hours of a shipped class count where the scenario describes none of its own."""
    tables["unit"][0] |= {"vessel": "patrol-boat-42ft", "day_h": 10.0}
    assert problems_of(tables) == ()
    tables["unit"][0]["day_h"] = 10.5
    assert [problem.key for problem in problems_of(tables)] == ["unit[1].day_h"]
    tables["vessel"] = {"patrol-boat-42ft": {"name": "faulty"}}
    assert "unit[1].day_h" not in [problem.key for problem in problems_of(tables)]


@pytest.mark.parametrize(
    ("key", "value"),
    [("day_h", 25.0), ("day_h", 0.0), ("week_h", 169.0), ("rotation", 0), ("rotation", 1.5)],
)
def test_hours_are_bounded(tables: Tables, problems_of: Find, key: str, value: float) -> None:
    """A day has 24 hours, a week 168, and a rotation whole days."""
    tables["unit"][0][key] = value
    assert f"unit[1].{key}" in [problem.key for problem in problems_of(tables)]


def test_a_change_in_python_is_checked(tables: Tables, outage: Tables, tmp_path: Path) -> None:
    """An outage of a hull that a smaller unit no longer has is found."""
    tables["outage"] = [outage | {"hull": outage["hull"][:-1] + "2"}]
    tables["unit"][0]["count"] = 2
    there = from_dict(tables, tmp_path)
    smaller = there.unit[0].model_copy(update={"count": 1})
    changed = there.model_copy(update={"unit": (smaller, *there.unit[1:])})
    assert [problem.key for problem in check(changed)] == ["outage[1].hull"]


def test_hulls_and_crews_have_names(tables: Tables, tmp_path: Path) -> None:
    """A hull is its unit and a number, a crew says that it is one; units are found by hulls."""
    tables["unit"][0] |= {"name": "Boats", "count": 2, "crews": 3}
    there = from_dict(tables, tmp_path)
    unit = there.unit[0]
    assert unit.hulls == ("Boats 1", "Boats 2")
    assert unit.crew_names == ("Boats crew 1", "Boats crew 2", "Boats crew 3")
    assert there.unit_of("Boats 2") == unit
    assert there.unit_of("Boats 3") is None


@pytest.mark.parametrize(
    ("rules", "least_h"),
    [({}, 0.0), ({"day_h": 8.0}, 24.0), ({"rotation": 3}, 72.0), ({"week_h": 50.0}, 0.0)],
)
def test_crews_wait_for_their_day(
    tables: Tables, tmp_path: Path, rules: Tables, least_h: float
) -> None:
    """One sortie in 24 h where a day is given, one in so many days in a rotation."""
    tables["unit"][0] |= rules
    assert from_dict(tables, tmp_path).unit[0].least_h == least_h
