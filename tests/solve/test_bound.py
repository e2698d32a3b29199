"""The bound against the best of all plans, listed one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import CapacityRow, Instance
from planner.solve.aims import of_exposure
from planner.solve.bound import Choice, Cut, best_of, lagrangian, most_of
from planner.solve.envelope import envelope_of, slope, unspent
from planner.solve.pricing import NEVER, AdditivePricer, Profile
from planner.solve.worth import VisitWorth
from tests.instances import (
    ANCHORED,
    RESTED,
    ROUGH,
    TIED,
    hex_instance,
    random_instance,
    rough,
    tied,
)
from tests.solve.reference import best_plan, dense, useful_sorties

SEEDS = st.integers(0, 10**6)
SMALL = st.sampled_from(
    (
        {"n_layers": 1},
        {"n_layers": 2},
        {"rows": (((2, 3),),), "n_cells": 4, "n_steps": 16, "every": 4, "max_steps": 9},
        {"n_layers": 1, "rows": (((1, 2), (2, 6)),)},
        {"n_layers": 1, "rows": (((2, 2), (1, 6)),)},
        {"n_layers": 1, "n_moving": 3},
        {"n_layers": 0, "n_moving": 3, "rows": (((2, 2),),), "n_cells": 4, "n_steps": 15},
        {"n_layers": 1, "n_moving": 2, "rows": (((1, 3),), ((1, 2),)), "n_cells": 4},
        {"n_layers": 2, "rows": (((1, 3),), ((1, 1), (2, 5))), "n_cells": 4},
        {"n_layers": 2, "max_steps": 14, "breaks": RESTED},
        {"n_layers": 1, "n_moving": 2, "max_steps": 14, "breaks": ANCHORED, **ROUGH},
        {"n_layers": 1, "every": 2, "max_steps": 8},
        {"n_layers": 2, "epochs": 4, "n_cells": 4},
        {"n_layers": 2, "n_moving": 1, **ROUGH},
        {"n_layers": 1, "rows": (((1, 2), (2, 6)),), **ROUGH},
        {"n_layers": 2, "rows": (((1, 3),), ((2, 2),)), "n_cells": 3, **ROUGH},
        {"rows": (((2, 3),),), "n_cells": 4, "n_steps": 16, "every": 4, "max_steps": 9, **ROUGH},
        {"n_layers": 2, "rows": (((1, 3, 9),),)},
        {"n_layers": 1, "rows": (((2, 3),),), "n_cells": 4, **TIED},
        {"n_layers": 1, "n_moving": 2, "rows": (((2, 1), (1, 6)),), **TIED},
        {"n_layers": 1, "rows": (((3, 2),),), "n_cells": 3, "n_steps": 16, "taken": 4},
        {"n_layers": 2, "rows": (((1, 3),), ((2, 1), (2, 5))), "n_cells": 3, **TIED},
        {"n_layers": 1, "rows": (((2, 2), (2, 6)),), "n_cells": 3, **TIED, **ROUGH},
    )
)
PRICES = st.sampled_from(("nothing", "weights", "falling", "some", "high", "looks", "both", "dear"))


def random_prices(instance: Instance, kind: str, seed: int) -> np.ndarray:
    """Prices ≥ 0 of a kind, of exposure and of detection by each visit alone."""
    rng, weight = np.random.default_rng(seed), instance.targets.weight
    nothing, some = np.zeros_like(weight), rng.random(weight.size) < 0.6
    share = rng.uniform(0, 1, weight.size)
    return {
        "nothing": of_exposure(nothing),
        "weights": of_exposure(weight),
        "falling": of_exposure(weight * np.exp(-rng.uniform(0, 4, weight.size))),
        "some": of_exposure(weight * share * some),
        "high": of_exposure(rng.exponential(1.0, weight.size)),
        "looks": np.stack([nothing, weight]),
        "both": weight * np.stack([some * (1 - share), share]),
        "dear": rng.exponential(1.0, (2, weight.size)),
    }[kind]


def proven(instance: Instance, price: np.ndarray) -> Cut:
    """What prices prove of an instance and its like."""
    return lagrangian(instance, price, envelope_of(instance), profiles_of(instance, price))[0]


def bound_of(instance: Instance, price: np.ndarray) -> float:
    """What prices prove of an instance and no other."""
    return lagrangian(instance, price, envelope_of(instance), profiles_of(instance, price))[1]


def profiles_of(instance: Instance, price: np.ndarray) -> list[Profile]:
    """Every fleet priced."""
    return [
        AdditivePricer(fleet).profile(VisitWorth(instance.targets, fleet).linear(price))
        for fleet in instance.fleets
    ]


@settings(max_examples=70)
@given(seed=SEEDS, shape=SMALL, kind=PRICES)
def test_the_bound_is_never_below_the_optimum(seed: int, shape: dict[str, Any], kind: str) -> None:
    """Whatever the prices, the bound is at least the best of all plans, listed one by one.

    It is the cut's, and lower only where something is taken.
    """
    instance = random_instance(seed, **shape)
    optimum, _ = best_plan(instance)
    price = random_prices(instance, kind, seed)
    bound, of_all = bound_of(instance, price), proven(instance, price).bound(instance)
    assert optimum - 1e-10 <= bound <= of_all
    assert bound == of_all or any(row.taken for rows in instance.rows for row in rows)


@settings(max_examples=40)
@given(
    seed=SEEDS,
    kind=PRICES,
    capacity=st.integers(0, 3),
    gap=st.integers(1, 6),
    weather=st.sampled_from(({}, ROUGH)),
)
def test_a_cut_bounds_other_numbers_of_hulls(
    seed: int, kind: str, capacity: int, gap: int, weather: dict[str, Any]
) -> None:
    """What prices prove for one hull bounds the best plan of any other number of hulls."""
    few: dict[str, Any] = {"n_cells": 3, "n_steps": 12, "every": 6, **weather}
    one = random_instance(seed, rows=(((1, gap),),), **few)
    other = random_instance(seed, rows=(((capacity, gap),),), **few)
    cut = proven(one, random_prices(one, kind, seed))
    assert cut.bound(other) >= best_plan(other)[0] - 1e-10
    assert cut.bound(other) == pytest.approx(
        proven(other, random_prices(other, kind, seed)).bound(other)
    )


@settings(max_examples=60)
@given(
    seed=SEEDS,
    kind=PRICES,
    hulls=st.tuples(st.integers(1, 3), st.integers(0, 3)),
    least=st.integers(0, 9),
    taken=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    weather=st.sampled_from(({}, ROUGH)),
)
def test_a_cut_bounds_fleets_of_which_something_else_is_taken(
    seed: int,
    kind: str,
    hulls: tuple[int, int],
    least: int,
    taken: tuple[int, int],
    weather: dict[str, Any],
) -> None:
    """What is proven with something taken holds for other hulls of which anything is taken."""
    few: dict[str, Any] = {"n_cells": 3, "n_steps": 14, "every": 5, **weather}
    one, other = (
        tied(random_instance(seed, rows=(((count, 2, least),),), **few), seed + k, taken=spans)
        for k, (count, spans) in enumerate(zip(hulls, taken, strict=True))
    )
    one, other = (of_least(each, least) for each in (one, other))
    cut = proven(one, random_prices(one, kind, seed))
    assert cut.bound(other) >= best_plan(other)[0] - 1e-10


def of_least(instance: Instance, least: int) -> Instance:
    """The instance with so many least steps in all rows."""
    fleets = (
        replace(fleet, rows=tuple(replace(row, least_steps=least) for row in fleet.rows))
        for fleet in instance.fleets
    )
    return replace(instance, fleets=tuple(fleets))


def test_crews_do_not_sail_while_all_hulls_are_out() -> None:
    """With the only hull out for a time, the row of its crew earns only what can sail around it."""
    plain = random_instance(4, rows=(((1, 2), (1, 6)),), n_steps=20, every=5)
    out = tuple(
        replace(fleet, rows=(replace(fleet.rows[0], taken=((0, 20),)), fleet.rows[1]))
        for fleet in plain.fleets
    )
    price = of_exposure(plain.targets.weight)
    assert bound_of(plain, price) > bound_of(replace(plain, fleets=out), price)
    base = unspent(plain.targets.weight, price, envelope_of(plain))
    assert bound_of(replace(plain, fleets=out), price) == pytest.approx(base)


def test_no_hulls_at_all_are_bounded_too() -> None:
    """Where all hulls are out of service, or there are none, nothing more can be detected."""
    for row in ((0, 2), (0, 2, 0, ((3, 8),)), (2, 2, 0, ((0, 40), (0, 40), (5, 9)))):
        instance = random_instance(5, rows=((row,),))
        assert bound_of(instance, of_exposure(instance.targets.weight)) == pytest.approx(
            0.0, abs=1e-12
        )


@settings(max_examples=40)
@given(
    seed=SEEDS,
    kind=PRICES,
    least=st.sampled_from((0, 12)),
    taken=st.sampled_from(((), ((5, 11),))),
    weather=st.sampled_from(({}, ROUGH)),
)
def test_a_unit_counts_with_the_row_that_binds(
    seed: int, kind: str, least: int, taken: tuple[tuple[int, int], ...], weather: dict[str, Any]
) -> None:
    """A unit's part of the bound is the least over its rows, as if each row were its only one."""
    hulls, crews = (2, 2, 0, taken), (1, 7, least)
    parts = []
    for rows in ((hulls, crews), (hulls,), (crews,)):
        instance = random_instance(seed, rows=(rows,), **weather)
        parts.append(bound_of(instance, random_prices(instance, kind, seed)))
    assert parts[0] == pytest.approx(min(parts[1:]))


