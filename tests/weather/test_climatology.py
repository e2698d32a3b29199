"""The climatology: months, latitudes, draws, and waves against published figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import geodata
from planner.errors import ScenarioError
from planner.scenario import Scenario
from planner.weather import weather_of
from planner.weather.climatology import KN_PER_M_S, mean_air_c, mean_wind_m_s
from planner.weather.draw import factors, quantiles
from planner.weather.waves import basin_of, height_m, mean_height_m

Build = Callable[..., Scenario]

NORTH, MIDDLE = (50.5, 46.0), (50.5, 42.5)
MID_MONTHS = np.array([np.datetime64(f"2006-{month:02d}-15T12") for month in range(1, 13)])
PLACES = np.array([[50.5, 43.5], [51.1, 43.6], [50.2, 44.7], [50.5, 46.0]])


def test_the_middle_of_a_month_has_the_median_of_the_grid() -> None:
    """At 41° N in mid-October the wind is the median of the shipped squares there."""
    shipped = geodata.climatology()
    row = shipped.wind_m_s[9, int(np.argmin(abs(shipped.lat - 41.0)))]
    moment = np.array(["2006-10-17T03:00"], "datetime64[h]")
    found = mean_wind_m_s(np.array([41.0]), moment)[0, 0]
    assert found == pytest.approx(np.nanmedian(row), abs=0.01)


def test_winds_agree_with_published_means() -> None:
    """Monthly means are 3–6 m/s in the north, give or take one, and 5–7 m/s in the middle."""
    wind = mean_wind_m_s(np.array([NORTH[1], MIDDLE[1]]), MID_MONTHS)
    north, middle = wind.mean(axis=0)
    assert 3.0 < north < 6.0
    assert 5.0 < middle < 7.0
    assert wind[:, 0].max() < 7.0
    assert wind.max() < 9.0


@given(st.floats(36.0, 48.0), st.integers(0, 8759))
def test_means_change_slowly(lat: float, hour: int) -> None:
    """From one day to the next, also at New Year, wind and air change but little."""
    times = np.datetime64("2006-01-01T00") + np.array([hour, hour + 24]) * np.timedelta64(1, "h")
    assert abs(np.diff(mean_wind_m_s(np.array([lat]), times)[:, 0])[0]) < 0.2
    assert abs(np.diff(mean_air_c(np.array([lat]), times)[:, 0])[0]) < 0.5


def test_mean_waves_agree_with_published_ones() -> None:
    """Yearly means lie between the published figures and those less their bias of 30%."""
    positions = np.array([NORTH, MIDDLE])
    wind = mean_wind_m_s(positions[:, 1], MID_MONTHS)
    north, middle = mean_height_m(wind, basin_of(positions, 0.0)).mean(axis=0)
    assert 0.5 / 1.3 < north < 0.7
    assert 1.2 / 1.3 < middle < 1.25


@given(st.floats(0.5, 40.0), st.floats(5e3, 3e5), st.floats(0.5, 1000.0))
def test_waves_grow_with_wind_fetch_and_depth(wind: float, fetch: float, depth: float) -> None:
    """More of any of the three never makes a lower wave; none exceeds the grown-out sea."""
    height = float(height_m(wind, fetch, depth))
    assert 0.0 < height <= 0.283 * wind**2 / 9.80665
    for grown in (
        (1.1 * wind, fetch, depth),
        (wind, 1.1 * fetch, depth),
        (wind, fetch, 1.1 * depth),
    ):
        assert height_m(*grown) >= height * (1.0 - 1e-9)


def test_waves_in_deep_water_are_those_of_the_deep_formula() -> None:
    """Far from the bottom the formula is the SMB one, worked out by hand."""
    by_hand = 0.283 * 100.0 / 9.80665 * np.tanh(0.0125 * (9.80665 * 1e5 / 100.0) ** 0.42)
    assert height_m(10.0, 1e5, 1e4) == pytest.approx(by_hand, rel=1e-6)
    assert height_m(0.0, 1e5, 10.0) == pytest.approx(0.0, abs=1e-6)


def test_fetch_and_depth_come_from_the_grid() -> None:
    """The open middle is deep with a long fetch, the north shallow; a fall of level shows."""
    north, middle = basin_of(np.array([NORTH, MIDDLE]), 0.0).depth_m
    assert 2.0 < north < 8.0
    assert middle > 100.0
    fetch_km = basin_of(np.array([NORTH, MIDDLE]), 0.0).fetch_m / 1000.0
    assert 80.0 < fetch_km[0] < fetch_km[1] < 300.0
    lower = basin_of(np.array([NORTH]), -1.0)
    assert lower.depth_m[0] == pytest.approx(north - 1.0)
    assert lower.fetch_m[0] <= 1000.0 * fetch_km[0]


def test_without_a_seed_the_mean_of_the_draws_is_given(build: Build) -> None:
    """Wind and waves over many draws average to the weather without a seed."""
    mean = weather_of(build(source="climatology", days=60.0), PLACES)
    draws = [
        weather_of(build(source="climatology", days=60.0, seed=seed), PLACES) for seed in range(40)
    ]
    for field in ("wind_kn", "wave_m"):
        average = np.mean([getattr(each, field).mean(axis=0) for each in draws], axis=0)
        assert average == pytest.approx(getattr(mean, field).mean(axis=0), rel=0.08)


def test_a_seed_is_one_weather(build: Build) -> None:
    """Same seed, same weather; another seed, another; other places and days change nothing."""
    long = weather_of(build(source="climatology", days=3.0, seed=5), PLACES)
    short = weather_of(build(source="climatology", days=1.0, seed=5), PLACES[[2, 0]])
    other = weather_of(build(source="climatology", days=3.0, seed=6), PLACES)
    assert np.allclose(short.wind_kn, long.wind_kn[:24, [2, 0]], rtol=1e-12)
    assert np.allclose(short.wave_m, long.wave_m[:24, [2, 0]], rtol=1e-12)
    assert not np.allclose(other.wind_kn, long.wind_kn)


def test_draws_have_the_distribution_they_claim() -> None:
    """Over 25 years the factors have Rayleigh's mean, spread and tail at and between the nodes."""
    drawn = factors(1, 219_000, np.array([42.0, 43.0]))
    assert drawn.mean(axis=0) == pytest.approx(1.0, abs=0.02)
    assert drawn.std(axis=0) == pytest.approx(np.sqrt(4.0 / np.pi - 1.0), abs=0.02)
    # P(factor > 2) = exp(−π/4 · 4)
    assert (drawn > 2.0).mean(axis=0) == pytest.approx(np.exp(-np.pi), abs=0.006)


