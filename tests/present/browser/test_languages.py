"""The map in Russian and Kazakh: made so, or chosen in the page; it plays, and it fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.plan.model import Plan
from planner.present.map import write_map
from planner.sea import Sea
from planner.simulate.model import Simulation
from tests.present.browser.conftest import Open, Opened

OTHERS = ["ru", "kk"]
AT = 900
DEGREES = {"en": "° E", "ru": "в.\u00a0д.", "kk": "ш.\u00a0б."}
FADED = """![...document.querySelectorAll(".leaflet-tooltip, .leaflet-popup")]
  .some(node => node.style.opacity === "0")"""
"""What the map has taken away is gone."""


@pytest.fixture(scope="module")
def maps(
    sailed: Plan, water: Sea, trial: Simulation, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Return the same map made in each language."""
    found = {}
    for language in ("en", *OTHERS):
        found[language] = tmp_path_factory.mktemp(language) / "map.html"
        write_map(sailed, water, found[language], trial, language=language)  # type: ignore[arg-type]
    return found


def read(page: Opened) -> list[str]:
    """Every text of the page, and every label that is heard or hovered.

    Degrees at the map's edge are left out: they are those of wherever it was moved to.
    """
    page.until(FADED)
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll("body, body *:not(script):not(pre)")]
           .filter(node => !node.closest(".graticule")).flatMap(node =>
             [...[...node.childNodes].filter(c => c.nodeType === 3).map(c => c.nodeValue.trim()),
              ...["aria-label", "title", "label"].map(name => node.getAttribute(name))])
           .filter(Boolean).concat(document.title, document.documentElement.lang)"""
    )
    return found


def look_about(page: Opened) -> list[str]:
    """Read the page at rest, and its panels and popups as the clock runs."""
    found = [*read(page)]
    page.at(AT)
    page.click("#tab-now")
    found += read(page)
    page.locator(".base-mark").first.press("Enter")
    found += read(page)
    page.evaluate("void patrol.cells.openAt(patrol.plan.cells[0].shape.getBounds().getCenter())")
    found += read(page)
    page.click("#tab-sorties")
    page.locator(".sortie").nth(1).click()
    page.select_option("#sorties-by", "hull")
    found += read(page)
    return found


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", OTHERS)
def test_it_plays_and_fits(
    language: str, width: int, maps: dict[str, Path], open_map: Open
) -> None:
    """Nothing is wider than the window, no text is cut off, and the clock runs."""
    page = open_map(maps[language], width, 844)
    page.click("#clock button")
    page.until("patrol.state.minute > 60")
    page.click("#clock button")
    page.evaluate("void (document.querySelector('.legend').open = true)")
    for tab in ("#tab-now", "#tab-trial", "#tab-sorties"):
        page.click(tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        cut = page.evaluate(
            """[...document.querySelectorAll("button, .tabs *, .controls *, .keys *, .legend *, " +
                 ".leaflet-control-scale-line, #panel section *")]
               .filter(node => node.checkVisibility() && node.clientWidth > 0 &&
                 node.scrollWidth > node.clientWidth + 1 &&
                 getComputedStyle(node).display !== "inline" && !node.closest("svg"))
               .map(node => node.textContent)"""
        )
        assert cut == []


@pytest.mark.parametrize("first", ["en", *OTHERS])
def test_a_language_can_be_chosen_in_the_page(
    first: Any, maps: dict[str, Path], open_map: Open
) -> None:
    """A page that is switched says, everywhere and at once, what a page made so says."""
    due = {language: look_about(open_map(path)) for language, path in maps.items()}
    for language in maps:
        page = open_map(maps[first])
        for other in (*OTHERS, language):
            page.select_option("#language", other)
        page.until(FADED)
        assert DEGREES[language] in page.locator(".graticule").first.inner_text()
        assert look_about(page) == due[language]


def test_a_choice_keeps_the_clock_and_the_sortie(maps: dict[str, Path], open_map: Open) -> None:
    """Time, chosen sortie, shown layers and hidden hulls stay; words follow while it plays."""
    page = open_map(maps["en"])
    page.locator(".sortie").nth(1).click()
    page.at(AT)
    page.click("#clock button")
    page.get_by_label("Depth", exact=True).uncheck()
    page.select_option("#language", "ru")
    page.until(f"patrol.state.minute > {AT} + 30")
    assert page.get_attribute("#clock button", "aria-label") == "Пауза (пробел)"
    page.click("#clock button")
    assert not page.get_by_label("Глубины", exact=True).is_checked()
    assert page.locator(".sortie[aria-expanded=true]").count() == 1
    assert page.inner_text(".details h3").startswith("Выход ")
    page.get_by_label("Маршруты", exact=True).uncheck()
    page.locator(".sortie").nth(2).click()  # brings the tracks back, and a new list of layers
    page.until(
        "document.querySelector('.leaflet-control-layers-list').innerText.includes('Маршруты')"
    )
