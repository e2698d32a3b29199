"""What is kept of a run: the plan, the best of the other sorties, the lowest bounds."""

from __future__ import annotations

import numpy as np
import pytest

from planner.reuse.cuts import PRICE
from planner.reuse.learn import CUTS_KEPT, best_sorties, columns_of
from planner.solve import Pool, Sortie
from planner.solve.envelope import envelope_of
from planner.solve.mixture import Mixture
from tests.problem.off_aktau import problem
from tests.reuse.known import learned, result
from tests.solve.reference import detection


def test_the_plan_comes_last() -> None:
    """The plan's sorties end the list, with what the plan would lose without each."""
    columns, plan = learned().columns, result().sorties
    planned = np.isfinite(columns.worth)
    assert planned[-len(plan) :].all()
    assert planned.sum() == len(plan)
    instance = problem().instance
    for k in range(len(plan)):
        lost = detection(instance, plan) - detection(instance, [*plan[:k], *plan[k + 1 :]])
        assert columns.worth[-len(plan) + k] == pytest.approx(lost, rel=1e-5)


@pytest.mark.parametrize("count", [0, 1, 20, 100_000])
def test_the_best_are_kept(count: int) -> None:
    """No more than asked are kept, the plan always; fewer are the last of more."""
    every = best_sorties(result())
    kept = best_sorties(result(), count)
    assert len(kept) == min(len(every), max(count, len(result().sorties)))
    assert [sortie.key for sortie in kept] == [s.key for s in every[len(every) - len(kept) :]]


def test_a_mixture_begins_well_with_what_is_kept() -> None:
    """The last 300 sorties mix to more than the first 300, and to nearly as much as all."""
    instance, plan = problem().instance, Pool(result().sorties)
    rest = [sortie for sortie in best_sorties(result()) if sortie not in plan]

    def mixed(sorties: list[Sortie]) -> float:
        mixture = Mixture(instance, envelope_of(instance))
        mixture.add(sorties)
        return mixture.improve(0.0).value

    every, best, worst = mixed(rest), mixed(rest[-300:]), mixed(rest[:300])
    assert len(rest) > 600
    assert worst < best
    assert best > 0.995 * every


def test_rows_hold_each_sortie_once() -> None:
    """A sortie given twice is a row, its visits those of the sortie."""
    plan = result().sorties
    columns = columns_of([*plan, *plan], plan, problem().instance)
    assert len(columns) == len(plan)
    for k, sortie in enumerate(plan):
        held = slice(columns.visit_ptr[k], columns.visit_ptr[k + 1])
        assert columns.visit_step[held].tolist() == sortie.visits[:, 0].tolist()
        assert columns.visit_cell[held].tolist() == sortie.visits[:, 1].tolist()


def test_the_lowest_bounds_are_kept() -> None:
    """The first prices are those of the best bound, and there are few."""
    instance = problem().instance
    best = min(result().cuts, key=lambda cut: cut.bound(instance))
    np.testing.assert_array_equal(learned().cut_arrays[PRICE][0], best.price)
    assert 1 <= len(learned().cut_values) <= CUTS_KEPT
