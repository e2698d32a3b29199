"""The table: consistent between fleets, honest about what is certain."""

from __future__ import annotations

import csv
import io
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.study.table import FleetRow, StudyTable, gain, settled, table_csv


def row(boats: int, detection: float, bound: float, **more: float) -> FleetRow:
    """Return a row with round costs."""
    figures = {"running_usd": 1e5, "at_sea_h": 100.0, "fuel_l": 5e3, "time_s": 1.0, **more}
    return FleetRow(
        boats, str(boats), detection, bound, boats, 5e5 * boats, figures["running_usd"],
        figures["at_sea_h"], figures["fuel_l"], 10 * boats, figures["time_s"],
    )  # fmt: skip


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[float], list[FleetRow]]:
    """Make best detections that rise with the fleet, and plans and bounds on either side."""
    best, now = [], 0.05
    for _ in range(draw(st.integers(1, 6))):
        now += draw(st.floats(0, 0.1))
        best.append(now)
    rows = [
        row(n, value * draw(st.floats(0.3, 1)), value * draw(st.floats(1, 1.5)))
        for n, value in enumerate(best, start=1)
    ]
    return best, draw(st.permutations(rows))


@given(studies())
def test_settled_rows_stay_true_and_become_consistent(
    study: tuple[list[float], list[FleetRow]],
) -> None:
    """Both curves rise, every best plan stays between them, no figure gets worse."""
    best, rows = study
    found = settled(rows)
    assert [item.boats for item in found] == list(range(1, len(best) + 1))
    for before, after in zip(sorted(rows, key=lambda item: item.boats), found, strict=True):
        assert after.detection >= before.detection
        assert after.bound <= max(before.bound, after.detection)
    for value, item in zip(best, found, strict=True):
        assert item.detection <= value + 1e-12
        assert value <= item.bound + 1e-12
    for smaller, larger in pairwise(found):
        assert smaller.detection <= larger.detection
        assert smaller.bound <= larger.bound


@given(studies())
def test_the_true_gain_lies_within_the_limits(
    study: tuple[list[float], list[FleetRow]],
) -> None:
    """Whatever the best plans are, what the last boat really buys lies in the interval."""
    best, rows = study
    found = settled(rows)
    for k, pair in enumerate(pairwise(found)):
        bought = gain(*pair)
        assert 0 <= bought.low <= bought.high + 1e-12
        assert bought.low - 1e-12 <= best[k + 1] - best[k] <= bought.high + 1e-12
        assert bought.low - 1e-12 <= bought.found <= bought.high + 1e-12


def test_a_fleet_that_found_less_sails_the_smaller_plan() -> None:
    """It borrows plan and running cost, not price; the table says whose plan it is."""
    small, large = settled([row(2, 0.3, 0.4, running_usd=7e4), row(3, 0.28, 0.38)])
    assert (large.detection, large.planned_boats, large.running_usd) == (0.3, 2, 7e4)
    assert (large.boats, large.purchase_usd, large.sorties) == (3, 1.5e6, 20)
    assert (small.bound, large.bound) == (0.38, 0.38)


def test_cost_and_detection_per_million() -> None:
    """Purchase and running cost add up; points are per million dollars of both."""
    found = row(3, 0.3, 0.33)
    assert found.cost_usd == 1.6e6
    assert found.detection_per_million == pytest.approx(30 / 1.6)
    assert found.gap == pytest.approx(0.1)
    assert row(1, 0.0, 0.1).gap == math.inf


def test_the_csv_is_tidy_and_holds_every_figure() -> None:
    """One row a fleet; columns read back as the figures, gains empty in the first row."""
    rows = settled([row(1, 0.2, 0.25), row(2, 0.3, 0.36)])
    table = StudyTable("t", "s", "v", 5e5, ("u",), 7.0, 60.0, 0, 2, rows)
    found = list(csv.DictReader(io.StringIO(table_csv(table))))
    assert [line["boats"] for line in found] == ["1", "2"]
    for line, item in zip(found, rows, strict=True):
        assert float(line["detection"]) == pytest.approx(item.detection)
        assert float(line["cost_usd"]) == pytest.approx(item.cost_usd)
        assert float(line["detection_points_per_million_usd"]) == pytest.approx(
            item.detection_per_million, rel=1e-5
        )
    assert found[0]["gain"] == ""
    assert float(found[1]["gain"]) == pytest.approx(0.1)
    assert float(found[1]["gain_low"]) == pytest.approx(0.05)
    assert float(found[1]["gain_high"]) == pytest.approx(0.16)
    assert float(found[1]["gain_cost_usd"]) == pytest.approx(5e5)
    assert float(found[1]["gain_points_per_million_usd"]) == pytest.approx(20)
