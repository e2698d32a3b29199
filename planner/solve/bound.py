"""The Lagrangian bound: what prices prove of a fleet, and of every other of the same sea."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.problem.arrays import CapacityRow, FloatArray, Instance
from planner.solve.aims import Aims, aims_at
from planner.solve.envelope import Envelope, unspent
from planner.solve.pricing import Profile
from planner.solve.schedules import (
    Choice,
    best_of,
    charged_at,
    most_of,
    within_budgets,
    within_shared,
)

Charge = tuple[()] | tuple[float, tuple[tuple[float, tuple[int, int, bool]], ...]]
"""The value of a hull's best schedule at multipliers, and these by the budgets' spans."""


@dataclass(frozen=True, eq=False)
class Cut:
    """What a price vector proves: a bound linear in the numbers of hulls and crews.

    ``price`` (2, n_targets), ``base`` the targets' part, ``worth[k][r]`` the
    value of the best schedule of one hull of unit ``k`` under its capacity
    row ``r``. It holds for every fleet of the same sea, threats and classes,
    whatever is taken of it: nobody gains by that. ``charged[k][r]`` is the same
    value where budgets are charged for, empty where none is.
    """

    price: FloatArray
    base: float
    worth: tuple[tuple[float, ...], ...]
    charged: tuple[tuple[Charge, ...], ...]

    def bound(self, instance: Instance) -> float:
        """Upper bound on ``F`` over every feasible plan of ``instance``.

        ``Σ_j max_u [(w_j − φ_j) f̄_j(u) − π_j u] + Σ_units n_unit · V_unit(π, φ)``, where
        a unit counts with whichever of its rows (hulls or crews) binds more.
        """
        return self.base + sum(self._of(instance, party) for party in instance.parties)

    def _of(self, instance: Instance, party: tuple[int, ...]) -> float:
        """What units that share budgets, or one by itself, earn at most."""
        apart = sum(min(self._options(instance, unit)) for unit in party)
        together = self._together(instance, party) if len(party) > 1 else None
        return apart if together is None else min(apart, together)

    def _together(self, instance: Instance, party: tuple[int, ...]) -> float | None:
        """What units earn at most that are charged the same for what they share."""
        rates: dict[int, float] = {}
        total = 0.0
        for unit in party:
            if not all(self.charged[unit]):
                return None
            places = {budget.span: k for k, budget in enumerate(instance.budgets[unit])}
            for charge in self.charged[unit]:
                for rate, span in charge[1] if charge else ():
                    pot = instance.pot.get((unit, places.get(span, -1)))
                    if pot is None or rates.setdefault(pot, rate) != rate:
                        return None
            total += min(
                row.capacity * charge[0]
                for row, charge in zip(instance.rows[unit], self.charged[unit], strict=True)
                if charge
            )
        for pot, rate in rates.items():
            unit, place = instance.pots[pot][0]
            total += rate * instance.budgets[unit][place].limit
        return total

    def _options(self, instance: Instance, unit: int) -> Iterator[float]:
        """What a unit earns at most by each row: ``n V(π)``, and ``n V(π, λ) + Σ λ B``."""
        rows = instance.rows[unit]
        for row, worth in zip(rows, self.worth[unit], strict=True):
            yield row.capacity * worth
        # Of two budgets of one span the larger counts for both: safe, and none has such a pair
        # but by hand.
        by_limit = sorted(instance.budgets[unit], key=lambda budget: budget.limit)
        limit = {budget.span: budget.limit for budget in by_limit}
        for row, charge in zip(rows, self.charged[unit], strict=True):
            for worth, multipliers in (charge,) if charge else ():
                if all(span in limit for _, span in multipliers):
                    yield row.capacity * worth + sum(m * limit[span] for m, span in multipliers)


def lagrangian(
    instance: Instance,
    price: FloatArray,
    envelope: Envelope,
    profiles: Sequence[Profile],
    aims: Aims | None = None,
) -> tuple[Cut, float, list[list[Choice]]]:
    """What prices ``π, φ ≥ 0`` prove of every fleet and of this one, and the best schedules.

    ``profiles``, one per fleet, must come from exact pricing at ``price``. The
    bound on this instance is the cut's, or lower where something is taken. A
    schedule is that of one hull under the unit's row that binds more, or of all
    its hulls if something is taken of that. ``aims`` are those of the targets
    (:func:`~planner.solve.aims.aims_at`) unless given.
    """
    aims = aims or aims_at(instance.targets)
    base = aims.constant + unspent(aims.weight, price, envelope)
    by_fleet = dict(enumerate(profiles))
    worth, charged, most, schedules = [], [], [], []
    for unit, rows in enumerate(instance.rows):
        taken = any(row.taken for row in rows)
        found = [_by_row(instance, unit, by_fleet, row, taken=taken) for row in rows]
        binding = min(found, key=lambda each: each.total)
        worth.append(tuple(each.worth for each in found))
        charged.append(tuple(each.charge for each in found))
        most.append(binding.total)
        schedules.append(binding.chosen)
    for party in (party for party in instance.parties if len(party) > 1):
        joint = _jointly(instance, party, by_fleet)
        for unit, charges in joint.charges.items():
            charged[unit] = charges
        if joint.total < sum(most[unit] for unit in party):
            for unit in party:
                most[unit] = joint.total / len(party)
                schedules[unit] = joint.chosen[unit]
    return Cut(price.copy(), base, tuple(worth), tuple(charged)), base + sum(most), schedules


@dataclass(frozen=True)
class _ByRow:
    """What a unit earns at most by one of its rows, and the best schedule."""

    worth: float
    charge: Charge
    total: float
    chosen: list[Choice]


def _by_row(
    instance: Instance,
    unit: int,
    profiles: Mapping[int, Profile],
    row: CapacityRow,
    *,
    taken: bool,
) -> _ByRow:
    best, chosen = best_of(instance, unit, profiles, row)
    options = [(row.capacity * best, chosen)]
    if taken:
        options.append(most_of(instance, unit, profiles, row))
    charge: Charge = ()
    budgets = instance.budgets[unit]
    alone = budgets and not any(len(party) > 1 and unit in party for party in instance.parties)
    charges = within_budgets(instance, unit, profiles, row) if alone else None
    if charges is not None and charges.least.multipliers.any():
        least = charges.least
        # Of the two schedules that meet there the one that takes too much, for its sorties.
        options.append((least.bound, (charges.beyond or least).schedule.trips))
        at = least.multipliers.tolist()
        charge = least.schedule.worth, tuple((m, b.span) for m, b in zip(at, budgets, strict=True))
        if taken:
            paid = sum(m * b.limit for m, b in zip(at, budgets, strict=True))
            left = charged_at(instance, unit, profiles, least.multipliers)
            together, chosen = most_of(instance, unit, left, row)
            options.append((together + paid, chosen))
    total = min(value for value, _ in options)
    if taken:
        options = options[1::2]  # whose schedules are those of all hulls
    _, chosen = min(options, key=lambda option: option[0])
    return _ByRow(best, charge, total, chosen)


@dataclass(frozen=True)
class _Jointly:
    """What units that share budgets earn at most, and what each is charged by its rows."""

    total: float
    charges: dict[int, tuple[Charge, ...]]
    chosen: dict[int, list[Choice]]


def _jointly(
    instance: Instance, party: tuple[int, ...], profiles: Mapping[int, Profile]
) -> _Jointly:
    """Charge units that share budgets at one multiplier each, the best found for them all.

    Whatever the multipliers, ``Σ_k n_k V_k(π, λ) + Σ_b λ_b B_b`` bounds them, each budget
    counted once; so it does by whichever of its rows each unit earns least.
    """
    pots, rates, trips = within_shared(instance, party, profiles)
    limits = np.array([instance.budgets[u][k].limit for (u, k), *_ in pots])
    total = float(rates @ limits)
    by_pot = {instance.pot[pot[0]]: float(rate) for pot, rate in zip(pots, rates, strict=True)}
    charges: dict[int, tuple[Charge, ...]] = {}
    for unit in party:
        budgets = instance.budgets[unit]
        at = np.array([by_pot[instance.pot[unit, k]] for k in range(len(budgets))])
        left = charged_at(instance, unit, profiles, at)
        paid = tuple((float(m), b.span) for m, b in zip(at, budgets, strict=True))
        values, each = [], []
        for row in instance.rows[unit]:
            worth = best_of(instance, unit, left, row)[0]
            each.append((worth, paid))
            values.append(
                min(row.capacity * worth, most_of(instance, unit, left, row)[0])
                if row.taken
                else row.capacity * worth
            )
        total += min(values)
        charges[unit] = tuple(each) if rates.any() else tuple(() for _ in each)
    return _Jointly(total, charges, trips)
