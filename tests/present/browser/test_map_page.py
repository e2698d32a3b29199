"""What the map shows and how it is used: layers, colours, popups, filters, measuring, widths."""

from __future__ import annotations

import io
import math
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
from PIL import Image
from pyproj import Geod

from planner.plan.model import Plan
from planner.present import palette
from planner.present.figures import horizon
from planner.sea import Sea
from planner.weather import weather_of
from tests.present.browser.conftest import Open, Opened

GEOD = Geod(ellps="WGS84")
WIDTHS = [(390, 844), (768, 1024), (1366, 768), (1440, 900)]


def classes(page: Opened, key: str) -> list[int]:
    """Class by which each cell is coloured, -1 for none."""
    page.select_option("#colouring", key)
    found: list[int] = page.evaluate(
        f"patrol.plan.cells.map(c => patrol.plan.scales.{key}.colours.indexOf(c.colour))"
    )
    return found


def look(page: Any, selector: str = "#map-frame") -> Image.Image:
    """Picture of a part of the page."""
    return Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")


def share(picture: Image.Image, colour: str, within: int = 10) -> float:
    """Share of a picture's pixels that have a colour, each channel within some steps."""
    wanted = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)])
    away = np.abs(np.asarray(picture).astype(int) - wanted)
    return float((away.max(axis=2) <= within).mean())


def brightness(picture: Image.Image) -> float:
    """Mean of all pixels, 0 to 255."""
    return float(np.asarray(picture.convert("L")).mean())


def test_layers_can_be_switched(map_file: Path, open_map: Open) -> None:
    """Each overlay goes and comes back by its box in the control."""
    page = open_map(map_file)
    panes = {"Depth": "depths", "Cells": "cells", "Tracks": "tracks"}
    for name, pane in panes.items():
        shapes = page.locator(f".leaflet-{pane}-pane path")
        count = shapes.count()
        assert count > 0
        page.get_by_label(name, exact=True).uncheck()
        assert shapes.count() == 0
        page.get_by_label(name, exact=True).check()
        assert shapes.count() == count


