"""PyVRP: optional clients with prizes, one vehicle type for each slot."""

from __future__ import annotations

import numpy as np

from tests.benchmarks.encoding import Orienteering
from tests.benchmarks.repair import Stop
from tests.benchmarks.tasks import FAR, Steps

Routes = list[list[Stop]]

SCALE = 10_000
"""Prizes are rounded to whole numbers; the largest becomes this."""


def route(problem: Orienteering, time_limit_s: float, seed: int) -> Routes:
    """Stops of every slot, in order."""
    import pyvrp
    from pyvrp.stop import MaxRuntime

    if problem.cell.size == 0:
        return [[] for _ in problem.slots]
    data, client = _data(problem), [k for k, _, _ in _offers(problem)]
    result = pyvrp.solve(
        data, MaxRuntime(time_limit_s), seed=seed, collect_stats=False, display=False
    )
    routes: Routes = [[] for _ in problem.slots]
    for found in result.best.routes():
        routes[found.vehicle_type()] = [
            Stop(
                int(problem.cell[client[activity.idx]]),
                int(activity.start_time),
                float(problem.prize[client[activity.idx]]),
            )
            for activity in found
            if activity.is_client()
        ]
    return routes


def _data(problem: Orienteering):  # type: ignore[no-untyped-def]
    """Locations are the cells offered, with the base at 0; a visit's time is its client's."""
    import pyvrp

    used = np.unique(problem.cell)
    place = np.searchsorted(used, problem.cell) + 1
    lasts = np.min([problem.ways(fleet).visit[used] for fleet in problem.fleets], axis=0)
    lasts = np.maximum(1, lasts)
    offers = _offers(problem)
    groups = [pyvrp.ClientGroup(required=False) for _ in range(problem.cell.size)]
    for number, (client, _, _) in enumerate(offers):
        groups[client].add_client(number)
    kept = [client for client, group in enumerate(groups) if len(group) > 1]
    clients = [
        pyvrp.Client(
            location=int(place[k]),
            service_duration=int(lasts[place[k] - 1]),
            tw_early=first,
            tw_late=last,
            prize=max(1, round(SCALE * problem.prize[k] / problem.prize.max())),
            required=False,
            group=kept.index(k) if len(groups[k]) > 1 else None,
        )
        for k, first, last in offers
    ]
    profiles = {fleet: number for number, fleet in enumerate(problem.fleets)}
    vehicles = [
        pyvrp.VehicleType(
            tw_early=slot.depart,
            tw_late=slot.end,
            start_late=slot.depart,
            profile=profiles[slot.fleet],
            unit_distance_cost=1,
        )
        for slot in problem.slots
    ]
    matrices = [_matrix(problem, fleet, used, lasts) for fleet in problem.fleets]
    places = [pyvrp.Location(0, 0)] * (used.size + 1)
    return pyvrp.ProblemData(
        places,
        clients,
        [pyvrp.Depot(0)],
        vehicles,
        matrices,
        matrices,
        [groups[client] for client in kept],
    )


def _offers(problem: Orienteering) -> list[tuple[int, int, int]]:
    """Client, first and last start: one for each interval, as PyVRP knows single windows."""
    return [(k, a, b) for k in range(problem.cell.size) for a, b in problem.starts(k)]


def _matrix(problem: Orienteering, fleet: int, used: Steps, lasts: Steps) -> Steps:
    """Steps from the end of a visit to the start of the next; the base is 0."""
    ways = problem.ways(fleet)
    more = ways.visit[used] - lasts
    table = np.zeros((used.size + 1, used.size + 1), np.int64)
    table[0, 1:] = ways.deploy[used]
    table[1:, 0] = ways.back[used] + more
    table[1:, 1:] = ways.travel[np.ix_(used, used)] + more[:, None]
    np.fill_diagonal(table, 0)
    return np.clip(table, 0, FAR)
