"""Depth as a packaged base layer: bands of the shipped grid as simple outlines."""

from __future__ import annotations

from functools import cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.present.geometry import encode_area
from planner.sea.depth import DepthField

BANDS_M = (5, 10, 20, 50, 100, 200, 500)
"""Depths below the −28 m datum at which a band begins: those of small-scale charts."""

COLOURS = ("#d3e4ee", "#c8deeb", "#bbd6e7", "#abcce1", "#98c0da", "#84b2d0", "#70a3c5")
TOLERANCE_DEG = 0.02
LEAST_DEG2 = 0.002
"""Banks and holes smaller than this (about 18 km²) are left out: the grid has 0.1°."""


def depth_bands() -> list[dict[str, Any]]:
    """Water at least so deep, the shallowest band first, encoded for the map's script."""
    return [
        {"m": depth_m, "colour": colour, "areas": encode_area(_deeper(depth_m), TOLERANCE_DEG)}
        for depth_m, colour in zip(BANDS_M, COLOURS, strict=True)
    ]


@cache
def _deeper(depth_m: float) -> BaseGeometry:
    """Caspian water at least so deep, without what is too small to show."""
    grid = geodata.depth()
    deep = DepthField(grid.lon, grid.lat, grid.depth_m).deep_water(depth_m)
    water = shapely.intersection(deep, geodata.shoreline("background"))
    parts = [
        shapely.Polygon(
            part.exterior,
            [hole for hole in part.interiors if shapely.Polygon(hole).area >= LEAST_DEG2],
        )
        for part in shapely.get_parts(water)
        if part.geom_type == "Polygon" and part.area >= LEAST_DEG2
    ]
    return shapely.MultiPolygon(parts)
