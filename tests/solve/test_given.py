"""What is left to plan beside settled sorties, against the whole problem, plan by plan."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Instance
from planner.solve import Pool, Sortie, solve
from planner.solve.bounding import Bounding
from planner.solve.coverage import Coverage
from planner.solve.given import beside, departing_from
from planner.solve.relaxed import TIGHT
from planner.solve.sorties import Roster
from tests.instances import ROUGH, TIED, random_instance
from tests.solve.reference import (
    asked,
    best_plan,
    detection,
    feasible,
    keeps_rows,
    sets_of,
    useful_sorties,
)

SEEDS = st.integers(0, 10**6)
SMALL: dict[str, Any] = {"n_cells": 4, "n_steps": 16, "every": 4, "max_steps": 9}
SHAPES = st.sampled_from(
    (
        SMALL | {"rows": (((2, 3),),)},
        SMALL | {"rows": (((2, 1), (1, 6, 8)),), "n_moving": 2},
        SMALL | {"rows": (((1, 3),), ((2, 2),)), "n_cells": 3, "n_layers": 2},
        SMALL | {"rows": (((2, 2),),), "n_layers": 0, "n_moving": 3},
        SMALL | {"rows": (((3, 2),),), "n_cells": 3} | TIED,
        SMALL | {"rows": (((2, 2), (3, 5)),), "n_cells": 3} | TIED | ROUGH,
    )
)
PICKS = st.randoms(use_true_random=False)


def plans_of(instance: Instance) -> list[list[tuple[Sortie, ...]]]:
    """Per unit every set of useful sorties that it can sail."""
    return [
        sets_of(instance, unit, useful_sorties(instance, unit))
        for unit in range(len(instance.units))
    ]


def drawn(plans: list[list[tuple[Sortie, ...]]], pick: random.Random) -> list[Sortie]:
    """One set of each unit."""
    return [sortie for own in plans for sortie in pick.choice(own)]


def best_with(instance: Instance, settled: list[Sortie], *, binding: bool = True) -> float:
    """The optimum over all plans that hold the settled sorties, by listing them all."""
    best = 0.0
    plans: list[tuple[Sortie, ...]] = [()]
    for unit, sets in enumerate(plans_of(instance)):
        theirs = [s for s in settled if instance.unit(s.fleet) == unit] if binding else []
        rows = instance.rows[unit]
        own = [chosen for chosen in sets if keeps_rows(rows, [*theirs, *chosen])]
        plans = [(*some, *more) for some in plans for more in own]
    targets = instance.targets
    for plan in plans:
        total = np.zeros(targets.weight.size)
        for sortie in (*settled, *plan):
            total[sortie.target] += sortie.exposure
        best = max(best, float(targets.weight @ -np.expm1(-total)))
    return targets.detected + best


@settings(max_examples=60)
@given(seed=SEEDS, shape=SHAPES, pick=PICKS, binding=st.booleans())
def test_detection_beside_is_that_of_all_together(
    seed: int, shape: dict[str, Any], pick: random.Random, binding: bool
) -> None:
    """What the rest states of any plan is the detection of it and the settled sorties together."""
    instance = random_instance(seed, **shape)
    plans = plans_of(instance)
    settled, plan = drawn(plans, pick), drawn(plans, pick)
    rest = beside(instance, settled, binding=binding)
    together = detection(instance, [*settled, *plan])
    assert Coverage(rest.targets, plan).detection() == pytest.approx(together, abs=1e-12)
    assert detection(rest, plan) == pytest.approx(together, abs=1e-12)
    assert rest.targets.detected == pytest.approx(detection(instance, settled), abs=1e-12)
    assert rest.targets.detected + rest.targets.weight.sum() == pytest.approx(1.0)


@settings(max_examples=60)
@given(seed=SEEDS, shape=SHAPES, pick=PICKS)
def test_hulls_and_crews_are_shared(seed: int, shape: dict[str, Any], pick: random.Random) -> None:
    """A plan can be sailed beside the settled sorties exactly when all can be sailed together."""
    instance = random_instance(seed, **shape)
    plans = plans_of(instance)
    settled = drawn(plans, pick)
    rest = beside(instance, settled)
    for _ in range(20):
        plan = drawn(plans, pick)
        together = feasible(instance, [*settled, *plan])
        assert feasible(rest, plan) == together
        assert Roster(rest, plan).fits() == together
        assert Roster(instance, [*settled, *plan]).fits() == together


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES, pick=PICKS, rounds=st.integers(0, 30), binding=st.booleans())
def test_the_bound_beside_holds_for_the_whole(
    seed: int, shape: dict[str, Any], pick: random.Random, rounds: int, binding: bool
) -> None:
    """However early it is stopped the bound of the rest is none below the best whole plan."""
    instance = random_instance(seed, **shape)
    settled = drawn(plans_of(instance), pick)
    rest = beside(instance, settled, binding=binding)
    optimum = best_with(instance, settled, binding=binding)
    assert best_plan(rest)[0] == pytest.approx(optimum, abs=1e-10)
    bounding = Bounding(rest, Pool())
    bounding.run(asked(rounds), lambda: 10.0)
    assert optimum - 1e-10 <= bounding.bound <= 1 + 1e-12


@settings(max_examples=12)
@given(seed=SEEDS, shape=SHAPES, pick=PICKS)
def test_plan_and_bound_beside_enclose_the_best_whole(
    seed: int, shape: dict[str, Any], pick: random.Random
) -> None:
    """What is planned beside settled sorties can be sailed with them, detects what it says, and
    is none above the best such plan, nor is its bound below.
    """
    instance = random_instance(seed, **shape)
    settled = drawn(plans_of(instance), pick)
    result = solve(beside(instance, settled), work_limit=15, seed=1)
    optimum = best_with(instance, settled)
    together = [*settled, *result.sorties]
    assert feasible(instance, together)
    assert result.detection == pytest.approx(detection(instance, together), abs=1e-12)
    assert result.detection <= optimum + 1e-10
    assert result.bound >= optimum - 1e-10


@settings(max_examples=20)
@given(seed=SEEDS, shape=SHAPES, pick=PICKS)
def test_settled_in_two_turns_is_settled_at_once(
    seed: int, shape: dict[str, Any], pick: random.Random
) -> None:
    """The rest beside some sorties, beside others, is the rest beside all of them."""
    instance = random_instance(seed, **shape)
    settled = drawn(plans_of(instance), pick)
    half = len(settled) // 2
    once = beside(instance, settled)
    twice = beside(beside(instance, settled[:half]), settled[half:])
    np.testing.assert_allclose(twice.targets.weight, once.targets.weight, atol=1e-14)
    assert twice.targets.detected == pytest.approx(once.targets.detected, abs=1e-12)
    assert twice.rows == once.rows


def test_another_service_binds_nothing() -> None:
    """Sorties that others sail take weight and no hulls; beside nothing all stays as it is."""
    instance = random_instance(5, rows=(((1, 3),),))
    settled = useful_sorties(instance, 0)[:3]
    rest = beside(instance, settled, binding=False)
    assert rest.fleets is instance.fleets
    assert 0 < rest.targets.detected < 1
    for binding in (True, False):
        same = beside(instance, [], binding=binding)
        assert same.rows == instance.rows
        assert same.targets.detected == 0
        np.testing.assert_array_equal(same.targets.weight, instance.targets.weight)


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES, step=st.integers(0, 18))
def test_from_a_step_on_sorties_are_those_that_depart_later(
    seed: int, shape: dict[str, Any], step: int
) -> None:
    """The sorties that depart no earlier are left, nothing else changes, and the bound is valid."""
    instance = random_instance(seed, **shape)
    later = departing_from(instance, step)
    expected, found = (
        [s.key for unit in range(len(each.units)) for s in useful_sorties(each, unit)]
        for each in (instance, later)
    )
    assert found == [key for key in expected if key[1] >= step]
    bounding = Bounding(later, Pool())
    bounding.run(asked(15), lambda: 10.0)
    assert bounding.bound >= best_plan(later)[0] - 1e-10
    assert (later.targets, later.rows) == (instance.targets, instance.rows)
    for fleet, other in zip(instance.fleets, later.fleets, strict=True):
        network = replace(other.network, departures=fleet.network.departures)
        assert vars(replace(other, network=fleet.network)) == vars(fleet)
        assert vars(network) == vars(fleet.network)


@pytest.mark.parametrize("shape", [{}, TIED, ROUGH, TIED | ROUGH])
@pytest.mark.parametrize("limits", [{"work_limit": 10}, {"time_limit_s": 5.0}])
def test_after_the_last_departure_nothing_is_left_to_plan(
    shape: dict[str, Any], limits: dict[str, Any]
) -> None:
    """Where nothing may depart any more the empty plan is proven best, beside anything settled."""
    instance = random_instance(11, rows=(((2, 3),), ((1, 2),)), n_moving=2, **shape)
    settled = useful_sorties(instance, 0)[:1] + useful_sorties(instance, 1)[:1]
    assert settled
    known = [s for unit in (0, 1) for s in useful_sorties(instance, unit)]
    for rest in (instance, beside(instance, settled)):
        over = departing_from(rest, instance.n_steps)
        assert all(fleet.network.departures.size == 0 for fleet in over.fleets)
        result = solve(over, pool=known, **limits)
        assert result.sorties == ()
        assert result.detection == rest.targets.detected
        assert result.bound == pytest.approx(result.detection, abs=1e-12)
        assert result.termination == "gap"


def test_known_sorties_that_depart_too_early_are_left_out() -> None:
    """Sorties of the whole plan do no harm to the bound of the part that departs later."""
    instance = random_instance(1018, n_steps=24, every=4)
    known = Pool(useful_sorties(instance, 0))
    later = departing_from(instance, 8)
    bounding = Bounding(later, known)
    bounding.run(asked(500), lambda: 10.0)
    assert all(sortie.depart >= 8 for sortie in bounding.pool)
    assert any(sortie.depart < 8 for sortie in known)
    assert bounding.relaxation is not None
    assert bounding.relaxation.value <= bounding.bound + TIGHT
    assert bounding.bound >= best_plan(later)[0] - 1e-10
