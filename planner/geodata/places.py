"""Named places: ports and bases, zones a planner would name, road distances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from shapely.geometry import Point

from planner.errors import GeodataError
from planner.geodata.files import Area, read_areas, read_features, read_table, root


@dataclass(frozen=True)
class Port:
    """A port or base that touches water.

    Attributes
    ----------
    position : tuple of float
        (lon, lat), in the water of the shorelines named in ``touches``.
    touches : tuple of str
        Shorelines whose water holds the position.
    notes : str
        Says when and how far the position was moved from the source's.
    """

    key: str
    name: str
    country: str
    position: tuple[float, float]
    touches: tuple[str, ...]
    source: str
    notes: str


@dataclass(frozen=True)
class Zone:
    """A named area of water.

    Attributes
    ----------
    geometry : Polygon or MultiPolygon
        lon/lat, within the ``legal-28m`` water.
    approximate : bool
        True when its outline is a planner's estimate, not a published line.
    season : tuple of str or None
        First and last day it is in force, ``MM-DD``; None: all the year.
    """

    key: str
    name: str
    geometry: Area
    approximate: bool
    source: str
    season: tuple[str, str] | None


@cache
def ports() -> Mapping[str, Port]:
    """Return the ports and bases by key."""
    found: dict[str, Port] = {}
    for properties, geometry in read_features("ports.geojson"):
        if not isinstance(geometry, Point):
            raise GeodataError(f"{root() / 'ports.geojson'}: {properties}: not a point")
        fields = {key: str(properties[key]) for key in ("key", "name", "country", "source")}
        found[fields["key"]] = Port(
            **fields,
            position=(geometry.x, geometry.y),
            touches=tuple(properties["touches"]),
            notes=str(properties["notes"]),
        )
    return MappingProxyType(found)


@cache
def zones() -> Mapping[str, Zone]:
    """Return the named zones by key."""
    areas = read_areas("zones.geojson")
    found: dict[str, Zone] = {}
    for properties, _ in read_features("zones.geojson"):
        key, season = str(properties["key"]), properties["season"]
        found[key] = Zone(
            key=key,
            name=str(properties["name"]),
            geometry=areas[key],
            approximate=bool(properties["approximate"]),
            source=str(properties["source"]),
            season=(str(season[0]), str(season[1])) if season else None,
        )
    return MappingProxyType(found)


@cache
def road_distances_km() -> Mapping[frozenset[str], tuple[float, str]]:
    """Return known road distances between places: {both keys}: (kilometres, source)."""
    return MappingProxyType(
        {
            frozenset(road["between"]): (float(road["distance_km"]), str(road["source"]))
            for road in read_table("roads.toml")["road"]
        }
    )
