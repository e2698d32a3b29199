"""Where a boat may not be: shoals, closed areas, and what is allowed near bases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from planner import geodata
from planner.scenario import read_polygons
from planner.sea.overlay import near_longitude
from planner.units import m_from_nm
from planner.verify.facts import Facts
from planner.verify.geometry import GEOD, Floats, circle, distance_nm, near, steps_nm

HARBOUR_MILE_NM = 1.0
"""About a base a path may cross what land lies between the base and the water."""

HARBOUR_APPROACH_NM = 3.0
"""About a base only land counts: the coarse depth grid says dry where harbours are."""

DEPTH_STEP_NM = 0.1
"""Depth is looked up at points this far apart along a path."""

CHANNEL_EDGE_DEG = 1e-6
"""A path may lie on the edge of a channel; positions are rounded."""

DEPTH_M = 0.05
"""Depth by which a point may be too shallow: the grid's whole metres are coarser."""


@dataclass(frozen=True)
class Shallow:
    """How far a leg runs over too little water; depths in metres, ``first`` lon/lat."""

    length_nm: float
    first: tuple[float, float]
    least_m: float
    needed_m: float


def harbours(facts: Facts) -> tuple[BaseGeometry, float]:
    """Return the mile about every base, and the length of land a leg may cross there (nm).

    That length is twice the farthest that a base lies from the water, plus a
    tenth of a mile.
    """
    shore = facts.sea.shore
    away_nm, miles = 0.0, []
    for base in facts.scenario.base:
        berth = Point(near(np.array([base.position]), facts.sea.cells.lon)[0])
        if not shore.covers(berth):
            line = shapely.shortest_line(shore, berth)
            (lon, lat), _ = line.coords
            away_nm = max(away_nm, distance_nm((lon, lat), base.position))
        miles.append(circle(base.position, HARBOUR_MILE_NM, facts.sea.cells.lon))
    return shapely.union_all(miles), 2.0 * away_nm + 0.1


def closed(facts: Facts) -> Iterator[tuple[str, BaseGeometry]]:
    """Areas of ``area.closures`` that are closed on some day of the plan, by name."""
    scenario = facts.scenario
    for name in scenario.area.closures:
        zone = geodata.zones().get(name)
        if zone is None:
            area = read_polygons(scenario.path_of(name))
            yield name, near_longitude(area, facts.sea.cells.lon)
        elif zone.season is None or _in_season(zone.season, facts):
            yield name, zone.geometry


def _in_season(season: tuple[str, str], facts: Facts) -> bool:
    """Whether a day of the plan lies in a yearly season ``MM-DD`` to ``MM-DD``."""
    first, last = season
    day: date = facts.scenario.start.date()
    end: date = facts.scenario.end.date()
    while day <= end:
        today = day.strftime("%m-%d")
        inside = first <= today <= last if first <= last else today >= first or today <= last
        if inside:
            return True
        day += timedelta(days=1)
    return False


def shallows(facts: Facts) -> list[Shallow | None]:
    """How far each leg runs over less water than its class needs; None where unknown.

    Needed are draft and under-keel clearance, there is the charted depth and
    the plan's water level. Depth is looked up every :data:`DEPTH_STEP_NM`, but
    not within :data:`HARBOUR_APPROACH_NM` of a base, nor in the channels that
    the sea assumes from there to deep water.
    """
    if facts.scenario.area.depth == "none":
        return [None] * len(facts.stretches)
    level_m = facts.scenario.environment.water_level_anomaly_m
    sampled = [_sampled(facts.points(stretch.leg)) for stretch in facts.stretches]
    owner = np.repeat(np.arange(len(sampled)), [len(points) for points in sampled])
    points = np.concatenate([*sampled, np.zeros((0, 2))])
    depth_m = depth_at(points) + level_m
    depth_m[_near_base(points, facts)] = np.inf
    edges = np.searchsorted(owner, np.arange(len(sampled) + 1))
    found: list[Shallow | None] = []
    for stretch, start, end in zip(facts.stretches, edges[:-1], edges[1:], strict=True):
        vessel = stretch.voyage.vessel
        if vessel is None or start == end:
            found.append(None)
            continue
        needed_m = vessel.draft_m + vessel.under_keel_clearance_m
        wrong = np.flatnonzero(depth_m[start:end] < needed_m - DEPTH_M)
        wrong = wrong[~_in_channel(points[start + wrong], needed_m - level_m, facts)]
        first = points[start + wrong[0]] if len(wrong) else points[start]
        share = len(wrong) / max(end - start - 1, 1)
        found.append(
            Shallow(
                stretch.length_nm * min(share, 1.0),
                (float(first[0]), float(first[1])),
                float(depth_m[start:end][wrong].min(initial=needed_m)),
                needed_m,
            )
        )
    return found


