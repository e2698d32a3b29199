"""Light and weather on the cells, and the widths and sea states that follow, summed up here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planner.problem.conditions import ANY_SEAS, Conditions, conditions_of, goings
from planner.scenario import Scenario, SeaState, Threat, VesselClass
from planner.sensing import is_dark, radar_sweep_width_nm, visual_sweep_width_nm
from planner.weather import Weather
from tests.problem.off_aktau import in_weather, scenario, scenario_of, sea, tables

BOAT = "patrol-boat-42ft"
TARGET = "power-boat-20ft"


def with_target(**changed: object) -> dict[str, Any]:
    """Tables whose threat 'runs' has a target type, and other environment."""
    found = tables()
    found["threat"][1]["target"] = TARGET
    return found | {"environment": changed}


def conditions(
    wave_m: object = 0.0,
    wind_kn: object = 0.0,
    ice: object = False,
    shape: tuple[int, int] = (4, 3),
) -> Conditions:
    """Conditions of given weather on a few cells, light all the time."""

    def field(value: object, kind: type = np.float64) -> NDArray[Any]:
        return np.broadcast_to(np.asarray(value, kind), shape)

    edges = np.arange(shape[0] + 1.0)
    weather = Weather(edges, field(wind_kn), field(wave_m), field(10.0), field(ice, np.bool_))
    return Conditions(scenario(), edges, weather, field(0.0))


def boat(*states: SeaState, **changed: object) -> VesselClass:
    """The 42-ft boat with other sea states."""
    return scenario().vessel[BOAT].model_copy(update={"sea": states, **changed})


def whole_hours(there: Scenario, row: int) -> tuple[dt.datetime, dt.datetime]:
    """Beginning and end of an hour of the plan."""
    begin = there.start + dt.timedelta(hours=row)
    return begin, begin + dt.timedelta(hours=1)


def test_a_calm_without_target_types_is_one_epoch() -> None:
    """Nothing changes from start to end: one row, every step in it, the class's own width."""
    found = conditions_of(scenario(), sea())
    assert found.edges_h.tolist() == [0.0, 24.0]
    assert found.dark.shape == found.weather.wave_m.shape == (1, sea().cells.n)
    assert found.epoch(1 / 6, 144).tolist() == [0] * 144
    for vessel in scenario().vessel.values():
        for threat in scenario().threat:
            width = found.width_nm(vessel, threat)
            assert width.shape == (1, sea().cells.n)
            assert set(width.ravel()) == {vessel.sweep_width_nm}


