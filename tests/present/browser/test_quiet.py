"""Maps in a real browser ask for nothing, complain of nothing and run nobody's words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.plan.model import Plan
from planner.present.map import write_map
from planner.scenario import Scenario
from planner.sea import Sea
from planner.simulate.model import Simulation
from tests.present.browser.conftest import Open
from tests.present.test_map import poisoned

TILES = "https://tiles.example/{z}/{x}/{y}.png"

NAMES = (
    "<img src=x onerror=alert(1)><svg onload=alert(2)>",
    "</script><script>alert(3)</script><style>*{display:none}</style>",
    "{{ 7*7 }} ${alert(4)} `${alert(5)}` {% raw %} \\",
    "\"'><b onclick='alert(6)'>x</b> \u202e desrever \u2066 javascript:alert(7)",
)


@pytest.mark.parametrize("assets", ["inline", "directory"])
def test_a_map_opens_without_a_word_or_a_request(
    assets: str, sailed: Plan, water: Sea, trial: Simulation, tmp_path: Path, open_map: Open
) -> None:
    """One file, or a page and its folder: all is drawn, nothing asked for, nothing said."""
    path = tmp_path / "a plan's map.html"
    write_map(sailed, water, path, trial, assets=assets)
    page = open_map(path)
    assert page.locator(".leaflet-cells-pane path").count() == len(water.cells.ids)
    assert page.locator(".sortie").count() == len(sailed.sorties)
    assert page.evaluate("getComputedStyle(document.querySelector('.stage')).display") == "grid"


def test_online_tiles_wait_until_they_are_asked_for(
    sailed: Plan, water: Sea, tmp_path: Path, open_map: Open
) -> None:
    """A map made with tiles asks their server, and no other, once its layer is switched on."""
    path = tmp_path / "map.html"
    write_map(sailed, water, path, tiles=TILES)
    page = open_map(path)
    page.wait_for_timeout(300)
    assert page.asked == []
    page.get_by_label("Online map (needs a network)").check()
    page.wait_for_timeout(300)
    assert page.asked
    assert all(url.startswith("https://tiles.example/") for url in page.asked)
    page.asked.clear()
    page.said.clear()  # the browser says that the tiles did not come


def test_a_map_from_a_cdn_asks_for_leaflet_only(
    sailed: Plan, water: Sea, tmp_path: Path, browser: Any
) -> None:
    """Two pinned files with their integrity, and nothing else, come from elsewhere."""
    path = tmp_path / "map.html"
    write_map(sailed, water, path, assets="cdn")
    page, asked = browser.new_page(), []

    def cut(route: Any) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    page.route("**/*", cut)
    page.goto(path.as_uri())
    tags = "[...document.querySelectorAll('script[src],link')].map(t => t.integrity.slice(0, 7))"
    found = page.evaluate(tags)
    page.close()
    assert sorted(url.rsplit("/", 1)[1] for url in asked) == ["leaflet.css", "leaflet.js"]
    assert all("leaflet@1.9.4" in url for url in asked)
    assert found == ["sha256-", "sha256-"]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_run_nothing(
    name: str, raw_plan: Callable[[], dict[str, Any]], sea: Any, tmp_path: Path, open_map: Open
) -> None:
    """In every text of the scenario and every place where it is shown."""
    path = tmp_path / "map.html"
    write_map(poisoned(raw_plan(), name), sea, path)
    page = open_map(path)
    page.locator(".sortie").first.click()
    page.at(page.minute + 120)
    page.locator(".boat-mark").first.click(force=True)
    assert page.locator(".leaflet-popup .card").count() == 1
    page.click("#tab-now")
    page.locator(".base-mark").first.press("Enter")
    page.evaluate("void patrol.cells.openAt(patrol.plan.cells[0].shape.getBounds().getCenter())")
    page.evaluate("void patrol.tracks.all[0].grip.openPopup()")
    page.locator("#pane-now .doing li").first.wait_for()
    assert page.locator("img, [onerror], [onload], [onclick]").count() == 0
    assert page.evaluate("document.scripts.length") == 3
    assert "49 " not in page.inner_text("body")


def test_hostile_bases_are_text_where_the_nearest_boat_is_named(
    sailed: Plan, water: Sea, windy: Scenario, tmp_path: Path, open_map: Open
) -> None:
    """Names that the map takes from the scenario itself, not from the plan, run nothing either."""
    bases = tuple(base.model_copy(update={"name": NAMES[0] + base.name}) for base in windy.base)
    units = tuple(unit.model_copy(update={"base": NAMES[0] + unit.base}) for unit in windy.unit)
    renamed = windy.model_copy(update={"base": bases, "unit": units})
    path = tmp_path / "map.html"
    write_map(sailed.at(renamed), water, path)
    page = open_map(path)
    page.evaluate(
        """void patrol.cells.openAt(
             patrol.plan.cells.find(c => c.response).shape.getBounds().getCenter())"""
    )
    assert NAMES[0] in page.inner_text(".leaflet-popup .card")
    assert page.locator("img, [onload]").count() == 0
