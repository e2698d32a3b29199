"""GeoPackage: what pyogrio reads back is the plan, and QGIS finds a style for each layer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from planner.export.choose import Choice
from planner.export.geopackage import write_geopackage
from planner.plan.model import Plan
from planner.present.figures import cell_figures
from planner.present.palette import HULL_COLOURS
from planner.present.text import clean
from planner.sea import Sea
from tests.export.reading import safe_tree, same, vertices


@pytest.fixture(scope="module")
def path(choice: Choice, sea: Sea, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the good plan and return the file."""
    found = tmp_path_factory.mktemp("geopackage") / "plan.gpkg"
    write_geopackage(found, choice, sea)
    return found


def layer(path: Path, name: str) -> Any:
    """Read a layer as a table."""
    return pyogrio.read_dataframe(path, layer=name)


def styles(path: Path) -> dict[str, Any]:
    """QML of the default style of each layer, by QGIS's own question."""
    ask = (
        "SELECT styleQML FROM layer_styles WHERE f_table_schema='' AND f_table_name=? "
        "AND f_geometry_column=? ORDER BY useAsDefault DESC, update_time DESC LIMIT 1"
    )
    with closing(sqlite3.connect(path)) as base:
        spatial = base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
        return {
            name: safe_tree(base.execute(ask, (name, column)).fetchone()[0])
            for name, column in spatial.fetchall()
        }


def test_layers_are_there_with_their_reference_system(path: Path) -> None:
    """Four layers in EPSG:4326 and two tables, beside the table of styles."""
    assert dict(pyogrio.list_layers(path).tolist()) == {
        "bases": "Point", "sorties": "LineString", "legs": "LineString", "cells": "MultiPolygon",
        "targets": None, "moving": None, "layer_styles": None,
    }  # fmt: skip
    for name in ("bases", "sorties", "legs", "cells"):
        assert pyogrio.read_info(path, layer=name)["crs"] == "EPSG:4326"


def test_sorties_read_back_are_the_plan(path: Path, choice: Choice) -> None:
    """Tracks to 1e-6°, times as datetimes, figures as they are."""
    found = layer(path, "sorties")
    for (_, row), trip in zip(found.iterrows(), choice.trips, strict=True):
        sortie = trip.sortie
        assert (row["sortie"], row["hull"], row["watches"]) == (
            sortie.id,
            sortie.hull,
            trip.watches,
        )
        assert row["depart"].to_pydatetime() == sortie.depart
        assert row["return"].to_pydatetime() == sortie.return_
        assert (row["distance_nm"], row["fuel_l"]) == (sortie.distance_nm, sortie.fuel_l)
        pairs = zip(row["geometry"].coords, vertices(sortie), strict=True)
        assert all(same(one, other) for one, other in pairs)


def test_legs_read_back_are_the_plan(path: Path, choice: Choice) -> None:
    """Every leg with its mode, times, speed and cells; also one that stays in place."""
    found = layer(path, "legs")
    legs = [(trip.sortie, leg) for trip in choice.trips for leg in trip.sortie.legs]
    for (_, row), (sortie, leg) in zip(found.iterrows(), legs, strict=True):
        assert (row["sortie"], row["mode"], row["speed_kn"]) == (sortie.id, leg.mode, leg.speed_kn)
        assert row["start"].to_pydatetime() == leg.start
        assert row["end"].to_pydatetime() == leg.end
        assert row["cells"].split() == [item.cell for item in leg.exposures]
        assert same(row["geometry"].coords[-1], leg.path[-1])


def test_cells_have_water_weight_exposure_and_detection(
    path: Path, choice: Choice, sea: Sea
) -> None:
    """Cells are the water of the sea's, with the figures of the map; unknown ones are empty."""
    found, figures = layer(path, "cells"), cell_figures(choice.plan, sea.cells)
    assert list(found["cell"]) == list(sea.cells.ids)
    for column, figure in (
        ("weight", figures.weight), ("exposure", figures.coverage),
        ("detection", figures.detection), ("longest_gap_h", figures.gap_h),
    ):  # fmt: skip
        np.testing.assert_array_equal(found[column], figure)
    assert all(shapely.equals(found.geometry.to_numpy(), sea.cells.water))


