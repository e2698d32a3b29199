"""The study's page, chart and terminal table."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.console import Console

from planner.present.chart import fleet_chart
from planner.present.offline import outside_urls
from planner.present.study_page import study_page, study_table, write_study_page
from planner.present.study_words import headline
from planner.study.table import FleetRow, StudyTable, settled
from tests.present.test_map import HOSTILE, Reader

SVG = "{http://www.w3.org/2000/svg}"
PLANS = (0.20, 0.25, 0.29)
BOUNDS = (0.23, 0.28, 0.33)


def make(name: str = "Boats", **changes: object) -> StudyTable:
    """Return a study of three fleets, every text of it ``name``."""
    rows = settled(
        [
            FleetRow(n, f"{n}", d, b, n, 670_000.0 * n, 40_000.0, 500.0, 9e3, 60, 60.0)
            for n, (d, b) in enumerate(zip(PLANS, BOUNDS, strict=True), start=1)
        ]
    )
    given = {"title": name, "scenario_title": name, "vessel": name, "units": (name, f"{name} 2")}
    return StudyTable(
        **{
            **given, "price_usd": 670_000.0, "days": 7.0, "time_limit_s": 60.0, "seed": 0,
            "workers": 2, "rows": rows, **changes,
        }  # type: ignore[arg-type]
    )  # fmt: skip


def points(svg: str, name: str) -> list[tuple[float, float]]:
    """Return the corners of a curve of the chart, as drawn."""
    group = next(g for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("id") == name)
    path = next(group.iter(f"{SVG}path")).get("d") or ""
    numbers = [float(text) for text in re.findall(r"-?\d+\.?\d*", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_both_curves_are_drawn_to_one_scale() -> None:
    """Heights of the drawn corners are linear in the figures, for plan and bound alike."""
    svg = fleet_chart((1, 2, 3), PLANS, BOUNDS, boats_label="Boats")
    drawn = [*points(svg, "plan"), *points(svg, "bound")]
    assert len(drawn) == 6
    values = [*PLANS, *BOUNDS]
    slope = (drawn[5][1] - drawn[0][1]) / (values[5] - values[0])
    for (_, height), value in zip(drawn, values, strict=True):
        assert height == pytest.approx(drawn[0][1] + slope * (value - values[0]), abs=0.01)
    assert [x for x, _ in drawn[:3]] == [x for x, _ in drawn[3:]]


def test_the_chart_is_the_same_every_time_and_keeps_its_words() -> None:
    """Equal figures give equal bytes without a date; words are text, names both curves."""
    svg = fleet_chart((1, 2, 3), PLANS, BOUNDS, boats_label="Number of boats")
    assert svg == fleet_chart((1, 2, 3), PLANS, BOUNDS, boats_label="Number of boats")
    words = [node.text for node in ET.fromstring(svg).iter(f"{SVG}text")]
    assert {"plan found", "proven bound", "Number of boats", "29.0 %", "33.0 %"} <= set(words)
    assert "<style" not in svg
    assert len(svg) < 24_000


def test_one_fleet_alone_can_be_charted() -> None:
    """A study of a single fleet, or one that detects nothing, still has a chart."""
    assert "plan found" in fleet_chart((3,), (0.2,), (0.3,), boats_label="Boats")
    assert "plan found" in fleet_chart((3,), (0.0,), (0.0,), boats_label="Boats")


def test_the_page_holds_chart_table_and_assumptions() -> None:
    """Every fleet with its figures, the limits of the gain, and what they rest on."""
    page = study_page(make("Launches"))
    words = " ".join(Reader(page).text)
    for text in (
        "20.0 %", "33.0 %", "$2.01 M", "+4.0", "1.0 to 8.0", "+5.0", "2.0 to 8.0",
        "bound is proven", "dealt in turn", "seed 0",
    ):  # fmt: skip
        assert text in words
    assert page.count("<svg") == 1
    assert 'lang="en"' in page
    assert outside_urls(page) == []


def test_the_headline_claims_no_more_than_is_proven() -> None:
    """Boats are said to be proven useful only where the lower limit is above nothing."""
    assert "proven that detection rises with boat 2 and boat 3" in headline(make())
    loose = [
        FleetRow(n, "", 0.1 * n, 0.9, n, 1.0, 1.0, 1.0, 1.0, 1, 1.0) for n in (1, 2, 3)
    ]  # fmt: skip
    assert "wider than what one boat adds" in headline(make(rows=tuple(loose)))
    assert "rises" not in headline(make(rows=tuple(loose)))


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_names_are_only_ever_text(poison: str) -> None:
    """The page has the same tags whatever the names; the terminal gets no control codes."""
    page, clean = study_page(make(poison)), study_page(make())
    assert [tag for tag, _ in Reader(page).tags] == [tag for tag, _ in Reader(clean).tags]
    assert outside_urls(page) == []
    out = io.StringIO()
    Console(file=out, width=100, force_terminal=True).print(study_table(make(poison)))
    assert "\x1b[31m" not in out.getvalue()


def test_an_interrupted_study_says_so() -> None:
    """The page warns that fleets are missing."""
    assert "interrupted" in study_page(make(interrupted=True))
    assert "interrupted" not in study_page(make())


def test_the_terminal_shows_a_row_a_fleet(tmp_path: Path) -> None:
    """At 100 columns every figure is there; the page is written whole."""
    out = io.StringIO()
    Console(file=out, width=100).print(study_table(make()))
    for text in ("20.0 %", "25.0 %", "29.0 %", "+4.0", "1.0 to 8.0", "$1.34 M"):
        assert text in out.getvalue()
    write_study_page(make(), tmp_path / "study.html")
    assert (tmp_path / "study.html").read_text("utf-8") == study_page(make())
