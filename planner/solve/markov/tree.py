"""Depth-first search over joint moves, cut off by chord bounds (formulas 8 to 10)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.solve.markov.chords import best_ways, cut, summing
from planner.solve.markov.model import FloatArray, IntArray, MarkovSearch

MARGIN = 1e-10
"""Taken off every bound, for rounding."""

GRAINS = (8, 16, 32)
"""Reference effort is counted in parts of ``1 / K`` of a searcher; finer with more looks left."""


@summing
def grain(left):  # type: ignore[no-untyped-def]
    """Which of ``GRAINS`` serves a node with ``left`` looks to come."""
    if left <= 6:
        return 0
    return 1 if left <= 8 else 2


class Work(NamedTuple):
    """One thread's arrays; those with a leading ``looks`` belong to the node at that depth.

    ``mass (looks + 1, n)`` undetected before the look; ``paths (searchers,
    looks)`` the moves made; ``gain (looks, looks, n), constant (looks,)`` the
    node's cut; ``ways (looks, U, looks)`` its ``K · searchers`` parts of
    reference effort; ``child, child_bound, children, next`` its open moves.
    """

    mass: FloatArray
    paths: IntArray
    gain: FloatArray
    constant: FloatArray
    ways: IntArray
    child: IntArray
    child_bound: FloatArray
    children: IntArray
    next: IntArray
    units: IntArray
    ahead: tuple[FloatArray, FloatArray, FloatArray]
    slope: tuple[FloatArray, FloatArray, FloatArray]
    fresh: FloatArray
    mixed: FloatArray
    worth: FloatArray
    move: IntArray
    best: FloatArray
    best_paths: IntArray
    calls: IntArray


def work(problem: MarkovSearch, joint_moves: int) -> Work:
    """Arrays for one thread, for up to ``joint_moves`` children of a node."""
    t, n, j = problem.looks, problem.n_cells, problem.searchers

    def blank(g: int) -> FloatArray:
        return np.zeros((t, n, GRAINS[g]))

    return Work(
        mass=np.zeros((t + 1, n)),
        paths=np.zeros((j, t), np.int64),
        gain=np.zeros((t, t, n)),
        constant=np.zeros(t),
        ways=np.zeros((t, GRAINS[-1] * j, t), np.int64),
        child=np.zeros((t, joint_moves, j), np.int64),
        child_bound=np.zeros((t, joint_moves)),
        children=np.zeros(t, np.int64),
        next=np.zeros(t, np.int64),
        units=np.zeros((t, n), np.int64),
        ahead=(blank(0), blank(1), blank(2)),
        slope=(blank(0), blank(1), blank(2)),
        fresh=np.zeros((t, n)),
        mixed=np.zeros((t, n)),
        worth=np.zeros((t + 1, n)),
        move=np.zeros((t, n), np.int64),
        best=np.full(1, np.inf),
        best_paths=np.zeros((j, t), np.int64),
        calls=np.zeros(2, np.int64),
    )


@summing
def standing(start, paths, t, out):  # type: ignore[no-untyped-def]
    """Where the searchers stand before the move to look ``t``."""
    for j in range(out.size):
        out[j] = start if t == 0 else paths[j, t - 1]


@summing
def _mixed(net, t, value, share, at, w):  # type: ignore[no-untyped-def]
    """The bound by the node's cut with a ``share`` of the fresh one, which goes to ``w.mixed``."""
    looks, n = w.units.shape
    gain = w.gain[t]
    for s in range(t, looks):
        for c in range(n):
            w.mixed[s, c] = gain[s, c] + share * (w.fresh[s, c] - gain[s, c])
    best_ways(net, t, w.mixed, w.worth, w.move)
    total = w.constant[t] + share * (value - w.constant[t])
    for j in range(at.size):
        total -= w.worth[t, at[j]]
    return total


@summing
def _count(t, ways, units):  # type: ignore[no-untyped-def]
    units[t:] = 0
    for u in range(ways.shape[0]):
        for s in range(t, units.shape[0]):
            units[s, ways[u, s]] += 1


