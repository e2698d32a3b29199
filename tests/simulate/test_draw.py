"""Targets drawn: in the right water, evenly, at the right times."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from planner.plan.model import Plan
from planner.problem.targets import stationary, tracks
from planner.scenario import Scenario
from planner.sea import Sea
from planner.sea.cells import hexagon
from planner.simulate.draw import draw_standing, points_in, triangles
from planner.simulate.movers import draw_moving
from planner.simulate.plane import LocalPlane
from planner.simulate.strata import stratify
from planner.simulate.targets import Moving, Standing
from tests.plan_factory import SOUTH

N = 4000


@pytest.fixture(scope="module")
def nets(plan: Plan, scenario: Scenario, sea: Sea, plane: LocalPlane) -> Standing:
    """Draw targets of the nets in the southern half."""
    rng = np.random.default_rng(1)
    layer = next(layer for layer in stationary(scenario, sea) if layer.threat == "nets")
    return draw_standing(
        layer, scenario.threat[0], plan, scenario, sea, plane, stratify(N, rng), rng
    )


def test_targets_lie_in_their_threats_water(
    nets: Standing, sea: Sea, plane: LocalPlane, scenario: Scenario
) -> None:
    """Every point is in the zone and in the water of some cell, not at its centre."""
    points = plane.to_lonlat(nets.point)
    water = shapely.union_all(sea.cells.water).intersection(SOUTH).buffer(1e-7)
    assert shapely.contains_xy(water, points).all()
    assert len(np.unique(points, axis=0)) == N


def test_targets_are_even_over_water_and_time(
    nets: Standing, sea: Sea, plane: LocalPlane, scenario: Scenario
) -> None:
    """As many in a quarter of the water as its area, as many in a window as its length."""
    points = plane.to_lonlat(nets.point)
    water = plane.project(shapely.union_all(sea.cells.water).intersection(SOUTH))
    west = plane.project(shapely.box(50.0, 43.0, 50.8, 44.0))
    share = water.intersection(west).area / water.area
    scatter = math.sqrt(share * (1 - share) / N)
    assert np.mean(points[:, 0] < 50.8) == pytest.approx(share, abs=4 * scatter)
    windows = {(0.0, 36.0): 0.75, (36.0, 48.0): 0.25}
    for window, length in windows.items():
        inside = (nets.appear_h == window[0]) & (nets.gone_h == window[1])
        assert np.mean(inside) == pytest.approx(length, abs=4 * math.sqrt(0.25 * 0.75 / N))
    assert set(zip(nets.appear_h.tolist(), nets.gone_h.tolist(), strict=True)) == set(windows)


def test_triangles_make_up_the_polygon_but_for_its_islands() -> None:
    """Areas sum to the polygon's, and no triangle touches a hole."""
    lake = shapely.Point(0, 0).buffer(5).difference(shapely.box(-1, -1, 2, 1))
    corners = triangles(lake)
    pieces = shapely.polygons(corners)
    assert shapely.area(pieces).sum() == pytest.approx(lake.area)
    assert all(lake.buffer(1e-9).contains(piece) for piece in pieces)


def test_points_are_even_within_one_cell(sea: Sea, plane: LocalPlane) -> None:
    """The mean place in a cell is the centroid of its water in the plane."""
    cell = int(np.argmin(sea.cells.area_nm2))
    points = points_in(sea.cells.water, np.full(N, cell), plane, np.random.default_rng(2))
    water = plane.project(sea.cells.water[cell])
    centre = shapely.get_coordinates(water.centroid)[0]
    assert points.mean(axis=0) == pytest.approx(centre, abs=4 * points.std(axis=0).max() / N**0.5)


def test_strata_do_not_move_the_odds(
    plan: Plan, scenario: Scenario, sea: Sea, plane: LocalPlane, nets: Standing
) -> None:
    """A plan that tells nothing of exposures gives the same water as one that does."""
    mute = plan.model_copy(update={"coverage": ()})
    rng = np.random.default_rng(3)
    layer = stationary(scenario, sea)[0]
    drawn = draw_standing(
        layer, scenario.threat[0], mute, scenario, sea, plane, stratify(N, rng), rng
    )
    apart = drawn.point.mean(axis=0) - nets.point.mean(axis=0)
    assert np.abs(apart).max() < 5 * nets.point.std(axis=0).max() * math.sqrt(2 / N)


def test_runs_follow_the_path_of_the_plans_tracks(
    scenario: Scenario, sea: Sea, plane: LocalPlane
) -> None:
    """They cross the cells of the sampled tracks at the same times after departing."""
    strata = stratify(200, np.random.default_rng(4))
    runs, error = draw_moving(
        scenario.threat[2], 3, scenario, sea, plane, strata, np.random.default_rng(0)
    )
    assert isinstance(runs, Moving)
    assert error < 2e-4
    begun = [track for track in tracks(scenario, sea) if np.any(track.enter_h[:1] > 0)]
    assert len(begun) > 20
    for track in begun:
        # The path begins in a cell of the area: a track enters it when it departs.
        middle_h = (track.enter_h + track.leave_h) / 2 - track.enter_h[0]
        for cell, gone_h in zip(track.cell, middle_h, strict=True):
            whole = plane.project(hexagon(sea.cells.ids[cell], sea.cells.lon))
            assert whole.distance(shapely.Point(_at(runs, gone_h))) < 0.1


def _at(runs: Moving, after_h: float) -> list[float]:
    """Point of the path so long after a departure."""
    return [float(np.interp(after_h, runs.after_h, runs.path[:, axis])) for axis in (0, 1)]


def test_departures_are_even_over_the_time_that_matters(
    scenario: Scenario, sea: Sea, plane: LocalPlane
) -> None:
    """Some of each run falls within the plan; departures have no steps."""
    strata = stratify(N, np.random.default_rng(5))
    runs, _ = draw_moving(
        scenario.threat[2], 3, scenario, sea, plane, strata, np.random.default_rng(0)
    )
    assert isinstance(runs, Moving)
    lasts = runs.after_h[-1]
    assert np.all((runs.depart_h > -lasts) & (runs.depart_h < scenario.horizon_h))
    assert np.all((runs.appear_h >= 0.0) & (runs.gone_h <= scenario.horizon_h))
    assert np.all(runs.gone_h > runs.appear_h)
    counts = np.histogram(runs.depart_h, 10, (-lasts, scenario.horizon_h))[0]
    assert counts == pytest.approx(N / 10, abs=2)
