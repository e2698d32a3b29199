"""First estimates of what a change is worth, without solving again.

A cut holds prices ``π`` of exposure and proves ``F ≤ C(π) + Σ_k n_k V_k(π)``
(:mod:`planner.solve.bound`). At the same prices the changed problem has a bound
of its own, and only what changed is worked out anew::

    B' − B = ΔC(π) + n'_k V'_k(π) − n_k V_k(π)

with ``V'_k`` by exact pricing of the changed unit's sorties: for one more hull
that is ``V_k``, the best schedule of one hull. So the bound rises by at most
that. Fuel is left out of exact pricing, so for fuel the unit is planned anew
beside the others' sorties, by path-aware pricing, with and without the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from planner.problem.arrays import FloatArray, Instance
from planner.problem.build import PlanningProblem, waters_of
from planner.problem.fleets import Builder
from planner.scenario import Scenario
from planner.sea import Sea
from planner.solve import Cut, Sortie
from planner.solve.bound import envelope_of, lagrangian
from planner.solve.pricing import AdditivePricer, Profile, visit_worths
from planner.solve.search import Search
from planner.study.changes import MANNING, Change, changes_of, full_bases


@dataclass(frozen=True, eq=False)
class Estimate:
    """What a change seems to be worth, before it is solved.

    ``points`` is a share of detection, ``proven`` that the bound rises by no
    more; ``cut`` bounds ``instance``, the problem with the change.
    """

    change: Change
    instance: Instance
    cut: Cut
    points: float
    proven: bool


class Estimator:
    """Estimates changes of one scenario beside one plan of it, at given prices (n_targets,)."""

    def __init__(
        self,
        scenario: Scenario,
        sea: Sea,
        problem: PlanningProblem,
        price: FloatArray,
        planned: Iterable[Sortie],
    ) -> None:
        self.scenario, self.sea, self.instance = scenario, sea, problem.instance
        self.price, self.planned = price, tuple(planned)
        self.changes = changes_of(scenario)
        classes = {key: v for c in self.changes for key, v in c.scenario.vessel.items()}
        self._builder = Builder(
            scenario.model_copy(update={"vessel": classes}),
            sea,
            problem.conditions,
            list(problem.layers),
            list(problem.tracks),
        )
        self._profiles = self._priced(self.instance, range(len(self.instance.fleets)))
        _, self._bound = self._cut(self.instance, self._profiles)
        self._anew: dict[int, float] = {}

    def estimates(self) -> tuple[Estimate, ...]:
        """All changes, those worth most first."""
        found = [self.estimate(change) for change in self.changes]
        found += [self._berth(base, found) for base in full_bases(self.scenario)]
        return tuple(sorted(found, key=lambda each: -each.points))

    def estimate(self, change: Change) -> Estimate:
        """One change."""
        instance = self.changed(change)
        profiles = list(self._profiles)
        if change.kind not in MANNING:
            numbers = self.instance.units[change.unit]
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
        fleets = [self.instance.fleets[number] for number in self.instance.units[unit]]
        return any(
            fleet.network.max_steps * max(rule.transit_l, rule.search_l, rule.loiter_l)
            > rule.limit_l
            for fleet in fleets
            for rule in [fleet.fuel]
        )

    def changed(self, change: Change) -> Instance:
        """The problem with a change: the unit's fleets are made anew, all others stay."""
        unit = change.scenario.unit[change.unit]
        made = self._builder.fleets(change.unit, unit, waters_of(unit, change.scenario, self.sea))
        fleets = list(self.instance.fleets)
        for number, own in zip(self.instance.units[change.unit], made, strict=True):
            fleets[number] = own.fleet
        return replace(self.instance, fleets=tuple(fleets))

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
        cut, bound, _ = lagrangian(instance, self.price, envelope_of(instance), profiles)
        return cut, bound

    def _without(self, unit: int) -> float:
        """Detection with the unit planned anew as it is."""
        if unit not in self._anew:
            self._anew[unit] = self._planned_anew(self.instance, unit)
        return self._anew[unit]

    def _planned_anew(self, instance: Instance, unit: int) -> float:
        """Detection with a unit's whole schedule built anew beside the others' sorties."""
        others = [s for s in self.planned if self.instance.unit(s.fleet) != unit]
        search = Search(instance, 0, others)
        search.construct(lambda: False)
        return search.detection
