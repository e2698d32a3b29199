"""``solve`` against all plans of small instances, and its ways to end."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.errors import SolveError
from planner.problem.arrays import FuelRule, Instance
from planner.solve import (
    Progress,
    Result,
    Sortie,
    bound,
    pathaware,
    pricing,
    solve,
    sorties,
    timeline,
)
from planner.solve.bounding import Bounding
from planner.solve.coverage import Coverage
from planner.solve.search import Search
from planner.solve.solver import _staying
from planner.solve.sorties import fuel_l
from planner.solve.warmup import compile_for
from tests.instances import (
    ANCHORED,
    RESTED,
    ROUGH,
    TIED,
    hex_instance,
    random_instance,
    rested,
    rough,
    tied,
)
from tests.solve.reference import best_plan, detection, feasible, useful_sorties

SHAPES: tuple[dict[str, Any], ...] = (
    {"n_layers": 1},
    {"n_layers": 2},
    {"rows": (((2, 3),),), "n_cells": 4, "n_steps": 16, "every": 4, "max_steps": 9},
    {"n_layers": 1, "rows": (((1, 2), (2, 6)),)},
    {"n_layers": 1, "n_moving": 3},
    {"n_layers": 1, "n_moving": 2, "rows": (((1, 3),), ((1, 2),)), "n_cells": 4},
    {"n_layers": 2, "rows": (((1, 2), (2, 6)),), **ROUGH},
    {"n_layers": 2, "n_moving": 1, "rows": (((1, 3),), ((2, 2),)), "n_cells": 3, **ROUGH},
    {"n_layers": 2, "rows": (((2, 2), (2, 1, 9)),), "n_cells": 4},
    {"n_layers": 1, "rows": (((2, 3),),), "n_cells": 4, **TIED},
    {"n_layers": 1, "rows": (((2, 3),),), "n_cells": 4, "max_steps": 13, "breaks": RESTED},
    {"n_layers": 2, "n_moving": 1, "max_steps": 13, "breaks": ANCHORED},
    {"n_layers": 1, "n_moving": 1, "rows": (((2, 2), (2, 5)),), "n_cells": 3, **TIED, **ROUGH},
)
LISTED = list(itertools.product(SHAPES, (3, 14, 15, 92)))


def grid(counts: tuple[int, ...] = (2, 1), **options: int) -> Instance:
    """Some fleets on a grid of 30 cells that takes more than a second to prove."""
    return hex_instance(
        5, 6, n_steps=96, counts=counts, windows=(24, 96), n_moving=8, max_steps=40, **options
    )


def check(instance: Instance, result: Result) -> None:
    """Assert what holds of every result."""
    assert feasible(instance, result.sorties)
    assert result.detection == pytest.approx(detection(instance, result.sorties), abs=1e-12)
    assert result.detection == pytest.approx(
        Coverage(instance.targets, result.sorties).detection(), abs=1e-12
    )
    assert result.detection <= result.bound <= 1 + 1e-9
    if result.detection > 0:
        assert result.gap == pytest.approx(result.bound / result.detection - 1)
    assert all(sortie in result.pool for sortie in result.sorties)
    for cut in result.cuts:
        assert cut.bound(instance) >= result.bound - 1e-9


@pytest.fixture(scope="module")
def solved() -> list[tuple[Instance, float, Result]]:
    """Return small instances with their optima and what a little work finds, on any machine."""
    found = []
    for shape, seed in LISTED:
        instance = random_instance(seed, **shape)
        found.append((instance, best_plan(instance)[0], solve(instance, work_limit=200)))
    return found


def test_plan_and_bound_enclose_the_optimum(solved: list[tuple[Instance, float, Result]]) -> None:
    """No plan is better than the optimum and no bound below it; every plan is feasible."""
    for instance, optimum, result in solved:
        check(instance, result)
        assert result.detection <= optimum + 1e-9
        assert result.bound >= optimum - 1e-9


def test_a_proof_is_a_proof(solved: list[tuple[Instance, float, Result]]) -> None:
    """Where the solver says the gap is closed, the plan is optimal."""
    closed = [(optimum, result) for _, optimum, result in solved if result.termination == "gap"]
    assert len(closed) >= len(solved) // 4
    for optimum, result in closed:
        assert result.detection == pytest.approx(optimum, rel=2e-6)


def test_no_plan_is_far_from_the_optimum(solved: list[tuple[Instance, float, Result]]) -> None:
    """Every plan of a small instance detects at least 98 % of what the best plan does.

    Where something is taken it may be 90 %: that often makes two plans equally good which
    have no sortie in common.
    """
    for least, ties in ((0.98, False), (0.9, True)):
        shares = [
            result.detection / optimum
            for instance, optimum, result in solved
            if optimum > 0 and any(row.taken for own in instance.rows for row in own) == ties
        ]
        assert min(shares) >= least, [round(share, 4) for share in shares]


def test_nearly_all_plans_are_optimal(solved: list[tuple[Instance, float, Result]]) -> None:
    """Of the small instances at least nine in ten are planned optimally."""
    best = [result.detection >= optimum - 1e-9 for _, optimum, result in solved]
    assert np.mean(best) >= 0.9, best


def test_time_ends_a_run_with_plan_and_bound() -> None:
    """A run that is out of time says so and returns a good plan with a bound."""
    instance = grid()
    told: list[Progress] = []
    result = solve(instance, time_limit_s=1.5, progress=told.append)
    check(instance, result)
    assert result.termination == "time"
    assert result.gap < 0.25
    assert [now.elapsed_s for now in told] == sorted(now.elapsed_s for now in told)
    for before, after in itertools.pairwise(now for now in told if now.bound is not None):
        assert after.detection >= before.detection - 1e-12
        assert after.bound <= before.bound + 1e-12
    assert told[-1].detection <= result.detection + 1e-12
    assert told[-1].bound >= result.bound - 1e-12


@pytest.mark.parametrize("after", [1, 2])
def test_an_interrupt_leaves_a_plan(after: int) -> None:
    """Ctrl-C, at once or later, ends the run with a feasible plan and a valid bound."""
    instance, told = grid(), []

    def interrupt(now: Progress) -> None:
        told.append(now)
        if len(told) >= after:
            raise KeyboardInterrupt

    result = solve(instance, time_limit_s=60.0, progress=interrupt)
    check(instance, result)
    assert result.termination == "interrupted"
    assert result.sorties


def test_no_time_gives_what_can_be_given() -> None:
    """With no time at all plan and bound still hold, if only as nothing and 1."""
    instance = grid()
    result = solve(instance, time_limit_s=0.0)
    check(instance, result)
    assert result.termination == "time"


def test_a_start_that_does_not_fit_is_refused() -> None:
    """A plan to start from that needs more hulls than there are is an error, with the reason."""
    instance = random_instance(1018)
    sortie = useful_sorties(instance, 0)[0]
    with pytest.raises(SolveError, match="more hulls or crews than there are"):
        solve(instance, time_limit_s=1.0, start=[sortie, sortie])


def test_a_failure_of_the_bound_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong beside the search ends the run with an error, not with a false bound."""

    def fail(*_: object) -> bool:
        raise ArithmeticError("overflow")

    monkeypatch.setattr(Bounding, "run", fail)
    with pytest.raises(SolveError, match="the bound could not be computed: overflow"):
        solve(random_instance(1018), time_limit_s=0.5)


