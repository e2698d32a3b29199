"""Weights of stationary targets, worked out anew from the scenario and its files.

Nothing here is shared with what the optimiser was given but the reading of
files. Where that cuts polygons with boxes, cuts triangles and counts intervals,
this follows the outlines of the water (Green's theorem) and looks at every time
step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.special import ndtr
from shapely.geometry.base import BaseGeometry

from planner.scenario import Threat
from planner.scenario.incidents import read_events
from planner.scenario.raster import Grid, read_raster
from planner.sea.overlay import near_longitude
from planner.units import m_from_nm
from planner.verify.facts import Facts
from planner.verify.geometry import Floats, Geometries, areas_nm2, near
from planner.verify.tolerance import TIME_H

STATIONARY = ("area", "incidents")
"""Kinds of threats whose targets stay in a cell."""

PIECES = 4000
"""Pieces that the outline of a piece of water is cut into, about, to sum a grid over it."""

SLICE_H = 1 / 12
"""Length of the slices that a window is cut into to sum a kernel over it."""

FAR = 7.0
"""Bandwidths beyond which a kernel is nothing."""

ECCENTRICITY = math.sqrt((2 - 1 / 298.257223563) / 298.257223563)
"""Of the WGS84 ellipsoid."""

RADIUS_M = 6_371_000.0
"""Mean radius of the Earth, for how much longer an arc is than its chord."""

TO_SPACE = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)

GAUSS = np.polynomial.legendre.leggauss(3)


@dataclass(frozen=True)
class Layer:
    """Targets of one stationary threat.

    ``bounds_h`` (m + 1,) are its windows in hours, ``active`` (m,) says in which of
    them it is there, ``water_nm2`` (n,) is its water in each cell, ``weight``
    (m, n) what each target weighs.
    """

    bounds_h: Floats
    active: NDArray[np.bool_]
    water_nm2: Floats
    weight: Floats

    @property
    def heaviest(self) -> float:
        """Weight of the heaviest target."""
        return float(self.weight.max(initial=0.0))


def layer_of(threat: Threat, share: float, facts: Facts) -> Layer:
    """Targets of a stationary threat that holds ``share`` of the weight."""
    water, water_nm2 = _water(threat, facts)
    bounds_h = _bounds_h(threat, facts)
    active = np.ones(len(bounds_h) - 1, dtype=bool)
    if threat.kind == "incidents":
        weight = _kernel(threat, water, bounds_h, facts)
    else:
        bounds_h, active = _presence(threat, bounds_h, facts)
        time = np.diff(bounds_h) * active
        risk = water_nm2
        if threat.raster is not None:
            path = facts.scenario.path_of(threat.raster)
            risk = _grid_in(water, read_raster(path, threat.variable).about(facts.sea.cells.lon))
        weight = np.outer(time, risk)
    return Layer(bounds_h, active, water_nm2, share * weight / weight.sum())


def _bounds_h(threat: Threat, facts: Facts) -> Floats:
    """Boundaries of ``[k p, (k + 1) p)``, the last window cut at the plan's end."""
    persistence_h = threat.persistence_h or facts.horizon_h
    whole = np.arange(0.0, facts.horizon_h - TIME_H, persistence_h)
    return np.append(whole, facts.horizon_h)


def _presence(threat: Threat, bounds_h: Floats, facts: Facts) -> tuple[Floats, NDArray[np.bool_]]:
    """Windows cut where the threat comes and goes, and whether it is there (m,).

    It is there in the time steps whose middle its months and hours allow.
    """
    step_h = facts.scenario.area.time_step_min / 60.0
    steps = round(facts.horizon_h / step_h)
    there = np.array(
        [allowed(threat, facts, (step + 0.5) * step_h) for step in range(steps)], dtype=bool
    )
    changes = (np.flatnonzero(there[1:] != there[:-1]) + 1) * step_h
    every = np.sort(np.concatenate([bounds_h, changes]))
    bounds = every[np.append(True, np.diff(every) > TIME_H / 10)]
    middle = (bounds[1:] + bounds[:-1]) / 2
    return bounds, there[np.minimum((middle / step_h).astype(int), steps - 1)]


def allowed(threat: Threat, facts: Facts, hours: float) -> bool:
    """Whether a threat's months and hours allow the time ``hours`` after the plan's start."""
    time = facts.scenario.start + timedelta(hours=hours)
    if threat.months is not None and time.month not in threat.months:
        return False
    if threat.hours is None:
        return True
    begin, end = threat.hours
    clock = time.hour + time.minute / 60.0 + time.second / 3600.0
    return (clock - begin) % 24.0 < (end - begin) % 24.0


