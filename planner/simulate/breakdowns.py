"""Hulls that break down: what is found though sorties are lost, or cut short.

A hull is up and down in turns, each for an exponential time: down ``repair_h`` on the
mean, up so long that it is up a share ``availability`` of the time; how it is when the
plan starts is drawn by that share. A sortie whose hull is down when it should depart
is lost; a hull that breaks down under way finds nothing more on that sortie. No other
hull stands in, and nothing is planned anew.

Every target has hulls of its own, drawn for it alone: so what is found is a mean over
targets and breakdowns alike, and its interval holds for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.plan.model import Plan
from planner.scenario import Scenario
from planner.simulate.model import WithBreakdowns
from planner.simulate.plane import Floats
from planner.simulate.searches import Searches
from planner.simulate.strata import Ints, normal, wilson

if TYPE_CHECKING:
    from planner.simulate.run import Trial


@dataclass(frozen=True)
class Service:
    """How dependable the hulls of a plan are; arrays of its hulls.

    ``availability`` (h,) is the share of the time in which each is up,
    ``repair_h`` (h,) the mean time that it is down.
    """

    availability: Floats
    repair_h: Floats

    @classmethod
    def of(cls, plan: Plan, scenario: Scenario) -> Service | None:
        """Of a plan's hulls; None where all are always up."""
        units = {unit.name: unit for unit in scenario.unit}
        own = [units.get(hull.unit) for hull in plan.hulls]
        up = np.array([1.0 if unit is None else unit.availability for unit in own])
        repair_h = np.array([1.0 if unit is None else unit.repair_h for unit in own])
        return cls(up, repair_h) if (up < 1.0).any() else None

    def downs(self, hull: Ints, until_h: float, rng: np.random.Generator) -> Iterator[Floats]:
        """Times that hulls (q,) are down, from and to hours (2, q): the first, the second, ...

        All there are before ``until_h``.
        """
        up, repair_h = self.availability[hull], self.repair_h[hull]
        sound = up >= 1.0
        mean_h = repair_h * up / np.where(sound, 1.0, 1.0 - up)
        end_h = np.zeros(hull.size)
        first = rng.random(hull.size) >= up
        while (end_h < until_h).any():
            begin_h = end_h + np.where(first, 0.0, mean_h * rng.standard_exponential(hull.size))
            begin_h[sound] = np.inf
            end_h = begin_h + repair_h * rng.standard_exponential(hull.size)
            first = np.zeros(hull.size, dtype=bool)
            yield np.stack([begin_h, end_h])


class Breakdowns:
    """Notes which targets of a trial are found (n,) by hulls that break down."""

    def __init__(
        self, service: Service, searches: Searches, n: int, rng: np.random.Generator
    ) -> None:
        self.service, self.searches, self._rng = service, searches, rng
        self.found: NDArray[np.bool_] = np.zeros(n, dtype=bool)

    def note(self, target: Ints, piece: Ints, when_h: Floats) -> None:
        """Take in the sightings (q,) of some targets, all of each."""
        if not target.size:
            return
        hull, depart_h = self.searches.hull[piece], self.searches.depart_h[piece]
        count = len(self.service.availability)
        drawn, which = np.unique(target * count + hull, return_inverse=True)
        good = np.ones(target.size, dtype=bool)
        for down in self.service.downs(drawn % count, float(when_h.max()), self._rng):
            begin_h, end_h = down[:, which]
            good &= (end_h <= depart_h) | ((begin_h > depart_h) & (begin_h >= when_h))
        self.found[target[good]] = True


def with_breakdowns(trials: Sequence[Trial], service: Service) -> WithBreakdowns:
    """What is found of all targets by hulls that break down, with its interval."""
    moments = [trial.targets.strata.mean(trial.stood.astype(np.float64)) for trial in trials]
    mean = sum(t.share * m for t, (m, _) in zip(trials, moments, strict=True))
    variance = sum(t.share**2 * v for t, (_, v) in zip(trials, moments, strict=True))
    runs = sum(trial.targets.strata.n for trial in trials)
    low, high = normal(mean, variance) if variance > 0 else wilson(mean, runs)
    return WithBreakdowns(
        least=float(service.availability.min()),
        most=float(service.availability.max()),
        simulated=min(1.0, mean),
        low=low,
        high=high,
    )
