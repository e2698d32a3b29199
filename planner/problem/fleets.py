"""Fleets: what the hulls of each unit can do, in every sea state that matters to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import (
    BoolArray,
    Breaks,
    CapacityRow,
    Fleet,
    FloatArray,
    FuelRule,
    IntArray,
    Open,
)
from planner.problem.breaks import anchorages, breaks_on, rests_in, rhythm_of, shelter
from planner.problem.budgets import budgets_of
from planner.problem.conditions import Conditions, Going, goings, states_of
from planner.problem.network import Network
from planner.problem.passing import pass_exposure, track_rows
from planner.problem.permits import may_search
from planner.problem.stations import Station, binding, crews_taken, home_of, hulls_taken
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

    Its sorties leave the base by ``access`` and come back by ``home``, the same but on
    the way to another base. ``visit_nm`` (n,) is the length of one visit's lane,
    ``width_nm`` by threat (e, n) the sweep width, ``search_kn`` the search speed that
    this sea state leaves.
    """

    fleet: Fleet
    access: Access
    home: Access
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
        return self.stationed(number, self.home(unit), waters)

    def home(self, unit: Unit) -> Station:
        """The station of a unit at its own base."""
        rows = _rows(unit, self.scenario, self.steps)
        return home_of(unit, self.scenario, self.steps, rows)

    def stationed(self, number: int, station: Station, waters: Waters) -> list[Made]:
        """The same of any station, counted as unit ``number`` of the instance."""
        vessel = self.scenario.vessel[station.unit.vessel]
        out, home = (self._access(base, waters) for base in _ends(station))
        met = np.isfinite(out.distance_nm) & np.isfinite(home.distance_nm)
        if not self.conditions.open_in(vessel, states_of(vessel)[0]).all():
            ways = [self._out(base, waters) for base in _ends(station)]
            for way in (*ways[0], *ways[1], *self._hops(waters)):
                met[[stretch.cell for stretch in way]] = True
        found = []
        for going in goings(vessel, self.conditions, met):
            threats = station.unit.threats
            make = partial(self._class, vessel, waters, going, threats)
            shared = self._once(make, "class", station.unit.vessel, going.state, threats)
            found.append(self._fleet(number, station, waters, going, shared))
        return found

    def _class(
        self, vessel: VesselClass, waters: Waters, going: Going, threats: tuple[str, ...]
    ) -> _Class:
        """What every unit of a class shares in one sea state, wherever it is based.

        Threats other than those named, if any are, it does not see.
        """
        cells, hop, steps = self.sea.cells, waters.hops(HOP_RINGS), self.steps
        search_kn = vessel.search_kn * going.state.speed
        size = np.sqrt(cells.area_nm2 / cells.hexagon_nm2)
        wanted_nm = np.maximum(waters.span_nm, cells.spacing_nm * size)
        visit_steps = np.where(waters.searchable, steps.up(wanted_nm / search_kn), 0)
        visit_nm = visit_steps * steps.hours * search_kn
        width_nm = {
            threat.name: self.conditions.width_nm(vessel, threat)
            * float(not threats or threat.name in threats)
            for threat in self.scenario.threat
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
        self, number: int, station: Station, waters: Waters, going: Going, shared: _Class
    ) -> Made:
        unit, steps = station.unit, self.steps
        vessel = self.scenario.vessel[unit.vessel]
        cruise_kn = vessel.cruise_kn * going.state.speed
        out, home = (self._access(base, waters) for base in _ends(station))
        longest_h = min(
            vessel.endurance_h,
            going.state.endurance_h or vessel.endurance_h,
            *(h for h in (unit.day_h, unit.week_h, unit.upkeep_every_h) if h is not None),
            station.longest_h,
        )
        network = Network(
            self._visits(unit, shared),
            shared.adjacent,
            *shared.hops,
            _lasts(out, cruise_kn, steps),
            _lasts(home, cruise_kn, steps),
            station.departures,
            min(steps.down(longest_h), steps.count),
        )
        network, breaks = self._with_breaks(unit, waters, going, network)
        fuel = FuelRule(
            vessel.burn_cruise_l_h * steps.hours,
            vessel.burn_search_l_h * steps.hours,
            vessel.burn_loiter_l_h * steps.hours,
            vessel.fuel_l * (1 - vessel.fuel_reserve),
        )
        fleet = Fleet(
            station.name,
            network,
            shared.exposure,
            *shared.tracked,
            station.rows,
            fuel,
            number,
            self.epoch,
            self._open(station, waters, going, network, breaks),
            budgets_of(unit, self.scenario, steps),
            breaks,
        )
        return Made(fleet, out, home, shared.visit_nm, shared.width_nm, shared.search_kn)

    def _with_breaks(
        self, unit: Unit, waters: Waters, going: Going, network: Network
    ) -> tuple[Network, Breaks | None]:
        """A network with the breaks on its ways out, and the breaks; as it is where none are.

        What takes longer than a stretch between breaks is out of reach: searches, and where
        the boat must anchor, ways.
        """
        rhythm, anchored = rhythm_of(unit, self.steps), unit.break_at == "anchor"
        if rhythm is None:
            return network, None
        out, back = network.deploy_steps, network.return_steps
        if anchored:
            ways = np.array([out, back])
            out, back = np.where(ways > rhythm.every, -1, ways).astype(np.int32)
        rest, where = None, going.open
        if anchored:
            seas = shelter(unit, self.conditions.weather.wave_m, self.conditions.weather.wind_kn)
            where = seas if where is None else where & seas
            where = where & anchorages(unit, self.scenario, self.sea, waters)
        if where is not None:
            rest = rests_in(self._in_whole_steps(where), self.epoch, rhythm.lasts)
        breaks = breaks_on(rhythm, out, back, network.max_steps, rest, anchored=anchored)
        visit = np.where(network.visit_steps > rhythm.every, 0, network.visit_steps)
        found = replace(
            network,
            visit_steps=visit.astype(np.int32),
            deploy_steps=np.where(out < 0, -1, out + breaks.on_way).astype(np.int32),
            return_steps=back,
        )
        return found, breaks

    def _visits(self, unit: Unit, shared: _Class) -> IntArray:
        """Steps of a visit by cell, (n,); 0 where the unit may not search as well."""
        may = self._once(
            lambda: may_search(unit, self.scenario, self.sea),
            "may search", unit.only_zones, unit.not_zones,
        )  # fmt: skip
        if may is None:
            return shared.visit_steps
        return np.where(may, shared.visit_steps, 0).astype(np.int32)

    @cached_property
    def _ways(self) -> Ways:
        return Ways(self.sea.cells.centre, self.conditions.edges_h)

    def _open(
        self,
        station: Station,
        waters: Waters,
        going: Going,
        network: Network,
        breaks: Breaks | None,
    ) -> Open | None:
        """Where this sea state lets the hulls of a station be; None: everywhere."""
        where = going.open
        if where is None:
            return None
        ways, steps_h = self._ways, self.steps.hours
        out, home = (self._out(base, waters) for base in _ends(station))
        hops = self._hops(waters)
        late, later = np.zeros(network.n_cells), np.zeros(network.n_cells)
        if breaks is not None:
            late = breaks.on_way.astype(np.float64)
            later = np.maximum(breaks.home.max(axis=0) - network.return_steps, 0)
        there_h, home_h, hop_h = (
            (lasts * steps_h).tolist()
            for lasts in (network.deploy_steps - late, network.return_steps, network.hop_steps)
        )
        return Open(
            self._in_whole_steps(where),
            ways.open(zip(out, there_h, strict=True), where, late * steps_h),
            ways.open(zip(map(reverse, home), home_h, strict=True), where, later * steps_h),
            self._once(
                lambda: ways.open(zip(hops, hop_h, strict=True), where),
                "hops open", station.unit.vessel, going.state,
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

    def _access(self, base: Base, waters: Waters) -> Access:
        return self._once(
            lambda: _access(base, waters), "access", base.name, waters.required_depth_m
        )

    def _out(self, base: Base, waters: Waters) -> list[list[Stretch]]:
        """Stretches of the way from a base to every cell in reach."""
        reach = self._access(base, waters)

        def ways() -> list[list[Stretch]]:
            field = waters.field(base.position)
            return [
                self._ways.stretches(field.path(point)) if np.isfinite(away) else []
                for point, away in zip(reach.point, reach.distance_nm, strict=True)
            ]

        return self._once(ways, "out", base.name, waters.required_depth_m)

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


def _ends(station: Station) -> tuple[Base, Base]:
    """Bases that a station's sorties depart from and return to."""
    return station.depart_base, station.return_base


def _lasts(reach: Access, cruise_kn: float, steps: Steps) -> IntArray:
    """Steps of the way between a base and every cell, (n,); -1 out of reach."""
    reachable = np.isfinite(reach.distance_nm)
    lasts = steps.up(np.where(reachable, reach.distance_nm, 0) / cruise_kn)
    found: IntArray = np.where(reachable, lasts, -1).astype(np.int32)
    return found


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
    rows of this form cannot, so plans are on the safe side of it. Those on alert
    never sail.
    """
    vessel = scenario.vessel[unit.vessel]
    away = hulls_taken(unit, scenario, steps)
    hulls = CapacityRow(unit.count - unit.alert, int(steps.up(vessel.turnaround_h)), taken=away)
    least_steps = int(steps.up(unit.least_h)) if unit.least_h else 0
    away = crews_taken(unit, scenario, steps)
    crews = CapacityRow(unit.crews - unit.alert, int(steps.up(vessel.rest_h)), least_steps, away)
    return binding(hulls, crews)


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
