"""What lies around a plan on its map: coast, sectors, zones and ports."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.present.figures import SeaView
from planner.present.geometry import encode, encode_area, label_position
from planner.present.text import clean

logger = logging.getLogger(__name__)

COAST_TOLERANCE_DEG = 0.002
OUTLINE_TOLERANCE_DEG = 0.004
MARGIN_SHARE = 2.0
"""The backdrop reaches this share of the area's extent beyond it on every side."""

SAME_PLACE_DEG = 0.1
"""A port this near a base goes by the base's name."""

ZONE_COLOUR, AREA_COLOUR, SECTOR_COLOUR = "#8e4a8b", "#14232c", "#7b93a1"

Features = list[dict[str, Any]]


@dataclass(frozen=True)
class Backdrop:
    """Geometry around a plan, lon/lat; empty mappings where the sea is a user's own."""

    coast: BaseGeometry
    notice: str
    sectors: Mapping[str, BaseGeometry] = field(default_factory=dict)
    zones: Mapping[str, geodata.Zone] = field(default_factory=dict)
    ports: Mapping[str, geodata.Port] = field(default_factory=dict)


def backdrop(sea: SeaView) -> Backdrop:
    """Choose the shipped Caspian where the area lies in it, else the user's shore.

    Parameters
    ----------
    sea
        The sea that was planned.
    """
    caspian = geodata.shoreline("background")
    if shapely.intersects(caspian, sea.aor):
        return Backdrop(
            coast=caspian,
            notice="© OpenStreetMap contributors",
            sectors=geodata.sectors(),
            zones={
                key: zone
                for key, zone in geodata.zones().items()
                if shapely.intersects(zone.geometry, sea.aor)
            },
            ports=geodata.ports(),
        )
    west, south, east, north = _framed(sea.aor.bounds)
    near = shapely.clip_by_rect(sea.shore, west, south, east, north)
    return Backdrop(coast=near, notice="Shore: the scenario's own file")


def coast_features(around: Backdrop) -> list[Any]:
    """Water of the base layer, encoded."""
    return encode_area(around.coast, COAST_TOLERANCE_DEG)


def sector_features(around: Backdrop) -> Features:
    """Outlines of the sectors; they say that they are derived."""
    return [
        _outline(
            geometry,
            name=f"Sector: {key}",
            label=key,
            style="sector",
            look=(SECTOR_COLOUR, 1.0, "2 4"),
            rows=[["Line", "equidistance from the −28 m shore, derived; not a treaty line"]],
        )
        for key, geometry in around.sectors.items()
    ]


def zone_features(around: Backdrop, sea: SeaView, closures: tuple[str, ...]) -> Features:
    """Outlines of the named zones, closed ones said to be closed."""
    features = []
    for key, zone in around.zones.items():
        rows = [["Outline", "approximate" if zone.approximate else "as published"]]
        if zone.season is not None:
            rows.append(["Season", f"{clean(zone.season[0])} to {clean(zone.season[1])}"])
        if key in closures:
            rows.append(["In this plan", "closed in its season"])
        rows.append(["Source", clean(zone.source)])
        features.append(
            _outline(
                zone.geometry,
                name=clean(zone.name),
                label=clean(zone.name),
                style="zone",
                inside=shapely.intersection(zone.geometry, sea.aor),
                look=(ZONE_COLOUR, 1.4, "6 4"),
                rows=rows,
            )
        )
    return features


def area_feature(sea: SeaView) -> dict[str, Any]:
    """Outline of the area of responsibility."""
    return _outline(
        sea.aor,
        name="Area of responsibility",
        label="",
        style="area",
        look=(AREA_COLOUR, 1.6, ""),
        rows=[],
    )


def port_features(around: Backdrop, bases: list[tuple[float, float]]) -> Features:
    """Ports for orientation, save those at the plan's bases."""
    return [
        {"name": clean(port.name), "at": encode([port.position]), "base": False}
        for port in around.ports.values()
        if all(math.dist(port.position, base) > SAME_PLACE_DEG for base in bases)
    ]


def _framed(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = bounds
    margin = MARGIN_SHARE * max(east - west, north - south)
    return west - margin, max(south - margin, -85.0), east + margin, min(north + margin, 85.0)


def _outline(
    geometry: BaseGeometry,
    *,
    name: str,
    label: str,
    style: str,
    look: tuple[str, float, str],
    rows: list[list[str]],
    inside: BaseGeometry | None = None,
) -> dict[str, Any]:
    colour, weight, dash = look
    return {
        "name": name,
        "label": label,
        "style": style,
        "at": encode([label_position(geometry if inside is None else inside)]),
        "areas": encode_area(geometry, OUTLINE_TOLERANCE_DEG),
        "colour": colour,
        "weight": weight,
        "dash": dash,
        "rows": rows,
    }
