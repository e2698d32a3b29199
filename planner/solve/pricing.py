"""Pricing: the best sortie for each departure, by dynamic programming over (step, cell).

Two programmes over the same network, both compiled:

- *additive*: a visit earns a given price. Exact, so its values make bounds.
- *path-aware*: a visit earns the true gain in detection given what the same
  sortie has already searched. One label per (step, cell): a heuristic that
  does not shuttle between two dear cells.

Within a programme ``ready[s, i]`` is the best value of standing ready to
visit cell ``i``, ``s`` steps after departure, and ``done[s, i]`` that of just
having finished a visit there. Where the crew has breaks every step belongs to
one stretch between them, or to a break, so that no state is added: visits, hops
and waits lie in one stretch, and a break leads from ready to ready.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.problem.arrays import Fleet, FloatArray, IntArray
from planner.solve.compiled import compiled
from planner.solve.stretches import after_break, breaks_of, may_rest, one_stretch, way_home

NEVER = -1e300
IMPOSSIBLE = -1e200
"""Values below this count as ``NEVER``; sums with ``NEVER`` stay below it."""

LANES = 8
"""Departures priced side by side, a vector of doubles."""

ASKED_EVERY = 4 * LANES
"""Departures after which exact pricing asks whether it is to halt."""


class Halted(Exception):
    """Pricing was told to halt before all was priced; what it had is worthless."""


def never() -> bool:
    """Do not halt."""
    return False


@dataclass(frozen=True)
class Profile:
    """Best sorties by departure and duration.

    ``value`` (d, max_steps + 1): value of the best sortie that departs at
    ``departures[d]`` and returns so many steps later, ``NEVER`` if none.
    """

    departures: IntArray
    value: FloatArray


@compiled
def may_use(table, epoch, step, k):  # type: ignore[no-untyped-def]
    """Whether the weather of a step lets a hull use cell or way ``k``; beyond the end it does.

    Without a table it always does: compiled apart, so that calm seas lose no time.
    """
    if table is None:
        return True
    return step >= epoch.size or table[epoch[step], k]


@compiled
def _additive(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915
    departures, horizon, worth, active, steps, deploy, back, adjacent, hop_ptr, hop_from,
    hop_steps, epoch, open_cell, open_deploy, open_back, open_hop, phase, rest_steps, rest, home,
    rest_home, value, pick_ptr, durations, visits, size,
) -> None:  # fmt: skip
    """Longest paths from all departures, ``LANES`` of them side by side.

    The network looks the same from every departure, so one walk over it serves a vector of
    them. ``worth`` has ``NEVER`` rows beyond the end.

    ``value`` (d, horizon + 1) is filled. ``visits`` gets the visits of the best sorties that
    are asked for, one after the other, and ``size`` how many each has: sorties of departure
    ``d`` return after ``durations[pick_ptr[d] : pick_ptr[d + 1]]``. Where none is asked for,
    ``done`` and ``ready`` are rings of as many steps as are looked back, else kept whole. What
    the inner loops write to is made here: what is passed might overlap, for all the compiler
    knows.
    """
    n, total_visits = steps.size, 0
    depth = horizon + 1
    if not durations.size:
        depth = 1 + max(steps.max(), rest_steps, 1)
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
                if start < deploy[i] or s + back[i] > horizon or not one_stretch(phase, start, s):
                    for lane in range(LANES):
                        done[now, i, lane] = NEVER
                    continue
                row, back_at = start % depth, s + way_home(home, None, back[i], 0, s, i)
                for lane in range(LANES):
                    total = ready[row, i, lane] + worth[t0[lane] + start, i]
                    done[now, i, lane] = total
                    if home is not None:
                        way = way_home(home, rest_home, back[i], t0[lane] + s, s, i)
                        if way < 0 or back_at > horizon:
                            continue
                    if may_use(open_back, epoch, t0[lane] + s, i):
                        best[back_at, lane] = max(best[back_at, lane], total)
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
                    if not may or not one_stretch(phase, s if s == deploy[j] else s - 1, s):
                        ready[now, j, lane] = NEVER
                if s < deploy[j] or s + steps[j] + back[j] > horizon:
                    continue
                if after_break(phase, rest_steps, s):
                    row = (s - rest_steps) % depth
                    for lane in range(LANES):
                        if may_rest(rest, t0[lane] + s - rest_steps, j):
                            ready[now, j, lane] = max(ready[now, j, lane], ready[row, j, lane])
                for k in range(adjacent.shape[1]):
                    i = adjacent[j, k]
                    if i < 0:
                        break
                    for lane in range(LANES):
                        ready[now, j, lane] = max(ready[now, j, lane], done[now, i, lane])
                for k in range(hop_ptr[j], hop_ptr[j + 1]):
                    if s < hop_steps[k] or not one_stretch(phase, s - hop_steps[k], s):
                        continue
                    row, i = (s - hop_steps[k]) % depth, hop_from[k]
                    for lane in range(LANES):
                        if may_use(open_hop, epoch, t0[lane] + s - hop_steps[k], k):
                            ready[now, j, lane] = max(ready[now, j, lane], done[row, i, lane])
        for lane in range(lanes):
            for duration in range(horizon + 1):
                ends = best[duration, lane] > IMPOSSIBLE and t0[lane] + duration <= epoch.size
                value[block + lane, duration] = best[duration, lane] if ends else NEVER
            for pick in range(pick_ptr[block + lane], pick_ptr[block + lane + 1]):
                first = total_visits
                s, i = _last(
                    t0[lane], durations[pick], best[durations[pick], lane], done[:, :, lane],
                    active, back, epoch, open_back, home, rest_home,
                )  # fmt: skip
                while i >= 0:
                    visits[total_visits, 0] = t0[lane] + s - steps[i]
                    visits[total_visits, 1] = i
                    total_visits += 1
                    s, i = _before(
                        s, i, t0[lane], steps, deploy, adjacent, hop_ptr, hop_from, hop_steps,
                        epoch, open_cell, open_deploy, open_hop, phase, rest_steps, rest,
                        done[:, :, lane], ready[:, :, lane],
                    )  # fmt: skip
                size[pick] = total_visits - first
                visits[first:total_visits] = visits[first:total_visits][::-1].copy()


@compiled
def _last(  # type: ignore[no-untyped-def]
    t0, duration, value, done, active, back, epoch, open_back, home, rest_home
):  # fmt: skip
    """End and cell of the last visit of the sortie of a duration that has a value; else -1, -1."""
    for i in active:
        latest = duration - back[i]
        for s in range(0 if home is not None else max(0, latest), latest + 1):
            if done[s, i] != value or value <= IMPOSSIBLE or s + back[i] > duration:
                continue
            way = way_home(home, rest_home, back[i], t0 + s, s, i)
            if s + way == duration and may_use(open_back, epoch, t0 + s, i):
                return s, i
    return -1, -1


@compiled
def _before(  # type: ignore[no-untyped-def]
    s, i, t0, steps, deploy, adjacent, hop_ptr, hop_from, hop_steps, epoch, open_cell,
    open_deploy, open_hop, phase, rest_steps, rest, done, ready,
):  # fmt: skip
    """End and cell of the visit before the one of cell ``i`` that ends at ``s``; -1, -1: none.

    Looks for whatever gave each value: the values of :func:`_additive` are all kept.
    """
    s -= steps[i]
    while True:
        value = ready[s, i]
        if s == deploy[i] and value == 0.0 and may_use(open_deploy, epoch, t0, i):
            break
        may = may_use(open_cell, epoch, t0 + s - 1, i) and one_stretch(phase, s - 1, s)
        if s > deploy[i] and may and ready[s - 1, i] == value:
            s -= 1
            continue
        rested = after_break(phase, rest_steps, s) and may_rest(rest, t0 + s - rest_steps, i)
        if rested and ready[s - rest_steps, i] == value:
            s -= rest_steps
            continue
        for k in range(adjacent.shape[1]):
            j = adjacent[i, k]
            if j >= 0 and done[s, j] == value:
                return s, j
        for k in range(hop_ptr[i], hop_ptr[i + 1]):
            left = s - hop_steps[k]
            if left < 0 or done[left, hop_from[k]] != value or not one_stretch(phase, left, s):
                continue
            if may_use(open_hop, epoch, t0 + left, k):
                return left, hop_from[k]
        break
    return -1, -1


class AdditivePricer:
    """Exact pricing of one fleet's sorties under linear prices of visit starts."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.active = fleet.network.active()

    def profile(
        self,
        worth: FloatArray,
        departures: IntArray | None = None,
        halt: Callable[[], bool] = never,
    ) -> Profile:
        """Best sortie value for every departure (or those given) and duration.

        ``worth`` is a table of :class:`VisitWorth`.

        Raises
        ------
        Halted
            When ``halt`` says so, which is asked every few departures.
        """
        net, arcs = self.fleet.network, arcs_of(self.fleet, self.active)
        at = net.departures if departures is None else departures
        value = np.empty((at.size, net.max_steps + 1))
        ptr = size = np.zeros(at.size + 1, np.int64)
        none = ptr, np.zeros(0, np.int32), np.zeros((0, 2), np.int32), size
        for first in range(0, at.size, ASKED_EVERY):
            if halt():
                raise Halted
            part = slice(first, first + ASKED_EVERY)
            _additive(at[part], net.max_steps, worth, *arcs, value[part], *none)
        return Profile(at, value)

    def visits(self, worth: FloatArray, departure: int, duration: int) -> IntArray:
        """Visits ``(step, cell)`` of the best sortie of that departure and duration, (k, 2)."""
        return self.all_visits(worth, [(departure, duration)])[0]

    def all_visits(self, worth: FloatArray, picks: Sequence[tuple[int, int]]) -> list[IntArray]:
        """The same of many departures and durations."""
        if not picks:
            return []
        order = sorted(range(len(picks)), key=lambda k: picks[k])
        at, lasts = np.ascontiguousarray(np.array([picks[k] for k in order], np.int32).T)
        departures, first = np.unique(at, return_index=True)
        horizon = int(lasts.max())
        value = np.empty((departures.size, horizon + 1))
        visits, size = np.empty((at.size * (horizon + 1), 2), np.int32), np.empty(at.size, np.int64)
        _additive(
            departures, horizon, worth, *arcs_of(self.fleet, self.active), value,
            np.append(first, at.size), lasts, visits, size,
        )  # fmt: skip
        found = np.split(visits[: size.sum()], np.cumsum(size)[:-1])
        return [found[place] for place in np.argsort(order)]


def arcs_of(fleet: Fleet, active: IntArray) -> tuple[Any, ...]:
    """What the programmes over steps and ``active`` cells ask of a fleet, in their order."""
    net = fleet.network
    return (
        active, net.visit_steps, net.deploy_steps, net.return_steps, net.adjacent,
        net.hop_ptr, net.hop_from, net.hop_steps, *weather_of(fleet), *breaks_of(fleet),
    )  # fmt: skip


def weather_of(fleet: Fleet) -> tuple[Any, ...]:
    """What the programmes ask of the weather: epochs, and what is open in each, None if all is."""
    if fleet.open is None:
        return (fleet.epoch, None, None, None, None)
    where = fleet.open
    return (fleet.epoch, where.cell, where.deploy, where.back, where.hop)
