"""The envelope, its conjugate and the bound, against sums, grids and listed plans."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import CapacityRow, Instance
from planner.solve.bound import (
    Choice,
    Cut,
    Envelope,
    best_of,
    conjugate,
    envelope_of,
    knots,
    lagrangian,
    most_of,
    slope,
)
from planner.solve.pricing import NEVER, AdditivePricer, Profile, VisitWorth
from tests.instances import ROUGH, TIED, hex_instance, random_instance, rough, tied
from tests.solve.reference import best_plan, dense, seen_by_visit, useful_sorties

SEEDS = st.integers(0, 10**6)
VISITS = st.lists(st.integers(5, 200).map(lambda k: k / 100), min_size=1, max_size=3)
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
PRICES = st.sampled_from(("nothing", "weights", "falling", "some", "high"))


def random_prices(instance: Instance, kind: str, seed: int) -> np.ndarray:
    """Prices ≥ 0 of a kind."""
    rng, weight = np.random.default_rng(seed), instance.targets.weight
    return {
        "nothing": np.zeros_like(weight),
        "weights": weight.copy(),
        "falling": weight * np.exp(-rng.uniform(0, 4, weight.size)),
        "some": weight * rng.uniform(0, 1, weight.size) * (rng.random(weight.size) < 0.6),
        "high": rng.exponential(1.0, weight.size),
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


def one_row(at: np.ndarray, count: int, *, moving: bool = False) -> Envelope:
    """The envelope of so many targets, of the same knots or, moving, of none."""
    return Envelope(np.zeros(0 if moving else count, np.int32), at[None, :])


def envelope(at: np.ndarray, u: np.ndarray) -> np.ndarray:
    """``f̄`` at ``u``: chords between the knots, the smooth curve beyond the last."""
    return np.where(u <= at[-1], np.interp(u, at, -np.expm1(-at)), -np.expm1(-u))


@given(visits=VISITS, count=st.integers(1, 9))
def test_knots_are_the_smallest_sums_of_whole_visits(visits: list[float], count: int) -> None:
    """The knots are 0 and the smallest sums of visits, none left out."""
    times = range(count + 1)
    sums = {
        round(sum(k * u for k, u in zip(many, visits, strict=True)), 9)
        for many in itertools.product(times, repeat=len(visits))
    }
    found = knots(visits, count)
    assert found == pytest.approx(sorted(sums)[: count + 1], abs=1e-9)
    assert found.shape == (count + 1,)


def test_no_visit_no_exposure() -> None:
    """Where no class can search only exposure 0 is possible."""
    assert knots([], 3).tolist() == [0.0, math.inf, math.inf, math.inf]


@pytest.mark.parametrize("weather", [{}, {"epochs": 6}, ROUGH])
def test_a_target_has_the_knots_of_the_visits_that_see_it(weather: dict[str, Any]) -> None:
    """A target's knots are sums of what the fleets in reach see in its window, and no others."""
    instance = random_instance(
        0, n_cells=7, max_steps=5, rows=(((1, 1),), ((1, 1),)), n_layers=2, **weather
    )
    targets, found, unseen = instance.targets, envelope_of(instance), 0
    for layer, window in enumerate(targets.window):
        for p, cell in np.ndindex(targets.layer_weight(layer).shape):
            able = {
                float(fleet.exposure[layer, fleet.epoch[step], cell])
                for fleet in instance.fleets
                for step in np.flatnonzero(window == p)
                if cell in fleet.network.active()
            }
            target = int(targets.offset[layer]) + p * instance.n_cells + cell
            assert found.of(target).tolist() == knots(sorted(able - {0.0})).tolist()
            unseen += not able
    assert unseen, "the instance should hold a cell that none can search"


@settings(max_examples=40)
@given(seed=SEEDS, shape=SMALL)
def test_plans_have_whole_visits_as_exposures(seed: int, shape: dict[str, Any]) -> None:
    """Whatever one visit gives a stationary target is a knot of its."""
    instance = random_instance(seed, **shape)
    found, still = envelope_of(instance), int(instance.targets.offset[-1])
    for unit in range(len(instance.units)):
        for sortie in useful_sorties(instance, unit):
            fleet = instance.fleets[sortie.fleet]
            for step, cell in sortie.visits.tolist():
                for target, u in seen_by_visit(instance, fleet, step, cell).items():
                    apart = np.abs(found.of(target) - u).min() if target < still else 0.0
                    assert apart < 1e-9 or u > found.of(target)[-1]


