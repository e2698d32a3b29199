"""What is worth keeping of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from planner import __version__
from planner.problem.arrays import Instance
from planner.problem.build import PlanningProblem
from planner.reuse.cuts import pack
from planner.reuse.model import Aims, Columns, Learned
from planner.reuse.parts import cell_numbers, parts_of
from planner.reuse.prices import seen_h
from planner.reuse.start import losses
from planner.scenario import Scenario
from planner.solve import Pool, Result, Sortie

SORTIES_KEPT = 4000
"""Most sorties kept of a run."""

CUTS_KEPT = 3
"""Most bounds kept, with their prices: the lowest."""


def learn(scenario: Scenario, problem: PlanningProblem, result: Result) -> Learned:
    """Take from a run what serves the next one.

    Parameters
    ----------
    scenario, problem
        What was planned.
    result
        The run, finished or interrupted.
    """
    instance = problem.instance
    cuts = sorted(result.cuts, key=lambda cut: cut.bound(instance))[:CUTS_KEPT]
    arrays, values = pack(cuts)
    return Learned(
        __version__,
        parts_of(scenario, problem),
        columns_of(best_sorties(result), result.sorties, instance),
        _aims(problem),
        arrays,
        values,
    )


def best_sorties(result: Result, count: int = SORTIES_KEPT) -> list[Sortie]:
    """At most ``count`` sorties of a run, the best last, the plan's own after all others.

    The best are those that gain most at the last prices of the bound beyond the hull time they
    take: the mixture that the next bound begins from is made of them. What is best
    beside the plan would not serve it, and the next search finds that anew. Sorties of
    the plan are always kept.
    """
    planned = Pool(result.sorties)
    rest = [sortie for sortie in result.pool if sortie not in planned]
    return [*rest[max(0, len(rest) + len(planned) - count) :], *result.sorties]


def columns_of(sorties: Iterable[Sortie], planned: Sequence[Sortie], instance: Instance) -> Columns:
    """Sorties as compressed rows, in the given order, each once."""
    chosen = list({sortie.key: sortie for sortie in sorties}.values())
    worth = {s.key: lost for s, lost in zip(planned, losses(planned, instance), strict=True)}
    visits = [sortie.visits for sortie in chosen]
    ptr = np.concatenate([[0], np.cumsum([len(rows) for rows in visits])]).astype(np.int32)
    stacked = np.concatenate([np.zeros((0, 2), np.int32), *visits])
    return Columns(
        cell=cell_numbers(instance),
        unit=np.array([instance.unit(sortie.fleet) for sortie in chosen], np.int32),
        depart=np.array([sortie.depart for sortie in chosen], np.int32),
        worth=np.array([worth.get(sortie.key, np.nan) for sortie in chosen], np.float32),
        visit_ptr=ptr,
        visit_step=np.ascontiguousarray(stacked[:, 0], np.int32),
        visit_cell=np.ascontiguousarray(stacked[:, 1], np.int32),
    )


def _aims(problem: PlanningProblem) -> Aims:
    targets = problem.instance.targets
    return Aims(targets.window, targets.offset, targets.weight, seen_h(problem.tracks))
