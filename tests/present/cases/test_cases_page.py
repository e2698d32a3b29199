"""The page of a study of cases, its charts and its files."""

from __future__ import annotations

import csv
import io
import json
import math
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from planner.present.cases import cases_page, write_results
from planner.present.cases.charts import tornado_chart
from planner.present.cases.cooperation import instead_words, teamwork, teamwork_words
from planner.present.cases.files import csv_text, parquet_bytes
from planner.present.cases.money import about
from planner.present.cases.page import answer, bars
from planner.present.cases.terminal import (
    cases_table,
    expected_words,
    purchases_table,
    runs_table,
)
from planner.present.cases.words import curve_words, gain_words, headline, verdict_words
from planner.present.offline import outside_urls
from planner.study.cases import Difference, Outcomes, here, lay_out, load_cases, run_cases
from planner.study.cases.assumptions import assumed, overrides
from tests.present.cases.conftest import STUDY
from tests.present.test_map import HOSTILE, Reader
from tests.study.cases.tiny import write_study


def test_the_page_asks_nothing_of_the_network_and_names_every_case(cases: Outcomes) -> None:
    """Plain words, charts, maps, tables: all in one file; what failed is told with its reason."""
    page = cases_page(cases)
    assert outside_urls(page) == []
    reader = Reader(page)
    words = " ".join(" ".join(reader.text).split())
    for standing in cases.known.values():
        assert standing.point.name in words
    assert "Runs that could not be done" in words
    assert "can reach no cell" in words
    assert "What matters most" in words
    assert "What planning together is worth" in words
    assert "threat.Illegal fishing.weight" in words
    assert "assumption: off Tekirdag" in words
    described = [attrs["aria-label"] for _, attrs in reader.tags if attrs.get("role") == "img"]
    assert len(described) >= 4
    assert all(described)


