"""Pricing that remembers: bounds on sorties that search no water twice at full price.

Additive pricing pays for every visit's looks as if they were the first. Here a path remembers
what it has searched (``memory``), and a visit earns less where it searches again: relaxed decision
diagrams of limited width (Andersen, Hadzic, Hooker and Tiedemann 2007), whose labels dominate
each other as in elementary shortest paths with resources (``diagram``).

From each departure four programmes run. Two are additive, backwards (``prospect``) and
forwards, and drop what cannot come to more than the hull's time is worth. Of what is left, the
third follows sorties back from their return with memory, and the fourth forwards, dropping
what cannot gain with any of the third's labels, less what both have searched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import Fleet, FloatArray, Instance, IntArray
from planner.problem.network import Network
from planner.solve.diagram import GAIN, Scratch, backward, forward, trace
from planner.solve.memory import TIMES, Sights, assign, blank, count, fill, sights_of
from planner.solve.pricing import NEVER, Halted, arcs_of, never
from planner.solve.prospect import to_come
from planner.solve.sorties import Sortie, make_sortie

__all__ = ["GAIN", "Found", "RememberingPricer"]

WIDTH = 4
"""Labels of each step and cell."""

ROOM = 512
"""Most bits of memory; targets beyond them are not remembered."""

TRIFLE = 1e-3
"""Looks are not remembered that find less than this share of the dearest one's price."""


class Found(NamedTuple):
    """What was found of one departure: most by duration, and the best sortie, if it gains.

    No sortie is worth more than ``value`` (max_steps + 1,), or than what it takes.
    """

    value: FloatArray
    gain: float
    sortie: Sortie | None


class RememberingPricer:
    """Bounds on what one fleet's sorties are worth that remember what they have searched."""

    def __init__(self, instance: Instance, number: int, width: int = WIDTH) -> None:
        self.instance, self.number, self.width = instance, number, width
        self.fleet: Fleet = instance.fleets[number]
        self.sights: Sights = sights_of(instance, self.fleet)
        self.active = self.fleet.network.active()
        self._place = np.full(instance.n_cells, -1, np.int64)
        self._place[self.active] = np.arange(self.active.size)
        net = self.fleet.network
        self._arcs = arcs_of(self.fleet, self.active)
        self._out = _ways_out(net)
        longest = max(int(net.hop_steps.max(initial=1)), int(net.visit_steps.max(initial=1)))
        self.depth = 1 + max(longest, 0 if self.fleet.breaks is None else self.fleet.breaks.lasts)
        into = net.adjacent.shape[1] + int(np.diff(net.hop_ptr).max(initial=0))
        self.offers = width * (3 + max(into, int(np.diff(self._out[0]).max(initial=0))))

    def each(
        self,
        price: FloatArray,
        worth: FloatArray,
        taken: FloatArray,
        departures: Sequence[int],
        halt: Callable[[], bool] = never,
    ) -> list[Found]:
        """What is found of some departures (indices).

        ``price`` (2, n_targets) is what ``worth``, a table of
        :class:`~planner.solve.worth.VisitWorth`, was worked out at; what a sortie of each
        departure and duration takes, ``taken`` (d, max_steps + 1), may be anything.

        Raises
        ------
        Halted
            When ``halt`` says so, which is asked before every departure.
        """
        if not self.active.size:
            nothing = np.full(self.fleet.network.max_steps + 1, NEVER)
            return [Found(nothing, 0.0, None) for _ in departures]
        room, found = _Room(self), []
        trifle = TRIFLE * float((price[1] * self.sights.most).max(initial=0.0))
        for d in departures:
            if halt():
                raise Halted
            found.append(self._of(d, price[1], worth, taken[d], trifle, room))
        return found

    def _of(
        self,
        d: int,
        price: FloatArray,
        worth: FloatArray,
        taken: FloatArray,
        trifle: float,
        room: _Room,
    ) -> Found:
        net, sights, width = self.fleet.network, self.sights, self.width
        t0, horizon, m = int(net.departures[d]), net.max_steps, self.active.size
        sea = (worth, taken, *self._arcs)
        begin, end, so_far = room.begin, room.end, room.so_far
        to_come(t0, horizon, *sea, begin, end)
        value = np.empty(horizon + 1)
        none = blank(horizon, 0)
        alive, _, _ = forward(
            t0, horizon, 1, *sea, self._place, begin, end, so_far, price, sights, room.slot,
            none.ahead, none.cost, none.common, *room.nothing, room.now[: 2 * self.depth * m],
            room.masks(0, 2 * self.depth * m + 1, 0), room.origin[: self.depth * m], room.scratch,
            value, room.via, room.note,
        )  # fmt: skip
        if alive < 0:
            return Found(value, 0.0, None)
        near = (so_far > NEVER).any(axis=0)
        bits = assign(t0, horizon, near, price, trifle, sights, room.slot, room.ends)
        times = blank(horizon, bits)
        fill(t0, price, sights, room.slot, times)
        words = TIMES * times.ahead.shape[1]
        mask = room.masks(1, room.ahead.size + 1, words)
        most = backward(
            t0, horizon, width, *sea, self._place, *self._out, begin, end, so_far, price, sights,
            room.slot, times.behind, times.cost, room.ahead, mask, room.scratch,
        )  # fmt: skip
        best, gain, lasts = forward(
            t0, horizon, width, *sea, self._place, begin, end, so_far, price, sights, room.slot,
            times.ahead, times.cost, times.common, room.ahead, mask, room.now,
            room.masks(0, room.now.size + 1, words), room.origin, room.scratch,
            value, room.via, room.note,
        )  # fmt: skip
        room.slot[:] = -1
        np.minimum(value, taken + max(0.0, most), out=value)
        if best < 0:
            return Found(value, 0.0, None)
        visits, notes = trace(room.via, room.note, best, width, self.active, net.visit_steps)
        return Found(value, gain, self._sortie(t0, lasts, visits, notes))

    def _sortie(
        self, t0: int, lasts: int, visits: Sequence[tuple[int, int]], notes: Sequence[int]
    ) -> Sortie:
        """A label's path as a sortie that counts what it was priced with."""
        path: IntArray = np.array(visits, np.int32)
        path[:, 0] += t0
        sortie = make_sortie(self.instance, self.number, t0, t0 + lasts, path)
        looks = np.zeros(sortie.target.size)
        for (step, cell), note in zip(path.tolist(), notes, strict=True):
            steps = self.fleet.network.visit_steps[cell]
            count(looks, sortie.target, step, cell, steps, self.instance.n_cells, note, self.sights)
        return replace(sortie, counted=looks)


