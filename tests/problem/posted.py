"""The small sea off Aktau with a boat posted to Kuryk, by road or by sea."""

from __future__ import annotations

from typing import Any

from planner.scenario import Scenario
from tests.problem.off_aktau import scenario_of, tables

START = "2006-05-22T04:00:00+05:00"
END = "2006-05-23T20:00:00+05:00"


def posted_tables(**posting: Any) -> dict[str, Any]:
    """Two days off Aktau; the second boat is at Kuryk for most of them, 90 km by road."""
    found = tables() | {"days": 2.0}
    for base in found["base"]:
        base["ramp"] = True
    asked = {"hull": "Boats 2", "base": "Kuryk", "by": "road", "start": START, "end": END}
    asked |= posting
    if asked["by"] == "road":
        asked.setdefault("road_km", 90.0)
    found["posting"] = [{key: value for key, value in asked.items() if value is not None}]
    return found


def posted(**posting: Any) -> Scenario:
    """The scenario of :func:`posted_tables`."""
    return scenario_of(posted_tables(**posting))
