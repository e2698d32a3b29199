"""Requirements laid on the small sea off Aktau, and their problems, each made once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import shapely

from planner.plan.assemble import assemble
from planner.plan.model import Plan, SolverReport
from planner.problem.build import PlanningProblem, build
from planner.problem.duty import Ask, Duty
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from planner.solve import Sortie
from planner.solve.coverage import Coverage
from tests.problem import off_aktau

NEAR = shapely.box(51.0, 43.5, 51.3, 43.8)
"""Water within some miles of the harbour."""

SHIP: dict[str, Any] = {
    "kind": "escort",
    "origin": [50.55, 43.75],
    "destination": [51.15, 43.45],
    "speed_kn": 10.0,
    "departures": ["2006-05-22T06:00:00+05:00"],
}

ASKED: tuple[dict[str, Any], ...] = (
    {"name": "watched", "kind": "presence", "file": "near.geojson",
     "start": "2006-05-22T06:00:00+05:00", "end": "2006-05-22T16:10:00+05:00"},
    {"name": "half watched", "kind": "presence", "file": "near.geojson", "share": 0.5,
     "worth": 0.4, "units": ["Navy"]},
    {"name": "seen", "kind": "revisit", "file": "near.geojson", "every_h": 8.0, "hard": True},
    {"name": "helped", "kind": "response", "file": "near.geojson", "within_min": 50.0},
    {"name": "escorted", "share": 0.6} | SHIP,
    {"name": "found", "kind": "detection", "file": "near.geojson", "level": 0.3,
     "threat": "nets"},
)  # fmt: skip
"""One of each kind, and a second presence in part of each watch by one unit."""


def scenario_in(directory: Path, asked: Any = ASKED, **unit: Any) -> Scenario:
    """The scenario with requirements, its files in a folder; keys of the first unit changed."""
    tables = off_aktau.tables()
    tables["unit"][0].update(unit)
    text = (off_aktau.DIRECTORY / "off_aktau.geojson").read_text(encoding="utf-8")
    (directory / "off_aktau.geojson").write_text(text, encoding="utf-8")
    for name, shape in (("near", NEAR), ("far", shapely.box(49.0, 42.0, 49.2, 42.2))):
        polygon = json.dumps(shapely.geometry.mapping(shape))
        (directory / f"{name}.geojson").write_text(polygon, encoding="utf-8")
    return from_dict(tables | {"requirement": list(asked)}, directory)


def asking(scenario: Scenario, number: int = 1) -> Ask:
    """What one requirement is asked of."""
    sea = sea_of(scenario)
    return Ask(scenario.requirement[number - 1], number, scenario, sea, [], lambda unit: water(sea))


def water(sea: Sea) -> Any:
    """Water of both units: deep enough for either."""
    return sea.waters(2.5)


@cache
def _sea() -> Sea:
    return build_sea(off_aktau.scenario())


def sea_of(scenario: Scenario) -> Sea:
    """The sea, the same for all."""
    return _sea()


def problem_of(scenario: Scenario) -> PlanningProblem:
    """Arrays of a scenario."""
    return build(scenario, sea_of(scenario))


def duty_of(problem: PlanningProblem, name: str) -> Duty:
    """A duty by its requirement's name."""
    return next(p.duty for p in problem.duties if p.duty.requirement.name == name)


def planned(sorties: list[Sortie], scenario: Scenario, problem: PlanningProblem) -> Plan:
    """A plan of given sorties."""
    coverage = Coverage(problem.instance.targets, sorties)
    found = coverage.detection()
    report = SolverReport(
        status="feasible",
        termination="time",
        detection=found,
        bound=2 * found,
        gap=1.0,
        served=coverage.value() - found,
        seed=0,
        time_s=1.0,
    )
    return assemble(sorties, report, scenario, sea_of(scenario), problem)
