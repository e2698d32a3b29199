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

Then a good choice is made by adding and exchanging sites, and prices of the points, from the
linear relaxation (GLOP), bound all others and settle most sites (:mod:`fixing`). The relaxation
is nearly always whole, or close to it, so that branch and bound (HiGHS) has little left to do.

Source: Church and ReVelle (1974), "The maximal covering location problem".
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
from planner.solve.steady import solved
from planner.study.siting.fixing import improved, prices, settle

Covers = NDArray[np.bool_]
Weights = NDArray[np.float64]

EXACT = 1e-6
"""Share of all weight that the solver's tolerances leave open: nearer than this is proven.

Where weights are whole numbers and sum to less than a million it is less than one of them.
"""


NOISE = 1e-9
"""Share of all weight by which a choice must be better for its sites to be kept open."""


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
    merged = np.bincount(which.ravel(), weight, minlength=first.size)
    return covers[:, first], merged.astype(np.float64)


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
    if barred:
        small, must = reduced(covers, weight, dominated=False), np.zeros(0, np.int64)
        quick: tuple[int, ...] = ()
        total, bound = float(small.weight.sum()), np.inf
    else:
        small = reduced(covers, weight)
        total = float(small.weight.sum())
        if not total:
            return Cover((), 0.0, 0.0, 0.0, time.monotonic() - began)
        start = improved(small.covers, small.weight, _greedy(small, sites))
        quick = tuple(sorted(int(small.site[k]) for k in start))
        known = covered_by(covers, weight, quick)
        small, must, bound = _settled(small, sites, known, total)
        bound = max(min(bound, total), known)
        if bound - known <= EXACT * total:
            return Cover(quick, known, bound, total, time.monotonic() - began)
    fixed = covers[must].any(axis=0)
    rest = reduced(covers[small.site], np.where(fixed, 0.0, weight), dominated=not barred)
    picked, open_bound = _branched(
        rest.covers, rest.weight, min(sites - must.size, small.site.size), time_limit_s,
        _places(barred, small.site),
    )  # fmt: skip
    if picked is None and not quick:
        raise SolveError("no choice of sites was found; allow more time, or other sites")
    found = [quick]
    if picked is not None:
        own = {int(small.site[int(rest.site[k])]) for k in picked}
        found.append(tuple(sorted(own | set(must.tolist()))))
    best = max(found, key=lambda sites: covered_by(covers, weight, sites))
    covered = covered_by(covers, weight, best)
    most = float(weight[fixed].sum()) + open_bound
    # What better choices may cover, or the one known covers: sites were settled against it.
    bound = max(min(bound, most), covered)
    return Cover(best, covered, bound, total, time.monotonic() - began)


def _settled(
    small: Reduced, sites: int, known: float, total: float
) -> tuple[Reduced, NDArray[np.int64], float]:
    """Sites open still, with all points; sites that better choices have; and the bound."""
    price = prices(small.covers, small.weight, sites)
    decided = settle(small.covers, small.weight, price, sites, known + NOISE * total)
    must = small.site[decided.must]
    left = decided.may & ~decided.must
    return Reduced(small.covers[left], small.weight, small.site[left]), must, decided.bound


def _places(barred: Sequence[Collection[int]], site: NDArray[np.int64]) -> list[list[int]]:
    place = {int(number): k for k, number in enumerate(site)}
    return [[place[number] for number in group] for group in barred]


def _branched(
    covers: Covers,
    weight: Weights,
    sites: int,
    time_limit_s: float,
    barred: Sequence[Collection[int]],
) -> tuple[list[int] | None, float]:
    """Branch and bound: sites chosen, None if there are none in time, and what none exceeds."""
    whole = float(weight.sum())
    if not barred and (not whole or not sites):
        return [], 0.0
    model, chosen = _model(covers, weight / max(whole, 1e-300), sites, barred)
    found = solved(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=dt.timedelta(seconds=time_limit_s),
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=0.0,
        ),
    )
    if not found.has_primal_feasible_solution():
        return None, whole
    taken = [k for k, x in enumerate(chosen) if found.variable_values(x) > 0.5]
    return taken, min(1.0, found.best_objective_bound()) * whole


def _greedy(small: Reduced, sites: int) -> list[int]:
    """Sites that add most, one after the other; the best one if one is asked for.

    Where they cover all there is, no choice is better and none need be looked for.
    """
    left = small.weight.copy()
    chosen: list[int] = []
    while len(chosen) < min(sites, small.site.size) and left.any():
        chosen.append(int(np.argmax(small.covers @ left)))
        left[small.covers[chosen[-1]]] = 0.0
    return chosen


def _model(
    covers: Covers, worth: Weights, sites: int, barred: Sequence[Collection[int]]
) -> tuple[mathopt.Model, list[mathopt.Variable]]:
    """The formulas 1 to 4; all weight counts 1, to suit the solver's tolerances."""
    model = mathopt.Model()
    chosen = [model.add_binary_variable() for _ in range(covers.shape[0])]
    for j, own in enumerate(worth.tolist()):
        z = model.add_variable(lb=0.0, ub=1.0)
        row = model.add_linear_constraint(lb=0.0)
        row.set_coefficient(z, -1.0)
        for i in np.flatnonzero(covers[:, j]).tolist():
            row.set_coefficient(chosen[i], 1.0)
        model.objective.set_linear_coefficient(z, own)
    model.objective.is_maximize = True
    count = model.add_linear_constraint(lb=float(sites) if barred else 0.0, ub=float(sites))
    for x in chosen:
        count.set_coefficient(x, 1.0)
    for group in barred:
        row = model.add_linear_constraint(ub=len(group) - 1.0)
        for k in group:
            row.set_coefficient(chosen[k], 1.0)
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
