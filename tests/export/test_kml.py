"""KML: what fastkml reads back is the plan, and a viewer loads and runs nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import shapely
from fastkml import KML
from fastkml.containers import Folder
from fastkml.features import Placemark
from fastkml.utils import find_all

from planner.export.choose import Choice
from planner.export.kml import kml_text
from planner.export.passage import waypoints
from planner.present.figures import SeaView, cell_figures
from planner.present.palette import hull_colour
from planner.present.text import clean
from planner.sea import Sea
from tests.export.reading import safe_tree, same

KML_SPACE = "{http://www.opengis.net/kml/2.2}"
GX_SPACE = "{http://www.google.com/kml/ext/2.2}"


@pytest.fixture(scope="module")
def text(choice: Choice, sea: Sea) -> str:
    """Return the file of the good plan."""
    return kml_text(choice, sea)


@pytest.fixture(scope="module")
def document(text: str) -> Any:
    """Return the document that fastkml reads."""
    (found,) = KML.parse(io.BytesIO(text.encode("utf-8"))).features
    return found


def folders(parent: Any) -> list[Any]:
    """Folders directly in another."""
    return [item for item in parent.features if isinstance(item, Folder)]


def test_folders_are_agencies_hulls_and_sorties(document: Any, choice: Choice) -> None:
    """Sorties lie in their hull's folder, hulls in their agency's, cells in one of their own."""
    *agencies, cells = folders(document)
    assert [agency.name for agency in agencies] == ["Border Service", "Navy"]
    assert cells.name == "Detection by cell"
    found = {
        hull.name: [sortie.name for sortie in folders(hull)]
        for agency in agencies
        for hull in folders(agency)
    }
    assert found == {
        hull.id: [f"{t.sortie.id} {hull.id}" for t in choice.of(hull)] for _, hull in choice.hulls()
    }


def test_legs_are_lines_with_their_times(document: Any, choice: Choice) -> None:
    """Each leg that goes somewhere has its positions to 1e-6° and its span to the second."""
    trips = {f"{trip.sortie.id} {trip.hull.id}": trip for trip in choice.trips}
    seen = 0
    for folder in find_all(document, of_type=Folder):
        if folder.name not in trips:
            continue
        lines = [f for f in folder.features if f.geometry.geom_type == "LineString"][1:]
        legs = [leg for leg in trips[folder.name].sortie.legs if leg.mode != "loiter"]
        for line, leg in zip(lines, legs, strict=True):
            assert all(same(a, b) for a, b in zip(line.geometry.coords, leg.path, strict=True))
            assert line.times.begin.dt == leg.start
            assert line.times.end.dt == leg.end
            seen += 1
    assert seen > 20


def test_tracks_move_with_the_plan(text: str, choice: Choice) -> None:
    """Each sortie has a track with a time for every position."""
    tracks = safe_tree(text).iterfind(f".//{GX_SPACE}Track")
    for track, trip in zip(tracks, choice.trips, strict=True):
        times = [item.text for item in track.iterfind(f"{KML_SPACE}when")]
        places = [item.text.split() for item in track.iterfind(f"{GX_SPACE}coord")]
        assert len(times) == len(places)
        points = waypoints(trip.sortie)
        expected = [p for p in points for _ in range(2 if p.stay else 1)]
        assert all(
            same((float(a[0]), float(a[1])), (p.lon, p.lat))
            for a, p in zip(places, expected, strict=True)
        )
        assert times == sorted(times)


def test_lines_have_the_colours_of_the_map(text: str, choice: Choice) -> None:
    """Styles stand in the document, where viewers look for shared ones, in the hulls' colours."""
    root = safe_tree(text)
    styles = {style.get("id"): style for style in root.iterfind(f"*/{KML_SPACE}Style")}
    used = {item.text.removeprefix("#") for item in root.iter(f"{KML_SPACE}styleUrl")}
    assert used <= set(styles)
    shown = {colour.text for colour in root.iter(f"{KML_SPACE}color")}
    for number, _ in choice.hulls():
        red, green, blue = re.findall("..", hull_colour(number)[1:])
        assert f"ff{blue}{green}{red}" in shown


