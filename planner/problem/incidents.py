r"""Density of past events: a kernel in space, cut at the shore, times one over the hours of day.

Event ``i`` at ``x_i`` and clock hour ``τ_i`` spreads its one unit of weight as

.. math::

    s_{ic} = \frac{\int_{A_c} e^{-d(x, x_i)^2 / 2h^2} dx}{\sum_b \int_{A_b} \dots}, \qquad
    t_{iw} = \int_w \sum_k \frac{1}{g \sqrt{2π}} e^{-(τ - τ_i + 24 k)^2 / 2 g^2} dτ

where ``A_c`` is the water of cell ``c`` within the threat's area, ``d`` the geodesic
distance, ``h`` and ``g`` the bandwidths in miles and hours, and ``w`` a window of the plan.
The weight of cell and window is proportional to ``Σ_i s_ic t_iw`` (product kernel: D. W.
Scott, *Multivariate Density Estimation*, 1992, chapter 6; cut and normalised at the edge).
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from scipy.spatial import cKDTree
from scipy.special import ndtr

from planner.sea.geodesy import EQUATOR_M, FLATTENING, Geometries
from planner.units import NM_M

Floats = NDArray[np.float64]

GEOD = Geod(ellps="WGS84")

REACH = 6.0
"""Bandwidths beyond which a kernel is nothing (1.5e-8 of its peak)."""

FINE = 0.5
"""Edges of the triangles that water is cut into, at most so many bandwidths long."""

TINY = 0.2
"""Triangles so many times narrower (along a detailed shore) count by their middle alone."""

TURNS = 12
"""Days before and after that the kernel over the hours of the day is summed over."""


def scott_nm(position: Floats) -> float:
    """Bandwidth in miles by Scott's rule for the plane: ``σ n^(-1/6)``.

    ``σ`` is the root mean square of the standard deviations east and north of
    ``position`` (n, 2) (Scott 1992, equation 6.42, one bandwidth for both).
    """
    middle = position.mean(axis=0)
    start = np.broadcast_to(middle, position.shape)
    azimuth, _, metres = GEOD.inv(start[:, 0], start[:, 1], position[:, 0], position[:, 1])
    away, angle = np.asarray(metres) / NM_M, np.radians(azimuth)
    plane = np.column_stack([away * np.sin(angle), away * np.cos(angle)])
    sigma = float(np.sqrt(plane.var(axis=0, ddof=1).mean()))
    return float(sigma * len(position) ** (-1.0 / 6.0))


def in_space(position: Floats, water: Geometries, bandwidth_nm: float) -> Floats:
    """Shares (k, n) of each event's kernel in each piece of water; rows sum to 1.

    Integrated by the rule of edge midpoints over triangles no wider than half
    a bandwidth; a row is 0 where no water lies within :data:`REACH` bandwidths.

    Parameters
    ----------
    position : (k, 2)
        Events, lon/lat in the same turn as the water.
    water : (n,)
        Polygons in lon/lat, empty ones included.
    """
    points, area_nm2, owner = _quadrature(water, FINE * bandwidth_nm)
    there = _ecef_nm(points)
    tree = cKDTree(there)
    found = np.zeros((len(position), len(water)))
    for number, here in enumerate(_ecef_nm(position)):
        which = np.array(tree.query_ball_point(here, REACH * bandwidth_nm), dtype=np.intp)
        if not which.size:
            continue
        squared = _geodesic_squared(np.sum((there[which] - here) ** 2, axis=1))
        kernel = np.exp(-0.5 * squared / bandwidth_nm**2)
        share = np.bincount(owner[which], kernel * area_nm2[which], minlength=len(water))
        found[number] = share / share.sum()
    return found


def in_time(hour: Floats, bounds_h: Floats, clock_h: float, bandwidth_h: float) -> Floats:
    """Integrals (k, m) of each event's kernel over the hours of the day in each window.

    Parameters
    ----------
    hour : (k,)
        Hours of the day of the events.
    bounds_h : (m + 1,)
        Boundaries of the windows in hours from the plan's start.
    clock_h
        Hour of the day at the plan's start.
    """
    clock = clock_h + bounds_h
    days = np.arange(int(clock[0] // 24) - TURNS, int(clock[-1] // 24) + TURNS + 1)
    passed = np.zeros((len(hour), len(bounds_h)))
    for day in days:
        passed += ndtr((clock[None, :] - 24.0 * day - hour[:, None]) / bandwidth_h)
    return np.diff(passed, axis=1)


def _quadrature(water: Geometries, widest_nm: float) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Points (q, 2) in lon/lat, the area (q,) in nm² that each stands for, and its piece (q,)."""
    parts = shapely.constrained_delaunay_triangles(water)
    triangles, owner = shapely.get_parts(parts, return_index=True)
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    while True:
        wide = _widest_nm(corners) > widest_nm
        if not wide.any():
            break
        corners, owner = (
            np.concatenate([corners[~wide], _halved(corners[wide])]),
            np.concatenate([owner[~wide], np.tile(owner[wide], 2)]),
        )
    tiny = _widest_nm(corners) < TINY * widest_nm
    middles = (corners[~tiny] + np.roll(corners[~tiny], -1, axis=1)) / 2
    points = np.concatenate([middles.reshape(-1, 2), corners[tiny].mean(axis=1)])
    part = np.concatenate([np.repeat(_flat(corners[~tiny]) / 3, 3), _flat(corners[tiny])])
    owners = np.concatenate([np.repeat(owner[~tiny], 3), owner[tiny]])
    return points, part * _nm2_per_square_degree(points[:, 1]), owners