@summing
def tighten(net, missed, t, at, w, goal, rounds):  # type: ignore[no-untyped-def]
    """Raise the bound of the node at depth ``t`` by mixing cuts, until ``goal`` or ``rounds``.

    Starts from the node's own cut, its best ways and reference ways, and
    leaves the mixed cut and its best ways in ``w``. Returns the last bound.
    The first rounds often lower the bound, as the inherited cut is a mean of
    many and the reference ways are not yet the node's own: no early end.
    """
    looks = w.units.shape[0]
    g = grain(looks - t)
    parts = GRAINS[g]
    gain, ways = w.gain[t], w.ways[t, : parts * at.size]
    bound = w.constant[t]
    for j in range(at.size):
        bound -= w.worth[t, at[j]]
    if bound >= goal or rounds == 0:
        return bound
    _count(t, ways, w.units)
    for r in range(rounds):
        value = cut(net, missed, t, w.mass[t], w.units, w.ahead[g], w.slope[g], w.fresh)
        w.calls[1] += 1
        largest = max(0.05, 0.6 if r < 8 else 4.8 / (r + 1))
        bound, share = _mixed(net, t, value, 0.3 * largest, at, w), 0.3 * largest
        if bound < goal:
            small = bound
            bound, share = _mixed(net, t, value, largest, at, w), largest
            if bound < small:
                bound, share = _mixed(net, t, value, 0.3 * largest, at, w), 0.3 * largest
        gain[t:] = w.mixed[t:]
        w.constant[t] += share * (value - w.constant[t])
        if bound >= goal:
            return bound
        _swap(t, at, gain, ways, parts, w)
    return bound


