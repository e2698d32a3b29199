"""Fleets of several sizes over one problem: only capacities differ.

The sea, the network and the targets do not depend on how many hulls there
are, so they are made once, and a sortie found for one fleet is a sortie of
every other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.problem.arrays import CapacityRow, Fleet, Instance
from planner.scenario import Scenario


def deal(boats: int, units: tuple[str, ...]) -> dict[str, int]:
    """Number of boats of each unit when they are dealt to the units in turn.

    A larger number gives every unit as many boats or more, so a plan of the
    smaller fleet is a plan of the larger one.

    Examples
    --------
    >>> deal(3, ("Aktau", "Bautino"))
    {'Aktau': 2, 'Bautino': 1}
    """
    whole, rest = divmod(boats, len(units))
    return {name: whole + (place < rest) for place, name in enumerate(units)}


def resized(instance: Instance, scenario: Scenario, counts: Mapping[str, int]) -> Instance:
    """The same problem with other numbers of hulls; crews grow in proportion, rounded up.

    Parameters
    ----------
    instance
        Problem of ``scenario``, its units in the order of ``scenario.unit``.
    scenario
        Says how many hulls each unit had when the problem was made.
    counts
        New number of hulls by name of the unit, 0 or more; other units stay
        as they are.
    """
    units = [scenario.unit[fleet.unit] for fleet in instance.fleets]
    fleets = tuple(
        _resized_fleet(fleet, unit.count, counts[unit.name]) if unit.name in counts else fleet
        for fleet, unit in zip(instance.fleets, units, strict=True)
    )
    return replace(instance, fleets=fleets)


def _resized_fleet(fleet: Fleet, had: int, hulls: int) -> Fleet:
    """Scale every capacity row from ``had`` hulls; a row implied by another stays implied."""
    rows = tuple(CapacityRow(-(-row.capacity * hulls // had), row.gap_steps) for row in fleet.rows)
    return replace(fleet, rows=rows)
