"""Upkeep after so many hours under way: when a hull goes in, between which sorties.

A hull is under way at most ``every`` minutes from one upkeep to the next; the first
is due after ``due``. It goes in as late as it can, as soon as it is home: so no other
upkeeps leave fewer minutes behind, and where these do not suffice none do. Upkeep
may run beside turnaround and the crew's rest, not in an outage or on a move.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from planner.scenario import Scenario, Unit
from planner.scenario.moves import itinerary

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
            yield minute(outage.start, scenario), minute(outage.end, scenario)
    for number, posting in enumerate(scenario.posting):
        if hull in posting.boats:
            way = itinerary(number, scenario)
            for move in (way.out, way.back):
                if move is not None:
                    yield minute(move.leave, scenario), minute(move.arrive, scenario)


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


def minute(at: dt.datetime, scenario: Scenario) -> int:
    """Whole minutes from the plan's start until a time."""
    return math.ceil((at - scenario.start) / dt.timedelta(minutes=1) - 1e-6)
