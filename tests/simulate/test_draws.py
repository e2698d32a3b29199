"""Targets drawn once for several plans are those that each plan would draw by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.plan.model import Plan
from planner.sea import Sea
from planner.simulate import Draws, simulate
from planner.simulate.model import LAWS, Law
from planner.simulate.run import plane_of, trial
from planner.simulate.targets import Moving
from tests.problem.off_aktau import sea as sea_off_aktau
from tests.simulate.test_movers import MINES, RUNS
from tests.threat_files import scenario_with, write_drift


@pytest.mark.parametrize("law", LAWS)
def test_sharing_changes_no_digit(plan: Plan, sea: Sea, law: Law) -> None:
    """Plans tried one after the other on shared draws have the trials that they have alone."""
    plans = [plan, plan.model_copy(update={"sorties": plan.sorties[:1]}).at(plan.source), plan]
    draws = Draws()
    shared = [simulate(each, runs=300, law=law, sea=sea, draws=draws) for each in plans]
    assert shared == [simulate(each, runs=300, law=law, sea=sea) for each in plans]
    assert shared[0].total.simulated != shared[1].total.simulated


def test_other_numbers_and_seeds_have_draws_of_their_own(plan: Plan, sea: Sea) -> None:
    """What was drawn for one seed or number of targets is not given to another."""
    draws = Draws()
    for runs, seed in ((200, 0), (200, 1), (300, 0), (200, 0)):
        found = simulate(plan, runs=runs, seed=seed, law="inverse-cube", sea=sea, draws=draws)
        assert found == simulate(plan, runs=runs, seed=seed, law="inverse-cube", sea=sea)


def test_runs_and_particles_are_shared(plan: Plan, tmp_path: Path) -> None:
    """The moving targets of a second trial are the first one's, the standing ones its own."""
    write_drift(tmp_path / "drift.nc")
    nets = {"name": "nets", "kind": "area", "weight": 1.0, "persistence_h": 6}
    scenario = scenario_with([nets, RUNS, MINES], tmp_path, days=2.0)
    sea, draws = sea_off_aktau(), Draws()
    idle = plan.model_copy(update={"sorties": (), "hulls": (), "coverage": (), "moving": ()})
    first, second = (
        trial(idle, scenario, sea, plane_of(sea), runs=90, seed=3, law="definite", draws=draws)[0]
        for _ in range(2)
    )
    assert [isinstance(each.targets, Moving) for each in first] == [False, True, True]
    assert [a.targets is b.targets for a, b in zip(first, second, strict=True)] == [
        False,
        True,
        True,
    ]
    assert not any(np.isfinite(each.found_h).any() for each in first)
