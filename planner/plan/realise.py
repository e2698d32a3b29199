"""From the optimiser's visits to legs a boat can sail: lines, times, speeds."""

from __future__ import annotations

import datetime as dt
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from planner.plan.legs import GEOD, length_nm, positions, reason_of, waiting, way
from planner.plan.model import CellExposure, Hull, Leg, Sortie, ThreatWidth
from planner.plan.rota import Manned, Rota, in_order, rota_of
from planner.problem.arrays import Fleet, FloatArray, Targets
from planner.problem.build import PlanningProblem, waters_of
from planner.problem.fleets import HOP_RINGS, Made
from planner.problem.stations import Station
from planner.scenario import Scenario, Unit
from planner.sea import Sea, Waters
from planner.sea.lanes import Past
from planner.solve import Sortie as Column
from planner.solve.rests import rests_before, rests_home, rests_out
from planner.solve.sorties import fuel_l, hop_duration

LANES_APART = 8
"""A lane keeps off this many earlier lanes of its cell."""


def hull_id(unit: Unit, number: int) -> str:
    """Name of a hull: its unit's name and a number from 1."""
    return unit.hulls[number - 1]


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
    columns: Iterable[Column],
    scenario: Scenario,
    sea: Sea,
    problem: PlanningProblem,
    drawn: Iterable[Sortie] = (),
    first: int = 1,
    rota: Rota | None = None,
) -> tuple[Sortie, ...]:
    """Sorties as they are sailed, in order of departure.

    Every visit becomes a lane of exactly its length; lanes are laid in order
    of time over all hulls, each through water that the last ones in its cell
    left unseen, as far back as a target can have been there.

    Sorties ``drawn`` already have laid their lanes, whenever they sail; they do
    not bind hulls here. Numbers count from ``first``. Who sails what says the
    ``rota``, by default :func:`~planner.plan.rota.rota_of` the columns.

    Raises
    ------
    ValueError
        If the rota is of other sorties: those that it left out cannot be sailed.
    """
    ordered = in_order(columns)
    rota = rota or rota_of(ordered, scenario, problem)
    if [column.key for column in rota.columns] != [column.key for column in ordered]:
        raise ValueError("the rota is of other sorties: draw its own")
    draws = [_Draw(column, scenario, sea, problem) for column in ordered]
    laid = _laid_already(drawn, scenario, problem)
    _lay_lanes(draws, problem.instance.targets, _memory_steps(scenario), laid)
    return tuple(
        draw.sortie(f"S{number:03d}", manned)
        for number, (draw, manned) in enumerate(zip(draws, rota.manned, strict=True), first)
    )


def _memory_steps(scenario: Scenario) -> int:
    """Steps for which the most lasting target of an area threat stays."""
    stay_h = max((threat.persistence_h or 0.0 for threat in scenario.threat), default=0.0)
    return round(stay_h * 60.0 / scenario.area.time_step_min)


@dataclass(frozen=True)
class _Laid:
    """A lane that is laid: its first and last step, and the line."""

    first: int
    last: int
    lane: FloatArray


