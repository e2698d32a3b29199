"""Path-aware pricing against what a sortie truly adds."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import FuelRule, Instance
from planner.solve.coverage import Coverage
from planner.solve.labels import WORDS, Room, mark_of, word_of
from planner.solve.pathaware import PathAwarePricer
from planner.solve.pricing import IMPOSSIBLE, AdditivePricer
from planner.solve.sorties import make_sortie
from planner.solve.worth import VisitWorth
from tests.instances import (
    ANCHORED,
    PLENTY,
    RESTED,
    ROUGH,
    apart,
    hex_instance,
    random_instance,
)
from tests.solve.reference import detection, fuel_of, obeys, pairs, seen_by_visit

SEEDS = st.integers(0, 10**6)
STATIONARY = st.sampled_from(
    (
        {"n_layers": 1},
        {"n_layers": 2, "every": 3},
        {"n_layers": 3, "n_cells": 7, "max_steps": 14, "n_steps": 30},
        {"n_layers": 1, "n_cells": 2, "max_steps": 16},
        {"n_layers": 2, "n_cells": 3, "max_steps": 16, "epochs": 5},
        {"n_layers": 2, "n_cells": 4, "max_steps": 16, "every": 3, **ROUGH},
        {"n_layers": 2, "max_steps": 17, "breaks": RESTED},
        {"n_layers": 1, "max_steps": 17, "breaks": ANCHORED, **ROUGH},
    )
)
WEATHER = st.sampled_from(
    (
        {},
        {"epochs": 6},
        {"epochs": 9, "shut": 0.15},
        ROUGH,
        {"breaks": RESTED},
        {"breaks": ANCHORED, **ROUGH},
    )
)
TIGHT = FuelRule(transit_l=3.0, search_l=2.0, loiter_l=0.5, limit_l=19.0)


def pricer_of(instance: Instance, number: int = 0) -> PathAwarePricer:
    """Path-aware pricer of a fleet."""
    targets, fleet = instance.targets, instance.fleets[number]
    return PathAwarePricer(targets, fleet, VisitWorth(targets, fleet).allowed)


def caps(instance: Instance, number: int = 0) -> np.ndarray:
    """The network's longest duration for every departure."""
    net = instance.fleets[number].network
    return np.full(net.departures.size, net.max_steps, np.int32)


@settings(max_examples=50)
@given(seed=SEEDS, shape=STATIONARY)
def test_a_value_is_the_detection_the_sortie_adds(seed: int, shape: dict[str, Any]) -> None:
    """Beside any plan, the value of a traced sortie is what it adds to the detection."""
    instance = random_instance(seed, **shape)
    coverage = Coverage(instance.targets)
    for number in [*range(len(instance.fleets))] * 3:
        pricer, net = pricer_of(instance, number), instance.fleets[number].network
        residual, before = coverage.residual(), coverage.detection()
        profile = pricer.profile(residual, net.departures, caps(instance, number))
        sortie = None
        for d, duration in np.argwhere(profile.value > IMPOSSIBLE).tolist():
            departure = int(net.departures[d])
            visits = pricer.visits(residual, departure, net.max_steps, duration)
            sortie = make_sortie(instance, number, departure, departure + duration, visits)
            coverage.add(sortie)
            assert coverage.detection() - before == pytest.approx(
                profile.value[d, duration], abs=1e-12
            )
            coverage.remove(sortie)
        if sortie is not None:
            coverage.add(sortie)


@settings(max_examples=40)
@given(seed=SEEDS, shape=STATIONARY)
def test_the_only_sortie_detects_what_it_is_valued(seed: int, shape: dict[str, Any]) -> None:
    """With no other sortie its value is its detection, summed target by target."""
    instance = random_instance(seed, **shape)
    number = len(instance.fleets) - 1
    pricer, net = pricer_of(instance, number), instance.fleets[number].network
    weight = instance.targets.weight
    profile = pricer.profile(weight, net.departures, caps(instance, number))
    for d, duration in np.argwhere(profile.value > IMPOSSIBLE).tolist():
        departure = int(net.departures[d])
        visits = pricer.visits(weight, departure, net.max_steps, duration)
        sortie = make_sortie(instance, number, departure, departure + duration, visits)
        assert detection(instance, [sortie]) == pytest.approx(profile.value[d, duration], abs=1e-12)


@settings(max_examples=40)
@given(
    seed=SEEDS,
    n_moving=st.integers(0, 3),
    fuel=st.sampled_from((PLENTY, TIGHT)),
    weather=WEATHER,
)
def test_no_value_exceeds_the_additive_one(
    seed: int, n_moving: int, fuel: FuelRule, weather: dict[str, Any]
) -> None:
    """No sortie is worth more than with a first look's gain for every visit."""
    instance = random_instance(seed, n_layers=2, n_moving=n_moving, fuel=fuel, **weather)
    targets = instance.targets
    residual = targets.weight * np.random.default_rng(seed).random(targets.weight.size)
    for number, fleet in enumerate(instance.fleets):
        worth = VisitWorth(targets, fleet).first_looks(residual)
        above = AdditivePricer(fleet).profile(worth).value
        departures, cap = fleet.network.departures, caps(instance, number)
        found = pricer_of(instance, number).profile(residual, departures, cap).value
        assert (above[found > IMPOSSIBLE] > IMPOSSIBLE).all()
        assert (found <= above + 1e-12).all()


