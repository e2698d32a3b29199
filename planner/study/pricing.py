"""First estimates of what a change is worth, without solving again.

A cut holds prices ``π`` of exposure and proves ``F ≤ C(π) + Σ_k n_k V_k(π)``
(:mod:`planner.solve.bound`). At the same prices the changed problem has a bound
of its own, and only what changed is worked out anew::

    B' − B = ΔC(π) + n'_k V'_k(π) − n_k V_k(π)

with ``V'_k`` by exact pricing of the changed unit's sorties: for one more hull
that is ``V_k``, the best schedule of one hull. So the bound rises by at most
that. Fuel is left out of exact pricing, so for fuel the unit is planned anew
beside the others' sorties, by path-aware pricing, with and without the change.

Where something is required all of this is of the whole objective: cuts and prices are,
and what a unit serves is worked out anew with the rest. Hulls that are posted are priced
at either base with the unit's class as it is changed; one more hull stays at home.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.problem.arrays import FloatArray, Instance, Targets
from planner.problem.build import PlanningProblem, waters_of
from planner.problem.duties import duties_of
from planner.problem.fleets import Builder
from planner.problem.serving import Placed, Server
from planner.problem.stations import posted_stations
from planner.scenario import Scenario, Unit
from planner.sea import Sea, Waters
from planner.solve import Cut, Sortie
from planner.solve.aims import Aims, aims_at
from planner.solve.bound import lagrangian
from planner.solve.envelope import Envelope, envelope_of, unspent
from planner.solve.pricing import AdditivePricer, Profile
from planner.solve.search import Search
from planner.solve.worth import visit_worths
from planner.study.changes import MANNING, Change, Kind, changes_of, full_bases

SLOPES = 9
"""Slopes that are tried of each group of targets."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """What a change seems to be worth, before it is solved.

    ``points`` is a share of detection, or of the whole objective if something is
    required, ``proven`` that the bound rises by no more; ``cut`` bounds ``instance``,
    the problem with the change.
    """

    change: Change
    instance: Instance
    cut: Cut
    points: float
    proven: bool


class Estimator:
    """Estimates changes of one scenario beside one plan of it, at given prices (2, n_targets)."""

    def __init__(
        self,
        scenario: Scenario,
        sea: Sea,
        problem: PlanningProblem,
        price: FloatArray,
        planned: Iterable[Sortie],
    ) -> None:
        self.scenario, self.sea, self.instance = scenario, sea, problem.instance
        self.problem, self.price, self.planned = problem, price, tuple(planned)
        changes = changes_of(scenario)
        classes = {key: v for c in changes for key, v in c.scenario.vessel.items()}
        self._builder = Builder(
            scenario.model_copy(update={"vessel": classes}),
            sea,
            problem.conditions,
            list(problem.layers),
            list(problem.tracks),
        )
        self._duties: dict[tuple[int, Kind], tuple[Placed, ...]] = {}
        self.changes = tuple(each for each in changes if self._comparable(each))
        self.left_out = tuple(each for each in changes if not self._comparable(each))
        self._aims = fitting(self.instance.targets, price, envelope_of(self.instance))
        self._profiles = self._priced(self.instance, range(len(self.instance.fleets)))
        _, self._bound = self._cut(self.instance, self._profiles)
        self._anew: dict[int, float] = {}

    def estimates(self) -> tuple[Estimate, ...]:
        """All changes, those worth most first."""
        found = [self.estimate(change) for change in self.changes]
        owned = {unit.base for unit in self.scenario.unit}
        full = [base for base in full_bases(self.scenario) if base in owned]
        found += [self._berth(base, found) for base in full]
        return tuple(sorted(found, key=lambda each: -each.points))

    def estimate(self, change: Change) -> Estimate:
        """One change."""
        instance = self.changed(change)
        profiles = list(self._profiles)
        if change.kind not in MANNING:
            numbers = self._fleets(change.unit)
            for number, profile in zip(numbers, self._priced(instance, numbers), strict=True):
                profiles[number] = profile
        cut, bound = self._cut(instance, profiles)
        proven = change.kind != "fuel" or not self._may_run_dry(change.unit)
        if proven:
            gain = bound - self._bound
        else:
            gain = self._planned_anew(instance, change.unit) - self._without(change.unit)
        return Estimate(change, instance, cut, max(0.0, gain), proven)

    def _may_run_dry(self, unit: int) -> bool:
        """Whether a sortie of full length can burn more than is carried for it."""
        fleets = [self.instance.fleets[number] for number in self._fleets(unit)]
        return any(
            fleet.network.max_steps * max(rule.transit_l, rule.search_l, rule.loiter_l)
            > rule.limit_l
            for fleet in fleets
            for rule in [fleet.fuel]
        )

    def changed(self, change: Change) -> Instance:
        """The problem with a change: the unit's fleets are made anew, all others stay."""
        unit = change.scenario.unit[change.unit]
        waters = waters_of(unit, change.scenario, self.sea)
        server = Server(self._duties_with(change), len(self.problem.tracks))
        fleets = list(self.instance.fleets)
        for number in self._stations(change.unit):
            station = self._builder.home(unit)
            if number != change.unit:
                if change.kind in MANNING:
                    continue  # more of them are at home
                station = replace(self.problem.stations[number], unit=unit)
            made = self._builder.stationed(number, station, waters)
            for place, own in zip(self.instance.units[number], made, strict=True):
                fleets[place] = server.fleet(own.fleet, unit, waters)
        return replace(self.instance, fleets=tuple(fleets))

    def _stations(self, unit: int) -> list[int]:
        """Numbers of a unit in the problem: its own, at home, and those of its postings."""
        name = self.scenario.unit[unit].name
        return [k for k, each in enumerate(self.problem.stations) if each.unit.name == name]

    def _fleets(self, unit: int) -> list[int]:
        """Numbers of a unit's fleets, at home and posted."""
        return [fleet for number in self._stations(unit) for fleet in self.instance.units[number]]

    def _duties_with(self, change: Change) -> tuple[Placed, ...]:
        """The requirements as hulls with a change serve them; numbered as those without."""
        placed, key = self.problem.duties, (change.unit, change.kind)
        if change.kind in MANNING or not placed:
            return placed

        def waters(unit: Unit) -> Waters:
            return waters_of(unit, change.scenario, self.sea)

        if key not in self._duties:
            duties = duties_of(change.scenario, self.sea, list(self.problem.layers), waters)
            pairs = zip(placed, duties, strict=True)
            self._duties[key] = tuple(replace(each, duty=duty) for each, duty in pairs)
        return self._duties[key]

    def _comparable(self, change: Change) -> bool:
        """Whether targets and stations are the same with a change, so that prices still count.

        Not so where faster hulls on alert serve more of a response, or faster hulls find
        something on a way to another base on which there was nothing before.
        """
        for before, after in zip(self.problem.duties, self._duties_with(change), strict=True):
            if not np.array_equal(before.duty.middle, after.duty.middle) or not np.array_equal(
                before.duty.place, after.duty.place
            ):
                return False
        if change.kind in MANNING:
            return True
        unit = change.scenario.unit[change.unit]
        known = {(each.posting, each.way) for each in self.problem.stations}
        waters = waters_of(unit, change.scenario, self.sea)
        return not any(
            made.fleet.network.active().size
            for each in posted_stations(change.scenario, self._builder.steps)
            if each.unit.name == unit.name and (each.posting, each.way) not in known
            for made in self._builder.stationed(len(known), each, waters)
        )

    def _berth(self, base: str, found: Sequence[Estimate]) -> Estimate:
        """What one more berth lets in: the best hull with its crew that lies there."""
        there = [
            each
            for each in found
            if each.change.kind == "hull and crew"
            and self.scenario.unit[each.change.unit].base == base
        ]
        best = max(there, key=lambda each: each.points)
        what = f"one more berth (for {best.change.where})"
        change = replace(best.change, kind="berth", where=base, what=what, per="berth")
        return replace(best, change=change)

    def _priced(self, instance: Instance, numbers: Iterable[int]) -> list[Profile]:
        worths = visit_worths(instance)
        return [
            AdditivePricer(instance.fleets[k]).profile(worths[k].linear(self.price))
            for k in numbers
        ]

    def _cut(self, instance: Instance, profiles: Sequence[Profile]) -> tuple[Cut, float]:
        """What the prices prove of a problem: the cut, and the bound."""
        envelope = envelope_of(instance)
        cut, bound, _ = lagrangian(instance, self.price, envelope, profiles, self._aims)
        return cut, bound

    def _without(self, unit: int) -> float:
        """The objective with the unit planned anew as it is."""
        if unit not in self._anew:
            self._anew[unit] = self._planned_anew(self.instance, unit)
        return self._anew[unit]

    def _planned_anew(self, instance: Instance, unit: int) -> float:
        """The objective with a unit's whole schedule built anew beside the others' sorties."""
        own = {*self._fleets(unit)}
        search = Search(instance, 0, [s for s in self.planned if s.fleet not in own])
        search.fill(lambda: False)
        return search.value


def fitting(targets: Targets, price: FloatArray, envelope: Envelope) -> Aims:
    """Aims at which prices (2, n_targets) bound least, the slope of each group after another.

    The bound is convex in every slope and holds at any, so a few are tried.
    """
    pressed = np.ones(len(targets.groups))

    def base(aims: Aims) -> float:
        return aims.constant + unspent(aims.weight, price, envelope)

    for number in range(pressed.size):
        tried = np.repeat(pressed[None, :], SLOPES, axis=0)
        tried[:, number] = np.linspace(0.0, 1.0, SLOPES)
        pressed = min(tried, key=lambda at: base(aims_at(targets, at)))
    return aims_at(targets, pressed)