def test_targets_add_up_to_the_detection(path: Path, plan: Plan) -> None:
    """Stationary and moving targets are tables of their own."""
    targets, moving = layer(path, "targets"), layer(path, "moving")
    total = sum((table["weight"] * table["detection"]).sum() for table in (targets, moving))
    assert total == pytest.approx(plan.solver.detection)
    assert targets["from"][0].to_pydatetime() == plan.coverage[0].from_


def test_bases_are_points(path: Path) -> None:
    """The scenario's bases, where they lie."""
    found = layer(path, "bases")
    assert list(found["name"]) == ["Aktau", "Kuryk"]
    assert (found.geometry[0].x, found.geometry[0].y) == (51.2, 43.6)


def test_every_layer_has_a_style(path: Path, choice: Choice) -> None:
    """Sorties by hull in the map's colours, legs by mode, cells by detection."""
    found = styles(path)
    kinds = {name: root.find("renderer-v2").get("type") for name, root in found.items()}
    assert kinds == {
        "bases": "singleSymbol", "sorties": "categorizedSymbol", "legs": "categorizedSymbol",
        "cells": "graduatedSymbol",
    }  # fmt: skip
    renderer = found["sorties"].find("renderer-v2")
    values = [item.get("value") for item in renderer.iter("category")]
    assert values == [hull.id for _, hull in choice.hulls()]
    first = renderer.find("symbols/symbol/layer/Option/Option[@name='line_color']").get("value")
    colour = HULL_COLOURS[0]
    assert first == ",".join([*(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5)), "255"])


def test_styles_name_fields_and_symbols_that_are_there(path: Path) -> None:
    """A renderer's field is a column; every class has its symbol, said for old and new QGIS."""
    for name, root in styles(path).items():
        columns = set(pyogrio.read_info(path, layer=name)["fields"])
        renderer = root.find("renderer-v2")
        symbols = {symbol.get("name") for symbol in renderer.iterfind("symbols/symbol")}
        classes = [item.get("symbol") for item in renderer.iter("category", "range")]
        assert set(classes) <= symbols
        assert renderer.get("attr") is None or renderer.get("attr") in columns
        temporal = root.find("temporal")
        if temporal is not None:
            assert {temporal.get("startField"), temporal.get("endField")} <= columns
        for made in renderer.iter("layer"):
            new = {item.get("name"): item.get("value") for item in made.iterfind("Option/Option")}
            assert new == {item.get("k"): item.get("v") for item in made.iterfind("prop")}


def test_the_same_plan_gives_the_same_bytes(
    path: Path, choice: Choice, sea: Sea, tmp_path: Path
) -> None:
    """With the same libraries, byte by byte, and GDAL's clock is its own again."""
    write_geopackage(tmp_path / "again.gpkg", choice, sea)
    assert (tmp_path / "again.gpkg").read_bytes() == path.read_bytes()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_hostile_names_are_text(hostile_choice: Choice, sea: Sea, tmp_path: Path) -> None:
    """Names are stored clean, and a style finds its hull under the same name."""
    path = tmp_path / "hostile.gpkg"
    write_geopackage(path, hostile_choice, sea)
    hulls = [clean(hull.id) for _, hull in hostile_choice.hulls()]
    assert list(dict.fromkeys(layer(path, "sorties")["hull"])) == hulls
    categories = styles(path)["sorties"].iter("category")
    assert [item.get("value") for item in categories] == hulls


def test_without_a_sea_there_are_no_cells(choice: Choice, tmp_path: Path) -> None:
    """Layers that need the sea are left out with their style."""
    write_geopackage(tmp_path / "a.gpkg", choice, None)
    assert "cells" not in dict(pyogrio.list_layers(tmp_path / "a.gpkg").tolist())
    assert "cells" not in styles(tmp_path / "a.gpkg")
