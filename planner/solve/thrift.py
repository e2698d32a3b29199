"""Schedules within budgets: hours and fuel go where they find most.

A hull's best schedule takes all the hours it can have, and leaves none to others that
would find more in them. So the search gives each hull its share of what its unit has,
and takes the schedule that is best at the multipliers that make it fit
(:mod:`~planner.solve.budget`), cut to what fits.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.problem.arrays import CapacityRow, Instance
from planner.solve.budget import SLACK, least_uses
from planner.solve.pricing import Profile
from planner.solve.schedules import Choice, best_of, within_budgets
from planner.solve.sorties import Budgets


def thrifty(
    instance: Instance,
    unit: int,
    profiles: Mapping[int, Profile],
    row: CapacityRow,
    now: Budgets,
    *,
    shared: bool,
) -> list[Choice]:
    """A good schedule of one hull within what is left of its unit's budgets.

    If ``shared``, within its share of them, unless that is too small for any sortie.
    """
    budgets, left = instance.budgets[unit], now.left[unit]
    if not budgets:
        return best_of(instance, unit, profiles, row)[1]
    limits = [max(0.0, rest) for rest in left]
    if shared:
        share = [
            budget.limit / max(1, row.capacity, *_most_hulls(instance, unit, place))
            for place, budget in enumerate(budgets)
        ]
        limits = [min(pair) for pair in zip(limits, share, strict=True)]
    charges = within_budgets(instance, unit, profiles, row, limits, 1)
    found = [
        charged.schedule.trips
        for charged in (charges.fitting, charges.beyond)
        if charged is not None
    ]
    chosen: list[Choice] = []
    for within in (limits, left):
        cut = [_cut(instance, trips, profiles, within) for trips in found]
        value, chosen = max(cut, key=lambda each: each[0])
        if value > 0.0:
            break
    return chosen


def _most_hulls(instance: Instance, unit: int, place: int) -> list[int]:
    """Hulls of the units that share a unit's budget, as many as each has at most."""
    pot = instance.pots[instance.pot[unit, place]]
    return [max(row.capacity for row in instance.rows[other]) for other, _ in pot if other != unit]


def _cut(
    instance: Instance, trips: list[Choice], profiles: Mapping[int, Profile], limits: list[float]
) -> tuple[float, list[Choice]]:
    """Those of a schedule that find most for what they use, as many as limits (k,) allow."""
    rest, rated = np.array(limits), []
    for trip in trips:
        fleet, profile = instance.fleets[trip.fleet], profiles[trip.fleet]
        departure = profile.departures[trip.departure : trip.departure + 1]
        use = least_uses(fleet, departure)[:, 0, trip.duration]
        whole = np.array([max(1.0, budget.limit) for budget in fleet.budgets])
        value = float(profile.value[trip.departure, trip.duration])
        rated.append((value / max(SLACK, float((use / whole).sum())), value, use, trip))
    total, kept = 0.0, []
    for _, value, use, trip in sorted(rated, key=lambda each: -each[0]):
        if (use <= rest + SLACK).all():
            rest = rest - use
            total += value
            kept.append(trip)
    return total, sorted(kept, key=lambda trip: trip.departure)
