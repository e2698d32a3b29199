"""What can be chosen among, and the choice that may detect most, as far as it is bounded.

Options ``o`` have levels ``l``, such as numbers of hulls; a fleet has one level of each.

1. ``max t``
2. ``t ≤ B_k + Σ_{o,l} V_kol y_ol``                       every Lagrangian cut ``k``
3. ``t ≤ b_f + (1 − b_f) Σ_{o,l: l beyond f_o} y_ol``      every fleet ``f`` bounded by ``b_f``
4. ``Σ_l y_ol = 1``                                        every option
5. ``Σ_{o,l} u_iol y_ol ≤ L_i``                            every limit: money, berths, sites
6. ``y_ol ∈ {0, 1}``

where
    ``B_k``, ``V_kol`` are a cut's constant, and what the hulls of a level are worth at its
    prices: every cut of :mod:`planner.solve` bounds the detection of any fleet of the same sea;
    3 says that fewer hulls never detect more.

So the optimum bounds the detection of every fleet within the limits, and is that of the one
to look at next. CP-SAT solves it in whole numbers, all of them rounded so that the bound holds.

Sources: Benders (1962) for cuts in the place of a subproblem; Geoffrion (1972) for prices
as such cuts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from planner.errors import SolveError

Fleet = tuple[int, ...]
"""Which level of each option."""

ONE = 10**8
"""Detection of 1 in whole numbers."""

LONGEST_S = 20.0
"""Seconds after which the bound of the unfinished search is taken; milliseconds are usual."""


@dataclass(frozen=True)
class Level:
    """Hulls by unit, every unit of the option named, and what they take of each limit."""

    hulls: tuple[tuple[str, int], ...]
    uses: tuple[int, ...]

    def within(self, other: Level) -> bool:
        """Whether another level of the same option has all the hulls of this one."""
        most = dict(other.hulls)
        return all(count <= most[name] for name, count in self.hulls)


@dataclass(frozen=True)
class Menu:
    """Options with their levels."""

    options: tuple[tuple[Level, ...], ...]

    def levels(self, fleet: Fleet) -> tuple[Level, ...]:
        """The level of each option."""
        return tuple(option[level] for option, level in zip(self.options, fleet, strict=True))

    def hulls(self, fleet: Fleet) -> dict[str, int]:
        """Hulls by unit."""
        return {name: count for level in self.levels(fleet) for name, count in level.hulls}

    def uses(self, fleet: Fleet) -> tuple[int, ...]:
        """What a fleet takes of each limit."""
        return tuple(map(sum, zip(*(level.uses for level in self.levels(fleet)), strict=True)))

    def within(self, fleet: Fleet, other: Fleet) -> bool:
        """Whether another fleet has all the hulls of this one."""
        return all(
            few.within(many)
            for few, many in zip(self.levels(fleet), self.levels(other), strict=True)
        )

    @property
    def least(self) -> Fleet:
        """The first level of every option."""
        return (0,) * len(self.options)


@dataclass(frozen=True)
class Worths:
    """A cut as the menu sees it: its constant, and what each level adds; in whole numbers."""

    base: int
    level: tuple[tuple[int, ...], ...]

    def bound(self, fleet: Fleet) -> int:
        """What it proves of a fleet."""
        return self.base + sum(own[k] for own, k in zip(self.level, fleet, strict=True))


def rounded_up(share: float) -> int:
    """A share of detection in whole numbers, no less."""
    return math.ceil(share * ONE)


@dataclass(frozen=True)
class Best:
    """The fleet that may detect most, and what none within the limits exceeds, 0 to 1."""

    fleet: Fleet
    bound: float


def best_within(
    menu: Menu,
    worths: Sequence[Worths],
    ceilings: Sequence[tuple[Fleet, float]],
    limits: Sequence[int],
) -> Best | None:
    """Solve 1 to 6; None if no fleet keeps the limits.

    Parameters
    ----------
    worths
        Cuts.
    ceilings
        Fleets, and what none of their hulls detects more than.
    limits
        One for each of a level's ``uses``.

    Raises
    ------
    SolveError
        If it could not be solved at all.
    """
    model = cp_model.CpModel()
    taken = [[model.new_bool_var("") for _ in option] for option in menu.options]
    most = model.new_int_var(0, ONE, "")
    for own in taken:
        model.add_exactly_one(own)
    for which, limit in enumerate(limits):
        model.add(
            sum(
                level.uses[which] * y
                for option, own in zip(menu.options, taken, strict=True)
                for level, y in zip(option, own, strict=True)
            )
            <= limit
        )
    for cut in worths:
        gained = sum(
            value * y
            for values, own in zip(cut.level, taken, strict=True)
            for value, y in zip(values, own, strict=True)
        )
        model.add(most <= cut.base + gained)
    for fleet, bound in ceilings:
        ceiling = min(ONE, rounded_up(bound))
        beyond = [
            y
            for option, own, k in zip(menu.options, taken, fleet, strict=True)
            for level, y in zip(option, own, strict=True)
            if not level.within(option[k])
        ]
        model.add(most <= ceiling + (ONE - ceiling) * sum(beyond))
    model.maximize(most)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = LONGEST_S
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise SolveError("the choice among fleets could not be bounded; offer fewer levels")
    fleet = tuple(next(k for k, y in enumerate(own) if solver.value(y)) for own in taken)
    return Best(fleet, min(1.0, math.ceil(solver.best_objective_bound - 1e-6) / ONE))
