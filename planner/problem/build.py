"""From a scenario and its sea to the arrays the optimiser works on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.errors import Problem, ScenarioError
from planner.problem.arrays import Instance, Targets
from planner.problem.budgets import Sharing
from planner.problem.conditions import Conditions, conditions_of
from planner.problem.duties import duties_of
from planner.problem.fleets import Builder, Made
from planner.problem.serving import Placed, Server, with_duties
from planner.problem.shut import or_lift
from planner.problem.stations import Station, itineraries, posted_stations
from planner.problem.steps import Steps
from planner.problem.targets import Layer, stationary, tracks
from planner.problem.tracks import Track
from planner.problem.transfers import Passage, Passages
from planner.scenario import Scenario, Unit, VesselClass
from planner.sea import Sea, Waters


@dataclass(frozen=True, eq=False)
class PlanningProblem:
    """An instance together with the geometry that its plans are drawn with.

    ``made`` has an entry for each of the instance's fleets, ``duties`` one for each
    requirement. The threats' layers and tracks come first among the targets.
    ``stations`` has one for each of the instance's units: those of the scenario, then
    those that postings make; ``passages`` are the postings' ways by sea.
    """

    instance: Instance
    layers: tuple[Layer, ...]
    tracks: tuple[Track, ...]
    made: tuple[Made, ...]
    conditions: Conditions
    stations: tuple[Station, ...]
    passages: tuple[Passage, ...] = ()
    duties: tuple[Placed, ...] = ()

    def station(self, fleet: int) -> Station:
        """Station of a fleet by its number."""
        return self.stations[self.instance.unit(fleet)]


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
    made, stations, problems = _stationed(scenario, sea, builder)
    steps = builder.steps
    problems += _too_short(scenario, made, steps)
    passages, misses = _passages(scenario, sea, conditions, steps)
    sharing = Sharing(scenario, stations, passages, steps)
    problems += [*misses, *sharing.problems()]
    if problems:
        raise ScenarioError(problems)

    def waters(unit: Unit) -> Waters:
        return waters_of(unit, scenario, sea)

    targets = _targets(layers, moving, steps, sea)
    targets, duties = with_duties(targets, duties_of(scenario, sea, layers, waters))
    server = Server(duties, len(moving))
    units = [stations[each.fleet.unit].unit for each in made]
    made = [
        replace(each, fleet=sharing.of(server.fleet(each.fleet, unit, waters(unit))))
        for each, unit in zip(made, units, strict=True)
    ]
    instance = Instance(steps.count, targets, tuple(each.fleet for each in made), sea.cells.ids)
    return PlanningProblem(
        instance,
        tuple(layers),
        tuple(moving),
        tuple(made),
        conditions,
        tuple(stations),
        passages,
        tuple(duties),
    )


def _stationed(
    scenario: Scenario, sea: Sea, builder: Builder
) -> tuple[list[Made], list[Station], list[Problem]]:
    """Fleets of all units and postings with their stations; and those that reach no cell.

    On the way to another base a hull need not find anything: it just sails there.
    """
    made: list[Made] = []
    stations: list[Station] = []
    problems: list[Problem] = []
    homes = [builder.home(unit) for unit in scenario.unit]
    for station in (*homes, *posted_stations(scenario, builder.steps)):
        own = builder.stationed(len(stations), station, waters_of(station.unit, scenario, sea))
        if any(each.fleet.network.active().size for each in own):
            made += own
            stations.append(station)
        elif station.way == "stay" and station.posting is not None:
            problems.append(_posted_in_vain(scenario, station.posting + 1, station))
        elif station.way == "home":
            problems.append(_out_of_reach(scenario, len(stations) + 1, station.unit))
            stations.append(station)
    return made, stations, problems


def _passages(
    scenario: Scenario, sea: Sea, conditions: Conditions, steps: Steps
) -> tuple[tuple[Passage, ...], list[Problem]]:
    """Straight passages of postings by sea, and those that cannot be made."""
    finder = Passages(scenario, sea, conditions, steps)
    found = [
        way
        for asked in itineraries(scenario)
        for way in finder.of(asked, waters_of(asked.unit, scenario, sea))
    ]
    passages = tuple(way for way in found if isinstance(way, Passage))
    return passages, [way for way in found if isinstance(way, Problem)]


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
    breaks = ", or its crews more time between breaks (break_every_h)"
    return Problem(
        scenario.file_name,
        f"unit[{number}]",
        f"unit '{unit.name}' can reach no cell of the area and be back in time",
        "base it nearer, give the vessel more endurance_h or less draft_m, or move the area"
        + (breaks if unit.break_every_h is not None else "")
        + or_lift(scenario),
    )


def _posted_in_vain(scenario: Scenario, number: int, station: Station) -> Problem:
    return Problem(
        scenario.file_name,
        f"posting[{number}]",
        f"from '{station.depart_base.name}' no cell of the area can be reached in time",
        "post the hulls nearer, or move the area",
    )
