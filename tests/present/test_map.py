"""The map: complete, reproducible, self-contained, and deaf to hostile names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
import shapely

from planner.plan.model import Plan
from planner.present.geometry import decode
from planner.present.map import render_map, write_map
from planner.present.offline import outside_urls

HOSTILE = (
    "</script><script>alert(1)</script>",
    "${alert(2)} `${alert(3)}` \\${alert(4)}",
    '"><img src=x onerror=alert(5)>',
    "{{ 7 * 7 }} {% for a in b %}",
    "'); alert(6); ('\\",
    "https://evil.example/x.js //evil.example/y.js",
    "line\nbreak \u2028 \u202e flipped \x1b[31m",
    "]]> <!-- <style>@import '//evil.example/z.css'</style>",
)


class Reader(HTMLParser):
    """What a browser would make of a page: tags, scripts, attributes, visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "script":
            self.scripts[-1] += data
        elif "style" not in self._inside:
            self.text.append(data)


def drawn(page: str, call: str) -> list[Any]:
    """Data handed to one function of the map's script, call by call."""
    found = []
    for match in re.finditer(rf"patrol\.{call}\(([\w]+, )?", page):
        try:
            found.append(json.JSONDecoder().raw_decode(page, match.end())[0])
        except json.JSONDecodeError:
            continue
    return found


def every_text(value: Any, replace: Callable[[str], str]) -> Any:
    """Replace every text of nested data, keys too."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, dict):
        return {key: every_text(item, replace) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [every_text(item, replace) for item in value]
    return value


@pytest.fixture(scope="module")
def page(plan: Plan, sea: Any) -> str:
    """Return the map of the plan."""
    return render_map(plan, sea)


def test_the_same_plan_gives_the_same_bytes(plan: Plan, sea: Any, page: str) -> None:
    """Folium's random names are gone: two maps of a plan are equal."""
    assert render_map(plan, sea) == page
    assert not re.search(r"_[0-9a-f]{32}", page)


def test_nothing_outside_is_asked_for(page: str) -> None:
    """No address of another place, and a policy that would forbid it."""
    assert outside_urls(page) == []
    assert "default-src 'none'" in page
    assert not re.search(r"https?://(?!www\.w3\.org/)", page)


def test_every_cell_is_drawn_with_its_figures(plan: Plan, sea: Any, page: str) -> None:
    """Cells carry their water, detection and weight; weights sum to the plan's."""
    data = drawn(page, "load")[0]
    assert [cell["id"] for cell in data["cells"]] == list(sea.cells.ids)
    rows = (*plan.coverage, *plan.moving)
    assert sum(cell["weight"] for cell in data["cells"]) == pytest.approx(
        sum(row.weight for row in rows), abs=1e-3
    )
    for cell, water in zip(data["cells"], sea.cells.water, strict=True):
        lon, lat = decode(cell["areas"][0][0])[0]
        assert water.distance(shapely.Point(lon, lat)) < 0.003
        colours = data["scales"]["detection"]["colours"]
        assert 0 <= cell["detection"] < len(colours)


def test_every_sortie_is_drawn_where_and_when_it_sails(plan: Plan, page: str) -> None:
    """Each sortie has its legs in order, on the plan's clock, within 60 m of its path."""
    items = {item["id"]: item for group in drawn(page, "addTracks") for item in group}
    assert set(items) == {sortie.id for sortie in plan.sorties}
    for sortie in plan.sorties:
        item = items[sortie.id]
        assert item["back"] - item["depart"] == (sortie.return_ - sortie.depart).seconds / 60
        assert [leg[0] for leg in item["legs"]] == [
            ["transit", "search", "loiter"].index(leg.mode) for leg in sortie.legs
        ]
        for found, leg in zip(item["legs"], sortie.legs, strict=True):
            line = shapely.LineString(decode(found[4]))
            assert line.hausdorff_distance(shapely.LineString(leg.path)) < 5e-4


def test_bases_zones_and_sectors_are_there(page: str) -> None:
    """Both bases, the zones about them, and all five sectors, said to be derived."""
    places = [item for group in drawn(page, "addPlaces") for item in group]
    assert {"Aktau", "Bautino"} <= {item["name"] for item in places if item["base"]}
    shapes = [item for group in drawn(page, "addOutlines") for item in group]
    sectors = [item for item in shapes if item["style"] == "sector"]
    assert len(sectors) == 5
    assert all("derived" in item["rows"][0][1] for item in sectors)
    assert any(item["style"] == "zone" for item in shapes)


def test_the_layer_control_comes_last(page: str) -> None:
    """All layers exist when the control is made, which names those that readers can switch."""
    script = Reader(page).scripts[-1]
    control = script.index("L.control.layers(")
    assert max(match.start() for match in re.finditer(r"patrol\.add", script)) < control
    assert control < script.index("patrol.end(")
    for name in ("Depth", "Sectors (derived)", "Limits (derived)", "Zones", "Bases", "Tracks"):
        assert f'"{name}" :' in script


def test_search_legs_name_the_cells_they_search(plan: Plan, sea: Any, page: str) -> None:
    """The script can tell when each cell was last seen."""
    items = {item["id"]: item for group in drawn(page, "addTracks") for item in group}
    for sortie in plan.sorties:
        for found, leg in zip(items[sortie.id]["legs"], sortie.legs, strict=True):
            named = [sea.cells.ids[place] for place in (found[5] if len(found) > 5 else [])]
            assert named == [item.cell for item in leg.exposures]


