"""Changes of a scenario by one of each thing that may be had more of, unit by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.problem.stations import itineraries
from planner.scenario import Scenario, Unit, VesselClass
from planner.scenario.moves import passage_h

Kind = Literal["hull", "crew", "hull and crew", "endurance", "search", "cruise", "fuel", "berth"]

FUEL_L = 100.0
"""Litres that fuel is asked about by the hundred of."""

MANNING: frozenset[Kind] = frozenset({"hull", "crew", "hull and crew"})
"""Changes that leave what one boat can do as it is."""


@dataclass(frozen=True)
class Change:
    """One thing more for a unit.

    Attributes
    ----------
    unit
        Number of the unit.
    where
        Whose it is, to print: the unit's name, or the base's for a berth.
    what, per
        What is added, and what points are counted by.
    scenario
        The scenario with the change; a class that changes does so for this
        unit only, under a key of its own.
    purchase_usd
        Price of the hull, None where none is known; 0 without a hull.
    grows
        Whether every plan of before is a plan still.
    """

    kind: Kind
    unit: int
    where: str
    what: str
    per: str
    scenario: Scenario
    purchase_usd: float | None = 0.0
    grows: bool = True


def changes_of(scenario: Scenario) -> tuple[Change, ...]:
    """Every change, unit by unit in the order of the scenario.

    Where all berths of a base are taken, a hull comes with one more berth;
    what a berth by itself is worth is then what the best such hull is.
    """
    return tuple(
        change
        for number in range(len(scenario.unit))
        for change in (*_manned(scenario, number), *_equipped(scenario, number))
    )


def full_bases(scenario: Scenario) -> tuple[str, ...]:
    """Bases whose berths are all taken at some time, by hulls of their own or posted there."""
    hulls: Counter[str] = Counter()
    for unit in scenario.unit:
        hulls[unit.base] += unit.count
    spans = [(asked, asked.away(scenario.end)) for asked in itineraries(scenario)]
    guests: Counter[str] = Counter()
    for asked, (begin, _) in spans:
        base = asked.posting.base
        there = sum(
            len(other.posting.boats)
            for other, (since, until) in spans
            if other.posting.base == base and since <= begin < until
        )
        guests[base] = max(guests[base], there)
    hulls += guests
    return tuple(base.name for base in scenario.base if hulls[base.name] >= base.berths)


def _manned(scenario: Scenario, number: int) -> Iterator[Change]:
    """One more hull, crew, or both."""
    unit = scenario.unit[number]
    price = scenario.vessel[unit.vessel].purchase_usd or None
    full = unit.base in full_bases(scenario)
    berth = " (and a berth)" if full else ""
    more: tuple[tuple[Kind, str, dict[str, int]], ...] = (
        ("hull", f"one more hull{berth}", {"count": unit.count + 1}),
        ("crew", "one more crew", {"crews": unit.crews + 1}),
        (
            "hull and crew",
            f"one more hull with a crew{berth}",
            {"count": unit.count + 1, "crews": unit.crews + 1},
        ),
    )
    for kind, what, update in more:
        changed = _with_unit(scenario, number, unit.model_copy(update=update))
        if full and "count" in update:
            changed = _with_berth(changed, unit.base)
        cost = price if "count" in update else 0.0
        yield Change(kind, number, unit.name, what, kind, changed, cost)


def _equipped(scenario: Scenario, number: int) -> Iterator[Change]:
    """One more hour, knot or hundred litres, for all hulls of the unit, those that are posted too.

    Ways by sea to another base take as long as they did.
    """
    vessel = scenario.vessel[scenario.unit[number].vessel]
    timed = _timed(scenario, number)
    yield _refitted(timed, number, "endurance", "1 h more endurance", "hour", _longer(vessel))
    for kind, field in (("search", "search_kn"), ("cruise", "cruise_kn")):
        speed_kn = getattr(vessel, field) + 1.0
        update = {field: speed_kn, "max_kn": max(vessel.max_kn, speed_kn)}
        named: Kind = "search" if kind == "search" else "cruise"
        yield _refitted(scenario, number, named, f"1 kn more {kind} speed", "knot", update)
    more = {"fuel_l": vessel.fuel_l + FUEL_L}
    yield _refitted(scenario, number, "fuel", f"{FUEL_L:g} l more fuel", f"{FUEL_L:g} l", more)


def _timed(scenario: Scenario, number: int) -> Scenario:
    """The scenario where the ways by sea of a unit's postings say how long they take."""
    unit = scenario.unit[number]
    took_h = {
        asked.number: passage_h(asked.posting, unit, scenario.vessel[unit.vessel])
        for asked in itineraries(scenario)
        if asked.unit.name == unit.name and asked.posting.by == "sea"
    }
    postings = tuple(
        posting.model_copy(update={"passage_h": took_h[k]}) if k in took_h else posting
        for k, posting in enumerate(scenario.posting)
    )
    return scenario.model_copy(update={"posting": postings})


def _longer(vessel: VesselClass) -> dict[str, Any]:
    """One hour more in every sea state."""
    sea = tuple(
        state
        if state.endurance_h is None
        else state.model_copy(update={"endurance_h": state.endurance_h + 1.0})
        for state in vessel.sea
    )
    return {"endurance_h": vessel.endurance_h + 1.0, "sea": sea}


def _refitted(
    scenario: Scenario, number: int, kind: Kind, what: str, per: str, update: Mapping[str, Any]
) -> Change:
    """A class of the unit's own. Faster hulls reach the old cells at other times."""
    unit = scenario.unit[number]
    key = f"{unit.vessel}/{unit.name}/{kind}"
    vessel = scenario.vessel[unit.vessel].model_copy(update=dict(update))
    changed = _with_unit(scenario, number, unit.model_copy(update={"vessel": key}))
    changed = changed.model_copy(update={"vessel": {**scenario.vessel, key: vessel}})
    grows = kind not in ("search", "cruise")
    return Change(kind, number, unit.name, what, per, changed, grows=grows)


def _with_unit(scenario: Scenario, number: int, unit: Unit) -> Scenario:
    units = (*scenario.unit[:number], unit, *scenario.unit[number + 1 :])
    return scenario.model_copy(update={"unit": units})


def _with_berth(scenario: Scenario, base: str) -> Scenario:
    bases = tuple(
        each.model_copy(update={"berths": each.berths + 1}) if each.name == base else each
        for each in scenario.base
    )
    return scenario.model_copy(update={"base": bases})
