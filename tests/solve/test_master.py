"""The restricted master against the list of all plans of a small instance."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
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


def full_master(instance: Instance, *, integer: bool) -> Master:
    """A master that holds every useful sortie."""
    master = Master(instance, envelope_knots(instance), integer=integer)
    for number in range(len(instance.fleets)):
        master.add(useful_sorties(instance, number))
    return master


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES)
def test_the_linear_value_is_at_least_every_choice(seed: int, shape: dict[str, Any]) -> None:
    """Over all sorties, the linear value is at least the optimum over whole numbers."""
    instance = random_instance(seed, **shape)
    optimum, plan = best_plan(instance)
    assume(counted_truly(instance, envelope_knots(instance), plan))
    relaxation = full_master(instance, integer=False).relax(10.0)
    assert relaxation is not None
    assert relaxation.value >= optimum - 1e-9


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES)
def test_the_choice_is_feasible_and_best(seed: int, shape: dict[str, Any]) -> None:
    """The whole-number choice keeps hull and crew rows and is the optimum."""
    instance = random_instance(seed, **shape)
    optimum, plan = best_plan(instance)
    assume(counted_truly(instance, envelope_knots(instance), plan))
    chosen = full_master(instance, integer=True).choose(10.0)
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
    master = Master(instance, table, integer=True)
    for own in columns:
        master.add(own)
    chosen = master.choose(10.0, hint)
    assert feasible(instance, chosen)
    assert detection(instance, chosen) >= detection(instance, hint) * (1 - CLOSE)


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES, n_moving=st.integers(0, 2))
def test_no_column_gains_at_the_duals(seed: int, shape: dict[str, Any], n_moving: int) -> None:
    """At the linear optimum no sortie is worth more than the hull and crew time it takes."""
    instance = random_instance(seed, n_moving=n_moving, **shape)
    master = full_master(instance, integer=False)
    relaxation = master.relax(10.0)
    assert relaxation is not None
    assert (relaxation.price >= 0).all()
    for sortie in master.columns:
        departures = instance.fleets[sortie.fleet].network.departures
        d = int(np.searchsorted(departures, sortie.depart))
        taken = relaxation.occupied[sortie.fleet][d, sortie.return_ - sortie.depart]
        assert float(relaxation.price[sortie.target] @ sortie.exposure) <= taken + 1e-7


def test_columns_added_later_count() -> None:
    """A master grown column by column has the same value as one built at once."""
    instance = random_instance(7, n_layers=2, n_moving=2, rows=(((1, 3),), ((1, 2),)))
    columns = [s for number in (0, 1) for s in useful_sorties(instance, number)]
    grown, values = Master(instance, envelope_knots(instance)), []
    for first in range(0, len(columns), 10):
        grown.add(columns[first : first + 10])
        relaxation = grown.relax(10.0)
        assert relaxation is not None
        values.append(relaxation.value)
    at_once = full_master(instance, integer=False).relax(10.0)
    assert at_once is not None
    assert all(later >= value - 1e-9 for value, later in pairwise(values))
    assert values[-1] == pytest.approx(at_once.value, abs=1e-9)


def test_a_sortie_may_be_sailed_by_several_hulls() -> None:
    """With one sortie and two hulls the choice sails it twice; a plan may repeat it as a hint."""
    instance = random_instance(7, rows=(((2, 30),),), n_cells=2)
    sortie = max(useful_sorties(instance, 0), key=lambda s: detection(instance, [s]))
    master = Master(instance, envelope_knots(instance), integer=True)
    master.add([sortie])
    assert master.choose(10.0) == [sortie, sortie]
    assert master.choose(10.0, [sortie, sortie]) == [sortie, sortie]


def test_an_empty_master_chooses_nothing() -> None:
    """Without columns the linear value is 0 and the choice empty."""
    instance = random_instance(1)
    relaxation = Master(instance, envelope_knots(instance)).relax(10.0)
    assert relaxation is not None
    assert relaxation.value == pytest.approx(0.0)
    assert Master(instance, envelope_knots(instance), integer=True).choose(10.0) == []
