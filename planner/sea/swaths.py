"""What lanes see of a cell's water, and how far they follow a line that was sailed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from planner.sea.geodesy import FloatArray

SOFT = 0.2
"""Sight fades out over this share of its range, on both sides of it."""

SAME_LINE_M = 120.0
"""Lines closer than this see the same water."""

ALONG = 12
"""Points of each stretch at which its distance from other lines is measured."""


@njit(cache=True, nogil=True)
def _away(lane, x, y):  # type: ignore[no-untyped-def]
    """Distance of a point of the plane from the line through the vertices (v, 2)."""
    least = np.inf
    for v in range(lane.shape[0] - 1):
        ax, ay = lane[v, 0], lane[v, 1]
        dx, dy = lane[v + 1, 0] - ax, lane[v + 1, 1] - ay
        square = dx * dx + dy * dy
        t = 0.0
        if square > 0.0:
            t = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / square))
        ex, ey = x - ax - t * dx, y - ay - t * dy
        least = min(least, ex * ex + ey * ey)
    return np.sqrt(least)


@njit(cache=True, nogil=True)
def _seen(lanes, points, radius):  # type: ignore[no-untyped-def]
    """How well (m, q) each of the plane ``lanes`` (m, v, 2) sees each point: 1 near, 0 far."""
    found = np.zeros((lanes.shape[0], points.shape[0]))
    for k in range(lanes.shape[0]):
        for q in range(points.shape[0]):
            away = _away(lanes[k], points[q, 0], points[q, 1])
            found[k, q] = min(1.0, max(0.0, 0.5 + (1.0 - away / radius) / (2.0 * SOFT)))
    return found


@njit(cache=True, nogil=True)
def _along(lanes, past, reach):  # type: ignore[no-untyped-def]
    """Share (m, p) of each of ``lanes`` (m, v, 2) within ``reach`` of each of ``past``."""
    found = np.zeros((lanes.shape[0], past.shape[0]))
    for k in range(lanes.shape[0]):
        for p in range(past.shape[0]):
            near, length = 0.0, 0.0
            for v in range(lanes.shape[1] - 1):
                ax, ay = lanes[k, v, 0], lanes[k, v, 1]
                dx, dy = lanes[k, v + 1, 0] - ax, lanes[k, v + 1, 1] - ay
                stretch = np.hypot(dx, dy)
                length += stretch
                for part in range(ALONG):
                    t = (part + 0.5) / ALONG
                    if _away(past[p], ax + t * dx, ay + t * dy) <= reach:
                        near += stretch / ALONG
            found[k, p] = near / length if length > 0.0 else 0.0
    return found


@dataclass(frozen=True)
class Sight:
    """How well lanes see each sample (m, q), and the size (m,) of that."""

    seen: FloatArray
    size: FloatArray

    @classmethod
    def of_lanes(cls, plans: FloatArray, points: FloatArray, radius: float) -> Sight:
        """What lanes in the plane (m, v, 2) see within a radius of the samples (q, 2)."""
        seen: FloatArray = _seen(plans, points, radius)
        return cls(seen, np.linalg.norm(seen, axis=1))

    @classmethod
    def joined(cls, parts: Sequence[Sight]) -> Sight:
        """What several see."""
        return cls(
            np.concatenate([part.seen for part in parts]),
            np.concatenate([part.size for part in parts]),
        )

    def of(self, lane: int) -> Sight:
        """What one of the lanes sees."""
        return Sight(self.seen[lane : lane + 1], self.size[lane : lane + 1])

    def likeness(self, other: Sight) -> FloatArray:
        """How alike (m, p) lanes are in what they see: 1 for the same, 0 for nothing in common."""
        sizes = self.size[:, None] * other.size[None, :]
        found: FloatArray = (self.seen @ other.seen.T) / np.maximum(sizes, 1e-12)
        return found


class Again:
    """Which lanes follow the very line of an earlier one, measured only where that decides."""

    def __init__(self, plans: FloatArray, earlier: FloatArray) -> None:
        self._plans, self._earlier = plans, earlier
        self._share = np.full(len(plans), np.nan if len(earlier) else 0.0)

    def best(self, gain: FloatArray) -> int:
        """The lane of most ``gain`` (m,), less what it loses on lines sailed before."""
        most = np.round(gain, 9)
        left = np.full(len(gain), -np.inf)
        for k in np.argsort(-most, kind="stable"):
            if most[k] < left.max():
                break
            left[k] = np.round(gain[k] - 4.0 * np.maximum(0.0, self._of(k) - 0.5), 9)
        return int(np.argmax(left))

    def _of(self, lane: int) -> float:
        """Largest share of a lane that follows one of the earlier lines."""
        if np.isnan(self._share[lane]):
            near: FloatArray = _along(self._plans[lane : lane + 1], self._earlier, SAME_LINE_M)
            self._share[lane] = near.max()
        return float(self._share[lane])
