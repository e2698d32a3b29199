"""The linear master: what the sorties priced so far could detect if hulls could be split.

    max  Σ_j w_j Σ_s f_js z_js + Σ_g p_g y_g
    s.t. l_g y_g ≤ d_g + Σ_j c_gj Σ_s f_js z_js,  y_g ≤ 1          every group g
         Σ_s z_js ≤ Σ_r u_rj x_r                               every target j
         Σ_s f_js z_js ≤ Σ_r e_rj x_r                          every target j
         y_d + Σ_{r departs at d} x_r = y_(d−1) + Σ_{r ready at d} x_r   every departure d
         Σ_r c_br x_r ≤ B_b                                    every budget b
         0 ≤ z_js ≤ length of piece s,  x ≥ 0,  y ≥ 0

with one flow of hulls (and one of crews) per unit: ``y_d`` wait from departure
``d`` to the next, and ``n_k`` start at the first. Its duals are the targets'
prices and, per departure, the worth of a hull from there on. Sorties use of
a budget what they use at least (:mod:`~planner.solve.budget`).

Solved by PDLP, a first-order method of OR-Tools, from where it last stood:
loosely, for the prices only guide the pricing and every bound is worked out
exactly. Its duals move little from one round to the next, where a simplex
method jumps between the ends of a face of optimal duals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ortools.math_opt.python import mathopt

from planner.problem.arrays import (
    SURE,
    Budget,
    CapacityRow,
    Fleet,
    FloatArray,
    Group,
    Instance,
    IntArray,
)
from planner.solve.aims import Aims, aims_at, at_first
from planner.solve.budget import least_use, least_uses
from planner.solve.envelope import Envelope, slope
from planner.solve.sorties import Sortie, looks_of
from planner.solve.steady import solved

STATIONARY_PIECES = (0, 1, 2, 3, 4, 6, 9, 12)
"""Which of a cell's knots the master keeps; the bound uses them all."""

TAIL = np.array([0.3, 0.7, 1.2, 2.0, 3.5, 7.0])
"""Exposures beyond a cell's last knot between which the master takes further chords."""

MOVING_KNOTS = np.array([0.0, 0.15, 0.35, 0.7, 1.2, 2.0, 3.5, 7.0])
"""Exposures between which the master takes chords for a moving target."""

SCALE = 1000.0
"""Worth is counted in thousandths of all weight: PDLP's tolerances suit numbers around 1."""

NOTHING = 1e-9
"""Worth, in the same thousandths, below which a piece is left out."""

LOOSE, TIGHT = 1e-3, 1e-7
"""Relative tolerance at first, and the last one."""

LEAST_STEPS, MOST_STEPS = 1000, 6000
"""Steps of the first-order method in one solve; the next goes on from where it stood."""

ENTRIES = 2e9
"""Entries of columns worked through in one loose solve, if the limits of steps allow: where
columns are many, more rounds at rougher prices lower the bound sooner."""


@dataclass(frozen=True)
class Relaxation:
    """Near-optimum of the linear master.

    ``price`` (2, n_targets) are the targets' duals, and for targets that no column
    reaches all that a first look could gain, at the ``aims`` that the duals of the
    groups make; ``occupied``, per fleet
    ``(d, max_steps + 1)``, the worth of the hull's (and crew's) time, and of what
    it uses of budgets, that a sortie of each departure and duration takes.
    """

    value: float
    price: FloatArray
    aims: Aims
    occupied: tuple[FloatArray, ...]


class _Flow:
    """Hulls or crews of one unit from departure to departure: one row each, and waiting."""

    def __init__(
        self, model: mathopt.Model, departures: IntArray, row: CapacityRow, n_steps: int
    ) -> None:
        self.departures, self.row = departures, row
        # What is free at each departure, less what was at the one before.
        come = np.diff(np.maximum(row.capacity - row.busy(n_steps)[departures], 0), prepend=0)
        self.rows = [model.add_linear_constraint(lb=float(more), ub=float(more)) for more in come]
        for d, here in enumerate(self.rows):
            wait = model.add_variable(lb=0.0)
            here.set_coefficient(wait, 1.0)
            if d + 1 < departures.size:
                self.rows[d + 1].set_coefficient(wait, -1.0)

    def carry(self, sail: mathopt.Variable, sortie: Sortie) -> None:
        """Take a hull out at a sortie's departure and give it back when it is ready."""
        self.rows[int(np.searchsorted(self.departures, sortie.depart))].set_coefficient(sail, 1.0)
        ready = int(self.ready(np.array(sortie.depart), np.array(sortie.return_)))
        if ready < len(self.rows):
            self.rows[ready].set_coefficient(sail, -1.0)

    def ready(self, depart: IntArray, return_: IntArray) -> IntArray:
        """First departure (index) after a sortie's hull is free; as many as there are if none."""
        free = self.row.free(depart, return_)
        return np.asarray(np.searchsorted(self.departures, free), np.int32)


