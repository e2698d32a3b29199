"""A posting by road laid into the plan made by hand, and what can be done to it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.plan_factory import hours
from tests.verify.changes import Data, later, shift

ROAD_KM = 100.0
HULL, CREW = "Scouts 1", "Scouts crew 1"


def with_posting(tables: Data) -> Data:
    """Tables with one more boat at Aktau, which spends a day at Kuryk."""
    found = copy.deepcopy(tables)
    for base in found["base"]:
        base["ramp"] = True
        base["berths"] = 4
    start = "2006-05-22T02:00:00+05:00"
    found["unit"].append(
        {"name": "Scouts", "vessel": "patrol-boat-42ft", "agency": "Border Service",
         "base": "Aktau", "count": 1, "crews": 2, "day_h": 6.0}
    )  # fmt: skip
    found["posting"] = [
        {"hull": HULL, "base": "Kuryk", "by": "road", "road_km": ROAD_KM,
         "start": start, "end": later(start, 40.0)}
    ]  # fmt: skip
    return found


def moves(tables: Data) -> list[Data]:
    """The posting's moves: half an hour at each ramp, two hours on the road."""
    (posting,) = tables["posting"]
    found = []
    for ends, depart in (
        (("Aktau", "Kuryk"), posting["start"]),
        (("Kuryk", "Aktau"), later(posting["end"], -3.0)),
    ):
        drive = {"start": later(depart, 0.5), "end": later(depart, 2.5), "distance_km": ROAD_KM}
        found.append(
            {"posting": 1, "hull": HULL, "crews": [CREW], "by": "road", "depart_base": ends[0],
             "arrive_base": ends[1], "depart": depart, "arrive": later(depart, 3.0),
             "distance_km": ROAD_KM, "drives": [drive]}
        )  # fmt: skip
    return found


def move(which: int, **changed: Any) -> Callable[[Data], None]:
    """Change values of a move."""
    return lambda data: data["moves"][which].update(changed)


def shorter(which: int, km: float) -> Callable[[Data], None]:
    """Say throughout a move that its road is shorter than the posting's."""

    def change(data: Data) -> None:
        found = data["moves"][which]
        found["distance_km"] = km
        for driven in found["drives"]:
            driven["distance_km"] = km / len(found["drives"])

    return change


def drive(**by_h: float) -> Callable[[Data], None]:
    """Shift the start or end of the first day's driving."""

    def change(data: Data) -> None:
        driven = data["moves"][0]["drives"][0]
        for key, by in by_h.items():
            driven[key] = later(driven[key], by)

    return change


def slept_through(data: Data) -> None:
    """The road takes so long that the crew is on duty for more than its day."""
    first = data["moves"][0]
    first["arrive"] = later(first["arrive"], 4.0)
    first["drives"][0]["end"] = later(first["drives"][0]["end"], 4.0)


def driven_all_day(data: Data) -> None:
    """Nine hours of driving between two ramps."""
    slept_through(data)
    first = data["moves"][0]
    first["arrive"] = later(first["arrive"], 3.0)
    first["drives"][0]["end"] = later(first["drives"][0]["end"], 3.0)


def sails_for_the_posted(at: str, base: str = "Aktau", crew: str = CREW) -> Callable[[Data], None]:
    """A sortie of another boat is given to the posted one, to depart from a base at a time."""

    def change(data: Data) -> None:
        sortie = data["sorties"][0]
        shift(sortie, hours(sortie["depart"], at))
        sortie.update(hull=HULL, crew=crew, depart_base=base, return_base=base)

    return change
