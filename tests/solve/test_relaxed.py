"""The linear master against the list of all plans of a small instance."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Instance
from planner.solve import Sortie
from planner.solve.envelope import Envelope, envelope_of
from planner.solve.relaxed import (
    LOOSE,
    MOVING_KNOTS,
    TAIL,
    Relaxation,
    RelaxedMaster,
    knots_kept,
)
from planner.solve.sorties import looks_of
from tests.instances import ROUGH, TIED, random_instance
from tests.solve.reference import best_plan, dense, useful_sorties

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
        SHORT | {"n_layers": 2, "epochs": 4},
        SHORT | ROUGH,
        SHORT | ROUGH | {"rows": (((1, 3),), ((2, 1), (1, 6))), "n_layers": 2},
        SHORT | {"rows": (((2, 1), (1, 2, 8)),)},
        SHORT | TIED | {"rows": (((2, 3),),), "n_cells": 4},
        SHORT | TIED | ROUGH | {"rows": (((2, 3),), ((2, 1), (2, 6))), "n_cells": 3},
    )
)
PLAIN_KNOTS = 4
"""So many knots the master keeps without a gap; there it counts the true detection."""

NEAR = 1e-5
"""A first-order method is asked for 1e-7 of what it adds up, not of each row."""


def counted_truly(instance: Instance, envelope: Envelope, sorties: tuple[Sortie, ...]) -> bool:
    """Whether the master counts the true detection of a plan: exposures at its first knots."""
    total = sum((dense(instance, s) for s in sorties), np.zeros(instance.targets.weight.size))
    last = envelope.table[envelope.row, PLAIN_KNOTS]
    return bool((total[: last.size] <= last + 1e-9).all())


def full_master(instance: Instance) -> RelaxedMaster:
    """A master that holds every useful sortie."""
    master = RelaxedMaster(instance, envelope_of(instance))
    for unit in range(len(instance.units)):
        master.add(useful_sorties(instance, unit))
    return master


def solved(master: RelaxedMaster) -> Relaxation:
    """The relaxation solved as closely as the master can."""
    while master.tighten():
        pass
    relaxation = master.relax(20.0)
    assert relaxation is not None
    return relaxation


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES)
def test_the_linear_value_is_at_least_every_choice(seed: int, shape: dict[str, Any]) -> None:
    """Over all sorties, the linear value is at least the optimum over whole numbers."""
    instance = random_instance(seed, **shape)
    optimum, plan = best_plan(instance)
    assume(counted_truly(instance, envelope_of(instance), plan))
    relaxation = solved(full_master(instance))
    assert relaxation.value >= optimum - NEAR


@settings(max_examples=40)
@given(seed=SEEDS, shape=SHAPES, n_moving=st.integers(0, 2))
def test_no_column_gains_at_the_duals(seed: int, shape: dict[str, Any], n_moving: int) -> None:
    """At the linear optimum no sortie is worth more than the hull and crew time it takes."""
    instance = random_instance(seed, n_moving=n_moving, **shape)
    master = full_master(instance)
    relaxation = solved(master)
    assert (relaxation.price >= 0).all()
    for sortie in master.columns:
        departures = instance.fleets[sortie.fleet].network.departures
        d = int(np.searchsorted(departures, sortie.depart))
        taken = relaxation.occupied[sortie.fleet][d, sortie.return_ - sortie.depart]
        exposed, seen = relaxation.price[:, sortie.target]
        worth = exposed @ sortie.exposure + seen @ looks_of(instance, sortie)
        assert float(worth) <= taken + NEAR


def test_what_is_detected_already_adds_to_the_value() -> None:
    """Detection that settled sorties give is in the linear value, and changes no price."""
    instance = random_instance(7, n_layers=2, n_moving=2, rows=(((1, 3),),))
    beside = replace(instance, targets=replace(instance.targets, detected=0.3))
    alone, both = (solved(full_master(each)) for each in (instance, beside))
    assert both.value == pytest.approx(alone.value + 0.3, abs=1e-12)
    np.testing.assert_array_equal(both.price, alone.price)


def test_columns_added_later_count() -> None:
    """A master grown column by column has the same value as one built at once."""
    instance = random_instance(7, n_layers=2, n_moving=2, rows=(((1, 3),), ((1, 2),)))
    columns = [s for unit in (0, 1) for s in useful_sorties(instance, unit)]
    grown, values = RelaxedMaster(instance, envelope_of(instance)), []
    for first in range(0, len(columns), 10):
        grown.add(columns[first : first + 10])
        values.append(solved(grown).value)
    at_once = solved(full_master(instance))
    assert all(later >= value - NEAR for value, later in pairwise(values))
    assert values[-1] == pytest.approx(at_once.value, abs=NEAR)


def test_a_loose_solution_is_near_and_goes_on_from_the_last() -> None:
    """Loosely solved, the value is near the optimum; tightened step by step it closes in."""
    instance = random_instance(7, n_layers=2, n_moving=2, rows=(((1, 3),), ((1, 2),)))
    optimum, master = solved(full_master(instance)).value, full_master(instance)
    loose = master.relax(10.0)
    assert loose is not None
    assert loose.value == pytest.approx(optimum, rel=30 * LOOSE)
    while master.tighten():
        assert master.relax(10.0) is not None
    closest = master.relax(10.0)
    assert closest is not None
    assert closest.value == pytest.approx(optimum, abs=NEAR)


@settings(max_examples=20)
@given(seed=SEEDS, weather=st.sampled_from(({}, {"epochs": 5}, ROUGH)))
def test_the_master_keeps_knots_of_the_envelope(seed: int, weather: dict[str, Any]) -> None:
    """From 0 on the chords are taken between a target's own knots, and then beyond the last."""
    instance = random_instance(seed, n_layers=2, n_moving=1, **weather)
    envelope, still = envelope_of(instance), int(instance.targets.offset[-1])
    for target in range(still):
        kept, known = knots_kept(instance, envelope, target), envelope.of(target)
        own, beyond = kept[: -TAIL.size], kept[-TAIL.size :]
        assert (np.diff(kept) > 0).all()
        assert own.tolist() == [u for u in known if u in own]
        assert (own.size == 1) == bool(np.isinf(known[1]))
        np.testing.assert_allclose(beyond, own[-1] + TAIL)
    assert knots_kept(instance, envelope, still) is MOVING_KNOTS
