"""Pricing: the best sortie for each departure, by dynamic programming over (step, cell).

Two programmes over the same network, both compiled:

- *additive*: a visit earns a given price. Exact, so its values make bounds.
- *path-aware*: a visit earns the true gain in detection given what the same
  sortie has already searched. One label per (step, cell): a heuristic that
  does not shuttle between two dear cells.

Within a programme ``ready[s, i]`` is the best value of standing ready to
visit cell ``i``, ``s`` steps after departure, and ``done[s, i]`` that of just
having finished a visit there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import BoolArray, Fleet, FloatArray, Instance, IntArray, Targets
from planner.solve.compiled import compiled

NEVER = -1e300
IMPOSSIBLE = -1e200
"""Values below this count as ``NEVER``; sums with ``NEVER`` stay below it."""

LANES = 8
"""Departures priced side by side, a vector of doubles."""


@dataclass(frozen=True)
class Profile:
    """Best sorties by departure and duration.

    ``value`` (d, max_steps + 1): value of the best sortie that departs at
    ``departures[d]`` and returns so many steps later, ``NEVER`` if none.
    """

    departures: IntArray
    value: FloatArray


@compiled
def price_visits(  # type: ignore[no-untyped-def]
    window, offset, steps, epoch, exposure, track_ptr, track_target, track_exposure, price, out
) -> None:
    """Value of every visit start (step, cell) under linear target prices.

    ``out`` (n_steps, n) gets ``Σ_j price_j · exposure``; ``NEVER`` where a
    visit may not start: it would straddle the end of a window whose targets
    there have a price, run past the plan's end, or the cell is not searchable.
    """
    n_layers, n_steps = window.shape
    n = steps.size
    for t in range(n_steps):
        for i in range(n):
            end = t + steps[i] - 1
            if steps[i] == 0 or end >= n_steps:
                out[t, i] = NEVER
                continue
            total = 0.0
            first = offset[n_layers]
            for k in range(track_ptr[t * n + i], track_ptr[t * n + i + 1]):
                total += price[first + track_target[k]] * track_exposure[k]
            out[t, i] = total
        for layer in range(n_layers):
            first = offset[layer] + window[layer, t] * n
            for i in range(n):
                if out[t, i] > NEVER:
                    out[t, i] += exposure[layer, epoch[t + (steps[i] >> 1)], i] * price[first + i]


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


@compiled
def may_use(table, epoch, step, k):  # type: ignore[no-untyped-def]
    """Whether the weather of a step lets a hull use cell or way ``k``; beyond the end it does.

    Without a table it always does: compiled apart, so that calm seas lose no time.
    """
    if table is None:
        return True
    return step >= epoch.size or table[epoch[step], k]


@compiled
def _additive(  # type: ignore[no-untyped-def]  # noqa: PLR0912
    t0, horizon, worth, active, steps, deploy, back, adjacent, hop_ptr, hop_from, hop_steps,
    epoch, open_cell, open_deploy, open_back, open_hop, ready, done, via, best, last,
) -> None:  # fmt: skip
    """Longest paths for one departure; fills ``ready, done, via`` and the profile row."""
    n = steps.size
    best[:] = NEVER
    last[:] = -1
    for s in range(horizon + 1):
        for i in active:
            done[s, i] = NEVER
            before = s - steps[i]
            if before >= deploy[i] and s + back[i] <= horizon:
                gain = worth[t0 + before, i]
                if gain > NEVER and ready[before, i] > NEVER:
                    value = ready[before, i] + gain
                    done[s, i] = value
                    if value > best[s + back[i]] and may_use(open_back, epoch, t0 + s, i):
                        best[s + back[i]] = value
                        last[s + back[i]] = i
        for j in active:
            ready[s, j] = NEVER
            if s < deploy[j] or s + steps[j] + back[j] > horizon:
                continue
            value = NEVER
            origin = -1
            if s == deploy[j]:
                if may_use(open_deploy, epoch, t0, j):
                    value = 0.0
            elif ready[s - 1, j] > NEVER and may_use(open_cell, epoch, t0 + s - 1, j):
                value = ready[s - 1, j]
                origin = via[s - 1, j]
            for k in range(adjacent.shape[1]):
                i = adjacent[j, k]
                if i >= 0 and done[s, i] > value:
                    value = done[s, i]
                    origin = s * n + i
            for k in range(hop_ptr[j], hop_ptr[j + 1]):
                left = s - hop_steps[k]
                if left >= 0 and done[left, hop_from[k]] > value:
                    if not may_use(open_hop, epoch, t0 + left, k):
                        continue
                    value = done[left, hop_from[k]]
                    origin = left * n + hop_from[k]
            ready[s, j] = value
            via[s, j] = origin


@compiled
def _additive_profile(  # type: ignore[no-untyped-def]  # noqa: PLR0912
    departures, horizon, worth, active, steps, deploy, back, adjacent, hop_ptr, hop_from,
    hop_steps, epoch, open_cell, open_deploy, open_back, open_hop, value,
) -> None:  # fmt: skip
    """Values of the longest paths for all departures, ``LANES`` of them side by side.

    The network looks the same from every departure, so one walk over it
    serves a vector of departures. ``worth`` has ``NEVER`` rows beyond the end.
    """
    n, n_steps = steps.size, epoch.size
    depth = 1 + max(steps.max(), 1)
    for k in range(hop_steps.size):
        depth = max(depth, 1 + hop_steps[k])
    done, ready = np.empty((depth, n, LANES)), np.empty((depth, n, LANES))
    best, t0 = np.empty((horizon + 1, LANES)), np.empty(LANES, np.int64)
    for block in range(0, departures.size, LANES):
        lanes = min(LANES, departures.size - block)
        for lane in range(LANES):
            t0[lane] = departures[block + min(lane, lanes - 1)]
        done[:], ready[:], best[:] = NEVER, NEVER, NEVER
        for s in range(horizon + 1):
            now, before = s % depth, (s - 1) % depth
            for i in active:
                start = s - steps[i]
                if start < deploy[i] or s + back[i] > horizon:
                    for lane in range(LANES):
                        done[now, i, lane] = NEVER
                    continue
                row, home = start % depth, s + back[i]
                for lane in range(LANES):
                    total = ready[row, i, lane] + worth[t0[lane] + start, i]
                    done[now, i, lane] = total
                    if may_use(open_back, epoch, t0[lane] + s, i):
                        best[home, lane] = max(best[home, lane], total)
            for j in active:
                if s <= deploy[j]:
                    for lane in range(LANES):
                        ready[now, j, lane] = 0.0 if s == deploy[j] else NEVER
                else:
                    for lane in range(LANES):
                        ready[now, j, lane] = ready[before, j, lane]
                for lane in range(LANES):
                    if s == deploy[j]:
                        may = may_use(open_deploy, epoch, t0[lane], j)
                    else:
                        may = may_use(open_cell, epoch, t0[lane] + s - 1, j)
                    if not may:
                        ready[now, j, lane] = NEVER
                if s < deploy[j] or s + steps[j] + back[j] > horizon:
                    continue
                for k in range(adjacent.shape[1]):
                    i = adjacent[j, k]
                    if i < 0:
                        break
                    for lane in range(LANES):
                        ready[now, j, lane] = max(ready[now, j, lane], done[now, i, lane])
                for k in range(hop_ptr[j], hop_ptr[j + 1]):
                    if s < hop_steps[k]:
                        continue
                    row, i = (s - hop_steps[k]) % depth, hop_from[k]
                    for lane in range(LANES):
                        if may_use(open_hop, epoch, t0[lane] + s - hop_steps[k], k):
                            ready[now, j, lane] = max(ready[now, j, lane], done[row, i, lane])
        for lane in range(lanes):
            for duration in range(horizon + 1):
                if best[duration, lane] > IMPOSSIBLE and t0[lane] + duration <= n_steps:
                    value[block + lane, duration] = best[duration, lane]
                else:
                    value[block + lane, duration] = NEVER


@compiled
def _trace(via, steps, duration, back, last, n):  # type: ignore[no-untyped-def]
    """Visits ``(step after departure, cell)`` of the path ending at ``last``, in order."""
    visits = np.empty((duration + 1, 2), np.int32)
    count = 0
    s, i = duration - back[last], last
    while i >= 0:
        start = s - steps[i]
        visits[count, 0] = start
        visits[count, 1] = i
        count += 1
        origin = via[start, i]
        if origin < 0:
            break
        s, i = origin // n, origin % n
    return visits[:count][::-1].copy()


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

    def linear(self, price: FloatArray) -> FloatArray:
        """Value of each visit start under ``price`` (n_targets,), ``NEVER`` where not allowed.

        Shape (n_steps + max_steps + 1, n): ``NEVER`` beyond the plan's end.
        The array is used again by the next call.
        """
        return self._worth(price, self.fleet.exposure)

    def first_looks(self, residual: FloatArray) -> FloatArray:
        """As ``linear``, but what a first visit would add to detection.

        ``residual`` (n_targets,) are the weights yet undetected; moving
        targets count their exposure in full.
        """
        return self._worth(residual, -np.expm1(-self.fleet.exposure))

    def _worth(self, price: FloatArray, each: FloatArray) -> FloatArray:
        targets, fleet = self.targets, self.fleet
        n_steps = targets.window.shape[1]
        if self._table is None:
            rows = n_steps + fleet.network.max_steps + 1
            self._table = np.full((rows, fleet.network.n_cells), NEVER)
        price_visits(
            targets.window, targets.offset, fleet.network.visit_steps, fleet.epoch, each,
            fleet.track_ptr, fleet.track_target, fleet.track_exposure, price, self._table,
        )  # fmt: skip
        self._table[:n_steps][~self.allowed] = NEVER
        return self._table


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


class AdditivePricer:
    """Exact pricing of one fleet's sorties under linear prices of visit starts."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.active = fleet.network.active()

    def profile(self, worth: FloatArray, departures: IntArray | None = None) -> Profile:
        """Best sortie value for every departure (or those given) and duration.

        ``worth`` is a table of :class:`VisitWorth`.
        """
        net = self.fleet.network
        at = net.departures if departures is None else departures
        value = np.empty((at.size, net.max_steps + 1))
        _additive_profile(at, net.max_steps, worth, *self._arcs(), value)
        return Profile(at, value)

    def visits(self, worth: FloatArray, departure: int, duration: int) -> IntArray:
        """Visits ``(step, cell)`` of the best sortie of that departure and duration, (k, 2)."""
        net = self.fleet.network
        shape = (net.max_steps + 1, net.n_cells)
        ready, done = np.full(shape, NEVER), np.full(shape, NEVER)
        via = np.full(shape, -1, np.int64)
        best, last = np.empty(net.max_steps + 1), np.empty(net.max_steps + 1, np.int32)
        _additive(departure, net.max_steps, worth, *self._arcs(), ready, done, via, best, last)
        path: IntArray = _trace(
            via, net.visit_steps, duration, net.return_steps, last[duration], net.n_cells
        )
        path[:, 0] += departure
        return path

    def _arcs(self) -> tuple[Any, ...]:
        net = self.fleet.network
        return (
            self.active, net.visit_steps, net.deploy_steps, net.return_steps, net.adjacent,
            net.hop_ptr, net.hop_from, net.hop_steps, *weather_of(self.fleet),
        )  # fmt: skip


def weather_of(fleet: Fleet) -> tuple[Any, ...]:
    """What the programmes ask of the weather: epochs, and what is open in each, None if all is."""
    if fleet.open is None:
        return (fleet.epoch, None, None, None, None)
    where = fleet.open
    return (fleet.epoch, where.cell, where.deploy, where.back, where.hop)


def _open_throughout(open_cell: BoolArray, ends: NDArray[np.int64]) -> BoolArray:
    """Whether a cell is open from every step until ``ends`` (n_steps, n), cut at the plan's end."""
    n_steps = open_cell.shape[0]
    shut = np.zeros((n_steps + 1, open_cell.shape[1]), np.int32)
    np.cumsum(~open_cell, axis=0, out=shut[1:])
    last = np.take_along_axis(shut, np.minimum(ends, n_steps), axis=0)
    return np.asarray(last == shut[:-1])
