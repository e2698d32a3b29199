"""Checks on postings: one line each, naming the key and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planner.errors import Problem, ScenarioError
from planner.scenario.posted import refuse_postings
from tests.problem.off_aktau import scenario_of
from tests.problem.posted import posted, posted_tables

Tables = dict[str, Any]


def problems_of(tables: Tables) -> tuple[Problem, ...]:
    """Problems of tables, none if they are sound."""
    try:
        scenario_of(tables)
    except ScenarioError as error:
        return error.problems
    return ()


def of_navy(tables: Tables) -> None:
    """Post the ship, which is at Kuryk."""
    tables["posting"][0].update(hull="Navy 1", base="Aktau")


def twice(**other: Any) -> Callable[[Tables], None]:
    """Add a second posting, otherwise like the first."""
    return lambda tables: tables["posting"].append(tables["posting"][0] | other)


def outage(start: str, end: str) -> Callable[[Tables], None]:
    """Take the posted boat out of service for some hours of the first day."""
    times = {"start": f"2006-05-22T{start}+05:00", "end": f"2006-05-22T{end}+05:00"}
    return lambda tables: tables.update(outage=[{"hull": "Boats 2", **times}])


def test_a_sound_posting_has_no_problem() -> None:
    """By road, by sea, for good, with an outage at the other base, one after the other."""
    for posting in ({}, {"by": "sea"}, {"end": None}, {"hull": None, "hulls": ["Boats 1"]}):
        assert problems_of(posted_tables(**posting)) == ()
    found = posted_tables()
    outage("14:00", "20:00")(found)
    assert problems_of(found) == ()


@pytest.mark.parametrize(
    ("change", "key", "message", "remedy"),
    [
        (lambda t: t["posting"][0].pop("hull"), "posting[1].hull", "neither hull nor", "Boats 2"),
        (lambda t: t["posting"][0].update(hulls=["Boats 1"]), "posting[1].hull", "both", "list"),
        (lambda t: t["posting"][0].update(hull="Boat 2"), "posting[1].hull", "no hull", "Boats"),
        (lambda t: t["posting"][0].update(hulls=["Boats 1", "Navy 1"], hull=None),
         "posting[1].hulls", "hulls of Boats and Navy", "one posting a unit"),
        (lambda t: t["posting"][0].update(hulls=["Boats 1", "Boats 1"], hull=None),
         "posting[1].hulls", "twice", "once"),
        (lambda t: t["posting"][0].update(base="Baku"), "posting[1].base", "no base", "[[base]]"),
        (lambda t: t["posting"][0].update(base="Aktau"), "posting[1].base", "already", "remove"),
        (lambda t: t["posting"][0].update(by="air"), "posting[1].by", "road", ""),
        (of_navy, "posting[1].by", "'pkm' has no trailers", 'by = "sea"'),
        (lambda t: t["base"][1].update(ramp=False), "posting[1].by", "'Kuryk' has no ramp", "ramp"),
        (lambda t: t["posting"][0].pop("road_km"), "posting[1].road_km", "no road", "road_km = …"),
        (lambda t: t["posting"][0].update(passage_h=5.0), "posting[1].passage_h", "by road", "sea"),
        (lambda t: t["posting"][0].update(by="sea"), "posting[1].road_km", "by sea", "road"),
        (lambda t: t["posting"][0].update(by="sea", road_km=None, passage_h=11.0),
         "posting[1].passage_h", "11 h are more", "lower it to 10"),
        (lambda t: t["posting"][0].update(crews=3), "posting[1].crews", "'Boats' has 2", "1 to 2"),
        (lambda t: t["posting"][0].update(end=t["posting"][0]["start"]), "posting[1].end",
         "is not after the start", "later"),
        (lambda t: t["posting"][0].update(start="2006-05-20T00:00:00+05:00"), "posting[1].start",
         "not within the plan", "offset"),
        (lambda t: t["posting"][0].update(end="2006-06-01T00:00:00+05:00"), "posting[1].end",
         "after the plan's end", "leave end out"),
        (lambda t: t["posting"][0].update(end="2006-05-22T17:00:00+05:00"), "posting[1].end",
         "too short: its moves and the crews' rest leave no time at 'Kuryk' (2.8 h a way", "later"),
        (lambda t: t["posting"][0].update(end=None, start="2006-05-23T15:00:00+05:00"),
         "posting[1].end", "too short: the way there", "earlier start"),
        (outage("05:00", "06:00"), "posting[1]", "by outage[1]", "before or after"),
        (twice(), "posting[2]", "another posting", "one end before the other starts"),
        (twice(hull="Boats 1", crews=2), "posting[2]", "3 crews of 'Boats' are", "fewer crews"),
        (lambda t: t["base"][1].update(berths=1), "posting[1].base",
         "1 berths for 1 hulls of its own and 1 posted", "raise berths"),
    ],
)  # fmt: skip
def test_a_faulty_posting_is_found(
    change: Callable[[Tables], None], key: str, message: str, remedy: str
) -> None:
    """Each fault gives a line with its key, what is wrong and what to do."""
    found = posted_tables()
    change(found)
    lines = [(p.key, p.message, p.remedy) for p in problems_of(found)]
    assert any(k == key and message in m and remedy in r for k, m, r in lines), lines


def test_other_faults_do_not_hide_these() -> None:
    """A scenario that does not hold for another reason still says what its postings lack."""
    found = posted_tables(base="Nowhere")
    found["threat"][0]["weight"] = "much"
    keys = [problem.key for problem in problems_of(found)]
    assert keys == ["threat[1].weight", "posting[1].base"]


def test_what_does_not_know_of_postings_says_so() -> None:
    """One line with the remedy; nothing where there are none."""
    with pytest.raises(ScenarioError, match=r"posting: a study does not know of .* there are 1; x"):
        refuse_postings(posted(), "a study", "x")
    refuse_postings(scenario_of(posted_tables() | {"posting": []}), "a study", "x")
