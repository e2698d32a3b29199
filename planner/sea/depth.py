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
    """Depths on a regular lon/lat grid, bilinear in between.

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
        """Depth (k,) in metres at lon/lat ``points`` (k, 2); the nearest edge's outside."""
        column, part_x = _between(self.lon, points[:, 0])
        row, part_y = _between(self.lat, points[:, 1])
        z = self.depth_m
        low = z[row, column] * (1 - part_x) + z[row, column + 1] * part_x
        high = z[row + 1, column] * (1 - part_x) + z[row + 1, column + 1] * part_x
        found: FloatArray = low * (1 - part_y) + high * part_y
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