class RelaxedMaster:
    """Sorties under the flows of hulls and crews of an instance; grown in place."""

    def __init__(self, instance: Instance, envelope: Envelope) -> None:
        self.instance, self.envelope = instance, envelope
        self.columns: list[Sortie] = []
        self.tolerance = LOOSE
        self._entries = 0
        self._model = mathopt.Model(name="relaxed")
        self._model.objective.is_maximize = True
        self._link: dict[int, tuple[mathopt.LinearConstraint, mathopt.LinearConstraint]] = {}
        self._flows = [
            [
                _Flow(
                    self._model,
                    instance.fleets[unit[0]].network.departures,
                    row,
                    instance.n_steps,
                )
                for row in rows
            ]
            for unit, rows in zip(instance.units, instance.rows, strict=True)
        ]
        # Counted in wholes of the budget: coefficients of a size suit the solver.
        pots = [
            self._model.add_linear_constraint(ub=budget.limit / _whole(budget))
            for budget in (instance.budgets[pot[0][0]][pot[0][1]] for pot in instance.pots)
        ]
        self._budgets = [
            [pots[instance.pot[unit, place]] for place in range(len(own))]
            for unit, own in enumerate(instance.budgets)
        ]
        self._groups = [self._group(group) for group in instance.targets.groups]
        self._shares: dict[int, list[tuple[int, float]]] = {}
        for number, group in enumerate(instance.targets.groups):
            for target, share in zip(group.target.tolist(), group.share.tolist(), strict=True):
                self._shares.setdefault(target, []).append((number, share))
        self._weight = aims_at(instance.targets).weight
        self._last: mathopt.SolveResult | None = None
        self._guess: dict[mathopt.LinearConstraint, float] | None = None

    def add(self, sorties: Iterable[Sortie]) -> None:
        """Add columns; targets seen for the first time get their rows."""
        for sortie in sorties:
            self.columns.append(sortie)
            sail = self._model.add_variable(lb=0.0)
            looks = looks_of(self.instance, sortie)
            self._entries += 2 * looks.size
            for target, exposure, look in zip(sortie.target, sortie.exposure, looks, strict=True):
                exposed, seen = self._rows(int(target))
                exposed.set_coefficient(sail, -float(exposure))
                seen.set_coefficient(sail, -float(look))
            fleet = self.instance.fleets[sortie.fleet]
            for flow in self._flows[fleet.unit]:
                flow.carry(sail, sortie)
            at, lasts = np.array([sortie.depart], np.int32), sortie.return_ - sortie.depart
            for budget, row in zip(fleet.budgets, self._budgets[fleet.unit], strict=True):
                use = float(least_use(budget, fleet, at)[0, lasts])
                row.set_coefficient(sail, use / _whole(budget))

    def begin(self, price: FloatArray, worth: Sequence[Sequence[FloatArray]]) -> None:
        """Begin from prices (2, n_targets) and what hulls are worth, by row of every unit."""
        self._guess = {}
        for target, rows in self._link.items():
            for row, value in zip(rows, price[:, target].tolist(), strict=True):
                self._guess[row] = SCALE * value
        for flows, own in zip(self._flows, worth, strict=True):
            for flow, values in zip(flows, own, strict=True):
                for row, value in zip(flow.rows, values.tolist(), strict=False):
                    self._guess[row] = SCALE * value

    def tighten(self) -> bool:
        """Solve more closely from now on; ``False`` if it is as close as it gets."""
        if self.tolerance <= TIGHT:
            return False
        self.tolerance = max(TIGHT, self.tolerance / 10)
        return True

    def relax(self, time_limit_s: float) -> Relaxation | None:
        """Go on from the last solution until it is as close as asked.

        ``None`` if the time was too short for any.
        """
        given = mathopt.ModelSolveParameters()
        if self._last is not None:
            given.solution_hints.append(self._hint(*self._last))
        elif self._guess is not None:
            given.solution_hints.append(mathopt.SolutionHint(dual_values=self._guess))
        result = solved(
            self._model,
            mathopt.SolverType.PDLP,
            params=_parameters(self.tolerance, self._steps(), time_limit_s),
            model_params=given,
        )
        if not result.solutions:
            return None
        primal, dual = result.solutions[0].primal_solution, result.solutions[0].dual_solution
        if primal is None or dual is None:
            return None
        self._last = primal, dual
        aims = aims_at(self.instance.targets, self._pressed(dual))
        price = self._prices(aims, dual)
        occupied = tuple(self._occupied(fleet, dual) for fleet in self.instance.fleets)
        counted = self.instance.targets
        value = counted.detected + counted.met + primal.objective_value / SCALE
        return Relaxation(value, price, aims, occupied)

    def _steps(self) -> int:
        """Steps of the next solve."""
        if self.tolerance < LOOSE:
            return MOST_STEPS
        return int(np.clip(ENTRIES / max(1, self._entries), LEAST_STEPS, MOST_STEPS))

    def _group(self, group: Group) -> tuple[mathopt.LinearConstraint, mathopt.Variable]:
        """``level · y ≤ done + Σ_j share_j f̄_j``, with ``y ≤ 1`` in the objective."""
        row = self._model.add_linear_constraint(ub=group.done)
        reached = self._model.add_variable(lb=0.0, ub=1.0)
        row.set_coefficient(reached, group.level)
        self._model.objective.set_linear_coefficient(reached, SCALE * group.worth)
        return row, reached

    def _pressed(self, dual: mathopt.DualSolution) -> FloatArray:
        """Which part of each group's worth its targets bear, (n_groups,) in [0, 1]."""
        borne = [
            group.level * dual.dual_values[row] / (SCALE * group.worth)
            for (row, _), group in zip(self._groups, self.instance.targets.groups, strict=True)
        ]
        return np.clip(np.array(borne, np.float64), 0.0, 1.0)

    def _prices(self, aims: Aims, dual: mathopt.DualSolution) -> FloatArray:
        """Duals of the targets' two rows, (2, n_targets)."""
        price = at_first(aims)
        targets = np.fromiter(self._link.keys(), np.int64, len(self._link))
        both = np.array([[dual.dual_values[row] for row in rows] for rows in self._link.values()])
        exposed, seen = both.reshape(-1, 2).T / SCALE
        weight = aims.weight[targets]
        price[1, targets] = np.clip(seen, 0.0, weight)
        # A target that no column searches may have a dual above its first slope, at
        # which it is not worth searching already: the same bound for a lower price.
        rest = np.zeros_like(aims.weight)
        rest[targets] = weight - price[1, targets]
        most = slope(rest, np.zeros_like(rest), self.envelope)
        price[0, targets] = np.clip(exposed, 0.0, most[targets])
        return price

    def _hint(
        self, primal: mathopt.PrimalSolution, dual: mathopt.DualSolution
    ) -> mathopt.SolutionHint:
        """The last solution; targets seen since begin at the price of not searching."""
        prices = dict(dual.dual_values)
        for target, (exposed, seen) in self._link.items():
            prices.setdefault(exposed, 0.0)
            prices.setdefault(seen, SCALE * float(self._weight[target]))
        return mathopt.SolutionHint(variable_values=primal.variable_values, dual_values=prices)

    def _occupied(self, fleet: Fleet, dual: mathopt.DualSolution) -> FloatArray:
        network = fleet.network
        back = network.departures[:, None] + np.arange(network.max_steps + 1)[None, :]
        taken = np.zeros(back.shape)
        for flow in self._flows[fleet.unit]:
            worth = np.array([dual.dual_values[row] for row in flow.rows] + [0.0]) / SCALE
            # Waiting is free, so a hull is worth no less the earlier it is ready.
            worth = np.maximum.accumulate(worth[::-1])[::-1]
            taken += worth[:-1, None] - worth[flow.ready(network.departures[:, None], back)]
        if fleet.budgets:
            rates = [
                max(0.0, dual.dual_values[row]) / (SCALE * _whole(budget))
                for budget, row in zip(fleet.budgets, self._budgets[fleet.unit], strict=True)
            ]
            taken += np.tensordot(np.array(rates), least_uses(fleet, network.departures), 1)
        return taken

    def _rows(self, target: int) -> tuple[mathopt.LinearConstraint, mathopt.LinearConstraint]:
        """A target's rows of exposure and of looks, with the pieces ``z`` in the objective."""
        if target in self._link:
            return self._link[target]
        exposed = self._model.add_linear_constraint(ub=0.0)
        seen = self._model.add_linear_constraint(ub=0.0)
        weight = SCALE * float(self.instance.targets.weight[target])
        for low, high in pairwise(knots_kept(self.instance, self.envelope, target)):
            gain = (np.exp(-low) - np.exp(-high)) / (high - low)
            # The solver warns of numbers next to nothing; they count for nothing.
            if SCALE * self._weight[target] * gain <= NOTHING:
                continue
            piece = self._model.add_variable(lb=0.0, ub=float(high - low))
            exposed.set_coefficient(piece, 1.0)
            seen.set_coefficient(piece, float(gain))
            for number, share in self._shares.get(target, ()):
                self._groups[number][0].set_coefficient(piece, -share * float(gain))
            self._model.objective.set_linear_coefficient(piece, float(weight * gain))
        self._link[target] = exposed, seen
        return exposed, seen


def _whole(budget: Budget) -> float:
    """What one of a budget is in the master's row."""
    return max(budget.limit, 1.0)


def knots_kept(instance: Instance, envelope: Envelope, target: int) -> FloatArray:
    """Exposures, from 0, between which the master takes chords of a target's detection."""
    if envelope.smooth(target):
        return MOVING_KNOTS
    if target >= instance.targets.weight.size - instance.targets.sure:
        return np.array([0.0, SURE])
    knots = envelope.of(target)[list(STATIONARY_PIECES)]
    knots = knots[np.isfinite(knots)]
    return np.concatenate([knots, knots[-1] + TAIL])


def _parameters(tolerance: float, steps: int, time_limit_s: float) -> mathopt.SolveParameters:
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=max(0.01, time_limit_s)),
        iteration_limit=steps,
    )
    criteria = parameters.pdlp.termination_criteria.simple_optimality_criteria
    criteria.eps_optimal_relative, criteria.eps_optimal_absolute = tolerance, tolerance / 10
    return parameters
