"""A Markov target on a network, and the exact chance that it is not detected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.errors import SolveError
from planner.solve.compiled import compiled

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SUM_TOLERANCE = 1e-9


class Net(NamedTuple):
    """The network as the compiled loops read it; rows are padded, counts say how far.

    ``moves (n, k)`` cells a searcher can go to, ``move_count (n,)`` of them;
    ``out_to, out_prob (n, m)`` the target's steps from a cell and
    ``in_from, in_prob (n, m')`` its steps into a cell.
    """

    moves: IntArray
    move_count: IntArray
    out_to: IntArray
    out_prob: FloatArray
    in_from: IntArray
    in_prob: FloatArray


@dataclass(frozen=True, eq=False)
class MarkovSearch:
    """Identical searchers on a network looking for one target that moves at random.

    Attributes
    ----------
    moves : tuple of tuple of int
        Cells that a searcher may go to between two looks, by cell.
    step : (n, n) float64
        ``step[i, j]`` chance that the target goes from ``i`` to ``j`` between
        two looks; rows sum to 1.
    origin : (n,) float64
        Where the target is at the first look; sums to 1.
    start : int
        The cell all searchers leave, one move before the first look.
    searchers, looks : int
        Number of searchers and of looks.
    rate : float
        Detection rate of one look by one searcher into the target's cell.
    mirror : tuple of int
        A symmetry of all the above, as the image of each cell; empty if none
        is known. It saves the search half of its work.
    """

    moves: tuple[tuple[int, ...], ...]
    step: FloatArray
    origin: FloatArray
    start: int
    searchers: int
    looks: int
    rate: float
    mirror: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.moves)
        if self.searchers < 1 or self.looks < 1 or self.rate <= 0:
            raise SolveError("searchers, looks and rate must be positive: give at least 1 of each")
        if self.step.shape != (n, n) or self.origin.shape != (n,):
            raise SolveError(f"step must be ({n}, {n}) and origin ({n},), one row a cell")
        if (
            min(self.step.min(), self.origin.min()) < 0
            or np.abs(self.step.sum(axis=1) - 1).max() > SUM_TOLERANCE
            or abs(self.origin.sum() - 1) > SUM_TOLERANCE
        ):
            raise SolveError("rows of step, and origin, must be chances that sum to 1")
        if not all(row and all(0 <= c < n for c in row) for row in self.moves):
            raise SolveError("every cell needs at least one move, and moves lead to cells")
        if not 0 <= self.start < n:
            raise SolveError(f"start must be one of the cells 0 to {n - 1}")
        if self.mirror and not self._is_symmetry(self.mirror):
            raise SolveError("mirror does not map the problem onto itself: leave it out")

    def _is_symmetry(self, image: tuple[int, ...]) -> bool:
        to = np.array(image)
        return (
            sorted(image) == list(range(self.n_cells))
            and image[self.start] == self.start
            and np.array_equal(self.step[np.ix_(to, to)], self.step)
            and np.array_equal(self.origin[to], self.origin)
            and all(
                {image[c] for c in row} == set(self.moves[image[i]])
                for i, row in enumerate(self.moves)
            )
        )

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.moves)

    @cached_property
    def net(self) -> Net:
        """The arrays of the compiled loops."""
        width = max(map(len, self.moves))
        moves = np.zeros((self.n_cells, width), np.int64)
        for i, row in enumerate(self.moves):
            moves[i, : len(row)] = row
        count = np.array([len(row) for row in self.moves], np.int64)
        return Net(moves, count, *_padded(self.step), *_padded(self.step.T))

    def effort(self, paths: NDArray[np.integer]) -> FloatArray:
        """Number of searchers looking into each cell at each look, ``(looks, n)``.

        ``paths`` is ``(searchers, looks)``; raises ``SolveError`` if a
        searcher makes a move that the network does not have.
        """
        effort = np.zeros((self.looks, self.n_cells))
        if paths.shape != (self.searchers, self.looks):
            raise SolveError(f"paths must be ({self.searchers}, {self.looks}), got {paths.shape}")
        for path in paths:
            at = self.start
            for t, cell in enumerate(path):
                if cell not in self.moves[at]:
                    raise SolveError(f"no move leads from cell {at} to {cell} (look {t + 1})")
                effort[t, cell] += 1
                at = int(cell)
        return effort

    def value(self, effort: FloatArray) -> float:
        """Chance that the target is not detected under ``effort (looks, n) ≥ 0``."""
        return float(_forward(self.net, self.origin, np.exp(-self.rate * effort))[-1].sum())

    def gradient(self, effort: FloatArray) -> FloatArray:
        """Derivatives of ``value`` by each effort, ``(looks, n)``, by formula 3."""
        missed = np.exp(-self.rate * effort)
        gradient: FloatArray = -self.rate * _forward(self.net, self.origin, missed)
        gradient *= _backward(self.net, missed)
        return gradient


def grid(side: int, searchers: int, looks: int) -> MarkovSearch:
    """The benchmark of multi-searcher path optimisation on a square grid.

    ``side`` (odd) cells a side; the target starts in the centre and stays
    with 0.6, otherwise goes to one of its neighbours; searchers start in a
    corner and move to a neighbour or stay. Cells are numbered by rows.

    Source: the instance family of Royset and Sato, "Route optimization for
    multiple searchers", Naval Research Logistics 57(8), 2010, 701-717.
    """
    if side < 1 or side % 2 == 0:
        raise SolveError(f"the grid needs an odd number of cells a side, got {side}")
    n = side * side
    near = [_beside(i, side) for i in range(n)]
    step = np.zeros((n, n))
    for i, row in enumerate(near):
        step[i, i] = STAY if row else 1.0
        step[i, row] = (1 - STAY) / max(1, len(row))
    return MarkovSearch(
        moves=tuple(tuple(sorted([i, *row])) for i, row in enumerate(near)),
        step=step,
        origin=np.eye(n)[n // 2],
        start=0,
        searchers=searchers,
        looks=looks,
        rate=-3 * float(np.log(0.4)) / searchers,
        mirror=tuple(i % side * side + i // side for i in range(n)),
    )


def _beside(cell: int, side: int) -> list[int]:
    """The two to four neighbours of a cell of the square grid."""
    row, column = divmod(cell, side)
    places = ((row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column))
    return [r * side + c for r, c in places if 0 <= r < side and 0 <= c < side]


STAY = 0.6
"""Chance that the benchmark's target stays where it is."""


def _padded(step: FloatArray) -> tuple[IntArray, FloatArray]:
    """Columns and chances of the positive entries of each row, padded with chance 0."""
    width = max(1, int((step > 0).sum(axis=1).max()))
    to = np.zeros((len(step), width), np.int64)
    chance = np.zeros((len(step), width))
    for i, row in enumerate(step):
        found = np.flatnonzero(row)
        to[i], chance[i, : found.size] = i, row[found]
        to[i, : found.size] = found
    return to, chance


@compiled
def _forward(net, origin, missed):  # type: ignore[no-untyped-def]
    """Mass still undetected after each look, ``(looks, n)``."""
    looks, n = missed.shape
    mass = np.zeros((looks, n))
    mass[0] = origin * missed[0]
    for t in range(1, looks):
        for c in range(n):
            total = 0.0
            for k in range(net.in_from.shape[1]):
                total += net.in_prob[c, k] * mass[t - 1, net.in_from[c, k]]
            mass[t, c] = total * missed[t, c]
    return mass


@compiled
def _backward(net, missed):  # type: ignore[no-untyped-def]
    """Chance to stay undetected in the later looks, from each look and cell, ``(looks, n)``."""
    looks, n = missed.shape
    later = np.ones((looks, n))
    for t in range(looks - 2, -1, -1):
        for c in range(n):
            total = 0.0
            for k in range(net.out_to.shape[1]):
                j = net.out_to[c, k]
                total += net.out_prob[c, k] * missed[t + 1, j] * later[t + 1, j]
            later[t, c] = total
    return later