def test_a_grid_has_curves_and_a_cube(fleets: Outcomes, tmp_path: Path) -> None:
    """Curves say what each step adds and what is enough; files are read back as they are."""
    words = " ".join(Reader(cases_page(fleets)).text)
    assert "What more of each buys" in words
    assert "20 % is reached with" in words
    assert "90 %" in words
    names = {path.name for path in write_results(fleets, tmp_path)}
    assert names == {
        "study.html", "points.csv", "points.parquet", "runs.csv", "runs.parquet", "levels.csv",
        "levels.parquet", "cube.nc",
    }  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == names
    from pyarrow import parquet

    table = parquet.read_table(tmp_path / "points.parquet").to_pydict()
    with (tmp_path / "points.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["detection"]) for row in rows] == pytest.approx(table["detection"], rel=1e-6)
    assert table["Launches"] == [1.0, 2.0, 3.0, 5.0]
    with xr.open_dataset(tmp_path / "cube.nc", engine="h5netcdf") as cube:
        assert cube["found"].values.ravel().tolist() == pytest.approx(table["detection"])
        assert (cube["found"] <= cube["at_most"]).all()


def test_hostile_names_stay_words(
    folder: Path, cases: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a study's names hold, the page has the same tags and loads nothing."""
    monkeypatch.setattr("planner.present.cases.maps.detection_maps", lambda _: [])
    clean = Reader(cases_page(cases))
    for poison in HOSTILE:
        text = STUDY
        for name in ("TITLE", "NAME", "FACTOR"):
            text = text.replace(f'"{name}"', json.dumps(poison))
        layout = lay_out(load_cases(write_study(folder, text)))
        assert [run.key for run in layout.runs] == [run.key for run in cases.layout.runs]
        page = cases_page(replace(cases, layout=layout))
        assert outside_urls(page) == []
        tags = [tag for tag, _ in Reader(page).tags if tag not in {"tspan", "text", "use", "path"}]
        before = [tag for tag, _ in clean.tags if tag not in {"tspan", "text", "use", "path"}]
        assert set(tags) <= set(before)
        assert "script" not in tags
        assert "\x1b" not in page
        assert "\u202e" not in page


def test_bars_are_drawn_largest_first(cases: Outcomes) -> None:
    """Cases of one factor share a bar; those of services apart have a chart of their own."""
    found = bars(cases)
    assert {bar.factor for bar in found} == {"FACTOR", "more launches"}
    ET.fromstring(tornado_chart(found))
    assert tornado_chart(found) == tornado_chart(found)
    (row,) = teamwork(cases)
    assert row.in_turn is None
    assert row.apart is not None
    assert row.joint is not None
    (words,) = teamwork_words(row)
    assert "planning jointly finds" in words


def test_words_tell_what_is_proven() -> None:
    """A difference whose limits part from nothing is proven, others are found only."""
    assert verdict_words(Difference(0.1, 0.02, 0.3)) == "proven more"
    assert verdict_words(Difference(-0.1, -0.3, -0.02)) == "proven less"
    assert verdict_words(Difference(0.1, 0.0, 0.3)) == "found only"
    assert verdict_words(None) == "reference"
    assert gain_words(Difference(0.1, -0.02, 0.3)) == "+10.0 (−2.0 to +30.0)"


def test_the_headline_and_the_curve_are_sentences(cases: Outcomes, fleets: Outcomes) -> None:
    """They end with a full stop and name the best case."""
    said = headline(cases) + [line for curve in fleets.curves for line in curve_words(curve)]
    assert all(line.endswith(".") for line in said)
    best = max(cases.known.values(), key=lambda each: each.detection)
    assert best.point.name in said[0]


def test_the_terminal_lists_points_and_runs(cases: Outcomes) -> None:
    """A row a point; before, a row a run, and how many are done."""
    out = io.StringIO()
    screen = Console(file=out, width=200)
    screen.print(cases_table(cases))
    screen.print(runs_table(cases.layout))
    assert all(p.point.name in out.getvalue() for p in cases.known.values())
    said = expected_words(cases.layout, 3, 2)
    assert "5 cases, 10 runs" in said
    assert "3 done before" in said


def test_what_was_bought_is_told_first(paid: Outcomes, tmp_path: Path) -> None:
    """Price, points, limits, trial, dollars for each; cooperation instead; sources below."""
    said = answer(paid)
    assert said[0].startswith("Two launches, for $600,000: by themselves, detection rises from")
    assert "The trial with breakdowns found" in said[1]
    assert any("Would cooperation have bought more" in line for line in said)
    assert all(line.endswith((".", "%.")) for line in said)
    page = cases_page(paid)
    assert outside_urls(page) == []
    words = " ".join(" ".join(Reader(page).text).split())
    assert said[0] in words
    assert "What the money bought" in words
    assert "assumption: made up for this test" in words
    assert "Spread over 10 years at a real discount rate of 4.0 % a year" in words
    assert "With breakdowns, “apart, often down” finds" in words
    out = io.StringIO()
    screen = Console(file=out, width=200)
    screen.print(purchases_table(paid))
    screen.print(cases_table(paid))
    assert "$600,000" in out.getvalue()
    assert "With breakdowns" in out.getvalue()
    assert "the same plan" in out.getvalue()
    names = {path.name for path in write_results(paid, tmp_path)}
    assert {"purchases.csv", "purchases.parquet"} <= names


def dollars(text: str) -> float:
    """Return the figure that a sum is printed as."""
    figure = float(text.removeprefix("$").removesuffix(" M").replace(",", ""))
    return figure * 1e6 if text.endswith(" M") else figure


@given(
    value=st.floats(1e-3, 1e9),
    more=st.floats(1.0, 3.0),
)
def test_limits_in_dollars_are_rounded_outwards(value: float, more: float) -> None:
    """What is printed never claims more than was proven."""
    low, high = dollars(about(value, math.floor)), dollars(about(value * more, math.ceil))
    if value >= 100:
        assert low <= value * (1 + 1e-6)
        assert high >= value * more * (1 - 1e-6)
        assert low >= 0.9 * value
        assert high <= 1.1 * value * more + 1


@pytest.mark.parametrize(
    ("boats", "jointly", "words"),
    [
        ((0.40, 0.45), (0.30, 0.35), "So the purchase bought more, and that is proven"),
        ((0.31, 0.33), (0.34, 0.38), "So cooperation would have bought more, and that is proven"),
        ((0.33, 0.45), (0.30, 0.35), "By the plans found the purchase bought more. That is not"),
        ((0.30, 0.45), (0.32, 0.35), "By the plans found cooperation bought more. That is not"),
    ],
)
def test_cooperation_instead_of_a_purchase_is_told_as_far_as_it_is_proven(
    paid: Outcomes, boats: tuple[float, float], jointly: tuple[float, float], words: str
) -> None:
    """Definite plans on one side, a bound on the other, decide; otherwise it is open."""
    bought = next(each for each in paid.purchases if each.having.point.agencies == "apart")
    own = bought.without.record.model_copy(update={"detection": 0.25})
    without = replace(bought.without, record=own, detection=0.25, bound=0.5)
    having = replace(bought.having, detection=boats[0], bound=boats[1])
    joint = replace(bought.without, detection=jointly[0], bound=jointly[1])
    said = instead_words(replace(bought, having=having, without=without), joint, having)
    assert words in said


def test_text_in_tables_is_inert(tmp_path: Path) -> None:
    """No spreadsheet takes a name for a formula; figures stay, gaps stay empty."""
    columns = {"case": ["=1+1", "b"], "difference": [-0.5, None], "hulls": [1, 2]}
    assert csv_text(columns) == "case,difference,hulls\n'=1+1,-0.5,1\nb,,2\n"
    (tmp_path / "t.parquet").write_bytes(parquet_bytes(columns))
    from pyarrow import parquet

    table = parquet.read_table(tmp_path / "t.parquet")
    assert table.to_pydict() == columns
    assert [str(kind) for kind in table.schema.types] == ["string", "double", "int64"]


def test_assumptions_are_what_is_changed_and_what_is_called_so(cases: Outcomes) -> None:
    """Every override with what stood there before, every comment that says assumption."""
    plot = cases.layout.plot
    found = {(each.where, each.what): (each.was, each.is_) for each in overrides(plot)}
    assert found["NAME", "threat.Illegal fishing.weight"] == ("2", "4")
    assert found["apart", "agencies"] == ("joint", "apart")
    lines = assumed(plot.directory / "scenario.toml")
    assert any("Tekirdag" in each.comment and "position" in each.stated for each in lines)


def test_a_study_without_any_result_has_words(folder: Path, tmp_path: Path) -> None:
    """Nothing done is said, and no page is needed for it."""

    def never(_: object) -> None:
        raise KeyboardInterrupt

    study = write_study(folder, STUDY)
    outcomes = run_cases(study, tmp_path, runner=here(never))  # type: ignore[arg-type]
    assert outcomes.worked.interrupted
    assert headline(outcomes) == ["No run is done yet."]
