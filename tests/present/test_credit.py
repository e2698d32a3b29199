"""Sharing the plan's detection among those who earned it."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from planner.plan.model import Plan
from planner.present.credit import credits_of
from planner.present.figures import by_agency, by_threat
from tests.plan_factory import one_pass


def test_credits_add_up_to_the_detection(plan: Plan) -> None:
    """Nothing of the plan's detection is lost or counted twice."""
    earned = credits_of(plan)
    assert sum(item.detection for item in earned) == pytest.approx(plan.solver.detection)
    assert all(item.detection >= 0 for item in earned)


def test_agencies_and_threats_split_the_same_detection(plan: Plan) -> None:
    """The parts of the agencies, and those of the threats, each sum to the whole."""
    assert sum(by_agency(plan).values()) == pytest.approx(plan.solver.detection)
    assert sum(row.detection for row in by_threat(plan)) == pytest.approx(plan.solver.detection)
    assert sum(row.weight for row in by_threat(plan)) == pytest.approx(
        sum(row.weight for row in (*plan.coverage, *plan.moving))
    )


def test_two_searches_share_by_their_exposure(plan: Plan) -> None:
    """Of one target seen twice, credit goes as the exposures of the two passes."""
    row = next(row for row in plan.coverage if row.exposure > 0)
    first, second = plan.sorties[0], plan.sorties[1]
    legs = [leg for leg in first.legs if leg.mode == "search"]
    length = row.to - row.from_

    def searching(exposure: float) -> object:
        leg = {**legs[0].model_dump(), "start": row.from_, "end": row.from_ + length / 4}
        return {**leg, "exposures": [{"cell": row.cell, "exposure": exposure}]}

    whole = 0.8
    changed = plan.model_dump(by_alias=True)
    changed["sorties"] = [
        {**first.model_dump(by_alias=True), "legs": [searching(0.75 * whole)]},
        {**second.model_dump(by_alias=True), "legs": [searching(0.25 * whole)]},
    ]
    target = {**row.model_dump(by_alias=True), "exposure": whole, "weight": 1.0}
    changed["coverage"] = [{**target, "detection": 1 - math.exp(-whole)}]
    changed["moving"] = []
    got: dict[str, float] = defaultdict(float)
    for item in credits_of(Plan.model_validate(changed)):
        got[item.sortie] += item.detection
    much, little = one_pass(0.75 * whole), one_pass(0.25 * whole)
    assert got[first.id] / got[second.id] == pytest.approx(much / little)


def test_a_search_outside_the_window_earns_nothing(plan: Plan) -> None:
    """Only the part of a leg within a target's time counts for it."""
    changed = plan.model_dump(by_alias=True)
    changed["moving"] = []
    leg = next(leg for leg in plan.sorties[0].legs if leg.exposures)
    row = next(row for row in changed["coverage"] if row["cell"] == leg.exposures[0].cell)
    changed["coverage"] = [{**row, "from": leg.end, "to": leg.end + (leg.end - leg.start)}]
    changed["sorties"] = [
        {**plan.sorties[0].model_dump(by_alias=True), "legs": [leg.model_dump(by_alias=True)]}
    ]
    assert credits_of(Plan.model_validate(changed)) == ()
