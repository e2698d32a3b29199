"""Day, twilight and night over a plan, at the middle of the area watched."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from planner.plan.model import Plan
from planner.present.figures import horizon
from planner.present.text import hours_between
from planner.sensing import DARK_BELOW_DEG, sun_altitude_deg

NIGHT, TWILIGHT, DAY = 0, 1, 2

SUNRISE_DEG = -0.833
"""The sun's upper edge on the horizon, with mean refraction: the altitude of its middle (the
definition of sunrise in the Nautical Almanac)."""

STEP = timedelta(minutes=10)


def daylight(plan: Plan, aor: Any) -> list[list[int]]:
    """Changes of light, ``[minute, phase]``, the first at the plan's start.

    Phases are 0 night, 1 civil twilight (sun between −6° and the horizon) and 2 day.

    Parameters
    ----------
    plan
        Its start and days.
    aor
        Area of responsibility in lon/lat; the light is that of its middle.
    """
    start, end = horizon(plan)
    west, south, east, north = aor.bounds
    lon = ((west + east) / 2 + 180.0) % 360.0 - 180.0
    count = max(1, -((start - end) // STEP))
    times = [start + STEP * k for k in range(count)] + [end]
    height = sun_altitude_deg((lon, (south + north) / 2), times)
    changes = [[0, _phase(float(height[0]))]]
    for (before, after), (low, high) in zip(pairwise(times), pairwise(height), strict=True):
        for limit in (DARK_BELOW_DEG, SUNRISE_DEG) if low < high else (SUNRISE_DEG, DARK_BELOW_DEG):
            if (low < limit) != (high < limit):
                share = (limit - low) / (high - low)
                hours = hours_between(start, before) + share * hours_between(before, after)
                up = 1 if low < high else -1
                changes.append([round(60 * float(hours)), changes[-1][1] + up])
    return changes


def _phase(altitude_deg: float) -> int:
    if altitude_deg < DARK_BELOW_DEG:
        return NIGHT
    return TWILIGHT if altitude_deg < SUNRISE_DEG else DAY
