"""Which ways between base and cells, and from cell to cell, the weather leaves open.

On a way the weather of the nearest cell's middle holds. Whether a way is open
is told for whole epochs: nothing shut may be met however late in the epoch the
way is begun. It is sailed at one speed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, repeat

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.problem.arrays import BoolArray, FloatArray

SAMPLES_NM = 1.0
"""The cell that a way is in is looked up this often; one sample to either side counts with it."""

EARTH_NM = 3440.065
"""Mean radius, 6,371.0 km."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """A part of a way in the weather of one cell: from share ``begin`` to share ``end`` of it."""

    cell: int
    begin: float
    end: float


class Ways:
    """Looks up what lies along ways.

    Parameters
    ----------
    centre : (n, 2)
        Middles of the cells, lon/lat.
    edges_h : (e + 1,)
        Boundaries of the epochs.
    """

    def __init__(self, centre: FloatArray, edges_h: FloatArray) -> None:
        self._centre, self._edges_h = centre, edges_h

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(_on_sphere(self._centre))

    def stretches(self, path: FloatArray) -> list[Stretch]:
        """Stretches of a way (v, 2) in lon/lat, one after the other."""
        points = _on_sphere(path)
        step = np.hypot.reduce(np.diff(points, axis=0), axis=1) * EARTH_NM
        length = np.concatenate([[0.0], np.cumsum(step)])
        count = 2 + int(length[-1] / SAMPLES_NM)
        share = np.linspace(0.0, 1.0, count)
        at = np.column_stack([np.interp(share * length[-1], length, axis) for axis in points.T])
        cell = np.asarray(self._tree.query(at)[1])
        cuts = np.concatenate([[0], np.flatnonzero(np.diff(cell)) + 1, [count]])
        return [
            Stretch(
                int(cell[first]),
                float(share[max(first - 1, 0)]),
                float(share[min(last, count - 1)]),
            )
            for first, last in pairwise(cuts.tolist())
        ]

    def open(
        self,
        ways: Iterable[tuple[list[Stretch], float]],
        where: BoolArray,
        late_h: Iterable[float] | None = None,
    ) -> BoolArray:
        """Whether ways are open by the epoch in which they are begun, (e, k).

        Parameters
        ----------
        ways
            Stretches and hours of each of k ways; none to be sailed has no stretches.
        where : (e, n)
            Where hulls may be.
        late_h
            Hours (k,) that a hull may be behind wherever it is, for breaks; none unless given.
        """
        shut = np.zeros((len(where) + 1, where.shape[1]), np.int32)
        np.cumsum(~where, axis=0, out=shut[1:])
        delays = repeat(0.0) if late_h is None else late_h
        columns = [
            self._open(stretches, hours, shut, late)
            for (stretches, hours), late in zip(ways, delays, strict=False)
        ]
        return np.array(columns, bool).reshape(-1, len(where)).T.copy()

    def _open(
        self, stretches: list[Stretch], hours: float, shut: NDArray[np.int32], late_h: float
    ) -> NDArray[np.bool_]:
        edges_h = self._edges_h
        last = len(edges_h) - 2
        good = np.ones(last + 1, bool)
        for stretch in stretches:
            from_h = edges_h[:-1] + stretch.begin * hours + 1e-9
            until_h = edges_h[1:] + stretch.end * hours + late_h - 1e-9
            first = np.minimum(np.searchsorted(edges_h, from_h, side="right") - 1, last)
            final = np.minimum(np.searchsorted(edges_h, until_h, side="right") - 1, last)
            good &= shut[final + 1, stretch.cell] == shut[first, stretch.cell]
        return good


def reverse(stretches: list[Stretch]) -> list[Stretch]:
    """The same way from its end to its beginning."""
    return [Stretch(s.cell, 1.0 - s.end, 1.0 - s.begin) for s in reversed(stretches)]


def _on_sphere(lonlat: FloatArray) -> FloatArray:
    """Points (k, 3) of the unit sphere."""
    lon, lat = np.radians(np.asarray(lonlat, np.float64)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
