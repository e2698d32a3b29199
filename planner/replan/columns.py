"""A plan's sorties read back as those of the optimiser, on the problem as it is now.

The visits of a sortie are its search legs: the cell that each claims and when
it begins. Everything else a problem knows: a sortie fits one of its unit's
fleets if every way and every search takes the time that the plan gives it,
and if weather, fuel and hours allow it.

A sortie of the optimiser never searches over the end of a window that matters
in the cell; one that was planned before a threat was known may. Each of the
two targets then receives what a pass of its share of the time gives.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from planner.plan.model import CellExposure, Leg, Sortie, ThreatWidth
from planner.problem.arrays import Fleet, IntArray
from planner.problem.build import PlanningProblem
from planner.problem.fleets import Made
from planner.problem.passing import SHARP, pass_exposure
from planner.scenario import Scenario
from planner.sea import Sea
from planner.solve import Sortie as Column
from planner.solve.sorties import breaks_kept, fuel_l, hop_duration, make_sortie, ways_open

CELLS = "searches cells that are gone"
WEATHER = "meets weather that its class does not sail in"
PACE = "sails faster than the seas allow"
LENGTH = "lasts longer than its boat may be out in these seas"
FUEL = "burns more fuel than it has"
BREAKS = "leaves its crew without the breaks that are due"


@dataclass(frozen=True, eq=False)
class Fit:
    """A plan's sortie that fits a problem, as a column of it.

    ``astride`` tells that it searches over the end of a window.
    """

    sortie: Sortie
    column: Column
    astride: bool


@dataclass(frozen=True)
class Misfit:
    """A plan's sortie that does not fit a problem, and why: a phrase that it begins."""

    sortie: Sortie
    why: str


def columns_of(
    sorties: Iterable[Sortie], scenario: Scenario, problem: PlanningProblem
) -> list[Fit | Misfit]:
    """Read a plan's sorties back as columns of a problem.

    Parameters
    ----------
    sorties
        Sorties of a plan over the same time.
    scenario, problem
        What they are to be sailed in.

    Returns
    -------
    list
        For each sortie how, or why not, it fits.
    """
    reader = _Reader(scenario, problem)
    return [reader.read(sortie) for sortie in sorties]


