"""Requirements in the optimiser: objective, bound, integer choice and proofs, by enumeration."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.arrays import Instance
from planner.solve import Sortie, solve
from planner.solve.aims import aims_at
from planner.solve.bound import lagrangian
from planner.solve.bounding import Bounding
from planner.solve.combine import combine
from planner.solve.coverage import Coverage
from planner.solve.envelope import envelope_of
from planner.solve.given import beside
from planner.solve.least import fewest, one_hull, only_required, outlook
from planner.solve.pricing import AdditivePricer
from planner.solve.sorties import Pool, Roster
from planner.solve.worth import visit_worths
from tests.instances import ROUGH, TIED, budgeted, random_instance, required
from tests.solve.reference import (
    detection,
    feasible,
    objective,
    rows_of,
    sets_of,
    useful_sorties,
)

SEEDS = st.integers(0, 10**6)
SMALL: dict[str, Any] = {"n_cells": 4, "n_steps": 16, "every": 4, "max_steps": 9}
SHAPES = st.sampled_from(
    (
        SMALL | {"rows": (((1, 3),),)},
        SMALL | {"rows": (((2, 3),),), "n_moving": 2},
        SMALL | {"rows": (((1, 3),), ((1, 2),)), "n_cells": 3},
        SMALL | {"rows": (((2, 2),),), "n_cells": 3} | TIED,
        SMALL | {"rows": (((1, 2),),), "n_cells": 3} | ROUGH,
    )
)


def made(seed: int, shape: dict[str, Any]) -> Instance:
    """A small instance with requirements."""
    return required(random_instance(seed, **shape), seed)


def plans_of(instance: Instance) -> list[tuple[Sortie, ...]]:
    """Every plan that may be best."""
    units = [sets_of(instance, unit, useful_sorties(instance, unit)) for unit in rows_of(instance)]
    return [tuple(s for part in parts for s in part) for parts in product(*units)]


def best_of_all(instance: Instance) -> float:
    """Largest objective over all plans, by listing them."""
    return max(Coverage(instance.targets, plan).value() for plan in plans_of(instance))


def price_bound(instance: Instance, price: np.ndarray, pressed: np.ndarray) -> float:
    """What prices and a share of each group's worth prove."""
    profiles = [
        AdditivePricer(fleet).profile(worth.linear(price))
        for fleet, worth in zip(instance.fleets, visit_worths(instance), strict=True)
    ]
    aims = aims_at(instance.targets, pressed)
    return lagrangian(instance, price, envelope_of(instance), profiles, aims)[1]


@given(SEEDS, SHAPES)
@settings(max_examples=20)
def test_the_objective_is_that_of_the_definition(seed: int, shape: dict[str, Any]) -> None:
    """Coverage kept up to date counts what the plain definition counts, groups included."""
    instance = made(seed, shape)
    rng = np.random.default_rng(seed)
    columns = [s for unit in rows_of(instance) for s in useful_sorties(instance, unit)]
    if not columns:
        return
    chosen = [columns[k] for k in rng.integers(0, len(columns), 3)]
    coverage = Coverage(instance.targets, chosen)
    extra = columns[int(rng.integers(len(columns)))]
    coverage.add(extra)
    coverage.remove(extra)
    assert coverage.value() == pytest.approx(objective(instance, chosen), abs=1e-9)
    fresh = Coverage(instance.targets, chosen)
    np.testing.assert_allclose(coverage.left, fresh.left, atol=1e-9)
    credit = replace(instance.targets, weight=instance.targets.credit, asked=None, groups=())
    without = replace(instance, targets=replace(credit, met=0.0))
    assert coverage.detection() == pytest.approx(detection(without, chosen), abs=1e-9)


@given(SEEDS, SHAPES)
@settings(max_examples=20)
def test_no_price_proves_less_than_the_best_plan(seed: int, shape: dict[str, Any]) -> None:
    """Whatever prices and shares of the groups, the bound is no less than the optimum."""
    instance = made(seed, shape)
    rng = np.random.default_rng(seed)
    best = best_of_all(instance)
    for _ in range(4):
        pressed = rng.random(len(instance.targets.groups))
        weight = aims_at(instance.targets, pressed).weight
        price = weight * rng.random((2, weight.size))
        assert price_bound(instance, price, pressed) >= best - 1e-9


@given(SEEDS, SHAPES)
@settings(max_examples=10)
def test_plan_and_bound_enclose_the_best(seed: int, shape: dict[str, Any]) -> None:
    """The plan is feasible, counts what it says, and with its bound encloses the optimum."""
    instance = made(seed, shape)
    result = solve(instance, work_limit=40, seed=seed)
    assert feasible(instance, result.sorties)
    value = objective(instance, result.sorties)
    assert result.detection + result.served == pytest.approx(value, abs=1e-9)
    best = best_of_all(instance)
    assert value <= best + 1e-9
    assert result.most >= best - 1e-9
    assert value >= best * 0.97 - 1e-9


