"""What one more of each thing is worth, on the small sea off Aktau."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner.app import write_plan
from planner.cli import app
from planner.present.prices import price_words, prices_csv
from planner.problem.build import build
from planner.reuse import Learned, learn
from planner.reuse.parts import parts_of
from planner.scenario import Scenario
from planner.scenario.checks import problems_across
from planner.scenario.parts import parts_of as tables_of
from planner.sea import build_sea
from planner.solve import Cut, Result, solve
from planner.solve.search import Search
from planner.solve.sorties import Roster
from planner.study.changes import Change, changes_of
from planner.study.price_file import read_prices
from planner.study.prices import Price, Prices, price_changes
from planner.study.pricing import Estimate, Estimator
from tests.problem import off_aktau


@cache
def base() -> Result:
    """Return a plan and its bounds, the same every time."""
    return solve(off_aktau.problem().instance, work_limit=20)


def best_cut(result: Result) -> Cut:
    """Return the cut that bounds the small sea's problem best."""
    return min(result.cuts, key=lambda cut: cut.bound(off_aktau.problem().instance))


@cache
def estimator() -> Estimator:
    """Return estimates beside that plan."""
    price = best_cut(base()).price
    sorties = base().sorties
    return Estimator(off_aktau.scenario(), off_aktau.sea(), off_aktau.problem(), price, sorties)


def estimates_of(tables: dict[str, Any]) -> dict[tuple[str, str], Estimate]:
    """Estimates of a scenario on the same sea, by where and kind."""
    scenario = off_aktau.scenario_of(tables)
    problem = build(scenario, off_aktau.sea())
    result = solve(problem.instance, work_limit=30)
    price = min(result.cuts, key=lambda cut: cut.bound(problem.instance)).price
    found = Estimator(scenario, off_aktau.sea(), problem, price, result.sorties).estimates()
    return {(each.change.where, each.change.kind): each for each in found}


@cache
def prices() -> Prices:
    """Return prices with two changes solved again, the same every time."""
    known = learn(off_aktau.scenario(), off_aktau.problem(), base())
    return price_changes(off_aktau.scenario(), known, work_limit=15, top=2)


def change(where: str, kind: str) -> Change:
    """Return one change of the small sea's scenario."""
    return next(
        each
        for each in changes_of(off_aktau.scenario())
        if (each.where, each.kind) == (where, kind)
    )


def test_a_change_is_of_one_unit_and_still_a_sound_scenario() -> None:
    """One thing differs for one unit, its class under a key of its own; every check holds."""
    scenario = off_aktau.scenario()
    changes = changes_of(scenario)
    assert len(changes) == 7 * len(scenario.unit)
    for each in changes:
        others = [k for k in range(len(scenario.unit)) if k != each.unit]
        assert all(each.scenario.unit[k] == scenario.unit[k] for k in others)
        assert each.scenario.unit[each.unit] != scenario.unit[each.unit]
        assert scenario.vessel.items() <= each.scenario.vessel.items()
        assert not problems_across(tables_of(each.scenario))
    longer = change("Boats", "endurance").scenario
    before, after = scenario.vessel_of(scenario.unit[0]), longer.vessel_of(longer.unit[0])
    assert after.endurance_h == before.endurance_h + 1
    assert [s.endurance_h for s in after.sea] == [
        s.endurance_h and s.endurance_h + 1 for s in before.sea
    ]
    assert change("Boats", "hull").purchase_usd == before.purchase_usd
    assert change("Boats", "crew").purchase_usd == 0


def test_a_changed_problem_is_that_of_the_changed_scenario() -> None:
    """Remaking one unit's fleets gives the very arrays that a build from nothing gives."""
    for each in changes_of(off_aktau.scenario()):
        instance = estimator().changed(each)
        fresh = build(each.scenario, off_aktau.sea())
        made = replace(off_aktau.problem(), instance=instance, stations=fresh.stations)
        assert parts_of(each.scenario, made).units == parts_of(each.scenario, fresh).units
        assert instance.rows == fresh.instance.rows


def test_one_more_hull_with_a_crew_is_estimated_at_the_worth_of_a_schedule() -> None:
    """The bound rises by ``V``, the value of the best schedule of one hull in the cut."""
    cut, number = best_cut(base()), 0
    (worth,) = cut.worth[number]
    estimate = estimator().estimate(change("Boats", "hull and crew"))
    assert estimate.points == pytest.approx(worth, rel=1e-9)
    assert estimate.proven


def test_what_no_bound_exceeds_no_plan_exceeds() -> None:
    """With every change, a plan built for it stays below the estimate's bound."""
    for estimate in estimator().estimates():
        search = Search(estimate.instance, 0)
        search.construct(lambda: False)
        assert 0 < search.detection <= estimate.cut.bound(estimate.instance) + 1e-12


def test_crews_and_hulls_are_worth_something_where_they_are_short() -> None:
    """With one crew for two hulls only crews count; with many crews for one hull only hulls."""
    tables = off_aktau.tables()
    tables["unit"][0] |= {"count": 2, "crews": 1}
    tables["unit"][1] |= {"count": 1, "crews": 5}
    found = estimates_of(tables)
    assert found["Boats", "crew"].points > 0
    assert found["Boats", "hull"].points == pytest.approx(0, abs=1e-9)
    assert found["Navy", "hull"].points > 0
    assert found["Navy", "crew"].points == pytest.approx(0, abs=1e-9)


