"""Weather from files: the providers' names, units and axes, interpolation, and every fault."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import xarray
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import Problem, ScenarioError
from planner.scenario import Scenario
from planner.weather import Weather, weather_of
from planner.weather.grid import grid_of, sample
from planner.weather.model import Ask
from planner.weather.names import VISIBILITY, WAVE_HEIGHT, WIND_SPEED, factor_of

Build = Callable[..., Scenario]
Write = Callable[..., str]
Change = Callable[[xarray.Dataset], xarray.Dataset]

KN = 3600.0 / 1852.0
PLACES = np.array([[50.5, 43.5], [50.1, 43.6], [51.3, 42.9]])
HOURS = np.arange(12)[:, None] + 0.5


def read(build: Build, name: str, places: Any = PLACES, **environment: Any) -> Weather:
    """Weather of a file at places."""
    return weather_of(build(source="file", file=name, **environment), places)


def faults(build: Build, name: str, places: Any = PLACES, **environment: Any) -> list[Problem]:
    """Problems of a file at places."""
    with pytest.raises(ScenarioError) as caught:
        read(build, name, places, **environment)
    return list(caught.value.problems)


def the_one(build: Build, name: str, places: Any = PLACES, **environment: Any) -> Problem:
    """Return the only problem."""
    (problem,) = faults(build, name, places, **environment)
    return problem


def test_a_reanalysis_is_linear_in_time_and_bilinear_in_space(build: Build, era5: Write) -> None:
    """An ERA5 file whose fields are linear gives those very fields back."""
    weather = read(build, era5(), visibility_nm=8.0)
    lon, lat = PLACES.T
    assert weather.wave_m == pytest.approx(lat - 42.0 + 0.1 * HOURS)
    on_node = np.hypot(3.0 + 0.5, 4.0) * KN
    assert weather.wind_kn[:, 0] == pytest.approx(on_node)
    west, east = np.hypot(3.0, 4.0), np.hypot(3.25, 4.0)
    assert weather.wind_kn[:, 1] == pytest.approx((0.6 * west + 0.4 * east) * KN)
    assert np.all(weather.visibility_nm == 8.0)
    assert np.array_equal(weather.ice, np.broadcast_to(lon > 51.0, (12, 3)))


def test_an_ocean_forecast_reads_by_its_standard_names(build: Build, cmems: Write) -> None:
    """A CMEMS file (NetCDF-3, a depth of one entry) gives its waves, not its wind waves."""
    weather = read(build, cmems())
    assert weather.wave_m == pytest.approx(1.5)
    assert weather.wind_kn == pytest.approx(10.0 * KN)
    assert not weather.ice.any()


@given(shift=st.sampled_from([0.0, 360.0]), south_first=st.booleans(), late_first=st.booleans())
def test_the_order_of_axes_does_not_matter(
    shift: float, south_first: bool, late_first: bool
) -> None:
    """Longitudes to 360, latitudes and times in either order give the same values."""
    time = np.datetime64("2006-05-21T00", "ns") + np.arange(4) * np.timedelta64(6, "h")
    lat, lon = np.arange(41.0, 46.0), np.arange(48.0, 54.0)
    values = np.random.default_rng(1).uniform(0.0, 3.0, (4, 5, 6))
    array = xarray.DataArray(
        values,
        {"time": time, "latitude": lat, "longitude": lon},
        name="swh",
        attrs={"units": "m"},
    )
    shuffled = array.assign_coords(longitude=lon - shift + 360.0 * (shift > 0))
    shuffled = shuffled.isel(latitude=slice(None, None, 1 if south_first else -1))
    shuffled = shuffled.isel(time=slice(None, None, -1 if late_first else 1))
    wanted = np.array(["2006-05-21T03:00", "2006-05-21T16:30"], "datetime64[s]")
    ask = Ask(cast(Scenario, None), PLACES, np.arange(3.0), wanted)
    path = Path("waves.nc")
    found = sample(grid_of(shuffled, path, WAVE_HEIGHT, ask), ask, path, WAVE_HEIGHT)
    expected = array.interp(
        time=xarray.DataArray(wanted.astype("datetime64[ns]"), dims="e"),
        longitude=xarray.DataArray(PLACES[:, 0], dims="n"),
        latitude=xarray.DataArray(PLACES[:, 1], dims="n"),
    )
    assert found == pytest.approx(expected.transpose("e", "n").values)


@pytest.mark.parametrize(
    ("quantity", "units", "value"),
    [
        (WIND_SPEED, "m s**-1", KN),
        (WIND_SPEED, "m.s-1", KN),
        (WIND_SPEED, "knots", 1.0),
        (WIND_SPEED, "km/h", 1.0 / 1.852),
        (WAVE_HEIGHT, "m", 1.0),
        (VISIBILITY, "m", 1.0 / 1852.0),
        (VISIBILITY, "km", 1.0 / 1.852),
        (VISIBILITY, "nmi", 1.0),
        (WAVE_HEIGHT, "K", None),
    ],
)
def test_units_are_converted(quantity: Any, units: str, value: float | None) -> None:
    """Each unit of the table has its factor; another has none."""
    found = factor_of(quantity, units)
    assert found == (None if value is None else pytest.approx(value))


def test_a_speed_and_a_visibility_are_taken_as_they_are(build: Build, era5: Write) -> None:
    """si10 is preferred to the components; a visibility in metres becomes nautical miles."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        data["si10"] = data["swh"] * 0.0 + 20.0
        data["si10"].attrs = {"units": "knots"}
        data["vis"] = data["swh"] * 0.0 + 18_520.0
        data["vis"].attrs = {"units": "m", "standard_name": "visibility_in_air"}
        return data

    weather = read(build, era5(change))
    assert weather.wind_kn == pytest.approx(20.0)
    assert weather.visibility_nm == pytest.approx(10.0)


