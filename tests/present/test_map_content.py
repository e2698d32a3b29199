"""What the map shows beside the plan's tables, and how it is delivered."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from astral import Observer
from astral.sun import dawn, sunrise, sunset

from planner import geodata
from planner.plan.model import Plan
from planner.present.geometry import decode
from planner.present.map import render_map, write_map
from planner.present.map.daylight import daylight
from planner.present.map.deliver import SCRIPTS, STYLES, script, style, tiles_address
from planner.present.map.depths import BANDS_M, depth_bands
from planner.present.map.response import response
from planner.present.map.seas import ALPHABET, weather_view
from planner.present.map.trial import trial_groups
from planner.present.offline import asset, outside_urls
from planner.present.wording import t
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from planner.simulate.model import Finds, Simulation, ThreatFinds, ZoneFinds
from planner.weather import weather_of
from tests.plan_factory import CLOSED, SCENARIO, Maker, write_scenario
from tests.problem import off_aktau
from tests.problem.posted import posted_tables

OFFSET = timezone(timedelta(hours=5))
TILES = "https://tiles.example:8080/osm/{z}/{x}/{y}.png"


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario off Aktau, in a calm."""
    return write_scenario(tmp_path_factory.mktemp("calm"))


@pytest.fixture(scope="module")
def water(calm: Scenario) -> Sea:
    """Return its sea."""
    return build_sea(calm)


@pytest.fixture(scope="module")
def sailed(calm: Scenario, water: Sea) -> Plan:
    """Return a plan on it, made by hand."""
    return Maker(calm, water).plan().at(calm)


@pytest.fixture(scope="module")
def windy(calm: Scenario) -> Scenario:
    """Return the scenario with a drawn weather."""
    weather = {"environment": {"source": "climatology", "seed": 7}}
    return from_dict({**SCENARIO, **weather}, calm.directory)


def loaded(page: str) -> Any:
    """The data that a page hands to its script."""
    found = page.index("patrol.load(") + len("patrol.load(")
    return json.JSONDecoder().raw_decode(page, found)[0]


def test_days_begin_at_sunrise(sailed: Plan, water: Sea) -> None:
    """Light changes within two minutes of astral's dawn, sunrise and sunset, four times a day."""
    changes = daylight(sailed, water.aor)
    west, south, east, north = water.aor.bounds
    observer = Observer((south + north) / 2, (west + east) / 2)
    start = datetime(2006, 5, 22, tzinfo=OFFSET)
    assert changes[0] == [0, 0]
    assert [phase for _, phase in changes] == [0, 1, 2, 1, 0, 1, 2, 1, 0]
    for place, find in ((1, dawn), (2, sunrise), (3, sunset)):
        due = find(observer, start.date(), tzinfo=OFFSET)
        assert abs(start + timedelta(minutes=changes[place][0]) - due) < timedelta(minutes=2)


@pytest.mark.parametrize(("month", "phases"), [(6, {1, 2}), (12, {0, 1})])
def test_light_in_the_far_north(month: int, phases: set[int]) -> None:
    """Where the sun does not set or rise, the phases that are left alternate or stay."""
    plan = SimpleNamespace(
        scenario={"start": datetime(2026, month, 21, tzinfo=UTC).isoformat(), "days": 3.0}
    )
    changes = daylight(plan, shapely.box(10, 67, 11, 69))  # type: ignore[arg-type]
    assert {phase for _, phase in changes} <= phases
    assert all(abs(a[1] - b[1]) == 1 for a, b in pairwise(changes))


def test_depth_bands_lie_in_each_other_and_are_small() -> None:
    """Each band lies in the one before it, is as deep as it says, and all weigh little."""
    bands = depth_bands()
    areas = []
    for band in bands:
        rings = [[decode(ring) for ring in rings] for rings in band["areas"]]
        areas.append(shapely.union_all([shapely.Polygon(r[0], r[1:]).buffer(0) for r in rings]))
    assert [band["m"] for band in bands] == list(BANDS_M)
    for outer, inner in pairwise(areas):
        assert shapely.difference(inner, outer).area < 0.01 * inner.area
    grid = geodata.depth()
    x, y = np.meshgrid(grid.lon, grid.lat)
    deep = shapely.contains_xy(areas[4].buffer(-0.05), x, y)
    assert grid.depth_m[deep].min() > 0.8 * BANDS_M[4]
    assert len(json.dumps(bands, separators=(",", ":"))) < 60_000


def test_minutes_to_reach_are_the_least_over_bases_and_boats(sailed: Plan, water: Sea) -> None:
    """No cell is reached sooner than as the crow flies, and each by the boat that is named."""
    found = response(sailed, water)
    assert found is not None
    assert found.boats[0].startswith("Aktau, ")
    scenario = sailed.source
    assert scenario is not None
    for place, unit in enumerate(scenario.unit):
        vessel = scenario.vessel_of(unit)
        depth_m = vessel.draft_m + vessel.under_keel_clearance_m
        way = water.waters(depth_m).field(scenario.base_of(unit).position)
        due = 60 * way.distance_nm(water.cells.centre) / vessel.cruise_kn
        assert np.all(found.minutes <= due + 1e-9)
        mine = found.by == place
        assert found.minutes[mine] == pytest.approx(due[mine])
    page = loaded(render_map(sailed, water))
    told = [cell["response"] for cell in page["cells"]]
    assert [m[0] if m else np.inf for m in told] == [np.ceil(m) for m in found.minutes]