def test_the_page_can_be_read_without_the_map(plan: Plan, page: str) -> None:
    """Language, label, headings and a table with every sortie are plain HTML."""
    reader = Reader(page)
    tags = dict(reversed(reader.tags))
    assert tags["html"]["lang"] == "en"
    frame = next(attrs for tag, attrs in reader.tags if attrs.get("id") == "map_000")
    assert frame["role"] == "region"
    assert "tables below" in str(frame["aria-label"])
    words = " ".join(reader.text)
    for sortie in plan.sorties:
        assert sortie.id in words
    for figure in ("Detection", "Proven bound", "Gap", "chance that a target", "Search effort"):
        assert figure in words


def test_hostile_names_are_only_ever_text(raw_plan: Callable[[], dict[str, Any]], sea: Any) -> None:
    """Whatever stands in any text of a plan: the page has the same tags and runs nothing more."""
    clean = Reader(render_map(poisoned(raw_plan(), "harmless"), sea))
    for poison in HOSTILE:
        plan = poisoned(raw_plan(), poison)
        found = render_map(plan, sea)
        reader = Reader(found)
        assert [tag for tag, _ in reader.tags] == [tag for tag, _ in clean.tags]
        for (_, attrs), (_, before) in zip(reader.tags, clean.tags, strict=True):
            assert set(attrs) == set(before)
        assert outside_urls(found) == []
        assert len(reader.scripts) == len(clean.scripts)
        assert _bare(reader.scripts[-1]) == _bare(clean.scripts[-1])
        assert "\u202e" not in found
        assert "\x1b" not in found


def test_hostile_names_are_shown_as_they_are(
    raw_plan: Callable[[], dict[str, Any]], sea: Any
) -> None:
    """The reader sees the name that was given, not a mangled or evaluated one."""
    found = render_map(poisoned(raw_plan(), HOSTILE[3]), sea)
    reader = Reader(found)
    words = " ".join(reader.text)
    assert HOSTILE[3] in words
    assert "49 " not in words
    assert HOSTILE[3] in {zone["unit"] for zone in drawn(found, "load")[0]["hulls"]}


def test_a_plan_without_sorties_still_has_a_map(
    raw_plan: Callable[[], dict[str, Any]], sea: Any
) -> None:
    """Hulls that stay in port are listed so."""
    raw = raw_plan()
    raw["sorties"] = []
    found = render_map(Plan.model_validate(raw), sea)
    assert found.count(">stays in port<") == 3


def test_seas_elsewhere_use_their_own_shore(plan: Plan, sea: Any) -> None:
    """A sea off Portugal gets the user's shore, no sectors, zones or ports of the Caspian."""
    aor = shapely.box(-9.6, 38.4, -9.2, 38.8)
    shore = shapely.box(-11, 37, -8.9, 40)
    moved = type(sea)(_one_cell(sea, aor), aor, shore)
    found = render_map(plan, moved)
    assert drawn(found, "load")[0]["attribution"] == "Shore: the scenario's own file"
    shapes = [item for group in drawn(found, "addOutlines") for item in group]
    assert [item["style"] for item in shapes] == ["area"]


def test_many_cells_are_drawn_on_canvas(plan: Plan, sea: Any) -> None:
    """Above 5,000 shapes the map asks for canvas, below for SVG."""
    cells = sea.cells
    times = 1 + 5000 // len(cells.ids)
    many = type(cells)(
        tuple(f"{name}-{k}" for k in range(times) for name in cells.ids),
        np.tile(cells.area_nm2, times),
        np.tile(cells.water, times),
    )
    found = render_map(plan, type(sea)(many, sea.aor, sea.shore))
    assert drawn(found, "load")[0]["canvas"] is True
    assert '"preferCanvas": true' in found


def test_the_map_is_written_whole(plan: Plan, sea: Any, page: str, tmp_path: Path) -> None:
    """The file holds the page, in less than 1.5 MB."""
    write_map(plan, sea, tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text("utf-8") == page
    assert (tmp_path / "map.html").stat().st_size < 1_500_000


def poisoned(raw: dict[str, Any], poison: str) -> Plan:
    """Put a hostile text in every free text of a plan."""
    hull = {item["id"]: f"{poison} {item['id']}" for item in raw["hulls"]}
    base = {item["name"]: f"{poison} {item['name']}" for item in raw["scenario"]["base"]}
    raw["scenario"]["title"] = poison
    raw["scenario"]["area"]["closures"] = [poison]
    raw["scenario"]["vessel"] = {poison: {"name": poison}}
    for item in raw["scenario"]["base"]:
        item["name"] = base[item["name"]]
    for item in raw["hulls"]:
        item.update(
            id=hull[item["id"]], unit=poison, vessel=poison,
            agency=f"{poison} {item['agency']}", base=base[item["base"]],
        )  # fmt: skip
    for item in raw["sorties"]:
        item.update(
            id=f"{poison} {item['id']}", hull=hull[item["hull"]], crew=poison,
            depart_base=base[item["depart_base"]], return_base=base[item["return_base"]],
        )  # fmt: skip
    times = {"start": "2006-05-23T01:00:00+05:00", "end": "2006-05-24T02:00:00+05:00"}
    raw["scenario"]["outage"] = [times | {"hull": id_, "reason": poison} for id_ in hull.values()]
    for item in (*raw["coverage"], *raw["moving"]):
        item["threat"] = f"{poison} {item['threat']}"
    for group in ("by_zone", "by_agency"):
        raw["metrics"][group] = {
            f"{poison} {name}": item for name, item in raw["metrics"][group].items()
        }
    return Plan.model_validate(raw)


def _bare(script: str) -> str:
    """A script without its string literals, numbers and lists: its code alone."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', script)
    return re.sub(r"-?\d+(\.\d+)?", "0", bare)


def _one_cell(sea: Any, aor: Any) -> Any:
    held = np.empty(1, dtype=object)
    held[0] = aor
    name = h3.latlng_to_cell(38.6, -9.4, 5)
    return type(sea.cells)((name,), np.array([500.0]), held)
