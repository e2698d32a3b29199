"""KML 2.2: sorties by agency and hull with their times, cells by their detection.

Every leg is a line with a time span, so that Google Earth's slider plays the
plan and QGIS reads the lines; each sortie also has a ``gx:Track``, which
moves. Colours are those of the map, and nothing is loaded from elsewhere.

Simplekml leaves some texts as they are and passes through what looks like
CDATA, so all texts are escaped here and its own escaping is off. Descriptions
are HTML to a viewer: names are escaped for that too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.dom import minidom
from xml.sax.saxutils import escape as xml_escape

import shapely
import simplekml

from planner.export.choose import Choice
from planner.export.passage import DIGITS, stamp, waypoints
from planner.export.words import about, heading, leg_words, title
from planner.present import palette
from planner.present.figures import CellFigures, SeaView, SortieFigures, cell_figures
from planner.present.text import clean, count, duration, escape, percent

SEARCH_PX, TRANSIT_PX = 3.0, 1.2
ORDER = (
    "name",
    "visibility",
    "open",
    "description",
    "TimeSpan",
    "styleUrl",
    "Style",
    "ExtendedData",
)
"""Parts of a feature in the order of the schema; geometries and features follow."""

CELL_ALPHA = "a0"
CELL_TOLERANCE_DEG = 0.0005
"""Shores of cells are drawn to about 50 m."""


def kml_text(choice: Choice, sea: SeaView | None) -> str:
    """Text of a KML file.

    Parameters
    ----------
    choice
        Sorties to write.
    sea
        The sea with its cells; without one, or with sorties left out, there are no cells.
    """
    simplekml.Kml.resetidcounter()  # so that the same plan gives the same bytes
    document = simplekml.Kml(name=_text(title(choice.plan)), open=1)
    document.parsetext(parse=False)
    shared = document.document.styles  # viewers look for shared styles in the document alone
    agencies: dict[str, Any] = {}
    for number, hull in choice.hulls():
        if hull.agency not in agencies:
            agencies[hull.agency] = document.newfolder(name=_text(hull.agency), open=1)
        styles = _hull_styles(number)
        shared.extend(styles.values())
        folder = agencies[hull.agency].newfolder(name=_text(hull.id))
        for trip in choice.of(hull):
            _sortie(folder.newfolder(name=_text(heading(trip))), choice, trip, styles)
    if sea is not None and choice.whole:
        areas = [_area_style(colour) for colour in palette.detection_scale().colours]
        shared.extend(areas)
        _cells(document.newfolder(name="Detection by cell"), choice, sea, areas)
    return _tidy(str(document.kml(format=False)))


def _tidy(text: str) -> str:
    """The same KML, valid by its schema, and indented.

    Simplekml numbers everything it makes, but an identifier may not begin
    with a digit; it writes some parts of a feature out of order; and it puts
    all islands of an area into one boundary, which may have but one ring.
    """
    document = minidom.parseString(text.encode("utf-8"))
    for element in document.getElementsByTagName("*"):
        if element.tagName in ("Document", "Folder", "Placemark"):
            for part in sorted(element.childNodes, key=_place):
                element.appendChild(part)
        if element.tagName == "Style":
            element.setAttribute("id", f"style-{element.getAttribute('id')}")
        elif element.hasAttribute("id"):
            element.removeAttribute("id")
        if element.tagName == "styleUrl" and isinstance(element.firstChild, minidom.Text):
            element.firstChild.data = f"#style-{element.firstChild.data.removeprefix('#')}"
    for boundary in document.getElementsByTagName("innerBoundaryIs"):
        area = boundary.parentNode
        if not isinstance(area, minidom.Element):
            continue
        for ring in list(boundary.childNodes)[1:]:
            own = document.createElement("innerBoundaryIs")
            own.appendChild(ring)
            area.insertBefore(own, boundary)
    return document.toprettyxml(indent=" ", encoding="UTF-8").decode("utf-8")


def _place(part: Any) -> int:
    """Place of a part of a feature in the schema's order."""
    name = part.tagName if isinstance(part, minidom.Element) else ""
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _hull_styles(number: int) -> dict[str, Any]:
    """Styles of a hull's lines by what is done on them."""
    colour = palette.hull_colour(number)
    return {"search": _line_style(colour, SEARCH_PX), "transit": _line_style(colour, TRANSIT_PX)}


