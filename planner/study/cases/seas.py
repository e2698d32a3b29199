"""Seas and problems kept from one run to the next, in the process or thread that works.

Runs whose area, bases and ends of runs are the same have one sea, and with it
all that shortest ways rest on. Runs that differ only in numbers of hulls and
crews have one problem but for its capacity rows. Runs that differ only in their units
are tried on the same moving targets.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from planner.problem.budgets import budgets_of
from planner.problem.build import PlanningProblem, build
from planner.problem.fleets import Builder
from planner.reuse.refit import Fits
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from planner.simulate import Draws
from planner.study.cases.address import digest, files_of

SEAS_KEPT = 3
"""Seas that a process keeps: the ones used last."""

MANNING = ("count", "crews")
"""Keys of a unit that only its capacity rows and budgets follow from."""

TRIED = ("availability", "repair_h")
"""Keys of a unit that plans do not know of, only their trial does."""


class Seas:
    """Seas and the last problem, of one thread."""

    def __init__(self) -> None:
        self._seas: OrderedDict[str, Sea] = OrderedDict()
        self._problem: tuple[str, PlanningProblem] | None = None
        self._draws: tuple[str, Draws] | None = None
        self.fits = Fits()
        """Sorties laid for the last problem, with whatever hulls and crews."""

    def sea(self, scenario: Scenario) -> Sea:
        """Sea of a scenario."""
        key = sea_key(scenario)
        if key in self._seas:
            self._seas.move_to_end(key)
        else:
            self._seas[key] = build_sea(scenario)
            while len(self._seas) > SEAS_KEPT:
                self._seas.popitem(last=False)
        return self._seas[key]

    def problem(self, scenario: Scenario) -> PlanningProblem:
        """Problem of a scenario on its sea."""
        key = unmanned_key(scenario)
        if self._problem is not None and self._problem[0] == key and not scenario.posting:
            return remanned(self._problem[1], scenario, self.sea(scenario))
        problem = build(scenario, self.sea(scenario))
        self._problem, self.fits = (key, problem), Fits()
        return problem

    def draws(self, scenario: Scenario) -> Draws:
        """Targets drawn for the trials of plans that differ from a scenario's in units only."""
        key = unitless_key(scenario)
        if self._draws is None or self._draws[0] != key:
            self._draws = (key, Draws())
        return self._draws[1]


_held = threading.local()


def seas() -> Seas:
    """Seas of this thread."""
    if not hasattr(_held, "seas"):
        _held.seas = Seas()
    found: Seas = _held.seas
    return found


def sea_key(scenario: Scenario) -> str:
    """Hash of what a sea follows from."""
    ends: list[Any] = [
        [threat.origin, threat.origin_to, threat.destination, threat.destination_to]
        for threat in scenario.threat
    ]
    ends += [[asked.origin, asked.destination] for asked in scenario.requirement]
    season = [str(scenario.start.date()), str(scenario.end.date())]
    area = scenario.area.model_dump(mode="json")
    told = {
        "area": area,
        "files": files_of(area, scenario.directory),
        "bases": [base.position for base in scenario.base],
        "ends": ends,
        "season": season if scenario.area.closures else None,
    }
    return digest(told)


def unmanned_key(scenario: Scenario) -> str:
    """Hash of what is planned, the numbers of hulls and crews left out."""
    return _planned(scenario, (*TRIED, *MANNING))


def planned_key(scenario: Scenario) -> str:
    """Hash of what is planned: scenarios that have it in common have their plans in common."""
    return _planned(scenario, TRIED)


def unmanned_units(scenario: Scenario) -> tuple[str, ...]:
    """Hash of each unit, the numbers of its hulls and crews left out, its class put in."""
    return tuple(
        digest([unit, scenario.vessel[unit["vessel"]].model_dump(mode="json")])
        for unit in _units(scenario, (*TRIED, *MANNING))
    )


def unitless_key(scenario: Scenario) -> str:
    """Hash of what is planned, all units and classes left out."""
    values = scenario.model_dump(mode="json", exclude={"title", "unit", "vessel"})
    return digest([values, files_of(values, scenario.directory)])


def _planned(scenario: Scenario, without: tuple[str, ...]) -> str:
    """Hash of a scenario without its title, and without some keys of its units."""
    values = scenario.model_dump(mode="json", exclude={"title"})
    values["unit"] = _units(scenario, without)
    return digest([values, files_of(values, scenario.directory)])


def _units(scenario: Scenario, without: tuple[str, ...]) -> list[dict[str, Any]]:
    """Units as plain values without some keys."""
    return [unit.model_dump(mode="json", exclude=set(without)) for unit in scenario.unit]


def remanned(problem: PlanningProblem, scenario: Scenario, sea: Sea) -> PlanningProblem:
    """A problem with the hulls and crews of a scenario that differs from its own in nothing else.

    Without postings: what hulls that are posted do is a matter of their number.
    """
    layers, moving = list(problem.layers), list(problem.tracks)
    builder = Builder(scenario, sea, problem.conditions, layers, moving)
    stations = tuple(builder.home(unit) for unit in scenario.unit)
    fleets = tuple(
        replace(
            fleet,
            rows=stations[fleet.unit].rows,
            budgets=budgets_of(scenario.unit[fleet.unit], scenario, builder.steps),
        )
        for fleet in problem.instance.fleets
    )
    made = tuple(
        replace(each, fleet=fleet) for each, fleet in zip(problem.made, fleets, strict=True)
    )
    instance = replace(problem.instance, fleets=fleets)
    return replace(problem, instance=instance, made=made, stations=stations)
