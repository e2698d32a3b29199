"""Additive pricing against the longest path in plain Python."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Fleet, Instance, Open
from planner.solve.pricing import IMPOSSIBLE, AdditivePricer
from planner.solve.worth import VisitWorth, visit_worths
from tests.instances import ANCHORED, RESTED, ROUGH, hex_instance, random_instance, rough
from tests.solve.reference import best_values, looks_by_visit, may_visit, obeys, pairs

SEEDS = st.integers(0, 10**6)
SHAPES = st.sampled_from(
    (
        {"n_layers": 1},
        {"n_layers": 2, "every": 3},
        {"n_layers": 0, "n_moving": 3},
        {"n_layers": 2, "n_moving": 2, "n_cells": 7, "max_steps": 12},
        {"n_layers": 1, "n_cells": 1},
        {"n_layers": 1, "every": 1, "n_steps": 17, "max_steps": 9},
        {"n_layers": 1, "max_steps": 20},
        {"n_layers": 2, "epochs": 5, "n_moving": 1},
        {"n_layers": 1, "n_moving": 2, "every": 3, **ROUGH},
        {"n_layers": 2, "every": 1, "n_cells": 7, "n_steps": 17, "max_steps": 12, **ROUGH},
        {"n_layers": 2, "n_cells": 4, "max_steps": 17, "epochs": 7, "shut": 0.12},
        {"n_layers": 1, "max_steps": 17, "breaks": RESTED},
        {"n_layers": 2, "every": 3, "max_steps": 14, "breaks": {"every": 3, "lasts": 1}},
        {"n_layers": 1, "n_moving": 2, "max_steps": 18, "breaks": ANCHORED},
        {"n_layers": 1, "every": 3, "max_steps": 16, "breaks": ANCHORED, **ROUGH},
        {"n_layers": 1, "max_steps": 18, "breaks": RESTED, "epochs": 6, "shut": 0.1},
    )
)


def random_prices(instance: Instance, seed: int) -> np.ndarray:
    """Prices about the weights, of exposure and of each look; some of them nothing."""
    rng = np.random.default_rng(seed)
    price = instance.targets.weight * rng.uniform(0, 1.5, (2, instance.targets.weight.size))
    price[rng.random(price.shape) < 0.2] = 0.0
    return price


def worth_by_hand(instance: Instance, fleet: Fleet, price: np.ndarray) -> list[list[float]]:
    """What every visit of a fleet that may start earns at prices, in plain Python."""

    def worth(step: int, cell: int) -> float:
        if not may_visit(instance, fleet, step, cell):
            return 0.0
        looks = looks_by_visit(instance, fleet, step, cell).items()
        exposed = sum(float(price[0, j]) * sum(each) for j, each in looks)
        return exposed - sum(float(price[1, j]) * math.expm1(-u) for j, each in looks for u in each)

    return [
        [worth(step, cell) for cell in range(instance.n_cells)] for step in range(instance.n_steps)
    ]


@settings(max_examples=60)
@given(seed=SEEDS, shape=SHAPES)
def test_a_profile_holds_the_longest_paths(seed: int, shape: dict[str, Any]) -> None:
    """For every departure and duration the profile has the value of the plain longest path."""
    instance = random_instance(seed, **shape)
    price = random_prices(instance, seed)
    for fleet in instance.fleets:
        worths = VisitWorth(instance.targets, fleet)
        profile = AdditivePricer(fleet).profile(worths.linear(price))
        expected = best_values(instance, fleet, worth_by_hand(instance, fleet, price))
        assert profile.departures.tolist() == fleet.network.departures.tolist()
        for d, departure in enumerate(profile.departures.tolist()):
            for duration in range(fleet.network.max_steps + 1):
                value = profile.value[d, duration]
                if (departure, duration) in expected:
                    assert value == pytest.approx(expected[departure, duration], abs=1e-13)
                else:
                    assert value < IMPOSSIBLE


@settings(max_examples=60)
@given(seed=SEEDS, shape=SHAPES)
def test_traced_visits_are_a_sortie_of_that_value(seed: int, shape: dict[str, Any]) -> None:
    """The visits traced for a departure and duration obey the network and earn the value."""
    instance = random_instance(seed, **shape)
    price = random_prices(instance, seed)
    for fleet in instance.fleets:
        pricer, worth = AdditivePricer(fleet), VisitWorth(instance.targets, fleet).linear(price)
        profile, by_hand = pricer.profile(worth), worth_by_hand(instance, fleet, price)
        picks = np.argwhere(profile.value > IMPOSSIBLE).tolist()
        ways = [(int(profile.departures[d]), duration) for d, duration in picks]
        traced = pricer.all_visits(worth, ways)
        for (d, duration), (departure, _), found in zip(picks, ways, traced, strict=True):
            visits = pairs(found)
            assert visits == pairs(pricer.visits(worth, departure, duration))
            assert obeys(instance, fleet, departure, departure + duration, visits)
            earned = sum(by_hand[step][cell] for step, cell in visits)
            assert earned == pytest.approx(profile.value[d, duration], abs=1e-13)


@pytest.mark.parametrize("count", [1, 7, 8, 9, 16, 17])
@pytest.mark.parametrize("weather", [{}, {"epochs": 9, "shut": 0.25}])
def test_departures_are_priced_alike_side_by_side(count: int, weather: dict[str, Any]) -> None:
    """However many departures are priced at once, each has the value it has alone."""
    instance = hex_instance(3, 4, n_steps=40, every=2, max_steps=26, windows=(13, 40))
    instance = rough(instance, count, **weather)
    fleet = instance.fleets[0]
    pricer, worths = AdditivePricer(fleet), VisitWorth(instance.targets, fleet)
    worth = worths.linear(random_prices(instance, count))
    together = pricer.profile(worth, fleet.network.departures[:count]).value
    for d in range(count):
        departure = int(fleet.network.departures[d])
        alone = pricer.profile(worth, fleet.network.departures[d : d + 1]).value[0]
        assert alone.tolist() == together[d].tolist()
        for duration in np.flatnonzero(alone > IMPOSSIBLE).tolist():
            visits = pairs(pricer.visits(worth, departure, duration))
            earned = sum(worth[step, cell] for step, cell in visits)
            assert earned == pytest.approx(together[d, duration], abs=1e-13)


def test_a_higher_price_never_lowers_a_value() -> None:
    """Raising prices raises no sortie's value less than nothing."""
    instance = hex_instance(3, 4, n_steps=40, max_steps=26, n_moving=5)
    pricer = AdditivePricer(instance.fleets[0])
    worths = VisitWorth(instance.targets, instance.fleets[0])
    price = random_prices(instance, 3)
    low = pricer.profile(worths.linear(price)).value.copy()
    high = pricer.profile(worths.linear(price + 0.01)).value
    assert ((low > IMPOSSIBLE) == (high > IMPOSSIBLE)).all()
    assert (high >= low).all()


