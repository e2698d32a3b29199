"""Stations: from which base hulls sail, when, and how many of them and their crews there are.

A unit at its own base is a station. A posting makes others out of some of its hulls:

- *stay*: at the other base, free only between the moves;
- *out* and *back*, where the hulls sail there: one departure each, from one base and to
  the other, so that the passage may be a patrol. A hull that is given none sails straight
  (:mod:`planner.problem.transfers`).

All of them are priced, planned and bounded as units are; what is posted is taken from the
unit at home (:class:`~planner.problem.arrays.CapacityRow`). A plan can do nothing else with
a posted hull, so the bound holds over all plans with these postings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from planner.problem.arrays import CapacityRow, IntArray
from planner.problem.steps import Steps
from planner.scenario import Base, Scenario, Unit
from planner.scenario.moves import Itinerary, Move, itinerary

Spans = tuple[tuple[int, int], ...]
Way = Literal["home", "out", "stay", "back"]


@dataclass(frozen=True, eq=False)
class Station:
    """Hulls of a unit, as many as its rows say, that sail between two bases for a time.

    ``posting`` is the number of the posting, from 0, that makes it; None of the unit at
    home. No sortie lasts longer than ``longest_h``.
    """

    name: str
    unit: Unit
    way: Way
    depart_base: Base
    return_base: Base
    departures: IntArray
    rows: tuple[CapacityRow, ...]
    longest_h: float
    posting: int | None = None


def home_of(unit: Unit, scenario: Scenario, steps: Steps, rows: tuple[CapacityRow, ...]) -> Station:
    """The station of a unit at its own base."""
    base = scenario.base_of(unit)
    longest_h = scenario.horizon_h
    return Station(unit.name, unit, "home", base, base, steps.departures, rows, longest_h)


def itineraries(scenario: Scenario) -> tuple[Itinerary, ...]:
    """Times of all postings, in the order of the scenario."""
    return tuple(itinerary(number, scenario) for number in range(len(scenario.posting)))


def posted_stations(scenario: Scenario, steps: Steps) -> tuple[Station, ...]:
    """Stations that the postings make, in their order; those without a departure left out."""
    found: list[Station] = []
    for asked in itineraries(scenario):
        found.append(_stay(asked, scenario, steps))
        for way, move in (("out", asked.out), ("back", asked.back)):
            if move is not None and not move.by_road:
                found.append(_passage(asked, "out" if way == "out" else "back", move, steps))
    return tuple(station for station in found if station.departures.size)


def hulls_taken(unit: Unit, scenario: Scenario, steps: Steps) -> Spans:
    """Steps in which hulls of a unit cannot sail from home: outages and postings, hull by hull."""
    away = [asked for asked in itineraries(scenario) if asked.unit.name == unit.name]
    found: list[tuple[int, int]] = []
    for hull in unit.hulls:
        spans = [(o.start, o.end) for o in scenario.outage if o.hull == hull]
        spans += [asked.away(scenario.end) for asked in away if hull in asked.posting.boats]
        found += _joined(_in_steps(spans, steps))
    return tuple(found)


def crews_taken(unit: Unit, scenario: Scenario, steps: Steps) -> Spans:
    """Steps in which crews of a unit are on postings, or rest after them."""
    return tuple(
        span
        for asked in itineraries(scenario)
        if asked.unit.name == unit.name
        for span in _in_steps([asked.crews_away(scenario.end)], steps) * asked.posting.crew_count
    )


def binding(hulls: CapacityRow, crews: CapacityRow) -> tuple[CapacityRow, ...]:
    """Hull and crew rows, without the one that the other implies."""
    if _implies(crews, hulls):
        return (crews,)
    if _implies(hulls, crews):
        return (hulls,)
    return (hulls, crews)


def _implies(one: CapacityRow, other: CapacityRow) -> bool:
    """Whether whatever keeps ``one`` keeps ``other``."""
    return (
        not Counter(other.taken) - Counter(one.taken)
        and one.capacity <= other.capacity
        and one.gap_steps >= other.gap_steps
        and one.least_steps >= other.least_steps
    )


def _stay(asked: Itinerary, scenario: Scenario, steps: Steps) -> Station:
    """Hulls of a posting at the other base: free from rest to departure."""
    unit, there, posting = asked.unit, asked.out.goal, asked.posting
    vessel = scenario.vessel[unit.vessel]
    begin, end = asked.stay(scenario.end)
    first, last = steps.ceil(begin), steps.floor(end)
    gone = ((last, steps.count),) if last < steps.count else ()
    out = [(o.start, o.end) for o in scenario.outage if o.hull in posting.boats]
    during = [span for span in _in_steps(out, steps) if span[0] < last and span[1] > first]
    least = int(steps.up(unit.least_h)) if unit.least_h else 0
    hulls = CapacityRow(
        len(posting.boats), int(steps.up(vessel.turnaround_h)),
        taken=(*during, *gone * len(posting.boats)),
    )  # fmt: skip
    crews = CapacityRow(
        posting.crew_count, int(steps.up(vessel.rest_h)), least, gone * posting.crew_count
    )
    departures = steps.departures
    free = np.ascontiguousarray(departures[(departures >= first) & (departures < last)])
    name = f"{', '.join(posting.boats)} at {there.name}"
    return Station(
        name, unit, "stay", there, there, free, binding(hulls, crews), scenario.horizon_h,
        asked.number,
    )  # fmt: skip


def _passage(asked: Itinerary, way: Literal["out", "back"], move: Move, steps: Steps) -> Station:
    """Hulls of a posting on the way by sea: each departs once, as its move begins."""
    posting, first = asked.posting, steps.ceil(move.leave)
    longest_h = (move.arrive - move.leave).total_seconds() / 3600
    at = np.array([first], np.int32)
    name = f"{', '.join(posting.boats)} from {move.origin.name} to {move.goal.name}"
    departures = np.ascontiguousarray(at[np.isin(at, steps.departures)])
    rows = (CapacityRow(len(posting.boats), 0),)
    return Station(
        name, asked.unit, way, move.origin, move.goal, departures, rows, longest_h, asked.number
    )


def _in_steps(spans: Iterable[tuple[datetime, datetime]], steps: Steps) -> list[tuple[int, int]]:
    """Spans in steps, those that the plan meets."""
    return [found for start, end in spans if (found := steps.span(start, end)) is not None]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of one hull in order, joined where they meet."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found
