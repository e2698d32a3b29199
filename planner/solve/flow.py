"""What all hulls of a unit can earn together where some are taken for a while: a flow in time."""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from planner.problem.arrays import CapacityRow
from planner.solve.pricing import Profile

SCALE = 1e9
"""Worth is counted in whole parts of 1 over this, rounded up: the flow's costs are whole numbers.

Parts are larger where a sortie is worth more than 1, which none is at sensible prices.
"""


def best_flow(
    profile: Profile, row: CapacityRow, n_steps: int
) -> tuple[float, list[tuple[int, int]]]:
    """Most valuable set of sorties that the hulls of a row can sail, one sortie as often as wanted.

    Hulls flow from event to event, waiting or sailing: events are departures and
    the steps from which something is taken, at which alone more hulls can come to
    be bound. What is taken leaves the flow at the first event in its time and
    comes back at the first after it.

    Parameters
    ----------
    profile
        Best sortie per departure and duration.
    row
        Number of hulls, when they are free again, and what is taken of them.
    n_steps
        Steps of the plan.

    Returns
    -------
    tuple of float and list of (int, int)
        Its value, rounded up, and departure index and duration of the sorties,
        each once.
    """
    departures = profile.departures
    d, duration = np.nonzero(profile.value > 0.0)
    if not d.size:
        return 0.0, []
    events = np.union1d(departures, [max(0, begin) for begin, _ in row.taken]).astype(np.int64)
    count = events.size
    free = np.maximum(row.capacity - row.busy(n_steps)[events], 0).astype(np.int64)
    tail = np.searchsorted(events, departures[d])
    head = np.searchsorted(events, row.free(departures[d], departures[d] + duration))
    scale = SCALE / max(1.0, float(profile.value.max()))
    worth = np.ceil(profile.value[d, duration] * scale).astype(np.int64)
    kept = _best_between(tail, head, worth)
    d, duration, worth = d[kept], duration[kept], worth[kept]

    flow = min_cost_flow.SimpleMinCostFlow()
    wait = np.arange(count)
    most = np.full(count + d.size, row.capacity, np.int64)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([wait, tail[kept]]).astype(np.int32),
        np.concatenate([wait + 1, head[kept]]).astype(np.int32),
        most,
        np.concatenate([np.zeros(count, np.int64), -worth]),
    )
    come = np.diff(free, prepend=0)
    flow.set_nodes_supplies(np.arange(count + 1), np.append(come, -free[-1]))
    if flow.solve() != flow.OPTIMAL:
        raise AssertionError("hulls that wait can always flow")
    used = flow.flows(arcs[count:]) > 0
    chosen = list(zip(d[used].tolist(), duration[used].tolist(), strict=True))
    return -flow.optimal_cost() / scale, chosen


def _best_between(tail: np.ndarray, head: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Of the sorties that bind a hull between the same events only the best: which (k,)."""
    order = np.lexsort((-worth, head, tail))
    first = np.ones(order.size, bool)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    return order[first]
