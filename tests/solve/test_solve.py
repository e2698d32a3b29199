"""One ``solve`` for both kinds of problem."""

from __future__ import annotations

import pytest

from planner.errors import SolveError
from planner.solve import solve
from planner.solve.markov import grid
from tests.instances import random_instance


def test_the_general_solve_repeats_digit_by_digit() -> None:
    """A Markov target goes through the one ``solve``; equal work gives an equal plan and bound."""
    problem = grid(5, 2, 6)
    first, second = (solve(problem, work_limit=200, gap=1e-4) for _ in range(2))
    assert first.value == problem.value(problem.effort(first.paths))
    assert (first.value, first.bound) == (second.value, second.bound)
    assert first.paths.tolist() == second.paths.tolist()


def test_what_a_kind_does_not_take_is_refused() -> None:
    """Progress of a Markov target and threads of fleets are refused, not ignored."""
    with pytest.raises(SolveError, match="threads"):
        solve(random_instance(3), threads=1)  # type: ignore[call-overload]
    with pytest.raises(SolveError, match="Markov"):
        solve(grid(3, 1, 2), progress=lambda now: None)  # type: ignore[call-overload]