def test_posted_boats_are_near_from_their_other_base_as_well() -> None:
    """Minutes fall where the base of a posting is nearer, and its boat is named there."""
    tables = posted_tables(base="Roads")
    tables["base"].append({"name": "Roads", "position": [50.7, 43.5], "ramp": True})
    home, there = off_aktau.plan(), off_aktau.scenario_of(tables)
    before = response(home, off_aktau.sea())
    after = response(home.at(there), off_aktau.sea())
    assert before is not None
    assert after is not None
    name = f"Roads, {there.vessel_of(there.unit[0]).name}"
    assert name in after.boats
    assert name not in before.boats
    assert np.all(after.minutes <= before.minutes)
    mine = after.by == after.boats.index(name)
    assert mine.any()
    assert np.all(after.minutes[mine] < before.minutes[mine])


def test_a_plan_without_its_scenario_says_nothing_of_boats_and_weather(
    plan: Plan, sea: Any
) -> None:
    """What cannot be known is left out: no scale, no choice, no figure."""
    assert response(plan, sea) is None
    assert weather_view(plan, sea) is None
    page = render_map(plan, sea)
    assert 'value="response"' not in page
    assert 'value="wave"' not in page


def test_weather_travels_hour_by_hour(sailed: Plan, water: Sea, windy: Scenario) -> None:
    """Each cell's wind and waves are there to half a knot and half a tenth of a metre."""
    found = weather_view(sailed.at(windy), water)
    assert found is not None
    known = weather_of(windy, water.cells.centre)
    assert found["step"] == 60
    read = {
        key: np.array([[ALPHABET.index(letter) for letter in row] for row in found[key]])
        for key in ("wind", "wave")
    }
    assert np.abs(read["wind"] - known.wind_kn).max() <= 0.5
    assert np.abs(read["wave"] / 10 - known.wave_m).max() <= 0.0501
    assert weather_view(sailed, water) is None  # a calm


def test_long_weather_of_many_cells_travels_in_longer_steps() -> None:
    """The figures of one quantity stay below a bound, whatever the plan."""
    from planner.present.map.seas import MOST_FIGURES, _step_h

    assert _step_h(168, 400) == 1
    assert _step_h(168, 3000) == 6
    assert MOST_FIGURES >= 3000 * 168 / 6


def test_closures_and_limits_are_drawn(sailed: Plan, water: Sea) -> None:
    """The scenario's closed polygon is there, said to be closed; limits only of a sector."""
    page = render_map(sailed, water)
    assert '"Closed areas"' in page
    shapes = [json.loads(line) for line in re.findall(r"addOutlines\(\w+, (\[.*\])\);", page)]
    closed = [item for group in shapes for item in group if item["style"] == "closed"]
    drawn = shapely.Polygon(decode(closed[0]["areas"][0][0]))
    assert drawn.symmetric_difference(CLOSED).area < 1e-3 * CLOSED.area
    assert '"Limits (derived)"' not in page  # an area of its own


def test_simulated_stands_beside_planned() -> None:
    """Bars share one scale, rows keep their figures, zones by their names."""
    finds: dict[str, Any] = {
        "weight": 0.5, "runs": 900, "planned": 0.3, "simulated": 0.32, "low": 0.29, "high": 0.41,
        "median_h": 4.0, "intercepted": 0.3,
    }  # fmt: skip
    untold = {**finds, "planned": None}
    trial = Simulation(
        planner_version="0", law="definite", seed=0, scale_error=0.0, standard_error=0.01,
        total=Finds(**finds), threats=(ThreatFinds(**untold, threat="a\u202eb"),),
        zones=(ZoneFinds(**finds, zone="aor"), ZoneFinds(**{**finds, "runs": 0}, zone="x")),
        watches=(),
    )  # fmt: skip
    groups = trial_groups(trial, {})
    assert [group["top"] for group in groups] == ["50 %"] * 3
    assert groups[0]["rows"][0]["planned"] == 60
    assert groups[1]["rows"][0]["name"] == "ab"
    assert groups[1]["rows"][0]["planned"] is None
    assert [row["name"] for row in groups[2]["rows"]] == ["Whole area"]
    assert trial_groups(None, {}) == []