@pytest.mark.parametrize("step_min", [10, 15, 18, 24, 60, 90])
def test_a_target_type_makes_epochs_of_hours(step_min: int) -> None:
    """Where light counts every hour is an epoch, and a step lies in that of its beginning."""
    found = conditions_of(scenario_of(with_target()), sea())
    assert found.edges_h.tolist() == list(range(25))
    assert found.dark.shape == (24, sea().cells.n)
    steps = 24 * 60 // step_min
    expected = [k * step_min // 60 for k in range(steps)]
    assert found.epoch(step_min / 60, steps).tolist() == expected


def test_weather_makes_epochs_of_hours(tmp_path: Path) -> None:
    """In weather every hour is an epoch, though no threat's width depends on it."""
    there = in_weather(tmp_path, lambda hour, lon, lat: 0.1 * hour)
    found = conditions_of(there, sea())
    assert found.edges_h.tolist() == list(range(25))
    for hour in range(24):
        assert found.weather.wave_m[hour] == pytest.approx(0.1 * (hour + 0.5))
    assert not found.dark.any()
    width = found.width_nm(there.vessel[BOAT], there.threat[1])
    assert width.shape == (24, sea().cells.n)
    assert set(width.ravel()) == {there.vessel[BOAT].sweep_width_nm}


def test_a_still_sea_from_a_file_is_a_calm(tmp_path: Path) -> None:
    """A file with no wind and no waves gives one epoch, as no file does."""
    there = in_weather(tmp_path, lambda hour, lon, lat: 0.0, wind_kn=lambda hour, lon, lat: 0.0)
    assert conditions_of(there, sea()).edges_h.tolist() == [0.0, 24.0]


def test_width_is_the_mean_of_light_and_dark() -> None:
    """(1 − dark) · better of eyes and radar + dark · radar, the dark counted minute by minute."""
    there = scenario_of(with_target())
    found = conditions_of(there, sea())
    vessel, threat = there.vessel[BOAT], there.threat[1]
    radar = float(radar_sweep_width_nm(4.0, 1.0, 1.0))
    eyes = float(visual_sweep_width_nm(TARGET, 2.4384, 10.0, 0.0, 0.0))
    assert 0 < radar < eyes
    width = found.width_nm(vessel, threat)
    shares = set()
    for row in range(24):
        begin, _ = whole_hours(there, row)
        for cell in (0, sea().cells.n - 1):
            lon, lat = sea().cells.centre[cell].tolist()
            dark = (
                sum(is_dark((lon, lat), begin + dt.timedelta(minutes=k + 0.5)) for k in range(60))
                / 60
            )
            shares.add(0 if dark == 0 else 1 if dark == 1 else 0.5)
            expected = (1 - dark) * max(eyes, radar) + dark * radar
            assert width[row, cell] == pytest.approx(expected, abs=(eyes - radar) / 60)
    assert shares == {0, 0.5, 1}, "night, day and twilight were met"
    assert width[0] == pytest.approx(radar)
    assert width[12] == pytest.approx(eyes)


def test_independent_sensors_add_up_by_day() -> None:
    """Where the scenario says so eyes and radar add up in the light; in the dark it is radar."""
    there = scenario_of(with_target(sensors="independent", fatigue=True, visibility_nm=5.0))
    width = conditions_of(there, sea()).width_nm(there.vessel[BOAT], there.threat[1])
    radar = float(radar_sweep_width_nm(4.0, 1.0, 1.0))
    eyes = float(visual_sweep_width_nm(TARGET, 2.4384, 5.0, 0.0, 0.0, fatigue=True))
    assert width[12] == pytest.approx(eyes + radar)
    assert width[0] == pytest.approx(radar)


def test_width_follows_weather_and_class(tmp_path: Path) -> None:
    """Each hour and cell has the width of its own wind and waves; eyes higher up see farther."""
    there = in_weather(
        tmp_path,
        lambda hour, lon, lat: np.where(lon < 50.825, 1.5, 0.2) + 0.0 * hour,
        with_target(),
        wind_kn=lambda hour, lon, lat: np.where(hour < 14, 4.0, 30.0),
    )
    found = conditions_of(there, sea())
    low, high = there.vessel[BOAT], boat(eye_height_m=4.2672)
    for vessel in (low, high):
        width = found.width_nm(vessel, there.threat[1])
        for hour in (10, 16):
            for cell, lon in enumerate(sea().cells.centre[:, 0]):
                waves, wind = (1.5 if lon < 50.825 else 0.2), (4.0 if hour < 14 else 30.0)
                eyes = float(visual_sweep_width_nm(TARGET, vessel.eye_height_m, 10.0, wind, waves))
                radar = float(radar_sweep_width_nm(4.0, 1.0, 1.0))
                assert width[hour, cell] == pytest.approx(max(eyes, radar))
    lower, higher = (found.width_nm(vessel, there.threat[1])[10] for vessel in (low, high))
    assert (higher >= lower).all()
    assert (higher > lower).tolist() == (sea().cells.centre[:, 0] > 50.825).tolist()


def test_a_threat_without_target_type_ignores_light_and_weather() -> None:
    """The width against the other threats is the class's own by day and night."""
    there = scenario_of(with_target())
    found = conditions_of(there, sea())
    nets: Threat = there.threat[0]
    assert set(found.width_nm(there.vessel["pkm"], nets).ravel()) == {
        there.vessel["pkm"].sweep_width_nm
    }


def test_where_a_state_holds() -> None:
    """A state is open where waves and wind are at most its own, and there is no ice."""
    waves = [[0.5, 1.2, 1.3]] * 4
    wind = np.array([10.0, 20.0, 20.1, 5.0])[:, None]
    ice = np.array([False, False, False, True])[:, None]
    here, state = conditions(waves, wind, ice), SeaState(wave_m=1.2, wind_kn=20.0)
    mild = [[True, True, False], [True, True, False], [False] * 3]
    assert here.open_in(boat(state), state).tolist() == [*mild, [False] * 3]
    icegoing = boat(state, in_ice=True)
    assert here.open_in(icegoing, state).tolist() == [*mild, [True, True, False]]


STATES = (
    SeaState(wave_m=1.0),
    SeaState(wave_m=2.0, speed=0.7),
    SeaState(wave_m=3.0, speed=0.4),
)


@pytest.mark.parametrize(
    ("waves", "expected"),
    [
        ([0.0, 0.0, 0.0], [(1.0, False)]),
        ([1.0, 0.9, 1.0], [(1.0, False)]),
        ([1.0, 1.5, 0.5], [(1.0, True), (2.0, False)]),
        ([1.0, 2.5, 0.5], [(1.0, True), (3.0, False)]),
        ([1.0, 2.5, 1.5], [(1.0, True), (2.0, True), (3.0, False)]),
        ([0.5, 9.0, 0.5], [(1.0, True)]),
        ([1.5, 9.0, 0.5], [(1.0, True), (2.0, True)]),
        ([9.0, 9.0, 9.0], [(1.0, True)]),
    ],
)
def test_states_that_matter(waves: list[float], expected: list[tuple[float, bool]]) -> None:
    """A rougher state is planned for only if it opens more; after one open everywhere none."""
    found = goings(boat(*STATES), conditions(waves), np.ones(3, bool))
    assert [(going.state.wave_m, going.open is not None) for going in found] == expected
    for going in found:
        if going.open is not None:
            assert going.open.tolist() == [[wave <= going.state.wave_m for wave in waves]] * 4


@pytest.mark.parametrize("far", [1.5, 9.0])
def test_rough_water_out_of_reach_does_not_matter(far: float) -> None:
    """Cells that no boat of the class meets neither shut a state nor call for a rougher one."""
    within = np.array([True, True, False])
    (only,) = goings(boat(*STATES), conditions([0.5, 0.5, far]), within)
    assert only.open is None
    found = goings(boat(*STATES), conditions([0.5, 9.0, far]), within)
    assert [going.state.wave_m for going in found] == [1.0]


def test_a_class_without_states_sails_in_any_seas_but_ice() -> None:
    """Without a list of states there is one fleet, at full speed, kept from ice alone."""
    (any_seas,) = goings(boat(), conditions(9.0, 90.0), np.ones(3, bool))
    assert (any_seas.state, any_seas.open) == (ANY_SEAS, None)
    assert any_seas.state.speed == 1.0
    (icy,) = goings(boat(), conditions(ice=[False, True, False]), np.ones(3, bool))
    assert icy.open is not None
    assert icy.open.tolist() == [[True, False, True]] * 4
    (free,) = goings(boat(in_ice=True), conditions(ice=[False, True, False]), np.ones(3, bool))
    assert free.open is None


def test_a_single_hour_counts() -> None:
    """One rough hour in one cell is enough for a rougher state."""
    waves = np.zeros((4, 3))
    waves[2, 1] = 1.5
    found = goings(boat(*STATES), conditions(waves), np.ones(3, bool))
    assert [going.state.wave_m for going in found] == [1.0, 2.0]
    assert found[0].open is not None
    assert np.argwhere(~found[0].open).tolist() == [[2, 1]]
