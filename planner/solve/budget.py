"""Budgets: what a unit's sorties share beside hulls and crews, such as hours or fuel.

A plan keeps ``Σ_r c_r x_r ≤ B`` over the sorties ``r`` of a unit. For any
multiplier ``λ ≥ 0`` they earn at prices ``π`` no more than::

    Σ_r x_r (v_r − λ c_r) + λ B ≤ n V(π, λ) + λ B

where ``V(π, λ)`` is the best schedule of one hull at values ``v_r − λ c_r``: the
profile of the pricing less what each departure and duration uses, so that only the
programme over the sorties (:mod:`~planner.solve.timeline`) is run again. The right
side is convex in ``λ`` and made of straight pieces, one a schedule. Its least value is
found by meeting two of them, one that falls and one that rises, until no schedule
lies above the point where they meet; with several budgets one after the other. Units that
share budgets are looked at as one, their schedules together.

In the bound a sortie uses the fuel that its duration cannot do without, in plans
what it burns. Steps under way are the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import Budget, Fleet, FloatArray, IntArray

Trip = TypeVar("Trip")

SLACK = 1e-6
"""So much more than a budget, in steps or litres, is rounding."""

MEETINGS = 40
"""Schedules met at most along one multiplier."""

SWEEPS = 3
"""Rounds over the budgets of a unit that has several."""

NEAR = 1e-9
"""Relative difference at which two values of a bound are one."""


def steps_within(
    budget: Budget, depart: IntArray | int, return_: IntArray | int
) -> NDArray[np.int64]:
    """Steps of ``[depart, return)`` that lie in a budget's time; arrays broadcast."""
    first, last = np.maximum(depart, budget.begin), np.minimum(return_, budget.end)
    return np.asarray(np.maximum(last - first, 0), np.int64)


def least_use(budget: Budget, fleet: Fleet, departures: IntArray) -> FloatArray:
    """What a sortie of each departure and duration takes at least, (d, max_steps + 1).

    Rises with the duration. Exact for steps under way. Below 0 where its hull would use
    more if it sailed none.
    """
    lasts = np.arange(fleet.network.max_steps + 1)
    depart = departures[:, None]
    if not budget.fuel:
        return steps_within(budget, depart, depart + lasts).astype(np.float64) - budget.spared
    counts = (depart >= budget.begin) & (depart < budget.end)
    found: FloatArray = np.where(counts, fleet.least_fuel_l, 0.0) - budget.spared
    return found


def least_uses(fleet: Fleet, departures: IntArray) -> FloatArray:
    """The same of all the fleet's budgets, (k, d, max_steps + 1)."""
    return np.array([least_use(budget, fleet, departures) for budget in fleet.budgets])


@dataclass(frozen=True)
class Schedule(Generic[Trip]):
    """The best schedule of one hull at some multipliers: what it is worth, less charges.

    ``use`` (k,) is what it takes of each budget, ``trips`` what it consists of.
    """

    worth: float
    use: FloatArray
    trips: list[Trip]


@dataclass(frozen=True)
class Charged(Generic[Trip]):
    """A bound on what a unit's hulls earn within budgets, and the multipliers (k,) that give it."""

    bound: float
    multipliers: FloatArray
    schedule: Schedule[Trip]


class Charges(Generic[Trip]):
    """Finds the multipliers (k,) of budgets that give the least bound.

    Parameters
    ----------
    limits
        Of the budgets, (k,).
    hulls
        How many sail the schedule.
    best
        The best schedule of one hull at multipliers (k,).

    Attributes
    ----------
    least : Charged
        The least bound so far; at first that without multipliers.
    fitting, beyond : Charged or None
        The least among those whose schedules keep all budgets, and among the others.
    """

    def __init__(
        self, limits: Sequence[float], hulls: int, best: Callable[[FloatArray], Schedule[Trip]]
    ) -> None:
        self.limits = np.array(limits, np.float64)
        self.hulls, self._best = hulls, best
        self.fitting: Charged[Trip] | None = None
        self.beyond: Charged[Trip] | None = None
        at = np.zeros(self.limits.size)
        schedule = best(at)
        self.least = Charged(hulls * schedule.worth, at, schedule)
        self._note(self.least)

    def minimise(self) -> Charged[Trip]:
        """Lower the bound as far as it goes; nothing is done where no budget binds."""
        if self.fitting is self.least:
            return self.least
        for _ in range(SWEEPS if self.limits.size > 1 else 1):
            before = self.least.bound
            for k in range(self.limits.size):
                self._along(k)
            if self.least.bound >= before * (1 - NEAR):
                break
        return self.least

    def _look(self, at: FloatArray, k: int) -> tuple[float, float]:
        """Bound at multipliers, and its slope along the ``k``-th."""
        schedule = self._best(at)
        bound = self.hulls * schedule.worth + float(at @ self.limits)
        self._note(Charged(bound, at, schedule))
        return bound, float(self.limits[k] - self.hulls * schedule.use[k])

    def _note(self, found: Charged[Trip]) -> None:
        if found.bound < self.least.bound:
            self.least = found
        kept = bool((self.hulls * found.schedule.use <= self.limits + SLACK).all())
        before = self.fitting if kept else self.beyond
        if before is None or found.bound < before.bound:
            if kept:
                self.fitting = found
            else:
                self.beyond = found

    def _along(self, k: int) -> None:
        """Minimise over one multiplier, the others as they are."""
        origin = self.least.multipliers.copy()
        origin[k] = 0.0
        unit = np.zeros(origin.size)
        unit[k] = 1.0
        low, (below, falls) = 0.0, self._look(origin, k)
        if falls >= 0.0:
            return
        high = -below / falls + NEAR
        above, rises = self._look(origin + high * unit, k)
        while rises < 0.0:
            low, below, falls = high, above, rises
            high *= 2.0
            above, rises = self._look(origin + high * unit, k)
        for _ in range(MEETINGS):
            # Where the piece that falls from the left meets the one that rises to the right.
            met = low + (below - above + rises * (high - low)) / (rises - falls)
            if not low < met < high:
                return
            line = below + falls * (met - low)
            value, slope = self._look(origin + met * unit, k)
            if value <= line + NEAR * abs(line):
                return
            if slope < 0.0:
                low, below, falls = met, value, slope
            else:
                high, above, rises = met, value, slope