def test_final_and_preliminary_months_are_merged(build: Build, era5: Write) -> None:
    """Along expver the first value there is counts."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        data = data.drop_vars("expver")
        late = data["valid_time"] >= data["valid_time"][5]
        both = [data.where(~late), data.where(late)]
        return xarray.concat(both, xarray.Variable("expver", [1, 5]), combine_attrs="override")

    expected = read(build, era5(name="plain.nc"))
    found = read(build, era5(change))
    assert np.allclose(found.wave_m, expected.wave_m)
    assert np.allclose(found.wind_kn, expected.wind_kn)


def sea_west_of(field: xarray.DataArray, lon: float) -> xarray.DataArray:
    """Leave a field without values from a longitude on, as over land."""
    return field.where(field["longitude"] < lon).assign_attrs(field.attrs)


def test_by_land_the_nearest_point_at_sea_counts(build: Build, era5: Write) -> None:
    """Beside masked points the nearest valid one is taken, not a mixture with land."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        return data.assign(swh=sea_west_of(data["swh"], 51.1))

    weather = read(build, era5(change), [[51.2, 43.0], [50.9, 43.0]])
    assert weather.wave_m == pytest.approx(1.0 + 0.1 * np.hstack([HOURS, HOURS]))


def test_far_from_any_value_is_a_fault(build: Build, era5: Write) -> None:
    """Positions further than 30 nm from a point at sea are counted and named."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        return data.assign(swh=sea_west_of(data["swh"], 50.1))

    problem = the_one(build, era5(change), [[50.0, 43.0], [51.5, 43.0]])
    assert problem.key == "waves"
    # 1.5 degrees of longitude at 43° N
    assert "1 of 2 positions" in problem.message
    assert "[51.50, 43.00] the farthest with 66 nm" in problem.message


def test_the_last_value_holds_for_a_step(build: Build, era5: Write) -> None:
    """A file of the plan's days ends an hour before the plan; two hours are too many."""
    held = read(build, era5(hours=12))
    assert held.wave_m[-1] == pytest.approx(PLACES[:, 1] - 42.0 + 1.1)
    found = faults(build, era5(hours=11), ice="none")
    assert all(
        "1 of the plan's 12 hours are not covered, from hour 11 to 12" in each.message
        for each in found
    )
    assert len(found) == 3


