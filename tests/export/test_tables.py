"""CSV: what is read back is the plan, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import geodata
from planner.export.choose import Choice
from planner.export.passage import waypoints
from planner.export.tables import csv_texts
from planner.plan.model import Plan
from planner.present.table import schedule_csv
from planner.present.text import clean, inert
from tests.export.conftest import HOSTILE


def rows(text: str) -> list[dict[str, str]]:
    """Rows of a table."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_legs_and_waypoints_read_back_are_the_plan(choice: Choice, plan: Plan) -> None:
    """Every leg and every waypoint is there, with its figures to the last digit."""
    tables = csv_texts(choice, geodata.zones())
    legs = [(trip.sortie, leg) for trip in choice.trips for leg in trip.sortie.legs]
    for row, (sortie, leg) in zip(rows(tables["legs"]), legs, strict=True):
        assert (row["sortie"], row["mode"]) == (sortie.id, leg.mode)
        assert datetime.fromisoformat(row["start"]) == leg.start
        assert datetime.fromisoformat(row["end"]) == leg.end
        assert float(row["speed_kn"]) == leg.speed_kn
        assert (float(row["to_lon"]), float(row["to_lat"])) == leg.path[-1]
        assert float(row["exposure"]) == sum(item.exposure for item in leg.exposures)
    points = [(trip.sortie, p) for trip in choice.trips for p in waypoints(trip.sortie)]
    for row, (sortie, point) in zip(rows(tables["waypoints"]), points, strict=True):
        assert (row["sortie"], row["waypoint"]) == (sortie.id, str(point.number))
        assert (float(row["lon"]), float(row["lat"])) == (point.lon, point.lat)
        assert datetime.fromisoformat(row["arrive_utc"]) == point.arrive


def test_coverage_adds_up_to_the_detection(choice: Choice, plan: Plan) -> None:
    """Weight times detection over both tables of targets is what the plan states."""
    tables = csv_texts(choice, geodata.zones())
    found = math.fsum(
        float(row["weight"]) * float(row["detection"])
        for name in ("coverage", "moving")
        for row in rows(tables[name])
    )
    assert math.isclose(found, plan.solver.detection, rel_tol=1e-9)


def test_the_schedule_is_that_of_the_plan(choice: Choice, plan: Plan) -> None:
    """With all sorties it is the file that planning writes."""
    zones = geodata.zones()
    assert csv_texts(choice, zones)["schedule"] == schedule_csv(plan, zones)


def test_a_choice_leaves_out_what_is_of_the_whole_plan(
    choice: Choice, only: Callable[[str], Choice]
) -> None:
    """One sortie keeps its figures in the schedule; targets, which all earned, are not there."""
    zones = geodata.zones()
    tables = csv_texts(only("Navy 1 a"), zones)
    assert sorted(tables) == ["legs", "schedule", "waypoints"]
    (row,) = rows(tables["schedule"])
    assert row in rows(csv_texts(choice, zones)["schedule"])
    assert {row["sortie"] for row in rows(tables["legs"])} == {"Navy 1 a"}


def test_hostile_names_are_no_formulas(hostile_choice: Choice) -> None:
    """No text begins as a formula does; dropping an apostrophe gives the clean name."""
    tables = csv_texts(hostile_choice, geodata.zones())
    names = {clean(name) for name in HOSTILE.values()}
    seen = set()
    for text in tables.values():
        for row in rows(text):
            for column in {"sortie", "hull", "agency", "depart_base", "threat"} & set(row):
                cell = row[column]
                assert not cell.startswith(("=", "+", "-", "@", "＝", "\t", "\r"))
                seen.add(cell.removeprefix("'"))
    assert len(seen & names) >= len(names) - 1


@given(st.text(max_size=20))
def test_inert_text_can_be_undone(text: str) -> None:
    """Any text is harmless, and one leading apostrophe less is the clean text."""
    cell = inert(text)
    assert not cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))
    assert cell.removeprefix("'") == clean(text)


@pytest.mark.parametrize(
    ("text", "cell"), [("'a", "''a"), ("-1", "'-1"), (" =1", "'=1"), ("a", "a")]
)
def test_inert_text_examples(text: str, cell: str) -> None:
    """An apostrophe goes before what a spreadsheet would run, and before an apostrophe."""
    assert inert(text) == cell
