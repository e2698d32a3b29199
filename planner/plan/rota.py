"""The rota: which hull and which crew sails each sortie, fair over the plan.

Sorties of a unit are intervals, and the optimiser keeps no more of them at a
time than there are hulls and crews. Naming them is to give every interval a
worker so that no worker has two at once: a hull is bound until its turnaround
is over, a crew until it has rested and its day is over. Of all such namings
one is taken in which the hours of the workers lie least apart, first among
hulls, then among crews (:func:`share`).

Counts alone do not always leave a naming. A hull out of service on Monday and
another on Tuesday leave one hull at every moment, but none for a sortie over
that midnight; nor do they know how many hours each crew has in a week, or when a
hull must go in for upkeep. Then sorties are left out, so that those kept are worth
most (:func:`choose`), and the command that plans says so. Without outages, upkeep,
settled sorties and ``week_h`` nothing is ever left out: intervals of which at most
``n`` overlap can be given to ``n`` workers one after the other, in order of departure.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from planner.errors import Problem
from planner.plan.assign import Task, Worker, choose, share
from planner.plan.model import Plan, Sortie
from planner.plan.posted import Duties, posted
from planner.problem.arrays import Targets
from planner.problem.build import PlanningProblem
from planner.problem.stations import Way
from planner.problem.upkeep import rules_of
from planner.scenario import Scenario, Unit
from planner.solve import Sortie as Column
from planner.solve.coverage import Coverage

WEEK_MIN = 7 * 24 * 60

FAIR_MIN = 30
"""Minutes under way, over a whole plan, that no hull or crew minds having more than another
beyond what is proven to be needed; an assumption."""


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
    along: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Crews that go along on each posting, by its number."""


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
    along: dict[int, tuple[str, ...]] = {}
    for unit in scenario.unit:
        names = Names(unit, scenario, settled)
        trips: dict[tuple[int | None, Way], dict[int, Trip]] = {}
        for k, column in enumerate(ordered):
            station = problem.station(column.fleet)
            if station.unit.name == unit.name:
                own = trips.setdefault((station.posting, station.way), {})
                own[k] = Trip.of(column, worth[k], scenario)
        home = trips.pop((None, "home"), {})
        away = {(k, way): own for (k, way), own in trips.items() if k is not None}
        duties = posted(names, list(home.values()), away, problem)
        found = names.at_home(list(home.values()), duties)
        named |= duties.manned | {list(home)[k]: manned for k, manned in found.items()}
        along |= duties.along
    sailed = sorted(named)
    return Rota(
        tuple(ordered[k] for k in sailed),
        tuple(named[k] for k in sailed),
        tuple(column for k, column in enumerate(ordered) if k not in named),
        along,
    )


def ready_at(unit: Unit, scenario: Scenario, depart: dt.datetime, back: dt.datetime) -> dt.datetime:
    """When a hull of a unit can sail again after a sortie, as plans state it."""
    return Names(unit, scenario, ()).ready(depart, back)


def workers_of(
    unit: Unit, scenario: Scenario, settled: Sequence[Sortie]
) -> tuple[list[Worker], list[Worker]]:
    """Hulls and crews of a unit, with what sorties named already give them to do."""
    names = Names(unit, scenario, settled)
    return list(names.hulls().values()), list(names.crews().values())


def tasks_of(
    columns: Iterable[Column], unit: Unit, scenario: Scenario
) -> tuple[list[Task], list[Task]]:
    """What sorties of a unit are to its hulls, and to its crews."""
    names = Names(unit, scenario, ())
    trips = [Trip.of(column, 0.0, scenario) for column in columns]
    return (
        [names.hull_task(trip) for trip in trips],
        [names.crew_task(trip) for trip in trips],
    )


def losses(columns: Sequence[Column], targets: Targets) -> list[float]:
    """Detection that a plan loses with each of its sorties alone."""
    coverage = Coverage(targets, columns)
    return [float(coverage.left[c.target] @ np.expm1(c.exposure)) for c in columns]


def left_out(
    columns: Iterable[Column], plan: Plan, scenario: Scenario, problem: PlanningProblem
) -> list[Problem]:
    """What a plan could not take of the optimiser's sorties, unit by unit, with a remedy."""
    units = [problem.station(column.fleet).unit.name for column in columns]
    unit_of = {hull.id: hull.unit for hull in plan.hulls}
    missing = Counter(units)
    missing.subtract(unit_of[sortie.hull] for sortie in plan.sorties)
    return [
        Problem(
            scenario.file_name,
            f"unit[{number}]",
            f"{missing[unit.name]:,} of {units.count(unit.name):,} sorties of '{unit.name}' are "
            "left out: no hull or crew could sail them beside the others",
            _way_out(unit),
        )
        for number, unit in enumerate(scenario.unit, start=1)
        if missing[unit.name] > 0
    ]


def _way_out(unit: Unit) -> str:
    """What lets a unit sail more of its sorties."""
    if unit.upkeep_every_h is not None:
        return "let upkeep fall due at different times (upkeep_due_h), or raise upkeep_every_h"
    if unit.week_h is not None:
        return "raise week_h or crews, or let outages of its hulls begin together"
    return "let outages of its hulls begin together, or give them to one hull"


@dataclass(frozen=True)
class Trip:
    """A sortie as those who sail it see it: when, and what the plan loses without it."""

    depart: dt.datetime
    back: dt.datetime
    worth: float

    @classmethod
    def of(cls, column: Column, worth: float, scenario: Scenario) -> Trip:
        """The trip of a column."""
        step = dt.timedelta(minutes=scenario.area.time_step_min)
        depart, back = (scenario.start + k * step for k in (column.depart, column.return_))
        return cls(depart, back, worth)


