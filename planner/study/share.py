"""What fleets of several sizes lend each other: plans, bounds, and every sortie found.

Where something is required two things are bounded: the whole objective, ``value``, and
detection alone, whatever is served. Either is a maximum over all plans of a fleet, so

- it rises with the fleet, as a smaller fleet's plans are plans of a larger one: a bound
  of a larger fleet bounds every smaller one;
- the prices that prove it for one fleet prove it for another: fleets differ only in
  capacities and budgets, in which a cut is linear, and which targets, weights and
  envelopes it was made with are those of all fleets (:class:`~planner.solve.Cut`).

What no plan detects *that serves as much as the one found* is neither: it hangs on that
plan. So it is never lent, but follows for each fleet from the value's bound and what its
own plan serves (:class:`~planner.study.table.FleetRow`). Cuts of the objective and of
detection alone are kept apart, and only the former are given to the optimiser.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.problem.arrays import CapacityRow, Instance
from planner.solve import Cut, Pool, Sortie
from planner.solve.coverage import Coverage
from planner.solve.sorties import Budgets


@dataclass(frozen=True)
class Found:
    """What the optimiser found for a fleet of ``boats``.

    ``bound`` and ``cuts`` are of the whole objective; where something is required
    ``alone`` has those of detection.
    """

    boats: int
    detection: float
    bound: float
    sorties: tuple[Sortie, ...]
    pool: Pool
    cuts: tuple[Cut, ...]
    time_s: float
    interrupted: bool = False
    alone: Alone | None = None


@dataclass(frozen=True)
class Alone:
    """What no plan detects, whatever it serves, and cuts that prove the same of other fleets."""

    bound: float
    cuts: tuple[Cut, ...]


@dataclass(frozen=True)
class Standing:
    """Best plan of a fleet so far; ``planned_boats`` is the fleet it was made with, if smaller.

    ``value`` is what it has of the whole objective: detection, if nothing is required.
    """

    detection: float
    sorties: tuple[Sortie, ...]
    planned_boats: int
    value: float


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
        self.best = {boats: Standing(0.0, (), boats, -1.0) for boats in instances}
        self.bound = dict.fromkeys(instances, float("inf"))
        self.alone = dict.fromkeys(instances, float("inf"))
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
        self._lower(self.bound, found.boats, found.bound, found.cuts)
        if found.alone is not None:
            self._lower(self.alone, found.boats, found.alone.bound, found.alone.cuts)
        for boats, instance in self.instances.items():
            plan = found.sorties if boats >= found.boats else fitted(found.sorties, instance)
            coverage = Coverage(instance.targets, plan)
            if coverage.value() > self.best[boats].value:
                self.best[boats] = Standing(
                    coverage.detection(), plan, min(boats, found.boats), coverage.value()
                )

    def _lower(
        self, bound: dict[int, float], planned: int, proven: float, cuts: Iterable[Cut]
    ) -> None:
        """Lower bounds by what was proven of one fleet, of all as large or smaller, and by cuts."""
        for boats, instance in self.instances.items():
            of_larger = [proven] if boats <= planned else []
            least = min([bound[boats], *of_larger, *(cut.bound(instance) for cut in cuts)])
            bound[boats] = least


def fitted(sorties: Iterable[Sortie], instance: Instance) -> tuple[Sortie, ...]:
    """Cut a plan to the hulls and crews of another fleet.

    Where more sorties run at a time than the fleet can man, the one whose
    loss costs least of the objective is dropped, until all capacity rows hold, and then
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
                least = _least(crowd, coverage)
                own = [sortie for sortie in own if sortie is not least]
                kept = [sortie for sortie in kept if sortie is not least]
                coverage.remove(least)
    budgets = Budgets(instance)
    for sortie in kept:
        budgets.book(sortie)
    while over := [sortie for sortie in kept if budgets.overdrawn_by(sortie)]:
        least = _least(over, coverage)
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


def _least(sorties: Sequence[Sortie], coverage: Coverage) -> Sortie:
    """The sortie without which most of the objective is left."""

    def left(sortie: Sortie) -> float:
        coverage.remove(sortie)
        value = coverage.value()
        coverage.add(sortie)
        return value

    return max(sorties, key=left)
