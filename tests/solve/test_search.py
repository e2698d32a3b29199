"""The search for integer plans: always feasible, never worse, the same from the same seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner.solve.search as search_module
from planner.problem.arrays import FuelRule, Instance
from planner.solve import Sortie
from planner.solve.pricing import NEVER
from planner.solve.search import Search
from planner.solve.sorties import Roster
from tests.instances import PLENTY, ROUGH, TIED, hex_instance, random_instance, rough
from tests.solve.reference import asked, detection, feasible, sets_of, useful_sorties

SEEDS = st.integers(0, 10**6)
SHAPES = st.sampled_from(
    (
        {"n_layers": 2},
        {"rows": (((2, 3),),), "n_moving": 2, "n_steps": 16, "every": 4},
        {"rows": (((1, 2), (2, 6)),)},
        {"rows": (((3, 2), (2, 6)), ((1, 3),)), "n_cells": 6},
        {"n_layers": 0, "n_moving": 3},
        {"n_layers": 2, "epochs": 5},
        {"n_layers": 2, "n_moving": 1, "rows": (((3, 2), (2, 6)), ((1, 3),)), **ROUGH},
        {"rows": (((2, 3),),), "n_moving": 2, "n_steps": 16, "every": 4, **ROUGH},
        {"rows": (((2, 2), (2, 1, 9)),), "n_layers": 2},
        {"rows": (((3, 2), (2, 6)), ((1, 3),)), "n_cells": 6, **TIED},
        {"rows": (((2, 3),),), "n_moving": 2, "n_steps": 16, "every": 4, **TIED},
        {"rows": (((3, 2),),), "taken": 4, **ROUGH},
    )
)
TIGHT = FuelRule(transit_l=3.0, search_l=2.0, loiter_l=0.5, limit_l=21.0)


def grid(**options: int) -> Instance:
    """Two fleets on a grid of 30 cells with targets of two lifetimes and some that move."""
    return hex_instance(
        5, 6, n_steps=96, counts=(2, 1), windows=(24, 96), n_moving=6, max_steps=40, **options
    )


def keys(sorties: tuple[Sortie, ...]) -> list[tuple[int, int, int, bytes]]:
    """What sorties are, in the order they stand."""
    return [sortie.key for sortie in sorties]


@settings(max_examples=30)
@given(seed=SEEDS, shape=SHAPES, fuel=st.sampled_from((PLENTY, TIGHT)))
def test_every_plan_on_the_way_is_feasible(
    seed: int, shape: dict[str, Any], fuel: FuelRule
) -> None:
    """Whenever asked, the best plan so far is feasible, has its detection and is no worse."""
    instance = random_instance(seed, fuel=fuel, **shape)
    search, best = Search(instance, seed), [0.0]

    def watch() -> bool:
        assert feasible(instance, search.best)
        assert search.detection == pytest.approx(detection(instance, search.best), abs=1e-12)
        assert search.detection >= best[-1] - 1e-11
        best.append(search.detection)
        return len(best) > 25

    search.construct(watch)
    search.improve(watch)
    watch()


@settings(max_examples=25)
@given(seed=SEEDS, shape=SHAPES, pick=st.randoms(use_true_random=False))
def test_a_start_is_never_made_worse(seed: int, shape: dict[str, Any], pick) -> None:  # type: ignore[no-untyped-def]
    """From any feasible plan the search ends with one that detects no less."""
    instance = random_instance(seed, **shape)
    start = [
        sortie
        for unit in range(len(instance.units))
        for sortie in pick.choice(sets_of(instance, unit, useful_sorties(instance, unit)[::6]))
    ]
    search = Search(instance, seed, start)
    assert search.detection == pytest.approx(detection(instance, start), abs=1e-12)
    search.construct(asked(50))
    search.improve(asked(15))
    assert feasible(instance, search.best)
    assert detection(instance, search.best) >= detection(instance, start) - 1e-11


def test_the_same_seed_gives_the_same_plan() -> None:
    """Two searches with one seed and as many rounds end with the same sorties."""
    instance, plans = grid(), []
    for seed in (5, 5, 6):
        search = Search(instance, seed)
        search.construct(asked(10**6))
        constructed = keys(search.best)
        search.improve(asked(60))
        plans.append((constructed, keys(search.best), [s.key for s in search.pool]))
    assert plans[0] == plans[1]
    assert plans[0][0] == plans[2][0], "building takes no chances"


def test_improving_gains_on_a_grid() -> None:
    """Re-planning a few sorties at a time finds more than building hull by hull, feasibly."""
    instance = grid(seed=3)
    search = Search(instance, 1)
    search.construct(asked(10**6))
    built = search.detection
    search.improve(asked(150))
    assert feasible(instance, search.best)
    assert search.detection > built
    assert len(search.pool) > len(search.best)


@pytest.mark.parametrize("large", [False, True])
def test_rough_seas_are_planned_in_every_state(
    monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    """Units sail in each of their sea states, in one plan that is feasible, in a large sea too."""
    if large:
        monkeypatch.setattr(search_module, "EXHAUSTIVE", 0)
    instance = rough(grid(seed=3), 1, epochs=5, shut=0.1, states=2)
    for mild in (0, 2):  # closed in every other epoch, which the rougher state is not
        where = instance.fleets[mild].open
        assert where is not None
        for way in (where.cell, where.deploy, where.back, where.hop):
            way[1::2] = False
    search = Search(instance, 1)
    search.construct(asked(10**6))
    built = search.detection
    search.improve(asked(100))
    assert feasible(instance, search.best)
    assert search.detection > built > 0
    assert len({sortie.fleet for sortie in search.best}) > len(instance.units)


def test_a_plan_with_gaps_is_planned_anew_where_that_is_better() -> None:
    """Begun from a plan without its first sorties, the plan is no worse than one from nothing."""
    instance = grid(seed=2)
    nothing = Search(instance, 1)
    nothing.construct(asked(10**6))
    first = min(sortie.return_ for sortie in nothing.best)
    left = [sortie for sortie in nothing.best if sortie.depart >= first]
    units = {instance.unit(sortie.fleet) for sortie in left}
    assert units == set(range(len(instance.units)))
    assert not any(Roster(instance, left).idle(unit) for unit in units)
    search = Search(instance, 1, left)
    assert search.value < nothing.value
    search.construct(asked(10**6))
    assert feasible(instance, search.best)
    assert search.value >= nothing.value - 1e-12


def test_a_unit_knows_the_cells_of_all_its_sea_states() -> None:
    """Where a unit has searched in one sea state its sorties in the others are planned too."""
    instance = rough(grid(seed=3), 1, epochs=1, states=2)
    (sortie, *_) = useful_sorties(hex_instance(5, 6, n_steps=12, max_steps=12), 0)
    search = Search(instance, 1)
    search._propose([sortie])
    usual = search._usual()
    first, second = instance.units[0]
    assert usual[first].cell.tolist() == usual[second].cell.tolist() != []
    assert all(usual[fleet].cell.size == 0 for fleet in instance.units[1])


def test_promises_that_no_path_keeps_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large network, departures that promise much but have no path leave a feasible plan."""
    monkeypatch.setattr(search_module, "EXHAUSTIVE", 0)
    instance = grid(seed=3)
    thirsty = FuelRule(transit_l=3.0, search_l=2.0, loiter_l=0.5, limit_l=1.0)
    fleets = (replace(instance.fleets[0], fuel=thirsty), *instance.fleets[1:])
    instance = replace(instance, fleets=fleets)
    search = Search(instance, 1)
    search.construct(asked(10**6))
    search.improve(asked(60))
    assert feasible(instance, search.best)
    assert search.detection > 0


