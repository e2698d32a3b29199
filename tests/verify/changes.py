"""What can be done to a plan as ``plan.json`` holds it; each function spoils it one way.

They work on any plan of the scenario of :mod:`tests.plan_factory` in which
some hull sails twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.plan_factory import hours, length_nm, straight

Data = dict[str, Any]


def leg_of(data: Data, mode: str, *, last: bool = False) -> Data:
    """First or last leg of a mode in the plan."""
    legs = [leg for sortie in data["sorties"] for leg in sortie["legs"] if leg["mode"] == mode]
    found: Data = legs[-1 if last else 0]
    return found


def twice(data: Data, unit: str = "Boats") -> tuple[Data, Data]:
    """Two successive sorties of the first hull of a unit that has two."""
    for hull in (hull["id"] for hull in data["hulls"] if hull["unit"] == unit):
        own = sorted((s for s in data["sorties"] if s["hull"] == hull), key=lambda s: s["depart"])
        if len(own) > 1:
            return own[0], own[1]
    raise AssertionError("no hull sails twice")


def shift(sortie: Data, by_h: float, first_leg: int = 0) -> None:
    """Move a sortie in time, or only its legs from ``first_leg`` on."""
    if first_leg == 0:
        sortie["depart"] = later(sortie["depart"], by_h)
    for number, leg in enumerate(sortie["legs"]):
        if number >= first_leg:
            leg["start"] = later(leg["start"], by_h)
            leg["end"] = later(leg["end"], by_h)
    for key in ("return", "ready"):
        sortie[key] = later(sortie[key], by_h)


def later(time: str, by_h: float) -> str:
    """ISO time moved by hours."""
    return (datetime.fromisoformat(time) + timedelta(hours=by_h)).isoformat()


def detour(by_way_of: list[float], *, unit: str = "") -> Callable[[Data], None]:
    """Sail the last leg of a sortie by way of some place."""

    def change(data: Data) -> None:
        sortie = next(s for s in data["sorties"] if s["hull"].startswith(unit))
        path = sortie["legs"][-1]["path"]
        sortie["legs"][-1]["path"] = (
            straight(path[0], by_way_of) + straight(by_way_of, path[-1])[1:]
        )

    return change


def scaled(table: str, key: str, factor: float) -> Callable[[Data], None]:
    """Multiply a figure of the first row of a table that has it above zero."""

    def change(data: Data) -> None:
        row = next(row for row in data[table] if row[key] > 0)
        row[key] *= factor

    return change


def leg_figure(mode: str, key: str, value: Any) -> Callable[[Data], None]:
    """Set a figure of the first leg of a mode."""
    return lambda data: leg_of(data, mode).update({key: value})


def first(table: str, key: str, value: Any) -> Callable[[Data], None]:
    """Set a value of the first row of a table."""
    return lambda data: data[table][0].update({key: value})


def solver(**figures: float) -> Callable[[Data], None]:
    """Set figures of the solver."""
    return lambda data: data["solver"].update(figures)


def loiter_on(by_h: float, mode: str) -> Callable[[Data], None]:
    """Stay out longer: a leg on the spot before the way home."""

    def change(data: Data) -> None:
        sortie = twice(data)[0]
        home = sortie["legs"][-1]
        stay = {"mode": mode, "start": home["start"], "end": later(home["start"], by_h),
                "speed_kn": 0.0, "sweep_width_nm": 0.0, "path": [home["path"][0]]}  # fmt: skip
        sortie["legs"].insert(-1, stay)
        shift(sortie, by_h, len(sortie["legs"]) - 1)
        rate = {"loiter": 15.0, "transit": 164.0}[mode]
        sortie["fuel_l"] += rate * by_h

    return change


def sail_soon(after_h: float) -> Callable[[Data], None]:
    """Let a hull sail again so long after its return."""

    def change(data: Data) -> None:
        before, after = twice(data)
        gap_h = hours(before["return"], after["depart"])
        shift(after, math.ceil(after_h - gap_h))

    return change


def tired_crews(data: Data) -> None:
    """Both hulls sail together, the first again as soon as it is fuelled, and says it may."""
    before, after = twice(data)
    other = next(
        s for s in data["sorties"] if s["hull"].startswith("Boats") and s["hull"] != before["hull"]
    )
    shift(other, hours(other["depart"], before["depart"]))
    shift(after, math.ceil(hours(after["depart"], before["return"]) + 2.0))
    before["ready"] = later(before["return"], 2.0)


def three_out(data: Data) -> None:
    """Three boats of a unit of two depart together."""
    before, after = twice(data)
    other = next(
        s for s in data["sorties"] if s["hull"].startswith("Boats") and s["hull"] != before["hull"]
    )
    for sortie in (after, other):
        shift(sortie, hours(sortie["depart"], before["depart"]))


def same_hull_out(data: Data) -> None:
    """Two sorties of one hull depart together."""
    before, after = twice(data)
    shift(after, hours(after["depart"], before["depart"]))


def copied_sortie(data: Data) -> None:
    """One sortie stands twice in the plan."""
    data["sorties"].append(data["sorties"][0])


def no_legs(data: Data) -> None:
    """A sortie has no legs."""
    data["sorties"][0]["legs"] = []


def extra_hull(data: Data) -> None:
    """A unit has one hull more than the scenario gives it."""
    data["hulls"].append({**data["hulls"][0], "id": "One too many"})


def time_gap(data: Data) -> None:
    """A leg starts later than the one before it ends."""
    leg = data["sorties"][0]["legs"][1]
    leg["start"] = later(leg["start"], 2 / 60)


def space_gap(data: Data) -> None:
    """A leg starts away from where the one before it ends."""
    path = data["sorties"][0]["legs"][1]["path"]
    path[0] = [path[0][0] + 0.002, path[0][1]]


def off_base(data: Data) -> None:
    """A sortie starts half a mile from its base."""
    path = data["sorties"][0]["legs"][0]["path"]
    path[0] = [path[0][0] - 0.01, path[0][1]]


def backwards(data: Data) -> None:
    """A leg ends before it starts."""
    leg = data["sorties"][0]["legs"][1]
    leg["start"], leg["end"] = leg["end"], leg["start"]


def sparse(data: Data) -> None:
    """A long leg has only its ends."""
    legs = [leg for sortie in data["sorties"] for leg in sortie["legs"] if len(leg["path"]) > 3]
    leg = max(legs, key=lambda leg: math.dist(leg["path"][0], leg["path"][-1]))
    leg["path"] = [leg["path"][0], leg["path"][-1]]


def width_against(threat: str) -> Callable[[Data], None]:
    """A search leg states half its width against a threat."""

    def change(data: Data) -> None:
        leg = leg_of(data, "search")
        stated = {"threat": threat, "sweep_width_nm": leg["sweep_width_nm"] / 2}
        leg["widths"] = [*leg["widths"], stated]

    return change


def two_widths(data: Data) -> None:
    """A search leg states the width against a threat twice, first a wrong one."""
    leg = leg_of(data, "search")
    right = {"threat": "runs", "sweep_width_nm": leg["sweep_width_nm"]}
    leg["widths"] = [right | {"sweep_width_nm": 0.0}, right]


def width_of_none(data: Data) -> None:
    """A search leg states twice its width, but the right one against every threat."""
    leg = leg_of(data, "search")
    names = [threat["name"] for threat in data["scenario"]["threat"]]
    leg["widths"] = [{"threat": name, "sweep_width_nm": leg["sweep_width_nm"]} for name in names]
    leg["sweep_width_nm"] *= 2


def claims(data: Data) -> list[Data]:
    """Everything that legs claim to search, in the plan's order."""
    return [c for s in data["sorties"] for leg in s["legs"] for c in leg["exposures"]]


