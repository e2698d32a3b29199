"""The rota: which hull and which crew sails each sortie, fair over the plan.

Sorties of a unit are intervals, and the optimiser keeps no more of them at a
time than there are hulls and crews. Naming them is to give every interval a
worker so that no worker has two at once: a hull is bound until its turnaround
is over, a crew until it has rested and its day is over. Of all such namings
one is taken in which the hours of the workers lie least apart, first among
hulls, then among crews (:func:`share`).

Counts alone do not always leave a naming. A hull out of service on Monday and
another on Tuesday leave one hull at every moment, but none for a sortie over
that midnight; nor do they know how many hours a crew has in a week. Then
sorties are left out, so that those kept are worth most (:func:`choose`), and
the command that plans says so. Without outages, settled sorties and ``week_h`` nothing is
ever left out: intervals of which at most ``n`` overlap can be given to ``n``
workers one after the other, in order of departure.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.errors import Problem
from planner.plan.assign import Task, Worker, choose, share
from planner.plan.model import Plan, Sortie
from planner.problem.arrays import Targets
from planner.problem.build import PlanningProblem
from planner.scenario import Scenario, Unit
from planner.solve import Sortie as Column
from planner.solve.sorties import Coverage

WEEK_MIN = 7 * 24 * 60


@dataclass(frozen=True)
class Manned:
    """Who sails a sortie: hull and crew by name, and when the hull can sail again."""

    hull: str
    crew: str
    ready: dt.datetime


@dataclass(frozen=True, eq=False)
class Rota:
    """Sorties in order of departure with who sails each, and those that nobody can."""

    columns: tuple[Column, ...]
    manned: tuple[Manned, ...]
    left_out: tuple[Column, ...] = ()


def in_order(columns: Iterable[Column]) -> list[Column]:
    """Sorties by departure; the order does not depend on the one given."""
    return sorted(columns, key=lambda c: (c.depart, c.fleet, c.return_, c.visits.tobytes()))


def rota_of(
    columns: Iterable[Column],
    scenario: Scenario,
    problem: PlanningProblem,
    settled: Sequence[Sortie] = (),
) -> Rota:
    """Name the hull and the crew of every sortie.

    Parameters
    ----------
    columns
        Sorties of one plan, in any order.
    scenario, problem
        What they were planned for.
    settled
        Sorties whose hulls and crews are named already and stay so; they bind
        both, and their hours count.

    Returns
    -------
    Rota
        The same for the same sorties, every time.
    """
    ordered = in_order(columns)
    worth = losses(ordered, problem.instance.targets)
    named: dict[int, Manned] = {}
    for number, unit in enumerate(scenario.unit):
        own = [k for k, c in enumerate(ordered) if problem.instance.unit(c.fleet) == number]
        trips = [_Trip.of(ordered[k], worth[k], scenario) for k in own]
        named |= {own[k]: manned for k, manned in _Names(unit, scenario, settled).of(trips).items()}
    sailed = sorted(named)
    return Rota(
        tuple(ordered[k] for k in sailed),
        tuple(named[k] for k in sailed),
        tuple(column for k, column in enumerate(ordered) if k not in named),
    )


def ready_at(unit: Unit, scenario: Scenario, depart: dt.datetime, back: dt.datetime) -> dt.datetime:
    """When a hull of a unit can sail again after a sortie, as plans state it."""
    return _Names(unit, scenario, ())._ready(depart, back)


def workers_of(
    unit: Unit, scenario: Scenario, settled: Sequence[Sortie]
) -> tuple[list[Worker], list[Worker]]:
    """Hulls and crews of a unit, with what sorties named already give them to do."""
    names = _Names(unit, scenario, settled)
    return names._hulls(), names._crews()


def tasks_of(
    columns: Iterable[Column], unit: Unit, scenario: Scenario
) -> tuple[list[Task], list[Task]]:
    """What sorties of a unit are to its hulls, and to its crews."""
    names = _Names(unit, scenario, ())
    trips = [_Trip.of(column, 0.0, scenario) for column in columns]
    return (
        [names._task(trip, names._ready(trip.depart, trip.back)) for trip in trips],
        [names._task(trip, names._rested(trip.depart, trip.back)) for trip in trips],
    )


def losses(columns: Sequence[Column], targets: Targets) -> list[float]:
    """Detection that a plan loses with each of its sorties alone."""
    coverage = Coverage(targets, columns)
    return [float(coverage.left[c.target] @ np.expm1(c.exposure)) for c in columns]


def left_out(
    columns: Iterable[Column], plan: Plan, scenario: Scenario, problem: PlanningProblem
) -> list[Problem]:
    """What a plan could not take of the optimiser's sorties, unit by unit, with a remedy."""
    units = [scenario.unit[problem.instance.unit(column.fleet)].name for column in columns]
    unit_of = {hull.id: hull.unit for hull in plan.hulls}
    missing = Counter(units)
    missing.subtract(unit_of[sortie.hull] for sortie in plan.sorties)
    return [
        Problem(
            scenario.file_name,
            f"unit[{number}]",
            f"{missing[unit.name]:,} of {units.count(unit.name):,} sorties of '{unit.name}' are "
            "left out: no hull or crew could sail them beside the others",
            "raise week_h or crews, or let outages of its hulls begin together"
            if unit.week_h is not None
            else "let outages of its hulls begin together, or give them to one hull",
        )
        for number, unit in enumerate(scenario.unit, start=1)
        if missing[unit.name] > 0
    ]


