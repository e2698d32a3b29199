"""A small real sea off Aktau: 19 cells, a day, two units at two bases, one threat in transit.

Everything is made once and shared; change nothing in it.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

from planner.app import plan_scenario
from planner.plan.model import Plan
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from planner.solve import Sortie
from planner.solve.search import Search

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