@given(SEEDS, SHAPES)
@settings(max_examples=10)
def test_the_choice_among_all_sorties_serves_as_much_as_any(
    seed: int, shape: dict[str, Any]
) -> None:
    """Where only requirements count, choosing among all sorties finds the best plan."""
    instance = made(seed, shape)
    only = required_only(instance)
    columns = [s for unit in rows_of(only) for s in useful_sorties(only, unit)]
    chosen = combine(only, columns, [], 20.0)
    assert chosen is not None
    assert feasible(only, chosen)
    slots_alone = replace(only, targets=replace(only.targets, groups=only.targets.groups[:1]))
    found = Coverage(slots_alone.targets, combine(slots_alone, columns, [], 20.0) or ()).value()
    assert found == pytest.approx(best_of_all(slots_alone), abs=1e-5)


@given(SEEDS, SHAPES, st.booleans())
@settings(max_examples=10)
def test_the_choice_keeps_budgets(seed: int, shape: dict[str, Any], fuel: bool) -> None:
    """Hours and litres that a unit shares last for what is chosen, the best of what they allow."""
    only = budgeted(required_only(made(seed, shape)), seed, fuel=fuel)
    columns = [s for unit in rows_of(only) for s in useful_sorties(only, unit)]
    slots_alone = replace(only, targets=replace(only.targets, groups=only.targets.groups[:1]))
    chosen = combine(slots_alone, columns, [], 20.0)
    assert chosen is not None
    assert feasible(slots_alone, chosen)
    assert Roster(slots_alone, chosen).fits()
    found = Coverage(slots_alone.targets, chosen).value()
    assert found == pytest.approx(best_of_all(slots_alone), abs=1e-5)


@given(SEEDS, st.integers(0, 3))
@settings(max_examples=10)
def test_the_choice_leaves_what_must_stay(seed: int, least: int) -> None:
    """So many of the sorties that are to stay are in the choice, whatever others serve."""
    only = required_only(made(seed, SMALL | {"rows": (((2, 3),),)}))
    columns = useful_sorties(only, 0)
    planned: list[Sortie] = []
    for sortie in columns[::-1]:
        if feasible(only, [*planned, sortie]):
            planned.append(sortie)
    stay = frozenset(map(id, planned))
    least = min(least, len(planned))
    chosen = combine(only, columns, planned, 20.0, stay=stay, least=least)
    assert chosen is not None
    assert feasible(only, chosen)
    assert sum(id(sortie) in stay for sortie in chosen) >= least


@given(SEEDS, SHAPES)
@settings(max_examples=10)
def test_no_plan_detects_more_than_is_proven_of_detection(seed: int, shape: dict[str, Any]) -> None:
    """What bounds detection apart from requirements holds, however soon it is stopped."""
    instance = made(seed, shape)
    credit = replace(instance.targets, weight=instance.targets.credit, asked=None, groups=())
    best = best_of_all(replace(instance, targets=replace(credit, met=0.0, sure=0)))
    bounding = Bounding(instance, Pool())
    for rounds in (1, 6):
        left = iter(range(rounds))
        bounding.run(lambda left=left: next(left, None) is None, lambda: 10.0)
        assert bounding.of_detection >= best - 1e-9
    assert bounding.of_detection < instance.targets.credit.sum() + 1e-9


@given(SEEDS, SHAPES)
@settings(max_examples=10)
def test_what_cannot_be_met_is_told_from_what_can(seed: int, shape: dict[str, Any]) -> None:
    """Whether all that is asked can be met agrees with the list of all plans."""
    only = required_only(made(seed, shape))
    found = outlook(only, time_limit_s=1.0, seed=seed)
    best = best_of_all(only)
    assert found.served <= best + 1e-9
    assert found.bound >= best - 1e-9
    if found.impossible:
        assert best < found.total - 1e-9
    if found.met:
        assert best >= found.total * (1 - 1e-5)


@given(SEEDS)
@settings(max_examples=8)
def test_one_hull_serves_no_more_than_is_said(seed: int) -> None:
    """No schedule of one hull has more of what is asked than ``one_hull`` says."""
    only = required_only(made(seed, SMALL | {"rows": (((1, 3),),)}))
    assert one_hull(only)[0] >= best_of_all(only) - only.targets.met - done(only) - 1e-9


def done(instance: Instance) -> float:
    """What groups count before anything sails."""
    return sum(group.worth * group.done / group.level for group in instance.targets.groups)


def required_only(instance: Instance) -> Instance:
    """The instance where detection does not count."""
    targets = instance.targets
    assert targets.asked is not None
    return only_required(instance, targets.asked, range(len(targets.groups)), targets.met)


@given(SEEDS)
@settings(max_examples=8)
def test_beside_settled_sorties_the_objective_is_the_whole_one(seed: int) -> None:
    """What settled sorties serve is counted, and what they leave of the groups."""
    instance = made(seed, SMALL | {"rows": (((2, 3),),), "n_moving": 1})
    columns = useful_sorties(instance, 0)
    if len(columns) < 2:
        return
    rest = beside(instance, columns[:1], binding=False)
    both = Coverage(instance.targets, columns[:2]).value()
    assert Coverage(rest.targets, columns[1:2]).value() == pytest.approx(both, abs=1e-9)


def test_fewest_is_the_number_that_is_needed() -> None:
    """So many hulls are needed as one serves a part of the whole, rounded up."""
    assert fewest(0.4, 1.0) == 3
    assert fewest(0.5, 1.0) == 2
    assert fewest(0.0, 1.0) == float("inf")
