"""When a threat is there: months and clock hours as intervals of a plan's hours."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from planner.scenario import Scenario, Threat

Floats = NDArray[np.float64]


def active_h(threat: Threat, scenario: Scenario, from_h: float, to_h: float) -> Floats:
    """Times in ``[from_h, to_h]`` that a threat's months and hours allow.

    Parameters
    ----------
    threat, scenario
        The clock is that of the scenario's start, its offset the same all along.
    from_h, to_h
        Hours from the plan's start; ``from_h`` may be negative.

    Returns
    -------
    intervals : (k, 2)
        Beginnings and ends in hours from the plan's start, in order and apart.
    """
    begin = scenario.start + timedelta(hours=from_h)
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    first_h = (midnight - scenario.start).total_seconds() / 3600.0
    found: list[list[float]] = []
    for day in range(int((to_h - first_h) // 24.0) + 1):
        date = midnight + timedelta(days=day)
        if threat.months is not None and date.month not in threat.months:
            continue
        for low, high in _of_a_day(threat.hours):
            start_h = max(from_h, first_h + 24.0 * day + low)
            end_h = min(to_h, first_h + 24.0 * day + high)
            if end_h <= start_h:
                continue
            if found and start_h <= found[-1][1] + 1e-9:
                found[-1][1] = end_h
            else:
                found.append([start_h, end_h])
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _of_a_day(hours: tuple[float, float] | None) -> list[tuple[float, float]]:
    """Intervals within a day, in order; hours over midnight are two of them."""
    if hours is None:
        return [(0.0, 24.0)]
    low, high = hours
    return [(low, high)] if low < high else [(0.0, high), (low, 24.0)]


def on_steps(intervals: Floats, step_h: float) -> Floats:
    """Intervals (k, 2) as whole time steps: those whose middle lies inside; empty ones left out."""
    steps = np.ceil(intervals / step_h - 0.5 - 1e-9)
    return np.asarray(steps[steps[:, 1] > steps[:, 0]] * step_h, dtype=np.float64)


def place_in(intervals: Floats, share: Floats) -> Floats:
    """Hours (s,) at which a ``share`` (s,) of the time in ``intervals`` (k, 2) has passed."""
    lengths = intervals[:, 1] - intervals[:, 0]
    passed = np.concatenate([[0.0], np.cumsum(lengths)])
    at = share * passed[-1]
    which = np.minimum(np.searchsorted(passed, at, side="right") - 1, len(lengths) - 1)
    found: Floats = intervals[which, 0] + at - passed[which]
    return found


def windows(horizon_h: float, persistence_h: float) -> Floats:
    """Boundaries 0, p, 2p, … of a threat's windows, the last at the horizon."""
    count = max(1, int(np.ceil(horizon_h / persistence_h - 1e-9)))
    bounds: Floats = np.arange(count + 1, dtype=np.float64) * persistence_h
    bounds[-1] = horizon_h
    return bounds


def cut(bounds_h: Floats, intervals: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Windows cut where ``intervals`` (k, 2) begin and end, and which of them lie inside.

    Returns
    -------
    bounds_h : (m + 1,)
    active : (m,)
    """
    inner = intervals[(intervals > bounds_h[0]) & (intervals < bounds_h[-1])]
    every = np.sort(np.concatenate([bounds_h, inner]))
    kept = np.concatenate([[True], np.diff(every) > 1e-9])
    bounds = every[kept]
    bounds[-1] = bounds_h[-1]
    middle = (bounds[1:] + bounds[:-1]) / 2
    inside = (middle[:, None] > intervals[:, 0]) & (middle[:, None] < intervals[:, 1])
    return bounds, inside.any(axis=1)