def in_no_time(data: Data) -> None:
    """All searches end when they start."""
    for leg in (leg for s in data["sorties"] for leg in s["legs"] if leg["mode"] == "search"):
        leg["end"] = leg["start"]


def inflated_exposure(data: Data) -> None:
    """A leg claims a fifth more exposure than it gives."""
    claims(data)[0]["exposure"] *= 1.2


def inflated_everywhere(data: Data) -> None:
    """All claims, rows and totals are a fifth too high, consistently."""
    for claim in claims(data):
        claim["exposure"] *= 1.2
    for row in data["coverage"] + data["moving"]:
        row["exposure"] *= 1.2
        row["detection"] = -math.expm1(-row["exposure"])
    found = math.fsum(row["weight"] * row["detection"] for row in data["coverage"] + data["moving"])
    data["solver"].update(detection=found, bound=1.05 * found, gap=0.05)
    data["metrics"]["detection"] = found


def transit_claims(data: Data) -> None:
    """A transit leg claims what a search leg gives."""
    leg_of(data, "transit")["exposures"] = [{**claims(data)[0]}]


def claimed_twice(data: Data) -> None:
    """A leg claims one cell twice."""
    leg = leg_of(data, "search")
    leg["exposures"] = [leg["exposures"][0], {**leg["exposures"][0], "exposure": 0.0}]


