"""Plain enumeration of the target's ways and of the searchers' plans."""

from __future__ import annotations

import math
from itertools import combinations_with_replacement

import numpy as np

from planner.solve.markov import MarkovSearch


def ways(problem: MarkovSearch) -> list[tuple[float, tuple[int, ...]]]:
    """Every way of the target with its chance."""
    found = [(float(p), (i,)) for i, p in enumerate(problem.origin) if p > 0]
    for _ in range(problem.looks - 1):
        found = [
            (chance * float(p), (*way, j))
            for chance, way in found
            for j, p in enumerate(problem.step[way[-1]])
            if p > 0
        ]
    return found


def non_detection(problem: MarkovSearch, effort: np.ndarray) -> float:
    """The objective, summed way by way."""
    return math.fsum(
        chance * math.exp(-problem.rate * sum(effort[t, c] for t, c in enumerate(way)))
        for chance, way in ways(problem)
    )


def chord_value(problem: MarkovSearch, effort: np.ndarray) -> float:
    """The relaxed objective with chords between whole sums of effort, way by way."""
    total = 0.0
    for chance, way in ways(problem):
        u = sum(effort[t, c] for t, c in enumerate(way))
        k = math.floor(u + 1e-9)
        low, high = math.exp(-problem.rate * k), math.exp(-problem.rate * (k + 1))
        total += chance * (low + (u - k) * (high - low))
    return total


def single_paths(problem: MarkovSearch) -> list[tuple[int, ...]]:
    """Every path of one searcher."""
    found: list[tuple[int, ...]] = [()]
    for _ in range(problem.looks):
        found = [(*p, c) for p in found for c in problem.moves[p[-1] if p else problem.start]]
    return found


def optimum(problem: MarkovSearch) -> float:
    """Least non-detection over all plans, by trying them all."""
    table = ways(problem)
    chance = np.array([p for p, _ in table])
    way = np.array([w for _, w in table])
    paths = np.array(single_paths(problem))
    hits = (paths[:, None, :] == way[None, :, :]).sum(axis=2)
    useful = np.unique(hits, axis=0)
    return min(
        float(chance @ np.exp(-problem.rate * useful[list(team)].sum(axis=0)))
        for team in combinations_with_replacement(range(len(useful)), problem.searchers)
    )


def random_problem(
    rng: np.random.Generator, cells: int, searchers: int, looks: int
) -> MarkovSearch:
    """A random network, target and rate."""
    step = rng.random((cells, cells)) * (rng.random((cells, cells)) < 0.6) + np.eye(cells) * 0.2
    moves = tuple(tuple(sorted({i, *rng.integers(0, cells, 2).tolist()})) for i in range(cells))
    origin = rng.random(cells) * (rng.random(cells) < 0.7) + 1e-3
    return MarkovSearch(
        moves=moves,
        step=step / step.sum(axis=1, keepdims=True),
        origin=origin / origin.sum(),
        start=0,
        searchers=searchers,
        looks=looks,
        rate=float(rng.uniform(0.2, 2.0)),
    )


def random_effort(rng: np.random.Generator, problem: MarkovSearch) -> np.ndarray:
    """Whole effort of a random plan."""
    effort = np.zeros((problem.looks, problem.n_cells))
    for _ in range(problem.searchers):
        cell = problem.start
        for t in range(problem.looks):
            cell = int(rng.choice(problem.moves[cell]))
            effort[t, cell] += 1
    return effort
