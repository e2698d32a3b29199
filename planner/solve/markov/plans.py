"""Good plans by simulated annealing on pieces of paths."""

from __future__ import annotations

import math

import numpy as np

from planner.solve.markov.chords import summing
from planner.solve.markov.model import IntArray, MarkovSearch

HOT, COLD = 3e-3, 2e-6
"""First and last temperature, in units of the chance of non-detection (tried out on the grids)."""

LONGEST_PIECE = 5


def anneal(problem: MarkovSearch, steps: int, seed: int) -> tuple[float, IntArray]:
    """The best plan of one run: value as ``MarkovSearch.value`` and paths (searchers, looks).

    Parameters
    ----------
    steps
        Changes tried.
    seed
        The same seed gives the same plan.
    """
    allowed = np.zeros((problem.n_cells, problem.n_cells), np.bool_)
    for i, row in enumerate(problem.moves):
        allowed[i, list(row)] = True
    paths = np.empty((problem.searchers, problem.looks), np.int64)
    _anneal(
        problem.net, math.exp(-problem.rate), problem.origin, problem.start, allowed, steps,
        seed, paths,
    )  # fmt: skip
    return problem.value(problem.effort(paths)), paths


@summing
def _look(net, before, factor, after, step):  # type: ignore[no-untyped-def]
    """One look, then the target's step if ``step``: ``before`` and ``after`` (n,)."""
    for c in range(before.size):
        after[c] = before[c] * factor[c]
    if step:
        moved = after.copy()
        for c in range(before.size):
            total = 0.0
            for k in range(net.in_from.shape[1]):
                total += net.in_prob[c, k] * moved[net.in_from[c, k]]
            after[c] = total


@summing
def _passes(net, factor, before, later):  # type: ignore[no-untyped-def]
    """Masses before each look and chances after it, both ``(looks, n)``, by recursion."""
    looks, n = factor.shape
    for t in range(looks - 1):
        _look(net, before[t], factor[t], before[t + 1], True)
    for c in range(n):
        later[looks - 1, c] = 1.0
    for t in range(looks - 1, 0, -1):
        for c in range(n):
            total = 0.0
            for k in range(net.out_to.shape[1]):
                j = net.out_to[c, k]
                total += net.out_prob[c, k] * factor[t, j] * later[t, j]
            later[t - 1, c] = total


@summing
def _anneal(net, missed, origin, start, allowed, steps, seed, best):  # type: ignore[no-untyped-def]
    np.random.seed(seed)
    searchers, looks = best.shape
    n = origin.size
    paths = np.empty((searchers, looks), np.int64)
    factor, before, later = np.ones((looks, n)), np.zeros((looks, n)), np.zeros((looks, n))
    before[0] = origin
    for j in range(searchers):
        at = start
        for t in range(looks):
            at = net.moves[at, np.random.randint(net.move_count[at])]
            paths[j, t] = at
            factor[t, at] *= missed
    _passes(net, factor, before, later)
    value = (before[looks - 1] * factor[looks - 1]).sum()
    lowest = value
    best[:] = paths
    piece = np.empty(looks, np.int64)
    cool = math.log(COLD / HOT) / steps
    one, two = np.empty(n), np.empty(n)
    for s in range(steps):
        j = np.random.randint(searchers)
        low = np.random.randint(looks)
        high = min(looks - 1, low + np.random.randint(LONGEST_PIECE))
        at = start if low == 0 else paths[j, low - 1]
        same = True
        for t in range(low, high + 1):
            at = net.moves[at, np.random.randint(net.move_count[at])]
            piece[t] = at
            same = same and at == paths[j, t]
        if same or (high < looks - 1 and not allowed[at, paths[j, high + 1]]):
            continue
        one[:] = before[low]
        for t in range(low, high + 1):
            factor[t, paths[j, t]] /= missed
            factor[t, piece[t]] *= missed
            _look(net, one, factor[t], two, t < high)
            one, two = two, one
        new = (one * later[high]).sum()
        if new < value - HOT * math.exp(cool * s) * math.log(np.random.random()):
            for t in range(low, high + 1):
                paths[j, t] = piece[t]
            _passes(net, factor, before, later)
            value = new
            if value < lowest - 1e-12:
                lowest = value
                best[:] = paths
        else:
            for t in range(low, high + 1):
                factor[t, piece[t]] /= missed
                factor[t, paths[j, t]] *= missed
