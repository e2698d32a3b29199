"""Cells that a line crosses, and when."""

from __future__ import annotations

import h3
import numpy as np
import shapely
from numpy.typing import NDArray

from planner.sea import Sea

Floats = NDArray[np.float64]

SAMPLES_PER_CELL = 40
"""Points per cell spacing at which a track's cell is looked up."""


def every_nm(sea: Sea) -> float:
    """How close the points of a line must lie, in miles."""
    return float(sea.cells.spacing_nm.min()) / SAMPLES_PER_CELL


def crossed(points: Floats, along: Floats, sea: Sea) -> tuple[NDArray[np.int32], Floats, Floats]:
    """Cells of the sea whose water a line crosses, with ``along`` at entering and leaving each.

    Parameters
    ----------
    points : (k, 2)
        Places of the line in lon/lat, no farther apart than :func:`every_nm`.
    along : (k,)
        What grows along it: miles or hours.
    """
    index = {name: number for number, name in enumerate(sea.cells.ids)}
    resolution = h3.get_resolution(sea.cells.ids[0])
    at = np.array(
        [index.get(h3.latlng_to_cell(lat, lon, resolution), -1) for lon, lat in points], np.int32
    )
    # An area's edge or the shore cuts cells: beyond it, their searches see nothing of the line.
    known = np.flatnonzero(at >= 0)
    water = sea.cells.water[at[known]]
    at[known[~shapely.intersects_xy(water, points[known, 0], points[known, 1])]] = -1
    cuts = np.flatnonzero(np.diff(at)) + 1
    first, last = np.r_[0, cuts], np.r_[cuts, at.size - 1]
    inside = at[first] >= 0
    return at[first][inside], along[first][inside], along[last][inside]
