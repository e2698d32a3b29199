"""Moves by road: what is a little off is noticed, what is within rounding is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from planner.plan.model import Plan
from planner.scenario import Scenario
from planner.sea import Sea
from planner.verify import check
from planner.verify.facts import Facts
from planner.verify.postings import _road_km
from tests.verify import posting_changes as post
from tests.verify.changes import Data, later

MINUTE_H, HALF_S_H = 1 / 60, 0.5 / 3600


def away(by_h: float) -> Callable[[Data], None]:
    """Leave for the posting so much later, and come home so much earlier."""

    def change(data: Data) -> None:
        there, back = data["moves"]
        there["depart"] = later(there["depart"], by_h)
        back["arrive"] = later(back["arrive"], -by_h)

    return change


def in_parts(data: Data) -> None:
    """The way there in two drives, one of half an hour."""
    (whole,) = data["moves"][0]["drives"]
    halt = later(whole["start"], 0.5)
    data["moves"][0]["drives"] = [
        whole | {"end": halt, "distance_km": 25.0},
        whole | {"start": halt, "distance_km": 75.0},
    ]


def in_wrong_order(data: Data) -> None:
    """The same two drives, the later one first."""
    in_parts(data)
    data["moves"][0]["drives"].reverse()


def posted_crew(crew: str) -> Callable[[Data], None]:
    """A sortie of the posted boat from where it is, with a crew."""
    return post.sails_for_the_posted("2006-05-22T20:00+05:00", "Kuryk", crew)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (in_parts, set()),
        (in_wrong_order, {"is driven before it leaves"}),
        (post.drive(start=2.0), {"is towed too fast"}),
        (post.shorter(0, 99.9), {"another way than the road is long"}),
        (post.shorter(0, 99.96), set()),
        (away(-MINUTE_H), {"leaves before posting 1 says", "is home after posting 1 says"}),
        (away(-HALF_S_H), set()),
        (posted_crew(post.CREW), set()),
        (posted_crew("Scouts crew 2"), {"while one of them is on posting 1"}),
    ],
)
def test_moves_are_held_to_the_posting(
    change: Callable[[Data], None],
    words: set[str],
    written: dict[str, Any],
    scenario: Scenario,
    sea: Sea,
) -> None:
    """Each fault is told in its words, and nothing else is said of moves and postings."""
    spoilt = copy.deepcopy(written)
    change(spoilt)
    report = check(Plan.model_validate(spoilt), scenario, sea)
    found = [str(each) for each in report.violations if each.rule in ("road", "postings")]
    assert all(any(word in each for word in words) for each in found), found
    assert all(any(word in each for each in found) for word in words), found


def test_a_posting_without_its_own_road_has_the_shipped_one(
    plan: Plan, scenario: Scenario, sea: Sea
) -> None:
    """The posting's kilometres come first, then those between the shipped places, then none."""
    facts = Facts(plan, scenario, sea)
    move = plan.moves[0]
    assert _road_km(facts, move) == post.ROAD_KM
    named = move.model_copy(update={"arrive_base": "Fort Shevchenko"})
    assert _road_km(facts, named) == post.ROAD_KM
    (posting,) = scenario.posting
    bare = scenario.model_copy(update={"posting": (posting.model_copy(update={"road_km": None}),)})
    facts = Facts(plan, bare, sea)
    assert _road_km(facts, named) == 132.0  # gufo.me, in the shipped table
    assert _road_km(facts, move) is None
