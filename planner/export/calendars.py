"""iCalendar files (RFC 5545): the sorties of each hull and of each crew, and the rest after each.

A hull rests until it is ready to sail again; a crew, where crews are named,
for as long as its class says, which is longer where two crews share a boat.
Times are UTC, which every calendar shows in its own zone. An event's UID
depends on the plan's title and start, on whose calendar it stands in and on
the sortie's name alone: the calendar of a changed plan moves the events of
the one before. ``DTSTAMP`` is the plan's start, so that the same plan gives
the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vGeo

from planner import __version__
from planner.export.choose import Choice
from planner.export.passage import utc
from planner.export.words import about, heading, rest_lines, title, zone
from planner.plan.model import Hull, Plan
from planner.present.figures import SortieFigures, horizon
from planner.present.text import clean, duration, hours_between, moment, offset

NAMESPACE = uuid.UUID("5f0b7a4e-5a43-5c0c-9b1e-2f6f7a0d9c11")
"""Of the UIDs; any constant does."""


def calendar_bytes(choice: Choice, hull: Hull) -> bytes:
    """Calendar of one hull: its sorties, and its turnaround after each."""
    plan = choice.plan
    calendar = _calendar(f"{clean(hull.id)}: {title(plan)}")
    for trip in choice.of(hull):
        calendar.add_component(_sortie(plan, trip, hull.id))
        if trip.sortie.ready > trip.sortie.return_:
            rest = _rest(plan, trip, hull.id, trip.sortie.ready)
            rest.add("summary", f"{clean(hull.id)}: rest and turnaround")
            rest.add("description", _lines(rest_lines(plan, trip)))
            calendar.add_component(rest)
    return bytes(calendar.to_ical())


def crews_of(choice: Choice) -> tuple[str, ...]:
    """Names of the crews that sail the chosen sorties, unit by unit as the plan lists its hulls.

    None in plans older than crews had names.
    """
    units = list(dict.fromkeys(hull.unit for hull in choice.plan.hulls))
    found = {trip.sortie.crew: units.index(trip.hull.unit) for trip in choice.trips}
    return tuple(sorted((name for name in found if name), key=lambda name: (found[name], name)))


def crew_calendar_bytes(choice: Choice, crew: str) -> bytes:
    """Calendar of one crew: the sorties it sails, on whichever hull, and its rest after each."""
    plan = choice.plan
    calendar = _calendar(f"{clean(crew)}: {title(plan)}")
    trips = [trip for trip in choice.trips if trip.sortie.crew == crew]
    for trip in sorted(trips, key=lambda one: one.sortie.depart):
        calendar.add_component(_sortie(plan, trip, f"crew {crew}"))
        rest_h = _rest_h(plan, trip)
        if rest_h > 0:
            end = trip.sortie.return_ + timedelta(hours=rest_h)
            rest = _rest(plan, trip, f"crew {crew}", end)
            rest.add("summary", f"{clean(crew)}: rest")
            words = f"{duration(rest_h)} of rest after {heading(trip)}"
            until = f"Until {moment(end, zone(plan))} ({offset(horizon(plan)[0])})"
            rest.add("description", _lines([words, until]))
            calendar.add_component(rest)
    return bytes(calendar.to_ical())


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//patrol//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    return calendar


def _rest_h(plan: Plan, trip: SortieFigures) -> float:
    """Hours that a crew of the class rests; until the hull is ready where the class has none."""
    vessel = plan.scenario.get("vessel", {}).get(trip.hull.vessel, {})
    ready_h = hours_between(trip.sortie.return_, trip.sortie.ready)
    return float(vessel.get("rest_h", ready_h))


def _sortie(plan: Plan, trip: SortieFigures, whose: str) -> Event:
    sortie = trip.sortie
    summary = f"{heading(trip)}: {trip.mainly}" if trip.mainly else heading(trip)
    crewed = [f"Crew: {clean(sortie.crew)}"] if sortie.crew else []
    event = _event(plan, trip, whose, "sortie", sortie.depart, sortie.return_)
    event.add("summary", summary)
    event.add("description", _lines([*about(plan, trip), *crewed]))
    event.add("location", clean(sortie.depart_base))
    for base in plan.scenario.get("base", ()):
        if base["name"] == sortie.depart_base:
            lon, lat = base["position"]
            event.add("geo", vGeo((lat, lon)))
    event.add("categories", ["Sortie"])
    event.add("transp", "OPAQUE")
    return event


def _rest(plan: Plan, trip: SortieFigures, whose: str, end: datetime) -> Event:
    event = _event(plan, trip, whose, "rest", trip.sortie.return_, end)
    event.add("location", clean(trip.sortie.return_base))
    event.add("categories", ["Rest"])
    event.add("transp", "TRANSPARENT")
    return event


def _event(
    plan: Plan, trip: SortieFigures, whose: str, kind: str, start: datetime, end: datetime
) -> Event:
    begin = utc(horizon(plan)[0])
    said = (title(plan), begin.isoformat(), whose, trip.sortie.id, kind)
    event = Event()
    event.add("uid", f"{uuid.uuid5(NAMESPACE, chr(0).join(said))}@patrol")
    event.add("dtstamp", begin)
    event.add("dtstart", utc(start))
    event.add("dtend", utc(end))
    return event


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
