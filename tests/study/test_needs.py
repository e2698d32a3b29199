"""Fleets and prices where something is required, on the small sea off Aktau."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from planner.present.prices import effects_table, price_words, prices_csv
from planner.present.study_page import needs_table, study_page
from planner.problem.arrays import Instance
from planner.problem.build import PlanningProblem
from planner.scenario import Scenario, from_dict, load
from planner.sea import build_sea
from planner.solve import Result, solve
from planner.solve.aims import of_exposure
from planner.solve.coverage import Coverage
from planner.study import run_study
from planner.study.changes import changes_of
from planner.study.fleets import resized
from planner.study.price_file import price_list, read_prices, write_prices
from planner.study.prices import Prices, price_changes
from planner.study.pricing import Estimator
from planner.study.served import Needs
from planner.study.share import Alone, Found, Ledger
from planner.study.table import StudyTable, table_csv
from tests.problem.required import ASKED, problem_of, scenario_in
from tests.study.test_required import write

WATCH: dict[str, Any] = {
    "name": "watched", "kind": "presence", "file": "near.geojson", "hard": True,
    "start": "2006-05-22T02:00:00+05:00", "end": "2006-05-22T20:00:00+05:00", "units": ["Boats"],
}  # fmt: skip
"""Two boats hold it, one does not."""

FOUND: dict[str, Any] = {
    "name": "found", "kind": "detection", "file": "near.geojson", "level": 0.9, "worth": 0.2,
    "threat": "nets",
}  # fmt: skip


@cache
def scenario() -> Scenario:
    """The scenario with a hard watch by the boats, and a detection that all count for."""
    return scenario_in(Path(mkdtemp()), [WATCH, FOUND])


@cache
def problem() -> PlanningProblem:
    """Its arrays."""
    return problem_of(scenario())


@cache
def fleet(boats: int) -> Result:
    """A plan of so many boats made on its own, with bounds; the same every time."""
    return solve(resized(problem().instance, scenario(), {"Boats": boats}), work_limit=24)


def unasked(instance: Instance) -> Result:
    """A plan of the same boats where nothing is required."""
    targets = replace(
        instance.targets, weight=instance.targets.credit, asked=None, groups=(), met=0
    )
    return solve(replace(instance, targets=targets), work_limit=10)


def shown(*tables: Any) -> str:
    """What a terminal shows."""
    out = io.StringIO()
    for table in tables:
        Console(file=out, width=160).print(table)
    return out.getvalue()


def of_plan(result: Result, boats: int) -> Found:
    """What a study takes in of a result."""
    alone = Alone(result.detects, result.apart)
    return Found(
        boats, result.detection, result.most, result.sorties, result.pool, result.cuts, 1.0,
        alone=alone,
    )  # fmt: skip


def test_what_no_plan_detects_bounds_plans_made_for_detection_alone() -> None:
    """Boats that serve nothing detect more than those of the plan, and no more than is proven."""
    instance = problem().instance
    free, found = unasked(instance), fleet(2)
    assert found.detection < free.detection <= found.detects
    assert found.bound <= found.detects
    assert found.detects <= min(cut.bound(instance) for cut in found.apart) + 1e-9
    assert found.value <= found.most <= min(cut.bound(instance) for cut in found.cuts) + 1e-9


def test_bounds_lent_hold_for_fleets_planned_on_their_own() -> None:
    """What is proven of one fleet alone never cuts off a plan that another made by itself."""
    instances = {n: resized(problem().instance, scenario(), {"Boats": n}) for n in (1, 2)}
    for planned in (1, 2):
        ledger = Ledger(instances)
        ledger.record(of_plan(fleet(planned), planned))
        for boats in (1, 2):
            other = fleet(boats)
            assert other.value <= ledger.bound[boats] + 1e-9
            assert other.detection <= ledger.alone[boats] + 1e-9
            standing = ledger.best[boats]
            coverage = Coverage(instances[boats].targets, standing.sorties)
            assert standing.value == pytest.approx(coverage.value())
            assert standing.detection == pytest.approx(coverage.detection())


def test_the_bound_beside_what_a_plan_serves_is_not_lent() -> None:
    """Boats that leave the watch detect more than plans that hold it; the ledger's bound knows."""
    instances = {n: resized(problem().instance, scenario(), {"Boats": n}) for n in (1, 2)}
    ledger = Ledger(instances)
    ledger.record(of_plan(fleet(2), 2))
    assert fleet(2).bound < ledger.alone[2]
    for boats in (1, 2):
        assert unasked(instances[boats]).detection <= ledger.alone[boats] + 1e-9


