"""Services that plan apart, in turn and jointly, on the small sea off Aktau."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.app import read_plan, write_plan
from planner.cli import app
from planner.errors import ScenarioError
from planner.plan.model import Plan
from planner.solve.coverage import Coverage
from planner.solve.sorties import Roster
from planner.study.agencies import agencies_of, own_part, own_scenario, to_own, to_whole
from planner.study.cooperation import Cooperation, Informed, OwnPlan, Union
from planner.study.service_plans import apart_plan, informed_plans, joint_plan, own_plans
from planner.study.services import Services, plan_services
from planner.verify import verify
from tests.problem import off_aktau


@cache
def found() -> Services:
    """Return a small study, the same every time."""
    return plan_services(off_aktau.scenario(), work_limit=15, seeds=2)


def exposures(plan: Plan) -> dict[tuple[object, ...], tuple[float, float]]:
    """Weight and exposure of every target of a plan, from its rows."""
    rows: dict[tuple[object, ...], tuple[float, float]] = {
        (row.threat, row.cell, row.from_): (row.weight, row.exposure) for row in plan.coverage
    }
    return rows | {(k, row.threat): (row.weight, row.exposure) for k, row in enumerate(plan.moving)}


def test_an_agency_has_its_own_units_and_nothing_else() -> None:
    """A part has the agency's fleets, numbered from 0; sorties go there and back unchanged."""
    instance, whole = off_aktau.problem().instance, off_aktau.columns()
    border, navy = agencies_of(off_aktau.scenario(), off_aktau.problem())
    assert (border.name, border.hulls, navy.name, navy.hulls) == ("Border Service", 2, "Navy", 1)
    part = own_part(instance, navy)
    assert part.units == (tuple(range(len(navy.fleets))),)
    assert part.fleets[0].name == "Navy"
    own = to_own(navy, whole)
    assert {s.key for s in (*to_whole(navy, own), *to_whole(border, to_own(border, whole)))} == {
        s.key for s in whole
    }
    assert Roster(part, own).fits()
    assert [unit.name for unit in own_scenario(off_aktau.scenario(), navy).unit] == ["Navy"]


def test_one_agency_has_nobody_to_plan_with() -> None:
    """Where all units belong to one agency the error names it and says what to do."""
    tables = off_aktau.tables()
    tables["unit"][1]["agency"] = "Border Service"
    with pytest.raises(ScenarioError, match="all units belong to 'Border Service'"):
        plan_services(off_aktau.scenario_of(tables), work_limit=1)


def test_the_more_is_known_the_more_is_found_and_nothing_exceeds_its_bound() -> None:
    """Apart, in turn and joint never fall; each lies within every bound that holds for it."""
    figures = found().figures
    assert figures.apart.detection <= figures.best_informed.detection <= figures.joint
    assert figures.joint <= figures.bound <= sum({p.agency: p.bound for p in figures.own}.values())
    for plan in figures.own:
        assert 0 < plan.detection <= plan.bound <= figures.bound
        assert plan.detection <= figures.apart_at_most
    for informed in figures.informed:
        assert informed.detection <= informed.bound <= figures.bound
    for union in figures.unions:
        assert union.detection <= min(union.claimed, figures.apart_at_most)
        assert union.double_counted >= 0
    assert len(figures.own) == 4
    assert {plan.order for plan in figures.informed} == {
        ("Border Service", "Navy"),
        ("Navy", "Border Service"),
    }


def test_a_union_is_what_the_plans_files_add_up_to() -> None:
    """Exposures of the agencies' own plan files, summed target by target, give the union's."""
    own = [exposures(plan) for plan in own_plans(found()).values()]
    assert own[0].keys() == own[1].keys()
    union = math.fsum(
        weight * -math.expm1(-(exposure + own[1][target][1]))
        for target, (weight, exposure) in own[0].items()
    )
    assert union == pytest.approx(found().figures.apart.detection, abs=1e-12)
    claimed = math.fsum(w * -math.expm1(-u) for rows in own for w, u in rows.values())
    assert claimed == pytest.approx(found().figures.apart.claimed, abs=1e-12)
    stated = exposures(apart_plan(found()))
    for target, (_, exposure) in stated.items():
        assert exposure == pytest.approx(own[0][target][1] + own[1][target][1], abs=1e-12)