def test_an_earlier_run_helps() -> None:
    """From the plan, pool and cuts of an earlier run neither plan nor bound gets worse."""
    instance = grid(seed=2)
    first = solve(instance, time_limit_s=1.0)
    again = solve(instance, time_limit_s=0.5, pool=first.pool, cuts=first.cuts, start=first.sorties)
    check(instance, again)
    assert again.detection >= first.detection - 1e-12
    assert again.bound <= first.bound + 1e-12
    assert all(sortie in again.pool for sortie in first.pool)


@pytest.mark.parametrize("weather", [{"epochs": 1}, ROUGH])
def test_a_larger_fleet_starts_from_a_smaller_one(weather: dict[str, Any]) -> None:
    """With one hull more the plan detects no less, and the smaller fleet's cuts bound it."""
    small, large = (rough(grid(counts), 4, **weather) for counts in ((1, 1), (2, 1)))
    first = solve(small, time_limit_s=1.0)
    second = solve(large, time_limit_s=1.0, pool=first.pool, cuts=first.cuts, start=first.sorties)
    check(large, second)
    assert second.detection >= first.detection - 1e-12
    assert all(cut.bound(large) >= second.detection - 1e-9 for cut in first.cuts)


@pytest.mark.parametrize("seed", range(6))
def test_what_was_proven_beside_outages_misleads_no_other_fleet(seed: int) -> None:
    """Cuts found with something taken bound neither more hulls nor other outages too low."""
    few: dict[str, Any] = {"n_cells": 3, "n_steps": 16, "every": 4, "max_steps": 9}
    first = random_instance(seed, rows=(((2, 2),),), taken=2, **few)
    cuts = solve(first, work_limit=30).cuts
    assert cuts
    for hulls in (1, 2, 3):
        free = random_instance(seed, rows=(((hulls, 2),),), **few)
        for other in (free, tied(free, seed + 1, taken=1)):
            optimum, _ = best_plan(other)
            assert all(cut.bound(other) >= optimum - 1e-10 for cut in cuts)
            result = solve(other, work_limit=30, cuts=cuts)
            check(other, result)
            assert result.detection - 1e-10 <= optimum <= result.bound + 1e-10


