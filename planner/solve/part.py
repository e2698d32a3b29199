"""The cells of a network that a search looks at, numbered among themselves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import IntArray
from planner.problem.network import Network


class Part(NamedTuple):
    """The part of a fleet's network that is looked at: ``m`` cells, and the ways between them.

    ``cell`` (m,) are their numbers in the network; ``steps, deploy, back`` (m,) those of the
    network. From cells ``origin`` to cell ``a``, by their numbers here, lead the ways
    ``ptr[a] : ptr[a + 1]``, which last ``lasts`` steps; ``hop`` is the way's number
    among the network's hops, −1 where the cells adjoin.
    """

    cell: IntArray
    steps: NDArray[np.int64]
    deploy: NDArray[np.int64]
    back: NDArray[np.int64]
    ptr: NDArray[np.int64]
    origin: NDArray[np.int64]
    lasts: NDArray[np.int64]
    hop: NDArray[np.int64]


def part_of(net: Network, cells: IntArray) -> Part:
    """The part of a network with these cells, each once."""
    here = np.full(net.n_cells, -1, np.int64)
    here[cells] = np.arange(cells.size)
    next_to = np.where(net.adjacent[cells] >= 0, here[net.adjacent[cells]], -1)
    into, column = np.nonzero(next_to >= 0)
    ends = here[np.repeat(np.arange(net.n_cells), np.diff(net.hop_ptr))]
    hop = np.flatnonzero((ends >= 0) & (here[net.hop_from] >= 0))
    # Sorted without moving equals: the cells that adjoin, then the hops, both as in the network.
    target = np.concatenate([into, ends[hop]])
    order = np.argsort(target, kind="stable")
    origin = np.concatenate([next_to[into, column], here[net.hop_from[hop]]])
    lasts = np.concatenate([np.zeros(into.size, np.int64), net.hop_steps[hop]])
    number = np.concatenate([np.full(into.size, -1), hop])
    ptr = np.concatenate([[0], np.cumsum(np.bincount(target, minlength=cells.size))])
    own = (net.visit_steps[cells], net.deploy_steps[cells], net.return_steps[cells])
    arrays = (*own, ptr, origin[order], lasts[order], number[order])
    return Part(cells, *(array.astype(np.int64) for array in arrays))
