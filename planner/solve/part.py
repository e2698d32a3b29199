"""The cells of a network that a search looks at, numbered among themselves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import Fleet, IntArray

ADJOINS, WAITS, RESTS = -1, -2, -3
"""Ways that are no hop: to a cell that adjoins; and staying where a hull is, ready to begin a
visit, for a step or for as long as a break lasts."""


class Part(NamedTuple):
    """The part of a fleet's network that is looked at: ``m`` cells, and the ways between them.

    ``cell`` (m,) are their numbers in the network; ``steps, deploy, back`` (m,) those of the
    network. From cells ``origin`` to cell ``a``, by their numbers here, lead the ways
    ``ptr[a] : ptr[a + 1]``, which last ``lasts`` steps; ``kind`` is the way's number among the
    network's hops, or ``ADJOINS``, ``WAITS`` or ``RESTS``, which come before all others.
    """

    cell: IntArray
    steps: NDArray[np.int64]
    deploy: NDArray[np.int64]
    back: NDArray[np.int64]
    ptr: NDArray[np.int64]
    origin: NDArray[np.int64]
    lasts: NDArray[np.int64]
    kind: NDArray[np.int64]


def part_of(fleet: Fleet, cells: IntArray) -> Part:
    """The part of a fleet's network with these cells, each once."""
    net, m = fleet.network, cells.size
    here = np.full(net.n_cells, -1, np.int64)
    here[cells] = np.arange(m)
    next_to = np.where(net.adjacent[cells] >= 0, here[net.adjacent[cells]], -1)
    into, column = np.nonzero(next_to >= 0)
    ends = here[np.repeat(np.arange(net.n_cells), np.diff(net.hop_ptr))]
    hop = np.flatnonzero((ends >= 0) & (here[net.hop_from] >= 0))
    stays = [(WAITS, 1)] + ([] if fleet.breaks is None else [(RESTS, fleet.breaks.lasts)])
    own = np.tile(np.arange(m), len(stays))
    # Sorted without moving equals: all of a cell in this order, as in the network.
    target = np.concatenate([own, into, ends[hop]])
    order = np.argsort(target, kind="stable")
    origin = np.concatenate([own, next_to[into, column], here[net.hop_from[hop]]])
    kinds, lasting = np.repeat(np.array(stays, np.int64).T, m, axis=1)
    lasts = np.concatenate([lasting, np.zeros(into.size, np.int64), net.hop_steps[hop]])
    kind = np.concatenate([kinds, np.full(into.size, ADJOINS), hop])
    ptr = np.concatenate([[0], np.cumsum(np.bincount(target, minlength=m))])
    times = (net.visit_steps[cells], net.deploy_steps[cells], net.return_steps[cells])
    arrays = (*times, ptr, origin[order], lasts[order], kind[order])
    return Part(cells, *(array.astype(np.int64) for array in arrays))
