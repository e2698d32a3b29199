"""Services with requirements, and studies where hulls are posted, on the small sea off Aktau."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from planner.app import read_plan, write_plan
from planner.errors import ScenarioError
from planner.present.services import needs_table, plans_table, service_words
from planner.problem.build import build
from planner.reuse.parts import parts_of
from planner.scenario import from_dict
from planner.solve import solve
from planner.solve.aims import of_exposure
from planner.solve.coverage import Coverage
from planner.solve.sorties import Roster
from planner.study import load_study
from planner.study.agencies import agencies_of, own_scenario
from planner.study.changes import changes_of, full_bases
from planner.study.fleets import misfits, resized
from planner.study.prices import price_changes
from planner.study.pricing import Estimator
from planner.study.service_plans import informed_plans, joint_plan, own_plans
from planner.study.services import Services, plan_services
from planner.study.spending import running_usd
from planner.verify import verify
from tests.problem.off_aktau import sea
from tests.problem.posted import posted, posted_tables
from tests.problem.required import scenario_in

ASKED: tuple[dict[str, Any], ...] = (
    {"name": "watched", "kind": "presence", "file": "near.geojson", "worth": 0.6,
     "start": "2006-05-22T02:00:00+05:00", "end": "2006-05-22T20:00:00+05:00"},
    {"name": "helped", "kind": "response", "file": "near.geojson", "within_min": 50.0,
     "worth": 0.3},
    {"name": "seen", "kind": "revisit", "file": "near.geojson", "every_h": 9.0,
     "units": ["Navy"], "worth": 0.2},
)  # fmt: skip


def shown(*tables: Any) -> str:
    """What a terminal shows."""
    out = io.StringIO()
    for table in tables:
        Console(file=out, width=160).print(table)
    return out.getvalue()


@cache
def services() -> Services:
    """Two services, a boat of one on alert; the same every time."""
    whole = scenario_in(Path(mkdtemp()), ASKED, alert=1)
    return plan_services(whole, work_limit=10, seeds=2)


def test_services_are_weighed_by_value_and_nothing_exceeds_its_bound() -> None:
    """Apart, in turn and joint never fall; each lies within every bound that holds for it."""
    figures = services().figures
    assert figures.apart.counts <= figures.best_informed.counts <= figures.counts
    assert figures.counts <= figures.bound
    assert figures.detects is not None
    assert figures.joint <= figures.detects
    for plan in (*figures.own, *figures.informed):
        assert plan.counts <= plan.bound <= figures.bound
    for union in figures.unions:
        own = [p for p in figures.own if (p.agency, p.seed) in zip(
            figures.agencies, union.seeds, strict=True
        )]  # fmt: skip
        shared = (len(own) - 1) * figures.always
        assert union.counts <= sum(plan.counts for plan in own) - shared + 1e-9
        assert union.counts <= figures.apart_at_most + 1e-9
    assert figures.always > 0


def test_what_services_serve_together_is_counted_once() -> None:
    """Shares of the union lie between those of the better part and their sum; limits hold."""
    figures = services().figures
    shared = figures.shared
    assert shared is not None
    assert shared.asked_of == ((True, True, False), (True, True, True))
    for k, need in enumerate(shared.needs):
        parts = [alone[k] for alone in shared.alone]
        assert max(parts) - 1e-9 <= shared.apart[k] <= sum(parts) + 1e-9
        for plan in (shared.apart, *shared.informed, shared.joint):
            assert plan[k] <= shared.at_most[k] + 1e-9
        assert need.worth > 0
    assert shared.alone[0][2] == 0
    total = sum(n.worth * s for n, s in zip(shared.needs, shared.joint, strict=True))
    assert figures.joint + total == pytest.approx(figures.counts, abs=1e-9)


def test_an_agency_planned_from_nothing_stays_within_its_bound() -> None:
    """A plan of each agency's own scenario is worth no more than its bound in the whole problem."""
    found = services()
    for agency in found.agencies:
        alone = build(own_scenario(found.scenario, agency), found.sea)
        plan = solve(alone.instance, work_limit=8)
        own = next(each for each in found.figures.own if each.agency == agency.name)
        assert plan.detection < plan.value <= own.bound + 1e-9


def test_every_plan_of_services_holds(tmp_path: Path) -> None:
    """The verifier finds no fault in joint plan, plans in turn, or an agency's own plan.

    The agency whose boat is on alert answers for the response, the other does not.
    """
    found = services()
    own = own_plans(found)
    plans = {
        "joint": joint_plan(found),
        **informed_plans(found),
        **{f"o {n}": p for n, p in own.items()},
    }
    for name, plan in plans.items():
        directory = write_plan(plan, tmp_path / name)
        report = verify(read_plan(directory), directory)
        assert report.ok, [str(violation) for violation in report.violations]
    named = {n: [row["name"] for row in p.metrics["requirements"]] for n, p in own.items()}
    assert named == {"Border Service": ["watched", "helped"], "Navy": ["watched", "seen"]}


def test_services_say_who_is_asked_for_what() -> None:
    """Tables and words name value, agencies and shares; the file has a row a requirement."""
    figures = services().figures
    assert figures.shared is not None
    text = shown(plans_table(figures), needs_table(figures, figures.shared))
    for words in ("Value", "Asked of", "Border Service", "watched"):
        assert words in text
    said = " ".join(service_words(figures))
    assert "hulls on alert" in said
    rows = figures.as_json()["requirements"]
    assert [row["asked_of"] for row in rows] == [
        ["Border Service", "Navy"], ["Border Service", "Navy"], ["Navy"]
    ]  # fmt: skip
    assert rows[0]["at_most"] >= rows[0]["joint"]


