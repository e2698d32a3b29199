"""Costs, upkeep and availability in the terminal's tables, and costs in the metrics."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from planner.plan.costs import costs
from planner.plan.metrics import metrics
from planner.plan.model import Plan, Upkeep
from planner.present.table import schedule_table, summary_table
from planner.present.worth import sentences
from planner.scenario import from_dict
from planner.sea import build_sea
from planner.simulate import simulate
from tests.plan_factory import SCENARIO, Maker, write_scenario


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan made by hand, its boats paid by the mile and not always there."""
    folder: Path = tmp_path_factory.mktemp("costs")
    write_scenario(folder)
    boats, navy = SCENARIO["unit"]
    boats = boats | {"cost_per_h_usd": 100.0, "cost_per_nm_usd": 2.0, "availability": 0.7}
    navy = navy | {"availability": 0.9}
    scenario = from_dict(SCENARIO | {"unit": [boats, navy], "fuel_price_usd_l": 1.5}, folder)
    sea = build_sea(scenario)
    found = Maker(scenario, sea).plan()
    first = found.sorties[0]
    row = Upkeep(hull="Boats 1", start=first.return_, end=first.return_ + timedelta(hours=4))
    changed = found.model_copy(update={"upkeep": (row,)})
    return changed.model_copy(update={"metrics": metrics(changed, scenario, sea)}).at(scenario)


def printed(table: Table) -> str:
    """A table as text."""
    out = io.StringIO()
    Console(file=out, width=140).print(table)
    return out.getvalue()


def test_costs_are_hours_miles_and_litres(plan: Plan) -> None:
    """Each unit's are its sorties' at its own prices; they sum to the total."""
    assert plan.source is not None
    found = plan.metrics["cost"]
    assert found == costs(plan, plan.source)
    boats = [s for s in plan.sorties if s.hull.startswith("Boats")]
    hours = sum((s.return_ - s.depart).total_seconds() / 3600 for s in boats)
    own = found["by_unit"]["Boats"]
    assert own["hours_usd"] == pytest.approx(100.0 * hours)
    assert own["distance_usd"] == pytest.approx(2.0 * sum(s.distance_nm for s in boats))
    assert own["fuel_usd"] == pytest.approx(1.5 * sum(s.fuel_l for s in boats))
    assert found["by_unit"]["Navy"]["distance_usd"] == 0.0
    total = sum(unit["total_usd"] for unit in found["by_unit"].values())
    assert found["total_usd"] == pytest.approx(total)
    assert plan.metrics["cost_usd"] == pytest.approx(total)
    assert plan.metrics["by_unit"]["Boats"]["cost_usd"] == pytest.approx(own["total_usd"])


def test_tables_show_costs_upkeep_and_availability(plan: Plan) -> None:
    """A line a unit with its cost, one for upkeep, and what is expected with breakdowns."""
    trial = simulate(plan, runs=400)
    text = printed(summary_table(plan, trial=trial))
    assert "with 70 to 90 % availability" in text
    assert "cost of hours $" in text
    assert any("with 70 to 90 % availability" in said for said in sentences(plan, trial))
    assert printed(schedule_table(plan)).count("in port: upkeep") == 2  # with the outage's
    free = plan.model_copy(update={"metrics": plan.metrics | {"cost": {"by_unit": {}}}})
    assert "cost of hours" not in printed(summary_table(free))
