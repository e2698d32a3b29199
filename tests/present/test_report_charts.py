"""The report's drawings and what they are drawn from."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from planner.present import palette
from planner.present.figures import cell_figures
from planner.present.report import Case, gather
from planner.present.report.blocks import Formula
from planner.present.report.gantt import schedule_chart
from planner.present.report.map_chart import detection_map, track_map
from planner.present.report.nights import nights
from planner.present.report.sources import sources, used_layers
from planner.present.report.timeline import planned_by_watch
from planner.present.report.watch_chart import watch_chart, watch_edges
from planner.present.text import hours_between
from planner.sea import build_sea
from planner.sensing import dark_share
from tests.plan_factory import Maker, write_scenario

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return a plan made by hand with all that its report speaks of."""
    directory = tmp_path_factory.mktemp("charts")
    scenario = write_scenario(directory)
    return gather(Maker(scenario, build_sea(scenario)).plan().at(scenario), directory)


def numbers(path: str) -> list[tuple[float, float]]:
    """Return the corners of a path."""
    found = [float(text) for text in re.findall(r"-?\d+\.?\d*", path)]
    return list(zip(found[::2], found[1::2], strict=True))


def test_nights_agree_with_the_share_of_darkness() -> None:
    """Their length over four days is the share that the sensing layer finds, within a minute."""
    position, start = (51.2, 43.6), datetime(2006, 5, 22, 1, 20, tzinfo=UTC)
    end = start + timedelta(days=4)
    dark_h = sum(to_h - from_h for from_h, to_h in nights(position, start, end))
    assert dark_h == pytest.approx(96 * float(dark_share(position, [start, end])[0]), abs=1 / 60)


def test_nights_begin_and_end_with_the_plan() -> None:
    """A plan of an hour at midnight is one night; the polar winter never ends, nor its summer."""
    midnight = datetime(2006, 5, 21, 20, 30, tzinfo=UTC)
    assert nights((51.2, 43.6), midnight, midnight + timedelta(hours=1)) == ((0.0, 1.0),)
    winter, summer = (datetime(2006, month, 21, tzinfo=UTC) for month in (12, 6))
    assert nights((20.0, 80.0), winter, winter + timedelta(days=2)) == ((0.0, 48.0),)
    assert nights((20.0, 80.0), summer, summer + timedelta(days=2)) == ()


def test_watches_add_up_to_the_plan(case: Case) -> None:
    """What is planned to be found watch by watch is the plan's detection, and comes when sailed."""
    edges = watch_edges(case)
    found = planned_by_watch(case.plan, edges)
    assert found.sum() == pytest.approx(case.plan.solver.detection, rel=2e-4)
    assert np.all(found >= 0)
    searched = [
        any(leg.mode == "search" and leg.start < to and leg.end > from_
            for sortie in case.plan.sorties for leg in sortie.legs)
        for from_, to in pairwise(edges)
    ]  # fmt: skip
    assert [value > 0 for value in found] == searched


def test_bars_stand_where_the_sorties_are(case: Case) -> None:
    """Ends of the bars are linear in departure and return; a line of the chart holds one hull."""
    svg = ET.fromstring(schedule_chart(case))
    start, _ = case.period
    hours, drawn, lines = [], [], {}
    for number, sortie in enumerate(case.plan.sorties):
        group = next(g for g in svg.iter(f"{SVG}g") if g.get("id") == f"sortie-{number}")
        corners = numbers(next(group.iter(f"{SVG}path")).get("d") or "")
        drawn += [min(x for x, _ in corners), max(x for x, _ in corners)]
        hours += [hours_between(start, sortie.depart), hours_between(start, sortie.return_)]
        lines.setdefault(sortie.hull, set()).add(min(y for _, y in corners))
    slope, begin = np.polyfit(hours, drawn, 1)
    assert np.allclose(drawn, begin + slope * np.array(hours), atol=0.11)
    assert all(len(heights) == 1 for heights in lines.values())
    assert len(set.union(*lines.values())) == len(lines)