def _sortie(folder: Any, choice: Choice, trip: SortieFigures, styles: dict[str, Any]) -> None:
    lines = about(choice.plan, trip)
    folder.description = _html(lines)
    _span(folder, trip.sortie.depart, trip.sortie.return_)
    _track(folder, trip, styles["search"], lines)
    for number, leg in enumerate(trip.sortie.legs, start=1):
        if leg.mode == "loiter" or len(leg.path) < 2:
            continue
        line = folder.newlinestring(
            name=_text(f"{trip.sortie.id} leg {number}: {leg.mode}"),
            description=_html([leg_words(choice.plan, leg)]),
            coords=_coordinates(leg.path),
            tessellate=1,
        )
        line.style = styles[leg.mode]
        _span(line, leg.start, leg.end)


def _track(folder: Any, trip: SortieFigures, style: Any, lines: list[str]) -> None:
    """Add the passage that moves."""
    track = folder.newgxtrack(name=_text(heading(trip)), description=_html(lines))
    times, places = [], []
    for point in waypoints(trip.sortie):
        for time in (point.arrive, point.depart) if point.stay else (point.arrive,):
            times.append(stamp(time))
            places.append((point.lon, point.lat, 0.0))
    track.newwhen(times)
    track.newgxcoord(places)
    track.style = style


def _cells(folder: Any, choice: Choice, sea: SeaView, styles: list[Any]) -> None:
    """Add every cell of the sea, coloured by the chance that a target there is detected."""
    figures = cell_figures(choice.plan, sea.cells)
    scale = palette.detection_scale()
    folder.visibility = 0
    for k, cell in enumerate(sea.cells.ids):
        detection = float(figures.detection[k])
        known = scale.index(detection) >= 0
        shape = folder.newmultigeometry(
            name=_text(cell),
            description=_html(_cell_lines(figures, k, known=known)),
            visibility=0,
        )
        for polygon in _polygons(sea.cells.water[k]):
            shape.newpolygon(
                outerboundaryis=_coordinates(polygon.exterior.coords),
                innerboundaryis=[_coordinates(ring.coords) for ring in polygon.interiors],
                tessellate=1,
            )
        if known:
            shape.extendeddata.newdata("detection", f"{detection:.6f}")
        shape.extendeddata.newdata("weight", f"{figures.weight[k]:.8f}")
        shape.extendeddata.newdata("exposure", f"{figures.coverage[k]:.6f}")
        shape.extendeddata.newdata("visits", f"{figures.visits[k]}")
        shape.extendeddata.newdata("longest_gap_h", f"{figures.gap_h[k]:.2f}")
        shape.style = styles[scale.index(detection) if known else 0]


def _cell_lines(figures: CellFigures, k: int, *, known: bool) -> list[str]:
    """What a click on a cell says."""
    found = percent(float(figures.detection[k])) if known else "no standing targets"
    return [
        f"Detection: {found}",
        f"Search effort: {figures.coverage[k]:.2f} coverage factors, "
        f"{count(int(figures.visits[k]), 'visit')}",
        f"Longest time unsearched: {duration(float(figures.gap_h[k]))}",
    ]


def _polygons(water: Any) -> list[Any]:
    """Polygons of a cell's water, drawn coarser where that leaves something."""
    simple = shapely.simplify(water, CELL_TOLERANCE_DEG)
    parts = shapely.get_parts(water if simple.is_empty else simple)
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _line_style(colour: str, width_px: float) -> Any:
    style = simplekml.Style()
    style.linestyle.color = _kml_colour(colour)
    style.linestyle.width = width_px
    return style


def _area_style(colour: str) -> Any:
    style = simplekml.Style()
    style.polystyle.color = _kml_colour(colour, CELL_ALPHA)
    style.linestyle.color = _kml_colour("#666666", "80")
    style.linestyle.width = 0.5
    return style


def _kml_colour(colour: str, alpha: str = "ff") -> str:
    """``#rrggbb`` in KML's order, ``aabbggrr``."""
    return f"{alpha}{colour[5:7]}{colour[3:5]}{colour[1:3]}"


def _coordinates(positions: Iterable[Any]) -> list[tuple[float, float]]:
    return [(round(float(lon), DIGITS), round(float(lat), DIGITS)) for lon, lat in positions]


def _span(feature: Any, start: Any, end: Any) -> None:
    feature.timespan.begin = stamp(start)
    feature.timespan.end = stamp(end)


def _text(value: str) -> str:
    """Clean text, escaped for XML."""
    return xml_escape(clean(value))


def _html(lines: Iterable[str]) -> str:
    """Lines as HTML, escaped for XML."""
    return xml_escape("<br/>".join(escape(line) for line in lines))
