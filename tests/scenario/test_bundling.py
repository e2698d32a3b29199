"""A plan's folder holds the files that its scenario names."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas
from shapely.geometry import box

from planner.scenario import Scenario, area_of, bundle, from_dict, load, shoreline_of
from planner.scenario.template import write_template
from tests.threat_files import scenario_with, write_drift, write_events, write_grid


def own_sea(directory: Path) -> Scenario:
    """Load the template of a sea of one's own from a folder."""
    return load(write_template(directory, "own-sea")[0])


def test_a_bundle_stands_alone(tmp_path: Path) -> None:
    """With the user's files gone, the bundled scenario still loads and means the same."""
    scenario = own_sea(tmp_path / "mine")
    area, water = area_of(scenario), shoreline_of(scenario)
    bundled = bundle(scenario, tmp_path / "out")
    shutil.rmtree(tmp_path / "mine")
    again = from_dict(bundled.model_dump(mode="json"), tmp_path / "out", scenario.file_name)
    assert again == bundled
    assert again.directory == tmp_path / "out"
    assert area_of(again).equals(area)
    assert shoreline_of(again).equals(water)


def test_bundling_twice_changes_nothing(tmp_path: Path) -> None:
    """A bundled scenario bundled into its own folder stays as it is."""
    once = bundle(own_sea(tmp_path / "mine"), tmp_path / "out")
    assert bundle(once, tmp_path / "out") == once


def test_a_shapefile_brings_its_companions(tmp_path: Path) -> None:
    """All parts of a shapefile are copied, for closures and threats too."""
    scenario = own_sea(tmp_path / "mine")
    zone = geopandas.GeoDataFrame(geometry=[box(27.2, 40.5, 27.6, 40.8)], crs="EPSG:4326")
    zone.to_file(tmp_path / "mine" / "zone.shp")
    threat = scenario.threat[0].model_copy(update={"file": "zone.shp"})
    area = scenario.area.model_copy(update={"closures": ("zone.shp", "kashagan")})
    scenario = scenario.model_copy(update={"threat": (threat,), "area": area})
    bundled = bundle(scenario, tmp_path / "out")
    shutil.rmtree(tmp_path / "mine")
    assert bundled.area.closures == ("inputs/closure-1/zone.shp", "kashagan")
    found = bundled.geometry_of(bundled.threat[0])
    assert found is not None
    assert found.equals(box(27.2, 40.5, 27.6, 40.8))


def test_files_of_threats_are_brought_along(tmp_path: Path) -> None:
    """Rasters, past events and particles lie in the bundle, each in its threat's folder."""
    mine = tmp_path / "mine"
    mine.mkdir()
    write_grid(mine / "risk.nc")
    write_events(mine / "events.csv")
    write_drift(mine / "drift.nc")
    threats = [
        {"name": "a", "kind": "area", "weight": 1.0, "persistence_h": 6.0, "raster": "risk.nc"},
        {"name": "b", "kind": "incidents", "weight": 1.0, "persistence_h": 6.0,
         "file": "events.csv"},
        {"name": "c", "kind": "drift", "weight": 1.0, "file": "drift.nc"},
    ]  # fmt: skip
    bundled = bundle(scenario_with(threats, mine), tmp_path / "out")
    shutil.rmtree(mine)
    names = [threat.raster or threat.file for threat in bundled.threat]
    assert names == ["inputs/threat-1/risk.nc", "inputs/threat-2/events.csv",
                     "inputs/threat-3/drift.nc"]  # fmt: skip
    again = from_dict(bundled.model_dump(mode="json"), tmp_path / "out")
    assert again.threat == bundled.threat


def test_a_scenario_of_shipped_layers_needs_no_files(examples: Path, tmp_path: Path) -> None:
    """Nothing is copied for shipped sectors, shorelines and zones."""
    bundled = bundle(load(examples / "aktau-2006.toml"), tmp_path)
    assert bundled.directory == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_weather_files_are_copied(examples: Path, tmp_path: Path) -> None:
    """The weather file and the ice file come along; the words for ice are no files."""
    (tmp_path / "mine").mkdir()
    for name in ("wind.nc", "ice.nc"):
        (tmp_path / "mine" / name).write_bytes(name.encode())
    scenario = load(examples / "aktau-2006.toml").at(tmp_path / "mine", "here.toml")
    weather = {"source": "file", "file": "wind.nc", "ice": "ice.nc"}
    changed = scenario.environment.model_copy(update=weather)
    bundled = bundle(scenario.model_copy(update={"environment": changed}), tmp_path / "out")
    shutil.rmtree(tmp_path / "mine")
    assert bundled.environment.file == "inputs/weather-file/wind.nc"
    assert bundled.environment.ice == "inputs/weather-ice/ice.nc"
    assert bundled.path_of("inputs/weather-ice/ice.nc").read_bytes() == b"ice.nc"
    frozen = changed.model_copy(
        update={"source": "climatology", "file": None, "ice": "freezing-days"}
    )
    plain = bundle(scenario.model_copy(update={"environment": frozen}), tmp_path / "other")
    assert plain.environment == frozen
