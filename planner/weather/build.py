"""The weather of a scenario, from whichever source it names."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import ArrayLike

from planner.errors import ScenarioError
from planner.scenario import Scenario
from planner.weather import climatology, frost, sources
from planner.weather.model import Ask, BoolArray, Weather, ask_of
from planner.weather.sources import Collected, State


def weather_of(scenario: Scenario, positions: ArrayLike) -> Weather:
    """Return wind, waves, visibility and ice at positions over the plan.

    What stands at a position depends on the scenario, the position and the hour only: not
    on the other positions asked for, nor on the length of the plan.

    Parameters
    ----------
    scenario : Scenario
        Its ``environment`` names the source; relative file names start from its folder.
    positions : array_like
        (n, 2) longitude and latitude in degrees WGS84, on the water.

    Returns
    -------
    Weather
        Hourly epochs from the plan's start to its end, (e, n) each.

    Raises
    ------
    ScenarioError
        With every fault found in the files named, and every gap of their cover of
        the plan's hours and positions; or when a climatology is asked for outside the
        Caspian.
    GeodataError
        When the positions are not (n, 2) longitudes and latitudes.
    """
    ask = ask_of(scenario, positions)
    environment = scenario.environment
    if environment.since is None or environment.before is None:
        return _weather(ask)
    # Nothing but the hours from then on is asked of the later source: a forecast has no others.
    since_h = (environment.since - scenario.start).total_seconds() / 3600.0
    change = int(np.searchsorted(ask.edges_h[1:], since_h, side="right"))
    earlier = weather_of(scenario.known_at(environment.since - timedelta(minutes=1)), positions)
    if change == len(ask.times):
        return earlier
    return earlier.until(change, _weather(ask.since(change)))


def _weather(ask: Ask) -> Weather:
    """The weather of a scenario's own environment."""
    found = Collected()
    state = found.attempt(lambda: _state(ask))
    ice = found.attempt(lambda: _ice(ask, state))
    if state is None or ice is None:
        raise ScenarioError(found.problems)
    return Weather(ask.edges_h, state.wind_kn, state.wave_m, state.visibility_nm, ice)


def _state(ask: Ask) -> State:
    source = ask.scenario.environment.source
    if source == "climatology":
        return climatology.state(ask)
    if source == "file":
        return sources.state(ask)
    visibility_nm = ask.scenario.environment.visibility_nm
    none = ask.everywhere(0.0)
    return State(none, none, ask.everywhere(visibility_nm), None)


def _ice(ask: Ask, state: State | None) -> BoolArray:
    """Ice as asked for: by default the weather file's own cover, then by freezing days."""
    environment = ask.scenario.environment
    wish = environment.ice
    if wish is None and state is not None and state.ice is not None:
        return state.ice
    if wish == "none" or (wish is None and environment.source == "calm"):
        return np.broadcast_to(np.False_, ask.shape)
    if wish is None and environment.source == "file" and state is None:
        # the file may bring its own ice once its faults are mended
        return np.broadcast_to(np.False_, ask.shape)
    if wish is None or wish == "freezing-days":
        return frost.ice(ask)
    return sources.ice(ask, wish)
