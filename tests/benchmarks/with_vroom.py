"""VROOM through pyvroom: as many jobs as possible, those of high priority first."""

from __future__ import annotations

import datetime as dt

import numpy as np

from tests.benchmarks.encoding import Orienteering
from tests.benchmarks.repair import Stop

Routes = list[list[Stop]]

STEP_S = 10
"""Seconds that a step is called, so that rounding within the solver does no harm."""

LEVELS = 100
"""Highest priority."""

THREADS = 2


def route(problem: Orienteering, time_limit_s: float, seed: int) -> Routes:
    """Stops of every slot, in order. VROOM knows no seed."""
    import vroom

    if problem.cell.size == 0:
        return [[] for _ in problem.slots]
    task = vroom.Input()
    for fleet in problem.fleets:
        never = problem.task.instance.n_steps + 1
        table = np.minimum(problem.durations(fleet), never) * STEP_S
        task.set_durations_matrix(str(fleet), table)
    share = problem.prize / problem.prize.max()
    priority = np.clip(np.ceil(LEVELS * share), 1, LEVELS).astype(int)
    task.add_job(
        [
            vroom.Job(
                k + 1,
                location=k + 1,
                priority=int(priority[k]),
                time_windows=[
                    vroom.TimeWindow(a * STEP_S, b * STEP_S) for a, b in problem.starts(k)
                ],
            )
            for k in range(problem.cell.size)
        ]
    )
    task.add_vehicle(
        [
            vroom.Vehicle(
                k + 1,
                start=0,
                end=0,
                profile=str(slot.fleet),
                time_window=vroom.TimeWindow(slot.depart * STEP_S, slot.end * STEP_S),
            )
            for k, slot in enumerate(problem.slots)
        ]
    )
    solution = task.solve(
        exploration_level=5,
        nb_threads=THREADS,
        timeout=dt.timedelta(seconds=max(0.01, time_limit_s)),
    )
    routes: Routes = [[] for _ in problem.slots]
    for step in solution.routes.to_dict("records"):
        if step["type"] == "job":
            client = int(step["id"]) - 1
            at = (int(step["arrival"]) + int(step["waiting_time"])) // STEP_S
            routes[int(step["vehicle_id"]) - 1].append(
                Stop(int(problem.cell[client]), at, float(problem.prize[client]))
            )
    return routes