def _laid_already(
    drawn: Iterable[Sortie], scenario: Scenario, problem: PlanningProblem
) -> dict[int, list[_Laid]]:
    """Lanes of sorties that are drawn, by cell, in the order of time."""
    cell_of = {name: cell for cell, name in enumerate(problem.instance.names)}
    step = dt.timedelta(minutes=scenario.area.time_step_min)
    laid: dict[int, list[_Laid]] = {}
    for leg in sorted((leg for sortie in drawn for leg in sortie.legs), key=lambda leg: leg.start):
        for found in leg.exposures:
            first, last = ((time - scenario.start) // step for time in (leg.start, leg.end))
            lane = _Laid(first, last, np.array(leg.path, np.float64))
            laid.setdefault(cell_of[found.cell], []).append(lane)
    return laid


def _lay_lanes(
    draws: list[_Draw], targets: Targets, memory_steps: int, laid: dict[int, list[_Laid]]
) -> None:
    """Lay all lanes, in the order of time, beside those ``laid``, which may be of any time."""
    passes = [
        (int(step), number, k)
        for number, draw in enumerate(draws)
        for k, step in enumerate(draw.column.visits[:, 0])
    ]
    for step, number, k in sorted(passes):
        draw = draws[number]
        cell = int(draw.column.visits[k, 1])
        earlier = laid.setdefault(cell, [])
        recent = _recent(earlier, step, memory_steps)
        lane = draw.lane(k, _past(recent, targets, cell, step))
        draw.lanes.append(lane)
        insort(earlier, _Laid(step, step + draw.steps_of(k), lane), key=lambda one: one.first)


def _recent(laid: list[_Laid], step: int, memory_steps: int) -> list[_Laid]:
    """Lanes of a cell that a pass from ``step`` on keeps off, the nearest in time last.

    Those before, and those that were drawn for later.
    """
    before = [old for old in laid if old.first <= step and old.last > step - memory_steps]
    after = [new for new in laid if step < new.first < step + memory_steps]
    near = [*before[-LANES_APART:], *after[:LANES_APART]]
    return sorted(near, key=lambda lane: -abs(lane.first - step))


def _past(recent: list[_Laid], targets: Targets, cell: int, step: int) -> Past:
    """What recent lanes mean to a pass that starts at ``step``.

    A lane took something away only from targets that are still there: those
    of a threat whose window holds both.
    """
    lanes = [old.lane for old in recent]
    window = targets.window
    stake = np.array(
        [targets.layer_weight(layer)[window[layer, step], cell] for layer in range(len(window))]
    )
    if not stake.sum() > 0.0:
        return Past(lanes)
    first = np.array([old.first for old in recent], dtype=np.int64)
    return Past(lanes, stake, window[:, first] == window[:, step][:, None])


@dataclass(frozen=True)
class _Pass:
    """A visit as it is sailed: from where to where, and the way on to the next if it is a hop."""

    enter: FloatArray
    leave: FloatArray
    hop: FloatArray | None = None


class _Draw:
    """One sortie being drawn."""

    def __init__(
        self, column: Column, scenario: Scenario, sea: Sea, problem: PlanningProblem
    ) -> None:
        self.column, self.scenario, self.problem = column, scenario, problem
        self.made: Made = problem.made[column.fleet]
        self.fleet: Fleet = self.made.fleet
        self.station: Station = problem.station(column.fleet)
        self.waters: Waters = waters_of(self.station.unit, scenario, sea)
        self.area_nm2 = sea.cells.area_nm2
        self.passes = self._passes()
        self.lanes: list[FloatArray] = []
        self._step = dt.timedelta(minutes=scenario.area.time_step_min)
        self._reason = reason_of(self.station.unit)

    def sortie(self, name: str, manned: Manned) -> Sortie:
        """The sortie, once its lanes are laid, with who sails it."""
        legs = self._legs()
        depart, back = self._at(self.column.depart), self._at(self.column.return_)
        column = self.column
        return Sortie(
            id=name,
            hull=manned.hull,
            crew=manned.crew,
            depart_base=self.station.depart_base.name,
            return_base=self.station.return_base.name,
            depart=depart,
            return_=back,
            ready=manned.ready,
            distance_nm=round(sum(length_nm(leg.path) for leg in legs), 3),
            fuel_l=round(fuel_l(self.fleet, column.depart, column.return_, column.visits), 3),
            legs=tuple(legs),
        )

    def steps_of(self, k: int) -> int:
        """Steps that visit ``k`` lasts."""
        return int(self.fleet.network.visit_steps[self.column.visits[k, 1]])

    def lane(self, k: int, past: Past) -> FloatArray:
        """Lane of visit ``k``, through water of its cell that ``past`` lanes left unseen."""
        cell = int(self.column.visits[k, 1])
        length = float(self.made.visit_nm[cell])
        way = self.passes[k]
        width_nm = max(self._widths_nm(cell, int(self.column.visits[k, 0])).values())
        return self.waters.lane(cell, way.enter, way.leave, length, 0, past, width_nm)

    def _passes(self) -> list[_Pass]:
        """Where each visit enters and leaves its cell, worked out from the last to the first."""
        cells = self.column.visits[:, 1].tolist()
        leave: FloatArray = self.made.home.point[cells[-1]]
        hop: FloatArray | None = None
        ends = [(leave, hop)]
        enters = []
        for cell, following in zip(cells[-2::-1], cells[:0:-1], strict=True):
            enter, hop = leave, None
            if hop_duration(self.fleet, cell, following) > 0:
                leave, hop, enter = self._hop(cell, following)
            elif cell != following:
                leave = enter = self._gate(cell, following)
            else:
                leave = enter = self._across(cell, leave)
            ends.append((leave, hop))
            enters.append(enter)
        enters.append(self.made.access.point[cells[0]])
        return [
            _Pass(enter, leave, hop)
            for enter, (leave, hop) in zip(enters[::-1], ends[::-1], strict=True)
        ]

    def _across(self, cell: int, point: FloatArray) -> FloatArray:
        """Access point of a cell farthest from ``point``: where one pass ends, the next begins."""
        points: FloatArray = self.waters.points[self.waters.access(cell)]
        away_m = [GEOD.inv(*point, *other)[2] for other in points]
        farthest: FloatArray = points[int(np.argmax(np.round(away_m, 3)))]
        return farthest

    def _gate(self, cell: int, following: int) -> FloatArray:
        pair = self.waters.gate_pair
        i, j = min(cell, following), max(cell, following)
        found = np.flatnonzero((pair[:, 0] == i) & (pair[:, 1] == j))
        gate: FloatArray = self.waters.gate_point[int(found[0])]
        return gate

    def _hop(self, cell: int, following: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        hops = self.waters.hops(HOP_RINGS)
        k = int(np.flatnonzero((hops.origin == cell) & (hops.target == following))[0])
        return hops.start[k], hops.path(k), hops.end[k]

    def _legs(self) -> list[Leg]:
        """All legs in order, from base to base."""
        net, visits = self.fleet.network, self.column.visits.tolist()
        depart = self.column.depart
        out = self.waters.way(self.station.depart_base.position, self.passes[0].enter)
        home = self.waters.way(self.station.return_base.position, self.passes[-1].leave)
        first, last = visits[0][1], visits[-1][1]
        clock = depart + int(net.deploy_steps[first])
        rests = rests_out(self.fleet, depart, first)
        legs = self._way(out, depart, clock, rests)
        following = [cell for _, cell in visits[1:]] + [-1]
        for (start, cell), then, passed, lane in zip(
            visits, following, self.passes, self.lanes, strict=True
        ):
            legs += self._wait(passed.enter, clock, start, cell)
            clock = start + int(net.visit_steps[cell])
            legs.append(self._search(cell, lane, start, clock))
            if passed.hop is not None:
                arrival = clock + hop_duration(self.fleet, cell, then)
                legs += self._way(passed.hop, clock, arrival, ())
                clock = arrival
        leave, back = self.passes[-1].leave, self.column.return_
        rests = rests_home(self.fleet, depart, clock, back)
        homeward = back - int(net.return_steps[last]) - self._break * len(rests)
        legs += waiting(leave, clock, homeward, (), 0, self._at, self._reason)
        return [*legs, *self._way(home[::-1], homeward, back, rests)]

    def _way(self, path: FloatArray, first: int, last: int, rests: tuple[int, ...]) -> list[Leg]:
        return way(path, first, last, rests, self._break, self._at, self._reason)

    def _wait(self, here: FloatArray, first: int, last: int, cell: int) -> list[Leg]:
        rests = rests_before(self.fleet, self.column.depart, first, last, cell) or ()
        return waiting(here, first, last, rests, self._break, self._at, self._reason)

    @property
    def _break(self) -> int:
        """Steps of a break; 0 where there are none."""
        return self.fleet.breaks.lasts if self.fleet.breaks is not None else 0

    def _at(self, step: int) -> dt.datetime:
        return self.scenario.start + step * self._step

    def _search(self, cell: int, lane: FloatArray, first: int, last: int) -> Leg:
        width_nm = self._widths_nm(cell, first)
        widest_nm = max(width_nm.values())
        swept_nm2 = widest_nm * float(self.made.visit_nm[cell])
        found = CellExposure(
            cell=self.problem.instance.names[cell],
            exposure=swept_nm2 / float(self.area_nm2[cell]),
        )
        return Leg(
            mode="search",
            start=self._at(first),
            end=self._at(last),
            speed_kn=round(self.made.search_kn, 6),
            sweep_width_nm=widest_nm,
            path=positions(lane),
            exposures=(found,),
            widths=tuple(
                ThreatWidth(threat=threat, sweep_width_nm=width)
                for threat, width in width_nm.items()
                if width != widest_nm
            ),
        )

    def _widths_nm(self, cell: int, first: int) -> dict[str, float]:
        """Sweep widths by threat of a visit that starts at a step: those of its middle."""
        epoch = self.fleet.epoch[first + int(self.fleet.network.visit_steps[cell]) // 2]
        return {threat: float(table[epoch, cell]) for threat, table in self.made.width_nm.items()}
