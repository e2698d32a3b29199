"""iCalendar files (RFC 5545): each hull's sorties, and the rest after each.

A plan names hulls, not crews, so there is one calendar a hull. Times are UTC,
which every calendar shows in its own zone. An event's UID depends on the
plan's title and start, the hull and the sortie's name alone: the calendar of
a changed plan moves the events of the one before. ``DTSTAMP`` is the plan's
start, so that the same plan gives the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar, Event, vGeo

from planner import __version__
from planner.export.choose import Choice
from planner.export.passage import utc
from planner.export.words import about, heading, rest_lines, title
from planner.plan.model import Hull, Plan
from planner.present.figures import SortieFigures, horizon
from planner.present.text import clean

NAMESPACE = uuid.UUID("5f0b7a4e-5a43-5c0c-9b1e-2f6f7a0d9c11")
"""Of the UIDs; any constant does."""


def calendar_bytes(choice: Choice, hull: Hull) -> bytes:
    """Calendar of one hull."""
    plan = choice.plan
    calendar = Calendar()
    calendar.add("prodid", f"-//patrol//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", f"{clean(hull.id)}: {title(plan)}")
    calendar.add("x-wr-calname", f"{clean(hull.id)}: {title(plan)}")
    for trip in choice.of(hull):
        calendar.add_component(_sortie(plan, trip))
        if trip.sortie.ready > trip.sortie.return_:
            calendar.add_component(_rest(plan, trip))
    return bytes(calendar.to_ical())


def _sortie(plan: Plan, trip: SortieFigures) -> Event:
    sortie = trip.sortie
    summary = f"{heading(trip)}: {trip.mainly}" if trip.mainly else heading(trip)
    event = _event(plan, trip, "sortie", sortie.depart, sortie.return_)
    event.add("summary", summary)
    event.add("description", _lines(about(plan, trip)))
    event.add("location", clean(sortie.depart_base))
    for base in plan.scenario.get("base", ()):
        if base["name"] == sortie.depart_base:
            lon, lat = base["position"]
            event.add("geo", vGeo((lat, lon)))
    event.add("categories", ["Sortie"])
    event.add("transp", "OPAQUE")
    return event


def _rest(plan: Plan, trip: SortieFigures) -> Event:
    event = _event(plan, trip, "rest", trip.sortie.return_, trip.sortie.ready)
    event.add("summary", f"{clean(trip.hull.id)}: rest and turnaround")
    event.add("description", _lines(rest_lines(plan, trip)))
    event.add("location", clean(trip.sortie.return_base))
    event.add("categories", ["Rest"])
    event.add("transp", "TRANSPARENT")
    return event


def _event(plan: Plan, trip: SortieFigures, kind: str, start: datetime, end: datetime) -> Event:
    begin = utc(horizon(plan)[0])
    said = (title(plan), begin.isoformat(), trip.hull.id, trip.sortie.id, kind)
    event = Event()
    event.add("uid", f"{uuid.uuid5(NAMESPACE, chr(0).join(said))}@patrol")
    event.add("dtstamp", begin)
    event.add("dtstart", utc(start))
    event.add("dtend", utc(end))
    return event


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
