"""What the sorties known could detect if hulls could be split, by conditional gradients.

A *mixture* sails many schedules of each unit at once, a share of a hull each.
With the exposure ``U_j`` that it gives target ``j``, and the looks
``E_j = Σ (1 − exp(−a))`` of its visits, it counts ``Σ_j w_j min(1 − exp(−U_j), E_j)``
and what the groups count of that. Unit by unit, every known sortie is given its value at the
slopes there, the best chain of them is found, and the unit's part of the mixture goes
as far towards it as the whole gains by it: block-coordinate conditional gradient
(Lacoste-Julien, Jaggi, Schmidt and Pletscher 2013).

Such a step costs no more than adding up the known sorties of one unit, so that hundreds of
passes over all units take as long as pricing does once; the slopes are the prices of
the next pricing. Minima, of the two curves and of what a group can have, are rounded
off: at a corner the slope along one unit's way is not that of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray, Instance
from planner.solve.aims import aims_at
from planner.solve.bound import Cut
from planner.solve.budget import least_use, least_uses
from planner.solve.envelope import Envelope, slope
from planner.solve.mixing import Columns, Groups, Mixed, Units, mix, slopes, worths
from planner.solve.relaxed import Relaxation
from planner.solve.sorties import Sortie, looks_of

MOST_PASSES = 200
"""Most passes over all units between two rounds of pricing."""


class _Shelf:
    """The known sorties of one unit, as arrays that grow."""

    def __init__(self, instance: Instance, unit: int) -> None:
        self.instance, self.rows = instance, instance.rows[unit]
        self.fleets = instance.units[unit]
        self.departures = instance.fleets[self.fleets[0]].network.departures
        self.n_budgets = len(instance.budgets[unit])
        self.sorties: list[Sortie] = []
        self.target = np.zeros(0, np.int64)
        self.own = np.zeros((2, 0))
        self.size = self.spot = self.depart = np.zeros(0, np.int64)
        self.exposure = self.look = np.zeros(0)
        self.ready = np.zeros((len(self.rows), 0), np.int64)
        self.use = np.zeros((self.n_budgets, 0))

    def add(self, sorties: Sequence[Sortie]) -> None:
        """Put sorties with the others; targets seen for the first time get a spot."""
        entries = np.concatenate([sortie.target for sortie in sorties])
        target = np.union1d(self.target, entries)
        moved = np.searchsorted(target, self.target)
        own = np.zeros((2, target.size))
        own[:, moved] = self.own
        self.spot = np.concatenate([moved[self.spot], np.searchsorted(target, entries)])
        self.target, self.own = target, own
        looks = [looks_of(self.instance, sortie) for sortie in sorties]
        self.exposure = np.concatenate([self.exposure, *(s.exposure for s in sorties)])
        self.look = np.concatenate([self.look, *looks])
        self.size = np.concatenate([self.size, [s.target.size for s in sorties]]).astype(np.int64)
        depart = np.array([s.depart for s in sorties], np.int32)
        back = np.array([s.return_ for s in sorties], np.int32)
        at = np.searchsorted(self.departures, depart)
        self.depart = np.concatenate([self.depart, at])
        ready = [np.searchsorted(self.departures, row.free(depart, back)) for row in self.rows]
        self.ready = np.concatenate([self.ready, np.array(ready, np.int64)], axis=1)
        self.use = np.concatenate([self.use, self._uses(sorties)], axis=1)
        self.sorties += sorties

    def _uses(self, sorties: Sequence[Sortie]) -> FloatArray:
        """What each takes at least of every budget, (k, n)."""
        found = np.zeros((self.n_budgets, len(sorties)))
        for n, sortie in enumerate(sorties if self.n_budgets else ()):
            fleet, at = self.instance.fleets[sortie.fleet], np.array([sortie.depart], np.int32)
            for k, budget in enumerate(fleet.budgets):
                found[k, n] = least_use(budget, fleet, at)[0, sortie.return_ - sortie.depart]
        return found


class Mixture:
    """A mixture of the sorties known so far, under improvement."""

    def __init__(self, instance: Instance, envelope: Envelope) -> None:
        self.instance, self.envelope = instance, envelope
        self._shelves = [_Shelf(instance, unit) for unit in range(len(instance.units))]
        self._exposure, self._looks = np.zeros((2, instance.targets.weight.size))
        self._groups = _groups_of(instance)
        self._reached = np.array([group.done for group in instance.targets.groups], np.float64)
        self.size = 0
        self.worth: list[list[FloatArray]] = []

    def add(self, sorties: Iterable[Sortie]) -> None:
        """Know more sorties, none of them known already."""
        by_unit: dict[int, list[Sortie]] = {}
        for sortie in sorties:
            by_unit.setdefault(self.instance.unit(sortie.fleet), []).append(sortie)
        for unit, own in by_unit.items():
            self._shelves[unit].add(own)
            self.size += len(own)

    def improve(
        self, enough: float, passes: int = MOST_PASSES, cut: Cut | None = None
    ) -> Relaxation:
        """Pass over the units until what one pass can gain is ``enough``, or so often.

        Sorties are charged for the units' budgets as in ``cut``.
        """
        columns, units, target = self._flat()
        charge = self._charge(cut)
        own = np.concatenate([shelf.own for shelf in self._shelves], axis=1)
        mixed = Mixed(self._exposure, self._looks, own[0].copy(), own[1].copy(), self._reached)
        weight = self.instance.targets.weight
        mix(columns, units, self._groups, weight, target, charge, mixed, enough, passes)
        kept = np.stack([mixed.own_exposure, mixed.own_looks])
        parts = np.split(kept, units.spot[1:-1], axis=1)
        for shelf, part in zip(self._shelves, parts, strict=True):
            shelf.own = part
        price = np.empty((2, weight.size))
        aims = aims_at(self.instance.targets, slopes(weight, self._groups, mixed, price))
        best, rows = self._worths(columns, units, target, charge, price)
        self.worth = [
            [
                best[unit] if r == rows[unit] else np.zeros_like(best[unit])
                for r in range(len(shelf.rows))
            ]
            for unit, shelf in enumerate(self._shelves)
        ]
        # A target little searched may have a slope above that of its first chord, at
        # which it is not worth searching already: the same bound for a lower price.
        rest = np.maximum(aims.weight - price[1], 0.0)  # which rounding may leave below nothing
        np.minimum(price[0], slope(rest, np.zeros_like(rest), self.envelope), out=price[0])
        return Relaxation(self._value(), price, aims, self._all_occupied(best, rows, cut))

    def occupied(self, price: FloatArray, cut: Cut | None = None) -> tuple[FloatArray, ...]:
        """What sorties take, as of a :class:`Relaxation`, where the known ones earn these prices.

        ``price`` is (2, n_targets); sorties are charged for the units' budgets as in ``cut``.
        """
        columns, units, target = self._flat()
        best, rows = self._worths(columns, units, target, self._charge(cut), price)
        return self._all_occupied(best, rows, cut)

    def _charge(self, cut: Cut | None) -> FloatArray:
        """What each sortie is charged for the budgets of its unit, (n,)."""
        charges = [
            _rates_of(self.instance, unit, cut) @ shelf.use
            for unit, shelf in enumerate(self._shelves)
        ]
        return np.concatenate(charges)

    @staticmethod
    def _worths(
        columns: Columns,
        units: Units,
        target: NDArray[np.int64],
        charge: FloatArray,
        price: FloatArray,
    ) -> tuple[FloatArray, NDArray[np.int64]]:
        """What a hull of each unit is worth from each departure on, and the row that binds."""
        best = np.zeros((units.departures.size, int(units.departures.max()) + 1))
        return best, worths(columns, units, target, charge, price, best)

    def _all_occupied(
        self, best: FloatArray, rows: NDArray[np.int64], cut: Cut | None
    ) -> tuple[FloatArray, ...]:
        rates = [_rates_of(self.instance, unit, cut) for unit in range(len(self._shelves))]
        return tuple(
            self._occupied(f, best[fleet.unit], int(rows[fleet.unit]), rates[fleet.unit])
            for f, fleet in enumerate(self.instance.fleets)
        )

    def _value(self) -> float:
        """What the mixture counts."""
        targets = self.instance.targets
        seen = np.minimum(-np.expm1(-self._exposure), self._looks)
        total = targets.detected + targets.met + float(targets.weight @ seen)
        for group, reached in zip(targets.groups, self._reached.tolist(), strict=True):
            total += group.worth * min(1.0, reached / group.level)
        return total

    def foremost(self, relaxation: Relaxation) -> list[tuple[float, Sortie]]:
        """What known sorties gain at a relaxation's prices beyond what they take, best first."""
        found: list[Sortie] = []
        gains: list[FloatArray] = []
        for shelf in self._shelves:
            if not shelf.sorties:
                continue
            number = np.repeat(np.arange(shelf.size.size), shelf.size)
            exposed, looked = relaxation.price[:, shelf.target[shelf.spot]]
            each = exposed * shelf.exposure + looked * shelf.look
            earned = np.bincount(number, each, minlength=shelf.size.size)
            taken = [
                relaxation.occupied[s.fleet][d, s.return_ - s.depart]
                for s, d in zip(shelf.sorties, shelf.depart.tolist(), strict=True)
            ]
            gains.append(earned - np.array(taken))
            found += shelf.sorties
        gain = np.concatenate([np.zeros(0), *gains])
        return [(float(gain[k]), found[k]) for k in np.argsort(-gain, kind="stable")]

    def _flat(self) -> tuple[Columns, Units, NDArray[np.int64]]:
        """All shelves in one, and the target of every spot."""
        shelves, fleets = self._shelves, self.instance.fleets
        spots = _starts([shelf.target.size for shelf in shelves])
        first = _starts([len(shelf.sorties) for shelf in shelves])
        n_rows = max(len(shelf.rows) for shelf in shelves)
        n_budgets = max(shelf.n_budgets for shelf in shelves)
        columns = Columns(
            _starts(np.concatenate([shelf.size for shelf in shelves])),
            np.concatenate([s.spot + at for s, at in zip(shelves, spots, strict=False)]),
            np.concatenate([shelf.exposure for shelf in shelves]),
            np.concatenate([shelf.look for shelf in shelves]),
            np.concatenate(
                [
                    np.argsort(shelf.depart, kind="stable") + at
                    for shelf, at in zip(shelves, first, strict=False)
                ]
            ),
            np.concatenate([shelf.depart for shelf in shelves]),
            np.concatenate([_rows(shelf.ready, n_rows, 0) for shelf in shelves], axis=1),
            np.concatenate([_rows(shelf.use, n_budgets, 0.0) for shelf in shelves], axis=1),
        )
        hulls, limit = np.full((2, max(n_rows, n_budgets), len(shelves)), np.inf)
        for unit, shelf in enumerate(shelves):
            for r, row in enumerate(shelf.rows):
                taken = row.busy(self.instance.n_steps)[: self.instance.n_steps]
                hulls[r, unit] = np.maximum(row.capacity - taken, 0).mean()
            for k, budget in enumerate(fleets[shelf.fleets[0]].budgets):
                limit[k, unit] = max(budget.limit, 0.0)
        departures = np.array([shelf.departures.size for shelf in shelves], np.int64)
        units = Units(first, spots, departures, hulls[:n_rows], limit[:n_budgets])
        return columns, units, np.concatenate([shelf.target for shelf in shelves])

    def _occupied(self, number: int, worth: FloatArray, row: int, rates: FloatArray) -> FloatArray:
        """What a sortie of each departure and duration takes, as of a :class:`Relaxation`."""
        fleet, shelf = self.instance.fleets[number], self._shelves[self.instance.unit(number)]
        at = shelf.departures
        back = at[:, None] + np.arange(fleet.network.max_steps + 1)[None, :]
        ready = np.searchsorted(at, shelf.rows[row].free(at[:, None], back))
        taken: FloatArray = worth[: at.size, None] - worth[ready]
        if rates.any():
            taken = taken + np.tensordot(rates, least_uses(fleet, at), 1)
        return taken