def drop(*variables: str) -> Change:
    """Leave out variables."""
    return lambda data: data.drop_vars(list(variables))


def units(name: str, value: str | None) -> Change:
    """Give a variable another unit, or none."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        data[name].attrs.pop("units")
        if value is not None:
            data[name].attrs["units"] = value
        return data

    return change


def scaled(name: str, factor: float) -> Change:
    """Multiply a variable."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        data[name] = (data[name] * factor).assign_attrs(data[name].attrs)
        return data

    return change


def emptied(data: xarray.Dataset) -> xarray.Dataset:
    """Leave the waves without a value in the fourth hour."""
    data["swh"][3] = np.nan
    return data


def ensemble(data: xarray.Dataset) -> xarray.Dataset:
    """Give the waves two members."""
    data = data.drop_vars("number")
    data["swh"] = data["swh"].expand_dims(number=[0, 1])
    return data


def no_time(data: xarray.Dataset) -> xarray.Dataset:
    """Number the hours instead of dating them."""
    return data.drop_vars("expver").assign_coords(valid_time=np.arange(13))


@pytest.mark.parametrize(
    ("change", "key", "message", "remedy"),
    [
        (drop("swh"), "waves", "it has u10, v10, siconc", "sea_surface_wave_significant_height"),
        (drop("v10"), "wind", "has no northward wind", "wind_speed"),
        (units("swh", None), "waves (swh)", "has no units", "one of m"),
        (units("swh", "K"), "waves (swh)", "in 'K', which is no unit", "m, metre"),
        (units("u10", "m"), "wind (u10)", "in 'm', which is no unit of eastward", "knots"),
        (scaled("swh", 100.0), "waves (swh)", "not between 0 and 25 m", "units"),
        (scaled("swh", np.nan), "waves (swh)", "no value at 13 of 13 times", "gaps"),
        (scaled("siconc", 100.0), "ice (siconc)", "not between 0 and 1.01", "units"),
        (emptied, "waves (swh)", "no value at 1 of 13 times, the first 2006-05-21T22", "gaps"),
        (ensemble, "waves (swh)", "2 entries along 'number'", "choose one"),
    ],
)
def test_a_fault_of_a_file_is_told_with_its_remedy(
    build: Build, era5: Write, change: Change, key: str, message: str, remedy: str
) -> None:
    """Each fault gives one problem that names the file, the variable and the way out."""
    problem = the_one(build, era5(change))
    assert problem.file.endswith("era5.nc")
    assert problem.key == key
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_file_without_dates_is_refused(build: Build, era5: Write) -> None:
    """Every variable whose times are no times says so."""
    found = faults(build, era5(no_time))
    assert {"has no time that can be read"} == {problem.message for problem in found}
    assert len(found) == 4


def test_all_gaps_are_told_at_once(build: Build, era5: Write) -> None:
    """Hours, positions and variables that are not covered come together."""
    name = era5(drop("v10"), hours=6)
    found = faults(build, name, [[50.5, 43.5], [53.0, 40.0]])
    texts = [f"{problem.key}: {problem.message}" for problem in found]
    assert any(text.startswith("wind: has no northward wind") for text in texts)
    (hours,) = [text for text in texts if text.startswith("waves") and "hours" in text]
    assert "6 of the plan's 12 hours are not covered, from hour 6 to 12" in hours
    (places,) = [text for text in texts if text.startswith("waves") and "positions" in text]
    assert "1 of 2 positions lie outside, the first at [53.00, 40.00]" in places


def test_another_grid_for_each_component_is_refused(build: Build, era5: Write) -> None:
    """Eastward and northward wind at different times cannot make a speed."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        other = data["v10"].drop_vars(["valid_time", "expver"]).rename(valid_time="time")
        later = data["valid_time"].values + np.timedelta64(10, "m")
        return data.drop_vars("v10").assign(v10=other.assign_coords(time=later))

    assert "different grids" in the_one(build, era5(change)).message


def test_two_variables_of_one_kind_are_refused(build: Build, era5: Write) -> None:
    """Two wave heights under no provider's name leave it open which is meant."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        data["swh"].attrs["standard_name"] = "sea_surface_wave_significant_height"
        return data.assign(first=data["swh"], second=data["swh"]).drop_vars("swh")

    assert "first, second are all significant wave height" in the_one(build, era5(change)).message


