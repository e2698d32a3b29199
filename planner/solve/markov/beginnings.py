"""All different first moves of the searchers, as starting points for the tree search."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from planner.solve.markov.chords import best_ways
from planner.solve.markov.model import BoolArray, FloatArray, MarkovSearch
from planner.solve.markov.tree import MARGIN, Work, enter

ENOUGH = 400
"""Beginnings are lengthened until there are as many, to keep every core busy to the end."""

Moves = tuple[tuple[int, ...], ...]


@dataclass
class Beginning:
    """Moves up to look ``depth``: ``moves[t][j]`` the cell of searcher ``j`` at look ``t``.

    ``bound``: no plan that begins so has less.
    """

    moves: Moves
    bound: float

    @property
    def depth(self) -> int:
        """Number of looks already decided."""
        return len(self.moves)

    def install(self, problem: MarkovSearch, root: Work, w: Work) -> None:
        """Make ``w`` ready to enter the node at ``depth``, by the root's cut and ways."""
        missed = float(np.exp(-problem.rate))
        if w is not root:
            w.gain[0], w.constant[0], w.ways[0] = root.gain[0], root.constant[0], root.ways[0]
        w.mass[0] = problem.origin
        for t, at in enumerate(self.moves):
            w.paths[:, t] = at
            if t + 1 < self.depth:
                enter(problem.net, missed, problem.origin, t + 1, np.array(at), w)


def beginnings(problem: MarkovSearch, root: Work, limit: float) -> list[Beginning]:
    """Beginnings that the root's cut does not prove to be worth ``limit`` or more.

    Of beginnings with the same effective looks and the same last cells, or
    mirror images of each other, one is kept: what can follow is the same.
    """
    gain = root.gain[0]
    best_ways(problem.net, 0, gain, root.worth, root.move)
    worth = root.worth.copy()
    reach = _reach(problem)
    level: list[tuple[Moves, tuple[tuple[int, ...], ...], float]] = [
        ((), (), float(root.constant[0]))
    ]
    depth = 0
    start = (problem.start,) * problem.searchers
    while level and len(level) < ENOUGH and depth < problem.looks - 1:
        found: dict[object, tuple[Moves, tuple[tuple[int, ...], ...], float]] = {}
        for moves, looks, constant in level:
            at = moves[-1] if moves else start
            for to in product(*(problem.moves[c] for c in at)):
                left = constant - float(gain[depth, list(to)].sum())
                bound = left - float(worth[depth + 1, list(to)].sum())
                if bound >= limit + MARGIN:
                    continue
                effective = (*looks, tuple(sorted(c for c in to if reach[depth, c])))
                key = _key(problem, effective, to)
                found.setdefault(key, ((*moves, to), effective, left))
        level = list(found.values())
        depth += 1
    return [
        Beginning(
            moves, left - float(worth[depth, list(moves[-1] if moves else start)].sum()) - MARGIN
        )
        for moves, _, left in level
    ]


def _key(
    problem: MarkovSearch, effective: tuple[tuple[int, ...], ...], to: tuple[int, ...]
) -> object:
    """The same for beginnings after which the same can follow."""
    key = (effective, tuple(sorted(to)))
    if not problem.mirror:
        return key
    image = problem.mirror
    mirrored = (
        tuple(tuple(sorted(image[c] for c in look)) for look in effective),
        tuple(sorted(image[c] for c in to)),
    )
    return min(key, mirrored)


def _reach(problem: MarkovSearch) -> BoolArray:
    """Where the target can be at each look, ``(looks, n)``."""
    reach = np.zeros((problem.looks, problem.n_cells), np.bool_)
    mass: FloatArray = problem.origin.copy()
    for t in range(problem.looks):
        reach[t] = mass > 0
        mass = problem.step.T @ mass
    return reach
