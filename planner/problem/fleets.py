"""Fleets: what the hulls of each unit can do, in every sea state that matters to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import (
    BoolArray,
    CapacityRow,
    Fleet,
    FloatArray,
    FuelRule,
    IntArray,
    Network,
    Open,
)
from planner.problem.conditions import Conditions, Going, goings, states_of
from planner.problem.passing import pass_exposure, track_rows
from planner.problem.steps import Steps
from planner.problem.targets import Layer
from planner.problem.tracks import Track
from planner.problem.ways import Stretch, Ways, reverse
from planner.scenario import Base, Scenario, Unit, VesselClass
from planner.sea import Hops, Sea, Waters

T = TypeVar("T")

HOP_RINGS = 2
"""Transit within a sortie goes at most this many cells at a stretch."""


@dataclass(frozen=True)
class Access:
    """Where a base's sorties enter and leave each cell: nearest access point and distance.

    ``point`` (n, 2) lon/lat, ``distance_nm`` (n,); infinite out of reach.
    """

    point: FloatArray
    distance_nm: FloatArray


@dataclass(frozen=True, eq=False)
class Made:
    """A fleet with the geometry that its sorties are drawn with.

    ``visit_nm`` (n,) is the length of one visit's lane, ``width_nm`` by threat
    (e, n) the sweep width, ``search_kn`` the search speed that this sea state
    leaves.
    """

    fleet: Fleet
    access: Access
    visit_nm: FloatArray
    width_nm: Mapping[str, FloatArray]
    search_kn: float


class Builder:
    """Makes the fleets of a scenario's units; what units share is worked out once."""

    def __init__(
        self,
        scenario: Scenario,
        sea: Sea,
        conditions: Conditions,
        layers: list[Layer],
        moving: list[Track],
    ) -> None:
        self.scenario, self.sea, self.conditions = scenario, sea, conditions
        self.layers, self.moving = layers, moving
        self.steps = Steps(scenario)
        self.epoch = conditions.epoch(self.steps.hours, self.steps.count)
        self._known: dict[tuple[object, ...], object] = {}

    def fleets(self, number: int, unit: Unit, waters: Waters) -> list[Made]:
        """Fleets of one unit: one for each sea state that matters, the mildest first."""
        base, vessel = self.scenario.base_of(unit), self.scenario.vessel[unit.vessel]
        reach = self._once(
            lambda: _access(base, waters), "access", unit.base, waters.required_depth_m
        )
        met = np.isfinite(reach.distance_nm)
        if not self.conditions.open_in(vessel, states_of(vessel)[0]).all():
            for way in (*self._out(unit, waters, reach), *self._hops(waters)):
                met[[stretch.cell for stretch in way]] = True
        found = []
        for going in goings(vessel, self.conditions, met):
            make = partial(self._class, vessel, waters, going)
            shared = self._once(make, "class", unit.vessel, going.state)
            found.append(self._fleet(number, unit, waters, going, shared, reach))
        return found

    def _class(self, vessel: VesselClass, waters: Waters, going: Going) -> _Class:
        """What every unit of a class shares in one sea state, wherever it is based."""
        cells, hop, steps = self.sea.cells, waters.hops(HOP_RINGS), self.steps
        search_kn = vessel.search_kn * going.state.speed
        size = np.sqrt(cells.area_nm2 / cells.hexagon_nm2)
        wanted_nm = np.maximum(waters.span_nm, cells.spacing_nm * size)
        visit_steps = np.where(waters.searchable, steps.up(wanted_nm / search_kn), 0)
        visit_nm = visit_steps * steps.hours * search_kn
        width_nm = {
            threat.name: self.conditions.width_nm(vessel, threat) for threat in self.scenario.threat
        }
        exposure = [
            pass_exposure(width_nm[layer.threat] * visit_nm / cells.area_nm2)
            for layer in self.layers
        ]
        order = _by_target(hop)
        lasts = steps.up(hop.distance_nm / (vessel.cruise_kn * going.state.speed))
        return _Class(
            search_kn,
            visit_steps.astype(np.int32),
            visit_nm,
            width_nm,
            np.array(exposure).reshape(-1, *self.conditions.dark.shape),
            _adjacent(waters, cells.n),
            (
                np.searchsorted(hop.target[order], np.arange(cells.n + 1)).astype(np.int32),
                hop.origin[order].astype(np.int32),
                lasts[order].astype(np.int32),
            ),
            track_rows(
                self.moving,
                width_nm,
                self.epoch,
                search_kn,
                visit_steps,
                cells.area_nm2,
                steps.hours,
                steps.count,
            ),
        )

    def _fleet(
        self,
        number: int,
        unit: Unit,
        waters: Waters,
        going: Going,
        shared: _Class,
        reach: Access,
    ) -> Made:
        vessel, steps = self.scenario.vessel[unit.vessel], self.steps
        reachable = np.isfinite(reach.distance_nm)
        cruise_kn = vessel.cruise_kn * going.state.speed
        away = steps.up(np.where(reachable, reach.distance_nm, 0) / cruise_kn)
        one_way: IntArray = np.where(reachable, away, -1).astype(np.int32)
        longest_h = min(
            vessel.endurance_h,
            going.state.endurance_h or vessel.endurance_h,
            unit.day_h or vessel.endurance_h,
        )
        network = Network(
            shared.visit_steps,
            shared.adjacent,
            *shared.hops,
            one_way,
            one_way,
            steps.departures,
            min(steps.down(longest_h), steps.count),
        )
        fuel = FuelRule(
            vessel.burn_cruise_l_h * steps.hours,
            vessel.burn_search_l_h * steps.hours,
            vessel.burn_loiter_l_h * steps.hours,
            vessel.fuel_l * (1 - vessel.fuel_reserve),
        )
        fleet = Fleet(
            unit.name,
            network,
            shared.exposure,
            *shared.tracked,
            _rows(unit, self.scenario, steps),
            fuel,
            number,
            self.epoch,
            self._open(unit, waters, going, network, reach),
        )
        return Made(fleet, reach, shared.visit_nm, shared.width_nm, shared.search_kn)

    @cached_property
    def _ways(self) -> Ways:
        return Ways(self.sea.cells.centre, self.conditions.edges_h)

    def _open(
        self, unit: Unit, waters: Waters, going: Going, network: Network, reach: Access
    ) -> Open | None:
        """Where this sea state lets the hulls of a base be; None: everywhere."""
        where = going.open
        if where is None:
            return None
        ways, steps_h = self._ways, self.steps.hours
        out, hops = self._out(unit, waters, reach), self._hops(waters)
        there_h, home_h, hop_h = (
            (lasts * steps_h).tolist()
            for lasts in (network.deploy_steps, network.return_steps, network.hop_steps)
        )
        return Open(
            self._in_whole_steps(where),
            ways.open(zip(out, there_h, strict=True), where),
            ways.open(zip(map(reverse, out), home_h, strict=True), where),
            self._once(
                lambda: ways.open(zip(hops, hop_h, strict=True), where),
                "hops open", unit.vessel, going.state,
            ),
        )  # fmt: skip

    def _in_whole_steps(self, where: BoolArray) -> BoolArray:
        """Where hulls may be until the last step that begins in an epoch ends, (e, n)."""
        end_h = np.arange(1, self.steps.count + 1) * self.steps.hours - 1e-9
        until = np.searchsorted(self.conditions.edges_h, end_h, side="right") - 1
        found = where.copy()
        for begun, ended in zip(self.epoch.tolist(), until.tolist(), strict=True):
            if ended > begun:
                found[begun] &= where[begun : ended + 1].all(axis=0)
        return found

    def _out(self, unit: Unit, waters: Waters, reach: Access) -> list[list[Stretch]]:
        """Stretches of the way from a base to every cell in reach."""

        def ways() -> list[list[Stretch]]:
            field = waters.field(self.scenario.base_of(unit).position)
            return [
                self._ways.stretches(field.path(point)) if np.isfinite(away) else []
                for point, away in zip(reach.point, reach.distance_nm, strict=True)
            ]

        return self._once(ways, "out", unit.base, waters.required_depth_m)

    def _hops(self, waters: Waters) -> list[list[Stretch]]:
        """Stretches of the hops, in the order of the network."""

        def ways() -> list[list[Stretch]]:
            hop = waters.hops(HOP_RINGS)
            paths = hop.paths()
            return [self._ways.stretches(paths[k]) for k in _by_target(hop).tolist()]

        return self._once(ways, "hops", waters.required_depth_m)

    def _once(self, make: Callable[[], T], *key: object) -> T:
        """What is made under a key, made only once."""
        if key not in self._known:
            self._known[key] = make()
        return cast(T, self._known[key])


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


