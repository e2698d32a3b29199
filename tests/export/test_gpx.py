"""GPX: what gpxpy reads back is the plan, and OpenCPN works out the planned arrivals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import gpxpy
from gpxpy.gpx import GPXRoutePoint

from planner.export.choose import Choice
from planner.export.gpx import GARMIN, OPENCPN, gpx_text
from planner.plan.model import Plan
from tests.export.reading import (
    SPEED_KN,
    passes,
    safe_tree,
    same,
    seconds_apart,
    stays,
    vertices,
)
from tests.plan_factory import length_nm


def properties(point: GPXRoutePoint) -> dict[str, str]:
    """Return OpenCPN's properties of a route point."""
    found = [item for item in point.extensions if item.tag == f"{{{OPENCPN}}}rte_properties"]
    return dict(found[0].attrib) if found else {}


def test_routes_read_back_are_the_plan(choice: Choice, plan: Plan) -> None:
    """Positions to 1e-6°, times to the second, speeds to two decimals, in every route."""
    found = gpxpy.parse(gpx_text(choice, choice.trips))
    assert found.version == "1.1"
    assert found.name == "Off Aktau"
    assert found.time == datetime.fromisoformat(plan.scenario["start"])
    assert len(found.routes) == len(plan.sorties)
    for route, trip in zip(found.routes, choice.trips, strict=True):
        sortie = trip.sortie
        assert route.name == f"{sortie.id} {sortie.hull}"
        first, *others = route.points
        assert first.time == sortie.depart
        assert "planned_speed" not in properties(first)
        for point, (position, time, speed_kn, _) in zip(others, passes(sortie), strict=True):
            assert same((point.longitude, point.latitude), position)
            assert seconds_apart(point.time, time) <= 0.51
            assert abs(float(properties(point)["planned_speed"]) - speed_kn) < SPEED_KN


def test_the_route_says_what_opencpn_needs(choice: Choice) -> None:
    """Start, end, mean speed and departure stand in OpenCPN's extension, in knots and UTC."""
    found = gpxpy.parse(gpx_text(choice, choice.trips))
    for route, trip in zip(found.routes, choice.trips, strict=True):
        said = {item.tag: item.text for item in route.extensions}
        assert said[f"{{{OPENCPN}}}start"] == said[f"{{{OPENCPN}}}end"] == "Aktau"
        assert said[f"{{{OPENCPN}}}planned_departure"].endswith("Z")
        assert datetime.fromisoformat(said[f"{{{OPENCPN}}}planned_departure"]) == trip.sortie.depart
        mean_kn = trip.sortie.distance_nm / trip.underway_h
        assert abs(float(said[f"{{{OPENCPN}}}planned_speed"]) - mean_kn) < SPEED_KN


def test_opencpn_arrives_as_planned(choice: Choice) -> None:
    """Arrivals by OpenCPN's rule (departure, distance, the point's speed) are the plan's.

    Its route works them out so: a point is reached a segment's length at the
    point's own speed after the departure from the one before, and is left at
    once unless it has a departure of its own.
    """
    found = gpxpy.parse(gpx_text(choice, choice.trips))
    for route, trip in zip(found.routes, choice.trips, strict=True):
        clock, before = trip.sortie.depart, route.points[0]
        for point in route.points[1:]:
            ends = ([before.longitude, before.latitude], [point.longitude, point.latitude])
            speed_kn = float(properties(point)["planned_speed"])
            clock += timedelta(hours=length_nm(list(ends)) / speed_kn)
            assert seconds_apart(clock, point.time) < 30
            if "etd" in properties(point):
                clock = datetime.fromisoformat(properties(point)["etd"]).replace(tzinfo=UTC)
            before = point


def test_departures_after_stays_are_given(choice: Choice) -> None:
    """Only points where a boat loiters have a time of departure; it is UTC without a zone."""
    found = gpxpy.parse(gpx_text(choice, choice.trips))
    for route, trip in zip(found.routes, choice.trips, strict=True):
        given = [properties(p)["etd"] for p in route.points if "etd" in properties(p)]
        leave = [end.astimezone(UTC).replace(tzinfo=None) for _, end in stays(trip.sortie)]
        assert [datetime.fromisoformat(text) for text in given] == leave


def test_tracks_play_the_passage(choice: Choice) -> None:
    """A track has the route's positions; stays have two points with their times."""
    found = gpxpy.parse(gpx_text(choice, choice.trips))
    for track, trip in zip(found.tracks, choice.trips, strict=True):
        (segment,) = track.segments
        times = [point.time for point in segment.points]
        assert times == sorted(times)
        assert (times[0], times[-1]) == (trip.sortie.depart, trip.sortie.return_)
        expected = len(vertices(trip.sortie)) + len(stays(trip.sortie))
        assert len(segment.points) == expected


def test_a_file_of_one_sortie_holds_it_alone(only: Callable[[str], Choice]) -> None:
    """The file for a boat has one route and one track."""
    one = only("Navy 1 a")
    found = gpxpy.parse(gpx_text(one, one.trips))
    assert [route.name for route in found.routes] == ["Navy 1 a Navy 1"]
    assert len(found.tracks) == 1


def test_hulls_differ_in_colour(choice: Choice) -> None:
    """Routes of one hull share a colour that Garmin's extension names, others have another."""
    found = gpxpy.parse(gpx_text(choice, choice.trips))
    shown = {}
    for route, trip in zip(found.routes, choice.trips, strict=True):
        (element,) = [item for item in route.extensions if item.tag.startswith(f"{{{GARMIN}}}")]
        shown.setdefault(trip.hull.id, set()).add(element[0].text)
    assert [len(colours) for colours in shown.values()] == [1, 1, 1]
    assert len(set.union(*shown.values())) == 3


def test_hostile_names_are_text(hostile_choice: Choice) -> None:
    """Markup, entities and control characters of names come back as plain words or not at all."""
    text = gpx_text(hostile_choice, hostile_choice.trips)
    assert not safe_tree(text).xpath("//*[local-name()='script']")
    found = gpxpy.parse(text)
    names = [route.name for route in found.routes]
    assert any('=HYPERLINK("http://example.org";"<b>&amp;</b>")' in name for name in names)
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert "\u202e" not in text
    starts = [route.extensions[0].text for route in found.routes]
    assert starts == ["NUL.txt ;CN=x"] * len(names)