@dataclass(frozen=True)
class _Trip:
    depart: dt.datetime
    back: dt.datetime
    worth: float

    @classmethod
    def of(cls, column: Column, worth: float, scenario: Scenario) -> _Trip:
        step = dt.timedelta(minutes=scenario.area.time_step_min)
        depart, back = (scenario.start + k * step for k in (column.depart, column.return_))
        return cls(depart, back, worth)


class _Names:
    """Names for the sorties of one unit; times in whole minutes from the plan's start."""

    def __init__(self, unit: Unit, scenario: Scenario, settled: Sequence[Sortie]) -> None:
        self.unit, self.scenario = unit, scenario
        self.vessel = scenario.vessel[unit.vessel]
        self.settled = [sortie for sortie in settled if sortie.hull in unit.hulls]
        self.outages = [outage for outage in scenario.outage if outage.hull in unit.hulls]

    def of(self, trips: Sequence[_Trip]) -> dict[int, Manned]:
        """Hull and crew of each trip by its place; trips that are left out are missing."""
        hulls, crews = self._hulls(), self._crews()
        hull_tasks = [self._task(trip, self._ready(trip.depart, trip.back)) for trip in trips]
        crew_tasks = [self._task(trip, self._rested(trip.depart, trip.back)) for trip in trips]
        hull_of = _given(hull_tasks, hulls, range(len(trips)))
        crew_of = _given(crew_tasks, crews, list(hull_of))
        kept = list(crew_of)
        fair = [
            share([tasks[k] for k in kept], workers, [first[k] for k in kept])
            for tasks, workers, first in (
                (hull_tasks, hulls, hull_of),
                (crew_tasks, crews, crew_of),
            )
        ]
        return {
            k: Manned(
                self.unit.hulls[hull],
                self.unit.crew_names[crew],
                self._ready(trips[k].depart, trips[k].back),
            )
            for k, hull, crew in zip(kept, *fair, strict=True)
        }

    def _hulls(self) -> list[Worker]:
        """Hulls with their outages, a turnaround may run into one; and what they sail already."""
        return [
            Worker(
                tuple(
                    (self._minute(outage.start), self._minute(outage.end))
                    for outage in self.outages
                    if outage.hull == name
                ),
                tuple(
                    self._task(_Trip(s.depart, s.return_, 0.0), s.ready)
                    for s in self.settled
                    if s.hull == name
                ),
            )
            for name in self.unit.hulls
        ]

    def _crews(self) -> list[Worker]:
        week_h = self.unit.week_h
        return [
            Worker(
                (),
                tuple(
                    self._task(_Trip(s.depart, s.return_, 0.0), self._rested(s.depart, s.return_))
                    for s in self.settled
                    if s.crew == name
                ),
                None if week_h is None else (WEEK_MIN, int(week_h * 60 + 1e-9)),
            )
            for name in self.unit.crew_names
        ]

    def _task(self, trip: _Trip, free: dt.datetime) -> Task:
        begin, end = self._minute(trip.depart), self._minute(trip.back)
        return Task(begin, end, self._minute(free), trip.worth)

    def _ready(self, depart: dt.datetime, back: dt.datetime) -> dt.datetime:
        """When the hull can sail again: where no crew is to spare, not before its crew can.

        One is to spare where there are more crews than hulls, or an outage
        leaves a crew without its hull.
        """
        unit, vessel = self.unit, self.vessel
        spare = unit.crews > unit.count or self.outages
        if not spare and vessel.rest_h >= vessel.turnaround_h:
            return self._rested(depart, back)
        return back + dt.timedelta(hours=vessel.turnaround_h)

    def _rested(self, depart: dt.datetime, back: dt.datetime) -> dt.datetime:
        """When the crew can sail again."""
        rested = back + dt.timedelta(hours=self.vessel.rest_h)
        return max(rested, depart + dt.timedelta(hours=self.unit.least_h))

    def _minute(self, at: dt.datetime) -> int:
        return math.ceil((at - self.scenario.start) / dt.timedelta(minutes=1) - 1e-6)


def _given(tasks: Sequence[Task], workers: Sequence[Worker], of: Sequence[int]) -> dict[int, int]:
    """Worker of each task, some left out if need be, among those at the places ``of``."""
    found = choose([tasks[k] for k in of], workers)
    return {k: worker for k, worker in zip(of, found, strict=True) if worker is not None}
