"""The restricted master against the list of all plans of a small instance."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Instance
from planner.solve import Sortie
from planner.solve.bound import envelope_knots
from planner.solve.master import Master
from tests.instances import random_instance
from tests.solve.reference import best_plan, dense, detection, feasible, sets_of, useful_sorties

SEEDS = st.integers(0, 10**6)
SHORT = {"n_steps": 16, "every": 4, "max_steps": 9}
SHAPES = st.sampled_from(
    (
        SHORT,
        SHORT | {"n_layers": 2},
        SHORT | {"rows": (((2, 3),),), "n_cells": 4},
        SHORT | {"rows": (((1, 1), (2, 6)),)},
        SHORT | {"rows": (((2, 1), (1, 6)),)},
        SHORT | {"rows": (((1, 3),), ((1, 1), (2, 5))), "n_cells": 4},
    )
)
CLOSE = 2e-4
"""The integer solver stops within 1e-4 of the best choice."""

PLAIN_KNOTS = 4
"""So many knots the master keeps without a gap; there it counts the true detection."""


def counted_truly(instance: Instance, table: np.ndarray, sorties: tuple[Sortie, ...]) -> bool:
    """Whether the master counts the true detection of a plan: exposures at its first knots."""
    total = sum((dense(instance, s) for s in sorties), np.zeros(instance.targets.weight.size))
    last = np.resize(table[:, PLAIN_KNOTS], total.size)
    return bool((total <= last + 1e-9).all())


def full_master(instance: Instance) -> Master:
    """A master that holds every useful sortie."""
    master = Master(instance, envelope_knots(instance))
    for number in range(len(instance.fleets)):
        master.add(useful_sorties(instance, number))
    return master


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES)
def test_the_choice_is_feasible_and_best(seed: int, shape: dict[str, Any]) -> None:
    """The whole-number choice keeps hull and crew rows and is the optimum."""
    instance = random_instance(seed, **shape)
    optimum, plan = best_plan(instance)
    assume(counted_truly(instance, envelope_knots(instance), plan))
    chosen = full_master(instance).choose(10.0)
    assert feasible(instance, chosen)
    assert detection(instance, chosen) >= optimum * (1 - CLOSE)


@settings(max_examples=30)
@given(seed=SEEDS, shape=SHAPES, pick=st.randoms(use_true_random=False))
def test_the_choice_is_no_worse_than_its_hint(seed: int, shape: dict[str, Any], pick) -> None:  # type: ignore[no-untyped-def]
    """From any plan as a hint, among few sorties, the choice detects at least as much."""
    instance = random_instance(seed, **shape)
    table = envelope_knots(instance)
    columns = [useful_sorties(instance, number)[::3] for number in range(len(instance.fleets))]
    hint = tuple(
        sortie
        for number, own in enumerate(columns)
        for sortie in pick.choice(sets_of(instance, number, own))
    )
    assume(counted_truly(instance, table, hint))
    master = Master(instance, table)
    for own in columns:
        master.add(own)
    chosen = master.choose(10.0, hint)
    assert feasible(instance, chosen)
    assert detection(instance, chosen) >= detection(instance, hint) * (1 - CLOSE)


def test_a_sortie_may_be_sailed_by_several_hulls() -> None:
    """With one sortie and two hulls the choice sails it twice; a plan may repeat it as a hint."""
    instance = random_instance(7, rows=(((2, 30),),), n_cells=2)
    sortie = max(useful_sorties(instance, 0), key=lambda s: detection(instance, [s]))
    master = Master(instance, envelope_knots(instance))
    master.add([sortie])
    assert master.choose(10.0) == [sortie, sortie]
    assert master.choose(10.0, [sortie, sortie]) == [sortie, sortie]


def test_an_empty_master_chooses_nothing() -> None:
    """Without columns the choice is empty."""
    instance = random_instance(1)
    assert Master(instance, envelope_knots(instance)).choose(10.0) == []
