"""Driving the bound down: valid whenever it is stopped, settled in the end."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import FloatArray, Instance, IntArray
from planner.problem.build import build
from planner.solve import Pool, solve
from planner.solve import bounding as module
from planner.solve.bounding import Bounding
from planner.solve.pricing import AdditivePricer, Profile
from planner.solve.sorties import looks_of
from tests.instances import ROUGH, TIED, hex_instance, random_instance, rough, tied
from tests.problem.off_aktau import scenario_of, sea, tables
from tests.problem.required import ASKED, problem_of, scenario_in
from tests.solve.reference import asked, best_plan, detection, useful_sorties

SEEDS = st.integers(0, 10**6)
SHAPES: tuple[dict[str, Any], ...] = (
    {"n_layers": 1},
    {"n_layers": 2},
    {"rows": (((2, 3),),), "n_cells": 4, "n_steps": 16, "every": 4, "max_steps": 9},
    {"n_layers": 1, "rows": (((1, 2), (2, 6)),)},
    {"n_layers": 1, "rows": (((2, 2), (1, 6)),)},
    {"n_layers": 1, "n_moving": 3},
    {"n_layers": 0, "n_moving": 3},
    {"n_layers": 1, "n_moving": 2, "rows": (((1, 3),), ((1, 2),)), "n_cells": 4},
    {"n_layers": 2, "rows": (((1, 3),), ((1, 1), (2, 5))), "n_cells": 4},
    {"n_layers": 2, "n_moving": 1, **ROUGH},
    {"n_layers": 1, "rows": (((1, 2), (2, 6)),), **ROUGH},
    {"n_layers": 2, "rows": (((1, 3),), ((2, 2),)), "n_cells": 3, **ROUGH},
    {"n_layers": 2, "rows": (((2, 2), (2, 1, 9)),), "n_cells": 4},
    {"n_layers": 1, "rows": (((3, 2, 0, ((4, 9), (6, 14))),),), "n_cells": 4},
    {"n_layers": 2, "rows": (((2, 3),),), "n_cells": 4, **TIED},
    {"n_layers": 1, "n_moving": 1, "rows": (((2, 2),), ((2, 1), (1, 5))), "n_cells": 3, **TIED},
    {"n_layers": 1, "rows": (((2, 2),),), "n_cells": 3, **TIED, **ROUGH},
)


@settings(max_examples=60)
@given(seed=SEEDS, shape=st.sampled_from(SHAPES), stop_after=st.integers(0, 60))
def test_the_bound_holds_whenever_it_is_stopped(
    seed: int, shape: dict[str, Any], stop_after: int
) -> None:
    """After however many rounds, the bound is at least the best of all plans, and at most 1."""
    instance = random_instance(seed, **shape)
    bounding = Bounding(instance, Pool())
    bounding.run(asked(stop_after), lambda: 10.0)
    optimum, _ = best_plan(instance)
    assert optimum - 1e-10 <= bounding.bound <= 1 + 1e-12


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bound_settles_near_the_optimum(shape: dict[str, Any]) -> None:
    """Left to itself the bound settles, never rises on the way, and ends within 30 %."""
    for seed in range(4):
        instance = random_instance(seed, **shape)
        bounding, seen = Bounding(instance, Pool()), [float("inf")]

        def watch(bounding: Bounding = bounding, seen: list[float] = seen) -> bool:
            assert bounding.bound <= seen[-1]
            seen.append(bounding.bound)
            return len(seen) > 500

        assert bounding.run(watch, lambda: 10.0), "the bound should settle by itself"
        assert bounding.bound <= best_plan(instance)[0] * 1.3 + 1e-9


@pytest.mark.parametrize("shape", SHAPES)
def test_sorties_are_ranked_by_what_they_gain_at_the_last_prices(shape: dict[str, Any]) -> None:
    """All sorties known are ranked once, each no better than the next by prices, looks and time."""
    instance, seen = random_instance(7, **shape), 0
    for rounds in (1, 12, 200):
        bounding = Bounding(instance, Pool(useful_sorties(instance, 0)[:7]))
        bounding.run(asked(rounds), lambda: 10.0)
        ranked, relaxation = bounding.ranked(), bounding.relaxation
        assert {s.key for s in ranked} == {s.key for s in bounding.pool}
        assert len(ranked) == len(bounding.pool)
        if relaxation is None:
            continue
        seen += 1
        gains = []
        for sortie in ranked:
            price = relaxation.price[:, sortie.target]
            departures = instance.fleets[sortie.fleet].network.departures.tolist()
            lasts, at = sortie.return_ - sortie.depart, departures.index(sortie.depart)
            earned = price[0] @ sortie.exposure + price[1] @ looks_of(instance, sortie)
            gains.append(float(earned - relaxation.occupied[sortie.fleet][at, lasts]))
        assert gains == pytest.approx(sorted(gains), abs=1e-12)
    assert seen >= 2


def test_no_price_is_below_nothing(tmp_path: Path) -> None:
    """Prices smoothed round after round stay prices, where sharing out groups leaves rounding."""
    problem = problem_of(scenario_in(tmp_path, ASKED))
    result = solve(problem.instance, work_limit=8, seed=1)
    assert len(result.cuts) > 1
    assert min(float(cut.price.min()) for cut in (*result.cuts, *result.apart)) >= 0.0


def test_known_sorties_are_columns_of_the_master() -> None:
    """With all sorties known the linear value is at least the optimum and at most the bound."""
    instance = random_instance(1018)
    optimum, plan = best_plan(instance)
    bounding = Bounding(instance, Pool(useful_sorties(instance, 0)))
    bounding.run(asked(500), lambda: 10.0)
    assert bounding.relaxation is not None
    assert detection(instance, plan) == pytest.approx(optimum)
    assert optimum - 1e-9 <= bounding.relaxation.value <= bounding.bound + 1e-9
    assert all(sortie in bounding.pool for sortie in plan)


@pytest.mark.parametrize("weather", [{"epochs": 1}, ROUGH])
def test_cuts_give_their_bound_at_once(weather: dict[str, Any]) -> None:
    """A run that starts from another's cuts has their bound before its first round."""
    calm = hex_instance(4, 5, n_steps=72, counts=(2, 1), windows=(24, 72), max_steps=36)
    instance = rough(calm, 2, **weather)
    first = Bounding(instance, Pool())
    first.run(asked(60), lambda: 10.0)
    second = Bounding(instance, Pool(), first.cuts)
    assert second.bound == pytest.approx(first.bound, abs=1e-12)
    second.run(asked(3), lambda: 10.0)
    assert second.bound <= first.bound + 1e-12


