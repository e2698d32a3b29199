"""The best schedule of one hull: a tiny programme over the sorties of a profile."""

from __future__ import annotations

import numpy as np

from planner.problem.arrays import CapacityRow
from planner.solve.compiled import compiled
from planner.solve.pricing import Profile


@compiled
def _chain(departures, value, gap, least, best, pick) -> None:  # type: ignore[no-untyped-def]
    count, durations = value.shape
    for d in range(count - 1, -1, -1):
        best[d] = best[d + 1]
        pick[d] = -1
        after = d + 1
        for duration in range(durations):
            if value[d, duration] <= 0.0:
                continue
            free = departures[d] + max(duration + gap, least)
            while after < count and departures[after] < free:
                after += 1
            total = value[d, duration] + best[after]
            if total > best[d]:
                best[d] = total
                pick[d] = duration


def best_schedule(profile: Profile, row: CapacityRow) -> tuple[float, list[tuple[int, int]]]:
    """Most valuable chain of sorties of one hull.

    Parameters
    ----------
    profile
        Best sortie per departure and duration.
    row
        Says when the hull, or crew, may sail again; its number and what is
        taken of it count for nothing here.

    Returns
    -------
    tuple of float and list of (int, int)
        Its value, and departure index and duration of each sortie, in order.
    """
    count = profile.departures.size
    best, pick = np.zeros(count + 1), np.full(count, -1, np.int64)
    _chain(profile.departures, profile.value, row.gap_steps, row.least_steps, best, pick)
    chosen = []
    d = 0
    while d < count:
        if pick[d] < 0:
            d += 1
            continue
        chosen.append((d, int(pick[d])))
        free = row.free(profile.departures[d], profile.departures[d] + pick[d])
        d = int(np.searchsorted(profile.departures, free))
    return float(best[0]), chosen
