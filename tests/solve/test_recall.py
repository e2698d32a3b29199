"""Stages of pricing that remembers, and what known sorties count from one to the next."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solve import Pool, Sortie
from planner.solve.bounding import Bounding
from planner.solve.recall import KEPT, Recall
from planner.solve.sorties import looks_of
from tests.instances import random_instance
from tests.solve.reference import best_plan, useful_sorties


def looks(sorties: list[Sortie], instance: object) -> float:
    """What sorties count for their looks, all in all."""
    return sum(float(looks_of(instance, each).sum()) for each in sorties)  # type: ignore[arg-type]


def test_what_is_searched_again_counts_less_from_round_to_round() -> None:
    """It falls by the same share each time, to what the sorties find, and stays there."""
    instance = random_instance(4, n_layers=1, n_cells=3, max_steps=14)
    pool = Pool(useful_sorties(instance, 0))
    recall = Recall(instance)
    assert recall.counted(pool) == list(pool)
    assert recall.deepen(pool)
    found = sum(float(-np.expm1(-each.exposure).sum()) for each in pool)
    apart = looks(list(pool), instance) - found
    assert apart > 0.01
    for number in range(1, 5):
        assert recall.recounts
        again = looks(recall.recount(), instance) - found
        assert again == pytest.approx(apart * KEPT**number)
    while recall.recounts:
        recall.recount()
    assert looks(recall.counted(pool), instance) == pytest.approx(found)


def test_small_seas_remember_at_once_and_only_once() -> None:
    """A fleet of few states gets its pricer in the first stage, and the next changes nothing."""
    recall = Recall(random_instance(4))
    assert recall.deepen(())
    assert set(recall.pricers) == {0}
    while recall.recounts:
        recall.recount()
    assert not recall.deepest
    assert not recall.deepen(())
    assert recall.deepest


@pytest.mark.parametrize("seed", [4, 11])
def test_a_bound_that_remembers_meets_the_best_plan(seed: int) -> None:
    """Where a boat pays for water twice without memory, the bound with it closes the gap."""
    instance = random_instance(seed, n_layers=1, n_cells=3, max_steps=14)
    optimum, _ = best_plan(instance)
    forgetful = Bounding(instance, Pool())
    forgetful._recall._stages.clear()
    assert forgetful.run(lambda: False, lambda: 10.0)
    mindful = Bounding(instance, Pool())
    assert mindful.run(lambda: False, lambda: 10.0)
    assert forgetful.bound > 1.03 * optimum
    assert optimum - 1e-10 <= mindful.bound <= 1.001 * optimum