def test_shares_served_are_those_of_the_objective() -> None:
    """Each requirement's share times its worth, added up, is what the plan serves."""
    needs = Needs(problem())
    for boats in (1, 2):
        result = fleet(boats)
        served = needs.served(result.sorties)
        total = sum(need.worth * share for need, share in zip(needs.needs, served, strict=True))
        assert total == pytest.approx(result.served, abs=1e-9)
        assert all(0 <= share <= 1 + 1e-12 for share in served)


def test_no_plan_serves_more_of_a_requirement_than_is_proven(tmp_path: Path) -> None:
    """Of every kind of requirement, plans made for it alone stay within its own limit."""
    asked = [{**each, "hard": False} for each in ASKED]
    every = problem_of(scenario_in(tmp_path, asked, count=1))
    needs = Needs(every)
    plan = solve(every.instance, work_limit=8)
    nothing = (0.0,) * len(needs.needs)
    most = needs.at_most(every.instance, nothing, time_limit_s=60.0, work_limit=8)
    for share, limit in zip(needs.served(plan.sorties), most, strict=True):
        assert share <= limit + 1e-9
    assert all(0 < limit <= 1 for limit in most)
    assert min(most) < 1
    met = needs.at_most(every.instance, (1.0,) * len(most), time_limit_s=60.0, work_limit=8)
    assert met == (1.0,) * len(most)


def test_a_limit_is_lent_to_fleets_of_other_sizes() -> None:
    """One boat is proven not to hold the watch, and the same prices limit none even more."""
    needs = Needs(problem())
    sized = {n: resized(problem().instance, scenario(), {"Boats": n}) for n in (0, 1)}
    one = needs.at_most(sized[1], (0.0, 0.0), time_limit_s=60.0, work_limit=8)
    none = needs.at_most(sized[0], (0.0, 0.0), time_limit_s=60.0, work_limit=0)
    unlent = needs.at_most(sized[0], (0.0, 0.0), time_limit_s=60.0, work_limit=0, lend=False)
    assert none[0] < one[0] < 1 == unlent[0]
    assert needs.served(fleet(1).sorties)[0] <= one[0] + 1e-9
    assert needs.served(fleet(2).sorties)[0] == pytest.approx(1)


@cache
def study() -> tuple[StudyTable, str]:
    """A study of one and two boats in this process, and its file."""
    folder = Path(mkdtemp())
    write(folder, {**WATCH, "units": ["Boats"]}, count=2)
    text = 'title = "x"\nscenario = "scenario.toml"\ntime_limit_s = 3\n[fleet]\nunit = "Boats"\n'
    (folder / "study.toml").write_text(text + "counts = [1, 2]\n", encoding="utf-8")
    table = run_study(folder / "study.toml", folder / "out", workers=1)
    return table, (folder / "out" / "study.csv").read_text("utf-8")


def test_a_study_says_of_each_fleet_what_it_meets_and_what_none_does() -> None:
    """One boat is proven not to hold the watch, two hold it; figures agree in all places."""
    table, text = study()
    one, two = table.rows
    assert one.service is not None
    assert two.service is not None
    assert one.service.met[0] <= one.service.met_at_most[0] < 1
    assert two.service.met == pytest.approx((1.0,))
    assert two.service.met_at_most == (1.0,)
    for row in table.rows:
        assert row.value <= row.value_bound
        assert row.detection <= row.bound_alike <= row.bound
    gained = table.gains()[1]
    assert gained is not None
    assert 0 < gained.low <= gained.found <= gained.high
    lines = list(csv.DictReader(io.StringIO(text)))
    assert float(lines[0]["met: watched"]) == pytest.approx(one.service.met[0], rel=1e-5)
    assert float(lines[0]["met_at_most: watched"]) < 1
    assert float(lines[1]["value"]) == pytest.approx(two.value, rel=1e-5)
    assert text == table_csv(table)
    page = study_page(table)
    assert "“watched” is met with 2 boats; that 1 boat cannot meet it is proven." in page
    assert "watched (hard)" in shown(needs_table(table))


def test_intervals_of_a_study_hold_plans_made_otherwise() -> None:
    """The best of each fleet, planned alone, differs by what the study's interval allows."""
    table, _ = study()
    folder = Path(mkdtemp())
    write(folder, WATCH, count=2)
    base = load(folder / "scenario.toml")
    values = {}
    for boats in (1, 2):
        tables = base.model_dump(mode="json")
        tables["unit"][0].update(count=boats, crews=boats)
        alone = from_dict(tables, folder)
        made = problem_of(alone)
        found = solve(made.instance, work_limit=15)
        row = table.rows[boats - 1]
        values[boats] = (found.value, found.most)
        assert found.value <= row.value_bound + 1e-9
        assert row.value <= found.most + 1e-9
    gained = table.gains()[1]
    assert gained is not None
    assert gained.low <= values[2][1] - values[1][0]
    assert values[2][0] - values[1][1] <= gained.high


