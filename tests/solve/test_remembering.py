"""Pricing that remembers, against all sorties there are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Fleet, Instance
from planner.solve import Sortie
from planner.solve.pricing import Halted
from planner.solve.remembering import GAIN, TRIFLE, Found, RememberingPricer
from planner.solve.sorties import looks_of
from planner.solve.worth import VisitWorth
from tests.instances import ANCHORED, RESTED, ROUGH, random_instance, required
from tests.solve.reference import Visits, obeys, pairs, seen_by_visit, sorties_of

SEEDS = st.integers(0, 10**6)
SHAPES = st.sampled_from(
    (
        {"n_layers": 1},
        {"n_layers": 2, "every": 3},
        {"n_layers": 0, "n_moving": 3},
        {"n_layers": 2, "n_moving": 2, "max_steps": 12},
        {"n_layers": 1, "n_cells": 1, "max_steps": 14},
        {"n_layers": 2, "epochs": 5, "n_moving": 2, "max_steps": 12},
        {"n_layers": 1, "n_moving": 2, "every": 3, **ROUGH},
        {"n_layers": 1, "max_steps": 15, "breaks": RESTED},
        {"n_layers": 1, "n_moving": 2, "max_steps": 15, "breaks": ANCHORED},
        {"n_layers": 1, "every": 3, "max_steps": 14, "breaks": ANCHORED, **ROUGH},
    )
)


def of_all(
    instance: Instance, price: np.ndarray, taken: float, width: int
) -> list[tuple[Fleet, int, Found]]:
    """What is found of all departures, where a sortie takes so much a step."""
    found = []
    for number, fleet in enumerate(instance.fleets):
        worth = VisitWorth(instance.targets, fleet).linear(price)
        steps = np.arange(fleet.network.max_steps + 1, dtype=float)
        taking = np.tile(taken * steps, (fleet.network.departures.size, 1))
        pricer = RememberingPricer(instance, number, width)
        each = pricer.each(price, worth, taking, range(fleet.network.departures.size))
        found += [
            (fleet, int(at), one) for at, one in zip(fleet.network.departures, each, strict=True)
        ]
    return found


def random_prices(instance: Instance, seed: int) -> np.ndarray:
    """Prices about the weights, of exposure less than of looks; some of them nothing."""
    rng = np.random.default_rng(seed)
    price = instance.targets.weight * rng.uniform(0, 1.5, (2, instance.targets.weight.size))
    price[0] *= 0.2
    price[rng.random(price.shape) < 0.2] = 0.0
    return price


def truly(instance: Instance, fleet: Fleet, visits: Visits, price: np.ndarray) -> float:
    """What a sortie earns if each target's looks count together."""
    seen: dict[int, float] = {}
    for step, cell in visits:
        for j, u in seen_by_visit(instance, fleet, step, cell).items():
            seen[j] = seen.get(j, 0.0) + u
    return sum(
        float(price[0, j]) * u - float(price[1, j]) * math.expm1(-u) for j, u in seen.items()
    )


@settings(max_examples=60)
@given(seed=SEEDS, shape=SHAPES, width=st.integers(1, 3), taken=st.sampled_from((0.0, 1e-3, 0.01)))
def test_no_sortie_is_worth_more_than_is_said(
    seed: int, shape: dict[str, Any], width: int, taken: float
) -> None:
    """Of all sorties of a departure none earns more than the value of its duration, or it takes."""
    instance = random_instance(seed, n_steps=20, **shape)
    price = random_prices(instance, seed)
    for fleet, depart, found in of_all(instance, price, taken, width):
        for back, visits in sorties_of(instance, fleet, depart):
            earned = truly(instance, fleet, visits, price)
            steps = back - depart
            assert earned <= max(float(found.value[steps]), taken * steps + GAIN) + 1e-12


@settings(max_examples=60)
@given(seed=SEEDS, shape=SHAPES, width=st.integers(1, 3))
def test_the_best_label_is_a_sortie_that_counts_what_it_says(
    seed: int, shape: dict[str, Any], width: int
) -> None:
    """It may be sailed, and counts what it was priced at, no less than it finds."""
    instance = random_instance(seed, n_steps=20, **shape)
    price = random_prices(instance, seed)
    for fleet, depart, found in of_all(instance, price, 1e-3, width):
        sortie = found.sortie
        if sortie is None:
            continue
        assert sortie.depart == depart
        visits = pairs(sortie.visits)
        assert obeys(instance, fleet, depart, sortie.return_, visits)
        counted = sortie.counted
        assert counted is not None
        gain = price[0][sortie.target] @ sortie.exposure + price[1][sortie.target] @ counted
        assert gain - 1e-3 * (sortie.return_ - depart) == pytest.approx(found.gain, abs=1e-12)
        assert (counted >= -np.expm1(-sortie.exposure) - 1e-12).all()
        made = Sortie(sortie.fleet, depart, sortie.return_, sortie.visits, *_of(sortie))
        assert (counted <= looks_of(instance, made) + 1e-12).all()


def _of(sortie: Sortie) -> tuple[np.ndarray, np.ndarray]:
    return sortie.target, sortie.exposure


@pytest.mark.parametrize("seed", range(12))
def test_with_labels_enough_the_best_is_the_best_there_is(seed: int) -> None:
    """Wide labels find what the best of all sorties earns, but for trifles."""
    instance = random_instance(seed, n_cells=5, n_steps=16, max_steps=12, n_layers=2)
    price = random_prices(instance, seed)
    compared = 0
    for fleet, depart, found in of_all(instance, price, 1e-3, 64):
        trifles = 12 * TRIFLE * float(price[1].max())
        earned = [
            truly(instance, fleet, visits, price) - 1e-3 * (back - depart)
            for back, visits in sorties_of(instance, fleet, depart)
        ]
        if max(earned, default=0.0) > 1e-6:
            assert found.gain == pytest.approx(max(earned), abs=trifles)
            compared += 1
    assert compared > 0


def test_one_label_remembers_what_all_its_ways_have_searched() -> None:
    """Staying over water searched before pays less, even at a width of one."""
    less = 0
    for seed in range(10):
        instance = random_instance(seed, n_cells=2, n_steps=24, max_steps=20, every=24)
        price = np.zeros((2, instance.targets.weight.size))
        price[1] = instance.targets.weight
        for _, _, found in of_all(instance, price, 0.0, 1):
            if found.sortie is not None:
                apart = Sortie(0, 0, 1, found.sortie.visits, *_of(found.sortie))
                less += found.gain < price[1][apart.target] @ looks_of(instance, apart) - 1e-9
    assert less >= 5


def test_what_is_required_is_remembered_too() -> None:
    """A slot that one visit serves is not paid for twice."""
    instance = required(random_instance(5, n_steps=24, max_steps=14), 5)
    price = np.zeros((2, instance.targets.weight.size))
    price[1] = instance.targets.weight
    for fleet, depart, found in of_all(instance, price, 0.0, 8):
        earned = (truly(instance, fleet, v, price) for _, v in sorties_of(instance, fleet, depart))
        most = max(earned, default=0.0)
        assert most <= max(found.value.max(), 0.0) + 1e-9


def test_pricing_halts_when_told() -> None:
    """It asks before every departure."""
    instance = random_instance(1)
    price = np.stack([instance.targets.weight] * 2)
    worth = VisitWorth(instance.targets, instance.fleets[0]).linear(price)
    taken = np.zeros((instance.fleets[0].network.departures.size, worth.shape[0]))
    with pytest.raises(Halted):
        RememberingPricer(instance, 0).each(price, worth, taken, [0], lambda: True)