@summing
def _swap(t, at, gain, ways, parts, w):  # type: ignore[no-untyped-def]
    """Lead the part of the reference effort that loses most along its searcher's best way.

    One part at a time: more at once overshoot, and the bound suffers.
    """
    looks = gain.shape[0]
    worst, most = 0, -np.inf
    for u in range(ways.shape[0]):
        loss = w.worth[t, at[u // parts]]
        for s in range(t, looks):
            loss -= gain[s, ways[u, s]]
        if loss > most:
            worst, most = u, loss
    c = at[worst // parts]
    for s in range(t, looks):
        w.units[s, ways[worst, s]] -= 1
        c = w.move[s, c]
        ways[worst, s] = c
        w.units[s, c] += 1


@summing
def enter(net, missed, origin, t, at, w):  # type: ignore[no-untyped-def]
    """Make the node at depth ``t`` from its parent: mass, cut and reference ways."""
    n = origin.size
    searchers = at.size
    looks = w.units.shape[0]
    if t == 0:
        w.mass[0] = origin
        return
    seen = w.mass[t - 1].copy()
    for j in range(searchers):
        seen[at[j]] *= missed
    for c in range(n):
        total = 0.0
        for k in range(net.in_from.shape[1]):
            total += net.in_prob[c, k] * seen[net.in_from[c, k]]
        w.mass[t, c] = total
    if t == looks - 1:
        return
    w.constant[t] = w.constant[t - 1]
    for j in range(searchers):
        w.constant[t] -= w.gain[t - 1, t - 1, at[j]]
    for s in range(t, looks):
        w.gain[t, s] = w.gain[t - 1, s]
    best_ways(net, t, w.gain[t], w.worth, w.move)
    _inherit_ways(t, at, w)


@summing
def _inherit_ways(t, at, w):  # type: ignore[no-untyped-def]
    """Reference ways of a child: of its parent's those through its cells, else the best ways."""
    searchers, looks = w.paths.shape
    above = GRAINS[grain(looks - t + 1)] * searchers
    parts = GRAINS[grain(looks - t)]
    owner = np.full(above, -1, np.int64)
    fit = np.empty(above, np.int64)
    for j in range(searchers):
        share = 1
        for i in range(j + 1, searchers):
            if at[i] == at[j]:
                share += 1
        total = 0
        for u in range(above):
            if owner[u] < 0 and w.ways[t - 1, u, t - 1] == at[j]:
                fit[total] = u
                total += 1
        total = (total + share - 1) // share
        for k in range(total):
            owner[fit[k]] = j
        for k in range(parts):
            if total > 0 and (total >= parts or k < total or k % 2 == 1):
                u = fit[k * total // parts if total >= parts else k % total]
                w.ways[t, j * parts + k] = w.ways[t - 1, u]
            else:
                c = at[j]
                for s in range(t, looks):
                    c = w.move[s, c]
                    w.ways[t, j * parts + k, s] = c


@summing
def _advance(net, at, choice):  # type: ignore[no-untyped-def]
    """The next of all joint moves, counted up in ``choice``; False after the last."""
    for j in range(at.size - 1, -1, -1):
        choice[j] += 1
        if choice[j] < net.move_count[at[j]]:
            return True
        choice[j] = 0
    return False


@summing
def branch(net, t, at, w, limit):  # type: ignore[no-untyped-def]
    """List the node's joint moves whose bound by the node's cut is below ``limit``, best first.

    Searchers are identical: of joint moves to the same cells one is kept.
    """
    searchers, n = at.size, w.units.shape[1]
    gain = w.gain[t]
    choice = np.zeros(searchers, np.int64)
    place = np.zeros(searchers, np.int64)
    seen = np.empty(w.child.shape[1], np.int64)
    kept = 0
    while True:
        bound = w.constant[t]
        for j in range(searchers):
            place[j] = net.moves[at[j], choice[j]]
            bound -= gain[t, place[j]] + w.worth[t + 1, place[j]]
        if bound < limit:
            order = np.sort(place)
            key = 0
            for j in range(searchers):
                key = key * n + order[j]
            fresh = True
            for i in range(kept):
                if seen[i] == key:
                    fresh = False
                    break
            if fresh:
                i = kept
                while i > 0 and w.child_bound[t, i - 1] > bound:
                    i -= 1
                for k in range(kept, i, -1):
                    w.child_bound[t, k] = w.child_bound[t, k - 1]
                    w.child[t, k] = w.child[t, k - 1]
                    seen[k] = seen[k - 1]
                seen[i] = key
                w.child_bound[t, i] = bound
                w.child[t, i] = place
                kept += 1
        if not _advance(net, at, choice):
            break
    w.children[t] = kept
    w.next[t] = 0


@summing
def _last_look(net, missed, at, w, goal):  # type: ignore[no-untyped-def]
    """The best last look of the node at depth ``looks − 1``; kept if below ``goal``."""
    searchers, looks = w.paths.shape
    mass = w.mass[looks - 1]
    total = mass.sum()
    least = total
    for j in range(searchers):
        most = 0.0
        for k in range(net.move_count[at[j]]):
            most = max(most, mass[net.moves[at[j], k]])
        least -= (1.0 - missed) * most
    if least >= goal:
        return
    choice = np.zeros(searchers, np.int64)
    best = goal
    while True:
        value = total
        for j in range(searchers):
            c = net.moves[at[j], choice[j]]
            again = 1.0
            for i in range(j):
                if net.moves[at[i], choice[i]] == c:
                    again *= missed
            value -= (1.0 - missed) * again * mass[c]
        if value < best:
            best = value
            w.best[0] = value
            w.best_paths[:] = w.paths
            for j in range(searchers):
                w.best_paths[j, looks - 1] = net.moves[at[j], choice[j]]
        if not _advance(net, at, choice):
            return


@summing
def descend(net, missed, origin, start, depth, w, limit, rounds, control):  # type: ignore[no-untyped-def]
    """Search below the node at ``depth``: its paths and parent's cut stand in ``w``.

    Plans of ``limit`` or more are cut off; better ones go to ``w.best`` and
    lower the limit. Returns False if ``control[0]`` stopped it, or if no nodes
    are left in ``control[1]``, from which every node takes one.
    """
    searchers, looks = w.paths.shape
    at = np.empty(searchers, np.int64)
    t = depth
    arriving = True
    while True:
        if arriving:
            if control[0] != 0 or control[1] <= 0:
                return False
            control[1] -= 1
            w.calls[0] += 1
            standing(start, w.paths, t, at)
            goal = min(limit, w.best[0]) + MARGIN
            enter(net, missed, origin, t, at, w)
            w.children[t] = 0
            w.next[t] = 0
            if t == looks - 1:
                _last_look(net, missed, at, w, goal - MARGIN)
            elif tighten(net, missed, t, at, w, goal, rounds[looks - t]) < goal:
                branch(net, t, at, w, goal)
            arriving = False
        i = w.next[t]
        if i >= w.children[t] or w.child_bound[t, i] >= min(limit, w.best[0]) + MARGIN:
            t -= 1
            if t < depth:
                return True
            continue
        w.next[t] = i + 1
        for j in range(searchers):
            w.paths[j, t] = w.child[t, i, j]
        t += 1
        arriving = True
