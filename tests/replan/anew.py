"""A plan of two days off Aktau, and what became of it after events; made once and shared."""

from __future__ import annotations

import copy
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from planner.app import plan_scenario, read_plan, write_plan
from planner.plan.model import Plan, Sortie
from planner.problem.build import PlanningProblem, build
from planner.replan import Event, Replanned, parse_time, replan
from planner.scenario import Scenario
from planner.verify import verify
from tests.problem.off_aktau import DIRECTORY, TABLES, scenario_of, sea

AT = "2006-05-22T20:00"
WORK = 40


def tables() -> dict[str, Any]:
    """Two days off Aktau with hulls that are back sooner, free to be changed."""
    found = copy.deepcopy(TABLES)
    found["days"] = 2.0
    found["unit"][0]["count"] = 3
    return found


@cache
def scenario() -> Scenario:
    """The scenario."""
    return scenario_of(tables())


@cache
def problem() -> PlanningProblem:
    """Its arrays."""
    return build(scenario(), sea())


@cache
def plan() -> Plan:
    """The plan of it that is then changed."""
    return plan_scenario(scenario(), work_limit=WORK, seed=1)


def event(at: str = AT, **happened: Any) -> Event:
    """An event within the plan."""
    return Event(parse_time(at, scenario()), **happened)


def again(happened: Event, keep: float = 0.8, before: Plan | None = None) -> Replanned:
    """The plan made anew."""
    return replan(before or plan(), happened, keep=keep, work_limit=WORK)


@cache
def without_boat(keep: float = 0.8) -> Replanned:
    """The plan made anew after a boat that lies in port was lost."""
    return again(event(lost=(idle(),)), keep)


def idle() -> str:
    """A boat in port at the time of the event that was yet to sail."""
    at = event().at
    away = {s.hull for s in plan().sorties if s.depart < at < s.return_}
    return next(s.hull for s in later() if s.hull not in away and s.hull.startswith("Boats"))


def sailed() -> list[Sortie]:
    """Sorties that had departed by the event."""
    return [sortie for sortie in plan().sorties if sortie.depart < event().at]


def later() -> list[Sortie]:
    """Sorties that were yet to sail."""
    return [sortie for sortie in plan().sorties if sortie.depart >= event().at]


def written(found: Plan, directory: Path) -> Plan:
    """A plan written and read again."""
    return read_plan(write_plan(found, directory))


def violations(found: Plan, directory: Path) -> list[str]:
    """What the verifier says of a plan once it is written."""
    return [str(each) for each in verify(written(found, directory), directory).violations]


def area_into(directory: Path) -> None:
    """Put the area's polygon into a folder."""
    shutil.copy(DIRECTORY / "off_aktau.geojson", directory)
