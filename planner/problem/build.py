"""From a scenario and its sea to the arrays the optimiser works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.errors import Problem, ScenarioError
from planner.problem.arrays import (
    CapacityRow,
    Fleet,
    FloatArray,
    FuelRule,
    Instance,
    IntArray,
    Network,
    Targets,
)
from planner.problem.targets import Layer, stationary, tracks
from planner.problem.tracks import Track
from planner.scenario import Base, Scenario, Unit, VesselClass
from planner.sea import Hops, Sea, Waters

HOP_RINGS = 2
"""Transit within a sortie goes at most this many cells at a stretch."""


@dataclass(frozen=True)
class Access:
    """Where a base's sorties enter and leave each cell: nearest access point and distance.

    ``point`` (n, 2) lon/lat, ``distance_nm`` (n,); infinite out of reach.
    """

    point: FloatArray
    distance_nm: FloatArray


@dataclass(frozen=True)
class PlanningProblem:
    """An instance together with the geometry that its plans are drawn with."""

    instance: Instance
    layers: tuple[Layer, ...]
    tracks: tuple[Track, ...]
    access: tuple[Access, ...]
    visit_nm: tuple[FloatArray, ...]


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
    """
    layers, moving = stationary(scenario, sea), tracks(scenario, sea)
    steps = Steps(scenario)
    targets = _targets(layers, moving, steps, sea)
    fleets, access, lengths, problems = [], [], [], []
    classes: dict[str, _Class] = {}
    ways: dict[tuple[str, float], Access] = {}
    for number, unit in enumerate(scenario.unit, start=1):
        waters = waters_of(unit, scenario, sea)
        if unit.vessel not in classes:
            vessel = scenario.vessel[unit.vessel]
            classes[unit.vessel] = _class(vessel, sea, waters, steps, moving)
        way = (unit.base, waters.required_depth_m)
        if way not in ways:
            ways[way] = _access(scenario.base_of(unit), waters)
        fleet = _fleet(unit, scenario, classes[unit.vessel], ways[way], steps)
        if fleet.network.active().size == 0:
            problems.append(_out_of_reach(scenario, number, unit))
        fleets.append(fleet)
        access.append(ways[way])
        lengths.append(classes[unit.vessel].visit_nm)
    problems += _too_short(scenario, fleets, steps)
    if problems:
        raise ScenarioError(problems)
    instance = Instance(steps.count, targets, tuple(fleets), sea.cells.ids)
    return PlanningProblem(instance, tuple(layers), tuple(moving), tuple(access), tuple(lengths))


class Steps:
    """The plan's clock: hours to whole steps."""

    def __init__(self, scenario: Scenario) -> None:
        self.hours = scenario.area.time_step_min / 60.0
        self.count = int(scenario.horizon_h / self.hours + 1e-9)
        every = scenario.area.departure_step_min // scenario.area.time_step_min
        self.departures: IntArray = np.arange(0, self.count, every, dtype=np.int32)

    def up(self, hours: FloatArray | float) -> NDArray[np.int64]:
        """Whole steps that cover ``hours``, at least one."""
        return np.maximum(1, np.ceil(np.asarray(hours) / self.hours - 1e-9)).astype(np.int64)

    def down(self, hours: float) -> int:
        """Whole steps within ``hours``."""
        return int(hours / self.hours + 1e-9)


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


def _access(base: Base, waters: Waters) -> Access:
    """Nearest access point of every searchable cell to a base."""
    n, gates = waters.cells.n, len(waters.gate_pair)
    owner = np.concatenate([np.arange(n), waters.gate_pair[:, 0], waters.gate_pair[:, 1]])
    which = np.concatenate([gates + np.arange(n), np.arange(gates), np.arange(gates)])
    distance = waters.distances_nm(base.position)[which]
    order = np.lexsort((distance, owner))
    first = order[np.searchsorted(owner[order], np.arange(n))]
    nearest = np.where(waters.searchable, distance[first], np.inf)
    return Access(waters.points[which[first]], nearest)


@dataclass(frozen=True)
class _Class:
    """What every unit of one vessel class shares: the same arrays, wherever it is based."""

    visit_steps: IntArray
    visit_nm: FloatArray
    exposure: FloatArray
    adjacent: IntArray
    hops: tuple[IntArray, IntArray, IntArray]
    tracked: tuple[NDArray[np.int64], IntArray, FloatArray]


