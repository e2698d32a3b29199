"""A plan to begin with: what is left of the earlier plan and still worth its hull time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

import numpy as np

from planner.problem.arrays import FloatArray, Instance
from planner.solve import Sortie
from planner.solve.coverage import Coverage
from planner.solve.pricing import never
from planner.solve.search import Search
from planner.solve.sorties import Roster

GAIN = 1e-12
"""Smaller gains in detection count as none."""

WORTH_LEFT = 0.9
"""A unit whose sorties are worth a smaller share of what they were is planned anew."""


def start_plan(
    instance: Instance, planned: Sequence[Sortie], worth: FloatArray, longer: float = 1.0
) -> tuple[Sortie, ...]:
    """A feasible plan of sorties that an earlier plan held.

    Sorties that fit together are chosen greedily. Then the units go whose
    sorties were there for what is there no longer: what they now add to the
    plan, over what they added to the earlier one, is less than
    :data:`WORTH_LEFT`. A schedule planned as a whole is better than one
    patched around what is left of another, and left in it would only be
    patched.

    Parameters
    ----------
    instance
        The problem.
    planned
        Sorties of the earlier plan, laid on this problem.
    worth
        Detection that the earlier plan would have lost with each, shape (k,).
    longer
        Length of the earlier plan over that of this one: weights are shares
        of the whole time, so an hour weighs that much more now.
    """
    plan = greedy(instance, planned)
    known = {sortie.key: value for sortie, value in zip(planned, worth.tolist(), strict=True)}
    then, now = np.zeros(len(instance.units)), np.zeros(len(instance.units))
    for sortie, lost in zip(plan, losses(plan, instance), strict=True):
        then[instance.unit(sortie.fleet)] += known[sortie.key] * longer
        now[instance.unit(sortie.fleet)] += lost
    stays = now >= WORTH_LEFT * then
    return tuple(sortie for sortie in plan if stays[instance.unit(sortie.fleet)])


def filled(
    instance: Instance, start: Sequence[Sortie], stop: Callable[[], bool] = never
) -> tuple[Sortie, ...]:
    """A plan with what is free of hulls and crews planned as well, a hull at a time."""
    search = Search(instance, seed=0, start=start)
    search.fill(stop)
    return search.best


def greedy(instance: Instance, sorties: Sequence[Sortie]) -> tuple[Sortie, ...]:
    """Add sorties to a plan, the largest gain in detection first, while hulls and crews last.

    Gains only fall as the plan grows, so a sortie whose gain is worked out
    anew and still beats the old gains of all others is the best (Minoux's
    accelerated greedy rule).
    """
    roster, coverage = Roster(instance), Coverage(instance.targets)
    heap = [(-_gain(sortie, coverage), k) for k, sortie in enumerate(sorties)]
    heapq.heapify(heap)
    while heap and -heap[0][0] > GAIN:
        known, k = heap[0]
        gain = _gain(sorties[k], coverage)
        if not roster.has_room(sorties[k]):
            heapq.heappop(heap)
        elif gain < -known - GAIN:
            heapq.heapreplace(heap, (-gain, k))
        else:
            heapq.heappop(heap)
            roster.add(sorties[k])
            coverage.add(sorties[k])
    return tuple(roster.sorties)


def losses(plan: Sequence[Sortie], instance: Instance) -> FloatArray:
    """Detection that a plan would lose with each of its sorties: ``Σ w e^(−u) (e^x − 1)``."""
    coverage = Coverage(instance.targets, plan)
    residual = coverage.residual()
    return np.array([float(residual[s.target] @ np.expm1(s.exposure)) for s in plan])


def _gain(sortie: Sortie, coverage: Coverage) -> float:
    """What a sortie adds to the objective, at most: ``Σ w e^(−u) (1 − e^(−x))``."""
    return float(-(coverage.left[sortie.target] @ np.expm1(-sortie.exposure)))
