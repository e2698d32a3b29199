"""From a scenario to its sea."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.errors import SeaError
from planner.scenario import Scenario, area_of, read_polygons, shoreline_of
from planner.sea.cells import build_cells
from planner.sea.clearance import free_water
from planner.sea.depth import DepthField
from planner.sea.harbours import build_harbours
from planner.sea.model import Sea
from planner.sea.overlay import near_longitude
from planner.sea.region import Position, near_position, plane_of, region_of


def build_sea(scenario: Scenario) -> Sea:
    """Sea of a scenario: its cells, and everything that navigable water follows from.

    Raises
    ------
    SeaError
        If the area holds no water that a base can reach, is too wide, or lies
        about a pole.
    GeodataError
        If a file of the scenario cannot be used.
    """
    ends = [
        end
        for threat in scenario.threat
        for end in (threat.origin, threat.origin_to, threat.destination, threat.destination_to)
        if end is not None
    ]
    ends += [
        end
        for asked in scenario.requirement
        for end in (asked.origin, asked.destination)
        if end is not None
    ]
    grid = geodata.depth() if scenario.area.depth == "etopo1" else None
    return assemble(
        area_of(scenario),
        shoreline_of(scenario),
        scenario.area.cell_resolution,
        bases=[base.position for base in scenario.base],
        others=ends,
        depth=DepthField(grid.lon, grid.lat, grid.depth_m) if grid is not None else None,
        closures=closures_of(scenario),
        zones={key: zone.geometry for key, zone in geodata.zones().items()},
    )


def assemble(
    area: BaseGeometry,
    shoreline: BaseGeometry,
    resolution: int,
    *,
    bases: Sequence[Position],
    others: Sequence[Position] = (),
    depth: DepthField | None = None,
    closures: Sequence[BaseGeometry] = (),
    zones: dict[str, BaseGeometry] | None = None,
) -> Sea:
    """Sea from plain geometry, all in lon/lat.

    Parameters
    ----------
    area
        Area of responsibility; land in it does not matter.
    shoreline
        Water polygon, islands as holes.
    resolution
        H3 resolution of the cells.
    bases, others
        Positions that routes start from and lead to; around bases only land
        counts, not depth.
    depth, closures, zones
        Depths; areas no boat may enter; named areas.

    Raises
    ------
    SeaError
        If the area holds no water that a base can reach, is too wide, or lies
        about a pole.
    """
    plane = plane_of(area, bases)
    area, shoreline = near_longitude(area, plane.lon), near_longitude(shoreline, plane.lon)
    berths = [near_position(position, plane.lon) for position in bases]
    ends = [near_position(position, plane.lon) for position in others]
    region = region_of(area, shoreline, berths, ends, plane)
    shore_xy = plane.project(region.shore)
    open_free, clearance = free_water(shore_xy, region.outline_xy)
    if open_free.is_empty:
        raise SeaError(
            "area.shoreline: no water wide enough to sail around the area; check that it is "
            "water, not land"
        )
    harbours = build_harbours(berths, region.shore, open_free, plane)
    cells = build_cells(area, region.reached, resolution, plane.lon, depth)
    named = {key: near_longitude(zone, plane.lon) for key, zone in (zones or {}).items()}
    return Sea(
        cells=cells,
        aor=area,
        shore=region.shore,
        zones={key: zone for key, zone in named.items() if zone.intersects(area)},
        plane=plane,
        region_xy=region.outline_xy,
        clearance=clearance,
        depth=depth,
        closures=tuple(near_longitude(closure, plane.lon) for closure in closures),
        harbours=tuple(harbours),
    )


def closures_of(scenario: Scenario) -> list[BaseGeometry]:
    """Closed areas: shipped zones whose season meets the plan, and the user's files."""
    zones = geodata.zones()
    found: list[BaseGeometry] = []
    for name in scenario.area.closures:
        if name not in zones:
            found.append(read_polygons(scenario.path_of(name)))
        elif in_season(zones[name].season, scenario.start.date(), scenario.end.date()):
            found.append(zones[name].geometry)
    return found


def in_season(season: tuple[str, str] | None, first: date, last: date) -> bool:
    """Whether any day from ``first`` to ``last`` lies in a season of ``MM-DD`` dates."""
    if season is None:
        return True
    begin, end = season
    for day in range((last - first).days + 1):
        today = (first + timedelta(days=day)).strftime("%m-%d")
        if (begin <= today <= end) if begin <= end else (today >= begin or today <= end):
            return True
    return False
