"""What two seconds of planning the small sea off Aktau teach; made once and shared."""

from __future__ import annotations

from functools import cache
from typing import Any

from planner.problem.build import PlanningProblem, build
from planner.reuse import Learned, Recalled, learn, recall
from planner.scenario import Scenario
from planner.sea import build_sea
from planner.solve import Result, solve
from tests.problem.off_aktau import problem, scenario, scenario_of


@cache
def result() -> Result:
    """A run on the small sea."""
    return solve(problem().instance, time_limit_s=2.0, seed=1)


@cache
def learned() -> Learned:
    """What is kept of it."""
    return learn(scenario(), problem(), result())


def changed(tables: dict[str, Any]) -> tuple[Scenario, PlanningProblem]:
    """A changed scenario and its problem."""
    found = scenario_of(tables)
    return found, build(found, build_sea(found))


def recalled(tables: dict[str, Any]) -> tuple[PlanningProblem, Recalled]:
    """A changed problem, and what the run lends to it."""
    found, arrays = changed(tables)
    return arrays, recall(learned(), found, arrays)
