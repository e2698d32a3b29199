"""Ice by freezing-degree days, against when and where it is seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import ScenarioError
from planner.scenario import Scenario
from planner.weather import weather_of
from planner.weather.climatology import mean_air_c
from planner.weather.frost import ICE_FROM_CM, thickness_cm

Build = Callable[..., Scenario]

FAR_NORTH, AKTAU, SOUTH = [51.0, 46.9], [51.1, 43.6], [51.0, 38.0]


def icy(build: Build, month: int, day: int, **environment: str) -> list[bool]:
    """Whether there is ice far north, off Aktau and in the south on a day."""
    scenario = build(**{"source": "climatology", **environment})
    start = scenario.start.replace(year=2006 if month > 6 else 2007, month=month, day=day)
    at = scenario.model_copy(update={"start": start}).at(scenario.directory, "plan.toml")
    found = weather_of(at, [FAR_NORTH, AKTAU, SOUTH]).ice
    assert (found == found[0]).all()
    return [bool(value) for value in found[0]]


@pytest.mark.parametrize(
    ("month", "day", "north"),
    [(10, 15, False), (11, 15, False), (12, 20, True), (1, 20, True), (3, 15, True), (4, 5, False)],
)
def test_the_north_freezes_from_december_to_march(
    build: Build, month: int, day: int, north: bool
) -> None:
    """Ice stands in the far north from December to about the end of March, nowhere else."""
    assert icy(build, month, day) == [north, False, False]


def test_ice_of_a_mean_winter_is_as_thick_as_observed() -> None:
    """The frost of Atyrau's winter grows 30–55 cm, by a sum of its own over the days."""
    days = np.datetime64("2006-11-01T12") + np.arange(150) * np.timedelta64(24, "h")
    below = -mean_air_c(np.array([47.1]), days)[:, 0]
    assert 30.0 < thickness_cm(below[below > 0.0].sum()) < 55.0


@given(st.floats(0.0, 2000.0))
def test_the_law_is_the_published_one(frost: float) -> None:
    """The thickness is 1.33 times the frost to the power of 0.58, by logarithms."""
    by_hand = np.exp(np.log(1.33) + 0.58 * np.log(max(frost, 1e-300)))
    assert thickness_cm(frost) == pytest.approx(by_hand, abs=1e-6)
    assert ICE_FROM_CM == 5.0


def test_ice_can_be_waved_aside_and_asked_for(build: Build) -> None:
    """``none`` leaves it out of a winter, ``freezing-days`` brings it to a calm."""
    assert not any(icy(build, 1, 20, ice="none"))
    assert icy(build, 1, 20, source="calm", ice="freezing-days") == [True, False, False]
    assert not any(icy(build, 1, 20, source="calm"))


def test_a_plan_over_new_year_has_ice_on_both_sides(build: Build) -> None:
    """Frost is summed from the autumn before, across the turn of the year."""
    scenario = build(source="climatology", days=4.0)
    start = scenario.start.replace(year=2006, month=12, day=30)
    found = weather_of(scenario.model_copy(update={"start": start}), [FAR_NORTH]).ice
    assert found.all()


def test_another_sea_has_no_freezing_days(build: Build) -> None:
    """Outside the grids the remedy names the other ways to say where ice is."""
    with pytest.raises(ScenarioError) as caught:
        weather_of(build(ice="freezing-days"), [[27.5, 40.7]])
    (problem,) = caught.value.problems
    assert problem.key == "environment.ice"
    assert "none" in problem.remedy
