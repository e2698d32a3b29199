"""What each base has to give: departures, returns and fuel."""

from __future__ import annotations

import math

from planner.plan.model import Plan
from planner.scenario import Scenario


def by_base(plan: Plan, scenario: Scenario) -> dict[str, dict[str, float]]:
    """Figures of every base of a scenario.

    Returns
    -------
    dict
        ``departures`` and ``returns`` of sorties; ``fuel_l``, which sorties that return
        there have burnt, since a hull is fuelled where it returns; ``moves`` by road
        that leave from there or arrive there.
    """
    return {
        base.name: {
            "departures": sum(s.depart_base == base.name for s in plan.sorties),
            "returns": sum(s.return_base == base.name for s in plan.sorties),
            "fuel_l": math.fsum(s.fuel_l for s in plan.sorties if s.return_base == base.name),
            "moves": sum(
                base.name in (move.depart_base, move.arrive_base)
                for move in plan.moves
                if move.by == "road"
            ),
        }
        for base in scenario.base
    }
