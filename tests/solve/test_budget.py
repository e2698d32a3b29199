"""Budgets: bounds never below the best of all plans, plans that keep them, slack ones unseen."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Budget, FuelRule, Instance
from planner.reuse.cuts import pack, unpack
from planner.solve import solve
from planner.solve.bound import Cut, lagrangian
from planner.solve.budget import Charges, Schedule, least_use
from planner.solve.envelope import envelope_of
from planner.solve.given import beside
from planner.solve.schedules import best_of, charged_at, most_of, within_budgets
from planner.solve.sorties import Budgets, Roster, fuel_l, used
from planner.study.share import fitted
from tests.instances import ROUGH, TIED, budgeted, hex_instance, random_instance
from tests.solve.reference import (
    best_plan,
    detection,
    feasible,
    keeps_budgets,
    use_of,
    useful_sorties,
)
from tests.solve.test_bound import PRICES, SEEDS, profiles_of, random_prices

SMALL = st.sampled_from(
    (
        {"n_layers": 1},
        {"n_layers": 1, "rows": (((2, 3),),), "n_cells": 4},
        {"n_layers": 1, "rows": (((1, 2), (2, 6)),)},
        {"n_layers": 1, "n_moving": 2, "rows": (((1, 3),), ((1, 2),)), "n_cells": 4},
        {"n_layers": 1, "rows": (((1, 2), (2, 6)),), "n_cells": 3, **ROUGH},
        {"n_layers": 1, "rows": (((2, 3),),), "n_cells": 4, **TIED},
        {"n_layers": 1, "rows": (((3, 2),),), "n_cells": 3, "n_steps": 16, "taken": 4},
    )
)


PARTIES = st.sampled_from(
    (
        {"n_layers": 1, "rows": (((1, 3),), ((1, 2),)), "n_cells": 3, "n_steps": 15},
        {"n_layers": 1, "rows": (((2, 3),), ((1, 4),)), "n_cells": 2, "n_steps": 14, "taken": 1},
        {"n_layers": 1, "n_moving": 2, "rows": (((1, 2), (2, 5)), ((1, 3),)), "n_cells": 3,
         "n_steps": 14, **ROUGH},
    )
)  # fmt: skip
"""Instances of two units."""


def proven(instance: Instance, price: np.ndarray) -> tuple[Cut, float]:
    """Cut and bound of an instance at prices."""
    found = lagrangian(instance, price, envelope_of(instance), profiles_of(instance, price))
    return found[0], found[1]


def without(instance: Instance) -> Instance:
    """The same instance with nothing to share."""
    return replace(instance, fleets=tuple(replace(f, budgets=()) for f in instance.fleets))


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, shape=SMALL, kind=PRICES, fuel=st.booleans())
def test_the_bound_is_never_below_the_optimum(
    seed: int, shape: dict[str, Any], kind: str, fuel: bool
) -> None:
    """Whatever prices and budgets, no plan that keeps them finds more than the bound says."""
    instance = budgeted(random_instance(seed, **shape), seed, fuel=fuel)
    optimum, _ = best_plan(instance)
    price = random_prices(instance, kind, seed)
    cut, bound = proven(instance, price)
    assert optimum - 1e-10 <= bound <= cut.bound(instance) + 1e-12
    assert bound <= proven(without(instance), price)[1] + 1e-12


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, shape=SMALL, kind=PRICES, other=SEEDS, fuel=st.booleans())
def test_a_cut_bounds_other_budgets(
    seed: int, shape: dict[str, Any], kind: str, other: int, fuel: bool
) -> None:
    """What was proven with some budgets holds with others of those spans, and without any."""
    calm = random_instance(seed, **shape)
    cut, _ = proven(budgeted(calm, seed, fuel=fuel), random_prices(calm, kind, seed))
    limits = budgeted(calm, other, fuel=fuel)
    now = replace(
        calm,
        fleets=tuple(
            replace(
                own,
                budgets=tuple(
                    replace(budget, limit=there.limit)
                    for budget, there in zip(own.budgets, drawn.budgets, strict=True)
                ),
            )
            for own, drawn in zip(
                budgeted(calm, seed, fuel=fuel).fleets, limits.fleets, strict=True
            )
        ),
    )
    first = replace(now, fleets=tuple(replace(f, budgets=f.budgets[:1]) for f in now.fleets))
    for changed in (now, first, calm):
        assert best_plan(changed)[0] - 1e-10 <= cut.bound(changed)


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS, shape=PARTIES, kind=PRICES, fuel=st.booleans(), other=SEEDS)
def test_the_bound_holds_where_units_share_a_budget(
    seed: int, shape: dict[str, Any], kind: str, fuel: bool, other: int
) -> None:
    """No plan whose units keep within what they share together finds more than bound and cut say.

    The cut says so of other limits as well, also of none.
    """
    plain = random_instance(seed, **shape)
    instance = budgeted(plain, seed, fuel=fuel, shared=True)
    optimum, _ = best_plan(instance)
    price = random_prices(instance, kind, seed)
    cut, bound = proven(instance, price)
    assert optimum - 1e-10 <= bound <= cut.bound(instance) + 1e-12
    assert bound <= proven(without(instance), price)[1] + 1e-12
    factor = np.random.default_rng(other).uniform(0.3, 2.0)
    fleets = tuple(
        replace(f, budgets=tuple(replace(b, limit=b.limit * factor) for b in f.budgets))
        for f in instance.fleets
    )
    for changed in (replace(instance, fleets=fleets), without(instance)):
        assert best_plan(changed)[0] - 1e-10 <= cut.bound(changed)


def test_one_budget_of_two_units_binds_both() -> None:
    """Charged together units are bound closer than if each could have all of it."""
    lower = 0
    for seed in range(8):
        plain = random_instance(seed, rows=(((1, 3),), ((1, 2),)), n_cells=3)
        instance = budgeted(plain, seed, shared=True)
        each = tuple(
            replace(f, budgets=tuple(replace(b, owner=None) for b in f.budgets))
            for f in instance.fleets
        )
        price = random_prices(instance, "weights", seed)
        together, apart = (proven(i, price) for i in (instance, replace(instance, fleets=each)))
        assert together[1] <= apart[1] + 1e-9
        assert together[0].bound(instance) == pytest.approx(together[1], abs=1e-9)
        lower += together[1] < apart[1] - 1e-3
    assert lower >= 3


@settings(max_examples=12, deadline=None)
@given(seed=SEEDS, shape=PARTIES, fuel=st.booleans())
def test_plans_keep_what_units_share(seed: int, shape: dict[str, Any], fuel: bool) -> None:
    """Whatever two units share, the plan keeps it, below its bound and the optimum."""
    instance = budgeted(random_instance(seed, **shape), seed, fuel=fuel, shared=True)
    found = solve(instance, work_limit=25, seed=seed)
    assert feasible(instance, found.sorties)
    optimum, _ = best_plan(instance)
    assert found.detection == pytest.approx(detection(instance, found.sorties))
    assert found.detection - 1e-9 <= optimum <= found.bound + 1e-9
    settled = found.sorties[:1]
    left = beside(instance, settled)
    for unit, budgets in enumerate(left.budgets):
        for budget, before in zip(budgets, instance.budgets[unit], strict=True):
            taken = sum(
                use_of(own, instance.fleets[s.fleet], s)
                for s in settled
                for own in instance.fleets[s.fleet].budgets
                if own.span == before.span
            )
            assert budget.limit == pytest.approx(max(0.0, before.limit - taken))


def test_cuts_with_multipliers_are_kept_as_json() -> None:
    """Written and read again a cut proves the same, also where hulls pause for longer."""
    instance = budgeted(random_instance(5, rows=(((2, 3),),), n_cells=4), 5)
    price = random_prices(instance, "weights", 5)
    cut, _ = proven(instance, price)
    assert cut.charged[0][0]
    arrays, values = pack([cut])
    held = json.loads(json.dumps(values))
    (again,) = unpack(arrays, held, [[(3, 0)]], instance)
    assert again.charged == cut.charged
    assert again.bound(instance) == cut.bound(instance)
    assert cut.bound(instance) < cut.bound(without(instance))
    rows = (replace(instance.rows[0][0], gap_steps=5),)
    slower = replace(instance, fleets=tuple(replace(f, rows=rows) for f in instance.fleets))
    (later,) = unpack(arrays, held, [[(3, 0)]], slower)
    assert best_plan(slower)[0] <= later.bound(slower) + 1e-10


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, shape=SMALL, fuel=st.booleans())
def test_plans_keep_their_budgets(seed: int, shape: dict[str, Any], fuel: bool) -> None:
    """What the optimiser plans keeps every rule, and lies below its bound and the optimum."""
    instance = budgeted(random_instance(seed, **shape), seed, fuel=fuel)
    found = solve(instance, work_limit=25, seed=seed)
    assert feasible(instance, found.sorties)
    optimum, _ = best_plan(instance)
    assert found.detection == pytest.approx(detection(instance, found.sorties))
    assert found.detection - 1e-9 <= optimum <= found.bound + 1e-9


def test_plans_come_near_the_optimum() -> None:
    """On small instances with scarce hours plans find nearly all that can be found."""
    found, best = 0.0, 0.0
    for seed in range(12):
        instance = budgeted(random_instance(seed, rows=(((2, 3),),), n_cells=4), seed)
        found += solve(instance, work_limit=60, seed=seed).detection
        best += best_plan(instance)[0]
    assert found >= 0.98 * best


@pytest.mark.parametrize("fuel", [False, True])
def test_a_budget_that_does_not_bind_changes_nothing(fuel: bool) -> None:
    """With more hours or fuel than can be used, plan and bound are the same.

    The bound as near as the linear master is solved, in which a row more takes other steps.
    """
    free = hex_instance(4, 4, counts=(2,), n_steps=48, max_steps=24)
    ample = tuple(replace(f, budgets=(Budget(1e6, 0, 48, fuel),)) for f in free.fleets)
    plans = [solve(each, work_limit=20) for each in (free, replace(free, fleets=ample))]
    assert plans[0].detection == plans[1].detection
    assert plans[0].bound == pytest.approx(plans[1].bound, rel=1e-4)
    assert [s.key for s in plans[0].sorties] == [s.key for s in plans[1].sorties]


def test_a_budget_lowers_the_bound() -> None:
    """Half the hours that the best plan takes lower the bound, near to what can be found."""
    free = hex_instance(4, 4, counts=(2,), n_steps=48, max_steps=24, exposure=1.0)
    plan = solve(free, work_limit=40)
    hours = sum(s.return_ - s.depart for s in plan.sorties)
    scarce = tuple(replace(f, budgets=(Budget(hours / 2, 0, 48),)) for f in free.fleets)
    half = solve(replace(free, fleets=scarce), work_limit=60)
    assert half.bound < 0.8 * plan.bound
    assert sum(s.return_ - s.depart for s in half.sorties) <= hours / 2
    assert half.gap < 0.15


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, shape=SMALL, fuel=st.booleans())
def test_the_ledger_counts_what_sorties_use(seed: int, shape: dict[str, Any], fuel: bool) -> None:
    """Use is what it is step by step, never below the least; room is what keeps the budgets."""
    instance = budgeted(random_instance(seed, **shape), seed, fuel=fuel)
    budgets, roster, sailed = Budgets(instance), Roster(instance), []
    for sortie in useful_sorties(instance, 0)[:12]:
        fleet = instance.fleets[sortie.fleet]
        at = np.array([sortie.depart], np.int32)
        for budget in fleet.budgets:
            exact = use_of(budget, fleet, sortie)
            assert used(budget, fleet, sortie) == pytest.approx(exact)
            least = least_use(budget, fleet, at)[0]
            assert (np.diff(least) >= 0).all()
            assert least[sortie.return_ - sortie.depart] <= exact + 1e-9
        room = keeps_budgets(instance, [*sailed, sortie])
        assert budgets.affords(sortie) == room
        if room:
            assert budgets.longest(fleet, at)[0] >= sortie.return_ - sortie.depart
            assert budgets.tank_l(fleet, sortie.depart) >= (
                fuel_l(fleet, sortie.depart, sortie.return_, sortie.visits) - 1e-6 if fuel else 0
            )
        if roster.has_room(sortie):
            roster.add(sortie)
            budgets.book(sortie)
            sailed.append(sortie)
        assert roster.fits()
    left = beside(instance, sailed)
    for budget, rest in zip(left.budgets[0], roster.budgets.left[0], strict=True):
        assert budget.limit == pytest.approx(max(0.0, rest))
    assert fitted(sailed, instance) == tuple(sailed)
    none = tuple(
        replace(f, budgets=tuple(replace(b, limit=0.0) for b in f.budgets)) for f in instance.fleets
    )
    assert Roster(instance, fitted(sailed, replace(instance, fleets=none))).fits()
    assert keeps_budgets(
        replace(instance, fleets=none), fitted(sailed, replace(instance, fleets=none))
    )


@given(
    lines=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6
    ),
    limits=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    hulls=st.integers(1, 3),
)
def test_multipliers_are_the_best_along_each(
    lines: list[tuple[float, int, int]], limits: tuple[int, int], hulls: int
) -> None:
    """One multiplier gives the least of all on a fine grid; two give no more than none."""

    def best(at: np.ndarray, many: int) -> Schedule[int]:
        offers = [(0.0, 0, 0), *lines]
        value, one, two = max(
            offers, key=lambda offer: offer[0] - float(at @ np.array(offer[1 : 1 + many]))
        )
        use = np.array([one, two][:many], float)
        return Schedule(value - float(at @ use), use, [])

    single = Charges(limits[:1], hulls, lambda at: best(at, 1)).minimise()
    grid = np.linspace(0, 1.1, 2201)
    values = [hulls * best(np.array([m]), 1).worth + m * limits[0] for m in grid]
    assert single.bound <= min(values) + 1e-9
    both = Charges(limits, hulls, lambda at: best(at, 2)).minimise()
    assert both.bound <= min(single.bound, hulls * max(0.0, *(v for v, _, _ in lines))) + 1e-9


def test_what_is_taken_and_budgets_bound_together() -> None:
    """The flow of all hulls is charged as well, and gives no more than either alone."""
    instance = budgeted(random_instance(3, rows=(((3, 2),),), n_cells=3, taken=4), 3)
    price = random_prices(instance, "weights", 3)
    profiles = dict(enumerate(profiles_of(instance, price)))
    row = instance.rows[0][0]
    alone = within_budgets(instance, 0, profiles, row).least.bound
    flow, _ = most_of(instance, 0, profiles, row)
    base = proven(without(instance), price)[1] - flow
    assert proven(instance, price)[1] <= base + min(alone, flow) + 1e-9


def test_hulls_that_are_taken_pay_for_every_budget() -> None:
    """The charged flow of all hulls counts the limits of both spans, and the least option bounds.

    The four options are worked out one by one: the best hull times hulls, the flow, the hulls
    charged, and the flow charged.
    """
    charged = 0
    for seed in range(80):
        instance = random_instance(seed, rows=(((3, 2),),), n_cells=4, n_steps=24, taken=2)
        limits = tuple(
            replace(budget, limit=limit)
            for budget, limit in zip(budgeted(instance, seed).budgets[0], (40.0, 12.0), strict=True)
        )
        instance = replace(instance, fleets=(replace(instance.fleets[0], budgets=limits),))
        price = random_prices(instance, "weights", seed)
        profiles = dict(enumerate(profiles_of(instance, price)))
        row = instance.rows[0][0]
        least = within_budgets(instance, 0, profiles, row).least
        if np.count_nonzero(least.multipliers) < 2:
            continue
        flow, _ = most_of(instance, 0, profiles, row)
        left = charged_at(instance, 0, profiles, least.multipliers)
        paid = float(least.multipliers @ [40.0, 12.0])
        together = most_of(instance, 0, left, row)[0] + paid
        hulls = row.capacity * best_of(instance, 0, profiles, row)[0]
        base = proven(without(instance), price)[1] - min(hulls, flow)
        expected = base + min(hulls, flow, least.bound, together)
        assert proven(instance, price)[1] == pytest.approx(expected, abs=1e-9)
        charged += together < min(hulls, flow, least.bound) - 1e-7
    assert charged >= 3


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, fuel=st.booleans(), begin=st.integers(0, 8), lasts=st.integers(1, 8))
def test_no_sortie_takes_less_than_the_bound_counts(
    seed: int, fuel: bool, begin: int, lasts: int
) -> None:
    """Of steps and litres, in any span, and where a unit is spared what a straight way takes."""
    plain = random_instance(seed, n_layers=1, rows=(((1, 3),), ((1, 2),)), n_cells=3, n_steps=15)
    instance = budgeted(plain, seed, fuel=fuel, shared=True)
    for unit in range(len(instance.units)):
        for sortie in useful_sorties(instance, unit):
            own = instance.fleets[sortie.fleet]
            budget = replace(own.budgets[0], begin=begin, end=begin + lasts)
            least = least_use(budget, own, np.array([sortie.depart], np.int32))
            lasted = sortie.return_ - sortie.depart
            assert least[0, lasted] <= used(budget, own, sortie) + 1e-9


def test_fuel_is_counted_at_the_least_that_a_duration_needs() -> None:
    """The least fuel is a way out and home, one visit, and loitering for the rest."""
    instance = hex_instance(2, 2, n_steps=30, max_steps=20, deploy=2, visit=4)
    fleet = replace(instance.fleets[0], fuel=FuelRule(8.0, 5.0, 1.0, 1e9))
    assert fleet.least_fuel_l[10] == pytest.approx(2 * 8.0 + 4 * 5.0 + 4 * 1.0)
