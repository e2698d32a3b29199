"""The search keeps as many sorties of its start as it was told to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from planner.errors import SolveError
from planner.solve import Keep, Sortie, solve
from planner.solve.given import beside, departing_from
from planner.solve.search import Search
from tests.problem.off_aktau import columns, problem


@pytest.mark.parametrize("least", [0, 2, len(columns())])
def test_no_move_leaves_fewer(least: int) -> None:
    """After hundreds of hot moves from a poor start at least so many are still in the plan."""
    instance = departing_from(problem().instance, 0)
    start = columns()
    search = Search(instance, 3, start, Keep(start, least))
    count = 0

    def stop() -> bool:
        nonlocal count
        count += 1
        stay = {id(sortie) for sortie in start}
        assert sum(id(s) in stay for s in search.roster.sorties) >= least
        return count > 200

    search.improve(stop, lambda: 0.0)
    assert sum(any(s is own for own in start) for s in search.best) >= least
    assert search.roster.fits()


def test_keeping_all_still_proves_a_bound() -> None:
    """Where nothing may change the run goes on for its bound, and ends on its limit of work."""
    result = solve(
        problem().instance, work_limit=10, start=columns(), keep=Keep(columns(), len(columns()))
    )
    assert {id(s) for s in columns()} <= {id(s) for s in result.sorties}
    assert result.detection <= result.bound < 1.0


def test_keeping_all_runs_for_its_time() -> None:
    """By the clock, too, the bound is still driven down when the search has nothing to do."""
    first, *rest = columns()
    part = beside(problem().instance, [first])
    result = solve(part, time_limit_s=1.5, start=rest, keep=Keep(tuple(rest), len(rest)))
    assert {id(s) for s in rest} <= {id(s) for s in result.sorties}
    assert result.bound < 1.0
    assert result.termination in ("time", "gap")


def test_only_what_is_in_the_start_can_be_kept() -> None:
    """A sortie that the start does not hold cannot stay."""
    with pytest.raises(SolveError, match="can be kept"):
        solve(problem().instance, work_limit=1, keep=Keep(columns(), 1))


def test_nothing_is_added_that_cannot_sail() -> None:
    """The search asks before it adds, and takes no for an answer."""
    asked = []

    def never(sorties: Sequence[Sortie], new: Sortie) -> bool:
        asked.append(new)
        return False

    start = columns()[:1]
    search = Search(problem().instance, 3, start, Keep(start, 1, never))
    search.construct(lambda: False)
    assert asked
    assert search.best == start
