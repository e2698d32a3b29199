"""Passages of posted hulls from base to base: the straight way, where no patrol makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.errors import Problem, SeaError
from planner.problem.arrays import BoolArray, FloatArray
from planner.problem.breaks import rests_on, rhythm_of
from planner.problem.conditions import Conditions, states_of
from planner.problem.stations import Way
from planner.problem.steps import Steps
from planner.problem.ways import Ways
from planner.scenario import Scenario
from planner.scenario.moves import Itinerary, Move
from planner.sea import Sea, Waters
from planner.sea.geodesy import GEOD
from planner.units import NM_M


@dataclass(frozen=True, eq=False)
class Passage:
    """A way by sea of a posting: its line (v, 2) lon/lat, and steps of departure and arrival.

    ``rests`` are the steps at which breaks of ``lasts`` steps begin.
    """

    posting: int
    way: Way
    path: FloatArray
    depart: int
    arrive: int
    rests: tuple[int, ...] = ()
    lasts: int = 0


class Passages:
    """Finds the straight passages of a scenario's postings by sea."""

    def __init__(self, scenario: Scenario, sea: Sea, conditions: Conditions, steps: Steps) -> None:
        self.scenario, self.conditions, self.steps = scenario, conditions, steps
        self._ways = Ways(sea.cells.centre, conditions.edges_h)
        self._epoch = conditions.epoch(steps.hours, steps.count)

    def of(self, asked: Itinerary, waters: Waters) -> Iterator[Passage | Problem]:
        """The passages of one posting, or why there is none; ``waters`` are those of its class.

        A passage is sailed in the mildest sea state of the class that the weather
        on the way allows, at its speed, within its hours and the time set aside.
        """
        for way, move in (("out", asked.out), ("back", asked.back)):
            if move is not None and not move.by_road:
                named: Way = "out" if way == "out" else "back"
                yield self._passage(asked, named, move, waters)

    def _passage(self, asked: Itinerary, way: Way, move: Move, waters: Waters) -> Passage | Problem:
        vessel = self.scenario.vessel[asked.unit.vessel]
        depart = self.steps.ceil(move.leave)
        set_aside = self.steps.floor(move.arrive) - depart
        try:
            path = waters.field(move.origin.position).path(move.goal.position)
        except SeaError:
            return self._problem(asked, move, "there is no navigable way", 'write by = "road"')
        length_nm = GEOD.line_length(path[:, 0], path[:, 1]) / NM_M
        usable_l = vessel.fuel_l * (1 - vessel.fuel_reserve)
        wrong = "the seas are too rough then", "give another time"
        rhythm = rhythm_of(asked.unit, self.steps)
        for state in states_of(vessel):
            sailing = int(self.steps.up(length_nm / (vessel.cruise_kn * state.speed)))
            rests = rests_on(rhythm, sailing)
            resting = len(rests) * rhythm.lasts if rhythm else 0
            lasts = sailing + resting
            hours, resting_h = lasts * self.steps.hours, resting * self.steps.hours
            longest_h = state.endurance_h or vessel.endurance_h
            where = self.conditions.open_in(vessel, state)
            if not self._open(path, hours - resting_h, where, depart, resting_h):
                continue
            burn_l = vessel.burn_cruise_l_h * (hours - resting_h)
            if rests and asked.unit.break_at == "anchor":
                wrong = "the crew is due for a break at anchor on the way", 'write by = "road"'
            elif lasts > set_aside or hours > longest_h + 1e-9:
                wrong = f"the passage takes {hours:.3g} h", 'raise passage_h, or write by = "road"'
            elif burn_l + vessel.burn_loiter_l_h * resting_h > usable_l + 1e-6:
                wrong = "the passage burns more fuel than is carried", 'write by = "road"'
            else:
                begins = tuple(depart + step for step in rests)
                each = rhythm.lasts if rhythm else 0
                return Passage(asked.number, way, path, depart, depart + lasts, begins, each)
        return self._problem(asked, move, *wrong)

    def _open(
        self, path: FloatArray, hours: float, where: BoolArray, depart: int, late_h: float
    ) -> bool:
        if where.all():
            return True
        found = self._ways.open([(self._ways.stretches(path), hours)], where, [late_h])
        return bool(found[self._epoch[min(depart, self._epoch.size - 1)], 0])

    def _problem(self, asked: Itinerary, move: Move, what: str, remedy: str) -> Problem:
        at = move.leave.isoformat(timespec="minutes")
        return Problem(
            self.scenario.file_name,
            f"posting[{asked.number + 1}]",
            f"by sea from '{move.origin.name}' to '{move.goal.name}' at {at}: {what}",
            remedy,
        )