def test_open_everywhere_is_as_good_as_no_weather() -> None:
    """Where all cells and ways are open in every epoch the weather changes no value."""
    calm = rough(hex_instance(3, 4, n_steps=40, max_steps=26, windows=(20,)), 1, epochs=5)
    fleet, net, price = calm.fleets[0], calm.fleets[0].network, random_prices(calm, 1)
    cells, hops = np.ones((5, 12), bool), np.ones((5, net.hop_from.size), bool)
    watched = replace(fleet, open=Open(cells, cells, cells, hops))
    values = [
        AdditivePricer(each).profile(VisitWorth(calm.targets, each).linear(price)).value.tolist()
        for each in (fleet, watched)
    ]
    assert values[0] == values[1]


def test_classes_that_see_alike_share_their_worth() -> None:
    """Fleets share the worth of visits only if sights, tracks and closures are the same arrays."""
    instance = rough(hex_instance(3, 3, n_steps=40), 0, epochs=3, shut=0.2)
    (fleet,) = instance.fleets
    others = (
        replace(fleet, rows=()),
        replace(fleet, exposure=fleet.exposure.copy()),
        replace(fleet, epoch=np.zeros_like(fleet.epoch)),
        replace(fleet, open=None),
    )
    first, *rest = visit_worths(replace(instance, fleets=(fleet, *others)))
    assert [worth is first for worth in rest] == [True, False, False, False]
