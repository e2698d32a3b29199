"""What every peer is given: one scenario's arrays, and figures that follow from them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from planner.problem.arrays import Fleet, Instance
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from planner.solve.worth import visit_worths
from tests.benchmarks.scenarios import SCENARIOS

Steps = NDArray[np.int64]
Weights = NDArray[np.float64]
Allowed = NDArray[np.bool_]

FAR = 100_000
"""Steps between cells that no sortie can join."""


@dataclass(frozen=True)
class Ways:
    """How one fleet's hulls get from cell to cell, in steps.

    Between visits of cells that neither adjoin nor are a hop apart, a hull
    has to visit others: ``travel`` (n, n) is the least time from the end of
    the visit of the row to the start of that of the column, the visits in
    between included, and ``before`` (n, n) the last cell on that way.
    """

    travel: Steps
    before: NDArray[np.int32]
    visit: Steps
    deploy: Steps
    back: Steps

    def between(self, origin: int, target: int) -> list[int]:
        """Cells to visit on the way, in order."""
        cells: list[int] = []
        cell = target
        while origin != target and self.before[origin, cell] != origin:
            cell = int(self.before[origin, cell])
            cells.append(cell)
        return cells[::-1]


def ways_of(fleet: Fleet) -> Ways:
    """Shortest ways over the cells that a fleet can search."""
    net = fleet.network
    n = net.n_cells
    active = np.zeros(n, bool)
    active[net.active()] = True
    cells, column = np.nonzero(net.adjacent >= 0)
    near = net.adjacent[cells, column]
    target = np.concatenate([cells, np.repeat(np.arange(n), np.diff(net.hop_ptr))])
    origin = np.concatenate([near, net.hop_from])
    lasts = np.concatenate([np.zeros(cells.size), net.hop_steps])
    usable = active[origin] & active[target] & (origin != target)
    origin, target, lasts = origin[usable], target[usable], lasts[usable]
    # An edge costs the way and the visit at its end, so that none costs nothing.
    order = np.lexsort((lasts, target, origin))
    origin, target, lasts = origin[order], target[order], lasts[order]
    first = np.ones(origin.size, bool)
    first[1:] = (np.diff(origin) != 0) | (np.diff(target) != 0)
    cost = lasts + net.visit_steps[target]
    graph = csr_array((cost[first], (origin[first], target[first])), shape=(n, n))
    distance, before = shortest_path(graph, return_predecessors=True)
    travel = np.where(np.isfinite(distance), distance - net.visit_steps, FAR)
    np.fill_diagonal(travel, 0)
    out = ~active
    deploy, back = net.deploy_steps.astype(np.int64), net.return_steps.astype(np.int64)
    deploy[out], back[out] = FAR, FAR
    return Ways(
        travel.astype(np.int64),
        before.astype(np.int32),
        net.visit_steps.astype(np.int64),
        deploy,
        back,
    )


@dataclass(frozen=True)
class Task:
    """A scenario ready to be planned, whoever plans it."""

    name: str
    scenario: Scenario
    sea: Sea
    problem: PlanningProblem

    @property
    def instance(self) -> Instance:
        """The arrays."""
        return self.problem.instance

    @cached_property
    def ways(self) -> tuple[Ways, ...]:
        """Shortest ways, fleet by fleet."""
        return tuple(ways_of(fleet) for fleet in self.instance.fleets)

    @cached_property
    def allowed(self) -> tuple[Allowed, ...]:
        """Whether a visit may start at a step in a cell, ``(n_steps, n)``, fleet by fleet."""
        return tuple(worth.allowed for worth in visit_worths(self.instance))


def read_task(name: str, directory: Path) -> Task:
    """Build a scenario of :data:`SCENARIOS`, its sea and its arrays."""
    scenario = SCENARIOS[name](directory)
    sea = build_sea(scenario)
    return Task(name, scenario, sea, build(scenario, sea))


@dataclass
class Deadline:
    """Wall clock shared by the parts of one run."""

    limit_s: float
    began: float = field(default_factory=time.monotonic)

    def left_s(self) -> float:
        """Seconds until the time limit, none below zero."""
        return max(0.0, self.began + self.limit_s - time.monotonic())
