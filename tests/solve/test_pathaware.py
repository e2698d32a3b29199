"""Path-aware pricing against what a sortie truly adds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import FuelRule, Instance
from planner.solve.pathaware import PathAwarePricer, Room
from planner.solve.pricing import IMPOSSIBLE, AdditivePricer, VisitWorth
from planner.solve.sorties import Coverage, make_sortie
from tests.instances import PLENTY, hex_instance, random_instance
from tests.solve.reference import detection, fuel_of, obeys, pairs

SEEDS = st.integers(0, 10**6)
STATIONARY = st.sampled_from(
    (
        {"n_layers": 1},
        {"n_layers": 2, "every": 3},
        {"n_layers": 3, "n_cells": 7, "max_steps": 14, "n_steps": 30},
        {"n_layers": 1, "n_cells": 2, "max_steps": 16},
    )
)
TIGHT = FuelRule(transit_l=3.0, search_l=2.0, loiter_l=0.5, limit_l=19.0)


def pricer_of(instance: Instance) -> PathAwarePricer:
    """Path-aware pricer of the first fleet."""
    targets, fleet = instance.targets, instance.fleets[0]
    return PathAwarePricer(targets, fleet, VisitWorth(targets, fleet).allowed)


def caps(instance: Instance) -> np.ndarray:
    """The network's longest duration for every departure."""
    net = instance.fleets[0].network
    return np.full(net.departures.size, net.max_steps, np.int32)


@settings(max_examples=50)
@given(seed=SEEDS, shape=STATIONARY)
def test_a_value_is_the_detection_the_sortie_adds(seed: int, shape: dict[str, Any]) -> None:
    """Beside any plan, the value of a traced sortie is what it adds to the detection."""
    instance = random_instance(seed, **shape)
    pricer, net = pricer_of(instance), instance.fleets[0].network
    coverage = Coverage(instance.targets)
    for _ in range(3):
        residual, before = coverage.residual(), coverage.detection()
        profile = pricer.profile(residual, net.departures, caps(instance))
        priced = np.argwhere(profile.value > IMPOSSIBLE).tolist()
        for d, duration in priced:
            departure = int(net.departures[d])
            visits = pricer.visits(residual, departure, net.max_steps, duration)
            sortie = make_sortie(instance, 0, departure, departure + duration, visits)
            coverage.add(sortie)
            assert coverage.detection() - before == pytest.approx(
                profile.value[d, duration], abs=1e-12
            )
            coverage.remove(sortie)
        if not priced:
            return
        coverage.add(sortie)


@settings(max_examples=40)
@given(seed=SEEDS, shape=STATIONARY)
def test_the_only_sortie_detects_what_it_is_valued(seed: int, shape: dict[str, Any]) -> None:
    """With no other sortie its value is its detection, summed target by target."""
    instance = random_instance(seed, **shape)
    pricer, net = pricer_of(instance), instance.fleets[0].network
    weight = instance.targets.weight
    profile = pricer.profile(weight, net.departures, caps(instance))
    for d, duration in np.argwhere(profile.value > IMPOSSIBLE).tolist():
        departure = int(net.departures[d])
        visits = pricer.visits(weight, departure, net.max_steps, duration)
        sortie = make_sortie(instance, 0, departure, departure + duration, visits)
        assert detection(instance, [sortie]) == pytest.approx(profile.value[d, duration], abs=1e-12)