def unknown_cell(data: Data) -> None:
    """A leg claims a cell of another sea."""
    leg = leg_of(data, "search")
    leg["exposures"].append({"cell": "85194ad7fffffff", "exposure": 0.0})


def other_cell(data: Data) -> None:
    """A leg claims a cell that it does not search."""
    own, wrong = claims(data)[0], {row["cell"] for row in data["coverage"]}
    own["cell"] = min(wrong - {claim["cell"] for claim in claims(data)})


def lane_moved(data: Data) -> None:
    """A lane lies in the next cell: further west than a cell is wide, corner to corner 20 km."""
    leg = leg_of(data, "search")
    leg["path"] = [[lon - 0.25, lat] for lon, lat in leg["path"]]


def same_lane(data: Data) -> None:
    """A pass through a cell follows the lane of the pass before it, which wound about."""
    searches = [leg for s in data["sorties"] for leg in s["legs"] if leg["mode"] == "search"]
    last: dict[str, Data] = {}
    for leg in sorted(searches, key=lambda leg: str(leg["start"])):
        claim = leg["exposures"][0]
        before = last.get(claim["cell"])
        last[claim["cell"]] = leg
        if before is None or claim["exposure"] >= 0.9 or hours(before["end"], leg["start"]) > 30:
            continue
        ends = [before["path"][0], before["path"][-1]]
        if length_nm(ends) < 0.7 * length_nm(before["path"]):
            leg["path"] = before["path"]
            return
    raise AssertionError("no cell is searched twice by winding lanes")


def rows_scaled(data: Data) -> None:
    """All weights are a tenth too high."""
    for row in data["coverage"] + data["moving"]:
        row["weight"] *= 1.1


def weight_moved(data: Data) -> None:
    """A tenth of a target's weight is given to another."""
    searched = next(row for row in data["coverage"] if row["exposure"] > 0)
    idle = next(
        row for row in data["coverage"] if row["exposure"] == 0 and row["weight"] > 1e-3
    )  # fmt: skip
    moved = 0.1 * idle["weight"]
    idle["weight"] -= moved
    searched["weight"] += moved


def row_exposed(data: Data) -> None:
    """A target that nobody searched says it was."""
    row = next(row for row in data["coverage"] if row["exposure"] == 0)
    row.update(exposure=0.5, detection=-math.expm1(-0.5))


def row_missing(data: Data) -> None:
    """A target that matters has no row."""
    data["coverage"].remove(max(data["coverage"], key=lambda row: row["weight"]))


def row_twice(data: Data) -> None:
    """A target has two rows."""
    data["coverage"].append(data["coverage"][0])


def row_moved(data: Data) -> None:
    """A target's time is two hours off."""
    row = data["coverage"][0]
    row["from"], row["to"] = later(row["from"], 2), later(row["to"], 2)


def longest_track(data: Data) -> Data:
    """Track with the most passages."""
    found: Data = max(data["moving"], key=lambda row: len(row["passages"]))
    return found


def track_jumps(data: Data) -> None:
    """A track skips the cells between."""
    passages = longest_track(data)["passages"]
    passages[1]["cell"] = passages[-1]["cell"]


def track_stretched(factor: float) -> Callable[[Data], None]:
    """Run a track at another speed than its threat's."""

    def change(data: Data) -> None:
        passages = longest_track(data)["passages"]
        begin = passages[0]["enter"]
        for passage in passages:
            for key in ("enter", "leave"):
                passage[key] = later(begin, factor * hours(begin, passage[key]))

    return change


def track_returns(data: Data) -> None:
    """A track leaves a cell before it enters."""
    passage = longest_track(data)["passages"][1]
    passage["enter"], passage["leave"] = passage["leave"], passage["enter"]


def track_exposed(data: Data) -> None:
    """A track says it was searched more than it was."""
    row = data["moving"][0]
    row["exposure"] += 0.5
    row["detection"] = -math.expm1(-row["exposure"])
