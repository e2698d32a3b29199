"""What a plan finds watch by watch: as planned, beside what a trial found."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import numpy as np

from planner.plan.model import Plan
from planner.present.credit import passes_of, targets
from planner.present.figures import FloatArray
from planner.present.text import hours_between


def planned_by_watch(plan: Plan, edges: list[datetime]) -> FloatArray:
    """Weight expected to be found for the first time in each watch.

    A target found by its exposure ``u(t)`` so far with ``1 − exp(−u(t))`` is
    found in a watch with the difference of its ends. The exposure of a pass
    that a watch's end divides is shared by time.

    Parameters
    ----------
    plan
        A finished plan.
    edges
        (n + 1,) moments, rising; the first and last are those of the plan.

    Returns
    -------
    ndarray
        (n,) shares of all weight; their sum is the plan's detection up to
        the rounding of its figures.
    """
    at_h = np.array([hours_between(edges[0], edge) for edge in edges])
    given: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for one in passes_of(plan):
        span = hours_between(edges[0], one.start), hours_between(edges[0], one.end)
        given[one.target].append((*span, one.exposure))
    rows = targets(plan)
    found = np.zeros(len(at_h))
    for target, passes in given.items():
        start_h, end_h, exposure = np.array(passes).T[:, :, None]
        part = np.clip((at_h - start_h) / np.maximum(end_h - start_h, 1e-9), 0.0, 1.0)
        found -= rows[target].weight * np.expm1(-(exposure * part).sum(axis=0))
    return np.diff(found)
