"""Relative risk of a grid, summed over the water of cells."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.scenario.raster import Grid
from planner.sea.geodesy import Geometries, area_nm2

Floats = NDArray[np.float64]

LACKING = 1e-6
"""Share of a cell's water without a value that is let pass: rounding where outlines meet."""


class MissingRisk(ValueError):
    """Water for which the grid has no value: how much, and the place of some of it."""

    def __init__(self, water_nm2: float, share: float, place: tuple[float, float]) -> None:
        self.water_nm2, self.share, self.place = water_nm2, share, place
        super().__init__(f"{water_nm2:.1f} nm² without a value")


def risk_in(water: Geometries, grid: Grid, lon: float) -> Floats:
    """Risk of each piece of water: the integral of the grid's values over its area.

    Parameters
    ----------
    water : (n,)
        Polygons in lon/lat within 180° of ``lon``; empty ones have no risk.
    grid
        Relative risk per unit of area, constant in every box.

    Returns
    -------
    risk : (n,)
        Values times nm².

    Raises
    ------
    MissingRisk
        If part of the water lies outside the grid or where it has no value.
    """
    grid = grid.about(lon)
    east, north = grid.edges
    whole = shapely.area(water)
    risk, lacking = np.zeros(len(water)), np.zeros(len(water))
    gaps = []
    for number in np.flatnonzero(whole > 0):
        parts, columns, rows = _boxes(water[number], east, north)
        value = grid.value[rows, columns]
        known = ~np.isnan(value)
        risk[number] = area_nm2(parts[known]) @ value[known]
        lacking[number] = 1.0 - float(shapely.area(parts[known]).sum()) / whole[number]
        if lacking[number] > LACKING:
            gaps.append(_place(water[number], parts[known]))
    if gaps:
        area = area_nm2(water)
        missed_nm2 = float(area @ lacking)
        raise MissingRisk(missed_nm2, missed_nm2 / float(area.sum()), gaps[0])
    return risk


def _boxes(
    water: shapely.Geometry, east: Floats, north: Floats
) -> tuple[Geometries, NDArray[np.intp], NDArray[np.intp]]:
    """Parts of one polygon in the boxes of a grid, with the boxes' columns and rows."""
    low_lon, low_lat, high_lon, high_lat = shapely.bounds(water)
    columns = _between(east, low_lon, high_lon)
    rows = _between(north, low_lat, high_lat)
    column, row = (found.ravel() for found in np.meshgrid(columns, rows))
    boxes = shapely.box(east[column], north[row], east[column + 1], north[row + 1])
    shapely.prepare(water)
    touched = shapely.intersects(water, boxes)
    boxes, column, row = boxes[touched], column[touched], row[touched]
    inside = shapely.contains(water, boxes)
    parts = np.array(boxes, dtype=object)
    parts[~inside] = [_polygons(part) for part in shapely.intersection(boxes[~inside], water)]
    return parts, column, row


def _between(edges: Floats, low: float, high: float) -> NDArray[np.intp]:
    first = max(int(np.searchsorted(edges, low, side="right")) - 1, 0)
    last = min(int(np.searchsorted(edges, high, side="left")), len(edges) - 1)
    return np.arange(first, max(first, last))


def _polygons(part: shapely.Geometry) -> shapely.Geometry:
    pieces = shapely.get_parts(shapely.get_parts([part]))
    whole: shapely.Geometry = shapely.multipolygons(pieces[shapely.get_type_id(pieces) == 3])
    return whole


def _place(water: shapely.Geometry, known: Geometries) -> tuple[float, float]:
    """A point of the water outside the parts that are known."""
    rest = shapely.difference(water, shapely.union_all(known))
    point = shapely.point_on_surface(rest if not rest.is_empty else water)
    return float(point.x), float(point.y)
