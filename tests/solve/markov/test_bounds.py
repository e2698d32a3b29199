"""Cuts from chords, and the bounds of the tree search."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import SolveError
from planner.solve.markov import MarkovSearch, grid, solve_markov
from planner.solve.markov.chords import best_ways, cut
from planner.solve.markov.plans import anneal
from tests.solve.markov.enumeration import (
    chord_value,
    non_detection,
    optimum,
    random_effort,
    random_problem,
    single_paths,
)

SEEDS = st.integers(0, 10_000)
K = 8


def cut_at(problem: MarkovSearch, units: np.ndarray) -> tuple[float, np.ndarray]:
    """Constant and gains of the cut at ``units / K``."""
    shape = (problem.looks, problem.n_cells)
    gain = np.zeros(shape)
    constant = cut(
        problem.net, math.exp(-problem.rate), 0, problem.origin, units,
        np.zeros((*shape, K)), np.zeros((*shape, K)), gain,
    )  # fmt: skip
    return constant, gain


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_cut_touches_the_chords_and_lies_below_every_plan(seed: int) -> None:
    """At its reference a cut equals the relaxation; no plan is below it."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 4, 3, 4)
    parts = [random_effort(rng, problem) for _ in range(K)]
    units = sum(parts, np.zeros((4, 4))).astype(np.int64)
    constant, gain = cut_at(problem, units)
    at_reference = constant - (gain * units / K).sum()
    assert at_reference == pytest.approx(chord_value(problem, units / K), rel=1e-9)
    for effort in (*parts, random_effort(rng, problem)):
        assert constant - (gain * effort).sum() <= non_detection(problem, effort) + 1e-12


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_best_ways_are_best(seed: int) -> None:
    """The dynamic programme finds the dearest of all paths."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 5, 1, 4)
    gain = rng.random((4, 5))
    worth, move = np.zeros((5, 5)), np.zeros((4, 5), np.int64)
    best_ways(problem.net, 0, gain, worth, move)
    dearest = max(sum(gain[t, c] for t, c in enumerate(p)) for p in single_paths(problem))
    assert worth[0, problem.start] == pytest.approx(dearest)
    cell, total = problem.start, 0.0
    for t in range(4):
        cell = int(move[t, cell])
        total += gain[t, cell]
    assert total == pytest.approx(dearest)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, searchers=st.integers(1, 3), looks=st.integers(1, 3))
def test_bound_and_plan_meet_the_optimum(seed: int, searchers: int, looks: int) -> None:
    """On random networks the bound never passes the optimum and the plan reaches it."""
    problem = random_problem(np.random.default_rng(seed), 4, searchers, looks)
    best = optimum(problem)
    result = solve_markov(problem, time_limit_s=20, gap=1e-6, threads=1, annealing_steps=300)
    assert result.bound <= best + 1e-12
    assert result.value == pytest.approx(best, rel=1e-6)
    assert result.proven


@pytest.mark.parametrize(
    ("side", "searchers", "looks"), [(3, 1, 5), (3, 2, 4), (3, 3, 4), (5, 1, 6), (5, 2, 5)]
)
def test_grids_are_solved(side: int, searchers: int, looks: int) -> None:
    """The grids' optimum, found by trying every plan, is found and proven."""
    problem = grid(side, searchers, looks)
    best = optimum(problem)
    result = solve_markov(problem, time_limit_s=20, gap=1e-5, threads=1, annealing_steps=2000)
    assert result.value == pytest.approx(best, rel=1e-9)
    assert result.bound <= best + 1e-12
    assert result.proven


def test_a_bound_from_a_bad_first_plan_is_still_valid() -> None:
    """Almost without annealing the tree search itself finds and proves the optimum."""
    problem = grid(5, 2, 6)
    short = solve_markov(problem, time_limit_s=20, threads=2, annealing_steps=1)
    long = solve_markov(problem, time_limit_s=20, threads=2, annealing_steps=20_000)
    assert short.value == pytest.approx(long.value, rel=1e-4)
    assert max(short.bound, long.bound) <= min(short.value, long.value)


def test_no_time_still_gives_plan_and_bound() -> None:
    """Stopped at once, there is a plan and a valid bound."""
    problem = grid(9, 3, 8)
    result = solve_markov(problem, time_limit_s=0, annealing_steps=1000)
    assert 0 <= result.bound <= result.value <= 1
    assert result.value == problem.value(problem.effort(result.paths))
    assert result.bound <= 0.6873697326


def test_many_searchers_get_the_bound_of_the_relaxation() -> None:
    """Beyond the reach of the tree search the relaxation bounds."""
    problem = grid(5, 9, 4)
    result = solve_markov(problem, time_limit_s=5, annealing_steps=5000)
    assert 0 < result.bound <= result.value


def test_published_optimum() -> None:
    """The benchmark's seven looks: the plan that others proved best is found and proven."""
    result = solve_markov(grid(9, 3, 7), time_limit_s=60)
    assert result.value == pytest.approx(0.8073245901, abs=1e-9)
    assert result.gap <= 1e-4


def test_annealing_repeats_itself() -> None:
    """The same seed gives the same plan."""
    problem = grid(5, 2, 6)
    one, two = anneal(problem, 2000, 3), anneal(problem, 2000, 3)
    assert one[0] == two[0]
    assert np.array_equal(one[1], two[1])


def test_a_node_limit_makes_runs_repeat_themselves() -> None:
    """One thread, one seed, ended by nodes: the same paths, bound and numbers of nodes and cuts."""
    one, two = (
        solve_markov(
            grid(9, 3, 9), time_limit_s=600, node_limit=60, seed=5, threads=1, annealing_steps=2000
        )
        for _ in range(2)
    )
    assert np.array_equal(one.paths, two.paths)
    assert (one.bound, one.nodes, one.cuts) == (two.bound, two.nodes, two.cuts)
    assert one.nodes <= 60
    assert 0 < one.bound <= 0.5805670709


def test_no_nodes_leave_the_bound_of_the_relaxation() -> None:
    """Without any node there is still a plan and a valid bound; fewer than none are refused."""
    problem = grid(5, 2, 5)
    result = solve_markov(problem, time_limit_s=60, node_limit=0, threads=1, annealing_steps=500)
    assert result.nodes == 0
    assert 0 < result.bound <= result.value
    with pytest.raises(SolveError, match="node_limit"):
        solve_markov(problem, node_limit=-1)


def test_published_optimum_within_few_nodes() -> None:
    """Nodes are tightened before they are opened: ten looks are proven in few of them."""
    result = solve_markov(
        grid(9, 3, 10), time_limit_s=600, node_limit=60_000, threads=1, annealing_steps=100_000
    )
    assert result.value == pytest.approx(0.5154735461, abs=1e-9)
    assert result.proven