def _starts(sizes: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of several runs begins, and the last ends, (n + 1,)."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _rows(table: NDArray[np.generic], count: int, fill: float) -> NDArray[np.generic]:
    """A table with rows added up to a number."""
    return np.pad(table, ((0, count - table.shape[0]), (0, 0)), constant_values=fill)


def _groups_of(instance: Instance) -> Groups:
    """The groups of an instance by target."""
    groups = instance.targets.groups
    target = np.concatenate([np.zeros(0, np.int64), *(group.target for group in groups)])
    number = np.repeat(np.arange(len(groups)), [group.target.size for group in groups])
    share = np.concatenate([np.zeros(0), *(group.share for group in groups)])
    order = np.argsort(target, kind="stable")
    size = np.bincount(target, minlength=instance.targets.weight.size)
    each = np.array([group.worth / group.level for group in groups], np.float64)
    level = np.array([group.level for group in groups], np.float64)
    return Groups(_starts(size), number[order].astype(np.int64), share[order], each, level)


def _rates_of(instance: Instance, unit: int, cut: Cut | None) -> FloatArray:
    """What a cut charges a unit for each of its budgets, (k,); nothing without one."""
    budgets = instance.budgets[unit]
    found = np.zeros(len(budgets))
    if cut is None:
        return found
    for charge in cut.charged[unit]:
        for rate, span in charge[1] if charge else ():
            at = [k for k, budget in enumerate(budgets) if budget.span == span]
            found[at] = np.maximum(found[at], rate)
    return found
