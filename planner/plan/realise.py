"""From the optimiser's visits to legs a boat can sail: lines, times, speeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from pyproj import Geod

from planner.plan.model import CellExposure, Hull, Leg, Sortie
from planner.problem.arrays import Fleet, FloatArray
from planner.problem.build import HOP_RINGS, PlanningProblem, waters_of
from planner.scenario import Scenario, Unit
from planner.sea import Sea, Waters
from planner.solve import Sortie as Column
from planner.solve.sorties import fuel_l, hop_duration
from planner.units import NM_M

GEOD = Geod(ellps="WGS84")


def hull_id(unit: Unit, number: int) -> str:
    """Name of a hull: its unit's name and a number from 1."""
    return f"{unit.name} {number}"


def hulls_of(scenario: Scenario) -> tuple[Hull, ...]:
    """All hulls of a scenario, unit by unit."""
    return tuple(
        Hull(
            id=hull_id(unit, k + 1),
            unit=unit.name,
            vessel=unit.vessel,
            agency=unit.agency,
            base=unit.base,
        )
        for unit in scenario.unit
        for k in range(unit.count)
    )


def realise(
    columns: Iterable[Column], scenario: Scenario, sea: Sea, problem: PlanningProblem
) -> tuple[Sortie, ...]:
    """Sorties as they are sailed, in order of departure.

    Every visit becomes a lane of exactly its length through water of the
    cell that earlier lanes left unseen. Hulls are named by giving each sortie
    to the free hull that has sailed least.
    """
    step = dt.timedelta(minutes=scenario.area.time_step_min)
    ordered = sorted(columns, key=lambda c: (c.depart, c.fleet, c.return_, c.visits.tobytes()))
    lanes: dict[int, list[FloatArray]] = {}
    hulls = _Hulls(scenario, step)
    drawn = []
    for number, column in enumerate(ordered, start=1):
        unit = scenario.unit[column.fleet]
        draw = _Draw(
            unit=unit,
            scenario=scenario,
            waters=waters_of(unit, scenario, sea),
            fleet=problem.instance.fleets[column.fleet],
            problem=problem,
            column=column,
            step=step,
            lanes=lanes,
        )
        legs = draw.legs()
        depart, back = draw.at(column.depart), draw.at(column.return_)
        ready = back + hulls.pause(unit)
        drawn.append(
            Sortie(
                id=f"S{number:03d}",
                hull=hulls.take(unit, depart, back, ready),
                depart_base=unit.base,
                return_base=unit.base,
                depart=depart,
                return_=back,
                ready=ready,
                distance_nm=round(sum(length_nm(leg.path) for leg in legs), 3),
                fuel_l=round(fuel_l(draw.fleet, column.depart, column.return_, column.visits), 3),
                legs=tuple(legs),
            )
        )
    return tuple(drawn)


def length_nm(path: Iterable[tuple[float, float]]) -> float:
    """Geodesic length of a lon/lat line."""
    points = np.asarray(list(path), float)
    return float(GEOD.line_length(points[:, 0], points[:, 1])) / NM_M


class _Hulls:
    """Which hull is free when: the interval colouring of each unit's sorties."""

    def __init__(self, scenario: Scenario, step: dt.timedelta) -> None:
        self._scenario, self._step = scenario, step
        self._free = {u.name: [scenario.start] * u.count for u in scenario.unit}
        self._sailed = {u.name: [dt.timedelta()] * u.count for u in scenario.unit}

    def pause(self, unit: Unit) -> dt.timedelta:
        """From a return until the hull may sail again."""
        vessel = self._scenario.vessel[unit.vessel]
        hours = vessel.turnaround_h
        if unit.crews <= unit.count:
            hours = max(hours, vessel.rest_h)
        return dt.timedelta(hours=hours)

    def take(self, unit: Unit, depart: dt.datetime, back: dt.datetime, ready: dt.datetime) -> str:
        """Name of the free hull that has sailed least; it is bound until ``ready``."""
        free, sailed = self._free[unit.name], self._sailed[unit.name]
        number = min(
            (k for k in range(unit.count) if free[k] <= depart), key=lambda k: (sailed[k], k)
        )
        free[number] = ready
        sailed[number] += back - depart
        return hull_id(unit, number + 1)