def test_the_second_service_plans_beside_the_first() -> None:
    """In turn, the first one's sorties are those of its plan made apart."""
    services = found()
    instance = services.problem.instance
    for informed, sorties in zip(services.figures.informed, services.informed, strict=True):
        number = services.figures.agencies.index(informed.order[0])
        mine = to_own(services.agencies[number], sorties)
        apart = to_own(services.agencies[number], services.own[number])
        assert {s.key for s in mine} == {s.key for s in apart}
        again = Coverage(instance.targets, sorties).detection()
        assert informed.detection == pytest.approx(again, abs=1e-12)


def test_every_plan_written_holds(tmp_path: Path) -> None:
    """The verifier finds no fault in the joint plan, the unions, or an agency's own plan."""
    services = found()
    plans = {
        "joint": joint_plan(services),
        "apart": apart_plan(services),
        **{f"informed {name}": plan for name, plan in informed_plans(services).items()},
        **{f"own {name}": plan for name, plan in own_plans(services).items()},
    }
    assert len(plans) == 6
    for name, plan in plans.items():
        directory = write_plan(plan, tmp_path / name)
        report = verify(read_plan(directory), directory)
        assert report.ok, [str(violation) for violation in report.violations]
        assert report.detection == pytest.approx(plan.solver.detection, abs=1e-6)
    assert {hull.agency for hull in plans["own Navy"].hulls} == {"Navy"}


def test_the_same_work_gives_the_same_study() -> None:
    """With a limit of work the figures come out again, digit by digit."""
    again = plan_services(off_aktau.scenario(), work_limit=15, seeds=2)
    assert again.figures == found().figures


def test_what_is_counted_twice_is_what_both_would_find() -> None:
    """Two plans promise ``Σ w (1 − e^(−a)) (1 − e^(−b))`` more than they find together."""
    border, navy = (exposures(plan) for plan in own_plans(found()).values())
    both = math.fsum(
        weight * math.expm1(-exposure) * math.expm1(-navy[target][1])
        for target, (weight, exposure) in border.items()
    )
    assert both == pytest.approx(found().figures.apart.double_counted, abs=1e-12)


def test_intervals_follow_from_plans_and_bounds() -> None:
    """Each gain lies between the plan found and the bound, less the definite plan it is over."""
    own = (OwnPlan("A", 0, 0.20, 0.25), OwnPlan("B", 0, 0.15, 0.18))
    unions = (Union((0, 0), 0.30, 0.35), Union((0, 1), 0.28, 0.35))
    informed = (Informed(("A", "B"), 0.32, 0.36), Informed(("B", "A"), 0.31, 0.40))
    study = Cooperation(
        "t", 7.0, ("A", "B"), (1, 1), own, unions, informed, 0.33, 0.38, time_limit_s=1.0
    )

    def close(gain: object) -> tuple[float, ...]:
        return tuple(round(value, 9) for value in vars(gain).values())

    assert close(study.joint_over_apart()) == (0.03, 0.03, 0.08)
    assert close(study.informed_over_apart()) == (0.02, 0.02, 0.06)
    assert close(study.joint_over_informed()) == (0.01, 0.01, 0.06)
    assert close(study.over_all_apart()) == (0.04, 0.03, 0.10)
    assert study.apart_at_most == 0.38
    assert replace(study, bound=0.5).apart_at_most == pytest.approx(0.43)
    assert study.as_json()["apart"]["unions"][0]["double_counted"] == pytest.approx(0.05)


def test_the_command_writes_plans_and_figures(tmp_path: Path) -> None:
    """``patrol services`` leaves a folder for each plan and says what cooperation is worth."""
    scenario = tmp_path / "scenario.toml"
    CliRunner().invoke(app, ["new", str(tmp_path), "--template", "own-sea"])
    text = scenario.read_text("utf-8")
    unit = text[text.index("[[unit]]") : text.index("[[unit]]", text.index("[[unit]]") + 1)]
    agency = next(line for line in unit.splitlines() if line.startswith("agency"))
    others = [line for line in text.splitlines() if line.startswith("agency") and line != agency]
    scenario.write_text(text.replace(unit, unit.replace(agency, 'agency = "Ещё одна"')), "utf-8")
    out = tmp_path / "out"
    command = ["services", str(scenario), "-o", str(out), "--time-limit", "8", "--seeds", "1"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "What working together is worth" in result.output
    figures = json.loads((out / "services.json").read_text("utf-8"))
    assert figures["schema"] == "patrol-services/1"
    assert len(figures["agencies"]) == 2, others
    for name in figures["folders"]:
        assert read_plan(out / name).solver.detection > 0
    assert "apart-ещё-одна" in figures["folders"]
    assert read_plan(out / "joint").solver.detection == pytest.approx(figures["joint"]["detection"])
