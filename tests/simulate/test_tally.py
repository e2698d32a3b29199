"""Figures of a trial: they add up, and stand beside the plan's."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from planner.plan.model import Plan
from planner.scenario import Scenario
from planner.sea import Sea
from planner.sea.geodesy import area_nm2
from planner.simulate import Simulation, simulate
from tests.plan_factory import SOUTH


@pytest.fixture(scope="module")
def simulation(plan: Plan) -> Simulation:
    """Simulate the hand-made plan."""
    return simulate(plan, runs=2000, seed=5)


def test_threats_make_up_the_total(simulation: Simulation, scenario: Scenario) -> None:
    """Runs and weights of threats are the total's, and so are its found and intercepted."""
    total, threats = simulation.total, simulation.threats
    assert [row.threat for row in threats] == [threat.name for threat in scenario.threat]
    assert sum(row.runs for row in threats) == total.runs == 2000
    assert sum(row.weight for row in threats) == pytest.approx(1.0)
    for figure in ("planned", "simulated", "intercepted"):
        mean = sum(row.weight * getattr(row, figure) for row in threats)
        assert mean == pytest.approx(getattr(total, figure))


def test_planned_figures_are_the_plans(simulation: Simulation, plan: Plan) -> None:
    """Beside every simulated chance stands the one in the plan's metrics."""
    assert simulation.total.planned == pytest.approx(plan.solver.detection)
    for row in simulation.threats:
        assert row.planned == pytest.approx(plan.metrics["by_threat"][row.threat]["detection"])
    for zone in simulation.zones:
        assert zone.planned == plan.metrics["by_zone"][zone.zone]["detection"]


def test_zones_hold_their_weight(simulation: Simulation, plan: Plan, sea: Sea) -> None:
    """In the southern half lie all nets and, of the runs, its share of the water."""
    assert [zone.zone for zone in simulation.zones] == list(plan.metrics["by_zone"])
    weight = {zone.zone: zone.weight for zone in simulation.zones}
    south = area_nm2([water.intersection(SOUTH) for water in sea.cells.water]).sum()
    expected = 3 / 6 + 2 / 6 * south / sea.cells.area_nm2.sum()
    assert weight["aor"] == pytest.approx(5 / 6)
    assert weight["south.geojson"] == pytest.approx(expected, abs=0.02)


def test_watches_share_out_what_is_found(simulation: Simulation, scenario: Scenario) -> None:
    """Watches fill the plan without gaps; what they find sums to the total."""
    watches = simulation.watches
    assert (watches[0].from_, watches[-1].to) == (scenario.start, scenario.end)
    assert all(one.to - one.from_ == timedelta(hours=6) for one in watches)
    assert all(one.to == then.from_ for one, then in pairwise(watches))
    assert sum(one.found for one in watches) == pytest.approx(simulation.total.simulated)


def test_intervals_hold_what_they_are_of(simulation: Simulation) -> None:
    """Every share lies in its interval, and the total's is the narrowest."""
    rows = [*simulation.threats, *simulation.zones, simulation.total]
    assert all(row.low <= row.simulated <= row.high for row in rows)
    widths = [row.high - row.low for row in simulation.threats]
    assert simulation.total.high - simulation.total.low < min(widths)


def test_a_plan_without_a_source_is_told_its_folder(plan: Plan, directory: Path) -> None:
    """A plan that does not know its scenario's folder gives the same when told."""
    bare = Plan.model_validate(plan.model_dump(by_alias=True))
    assert bare.source is None
    assert simulate(bare, directory, runs=200) == simulate(plan, runs=200)
