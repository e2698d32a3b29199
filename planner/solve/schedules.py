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


def within_shared(
    instance: Instance, party: Sequence[int], profiles: Mapping[int, Profile]
) -> tuple[list[tuple[tuple[int, int], ...]], FloatArray, dict[int, list[Choice]]]:
    """Multipliers at which units that share budgets earn little together, and their schedules.

    Returns
    -------
    pots
        The budgets, each as the units and places that hold it.
    multipliers : (k,)
        Of each, at which the hulls that are not taken on the mean earn least.
    dict
        The best schedule of one hull of each unit there.
    """
    pots = [pot for pot in instance.pots if pot[0][0] in party]
    number = {instance.pot[pot[0]]: n for n, pot in enumerate(pots)}
    at_pot = {
        unit: [number[instance.pot[unit, k]] for k in range(len(instance.budgets[unit]))]
        for unit in party
    }
    rows = {unit: min(instance.rows[unit], key=lambda row: row.capacity) for unit in party}
    hulls = {unit: _free(rows[unit], instance.n_steps) for unit in party}
    uses = {
        f: least_uses(instance.fleets[f], profiles[f].departures)
        for unit in party
        for f in instance.units[unit]
    }

    def best(at: FloatArray) -> Schedule[Choice]:
        total, use, trips = 0.0, np.zeros(len(pots)), []
        for unit in party:
            own = at[at_pot[unit]]
            given = charged_at(instance, unit, profiles, own) if own.any() else profiles
            worth, chosen = best_of(instance, unit, given, rows[unit])
            total += hulls[unit] * worth
            for trip in chosen:
                taken = uses[trip.fleet][:, trip.departure, trip.duration]
                use[at_pot[unit]] += hulls[unit] * taken
            trips += chosen
        return Schedule(total, use, trips)

    limits = [instance.budgets[pot[0][0]][pot[0][1]].limit for pot in pots]
    charges = Charges(limits, 1, best)
    least = charges.minimise()
    trips = (charges.beyond or least).schedule.trips
    by_unit: dict[int, list[Choice]] = {unit: [] for unit in party}
    for trip in trips:
        by_unit[instance.unit(trip.fleet)].append(trip)
    return pots, least.multipliers, by_unit


def _free(row: CapacityRow, n_steps: int) -> float:
    """Hulls, or crews, of a row that nothing takes, on the mean over the plan."""
    return float(np.maximum(row.capacity - row.busy(n_steps)[:n_steps], 0).mean())


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
