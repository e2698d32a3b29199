"""How hulls of one class move between cells, as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Network:
    """How hulls of one class move out of one base, in steps of the plan.

    A *visit* of cell ``i`` lasts ``visit_steps[i]`` steps; after it the hull
    may start a visit of the same or an adjacent cell at once, or hop in
    transit. ``n`` cells, ``m`` hops.

    Attributes
    ----------
    visit_steps : (n,) int32
        Steps of one visit; 0 where this class cannot search.
    adjacent : (n, k) int32
        Cells from which a visit of the row's cell can follow at once (the
        cell itself among them); padded with -1.
    hop_ptr, hop_from, hop_steps : (n + 1,), (m,), (m,) int32
        Hops *into* each cell in compressed rows: origin and duration.
    deploy_steps, return_steps : (n,) int32
        Steps from the base to the cell and back; -1 out of reach.
    departures : (d,) int32
        Steps at which a sortie may depart, ascending.
    max_steps : int
        Longest sortie, from departure to return.
    """

    visit_steps: NDArray[np.int32]
    adjacent: NDArray[np.int32]
    hop_ptr: NDArray[np.int32]
    hop_from: NDArray[np.int32]
    hop_steps: NDArray[np.int32]
    deploy_steps: NDArray[np.int32]
    return_steps: NDArray[np.int32]
    departures: NDArray[np.int32]
    max_steps: int

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return int(self.visit_steps.size)

    def active(self) -> NDArray[np.int32]:
        """Cells that some sortie can search: there, one visit and back in time."""
        total = self.deploy_steps + self.visit_steps + self.return_steps
        usable = (
            (self.visit_steps > 0)
            & (self.deploy_steps >= 0)
            & (self.return_steps >= 0)
            & (total <= self.max_steps)
        )
        return np.flatnonzero(usable).astype(np.int32)

    @cached_property
    def ways(self) -> Mapping[tuple[int, int], int]:
        """Steps from the end of a visit to the next one's start by both cells; 0 if they adjoin.

        Only pairs of which the second may follow the first are there.
        """
        into = np.repeat(np.arange(self.n_cells), np.diff(self.hop_ptr))
        ways: dict[tuple[int, int], int] = {}
        hops = (self.hop_from.tolist(), into.tolist(), self.hop_steps.tolist())
        for origin, target, steps in zip(*hops, strict=True):
            ways[origin, target] = min(steps, ways.get((origin, target), steps))
        for target, row in enumerate(self.adjacent.tolist()):
            ways.update({(origin, target): 0 for origin in row if origin >= 0})
        return ways
