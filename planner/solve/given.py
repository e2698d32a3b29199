"""Sorties that are settled: what is left to plan beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from planner.problem.arrays import Fleet, Instance
from planner.solve.sorties import Coverage, Sortie


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
    left = replace(targets, weight=coverage.left.copy(), detected=coverage.detection())
    fleets = instance.fleets
    if binding:
        fleets = tuple(_bound(fleet, instance, settled) for fleet in fleets)
    return replace(instance, targets=left, fleets=fleets)


def _bound(fleet: Fleet, instance: Instance, settled: list[Sortie]) -> Fleet:
    """A fleet whose rows count the unit's settled sorties as taken."""
    own = [s for s in settled if instance.unit(s.fleet) == fleet.unit]
    rows = tuple(
        replace(
            row,
            taken=(*row.taken, *((s.depart, row.until(s.depart, s.return_)) for s in own)),
        )
        for row in fleet.rows
    )
    return replace(fleet, rows=rows)


def departing_from(instance: Instance, step: int) -> Instance:
    """The same problem where no sortie departs before a step."""
    fleets = []
    for fleet in instance.fleets:
        later = fleet.network.departures
        later = np.ascontiguousarray(later[later >= step])
        fleets.append(replace(fleet, network=replace(fleet.network, departures=later)))
    return replace(instance, fleets=tuple(fleets))
