"""Terminal tables and CSV: complete, plain, and deaf to hostile names."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from planner.plan.model import Plan
from planner.present.table import CSV_COLUMNS, schedule_csv, schedule_table, summary_table
from planner.present.text import clean


def printed(table: Table, width: int = 110) -> str:
    """Return a table as a terminal of this width shows it, with colours."""
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, highlight=False).print(table)
    return out.getvalue()


def test_every_sortie_has_a_line(plan: Plan) -> None:
    """Hulls, departures and returns in the plan's offset, distance, fuel and what is watched."""
    shown = printed(schedule_table(plan))
    assert "UTC+5" in shown
    for sortie in plan.sorties:
        assert f"{sortie.depart:%H:%M}" in shown
        assert f"{sortie.distance_nm:.0f}" in shown
    for hull in plan.hulls:
        assert shown.count(hull.id) == 1
    assert shown.count("900") >= len(plan.sorties)
    assert "Poaching off the Ural" in shown


def test_the_schedule_fits_an_ordinary_terminal(plan: Plan) -> None:
    """At 80 columns no line is longer, and times stay whole."""
    shown = printed(schedule_table(plan), width=80)
    first = plan.sorties[0].depart
    assert f"{first.day} May {first:%H:%M}" in shown


def test_a_hull_without_sorties_stays_in_port(raw_plan: Callable[[], dict[str, Any]]) -> None:
    """A hull that never sails is listed, not left out."""
    raw = raw_plan()
    raw["sorties"] = [item for item in raw["sorties"] if item["hull"] != raw["hulls"][0]["id"]]
    shown = printed(schedule_table(Plan.model_validate(raw)))
    assert shown.count("stays in port") == 1


def test_the_summary_states_detection_bound_and_gap_in_words(plan: Plan) -> None:
    """Figures by threat, zone and agency follow, each with its meaning."""
    shown = " ".join(printed(summary_table(plan)).split())
    for words in (
        f"{100 * plan.solver.detection:.1f} %", f"{100 * plan.solver.bound:.1f} %", "10.0 %",
        "no plan with these boats and rules finds more", "Smuggling", "Ferry lane",
        "Border Service", "Navy", "whole area", "31 h 30 min", "$41,500",
    ):  # fmt: skip
        assert words in shown


def test_names_are_neither_markup_nor_control_codes(
    raw_plan: Callable[[], dict[str, Any]],
) -> None:
    """Square brackets are shown, escape sequences are not sent to the terminal."""
    raw = raw_plan()
    for row in (*raw["coverage"], *raw["moving"]):
        row["threat"] = "[bold red]x[/] \x1b[2J\x1b]0;title\x07"
    for hull in raw["hulls"]:
        hull["agency"] = "[link=https://evil.example]a[/link]"
    plan = Plan.model_validate(raw)
    for table in (schedule_table(plan), summary_table(plan)):
        shown = printed(table)
        assert "\x1b[2J" not in shown
        assert "\x1b]" not in shown
        assert "\x07" not in shown
        assert "[bold red]x[/]" in shown
    assert "[link=" in printed(summary_table(plan))


def test_the_csv_reads_back_as_the_plan(plan: Plan) -> None:
    """Column names carry units, times their offset; figures are those of the plan."""
    rows = list(csv.DictReader(io.StringIO(schedule_csv(plan))))
    assert tuple(rows[0]) == CSV_COLUMNS
    sorties = {sortie.id: sortie for sortie in plan.sorties}
    assert {row["sortie"] for row in rows} == set(sorties)
    for row in rows:
        sortie = sorties[row["sortie"]]
        assert datetime.fromisoformat(row["depart"]) == sortie.depart
        assert datetime.fromisoformat(row["return"]) == sortie.return_
        assert float(row["distance_nm"]) == pytest.approx(sortie.distance_nm, abs=0.06)
        assert float(row["underway_h"]) == pytest.approx(
            (sortie.return_ - sortie.depart).total_seconds() / 3600, abs=0.006
        )
    assert sum(float(row["detection"]) for row in rows) == pytest.approx(
        plan.solver.detection, abs=1e-4
    )


def test_hostile_names_stay_within_their_csv_field(
    raw_plan: Callable[[], dict[str, Any]],
) -> None:
    """Commas, quotes and line breaks in a name add neither fields nor rows; formulas are text."""
    raw = raw_plan()
    for hull in raw["hulls"]:
        hull["unit"] = 'a,"b"\nc'
        hull["agency"] = '=HYPERLINK("x")'
    rows = list(csv.reader(io.StringIO(schedule_csv(Plan.model_validate(raw)), newline="")))
    assert {len(row) for row in rows} == {len(CSV_COLUMNS)}
    assert rows[1][2] == clean('a,"b"\nc')
    assert rows[1][4] == '\'=HYPERLINK("x")'
