"""A unit's budgets: hours of its crews, litres a week, and what upkeep leaves of its hulls.

Hulls that are posted share them with those at home. Their passages by sea take of them
too, so limits are less by what straight passages take, and a patrol on the way takes only
what it takes beyond the straight one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.errors import Problem
from planner.problem.arrays import Budget, Fleet
from planner.problem.stations import Station
from planner.problem.steps import Steps
from planner.problem.transfers import Passage
from planner.problem.upkeep import placed, rules_of
from planner.scenario import Scenario, Unit, VesselClass

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


class Sharing:
    """What the units of a scenario share with those that their postings make."""

    def __init__(
        self, scenario: Scenario, stations: Sequence[Station], passages: Sequence[Passage],
        steps: Steps,
    ) -> None:  # fmt: skip
        self.scenario, self.steps = scenario, steps
        self._stations = stations
        self._passages = passages
        self._posted = {station.unit.name for station in stations if station.posting is not None}

    def of(self, fleet: Fleet) -> Fleet:
        """A fleet whose budgets are shared by all stations of its unit, less the passages."""
        station = self._stations[fleet.unit]
        if not fleet.budgets or station.unit.name not in self._posted:
            return fleet
        return replace(fleet, budgets=self._shared(station, fleet.budgets))

    def _shared(self, station: Station, own: Sequence[Budget]) -> tuple[Budget, ...]:
        unit = station.unit
        number = [each.name for each in self.scenario.unit].index(unit.name)
        taken = [self._taken(budget, unit) for budget in own]
        way = [
            passage
            for passage in self._passages
            if (passage.posting, passage.way) == (station.posting, station.way)
        ]
        vessel = self.scenario.vessel[unit.vessel]
        return tuple(
            replace(
                budget,
                limit=max(0.0, budget.limit - used),
                owner=number,
                spared=math.fsum(self._use(budget, passage, vessel) for passage in way),
            )
            for budget, used in zip(own, taken, strict=True)
        )

    def problems(self) -> list[Problem]:
        """Postings whose passages alone take more than there is, or come before an upkeep."""
        found = []
        for unit in self.scenario.unit:
            if unit.name not in self._posted:
                continue
            for budget in budgets_of(unit, self.scenario, self.steps):
                if budget.fuel and self._taken(budget, unit) > budget.limit + 1e-6:
                    found.append(self._short_of_fuel(unit, budget))
            found += self._short_of_upkeep(unit)
        return found

    def _taken(self, budget: Budget, unit: Unit) -> float:
        """What the straight passages of a unit's hulls take of a budget."""
        vessel, postings = self.scenario.vessel[unit.vessel], self.scenario.posting
        return math.fsum(
            len(postings[passage.posting].boats) * self._use(budget, passage, vessel)
            for passage in self._passages
            if postings[passage.posting].boats[0] in unit.hulls
        )

    def _use(self, budget: Budget, passage: Passage, vessel: VesselClass) -> float:
        """Steps or litres that one hull's straight passage takes of a budget."""
        if not budget.fuel:
            first, last = max(passage.depart, budget.begin), min(passage.arrive, budget.end)
            return float(max(0, last - first))
        if not budget.begin <= passage.depart < budget.end:
            return 0.0
        return passage_l(passage, vessel, self.steps.hours)

    def _short_of_fuel(self, unit: Unit, budget: Budget) -> Problem:
        number = self._first_posting(unit)
        return Problem(
            self.scenario.file_name,
            f"posting[{number + 1}]",
            f"moves by sea of '{unit.name}' alone burn {self._taken(budget, unit):,.0f} l in a "
            f"week of which its allowance is {budget.limit:,.0f} l",
            'raise fuel_week_l, post fewer hulls, or write by = "road"',
        )

    def _short_of_upkeep(self, unit: Unit) -> Iterator[Problem]:
        """Hulls that cannot make their passages and be in for upkeep when it is due."""
        minutes = 60 * self.steps.hours
        for hull, rule in rules_of(unit, self.scenario).items():
            ways = [
                _Way(round(passage.depart * minutes), round(passage.arrive * minutes))
                for passage in self._passages
                if hull in self.scenario.posting[passage.posting].boats
            ]
            if placed(rule, ways) is None:
                yield Problem(
                    self.scenario.file_name,
                    f"posting[{self._first_posting(unit) + 1}]",
                    f"'{hull}' is due for upkeep before its moves by sea are over, and has no time "
                    "for it between them",
                    "post it later, let its upkeep fall due later (upkeep_due_h), or write "
                    'by = "road"',
                )

    def _first_posting(self, unit: Unit) -> int:
        """Number of the first posting of a unit."""
        return next(
            number
            for number, posting in enumerate(self.scenario.posting)
            if posting.boats[0] in unit.hulls
        )


@dataclass(frozen=True)
class _Way:
    begin: int
    end: int


def passage_l(passage: Passage, vessel: VesselClass, step_h: float) -> float:
    """Litres that a straight passage burns: under way at cruise, waiting in its breaks."""
    resting_h = len(passage.rests) * passage.lasts * step_h
    sailing_h = (passage.arrive - passage.depart) * step_h - resting_h
    return vessel.burn_cruise_l_h * sailing_h + vessel.burn_loiter_l_h * resting_h