class Names:
    """Names for the sorties of one unit; times in whole minutes from the plan's start."""

    def __init__(self, unit: Unit, scenario: Scenario, settled: Sequence[Sortie]) -> None:
        self.unit, self.scenario = unit, scenario
        self.vessel = scenario.vessel[unit.vessel]
        self.settled = [sortie for sortie in settled if sortie.hull in unit.hulls]
        self.outages = [outage for outage in scenario.outage if outage.hull in unit.hulls]

    def of(
        self, trips: Sequence[Trip], hulls: Mapping[str, Worker], crews: Mapping[str, Worker]
    ) -> dict[int, Manned]:
        """Hull and crew of each trip by its place; trips that are left out are missing."""
        hull_tasks = [self.hull_task(trip) for trip in trips]
        crew_tasks = [self.crew_task(trip) for trip in trips]
        hands, crowd = list(hulls.values()), list(crews.values())
        hull_of = _given(hull_tasks, hands, range(len(trips)))
        crew_of = _given(crew_tasks, crowd, list(hull_of))
        kept = list(crew_of)
        asked = [
            ([tasks[k] for k in kept], workers, [first[k] for k in kept])
            for tasks, workers, first in (
                (hull_tasks, hands, hull_of),
                (crew_tasks, crowd, crew_of),
            )
        ]
        # Where crews are bound as long as their hulls are, what is fair to these is to those.
        fair = [share(*asked[0], fair=FAIR_MIN)]
        fair.append(fair[0] if asked[1] == asked[0] else share(*asked[1], fair=FAIR_MIN))
        return {
            k: self.manned(list(hulls)[hull], list(crews)[crew], trips[k])
            for k, hull, crew in zip(kept, *fair, strict=True)
        }

    def at_home(self, trips: Sequence[Trip], duties: Duties) -> dict[int, Manned]:
        """As :meth:`of`, of trips from the unit's own base beside what postings ask."""
        hulls = {
            name: replace(worker, has=(*worker.has, *duties.hulls[name]))
            for name, worker in self.hulls().items()
        }
        crews = {
            name: replace(worker, has=(*worker.has, *duties.crews[name]))
            for name, worker in self.crews().items()
        }
        return self.of(trips, hulls, crews)

    def hulls(self) -> dict[str, Worker]:
        """Hulls with their outages, a turnaround may run into one; and what they sail already."""
        upkeep = rules_of(self.unit, self.scenario)
        return {
            name: Worker(
                tuple(
                    (self.minute(outage.start), self.minute(outage.end))
                    for outage in self.outages
                    if outage.hull == name
                ),
                tuple(
                    self._task(self.trip(s.depart, s.return_), s.ready)
                    for s in self.settled
                    if s.hull == name
                ),
                upkeep=upkeep.get(name),
            )
            for name in self.unit.hulls
        }

    def crews(self) -> dict[str, Worker]:
        """Crews with what they sail already, and their weekly hours."""
        week_h = self.unit.week_h
        return {
            name: Worker(
                (),
                tuple(
                    self.crew_task(self.trip(s.depart, s.return_))
                    for s in self.settled
                    if s.crew == name
                ),
                None if week_h is None else (WEEK_MIN, int(week_h * 60 + 1e-9)),
            )
            for name in self.unit.crew_names
        }

    def trip(self, depart: dt.datetime, back: dt.datetime) -> Trip:
        """A trip that is settled, and needs no worth."""
        return Trip(depart, back, 0.0)

    def manned(self, hull: str, crew: str, trip: Trip) -> Manned:
        """A trip with its hull and crew."""
        return Manned(hull, crew, self.ready(trip.depart, trip.back))

    def hull_task(self, trip: Trip) -> Task:
        """What a trip is to a hull."""
        return self._task(trip, self.ready(trip.depart, trip.back))

    def crew_task(self, trip: Trip) -> Task:
        """What a trip is to a crew."""
        return self._task(trip, self._rested(trip.depart, trip.back))

    def _task(self, trip: Trip, free: dt.datetime) -> Task:
        begin, end = self.minute(trip.depart), self.minute(trip.back)
        return Task(begin, end, self.minute(free), trip.worth)

    def ready(self, depart: dt.datetime, back: dt.datetime) -> dt.datetime:
        """When the hull can sail again: where no crew is to spare, not before its crew can.

        One is to spare where there are more crews than hulls, or an outage or a
        posting parts hulls and crews.
        """
        unit, vessel = self.unit, self.vessel
        posted = any(hull in unit.hulls for each in self.scenario.posting for hull in each.boats)
        spare = unit.crews > unit.count or self.outages or posted
        if not spare and vessel.rest_h >= vessel.turnaround_h:
            return self._rested(depart, back)
        return back + dt.timedelta(hours=vessel.turnaround_h)

    def _rested(self, depart: dt.datetime, back: dt.datetime) -> dt.datetime:
        """When the crew can sail again."""
        rested = back + dt.timedelta(hours=self.vessel.rest_h)
        return max(rested, depart + dt.timedelta(hours=self.unit.least_h))

    def minute(self, at: dt.datetime) -> int:
        """Whole minutes from the plan's start until a time."""
        return math.ceil((at - self.scenario.start) / dt.timedelta(minutes=1) - 1e-6)


def _given(tasks: Sequence[Task], workers: Sequence[Worker], of: Sequence[int]) -> dict[int, int]:
    """Worker of each task, some left out if need be, among those at the places ``of``."""
    found = choose([tasks[k] for k in of], workers)
    return {k: worker for k, worker in zip(of, found, strict=True) if worker is not None}