def test_a_map_in_a_folder_is_the_same_map(sailed: Plan, water: Sea, tmp_path: Path) -> None:
    """Page and files beside it: the same bytes every time, licence included, policy 'self'."""
    for name in ("a", "b"):
        write_map(sailed, water, tmp_path / name / "map.html", assets="directory")
    files = {
        name: {
            path.relative_to(tmp_path / name).as_posix(): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("a", "b")
    }
    assert files["a"] == files["b"]
    beside = {"leaflet.css", "leaflet.js", "map.css", "map.js", "plan.js", "LICENSE-leaflet.txt"}
    assert set(files["a"]) == {"map.html", *(f"map-assets/{name}" for name in beside)}
    page = files["a"]["map.html"].decode()
    assert "script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:" in page
    assert "<script>" not in page
    assert not any(url.startswith(("http", "//")) for url in outside_urls(page))
    assert files["a"]["map-assets/plan.js"].decode() in render_map(sailed, water)


def test_a_map_from_a_cdn_names_it_in_its_policy(sailed: Plan, water: Sea, tmp_path: Path) -> None:
    """Two addresses with integrity, the same bytes every time, and no other server."""
    path = tmp_path / "map.html"
    write_map(sailed, water, path, assets="cdn")
    page = path.read_text("utf-8")
    server = "https://unpkg.com/leaflet@1.9.4/dist/"
    assert set(outside_urls(page)) == {f"{server}leaflet.css", f"{server}leaflet.js"}
    assert page.count('integrity="sha256-') == page.count('crossorigin="anonymous"') == 2
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0]
    assert set(re.findall(r"https?://[^\s;]+", policy)) == {server}
    assert "L.Map" not in page


def test_tiles_widen_the_policy_by_their_server(sailed: Plan, water: Sea, tmp_path: Path) -> None:
    """Only pictures, only from there, and only in a map that was made with them."""
    path = tmp_path / "map.html"
    write_map(sailed, water, path, tiles=TILES)
    policy = re.findall(r'Policy" content="([^"]*)"', path.read_text("utf-8"))[0]
    assert "img-src https://tiles.example:8080 data:;" in policy
    assert "https" not in policy.replace("img-src https://tiles.example:8080", "")
    assert "img-src data:;" in render_map(sailed, water)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tiles",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{y}.png; script-src *",
        "https://tiles.example'/{z}/{x}/{y}",
        "javascript:alert(1)//{z}/{x}/{y}",
        'https://tiles.example/{z}/{x}/{y}"><script>',
    ],
)
def test_addresses_that_are_none_are_refused(address: str) -> None:
    """The message says what an address looks like; nothing reaches the policy."""
    with pytest.raises(ValueError, match="no address of tiles; write 'osm', or one such as"):
        tiles_address(address)


def test_tiles_of_openstreetmap_have_a_short_name() -> None:
    """``osm`` stands for its standard tiles."""
    address, server = tiles_address("osm")
    assert (address.startswith(server), server) == (True, "https://tile.openstreetmap.org")


def test_the_script_and_its_style_are_whole(repository: Path) -> None:
    """Every part on disk is joined, each is short, and none holds markup or loads anything."""
    folder = repository / "planner/present/assets/map"
    assert {path.stem for path in folder.glob("*.js")} == set(SCRIPTS)
    assert {path.stem for path in folder.glob("*.css")} == set(STYLES)
    for name in SCRIPTS:
        text = asset(f"map/{name}.js")
        assert len(text.splitlines()) < 300
        for way in (".innerHTML =", "insertAdjacentHTML", "outerHTML", "document.write", "eval("):
            assert way not in text
    assert outside_urls(f"<style>{style()}</style><script>{script()}</script>") == []


def test_words_are_looked_up_in_one_place() -> None:
    """Figures are put in by name; names from a scenario are never read as a pattern."""
    assert t("{shown} of {all}", shown=3, all="{shown}") == "3 of {shown}"
    assert t("100 {per cent}") == "100 {per cent}"


def test_a_small_plan_is_a_small_map(sailed: Plan, water: Sea) -> None:
    """The same bytes twice, and far less than what the reference map may weigh."""
    page = render_map(sailed, water)
    assert (
        hashlib.sha256(page.encode()).digest()
        == hashlib.sha256(render_map(sailed, water).encode()).digest()
    )
    assert len(page.encode()) < 700_000


def test_upkeep_and_the_road_are_told_as_outages_are(
    raw_plan: Callable[[], dict[str, Any]], sea: Any
) -> None:
    """What keeps a hull ashore is in the data of the clock and a row of the table, in its order."""
    data = raw_plan()
    hull = data["hulls"][0]["id"]
    hours = [datetime(2006, 5, 23, hour, tzinfo=OFFSET).isoformat() for hour in (1, 4, 5, 9)]
    data["upkeep"] = [{"hull": hull, "start": hours[2], "end": hours[3]}]
    data["moves"] = [
        {"posting": 1, "hull": hull, "crews": [], "by": "road", "depart_base": "Aktau",
         "arrive_base": "Kuryk", "depart": hours[0], "arrive": hours[1], "distance_km": 90.0}
    ]  # fmt: skip
    page = render_map(Plan.model_validate(data), sea)
    road, upkeep = loaded(page)["hulls"][0]["out"]
    assert (road[:3], road[4]) == ([1500, 1680, "road"], "Kuryk")
    assert upkeep == [1740, 1980, "upkeep", "", ""]
    assert page.index('<td colspan="2">by road</td>') < page.index('<td colspan="2">upkeep</td>')
    assert "road Aktau–Kuryk, 90 km" in page