def _by_target(hop: Hops) -> NDArray[np.int64]:
    """Order of the hops by the cell they lead to."""
    return np.lexsort((hop.origin, hop.target))


@dataclass(frozen=True)
class _Class:
    """What every unit of one vessel class shares: the same arrays, wherever it is based."""

    search_kn: float
    visit_steps: IntArray
    visit_nm: FloatArray
    width_nm: Mapping[str, FloatArray]
    exposure: FloatArray
    adjacent: IntArray
    hops: tuple[IntArray, IntArray, IntArray]
    tracked: tuple[NDArray[np.int64], IntArray, FloatArray]


def _rows(unit: Unit, scenario: Scenario, steps: Steps) -> tuple[CapacityRow, ...]:
    """Hull and crew rows of a unit, without a row that the other implies.

    Where ``day_h`` is given a crew makes one sortie in 24 h, no longer than that.
    So no 24 h hold more hours under way than the longest of its sorties: of two
    that 24 h touch, the later began at least 24 h after the earlier, so what the
    window takes of the later's beginning it has lost of the earlier's. Sorties
    are held to the hours of the sea state they sail in, so this holds by sea
    state as well. The rule alone would allow several short sorties in 24 h;
    rows of this form cannot, so plans are on the safe side of it.
    """
    vessel = scenario.vessel[unit.vessel]
    taken = tuple(
        span
        for outage in scenario.outage
        if outage.hull in unit.hulls and (span := steps.span(outage.start, outage.end))
    )
    hulls = CapacityRow(unit.count, int(steps.up(vessel.turnaround_h)), taken=taken)
    least_steps = int(steps.up(unit.least_h)) if unit.least_h else 0
    crews = CapacityRow(unit.crews, int(steps.up(vessel.rest_h)), least_steps)
    if _implies(crews, hulls):
        return (crews,)
    if _implies(hulls, crews):
        return (hulls,)
    return (hulls, crews)


def _implies(one: CapacityRow, other: CapacityRow) -> bool:
    """Whether whatever keeps ``one`` keeps ``other``."""
    return (
        not other.taken
        and one.capacity <= other.capacity
        and one.gap_steps >= other.gap_steps
        and one.least_steps >= other.least_steps
    )


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
