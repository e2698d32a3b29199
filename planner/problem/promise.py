"""Where a plan promises more than it will keep."""

from __future__ import annotations

import numpy as np

from planner.errors import Problem
from planner.problem.build import PlanningProblem
from planner.scenario import Scenario

FEWEST_A_STAY = 0.8
"""Runs that should depart, on average, in the time that one stays in a cell.

With 0.9 the formula gave 52 % of other runs on the reference, and 56 % of those sampled; with
a quarter of that, 35 and 72 %.
"""


def doubts(scenario: Scenario, problem: PlanningProblem) -> list[Problem]:
    """Parts of a scenario that its plan's detection cannot be trusted on, each with a remedy.

    Sampled runs stand for runs at any time. Where one departs only long after
    the last has left a cell, a plan can meet the sample hour by hour and miss
    all runs in between: tried on others, a hundred a week were found half as
    often as planned.
    """
    found = []
    for number, threat in enumerate(scenario.threat, start=1):
        tracks = [track for track in problem.tracks if track.threat == threat.name]
        seen = [track for track in tracks if track.cell.size]
        if not seen:
            continue
        stay_h = float(np.median(np.concatenate([t.leave_h - t.enter_h for t in seen])))
        apart_h = scenario.horizon_h / len(seen)
        if stay_h < FEWEST_A_STAY * apart_h:
            found.append(
                Problem(
                    scenario.file_name,
                    f"threat[{number}].tracks",
                    f"{len(tracks)} runs depart {apart_h:.2f} h apart but stay {stay_h:.2f} h in "
                    "a cell: the plan will fit their timetable, and find fewer at other times",
                    f"give {int(np.ceil(len(tracks) * apart_h / stay_h))} or more",
                )
            )
    return found
