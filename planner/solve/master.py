"""The integer master: which sorties of a pool to sail.

Columns are sorties, one capacity row per unit, row kind and departure step;
``F`` is piecewise linear concave over each target's exposure. Solved by HiGHS
through OR-Tools MathOpt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from ortools.math_opt.python import mathopt

from planner.problem.arrays import FloatArray, Instance
from planner.solve.relaxed import knots_kept
from planner.solve.sorties import Sortie


class Master:
    """Sorties of a pool under the capacity rows of an instance."""

    def __init__(self, instance: Instance, table: FloatArray) -> None:
        self.instance, self.table = instance, table
        self.columns: list[Sortie] = []
        self._model = mathopt.Model(name="master")
        self._model.objective.is_maximize = True
        self._sail: list[mathopt.Variable] = []
        self._link: dict[int, mathopt.LinearConstraint] = {}
        self._capacity = [self._capacity_rows(f) for f in range(len(instance.fleets))]

    def add(self, sorties: Iterable[Sortie]) -> None:
        """Add columns; targets seen for the first time get their rows."""
        for sortie in sorties:
            self.columns.append(sortie)
            sail = self._model.add_integer_variable(lb=0.0)
            self._sail.append(sail)
            for target, exposure in zip(sortie.target, sortie.exposure, strict=True):
                self._row(int(target)).set_coefficient(sail, -float(exposure))
            for departures, rows, gap in self._capacity[sortie.fleet]:
                first = np.searchsorted(departures, sortie.depart)
                last = np.searchsorted(departures, sortie.return_ + gap)
                for row in rows[first:last]:
                    row.set_coefficient(sail, 1.0)

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
        at = knots_kept(self.instance, self.table, target)
        for low, high in pairwise(at):
            piece = self._model.add_variable(lb=0.0, ub=float(high - low))
            row.set_coefficient(piece, 1.0)
            worth = weight * (np.exp(-low) - np.exp(-high)) / (high - low)
            self._model.objective.set_linear_coefficient(piece, float(worth))
        self._link[target] = row
        return row


def _params(time_limit_s: float) -> mathopt.SolveParameters:
    return mathopt.SolveParameters(time_limit=dt.timedelta(seconds=max(0.01, time_limit_s)))