@dataclass
class _Draw:
    """One sortie being drawn."""

    unit: Unit
    scenario: Scenario
    waters: Waters
    fleet: Fleet
    problem: PlanningProblem
    column: Column
    step: dt.timedelta
    lanes: dict[int, list[FloatArray]]

    def at(self, step: int) -> dt.datetime:
        """Time of a step."""
        return self.scenario.start + step * self.step

    def legs(self) -> list[Leg]:
        """All legs in order, from base to base."""
        net, visits = self.fleet.network, self.column.visits
        home = self.waters.field(self.scenario.base_of(self.unit).position)
        access = self.problem.access[self.column.fleet].point
        first, last = int(visits[0, 1]), int(visits[-1, 1])
        clock = self.column.depart + int(net.deploy_steps[first])
        legs = [self._transit(home.path(access[first]), self.column.depart, clock)]
        joins = self._joins(access[last])
        here = access[first]
        for (start, cell), (leave, way, enter) in zip(visits.tolist(), joins, strict=True):
            legs += self._loiter(here, clock, start)
            clock = start + int(net.visit_steps[cell])
            legs.append(self._search(cell, here, leave, start, clock))
            here = leave
            if way is not None:
                hop = hop_duration(self.fleet, cell, self._after(start))
                legs.append(self._transit(way, clock, clock + hop))
                clock += hop
                here = enter
        back = int(net.return_steps[last])
        legs += self._loiter(here, clock, self.column.return_ - back)
        homeward = home.path(access[last])[::-1]
        legs.append(self._transit(homeward, self.column.return_ - back, self.column.return_))
        return legs

    def _after(self, start: int) -> int:
        """Cell of the visit that follows the one starting at step ``start``."""
        visits = self.column.visits
        return int(visits[np.searchsorted(visits[:, 0], start) + 1, 1])

    def _joins(
        self, out: FloatArray
    ) -> list[tuple[FloatArray, FloatArray | None, FloatArray]]:
        """Where each visit ends, the way from there (if a hop), and where the next begins."""
        cells = self.column.visits[:, 1].tolist()
        joins: list[tuple[FloatArray, FloatArray | None, FloatArray]] = [(out, None, out)]
        for cell, following in zip(cells[-2::-1], cells[:0:-1], strict=True):
            if cell == following:
                joins.append((joins[-1][0], None, joins[-1][0]))
            elif hop_duration(self.fleet, cell, following) == 0:
                gate = self._gate(cell, following)
                joins.append((gate, None, gate))
            else:
                hops = self.waters.hops(HOP_RINGS)
                k = int(np.flatnonzero((hops.origin == cell) & (hops.target == following))[0])
                joins.append((hops.start[k], hops.path(k), hops.end[k]))
        return joins[::-1]

    def _gate(self, cell: int, following: int) -> FloatArray:
        pair = self.waters.gate_pair
        i, j = min(cell, following), max(cell, following)
        gate: FloatArray = self.waters.gate_point[
            int(np.flatnonzero((pair[:, 0] == i) & (pair[:, 1] == j))[0])
        ]
        return gate

    def _search(
        self, cell: int, start: FloatArray, end: FloatArray, first: int, last: int
    ) -> Leg:
        vessel = self.scenario.vessel[self.unit.vessel]
        earlier = self.lanes.setdefault(cell, [])
        length = float(self.problem.visit_nm[self.column.fleet][cell])
        lane = self.waters.lane(cell, start, end, length, len(earlier), earlier)
        earlier.append(lane)
        exposure = float(self.fleet.exposure[cell])
        return Leg(
            mode="search",
            start=self.at(first),
            end=self.at(last),
            speed_kn=vessel.search_kn,
            sweep_width_nm=vessel.sweep_width_nm,
            path=_positions(lane),
            exposures=(CellExposure(cell=self.problem.instance.names[cell], exposure=exposure),),
        )

    def _transit(self, path: FloatArray, first: int, last: int) -> Leg:
        """A way in transit, slowed so that it takes its whole steps."""
        hours = (last - first) * self.step.total_seconds() / 3600
        positions = _positions(path)
        return Leg(
            mode="transit",
            start=self.at(first),
            end=self.at(last),
            speed_kn=round(length_nm(positions) / hours, 6),
            sweep_width_nm=0.0,
            path=positions,
        )

    def _loiter(self, here: FloatArray, first: int, last: int) -> list[Leg]:
        if last <= first:
            return []
        return [
            Leg(
                mode="loiter",
                start=self.at(first),
                end=self.at(last),
                speed_kn=0.0,
                sweep_width_nm=0.0,
                path=_positions(np.array([here, here])),
            )
        ]


def _positions(path: FloatArray) -> tuple[tuple[float, float], ...]:
    """Positions to 1e-7 degrees, about a centimetre."""
    return tuple((round(float(lon), 7), round(float(lat), 7)) for lon, lat in path)
