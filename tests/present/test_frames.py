"""A plan as tables with geometry, and as a notebook shows it."""

from __future__ import annotations

import html
import math
import re
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
import shapely

from planner.app import read_plan, write_plan
from planner.plan.model import Plan
from planner.present.frames import COLUMNS, TIMES, Frames, frames
from planner.present.map import render_map
from planner.present.notebook import framed_page, plan_html
from planner.sea import Sea, build_sea
from tests.plan_factory import Maker, write_scenario
from tests.present.test_map import HOSTILE, Reader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a plan made by hand."""
    directory = tmp_path_factory.mktemp("frames")
    scenario = write_scenario(directory)
    return write_plan(Maker(scenario, build_sea(scenario)).plan().at(scenario), directory / "out")


@pytest.fixture(scope="module")
def plan(folder: Path) -> Plan:
    """Return that plan."""
    return read_plan(folder)


@pytest.fixture(scope="module")
def sea(plan: Plan) -> Sea:
    """Return its sea."""
    assert plan.source is not None
    return build_sea(plan.source)


@pytest.fixture(scope="module")
def tables(plan: Plan, sea: Sea) -> Frames:
    """Return its tables."""
    return frames(plan, sea)


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_have_their_columns_a_crs_and_times_of_the_plan(
    tables: Frames, plan: Plan, sea: Sea, name: str
) -> None:
    """Columns as listed, with rows and without; WGS84; times with the plan's offset."""
    empty = plan.model_copy(update={"sorties": (), "coverage": (), "hulls": ()})
    for table in (getattr(tables, name), getattr(frames(empty, sea), name)):
        assert list(table.columns) == [*COLUMNS[name].split(), "geometry"]
        assert table.crs.to_epsg() == 4326
        for column in TIMES & set(table.columns):
            assert isinstance(table[column].dtype, pd.DatetimeTZDtype)
            assert table[column].dt.tz.utcoffset(None) == timedelta(hours=5)
    assert len(getattr(tables, name)) > 0


def test_rows_are_one_an_observation(tables: Frames, plan: Plan) -> None:
    """A hull, sortie, leg, waypoint, target, or cell under a threat each has one row."""
    assert list(tables.hulls["hull"]) == [hull.id for hull in plan.hulls]
    assert sorted(tables.sorties["sortie"]) == sorted(sortie.id for sortie in plan.sorties)
    assert len(tables.legs) == sum(len(sortie.legs) for sortie in plan.sorties)
    assert len(tables.targets) == len(plan.coverage)
    for table, key in (
        (tables.legs, ["sortie", "leg"]),
        (tables.tracks, ["sortie", "waypoint"]),
        (tables.cells, ["cell", "threat"]),
        (tables.targets, ["cell", "threat", "from"]),
    ):
        assert not table.duplicated(key).any()


def test_sums_are_those_of_the_plan(tables: Frames, plan: Plan) -> None:
    """Fuel, distance, hours and detection of the tables add up to the plan's own."""
    figures = plan.metrics
    for table in (tables.hulls, tables.sorties):
        assert table["fuel_l"].sum() == pytest.approx(figures["fuel_l"])
        assert table["distance_nm"].sum() == pytest.approx(figures["distance_nm"])
    assert tables.sorties["underway_h"].sum() == pytest.approx(figures["at_sea_h"])
    assert tables.sorties["detection"].sum() == pytest.approx(plan.solver.detection, abs=1e-6)
    assert tables.legs["duration_h"].sum() == pytest.approx(figures["at_sea_h"])
    standing = math.fsum(row.weight * row.detection for row in plan.coverage)
    for table in (tables.cells, tables.targets):
        assert (table["weight"] * table["detection"]).sum() == pytest.approx(standing)
    exposed = math.fsum(row.weight * row.exposure for row in plan.coverage)
    assert (tables.cells["weight"] * tables.cells["exposure"]).sum() == pytest.approx(exposed)


def test_tracks_are_where_the_sorties_are(tables: Frames, plan: Plan) -> None:
    """Times rise along each track, from departure to return, on the line of the sortie."""
    lines = tables.sorties.set_index("sortie")
    for name, track in tables.tracks.groupby("sortie"):
        assert track["time"].is_monotonic_increasing
        sortie = next(one for one in plan.sorties if one.id == name)
        assert track["time"].iloc[0] == pd.Timestamp(sortie.depart)
        assert track["time"].iloc[-1] == pd.Timestamp(sortie.return_)
        apart_deg = shapely.distance(track.geometry.to_numpy(), lines.geometry[name])
        assert apart_deg.max() < 1e-6


def test_a_notebook_shows_the_map_in_a_frame_of_its_own(plan: Plan, sea: Sea) -> None:
    """The whole page travels as ``srcdoc`` of a sandboxed frame, to the last character."""
    shown = plan._repr_html_()
    assert shown is not None
    (frame,) = [attrs for tag, attrs in Reader(shown).tags if tag == "iframe"]
    assert frame["srcdoc"] == render_map(plan, sea)
    assert "allow-same-origin" not in str(frame["sandbox"])
    assert frame["title"] == "Map of Off Aktau"


def test_a_map_that_cannot_be_drawn_is_said_in_the_log(
    plan: Plan, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without the scenario's files a notebook falls back on one line of text."""
    assert plan.source is not None
    lost = plan.at(plan.source.at(tmp_path, "scenario"))
    assert plan_html(lost) is None
    assert "cannot be drawn" in caplog.text
    assert re.fullmatch(r"<Plan 'Off Aktau' from .*: 3 hulls, 6 sorties, .*>", repr(lost))


@pytest.mark.parametrize("poison", HOSTILE)
def test_nothing_breaks_out_of_the_frame(poison: str) -> None:
    """Neither a page nor a title ends the attribute it stands in."""
    page = f"<p>{html.escape(poison)}</p><script>{poison}</script>"
    tags = Reader(framed_page(page, poison)).tags
    assert [tag for tag, _ in tags] == ["iframe"]
    assert tags[0][1]["srcdoc"] == page