@cache
def prices() -> Prices:
    """Prices of one boat with a watch that takes two, two of them solved again."""
    one = scenario_in(Path(mkdtemp()), [WATCH, FOUND], count=1)
    return price_changes(one, work_limit=8, top=2)


def test_prices_weigh_detection_and_requirements_alike() -> None:
    """A second boat with its crew is worth most, as it holds the watch; limits hold."""
    found = prices()
    first = found.rows[0]
    assert (first.where, first.what) == ("Boats", "one more hull with a crew")
    assert found.value <= found.value_bound
    assert found.met[0] < 1
    for row in found.rows[:2]:
        assert row.gain is not None
        assert row.effect is not None
        assert row.gain.low <= row.gain.found <= row.gain.high
        effect = row.effect
        assert effect.detection <= effect.detection_at_most + 1e-9
        for more, most in zip(effect.met, effect.met_at_most, strict=True):
            assert more <= most + 1e-9
        worth = [need.worth for need in found.needs]
        served = sum(w * more for w, more in zip(worth, effect.met, strict=True))
        assert effect.detection + served == pytest.approx(row.gain.found, abs=1e-6)
    assert first.effect is not None
    assert first.effect.met[0] > 0.2


def test_an_interval_of_prices_holds_a_plan_of_the_changed_scenario() -> None:
    """Two boats planned on their own gain over one what the interval of one more allows."""
    gain = prices().rows[0].gain
    assert gain is not None
    assert fleet(2).value - prices().value <= gain.high + 1e-9
    assert gain.low <= fleet(2).most - prices().value + 1e-9


def test_prices_say_points_of_what(tmp_path: Path) -> None:
    """Table, words, both files and the file read again tell value from detection."""
    words = " ".join(price_words(prices()))
    assert "of “watched”" in words
    assert "Its value is" in words
    assert "watched" in shown(effects_table(prices()))
    lines = list(csv.DictReader(io.StringIO(prices_csv(prices()))))
    assert float(lines[0]["met: watched"]) > 0.2
    assert lines[-1]["met: watched"] == ""
    write_prices(price_list(prices(), "0" * 64), tmp_path)
    read = read_prices(tmp_path)
    assert read.rows[0].effect == prices().rows[0].effect
    assert read.needs == prices().needs
    assert shown(effects_table(read)) == shown(effects_table(prices()))


def test_what_a_changed_unit_serves_is_that_of_the_changed_scenario(tmp_path: Path) -> None:
    """The arrays of every change that can be priced are those that a build from nothing gives."""
    asked = [{**each, "hard": False} for each in ASKED]
    whole = scenario_in(tmp_path, asked)
    made = problem_of(whole)
    estimator = Estimator(
        whole, build_sea(whole), made, of_exposure(made.instance.targets.weight), ()
    )
    assert estimator.left_out == ()
    for change in estimator.changes:
        if change.unit == 0 and change.kind in ("hull", "endurance", "cruise"):
            fresh = problem_of(change.scenario).instance
            for one, other in zip(estimator.changed(change).fleets, fresh.fleets, strict=True):
                assert np.array_equal(one.exposure, other.exposure)
                assert np.array_equal(one.track_ptr, other.track_ptr)
                assert np.array_equal(one.track_target, other.track_target)
                assert one.rows == other.rows


def test_faster_hulls_on_alert_are_not_priced_where_they_serve_more(tmp_path: Path) -> None:
    """What they serve is no target any more, so prices say nothing of it; the change is named."""
    help_ = {"name": "helped", "kind": "response", "file": "near.geojson", "share": 1.0}
    for within_min in (20.0, 25.0, 30.0, 35.0, 40.0):
        whole = scenario_in(tmp_path, [{**help_, "within_min": within_min}], alert=1)
        faster = [each for each in changes_of(whole) if each.unit == 0 and each.kind == "cruise"]
        before, after = problem_of(whole), problem_of(faster[0].scenario)
        same = before.duties[0].duty.middle.size == after.duties[0].duty.middle.size
        weight = before.instance.targets.weight
        estimator = Estimator(whole, build_sea(whole), before, of_exposure(weight), ())
        left_out = [(each.unit, each.kind) for each in estimator.left_out]
        assert ((0, "cruise") in left_out) is not same
