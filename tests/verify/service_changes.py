"""Fuel, upkeep, zones, tasks and costs laid into the plan made by hand, and ways to spoil them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

import h3
import shapely

from tests.verify.changes import Data, later, leg_of

WEST = shapely.box(50.3, 43.25, 50.45, 43.95)
UPKEEP = (
    {"hull": "Boats 1", "start": "2006-05-22T06:00:00+05:00", "end": "2006-05-22T10:00:00+05:00"},
    {"hull": "Boats 2", "start": "2006-05-23T06:00:00+05:00", "end": "2006-05-23T10:00:00+05:00"},
)
"""Boats 2 goes in between its outage and its next sortie."""


def with_service(tables: Data, directory: Path) -> Data:
    """Tables in which boats need upkeep and keep out of the west, and the navy minds its fuel."""
    text = json.dumps(shapely.geometry.mapping(WEST))
    (directory / "west.geojson").write_text(text, encoding="utf-8")
    found = copy.deepcopy(tables)
    boats, navy = found["unit"][:2]
    boats |= {"upkeep_every_h": 20.0, "upkeep_h": 4.0, "upkeep_due_h": [20.0, 12.0],
              "not_zones": ["west.geojson"], "cost_per_h_usd": 100.0}  # fmt: skip
    navy |= {"fuel_week_l": 26_000.0, "threats": ["nets", "runs"], "cost_per_nm_usd": 3.0,
             "only_zones": ["area.geojson"]}  # fmt: skip
    return found | {"fuel_price_usd_l": 1.5}


def thirsty(data: Data) -> None:
    """The navy is at cruise all the time, within its tank but not its week's fuel."""
    for sortie in data["sorties"]:
        if sortie["hull"] == "Navy 1":
            for leg in sortie["legs"]:
                leg["mode"] = "transit"


def goes_in(hull: str, start: str, lasts_h: float = 4.0) -> Callable[[Data], None]:
    """Let a hull go in for upkeep."""
    row = {"hull": hull, "start": start, "end": later(start, lasts_h)}
    return lambda data: data["upkeep"].append(row)


def in_at_sea(data: Data) -> None:
    """A boat is in for upkeep from its departure on."""
    sortie = next(s for s in data["sorties"] if s["hull"].startswith("Boats"))
    goes_in(sortie["hull"], sortie["depart"])(data)


def not_out_yet(late_h: float) -> Callable[[Data], None]:
    """The upkeep before a boat's sortie ends so much after it has departed."""

    def change(data: Data) -> None:
        row = data["upkeep"][1]
        departs = min(s["depart"] for s in data["sorties"]
                      if s["hull"] == row["hull"] and s["depart"] > row["start"])  # fmt: skip
        row.update(start=later(departs, late_h - 4.0), end=later(departs, late_h))

    return change


def worked_hard(data: Data) -> None:
    """One boat sails everything, and never goes in."""
    data["upkeep"] = []
    for sortie in data["sorties"]:
        sortie["hull"] = "Boats 1"


def searched_west(data: Data) -> None:
    """A boat says that it searched in the west."""
    cells = {row["cell"] for row in data["coverage"]}
    leg = leg_of(data, "search")
    leg["exposures"][0]["cell"] = min(cells, key=lambda cell: h3.cell_to_latlng(cell)[1])


def looked_for_all(data: Data) -> None:
    """The navy looks for the ferry as well."""
    for sortie in data["sorties"]:
        if sortie["hull"] == "Navy 1":
            for leg in sortie["legs"]:
                leg["widths"] = []


def dearer(*keys: str) -> Callable[[Data], None]:
    """Add a tenth to a cost of the metrics."""

    def change(data: Data) -> None:
        table = data["metrics"]["cost"]
        for key in keys:
            table = table[key]
        table["total_usd"] *= 1.1

    return change
