"""Upkeep of a plan's hulls: when each goes in, and what that asks of those who name sorties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.plan.model import Sortie, Upkeep
from planner.problem.upkeep import Rule, Span, Work, minute, placed, rules_of
from planner.scenario import Scenario

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


def upkeeps_of(sorties: Iterable[Sortie], scenario: Scenario) -> tuple[Upkeep, ...]:
    """All upkeeps of a plan's hulls, in order of time."""
    listed = list(sorties)
    found = []
    for unit in scenario.unit:
        for hull, rule in rules_of(unit, scenario).items():
            own = [
                _Done(minute(s.depart, scenario), minute(s.return_, scenario))
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