def test_cells_have_the_colour_of_their_detection(case: Case) -> None:
    """Each class with a cell is a shape in its colour; no class without one."""
    scale = palette.detection_scale()
    values = cell_figures(case.plan, case.sea.cells).detection
    expected = {scale.colours[scale.index(value)] for value in values if scale.index(value) >= 0}
    shapes = set(re.findall(r'style="fill: (#\w+); stroke: #d5dde2', detection_map(case)))
    assert shapes == expected


def test_tracks_have_the_colours_of_their_hulls(case: Case) -> None:
    """Every hull that sails has its line, and bases their names as text."""
    svg = track_map(case)
    for number, _ in enumerate(case.plan.hulls):
        assert f"stroke: {palette.hull_colour(number)}" in svg
    texts = {node.text for node in ET.fromstring(svg).iter(f"{SVG}text")}
    assert {"Aktau", "Kuryk", "Boats 1", "Boats 2", "Navy 1"} <= texts


@pytest.mark.parametrize("draw", [schedule_chart, track_map, detection_map, watch_chart])
def test_drawings_are_small_and_the_same_every_time(case: Case, draw: object) -> None:
    """Equal bytes each time, well-formed, no style sheet, no identifier that a page has twice."""
    assert callable(draw)
    svg = draw(case)
    assert svg == draw(case)
    ET.fromstring(svg)
    assert len(svg) < 60_000
    assert "<style" not in svg
    assert not re.search(r'<g[^>]* id="[\w.]+_\d', svg)


def test_dollars_in_names_are_no_formulas(case: Case) -> None:
    """A hull's name with dollar signs is drawn as it stands."""
    hulls = tuple(h.model_copy(update={"id": f"${h.id}_{{x}}$"}) for h in case.plan.hulls)
    sorties = tuple(s.model_copy(update={"hull": f"${s.hull}_{{x}}$"}) for s in case.plan.sorties)
    plan = case.plan.model_copy(update={"hulls": hulls, "sorties": sorties})
    assert "$Boats 1_{x}$" in schedule_chart(replace(case, plan=plan))


def test_formulas_part_into_what_stands_above_and_below() -> None:
    """Marks of a formula become pieces, in order, none empty."""
    assert Formula("Σ_{j} w (1 + C^{5})", "").pieces == (
        ("", "Σ"), ("_", "j"), ("", " w (1 + C"), ("^", "5"), ("", ")"),
    )  # fmt: skip


def test_sources_name_layers_files_and_assumptions(case: Case, tmp_path: Path) -> None:
    """Layers used and no others; own files with their hash; where each figure comes from."""
    assert {"shoreline-present", "depth", "vessels", "zones"} <= set(used_layers(case))
    assert not {"sectors", "climatology", "sweep-width", "roads"} & set(used_layers(case))
    tables = {block.caption: block for block in sources(case).blocks if block.kind == "table"}
    files = {row.cells[0]: row.cells[1] for row in tables["The scenario’s own files"].rows}
    assert set(files) == {"area.geojson", "closed.geojson", "south.geojson"}
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in files.values())
    figures = {row.cells[0]: row.cells for row in tables["42-ft patrol boat"].rows}
    assert figures["Length, m"][1:3] == ("12.80", "source")
    assert figures["Fuel, l"][1:3] == ("1,900", "assumption")
    assert figures["Sails in ice"][1:3] == ("no", "default")
    vessel = case.scenario.vessel["patrol-boat-42ft"].model_copy(update={"fuel_l": 1850.0})
    scenario = case.scenario.model_copy(
        update={"vessel": {**case.scenario.vessel, "patrol-boat-42ft": vessel}}
    ).at(case.scenario.directory, "scenario")
    own = sources(replace(case, scenario=scenario))
    tables = {block.caption: block for block in own.blocks if block.kind == "table"}
    figures = {row.cells[0]: row.cells for row in tables["42-ft patrol boat"].rows}
    assert figures["Fuel, l"][1:3] == ("1,850", "scenario")