def test_ice_of_a_file_of_its_own(build: Build, era5: Write) -> None:
    """``environment.ice`` may name a file: 15% of the area and more is ice."""

    def change(data: xarray.Dataset) -> xarray.Dataset:
        cover = 0.0 * data["swh"] + np.where(data["longitude"] > 51.0, 15.0, 14.0)
        return data.assign(siconc=cover.assign_attrs(units="%"))

    weather = weather_of(build(ice=era5(change, name="ice.nc")), PLACES)
    assert np.array_equal(weather.ice[0], [False, False, True])
    assert not weather.calm


def test_the_scenario_decides_over_the_files_own_ice(build: Build, era5: Write) -> None:
    """``none`` leaves out the ice that a weather file has."""
    assert not read(build, era5(), ice="none").ice.any()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04....", "zip archive"),
        (b"time,wind\n1,2\n", "neither NetCDF nor GRIB"),
        (b"", "neither NetCDF nor GRIB"),
        (b"\x89HDF\r\n\x1a\n broken", "cannot be read"),
        (b"CDF\x01 broken", "cannot be read"),
    ],
)
def test_what_is_no_weather_file_is_refused(
    build: Build, tmp_path: Path, content: bytes, message: str
) -> None:
    """Archives, tables and damaged files are one problem without a traceback."""
    (tmp_path / "weather.nc").write_bytes(content)
    assert message in the_one(build, "weather.nc").message


def test_grib_without_its_reader_says_what_to_install(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where cfgrib is not installed the remedy is the command that installs it."""
    monkeypatch.setitem(sys.modules, "cfgrib", None)
    (tmp_path / "forecast.grib").write_bytes(b"GRIB\x00\x00\x00\x02")
    problem = the_one(build, "forecast.grib")
    assert "needs cfgrib" in problem.message
    assert "pip install 'caspian-patrol-planner[grib]'" in problem.remedy


@pytest.mark.skipif(importlib.util.find_spec("cfgrib") is None, reason="needs the extra 'grib'")
def test_a_grib_file_is_read_without_leaving_an_index(build: Build, tmp_path: Path) -> None:
    """Wind at 10 m and waves of a GRIB file come as from NetCDF, and nothing is left beside it."""
    eccodes = importlib.import_module("eccodes")
    with (tmp_path / "era5.grib").open("wb") as file:
        for step in range(24):
            for short_name, value in (("10u", 3.0), ("10v", 4.0), ("swh", 1.25)):
                _message(eccodes, file, short_name, value, step)
    weather = read(build, "era5.grib", ice="none")
    assert weather.wind_kn == pytest.approx(5.0 * KN, rel=1e-4)
    assert weather.wave_m == pytest.approx(1.25, rel=1e-4)
    assert [path.name for path in tmp_path.iterdir()] == ["era5.grib"]


def _message(eccodes: Any, file: Any, short_name: str, value: float, step: int) -> None:
    """Write one field of 21 May 2006 from noon on, at steps of an hour."""
    handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib1")
    for key, setting in {
        "Ni": 7,
        "Nj": 7,
        "latitudeOfFirstGridPointInDegrees": 45.0,
        "latitudeOfLastGridPointInDegrees": 42.0,
        "longitudeOfFirstGridPointInDegrees": 49.0,
        "longitudeOfLastGridPointInDegrees": 52.0,
        "iDirectionIncrementInDegrees": 0.5,
        "jDirectionIncrementInDegrees": 0.5,
        "dataDate": 20060521,
        "dataTime": 1200,
        "stepRange": step,
        "shortName": short_name,
    }.items():
        eccodes.codes_set(handle, key, setting)
    eccodes.codes_set_values(handle, np.full(49, value))
    eccodes.codes_write(handle, file)
    eccodes.codes_release(handle)
