"""The plan to begin with: feasible, greedy, without what lost its worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problem.arrays import Instance
from planner.reuse.start import filled, greedy, losses, start_plan
from planner.solve import Sortie
from planner.solve.sorties import Roster
from tests.instances import ROUGH, random_instance
from tests.problem.off_aktau import problem
from tests.reuse.known import result
from tests.solve.reference import detection, feasible, useful_sorties


def plain_greedy(instance: Instance, sorties: list[Sortie]) -> list[Sortie]:
    """Add the best that fits, looking at all of them every time."""
    plan: list[Sortie] = []
    while True:
        gains = [
            detection(instance, [*plan, s]) - detection(instance, plan)
            if all(s is not other for other in plan) and Roster(instance, [*plan, s]).fits()
            else 0.0
            for s in sorties
        ]
        if max(gains, default=0.0) <= 1e-12:
            return plan
        plan.append(sorties[int(np.argmax(gains))])


@given(st.integers(0, 10_000), st.sampled_from(({}, ROUGH)))
def test_greedy_takes_the_best_each_time(seed: int, weather: dict[str, Any]) -> None:
    """The quick rule detects what looking at all sorties every time does, within the rows."""
    instance = random_instance(seed, n_moving=1, rows=(((2, 3), (1, 1)),), **weather)
    sorties = useful_sorties(instance, 0)[:12]
    found = greedy(instance, sorties)
    assert feasible(instance, found)
    expected = detection(instance, plain_greedy(instance, sorties))
    assert detection(instance, found) == pytest.approx(expected, abs=1e-9)


def test_a_plan_that_still_fits_is_begun_with_whole() -> None:
    """On the same problem the plan to begin with is the earlier plan."""
    instance, plan = problem().instance, result().sorties
    begun = start_plan(instance, plan, losses(plan, instance))
    assert {sortie.key for sortie in begun} == {sortie.key for sortie in plan}


def test_what_lost_its_worth_is_left_out() -> None:
    """A unit that added far more to the earlier plan than it does now is planned anew."""
    instance, plan = problem().instance, result().sorties
    worth = losses(plan, instance) * np.array(
        [3.0 if instance.unit(s.fleet) == 0 else 1.0 for s in plan]
    )
    begun = start_plan(instance, plan, worth)
    assert {s.key for s in begun} == {s.key for s in plan if instance.unit(s.fleet) == 1}


def test_a_shorter_plan_weighs_its_hours_more() -> None:
    """Worth is compared hour by hour: in a plan half as long the same sorties are worth twice."""
    instance, plan = problem().instance, result().sorties
    half = losses(plan, instance) / 2
    assert len(start_plan(instance, plan, half, longer=2.0)) == len(plan)
    assert start_plan(instance, plan, half, longer=4.0) == ()


def test_no_plan_is_no_start() -> None:
    """Without an earlier plan there is none to begin with."""
    assert start_plan(problem().instance, (), np.zeros(0)) == ()


def test_losses_are_differences_in_detection() -> None:
    """The loss of a sortie is the detection with it less that without."""
    instance, plan = problem().instance, result().sorties
    without = [detection(instance, [*plan[:k], *plan[k + 1 :]]) for k in range(len(plan))]
    expected = [detection(instance, plan) - less for less in without]
    np.testing.assert_allclose(losses(plan, instance), expected, atol=1e-12)


@given(st.integers(0, 10_000), st.sampled_from(({}, ROUGH)), st.floats(0.0, 1.0))
def test_filling_keeps_the_plan_and_leaves_nothing_free(
    seed: int, weather: dict[str, Any], share: float
) -> None:
    """What fits stays, what is added is feasible, and filling again adds no more."""
    instance = random_instance(seed, n_moving=1, rows=(((2, 3), (1, 1)),), **weather)
    plan = greedy(instance, useful_sorties(instance, 0))
    some = plan[: round(share * len(plan))]
    whole = filled(instance, some)
    assert feasible(instance, list(whole))
    assert {sortie.key for sortie in some} <= {sortie.key for sortie in whole}
    assert {s.key for s in filled(instance, whole)} == {s.key for s in whole}
    assert filled(instance, some, lambda: True) == tuple(some)
