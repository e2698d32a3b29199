"""The tight envelope and the Lagrangian bound.

No plan gives a target an exposure strictly between two sums of whole visits.
So ``1 − exp(−u)`` may be replaced by its chords between those sums: the
result still lies above the detection of every feasible plan at the exposures
it can have, and below the smooth curve everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import CapacityRow, FloatArray, Instance
from planner.solve.compiled import compiled
from planner.solve.flow import best_flow
from planner.solve.pricing import NEVER, Profile
from planner.solve.sorties import Roster
from planner.solve.timeline import best_schedule

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
    beyond its last; after that, and for moving targets, ``f̄`` is smooth. A
    target that no visit sees has no knot but 0: it has no exposure in any plan.
    """

    row: NDArray[np.int32]
    table: FloatArray

    def of(self, target: int) -> FloatArray:
        """Knots of one stationary target."""
        found: FloatArray = self.table[self.row[target]]
        return found


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
        if w > 0.0 and not (j < row.size and np.isinf(table[row[j], 1])):
            tail = 0.0
            if j < row.size:
                for k in range(1, last + 1):
                    u = table[row[j], k]
                    value = -w * np.expm1(-u) - pi * u
                    if value <= best:
                        break
                    best = value
                tail = table[row[j], last]
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


@dataclass(frozen=True, eq=False)
class Cut:
    """What a price vector proves: a bound linear in the numbers of hulls and crews.

    ``price`` (n_targets,), ``base`` the targets' part, ``worth[k][r]`` the
    value of the best schedule of one hull of unit ``k`` under its capacity
    row ``r``. It holds for every fleet of the same sea, threats and classes,
    whatever is taken of it: nobody gains by that.
    """

    price: FloatArray
    base: float
    worth: tuple[tuple[float, ...], ...]

    def bound(self, instance: Instance) -> float:
        """Upper bound on ``F`` over every feasible plan of ``instance``.

        ``Σ_j max_u [w_j f̄_j(u) − π_j u] + Σ_units n_unit · V_unit(π)``, where
        a unit counts with whichever of its rows (hulls or crews) binds more.
        """
        return self.base + sum(
            min(row.capacity * worth for row, worth in zip(rows, worths, strict=True))
            for rows, worths in zip(instance.rows, self.worth, strict=True)
        )


@dataclass(frozen=True)
class Choice:
    """A sortie of a schedule: its fleet, the departure (an index) and the duration."""

    fleet: int
    departure: int
    duration: int


def best_of(
    instance: Instance, unit: int, profiles: Mapping[int, Profile], row: CapacityRow
) -> tuple[float, list[Choice]]:
    """The best schedule of one hull of a unit, each sortie in whichever sea state is best.

    ``profiles`` has those of the unit's fleets, by number.
    """
    fleets = instance.units[unit]
    profile, which = _merged(instance, unit, profiles)
    total, chosen = best_schedule(profile, row)
    return total, [Choice(fleets[which[d, duration]], d, duration) for d, duration in chosen]


def _merged(
    instance: Instance, unit: int, profiles: Mapping[int, Profile]
) -> tuple[Profile, NDArray[np.int64]]:
    """The best of a unit's sea states by departure and duration, and which of them that is."""
    fleets = instance.units[unit]
    if len(fleets) == 1:
        only = profiles[fleets[0]]
        return only, np.zeros(only.value.shape, np.int64)
    longest = max(profiles[f].value.shape[1] for f in fleets)
    value = np.full((len(fleets), profiles[fleets[0]].departures.size, longest), NEVER)
    for k, fleet in enumerate(fleets):
        own = profiles[fleet].value
        value[k, :, : own.shape[1]] = own
    return Profile(profiles[fleets[0]].departures, value.max(axis=0)), value.argmax(axis=0)


def _manned(instance: Instance, unit: int, profile: Profile) -> Profile:
    """A profile without the sorties that what is taken leaves no hull for, or no crew.

    Each row is bounded for itself, so that of the crews would not know of the
    hulls' upkeep.
    """
    longest = Roster(instance).longest(instance.units[unit][0], profile.departures)
    barred = np.arange(profile.value.shape[1]) > longest[:, None]
    return Profile(profile.departures, np.where(barred, NEVER, profile.value))


def most_of(
    instance: Instance, unit: int, profiles: Mapping[int, Profile], row: CapacityRow
) -> tuple[float, list[Choice]]:
    """What all hulls of a row can earn together, with what is taken of them; and by which sorties.

    As :func:`best_of` otherwise. The value is rounded up.
    """
    fleets = instance.units[unit]
    profile, which = _merged(instance, unit, profiles)
    total, chosen = best_flow(_manned(instance, unit, profile), row, instance.n_steps)
    return total, [Choice(fleets[which[d, duration]], d, duration) for d, duration in chosen]


def lagrangian(
    instance: Instance, price: FloatArray, envelope: Envelope, profiles: Sequence[Profile]
) -> tuple[Cut, float, list[list[Choice]]]:
    """What prices ≥ 0 prove of every fleet and of this one, and the best schedules.

    ``profiles``, one per fleet, must come from exact pricing at ``price``. The
    bound on this instance is the cut's, or lower where something is taken. A
    schedule is that of one hull under the unit's row that binds more, or of all
    its hulls if something is taken of that.
    """
    targets = instance.targets
    base = targets.detected + float(conjugate(targets.weight, price, envelope).sum())
    by_fleet = dict(enumerate(profiles))
    worth, most, schedules = [], [], []
    for unit, rows in enumerate(instance.rows):
        each, options = [], []
        taken = any(row.taken for row in rows)
        for row in rows:
            best, chosen = best_of(instance, unit, by_fleet, row)
            total = row.capacity * best
            if taken:
                together, chosen = most_of(instance, unit, by_fleet, row)
                total = min(total, together)
            each.append(best)
            options.append((total, chosen))
        binding, schedule = min(options, key=lambda option: option[0])
        worth.append(tuple(each))
        most.append(binding)
        schedules.append(schedule)
    return Cut(price.copy(), base, tuple(worth)), base + sum(most), schedules


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
        for k in range(last):
            low, high = table[row[j], k], table[row[j], k + 1]
            if np.isinf(high):
                break
            if u < high:
                gain = np.exp(-low) - np.exp(-high)
                price[j] = weight[j] * gain / (high - low)
                break
