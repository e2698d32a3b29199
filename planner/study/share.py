"""What fleets of several sizes lend each other: plans, bounds, and every sortie found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.problem.arrays import CapacityRow, Instance
from planner.solve import Cut, Pool, Sortie
from planner.solve.sorties import Budgets, Coverage


@dataclass(frozen=True)
class Found:
    """What the optimiser found for a fleet of ``boats``."""

    boats: int
    detection: float
    bound: float
    sorties: tuple[Sortie, ...]
    pool: Pool
    cuts: tuple[Cut, ...]
    time_s: float
    interrupted: bool = False


@dataclass(frozen=True)
class Standing:
    """Best plan of a fleet so far; ``planned_boats`` is the fleet it was made with, if smaller."""

    detection: float
    sorties: tuple[Sortie, ...]
    planned_boats: int


class Ledger:
    """What is known of every fleet; each finding serves all of them.

    A plan of a smaller fleet is a plan of a larger one as it stands, that of
    a larger one is cut to fit a smaller one, the bound of a larger fleet
    bounds every smaller one, and the prices that bound one bound all others.
    """

    def __init__(self, instances: Mapping[int, Instance]) -> None:
        self.instances = instances
        self.pool = Pool()
        self.cuts: list[Cut] = []
        self.best = {boats: Standing(0.0, (), boats) for boats in instances}
        self.bound = dict.fromkeys(instances, float("inf"))
        self.time_s = dict.fromkeys(instances, 0.0)

    @property
    def planned(self) -> tuple[int, ...]:
        """Fleets that the optimiser has been asked about."""
        return tuple(boats for boats, spent_s in self.time_s.items() if spent_s > 0)

    def record(self, found: Found) -> None:
        """Take in what was found for one fleet, and lend it to all others."""
        self.pool.add(found.pool)
        self.time_s[found.boats] += found.time_s
        self.cuts += found.cuts
        for boats, instance in self.instances.items():
            if boats <= found.boats:
                self.bound[boats] = min(self.bound[boats], found.bound)
            proven = min((cut.bound(instance) for cut in found.cuts), default=float("inf"))
            self.bound[boats] = min(self.bound[boats], proven)
            plan = found.sorties if boats >= found.boats else fitted(found.sorties, instance)
            detection = found.detection if boats == found.boats else detection_of(plan, instance)
            if detection > self.best[boats].detection:
                self.best[boats] = Standing(detection, plan, min(boats, found.boats))


def fitted(sorties: Iterable[Sortie], instance: Instance) -> tuple[Sortie, ...]:
    """Cut a plan to the hulls and crews of another fleet.

    Where more sorties run at a time than the fleet can man, the one whose
    loss costs least detection is dropped, until all capacity rows hold, and then
    until the budgets do.

    Parameters
    ----------
    sorties
        A plan of the same problem with other capacities.
    instance
        The problem with the capacities to keep.

    Returns
    -------
    tuple of Sortie
        In the given order; all of them where they fit as they are.
    """
    kept = list(sorties)
    coverage = Coverage(instance.targets, kept)
    for unit, rows in enumerate(instance.rows):
        for row in rows:
            own = [sortie for sortie in kept if instance.unit(sortie.fleet) == unit]
            while crowd := _crowd(own, row, instance.n_steps):
                least = min(crowd, key=lambda sortie: _loss(sortie, coverage))
                own = [sortie for sortie in own if sortie is not least]
                kept = [sortie for sortie in kept if sortie is not least]
                coverage.remove(least)
    budgets = Budgets(instance)
    for sortie in kept:
        budgets.book(sortie)
    while over := [sortie for sortie in kept if budgets.overdrawn_by(sortie)]:
        least = min(over, key=lambda sortie: _loss(sortie, coverage))
        kept = [sortie for sortie in kept if sortie is not least]
        coverage.remove(least)
        budgets.book(least, -1)
    return tuple(kept)


def detection_of(sorties: Sequence[Sortie], instance: Instance) -> float:
    """Detection of a plan, 0 to 1."""
    return Coverage(instance.targets, sorties).detection()


def _crowd(own: Sequence[Sortie], row: CapacityRow, n_steps: int) -> list[Sortie]:
    """Sorties of a unit that bind a row at the first step where there are too many."""
    busy = np.minimum(row.busy(n_steps), row.capacity)
    for sortie in own:
        busy[sortie.depart : row.until(sortie.depart, sortie.return_)] += 1
    over = np.flatnonzero(busy > row.capacity)
    if not over.size:
        return []
    step = int(over[0])
    return [s for s in own if s.depart <= step < row.until(s.depart, s.return_)]


def _loss(sortie: Sortie, coverage: Coverage) -> float:
    """Detection lost when a sortie is taken out: ``Σ w e^(−u) (e^x − 1)``."""
    left = coverage.weight[sortie.target] * np.exp(-coverage.exposure[sortie.target])
    return float(left @ np.expm1(sortie.exposure))
