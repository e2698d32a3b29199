"""What a visit is worth, by where and when it starts, at prices of the targets."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import BoolArray, Fleet, FloatArray, Instance, Targets
from planner.solve.compiled import compiled
from planner.solve.pricing import NEVER


@compiled
def price_visits(  # type: ignore[no-untyped-def]
    window, offset, steps, epoch, exposure, seen, track_ptr, track_target, track_exposure,
    track_seen, price, first_step, last_step, out,
) -> None:  # fmt: skip
    """Value of every visit start (step, cell) under target prices.

    ``out`` (n_steps, n) gets ``Σ_j price_0j · exposure + price_1j · seen``, where the
    visit alone has ``seen = 1 − exp(−exposure)`` of a target; ``NEVER`` where a
    visit may not start: it would straddle the end of a window whose targets
    there have a price, run past the plan's end, or the cell is not searchable.
    Only starts in ``[first_step, last_step)`` are looked at.
    """
    n_layers, n_steps = window.shape
    n = steps.size
    for t in range(first_step, last_step):
        for i in range(n):
            end = t + steps[i] - 1
            if steps[i] == 0 or end >= n_steps:
                out[t, i] = NEVER
                continue
            total = 0.0
            first = offset[n_layers]
            for k in range(track_ptr[t * n + i], track_ptr[t * n + i + 1]):
                j = first + track_target[k]
                total += price[0, j] * track_exposure[k] + price[1, j] * track_seen[k]
            out[t, i] = total
        for layer in range(n_layers):
            first = offset[layer] + window[layer, t] * n
            for i in range(n):
                if out[t, i] > NEVER:
                    sight, j = epoch[t + (steps[i] >> 1)], first + i
                    out[t, i] += price[0, j] * exposure[layer, sight, i]
                    out[t, i] += price[1, j] * seen[layer, sight, i]


@compiled
def forbid_straddling(window, offset, steps, weight, out) -> None:  # type: ignore[no-untyped-def]
    """Set ``NEVER`` in ``out`` (n_steps, n) where a visit would straddle a window's end.

    A window only matters where its layer has weight in that cell.
    """
    n_layers, n_steps = window.shape
    n = steps.size
    for layer in range(n_layers):
        for t in range(n_steps):
            for i in range(n):
                end = t + steps[i] - 1
                if steps[i] == 0 or end >= n_steps or window[layer, t] == window[layer, end]:
                    continue
                here = weight[offset[layer] + window[layer, t] * n + i]
                there = weight[offset[layer] + window[layer, end] * n + i]
                if here > 0.0 or there > 0.0:
                    out[t, i] = NEVER


class VisitWorth:
    """What every visit start is worth to the hulls of one class, from whatever base.

    ``allowed`` (n_steps, n) tells where a visit may start.
    """

    def __init__(self, targets: Targets, fleet: Fleet) -> None:
        self.targets, self.fleet = targets, fleet
        n_steps, steps = targets.window.shape[1], fleet.network.visit_steps
        mask = np.zeros((n_steps, steps.size))
        forbid_straddling(targets.window, targets.offset, steps, targets.credit, mask)
        ends = np.arange(n_steps)[:, None] + steps[None, :]
        self.allowed = (mask > NEVER) & (steps > 0)[None, :] & (ends <= n_steps)
        if fleet.open is not None:
            self.allowed &= _open_throughout(fleet.open.cell[fleet.epoch], ends)
        self._table: FloatArray | None = None

    @cached_property
    def _seen(self) -> tuple[FloatArray, FloatArray]:
        """What a visit alone finds of stationary and of moving targets."""
        return -np.expm1(-self.fleet.exposure), -np.expm1(-self.fleet.track_exposure)

    def linear(self, price: FloatArray, since: int = 0, until: int | None = None) -> FloatArray:
        """Value of each visit start under ``price``, ``NEVER`` where not allowed.

        ``price`` (2, n_targets) is that of exposure, and that of detection by each visit
        alone. Shape (n_steps + max_steps + 1, n): ``NEVER`` beyond the plan's end.
        The array is used again by the next call. With ``since`` and ``until`` only the
        steps in between are worked out, and the others are not to be read.
        """
        targets, fleet = self.targets, self.fleet
        seen, track_seen = self._seen
        n_steps = targets.window.shape[1]
        last = n_steps if until is None else min(until, n_steps)
        if self._table is None:
            rows = n_steps + fleet.network.max_steps + 1
            self._table = np.full((rows, fleet.network.n_cells), NEVER)
        price_visits(
            targets.window, targets.offset, fleet.network.visit_steps, fleet.epoch,
            fleet.exposure, seen, fleet.track_ptr, fleet.track_target,
            fleet.track_exposure, track_seen, price, since, last, self._table,
        )  # fmt: skip
        np.copyto(self._table[since:last], NEVER, where=~self.allowed[since:last])
        return self._table

    def first_looks(
        self, residual: FloatArray, since: int = 0, until: int | None = None
    ) -> FloatArray:
        """What a first visit would add to detection.

        ``residual`` (n_targets,) are the weights yet undetected; steps as in :meth:`linear`.
        """
        return self.linear(np.stack([np.zeros_like(residual), residual]), since, until)


def visit_worths(instance: Instance) -> list[VisitWorth]:
    """One per fleet, the same for fleets of one class: those that share their arrays."""
    shared: dict[tuple[int, ...], VisitWorth] = {}
    found = []
    for fleet in instance.fleets:
        net = fleet.network
        arrays = (
            net.visit_steps, fleet.exposure, fleet.epoch, fleet.track_ptr, fleet.track_target,
            fleet.open and fleet.open.cell,
        )  # fmt: skip
        key = (*(id(array) for array in arrays), net.max_steps)
        if key not in shared:
            shared[key] = VisitWorth(instance.targets, fleet)
        found.append(shared[key])
    return found


def _open_throughout(open_cell: BoolArray, ends: NDArray[np.int64]) -> BoolArray:
    """Whether a cell is open from every step until ``ends`` (n_steps, n), cut at the plan's end."""
    n_steps = open_cell.shape[0]
    shut = np.zeros((n_steps + 1, open_cell.shape[1]), np.int32)
    np.cumsum(~open_cell, axis=0, out=shut[1:])
    last = np.take_along_axis(shut, np.minimum(ends, n_steps), axis=0)
    return np.asarray(last == shut[:-1])
