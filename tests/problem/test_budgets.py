"""Budgets and permissions of units, as the arrays have them; plans that keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.app import plan_and_learn, read_plan, write_plan
from planner.problem.arrays import Budget
from planner.problem.budgets import budgets_of
from planner.problem.build import build
from planner.problem.permits import may_search
from planner.problem.steps import Steps
from planner.verify import verify
from tests.problem.off_aktau import scenario_of, sea, tables


def with_boats(days: float = 1.0, **unit: Any) -> dict[str, Any]:
    """Tables with other rules for the boats."""
    changed = tables()
    changed["days"] = days
    changed["unit"][0] |= unit
    return changed


@pytest.mark.parametrize(
    ("days", "unit", "budgets"),
    [
        (1.0, {}, ()),
        (1.0, {"week_h": 20.0}, (Budget(240, 0, 144),)),
        (7.0, {"week_h": 20.0, "crews": 3}, (Budget(360, 0, 1008),)),
        (10.0, {"week_h": 20.0}, (Budget(240, 0, 1008), Budget(240, 432, 1440))),
        (1.0, {"fuel_week_l": 7000.0}, (Budget(1000, 0, 144, True),)),
        (10.0, {"fuel_week_l": 700.0}, (Budget(700, 0, 1008, True), Budget(300, 1008, 1440, True))),
        (1.0, {"week_h": 20.0, "upkeep_every_h": 8.0, "upkeep_h": 30.0}, (Budget(96, 0, 144),)),
    ],
)
def test_budgets_are_those_of_the_unit(
    days: float, unit: dict[str, Any], budgets: tuple[Budget, ...]
) -> None:
    """Hours of all crews in weeks of the plan and the last 7 days; fuel by week, its part pro rata.

    Two rules on the same time are one, the stricter.
    """
    scenario = scenario_of(with_boats(days, **unit))
    found = budgets_of(scenario.unit[0], scenario, Steps(scenario))
    assert [b.span for b in found] == [b.span for b in budgets]
    assert [b.limit for b in found] == pytest.approx([b.limit for b in budgets])
    assert budgets_of(scenario.unit[1], scenario, Steps(scenario)) == ()


def test_arrays_carry_budgets_and_permissions() -> None:
    """Cells barred take no visit, threats not looked for get nothing; other units see all."""
    changed = with_boats(not_zones=["off_aktau.geojson"])
    scenario = scenario_of(changed)
    assert not may_search(scenario.unit[0], scenario, sea()).any()  # type: ignore[union-attr]
    changed = with_boats(threats=["runs"], only_zones=["off_aktau.geojson"], week_h=20.0)
    there = scenario_of(changed)
    problem = build(there, sea())
    boats, navy = problem.instance.fleets
    assert may_search(there.unit[1], there, sea()) is None
    assert boats.exposure[0].max() == 0.0 < boats.exposure[1].max()
    assert boats.track_exposure.max() == 0.0 < navy.track_exposure.max()
    assert navy.exposure[0].max() > 0.0
    assert problem.instance.budgets == ((Budget(240, 0, 144),), ())
    assert (boats.network.visit_steps > 0).sum() == (navy.network.visit_steps > 0).sum()


def test_plans_keep_fuel_hours_zones_and_tasks(tmp_path: Path) -> None:
    """A plan with all of these rules on verifies, with its bound above it."""
    import shapely

    west = tmp_path / "west.geojson"
    west.write_text(shapely.to_geojson(shapely.box(49.0, 43.0, 50.9, 44.5)), encoding="utf-8")
    changed = with_boats(week_h=5.0, threats=["runs", "ferry"], not_zones=[str(west)])
    changed["unit"][1] |= {"fuel_week_l": 28_000.0, "threats": ["nets"]}
    changed["fuel_price_usd_l"] = 1.2
    plan = plan_and_learn(scenario_of(changed), work_limit=40).plan
    out = write_plan(plan, tmp_path / "out")
    report = verify(read_plan(out), out)
    assert report.ok, "\n".join(report.lines())
    assert min(report.checks[rule] for rule in ("fuel_week", "zones", "tasks", "costs")) > 0
    boats = [s for s in plan.sorties if s.hull.startswith("Boats")]
    assert boats
    assert sum((s.return_ - s.depart).total_seconds() for s in boats) <= 2 * 5 * 3600 + 1
    navy = [s for s in plan.sorties if s.hull.startswith("Navy")]
    assert sum(s.fuel_l for s in navy) <= 4000.0 + 1
    assert plan.solver.detection <= plan.solver.bound
