"""Water polygons: shorelines, sectors, and belts of any width along the legal shore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

import shapely

from planner.errors import GeodataError
from planner.geodata.files import Area, choose, read_areas
from planner.geodata.geodesy import as_area, buffer_nm

SECTORS = ("kazakhstan", "russia", "azerbaijan", "turkmenistan", "iran")
SHORELINES = ("present", "legal-28m", "background")


@dataclass(frozen=True)
class Limits:
    """Widths of the coastal belts: territorial water, then a fishery zone beyond it."""

    territorial_nm: float
    fishery_nm: float


LIMIT_PRESETS: Mapping[str, Limits] = MappingProxyType(
    {"2006": Limits(12.0, 0.0), "2018-convention": Limits(15.0, 10.0)}
)
"""2006: 12 nm, still in Kazakhstan's decree of 2024 and no fishery zone beyond it.
2018-convention: Aktau Convention of 2018, signed, not in force (Iran had not ratified
in December 2025)."""


@cache
def shoreline(key: str) -> Area:
    """Return the water of one shoreline, islands as holes.

    Parameters
    ----------
    key : str
        ``present`` (about -29 m), ``legal-28m`` (about -28 m), or ``background`` (coarse,
        for small maps only).

    Raises
    ------
    GeodataError
        When there is no such shoreline.
    """
    return read_areas(f"shoreline-{choose('shoreline', key, SHORELINES)}.geojson")[key]


@cache
def sectors() -> Mapping[str, Area]:
    """Return the five sectors by nation; together they are the ``legal-28m`` water."""
    areas = read_areas("sectors.geojson")
    return MappingProxyType({key: areas[key] for key in SECTORS})


def sector(key: str) -> Area:
    """Return one nation's sector: equidistance from the -28 m shore, derived.

    Raises
    ------
    GeodataError
        When there is no such sector.
    """
    return sectors()[choose("sector", key, SECTORS)]


@cache
def belt(sector_key: str, width_nm: float, inner_nm: float = 0.0) -> Area:
    """Return a sector's water within a distance of the -28 m shore.

    Parameters
    ----------
    sector_key : str
        One of :data:`SECTORS`.
    width_nm : float
        Geodesic distance from the shore to the outer limit; islands are shore.
    inner_nm : float
        Leave out the water within this distance (0: none).

    Raises
    ------
    GeodataError
        When the sector is unknown or not ``0 <= inner_nm < width_nm``.
    """
    water = sector(sector_key)
    if not 0.0 <= inner_nm < width_nm:
        raise GeodataError(f"belt from {inner_nm} to {width_nm} nm: take 0 <= inner_nm < width_nm")
    within = as_area(water.intersection(_near_shore(sector_key, width_nm)))
    if inner_nm == 0.0:
        return within
    return as_area(within.difference(_near_shore(sector_key, inner_nm)))


@cache
def _near_shore(sector_key: str, width_nm: float) -> Area:
    """Everything within a distance of the shore that can matter to a sector."""
    shore = shoreline("legal-28m").boundary
    shapely.prepare(shore)
    reach_deg = width_nm / 40.0
    west, south, east, north = sector(sector_key).bounds
    near = shapely.clip_by_rect(
        shore, west - reach_deg, south - reach_deg, east + reach_deg, north + reach_deg
    )
    return buffer_nm(near, width_nm)


def limit_area(
    sector_key: str,
    limit: Literal["territorial", "fishery", "sector"],
    preset: str = "2018-convention",
) -> Area:
    """Return a sector's water out to a legal limit.

    Parameters
    ----------
    sector_key : str
        One of :data:`SECTORS`.
    limit : str
        ``territorial``; ``fishery``: territorial water and fishery zone together;
        ``sector``: all of it.
    preset : str
        Widths, one of :data:`LIMIT_PRESETS`.

    Raises
    ------
    GeodataError
        When a key is unknown.
    """
    widths = LIMIT_PRESETS[choose("limit preset", preset, tuple(LIMIT_PRESETS))]
    choose("limit", limit, ("territorial", "fishery", "sector"))
    if limit == "sector":
        return sector(sector_key)
    if limit == "territorial":
        return belt(sector_key, widths.territorial_nm)
    return belt(sector_key, widths.territorial_nm + widths.fishery_nm)