def test_more_taken_than_there_is_leaves_an_empty_plan() -> None:
    """Where outages leave no hull for a while, or none at all, plans are made for the rest."""
    some = random_instance(1018, rows=(((1, 3, 0, ((0, 6), (2, 5))),),))
    none = random_instance(1018, rows=(((0, 3, 0, ((0, 30),)),),))
    result = solve(some, work_limit=10)
    check(some, result)
    assert result.detection == pytest.approx(best_plan(some)[0])
    result = solve(none, work_limit=10)
    assert (result.sorties, result.detection, result.termination) == ((), 0.0, "gap")
    assert result.bound == pytest.approx(0.0, abs=1e-12)


def test_nothing_in_reach_is_proven_at_once() -> None:
    """Where no sortie can detect anything the empty plan is proven best."""
    instance = random_instance(2, n_cells=3, max_steps=2)
    result = solve(instance, time_limit_s=5.0)
    assert result.sorties == ()
    assert (result.detection, result.bound) == (0.0, 0.0)
    assert result.termination == "gap"
    assert result.gap == float("inf")


@pytest.mark.parametrize("weather", [{"epochs": 1}, ROUGH])
def test_work_gives_the_same_result_digit_by_digit(weather: dict[str, Any]) -> None:
    """Twice the same seed and work: the same sorties in the same order, detection and bound."""
    instance = rough(grid(), 4, **weather)
    first, second = (solve(instance, work_limit=12, seed=3) for _ in range(2))
    check(instance, first)
    assert [s.key for s in first.sorties] == [s.key for s in second.sorties]
    assert (first.detection, first.bound) == (second.detection, second.bound)
    assert first.termination == second.termination == "work"
    assert [s.key for s in first.pool] == [s.key for s in second.pool]


def test_more_work_is_no_worse() -> None:
    """With more work the plan detects no less and the bound is no higher."""
    instance = grid()
    little, much = (solve(instance, work_limit=work) for work in (2, 30))
    assert much.detection >= little.detection
    assert much.bound <= little.bound


def test_a_gap_asked_for_ends_the_run() -> None:
    """With a wide gap allowed the run ends long before its time, within that gap."""
    instance = grid()
    result = solve(instance, time_limit_s=120.0, gap=0.5)
    check(instance, result)
    assert result.termination == "gap"
    assert result.gap <= 0.5


