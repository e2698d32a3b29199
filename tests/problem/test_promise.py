"""Doubts about a plan's promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.errors import Problem
from planner.problem.build import PlanningProblem
from planner.problem.promise import doubts
from planner.problem.tracks import Track
from planner.scenario import Scenario
from tests.problem.off_aktau import problem, scenario, sea


def with_runs(count: int, stay_h: float) -> tuple[Scenario, PlanningProblem]:
    """A scenario off Aktau whose runs depart evenly and stay so long in each of two cells."""
    asked = scenario()
    name = next(threat.name for threat in asked.threat if threat.kind == "transit")
    depart_h = np.arange(count) * asked.horizon_h / count
    runs = tuple(
        Track(
            name, 0.1 / count, 20.0, np.array([0, 1], np.int32),
            np.array([at, at + stay_h]), np.array([at + stay_h, at + 2 * stay_h]),
        )
        for at in depart_h
    )  # fmt: skip
    return spread(asked, 5.0), replace(problem(), tracks=runs)


def spread(asked: Scenario, spread_nm: float) -> Scenario:
    """The scenario with its runs strewn so far about their course."""
    threats = tuple(
        threat.model_copy(update={"spread_nm": spread_nm}) if threat.kind == "transit" else threat
        for threat in asked.threat
    )
    return asked.model_copy(update={"threat": threats}).at(asked.directory, asked.file_name)


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
    assert doubts(spread(scenario(), 5.0), replace(problem(), tracks=())) == []


def test_runs_on_one_course_are_doubted() -> None:
    """Runs that stray less than a sweep width are named with the spread to give."""
    asked, built = with_runs(1000, stay_h=0.5)
    (doubt,) = doubts(spread(asked, 1.0), built)
    assert doubt.key == "threat[3].spread_nm"
    assert "take one course" in doubt.message
    assert "give 3 nm or more" in doubt.remedy


def swept(width_share: float, runs: int = 1000) -> list[Problem]:
    """Doubts where every boat sweeps so much of the distance between cells."""
    asked, built = with_runs(runs, stay_h=0.5)
    apart_nm = float(sea().cells.spacing_nm.mean())
    made = tuple(
        replace(
            each,
            width_nm={
                name: np.full_like(table, width_share * apart_nm)
                for name, table in each.width_nm.items()
            },
        )
        for each in built.made
    )
    return doubts(asked, replace(built, made=made))


@pytest.mark.parametrize("share", [0.2, 0.4, 0.65])
def test_sweep_widths_in_scale_with_the_cells_are_not_doubted(share: float) -> None:
    """Nothing is said where the width is a fifth to two thirds of the distance between cells."""
    assert swept(share) == []


@pytest.mark.parametrize(("share", "better"), [(0.05, 1), (1.5, -1)])
def test_cells_out_of_scale_are_doubted_with_a_resolution(share: float, better: int) -> None:
    """Every threat searched in cells out of scale gives a line with the resolution to take."""
    found = swept(share)
    assert [doubt.key for doubt in found] == [
        f"threat[{k}]" for k in range(1, len(scenario().threat) + 1)
    ]
    wanted = f"cell_resolution = {scenario().area.cell_resolution + better}"
    assert all(doubt.remedy.endswith(wanted) for doubt in found)
    assert all(f"{share:.2f}" in doubt.message for doubt in found)
