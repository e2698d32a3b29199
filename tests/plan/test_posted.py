"""Plans with postings: who goes along, what is said of the moves, and that the verifier agrees."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from planner.app import plan_and_learn, plan_scenario
from planner.errors import ScenarioError
from planner.plan.assemble import assemble
from planner.plan.model import Plan, SolverReport
from planner.plan.posted import crew_of
from planner.problem.build import build
from planner.replan import Event, replan
from planner.scenario import Scenario, load
from planner.verify import check, verify
from tests.problem.off_aktau import scenario_of, sea
from tests.problem.posted import posted, posted_tables
from tests.verify.changes import Data, later

HOUR = dt.timedelta(hours=1)
BOTH: dict[str, Any] = {"hull": None, "hulls": ["Boats 1", "Boats 2"]}


@cache
def scenario(by: str, *, both: bool = False) -> Scenario:
    """A scenario with one boat, or both, posted by road or by sea."""
    passage = {"passage_h": 6.0} if by == "sea" else {}
    return posted(by=by, **passage, **(BOTH if both else {}))


@cache
def plan(by: str, *, both: bool = False) -> Plan:
    """A plan of it, the same every time."""
    return plan_scenario(scenario(by, both=both), work_limit=5)


@cache
def straight() -> Plan:
    """A plan without any sortie: the posted boats sail straight."""
    chosen = scenario("sea", both=True)
    report = SolverReport(
        status="feasible", termination="work", detection=0.0, bound=0.5, gap=float("inf"),
        seed=0, time_s=0.0,
    )  # fmt: skip
    return assemble([], report, chosen, sea(), build(chosen, sea()))


def sorties_of(found: Plan, hull: str) -> list[tuple[str, str]]:
    """Bases that a hull's sorties depart from and return to, in their order."""
    own = sorted((s for s in found.sorties if s.hull == hull), key=lambda s: s.depart)
    return [(s.depart_base, s.return_base) for s in own]


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("by", ["road", "sea"])
def test_the_verifier_finds_nothing(by: str, both: bool) -> None:
    """Whichever way, one boat or two: every rule is kept."""
    report = check(plan(by, both=both), scenario(by, both=both), sea())
    assert report.ok, "\n".join(report.lines())
    assert report.checks["postings"] > 0
    assert (report.checks["road"] > 0) == (by == "road")


def test_a_posted_boat_sails_from_the_other_base() -> None:
    """From Aktau before, from Kuryk meanwhile; by sea there are sorties from one to the other."""
    ends = [
        pair for pair in sorties_of(plan("sea"), "Boats 2") if pair != ("Aktau", "Aktau")
    ]  # fmt: skip
    assert ends[0] == ("Aktau", "Kuryk")
    assert ends[-1] == ("Kuryk", "Aktau")
    assert set(ends[1:-1]) == {("Kuryk", "Kuryk")}
    assert ("Kuryk", "Kuryk") in sorties_of(plan("road"), "Boats 2")
    assert set(sorties_of(plan("road"), "Boats 1")) == {("Aktau", "Aktau")}


def test_the_plan_says_when_and_with_whom_it_moves() -> None:
    """By road there is the day's driving, by sea the sortie; the same crew goes and comes."""
    out, back = plan("road").moves
    assert (out.depart_base, out.arrive_base, out.by) == ("Aktau", "Kuryk", "road")
    assert (back.depart_base, back.arrive_base) == ("Kuryk", "Aktau")
    assert out.arrive - out.depart == 2.8 * HOUR
    assert [(d.start - out.depart, d.distance_km) for d in out.drives] == [(0.5 * HOUR, 90.0)]
    assert out.crews == back.crews
    assert all(s.crew in out.crews for s in plan("road").sorties if s.depart_base == "Kuryk"
               and s.hull.startswith("Boats"))  # fmt: skip
    named = {s.id: s for s in plan("sea").sorties}
    for move in plan("sea").moves:
        assert move.sortie is not None
        assert named[move.sortie].return_base == move.arrive_base
        assert named[move.sortie].return_ == move.arrive


def test_boats_that_find_nothing_on_the_way_sail_straight() -> None:
    """One leg each, at cruise speed or less, and the verifier agrees."""
    found = straight()
    assert [s.id for s in found.sorties] == ["S001", "S002", "S003", "S004"]
    assert {(s.hull, s.depart_base) for s in found.sorties} == {
        (hull, base) for hull in ("Boats 1", "Boats 2") for base in ("Aktau", "Kuryk")
    }
    assert all([leg.mode for leg in s.legs] == ["transit"] for s in found.sorties)
    report = check(found, scenario("sea", both=True), sea())
    assert report.ok, "\n".join(report.lines())


def test_fuel_is_drawn_where_sorties_return() -> None:
    """What a base has to give is in the metrics, and sums to the plan's fuel."""
    found = plan("road")
    bases = found.metrics["by_base"]
    assert bases["Kuryk"]["fuel_l"] > 0
    assert sum(b["fuel_l"] for b in bases.values()) == pytest.approx(found.metrics["fuel_l"])
    assert bases["Kuryk"]["moves"] == bases["Aktau"]["moves"] == 2
    assert sum(b["departures"] for b in bases.values()) == len(found.sorties)


