"""Which sorties of a plan are planned anew together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.problem.arrays import FloatArray, Instance
from planner.solve.sorties import Sortie


def related(
    instance: Instance, sorties: Sequence[Sortie], count: int, rng: np.random.Generator
) -> list[Sortie]:
    """A random sortie and those nearest to it in time, in water shared, or in unit."""
    at = int(rng.integers(len(sorties)))
    seed, kind = sorties[at], int(rng.integers(3))
    score: FloatArray = np.abs([s.depart - seed.depart for s in sorties]) / 144.0
    if kind == 1:
        shared = np.zeros(instance.n_cells)
        shared[seed.visits[:, 1]] = 4.0
        sizes = [len(s.visits) for s in sorties]
        cells = np.concatenate([s.visits[:, 1] for s in sorties])
        whose = np.repeat(np.arange(len(sorties)), sizes)
        score -= np.bincount(whose, shared[cells], len(sorties)) / sizes
    elif kind == 2:
        own = instance.unit(seed.fleet)
        score[[instance.unit(s.fleet) != own for s in sorties]] += 3.0
    score += 0.5 * rng.random(len(sorties))
    score[at] = -np.inf
    return [sorties[k] for k in np.argsort(score)[:count]]
