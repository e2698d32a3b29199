"""The best choice among known sorties where requirements count: an integer programme.

Freeing a few sorties at a time finds good searches, but not a chain of reliefs
in which every sortie must sail an hour later. Sorties priced for the bound are
such chains in fractions, so they, and those tried so far, are chosen among at
once, by CP-SAT:

    max  Σ_s w_s z_s + Σ_g p_g y_g + Σ_r q_r x_r
    s.t. z_s ≤ Σ_{r serves s} x_r,  l_g y_g ≤ d_g + Σ_s c_gs z_s,  y_g ≤ 1
         Σ_{r bound at d} x_r ≤ what is free at d                    every departure d

where
    ``z_s`` whether slot or window ``s`` is served, ``y_g`` how full group ``g`` is;
    ``q_r`` what a sortie finds by itself, discounted by :data:`SHARED` for what others find too.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from planner.problem.arrays import FloatArray, Instance
from planner.solve.coverage import Coverage
from planner.solve.sorties import Sortie, used

SHARED = 0.6
"""Share of what a sortie finds by itself that it adds to a plan (assumption)."""

COLUMNS = 4000
"""Most sorties chosen among."""

SCALE = 1_000_000
"""Worth is counted in whole parts of 1 over this."""

PARTS = 100
"""Steps and litres of budgets are counted in whole parts of one over this, on the safe side."""

WORKERS = 1
"""One thread, so that equal work gives equal plans; the bound has the other core."""


def combine(
    instance: Instance,
    sorties: Iterable[Sortie],
    planned: Iterable[Sortie],
    time_limit_s: float,
    work: float | None = None,
    stay: Collection[int] = (),
    least: int = 0,
) -> list[Sortie] | None:
    """Choose among sorties and those planned; ``None`` if no choice was found in time.

    ``work`` limits CP-SAT's deterministic time as well. Whatever it chooses keeps
    the capacity rows and budgets, and so many at ``least`` of those planned whose ``id``
    is in ``stay``.
    """
    start = list(planned)
    columns = _chosen(instance, sorties, start)
    model = cp_model.CpModel()
    sail = [model.new_bool_var("") for _ in columns]
    known = {id(sortie) for sortie in start}
    for variable, column in zip(sail, columns, strict=True):
        model.add_hint(variable, id(column) in known)
    _keep_rows(model, instance, columns, sail)
    if least > 0:
        stays = [z for z, column in zip(sail, columns, strict=True) if id(column) in stay]
        model.add(sum(stays) >= least)
    model.maximize(_worth(model, instance, columns, sail))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, time_limit_s)
    solver.parameters.num_workers = WORKERS
    if work is not None:
        solver.parameters.max_deterministic_time = work
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [c for c, variable in zip(columns, sail, strict=True) if solver.boolean_value(variable)]


def _chosen(instance: Instance, sorties: Iterable[Sortie], planned: list[Sortie]) -> list[Sortie]:
    """Planned sorties, and of the others those that count most for the hull time they take."""
    kept = {sortie.key for sortie in planned}
    gains = own_gains(instance)
    found = []
    for sortie in sorties:
        if sortie.key not in kept:
            kept.add(sortie.key)
            row = instance.fleets[sortie.fleet].rows[0]
            bound = row.until(sortie.depart, sortie.return_) - sortie.depart
            found.append(
                (float(gains[sortie.target] @ -np.expm1(-sortie.exposure)) / bound, sortie)
            )
    found.sort(key=lambda pair: -pair[0])
    return [*planned, *(sortie for _, sortie in found[: COLUMNS - len(planned)])]


def own_gains(instance: Instance) -> FloatArray:
    """What seeing each target counts (n_targets,) while nothing else is seen."""
    return Coverage(instance.targets).left


def _keep_rows(
    model: cp_model.CpModel,
    instance: Instance,
    columns: list[Sortie],
    sail: list[cp_model.IntVar],
) -> None:
    """At every departure no more hulls and crews are bound than are free, and budgets last."""
    for unit, rows in enumerate(instance.rows):
        own = [k for k, column in enumerate(columns) if instance.unit(column.fleet) == unit]
        departures = instance.fleets[instance.units[unit][0]].network.departures
        for row in rows:
            busy = row.busy(instance.n_steps)
            until = [row.until(columns[k].depart, columns[k].return_) for k in own]
            for k, end in zip(own, until, strict=True):
                if (busy[columns[k].depart : end] >= row.capacity).any():
                    model.add(sail[k] == 0)
            begun = np.array([max(0, begin) for begin, _ in row.taken], departures.dtype)
            events = np.union1d(departures, begun)
            for step in events.tolist():
                bound = [
                    sail[k]
                    for k, end in zip(own, until, strict=True)
                    if columns[k].depart <= step < end
                ]
                free = max(0, row.capacity - int(busy[step]))
                if len(bound) > free:
                    model.add(sum(bound) <= free)
    for pot in instance.pots:
        places = dict(pot)
        budgets = {unit: instance.budgets[unit][place] for unit, place in pot}
        own = [k for k, column in enumerate(columns) if instance.unit(column.fleet) in places]
        uses = [
            used(
                budgets[instance.unit(columns[k].fleet)],
                instance.fleets[columns[k].fleet],
                columns[k],
            )
            for k in own
        ]
        counted = [math.ceil(PARTS * use) * sail[k] for k, use in zip(own, uses, strict=True)]
        limit = min(budget.limit for budget in budgets.values())
        model.add(sum(counted) <= math.floor(PARTS * limit))


def _worth(
    model: cp_model.CpModel,
    instance: Instance,
    columns: list[Sortie],
    sail: list[cp_model.IntVar],
) -> cp_model.LinearExprT:
    """The objective, with what it needs of variables and rows."""
    targets = instance.targets
    at_once = at_once_of(instance)
    servers: dict[int, list[int]] = {}
    terms: list[cp_model.LinearExprT] = []
    grouped = np.zeros(targets.weight.size)
    found = []
    for k, column in enumerate(columns):
        sure = at_once[column.target]
        for target in column.target[sure].tolist():
            servers.setdefault(target, []).append(k)
        seen = np.zeros(targets.weight.size)
        seen[column.target[~sure]] = -np.expm1(-column.exposure[~sure])
        found.append(seen)
        terms.append(round(SCALE * SHARED * float(targets.credit @ seen)) * sail[k])
    served = {}
    for target, own in servers.items():
        served[target] = model.new_bool_var("")
        model.add(served[target] <= sum(sail[k] for k in own))
        terms.append(round(SCALE * float(targets.weight[target])) * served[target])
    for group in targets.groups:
        full = model.new_int_var(0, round(SCALE * group.worth), "")
        each = group.worth / group.level
        parts = [
            round(SCALE * each * share) * served[target]
            for target, share in zip(group.target.tolist(), group.share.tolist(), strict=True)
            if target in served
        ]
        grouped[:] = 0.0
        grouped[group.target] = group.share
        parts += [
            round(SCALE * SHARED * each * float(grouped @ seen)) * sail[k]
            for k, seen in enumerate(found)
        ]
        model.add(full <= round(SCALE * each * group.done) + sum(parts))
        terms.append(full)
    return sum(terms)


def at_once_of(instance: Instance) -> NDArray[np.bool_]:
    """Targets (n_targets,) of which one visit gives all: slots and windows of requirements."""
    targets = instance.targets
    found = np.zeros(targets.weight.size, bool)
    if targets.asked is not None:
        found |= targets.asked > 0.0
    found[found.size - targets.sure :] = True
    return found
