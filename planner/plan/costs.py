"""What a plan costs: hours under way, nautical miles and litres at their prices."""

from __future__ import annotations

import math
from collections.abc import Iterable

from planner.plan.model import Plan, Sortie
from planner.scenario import Rates, Scenario

PARTS = ("hours_usd", "distance_usd", "fuel_usd")


def parts_of(sortie: Sortie, rates: Rates) -> dict[str, float]:
    """Cost of a sortie by what is paid for."""
    hours = (sortie.return_ - sortie.depart).total_seconds() / 3600.0
    spent = (hours * rates.h_usd, sortie.distance_nm * rates.nm_usd, sortie.fuel_l * rates.l_usd)
    return dict(zip(PARTS, spent, strict=True))


def cost_usd(sorties: Iterable[Sortie], plan: Plan, scenario: Scenario) -> float:
    """Cost of some of a plan's sorties, all in all."""
    rates = {unit.name: scenario.rates_of(unit) for unit in scenario.unit}
    unit = {hull.id: hull.unit for hull in plan.hulls}
    return math.fsum(sum(parts_of(s, rates[unit[s.hull]]).values()) for s in sorties)


def costs(plan: Plan, scenario: Scenario) -> dict[str, object]:
    """Cost of a plan in dollars.

    Returns
    -------
    dict
        ``by_unit`` by the unit's name ``hours_usd``, ``distance_usd``, ``fuel_usd``
        and their sum ``total_usd``; ``total_usd`` of all units.
    """
    unit_of = {hull.id: hull.unit for hull in plan.hulls}
    by_unit = {}
    for unit in scenario.unit:
        rates = scenario.rates_of(unit)
        own = [parts_of(s, rates) for s in plan.sorties if unit_of[s.hull] == unit.name]
        spent = {part: math.fsum(each[part] for each in own) for part in PARTS}
        by_unit[unit.name] = {**spent, "total_usd": math.fsum(spent.values())}
    return {
        "by_unit": by_unit,
        "total_usd": math.fsum(each["total_usd"] for each in by_unit.values()),
    }