def test_draws_are_correlated_in_time_and_space() -> None:
    """Correlation falls to 1/e in 36 h; near latitudes share their weather, far ones less."""
    drawn = factors(2, 219_000, np.array([42.0, 42.5, 47.0]))
    normal = drawn[:, 0] - drawn[:, 0].mean()
    lagged = (normal[36:] * normal[:-36]).mean() / normal.var()
    assert lagged == pytest.approx(np.exp(-1.0), abs=0.05)
    shared = np.atleast_2d(np.corrcoef(drawn.T))
    assert shared[0, 1] > 0.9
    assert shared[0, 2] == pytest.approx(np.exp(-5.0 * 111.2 / 500.0), abs=0.1)


def test_quantiles_average_to_one() -> None:
    """The winds over which mean waves are averaged have the mean's own mean."""
    assert quantiles(16).mean() == pytest.approx(1.0, abs=0.01)


def test_units_and_visibility(build: Build) -> None:
    """Wind comes in knots; the visibility is the scenario's."""
    weather = weather_of(build(source="climatology", visibility_nm=7.0), PLACES)
    day = np.array([np.datetime64("2006-05-22T12")])
    knots = mean_wind_m_s(PLACES[:, 1], day)[0] * KN_PER_M_S
    assert weather.wind_kn[-1] == pytest.approx(knots)
    assert pytest.approx(1.943844) == KN_PER_M_S
    assert np.all(weather.visibility_nm == 7.0)
    assert not weather.calm


def test_another_sea_has_no_climatology(build: Build) -> None:
    """Positions off the Caspian are one problem, with how many and where."""
    with pytest.raises(ScenarioError) as caught:
        weather_of(build(source="climatology"), [[50.5, 43.5], [27.5, 40.7]])
    first, second = caught.value.problems
    assert (first.file, first.key) == ("plan.toml", "environment.source")
    assert "1 of 2 positions lie outside, the first at [27.50, 40.70]" in first.message
    assert second.key == "environment.ice"
