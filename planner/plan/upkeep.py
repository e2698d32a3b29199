"""Upkeep after so many hours under way: when a hull goes in, between which sorties.

A hull is under way at most ``every`` minutes from one upkeep to the next; the first
is due after ``due``. It goes in as late as it can, as soon as it is home: so no other
upkeeps leave fewer minutes behind, and where these do not suffice none do. Upkeep
may run beside turnaround and the crew's rest, not in an outage or on a move.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from planner.plan.model import Sortie, Upkeep
from planner.scenario import Scenario, Unit
from planner.scenario.moves import itinerary

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Span = tuple[int, int]
"""Minutes ``[from, to)`` of the plan."""


class Work(Protocol):
    """What is done under way, in whole minutes."""

    @property
    def begin(self) -> int:
        """Departure."""

    @property
    def end(self) -> int:
        """Return."""


@dataclass(frozen=True)
class Rule:
    """Upkeep of one hull, in whole minutes; none begins or ends within ``off``."""

    every: int
    due: int
    lasts: int
    off: tuple[Span, ...] = ()

    @property
    def begun(self) -> int:
        """Minutes under way since the last upkeep, as the plan starts."""
        return self.every - self.due

    def slot(self, first: int, last: int) -> Span | None:
        """The first time for upkeep within ``[first, last)``, if there is any."""
        for begin in sorted({first, *(end for _, end in self.off if end > first)}):
            end = begin + self.lasts
            if end > last:
                return None
            if not any(begin < to and since < end for since, to in self.off):
                return begin, end
        return None


def rules_of(unit: Unit, scenario: Scenario) -> dict[str, Rule]:
    """Rules of a unit's hulls by name; none where it has no upkeep."""
    if unit.upkeep_every_h is None or unit.upkeep_h is None:
        return {}
    return {
        hull: Rule(
            int(60 * unit.upkeep_every_h + 1e-9),
            int(60 * due_h + 1e-9),
            math.ceil(60 * unit.upkeep_h - 1e-9),
            tuple(sorted(_off(hull, scenario))),
        )
        for hull, due_h in zip(unit.hulls, unit.due_h, strict=True)
    }


def _off(hull: str, scenario: Scenario) -> Iterator[Span]:
    """When a hull is out of service, or moves to another base."""
    for outage in scenario.outage:
        if outage.hull == hull:
            yield _minute(outage.start, scenario), _minute(outage.end, scenario)
    for number, posting in enumerate(scenario.posting):
        if hull in posting.boats:
            way = itinerary(number, scenario)
            for move in (way.out, way.back):
                if move is not None:
                    yield _minute(move.leave, scenario), _minute(move.arrive, scenario)


def placed(rule: Rule, tasks: Iterable[Work]) -> tuple[Span, ...] | None:
    """When a hull goes in for upkeep so that it can do all tasks; ``None`` if it cannot."""
    found: list[Span] = []
    since, home = rule.begun, 0
    option: Span | None = None
    after = 0  # minutes under way since that option
    for task in sorted(tasks, key=lambda task: task.begin):
        slot = rule.slot(home, task.begin)
        if slot is not None:
            option, after = slot, 0
        lasts = task.end - task.begin
        if since + lasts > rule.every:
            if option is None:
                return None
            found.append(option)
            since, option = after, None
            if since + lasts > rule.every:
                return None
        since, after = since + lasts, after + lasts
        home = max(home, task.end)
    return tuple(found)


def upkeeps_of(sorties: Iterable[Sortie], scenario: Scenario) -> tuple[Upkeep, ...]:
    """All upkeeps of a plan's hulls, in order of time."""
    listed = list(sorties)
    found = []
    for unit in scenario.unit:
        for hull, rule in rules_of(unit, scenario).items():
            own = [
                _Done(_minute(s.depart, scenario), _minute(s.return_, scenario))
                for s in listed
                if s.hull == hull
            ]
            for begin, end in placed(rule, own) or ():
                start, until = (scenario.start + dt.timedelta(minutes=at) for at in (begin, end))
                found.append(Upkeep(hull=hull, start=start, end=until))
    return tuple(sorted(found, key=lambda upkeep: (upkeep.start, upkeep.hull)))


def keep_upkeep(
    model: cp_model.CpModel,
    rule: Rule,
    tasks: Sequence[Work],
    has: Iterable[Work],
    does: Mapping[int, cp_model.IntVar],
) -> None:
    """Hold a worker to its upkeep in an integer programme.

    Parameters
    ----------
    model
        Gets a variable for every time upkeep may begin, and one for the minutes
        under way since the last after every task.
    rule
        Of the worker.
    tasks, has
        What may be given to it, and what is given already.
    does
        Whether it does a task, by the task's place; those that it cannot do left out.
    """
    fixed = list(has)
    work: list[tuple[Work, cp_model.IntVar | int]] = [(task, 1) for task in fixed]
    work += [(tasks[k], given) for k, given in does.items()]
    work.sort(key=lambda pair: pair[0].begin)
    slots: dict[Span, cp_model.IntVar] = {}
    for first in sorted({0, *(task.end for task, _ in work)}):
        slot = rule.slot(first, work[-1][0].begin if work else 0)
        if slot is None or any(_meet(slot, task) for task in fixed):
            continue
        slots.setdefault(slot, model.new_bool_var(""))
    for slot, taken in slots.items():
        for task, given in work:
            if not isinstance(given, int) and _meet(slot, task):
                model.add_at_most_one(taken, given)
    before: cp_model.IntVar | int = rule.begun
    earlier = 0
    for task, given in work:
        since = model.new_int_var(0, rule.every, "")
        lasts = task.end - task.begin
        reset = sum(taken for (_, end), taken in slots.items() if earlier < end <= task.begin)
        model.add(since >= before + lasts * given - rule.every * reset)
        model.add(since >= lasts * given)
        before, earlier = since, task.begin


@dataclass(frozen=True)
class _Done:
    begin: int
    end: int


def _meet(slot: Span, task: Work) -> bool:
    return task.begin < slot[1] and slot[0] < task.end


def _minute(at: dt.datetime, scenario: Scenario) -> int:
    return math.ceil((at - scenario.start) / dt.timedelta(minutes=1) - 1e-6)
