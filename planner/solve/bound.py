"""The tight envelope and the Lagrangian bound.

No plan gives a target an exposure strictly between two sums of whole visits.
So ``1 − exp(−u)`` may be replaced by its chords between those sums: the
result still lies above the detection of every feasible plan at the exposures
it can have, and below the smooth curve everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import SURE, CapacityRow, FloatArray, Instance
from planner.solve.aims import Aims, aims_at
from planner.solve.compiled import compiled
from planner.solve.pricing import Profile
from planner.solve.schedules import Choice, best_of, charged_at, most_of, within_budgets

MAX_KNOTS = 12
"""Chords per target; beyond the last the smooth curve bounds."""


def knots(exposures: Sequence[float] | FloatArray, count: int = MAX_KNOTS) -> FloatArray:
    """The smallest sums of whole visits, ascending from 0, shape ``(count + 1,)``.

    Parameters
    ----------
    exposures
        Exposure of one visit by each class that can search the cell. If none
        can, all sums but 0 are infinite: no plan gives it any exposure.
    count
        Sums wanted beyond 0; all of them are sums of at least one visit.
    """
    steps = np.unique(np.asarray(exposures, float))
    if steps.size == 0:
        return np.concatenate([[0.0], np.full(count, np.inf)])
    # Counted in the largest, so that sums equal but for rounding are one however small they are.
    sums = np.array([0.0])
    for _ in range(count):
        more = (sums[:, None] + steps[None, :] / steps[-1]).ravel()
        sums = np.unique(np.round(np.concatenate([sums, more]), 12))[: count + 1]
    found: FloatArray = sums * steps[-1]
    return found


@dataclass(frozen=True, eq=False)
class Envelope:
    """Between which exposures each stationary target's ``f̄`` is straight.

    Target ``j`` has the knots ``table[row[j]]``, ascending from 0, infinite
    beyond its last; after that ``f̄`` is smooth, and so it is throughout for
    targets of row -1 and those beyond the rows, which move. A target that no
    visit sees has no knot but 0: it has no exposure in any plan.
    """

    row: NDArray[np.int32]
    table: FloatArray

    def of(self, target: int) -> FloatArray:
        """Knots of one stationary target."""
        found: FloatArray = self.table[self.row[target]]
        return found

    def smooth(self, target: int) -> bool:
        """Whether there are no knots: any exposure may come together."""
        return target >= self.row.size or bool(self.row[target] < 0)


def envelope_of(instance: Instance) -> Envelope:
    """Envelope of an instance: its knots are the sums that visits of each target can make.

    What fleets see of a cell may change with light and weather, so the knots
    are those of the window's own epochs.
    """
    targets = instance.targets
    rows: list[NDArray[np.int32]] = []
    tables = _Tables()
    for layer in range(targets.window.shape[0]):
        for window in range(targets.layer_weight(layer).shape[0]):
            rows.append(tables.rows_of(_seen(instance, layer, window)))
    if targets.sure:
        free = np.full(targets.n_moving - targets.sure, -1, np.int32)
        rows += [free, tables.rows_of(_surely_seen(instance))]
    row = np.concatenate([np.zeros(0, np.int32), *rows])
    return Envelope(row, np.array(tables.knots).reshape(-1, MAX_KNOTS + 1))


def _seen(instance: Instance, layer: int, window: int) -> FloatArray:
    """Exposures that one visit can give within a window, (k, n_cells); 0 where it gives none."""
    steps = instance.targets.window[layer] == window
    found = [np.zeros((1, instance.n_cells))]
    for fleet in instance.fleets:
        reach = np.zeros(instance.n_cells)
        reach[fleet.network.active()] = 1.0
        found.append(reach * fleet.exposure[layer, np.unique(fleet.epoch[steps])])
    return np.concatenate(found)


def _surely_seen(instance: Instance) -> FloatArray:
    """What a visit gives each ``sure`` target, (1, sure); 0 where no visit sees it."""
    targets = instance.targets
    seen = np.zeros(targets.n_moving, bool)
    for fleet in instance.fleets:
        reach = np.zeros(instance.n_cells, bool)
        reach[fleet.network.active()] = True
        cell = np.arange(fleet.track_ptr.size - 1) % instance.n_cells
        given = np.repeat(reach[cell], np.diff(fleet.track_ptr))
        seen[fleet.track_target[given]] = True
    return np.where(seen[-targets.sure :], SURE, 0.0)[None, :]


class _Tables:
    """Distinct rows of knots, each worked out once."""

    def __init__(self) -> None:
        self.knots: list[FloatArray] = []
        self._by_values: dict[bytes, int] = {}
        self._by_window: dict[bytes, NDArray[np.int32]] = {}

    def rows_of(self, seen: FloatArray) -> NDArray[np.int32]:
        """Row of knots of each cell, (n_cells,), from what visits can give it (k, n_cells)."""
        key = seen.tobytes()
        if key not in self._by_window:
            columns = [np.unique(column[column > 0.0]) for column in seen.T]
            self._by_window[key] = np.array([self._row(values) for values in columns], np.int32)
        return self._by_window[key]

    def _row(self, values: FloatArray) -> int:
        key = values.tobytes()
        if key not in self._by_values:
            self._by_values[key] = len(self.knots)
            self.knots.append(knots(values))
        return self._by_values[key]


@compiled
def _conjugate(weight, price, row, table, out) -> None:  # type: ignore[no-untyped-def]
    last = table.shape[1] - 1
    for j in range(weight.size):
        w, pi = weight[j], price[j]
        best = 0.0
        r = row[j] if j < row.size else -1
        if w > 0.0 and not (r >= 0 and np.isinf(table[r, 1])):
            tail = 0.0
            if r >= 0:
                for k in range(1, last + 1):
                    u = table[r, k]
                    value = -w * np.expm1(-u) - pi * u
                    if value <= best:
                        break
                    best = value
                tail = table[r, last]
            if pi <= 0.0:
                best = w
            elif pi < w * np.exp(-tail):
                u = np.log(w) - np.log(pi)
                best = max(best, w - pi - pi * u)
        out[j] = best


def conjugate(weight: FloatArray, price: FloatArray, envelope: Envelope) -> FloatArray:
    """``max_u [w f̄(u) − π u]`` for every target, (n_targets,).

    ``f̄`` has chords between the knots and is smooth beyond the last; for
    moving targets it is smooth throughout.
    """
    out = np.empty(price.size)
    _conjugate(weight, price, envelope.row, envelope.table, out)
    return out


Charge = tuple[()] | tuple[float, tuple[tuple[float, tuple[int, int, bool]], ...]]
"""The value of a hull's best schedule at multipliers, and these by the budgets' spans."""


@dataclass(frozen=True, eq=False)
class Cut:
    """What a price vector proves: a bound linear in the numbers of hulls and crews.

    ``price`` (n_targets,), ``base`` the targets' part, ``worth[k][r]`` the
    value of the best schedule of one hull of unit ``k`` under its capacity
    row ``r``. It holds for every fleet of the same sea, threats and classes,
    whatever is taken of it: nobody gains by that. ``charged[k][r]`` is the same
    value where budgets are charged for, empty where none is.
    """

    price: FloatArray
    base: float
    worth: tuple[tuple[float, ...], ...]
    charged: tuple[tuple[Charge, ...], ...] = ()

    def bound(self, instance: Instance) -> float:
        """Upper bound on ``F`` over every feasible plan of ``instance``.

        ``Σ_j max_u [w_j f̄_j(u) − π_j u] + Σ_units n_unit · V_unit(π)``, where
        a unit counts with whichever of its rows (hulls or crews) binds more.
        """
        return self.base + sum(
            min(self._options(instance, unit)) for unit in range(len(self.worth))
        )

    def _options(self, instance: Instance, unit: int) -> Iterator[float]:
        """What a unit earns at most by each row: ``n V(π)``, and ``n V(π, λ) + Σ λ B``."""
        rows = instance.rows[unit]
        for row, worth in zip(rows, self.worth[unit], strict=True):
            yield row.capacity * worth
        limit = {budget.span: budget.limit for budget in instance.budgets[unit]}
        for row, charge in zip(rows, self.charged[unit] if self.charged else (), strict=False):
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
    """What prices ≥ 0 prove of every fleet and of this one, and the best schedules.

    ``profiles``, one per fleet, must come from exact pricing at ``price``. The
    bound on this instance is the cut's, or lower where something is taken. A
    schedule is that of one hull under the unit's row that binds more, or of all
    its hulls if something is taken of that. ``aims`` are those of the targets
    (:func:`~planner.solve.aims.aims_at`) unless given.
    """
    aims = aims or aims_at(instance.targets)
    base = aims.constant + float(conjugate(aims.weight, price, envelope).sum())
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
    charges = within_budgets(instance, unit, profiles, row) if budgets else None
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


def slope(weight: FloatArray, exposure: FloatArray, envelope: Envelope) -> NDArray[np.float64]:
    """A subgradient of ``Σ w f̄(u)`` at ``u``: the price of each target, (n_targets,)."""
    price: FloatArray = weight * np.exp(-exposure)
    _chord_slopes(weight, exposure, envelope.row, envelope.table, price)
    return price


@compiled
def _chord_slopes(weight, exposure, row, table, price) -> None:  # type: ignore[no-untyped-def]
    last = table.shape[1] - 1
    for j in range(row.size):
        u = exposure[j]
        r = row[j]
        for k in range(last if r >= 0 else 0):
            low, high = table[r, k], table[r, k + 1]
            if np.isinf(high):
                break
            if u < high:
                gain = np.exp(-low) - np.exp(-high)
                price[j] = weight[j] * gain / (high - low)
                break
