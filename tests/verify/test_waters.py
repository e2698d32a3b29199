"""Depth, closures and harbours as the verifier sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import geodata
from planner.plan.model import Plan
from planner.scenario import Scenario, from_dict
from planner.sea import Sea
from planner.sea.depth import DepthField
from planner.verify import check
from planner.verify.facts import Facts
from planner.verify.waters import _in_season, closed, depth_at, harbours
from tests.plan_factory import SCENARIO

LON = st.floats(46.5, 54.5)
LAT = st.floats(36.5, 47.0)


def test_depth_on_the_nodes_is_the_grid() -> None:
    """Where the grid has a value, that value is the depth."""
    grid = geodata.depth()
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    found = depth_at(np.column_stack([lon.ravel(), lat.ravel()]))
    assert found == pytest.approx(grid.depth_m.ravel(), abs=1e-6)


@given(LON, LAT)
def test_depth_is_between_its_nodes(lon: float, lat: float) -> None:
    """Nowhere is it deeper or shallower than at the four nodes around."""
    grid = geodata.depth()
    column = int(np.clip(np.searchsorted(grid.lon, lon) - 1, 0, len(grid.lon) - 2))
    row = int(np.clip(np.searchsorted(grid.lat, lat) - 1, 0, len(grid.lat) - 2))
    around = grid.depth_m[row : row + 2, column : column + 2]
    found = depth_at(np.array([[lon, lat]]))[0]
    assert around.min() - 1e-6 <= found <= around.max() + 1e-6


@given(st.lists(st.tuples(LON, LAT), min_size=20, max_size=60), st.sampled_from([1.5, 2.95, 8.0]))
def test_depth_agrees_with_the_deep_water_of_the_sea(
    points: list[tuple[float, float]], needed_m: float
) -> None:
    """Contours drawn by the sea part the points that the verifier calls deep and shallow."""
    grid = geodata.depth()
    deep = DepthField(grid.lon, grid.lat, grid.depth_m).deep_water(needed_m)
    edge = deep.boundary
    for lon, lat in points:
        here = shapely.Point(lon, lat)
        if edge.distance(here) > 1e-4:
            found = depth_at(np.array([[lon, lat]]))[0]
            assert deep.contains(here) == (found >= needed_m)


@dataclass(frozen=True)
class Season:
    """A plan's time and whether the spring closure (1 April to 15 July) meets it."""

    start: str
    days: float
    shut: bool


@pytest.mark.parametrize(
    "season",
    [
        Season("2006-05-22T00:00:00+05:00", 2.0, True),
        Season("2006-03-30T00:00:00+05:00", 1.5, False),
        Season("2006-03-30T00:00:00+05:00", 2.5, True),
        Season("2006-07-15T12:00:00+05:00", 2.0, True),
        Season("2006-07-16T00:00:00+05:00", 2.0, False),
        Season("2006-12-31T00:00:00+05:00", 2.0, False),
    ],
    ids=lambda season: season.start[:10],
)
def test_zones_close_in_their_season(
    season: Season, plan: Plan, sea: Sea, scenario: Scenario
) -> None:
    """A zone is closed when a day of the plan lies in its season; a file always is."""
    values: dict[str, Any] = {
        **SCENARIO,
        "start": season.start,
        "days": season.days,
        "outage": [],
    }
    moved = from_dict(values, scenario.directory)
    names = [name for name, _ in closed(Facts(plan, moved, sea))]
    assert names == ["closed.geojson"] + ["spring-closure-ural"] * season.shut


YEAR = [(datetime(2004, 1, 1) + timedelta(days=k)).strftime("%m-%d") for k in range(366)]
"""Days of a year with a 29 February."""


@settings(max_examples=60)
@given(
    first=st.integers(0, 365),
    last=st.integers(0, 365),
    off=st.integers(-2, 2),
    days=st.sampled_from([0.5, 2.0, 5.5]),
)
def test_seasons_are_days_from_first_to_last(
    first: int, last: int, off: int, days: float, plan: Plan, sea: Sea, scenario: Scenario
) -> None:
    """A plan meets a season, over New Year too, if any of its days is in the list of its days."""
    lasts = (last - first) % 366
    season = {YEAR[(first + k) % 366] for k in range(lasts + 1)}
    for edge in (first, last):
        day = YEAR[(edge + off) % 366]
        begin = datetime.fromisoformat(f"2004-{day}").replace(tzinfo=scenario.start.tzinfo)
        moved = scenario.model_copy(update={"start": begin, "days": days})
        met = {(begin + timedelta(days=k)).strftime("%m-%d") for k in range(int(days) + 1)}
        found = _in_season((YEAR[first], YEAR[last]), Facts(plan, moved, sea))
        assert found == bool(met & season)


def test_land_is_allowed_only_between_base_and_water(
    plan: Plan, scenario: Scenario, sea: Sea
) -> None:
    """Where all bases lie on the water a leg may touch a tenth of a mile of land, no more."""
    mile, allowed_nm = harbours(Facts(plan, scenario, sea))
    assert allowed_nm == pytest.approx(0.1)
    assert mile.covers(shapely.Point(scenario.base[0].position))


def test_low_water_makes_shoals(plan: Plan, scenario: Scenario, sea: Sea, directory: Path) -> None:
    """With the water nine metres lower the same plan runs aground."""
    assert check(plan, scenario, sea).ok
    low = {**SCENARIO, "environment": {"water_level_anomaly_m": -9.0}}
    assert "depth" in check(plan, from_dict(low, directory), sea).broken
