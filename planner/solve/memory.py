"""What a path remembers of what it has searched: bits, of which those are cleared that are past.

A *look* is one visit's search of one target. Remembered is how many *strong* looks a path has
given a target, at least so many: those that find at least ``STRONG`` of what the best one
would. A path that gave ``k`` finds no more in the next look at it than ``(1 − r)^k`` of that
look's own, where ``r`` is what the least strong look finds. Targets that cannot both be seen
share a bit, one after the other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import Fleet, FloatArray, Instance, IntArray
from planner.solve.compiled import bare, compiled, inlined

STRONG = 0.6
"""A look counts if it finds at least this share of what the best look at its target finds."""

TIMES = 2
"""So many looks at a target are told apart."""

NOTED = 31
"""Most looks of one visit that are remembered: the others count as if nothing was seen before."""

_SEQUENCE = 0x03F79D71B4CB0A89
"""A de Bruijn sequence: any six bits in a row occur in it once (Leiserson et al. 1998)."""

_DE_BRUIJN = np.uint64(_SEQUENCE)
_PLACE = np.argsort([((_SEQUENCE << place) & (2**64 - 1)) >> 58 for place in range(64)])


class Sights(NamedTuple):
    """What the visits of one fleet see, as arrays; ``n_targets`` numbers each unless said.

    ``once`` (n_layers, e, n) and ``track`` (k,) are what a look finds; ``most`` what the best
    look at a target finds, ``least`` what the least strong one finds; ``first`` and ``last``
    the steps between which visits that see it begin. ``order`` are the targets that can be seen
    twice, by ``first``.
    """

    window: IntArray
    offset: NDArray[np.int64]
    epoch: IntArray
    once: FloatArray
    track_ptr: NDArray[np.int64]
    track_target: IntArray
    track: FloatArray
    most: FloatArray
    least: FloatArray
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    order: NDArray[np.int64]


def sights_of(instance: Instance, fleet: Fleet) -> Sights:
    """What a fleet's visits see of an instance's targets."""
    targets, n = instance.targets, instance.n_cells
    n_steps, total = targets.window.shape[1], targets.weight.size
    once, track = -np.expm1(-fleet.exposure), -np.expm1(-fleet.track_exposure)
    most, least = np.zeros((2, total))
    first, last = np.full(total, n_steps, np.int64), np.full(total, -1, np.int64)
    half = int(fleet.network.visit_steps.max(initial=0)) // 2
    for layer, window in enumerate(targets.window):
        for w in np.unique(window):
            steps = np.flatnonzero(window == w)
            looks = once[layer, np.unique(fleet.epoch[steps[0] : steps[-1] + half + 1])]
            begin = int(targets.offset[layer]) + int(w) * n
            own = slice(begin, begin + n)
            most[own] = looks.max(axis=0)
            least[own] = np.where(looks >= STRONG * most[own], looks, np.inf).min(axis=0)
            first[own], last[own] = steps[0], steps[-1]
    moving = int(targets.offset[-1]) + fleet.track_target
    at = np.repeat(np.arange(fleet.track_ptr.size - 1), np.diff(fleet.track_ptr)) // n
    np.maximum.at(most, moving, track)
    least[int(targets.offset[-1]) :] = np.inf
    strong = track >= STRONG * most[moving]
    np.minimum.at(least, moving[strong], track[strong])
    np.minimum.at(first, moving, at)
    np.maximum.at(last, moving, at)
    least[most <= 0.0] = 0.0
    twice = np.flatnonzero((most > 0.0) & (last > first))
    order = twice[np.argsort(first[twice], kind="stable")]
    return Sights(
        targets.window, targets.offset, fleet.epoch, once,
        fleet.track_ptr, fleet.track_target, track, most, least, first, last, order,
    )  # fmt: skip


@compiled
def assign(t0, horizon, near, price, trifle, sights, slot, ends):  # type: ignore[no-untyped-def]
    """Give each target that a sortie may look at twice a bit; returns how many there are.

    ``near`` (n,) are cells worth visiting, ``price`` (n_targets,) that of what a look finds,
    ``trifle`` what is not worth remembering; ``slot`` (n_targets,), −1 everywhere, gets the
    bits; as many as ``ends`` (room,) has there are at most.
    """
    count, still, n = 0, sights.offset[-1], near.size
    for j in sights.order:
        if sights.first[j] > t0 + horizon:
            break
        if sights.last[j] < t0 or price[j] * sights.most[j] * sights.least[j] <= trifle:
            continue
        if j < still and not near[(j - sights.offset[0]) % n]:
            continue
        bit = 0
        while bit < count and ends[bit] >= sights.first[j]:
            bit += 1
        if bit == ends.size:
            continue
        ends[bit] = sights.last[j]
        slot[j] = bit
        count = max(count, bit + 1)
    return count


class Timetable(NamedTuple):
    """When bits stand for something, by steps since the departure.

    ``ahead`` and ``behind`` (horizon + 1, words) keep the bits that outlast the step before,
    and the step after, which is for paths followed backwards. ``cost`` (horizon + 1, TIMES,
    bits) is what is lost at most if a bit is forgotten, ``common`` (horizon + 1, bits) what two
    paths both count at least if both remember it.
    """

    ahead: NDArray[np.uint64]
    behind: NDArray[np.uint64]
    cost: FloatArray
    common: FloatArray


def blank(horizon: int, bits: int) -> Timetable:
    """A timetable of so many bits that stand for nothing yet."""
    words = -(-bits // 64)
    ahead, behind = np.full((2, horizon + 1, words), ~np.uint64(0))
    cost = np.zeros((horizon + 1, TIMES, 64 * words))
    return Timetable(ahead, behind, cost, np.zeros((horizon + 1, 64 * words)))


@compiled
def fill(t0, price, sights, slot, times) -> None:  # type: ignore[no-untyped-def]
    """Put the targets that have a bit into a blank timetable."""
    horizon = times.ahead.shape[0] - 1
    for j in sights.order:
        if sights.first[j] > t0 + horizon:
            break
        bit = slot[j]
        if bit < 0:
            continue
        place = ~(np.uint64(1) << np.uint64(bit & 63))
        begin, over = sights.first[j] - t0, sights.last[j] + 1 - t0
        if over <= horizon:
            times.ahead[over, bit >> 6] &= place
        if begin > 0:
            times.behind[begin - 1, bit >> 6] &= place
        lost = price[j] * sights.most[j] * sights.least[j]
        for s in range(max(0, begin), min(horizon, over - 1) + 1):
            unseen = 1.0
            for count in range(TIMES):
                times.cost[s, count, bit] = lost * unseen
                unseen *= 1.0 - sights.least[j]
            times.common[s, bit] = price[j] * sights.least[j] ** 2


@inlined
def lowest(word):  # type: ignore[no-untyped-def]
    """The place of the lowest bit set."""
    low = word & (~word + np.uint64(1))
    return _PLACE[(low * _DE_BRUIJN) >> np.uint64(58)]


@inlined
def looks_given(mask, row, words, bit):  # type: ignore[no-untyped-def]
    """How many looks a row of masks remembers of what a bit stands for."""
    times, place = 0, np.uint64(1) << np.uint64(bit & 63)
    while times < TIMES and mask[row, times * words + (bit >> 6)] & place:
        times += 1
    return times


@inlined
def _looks(t, i, n, sights):  # type: ignore[no-untyped-def]
    """How many looks a visit of cell ``i`` at step ``t`` has: one a layer, then one a track."""
    row = t * n + i
    return sights.window.shape[0] + sights.track_ptr[row + 1] - sights.track_ptr[row]


@inlined
def _look(number, t, i, steps, n, sights):  # type: ignore[no-untyped-def]
    """The target of one of a visit's looks, and what it finds of it."""
    n_layers = sights.window.shape[0]
    if number < n_layers:
        target = sights.offset[number] + sights.window[number, t] * n + i
        finds = sights.once[number, sights.epoch[t + (steps >> 1)], i]
    else:
        k = sights.track_ptr[t * n + i] + number - n_layers
        target, finds = sights.offset[n_layers] + sights.track_target[k], sights.track[k]
    return target, finds


