"""Styles for QGIS in its own QML, as the table ``layer_styles`` of a GeoPackage holds them.

Only what is drawn is said; QGIS takes its defaults for the rest. Properties
of symbols are written twice, as ``Option`` for QGIS 3.20 and later and as
``prop`` for those before.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from planner.present.palette import Scale


@dataclass(frozen=True)
class Symbol:
    """A symbol of one layer: its kind, the class that draws it, its properties."""

    kind: str
    drawn_by: str
    properties: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Category:
    """Features with one value of a field."""

    value: str
    label: str
    symbol: Symbol


def line(colour: str, width_mm: float, style: str = "solid") -> Symbol:
    """A line in ``#rrggbb``; ``style`` is ``solid``, ``dash`` or ``dot``."""
    return Symbol(
        "line",
        "SimpleLine",
        (
            ("line_color", _rgba(colour)),
            ("line_style", style),
            ("line_width", f"{width_mm}"),
            ("line_width_unit", "MM"),
            ("capstyle", "round"),
            ("joinstyle", "round"),
        ),
    )


def fill(colour: str, opacity: float = 0.7) -> Symbol:
    """An area in ``#rrggbb`` with a thin grey edge."""
    return Symbol(
        "fill",
        "SimpleFill",
        (
            ("color", _rgba(colour, opacity)),
            ("style", "solid"),
            ("outline_color", _rgba("#666666", 0.5)),
            ("outline_style", "solid"),
            ("outline_width", "0.1"),
            ("outline_width_unit", "MM"),
        ),
    )


def marker(colour: str, size_mm: float = 3.0) -> Symbol:
    """A square in ``#rrggbb`` with a white edge."""
    return Symbol(
        "marker",
        "SimpleMarker",
        (
            ("name", "square"),
            ("color", _rgba(colour)),
            ("outline_color", _rgba("#ffffff")),
            ("size", f"{size_mm}"),
            ("size_unit", "MM"),
        ),
    )


def single(symbol: Symbol) -> str:
    """QML of a layer whose features all look the same."""
    return _qml(ET.Element("renderer-v2", {"type": "singleSymbol"}), [symbol])


def categorized(
    field: str, categories: Sequence[Category], span: tuple[str, str] | None = None
) -> str:
    """QML of a layer whose features look as the value of a field says.

    Parameters
    ----------
    field
        The field.
    categories
        Its values in the order of the legend.
    span
        Fields of start and end, for QGIS's temporal controller.
    """
    renderer = ET.Element("renderer-v2", {"type": "categorizedSymbol", "attr": field})
    table = ET.SubElement(renderer, "categories")
    for number, category in enumerate(categories):
        ET.SubElement(
            table,
            "category",
            {
                "render": "true",
                "symbol": str(number),
                "value": category.value,
                "label": category.label,
                "type": "string",
            },
        )
    return _qml(renderer, [category.symbol for category in categories], span)


def graduated(field: str, scale: Scale, top: float) -> str:
    """QML of a layer of areas coloured by the class of a figure; ``top`` ends the last class."""
    renderer = ET.Element(
        "renderer-v2",
        {"type": "graduatedSymbol", "attr": field, "graduatedMethod": "GraduatedColor"},
    )
    table = ET.SubElement(renderer, "ranges")
    for number, low in enumerate(scale.edges):
        high = scale.edges[number + 1] if number + 1 < len(scale.edges) else top
        ET.SubElement(
            table,
            "range",
            {
                "render": "true",
                "symbol": str(number),
                "lower": f"{low:.15f}",
                "upper": f"{high:.15f}",
                "label": scale.labels[number],
            },
        )
    return _qml(renderer, [fill(colour) for colour in scale.colours])


def _qml(
    renderer: ET.Element, symbols: Sequence[Symbol], span: tuple[str, str] | None = None
) -> str:
    root = ET.Element("qgis", {"version": "3.28", "styleCategories": "Symbology"})
    if span is not None:
        root.set("styleCategories", "Symbology|Temporal")
        start, end = span
        ET.SubElement(
            root,
            "temporal",
            {
                "enabled": "1",
                "mode": "2",  # from the one field to the other
                "startField": start,
                "endField": end,
                "limitMode": "0",
                "durationUnit": "min",
            },
        )
    root.append(renderer)
    held = ET.SubElement(renderer, "symbols")
    for number, symbol in enumerate(symbols):
        _symbol(held, str(number), symbol)
    return ET.tostring(root, "unicode")


def _symbol(held: ET.Element, name: str, symbol: Symbol) -> None:
    made = ET.SubElement(
        held, "symbol", {"name": name, "type": symbol.kind, "alpha": "1", "clip_to_extent": "1"}
    )
    layer = ET.SubElement(
        made, "layer", {"class": symbol.drawn_by, "pass": "0", "locked": "0", "enabled": "1"}
    )
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in symbol.properties:
        ET.SubElement(options, "Option", {"name": key, "value": value, "type": "QString"})
    for key, value in symbol.properties:
        ET.SubElement(layer, "prop", {"k": key, "v": value})


def _rgba(colour: str, opacity: float = 1.0) -> str:
    """``#rrggbb`` as QGIS writes it: ``r,g,b,a``."""
    parts = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    return ",".join(str(part) for part in (*parts, round(255 * opacity)))