def _flat(corners: Floats) -> Floats:
    """Areas (t,) of triangles (t, 3, 2) in square degrees."""
    side = corners[:, 1:] - corners[:, :1]
    area: Floats = np.abs(side[:, 0, 0] * side[:, 1, 1] - side[:, 0, 1] * side[:, 1, 0]) / 2
    return area


def _widest_nm(corners: Floats) -> Floats:
    """Longest side (t,) of triangles (t, 3, 2), taken with the local scale."""
    side = corners - np.roll(corners, -1, axis=1)
    east = side[..., 0] * np.cos(np.radians(corners[..., 1]))
    longest: Floats = 60.0 * np.hypot(east, side[..., 1]).max(axis=1)
    return longest


def _halved(corners: Floats) -> Floats:
    """Triangles (2 t, 3, 2): each cut in two at the middle of its longest side."""
    side = corners - np.roll(corners, -1, axis=1)
    east = side[..., 0] * np.cos(np.radians(corners[..., 1]))
    longest = np.hypot(east, side[..., 1]).argmax(axis=1)
    order = (longest[:, None] + np.arange(3)) % 3
    a, b, c = np.moveaxis(np.take_along_axis(corners, order[..., None], axis=1), 1, 0)
    middle = (a + b) / 2
    return np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])


def _nm2_per_square_degree(lat: Floats) -> Floats:
    """Area on the ellipsoid of a square degree: meridian times parallel (Snyder 1987, 4-18 ff.)."""
    squared = FLATTENING * (2 - FLATTENING)
    w = 1 - squared * np.sin(np.radians(lat)) ** 2
    metres = np.radians(1.0) * EQUATOR_M / NM_M
    area: Floats = metres**2 * (1 - squared) / w**2 * np.cos(np.radians(lat))
    return area


def _geodesic_squared(chord_squared: Floats) -> Floats:
    """Squared length of geodesics by that of their chords: ``c (1 + c² / 24 R²)``, to 1e-6."""
    radius_nm = EQUATOR_M * (1 - FLATTENING / 3) / NM_M
    found: Floats = chord_squared * (1 + chord_squared / (12 * radius_nm**2))
    return found


def _ecef_nm(points: Floats) -> Floats:
    """Earth-centred places (k, 3) in nm of lon/lat ``points`` (k, 2): chords below geodesics."""
    lam, phi = np.radians(points).T
    squared = FLATTENING * (2 - FLATTENING)
    normal = EQUATOR_M / NM_M / np.sqrt(1 - squared * np.sin(phi) ** 2)
    return np.column_stack(
        [
            normal * np.cos(phi) * np.cos(lam),
            normal * np.cos(phi) * np.sin(lam),
            normal * (1 - squared) * np.sin(phi),
        ]
    )