def test_guessed_prices_prove_nothing_by_themselves() -> None:
    """From absurd prices the bound is still no lower than the plan, and is improved."""
    instance = grid()
    weight = instance.targets.weight
    absurd = (np.zeros((2, weight.size)), np.stack([100 * weight, 100 * weight]))
    result = solve(instance, work_limit=10, prices=absurd)
    check(instance, result)
    assert result.bound < 1.0


def test_no_sortie_of_the_bound_sails_on_an_empty_tank() -> None:
    """With little fuel the bound's sorties burn too much; none of the plan's does."""
    ample = grid()
    tight = replace(
        ample,
        fleets=tuple(
            replace(fleet, fuel=FuelRule(transit_l=3.0, search_l=2.0, loiter_l=0.5, limit_l=40.0))
            for fleet in ample.fleets
        ),
    )
    result = solve(tight, time_limit_s=2.0)

    def burnt_l(sortie: Sortie) -> float:
        fleet = tight.fleets[sortie.fleet]
        return fuel_l(fleet, sortie.depart, sortie.return_, sortie.visits)

    assert any(burnt_l(sortie) > 40.0 for sortie in result.pool)
    assert all(burnt_l(sortie) <= 40.0 + 1e-9 for sortie in result.sorties)
    assert result.sorties


def test_a_sea_closed_all_along_is_proven_at_once() -> None:
    """Where the weather keeps every hull in port the empty plan is proven best."""
    instance = rough(grid(), 0, epochs=2, shut=1.0)
    result = solve(instance, time_limit_s=5.0)
    assert (result.sorties, result.detection) == ((), 0.0)


def test_night_is_slept_through() -> None:
    """Where nothing can be seen for half of the time no visit of a plan is at night."""
    instance = rough(grid(), 0, epochs=2)
    night = instance.fleets[0].epoch == 1
    fleets = []
    for fleet in instance.fleets:
        sight = np.full_like(fleet.exposure, 0.5)
        sight[:, 1] = 0.0
        fleets.append(replace(fleet, exposure=sight, track_exposure=0 * fleet.track_exposure))
    dark = replace(instance, fleets=tuple(fleets))
    result = solve(dark, work_limit=10)
    check(dark, result)
    assert result.sorties
    for sortie in result.sorties:
        lasts = dark.fleets[sortie.fleet].network.visit_steps[sortie.visits[:, 1]]
        assert (~night[sortie.visits[:, 0] + lasts // 2]).any()


def test_a_search_is_warmer_the_less_of_its_plan_was_given() -> None:
    """The share of the plan that is left of what it began with is that of its sorties."""
    instance = hex_instance(4, 5, n_steps=48, max_steps=16, counts=(2, 1))
    whole = solve(instance, work_limit=5).sorties
    search = Search(instance, 0, whole)
    assert _staying(whole, search) == 1.0
    assert _staying((), search) == 0.0
    assert _staying(whole[:1], search) == pytest.approx(1 / len(whole))
    assert _staying(whole, Search(instance, 0)) == 0.0


@pytest.mark.parametrize("weather", [{"epochs": 1}, ROUGH])
@pytest.mark.parametrize("breaks", [None, RESTED, ANCHORED])
def test_nothing_is_compiled_after_the_warm_up(
    weather: dict[str, Any], breaks: dict[str, Any] | None
) -> None:
    """The loops that a run needs are compiled before its clock starts."""
    instance = rough(grid(), 0, **weather)
    instance = instance if breaks is None else rested(instance, 0, **breaks)
    compile_for(instance)
    kernels = [
        kernel
        for module in (bound, pathaware, pricing, sorties, timeline)
        for kernel in vars(module).values()
        if hasattr(kernel, "nopython_signatures")
    ]
    before = [len(kernel.nopython_signatures) for kernel in kernels]
    solve(instance, work_limit=2)
    assert [len(kernel.nopython_signatures) for kernel in kernels] == before
