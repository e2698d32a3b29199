"""Polygon files in any CRS, and the way to the nearest water."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from planner import geodata
from planner.errors import GeodataError
from planner.scenario import nearest_water, read_polygons
from planner.scenario.geometry import distance_nm

BAY = Polygon(
    [(50.9, 44.1), (51.4, 44.1), (51.4, 44.5), (50.9, 44.5)],
    [[(51.1, 44.2), (51.2, 44.2), (51.2, 44.3), (51.1, 44.3)]],
)


def write(path: Path, shapes: list[shapely.Geometry], crs: str | None) -> Path:
    """Write shapes given in degrees to a file in ``crs``."""
    table = geopandas.GeoDataFrame(geometry=shapes, crs="EPSG:4326")
    table = table.to_crs(crs) if crs else table.set_crs(None, allow_override=True)
    table.to_file(path)
    return path


@pytest.mark.parametrize("name", ["bay.geojson", "bay.gpkg", "bay.shp"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32639", "EPSG:3857"])
def test_a_polygon_is_the_same_in_any_file_and_crs(tmp_path: Path, name: str, crs: str) -> None:
    """Degrees, UTM and Mercator give one polygon with its island, in three formats."""
    if name == "bay.geojson" and crs != "EPSG:4326":
        name = "bay.gpkg"  # GeoJSON is in degrees by its standard
    read = read_polygons(write(tmp_path / name, [BAY.segmentize(0.01)], crs))
    assert isinstance(read, MultiPolygon)
    assert read.symmetric_difference(BAY).area < 1e-4 * BAY.area
    assert len(read.geoms[0].interiors) == 1


def test_polygons_are_joined_and_bow_ties_mended(tmp_path: Path) -> None:
    """Touching polygons become one; a ring that crosses itself still gives valid water."""
    halves = [box(50, 44, 51, 45), box(51, 44, 52, 45)]
    assert len(read_polygons(write(tmp_path / "two.geojson", halves, "EPSG:4326")).geoms) == 1
    tie = Polygon([(50, 44), (51, 45), (51, 44), (50, 45)])
    read = read_polygons(write(tmp_path / "tie.geojson", [tie], "EPSG:4326"))
    assert read.is_valid
    assert read.area == pytest.approx(0.5)


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    """Reading is remembered only as long as the file stays as it is."""
    path = write(tmp_path / "sea.geojson", [box(0, 0, 1, 1)], "EPSG:4326")
    assert read_polygons(path).area == pytest.approx(1)
    path.unlink()
    write(path, [box(0, 0, 2, 1)], "EPSG:4326")
    assert read_polygons(path).area == pytest.approx(2)


def test_files_without_polygons_say_what_is_wrong(tmp_path: Path) -> None:
    """Lines, text and missing files each name the file and a remedy."""
    line = write(tmp_path / "line.geojson", [LineString([(0, 0), (1, 1)])], "EPSG:4326")
    text = tmp_path / "text.geojson"
    text.write_text("not a map", encoding="utf-8")
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    for path, message in (
        (line, "holds no polygon"),
        (text, "cannot be read"),
        (table, "cannot be read as points or polygons"),
        (tmp_path / "none.geojson", "no such file"),
    ):
        with pytest.raises(GeodataError, match=message) as raised:
            read_polygons(path)
        assert str(path) in str(raised.value)


def test_a_file_without_crs_asks_for_one(tmp_path: Path) -> None:
    """A shapefile without .prj cannot be placed on Earth."""
    path = write(tmp_path / "bare.shp", [BAY], "EPSG:4326")
    path.with_suffix(".prj").unlink()
    with pytest.raises(GeodataError, match=r"add the \.prj file"):
        read_polygons(path)


@given(st.floats(51.5, 53.5), st.floats(43.5, 46.0))
def test_the_nearest_water_is_on_the_water_and_none_is_nearer(lon: float, lat: float) -> None:
    """The point found lies on the shore, and no vertex of the shore is closer."""
    water = geodata.shoreline("background")
    point, found_nm = nearest_water(water, (lon, lat))
    assert water.distance(Point(point)) < 1e-6
    corners = shapely.get_coordinates(water)[::20]
    nearest_corner_nm = min(distance_nm((x, y), (lon, lat)) for x, y in corners)
    # on the scaled plane the choice may be off by the curvature, a percent at these distances
    assert found_nm <= nearest_corner_nm * 1.01
    assert (found_nm == 0.0) == water.covers(Point(lon, lat))