def test_cells_are_coloured_by_the_clock(
    map_file: Path, sailed: Plan, water: Sea, open_map: Open
) -> None:
    """Time since last seen and weather of every cell are those of the plan at that time."""
    page = open_map(map_file)
    start, _ = horizon(sailed)
    weather = weather_of(sailed.source, water.cells.centre)
    for minute in (30, 601, 1500, 2880):
        page.at(minute)
        now = start + timedelta(minutes=minute)
        last: dict[str, float] = {}
        for leg in (leg for sortie in sailed.sorties for leg in sortie.legs if leg.start <= now):
            for item in leg.exposures:
                passed = (now - min(leg.end, now)) / timedelta(hours=1)
                last[item.cell] = min(last.get(item.cell, math.inf), passed)
        scale = palette.since_scale()
        due = [scale.index(last[n]) if n in last else 6 for n in water.cells.ids]
        assert classes(page, "since") == due
        hour = min(minute // 60, len(weather.wind_kn) - 1)
        wind, wave = weather.wind_kn[hour].round(), weather.wave_m[hour].round(1)
        assert classes(page, "wind") == [palette.wind_scale().index(v) for v in wind]
        assert classes(page, "wave") == [palette.wave_scale().index(v + 1e-9) for v in wave]


def test_every_colouring_has_its_legend(map_file: Path, open_map: Open) -> None:
    """What is chosen colours cells, and its legend alone is shown."""
    page = open_map(map_file)
    for key in ("detection", "risk", "effort", "response", "wave", "wind", "since"):
        assert max(classes(page, key)) >= 0
        legends = page.locator(".legend [data-colouring]:visible")
        assert legends.count() == 1
        assert legends.get_attribute("data-colouring") == key


def test_popups_open_by_click_and_by_key(map_file: Path, open_map: Open) -> None:
    """A cell and a track by pointer; the cell under the middle, a base, a boat by Enter."""
    page = open_map(map_file)
    card = page.locator(".leaflet-popup .card h3").last
    spot = page.evaluate(
        """patrol.plan.cells.map(cell => {
             const at = patrol.map.latLngToContainerPoint(cell.shape.getCenter());
             const box = patrol.map.getContainer().getBoundingClientRect();
             return [box.left + at.x, box.top + at.y, cell.shape.getElement()];
           }).find(([x, y, path]) => document.elementFromPoint(x, y) === path).slice(0, 2)"""
    )
    page.mouse.click(*spot)
    assert card.inner_text().startswith("Cell ")
    page.keyboard.press("Escape")
    page.locator(".leaflet-container").focus()
    page.keyboard.press("Enter")
    assert card.inner_text().startswith("Cell ")
    page.locator(".base-mark").first.focus()
    page.keyboard.press("Enter")
    assert card.inner_text() in ("Aktau", "Kuryk")
    page.at(60)
    page.locator(".boat-mark").first.focus()
    page.keyboard.press("Enter")
    assert card.inner_text() in {hull["id"] for hull in page.evaluate("patrol.plan.hulls")}
    page.evaluate("void patrol.tracks.all[0].grip.fire('click', {latlng: patrol.map.getCenter()})")
    assert "sortie" in card.inner_text()


def test_hulls_and_agencies_can_be_left_out(map_file: Path, sailed: Plan, open_map: Open) -> None:
    """Tracks, boats, sorties and what was last seen are those of the hulls shown."""
    page = open_map(map_file)
    page.at(100)
    assert sum(number < 6 for number in classes(page, "since")) > 0
    page.locator(".filters summary").click()
    page.get_by_role("checkbox", name="Border Service").uncheck()
    navy = [sortie for sortie in sailed.sorties if sortie.hull.startswith("Navy")]
    assert page.locator(".sortie").count() == len(navy)
    assert page.evaluate(
        "patrol.tracks.all.filter(i => patrol.map.hasLayer(i.parts)).length"
    ) == len(navy)
    assert sum(number < 6 for number in classes(page, "since")) == 0
    assert "1 of 3 shown" in page.inner_text(".filters")
    page.get_by_role("checkbox", name="Boats 1").check()
    assert page.locator(".sortie").count() > len(navy)
    page.select_option("#sorties-by", "hull")
    assert page.locator(".sorties h3").all_inner_texts() == ["Boats 1", "Navy 1"]


def test_distances_are_geodesic(map_file: Path, open_map: Open) -> None:
    """The measure agrees with the geodesic to a hundredth of a mile, by pointer and by key."""
    page = open_map(map_file)
    for a, b in (((51.2, 43.6), (49.1, 37.2)), ((50.0, 46.9), (50.3, 46.9)), ((51, 43), (51, 43))):
        found = page.evaluate("p => patrol.ground.distanceNm(p[0], p[1])", [a[::-1], b[::-1]])
        assert found == pytest.approx(GEOD.inv(*a, *b)[2] / 1852, abs=0.01)
    page.locator(".leaflet-container").focus()
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    begin = page.evaluate("(({lng, lat}) => [lng, lat])(patrol.map.getCenter())")
    page.evaluate("void patrol.map.panBy([180, 90], {animate: false})")
    page.keyboard.press("Enter")
    end = page.evaluate("(({lng, lat}) => [lng, lat])(patrol.map.getCenter())")
    told = float(page.inner_text(".measured").split(" nm")[0])
    assert told == pytest.approx(GEOD.inv(*begin, *end)[2] / 1852, abs=0.06)
    assert page.locator(".leaflet-popup").count() == 0
    page.keyboard.press("Escape")
    assert not page.is_visible(".measured")


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_page_fits_its_window(width: int, height: int, map_file: Path, open_map: Open) -> None:
    """Nothing is wider than the window, and map, clock and panel are there."""
    page = open_map(map_file, width, height)
    page.at(900)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in ("#map-frame", "#clock", "#panel", "#colouring" if width > 720 else ".legend"):
        assert page.is_visible(part)
    for part in ("#map-frame", "#clock", "#panel"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    if width >= 1366:  # all of it without scrolling
        clock = page.locator("#clock").bounding_box()
        assert clock["y"] + clock["height"] <= height


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_it_prints_on_one_page(
    width: int, height: int, map_file: Path, sailed: Plan, open_map: Open
) -> None:
    """One page with title, legend, scale and north; afterwards the screen is as before."""
    page = open_map(map_file, width, height)
    page.at(900)
    page.click("#night-display")
    before = page.evaluate("patrol.map.getSize()")
    content = page.pdf(prefer_css_page_size=True, print_background=True)
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    paper = reader.pages[0].mediabox
    assert float(paper.width) > float(paper.height)
    words = " ".join(unicodedata.normalize("NFKC", reader.pages[0].extract_text()).split())
    for text in ("Off Aktau", "Mon 22 May 15:00", "chance that a target", "searching", " nm"):
        assert text in words
    assert "Speed" not in words
    page.emulate_media(media="print")
    assert all(page.is_visible(part) for part in (".north", ".leaflet-control-scale"))
    assert not any(page.is_visible(part) for part in ("#clock", "#panel", "main", ".tools"))
    page.emulate_media(media="screen")
    page.until("!document.documentElement.classList.contains('printing')")
    assert page.evaluate("patrol.map.getSize()") == before


def test_everything_can_be_reached_and_has_a_name(map_file: Path, open_map: Open) -> None:
    """Whatever takes a press or a key is in the order of tabs and has a name to be read out."""
    page = open_map(map_file)
    page.at(60)
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, input, select, summary, [role=button]')]
           .filter(node => node.offsetParent)
           .filter(node => !(node.getAttribute('aria-label') || node.textContent.trim() ||
             [...(node.labels || [])].some(label => label.textContent.trim())))
           .map(node => node.outerHTML)"""
    )
    assert nameless == []
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].every(n => n.tabIndex <= 0)")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    for part in ("night-display", "colouring", "tab-sorties", "measure", "sortie"):
        assert any(part in name for name in reached), part
    assert any("boat-mark" in name for name in reached)
    page.locator("#tab-sorties").focus()
    page.keyboard.press("ArrowRight")
    assert page.is_visible("#pane-now")
    assert not page.is_visible("#pane-sorties")


def test_the_picture_is_as_it_should_be(map_file: Path, open_map: Open) -> None:
    """Land, water and detected cells take their share; night and night display are darker."""
    page = open_map(map_file)
    picture = look(page)
    assert share(picture, "#efebe2") > 0.08  # land
    assert sum(share(picture, colour, 16) for colour in ("#d3e4ee", "#c8deeb", "#bbd6e7")) > 0.05
    assert share(picture, "#ffffff", 25) > 0.1  # cells in which nothing is detected
    assert sum(share(picture, colour, 22) for colour in palette.DETECTION_COLOURS[2:7]) > 0.005
    page.select_option("#colouring", "response")
    assert sum(share(look(page), colour, 22) for colour in palette.RESPONSE_COLOURS[1:4]) > 0.1
    page.at(12 * 60)
    noon = brightness(look(page))
    page.at(23 * 60)
    night = brightness(look(page))
    page.click("#night-display")
    assert noon > 1.03 * night > 1.03 * 1.3 * brightness(look(page))
    assert brightness(look(page, "#panel")) < 60
