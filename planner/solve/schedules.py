"""The best schedules of a unit's hulls: over its sea states, with what is taken, within budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import CapacityRow, FloatArray, Instance
from planner.solve.budget import Charges, Schedule, least_uses
from planner.solve.flow import best_flow
from planner.solve.pricing import NEVER, Profile
from planner.solve.sorties import Roster
from planner.solve.timeline import best_schedule


@dataclass(frozen=True)
class Choice:
    """A sortie of a schedule: its fleet, the departure (an index) and the duration."""

    fleet: int
    departure: int
    duration: int


def best_of(
    instance: Instance, unit: int, profiles: Mapping[int, Profile], row: CapacityRow
) -> tuple[float, list[Choice]]:
    """The best schedule of one hull of a unit, each sortie in whichever sea state is best.

    ``profiles`` has those of the unit's fleets, by number.
    """
    fleets = instance.units[unit]
    profile, which = _merged(instance, unit, profiles)
    total, chosen = best_schedule(profile, row)
    return total, [Choice(fleets[which[d, duration]], d, duration) for d, duration in chosen]


def _merged(
    instance: Instance, unit: int, profiles: Mapping[int, Profile]
) -> tuple[Profile, NDArray[np.int64]]:
    """The best of a unit's sea states by departure and duration, and which of them that is."""
    fleets = instance.units[unit]
    if len(fleets) == 1:
        only = profiles[fleets[0]]
        return only, np.zeros(only.value.shape, np.int64)
    longest = max(profiles[f].value.shape[1] for f in fleets)
    value = np.full((len(fleets), profiles[fleets[0]].departures.size, longest), NEVER)
    for k, fleet in enumerate(fleets):
        own = profiles[fleet].value
        value[k, :, : own.shape[1]] = own
    return Profile(profiles[fleets[0]].departures, value.max(axis=0)), value.argmax(axis=0)


def _manned(instance: Instance, unit: int, profile: Profile) -> Profile:
    """A profile without the sorties that what is taken leaves no hull for, or no crew.

    Each row is bounded for itself, so that of the crews would not know of the
    hulls' upkeep.
    """
    longest = Roster(instance).manned(instance.units[unit][0], profile.departures)
    barred = np.arange(profile.value.shape[1]) > longest[:, None]
    return Profile(profile.departures, np.where(barred, NEVER, profile.value))


def most_of(
    instance: Instance, unit: int, profiles: Mapping[int, Profile], row: CapacityRow
) -> tuple[float, list[Choice]]:
    """What all hulls of a row can earn together, with what is taken of them; and by which sorties.

    As :func:`best_of` otherwise. The value is rounded up.
    """
    fleets = instance.units[unit]
    profile, which = _merged(instance, unit, profiles)
    total, chosen = best_flow(_manned(instance, unit, profile), row, instance.n_steps)
    return total, [Choice(fleets[which[d, duration]], d, duration) for d, duration in chosen]


def within_budgets(
    instance: Instance,
    unit: int,
    profiles: Mapping[int, Profile],
    row: CapacityRow,
    limits: Sequence[float] | None = None,
    hulls: int | None = None,
) -> Charges[Choice]:
    """The least that the budgets of a unit let its hulls earn under a row, and how.

    ``limits`` (k,) and the number of ``hulls`` are the unit's and the row's unless given.
    """
    budgets, fleets = instance.budgets[unit], instance.units[unit]
    uses = {f: least_uses(instance.fleets[f], profiles[f].departures) for f in fleets}

    def best(at: FloatArray) -> Schedule[Choice]:
        given = charged_at(instance, unit, profiles, at) if at.any() else profiles
        worth, trips = best_of(instance, unit, given, row)
        use = np.zeros(len(budgets))
        for trip in trips:
            use += uses[trip.fleet][:, trip.departure, trip.duration]
        return Schedule(worth, use, trips)

    asked = [budget.limit for budget in budgets] if limits is None else limits
    charges = Charges(asked, row.capacity if hulls is None else hulls, best)
    charges.minimise()
    return charges


def charged_at(
    instance: Instance, unit: int, profiles: Mapping[int, Profile], at: FloatArray
) -> dict[int, Profile]:
    """A unit's profiles less what each sortie is charged at multipliers (k,)."""
    found = {}
    for fleet in instance.units[unit]:
        own = profiles[fleet]
        paid = np.tensordot(at, least_uses(instance.fleets[fleet], own.departures), 1)
        found[fleet] = Profile(own.departures, own.value - paid)
    return found
