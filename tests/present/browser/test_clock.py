"""The clock of the map: hulls in true time, day and night, keys, the sortie that is followed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod

from planner.plan.model import Leg, Plan, Sortie
from planner.present.figures import horizon
from tests.present.browser.conftest import Open

GEOD = Geod(ellps="WGS84")


def position(sortie: Sortie, time: datetime) -> tuple[float, float]:
    """Where a sortie's hull is at a time, by geodesics along its legs."""
    leg: Leg = next(leg for leg in sortie.legs if leg.start <= time < leg.end)
    lon, lat = zip(*leg.path, strict=True)
    if len(lon) == 1:
        return lon[0], lat[0]
    lengths = GEOD.line_lengths(lon, lat)
    left = (time - leg.start) / (leg.end - leg.start) * sum(lengths)
    for k, length in enumerate(lengths[: len(lon) - 1]):
        if left <= length:
            course, _, _ = GEOD.inv(lon[k], lat[k], lon[k + 1], lat[k + 1])
            there = GEOD.fwd(lon[k], lat[k], course, left)
            return there[0], there[1]
        left -= length
    return leg.path[-1]


def marks(page: Any) -> dict[str, list[float]]:
    """Longitude and latitude of the hulls that are drawn, by name."""
    found: dict[str, list[float]] = page.evaluate(
        """Object.fromEntries(patrol.boats.marks
             .map((mark, k) => [patrol.plan.hulls[k].id, mark])
             .filter(([, mark]) => patrol.map.hasLayer(mark))
             .map(([id, mark]) => [id, [mark.getLatLng().lng, mark.getLatLng().lat]]))"""
    )
    return found


def test_hulls_are_where_the_plan_has_them(map_file: Path, sailed: Plan, open_map: Open) -> None:
    """At any time the hulls at sea, and no others, are drawn within 0.1 nm of their place."""
    page = open_map(map_file)
    assert marks(page) == {}
    start, end = horizon(sailed)
    for minute in range(7, int((end - start) / timedelta(minutes=1)), 97):
        page.at(minute)
        now = start + timedelta(minutes=minute)
        due = {s.hull: position(s, now) for s in sailed.sorties if s.depart <= now < s.return_}
        drawn = marks(page)
        assert set(drawn) == set(due)
        for hull, (lon, lat) in due.items():
            assert GEOD.inv(*drawn[hull], lon, lat)[2] < 0.1 * 1852


def test_the_clock_plays_and_hulls_move(map_file: Path, open_map: Open) -> None:
    """Space starts and stops it; the hulls, the slider and the words go with it."""
    page = open_map(map_file)
    page.at(30)
    before = marks(page)
    page.locator("body").press("Space")
    page.until("patrol.state.minute > 60")
    page.locator("body").press("Space")
    stopped = page.minute
    assert before and all(marks(page)[hull] != place for hull, place in before.items())
    assert float(page.input_value("#clock input[type=range]")) == pytest.approx(stopped, abs=10)
    page.wait_for_timeout(150)
    assert page.minute == stopped
    page.get_by_role("button", name="Play (space)").click()
    page.until(f"patrol.state.minute > {stopped}")
    page.get_by_role("button", name="Pause (space)").click()
    page.get_by_role("button", name="Show the whole plan").click()
    assert (page.minute, marks(page)) == (0, {})


def test_the_clock_goes_by_key_and_to_a_time(map_file: Path, open_map: Open) -> None:
    """Arrows step ten minutes, with Shift an hour; a date and time is gone to."""
    page = open_map(map_file)
    page.locator("body").press("ArrowRight")
    page.locator("body").press("Shift+ArrowRight")
    assert page.minute == 70
    page.locator("body").press("ArrowLeft")
    assert page.minute == 60
    page.get_by_label("Go to").fill("2006-05-23T13:30")
    assert page.minute == 37.5 * 60
    assert "Tue 23 May 13:30" in page.inner_text("#clock output")
    assert "watch 12:00–18:00 · daylight" in page.inner_text("#clock output")
    page.get_by_label("Time of the plan").press("ArrowRight")
    assert page.minute == 37.5 * 60 + 10
    page.at(0)
    assert "night" in page.inner_text("#clock output")


def test_a_chosen_sortie_is_followed(map_file: Path, sailed: Plan, open_map: Open) -> None:
    """The clock goes to its departure, the map to its track, the others stand back."""
    page = open_map(map_file)
    sortie = sailed.sorties[3]
    name = f"patrol.tracks.all.find(item => item.id === '{sortie.id}')"
    page.locator(f"button[data-sortie='{sortie.id}']").click()
    start, _ = horizon(sailed)
    assert page.minute == (sortie.depart - start) / timedelta(minutes=1)
    assert page.evaluate(f"patrol.map.getBounds().contains({name}.parts.getBounds())")
    assert page.locator(".sortie[aria-expanded=true]").count() == 1
    assert sortie.id in page.inner_text("#pane-sorties .details")
    faint = "patrol.tracks.all.map(item => item.paths.at(-1)[0].options.opacity < 0.1)"
    assert sum(page.evaluate(faint)) == len(sailed.sorties) - 1
    page.evaluate("void patrol.map.setZoom(11)")
    page.get_by_label("Speed").select_option("180")
    page.get_by_role("button", name="Play (space)").click()
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Pause (space)").click()
    hull = [hull.id for hull in sailed.hulls].index(sortie.hull)
    assert page.evaluate(f"patrol.map.getBounds().contains(patrol.boats.marks[{hull}].getLatLng())")
    page.keyboard.press("Escape")
    assert page.locator(".sortie[aria-expanded=true]").count() == 0


def test_the_panel_says_what_each_hull_is_doing(
    map_file: Path, sailed: Plan, open_map: Open
) -> None:
    """At sea, in port or out of service: a line a hull, with what comes next."""
    page = open_map(map_file)
    page.click("#tab-now")
    page.at(15 * 60)
    lines = dict(
        line.split("\n", 1) for line in page.locator("#pane-now .doing li").all_inner_texts()
    )
    assert set(lines) == {hull.id for hull in sailed.hulls}
    assert "out of service until Tue 06:00" in lines["Boats 2"]
    start, _ = horizon(sailed)
    first = min(sailed.sorties, key=lambda sortie: sortie.depart)
    page.at((first.legs[1].start - start) / timedelta(minutes=1) + 2)
    lines = page.locator("#pane-now .doing li").all_inner_texts()
    assert any(first.hull in line and "searching at" in line for line in lines)