def test_annealing_takes_losses_and_leaves_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hot, the search walks through worse plans; what it leaves is the best one it met."""
    monkeypatch.setattr(search_module, "TEMPERATURE", 0.1)
    instance = grid(seed=3)
    search, met = Search(instance, 1), []
    search.construct(asked(10**6))

    def watch() -> bool:
        met.append(search.coverage.detection())
        return len(met) > 60

    search.improve(watch, lambda: 0.0)
    assert any(after < before - 1e-6 for before, after in pairwise(met))
    assert search.coverage.detection() == pytest.approx(max(met), abs=1e-12)
    assert search.detection == search.coverage.detection()


def test_a_hurried_search_leaves_a_plan_behind() -> None:
    """Asked to hurry before anything was built, there is a feasible plan that detects something."""
    instance = grid()
    search = Search(instance, 0)
    assert search.best == ()
    search.hurry()
    assert feasible(instance, search.best)
    assert detection(instance, search.best) > 0
    before = keys(search.best)
    search.hurry()
    assert keys(search.best) == before


def test_nothing_in_reach_gives_an_empty_plan() -> None:
    """Where no sortie can detect anything the search ends by itself with no sorties."""
    instance = random_instance(2, n_cells=3, max_steps=2)
    search = Search(instance, 0)
    search.construct(asked(10**6))
    search.improve(asked(10**6))
    search.hurry()
    assert search.best == ()
    assert search.detection == 0


def test_departures_that_do_not_count_do_not_make_a_network_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Few departures are priced along their paths where all together would be too many."""
    instance = grid()
    search = Search(instance, 0)
    net = instance.fleets[0].network
    each = search.pricers[0].part.cell.size * net.max_steps
    monkeypatch.setattr(search_module, "EXHAUSTIVE", 10 * each)
    every = np.ones(net.departures.size, bool)
    assert not search._guess(0, every).priced.any()
    few = np.arange(every.size) < 10
    guess = search._guess(0, few)
    assert guess.priced.all()
    alone = search.pricers[0].profile(
        instance.targets.weight, net.departures, np.where(few, net.max_steps, 0).astype(np.int32)
    )
    assert (guess.profile.value[10:] == NEVER).all()
    assert np.array_equal(guess.profile.value, alone.value)