def _class(
    vessel: VesselClass, sea: Sea, waters: Waters, steps: Steps, moving: list[Track]
) -> _Class:
    cells, hop = sea.cells, waters.hops(HOP_RINGS)
    size = np.sqrt(cells.area_nm2 / cells.hexagon_nm2)
    wanted_nm = np.maximum(waters.span_nm, cells.spacing_nm * size)
    visit_steps = np.where(waters.searchable, steps.up(wanted_nm / vessel.search_kn), 0)
    visit_nm = visit_steps * steps.hours * vessel.search_kn
    exposure = vessel.sweep_width_nm * visit_nm / cells.area_nm2
    return _Class(
        visit_steps.astype(np.int32),
        visit_nm,
        exposure,
        _adjacent(waters, cells.n),
        _hops_into(hop, steps.up(hop.distance_nm / vessel.cruise_kn), cells.n),
        _track_rows(moving, exposure, visit_steps, steps, cells.n),
    )


def _fleet(unit: Unit, scenario: Scenario, shared: _Class, reach: Access, steps: Steps) -> Fleet:
    vessel = scenario.vessel[unit.vessel]
    reachable = np.isfinite(reach.distance_nm)
    away = steps.up(np.where(reachable, reach.distance_nm, 0) / vessel.cruise_kn)
    one_way: IntArray = np.where(reachable, away, -1).astype(np.int32)
    network = Network(
        shared.visit_steps,
        shared.adjacent,
        *shared.hops,
        one_way,
        one_way,
        steps.departures,
        min(steps.down(vessel.endurance_h), steps.count),
    )
    fuel = FuelRule(
        vessel.burn_cruise_l_h * steps.hours,
        vessel.burn_search_l_h * steps.hours,
        vessel.burn_loiter_l_h * steps.hours,
        vessel.fuel_l * (1 - vessel.fuel_reserve),
    )
    rows = _rows(unit, vessel, steps)
    return Fleet(unit.name, network, shared.exposure, *shared.tracked, rows, fuel)


def _rows(unit: Unit, vessel: VesselClass, steps: Steps) -> tuple[CapacityRow, ...]:
    """Hull and crew rows of a unit, without a row that the other implies."""
    hulls = CapacityRow(unit.count, int(steps.up(vessel.turnaround_h)))
    crews = CapacityRow(unit.crews, int(steps.up(vessel.rest_h)))
    if crews.capacity <= hulls.capacity and crews.gap_steps >= hulls.gap_steps:
        return (crews,)
    if hulls.capacity <= crews.capacity and hulls.gap_steps >= crews.gap_steps:
        return (hulls,)
    return (hulls, crews)


def _adjacent(waters: Waters, n: int) -> IntArray:
    """Each cell itself and the neighbours it shares a gate with, padded with -1."""
    lists = [[i] if waters.searchable[i] else [] for i in range(n)]
    for i, j in waters.gate_pair:
        lists[i].append(int(j))
        lists[j].append(int(i))
    table = np.full((n, max(7, *(len(row) for row in lists))), -1, np.int32)
    for i, row in enumerate(lists):
        table[i, : len(row)] = row
    return table


def _hops_into(
    hop: Hops, duration: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Hops sorted by target, in compressed rows."""
    order = np.lexsort((hop.origin, hop.target))
    ptr = np.searchsorted(hop.target[order], np.arange(n + 1)).astype(np.int32)
    return ptr, hop.origin[order].astype(np.int32), duration[order].astype(np.int32)


def _track_rows(
    moving: list[Track],
    exposure: FloatArray,
    visit_steps: NDArray[np.int64],
    steps: Steps,
    n: int,
) -> tuple[NDArray[np.int64], IntArray, FloatArray]:
    """Exposure of tracks per visit start: its coverage factor times the share of time together."""
    row: list[int] = []
    target: list[int] = []
    value: list[float] = []
    for number, track in enumerate(moving):
        for cell, enter_h, leave_h in zip(track.cell, track.enter_h, track.leave_h, strict=True):
            lasts = int(visit_steps[cell])
            if lasts == 0:
                continue
            first = max(0, int(enter_h / steps.hours) - lasts)
            for start in range(first, min(steps.count - lasts, int(leave_h / steps.hours)) + 1):
                together = min(leave_h, (start + lasts) * steps.hours) - max(
                    enter_h, start * steps.hours
                )
                if together > 1e-9:
                    row.append(start * n + int(cell))
                    target.append(number)
                    value.append(exposure[cell] * together / (lasts * steps.hours))
    rows = np.array(row, np.int64)
    order = np.argsort(rows, kind="stable")
    # in place: at 10,000 cells and two weeks this array alone takes 160 MB
    ptr = np.zeros(steps.count * n + 1, np.int64)
    np.add.at(ptr, rows + 1, 1)
    np.cumsum(ptr, out=ptr)
    return (
        ptr,
        np.array(target, np.int32)[order],
        np.array(value, np.float64)[order],
    )


def _too_short(scenario: Scenario, fleets: list[Fleet], steps: Steps) -> list[Problem]:
    """Threats that are gone before any boat has searched one cell."""
    lasting = [f.network.visit_steps[f.network.active()].min(initial=1) for f in fleets]
    shortest_h = float(min(lasting)) * steps.hours
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