@settings(max_examples=40)
@given(seed=SEEDS, n_moving=st.integers(0, 3), fuel=st.sampled_from((PLENTY, TIGHT)))
def test_no_value_exceeds_the_additive_one(seed: int, n_moving: int, fuel: FuelRule) -> None:
    """No sortie is worth more than with a first look's gain for every visit."""
    instance = random_instance(seed, n_layers=2, n_moving=n_moving, fuel=fuel)
    targets, fleet = instance.targets, instance.fleets[0]
    residual = targets.weight * np.random.default_rng(seed).random(targets.weight.size)
    still = int(targets.offset[-1])
    gain = -np.expm1(-fleet.exposure) / fleet.exposure
    price = residual.copy()
    price[:still] *= np.tile(gain, still // instance.n_cells)
    additive = AdditivePricer(targets, fleet)
    above = additive.profile(VisitWorth(targets, fleet).linear(price)).value
    found = pricer_of(instance).profile(residual, fleet.network.departures, caps(instance)).value
    assert (above[found > IMPOSSIBLE] > IMPOSSIBLE).all()
    assert (found <= above + 1e-12).all()


@settings(max_examples=70)
@given(
    seed=SEEDS,
    n_moving=st.integers(0, 3),
    litres=st.integers(12, 45),
    cap=st.integers(6, 12),
)
def test_sorties_obey_network_fuel_and_cap(seed: int, n_moving: int, litres: int, cap: int) -> None:
    """Every sortie priced obeys the network, keeps its fuel and is no longer than asked."""
    fuel = FuelRule(transit_l=4.0, search_l=1.5, loiter_l=0.5, limit_l=litres)
    instance = random_instance(seed, n_cells=6, n_moving=n_moving, fuel=fuel, max_steps=12)
    fleet, weight = instance.fleets[0], instance.targets.weight
    pricer, net = pricer_of(instance), fleet.network
    profile = pricer.profile(weight, net.departures, np.full(net.departures.size, cap, np.int32))
    assert (profile.value[:, cap + 1 :] < IMPOSSIBLE).all()
    for d, duration in np.argwhere(profile.value > IMPOSSIBLE).tolist():
        departure = int(net.departures[d])
        visits = pairs(pricer.visits(weight, departure, cap, duration))
        assert obeys(instance, fleet, departure, departure + duration, visits)
        assert fuel_of(fleet, departure, departure + duration, visits) <= fuel.limit_l + 1e-9


def test_it_does_not_shuttle() -> None:
    """Of two dear cells among equal ones the priced path sees each at most twice, not in turns."""
    instance = hex_instance(4, 4, n_steps=60, windows=(60,), exposure=1.5, max_steps=40)
    pricer, net = pricer_of(instance), instance.fleets[0].network
    weight = np.full(instance.targets.weight.size, 1.0)
    weight[[5, 6]] = 2.0
    profile = pricer.profile(weight, net.departures, caps(instance))
    d, duration = divmod(int(profile.value.argmax()), profile.value.shape[1])
    visits = pricer.visits(weight, int(net.departures[d]), net.max_steps, duration)
    assert np.unique(visits[:, 1], return_counts=True)[1].max() <= 2
    assert np.unique(visits[:, 1]).size >= 6


def test_fleets_that_share_a_room_do_not_see_each_other() -> None:
    """Priced in one room, fleets that search other cells find what they find each in its own."""
    instance = hex_instance(5, 5, counts=(1, 1), max_steps=40, n_moving=4)
    room, weight = Room(40, instance.n_cells), instance.targets.weight
    shallow = instance.fleets[1]
    steps = np.where(np.arange(instance.n_cells) % 3 == 0, 0, shallow.network.visit_steps)
    shallow = replace(shallow, network=replace(shallow.network, visit_steps=steps.astype(np.int32)))
    for fleet in (instance.fleets[0], shallow) * 2:
        allowed, net = VisitWorth(instance.targets, fleet).allowed, fleet.network
        cap = np.full(net.departures.size, net.max_steps, np.int32)
        shared = PathAwarePricer(instance.targets, fleet, allowed, room)
        alone = PathAwarePricer(instance.targets, fleet, allowed)
        value = shared.profile(weight, net.departures, cap).value
        assert (value == alone.profile(weight, net.departures, cap).value).all()
        d, duration = divmod(int(value.argmax()), value.shape[1])
        depart = int(net.departures[d])
        visits = pairs(shared.visits(weight, depart, net.max_steps, duration))
        assert obeys(instance, fleet, depart, depart + duration, visits)
        # What is left in the room is tempting to the next.
        shared.profile(1000 * weight, net.departures[:1], cap[:1])
