"""A unit's budgets: hours of its crews, litres a week, and what upkeep leaves of its hulls."""

from __future__ import annotations

import math
from dataclasses import replace

from planner.problem.arrays import Budget
from planner.problem.steps import Steps
from planner.scenario import Scenario, Unit

WEEK_H = 7 * 24.0


def budgets_of(unit: Unit, scenario: Scenario, steps: Steps) -> tuple[Budget, ...]:
    """What the sorties of a unit share, each span of time once.

    Hours of crews and of upkeep follow from rules that the rota keeps crew by
    crew and hull by hull: they bound every plan, but are not all that those say.
    No crew is under way more than ``week_h`` in any 7 days, so all of them
    together not more than that often in these; the days are those of the plan's
    weeks from its start, and the last 7 of it.
    """
    hours = [*_crews(unit, steps), *_upkeep(unit, scenario, steps)]
    least: dict[tuple[int, int, bool], Budget] = {}
    for budget in hours:
        known = least.get(budget.span, budget)
        least[budget.span] = replace(budget, limit=min(known.limit, budget.limit))
    return (*least.values(), *_fuel(unit, steps))


def _weeks(steps: Steps) -> list[tuple[int, int]]:
    """Weeks of the plan in steps, the last one perhaps shorter."""
    week = round(WEEK_H / steps.hours)
    return [(first, min(first + week, steps.count)) for first in range(0, steps.count, week)]


def _crews(unit: Unit, steps: Steps) -> list[Budget]:
    if unit.week_h is None:
        return []
    limit = unit.crews * unit.week_h / steps.hours
    week = round(WEEK_H / steps.hours)
    return [Budget(limit, max(0, end - week), end) for _, end in _weeks(steps)]


def _fuel(unit: Unit, steps: Steps) -> list[Budget]:
    if unit.fuel_week_l is None:
        return []
    return [
        Budget(unit.fuel_week_l * (end - begin) * steps.hours / WEEK_H, begin, end, fuel=True)
        for begin, end in _weeks(steps)
    ]


def _upkeep(unit: Unit, scenario: Scenario, steps: Steps) -> list[Budget]:
    """Hours that all hulls can be under way if none is put off its upkeep."""
    every_h, lasts_h = unit.upkeep_every_h, unit.upkeep_h
    if every_h is None or lasts_h is None:
        return []
    horizon_h = scenario.horizon_h
    total_h = sum(most_under_way_h(due_h, every_h, lasts_h, horizon_h) for due_h in unit.due_h)
    if total_h >= unit.count * horizon_h:
        return []
    return [Budget(total_h / steps.hours, 0, steps.count)]


def most_under_way_h(due_h: float, every_h: float, lasts_h: float, horizon_h: float) -> float:
    """Hours that one hull is under way at most, with as many upkeeps as serve that best.

    With ``k`` of them it is at most ``due + k · every``, and ``horizon − k · lasts``.
    """
    times = range(math.floor(horizon_h / lasts_h) + 1)
    return max(min(due_h + k * every_h, horizon_h - k * lasts_h) for k in times)