@bare
def searched(mask, row, words, t, i, steps, n, price, sights, slot):  # type: ignore[no-untyped-def]
    """What a visit adds less than a first one to what a path found, by what it remembers.

    The visit of cell ``i`` begins at step ``t``. The second number notes how many looks were
    remembered of each target that it sees, two bits each.
    """
    less, note = 0.0, np.int64(0)
    for number in range(min(NOTED, _looks(t, i, n, sights))):
        j, finds = _look(number, t, i, steps, n, sights)
        if slot[j] < 0:
            continue
        times = looks_given(mask, row, words, slot[j])
        if times > 0:
            less += price[j] * finds * (1.0 - (1.0 - sights.least[j]) ** times)
            note |= np.int64(times) << np.int64(2 * number)
    return less, note


@bare
def remember(mask, row, words, t, i, steps, n, sights, slot) -> None:  # type: ignore[no-untyped-def]
    """Put the strong looks of a visit into a row of masks."""
    for number in range(_looks(t, i, n, sights)):
        j, finds = _look(number, t, i, steps, n, sights)
        if slot[j] < 0 or finds < STRONG * sights.most[j]:
            continue
        times = looks_given(mask, row, words, slot[j])
        if times < TIMES:
            mask[row, times * words + (slot[j] >> 6)] |= np.uint64(1) << np.uint64(slot[j] & 63)


@compiled
def count(looks, target, t, i, steps, n, note, sights) -> None:  # type: ignore[no-untyped-def]
    """Add to ``looks``, of each ``target``, what a visit's looks find beyond what is noted."""
    for number in range(_looks(t, i, n, sights)):
        j, finds = _look(number, t, i, steps, n, sights)
        at = np.searchsorted(target, j)
        if at < target.size and target[at] == j:
            times = (note >> (2 * number)) & 3 if number < NOTED else 0
            looks[at] += finds * (1.0 - sights.least[j]) ** times
