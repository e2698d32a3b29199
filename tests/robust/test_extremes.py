"""The smallest, the largest and the impossible: a plan, or a refusal that says what to do."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
import shapely

from planner.app import plan_and_learn, plan_scenario, read_plan, write_plan
from planner.errors import PlannerError
from planner.plan.model import Plan
from planner.scenario import Scenario, from_dict
from planner.scenario.sizes import MOST_HULLS
from planner.sea import build_sea
from planner.solve import Pool
from planner.solve.bounding import Bounding
from planner.solve.pricing import AdditivePricer, Halted
from planner.solve.search import Search
from planner.verify import verify
from tests.problem.off_aktau import DIRECTORY, columns, in_weather, problem, tables
from tests.weather_file import gentle

EVERYWHERE = shapely.box(45.0, 36.0, 56.0, 48.0)
AT_AKTAU = shapely.box(51.0, 43.5, 51.35, 43.75)


def scenario_in(
    folder: Path, changed: dict[str, Any], **polygons: shapely.geometry.base.BaseGeometry
) -> Scenario:
    """A changed scenario beside its area and other polygons."""
    area = (DIRECTORY / "off_aktau.geojson").read_text("utf-8")
    (folder / "off_aktau.geojson").write_text(area, encoding="utf-8")
    for name, polygon in polygons.items():
        text = json.dumps(shapely.geometry.mapping(polygon))
        (folder / f"{name}.geojson").write_text(text, encoding="utf-8")
    return from_dict(changed, folder, "off_aktau.toml")


def only_standing(changed: dict[str, Any]) -> dict[str, Any]:
    """The same without the threat in transit."""
    return changed | {"threat": [each for each in changed["threat"] if each["kind"] == "area"]}


def refused(scenario: Scenario) -> list[str]:
    """Lines of a refusal."""
    with pytest.raises(PlannerError) as told:
        plan_scenario(scenario, work_limit=1)
    return str(told.value).splitlines()


def holds(plan: Plan, out: Path) -> bool:
    """Whether a plan that is written and read again keeps every rule."""
    write_plan(plan, out)
    return verify(read_plan(out), out).ok


def test_one_cell_and_one_hull_make_a_plan_that_holds(tmp_path: Path) -> None:
    """An area of a single cell, watched by a single hull."""
    changed = tables()
    changed["area"]["file"] = "cell.geojson"
    changed["unit"] = [changed["unit"][0] | {"count": 1}]
    edge = h3.cell_to_boundary(h3.latlng_to_cell(43.5, 50.9, 5))
    inside = shapely.Polygon([(lon, lat) for lat, lon in edge]).buffer(-0.01)
    given = scenario_in(tmp_path, only_standing(changed), cell=inside)
    assert len(build_sea(given).cells.ids) == 1
    plan = plan_scenario(given, work_limit=2)
    assert 0.0 < plan.solver.detection <= plan.solver.bound <= 1.0
    assert len(plan.hulls) == 1
    assert holds(plan, tmp_path / "out")


def test_no_risk_in_the_area_is_refused(tmp_path: Path) -> None:
    """A threat elsewhere, and a weight of nothing: a line each with the threat and the remedy."""
    changed = only_standing(tables())
    changed["threat"][0]["file"] = "far.geojson"
    (line,) = refused(scenario_in(tmp_path, changed, far=shapely.box(50.0, 38.0, 50.5, 38.5)))
    assert "threat 'nets' holds no water of the area planned" in line
    assert "widen the area" in line
    changed = tables()
    changed["threat"][0]["weight"] = 0
    with pytest.raises(PlannerError) as told:
        scenario_in(tmp_path, changed)
    assert "threat[1].weight: 0 is not above 0; give" in str(told.value)


@pytest.mark.parametrize("closed", [EVERYWHERE, AT_AKTAU], ids=["everything", "one base"])
def test_hulls_shut_in_are_told_what_shuts_them_in(
    tmp_path: Path, closed: shapely.geometry.base.BaseGeometry
) -> None:
    """Everything closed, or the water of one base: the unit, and the closures to be lifted."""
    changed = only_standing(tables())
    changed["area"]["closures"] = ["shut.geojson"]
    lines = refused(scenario_in(tmp_path, changed, shut=closed))
    assert len(lines) == (2 if closed is EVERYWHERE else 1)
    assert "unit 'Boats' can reach no cell" in lines[0]
    assert all("out of area.closures ('shut.geojson')" in line for line in lines)


def test_runs_shut_out_are_told_what_shuts_them_out(tmp_path: Path) -> None:
    """A threat in transit whose way is closed names the closures, too."""
    changed = tables()
    changed["area"]["closures"] = ["shut.geojson"]
    (line,) = refused(scenario_in(tmp_path, changed, shut=EVERYWHERE))
    assert "transit threat 'ferry' cannot be used" in line
    assert "out of area.closures ('shut.geojson')" in line


def test_the_most_hulls_are_planned_and_one_more_is_refused(tmp_path: Path) -> None:
    """200 hulls sail; 201 are a line with the limit."""
    changed = only_standing(tables())
    changed["base"][0]["berths"] = 500
    changed["unit"] = [changed["unit"][0] | {"count": MOST_HULLS, "crews": MOST_HULLS}]
    plan = plan_scenario(scenario_in(tmp_path, changed), work_limit=1)
    assert len(plan.hulls) == MOST_HULLS
    assert len(plan.sorties) > 20
    assert holds(plan, tmp_path / "out")
    changed["unit"][0]["count"] += 1
    with pytest.raises(PlannerError, match=f"at most {MOST_HULLS} are planned"):
        scenario_in(tmp_path, changed)


def test_too_many_cells_are_refused_before_they_are_made(tmp_path: Path) -> None:
    """The limit and the remedy, in a line."""
    changed = tables()
    changed["area"] = {"sector": "kazakhstan", "cell_resolution": 8}
    with pytest.raises(PlannerError, match=r"cell_resolution: 8 would cut .* lower resolution"):
        build_sea(scenario_in(tmp_path, changed))


# ---------------------------------------------------------------- the deadline in large problems


@pytest.mark.parametrize("asked", [0, 1, 2, 5, 20])
def test_a_bound_that_is_halted_in_a_round_still_bounds(asked: int) -> None:
    """Halted after any number of looks at the clock, the bound is one of those on its way."""
    instance = problem().instance
    whole = Bounding(instance, Pool())
    rounds = count()
    whole.run(lambda: next(rounds) >= 8, lambda: 10.0)
    looks = count()
    bounding = Bounding(instance, Pool())
    settled = bounding.run(lambda: False, lambda: 10.0, halt=lambda: next(looks) >= asked)
    assert not settled
    assert next(looks) <= asked + 4, "work goes on after it was halted"
    found = Search(instance, 0, columns()).value
    assert found <= bounding.bound
    if bounding.cuts:
        assert bounding.bound == pytest.approx(min(cut.bound(instance) for cut in bounding.cuts))


def test_pricing_in_parts_is_pricing() -> None:
    """Asked between departures or not, the values are the same; halted there are none."""
    instance = problem().instance
    rng = np.random.default_rng(1)
    for fleet in instance.fleets:
        pricer = AdditivePricer(fleet)
        shape = (fleet.epoch.size + fleet.network.max_steps + 1, fleet.network.n_cells)
        worth = np.where(np.arange(shape[0])[:, None] < fleet.epoch.size, rng.random(shape), -1e300)
        whole = pricer.profile(worth).value
        parts = [
            pricer.profile(worth, fleet.network.departures[k : k + 1]).value[0]
            for k in range(fleet.network.departures.size)
        ]
        assert np.array_equal(whole, np.stack(parts))
        with pytest.raises(Halted):
            pricer.profile(worth, halt=lambda: True)


def test_a_search_without_time_leaves_a_plan() -> None:
    """Stopped as soon as it has begun, building gives a sortie, and no more."""
    instance = problem().instance
    search = Search(instance, seed=0)
    looks = count()
    search.construct(lambda: next(looks) >= 1)
    assert 0.0 < search.value < Search(instance, 0, columns()).value
    assert len(search.best) == 1
    assert search.roster.fits()


def iced_in(hour: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Ice in all the water round Aktau."""
    return np.where((lon > 50.9) & (lat > 43.4), 0.9, 0.0) + 0.0 * hour


def test_a_base_cut_off_by_ice_leaves_the_others_to_sail(tmp_path: Path) -> None:
    """No hull leaves the frozen harbour; those of the other base sail, and the plan holds."""
    plan = plan_scenario(in_weather(tmp_path, gentle, ice=iced_in), work_limit=1)
    assert {sortie.depart_base for sortie in plan.sorties} == {"Kuryk"}
    assert 0.0 < plan.solver.detection <= plan.solver.bound
    assert holds(plan, tmp_path / "out")


def test_ice_everywhere_is_a_plan_of_nothing_that_says_so(tmp_path: Path) -> None:
    """Nothing sails, nothing can be found, which is proven; and every file can be written."""
    made = plan_and_learn(
        in_weather(tmp_path, gentle, ice=lambda hour, lon, lat: 0.9 + 0.0 * (hour + lon + lat)),
        work_limit=1,
    )
    assert made.plan.sorties == ()
    assert made.plan.solver.detection == made.plan.solver.bound == 0.0
    assert any("no hull can leave its base" in str(doubt) for doubt in made.doubts)
    assert holds(made.plan, tmp_path / "out")
