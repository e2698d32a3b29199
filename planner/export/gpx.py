"""GPX 1.1: a route and a track for each sortie, as OpenCPN and plotters import them.

The route is what is steered: its points carry the planned time of arrival
(``time``), and in OpenCPN's extension the speed of the way that leads to the
point and, after a stay, the time of departure (``opencpn:rte_properties``,
read by its ``GPXLoadWaypoint1``; the time is UTC without a ``Z``). OpenCPN
works out arrivals from these, the route's ``planned_speed`` and
``planned_departure``. The track is the same line with a time at every point,
for programs that play a passage back.

No identifiers are given to routes and points: OpenCPN keeps a point that it
has under the same identifier, and a changed plan must not inherit old points.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from xml.sax.saxutils import escape

from gpxpy.gpx import GPX, GPXRoute, GPXRoutePoint, GPXTrack, GPXTrackPoint, GPXTrackSegment

from planner import __version__
from planner.export.choose import Choice
from planner.export.passage import Waypoint, stamp, utc, waypoints
from planner.export.words import about, heading, legs_words, title
from planner.plan.model import Plan
from planner.present.figures import SortieFigures, horizon
from planner.present.text import clean

OPENCPN = "http://www.opencpn.org"
GARMIN = "http://www.garmin.com/xmlschemas/GpxExtensions/v3"
SCHEMAS = ("http://www.topografix.com/GPX/1/1", "http://www.topografix.com/GPX/1/1/gpx.xsd")

ROUTE_COLOURS = ("Red", "Black", "Magenta", "Blue", "DarkYellow", "DarkGreen", "DarkMagenta",
                 "DarkBlue", "DarkRed", "DarkGray", "DarkCyan", "Green")  # fmt: skip
"""Colours by hull, of the sixteen that Garmin's extension knows, near those of the map."""


def gpx_text(choice: Choice, trips: Iterable[SortieFigures]) -> str:
    """Text of a GPX file with a route and a track for each of ``trips``."""
    plan = choice.plan
    document = GPX()
    document.creator = f"patrol {__version__}"
    document.name = title(plan)
    document.time = utc(horizon(plan)[0])
    document.nsmap = {"opencpn": OPENCPN, "gpxx": GARMIN}
    document.schema_locations = list(SCHEMAS)
    number = {hull.id: rank for rank, hull in enumerate(plan.hulls)}
    for trip in trips:
        points = waypoints(trip.sortie)
        colour = ROUTE_COLOURS[number[trip.hull.id] % len(ROUTE_COLOURS)]
        document.routes.append(_route(plan, trip, points, colour))
        document.tracks.append(_track(plan, trip, points, colour))
    return document.to_xml(version="1.1") + "\n"


def _route(plan: Plan, trip: SortieFigures, points: tuple[Waypoint, ...], colour: str) -> GPXRoute:
    sortie = trip.sortie
    route = GPXRoute(name=heading(trip), description=". ".join(about(plan, trip)))
    mean_kn = sortie.distance_nm / trip.underway_h if trip.underway_h > 0 else 0.0
    route.extensions = [
        _extension("start", clean(sortie.depart_base)),
        _extension("end", clean(sortie.return_base)),
        _extension("planned_speed", f"{mean_kn:.2f}"),
        _extension("planned_departure", stamp(sortie.depart)),
        _extension("time_display", "UTC"),
        _colour("RouteExtension", colour),
    ]
    route.points = [_route_point(plan, trip, point) for point in points]
    return route


def _route_point(plan: Plan, trip: SortieFigures, point: Waypoint) -> GPXRoutePoint:
    made = GPXRoutePoint(
        latitude=point.lat,
        longitude=point.lon,
        time=point.arrive,
        name=f"{clean(trip.sortie.id)}-{point.number:02d}",
        description=legs_words(plan, point.begins) or None,
        type="WPT",
    )
    properties = {}
    if point.speed_kn > 0:
        properties["planned_speed"] = f"{point.speed_kn:.2f}"
    if point.stay:
        properties["etd"] = f"{point.depart:%Y-%m-%dT%H:%M:%S}"
    made.extensions = [_extension("viz_name", "1" if point.begins else "0")]
    if properties:
        made.extensions.append(ET.Element(f"{{{OPENCPN}}}rte_properties", properties))
    return made


def _track(plan: Plan, trip: SortieFigures, points: tuple[Waypoint, ...], colour: str) -> GPXTrack:
    segment = GPXTrackSegment()
    for point in points:
        for time in (point.arrive, point.depart) if point.stay else (point.arrive,):
            segment.points.append(GPXTrackPoint(point.lat, point.lon, time=time))
    track = GPXTrack(name=heading(trip), description=". ".join(about(plan, trip)))
    track.segments.append(segment)
    track.extensions = [_colour("TrackExtension", colour)]
    return track


def _extension(name: str, text: str) -> ET.Element:
    """Element of OpenCPN's; gpxpy writes the text of extensions as it is, so it is escaped."""
    element = ET.Element(f"{{{OPENCPN}}}{name}")
    element.text = escape(text)
    return element


def _colour(name: str, colour: str) -> ET.Element:
    element = ET.Element(f"{{{GARMIN}}}{name}")
    ET.SubElement(element, f"{{{GARMIN}}}DisplayColor").text = colour
    return element