class _Reader:
    def __init__(self, scenario: Scenario, problem: PlanningProblem) -> None:
        self.problem, self.instance = problem, problem.instance
        self._units = {hull: k for k, unit in enumerate(scenario.unit) for hull in unit.hulls}
        self._cell_of = {name: cell for cell, name in enumerate(problem.instance.names)}
        self._start, self._step = scenario.start, timedelta(minutes=scenario.area.time_step_min)
        self._step_h = scenario.area.time_step_min / 60.0

    def read(self, sortie: Sortie) -> Fit | Misfit:
        """How one sortie fits: in the first of its unit's sea states that it does."""
        searches = [leg for leg in sortie.legs if leg.mode == "search" and leg.exposures]
        cells = [self._cell_of.get(leg.exposures[0].cell, -1) for leg in searches]
        if sortie.hull not in self._units or not cells or min(cells) < 0:
            return Misfit(sortie, CELLS)
        starts = [self._steps(leg.start) for leg in searches]
        visits = np.array([starts, cells], np.int32).T.copy()
        depart, back = self._steps(sortie.depart), self._steps(sortie.return_)
        reasons = []
        for fleet in self.instance.units[self._units[sortie.hull]]:
            why = self._unfit(sortie, fleet, depart, back, visits)
            if why is None:
                column = make_sortie(self.instance, fleet, depart, back, visits)
                shares = self._over_windows(column)
                return Fit(sortie, _with(column, shares), bool(shares))
            reasons.append(why)
        others = [why for why in reasons if why != PACE]
        return Misfit(sortie, (others or reasons)[-1])

    def _unfit(
        self, sortie: Sortie, fleet: int, depart: int, back: int, visits: IntArray
    ) -> str | None:
        """Why a sortie does not fit a fleet, if it does not."""
        hulls = self.instance.fleets[fleet]
        net = hulls.network
        if not np.isin(visits[:, 1], net.active()).all():
            return CELLS
        if not self._in_time(sortie, fleet, visits):
            return PACE
        if back - depart > net.max_steps or back > self.instance.n_steps:
            return LENGTH
        return _hindered(hulls, depart, back, visits)

    def _in_time(self, sortie: Sortie, fleet: int, visits: IntArray) -> bool:
        """Whether ways and searches take the time that they take a fleet."""
        hulls = self.instance.fleets[fleet]
        net, cells = hulls.network, visits[:, 1].tolist()
        out = int(net.deploy_steps[cells[0]])
        if hulls.breaks is not None:
            out -= int(hulls.breaks.on_way[cells[0]])
        due: list[tuple[str, int]] = [("transit", out)]
        for cell, following in pairwise([*cells, None]):
            due.append(("search", int(net.visit_steps[cell])))
            hop = self._hop(fleet, cell, following) if following is not None else 0
            if hop is None:
                return False
            due += [("transit", hop)] * (hop > 0)
        due.append(("transit", int(net.return_steps[cells[-1]])))
        found: list[tuple[str, int]] = []
        for leg in sortie.legs:
            if leg.mode == "loiter":
                continue
            lasts = self._steps(leg.end) - self._steps(leg.start)
            if leg.mode == "transit" and found and found[-1][0] == "transit":
                lasts += found.pop()[1]  # a break parts one way into two legs
            found.append((str(leg.mode), lasts))
        return found == due

    def _hop(self, fleet: int, cell: int, following: int) -> int | None:
        """Steps of the way from one cell to the next; None if there is none."""
        hulls = self.instance.fleets[fleet]
        net = hulls.network
        origins = net.hop_from[net.hop_ptr[following] : net.hop_ptr[following + 1]]
        if cell in net.adjacent[following] or cell in origins:
            return hop_duration(hulls, cell, following)
        return None

    def _over_windows(self, column: Column) -> dict[int, float]:
        """What searches over the end of a window add to targets; the first have it in full yet."""
        targets, found = self.instance.targets, dict[int, float]()
        steps = self.instance.fleets[column.fleet].network.visit_steps
        for start, cell in column.visits.tolist():
            end = start + int(steps[cell])
            # Windows of requirements ask where a search starts, whenever it ends.
            for layer in range(len(self.problem.layers)):
                first, last = targets.window[layer, [start, end - 1]].tolist()
                if first == last or not targets.layer_weight(layer)[first : last + 1, cell].any():
                    continue
                for window, part in self._parts(column.fleet, layer, start, end, cell):
                    target = int(targets.offset[layer]) + window * targets.n_cells + cell
                    if targets.weight[target] > 0.0:
                        found[target] = found.get(target, 0.0) + part
        return found

    def _parts(
        self, fleet: int, layer: int, start: int, end: int, cell: int
    ) -> Iterator[tuple[int, float]]:
        """Windows that a search meets and what it adds in each, beyond the whole in the first."""
        made, asked = self.problem.made[fleet], self.problem.layers[layer]
        window = self.instance.targets.window[layer]
        epoch = made.fleet.epoch[start + (end - start) // 2]
        whole = float(made.fleet.exposure[layer, epoch, cell])
        coverage = _coverage(whole)
        yield int(window[start]), -whole
        for number in range(int(window[start]), int(window[end - 1]) + 1):
            begin_h, end_h = asked.window_h[number : number + 2].tolist()
            inside_h = min(end * self._step_h, end_h) - max(start * self._step_h, begin_h)
            share = max(inside_h, 0.0) / ((end - start) * self._step_h)
            yield number, float(pass_exposure(coverage * share))

    def _steps(self, time: datetime) -> int:
        return round((time - self._start) / self._step)


def _hindered(hulls: Fleet, depart: int, back: int, visits: IntArray) -> str | None:
    """Why hulls that are in time cannot sail so: breaks, weather or fuel."""
    if not breaks_kept(hulls, depart, back, visits):
        return BREAKS
    if not _weather_allows(hulls, depart, back, visits):
        return WEATHER
    if fuel_l(hulls, depart, back, visits) > hulls.fuel.limit_l + 1e-6:
        return FUEL
    return None


def _weather_allows(hulls: Fleet, depart: int, back: int, visits: IntArray) -> bool:
    """Whether the weather lets a sortie search where it does, and sail its ways."""
    where = hulls.open
    if where is None:
        return True
    for start, cell in visits.tolist():
        during = hulls.epoch[start : start + int(hulls.network.visit_steps[cell])]
        if not where.cell[during, cell].all():
            return False
    return ways_open(hulls, depart, back, visits)


def _coverage(exposure: float) -> float:
    """Coverage factor of one pass that gives an exposure: :func:`pass_exposure` undone."""
    found = -math.expm1(-exposure)
    return float(found / (1.0 - found**SHARP) ** (1.0 / SHARP))


def _with(column: Column, added: dict[int, float]) -> Column:
    """A column with its exposures changed by so much."""
    if not added:
        return column
    exposure = dict(zip(column.target.tolist(), column.exposure.tolist(), strict=True))
    for target, part in added.items():
        exposure[target] = exposure.get(target, 0.0) + part
    given = {j: u for j, u in sorted(exposure.items()) if u > 1e-12}
    targets = np.array(list(given), np.int64)
    return replace(column, target=targets, exposure=np.array(list(given.values()), np.float64))


def restated(fit: Fit, problem: PlanningProblem, sea: Sea) -> Sortie:
    """A sortie with what its searches see in a problem's weather and against its threats.

    It is the very same where that is what it says already.
    """
    made = problem.made[fit.column.fleet]
    searches = iter(fit.column.visits.tolist())
    legs = tuple(
        _restated(leg, made, sea, *next(searches))
        if leg.mode == "search" and leg.exposures
        else leg
        for leg in fit.sortie.legs
    )
    return fit.sortie if legs == fit.sortie.legs else fit.sortie.model_copy(update={"legs": legs})


def _restated(leg: Leg, made: Made, sea: Sea, start: int, cell: int) -> Leg:
    epoch = made.fleet.epoch[start + int(made.fleet.network.visit_steps[cell]) // 2]
    width_nm = {threat: float(table[epoch, cell]) for threat, table in made.width_nm.items()}
    stated_nm = {width.threat: width.sweep_width_nm for width in leg.widths}
    if set(stated_nm) <= set(width_nm) and all(
        np.isclose(stated_nm.get(threat, leg.sweep_width_nm), width, rtol=1e-9, atol=1e-12)
        for threat, width in width_nm.items()
    ):
        return leg
    widest_nm = max(width_nm.values())
    exposure = widest_nm * float(made.visit_nm[cell]) / float(sea.cells.area_nm2[cell])
    return leg.model_copy(
        update={
            "sweep_width_nm": widest_nm,
            "exposures": (CellExposure(cell=leg.exposures[0].cell, exposure=exposure),),
            "widths": tuple(
                ThreatWidth(threat=threat, sweep_width_nm=width)
                for threat, width in width_nm.items()
                if width != widest_nm
            ),
        }
    )