@settings(max_examples=60)
@given(seed=SEEDS, weather=WEATHER)
def test_there_is_a_path_wherever_there_is_one(seed: int, weather: dict[str, Any]) -> None:
    """With fuel enough, sorties of the same times are found as by prices, and obey the network."""
    instance = random_instance(seed, n_layers=2, n_cells=7, max_steps=17, **weather)
    instance = apart(instance) if seed % 2 else instance
    targets = instance.targets
    for number, fleet in enumerate(instance.fleets):
        worth = VisitWorth(targets, fleet).first_looks(targets.weight)
        there = AdditivePricer(fleet).profile(worth).value > IMPOSSIBLE
        departures, cap = fleet.network.departures, caps(instance, number)
        pricer = pricer_of(instance, number)
        found = pricer.profile(targets.weight, departures, cap).value
        assert (found > IMPOSSIBLE).tolist() == there.tolist()
        for d, duration in np.argwhere(there).tolist():
            departure = int(departures[d])
            visits = pairs(pricer.visits(targets.weight, departure, duration, duration))
            assert obeys(instance, fleet, departure, departure + duration, visits)


@settings(max_examples=40)
@given(seed=SEEDS, weather=WEATHER)
def test_a_first_look_is_worth_what_it_detects(seed: int, weather: dict[str, Any]) -> None:
    """A first look's worth is the weight times ``1 − exp(−u)``, summed over what a visit sees."""
    instance = random_instance(seed, n_layers=2, **weather)
    weight = instance.targets.weight
    for fleet in instance.fleets:
        worth = VisitWorth(instance.targets, fleet).first_looks(weight)
        for step, cell in np.argwhere(worth > IMPOSSIBLE).tolist():
            seen = seen_by_visit(instance, fleet, step, cell)
            gained = sum(float(weight[j]) * -math.expm1(-u) for j, u in seen.items())
            assert worth[step, cell] == pytest.approx(gained, abs=1e-15)


@settings(max_examples=70)
@given(
    seed=SEEDS,
    n_moving=st.integers(0, 3),
    litres=st.integers(12, 60),
    cap=st.integers(6, 17),
    weather=WEATHER,
)
def test_sorties_obey_network_fuel_and_cap(
    seed: int, n_moving: int, litres: int, cap: int, weather: dict[str, Any]
) -> None:
    """Every sortie priced obeys network and weather, keeps its fuel and is as short as asked."""
    fuel = FuelRule(transit_l=4.0, search_l=1.5, loiter_l=0.5, limit_l=litres)
    instance = random_instance(
        seed, n_cells=6, n_moving=n_moving, fuel=fuel, max_steps=18, **weather
    )
    instance = apart(instance) if seed % 2 else instance
    weight = instance.targets.weight
    for number, fleet in enumerate(instance.fleets):
        pricer, departures = pricer_of(instance, number), fleet.network.departures
        profile = pricer.profile(weight, departures, np.full(departures.size, cap, np.int32))
        assert (profile.value[:, cap + 1 :] < IMPOSSIBLE).all()
        for d, duration in np.argwhere(profile.value > IMPOSSIBLE).tolist():
            departure = int(departures[d])
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


def test_cells_that_share_a_mark_are_told_apart() -> None:
    """A path to two dear cells that share a mark finds at the second what no one has searched."""
    instance = hex_instance(20, 28, n_steps=150, windows=(150,), max_steps=150, exposure=3.0)
    one, other = 0, 64 * WORDS
    weight = np.full(instance.targets.weight.size, 1e-6)
    weight[[one, other]] = 1.0, 0.5
    pricer, net = pricer_of(instance), instance.fleets[0].network
    assert (word_of.py_func(one), mark_of.py_func(one)) == (
        word_of.py_func(other), mark_of.py_func(other),
    )  # fmt: skip
    profile = pricer.profile(weight, net.departures, caps(instance))
    d, duration = divmod(int(profile.value.argmax()), profile.value.shape[1])
    departure = int(net.departures[d])
    visits = pricer.visits(weight, departure, net.max_steps, duration)
    assert {one, other} <= set(visits[:, 1].tolist())
    sortie = make_sortie(instance, 0, departure, departure + duration, visits)
    found = float(weight[sortie.target] @ -np.expm1(-sortie.exposure))
    assert profile.value[d, duration] == pytest.approx(found, abs=1e-12)


def test_fleets_that_share_a_room_do_not_see_each_other() -> None:
    """Priced in one room, fleets that search other cells find what they find each in its own."""
    instance = hex_instance(5, 5, counts=(1, 1), max_steps=40, n_moving=4)
    room = Room(40, instance.n_cells, instance.n_steps)
    weight = instance.targets.weight
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
