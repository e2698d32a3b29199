"""Light and weather as the verifier looks them up, against sums made here and the optimiser's."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from planner.problem.build import build
from planner.scenario import Scenario
from planner.sensing import is_dark
from planner.verify.conditions import Conditions
from planner.verify.tolerance import WEATHER_NM
from tests.problem.off_aktau import in_weather, scenario, scenario_of, sea, tables

BOAT = "patrol-boat-42ft"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return a scenario in weather of every hour and cell its own, with a target type."""
    changed = tables()
    changed["threat"][1]["target"] = "power-boat-20ft"
    return in_weather(
        tmp_path_factory.mktemp("weather"),
        lambda hour, lon, lat: 0.1 + 0.01 * hour + 0.3 * (lon - 50.0),
        changed,
        wind_kn=lambda hour, lon, lat: 4.0 + 0.8 * hour + 0.0 * lon,
    )


def test_hours_are_whole_and_within_the_plan(there: Scenario) -> None:
    """A time lies in the hour that has begun, a second early counts with the next."""
    found = Conditions(there, sea()).hour(
        np.array([-1.0, 0.0, 0.99, 1 - 1e-5, 1.0, 23.5, 24.0, 99.0])
    )
    assert found.tolist() == [0, 0, 0, 1, 1, 23, 23, 23]


def test_weather_is_that_of_hour_and_cell(there: Scenario) -> None:
    """Wave heights are those the file was written with, at the hour's middle and cell's."""
    weather = Conditions(there, sea()).weather
    for hour in (0, 11, 23):
        expected = 0.1 + 0.01 * (hour + 0.5) + 0.3 * (sea().cells.centre[:, 0] - 50.0)
        assert weather.wave_m[hour] == pytest.approx(expected, abs=1e-4)


def test_widths_are_those_of_light_and_weather(there: Scenario) -> None:
    """At night radar alone, by day the better of radar and an eye that wind makes worse."""
    vessel, threat = there.vessel[BOAT], there.threat[1]
    conditions = Conditions(there, sea())
    times = np.array([2.25, 9.25, 12.25, 22.25])
    cells = np.full(4, 15)
    lon, lat = sea().cells.centre[15].tolist()
    dark = [is_dark((lon, lat), there.start + dt.timedelta(hours=h)) for h in times.tolist()]
    assert dark == [True, False, False, True]
    found = conditions.widths_nm(vessel, threat, times, cells)
    radar_nm = 2 * vessel.radar_range_nm
    assert found[[0, 3]] == pytest.approx(radar_nm)
    assert found[1] >= found[2] >= radar_nm
    assert found[1] > radar_nm
    plain = conditions.widths_nm(vessel, there.threat[0], times, cells)
    assert plain.tolist() == [vessel.sweep_width_nm] * 4


@pytest.mark.parametrize("rule", ["better", "independent"])
def test_verifier_and_optimiser_see_alike(there: Scenario, rule: str) -> None:
    """For every class, threat, hour and cell both give the same width, each by its own way."""
    environment = there.environment.model_copy(update={"sensors": rule, "fatigue": True})
    asked = there.model_copy(update={"environment": environment})
    conditions = Conditions(asked, sea())
    for made in build(asked, sea()).made[:: len(there.unit)]:
        vessel = asked.vessel_of(asked.unit[made.fleet.unit])
        for threat in asked.threat:
            for cell in (0, 7, 15):
                steps = np.arange(len(made.fleet.epoch))
                lasts = int(made.fleet.network.visit_steps[cell])
                steps = steps[steps + lasts <= 144]
                middle_h = (steps + lasts / 2) / 6
                found = conditions.widths_nm(vessel, threat, middle_h, np.full(len(steps), cell))
                planned = made.width_nm[threat.name][made.fleet.middle()[steps, cell], cell]
                assert found == pytest.approx(planned, abs=1e-12)


@pytest.mark.parametrize("step_min", [18, 40, 90])
def test_the_hour_of_a_visit_is_that_of_its_middle_step(step_min: int) -> None:
    """With steps that do not fit hours, the step that the middle lies in decides."""
    changed = tables()
    changed["area"] |= {"time_step_min": step_min, "departure_step_min": 360}
    changed["threat"][1]["target"] = "power-boat-20ft"
    asked = scenario_of(changed)
    conditions = Conditions(asked, sea())
    made = build(asked, sea()).made[0]
    vessel, threat, cell = asked.vessel[BOAT], asked.threat[1], 15
    lasts = int(made.fleet.network.visit_steps[cell])
    for step in range(24 * 60 // step_min - lasts):
        middle_h = (step + lasts / 2) * step_min / 60
        found = conditions.widths_nm(vessel, threat, np.array([middle_h]), np.array([cell]))
        hour = (step + lasts // 2) * step_min // 60
        assert found[0] == pytest.approx(float(made.width_nm["runs"][hour, cell]))


def test_near_a_side_either_cell_counts() -> None:
    """Of two middles about as near both are named, else the nearest twice."""
    conditions = Conditions(scenario(), sea())
    centre = sea().cells.centre
    one, other = centre[13], centre[15]
    points = np.array([one + t * (other - one) for t in (0.0, 0.3, 0.5, 0.7, 1.0)])
    first, second = conditions.near(points)
    assert first[[0, 1, 3, 4]].tolist() == [13, 13, 15, 15]
    assert second[[0, 1, 3, 4]].tolist() == [13, 13, 15, 15]
    assert {int(first[2]), int(second[2])} == {13, 15}
    assert WEATHER_NM <= 1.0


def test_a_sea_of_one_cell_has_one_weather() -> None:
    """Weather is looked up where there is a single cell, too."""
    alone = copy.copy(sea())
    cells = replace(sea().cells, ids=sea().cells.ids[:1], centre=sea().cells.centre[:1])
    object.__setattr__(alone, "cells", cells)
    first, second = Conditions(scenario(), alone).near(np.array([[50.0, 43.0], [51.0, 44.0]]))
    assert first.tolist() == second.tolist() == [0, 0]
