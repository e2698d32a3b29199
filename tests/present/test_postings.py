"""Postings in the schedule: the road is a row, and sorties say from where they sail."""

from __future__ import annotations

import csv
import io

from rich.console import Console

from planner.present.table import schedule_csv, schedule_table
from tests.plan.test_posted import plan


def test_a_move_by_road_is_a_row_of_the_schedule() -> None:
    """It stands among the boat's sorties, with crew and times, and has no number."""
    rows = list(csv.DictReader(io.StringIO(schedule_csv(plan("road"), {}))))
    out, back = [row for row in rows if not row["sortie"]]
    assert out["watches"] == "road Aktau–Kuryk, 90 km, 1 h 48 min driving"
    assert (out["hull"], out["depart_base"], out["return_base"]) == ("Boats 2", "Aktau", "Kuryk")
    assert (out["underway_h"], out["fuel_l"], back["return_base"]) == ("2.80", "0", "Aktau")
    own = [row["depart"] for row in rows if row["hull"] == "Boats 2"]
    assert own == sorted(own)
    assert len(rows) == len(plan("road").sorties) + 2


def test_the_terminal_shows_the_road_and_the_other_base() -> None:
    """The table names the road, and the base or bases of what does not sail from home."""
    screen = Console(width=120, record=True, file=io.StringIO())
    screen.print(schedule_table(plan("road"), {}))
    screen.print(schedule_table(plan("sea"), {}))
    text = screen.export_text()
    assert "road Aktau–Kuryk, 90 km, 1 h 48 min driving" in text
    assert "Kuryk: " in text
    assert "Aktau–Kuryk: " in text
