"""Prices of hulls: what is known of them, and how fleets differ in price."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from planner import geodata
from planner.errors import Problem
from planner.scenario import Scenario
from planner.study.cases.expand import Plot

Hulls = Mapping[tuple[str, float], int]
"""Hulls by the key of their class and their price in dollars, 0 where it is not known."""


def hulls_of(scenario: Scenario) -> Hulls:
    """Hulls of a scenario."""
    found: Counter[tuple[str, float]] = Counter()
    for unit in scenario.unit:
        found[unit.vessel, scenario.vessel[unit.vessel].purchase_usd] += unit.count
    return found


def price_of(hulls: Hulls) -> float | None:
    """Price of all hulls; None where that of one is not known."""
    if any(count and not price for (_, price), count in hulls.items()):
        return None
    return math.fsum(count * price for (_, price), count in hulls.items())


def price_over(hulls: Hulls, others: Hulls) -> float | None:
    """What hulls cost more than others; None where they differ in one whose price is not known."""
    more = {key: hulls.get(key, 0) - others.get(key, 0) for key in (*hulls, *others)}
    return price_of(more)


def unpriced(plot: Plot, hulls: Sequence[Hulls]) -> list[Problem]:
    """Purchases without a cost of their own, whose hulls do not tell one either."""
    number = {(p.case, p.place, p.month): k for k, p in enumerate(plot.points)}
    found = list[Problem]()
    for bought in plot.study.purchase:
        for view in bought.view if bought.cost_usd is None else ():
            costs = [
                price_over(hulls[k], hulls[number[view.without, p.place, p.month]])
                for k, p in enumerate(plot.points)
                if p.case == view.having
            ]
            if any(cost is None for cost in costs):
                words = f"'{view.having}' has hulls more or less whose price is not known"
            elif any(cost is not None and cost <= 0 for cost in costs):
                words = f"the hulls of '{view.having}' cost no more than those of '{view.without}'"
            else:
                continue
            key = f'purchase "{bought.name}".view "{view.name}"'
            remedy = "give the purchase its cost_usd and source"
            found.append(Problem(plot.file, key, words, remedy))
    return found


def price_sources(hulls: Sequence[Hulls]) -> dict[tuple[str, float], str]:
    """Where the price of each class of some fleets is from, by class and price."""
    shipped, sources = geodata.vessels(), geodata.vessel_sources()
    found = {}
    for key, price in sorted({each for fleet in hulls for each in fleet}):
        same = key in shipped and shipped[key].get("purchase_usd") == price
        found[key, price] = sources[key]["purchase_usd"] if same else "as the scenario has it"
    return found