def depth_at(points: Floats) -> Floats:
    """Charted depth (k,) in metres at lon/lat ``points`` (k, 2), positive down.

    Linear on the four triangles that the diagonals make of each square of
    the grid; beyond the grid as on its edge.
    """
    grid = geodata.depth()
    column, x = _square(grid.lon, points[:, 0])
    row, y = _square(grid.lat, points[:, 1])
    z = grid.depth_m
    south_west, south_east = z[row, column], z[row, column + 1]
    north_west, north_east = z[row + 1, column], z[row + 1, column + 1]
    middle = (south_west + south_east + north_west + north_east) / 4.0
    sides = [
        (y, x, south_west, south_east),
        (1.0 - y, x, north_west, north_east),
        (x, y, south_west, north_west),
        (1.0 - x, y, south_east, north_east),
    ]
    # the side that a point is nearest to is the one its triangle stands on
    nearest = np.argmin([away for away, _, _, _ in sides], axis=0)
    values = [
        a * (1.0 - 2.0 * away) + (b - a) * (along - away) + 2.0 * away * middle
        for away, along, a, b in sides
    ]
    return np.asarray(np.choose(nearest, values), dtype=np.float64)


def _square(axis: Floats, values: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Index of the grid square (k,) that values lie in, and where in it, 0 to 1."""
    index = np.clip(np.searchsorted(axis, values, side="right") - 1, 0, len(axis) - 2)
    part = (values - axis[index]) / (axis[index + 1] - axis[index])
    return index, np.clip(part, 0.0, 1.0)


def _sampled(points: Floats) -> Floats:
    """Points (k, 2) along a path, no farther apart than :data:`DEPTH_STEP_NM`."""
    if len(points) < 2 or not np.all(np.isfinite(points)):
        return points[:0] if not np.all(np.isfinite(points)) else points
    pieces = np.maximum(1, np.ceil(steps_nm(points) / DEPTH_STEP_NM)).astype(np.int64)
    number = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    part = (number / np.repeat(pieces, pieces))[:, None]
    start = np.repeat(points[:-1], pieces, axis=0)
    end = np.repeat(points[1:], pieces, axis=0)
    return np.vstack([start + part * (end - start), points[-1:]])


def _in_channel(points: Floats, required_depth_m: float, facts: Facts) -> NDArray[np.bool_]:
    """Whether points (k, 2) lie in an approach channel for a depth at the datum."""
    if not len(points):
        return np.zeros(0, dtype=bool)
    channels = facts.sea.waters(required_depth_m).approaches
    return np.asarray(shapely.dwithin(channels, shapely.points(points), CHANNEL_EDGE_DEG))


def _near_base(points: Floats, facts: Facts) -> NDArray[np.bool_]:
    found = np.zeros(len(points), dtype=bool)
    reach_m = m_from_nm(HARBOUR_APPROACH_NM + DEPTH_STEP_NM)
    for lon, lat in (base.position for base in facts.scenario.base):
        # within 3 nm is within 0.06 degrees of latitude, wherever on Earth
        close = np.flatnonzero(np.abs(points[:, 1] - lat) < 0.06)
        metres = GEOD.inv(
            np.full(len(close), lon), np.full(len(close), lat), points[close, 0], points[close, 1]
        )[2]
        found[close] |= np.asarray(metres) <= reach_m
    return found
