"""Risk by watch of the day: where targets are at which hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from planner.plan.model import Plan
from planner.present.figures import CellsView, FloatArray, horizon
from planner.present.text import hours_between

MOST = 8
"""More watches a day than this are not listed: the map's control must fit a small screen."""

TELLING = 0.1
"""Watches are worth a look if the risk of some cell differs by so much of the highest risk."""


@dataclass(frozen=True)
class WatchWeights:
    """Target weight by watch of the day and cell.

    ``names`` (k,) are clock hours, ``weight`` (k, n) the weight that each cell would
    hold over the whole plan if that watch's rate held at all hours.
    """

    names: tuple[str, ...]
    weight: FloatArray


def weights_by_watch(plan: Plan, cells: CellsView) -> WatchWeights | None:
    """Weight by watch of the day, or None where it says no more than the weight in all.

    A target counts in a watch by the share of its time that falls in it; a
    moving one counts in the cell where it is.
    """
    watch_h = float(plan.scenario.get("area", {}).get("watch_h", 6))
    count = round(24 / watch_h)
    start, end = horizon(plan)
    length_h = hours_between(start, end)
    if not 2 <= count <= MOST or count * watch_h != 24 or length_h < 24:
        return None
    table = np.array(list(_stays(plan, cells)), dtype=float).reshape(-1, 4)
    cell = table[:, 0].astype(int)
    weight = np.zeros((count, len(cells.ids)))
    for watch in range(count):
        share = _passed(table[:, 2], watch, watch_h) - _passed(table[:, 1], watch, watch_h)
        held = np.bincount(cell, table[:, 3] * share, minlength=len(cells.ids))
        weight[watch] = held * length_h / _passed(np.array(length_h), watch, watch_h)
    area = np.maximum(np.asarray(cells.area_nm2, dtype=float), 1e-9)
    whole = np.bincount(cell, table[:, 3] * (table[:, 2] - table[:, 1]), minlength=len(area)) / area
    if np.abs(weight / area - whole).max(initial=0.0) <= TELLING * whole.max(initial=0.0):
        return None
    begins = [start + timedelta(hours=watch * watch_h) for watch in range(count)]
    names = [f"{at:%H:%M}–{at + timedelta(hours=watch_h):%H:%M}" for at in begins]
    return WatchWeights(tuple(names), weight)


def _stays(plan: Plan, cells: CellsView) -> Iterator[tuple[float, float, float, float]]:
    """Number of the cell, hours from and to, and weight an hour of every stay of a target."""
    index = {name: number for number, name in enumerate(cells.ids)}
    start, _ = horizon(plan)
    for row in plan.coverage:
        from_h, to_h = hours_between(start, row.from_), hours_between(start, row.to)
        if row.cell in index and to_h > from_h:
            yield index[row.cell], from_h, to_h, row.weight / (to_h - from_h)
    for track in plan.moving:
        total_h = sum(hours_between(stay.enter, stay.leave) for stay in track.passages)
        for stay in track.passages:
            if stay.cell in index and total_h > 0:
                from_h, to_h = hours_between(start, stay.enter), hours_between(start, stay.leave)
                yield index[stay.cell], from_h, to_h, track.weight / total_h


def _passed(hour: FloatArray, watch: int, watch_h: float) -> FloatArray:
    """Hours of a watch that have passed by ``hour`` from the plan's start."""
    days, rest = np.divmod(hour, 24.0)
    found: FloatArray = days * watch_h + np.clip(rest - watch * watch_h, 0.0, watch_h)
    return found