@pytest.mark.parametrize("seed", [0, 6, 7, 10, 11, 17])
def test_prices_of_a_lone_sortie_prove_it(seed: int) -> None:
    """With one hull, one sortie and prices at its slopes the bound is the optimum."""
    instance = random_instance(seed, n_cells=1, n_steps=8, max_steps=8, every=8)
    (sortie,) = useful_sorties(instance, 0)
    optimum, plan = best_plan(instance)
    assert [s.key for s in plan] == [sortie.key]
    exposure = dense(instance, sortie)
    price = of_exposure(slope(instance.targets.weight, exposure, envelope_of(instance)))
    assert proven(instance, price).bound(instance) == pytest.approx(optimum, abs=1e-9)


@pytest.mark.parametrize("weather", [{"epochs": 1}, ROUGH])
def test_schedules_are_those_of_one_hull(weather: dict[str, Any]) -> None:
    """The schedules that come with the bound are, per unit, departures apart by a row's gap."""
    calm = hex_instance(4, 4, counts=(2, 3), gap=9, n_steps=72, max_steps=30)
    instance = rough(calm, 0, **weather)
    price = of_exposure(instance.targets.weight)
    profiles = profiles_of(instance, price)
    cut, _, schedules = lagrangian(instance, price, envelope_of(instance), profiles)
    assert instance.fleets[0].rows == (CapacityRow(2, 9),)
    for unit, (schedule, worth) in enumerate(zip(schedules, cut.worth, strict=True)):
        total, free = 0.0, 0
        for choice in schedule:
            assert choice.fleet in instance.units[unit]
            profile = profiles[choice.fleet]
            assert profile.departures[choice.departure] >= free
            free = int(profile.departures[choice.departure]) + choice.duration + 9
            total += profile.value[choice.departure, choice.duration]
        assert worth == pytest.approx((total,))


def test_each_sortie_is_sailed_in_the_best_sea_state() -> None:
    """Of a unit's fleets each sortie of the best schedule takes the one that earns most."""
    instance = rough(hex_instance(2, 2, n_steps=12, every=6, max_steps=9), 0, states=2)
    departures = np.array([0, 6], np.int32)
    fast, slow = np.full((2, 4), NEVER), np.full((2, 6), NEVER)
    fast[:, 3] = 2.0, 1.0
    slow[:, [3, 5]] = [1.0, 1.5], [0.5, 3.0]
    profiles = {0: Profile(departures, fast), 1: Profile(departures, slow)}
    found = best_of(instance, 0, profiles, CapacityRow(1, 3))
    assert found == (5.0, [Choice(0, 0, 3), Choice(1, 1, 5)])
    assert best_of(instance, 0, profiles, CapacityRow(1, 4)) == (3.0, [Choice(1, 1, 5)])
    row = CapacityRow(2, 4, taken=((8, 9),))
    total, chosen = most_of(instance, 0, profiles, row)
    assert total == pytest.approx(3.0 + 2.0, abs=1e-8)
    assert chosen == [Choice(0, 0, 3), Choice(1, 1, 5)]
