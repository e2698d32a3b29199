"""Geometries that a user may well hand in: crossed, empty, turned about, far away, or endless."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from typing import Any

Ring = list[list[float]]

BOX: Ring = [[50.5, 43.2], [51.0, 43.2], [51.0, 43.9], [50.5, 43.9], [50.5, 43.2]]


def _moved(ring: Ring, lon: float = 0.0, lat: float = 0.0, times: float = 1.0) -> Ring:
    x, y = ring[0]
    return [[x + lon + times * (p[0] - x), y + lat + times * (p[1] - y)] for p in ring]


def wheel(vertices: int, lon: float = 50.75, lat: float = 43.5, wild: float = 0.0,
          seed: int = 0) -> Ring:  # fmt: skip
    """A ring of so many vertices about a place; ``wild`` makes it cross itself."""
    rng = random.Random(seed)
    ring = [
        [
            lon + 0.25 * math.cos(a) * (1 + wild * rng.uniform(-1, 1)),
            lat + 0.2 * math.sin(a) * (1 + wild * rng.uniform(-1, 1)),
        ]
        for a in (2 * math.pi * k / vertices for k in range(vertices))
    ]
    return [*ring, ring[0]]


def polygon(*rings: Ring) -> dict[str, Any]:
    """A polygon of GeoJSON."""
    return {"type": "Polygon", "coordinates": list(rings)}


GEOMETRIES: dict[str, Callable[[random.Random], Any]] = {
    "box": lambda r: polygon(BOX),
    "bow tie": lambda r: polygon([BOX[0], BOX[2], BOX[1], BOX[3], BOX[0]]),
    "star": lambda r: polygon(wheel(r.choice((5, 40, 400)), wild=1.5, seed=r.randrange(99))),
    "empty": lambda r: polygon(),
    "empty ring": lambda r: polygon([]),
    "two points": lambda r: polygon(BOX[:2]),
    "one point many times": lambda r: polygon([BOX[0]] * 6),
    "left open": lambda r: polygon(BOX[:-1]),
    "turned about": lambda r: polygon([[lat, lon] for lon, lat in BOX]),
    "wound the other way": lambda r: polygon(BOX[::-1]),
    "over the date line": lambda r: polygon(_moved(BOX, lon=129.2)),
    "date line by its ends": lambda r: polygon(
        [[179.0, 10.0], [-179.0, 10.0], [-179.0, 11.0], [179.0, 11.0], [179.0, 10.0]]
    ),
    "over the pole": lambda r: polygon([[-180, 80], [0, 80], [180, 80], [180, 90], [-180, 80]]),
    "the world": lambda r: polygon([[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]),
    "in metres": lambda r: polygon([[p[0] * 1e4, p[1] * 1e5] for p in BOX]),
    "far off": lambda r: polygon(_moved(BOX, lon=r.choice((-400.0, 400.0, 1e6, 1e300)))),
    "with heights": lambda r: polygon([[*p, 12.5] for p in BOX]),
    "with some heights": lambda r: polygon([[*p, 1.0] if k % 2 else p for k, p in enumerate(BOX)]),
    "with measures": lambda r: polygon([[*p, 1.0, 2.0] for p in BOX]),
    "hole outside": lambda r: polygon(BOX, _moved(BOX, lon=5.0)),
    "hole as large": lambda r: polygon(BOX, BOX),
    "hole larger": lambda r: polygon(BOX, _moved(BOX, lon=-0.1, lat=-0.1, times=2.0)),
    "holes within holes": lambda r: polygon(
        BOX, _moved(BOX, 0.1, 0.1, 0.5), _moved(BOX, 0.12, 0.12, 0.3)
    ),
    "tiny": lambda r: polygon(_moved(BOX, times=1e-9)),
    "slit": lambda r: polygon([[50.5, 43.2], [51.0, 43.2], [51.0, 43.2 + 1e-12], [50.5, 43.2]]),
    "point": lambda r: {"type": "Point", "coordinates": BOX[0]},
    "line": lambda r: {"type": "LineString", "coordinates": BOX},
    "many kinds": lambda r: {
        "type": "GeometryCollection",
        "geometries": [{"type": "Point", "coordinates": BOX[0]}, polygon(BOX),
                       {"type": "GeometryCollection", "geometries": [polygon(BOX)]}],
    },
    "nothing": lambda r: None,
    "many": lambda r: {
        "type": "MultiPolygon",
        "coordinates": [[_moved(BOX, lon=r.uniform(-0.3, 0.3), times=0.3)] for _ in range(30)],
    },
    "text for numbers": lambda r: polygon([[str(p[0]), str(p[1])] for p in BOX]),
    "none for numbers": lambda r: polygon([[None, 43.0], *BOX[1:]]),
    "truth for numbers": lambda r: polygon([[True, False], *BOX[1:]]),
    "nested too far": lambda r: polygon([[BOX]]),  # type: ignore[list-item]
    "no coordinates": lambda r: {"type": "Polygon"},
    "no kind": lambda r: {"coordinates": [BOX]},
    "another kind": lambda r: {"type": "CircularString", "coordinates": BOX},
    "a number": lambda r: 7,
    "a list": lambda r: [BOX],
}  # fmt: skip
"""Geometries of GeoJSON by what is odd about them, each made with a random generator."""

NAMED_CRS = (None, None, None, "EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:32639",
             "EPSG:3857", "EPSG:4978", "EPSG:5773", "EPSG:0", "", "http://localhost:9/crs",
             "+proj=longlat +nadgrids=/vsicurl/http://localhost:9/g",
             "LOCAL_CS[\"x\"]")  # fmt: skip


def geojson(rng: random.Random) -> str:
    """Text of a GeoJSON file of one to three geometries."""
    chosen = [
        GEOMETRIES[rng.choice(list(GEOMETRIES))](rng) for _ in range(rng.choice((1, 1, 2, 3)))
    ]
    features: list[Any] = [
        {
            "type": "Feature",
            "properties": rng.choice(({}, None, {"a": 1}, {"time": "x"})),
            "geometry": g,
        }
        for g in chosen
    ]
    held: Any = {"type": "FeatureCollection", "features": features}
    if rng.random() < 0.1:
        held = chosen[0] if rng.random() < 0.5 else features[0]
    crs = rng.choice(NAMED_CRS)
    if crs is not None and isinstance(held, dict):
        held["crs"] = {"type": "name", "properties": {"name": crs}}
    if rng.random() < 0.05 and isinstance(held, dict):
        held[rng.choice(("features", "type", "crs", "geometry"))] = rng.choice((None, 1, "x", [1]))
    return json.dumps(held)
