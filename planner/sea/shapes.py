"""Shapes of lanes: ways through turning points, to be pulled to a length.

All in plane metres, except :func:`to_and_fro`, which works in degrees.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.sea.geodesy import FloatArray, length_m

RING = 12
"""Turning points on the ring inside a cell's edge; they come first."""

Plans = list[tuple[FloatArray, FloatArray]]
"""Groups of short and full shapes (m, v, 2): lanes lie between the two."""


def turnings(way: FloatArray, turns: FloatArray, target: float) -> Plans:
    """Lanes over one to three turning points, between ``short`` and ``full`` (m, v, 2).

    Each full one is at least as long as the target, none much longer than needed.
    """
    groups: Plans = []
    for order in (1, 2, 3):
        picked = _tuples(len(turns), order)
        full = np.empty((len(picked), order + 2, 2))
        full[:, 0], full[:, -1] = way[0], way[-1]
        full[:, 1:-1] = turns[picked]
        length = _lengths(full)
        fits = np.flatnonzero((length >= 1.01 * target) & (length <= 1.7 * target))
        if len(fits):
            groups.append(_from_way(way, full[fits[:: max(1, len(fits) // 40)]]))
    return groups


def ladders(way: FloatArray, turns: FloatArray, target: float) -> Plans:
    """Parallel sweeps across the ring in every direction, as long as needed."""
    ring = turns[: min(RING, len(turns))]
    count = len(ring)
    found: Plans = []
    for axis in range(count):
        rungs = []
        for rung in range((count + 1) // 2):
            pair = [(axis + rung) % count, (axis - 1 - rung) % count]
            rungs += pair if rung % 2 == 0 else pair[::-1]
        chain = np.concatenate([way[:1], ring[(rungs + rungs[::-1]) * 3]])
        along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(chain, axis=0).T))]
        home = np.hypot(*(way[-1] - chain).T)
        enough = np.flatnonzero(along + home >= 1.01 * target)
        if len(enough) and enough[0] > 0:
            full = np.concatenate([chain[: enough[0] + 1], way[-1:]])
            found.append(_from_way(way, full[None]))
    return found


def detours(way: FloatArray, turns: FloatArray, target: float) -> Plans:
    """Ways that keep all their bends, with one turning point put in between.

    For cells around islands and capes, where other lanes would cut land.
    """
    stations = np.empty((2 * len(way) - 1, 2))
    stations[::2], stations[1::2] = way, (way[1:] + way[:-1]) / 2
    short, full = [], []
    for k in range(len(stations)):
        for back in (k, k + 1):
            for turn in turns if back < len(stations) else ():
                short.append([*stations[: k + 1], stations[k], *stations[back:], way[-1]])
                full.append([*stations[: k + 1], turn, *stations[back:], way[-1]])
    size = len(stations) + 3
    lengths = [np.array([_padded(lane, size) for lane in lanes]) for lanes in (short, full)]
    fits = _lengths(lengths[1]) >= 1.01 * target
    return [(lengths[0][fits], lengths[1][fits])] if fits.any() else []


def _padded(lane: list[FloatArray], size: int) -> FloatArray:
    """Vertices of a lane, the last repeated up to ``size``."""
    return np.array([*lane, *[lane[-1]] * (size - len(lane))])


def _lengths(lanes: FloatArray) -> FloatArray:
    """Lengths (m,) of lanes (m, v, 2) in metres."""
    steps = np.diff(lanes, axis=1)
    found: FloatArray = np.hypot(steps[..., 0], steps[..., 1]).sum(axis=1)
    return found


def _from_way(way: FloatArray, full: FloatArray) -> tuple[FloatArray, FloatArray]:
    """``full`` (m, v, 2) with the way itself, given as many vertices, for each."""
    short = np.broadcast_to(_resampled(way, full.shape[1]), full.shape)
    return short.copy(), full


@cache
def _tuples(count: int, order: int) -> NDArray[np.intp]:
    """Index tuples (m, order) without immediate repeats, thinned evenly."""
    grid = np.stack(np.meshgrid(*[np.arange(count)] * order, indexing="ij"), -1).reshape(-1, order)
    if order > 1:
        grid = grid[np.all(np.diff(grid, axis=1) != 0, axis=1)]
    return grid[:: max(1, len(grid) // 400)]


def _resampled(way: FloatArray, count: int) -> FloatArray:
    """``count`` points at equal steps along a way in metres."""
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(way, axis=0).T))]
    if along[-1] == 0:
        return np.repeat(way[:1], count, axis=0)
    wanted = np.linspace(0, along[-1], count)
    return np.column_stack([np.interp(wanted, along, way[:, k]) for k in (0, 1)])


def to_and_fro(way: FloatArray, target: float, excursion: FloatArray) -> FloatArray:
    """Lane of the target length (metres) that runs part of the way back and forth first.

    ``excursion`` (v, 2) starts where ``way`` does; used where the way itself is too short.
    """
    own = length_m(way)
    loop = way if own >= length_m(excursion) else excursion
    once = length_m(loop)
    spare = target - own
    chain = [way[:1]]
    rounds = int(spare // (2 * once))
    for _ in range(rounds):
        chain += [loop[1:], loop[::-1][1:]]
    part = _first_part(loop, (spare - rounds * 2 * once) / 2)
    chain += [part[1:], part[::-1][1:], way[1:]]
    return np.concatenate(chain)


def _first_part(path: FloatArray, metres: float) -> FloatArray:
    """The first ``metres`` of a path."""
    chain = [path[0]]
    left = metres
    for a, b in pairwise(path):
        step = length_m(np.stack([a, b]))
        if step >= left:
            share = left / step if step > 0 else 0.0
            chain.append(a + share * (b - a))
            break
        chain.append(b)
        left -= step
    return np.array(chain)
