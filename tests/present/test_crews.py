"""Crews and outages where a plan is shown: terminal, table, map page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from planner.plan.model import Plan
from planner.present.map import render_map
from planner.present.table import schedule_csv, schedule_table
from tests.present.test_map import Reader
from tests.present.test_table import printed

REASON = "engine <b>service</b> ${x} [bold]"


@pytest.fixture(scope="module")
def manned(raw_plan: Callable[[], dict[str, Any]]) -> Plan:
    """Return a plan with crews, its first hull in upkeep for a day, its last one all the time."""
    raw = raw_plan()
    unit = {hull["id"]: hull["unit"] for hull in raw["hulls"]}
    for k, sortie in enumerate(raw["sorties"]):
        sortie["crew"] = f"{unit[sortie['hull']]} crew {1 + k % 2}"
    first, last = raw["hulls"][0]["id"], raw["hulls"][-1]["id"]
    raw["sorties"] = [sortie for sortie in raw["sorties"] if sortie["hull"] != last]
    outage = {"start": "2006-05-23T01:00:00+05:00", "end": "2006-05-24T02:00:00+05:00"}
    raw["scenario"]["outage"] = [
        outage | {"hull": first, "reason": REASON},
        outage | {"hull": last, "reason": "sold"},
    ]
    return Plan.model_validate(raw)


def test_the_schedule_names_crews_and_outages(manned: Plan) -> None:
    """A number says which crew of the unit sails; an outage stands where its time is."""
    shown = re.sub(r"\x1b\[[0-9;]*m", "", printed(schedule_table(manned)))
    assert "Crew" in shown
    lines = shown.splitlines()
    assert sum(f"in port: {REASON}" in line for line in lines) == 1
    assert sum("Tue 23 May 01:00  Wed 02:00" in line for line in lines) == 2
    assert sum("in port: sold" in line for line in lines) == 1
    assert shown.count("stays in port") == 1
    for sortie in manned.sorties:
        depart = f"{sortie.crew[-1]}     {sortie.depart:%a}"
        assert any(depart in line for line in lines)


def test_the_csv_names_crews_in_full(manned: Plan) -> None:
    """Every row has the whole name of the crew."""
    rows = csv.DictReader(io.StringIO(schedule_csv(manned)))
    assert {row["sortie"]: row["crew"] for row in rows} == {s.id: s.crew for s in manned.sorties}


def test_the_map_page_names_crews_and_outages(manned: Plan, sea: Any) -> None:
    """The schedule below the map has them, and the reason is text there, whatever it holds."""
    text = " ".join(" ".join(Reader(render_map(manned, sea)).text).split())
    assert "Sortie Crew Departs" in text
    assert f"in port Tue 23 May 01:00 Wed 24 May 02:00 {REASON}" in text
    assert "stays in port in port Tue 23 May 01:00 Wed 24 May 02:00 sold" in text


def test_a_plan_without_crews_is_shown(plan: Plan, sea: Any) -> None:
    """Plans older than crews had names show none."""
    assert "–" in printed(schedule_table(plan))
    assert "Sortie Crew Departs" in " ".join(" ".join(Reader(render_map(plan, sea)).text).split())
