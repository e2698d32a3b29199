"""What the optimiser plans passes the verifier, and does not when it is spoilt."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from planner.app import plan_scenario, read_plan, write_plan
from planner.plan.model import Plan
from planner.scenario import Scenario
from planner.sea import Sea
from planner.verify import check, verify
from tests.verify.corruptions import CORRUPTIONS, Corruption


@pytest.fixture(scope="module")
def folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plan the scenario off Aktau, by work so that it is always the same plan, and write it."""
    plan = plan_scenario(scenario, work_limit=15, seed=1)
    return write_plan(plan, tmp_path_factory.mktemp("solved"))


@pytest.fixture(scope="module")
def solved(folder: Path) -> dict[str, Any]:
    """Return the solved plan as plan.json holds it; copy before changing."""
    return read_plan(folder).model_dump(mode="json", by_alias=True)


def test_a_solved_plan_passes(folder: Path) -> None:
    """A plan that was solved, written and read breaks no rule and is worth what it says."""
    plan = read_plan(folder)
    report = verify(plan, folder)
    assert report.ok, "\n".join(report.lines())
    assert report.detection == pytest.approx(plan.solver.detection, rel=0.002)
    assert len(plan.sorties) >= 5


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.name)
def test_a_spoilt_solved_plan_is_caught(
    corruption: Corruption, solved: dict[str, Any], scenario: Scenario, sea: Sea
) -> None:
    """Each way to spoil the solved plan is noticed by the rule it breaks."""
    spoilt = copy.deepcopy(solved)
    corruption.change(spoilt)
    report = check(Plan.model_validate(spoilt), scenario, sea)
    assert corruption.rule in report.broken, "\n".join(report.lines())
