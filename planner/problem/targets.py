"""Threats of a scenario as weighted targets on the cells of a sea.

A stationary threat is spread evenly over the water of its area and over the
plan's time; it lasts ``persistence_h``, so every cell holds one target per
window of that length. A transit threat is a set of sampled tracks of equal
weight. The weights of all targets of all threats sum to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.errors import Problem, ScenarioError
from planner.problem.tracks import Track, sample_tracks
from planner.scenario import Scenario, Threat
from planner.sea import Sea


@dataclass(frozen=True)
class Layer:
    """Stationary targets of one threat.

    ``window_h`` (m + 1,) are the window boundaries in hours from the plan's
    start, ``weight`` (m, n_cells) the weights.
    """

    threat: str
    window_h: NDArray[np.float64]
    weight: NDArray[np.float64]


def shares(scenario: Scenario) -> dict[str, float]:
    """Share of the total weight that each threat holds, by name."""
    total = sum(threat.weight for threat in scenario.threat)
    return {threat.name: threat.weight / total for threat in scenario.threat}


def stationary(scenario: Scenario, sea: Sea) -> list[Layer]:
    """Layers of all ``area`` threats, in the scenario's order.

    Raises
    ------
    ScenarioError
        If a threat's area holds no water of the area of responsibility.
    """
    share = shares(scenario)
    layers, problems = [], []
    for number, threat in enumerate(scenario.threat, start=1):
        if threat.kind != "area":
            continue
        area = _area_in_cells(threat, scenario, sea)
        if area.sum() <= 0:
            problems.append(
                Problem(
                    scenario.file_name,
                    f"threat[{number}]",
                    f"the area of threat '{threat.name}' holds no water of the area planned",
                    "choose a zone or file that overlaps the area, or widen the area",
                )
            )
            continue
        window_h = windows(scenario.horizon_h, threat.persistence_h or scenario.horizon_h)
        length = np.diff(window_h) / scenario.horizon_h
        weight = share[threat.name] * np.outer(length, area / area.sum())
        layers.append(Layer(threat.name, window_h, weight))
    if problems:
        raise ScenarioError(problems)
    return layers


def windows(horizon_h: float, persistence_h: float) -> NDArray[np.float64]:
    """Boundaries 0, p, 2p, … of a threat's windows, the last at the horizon."""
    count = max(1, math.ceil(horizon_h / persistence_h - 1e-9))
    bounds: NDArray[np.float64] = np.arange(count + 1, dtype=np.float64) * persistence_h
    bounds[-1] = horizon_h
    return bounds


def tracks(scenario: Scenario, sea: Sea) -> list[Track]:
    """Sampled tracks of all ``transit`` threats, in the scenario's order.

    They belong to the scenario, not to a run of the optimiser: the same
    scenario always has the same tracks.
    """
    share = shares(scenario)
    found: list[Track] = []
    for number, threat in enumerate(scenario.threat, start=1):
        if threat.kind == "transit":
            found += sample_tracks(threat, number, share[threat.name], scenario, sea)
    return found


def _area_in_cells(threat: Threat, scenario: Scenario, sea: Sea) -> NDArray[np.float64]:
    """Water area (nm²) of the threat in each cell, shape ``(n_cells,)``."""
    geometry = scenario.geometry_of(threat)
    if geometry is None:
        return sea.cells.area_nm2
    area: NDArray[np.float64] = sea.cells.area_nm2 * sea.cells.share_in(geometry)
    return area
