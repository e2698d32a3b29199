"""What lies around a plan on its map: coast, sectors, zones and ports."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.present.figures import SeaView
from planner.present.geometry import encode, encode_area, encode_line, label_position
from planner.present.placenames import SECTORS
from planner.present.text import clean, day_of_month, plain
from planner.present.wording import noted, t

logger = logging.getLogger(__name__)

COAST_TOLERANCE_DEG = 0.002
OUTLINE_TOLERANCE_DEG = 0.004
MARGIN_SHARE = 2.0
"""The backdrop reaches this share of the area's extent beyond it on every side."""

SAME_PLACE_DEG = 0.1
"""A port this near a base goes by the base's name."""

ZONE_COLOUR, AREA_COLOUR, SECTOR_COLOUR = "#8e4a8b", "#14232c", "#7b93a1"
CLOSED_COLOUR, LIMIT_COLOUR = "#a50f15", "#1f6f78"

ASHORE_DEG = 0.01
"""A limit's line this near the shore is the shore's."""

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
    return Backdrop(coast=near, notice=noted("Shore: the scenario's own file"))


def coast_features(around: Backdrop) -> list[Any]:
    """Water of the base layer, encoded."""
    return encode_area(around.coast, COAST_TOLERANCE_DEG)


def sector_features(around: Backdrop) -> Features:
    """Outlines of the sectors; they say that they are derived."""
    return [
        _outline(
            geometry,
            name=t("Sector: {name}", name=_sector(key)),
            label=_sector(key),
            style="sector",
            look=(SECTOR_COLOUR, 1.0, "2 4"),
            rows=[[t("Line"), t("equidistance from the −28 m shore, derived; not a treaty line")]],
        )
        for key, geometry in around.sectors.items()
    ]


def zone_features(around: Backdrop, sea: SeaView, closures: tuple[str, ...]) -> Features:
    """Outlines of the named zones, closed ones said to be closed."""
    features = []
    for key, zone in around.zones.items():
        rows = [[t("Outline"), t("approximate") if zone.approximate else t("as published")]]
        if zone.season is not None:
            first, last = map(day_of_month, zone.season)
            rows.append([t("Season"), t("{first} to {last}", first=first, last=last)])
        if key in closures:
            rows.append([t("In this plan"), t("closed in its season")])
        rows.append([t("Source"), clean(zone.source)])
        features.append(
            _outline(
                zone.geometry,
                name=t(clean(zone.name)),
                label=t(clean(zone.name)),
                style="zone",
                inside=shapely.intersection(zone.geometry, sea.aor),
                look=(ZONE_COLOUR, 1.4, "6 4"),
                rows=rows,
            )
        )
    return features


def closure_features(closures: Sequence[BaseGeometry]) -> Features:
    """Areas that no boat may enter in this plan."""
    return [
        _outline(
            geometry,
            name=t("Closed area"),
            label=t("closed"),
            style="closed",
            look=(CLOSED_COLOUR, 1.6, "2 3"),
            fill=0.16,
            rows=[[t("In this plan"), t("no boat enters")]],
        )
        for geometry in closures
    ]


def limit_features(area: Mapping[str, Any]) -> Features:
    """Outer lines of the sector's territorial water and fishery zone, where it has them.

    Parameters
    ----------
    area
        The scenario's ``area`` table; nothing is drawn for an area of the user's own.
    """
    sector, preset = area.get("sector"), str(area.get("limits", "2018-convention"))
    if sector not in geodata.SECTORS or preset not in geodata.LIMIT_PRESETS:
        return []
    widths = geodata.LIMIT_PRESETS[preset]
    lines = {t("Territorial limit, {nm} nm", nm=plain(widths.territorial_nm)): "territorial"}
    if widths.fishery_nm > 0:
        outer = widths.territorial_nm + widths.fishery_nm
        lines[t("Fishery limit, {nm} nm", nm=plain(outer))] = "fishery"
    borders = shapely.buffer(geodata.sector(sector).boundary, ASHORE_DEG, quad_segs=1)
    features = []
    for name, kind in lines.items():
        line = geodata.limit_area(sector, kind, preset).boundary  # type: ignore[arg-type]
        parts = [part for part in shapely.get_parts(line.difference(borders)) if part.length > 0.02]
        merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(parts)))
        features.append(
            {
                "name": name,
                "lines": [encode_line(part.coords, OUTLINE_TOLERANCE_DEG) for part in merged],
                "colour": LIMIT_COLOUR,
                "dash": "8 3 2 3",
                "rows": [[t("Line"), t("from the −28 m shore, derived; limits of {preset}",
                                       preset=t(preset))]],
            }
        )  # fmt: skip
    return features


def area_feature(sea: SeaView) -> dict[str, Any]:
    """Outline of the area of responsibility."""
    return _outline(
        sea.aor,
        name=t("Area of responsibility"),
        label="",
        style="area",
        look=(AREA_COLOUR, 1.6, ""),
        rows=[],
    )


def port_features(around: Backdrop, bases: list[tuple[float, float]]) -> Features:
    """Ports for orientation, save those at the plan's bases."""
    return [
        {"name": t(clean(port.name)), "at": encode([port.position]), "base": False}
        for port in around.ports.values()
        if all(math.dist(port.position, base) > SAME_PLACE_DEG for base in bases)
    ]


def _sector(key: str) -> str:
    return t(SECTORS.get(key, key))


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
    fill: float = 0.0,
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
        "fill": fill,
        "rows": rows,
    }
