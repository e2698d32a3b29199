"""Sorties, the pool, coverage and the roster against plain sums and counts."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Fleet, FuelRule, Instance
from planner.solve import Pool, Sortie
from planner.solve.coverage import Coverage
from planner.solve.sorties import Roster, fuel_l, looks_of, make_sortie, ways_open
from tests.instances import ROUGH, random_instance
from tests.solve.reference import (
    Visits,
    dense,
    detection,
    exposures,
    fuel_of,
    is_open,
    keeps_rows,
    looks_by_visit,
    obeys,
    pairs,
    sortie_of,
    sorties_of,
)

SEEDS = st.integers(0, 10**6)
SPANS = st.tuples(st.integers(0, 19), st.integers(1, 9)).map(lambda s: (s[0], sum(s)))
ROWS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(1, 9),
        st.one_of(st.just(0), st.integers(1, 16)),
        st.lists(SPANS, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=2,
    unique=True,
)


WEATHER = st.sampled_from(({}, {"epochs": 6}, ROUGH))


def some_sorties(instance: Instance, most: int = 40) -> list[Sortie]:
    """A few sorties of every fleet, of all departures, the fleets in turn."""
    found = []
    for number, fleet in enumerate(instance.fleets):
        for departure in fleet.network.departures.tolist():
            every = list(islice(sorties_of(instance, fleet, departure), 500))
            step = max(1, len(every) // 10)
            found += [sortie_of(instance, number, departure, *one) for one in every[::step]]
    turns = len(instance.fleets)
    return [s for turn in range(turns) for s in found[turn::turns]][:most]


@settings(max_examples=30)
@given(seed=SEEDS, n_layers=st.integers(0, 2), n_moving=st.integers(1, 3), weather=WEATHER)
def test_exposures_are_summed_by_target(
    seed: int, n_layers: int, n_moving: int, weather: dict[str, Any]
) -> None:
    """A sortie gives each target seen the sum over its visits, each once, weightless ones not."""
    instance = random_instance(seed, n_layers=n_layers, n_moving=n_moving, max_steps=14, **weather)
    for expected in some_sorties(instance):
        visits = expected.visits
        made = make_sortie(instance, expected.fleet, expected.depart, expected.return_, visits)
        assert np.unique(made.target).size == made.target.size
        assert (instance.targets.weight[made.target] > 0).all()
        assert (made.exposure > 0).all()
        assert dense(instance, made) == pytest.approx(dense(instance, expected), abs=1e-12)
        assert made.key == expected.key
        fleet, by_hand = instance.fleets[made.fleet], dict.fromkeys(made.target.tolist(), 0.0)
        for step, cell in visits.tolist():
            for target, looks in looks_by_visit(instance, fleet, step, cell).items():
                by_hand[target] -= sum(math.expm1(-exposure) for exposure in looks)
        assert looks_of(instance, made).tolist() == pytest.approx(list(by_hand.values()))


@settings(max_examples=25)
@given(seed=SEEDS, n_moving=st.integers(0, 2), weather=WEATHER)
def test_coverage_is_the_formula(seed: int, n_moving: int, weather: dict[str, Any]) -> None:
    """Detection and residual weights are those of the formula, after adding and removing too."""
    instance = random_instance(seed, n_moving=n_moving, **weather)
    sorties = some_sorties(instance)
    coverage = Coverage(instance.targets, sorties)
    for gone in sorties[::2]:
        coverage.remove(gone)
    left = sorties[1::2]
    assert coverage.detection() == pytest.approx(detection(instance, left), abs=1e-12)
    expected = [
        w * math.exp(-u)
        for w, u in zip(instance.targets.weight, exposures(instance, left), strict=True)
    ]
    assert coverage.residual() == pytest.approx(expected, abs=1e-12)
    for gone in left:
        coverage.remove(gone)
    assert (coverage.exposure == 0).all()


@settings(max_examples=25)
@given(seed=SEEDS, weather=WEATHER)
def test_fuel_is_counted_leg_by_leg(seed: int, weather: dict[str, Any]) -> None:
    """A sortie burns what its transits, searches and waits burn, step by step."""
    rule = FuelRule(transit_l=7.0, search_l=3.0, loiter_l=0.25, limit_l=1e9)
    instance = random_instance(seed, fuel=rule, max_steps=14, **weather)
    for s in some_sorties(instance):
        fleet = instance.fleets[s.fleet]
        expected = fuel_of(fleet, s.depart, s.return_, pairs(s.visits))
        assert fuel_l(fleet, s.depart, s.return_, s.visits) == pytest.approx(expected)


@settings(max_examples=60)
@given(
    seed=SEEDS,
    shut=st.sampled_from((0.1, 0.3)),
    later=st.lists(st.integers(0, 2), min_size=1, max_size=3),
    late=st.sampled_from((0, 0, 0, 1)),
)
def test_ways_are_open_where_the_rules_say_so(
    seed: int, shut: float, later: list[int], late: int
) -> None:
    """A sortie may sail and wait by the weather exactly when it obeys it in plain Python.

    The sorties tried would obey every rule in a calm sea; visits are put off by some steps, and
    some returns too, which no rule allows.
    """
    instance = random_instance(seed, max_steps=16, n_layers=0, **(ROUGH | {"shut": shut}))
    for number, fleet in enumerate(instance.fleets):
        calm = replace(fleet, open=None)
        for departure in fleet.network.departures.tolist():
            for return_, visits in islice(sorties_of(instance, calm, departure), 60):
                put_off, back = delayed(fleet, visits, later, return_)
                if back > min(departure + fleet.network.max_steps, instance.n_steps):
                    continue
                table = np.array(put_off, np.int32)
                found = ways_open(fleet, departure, back + late, table) and all(
                    visit_open(fleet, step, cell) for step, cell in put_off
                )
                assert found == obeys(instance, fleet, departure, back + late, put_off), number


def delayed(fleet: Fleet, visits: Visits, later: list[int], return_: int) -> tuple[Visits, int]:
    """The same visits, each put off by one of some steps more, and the return."""
    put_off, by = [], 0
    for k, (step, cell) in enumerate(visits):
        by += later[k % len(later)]
        put_off.append((step + by, cell))
    return tuple(put_off), return_ + by


def visit_open(fleet: Fleet, step: int, cell: int) -> bool:
    """Whether a cell is open in every step that a visit lasts."""
    lasts = int(fleet.network.visit_steps[cell])
    return all(is_open(fleet, "cell", t, cell) for t in range(step, step + lasts))


def test_a_pool_keeps_each_sortie_once() -> None:
    """A sortie made twice is one; it is told apart by fleet, times and visits."""
    instance = random_instance(4)
    sorties = some_sorties(instance)
    again = [make_sortie(instance, 0, s.depart, s.return_, s.visits) for s in sorties]
    pool = Pool(sorties[:5])
    assert pool.add(again) == again[5:]
    assert len(pool) == len(sorties) == len({s.key for s in pool})
    assert pool.add(sorties) == []


@settings(max_examples=60)
@given(seed=SEEDS, rows=ROWS, picks=st.lists(st.integers(0, 39), max_size=7), weather=WEATHER)
def test_a_roster_fits_when_no_row_is_exceeded(
    seed: int, rows: list[tuple[Any, ...]], picks: list[int], weather: dict[str, Any]
) -> None:
    """A roster fits exactly when at no step more intervals overlap than a row of a unit allows."""
    instance = random_instance(seed, rows=(tuple(rows),), every=2, **weather)
    sorties = some_sorties(instance)
    chosen = [sorties[k % len(sorties)] for k in picks] if sorties else []
    roster = Roster(instance)
    for sortie in chosen:
        roster.add(sortie)
    assert roster.fits() == keeps_rows(instance.fleets[0].rows, chosen)
    while chosen:
        roster.remove(chosen.pop())
        assert roster.fits() == keeps_rows(instance.fleets[0].rows, chosen)


@settings(max_examples=60)
@given(seed=SEEDS, rows=ROWS, picks=st.lists(st.integers(0, 39), max_size=6), weather=WEATHER)
def test_the_longest_sortie_is_the_longest_that_fits(
    seed: int, rows: list[tuple[Any, ...]], picks: list[int], weather: dict[str, Any]
) -> None:
    """A departure may last as long as rows, plan and endurance allow, and not a step longer.

    Whatever the sea state: hulls and crews that are out in another are out.
    """
    instance = random_instance(seed, rows=(tuple(rows),), every=2, **weather)
    number = len(instance.fleets) - 1
    fleet = instance.fleets[number]
    sorties = some_sorties(instance)
    chosen: list[Sortie] = []
    for k in picks if sorties else []:
        tried = [*chosen, sorties[k % len(sorties)]]
        if keeps_rows(fleet.rows, tried):
            chosen = tried
    departures = fleet.network.departures
    longest = Roster(instance, chosen).longest(number, departures)
    nowhere = np.zeros((0, 2), np.int32)
    nothing = np.zeros(0)
    for departure, cap in zip(departures.tolist(), longest.tolist(), strict=True):
        most = min(fleet.network.max_steps, instance.n_steps - departure)
        durations = [
            duration
            for duration in range(1, most + 1)
            if keeps_rows(
                fleet.rows,
                [*chosen, Sortie(number, departure, departure + duration, nowhere,
                                 nothing.astype(np.int64), nothing)],
            )
        ]  # fmt: skip
        assert cap == max(durations, default=0)
        assert durations == list(range(1, cap + 1))
