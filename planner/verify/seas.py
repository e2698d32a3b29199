"""The rule on weather: hulls keep out of seas, winds and ice that their class cannot sail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.scenario import SeaState, VesselClass
from planner.verify.conditions import Conditions
from planner.verify.facts import Facts, Stretch, Voyage
from planner.verify.report import Figure, Tally
from planner.verify.tolerance import LENGTH_SHARE, TIME_H

SAMPLES_NM = 1.0
SAMPLES_H = 0.1
"""A leg's weather is looked up at least this often."""


@dataclass(frozen=True)
class Met:
    """Weather met at places along a sortie, (k,) each: the mildest of the cells at hand."""

    time_h: NDArray[np.float64]
    wave_m: NDArray[np.float64]
    wind_kn: NDArray[np.float64]
    ice: NDArray[np.bool_]

    def beyond(self, state: SeaState) -> NDArray[np.bool_]:
        """Where the seas or the wind are rougher than a state (k,)."""
        return np.asarray((self.wave_m > state.wave_m) | (self.wind_kn > state.wind_kn))


def seas(facts: Facts, tally: Tally) -> None:
    """A sortie keeps to one sea state of its class: its waters, its speeds, its hours, no ice."""
    for voyage in facts.voyages:
        vessel = voyage.vessel
        if vessel is None:
            continue
        legs = facts.legs_of[voyage.number]
        conditions = facts.conditions_of(voyage)
        met = _met(facts, conditions, () if conditions.weather.calm else legs)
        if not vessel.in_ice:
            _ice(facts, tally, voyage, met)
        if vessel.sea:
            _state(facts, tally, voyage, vessel, legs, met)


def _ice(facts: Facts, tally: Tally, voyage: Voyage, met: Met) -> None:
    tally.holds(
        "seas",
        not met.ice.any(),
        "sails through ice, in which its class does not",
        sortie=voyage.sortie.id,
        time=facts.time(float(met.time_h[met.ice][0])) if met.ice.any() else voyage.sortie.depart,
    )


def _state(
    facts: Facts,
    tally: Tally,
    voyage: Voyage,
    vessel: VesselClass,
    legs: Sequence[Stretch],
    met: Met,
) -> None:
    """Find the mildest state that the sortie's waters fit, and hold it to that."""
    fitting = (state for state in vessel.sea if not met.beyond(state).any())
    state = next(fitting, None)
    tally.count("seas")
    if state is not None:
        _limits(tally, voyage, vessel, legs, state)
        return
    roughest = vessel.sea[-1]
    worst = int(np.argmax(met.beyond(roughest) * (1.0 + met.wave_m + met.wind_kn)))
    tally.fail(
        "seas",
        f"meets seas of {met.wave_m[worst]:.1f} m and wind of {met.wind_kn[worst]:.0f} kn; "
        f"'{vessel.name}' sails in up to {roughest.wave_m:g} m and {roughest.wind_kn:g} kn",
        sortie=voyage.sortie.id,
        time=facts.time(float(met.time_h[worst])),
    )


def _limits(
    tally: Tally, voyage: Voyage, vessel: VesselClass, legs: Sequence[Stretch], state: SeaState
) -> None:
    """Hours and speeds that a state takes from the class; its own are other rules."""
    longest_h = state.endurance_h or vessel.endurance_h
    if longest_h < vessel.endurance_h:
        tally.at_most(
            "seas",
            f"'{vessel.name}' is under way too long for seas of {state.wave_m:g} m",
            Figure(voyage.return_h - voyage.depart_h, longest_h, "h"),
            slack=TIME_H,
            sortie=voyage.sortie.id,
            time=voyage.sortie.depart,
        )
    for stretch in legs if state.speed < 1.0 else ():
        most_kn = state.speed * (
            vessel.search_kn if stretch.leg.mode == "search" else vessel.cruise_kn
        )
        tally.at_most(
            "seas",
            f"{stretch.name} is too fast for seas of {state.wave_m:g} m",
            Figure(stretch.leg.speed_kn, most_kn, "kn"),
            slack=LENGTH_SHARE * most_kn,
            sortie=voyage.sortie.id,
            time=stretch.leg.start,
        )


def _met(facts: Facts, conditions: Conditions, legs: Sequence[Stretch]) -> Met:
    """Weather along the legs of one sortie.

    A search has that of the cell it claims, and so has waiting where it begins.
    """
    weather = conditions.weather
    times, cells, others = [], [], []
    for stretch in legs:
        hours = stretch.end_h - stretch.start_h
        count = 2 + int(max(stretch.length_nm / SAMPLES_NM, hours / SAMPLES_H))
        share = (np.arange(count) + 0.5) / count
        cell = searched_next(facts, legs, stretch)
        if cell >= 0:
            nearest = other = np.full(count, cell, np.int64)
        elif shapely.is_empty(stretch.line) or not np.isfinite(facts.points(stretch.leg)).all():
            continue  # the rule on paths says so
        else:
            nearest, other = conditions.near(_along(stretch, share))
        times.append(stretch.start_h + share * hours)
        cells.append(nearest)
        others.append(other)
    time_h = np.concatenate([np.zeros(0), *times])
    first = np.concatenate([np.zeros(0, np.int64), *cells])
    second = np.concatenate([np.zeros(0, np.int64), *others])
    hour = conditions.hour(time_h)
    return Met(
        time_h,
        np.minimum(weather.wave_m[hour, first], weather.wave_m[hour, second]),
        np.minimum(weather.wind_kn[hour, first], weather.wind_kn[hour, second]),
        weather.ice[hour, first] & weather.ice[hour, second],
    )


def searched_next(facts: Facts, legs: Sequence[Stretch], stretch: Stretch) -> int:
    """Number of the cell that a leg searches, or waits to search, maybe in a break; else -1."""
    for leg in legs[stretch.number - 1 :]:
        if leg.leg.mode != "loiter":
            return _searched(facts, leg)
    return -1


def _searched(facts: Facts, stretch: Stretch) -> int:
    """Number of the cell that a search leg claims; -1 where it is none."""
    if stretch.leg.mode != "search" or not stretch.leg.exposures:
        return -1
    return facts.cell_index.get(stretch.leg.exposures[0].cell, -1)


def _along(stretch: Stretch, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (k, 2) of a leg at shares (k,) of its length; one that waits stays where it is."""
    if stretch.length_nm <= 0:
        return np.repeat(shapely.get_coordinates(stretch.line)[:1], len(share), axis=0)
    points = shapely.line_interpolate_point([stretch.line], share, normalized=True)
    return np.asarray(shapely.get_coordinates(points))
