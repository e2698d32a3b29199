"""Doubts about a plan's promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.problem.build import PlanningProblem
from planner.problem.promise import doubts
from planner.problem.tracks import Track
from planner.scenario import Scenario
from tests.problem.off_aktau import problem, scenario


def with_runs(count: int, stay_h: float) -> tuple[Scenario, PlanningProblem]:
    """A scenario off Aktau whose runs depart evenly and stay so long in each of two cells."""
    asked = scenario()
    name = next(threat.name for threat in asked.threat if threat.kind == "transit")
    depart_h = np.arange(count) * asked.horizon_h / count
    runs = tuple(
        Track(
            name, 0.1 / count, np.array([0, 1], np.int32),
            np.array([at, at + stay_h]), np.array([at + stay_h, at + 2 * stay_h]),
        )
        for at in depart_h
    )  # fmt: skip
    return asked, replace(problem(), tracks=runs)


def test_runs_far_apart_are_doubted_with_the_number_to_give() -> None:
    """Runs that depart after the last has left a cell give a line that says how many would do."""
    asked, built = with_runs(4, stay_h=0.5)
    (doubt,) = doubts(asked, built)
    assert doubt.key.endswith(".tracks")
    enough = int(doubt.remedy.split()[1])
    assert enough == np.ceil(asked.horizon_h / 0.5)
    assert doubts(*with_runs(enough, stay_h=0.5)) == []


def test_runs_close_together_and_no_runs_are_not() -> None:
    """Nothing is said of runs that follow each other closely, or where there are none."""
    assert doubts(*with_runs(1000, stay_h=0.5)) == []
    assert doubts(scenario(), replace(problem(), tracks=())) == []
