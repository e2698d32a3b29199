"""Light and weather on the cells, epoch by epoch, and what they do to a class of boats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import BoolArray, FloatArray, IntArray
from planner.scenario import Scenario, SeaState, Threat, VesselClass
from planner.sea import Sea
from planner.sensing import (
    dark_share,
    mean_sweep_width_nm,
    radar_sweep_width_nm,
    visual_sweep_width_nm,
)
from planner.weather import Weather, weather_of

ANY_SEAS = SeaState(wave_m=30.0)
"""What a class without a list of sea states sails in."""


@dataclass(frozen=True, eq=False)
class Conditions:
    """What holds on ``n`` cells in ``e`` epochs: hours, or one for all if nothing changes.

    Attributes
    ----------
    edges_h : (e + 1,)
        Boundaries of the epochs in hours from the plan's start.
    weather : Weather
        Its arrays are (e, n).
    dark : (e, n)
        Share of each epoch that is dark.
    """

    scenario: Scenario
    edges_h: FloatArray
    weather: Weather
    dark: FloatArray

    def epoch(self, steps_h: float, n_steps: int) -> IntArray:
        """Epoch of every step (n_steps,), by its beginning."""
        begin_h = np.arange(n_steps) * steps_h + 1e-9
        return (np.searchsorted(self.edges_h, begin_h, side="right") - 1).astype(np.int32)

    def width_nm(self, vessel: VesselClass, threat: Threat) -> FloatArray:
        """Sweep width of a class against a threat's targets, (e, n) nm.

        For a threat of no target type it is the class's own, in any light and weather.
        """
        weather, environment = self.weather, self.scenario.environment
        if threat.target is None:
            return np.broadcast_to(np.float64(vessel.sweep_width_nm), self.dark.shape)
        visual = visual_sweep_width_nm(
            threat.target,
            vessel.eye_height_m,
            weather.visibility_nm,
            weather.wind_kn,
            weather.wave_m,
            fatigue=environment.fatigue,
        )
        radar = radar_sweep_width_nm(
            vessel.radar_height_m, threat.target_height_m, vessel.radar_range_nm
        )
        return mean_sweep_width_nm(visual, radar, self.dark, environment.sensors)

    def open_in(self, vessel: VesselClass, state: SeaState) -> BoolArray:
        """Where a class may be that keeps to waters no rougher than ``state``, (e, n)."""
        weather = self.weather
        mild = (weather.wave_m <= state.wave_m) & (weather.wind_kn <= state.wind_kn)
        return np.asarray(mild if vessel.in_ice else mild & ~weather.ice)


def conditions_of(scenario: Scenario, sea: Sea) -> Conditions:
    """Conditions of a scenario on its sea: hourly, or one epoch where nothing changes.

    Raises
    ------
    ScenarioError, GeodataError
        If the weather cannot be had as asked for.
    """
    middles = sea.cells.centre.copy()
    middles[:, 0] = (middles[:, 0] + 180.0) % 360.0 - 180.0  # they may run past the date line
    weather = weather_of(scenario, middles)
    shape = weather.wind_kn.shape
    if any(threat.target is not None for threat in scenario.threat):
        edges = [scenario.start + timedelta(hours=float(hour)) for hour in weather.edges_h]
        dark = dark_share(middles, edges).T
    else:
        dark = np.broadcast_to(np.float64(0.0), shape)
        if weather.calm:
            weather, dark = _at_once(weather), dark[:1]
    return Conditions(scenario, weather.edges_h, weather, dark)


def _at_once(weather: Weather) -> Weather:
    """A weather that never changes, as one epoch."""
    return replace(
        weather,
        edges_h=weather.edges_h[[0, -1]],
        wind_kn=weather.wind_kn[:1],
        wave_m=weather.wave_m[:1],
        visibility_nm=weather.visibility_nm[:1],
        ice=weather.ice[:1],
    )


@dataclass(frozen=True, eq=False)
class Going:
    """A sea state that a class's sorties can be planned for.

    ``open`` (e, n) tells where it holds; None where it does everywhere.
    """

    state: SeaState
    open: BoolArray | None


def states_of(vessel: VesselClass) -> Sequence[SeaState]:
    """Sea states that a class sails in, the mildest first."""
    return vessel.sea or (ANY_SEAS,)


def goings(vessel: VesselClass, conditions: Conditions, within: NDArray[np.bool_]) -> list[Going]:
    """The sea states that matter to a class, the mildest first.

    A rougher state matters where it opens more of the cells ``within`` (n,),
    those that boats search or pass, than a milder one, in which they are as
    fast and stay out as long.
    """
    found: list[Going] = []
    before: BoolArray | None = None
    for state in states_of(vessel):
        where = conditions.open_in(vessel, state)
        here = where[:, within]
        everywhere = bool(here.all())
        if before is not None and bool((here == before).all()):
            continue
        before = here
        found.append(Going(state, None if everywhere else where))
        if everywhere:
            break
    return found
