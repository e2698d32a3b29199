"""The tight envelope: what detection of a target is at most between whole visits.

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

from planner.problem.arrays import SURE, FloatArray, Instance
from planner.solve.compiled import compiled

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


def unspent(weight: FloatArray, price: FloatArray, envelope: Envelope) -> float:
    """``Σ_j max_u [(w_j − φ_j) f̄_j(u) − π_j u]``: what targets count beyond what visits earn.

    ``price`` (2, n_targets) are the ``π`` and ``φ``.
    """
    return float(conjugate(weight - price[1], price[0], envelope).sum())


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