def test_crews_beyond_the_hulls_go_with_the_last() -> None:
    """The first hull has one crew, the last its own and the rest."""
    assert crew_of(("a", "b", "c"), 2, 0) == ("a",)
    assert crew_of(("a", "b", "c"), 2, 1) == ("b", "c")


def test_two_crews_along_sail_one_boat_more_often() -> None:
    """With both crews at Kuryk the boat sails again after its turnaround; nobody sails at home."""
    chosen = posted(crews=2, start="2006-05-22T00:00:00+05:00")
    found = plan_scenario(chosen, work_limit=5)
    away = {s.crew for s in found.sorties if s.depart_base == "Kuryk" and s.hull == "Boats 2"}
    assert away == {"Boats crew 1", "Boats crew 2"}
    during = [s for s in found.sorties if s.hull == "Boats 1" and s.depart < found.moves[1].arrive]
    assert during == []
    assert check(found, chosen, sea()).ok


def test_weekly_hours_count_across_a_posting() -> None:
    """Hours at the other base and on the road are the crew's as those at home are."""
    tables = posted_tables()
    tables["unit"][0]["week_h"] = 16.0
    chosen = scenario_of(tables)
    found = plan_scenario(chosen, work_limit=5)
    report = check(found, chosen, sea())
    assert report.ok, "\n".join(report.lines())


def by_sea(which: int, **changed: Any) -> Callable[[Data], None]:
    """Change values of the sortie by which a move is made."""

    def change(data: Data) -> None:
        name = data["moves"][which]["sortie"]
        next(s for s in data["sorties"] if s["id"] == name).update(changed)

    return change


def left_late(data: Data) -> None:
    """The move begins an hour before its sortie."""
    data["moves"][0]["depart"] = later(data["moves"][0]["depart"], -1.0)


OWN = "goes by sea to '{}' on no sortie of its own"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (by_sea(0, return_base="Aktau"), OWN.format("Kuryk")),
        (by_sea(1, depart_base="Aktau"), OWN.format("Aktau")),
        (by_sea(0, hull="Boats 1"), OWN.format("Kuryk")),
        (by_sea(0, crew="Navy crew 1"), OWN.format("Kuryk")),
        (lambda data: data["moves"][0].update(sortie=None), OWN.format("Kuryk")),
        (left_late, OWN.format("Kuryk")),
        (lambda data: data["moves"][0].update(by="road"), "is to go by sea"),
        (lambda data: data["moves"].clear(), "the plan nowhere"),
    ],
)
def test_a_spoilt_passage_is_found(change: Callable[[Data], None], words: str) -> None:
    """A sortie that goes elsewhere, is another's or is missing does not move a hull."""
    spoilt = copy.deepcopy(plan("sea").model_dump(mode="json", by_alias=True))
    change(spoilt)
    report = check(Plan.model_validate(spoilt), scenario("sea"), sea())
    told = [str(each) for each in report.violations if each.rule == "postings"]
    assert any(words in each for each in told), told


def test_a_posting_is_planned_again_from_what_was_learned() -> None:
    """Sorties of posted hulls are found again by the names of their stations, and bounds hold."""
    first = plan_and_learn(scenario("sea"), work_limit=5)
    again = plan_and_learn(scenario("sea"), work_limit=1, earlier=first.learned)
    assert again.recalled is not None
    assert again.recalled.kept == again.recalled.stored > 0
    assert again.plan.solver.detection >= first.plan.solver.detection - 1e-9
    assert check(again.plan, scenario("sea"), sea()).ok


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda: replan(plan("road"), Event(plan("road").sorties[0].depart, ("Boats 1",))),
         "'patrol replan' does not know of postings"),
    ],
)  # fmt: skip
def test_what_knows_no_postings_says_so(what: Callable[[], object], words: str) -> None:
    """One line with a remedy, no plan that is wrong."""
    with pytest.raises(ScenarioError, match=words):
        what()


def test_the_example_is_planned(examples: Path) -> None:
    """Two days of the boat on its trailer: from Bautino it watches what nobody reaches else."""
    whole = load(examples / "trailer.toml")
    asked = whole.posting[0].model_copy(update={"end": None, "start": whole.start})
    small = whole.model_copy(update={"days": 2.0, "posting": (asked,)})
    small = small.at(whole.directory, whole.file_name)
    found = plan_scenario(small, work_limit=2)
    without = plan_scenario(
        small.model_copy(update={"posting": ()}).at(whole.directory, whole.file_name), work_limit=2
    )
    north = "Northern waters"
    assert found.metrics["by_threat"][north]["detection"] > 0.05
    assert without.metrics["by_threat"][north]["detection"] == 0.0
    assert found.solver.detection > without.solver.detection
    assert verify(found, whole.directory).ok
