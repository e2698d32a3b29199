"""Every check across the tables finds its fault, names the key and the fix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planner.errors import Problem
from planner.scenario.checks import CHECKS

Tables = dict[str, Any]
Find = Callable[[Tables], tuple[Problem, ...]]


def the_one(problems: tuple[Problem, ...]) -> Problem:
    """Return the only problem, or fail showing all."""
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def put(tables: Tables, path: str, value: Any) -> None:
    """Set the value at a dotted path such as ``unit.0.count``."""
    *way, last = path.split(".")
    for part in way:
        tables = tables[int(part)] if isinstance(tables, list) else tables[part]
    tables[last] = value


def test_sound_tables_have_no_problem(tables: Tables, problems_of: Find) -> None:
    """The unchanged template passes every check."""
    assert problems_of(tables) == ()


@pytest.mark.parametrize(
    ("path", "value", "key", "message", "remedy"),
    [
        ("area.sector", "kazakstan", "area.sector", "no sector 'kazakstan'", "'kazakhstan'?"),
        ("area.file", "a.geojson", "area", "both a sector and a file", "keep one"),
        ("area.time_step_min", 7, "area.time_step_min", "do not divide a watch", "choose 6"),
        ("area.departure_step_min", 25, "area.departure_step_min", "no whole", "multiple of 10"),
        ("days", 1.003, "days", "no whole number of time steps", "whole days"),
        ("base.1.name", "Aktau", "base[2].name", "also the name of another", "own name"),
        ("unit.1.name", "42-ft boats", "unit[2].name", "also the name", "own name"),
        ("threat.1.name", "Poaching", "threat[2].name", "also the name", "own name"),
        ("unit.0.base", "Aktao", "unit[1].base", "Aktau and Bautino", "'Aktau'?"),
        ("unit.0.vessel", "pkn", "unit[1].vessel", "no vessel class 'pkn'", "'pkm'?"),
        ("unit.0.vessel", "trireme", "unit[1].vessel", "the classes are", "[vessel.trireme]"),
        ("unit.0.count", 7, "base[1].berths", "6 berths for 7 hulls", "raise berths"),
        ("threat.0.zone", "ural", "threat[1].zone", "no zone 'ural'", "'ural-pre-estuary'?"),
        ("threat.0.speed_kn", 20, "threat[1].speed_kn", "no meaning", "remove it"),
        ("threat.2.persistence_h", 6, "threat[3].persistence_h", "no meaning", "remove it"),
        ("threat.2.hours", [4, 28], "threat[3].hours", "28 is no hour of the day", "from 0 to 24"),
        ("threat.0.hours", [0, 24], "threat[1].hours", "leaves no hour, or every", "leave hours"),
        ("threat.0.months", [4, 13], "threat[1].months", "13 is no month", "from 1 to 12"),
        ("threat.0.months", [4, 4], "threat[1].months", "a month stands twice", "once"),
        ("threat.0.seed", 3, "threat[1].seed", "no meaning", "remove it"),
        ("threat.0.variable", "risk", "threat[1].variable", "no raster", "add 'raster"),
        ("threat.0.raster", "risk.nc", "threat[1].raster", "no file", "check the path"),
        ("threat.2.bandwidth_nm", 2, "threat[3].bandwidth_nm", "no meaning", "remove it"),
        ("threat.2.kind", "drift", "threat[3].file", "is missing", "NetCDF such as OpenDrift"),
        ("threat.2.origin_to", [60, 43], "threat[3].origin_to", "nm from the water", "move it"),
        ("area.closures", ["kashgan"], "area.closures[1]", "no file", "'kashagan'?"),
        ("area.shoreline", "legal", "area.shoreline", "no file", "'legal-28m'?"),
        ("threat.0.file", "here.gpkg", "threat[1].file", "no file", "check the path"),
    ],
)
def test_a_fault_is_found_with_its_key_and_its_remedy(
    tables: Tables,
    problems_of: Find,
    path: str,
    value: Any,
    key: str,
    message: str,
    remedy: str,
) -> None:
    """One wrong value gives a problem at that key that says what is wrong and how to mend it."""
    put(tables, path, value)
    found = [problem for problem in problems_of(tables) if problem.key == key]
    problem = the_one(tuple(found))
    assert message in problem.message
    assert remedy in problem.remedy
    assert problem.file == "here.toml"


@pytest.mark.parametrize("field", ["cruise_kn", "search_kn"])
def test_no_boat_goes_faster_than_its_top_speed(
    tables: Tables, own_vessel: Tables, problems_of: Find, field: str
) -> None:
    """Cruise and search speed above the top speed are faults."""
    tables["vessel"] = {"launch": own_vessel | {field: 29.0}}
    problem = the_one(problems_of(tables))
    assert problem.key == f"vessel.launch.{field}"
    assert "more than max_kn = 28" in problem.message


def test_fuel_in_another_unit_is_found(
    tables: Tables, own_vessel: Tables, problems_of: Find
) -> None:
    """Fuel for a few minutes only means that tonnes or cubic metres were given."""
    tables["vessel"] = {"launch": own_vessel | {"fuel_l": 1.2}}
    assert "lasts 1 minutes" in the_one(problems_of(tables)).message


def test_a_draft_in_feet_is_found(tables: Tables, own_vessel: Tables, problems_of: Find) -> None:
    """A draft that is a large part of the length is in another unit."""
    tables["vessel"] = {"launch": own_vessel | {"draft_m": 4.5}}
    assert the_one(problems_of(tables)).key == "vessel.launch.draft_m"


@pytest.mark.parametrize(
    ("threat", "field"),
    [(0, "persistence_h"), (2, "origin"), (2, "destination"), (2, "speed_kn")],
)
def test_a_threat_needs_what_its_kind_needs(
    tables: Tables, problems_of: Find, threat: int, field: str
) -> None:
    """Leaving out a field that the kind of threat needs is a fault of that field."""
    del tables["threat"][threat][field]
    problem = the_one(problems_of(tables))
    assert problem.key == f"threat[{threat + 1}].{field}"
    assert f"add '{field} = …'" in problem.remedy


def test_an_area_needs_a_sector_or_a_file(tables: Tables, problems_of: Find) -> None:
    """With neither there is nothing to watch; a legal limit alone has no meaning."""
    del tables["area"]["sector"]
    keys = {problem.key for problem in problems_of(tables)}
    assert keys == {"area", "area.limit"}


def test_all_faults_are_reported_together(tables: Tables, problems_of: Find) -> None:
    """Faults of form, across tables and of places all come in one go, even of one row."""
    put(tables, "days", 700)
    put(tables, "unit.0.count", 0)
    put(tables, "unit.0.base", "Atkau")
    put(tables, "base.1.position", [44.54705, 50.25166])
    put(tables, "area.colour", "blue")
    keys = {problem.key for problem in problems_of(tables)}
    assert keys == {"days", "unit[1].count", "unit[1].base", "base[2].position", "area.colour"}


def test_every_problem_is_one_line(tables: Tables, problems_of: Find) -> None:
    """Line breaks in a name do not break the line of its problem."""
    put(tables, "unit.0.base", "Ak\ntau")
    for problem in problems_of(tables):
        assert "\n" not in str(problem)


def test_every_check_says_what_holds() -> None:
    """Each check's docstring states the rule it checks."""
    assert all(check.__doc__ and check.__doc__.endswith(".") for check in CHECKS)
