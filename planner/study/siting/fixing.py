"""Which sites can be in no better choice, by prices of the points.

For any prices ``0 ≤ π_j ≤ w_j`` a choice of ``p`` sites covers no more than::

    Σ_j (w_j − π_j) + the p largest of S_i,   S_i = Σ_{j covered by i} π_j

for a point counts ``w_j − π_j`` once at most and ``π_j`` for every site that covers it. Forced to
hold a site that is not among the ``p`` largest, the last of those gives way to it; forced to do
without one that is, the next one takes its place. Where the bound so lowered is no more than a
choice known covers, the site is settled. The best prices are the duals of the linear relaxation,
and the bound they give is its optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from planner.solve.steady import solved

Covers = NDArray[np.bool_]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Settled:
    """What no choice exceeds; and the sites that a better choice has, and may have."""

    bound: float
    must: NDArray[np.bool_]
    may: NDArray[np.bool_]


def prices(covers: Covers, weight: Weights, sites: int) -> Weights:
    """Duals of the linear relaxation, (n,): any numbers from 0 to the weights will do."""
    model = mathopt.Model()
    chosen = [model.add_variable(lb=0.0, ub=1.0) for _ in range(covers.shape[0])]
    whole = max(float(weight.sum()), 1e-300)
    rows = []
    for j, own in enumerate(weight.tolist()):
        z = model.add_variable(lb=0.0, ub=1.0)
        row = model.add_linear_constraint(lb=0.0)
        row.set_coefficient(z, -1.0)
        for i in np.flatnonzero(covers[:, j]).tolist():
            row.set_coefficient(chosen[i], 1.0)
        model.objective.set_linear_coefficient(z, own / whole)
        rows.append(row)
    model.objective.is_maximize = True
    count = model.add_linear_constraint(ub=float(sites))
    for x in chosen:
        count.set_coefficient(x, 1.0)
    found = solved(model, mathopt.SolverType.GLOP)
    if not found.has_dual_feasible_solution():
        return weight
    duals = np.array([found.dual_values(row) for row in rows])
    clipped: Weights = np.clip(np.abs(duals) * whole, 0.0, weight)
    return clipped


def settle(covers: Covers, weight: Weights, price: Weights, sites: int, known: float) -> Settled:
    """Bound all choices, and settle the sites whose being chosen or not is decided.

    Parameters
    ----------
    covers, weight
        Of the problem, (m, n) and (n,).
    price
        From 0 to the weights, (n,).
    sites
        Sites chosen at most.
    known
        What a choice known covers.
    """
    worth = covers @ price
    order = np.argsort(-worth, kind="stable")
    within = np.zeros(worth.size, bool)
    within[order[:sites]] = True
    bound = float((weight - price).sum() + worth[within].sum())
    last = float(worth[order[min(sites, worth.size) - 1]])
    following = float(worth[order[sites]]) if sites < worth.size else 0.0
    may = within | (bound - (last - worth) > known)
    must = within & (bound - (worth - following) <= known)
    return Settled(bound, must, may)


def improved(covers: Covers, weight: Weights, chosen: list[int]) -> list[int]:
    """A choice with sites exchanged one by one as long as that covers more."""
    chosen = list(chosen)
    times = covers[chosen].sum(axis=0)
    while True:
        gains = []
        for place, site in enumerate(chosen):
            free = weight * (times - covers[site] == 0)
            worth = covers @ free
            best = int(np.argmax(worth))
            gains.append((float(worth[best] - worth[site]), place, best))
        gain, place, best = max(gains, default=(0.0, 0, 0))
        if gain <= 1e-12 * float(weight.sum()):
            return chosen
        times = times - covers[chosen[place]] + covers[best]
        chosen[place] = best
