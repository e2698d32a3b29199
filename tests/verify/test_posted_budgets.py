"""Fuel and upkeep of units with posted hulls: shared in arrays, kept by plans, checked again."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from planner.app import plan_scenario
from planner.errors import ScenarioError
from planner.plan.assemble import assemble
from planner.plan.model import Plan, SolverReport
from planner.problem.budgets import passage_l
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario
from planner.solve.sorties import fuel_l, make_sortie
from planner.verify import check
from tests.problem.off_aktau import scenario_of, sea
from tests.problem.posted import posted_tables

UPKEEP: dict[str, Any] = {"upkeep_every_h": 20.0, "upkeep_h": 4.0, "upkeep_due_h": [14.0, 9.0]}
FUEL: dict[str, Any] = {"fuel_week_l": 9000.0}


def asked(by: str, unit: dict[str, Any], **posting: Any) -> Scenario:
    """The scenario with a boat posted, by sea for up to five hours a way, and rules for boats."""
    passage = {"passage_h": 5.0} if by == "sea" else {}
    found = posted_tables(by=by, **passage, **posting)
    found["unit"][0] |= unit
    return scenario_of(found)


@cache
def arrays(by: str) -> PlanningProblem:
    """Arrays of it with both rules."""
    return build(asked(by, FUEL | UPKEEP), sea())


@cache
def plan(by: str) -> Plan:
    """A plan of it, the same every time."""
    return plan_scenario(asked(by, FUEL | UPKEEP), work_limit=6)


def litres(found: Plan) -> float:
    """What the boats burn, wherever they are."""
    return math.fsum(s.fuel_l for s in found.sorties if s.hull.startswith("Boats"))


def hours(found: Plan, hull: str) -> float:
    """Hours that a hull is under way, wherever it is."""
    seconds = ((s.return_ - s.depart).total_seconds() for s in found.sorties if s.hull == hull)
    return math.fsum(seconds) / 3600


@pytest.mark.parametrize("by", ["sea", "road"])
def test_stations_share_what_their_unit_has(by: str) -> None:
    """Every station of the boats holds the same budgets, less what straight passages take."""
    problem = arrays(by)
    vessel = asked(by, {}).vessel["patrol-boat-42ft"]
    burnt = [passage_l(passage, vessel, 1 / 6) for passage in problem.passages]
    steps = [passage.arrive - passage.depart for passage in problem.passages]
    assert len(burnt) == (2 if by == "sea" else 0)
    free = build(scenario_of(tables_without_posting()), sea()).instance.budgets[0]
    for station, budgets in zip(problem.stations, problem.instance.budgets, strict=True):
        if station.unit.name == "Navy":
            assert budgets == ()
            continue
        on_way = {"out": 0, "back": 1}.get(station.way)
        for budget, whole in zip(budgets, free, strict=True):
            each = burnt if budget.fuel else steps
            assert budget.owner == 0
            assert budget.limit == pytest.approx(whole.limit - sum(each))
            assert budget.spared == pytest.approx(0.0 if on_way is None else each[on_way])
    assert len(problem.instance.pots) == 2
    assert len(problem.instance.parties) == 2


def tables_without_posting() -> dict[str, Any]:
    """The same two days, with nobody posted."""
    found = posted_tables()
    found["unit"][0] |= FUEL | UPKEEP
    return found | {"posting": []}


@pytest.mark.parametrize("by", ["sea", "road"])
def test_a_plan_keeps_what_its_hulls_share(by: str) -> None:
    """Litres at both bases and on the way together are within the allowance; upkeep is on time."""
    scenario, found = asked(by, FUEL | UPKEEP), plan(by)
    report = check(found, scenario, sea())
    assert report.ok, report.lines()
    assert 0.5 * 9000 * 2 / 7 < litres(found) <= 9000 * 2 / 7 + 1e-6
    assert found.solver.detection <= found.solver.bound


@pytest.mark.parametrize("by", ["sea", "road"])
def test_what_is_sailed_from_the_other_base_counts(by: str) -> None:
    """The verifier finds a litre and a minute too few for what all sorties together take."""
    found = plan(by)
    written = found.model_dump(mode="json", by_alias=True)

    def broken(**rules: Any) -> dict[str, int]:
        scenario = asked(by, FUEL | UPKEEP | rules)
        return check(Plan.model_validate(written), scenario, sea()).broken

    burnt = litres(found) * 7 / 2
    assert broken(fuel_week_l=burnt + 10.0) == {}
    assert broken(fuel_week_l=burnt - 10.0) == {"fuel_week": 1}
    most_h = max(hours(found, "Boats 1"), hours(found, "Boats 2"), 1.5)
    assert broken(upkeep_every_h=most_h + 20.0, upkeep_due_h=most_h + 0.1) == {}
    without = {**written, "upkeep": []}
    late = asked(by, FUEL | UPKEEP | {"upkeep_every_h": 90.0, "upkeep_due_h": 1.0})
    faults = check(Plan.model_validate(without), late, sea()).broken
    assert faults == {"upkeep": sum(hours(found, f"Boats {k}") > 1.0 for k in (1, 2))}


def test_a_boat_posted_by_sea_is_due_with_its_passages() -> None:
    """Upkeep forgotten of the posted boat is found by the hours of its moves alone."""
    scenario = asked("sea", UPKEEP)
    report = SolverReport(
        status="feasible", termination="work", detection=0.0, bound=0.5, gap=float("inf"),
        seed=0, time_s=0.0,
    )  # fmt: skip
    problem = build(scenario, sea())
    found = assemble([], report, scenario, sea(), problem)
    assert check(found, scenario, sea()).ok
    assert hours(found, "Boats 2") == pytest.approx(
        sum(p.arrive - p.depart for p in problem.passages) / 6
    )
    vessel = scenario.vessel["patrol-boat-42ft"]
    burnt = sum(passage_l(passage, vessel, 1 / 6) for passage in problem.passages)
    assert litres(found) == pytest.approx(burnt, abs=0.01)
    due_h = hours(found, "Boats 2") - 0.2
    tight = asked("sea", UPKEEP | {"upkeep_due_h": [14.0, due_h]})
    assert check(found, tight, sea()).broken == {"upkeep": 1}
    again = assemble([], report, tight, sea(), build(tight, sea()))
    assert check(again, tight, sea()).ok
    assert [each.hull for each in again.upkeep] == ["Boats 2"]


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ({"fuel_week_l": 1000.0}, "burn 601 l"),
        ({"upkeep_every_h": 20.0, "upkeep_h": 40.0, "upkeep_due_h": 2.0}, "due for upkeep"),
    ],
)
def test_moves_that_take_too_much_are_a_problem(unit: dict[str, Any], words: str) -> None:
    """A posting whose passages burn more than there is, or come before an upkeep, is named."""
    with pytest.raises(ScenarioError) as caught:
        build(asked("sea", unit), sea())
    assert {problem.key for problem in caught.value.problems} == {"posting[1]"}
    assert all(words in problem.message for problem in caught.value.problems)


def test_a_patrol_that_upkeep_leaves_no_room_for_sails_straight() -> None:
    """The longest patrol on the way is left out where the boat would be due before it is over."""
    free = asked("sea", UPKEEP | {"upkeep_due_h": 14.0})
    problem = build(free, sea())
    number = next(
        k for k, f in enumerate(problem.instance.fleets)
        if problem.station(k).way == "out"
    )  # fmt: skip
    fleet = problem.instance.fleets[number]
    net, depart = fleet.network, int(fleet.network.departures[0])
    cell = int(net.active()[net.deploy_steps[net.active()].argmin()])
    start = depart + int(net.deploy_steps[cell])
    visits = [[start, cell]]
    while True:
        after = visits[-1][0] + int(net.visit_steps[cell])
        back = after + int(net.visit_steps[cell]) + int(net.return_steps[cell])
        if back - depart > net.max_steps:
            break
        visits.append([after, cell])
    table = make_sortie(
        problem.instance, number, depart, after + int(net.return_steps[cell]),
        np.array(visits, np.int32),
    )  # fmt: skip
    assert fuel_l(fleet, depart, table.return_, table.visits) > 0.0
    report = SolverReport(
        status="feasible", termination="work", detection=0.1, bound=0.5, gap=4.0, seed=0, time_s=0.0
    )
    patrols = assemble([table], report, free, sea(), problem)
    lasts_h = (table.return_ - depart) / 6
    straight_h = sum(p.arrive - p.depart for p in problem.passages) / 6
    tight = asked("sea", UPKEEP | {"upkeep_h": 40.0, "upkeep_due_h": straight_h + 0.1})
    bound = assemble([table], report, tight, sea(), build(tight, sea()))
    for found, scenario, out_h in ((patrols, free, lasts_h), (bound, tight, None)):
        ways = [s for s in found.sorties if s.depart_base == "Aktau" and s.hull == "Boats 2"]
        assert len(ways) == 1
        searches = sum(leg.mode == "search" for leg in ways[0].legs)
        assert (searches > 0) == (out_h is not None)
        assert "upkeep" not in check(found, scenario, sea()).broken


def test_a_straight_passage_has_its_breaks() -> None:
    """A posted boat that sails straight stops when its crew is due; if it must anchor it cannot."""
    scenario = asked("sea", {"break_every_h": 1.0, "break_min": 20.0} | FUEL)
    report = SolverReport(
        status="feasible", termination="work", detection=0.0, bound=0.5, gap=float("inf"),
        seed=0, time_s=0.0,
    )  # fmt: skip
    found = assemble([], report, scenario, sea(), build(scenario, sea()))
    assert check(found, scenario, sea()).ok
    assert [[leg.reason for leg in s.legs] for s in found.sorties] == [[None, "break", None]] * 2
    with pytest.raises(ScenarioError) as caught:
        build(asked("sea", {"break_every_h": 1.0, "break_min": 20.0, "break_at": "anchor"}), sea())
    assert any("break at anchor on the way" in each.message for each in caught.value.problems)
