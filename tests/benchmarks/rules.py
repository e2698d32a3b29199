"""Plans made without routing software: two greedy rules, and lawnmower tracks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from planner.problem.arrays import CapacityRow
from planner.solve.coverage import Coverage
from planner.solve.pathaware import PathAwarePricer
from planner.solve.sorties import Roster, Sortie, fuel_l, make_sortie, ways_open
from tests.benchmarks.encoding import slots, strictest
from tests.benchmarks.repair import Slot, Stop, following, sail
from tests.benchmarks.tasks import Deadline, Task, Weights

SHARES = (1.0, 0.9, 0.75, 0.5, 0.25)
"""Shares of the threats in reach that lawnmower tracks are tried over."""


def greedy(task: Task, deadline: Deadline, seed: int) -> list[Sortie]:
    """Best sortie first, hull by hull: what adds most now, never revised."""
    planned: list[Sortie] = []
    coverage = Coverage(task.instance.targets)
    for unit, numbers in enumerate(task.instance.units):
        row = strictest(task.instance.fleets[numbers[0]])
        alone = (CapacityRow(1, row.gap_steps),)
        fleets = tuple(
            replace(fleet, rows=alone) if fleet.unit == unit else fleet
            for fleet in task.instance.fleets
        )
        offers = [_Offers(task, number) for number in numbers]
        for _ in range(row.capacity):
            hull = Roster(replace(task.instance, fleets=fleets))
            for each in offers:
                each.begin()
            while deadline.left_s() > 0:
                sortie = _best(offers, hull, coverage)
                if sortie is None:
                    break
                for where in (hull, coverage):
                    where.add(sortie)
                planned.append(sortie)
    return planned


class _Offers:
    """The most that sorties of one fleet can add, by departure (d,).

    What a sortie adds falls with every sortie planned, so that what it added once is a limit
    for later: only departures whose limit is the highest need to be priced anew.
    """

    def __init__(self, task: Task, number: int) -> None:
        self.task, self.number = task, number
        self.fleet = task.instance.fleets[number]
        self._pricer = PathAwarePricer(task.instance.targets, self.fleet, task.allowed[number])
        self._of_all = np.full(self.fleet.network.departures.size, np.inf)
        self.begin()

    def begin(self) -> None:
        """Start with a hull that has no sortie yet."""
        self.most = self._of_all.copy()

    def close(self, hull: Roster) -> None:
        """Leave out departures at which the hull cannot sail."""
        self._longest = hull.longest(self.number, self.fleet.network.departures)
        self.most[self._longest <= 0] = 0.0

    def price(self, d: int, coverage: Coverage) -> Sortie | None:
        """The best sortie of a departure, whose limit is then what it adds."""
        at = slice(d, d + 1)
        departures, longest = self.fleet.network.departures[at], self._longest[at]
        found = self._pricer.best(coverage.residual(), departures, longest)
        self.most[d] = max(found[0].value, 0.0) if found else 0.0
        if longest[0] == self.fleet.network.max_steps:
            self._of_all[d] = self.most[d]
        if not found:
            return None
        ((_, depart, duration, visits),) = found
        return make_sortie(self.task.instance, self.number, depart, depart + duration, visits)


def _best(offers: list[_Offers], hull: Roster, coverage: Coverage) -> Sortie | None:
    """The sortie of a hull, in whichever sea state, that adds most to what is planned."""
    priced: dict[tuple[int, int], Sortie | None] = {}
    for each in offers:
        each.close(hull)
    while True:
        k = max(range(len(offers)), key=lambda k: offers[k].most.max(initial=0.0))
        d = int(offers[k].most.argmax())
        if offers[k].most[d] <= 0:
            return None
        if (k, d) in priced:
            return priced[k, d]
        priced[k, d] = offers[k].price(d, coverage)


def lawnmower(task: Task, deadline: Deadline, seed: int) -> list[Sortie]:
    """Boats of a base sweep the threatened cells row by row, each going on where the last left.

    Over which share of the threats is tried out, and the best plan returned.
    """
    plans = [
        _sweep(task, share, staggered)
        for share in SHARES
        for staggered in (False, True)
        if share == SHARES[0] or deadline.left_s() > 0
    ]
    return max(plans, key=lambda plan: detection(task, plan))


def detection(task: Task, plan: Iterable[Sortie]) -> float:
    """``F`` as the arrays have it."""
    return Coverage(task.instance.targets, plan).detection()


def _sweep(task: Task, share: float, staggered: bool) -> list[Sortie]:
    rows = {k: _rows(task, k, share) for k in range(len(task.instance.fleets))}
    reached: dict[str, int] = {}
    planned = []
    for slot in slots(task, staggered=staggered):
        base = task.scenario.unit[slot.fleet].base
        order = rows[slot.fleet]
        begin = reached.get(base, 0)
        sortie = _along(task, slot, order, begin)
        if sortie is not None:
            planned.append(sortie)
            last = int(sortie.visits[-1, 1])
            reached[base] = order.index(last) + 1 if last in order else begin + 1
    return planned


def _along(task: Task, slot: Slot, order: list[int], begin: int) -> Sortie | None:
    """As far along the rows as the slot allows, from the first cell there that it reaches."""
    ways = task.ways[slot.fleet]
    most = slot.longest // max(1, int(ways.visit[order].min())) + 1
    for skip in range(len(order)):
        cells = [order[(begin + skip + k) % len(order)] for k in range(min(most, len(order)))]
        first = cells[0]
        if ways.deploy[first] + ways.visit[first] + ways.back[first] > slot.longest:
            continue
        stops = [Stop(cell) for cell in cells]
        reached = bisect_left(
            range(1, len(stops) + 1), True, key=lambda m: sail(task, slot, stops[:m]) is None
        )
        if reached:
            return sail(task, slot, stops[:reached])
    return None


def _rows(task: Task, fleet: int, share: float) -> list[int]:
    """Cells in reach that hold ``share`` of the threats there, in rows, to and fro."""
    instance = task.instance
    unit = instance.fleets[fleet]
    weight = np.zeros(instance.n_cells)
    for layer in range(instance.targets.window.shape[0]):
        weight += instance.targets.layer_weight(layer).sum(axis=0)
    moving = instance.targets.weight[int(instance.targets.offset[-1]) + unit.track_target]
    row = np.repeat(np.arange(unit.track_ptr.size - 1), np.diff(unit.track_ptr))
    np.add.at(weight, row % instance.n_cells, moving * unit.track_exposure)
    active = unit.network.active()
    ranked = active[np.argsort(-weight[active], kind="stable")]
    held = np.cumsum(weight[ranked])
    kept = ranked[: int(np.searchsorted(held, share * held[-1] - 1e-12)) + 1]
    lon, lat = task.sea.cells.centre[kept].T
    height = np.sqrt(float(np.median(task.sea.cells.hexagon_nm2))) / 60
    band = np.floor((lat - lat.min()) / height).astype(int)
    along = np.where(band % 2 == 0, lon, -lon)
    return [int(cell) for cell in kept[np.lexsort((along, band))]]


def nearest(task: Task, deadline: Deadline, seed: int) -> list[Sortie]:
    """Slot by slot, always to the cell that gains most per hour."""
    planned: list[Sortie] = []
    coverage = Coverage(task.instance.targets)
    for slot in slots(task, staggered=True):
        if deadline.left_s() <= 0:
            break
        sortie = _wander(task, slot, coverage.residual())
        if sortie is not None:
            coverage.add(sortie)
            planned.append(sortie)
    return planned


def _wander(task: Task, slot: Slot, residual: Weights) -> Sortie | None:
    """Visit by visit, the greatest gain per step of way, wait and visit."""
    ways, fleet = task.ways[slot.fleet], task.instance.fleets[slot.fleet]
    left, clock, here = residual.copy(), slot.depart, -1
    visits: list[tuple[int, int]] = []
    best: Sortie | None = None
    while True:
        options = [
            (
                float((left[once.target] * -np.expm1(-once.exposure)).sum())
                / (once.return_ - clock),
                once,
            )
            for once in _visits_next(task, slot, clock, here)
        ]
        if not options:
            return best
        once = max(options, key=lambda option: option[0])[1]
        visits.append((once.depart, int(once.visits[0, 1])))
        clock, here = once.return_, visits[-1][1]
        table, back = np.array(visits, np.int32), clock + int(ways.back[here])
        if fuel_l(fleet, slot.depart, back, table) > fleet.fuel.limit_l:
            return best
        left[once.target] *= np.exp(-once.exposure)
        if ways_open(fleet, slot.depart, back, table):
            best = make_sortie(task.instance, slot.fleet, slot.depart, back, table)


def _visits_next(task: Task, slot: Slot, clock: int, here: int) -> Iterator[Sortie]:
    """Each visit that can follow, from ``here`` or the base (-1), as a sortie of its own."""
    ways, allowed = task.ways[slot.fleet], task.allowed[slot.fleet]
    cells = task.instance.fleets[slot.fleet].network.active()
    way = ways.deploy if here < 0 else ways.travel[here]
    if here >= 0:
        cells = cells[(ways.before[here, cells] == here) | (cells == here)]
    for cell in cells.tolist():
        start = following(allowed[:, cell], clock + int(way[cell]))
        done = start + int(ways.visit[cell])
        if done + int(ways.back[cell]) <= slot.end:
            table = np.array([[start, cell]], np.int32)
            yield make_sortie(task.instance, slot.fleet, start, done, table)
