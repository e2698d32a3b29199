"""Best plan and proven bound: annealing, then tree search over a list of beginnings."""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from planner.errors import SolveError
from planner.solve.markov.beginnings import Beginning, beginnings
from planner.solve.markov.chords import best_ways
from planner.solve.markov.model import IntArray, MarkovSearch, grid
from planner.solve.markov.plans import anneal
from planner.solve.markov.tree import MARGIN, Work, descend, enter, tighten, work

logger = logging.getLogger(__name__)

ROOT_ROUNDS = 3000
ROUNDS = 64
ROUNDS_GROWTH = 1.5
MOST_ROUNDS = 600
"""Rounds at a node with up to four looks left, growth for each more, and the most.

A node cut off saves dozens of children, each as dear: few rounds cost a hundred times the nodes.
"""

ANNEALING_STEPS = 400_000
"""Changes tried in one run: about a second on 81 cells."""
ANNEALING_SHARE = 0.06
RUNS_WITHOUT_GAIN = 16
FIRST_SHARE = 0.85
LEAST_SHARE, MOST_SHARE = 0.3, 0.9
"""Share of the gap that a pass leaves: of the first passes, at least and at most."""

DEARER = 2.5
"""A pass should cost so many times the last one, so that all before it cost little beside it."""

PART, MOST_PART = 0.05, 0.5
"""Of the time or nodes left: what a pass may always cost, and what it should never."""

LEAST_GROWTH, MOST_GROWTH = 1.0, 8.0
"""Bounds of the exponent by which the cost of a pass is taken to grow as the gap shrinks."""

UNLIMITED = 2**62
MOST_JOINT_MOVES = 4096


@dataclass(frozen=True)
class MarkovResult:
    """A plan for a Markov target and what is proven about it.

    ``paths (searchers, looks)``; ``value`` its chance of non-detection,
    evaluated exactly; no plan has less than ``bound``.
    """

    paths: IntArray
    value: float
    bound: float
    proven: bool
    time_s: float
    nodes: int
    cuts: int

    @property
    def gap(self) -> float:
        """``1 − bound / value``."""
        return 1 - self.bound / self.value


@dataclass
class _Run:
    """What a run has found so far."""

    problem: MarkovSearch
    deadline: float
    workers: list[Work]
    value: float = math.inf
    paths: IntArray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    control: IntArray = field(default_factory=lambda: np.array([0, UNLIMITED]))
    """Set to 1 to stop; nodes left."""

    by_nodes: bool = False
    """The node limit, not the clock, decides how the effort is spent."""

    def offer(self, value: float, paths: IntArray) -> bool:
        if value >= self.value - MARGIN:
            return False
        self.value, self.paths = value, paths.copy()
        return True

    def over(self) -> bool:
        return time.monotonic() >= self.deadline or self.control[1] <= 0

    def left(self) -> float:
        """Nodes left, or seconds."""
        return float(self.control[1]) if self.by_nodes else self.deadline - time.monotonic()


def solve_markov(
    problem: MarkovSearch,
    *,
    time_limit_s: float = 60.0,
    node_limit: int | None = None,
    gap: float = 1e-4,
    seed: int = 0,
    threads: int = 2,
    annealing_steps: int = ANNEALING_STEPS,
    report: Callable[[float, float], None] = lambda value, bound: None,
) -> MarkovResult:
    """Minimise the chance that the target is not detected.

    Parameters
    ----------
    time_limit_s
        Wall-clock limit, without compiling. The bound is valid whenever it ends.
    node_limit
        Most nodes of the tree search. Where it ends the run before the clock
        does, and with one thread, the same seed gives the same result.
    gap
        Stop once ``1 − bound / value`` is at most this.
    annealing_steps
        Changes tried in one run of annealing.
    report
        Called with value and bound whenever a pass of the search ends.
    """
    if threads < 1 or gap <= 0 or (node_limit is not None and node_limit < 0):
        raise SolveError("threads must be at least 1, gap above 0, and node_limit not below 0")
    compile_loops()
    begun = time.monotonic()
    joint = max(map(len, problem.moves)) ** problem.searchers
    searchable = joint <= MOST_JOINT_MOVES
    run = _Run(
        problem,
        begun + time_limit_s,
        [work(problem, joint if searchable else 1) for _ in range(threads)],
        control=np.array([0, UNLIMITED if node_limit is None else node_limit]),
        by_nodes=node_limit is not None,
    )
    with ThreadPoolExecutor(threads) as pool:
        share = 1.0 if run.by_nodes else ANNEALING_SHARE
        _anneal(run, pool, seed, annealing_steps, begun + share * time_limit_s)
        bound = _root(run)
        report(run.value, bound)
        if searchable and bound < run.value * (1 - gap):
            bound = _passes(run, pool, gap, bound, report)
    value = problem.value(problem.effort(run.paths))
    bound = min(bound, value)
    return MarkovResult(
        paths=run.paths,
        value=value,
        bound=bound,
        proven=bound >= value * (1 - gap),
        time_s=time.monotonic() - begun,
        nodes=int(sum(w.calls[0] for w in run.workers)),
        cuts=int(sum(w.calls[1] for w in run.workers)),
    )


