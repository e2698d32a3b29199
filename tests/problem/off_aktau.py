"""A small real sea off Aktau: 19 cells, a day, two units at two bases, one threat in transit.

Everything is made once and shared; change nothing in it.
"""

from __future__ import annotations

import copy
import math
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from planner.app import plan_scenario
from planner.plan.coverage import coverage_rows
from planner.plan.model import Plan
from planner.plan.realise import hulls_of, realise
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from planner.solve import Sortie
from planner.solve.search import Search
from planner.solve.sorties import make_sortie, ways_open
from tests.weather_file import Field, gentle, none, write_weather

DIRECTORY = Path(__file__).parent

TABLES: dict[str, Any] = {
    "title": "A day off Aktau",
    "start": "2006-05-22T00:00:00+05:00",
    "days": 1.0,
    "area": {"file": "off_aktau.geojson", "shoreline": "legal-28m"},
    "base": [
        {"name": "Aktau", "position": [51.2, 43.6]},
        {"name": "Kuryk", "position": [51.66539, 43.17209]},
    ],
    "unit": [
        {"name": "Boats", "vessel": "patrol-boat-42ft", "agency": "Border Service",
         "base": "Aktau", "count": 2},
        {"name": "Navy", "vessel": "pkm", "agency": "Navy", "base": "Kuryk",
         "count": 1, "crews": 2},
    ],
    "threat": [
        {"name": "nets", "kind": "area", "weight": 2.0, "persistence_h": 24.0},
        {"name": "runs", "kind": "area", "weight": 3.0, "persistence_h": 9.0},
        {"name": "ferry", "kind": "transit", "weight": 1.0, "origin": [50.6, 43.8],
         "destination": [50.9, 43.1], "speed_kn": 12.0, "tracks": 30},
    ],
}  # fmt: skip


def tables() -> dict[str, Any]:
    """The scenario's tables, free to be changed."""
    return copy.deepcopy(TABLES)


def scenario_of(changed: dict[str, Any]) -> Scenario:
    """A scenario of changed tables, in the same folder."""
    return from_dict(changed, DIRECTORY, "off_aktau.toml")


@cache
def scenario() -> Scenario:
    """The scenario."""
    return scenario_of(TABLES)


@cache
def sea() -> Sea:
    """Its sea."""
    return build_sea(scenario())


@cache
def problem() -> PlanningProblem:
    """Its arrays."""
    return build(scenario(), sea())


@cache
def columns() -> tuple[Sortie, ...]:
    """The plan that the search builds first, the same every time."""
    search = Search(problem().instance, seed=0)
    search.construct(lambda: False)
    return search.best


@cache
def plan() -> Plan:
    """The plan that a few seconds of solving give."""
    return plan_scenario(scenario(), time_limit_s=2.0, seed=1)


def in_weather(
    directory: Path,
    waves_m: Field,
    tables: dict[str, Any] = TABLES,
    wind_kn: Field = gentle,
    ice: Field = none,
) -> Scenario:
    """The scenario, or one of other tables on the same sea, in weather written to a folder."""
    shutil.copy(DIRECTORY / "off_aktau.geojson", directory)
    name = write_weather(scenario_of(tables), directory, waves_m, wind_kn, ice)
    environment = tables.get("environment", {}) | {"source": "file", "file": name}
    return from_dict(tables | {"environment": environment}, directory, "off_aktau.toml")


def patrol(
    problem: PlanningProblem, fleet: int, depart: int, visits: int, cell: int | None = None
) -> Sortie:
    """A sortie of a fleet to one cell, the nearest that is open all the time, and back."""
    made = problem.instance.fleets[fleet]
    net = made.network
    nearest = sorted(net.active().tolist(), key=lambda i: int(net.deploy_steps[i]))
    for where in nearest if cell is None else [cell]:
        lasts, way = int(net.visit_steps[where]), int(net.deploy_steps[where])
        starts = [depart + way + k * lasts for k in range(visits)]
        back = starts[-1] + lasts + int(net.return_steps[where])
        table = np.array([(start, where) for start in starts], np.int32)
        searched = made.epoch[starts[0] : starts[-1] + lasts]
        open_ = made.open is None or bool(made.open.cell[searched, where].all())
        if open_ and ways_open(made, depart, back, table):
            assert back - depart <= net.max_steps
            return make_sortie(problem.instance, fleet, depart, back, table)
    raise AssertionError("no cell is open")


def plan_of(columns: Iterable[Sortie], scenario: Scenario, problem: PlanningProblem) -> Plan:
    """A plan of given sorties, without metrics."""
    chosen = tuple(columns)
    coverage, moving = coverage_rows(chosen, scenario, sea(), problem)
    found = math.fsum(row.weight * row.detection for row in coverage)
    found += math.fsum(row.weight * row.detection for row in moving)
    solver = {"status": "feasible", "termination": "time", "detection": found,
              "bound": 1.05 * found, "gap": 0.05, "seed": 0, "time_s": 1.0}  # fmt: skip
    return Plan.model_validate(
        {
            "planner_version": "0",
            "scenario": scenario.model_dump(mode="json"),
            "solver": solver,
            "hulls": hulls_of(scenario),
            "sorties": realise(chosen, scenario, sea(), problem),
            "coverage": coverage,
            "moving": moving,
        }
    )