def _ways_out(net: Network) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ways out of each cell in compressed rows: where to, and the number of the hop, −1 if none."""
    into, column = np.nonzero(net.adjacent >= 0)
    hop_into = np.repeat(np.arange(net.n_cells), np.diff(net.hop_ptr))
    origin = np.concatenate([net.adjacent[into, column], net.hop_from])
    to = np.concatenate([into, hop_into])
    hop = np.concatenate([np.full(into.size, -1), np.arange(net.hop_from.size)])
    order = np.argsort(origin, kind="stable")
    ptr = np.searchsorted(origin[order], np.arange(net.n_cells + 1))
    return ptr.astype(np.int64), to[order].astype(np.int64), hop[order].astype(np.int64)


class _Room:
    """Memory for one departure after the other."""

    def __init__(self, pricer: RememberingPricer) -> None:
        net, n = pricer.fleet.network, pricer.instance.n_cells
        each = pricer.active.size * pricer.width
        self.begin, self.end = np.empty((2, net.max_steps + 2, n))
        self.so_far = np.empty((net.max_steps + 1, n))
        self.slot = np.full(pricer.instance.targets.weight.size, -1, np.int32)
        self.ends = np.empty(ROOM, np.int64)
        self.via, self.note = np.empty((2, (net.max_steps + 1) * each), np.int64)
        self.ahead = np.empty((net.max_steps + 1 + pricer.depth + 1) * each)
        self.now = np.empty(2 * pricer.depth * each)
        self.origin = np.empty(pricer.depth * each, np.int64)
        numbers = np.empty((4, pricer.offers), np.int64)
        self.scratch = Scratch(np.empty(pricer.offers), *numbers)
        self._masks = [np.empty(0, np.uint64), np.empty(0, np.uint64)]
        self.nothing = np.empty(0), np.zeros((0, 0), np.uint64)

    def masks(self, which: int, rows: int, words: int) -> NDArray[np.uint64]:
        """Room for masks, of whatever was there before; those of one number share it."""
        if self._masks[which].size < rows * words:
            self._masks[which] = np.empty(rows * words, np.uint64)
        return self._masks[which][: rows * words].reshape(rows, words)
