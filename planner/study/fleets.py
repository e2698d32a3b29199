"""Fleets of several sizes over one problem: only capacities differ.

The sea, the network and the targets do not depend on how many hulls there
are, so they are made once, and a sortie found for one fleet is a sortie of
every other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from planner.problem.arrays import Fleet, Instance
from planner.problem.steps import Steps
from planner.scenario import Scenario, Unit


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

    Outages of hulls that are there no longer are gone with them; more hulls are
    always at hand.

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
        _resized_fleet(fleet, scenario, unit, counts[unit.name]) if unit.name in counts else fleet
        for fleet, unit in zip(instance.fleets, units, strict=True)
    )
    return replace(instance, fleets=fleets)


def _resized_fleet(fleet: Fleet, scenario: Scenario, unit: Unit, hulls: int) -> Fleet:
    """Scale every capacity row to other hulls; a row implied by another stays implied.

    Hours that crews, or upkeep, leave grow in proportion; an allowance of fuel does not.
    """
    rows = tuple(
        replace(
            row,
            capacity=max(0, -(-(row.capacity + unit.alert) * hulls // unit.count) - unit.alert),
            taken=_outages(scenario, unit.hulls[:hulls]) if row.taken else (),
        )
        for row in fleet.rows
    )
    budgets = tuple(
        budget if budget.fuel else replace(budget, limit=budget.limit * hulls / unit.count)
        for budget in fleet.budgets
    )
    return replace(fleet, rows=rows, budgets=budgets)


def _outages(scenario: Scenario, hulls: Collection[str]) -> tuple[tuple[int, int], ...]:
    """Steps that hulls are out of service."""
    steps = Steps(scenario)
    spans = [
        steps.span(outage.start, outage.end) for outage in scenario.outage if outage.hull in hulls
    ]
    return tuple(span for span in spans if span is not None)
