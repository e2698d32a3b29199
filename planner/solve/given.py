"""Sorties that are settled: what is left to plan beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from planner.problem.arrays import Fleet, Instance, Targets
from planner.solve.coverage import Coverage
from planner.solve.sorties import Sortie, used_of


def beside(instance: Instance, given: Iterable[Sortie], *, binding: bool = True) -> Instance:
    """What is left to plan where some sorties are settled.

    A target that they give the exposure ``v`` is left undetected with ``exp(−v)``,
    and what others add to it, ``w exp(−v) (1 − exp(−u))``, is of the same form
    again. So weights shrink, and the difference is detection that is certain.

    Parameters
    ----------
    instance
        The whole problem.
    given
        Sorties of its fleets.
    binding
        Whether they bind hulls and crews of the instance; not so where another
        service sails them.

    Returns
    -------
    Instance
        Its detections and bounds are those of the whole plan, the given sorties
        included; its plans do not list them.
    """
    settled = list(given)
    targets = instance.targets
    coverage = Coverage(targets, settled)
    left = replace(
        targets,
        weight=targets.weight * np.exp(-coverage.exposure),
        detected=coverage.detection(),
        **_asked(targets, coverage),
    )
    fleets = instance.fleets
    if binding:
        fleets = tuple(_bound(fleet, instance, settled) for fleet in fleets)
    return replace(instance, targets=left, fleets=fleets)


def _asked(targets: Targets, coverage: Coverage) -> dict[str, Any]:
    """What settled sorties leave of the requirements."""
    if not targets.requires:
        return {}
    asked = np.zeros_like(targets.weight) if targets.asked is None else targets.asked
    unseen = np.exp(-coverage.exposure)
    groups = tuple(
        replace(
            group,
            share=group.share * unseen[group.target],
            done=coverage.reached(group),
        )
        for group in targets.groups
    )
    met = targets.met + float(asked @ coverage.seen)
    return {"asked": asked * unseen, "met": met, "groups": groups}


def _bound(fleet: Fleet, instance: Instance, settled: list[Sortie]) -> Fleet:
    """A fleet whose rows count the unit's settled sorties as taken, and whose budgets as used."""
    own = [s for s in settled if instance.unit(s.fleet) == fleet.unit]
    rows = tuple(
        replace(
            row,
            taken=(*row.taken, *((s.depart, row.until(s.depart, s.return_)) for s in own)),
        )
        for row in fleet.rows
    )
    budgets = tuple(
        replace(
            budget,
            limit=max(0.0, budget.limit - used_of(instance, fleet.unit, place, settled)),
        )
        for place, budget in enumerate(fleet.budgets)
    )
    return replace(fleet, rows=rows, budgets=budgets)


def departing_from(instance: Instance, step: int) -> Instance:
    """The same problem where no sortie departs before a step."""
    fleets = []
    for fleet in instance.fleets:
        later = fleet.network.departures
        later = np.ascontiguousarray(later[later >= step])
        fleets.append(replace(fleet, network=replace(fleet.network, departures=later)))
    return replace(instance, fleets=tuple(fleets))
