"""When it is night over the area of a plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from planner.present.text import hours_between
from planner.sensing import DARK_BELOW_DEG, sun_altitude_deg

STEP = timedelta(minutes=10)


def nights(
    position: tuple[float, float], start: datetime, end: datetime
) -> tuple[tuple[float, float], ...]:
    """Dark times between two moments, as hours from ``start`` (from, to).

    Parameters
    ----------
    position
        (lon, lat) in degrees.
    start, end
        With their offsets.
    """
    count = max(1, -((start - end) // STEP))
    times = [start + STEP * k for k in range(count)] + [end]
    lon = (position[0] + 180.0) % 360.0 - 180.0
    height = sun_altitude_deg((lon, position[1]), times) - DARK_BELOW_DEG
    edges = [0.0] if height[0] < 0 else []
    for (before, after), (first, last) in zip(pairwise(times), pairwise(height), strict=True):
        if (first < 0) != (last < 0):
            share = first / (first - last)
            edges.append(hours_between(start, before) + share * hours_between(before, after))
    if len(edges) % 2:
        edges.append(hours_between(start, end))
    return tuple((float(a), float(b)) for a, b in np.reshape(edges, (-1, 2)))
