"""Maximal covering location, solved exactly.

Sets: sites ``i`` (m of them), points ``j`` (n) with weights ``w_j``; ``N_j`` the sites
that cover point ``j``.

1. ``max Σ_j w_j z_j``
2. ``z_j ≤ Σ_{i ∈ N_j} x_i``   every point: covered only by a site that is chosen
3. ``Σ_i x_i ≤ p``
4. ``x_i ∈ {0, 1}``, ``0 ≤ z_j ≤ 1``

Before it is solved the problem is made smaller without changing its optimum: points
that the same sites cover are one point with the sum of their weights, points that no
site covers are none, and a site is left out if another covers all that it covers;
then once more, for points that fewer sites tell apart may be one now.

Source: Church and ReVelle (1974), "The maximal covering location problem". Its linear
relaxation is nearly always whole, so that a branch-and-bound solver (HiGHS, through
OR-Tools) needs few branches, if any.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from planner.errors import SolveError

Covers = NDArray[np.bool_]
Weights = NDArray[np.float64]

EXACT = 1e-6
"""Share of all weight that the solver's tolerances leave open: nearer than this is proven.

Where weights are whole numbers and sum to less than a million it is less than one of them.
"""


@dataclass(frozen=True)
class Cover:
    """Sites chosen, ascending, and the weight they cover; no choice covers more than ``bound``.

    ``total`` is all weight that any site covers.
    """

    sites: tuple[int, ...]
    covered: float
    bound: float
    total: float
    time_s: float

    @property
    def proven(self) -> bool:
        """Whether no choice is better."""
        return self.bound - self.covered <= EXACT * self.total


@dataclass(frozen=True)
class Reduced:
    """A smaller problem with the same optimum.

    ``covers`` (m', n') and ``weight`` (n') are those of the sites ``site`` (m',), numbers
    in the whole problem.
    """

    covers: Covers
    weight: Weights
    site: NDArray[np.int64]


def reduced(covers: Covers, weight: Weights, *, dominated: bool = True) -> Reduced:
    """Merge points that the same sites cover, and leave out sites that another one beats.

    Parameters
    ----------
    covers
        Whether a site covers a point, (m, n).
    weight
        Weights of the points, (n,), 0 or more.
    dominated
        Whether sites are left out at all.
    """
    site = np.arange(covers.shape[0], dtype=np.int64)
    covers, weight = _merged(covers, weight)
    while dominated:
        kept = _undominated(covers)
        if kept.all():
            break
        site = site[kept]
        covers, weight = _merged(covers[kept], weight)
    return Reduced(covers, weight, site)


def _merged(covers: Covers, weight: Weights) -> tuple[Covers, Weights]:
    """Points of some weight that a site covers, those with the same sites as one."""
    counts = covers.any(axis=0) & (weight > 0.0)
    covers, weight = covers[:, counts], weight[counts]
    if not weight.size:
        return covers, weight
    packed = np.packbits(covers, axis=0)
    _, first, which = np.unique(packed, axis=1, return_index=True, return_inverse=True)
    return covers[:, first], np.bincount(which.ravel(), weight, minlength=first.size)


def _undominated(covers: Covers) -> NDArray[np.bool_]:
    """Which sites no other one beats, (m,); of those that cover the same the first."""
    whole = covers.astype(np.float32)
    size = whole.sum(axis=1)
    shared = whole @ whole.T
    within = shared >= size[:, None]
    same = within & within.T
    beaten = within & ~same
    beaten |= np.tril(same, -1)
    return np.asarray(~beaten.any(axis=1) & (size > 0.0))


def best_cover(
    covers: Covers,
    weight: Weights,
    sites: int,
    *,
    time_limit_s: float = 60.0,
    barred: Sequence[Collection[int]] = (),
) -> Cover:
    """Choose the sites that cover most weight.

    Parameters
    ----------
    covers
        Whether a site covers a point, (m, n).
    weight
        Weights of the points, (n,), 0 or more.
    sites
        Sites chosen at most, 1 or more. Sites that would add nothing are not chosen.
    time_limit_s
        Seconds of the branch-and-bound.
    barred
        Sets of sites, none of which may be chosen whole: for the next best after them.
        Where any is given, exactly so many sites are chosen, if there are.

    Raises
    ------
    SolveError
        If the time was too short for any choice, or all choices are barred.
    """
    began = time.monotonic()
    small = reduced(covers, weight, dominated=not barred)
    if not small.weight.size and not barred:
        return Cover((), 0.0, 0.0, 0.0, time.monotonic() - began)
    model, chosen = _model(small, min(sites, small.site.size), barred)
    found = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=dt.timedelta(seconds=time_limit_s),
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=0.0,
        ),
    )
    if not found.has_primal_feasible_solution():
        raise SolveError("no choice of sites was found; allow more time, or other sites")
    taken = [k for k, x in enumerate(chosen) if found.variable_values(x) > 0.5]
    picked = tuple(sorted(int(small.site[k]) for k in taken))
    covered = covered_by(covers, weight, picked)
    whole = float(small.weight.sum())
    bound = min(whole, max(covered, found.best_objective_bound() * whole))
    return Cover(picked, covered, bound, whole, time.monotonic() - began)


def _model(
    small: Reduced, sites: int, barred: Sequence[Collection[int]]
) -> tuple[mathopt.Model, list[mathopt.Variable]]:
    """The formulas 1 to 4; all weight counts 1, to suit the solver's tolerances."""
    model = mathopt.Model()
    chosen = [model.add_binary_variable() for _ in small.site]
    worth = small.weight / max(float(small.weight.sum()), 1e-300)
    covered = [model.add_variable(lb=0.0, ub=1.0) for _ in worth]
    for j, z in enumerate(covered):
        row = model.add_linear_constraint(lb=0.0)
        row.set_coefficient(z, -1.0)
        for i in np.flatnonzero(small.covers[:, j]).tolist():
            row.set_coefficient(chosen[i], 1.0)
        model.objective.set_linear_coefficient(z, float(worth[j]))
    model.objective.is_maximize = True
    count = model.add_linear_constraint(lb=float(sites) if barred else 0.0, ub=float(sites))
    for x in chosen:
        count.set_coefficient(x, 1.0)
    place = {int(number): k for k, number in enumerate(small.site)}
    for group in barred:
        row = model.add_linear_constraint(ub=len(group) - 1.0)
        for number in group:
            row.set_coefficient(chosen[place[number]], 1.0)
    return model, chosen


def covered_by(covers: Covers, weight: Weights, sites: Collection[int]) -> float:
    """Weight that some sites cover together."""
    if not sites:
        return 0.0
    return float(weight[covers[list(sites)].any(axis=0)].sum())


def best_covers(
    covers: Covers, weight: Weights, sites: int, count: int, *, time_limit_s: float = 60.0
) -> list[Cover]:
    """The best choices of so many sites, the best first, as many as are asked for or there are."""
    found = [best_cover(covers, weight, sites, time_limit_s=time_limit_s)]
    while len(found) < count:
        barred = [cover.sites for cover in found]
        if not all(barred):
            break
        try:
            more = best_cover(covers, weight, sites, time_limit_s=time_limit_s, barred=barred)
        except SolveError:
            break
        found.append(more)
    return found
