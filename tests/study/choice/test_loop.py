"""Fleets chosen on tiny problems, against every plan of every fleet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from typing import Any

import pytest

from planner.errors import SolveError
from planner.problem.arrays import Instance
from planner.study.choice.loop import Chooser, Effort, Point
from planner.study.choice.menu import ONE, Fleet, Level, Menu, Worths, best_within
from tests.instances import ROUGH, random_instance
from tests.solve.reference import best_plan

PRICES = (3, 2)
COUNTS = (0, 1, 2)


def sized(instance: Instance, counts: Mapping[str, int]) -> Instance:
    """The problem with other numbers of hulls; a crew for each."""
    fleets = tuple(
        replace(
            fleet,
            rows=tuple(replace(row, capacity=counts[f"unit {fleet.unit}"]) for row in fleet.rows),
        )
        for fleet in instance.fleets
    )
    return replace(instance, fleets=fleets)


def menu_of(units: int) -> Menu:
    """Nought to two hulls a unit, those of the first dearer."""
    return Menu(
        tuple(
            tuple(Level(((f"unit {unit}", count),), (PRICES[unit] * count,)) for count in COUNTS)
            for unit in range(units)
        )
    )


def points_of(*budgets: int) -> list[Point]:
    """A point a budget."""
    return [Point(f"${budget}", (budget,)) for budget in budgets]


SHAPE: dict[str, Any] = {
    "n_cells": 3,
    "n_steps": 13,
    "every": 6,
    "max_steps": 7,
    "rows": (((1, 2),), ((1, 3),)),
}


@cache
def case(seed: int, rough: bool) -> tuple[Instance, dict[Fleet, float]]:
    """A tiny problem of two units, and the optimum of each of its nine fleets."""
    instance = random_instance(seed, **SHAPE, **(ROUGH if rough else {}))
    menu = menu_of(2)
    fleets = product(range(len(COUNTS)), repeat=2)
    best = {fleet: best_plan(sized(instance, menu.hulls(fleet)))[0] for fleet in fleets}
    return instance, best


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rough", [False, True])
def test_every_fleet_is_bounded_and_the_best_found(seed: int, rough: bool) -> None:
    """At any budget, whenever it stops, the best fleet's optimum lies in the interval."""
    instance, best = case(seed, rough)
    menu, points = menu_of(2), points_of(0, 2, 3, 5, 7, 10)
    chooser = Chooser(lambda counts: sized(instance, counts), menu, points)
    for planned in (1, 2, 5):
        chooser.run(Effort(gap=1e-4, work=20, fleets=planned))
        for found in chooser.intervals():
            fitting = [f for f in best if menu.uses(f)[0] <= found.point.limits[0]]
            optimum = max(best[fleet] for fleet in fitting)
            assert found.bound >= optimum - 1e-9
            assert found.detection <= optimum + 1e-9
            assert found.detection <= best[found.fleet] + 1e-9
            assert menu.uses(found.fleet)[0] <= found.point.limits[0]


def test_with_time_the_bound_is_the_optimum() -> None:
    """Where the Lagrangian bound is tight for the best fleet, the frontier's is the optimum."""
    closed = 0
    for seed in range(3):
        instance, best = case(seed, False)
        menu, points = menu_of(2), points_of(2, 3, 5)
        chooser = Chooser(lambda counts, of=instance: sized(of, counts), menu, points)
        chooser.run(Effort(gap=1e-4, work=40, fleets=6))
        for found in chooser.intervals():
            fitting = [f for f in best if menu.uses(f)[0] <= found.point.limits[0]]
            optimum = max(best[fleet] for fleet in fitting)
            assert found.detection == pytest.approx(optimum, abs=1e-9)
            closed += found.bound == pytest.approx(optimum, rel=2e-4)
    assert closed >= 4


def test_more_money_never_finds_less() -> None:
    """Detection and bound rise with the budget."""
    instance, _ = case(1, False)
    chooser = Chooser(lambda counts: sized(instance, counts), menu_of(2), points_of(0, 2, 4, 8))
    chooser.run(Effort(gap=1e-3, work=20, fleets=6))
    found = chooser.intervals()
    assert [each.detection for each in found] == sorted(each.detection for each in found)
    assert all(b.bound >= a.bound - 1e-7 for a, b in pairwise(found))


def test_the_same_work_finds_the_same() -> None:
    """Counted in rounds the choice repeats, digit by digit."""
    instance, _ = case(2, True)

    def once() -> list[tuple[Fleet, float, float]]:
        chooser = Chooser(lambda counts: sized(instance, counts), menu_of(2), points_of(3, 6))
        chooser.run(Effort(gap=1e-3, work=10, fleets=4))
        return [(each.fleet, each.detection, each.bound) for each in chooser.intervals()]

    assert once() == once()


def test_the_best_within_is_that_of_all_fleets() -> None:
    """Cuts, ceilings and limits bound as they do when every fleet is looked at."""
    menu = menu_of(2)
    cuts = [
        Worths(ONE // 10, ((0, ONE // 5, ONE // 3), (0, ONE // 8, ONE // 6))),
        Worths(ONE // 4, ((0, ONE // 20, ONE // 10), (0, ONE // 4, ONE // 2))),
    ]
    ceilings = [((1, 1), 0.3), ((0, 2), 0.2)]
    for budget in range(11):
        best = best_within(menu, cuts, ceilings, (budget,))
        assert best is not None

        def bound(fleet: Fleet) -> float:
            proven = [cut.bound(fleet) / ONE for cut in cuts]
            return min([1.0, *proven, *(b for f, b in ceilings if menu.within(fleet, f))])

        allowed = [fleet for fleet in product(range(3), repeat=2) if menu.uses(fleet)[0] <= budget]
        assert best.bound == pytest.approx(max(map(bound, allowed)), abs=2e-8)
        assert bound(best.fleet) == pytest.approx(best.bound, abs=2e-8)


def test_no_fleet_within_the_limits_is_an_error() -> None:
    """Where the least of all costs more than there is, it says so."""
    instance, _ = case(0, False)
    level = Level((("unit 0", 1),), (3,)), Level((("unit 0", 2),), (6,))
    with pytest.raises(SolveError, match=r"\$2: not even the least"):
        Chooser(lambda counts: sized(instance, counts), Menu((level,)), points_of(2))
