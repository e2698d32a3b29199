"""A plan's folder holds the files that its scenario names."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas
from shapely.geometry import box

from planner.scenario import Scenario, area_of, bundle, from_dict, load, shoreline_of
from planner.scenario.template import write_template


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


def test_a_scenario_of_shipped_layers_needs_no_files(examples: Path, tmp_path: Path) -> None:
    """Nothing is copied for shipped sectors, shorelines and zones."""
    bundled = bundle(load(examples / "aktau-2006.toml"), tmp_path)
    assert bundled.directory == tmp_path
    assert list(tmp_path.iterdir()) == []