def test_a_fleet_with_a_posted_hull_grows_at_home() -> None:
    """Other numbers give the very rows that a build from nothing gives; the posting stays."""
    tables = posted_tables()
    tables["outage"] = [{"hull": "Boats 1", "start": "2006-05-22T01:00:00+05:00",
                         "end": "2006-05-22T02:00:00+05:00"}]  # fmt: skip
    base = from_dict(tables, posted().directory)
    made = build(base, sea())
    for hulls in (2, 3, 5):
        tables["unit"][0].update(count=hulls, crews=hulls)
        fresh = build(from_dict(tables, base.directory), sea()).instance
        found = resized(made.instance, base, {"Boats": hulls})
        assert found.rows == fresh.rows
        assert list(misfits(base, {"Boats": hulls})) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "with 1 of 'Boats' there is no 'Boats 2', which is posted"),
        ({"hull": "Boats 1", "crews": 2}, "have 1 crews, and 2 are posted to 'Kuryk'"),
    ],
)
def test_fleets_without_what_is_posted_are_named(changed: dict[str, Any], words: str) -> None:
    """A number of boats that leaves out a posted hull, or its crews, has its reason."""
    (reason,) = misfits(posted(**changed), {"Boats": 1})
    assert words in reason
    assert list(misfits(posted(**changed), {"Boats": 2})) == []


def test_fleets_smaller_than_those_on_alert_are_named(tmp_path: Path) -> None:
    """A study of fewer hulls than are on alert is one line with its remedy."""
    whole = scenario_in(tmp_path, ASKED, alert=2, count=3)
    assert "fewer than the 2 on alert" in next(misfits(whole, {"Boats": 1}))
    assert list(misfits(whole, {"Boats": 2})) == []


def test_a_study_names_the_first_fleet_that_cannot_be(tmp_path: Path, study_file: Path) -> None:
    """The error stands at the counts and says what to do."""
    path = study_file.parent / "scenario.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('name = "Launches"', 'name = "Launches"\nalert = 2', 1), "utf-8")
    with pytest.raises(ScenarioError, match="fewer than the 2 on alert") as caught:
        load_study(study_file)
    (problem,) = caught.value.problems
    assert problem.key == "fleet.counts"


@pytest.mark.parametrize("by", ["road", "sea"])
def test_a_changed_unit_is_changed_at_both_bases(by: str) -> None:
    """Arrays of every change are those of a build from nothing, posted hulls with the rest."""
    base = posted(by=by, road_km=None if by == "sea" else 90.0)
    made = build(base, sea())
    estimator = Estimator(base, sea(), made, of_exposure(made.instance.targets.weight), ())
    for change in estimator.changes:
        if change.unit == 0:
            fresh = build(change.scenario, sea())
            found = estimator.changed(change)
            assert found.rows == fresh.instance.rows
            for one, other in zip(found.fleets, fresh.instance.fleets, strict=True):
                assert np.array_equal(one.network.deploy_steps, other.network.deploy_steps)
                assert np.array_equal(one.network.departures, other.network.departures)
                assert one.network.max_steps == other.network.max_steps
                assert np.array_equal(one.exposure, other.exposure)
    assert estimator.changes[0].scenario.unit[0].count == 3
    assert len(parts_of(base, made).units) == len(made.stations)


def test_prices_of_a_posted_boat_hold() -> None:
    """One more hull with a crew gains what the interval says, and costs what its unit costs."""
    found = price_changes(posted(), work_limit=5, top=1)
    (row,) = [row for row in found.rows if row.gain is not None]
    assert row.gain is not None
    assert row.gain.low <= row.gain.found <= row.gain.high
    assert row.running_usd is not None


def test_hours_of_posted_hulls_cost_what_their_units_do() -> None:
    """Sorties from the other base count at the unit's rate."""
    base = posted()
    made = build(base, sea())
    plan = solve(made.instance, work_limit=3)
    away = [s for s in plan.sorties if made.station(s.fleet).way == "stay"]
    assert away
    step_h = base.area.time_step_min / 60
    hours = sum((s.return_ - s.depart) * step_h for s in away)
    assert running_usd(away, base, made) == pytest.approx(hours * base.rates_of(base.unit[0]).h_usd)


def test_guests_take_berths() -> None:
    """A base that is full of its own and posted hulls has no berth left for one more."""
    tables = posted_tables()
    tables["base"][1]["berths"] = 2
    scenario = from_dict(tables, posted().directory)
    assert full_bases(scenario) == ("Kuryk",)
    more = next(c for c in changes_of(scenario) if (c.where, c.kind) == ("Navy", "hull"))
    assert "a berth" in more.what


def test_services_with_a_posted_boat_hold(tmp_path: Path) -> None:
    """Posted hulls are their agency's; every plan holds, and an agency's own has its posting."""
    tables = posted_tables()
    tables["days"] = 2.0
    base = from_dict(tables, posted().directory)
    found = plan_services(base, work_limit=3, seeds=1)
    border, navy = found.agencies
    assert len(border.units) == 2
    assert (border.hulls, navy.hulls) == (2, 1)
    own = own_plans(found)
    plans = {"joint": joint_plan(found), "border": own[border.name], "navy": own[navy.name]}
    for name, plan in plans.items():
        report = verify(read_plan(write_plan(plan, tmp_path / name)), tmp_path / name)
        assert report.ok, [str(violation) for violation in report.violations]
    assert len(plans["border"].moves) == 2
    assert plans["navy"].moves == ()
    instance = found.problem.instance
    assert Roster(instance, found.joint).fits()
    assert Coverage(instance.targets, found.joint).detection() == found.figures.joint
    assert agencies_of(base, found.problem) == found.agencies