def _anneal(run: _Run, pool: ThreadPoolExecutor, seed: int, steps: int, deadline: float) -> None:
    """Annealing runs, a few at a time, until several in a row bring nothing better."""
    idle, number = 0, seed * 100_003
    while idle < RUNS_WITHOUT_GAIN:
        width = len(run.workers)
        found = pool.map(lambda s: anneal(run.problem, steps, s), range(number, number + width))
        for value, paths in found:
            idle = 0 if run.offer(value, paths) else idle + 1
        number += width
        if time.monotonic() >= deadline:
            break


def _root(run: _Run) -> float:
    """The bound of the relaxation of the whole problem; its cut stays with the first worker."""
    problem, w = run.problem, run.workers[0]
    at = np.full(problem.searchers, problem.start)
    missed = math.exp(-problem.rate)
    enter(problem.net, missed, problem.origin, 0, at, w)
    w.gain[0], w.constant[0] = 0.0, 0.0
    best_ways(problem.net, 0, w.gain[0], w.worth, w.move)
    cell = problem.start
    for t in range(problem.looks):
        cell = int(w.move[t, cell])
        w.ways[0, :, t] = cell
    bound = tighten(problem.net, missed, 0, at, w, run.value, ROOT_ROUNDS)
    return float(bound) - MARGIN


def _passes(
    run: _Run,
    pool: ThreadPoolExecutor,
    gap: float,
    bound: float,
    report: Callable[[float, float], None],
) -> float:
    """Search below every beginning, pass by pass for a higher bound."""
    target = 0.9 * gap
    floor = run.value * (1 - target)
    tasks = beginnings(run.problem, run.workers[0], floor)
    logger.info("%d beginnings of %d looks", len(tasks), tasks[0].depth if tasks else 0)
    share, cost = FIRST_SHARE, 0.0
    while True:
        lowest = min([floor, *(task.bound for task in tasks)])
        bound = max(bound, lowest)
        report(run.value, bound)
        if bound >= run.value * (1 - gap) or run.over():
            return bound
        wanted = max(target, share * (1 - bound / run.value))
        limit = min(floor, run.value * (1 - wanted))
        left = run.left()
        _one_pass(run, pool, tasks, limit)
        before, cost = cost, left - run.left()
        share = _next_share(share, before, cost, run.left())


def _next_share(share: float, before: float, cost: float, left: float) -> float:
    """Share of the gap to leave next: ``cost`` of a pass is taken as a power of the gap.

    The last pass left ``share`` and cost ``cost``, the one before it
    ``before``; ``left`` is what there is. All costs in seconds or in nodes.
    """
    if min(before, cost, left) <= 0:
        return FIRST_SHARE
    growth = math.log(cost / before) / -math.log(share)
    growth = min(MOST_GROWTH, max(LEAST_GROWTH, growth))
    wanted = min(max(DEARER * cost, PART * left), MOST_PART * left)
    share = math.pow(cost / wanted, 1 / growth)
    return min(MOST_SHARE, max(LEAST_SHARE, share))


def _one_pass(run: _Run, pool: ThreadPoolExecutor, tasks: list[Beginning], limit: float) -> None:
    """Prove ``limit`` below every beginning that lacks it, lowest bounds first."""
    queue = deque(sorted((task for task in tasks if task.bound < limit), key=lambda x: x.bound))
    jobs = [pool.submit(_work_off, run, w, queue, limit) for w in run.workers]
    if wait(jobs, timeout=max(0.0, run.deadline - time.monotonic())).not_done:
        run.control[0] = 1
    for job in jobs:
        job.result()


def _work_off(run: _Run, w: Work, queue: deque[Beginning], limit: float) -> None:
    problem = run.problem
    missed = math.exp(-problem.rate)
    left = np.arange(problem.looks + 1)
    rounds = np.minimum(MOST_ROUNDS, ROUNDS * ROUNDS_GROWTH ** np.maximum(0, left - 4))
    rounds = rounds.astype(np.int64)
    while queue and not run.control[0] and run.control[1] > 0:
        task = queue.popleft()
        task.install(problem, run.workers[0], w)
        w.best[0] = run.value
        finished = descend(
            problem.net, missed, problem.origin, problem.start, task.depth, w, limit, rounds,
            run.control,
        )  # fmt: skip
        if w.best[0] < run.value:
            run.offer(float(w.best[0]), w.best_paths)
        if finished:
            task.bound = min(limit, float(w.best[0])) - MARGIN


@cache
def compile_loops() -> None:
    """Compile every loop on a grid of nine cells, before any clock starts."""
    problem = grid(3, 1, 3)
    run = _Run(problem, math.inf, [work(problem, 5)])
    run.offer(*anneal(problem, 10, 0))
    run.value = 1.0
    _root(run)
    _work_off(run, run.workers[0], deque([Beginning(((problem.start,),), 0.0)]), 1.0)
