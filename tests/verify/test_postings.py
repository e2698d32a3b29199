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


def two_along(data: Data) -> None:
    """Both crews go along and come back, where one is asked for."""
    for each in data["moves"]:
        each["crews"] = ["Scouts crew 1", "Scouts crew 2"]


def in_no_time(data: Data) -> None:
    """The hull is there as soon as it leaves."""
    data["moves"][0].update(arrive=data["moves"][0]["depart"])


def unknown(data: Data) -> None:
    """The posted hull is missing among the plan's."""
    data["hulls"] = [each for each in data["hulls"] if each["id"] != post.HULL]


def home_again(crew: str) -> Callable[[Data], None]:
    """A sortie of the posted boat after it came home, with a crew."""
    return post.sails_for_the_posted("2006-05-23T19:00+05:00", "Aktau", crew)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda data: data["moves"].clear(),
            {"the plan nowhere", "takes 1 crews along, the plan 0"},
        ),
        (unknown, {"takes hull 'Scouts 1' –Kuryk and Kuryk–, the plan"}),
        (in_no_time, {"takes no time", "short", "is driven before it leaves"}),
        (two_along, {"takes 1 crews along, the plan 2"}),
        (post.move(1, crews=["Scouts crew 2"]), {"takes 1 crews along, the plan 1"}),
        (post.move(1, by="sea"), {"is to go by road"}),
        (home_again("Scouts crew 2"), set()),
        (in_parts, set()),
        (in_wrong_order, {"is driven before it leaves"}),
        (post.drive(start=2.0), {"is towed too fast"}),
        (post.drive(end=MINUTE_H), {"too little time at the ramp"}),
        (post.drive(start=-MINUTE_H), {"too little time at the ramp"}),
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


def test_a_posting_without_an_end_has_one_move(
    written: dict[str, Any], scenario: Scenario, sea: Sea
) -> None:
    """Who stays is moved there and not back; a way back is one too many."""
    (posting,) = scenario.posting
    endless = posting.model_copy(update={"end": None})
    stays = scenario.model_copy(update={"posting": (endless,)})

    def found(moves: int) -> list[str]:
        told = copy.deepcopy(written) | {"moves": written["moves"][:moves]}
        report = check(Plan.model_validate(told), stays, sea)
        return [str(each) for each in report.violations if each.rule == "postings"]

    assert found(1) == []
    (again,) = found(2)
    assert "takes hull 'Scouts 1' Aktau–Kuryk, the plan Aktau–Kuryk and Kuryk–Aktau" in again


def test_a_posting_without_its_own_road_has_the_shipped_one(
    plan: Plan, scenario: Scenario, sea: Sea
) -> None:
    """The posting's kilometres come first, then those between the shipped places, then none."""
    facts = Facts(plan, scenario, sea)
    move = plan.moves[0]
    assert _road_km(facts, move) == post.ROAD_KM
    named = move.model_copy(update={"arrive_base": "Fort Shevchenko"})
    assert _road_km(facts, named) == post.ROAD_KM
    assert _road_km(facts, named.model_copy(update={"posting": 2})) == 132.0
    (posting,) = scenario.posting
    longer = posting.model_copy(update={"road_km": 120.0})
    two = Facts(plan, scenario.model_copy(update={"posting": (longer, posting)}), sea)
    assert _road_km(two, move) == 120.0
    assert _road_km(two, move.model_copy(update={"posting": 2})) == post.ROAD_KM
    bare = scenario.model_copy(update={"posting": (posting.model_copy(update={"road_km": None}),)})
    facts = Facts(plan, bare, sea)
    assert _road_km(facts, named) == 132.0  # gufo.me, in the shipped table
    assert _road_km(facts, move) is None
