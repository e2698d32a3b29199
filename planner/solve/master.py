"""The restricted master: which sorties of the pool to sail, as a linear or integer programme.

Columns are sorties, one capacity row per unit, row kind and departure step;
``F`` is piecewise linear concave over each target's exposure. Grown in place
and solved again from where it stood, by OR-Tools MathOpt.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ortools.math_opt.python import mathopt

from planner.problem.arrays import FloatArray, Instance
from planner.solve.bound import slope
from planner.solve.sorties import Sortie

log = logging.getLogger(__name__)

STATIONARY_PIECES = (0, 1, 2, 3, 4, 6, 9, 12)
"""Which of a cell's knots the master keeps; the bound uses them all."""

TAIL = np.array([0.3, 0.7, 1.2, 2.0, 3.5, 7.0])
"""Exposures beyond a cell's last knot between which the master takes further chords."""

MOVING_KNOTS = np.array([0.0, 0.15, 0.35, 0.7, 1.2, 2.0, 3.5, 7.0])
"""Exposures between which the master takes chords for a moving target."""


@dataclass(frozen=True)
class Relaxation:
    """Optimum of the linear master.

    ``price`` (n_targets,) are the targets' duals, and for targets that no
    column reaches the price at which they are not worth searching; ``occupied``, per fleet
    ``(d, max_steps + 1)``, the duals of the capacity rows that a sortie of
    each departure and duration fills.
    """

    value: float
    price: FloatArray
    occupied: tuple[FloatArray, ...]


class Master:
    """Sorties of a pool under the capacity rows of an instance."""

    def __init__(self, instance: Instance, table: FloatArray, *, integer: bool = False) -> None:
        self.instance, self.table, self.integer = instance, table, integer
        self.columns: list[Sortie] = []
        self._model = mathopt.Model(name="master")
        self._model.objective.is_maximize = True
        self._sail: list[mathopt.Variable] = []
        self._link: dict[int, mathopt.LinearConstraint] = {}
        self._capacity = [self._capacity_rows(f) for f in range(len(instance.fleets))]
        self._unseen = slope(
            instance.targets.weight,
            np.zeros_like(instance.targets.weight),
            table,
            int(instance.targets.offset[-1]),
        )
        self._solver: mathopt.IncrementalSolver | None = None

    def add(self, sorties: Iterable[Sortie]) -> None:
        """Add columns; targets seen for the first time get their rows."""
        for sortie in sorties:
            self.columns.append(sortie)
            # The capacity rows bound it; a bound of its own would take up part of their duals.
            sail = self._model.add_variable(lb=0.0, is_integer=self.integer)
            self._sail.append(sail)
            for target, exposure in zip(sortie.target, sortie.exposure, strict=True):
                self._row(int(target)).set_coefficient(sail, -float(exposure))
            for departures, rows, gap in self._capacity[sortie.fleet]:
                first = np.searchsorted(departures, sortie.depart)
                last = np.searchsorted(departures, sortie.return_ + gap)
                for row in rows[first:last]:
                    row.set_coefficient(sail, 1.0)

    def relax(self, time_limit_s: float) -> Relaxation | None:
        """Solve the linear programme; ``None`` if the time did not suffice."""
        result = self._solve(time_limit_s)
        if result is None:
            # From scratch: the basis it stood at was numerically in trouble.
            self._solver = None
            result = self._solve(time_limit_s)
        if result is None:
            return None
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        price = self._unseen.copy()
        targets = np.fromiter(self._link.keys(), np.int64, len(self._link))
        price[targets] = np.abs(result.dual_values(list(self._link.values())))
        # A target that no column searches may have a dual above its first slope, at
        # which it is not worth searching already: the same bound for a lower price.
        np.minimum(price, self._unseen, out=price)
        occupied = tuple(self._occupied(f, result) for f in range(len(self._capacity)))
        return Relaxation(result.objective_value(), price, occupied)

    def _solve(self, time_limit_s: float) -> mathopt.SolveResult | None:
        if self._solver is None:
            self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
        try:
            return self._solver.solve(params=_params(time_limit_s))
        except Exception as error:  # whatever class the solver's trouble comes as
            log.info("the linear master failed: %s", error.__context__ or error)
            return None

    def choose(self, time_limit_s: float, start: Sequence[Sortie] = ()) -> list[Sortie]:
        """Best whole-number choice of columns found in the time, from a hint if given.

        A column sailed by several hulls appears as often. Returns ``start``
        if nothing was found.
        """
        params = _params(time_limit_s)
        model_params = mathopt.ModelSolveParameters()
        if start:
            model_params.solution_hints.append(self._hint(start))
        result = mathopt.solve(
            self._model, mathopt.SolverType.HIGHS, params=params, model_params=model_params
        )
        if not result.has_primal_feasible_solution():
            return list(start)
        values = result.variable_values(self._sail)
        return [
            column
            for column, value in zip(self.columns, values, strict=True)
            for _ in range(round(value))
        ]

    def _occupied(self, fleet: int, result: mathopt.SolveResult) -> FloatArray:
        network = self.instance.fleets[fleet].network
        back = network.departures[:, None] + np.arange(network.max_steps + 1)[None, :]
        total = np.zeros(back.shape)
        for departures, rows, gap in self._capacity[fleet]:
            dual = np.concatenate([[0.0], np.cumsum(np.abs(result.dual_values(rows)))])
            first = np.arange(departures.size)[:, None]
            total += dual[np.searchsorted(departures, back + gap)] - dual[first]
        return total

    def _hint(self, start: Sequence[Sortie]) -> mathopt.SolutionHint:
        times: dict[tuple[int, int, int, bytes], int] = {}
        for sortie in start:
            times[sortie.key] = times.get(sortie.key, 0) + 1
        values = {
            sail: float(times.get(column.key, 0))
            for column, sail in zip(self.columns, self._sail, strict=True)
        }
        return mathopt.SolutionHint(variable_values=values)

    def _capacity_rows(
        self, fleet: int
    ) -> list[tuple[np.ndarray, list[mathopt.LinearConstraint], int]]:
        unit = self.instance.fleets[fleet]
        departures = unit.network.departures
        return [
            (
                departures,
                [self._model.add_linear_constraint(ub=float(row.capacity)) for _ in departures],
                row.gap_steps,
            )
            for row in unit.rows
        ]

    def _row(self, target: int) -> mathopt.LinearConstraint:
        """``Σ_s z_js ≤ Σ_r u_rj x_r``, with the pieces ``z`` in the objective."""
        if target in self._link:
            return self._link[target]
        row = self._model.add_linear_constraint(ub=0.0)
        weight = float(self.instance.targets.weight[target])
        at = self._knots(target)
        for low, high in pairwise(at):
            piece = self._model.add_variable(lb=0.0, ub=float(high - low))
            row.set_coefficient(piece, 1.0)
            worth = weight * (np.exp(-low) - np.exp(-high)) / (high - low)
            self._model.objective.set_linear_coefficient(piece, float(worth))
        self._link[target] = row
        return row

    def _knots(self, target: int) -> FloatArray:
        if target >= self.instance.targets.offset[-1]:
            return MOVING_KNOTS
        knots = self.table[target % self.instance.n_cells][list(STATIONARY_PIECES)]
        return np.concatenate([knots, knots[-1] + TAIL])


def _params(time_limit_s: float) -> mathopt.SolveParameters:
    return mathopt.SolveParameters(time_limit=dt.timedelta(seconds=max(0.01, time_limit_s)))
