"""Sorties as columns: what they search, when they bind a hull, what they burn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import Budget, Fleet, FloatArray, Instance, IntArray
from planner.solve.budget import SLACK, least_use, steps_within
from planner.solve.compiled import brief
from planner.solve.rests import one_stretch, rests_before, return_step


@dataclass(frozen=True, eq=False)
class Sortie:
    """One trip of a hull of ``fleet`` (an index: a unit in one sea state).

    ``visits`` (k, 2) are start step and cell of each visit; ``target`` and
    ``exposure`` (m,) the exposures the sortie gives, each target once. Relaxations count
    ``counted`` (m,) for its looks at each, or if not given every visit's by itself.
    """

    fleet: int
    depart: int
    return_: int
    visits: IntArray
    target: NDArray[np.int64]
    exposure: FloatArray
    counted: FloatArray | None = None

    @cached_property
    def key(self) -> tuple[int, int, int, bytes]:
        """What makes a sortie the same as another."""
        return (self.fleet, self.depart, self.return_, self.visits.tobytes())


@brief
def _summed(target, value):  # type: ignore[no-untyped-def]
    """Each target once, ascending, with the sum of its values in their order."""
    order = np.argsort(target, kind="mergesort")
    once, total = np.empty_like(target), np.zeros(value.size)
    count = 0
    for k in order:
        if count == 0 or target[k] != once[count - 1]:
            once[count] = target[k]
            count += 1
        total[count - 1] += value[k]
    return once[:count].copy(), total[:count].copy()


@brief
def _targets_of(  # type: ignore[no-untyped-def]
    visits, window, offset, n, steps, epoch, exposure, weight, track_ptr, track_target,
    track_exposure,
):  # fmt: skip
    n_layers = window.shape[0]
    size = visits.shape[0] * n_layers
    for v in range(visits.shape[0]):
        row = visits[v, 0] * n + visits[v, 1]
        size += track_ptr[row + 1] - track_ptr[row]
    target, value = np.empty(size, np.int64), np.empty(size)
    count = 0
    for v in range(visits.shape[0]):
        t, i = visits[v, 0], visits[v, 1]
        sight = epoch[t + steps[i] // 2]
        for layer in range(n_layers):
            j = offset[layer] + window[layer, t] * n + i
            if weight[j] > 0.0 and exposure[layer, sight, i] > 0.0:
                target[count], value[count] = j, exposure[layer, sight, i]
                count += 1
        for k in range(track_ptr[t * n + i], track_ptr[t * n + i + 1]):
            target[count] = offset[n_layers] + track_target[k]
            value[count] = track_exposure[k]
            count += 1
    return target[:count], value[:count]


def make_sortie(
    instance: Instance, fleet: int, depart: int, return_: int, visits: IntArray
) -> Sortie:
    """A sortie with its exposures summed by target."""
    unit, targets = instance.fleets[fleet], instance.targets
    target, value = _targets_of(
        visits, targets.window, targets.offset, targets.n_cells, unit.network.visit_steps,
        unit.epoch, unit.exposure, targets.weight,
        unit.track_ptr, unit.track_target, unit.track_exposure,
    )  # fmt: skip
    return Sortie(fleet, depart, return_, visits, *_summed(target, value))


def looks_of(instance: Instance, sortie: Sortie) -> FloatArray:
    """What a relaxation counts of each of its targets, (m,): ``Σ 1 − exp(−a)`` over its visits.

    Less if the sortie says so.
    """
    if sortie.counted is not None:
        return sortie.counted
    unit, targets = instance.fleets[sortie.fleet], instance.targets
    target, value = _targets_of(
        sortie.visits, targets.window, targets.offset, targets.n_cells,
        unit.network.visit_steps, unit.epoch, unit.exposure, targets.weight,
        unit.track_ptr, unit.track_target, unit.track_exposure,
    )  # fmt: skip
    found: FloatArray = np.zeros(sortie.target.size)
    np.add.at(found, np.searchsorted(sortie.target, target), -np.expm1(-value))
    return found


def fuel_l(fleet: Fleet, depart: int, return_: int, visits: IntArray) -> float:
    """Litres that a sortie burns, every step in one mode."""
    net, rule = fleet.network, fleet.fuel
    search = int(net.visit_steps[visits[:, 1]].sum())
    transit = int(net.deploy_steps[visits[0, 1]] + net.return_steps[visits[-1, 1]])
    if fleet.breaks is not None:
        transit -= int(fleet.breaks.on_way[visits[0, 1]])
    for i, j in pairwise(visits[:, 1].tolist()):
        transit += hop_duration(fleet, i, j)
    loiter = return_ - depart - search - transit
    return search * rule.search_l + transit * rule.transit_l + loiter * rule.loiter_l


def hop_duration(fleet: Fleet, origin: int, target: int) -> int:
    """Steps in transit between two successive visits; 0 where the cells adjoin."""
    return fleet.network.ways[origin, target]


def ways_open(fleet: Fleet, depart: int, return_: int, visits: IntArray) -> bool:
    """Whether the weather lets a sortie sail its ways and wait where it does."""
    where, net = fleet.open, fleet.network
    if where is None:
        return True
    first, last = visits[0], visits[-1]
    clock = depart + int(net.deploy_steps[first[1]])
    good = bool(where.deploy[fleet.epoch[depart], first[1]])
    before: int | None = None
    for start, cell in visits.tolist():
        if before is not None:
            leave = clock
            clock += hop_duration(fleet, before, cell)
            good &= clock == leave or _hop_open(fleet, before, cell, leave)
        good &= bool(where.cell[fleet.epoch[clock:start], cell].all())
        clock, before = start + int(net.visit_steps[cell]), cell
    # Nothing is closed to a hull that is done when the plan ends.
    good &= clock >= fleet.epoch.size or bool(where.back[fleet.epoch[clock], last[1]])
    return good and return_ == return_step(fleet, depart, clock, last[1])


def breaks_kept(fleet: Fleet, depart: int, return_: int, visits: IntArray) -> bool:
    """Whether a sortie leaves its crew the breaks that are due, where the boat may lie still."""
    if fleet.breaks is None:
        return True
    if return_ - depart > fleet.network.max_steps:
        return False
    clock = depart + int(fleet.network.deploy_steps[visits[0, 1]])
    before: int | None = None
    for start, cell in visits.tolist():
        if before is not None:
            leave = clock
            clock += hop_duration(fleet, before, cell)
            if not one_stretch(fleet, depart, leave, clock):
                return False
        end = start + int(fleet.network.visit_steps[cell])
        rests = rests_before(fleet, depart, clock, start, cell)
        if rests is None or not one_stretch(fleet, depart, start, end):
            return False
        clock, before = end, cell
    return return_ == return_step(fleet, depart, clock, int(visits[-1, 1]))


def _hop_open(fleet: Fleet, origin: int, target: int, step: int) -> bool:
    """Whether the quickest hop between two cells is open at a step."""
    net = fleet.network
    into = np.arange(int(net.hop_ptr[target]), int(net.hop_ptr[target + 1]))
    ways = into[net.hop_from[into] == origin]
    quickest = ways[net.hop_steps[ways].argmin()]
    return fleet.open is None or bool(fleet.open.hop[fleet.epoch[step], quickest])


class Pool:
    """Distinct sorties; a sortie priced for one fleet size serves every other."""

    def __init__(self, sorties: Iterable[Sortie] = ()) -> None:
        self._by_key: dict[tuple[int, int, int, bytes], Sortie] = {}
        self.add(sorties)

    def add(self, sorties: Iterable[Sortie]) -> list[Sortie]:
        """Add sorties and return those that were new."""
        fresh = []
        for sortie in sorties:
            if sortie not in self:
                self._by_key[sortie.key] = sortie
                fresh.append(sortie)
        return fresh

    def __contains__(self, sortie: Sortie) -> bool:
        return sortie.key in self._by_key

    def __iter__(self) -> Iterator[Sortie]:
        return iter(list(self._by_key.values()))

    def __len__(self) -> int:
        return len(self._by_key)


def used(budget: Budget, fleet: Fleet, sortie: Sortie) -> float:
    """Steps or litres that a sortie takes from a budget.

    None less than 0: a plan from which it is left out then keeps the budget too.
    """
    if not budget.fuel:
        taken = float(steps_within(budget, sortie.depart, sortie.return_))
    elif not budget.begin <= sortie.depart < budget.end:
        return 0.0
    else:
        taken = fuel_l(fleet, sortie.depart, sortie.return_, sortie.visits)
    return max(0.0, taken - budget.spared)


def used_of(instance: Instance, unit: int, place: int, sorties: Iterable[Sortie]) -> float:
    """What sorties take from a unit's budget, those of units that share it among them."""
    places = dict(instance.pots[instance.pot[unit, place]])
    return math.fsum(
        used(instance.budgets[own][places[own]], instance.fleets[sortie.fleet], sortie)
        for sortie in sorties
        if (own := instance.unit(sortie.fleet)) in places
    )


