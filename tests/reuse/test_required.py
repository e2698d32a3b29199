"""What a run with requirements lends to the next: bounds only if as much is asked as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.reuse import Learned, learn, read_learned, recall, write_learned
from planner.solve import solve
from planner.solve.coverage import Coverage
from tests.problem.required import ASKED, problem_of, scenario_in

Asked = list[dict[str, Any]]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """Return what some rounds of work taught, written and read again."""
    directory = tmp_path_factory.mktemp("learned")
    scenario = scenario_in(directory, ASKED)
    problem = problem_of(scenario)
    result = solve(problem.instance, work_limit=12, seed=1)
    write_learned(learn(scenario, problem, result), directory)
    return read_learned(directory)


def changed(number: int, **values: Any) -> Asked:
    """All requirements, values of one changed."""
    return [each | values if k == number else each for k, each in enumerate(ASKED)]


@pytest.mark.parametrize(
    ("asked", "units", "same"),
    [
        (list(ASKED), {}, True),
        (list(ASKED), {"count": 3}, True),
        (changed(0, worth=0.3), {}, False),
        (changed(1, share=0.6), {}, False),
        (changed(0, hard=True), {}, False),
        (changed(2, every_h=9.0), {}, False),
        (changed(5, level=0.4), {}, False),
        (list(ASKED[:-1]), {}, False),
        ([], {}, False),
    ],
)
def test_bounds_are_kept_where_as_much_is_asked(
    tmp_path: Path, learned: Learned, asked: Asked, units: dict[str, int], same: bool
) -> None:
    """With other worths, shares, windows, levels or none of it all bounds go; sorties stay."""
    scenario = scenario_in(tmp_path, asked, **units)
    problem = problem_of(scenario)
    found = recall(learned, scenario, problem)
    assert found.kept == found.stored > 0
    assert bool(found.cuts) == same
    assert ("the requirements" in found.changes) == (not same)
    value = Coverage(problem.instance.targets, found.start).value()
    assert all(cut.bound(problem.instance) >= value for cut in found.cuts)
    assert all(price.shape == (2, problem.instance.targets.weight.size) for price in found.prices)


def test_what_serves_a_share_is_worth_beginning_with(tmp_path: Path) -> None:
    """Sorties that only groups of slots ask for are taken over as well."""
    asked = [ASKED[1] | {"worth": 50.0}]
    scenario = scenario_in(tmp_path, asked)
    problem = problem_of(scenario)
    result = solve(problem.instance, work_limit=12, seed=1)
    found = recall(learn(scenario, problem, result), scenario, problem)
    begun = Coverage(problem.instance.targets, found.start)
    assert begun.value() >= 0.9 * (result.detection + result.served)
