"""Fleets of several sizes over one problem: only capacities differ.

The sea, the network and the targets do not depend on how many hulls there
are, so they are made once, and a sortie found for one fleet is a sortie of
every other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.problem.arrays import Fleet, Instance
from planner.problem.stations import Spans, hulls_taken
from planner.problem.steps import Steps
from planner.scenario import Scenario, Unit

Kinds = tuple[tuple[tuple[int, int], ...], ...]


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
    always at hand, at the unit's own base. Those that are posted stay posted.

    Parameters
    ----------
    instance
        Problem of ``scenario``, its units in the order of ``scenario.unit``, then the
        stations that postings make.
    scenario
        Says how many hulls each unit had when the problem was made.
    counts
        New number of hulls by name of the unit, 0 or more, with all that are posted and
        on alert (:func:`misfits`); other units stay as they are.
    """

    def sized(fleet: Fleet) -> Fleet:
        if fleet.unit >= len(scenario.unit):
            return fleet
        unit = scenario.unit[fleet.unit]
        if unit.name not in counts:
            return fleet
        return _resized_fleet(fleet, scenario, unit, counts[unit.name])

    return replace(instance, fleets=tuple(sized(fleet) for fleet in instance.fleets))


def kinds_of_rows(instance: Instance) -> Kinds:
    """What cuts need to be alike to bound another fleet: rows and their times, by unit."""
    return tuple(tuple((row.gap_steps, row.least_steps) for row in rows) for rows in instance.rows)


def misfits(scenario: Scenario, counts: Mapping[str, int]) -> Iterator[str]:
    """What units cannot do with so many hulls, by name: keep some on alert, or post them."""
    for unit in scenario.unit:
        hulls = counts.get(unit.name, unit.count)
        crews = scaled(unit.crews, hulls, unit)
        if unit.alert > min(hulls, crews):
            yield (
                f"{hulls} of '{unit.name}' with {crews} crews are fewer than the {unit.alert} "
                "on alert"
            )
        for asked in scenario.posting:
            gone = sorted({*asked.boats} & {*unit.hulls[hulls:]})
            if gone:
                yield f"with {hulls} of '{unit.name}' there is no '{gone[0]}', which is posted"
            elif {*asked.boats} <= {*unit.hulls} and asked.crew_count > crews - unit.alert:
                yield (
                    f"{hulls} of '{unit.name}' have {crews} crews, and {asked.crew_count} are "
                    f"posted to '{asked.base}'"
                )


def scaled(crews: int, hulls: int, unit: Unit) -> int:
    """Crews of a unit that has other hulls, in proportion and rounded up."""
    return -(-crews * hulls // unit.count)


def _resized_fleet(fleet: Fleet, scenario: Scenario, unit: Unit, hulls: int) -> Fleet:
    """Scale every capacity row to other hulls; a row implied by another stays implied.

    Hours that crews, or upkeep, leave grow in proportion; an allowance of fuel does not.
    """
    rows = tuple(
        replace(
            row,
            capacity=max(0, scaled(row.capacity + unit.alert, hulls, unit) - unit.alert),
            taken=_taken(row.taken, scenario, unit, hulls) if row.taken else (),
        )
        for row in fleet.rows
    )
    budgets = tuple(
        budget if budget.fuel else replace(budget, limit=budget.limit * hulls / unit.count)
        for budget in fleet.budgets
    )
    return replace(fleet, rows=rows, budgets=budgets)


def _taken(taken: Spans, scenario: Scenario, unit: Unit, hulls: int) -> Spans:
    """What is taken of a row of other hulls: of hulls those that are left, of crews all.

    Crews are away with hulls that are posted, and these are there.
    """
    steps = Steps(scenario)
    if taken == hulls_taken(unit, scenario, steps):
        return hulls_taken(unit.model_copy(update={"count": hulls}), scenario, steps)
    return taken
