"""The weather of a scenario: epochs, a calm, and what every source has in common."""

from __future__ import annotations

import doctest
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import GeodataError, ScenarioError
from planner.scenario import Scenario
from planner.weather import Weather, draw, frost, model, names, waves, weather_of
from planner.weather.model import hourly_edges

Build = Callable[..., Scenario]

PLACES = np.array([[50.5, 43.5], [51.1, 43.6], [50.2, 44.7]])


@given(st.floats(0.01, 500.0))
def test_epochs_are_hourly_and_end_with_the_plan(horizon_h: float) -> None:
    """Boundaries rise from 0 by an hour, the last step at most one, to the plan's end."""
    edges = hourly_edges(horizon_h)
    assert edges[0] == 0.0
    assert edges[-1] == horizon_h
    assert np.all(np.diff(edges) > 0.0)
    assert np.all(np.diff(edges)[:-1] == 1.0) or len(edges) == 2
    assert np.diff(edges)[-1] <= 1.0 + 1e-6


def test_a_calm_is_calm_and_takes_no_memory(build: Build) -> None:
    """Without a source there is no wind, wave or ice, and the arrays hold one value each."""
    weather = weather_of(build(days=90.0, visibility_nm=6.0), PLACES)
    assert weather.calm
    assert weather.wind_kn.shape == weather.wave_m.shape == weather.ice.shape == (2160, 3)
    assert np.all(weather.visibility_nm == 6.0)
    for array in (weather.wind_kn, weather.wave_m, weather.visibility_nm, weather.ice):
        assert set(array.strides) == {0}
        assert not array.flags.writeable


@pytest.mark.parametrize("field", ["wind_kn", "wave_m", "ice"])
def test_anything_ends_a_calm(field: str) -> None:
    """A single place and hour of wind, waves or ice is no calm."""
    arrays: dict[str, Any] = {
        name: np.zeros((2, 3), np.bool_ if name == "ice" else np.float64)
        for name in ("wind_kn", "wave_m", "visibility_nm", "ice")
    }
    arrays[field][1, 2] = 1
    assert not Weather(np.arange(3.0), **arrays).calm


@pytest.mark.parametrize("positions", [[50.5, 43.5], [[43.5, 150.0]], [[1.0, 2.0, 3.0]]])
def test_what_is_no_position_is_refused(build: Build, positions: object) -> None:
    """Positions of another shape or off the globe are a GeodataError."""
    with pytest.raises(GeodataError, match=r"longitude"):
        weather_of(build(), np.array(positions))


def test_no_positions_are_no_fault(build: Build) -> None:
    """Weather at no positions has its epochs and nothing else."""
    for source in ("calm", "climatology"):
        assert weather_of(build(source=source), np.empty((0, 2))).wind_kn.shape == (12, 0)


def test_faults_of_weather_and_ice_come_together(build: Build) -> None:
    """A missing weather file does not hide a missing ice file."""
    with pytest.raises(ScenarioError) as caught:
        weather_of(build(source="file", file="wind.nc", ice="ice.nc"), PLACES)
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["environment.file", "environment.ice"]


@pytest.mark.parametrize("module", [model, waves, frost, names])
def test_examples_in_docstrings_hold(module: object) -> None:
    """The docstrings' examples give what they show."""
    results = doctest.testmod(module, extraglobs={"np": np})  # type: ignore[arg-type]
    assert results.attempted
    assert not results.failed


def test_a_calm_loads_no_reader() -> None:
    """Neither importing the layer nor its sources loads xarray or h5py."""
    code = "import sys, planner.weather; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"xarray", "h5py", "h5netcdf", "cfgrib", "pandas"} & set(done.stdout.split())
    assert draw.__name__ in done.stdout