def test_cuts_of_more_hulls_bound_those_that_are_left() -> None:
    """From cuts of the whole fleet a run bounds what outages leave, after one round tightly."""
    calm = hex_instance(4, 5, n_steps=72, counts=(2, 1), windows=(24, 72), max_steps=36)
    whole = Bounding(calm, Pool())
    whole.run(asked(60), lambda: 10.0)
    left = tied(calm, 3, taken=2)
    bounding = Bounding(left, Pool(), whole.cuts)
    assert bounding.bound == pytest.approx(whole.bound, abs=1e-12)
    bounding.run(asked(2), lambda: 10.0)
    assert bounding.bound < 0.95 * whole.bound
    alone = Bounding(left, Pool())
    alone.run(asked(60), lambda: 10.0)
    assert bounding.bound >= solve(left, work_limit=40).detection
    detected = solve(calm, work_limit=40).detection
    assert all(cut.bound(calm) >= detected for cut in alone.cuts)


@pytest.mark.parametrize(("days", "persistence_h"), [(1.0, 9.0), (2.0, 12.0)])
def test_the_linear_masters_of_a_real_sea_are_solved(days: float, persistence_h: float) -> None:
    """On the small sea off Aktau the run goes on until it is stopped or has settled."""
    changed = tables()
    changed["days"], changed["threat"][1]["persistence_h"] = days, persistence_h
    instance = build(scenario_of(changed), sea()).instance
    bounding, stop = Bounding(instance, Pool()), asked(45)
    settled = bounding.run(stop, lambda: 60.0)
    assert settled or stop(), "the run ended by itself before its time"
    assert bounding.relaxation is not None
    assert bounding.relaxation.value <= bounding.bound + 1e-9 <= 1.1 * bounding.relaxation.value


def two_days() -> Instance:
    """Two fleets that may depart at 24 steps, for prices far from their best at first."""
    return hex_instance(5, 5, n_steps=144, counts=(2, 1), windows=(24, 144), max_steps=40)


def test_between_two_rounds_every_departure_is_priced_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Far from the bound each fleet's departures are priced in parts, all of them, each once."""
    instance, asked_for = two_days(), {}
    whole = AdditivePricer.profile

    def profile(pricer: AdditivePricer, worth: FloatArray, at: IntArray, halt: Any) -> Profile:
        asked_for.setdefault(pricer.fleet.unit, []).append(at.tolist())
        return whole(pricer, worth, at, halt)

    monkeypatch.setattr(AdditivePricer, "profile", profile)
    bounding = Bounding(instance, Pool())
    bounding.run(asked(8), lambda: 10.0)
    for number, fleet in enumerate(instance.fleets):
        every = fleet.network.departures.tolist()
        first, *parts = asked_for[number][:4]
        assert first == every
        assert [len(part) for part in parts] == [8, 8, 8]
        assert sorted(chain(*parts)) == every
    assert len(bounding.pool) > 20


def test_priced_in_parts_the_bound_settles_where_it_does_anyway(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pricing in parts brings other sorties sooner, and no other bound in the end."""
    bounds = []
    for parts in (1, 8):
        monkeypatch.setattr(module, "PARTS", parts)
        bounding = Bounding(two_days(), Pool())
        bounding.run(asked(120), lambda: 60.0)
        bounds.append(bounding.bound)
    assert bounds[0] == pytest.approx(bounds[1], rel=2e-3)
    assert min(bounds) >= solve(two_days(), work_limit=40).detection


def test_a_settled_bound_meets_its_master() -> None:
    """Where targets are searched until little is left, bound and linear value still meet."""
    changed = tables()
    changed["unit"][1]["crews"] = 1
    del changed["threat"][2]
    bounding = Bounding(build(scenario_of(changed), sea()).instance, Pool())
    assert bounding.run(asked(400), lambda: 60.0)
    assert bounding.relaxation is not None
    assert bounding.bound == pytest.approx(bounding.relaxation.value, rel=0.01)
