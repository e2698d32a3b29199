"""What is kept of a run: sorties, targets and bounds as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.errors import PlanError
from planner.problem.arrays import FloatArray, IntArray
from planner.reuse.parts import Parts


@dataclass(frozen=True, eq=False)
class Columns:
    """Sorties in compressed rows, the best last.

    Attributes
    ----------
    cell : (n,) uint64
        H3 indexes of the cells that ``visit_cell`` refers to.
    unit, depart : (r,) int32
        Unit (a number in ``Parts.units``) and departure step.
    worth : (r,) float32
        Detection that the plan would lose with the sortie; NaN for one that
        is not in the plan.
    visit_ptr, visit_step, visit_cell : (r + 1,), (v,), (v,) int32
        Start step and cell of each visit.
    """

    cell: NDArray[np.uint64]
    unit: IntArray
    depart: IntArray
    worth: NDArray[np.float32]
    visit_ptr: IntArray
    visit_step: IntArray
    visit_cell: IntArray

    def __len__(self) -> int:
        return int(self.unit.size)


@dataclass(frozen=True, eq=False)
class Aims:
    """The targets that prices are of.

    Attributes
    ----------
    window : (n_layers, n_steps) int32
        Window of each step.
    offset : (n_layers + 1,) int64
        First target of each layer, and of the moving ones; those of requirements
        follow those of threats, in either case.
    weight : (n_targets,) float64
        Weights.
    seen_h : (n_moving, 2) float64
        Hours from the start at which a moving target enters its first cell
        and leaves its last; NaN if it enters none.
    """

    window: IntArray
    offset: NDArray[np.int64]
    weight: FloatArray
    seen_h: FloatArray


@dataclass(frozen=True, eq=False)
class Learned:
    """What a run learned, and what it was for.

    ``cut_arrays`` holds fields of the bounds kept, stacked, the best first;
    ``cut_values`` the fields that are no arrays (see ``planner.reuse.cuts``).
    """

    planner_version: str
    parts: Parts
    columns: Columns
    aims: Aims
    cut_arrays: Mapping[str, FloatArray]
    cut_values: tuple[dict[str, Any], ...]

    def check(self) -> None:
        """Hold arrays against each other.

        Raises
        ------
        PlanError
            If they are not the arrays of one problem. What they say of it is
            not looked at; that is worked out again for every use.
        """
        wrong = [name for name, holds in self._conditions() if not holds]
        if wrong:
            raise PlanError(f"its arrays do not belong together ({wrong[0]})")

    def _conditions(self) -> list[tuple[str, bool]]:
        columns, aims, parts = self.columns, self.aims, self.parts
        r, n, v = len(columns), columns.cell.size, columns.visit_cell.size
        ptr, n_layers = columns.visit_ptr, len(parts.layer)
        n_moving = len(parts.track)
        # Those of requirements follow the threats' layers, and their moving targets.
        layers = aims.window.shape[0] if aims.window.ndim == 2 else 0
        conditions = [
            ("depart", columns.depart.shape == (r,)),
            ("worth", columns.worth.shape == (r,)),
            ("unit", within(columns.unit, len(parts.units))),
            ("visit_ptr", ptr.shape == (r + 1,) and ptr[0] == 0 and ptr[-1] == v),
            ("visit_ptr", bool((np.diff(ptr) > 0).all())),
            ("visit_step", columns.visit_step.shape == (v,)),
            ("visit_cell", within(columns.visit_cell, n)),
            ("layer", within(np.array(parts.layer, int), len(parts.threats))),
            ("track", within(np.array(parts.track, int), len(parts.threats))),
            ("window", aims.window.shape == (layers, parts.n_steps) and layers >= n_layers),
            ("offset", aims.offset.shape == (layers + 1,)),
            ("seen_h", aims.seen_h.shape == (n_moving, 2)),
        ]
        if all(holds for _, holds in conditions):
            sizes = np.diff(aims.offset)
            used = aims.window.max(axis=1, initial=0).astype(np.int64) + 1
            conditions += [
                ("window", within(aims.window, parts.n_steps)),
                ("offset", int(aims.offset[0]) == 0 and bool((sizes >= used * n).all())),
                ("weight", aims.weight.ndim == 1),
                ("weight", _enough(aims.weight.size - int(aims.offset[-1]), n_moving, parts)),
                ("weight", bool(np.isfinite(aims.weight).all() and (aims.weight >= 0).all())),
            ]
        conditions += [
            (name, array.ndim >= 1 and array.shape[0] == len(self.cut_values))
            for name, array in self.cut_arrays.items()
        ]
        return conditions


def _enough(count: int, n_moving: int, parts: Parts) -> bool:
    """Whether so many moving targets can be: the threats', and more if something is required."""
    return count >= n_moving if parts.required else count == n_moving


def within(numbers: NDArray[Any], count: int) -> bool:
    """Whether all numbers lie in ``0 … count − 1``."""
    return bool(((numbers >= 0) & (numbers < count)).all())


def field_names(table: type) -> tuple[str, ...]:
    """Names of a dataclass's fields."""
    return tuple(field.name for field in fields(table))
