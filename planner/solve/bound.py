"""The tight envelope and the Lagrangian bound.

No plan gives a target an exposure strictly between two sums of whole visits.
So ``1 − exp(−u)`` may be replaced by its chords between those sums: the
result still lies above the detection of every feasible plan at the exposures
it can have, and below the smooth curve everywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import FloatArray, Instance
from planner.solve.compiled import compiled
from planner.solve.pricing import Profile
from planner.solve.timeline import best_schedule

MAX_KNOTS = 12
"""Chords per target; beyond the last the smooth curve bounds."""


def knots(exposures: Sequence[float], count: int = MAX_KNOTS) -> FloatArray:
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
    sums = np.array([0.0])
    for _ in range(count):
        more = (sums[:, None] + steps[None, :]).ravel()
        sums = np.unique(np.round(np.concatenate([sums, more]), 12))[: count + 1]
    return sums


def envelope_knots(instance: Instance) -> FloatArray:
    """Knots of every cell's stationary targets, shape ``(n_cells, MAX_KNOTS + 1)``."""
    table = np.empty((instance.n_cells, MAX_KNOTS + 1))
    active = [np.isin(np.arange(instance.n_cells), f.network.active()) for f in instance.fleets]
    for i in range(instance.n_cells):
        found = [f.exposure[i] for f, can in zip(instance.fleets, active, strict=True) if can[i]]
        table[i] = knots(found)
    return table


@compiled
def conjugate(weight, price, table, n_stationary, out) -> None:  # type: ignore[no-untyped-def]
    """``max_u [w f̄(u) − π u]`` for every target; ``out`` (n_targets,).

    ``f̄`` has chords between the cell's knots and is smooth beyond the last;
    for moving targets it is smooth throughout.
    """
    n, last = table.shape[0], table.shape[1] - 1
    for j in range(weight.size):
        w, pi = weight[j], price[j]
        best = 0.0
        if w > 0.0 and not (j < n_stationary and np.isinf(table[j % n, 1])):
            tail = 0.0
            if j < n_stationary:
                cell = j % n
                for k in range(1, last + 1):
                    u = table[cell, k]
                    value = -w * np.expm1(-u) - pi * u
                    if value <= best:
                        break
                    best = value
                tail = table[cell, last]
            if pi <= 0.0:
                best = w
            elif pi < w * np.exp(-tail):
                u = np.log(w / pi)
                best = max(best, w - pi - pi * u)
        out[j] = best


@dataclass(frozen=True, eq=False)
class Cut:
    """What a price vector proves: a bound linear in the numbers of hulls and crews.

    ``price`` (n_targets,), ``base`` the targets' part, ``worth[f][r]`` the
    value of the best schedule of one hull of fleet ``f`` under its capacity
    row ``r``. It holds for every fleet of the same sea, threats and classes.
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
            min(row.capacity * worth for row, worth in zip(fleet.rows, worths, strict=True))
            for fleet, worths in zip(instance.fleets, self.worth, strict=True)
        )


def lagrangian(
    instance: Instance, price: FloatArray, table: FloatArray, profiles: Sequence[Profile]
) -> tuple[Cut, list[list[tuple[int, int]]]]:
    """What prices ≥ 0 prove, and the best schedule of one hull of each unit.

    ``profiles`` must come from exact pricing at ``price``. A schedule is a
    list of departure index and duration, of the row that binds more.
    """
    value = np.empty(price.size)
    n_stationary = int(instance.targets.offset[-1])
    conjugate(instance.targets.weight, price, table, n_stationary, value)
    worth, schedules = [], []
    for fleet, profile in zip(instance.fleets, profiles, strict=True):
        options = [best_schedule(profile, row.gap_steps) for row in fleet.rows]
        binding = min(range(len(options)), key=lambda r: fleet.rows[r].capacity * options[r][0])
        worth.append(tuple(best for best, _ in options))
        schedules.append(options[binding][1])
    return Cut(price.copy(), float(value.sum()), tuple(worth)), schedules


def slope(
    weight: FloatArray, exposure: FloatArray, table: FloatArray, n_stationary: int
) -> NDArray[np.float64]:
    """A subgradient of ``Σ w f̄(u)`` at ``u``: the price of each target, (n_targets,)."""
    price: FloatArray = weight * np.exp(-exposure)
    _chord_slopes(weight, exposure, table, n_stationary, price)
    return price


@compiled
def _chord_slopes(weight, exposure, table, n_stationary, price) -> None:  # type: ignore[no-untyped-def]
    n, last = table.shape[0], table.shape[1] - 1
    for j in range(n_stationary):
        cell, u = j % n, exposure[j]
        for k in range(last):
            low, high = table[cell, k], table[cell, k + 1]
            if np.isinf(high):
                break
            if u < high:
                gain = np.exp(-low) - np.exp(-high)
                price[j] = weight[j] * gain / (high - low)
                break
