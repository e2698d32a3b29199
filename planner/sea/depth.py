"""Depth between the nodes of a grid, and water too shallow for a boat."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.sea.geodesy import FloatArray
from planner.sea.overlay import polygonal

DEEPEST_M = 1e9


class DepthField:
    """Depths on a regular lon/lat grid, linear in between.

    Parameters
    ----------
    lon, lat
        Ascending node coordinates (nx,), (ny,) in degrees.
    depth_m
        Depth below the datum (ny, nx), positive down; land is negative.
    """

    def __init__(self, lon: FloatArray, lat: FloatArray, depth_m: FloatArray) -> None:
        self.lon, self.lat, self.depth_m = lon, lat, depth_m

    def at(self, points: FloatArray) -> FloatArray:
        """Depth (k,) in metres at lon/lat ``points`` (k, 2).

        Linear over the same triangles as :meth:`deep_water`; beyond the grid
        as at its nearest point.
        """
        column, x = _between(self.lon, points[:, 0])
        row, y = _between(self.lat, points[:, 1])
        z, right, up = self.depth_m, column + 1, row + 1
        middle = (z[row, column] + z[row, right] + z[up, column] + z[up, right]) / 4
        dx, dy = x - 0.5, y - 0.5
        # from the middle outwards the point lies on a ray to the square's nearest side
        beside = np.abs(dx) >= np.abs(dy)
        out = 2 * np.where(beside, np.abs(dx), np.abs(dy))
        along = 0.5 + np.where(beside, dy, dx) / np.where(out > 0, out, 1.0)
        side, end = np.where(dx < 0, column, right), np.where(dy < 0, row, up)
        first = np.where(beside, z[row, side], z[end, column])
        last = np.where(beside, z[up, side], z[end, right])
        found: FloatArray = (1 - out) * middle + out * (first + along * (last - first))
        return found

    def deep_water(self, required_m: float) -> BaseGeometry:
        """Polygons of the grid's extent at least ``required_m`` deep.

        Depth is linear along the sides of the grid's squares and over the four
        triangles that their diagonals make.
        """
        maker = contourpy.contour_generator(
            self.lon, self.lat, self.depth_m, quad_as_tri=True,
            fill_type=contourpy.FillType.OuterOffset,
        )  # fmt: skip
        found: Any = maker.filled(required_m, DEEPEST_M)
        polygons = []
        for ring, cut in zip(*found, strict=True):
            rings = [ring[a:b] for a, b in pairwise(cut)]
            polygons.append(shapely.Polygon(rings[0], rings[1:]))
        return polygonal(shapely.union_all(polygons))


def _between(axis: FloatArray, values: FloatArray) -> tuple[NDArray[np.intp], FloatArray]:
    index = np.clip(np.searchsorted(axis, values, side="right") - 1, 0, len(axis) - 2)
    part = (values - axis[index]) / (axis[index + 1] - axis[index])
    return index, np.clip(part, 0.0, 1.0)