@pytest.mark.parametrize("least", [1e-15, 1e-11, 1e-6])
def test_hardly_any_sight_is_some(least: float) -> None:
    """Knots are as many where a visit sees next to nothing, whatever others see."""
    for visits in ([least], [least, 0.5]):
        found = knots(visits, 12)
        assert found.shape == (13,)
        assert found[0] == 0.0
        assert (np.diff(found) > 0).all()
        assert np.isfinite(found).all()


@given(visits=VISITS, weight=st.floats(0.001, 1), shares=st.lists(st.floats(0, 1.3), max_size=6))
def test_the_envelope_touches_the_curve_at_whole_visits(
    visits: list[float], weight: float, shares: list[float]
) -> None:
    """At sums of whole visits the envelope is ``1 − exp(−u)``, between them never above it.

    The envelope is what its conjugate says: the least of ``w f̄* + π u`` over the prices
    at which its chords meet.
    """
    at = knots(visits)
    chords = np.diff(-np.expm1(-at)) / np.diff(at)
    price = weight * np.concatenate([chords, np.exp(-at), [s for s in shares if s > 0]])
    worth = conjugate(np.full(price.size, weight), price, one_row(at, price.size))
    for u in at:
        assert (worth + price * u).min() == pytest.approx(weight * -math.expm1(-u), abs=1e-10)
    middle = (at[1:] + at[:-1]) / 2
    for u in middle:
        found = (worth + price * u).min()
        assert found == pytest.approx(weight * float(envelope(at, u)), abs=1e-10)
        assert found < weight * -math.expm1(-u) + 1e-12


@given(
    visits=VISITS,
    weight=st.floats(0, 1),
    share=st.floats(0, 1.5),
    moving=st.booleans(),
)
def test_the_conjugate_is_the_maximum_over_all_exposures(
    visits: list[float], weight: float, share: float, moving: bool
) -> None:
    """``max_u [w f̄(u) − π u]`` is what a fine grid of exposures finds, for both kinds of target."""
    at, price = knots(visits), share * weight
    found = conjugate(np.array([weight]), np.array([price]), one_row(at, 1, moving=moving))
    u = np.concatenate([np.linspace(0, 60, 200_001), at])
    curve = -np.expm1(-u) if moving else envelope(at, u)
    highest = float((weight * curve - price * u).max())
    assert highest <= found[0] + 1e-12
    assert found[0] == pytest.approx(highest, abs=1e-7)


def test_a_target_out_of_reach_is_worth_nothing() -> None:
    """A stationary target that no fleet can search adds nothing to the bound, even for nothing."""
    rows = Envelope(np.array([1, 0], np.int32), np.array([[0.0, 0.7], [0.0, np.inf]]))
    found = conjugate(np.array([0.4, 0.6]), np.zeros(2), rows)
    assert found.tolist() == [0.0, 0.6]


@given(visits=VISITS, u=st.floats(0, 30), v=st.floats(0, 30), moving=st.booleans())
def test_the_slope_supports_the_envelope(
    visits: list[float], u: float, v: float, moving: bool
) -> None:
    """The line through ``u`` with the slope there lies above the envelope everywhere."""
    at, weight = knots(visits), np.array([0.3])
    price = float(slope(weight, np.array([u]), one_row(at, 1, moving=moving))[0])
    at_u, at_v = (-np.expm1(-x) if moving else float(envelope(at, np.array(x))) for x in (u, v))
    assert 0.3 * at_v <= 0.3 * at_u + price * (v - u) + 1e-12


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
    price = plain.targets.weight
    assert bound_of(plain, price) > bound_of(replace(plain, fleets=out), price)
    base = float(conjugate(plain.targets.weight, price, envelope_of(plain)).sum())
    assert bound_of(replace(plain, fleets=out), price) == pytest.approx(base)


def test_no_hulls_at_all_are_bounded_too() -> None:
    """Where all hulls are out of service, or there are none, nothing more can be detected."""
    for row in ((0, 2), (0, 2, 0, ((3, 8),)), (2, 2, 0, ((0, 40), (0, 40), (5, 9)))):
        instance = random_instance(5, rows=((row,),))
        assert bound_of(instance, instance.targets.weight) == pytest.approx(0.0, abs=1e-12)


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
    price = slope(instance.targets.weight, dense(instance, sortie), envelope_of(instance))
    assert proven(instance, price).bound(instance) == pytest.approx(optimum, abs=1e-9)


@pytest.mark.parametrize("weather", [{"epochs": 1}, ROUGH])
def test_schedules_are_those_of_one_hull(weather: dict[str, Any]) -> None:
    """The schedules that come with the bound are, per unit, departures apart by a row's gap."""
    calm = hex_instance(4, 4, counts=(2, 3), gap=9, n_steps=72, max_steps=30)
    instance = rough(calm, 0, **weather)
    price = instance.targets.weight.copy()
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
