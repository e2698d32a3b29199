"""Compiling the inner loops before the clock starts: up to a minute once, nothing afterwards."""

from __future__ import annotations

from functools import cache

import numpy as np

from planner.problem.arrays import (
    Breaks,
    CapacityRow,
    Fleet,
    FuelRule,
    Instance,
    Open,
    Targets,
)
from planner.problem.network import Network
from planner.solve.bounding import Bounding
from planner.solve.search import Search
from planner.solve.sorties import Pool

STEPS = 6


def compile_for(instance: Instance) -> None:
    """Run every compiled loop that the fleets of an instance need."""
    for fleet in instance.fleets:
        compile_loops(weather=fleet.open is not None, breaks=fleet.breaks is not None)


@cache
def compile_loops(*, weather: bool = False, breaks: bool = False) -> None:
    """Run every compiled loop once, on a sea of two cells and half a dozen steps.

    Those that ask the weather where a hull may be are compiled apart, and so are those
    that ask when it must lie still, so they are left out unless asked for.
    """
    instance = _two_cells(_all_open() if weather else None, _no_break() if breaks else None)
    search = Search(instance, seed=0)
    search.construct(lambda: False)
    Bounding(instance, Pool()).run(lambda: False, lambda: 1.0)


def _all_open() -> Open:
    cells = np.ones((1, 2), bool)
    return Open(cells, cells, cells, np.ones((1, 1), bool))


def _no_break() -> Breaks:
    """Breaks of which the first is due when every sortie is over."""
    phase, way = np.zeros(5, np.int32), np.zeros(2, np.int32)
    return Breaks(phase, (), 1, way, np.ones((5, 2), np.int32))


def _two_cells(where: Open | None, breaks: Breaks | None) -> Instance:
    pair = np.array([1, 1], np.int32)
    network = Network(
        visit_steps=pair,
        adjacent=np.array([[0, 1], [1, 0]], np.int32),
        hop_ptr=np.array([0, 0, 1], np.int32),
        hop_from=np.array([0], np.int32),
        hop_steps=np.array([1], np.int32),
        deploy_steps=pair,
        return_steps=pair,
        departures=np.arange(STEPS, dtype=np.int32),
        max_steps=4,
    )
    targets = Targets(
        n_cells=2,
        window=np.zeros((1, STEPS), np.int32),
        offset=np.array([0, 2], np.int64),
        weight=np.array([0.4, 0.4, 0.2]),
    )
    fleet = Fleet(
        name="one hull",
        network=network,
        exposure=np.full((1, 1, 2), 0.5),
        track_ptr=np.array([0] * 5 + [1] * (2 * STEPS - 4), np.int64),
        track_target=np.array([0], np.int32),
        track_exposure=np.array([0.1]),
        rows=(CapacityRow(1, 1),),
        fuel=FuelRule(1.0, 1.0, 1.0, 100.0),
        unit=0,
        epoch=np.zeros(STEPS, np.int32),
        open=where,
        breaks=breaks,
    )
    return Instance(STEPS, targets, (fleet,), ("west", "east"))
