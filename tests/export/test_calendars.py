"""iCalendar: what icalendar reads back is the plan, hull by hull and crew by crew."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar

from planner import geodata
from planner.export.calendars import calendar_bytes, crew_calendar_bytes, crews_of
from planner.export.choose import Choice, choose
from planner.export.write import export_plan
from planner.plan.model import Plan


def events(choice: Choice) -> list[Any]:
    """Events of all calendars."""
    return [
        event
        for _, hull in choice.hulls()
        for event in Calendar.from_ical(calendar_bytes(choice, hull)).walk("VEVENT")
    ]


def test_each_hull_has_its_sorties_and_rests(choice: Choice, plan: Plan) -> None:
    """A sortie lasts from departure to return, the rest until the hull is ready, in UTC."""
    for _, hull in choice.hulls():
        calendar = Calendar.from_ical(calendar_bytes(choice, hull))
        assert hull.id in calendar["X-WR-CALNAME"]
        found = [(e["DTSTART"].dt, e["DTEND"].dt) for e in calendar.walk("VEVENT")]
        own = sorted((s for s in plan.sorties if s.hull == hull.id), key=lambda s: s.depart)
        expected = [span for s in own for span in ((s.depart, s.return_), (s.return_, s.ready))]
        assert found == expected
        assert all(time.utcoffset() == timedelta(0) for span in found for time in span)


def test_events_say_what_is_watched_how_far_and_on_what_fuel(choice: Choice) -> None:
    """The description has the words of the schedule; the place is the base."""
    sailing = [event for event in events(choice) if event["TRANSP"] == "OPAQUE"]
    assert len(sailing) == len(choice.trips)
    for event, trip in zip(sailing, choice.trips, strict=True):
        said = str(event["DESCRIPTION"])
        assert f"{trip.sortie.distance_nm:,.0f} nm" in said
        assert f"{trip.sortie.fuel_l:,.0f} l of fuel" in said
        assert trip.watches in said
        assert event["LOCATION"] == "Aktau"
        assert (event["GEO"].latitude, event["GEO"].longitude) == (43.6, 51.2)


def test_identifiers_are_unique_and_outlive_a_change(choice: Choice, plan: Plan) -> None:
    """A sortie that sails an hour later has the same UID; DTSTAMP is the plan's start."""
    before = [str(event["UID"]) for event in events(choice)]
    assert len(set(before)) == len(before)
    hour = timedelta(hours=1)
    later = [s.model_copy(update={"depart": s.depart + hour}) for s in plan.sorties]
    moved = choose(plan.model_copy(update={"sorties": tuple(later)}), geodata.zones())
    assert [str(event["UID"]) for event in events(moved)] == before
    start = datetime.fromisoformat(plan.scenario["start"])
    assert {event["DTSTAMP"].dt for event in events(choice)} == {start}


def test_lines_are_folded(choice: Choice) -> None:
    """No line is longer than 75 bytes, and all end as the standard says."""
    for _, hull in choice.hulls():
        data = calendar_bytes(choice, hull)
        assert data.endswith(b"END:VCALENDAR\r\n")
        assert max(len(line) for line in data.split(b"\r\n")) <= 75


def test_hostile_names_start_no_component(hostile_choice: Choice) -> None:
    """Names with line breaks and keywords stay within their line."""
    found = events(hostile_choice)
    assert len(found) == 2 * len(hostile_choice.trips)
    assert any("BEGIN:VEVENT" in str(event["SUMMARY"]) for event in found)
    for _, hull in hostile_choice.hulls():
        lines = calendar_bytes(hostile_choice, hull).split(b"\r\n")
        assert lines.count(b"BEGIN:VEVENT") == 2 * len(hostile_choice.of(hull))
        assert not any(b"\n" in line or b"\x1b" in line for line in lines)


def test_each_crew_has_its_sorties_and_its_rest(choice: Choice, plan: Plan) -> None:
    """A crew sails what the plan says, on either hull, and rests as long as its class does."""
    assert crews_of(choice) == ("Boats crew 1", "Boats crew 2", "Navy crew 1")
    for crew in crews_of(choice):
        calendar = Calendar.from_ical(crew_calendar_bytes(choice, crew))
        assert crew in calendar["X-WR-CALNAME"]
        found = [(e["DTSTART"].dt, e["DTEND"].dt) for e in calendar.walk("VEVENT")]
        own = sorted((s for s in plan.sorties if s.crew == crew), key=lambda s: s.depart)
        vessels = {hull.id: plan.scenario["vessel"][hull.vessel] for hull in plan.hulls}
        rests = [s.return_ + timedelta(hours=vessels[s.hull]["rest_h"]) for s in own]
        expected = [
            span
            for s, rested in zip(own, rests, strict=True)
            for span in ((s.depart, s.return_), (s.return_, rested))
        ]
        assert found == expected
        assert all(time.utcoffset() == timedelta(0) for span in found for time in span)
        sailing = [e for e in calendar.walk("VEVENT") if e["TRANSP"] == "OPAQUE"]
        for event, sortie in zip(sailing, own, strict=True):
            assert sortie.hull in str(event["SUMMARY"])
            assert f"Crew: {crew}" in str(event["DESCRIPTION"])


def test_events_of_crews_and_hulls_are_not_taken_for_each_other(choice: Choice) -> None:
    """No UID of a crew's calendar stands in a hull's, so that both can be loaded."""
    hulls = {str(event["UID"]) for event in events(choice)}
    crews = [
        str(event["UID"])
        for crew in crews_of(choice)
        for event in Calendar.from_ical(crew_calendar_bytes(choice, crew)).walk("VEVENT")
    ]
    assert len(set(crews)) == len(crews)
    assert not hulls & set(crews)


def test_crews_have_files_where_they_have_names(plan: Plan, tmp_path: Path) -> None:
    """A file a hull and one a crew; in a plan without crews the hulls' alone."""
    names = [path.name for path in export_plan(plan, tmp_path / "a", "ics").files]
    hulls = ["Boats-1.ics", "Boats-2.ics", "Navy-1.ics"]
    assert names == [*hulls, "Boats-crew-1.ics", "Boats-crew-2.ics", "Navy-crew-1.ics"]
    older = tuple(sortie.model_copy(update={"crew": ""}) for sortie in plan.sorties)
    unnamed = plan.model_copy(update={"sorties": older})
    assert [path.name for path in export_plan(unnamed, tmp_path / "b", "ics").files] == hulls


def test_crews_of_one_name_with_a_hull_have_a_file_of_their_own(plan: Plan, tmp_path: Path) -> None:
    """Names that look alike on a card, and hostile ones, never share a file or leave the folder."""
    spoilt = {"Boats crew 1": "BOATS 1", "Boats crew 2": "../../boats-1", "Navy crew 1": "CON"}
    sorties = tuple(s.model_copy(update={"crew": spoilt[s.crew]}) for s in plan.sorties)
    files = export_plan(plan.model_copy(update={"sorties": sorties}), tmp_path / "out", "ics").files
    assert len({path.name.lower() for path in files}) == len(files) == 6
    assert all(path.parent == tmp_path / "out" and path.is_file() for path in files)
    assert "con.ics" not in {path.name.lower() for path in files}
