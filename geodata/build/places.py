"""Ports and bases: positions from sources, moved to water where they are not in it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import packages
import pyogrio
import shapely
from numpy.typing import NDArray
from packages import member
from pyproj import Geod, Transformer
from shapely.geometry import Point, Polygon, box
from shapely.ops import nearest_points
from write import write_geojson

GEOD = Geod(ellps="WGS84")
CLEARANCE_M = 150.0
"""A position is moved until it is this far from the nearest shore."""

MEMORY = "assumption: position from general knowledge, not read in a source"


@dataclass(frozen=True)
class Place:
    """A port as the source gives it.

    ``code`` is looked up in the port table, ``town`` among Natural Earth's populated places.
    """

    key: str
    name: str
    country: str
    lon: float
    lat: float
    source: str
    code: str = ""
    town: str = ""
    waters: tuple[str, ...] = ("present", "legal-28m")
    notes: str = ""


PLACES = (
    Place("aktau", "Aktau port", "kazakhstan", 51.20, 43.60,
          "sea side of the port, about 43.60 N 51.20 E (read second-hand)",
          notes="the port-code table's 43.682 N 51.213 E lies 6 km inland and is not used"),
    Place("bautino", "Bautino", "kazakhstan", 50.2463, 44.5448,
          "44.5448 N 50.2463 E (place gazetteer); border-service pier (ernur.kz, December 2018)"),
    Place("kuryk", "Kuryk port", "kazakhstan", 51.67, 43.17,
          "about 43.17 N 51.67 E (read second-hand)"),
    Place("ural-mouth", "Mouth of the Ural (Zhayik) in 2017", "kazakhstan", 51.8, 46.9,
          "46.9 N 51.8 E, water in the shore of 2017", waters=("legal-28m",),
          notes="land today: use ural-roads with the present shore"),
    Place("ural-roads", "Roads off the Ural (Zhayik)", "kazakhstan", 51.8, 46.84,
          "derived: the present water nearest to the mouth of 2017",
          notes="Atyrau and Damba's boat station lie up the river, which is not in the layers"),
    Place("baku", "Baku", "azerbaijan", 0, 0, "", code="AZBAK"),
    Place("alat", "Alat", "azerbaijan", 49.41, 39.95, MEMORY),
    Place("makhachkala", "Makhachkala", "russia", 0, 0, "", code="RUMCX"),
    Place("derbent", "Derbent", "russia", 0, 0, "", town="Derbent"),
    Place("anzali", "Bandar Anzali", "iran", 0, 0, "", code="IRBAZ"),
    Place("noshahr", "Bandar Noshahr", "iran", 0, 0, "", code="IRNSH"),
    Place("turkmenbashy", "Turkmenbashy", "turkmenistan", 0, 0, "", code="TKMRW"),
    Place("garabogaz", "Garabogaz", "turkmenistan", 52.57, 41.54, MEMORY),
    Place("hazar", "Hazar (Cheleken)", "turkmenistan", 0, 0, "", town="Celeken"),
)  # fmt: skip


def _port_table(folder: Path) -> dict[str, tuple[float, float]]:
    archive = packages.fetch(packages.SEAROUTE, folder)
    features = json.loads(member(archive, "searoute/data/ports.geojson"))["features"]
    table: dict[str, tuple[float, float]] = {}
    for feature in features:
        lon, lat = feature["geometry"]["coordinates"][:2]
        table[feature["properties"].get("port") or ""] = (float(lon), float(lat))
    return table


def _towns(folder: Path) -> dict[str, tuple[float, float]]:
    """Populated places of Natural Earth by name, those near the Caspian."""
    archive = packages.fetch(packages.NATURAL_EARTH, folder)
    stem = "ne_10m_populated_places_simple"
    with tempfile.TemporaryDirectory() as aside:
        for ending in ("shp", "shx", "dbf", "prj"):
            content = member(archive, f"/10m/{stem}.{ending}")
            (Path(aside) / f"{stem}.{ending}").write_bytes(content)
        table = pyogrio.read_dataframe(
            Path(aside) / f"{stem}.shp", columns=["name"], bbox=(46.0, 36.0, 55.0, 48.0)
        )
    return {
        str(name): (float(point.x), float(point.y))
        for name, point in zip(table["name"], table.geometry, strict=True)
    }


def afloat(lon: float, lat: float, waters: list[Polygon]) -> tuple[float, float]:
    """Return the place nearest to a position that is 150 m from the shore in every water."""
    there = Transformer.from_crs(
        "EPSG:4326", f"+proj=aeqd +lat_0={lat} +lon_0={lon} +datum=WGS84", always_xy=True
    )

    def metres(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(there.transform(lonlat[:, 0], lonlat[:, 1]))

    window = box(lon - 0.4, lat - 0.3, lon + 0.4, lat + 0.3)
    near = shapely.intersection_all([window, *waters])
    clear = shapely.transform(near, metres).buffer(-CLEARANCE_M)
    target = nearest_points(Point(0.0, 0.0), clear)[1]
    x, y = there.transform(target.x, target.y, direction="INVERSE")
    return round(float(x), 5), round(float(y), 5)


class Gazetteer:
    """Positions of the places, from their own row or from the tables they name."""

    def __init__(self, folder: Path) -> None:
        self.codes, self.towns = _port_table(folder), _towns(folder)

    def find(self, place: Place) -> tuple[float, float, str]:
        """Return longitude, latitude and source as published."""
        if place.code:
            source = f"port {place.code}, {packages.SEAROUTE.label}"
            return *self.codes[place.code], source
        if place.town:
            source = f"{place.town}, Natural Earth 10m, {packages.NATURAL_EARTH.label}"
            return *self.towns[place.town], source
        return place.lon, place.lat, place.source


def ports(folder: Path, waters: dict[str, Polygon], out: Path) -> dict[str, tuple[float, float]]:
    """Write ``ports.geojson``; return the positions, afloat in the waters they name."""
    gazetteer = Gazetteer(folder)
    features = []
    positions: dict[str, tuple[float, float]] = {}
    for place in PLACES:
        lon, lat, source = gazetteer.find(place)
        position = afloat(lon, lat, [waters[key] for key in place.waters])
        positions[place.key] = position
        moved_m = GEOD.inv(lon, lat, *position)[2]
        notes = [place.notes] if place.notes else []
        if moved_m >= 1.0:
            notes.append(f"moved {moved_m:.0f} m from {lat:.4f} N {lon:.4f} E to lie afloat")
        properties = {
            "key": place.key,
            "name": place.name,
            "country": place.country,
            "touches": list(place.waters),
            "moved_m": round(moved_m),
            "source": source,
            "notes": "; ".join(notes),
        }
        features.append((properties, Point(position)))
    write_geojson(out, features)
    return positions