def test_fuel_is_worth_something_only_to_boats_that_run_dry() -> None:
    """A tank too small for a whole sortie has a price, by planning anew; a large one has none."""
    tables = off_aktau.tables()
    boat = off_aktau.scenario().vessel["patrol-boat-42ft"].model_dump(mode="json")
    tables["vessel"] = {"short": boat | {"fuel_l": 350.0}}
    tables["unit"][0]["vessel"] = "short"
    found = estimates_of(tables)
    assert found["Boats", "fuel"].points > 0
    assert not found["Boats", "fuel"].proven
    enough = estimator().estimate(change("Boats", "fuel"))
    assert enough.points == pytest.approx(0, abs=1e-9)
    assert enough.proven


def test_a_berth_lets_in_the_best_hull_only_where_all_are_taken() -> None:
    """A full base sells berths at the price of the best hull with its crew; others have none."""
    tables = off_aktau.tables()
    tables["base"][0]["berths"] = 2
    found = estimates_of(tables)
    berths = [where for where, kind in found if kind == "berth"]
    assert berths == ["Aktau"]
    assert found["Aktau", "berth"].points == found["Boats", "hull and crew"].points
    hull = found["Boats", "hull"].change
    assert "a berth" in hull.what
    assert hull.scenario.base[0].berths == 3
    assert not problems_across(tables_of(hull.scenario))


def test_gains_lie_between_their_limits_and_estimates_come_first() -> None:
    """The best two by estimate are solved again; what is found lies in the interval."""
    found = prices()
    estimates = [row.estimate for row in found.rows]
    assert estimates == sorted(estimates, reverse=True)
    assert [row.gain is not None for row in found.rows] == [True, True] + [False] * (
        len(found.rows) - 2
    )
    assert base().detection <= found.detection <= found.bound
    for row in found.rows[:2]:
        assert row.gain is not None
        assert row.gain.low <= row.gain.found <= row.gain.high
        assert not row.change.grows or row.gain.low >= 0


def test_the_unchanged_scenario_gains_by_search_only() -> None:
    """What searching once more adds to the plan as it is is told apart, and is no loss."""
    assert prices().by_search >= 0
    assert prices().detection >= base().detection + prices().by_search - 1e-12


def test_a_plan_of_before_begins_every_change_that_grows() -> None:
    """With more of something the old plan fits as it is."""
    for estimate in estimator().estimates():
        if estimate.change.grows:
            assert Roster(estimate.instance, base().sorties).fits()


def test_a_price_without_all_costs_has_no_points_per_dollar() -> None:
    """An unknown price of a hull is not taken for nothing."""
    row = next(row for row in prices().rows if row.gain is not None)
    unknown = replace(row, change=replace(row.change, purchase_usd=None), running_usd=1000.0)
    assert unknown.points_per_million is None
    known = replace(row, change=replace(row.change, purchase_usd=9000.0), running_usd=1000.0)
    assert row.gain is not None
    assert known.points_per_million == pytest.approx(100 * row.gain.found / 0.01)
    assert Price(row.change, row.estimate, row.proven).cost_usd is None


def test_the_file_has_every_change() -> None:
    """``worth.csv`` is a tidy table with units in its names, empty where nothing was solved."""
    lines = list(csv.DictReader(io.StringIO(prices_csv(prices()))))
    assert len(lines) == len(prices().rows)
    assert float(lines[0]["estimate"]) == pytest.approx(prices().rows[0].estimate, rel=1e-5)
    assert lines[-1]["found"] == ""
    assert any("fuel" in line.lower() for line in price_words(prices()))


def saved(directory: Path, scenario: Scenario, known: Learned | None) -> Path:
    """Write the small sea's plan into a folder."""
    plan = off_aktau.plan_of(base().sorties, scenario, off_aktau.problem()).at(scenario)
    return write_plan(plan, directory, known)


def test_the_command_prints_the_table_and_writes_it(tmp_path: Path) -> None:
    """``patrol worth`` reads a plan's folder, with or without what its run learned."""
    scenario = off_aktau.scenario()
    known = learn(scenario, off_aktau.problem(), base())
    for name, learned in (("with", known), ("without", None)):
        directory = saved(tmp_path / name, scenario, learned)
        command = ["worth", str(directory), "--time-limit", "3", "--top", "1"]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
        assert "one more hull with a" in result.output
        assert (directory / "worth.csv").is_file()
        written = read_prices(directory)
        plan_sha256 = hashlib.sha256((directory / "plan.json").read_bytes()).hexdigest()
        assert written.plan_sha256 == plan_sha256
        with (directory / "worth.csv").open(encoding="utf-8", newline="") as file:
            assert [row["what"] for row in csv.DictReader(file)] == [r.what for r in written.rows]
    assert build_sea(scenario).cells.n == off_aktau.sea().cells.n