class Budgets:
    """What the sorties of a plan leave of every budget of an instance; ``left`` by unit.

    What units share is left to each of them.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.left = [[budget.limit for budget in budgets] for budgets in instance.budgets]

    def book(self, sortie: Sortie, times: int = 1) -> None:
        """Take what a sortie uses, so many times; negative to give it back."""
        fleet = self.instance.fleets[sortie.fleet]
        pots, pot = self.instance.pots, self.instance.pot
        for k, budget in enumerate(fleet.budgets):
            taken = times * used(budget, fleet, sortie)
            for unit, place in pots[pot[fleet.unit, k]]:
                self.left[unit][place] -= taken

    def kept(self) -> bool:
        """Whether no budget is overdrawn."""
        return all(left >= -SLACK for unit in self.left for left in unit)

    def overdrawn_by(self, sortie: Sortie) -> bool:
        """Whether a sortie that is booked takes from a budget that is overdrawn."""
        fleet = self.instance.fleets[sortie.fleet]
        return any(
            left < -SLACK and used(budget, fleet, sortie) > 0.0
            for budget, left in zip(fleet.budgets, self.left[fleet.unit], strict=True)
        )

    def affords(self, sortie: Sortie) -> bool:
        """Whether there is enough left for a sortie."""
        fleet = self.instance.fleets[sortie.fleet]
        return all(
            used(budget, fleet, sortie) <= left + SLACK
            for budget, left in zip(fleet.budgets, self.left[fleet.unit], strict=True)
        )

    def longest(self, fleet: Fleet, departures: IntArray) -> IntArray:
        """Longest sortie (steps) of each departure that what is left may suffice for, (d,)."""
        cap = np.full(departures.size, fleet.network.max_steps, np.int32)
        for budget, left in zip(fleet.budgets, self.left[fleet.unit], strict=True):
            within = least_use(budget, fleet, departures) <= left + SLACK
            cap = np.minimum(cap, within.sum(axis=1, dtype=np.int32) - 1)
        return np.maximum(cap, 0)

    def tank_l(self, fleet: Fleet, departure: int) -> float:
        """Litres left for a sortie that departs then; infinite where no budget says."""
        return min(
            (
                left + budget.spared
                for budget, left in zip(fleet.budgets, self.left[fleet.unit], strict=True)
                if budget.fuel and budget.begin <= departure < budget.end
            ),
            default=np.inf,
        )


class Roster:
    """The sorties of a plan, the hulls and crews they bind, and what is left of budgets."""

    def __init__(self, instance: Instance, sorties: Iterable[Sortie] = ()) -> None:
        self.instance = instance
        self.sorties: list[Sortie] = []
        # More may be taken than there are; then none is left, which a plan does not spoil.
        self._busy = [
            [np.minimum(row.busy(instance.n_steps), row.capacity) for row in rows]
            for rows in instance.rows
        ]
        self.budgets = Budgets(instance)
        for sortie in sorties:
            self.add(sortie)

    def add(self, sortie: Sortie) -> None:
        """Count a sortie in."""
        self.sorties.append(sortie)
        self._bind(sortie, 1)

    def remove(self, sortie: Sortie) -> None:
        """Count a sortie out."""
        self.sorties.remove(sortie)
        self._bind(sortie, -1)

    def fits(self) -> bool:
        """Whether every capacity row and every budget holds."""
        return self.budgets.kept() and all(
            busy.max() <= row.capacity
            for rows, all_busy in zip(self.instance.rows, self._busy, strict=True)
            for row, busy in zip(rows, all_busy, strict=True)
        )

    def has_room(self, sortie: Sortie) -> bool:
        """Whether hulls, crews and budgets are left for a sortie."""
        departure = np.array([sortie.depart], np.int32)
        room = int(self.manned(sortie.fleet, departure)[0])
        return room >= sortie.return_ - sortie.depart and self.budgets.affords(sortie)

    def longest(self, fleet: int, departures: IntArray) -> IntArray:
        """Longest sortie (steps) that can still depart at each step; 0 where none can.

        Of fuel it heeds only what a sortie of that length cannot do without.
        """
        cap = self.manned(fleet, departures)
        own = self.instance.fleets[fleet]
        return np.minimum(cap, self.budgets.longest(own, departures)) if own.budgets else cap

    def manned(self, fleet: int, departures: IntArray) -> IntArray:
        """The same by hulls and crews alone."""
        unit = self.instance.fleets[fleet]
        cap = np.minimum(unit.network.max_steps, self.instance.n_steps - departures)
        for row, busy in zip(unit.rows, self._busy[unit.unit], strict=True):
            full = np.flatnonzero(busy >= row.capacity)
            after = np.searchsorted(full, departures)
            blocked = np.append(full, np.iinfo(np.int32).max)[after]
            cap = np.minimum(cap, blocked - departures - row.gap_steps)
            cap = np.where(departures + row.least_steps > blocked, 0, cap)
        return np.maximum(cap, 0).astype(np.int32)

    def idle(self, unit: int) -> bool:
        """Whether a hull of a unit, with a crew, has nothing to do throughout."""
        fleet = self.instance.units[unit][0]
        net = self.instance.fleets[fleet].network
        whole = np.minimum(net.max_steps, self.instance.n_steps - net.departures)
        return bool((self.manned(fleet, net.departures) >= whole).all())

    def _bind(self, sortie: Sortie, hulls: int) -> None:
        self.budgets.book(sortie, hulls)
        fleet = self.instance.fleets[sortie.fleet]
        for row, busy in zip(fleet.rows, self._busy[fleet.unit], strict=True):
            busy[sortie.depart : row.until(sortie.depart, sortie.return_)] += hulls
