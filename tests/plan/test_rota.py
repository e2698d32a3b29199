"""The rota on a small real sea: names, rest, outages, hours, what is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.app import plan_and_learn
from planner.plan.assemble import assemble
from planner.plan.metrics import metrics
from planner.plan.model import SolverReport
from planner.plan.realise import realise
from planner.plan.rota import Rota, left_out, losses, rota_of
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario, load
from planner.sea import build_sea
from planner.solve import Sortie as Column
from planner.solve.coverage import Coverage
from planner.solve.sorties import Roster
from planner.verify import check
from tests.problem.off_aktau import patrol, scenario_of, sea, tables

START = dt.datetime.fromisoformat("2006-05-22T00:00:00+05:00")


def made(
    unit: dict[str, Any], *, days: float = 3.0, outages: Sequence[tuple[str, int, int]] = ()
) -> tuple[Scenario, PlanningProblem]:
    """Scenario and problem of one unit of boats, with outages as hull, from and to hour."""
    changed = tables()
    changed["days"] = days
    changed["unit"] = [changed["unit"][0] | unit]
    changed["threat"] = changed["threat"][:2]
    changed["outage"] = [
        {"hull": hull, "start": at(begin).isoformat(), "end": at(end).isoformat()}
        for hull, begin, end in outages
    ]
    there = scenario_of(changed)
    return there, build(there, sea())


def at(hour: float) -> dt.datetime:
    """Time at an hour of the plan."""
    return START + dt.timedelta(hours=hour)


def trips(problem: PlanningProblem, *of: tuple[int, int]) -> list[Column]:
    """Sorties from the hour, with the number of visits."""
    return [patrol(problem, 0, 6 * hour, visits) for hour, visits in of]


def report(detection: float) -> SolverReport:
    """What an optimiser says."""
    return SolverReport(
        status="optimal", termination="gap", detection=detection, bound=detection,
        gap=0.0, seed=0, time_s=0.0,
    )  # fmt: skip


def rested(rota: Rota, scenario: Scenario) -> None:
    """Assert that hulls are ready and crews rested whenever they sail again."""
    unit = scenario.unit[0]
    vessel, step = scenario.vessel_of(unit), dt.timedelta(minutes=10)
    gap_h = {"hull": vessel.turnaround_h, "crew": vessel.rest_h}
    for key, names in (("hull", unit.hulls), ("crew", unit.crew_names)):
        by: dict[str, list[Column]] = {}
        for column, manned in zip(rota.columns, rota.manned, strict=True):
            by.setdefault(getattr(manned, key), []).append(column)
        assert set(by) <= set(names)
        for own in by.values():
            for before, after in pairwise(own):
                lain = (after.depart - before.return_) * step
                assert lain >= dt.timedelta(hours=gap_h[key])
                if key == "crew":
                    assert (after.depart - before.depart) * step >= dt.timedelta(hours=unit.least_h)
        for outage in scenario.outage:
            for column in by.get(outage.hull, []) if key == "hull" else []:
                begin, end = (scenario.start + k * step for k in (column.depart, column.return_))
                assert end <= outage.start or begin >= outage.end


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_what_rows_allow_is_named(data: st.DataObject) -> None:
    """Any sorties that keep the rows get hulls and crews; every crew rests, and keeps its day."""
    unit = {"count": data.draw(st.integers(1, 3)), "crews": data.draw(st.integers(1, 4))}
    if data.draw(st.booleans()):
        unit["day_h"] = 9.0
    there, built = made(unit)
    roster = Roster(built.instance)
    for _ in range(data.draw(st.integers(1, 14))):
        column = patrol(built, 0, 6 * data.draw(st.integers(0, 60)), data.draw(st.integers(1, 4)))
        roster.add(column)
        if not roster.fits():
            roster.remove(column)
    rota = rota_of(roster.sorties, there, built)
    assert rota.left_out == ()
    rested(rota, there)
    spare = unit["crews"] > unit["count"]
    for column, manned in zip(rota.columns, rota.manned, strict=True):
        back = START + column.return_ * dt.timedelta(minutes=10)
        pause = manned.ready - back
        assert pause == dt.timedelta(hours=2) if spare else pause >= dt.timedelta(hours=8)
    assert [m.hull for m in rota_of(roster.sorties[::-1], there, built).manned] == [
        m.hull for m in rota.manned
    ]


def test_a_crew_to_spare_lets_a_hull_sail_again() -> None:
    """One hull, two crews: it sails after two hours with the other crew."""
    there, built = made({"count": 1, "crews": 2})
    first = patrol(built, 0, 0, 18)
    again = patrol(built, 0, -(-(first.return_ + 12) // 6) * 6, 18)
    third = patrol(built, 0, -(-(again.return_ + 12) // 6) * 6, 18)
    rota = rota_of([first, again, third], there, built)
    assert {m.hull for m in rota.manned} == {"Boats 1"}
    assert [m.crew for m in rota.manned] == ["Boats crew 1", "Boats crew 2", "Boats crew 1"]


def test_crews_keep_to_their_hulls_where_none_is_to_spare() -> None:
    """With a crew a hull and no outage, hull and crew have the same number."""
    there, built = made({"count": 3})
    columns = trips(built, (0, 3), (1, 1), (3, 2), (20, 4), (21, 1), (24, 2), (44, 2), (46, 4))
    rota = rota_of(columns, there, built)
    assert all(m.hull.split()[-1] == m.crew.split()[-1] for m in rota.manned)


def test_hours_are_shared() -> None:
    """Two long and two short sorties are one of each for both hulls; in turn they would not be."""
    there, built = made({"count": 2, "crews": 2})
    columns = trips(built, (0, 4), (2, 1), (24, 1), (26, 1), (44, 1), (46, 4))
    rota = rota_of(columns, there, built)
    hours: dict[str, int] = {}
    for column, manned in zip(rota.columns, rota.manned, strict=True):
        hours[manned.hull] = hours.get(manned.hull, 0) + column.return_ - column.depart
    assert max(hours.values()) == min(hours.values())


def test_hulls_are_named_around_their_outages() -> None:
    """The hull in upkeep stays in; its crew sails the other hull meanwhile."""
    there, built = made({"count": 2}, outages=[("Boats 1", 10, 40)])
    first = patrol(built, 0, 6 * 12, 12)
    again = patrol(built, 0, -(-(first.return_ + 12) // 6) * 6, 3)
    assert again.return_ < 6 * 40
    rota = rota_of([first, again], there, built)
    assert [m.hull for m in rota.manned] == ["Boats 2", "Boats 2"]
    assert len({m.crew for m in rota.manned}) == 2
    assert rota.left_out == ()


def test_a_sortie_that_no_hull_can_sail_is_left_out() -> None:
    """Between one hull's outage and the next hull's counts are kept, but nobody is there."""
    there, built = made({"count": 2}, outages=[("Boats 1", 0, 24), ("Boats 2", 24, 48)])
    over, clear = trips(built, (22, 12), (50, 2))
    assert Roster(built.instance, [over, clear]).fits()
    rota = rota_of([over, clear], there, built)
    assert rota.columns == (clear,)
    assert rota.left_out == (over,)
    with pytest.raises(ValueError, match="of other sorties"):
        realise([over, clear], there, sea(), built, rota=rota)
    plan = assemble([over, clear], report(0.5), there, sea(), built)
    assert plan.solver.detection == Coverage(built.instance.targets, [clear]).detection()
    assert plan.solver.status == "feasible"
    assert plan.solver.gap == pytest.approx(0.5 / plan.solver.detection - 1)
    assert check(plan, there, sea()).ok
    (doubt,) = left_out([over, clear], plan, there, built)
    assert doubt.key == "unit[1]"
    assert "1 of 2 sorties of 'Boats' are left out" in doubt.message
    assert left_out([clear], plan, there, built) == []


def test_what_finds_least_is_left_out() -> None:
    """A crew with few hours in a week sails the sorties that find most."""
    there, built = made({"count": 1, "week_h": 2.7})
    columns = trips(built, (0, 2), (24, 1), (48, 2))
    worth = losses(columns, built.instance.targets)
    rota = rota_of(columns, there, built)
    sailed_h = sum(c.return_ - c.depart for c in rota.columns) / 6
    assert sailed_h <= 2.7
    assert rota.left_out == (columns[worth.index(min(worth))],)


def test_settled_sorties_bind_their_hulls_and_crews() -> None:
    """Beside a sortie that is settled the other hull and the other crew sail."""
    there, built = made({"count": 2})
    early, late = trips(built, (0, 3), (2, 3))
    (sailed,) = realise([early], there, sea(), built)
    sailed = sailed.model_copy(update={"hull": "Boats 2", "crew": "Boats crew 1"})
    rota = rota_of([late], there, built, settled=[sailed])
    assert (rota.manned[0].hull, rota.manned[0].crew) == ("Boats 1", "Boats crew 2")


def test_losses_are_what_is_lost() -> None:
    """Without a sortie a plan detects less by its loss."""
    _, built = made({"count": 2})
    columns = trips(built, (0, 3), (2, 2), (24, 1))
    targets = built.instance.targets
    whole = Coverage(targets, columns).detection()
    for k, loss in enumerate(losses(columns, targets)):
        rest = Coverage(targets, [*columns[:k], *columns[k + 1 :]]).detection()
        assert loss == pytest.approx(whole - rest, abs=1e-12)


def test_the_metrics_say_how_far_hours_lie_apart() -> None:
    """Hours by hull and crew, and the largest difference."""
    there, built = made({"count": 2, "crews": 3})
    columns = trips(built, (0, 4), (2, 1))
    plan = assemble(columns, report(0.5), there, sea(), built)
    found = metrics(plan, there, sea())["rota"]["Boats"]
    lasts = sorted((c.return_ - c.depart) / 6 for c in columns)
    assert sorted(found["hull_hours"].values()) == pytest.approx(lasts)
    assert sorted(found["crew_hours"].values()) == pytest.approx([0.0, *lasts])
    assert found["most_apart_h"] == pytest.approx(lasts[-1])


@pytest.mark.parametrize("rules", [{"day_h": 8.0}, {"rotation": 2}, {"week_h": 20.0}, {}])
def test_plans_keep_the_rules_on_crews(rules: dict[str, Any]) -> None:
    """What the optimiser plans for hulls in upkeep and crews with hours breaks no rule."""
    unit = {"count": 2, "crews": 3} | rules
    there, _ = made(unit, days=2.0, outages=[("Boats 1", 0, 12), ("Boats 2", 12, 24)])
    planned = plan_and_learn(there, work_limit=3)
    found = check(planned.plan, there, sea())
    assert found.ok, "\n".join(found.lines())
    assert found.checks["outages"]
    assert planned.plan.sorties


def test_the_example_plans_at_small_size(examples: Path) -> None:
    """The example of one hull with two crews, at its outage for two days, keeps every rule."""
    read = load(examples / "two-crews.toml")
    small = read.model_copy(update={"start": read.start + dt.timedelta(days=3), "days": 2.0})
    plan = plan_and_learn(small, work_limit=2).plan
    found = check(plan, small, build_sea(small))
    assert found.ok, "\n".join(found.lines())
    assert {sortie.crew for sortie in plan.sorties} == set(small.unit[0].crew_names)
    assert np.isfinite(plan.metrics["rota"]["42-ft boat"]["most_apart_h"])
