"""The plan's targets as rows: weight, exposure, detection."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

from planner.plan.model import CoverageRow, MovingRow, TrackPassage
from planner.problem.build import PlanningProblem
from planner.scenario import Scenario
from planner.sea import Sea
from planner.solve import Sortie
from planner.solve.coverage import Coverage


def coverage_rows(
    columns: Iterable[Sortie], scenario: Scenario, sea: Sea, problem: PlanningProblem
) -> tuple[tuple[CoverageRow, ...], tuple[MovingRow, ...]]:
    """One row per stationary target with weight, one per sampled track."""
    targets = problem.instance.targets
    exposure = Coverage(targets, columns).exposure
    stationary = []
    for number, layer in enumerate(problem.layers):
        start, end = int(targets.offset[number]), int(targets.offset[number + 1])
        at = [scenario.start + dt.timedelta(hours=float(h)) for h in layer.window_h]
        found = exposure[start:end].reshape(layer.weight.shape)
        for window, cell in zip(*layer.weight.nonzero(), strict=True):
            u = float(found[window, cell])
            stationary.append(
                CoverageRow(
                    cell=sea.cells.ids[cell],
                    threat=layer.threat,
                    from_=at[window],
                    to=at[window + 1],
                    weight=float(layer.weight[window, cell]),
                    exposure=u,
                    detection=-math.expm1(-u),
                )
            )
    moving = []
    first = int(targets.offset[-1])
    tracked = exposure[first : first + len(problem.tracks)]
    for track, u in zip(problem.tracks, tracked, strict=True):
        passages = tuple(
            TrackPassage(
                cell=sea.cells.ids[cell],
                enter=scenario.start + dt.timedelta(hours=float(enter)),
                leave=scenario.start + dt.timedelta(hours=float(leave)),
            )
            for cell, enter, leave in zip(track.cell, track.enter_h, track.leave_h, strict=True)
        )
        moving.append(
            MovingRow(
                threat=track.threat,
                weight=track.weight,
                speed_kn=track.speed_kn,
                exposure=float(u),
                detection=-math.expm1(-float(u)),
                passages=passages,
            )
        )
    return tuple(stationary), tuple(moving)