def test_a_hull_alone_keeps_its_colour(only: Callable[[str], Choice]) -> None:
    """Colours go by the plan's hulls, whichever of them are written."""
    colour = hull_colour(2)
    text = kml_text(only("Navy 1 a"), None)
    assert f"ff{colour[5:]}{colour[3:5]}{colour[1:3]}" in text


def test_cells_have_their_figures(document: Any, choice: Choice, sea: Sea) -> None:
    """Every cell is an area with detection, weight and exposure."""
    (folder,) = [item for item in folders(document) if item.name == "Detection by cell"]
    figures = cell_figures(choice.plan, sea.cells)
    assert [cell.name for cell in folder.features] == list(sea.cells.ids)
    for k, cell in enumerate(folder.features):
        said = {item.name: float(item.value) for item in cell.extended_data.elements}
        assert abs(said["exposure"] - figures.coverage[k]) < 1e-6
        assert abs(said["weight"] - figures.weight[k]) < 1e-8
        if not np.isnan(figures.detection[k]):
            assert abs(said["detection"] - figures.detection[k]) < 1e-6
        assert cell.geometry.geom_type in ("Polygon", "MultiPolygon", "GeometryCollection")


def test_every_island_is_a_hole(choice: Choice, sea: Sea) -> None:
    """Water with two islands and a strait between two parts is drawn whole, ring by ring."""
    square, islands = shapely.box(50, 43, 51, 44), shapely.box(50.2, 43.2, 50.3, 43.3)
    islands = islands.union(shapely.box(50.6, 43.6, 50.7, 43.7))
    water = np.array([(square - islands).union(shapely.box(52, 43, 53, 44))], dtype=object)
    cells = SimpleNamespace(ids=sea.cells.ids[:1], area_nm2=np.ones(1), water=water)
    shores = SimpleNamespace(cells=cells, aor=square, shore=square)
    text = kml_text(choice, cast(SeaView, shores))
    document = KML.parse(io.BytesIO(text.encode("utf-8"))).features[0]
    (cell,) = folders(document)[-1].features
    assert [len(list(part.interiors)) for part in cell.geometry.geoms] == [2, 0]
    assert shapely.equals(shapely.geometry.shape(cell.geometry.__geo_interface__), water[0])


def test_without_a_sea_there_are_no_cells(choice: Choice) -> None:
    """Sorties can be written without the sea."""
    assert "Detection by cell" not in kml_text(choice, None)


def test_nothing_is_loaded_from_elsewhere(text: str) -> None:
    """The only addresses are the names of the namespaces."""
    assert set(re.findall(r"https?://[^\s\"'<]+", text)) == {
        "http://www.opengis.net/kml/2.2",
        "http://www.google.com/kml/ext/2.2",
    }


def test_the_same_plan_gives_the_same_bytes(text: str, choice: Choice, sea: Sea) -> None:
    """Also after other files were made, since simplekml counts what it makes."""
    kml_text(choice, None)
    assert kml_text(choice, sea) == text


def test_hostile_names_are_text(hostile_choice: Choice, sea: Sea) -> None:
    """Names come back as they are; where a viewer reads HTML they hold no markup."""
    text = kml_text(hostile_choice, sea)
    root = safe_tree(text)
    names = {item.text for item in root.iter(f"{KML_SPACE}name")}
    assert {clean(hull.id) for _, hull in hostile_choice.hulls()} <= names
    (found,) = KML.parse(io.BytesIO(text.encode("utf-8"))).features
    descriptions = [item.description for item in find_all(found, of_type=Placemark)]
    for description in filter(None, descriptions):
        assert set(re.findall(r"<[^>]*>", description)) <= {"<br/>"}
        assert "${" not in description
    assert "\x1b" not in text
    assert "<![CDATA[" not in text