def _water(threat: Threat, facts: Facts) -> tuple[Geometries, Floats]:
    """Water (n,) of every cell inside the threat's area, and how much (n,) that is."""
    area = facts.scenario.geometry_of(threat)
    water = np.array(facts.sea.cells.water, dtype=object)
    found = np.array(facts.areas_nm2)
    if area is None:
        return water, found
    area = near_longitude(area, facts.sea.cells.lon)
    shapely.prepare(area)
    partly = np.flatnonzero(~shapely.covers(area, water))
    water[partly] = _polygons(shapely.intersection(water[partly], area))
    found[partly] = areas_nm2(water[partly])
    return water, found


def _polygons(shapes: Geometries) -> Geometries:
    """Drop the lines and points that an intersection leaves."""
    kept = np.empty(len(shapes), dtype=object)
    for index, shape in enumerate(shapes):
        parts = shapely.get_parts(shapely.get_parts(shape))
        kept[index] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return kept


def _outline(water: BaseGeometry, widest_deg: float) -> tuple[Floats, Floats]:
    """Beginnings and ends (k, 2) of the pieces of an outline, water on the left."""
    fine = shapely.segmentize(shapely.orient_polygons(water), widest_deg)
    rings = shapely.get_parts(shapely.get_rings(shapely.get_parts(fine)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return points[:-1][same], points[1:][same]


def _grid_in(water: Geometries, grid: Grid) -> Floats:
    """Integral (n,) of a grid's values over pieces of water, up to one factor.

    By Green's theorem ``∫∫ v dA = ∮ V(x, y) dS(y)`` with ``V`` the integral of
    ``v`` along the parallel and ``S`` the authalic height.
    """
    east, north = grid.edges
    value = np.nan_to_num(grid.value)
    before = np.concatenate(
        [np.zeros((len(value), 1)), np.cumsum(value * np.diff(east), axis=1)], axis=1
    )

    def along(lon: Floats, row: NDArray[np.intp]) -> Floats:
        column = np.clip(np.searchsorted(east, lon, side="right") - 1, 0, len(grid.lon) - 1)
        found: Floats = before[row, column] + value[row, column] * (lon - east[column])
        return found

    risk = np.zeros(len(water))
    for number, piece in enumerate(water):
        if piece.is_empty:
            continue
        begin, end = _outline(piece, max(piece.length / PIECES, 1e-7))
        middle = (begin + end) / 2
        row = np.searchsorted(north, middle[:, 1], side="right") - 1
        row = np.clip(row, 0, len(grid.lat) - 1)
        west = np.full(len(middle), piece.bounds[0])
        up = _authalic(end[:, 1]) - _authalic(begin[:, 1])
        risk[number] = abs(float(np.sum((along(middle[:, 0], row) - along(west, row)) * up)))
    return risk


def _authalic(lat: Floats) -> Floats:
    """Height that grows with the area of the ellipsoid below a parallel, up to one factor.

    Snyder 1987, 3-12 without its ``1 − e²``: the weights are scaled to their sum.
    """
    sine = np.sin(np.radians(lat))
    e = ECCENTRICITY
    found: Floats = sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e
    return found


def _kernel(threat: Threat, water: Geometries, bounds_h: Floats, facts: Facts) -> Floats:
    """Density (m, n) of past events in windows and pieces of water, up to one factor."""
    scenario = facts.scenario
    events = read_events(scenario.path_of(str(threat.file)), scenario.start.tzinfo)
    position = near(events.position, facts.sea.cells.lon)
    width_nm = threat.bandwidth_nm or _scott_nm(position)
    found = np.zeros((len(bounds_h) - 1, len(water)))
    pieces = _Outlines(water, width_nm)
    for place, hour in zip(position, events.hour, strict=True):
        share = pieces.shares(place)
        found += np.outer(_in_windows(hour, bounds_h, threat.bandwidth_h, facts), share)
    return found


def _scott_nm(position: Floats) -> float:
    """Scott's rule in a plane about the events' middle: scatter times ``n^(-1/6)``."""
    plane = _Plane(position.mean(axis=0)).xy_m(_space_m(position)).T / m_from_nm(1.0)
    return float(np.sqrt(np.trace(np.cov(plane)) / 2) * len(position) ** (-1 / 6))


def _in_windows(hour: float, bounds_h: Floats, width_h: float, facts: Facts) -> Floats:
    """Integral (m,) of a kernel over the hours of the day in each window, slice by slice."""
    start = facts.scenario.start
    clock = start.hour + start.minute / 60.0 - hour
    turns = math.ceil((FAR * width_h + 12.0) / 24.0)
    found = np.zeros(len(bounds_h) - 1)
    for window, (low, high) in enumerate(pairwise(bounds_h)):
        count = max(1, math.ceil((high - low) / SLICE_H))
        slice_h = (high - low) / count
        nodes = low + (np.arange(count)[:, None] + (GAUSS[0] + 1.0) / 2.0) * slice_h
        apart = (nodes + clock + 12.0) % 24.0 - 12.0
        density = np.zeros(apart.shape)
        for turn in range(-turns, turns + 1):
            density += np.exp(-0.5 * ((apart + 24.0 * turn) / width_h) ** 2)
        found[window] = float((density @ GAUSS[1]).sum()) * slice_h / 2.0
    return found


class _Outlines:
    """Outlines of pieces of water (n,), to integrate kernels of one width over them.

    By Green's theorem the integral of ``φ(x) φ(y)`` over an area is that of
    ``Φ(x) φ(y)`` along its outline by ``y``, in a plane about the kernel's middle.
    """

    def __init__(self, water: Geometries, width_nm: float) -> None:
        self.width_m = m_from_nm(width_nm)
        self.count = len(water)
        begins, ends, owners = [], [], []
        self.middle, self.reach_m = np.zeros((len(water), 2)), np.full(len(water), -np.inf)
        for number in np.flatnonzero(~shapely.is_empty(water)):
            begin, end = _outline(water[number], width_nm / 60.0 / 4.0)
            begins.append(begin)
            ends.append(end)
            owners.append(np.full(len(begin), number))
            low, high = begin.min(axis=0), begin.max(axis=0)
            self.middle[number] = (low + high) / 2
            self.reach_m[number] = m_from_nm(60.5) * np.hypot(*(high - low)) / 2
        begin, end = np.concatenate(begins), np.concatenate(ends)
        self.owner = np.concatenate(owners)
        self.begin, self.end = _space_m(begin), _space_m(end)
        self.nodes = [_space_m(begin + (node + 1) / 2 * (end - begin)) for node in GAUSS[0]]
        self.middle = _space_m(self.middle)

    def shares(self, place: Floats) -> Floats:
        """Shares (n,) of a kernel about ``place`` in the pieces; they sum to 1."""
        plane = _Plane(place)
        away_m = np.hypot(*plane.xy_m(self.middle).T)
        close = away_m < FAR * self.width_m + self.reach_m
        which = np.flatnonzero(close[self.owner])
        total = np.zeros(len(which))
        for node, weight in zip(self.nodes, GAUSS[1], strict=True):
            x, y = plane.xy_m(node[which]).T / self.width_m
            total += weight / 2 * ndtr(x) * np.exp(-0.5 * y * y)
        up_m = plane.xy_m(self.end[which])[:, 1] - plane.xy_m(self.begin[which])[:, 1]
        total *= up_m / self.width_m
        found = np.abs(np.bincount(self.owner[which], total, minlength=self.count))
        whole = float(found.sum())
        shares: Floats = found / whole if whole > 0 else found
        return shares


class _Plane:
    """Plane about a place in which distances from it are those of geodesics, to 1e-6."""

    def __init__(self, place: Floats) -> None:
        lam, phi = np.radians(place)
        self.origin = _space_m(place[None])[0]
        self.east = np.array([-np.sin(lam), np.cos(lam), 0.0])
        self.north = np.array([-np.sin(phi) * np.cos(lam), -np.sin(phi) * np.sin(lam), np.cos(phi)])

    def xy_m(self, there: Floats) -> Floats:
        """East and north (k, 2) of points (k, 3) of space."""
        way = there - self.origin
        flat = np.column_stack([way @ self.east, way @ self.north])
        chord = np.sqrt(np.einsum("ki,ki->k", way, way))
        away = chord * (1.0 + (chord / RADIUS_M) ** 2 / 24.0)
        stretched: Floats = flat * (away / np.maximum(np.hypot(*flat.T), 1e-9))[:, None]
        return stretched


def _space_m(points: Floats) -> Floats:
    """Earth-centred places (k, 3) of lon/lat ``points`` (k, 2) on the ellipsoid."""
    lon, lat = points.T
    return np.column_stack(TO_SPACE.transform(lon, lat, np.zeros(len(points))))
