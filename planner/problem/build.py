"""From a scenario and its sea to the arrays the optimiser works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.errors import Problem, ScenarioError
from planner.problem.arrays import Instance, Targets
from planner.problem.conditions import Conditions, conditions_of
from planner.problem.fleets import Builder, Made
from planner.problem.steps import Steps
from planner.problem.targets import Layer, stationary, tracks
from planner.problem.tracks import Track
from planner.scenario import Scenario, Unit, VesselClass
from planner.sea import Sea, Waters


@dataclass(frozen=True, eq=False)
class PlanningProblem:
    """An instance together with the geometry that its plans are drawn with.

    ``made`` has an entry for each of the instance's fleets.
    """

    instance: Instance
    layers: tuple[Layer, ...]
    tracks: tuple[Track, ...]
    made: tuple[Made, ...]
    conditions: Conditions


def required_depth_m(vessel: VesselClass, scenario: Scenario) -> float:
    """Depth at the datum that a class needs: draft + clearance − water-level anomaly."""
    return (
        vessel.draft_m + vessel.under_keel_clearance_m - scenario.environment.water_level_anomaly_m
    )


def waters_of(unit: Unit, scenario: Scenario, sea: Sea) -> Waters:
    """Navigable water of a unit's vessel class."""
    return sea.waters(required_depth_m(scenario.vessel[unit.vessel], scenario))


def build(scenario: Scenario, sea: Sea) -> PlanningProblem:
    """Arrays of a scenario on its sea.

    Raises
    ------
    ScenarioError
        If a unit can reach no cell, or a threat lies outside the area.
    GeodataError
        If a threat's target is in no table of sweep widths.
    """
    layers, moving = stationary(scenario, sea), tracks(scenario, sea)
    conditions = conditions_of(scenario, sea)
    builder = Builder(scenario, sea, conditions, layers, moving)
    made, problems = [], []
    for number, unit in enumerate(scenario.unit):
        own = builder.fleets(number, unit, waters_of(unit, scenario, sea))
        if all(each.fleet.network.active().size == 0 for each in own):
            problems.append(_out_of_reach(scenario, number + 1, unit))
        made += own
    steps = builder.steps
    problems += _too_short(scenario, made, steps)
    if problems:
        raise ScenarioError(problems)
    targets = _targets(layers, moving, steps, sea)
    instance = Instance(steps.count, targets, tuple(each.fleet for each in made), sea.cells.ids)
    return PlanningProblem(instance, tuple(layers), tuple(moving), tuple(made), conditions)


def _targets(layers: list[Layer], moving: list[Track], steps: Steps, sea: Sea) -> Targets:
    middle_h = (np.arange(steps.count) + 0.5) * steps.hours
    window = np.array(
        [np.searchsorted(layer.window_h, middle_h, side="right") - 1 for layer in layers],
        dtype=np.int32,
    ).reshape(len(layers), steps.count)
    sizes = [layer.weight.size for layer in layers]
    offset = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    weight = np.concatenate(
        [layer.weight.ravel() for layer in layers] + [np.array([t.weight for t in moving])]
    )
    return Targets(len(sea.cells.ids), window, offset, weight)


def _too_short(scenario: Scenario, made: list[Made], steps: Steps) -> list[Problem]:
    """Threats that are gone before any boat has searched one cell."""
    networks = [each.fleet.network for each in made]
    lasting = [int(visit) for net in networks for visit in net.visit_steps[net.active()]]
    shortest_h = min(lasting, default=0) * steps.hours
    return [
        Problem(
            scenario.file_name,
            f"threat[{number}].persistence_h",
            f"threat '{threat.name}' lasts {threat.persistence_h:g} h, but a boat takes "
            f"{shortest_h:.2g} h to search a cell",
            "give it longer, make it a transit threat, or take a higher area.cell_resolution",
        )
        for number, threat in enumerate(scenario.threat, start=1)
        if threat.persistence_h is not None and threat.persistence_h < shortest_h - 1e-9
    ]


def _out_of_reach(scenario: Scenario, number: int, unit: Unit) -> Problem:
    return Problem(
        scenario.file_name,
        f"unit[{number}]",
        f"unit '{unit.name}' can reach no cell of the area and be back in time",
        "base it nearer, give the vessel more endurance_h or less draft_m, or move the area",
    )
