"""From an order of cells to a sortie that obeys every rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.solve.sorties import Sortie, fuel_l, make_sortie, ways_open
from tests.benchmarks.tasks import FAR, Allowed, Task


@dataclass(frozen=True)
class Slot:
    """One departure of one hull: when it leaves, and when it has to be back."""

    fleet: int
    depart: int
    end: int

    @property
    def longest(self) -> int:
        """Steps it may be out."""
        return self.end - self.depart


@dataclass(frozen=True)
class Stop:
    """A cell that a peer wants searched, not before ``earliest``, and what it hopes to earn."""

    cell: int
    earliest: int = 0
    prize: float = 0.0


def sortie_of(task: Task, slot: Slot, stops: Sequence[Stop]) -> Sortie | None:
    """Sail the stops in their order from a slot's departure; ``None`` if none can be sailed.

    Cells that the network demands on the way are visited too. Every visit
    starts as early as the windows, the way and the stop's own ``earliest``
    allow. Where the hull would be late, or short of fuel, stops are left out:
    the one of least prize whose absence is enough, or else the last and again.
    """
    ways = task.ways[slot.fleet]
    left = [s for s in stops if ways.deploy[s.cell] < FAR and ways.back[s.cell] < FAR]
    sortie = sail(task, slot, left)
    while sortie is None and len(left) > 1:
        left, sortie = _leave_out(task, slot, left)
    return sortie


def _leave_out(task: Task, slot: Slot, stops: Sequence[Stop]) -> tuple[list[Stop], Sortie | None]:
    """Leave out the stop of least prize whose absence is enough, else the last one."""
    for k in sorted(range(len(stops)), key=lambda k: stops[k].prize):
        rest = [*stops[:k], *stops[k + 1 :]]
        sortie = sail(task, slot, rest)
        if sortie is not None:
            return rest, sortie
    return list(stops[:-1]), None


def sail(task: Task, slot: Slot, stops: Sequence[Stop]) -> Sortie | None:
    """Sail all stops in their order, as early as possible; ``None`` if that breaks a rule."""
    ways, allowed = task.ways[slot.fleet], task.allowed[slot.fleet]
    fleet = task.instance.fleets[slot.fleet]
    if not stops:
        return None
    visits: list[tuple[int, int]] = []
    clock, here = slot.depart, -1
    for stop in stops:
        on_the_way = [] if here < 0 else ways.between(here, stop.cell)
        if here >= 0 and ways.travel[here, stop.cell] >= FAR:
            return None
        for cell in [*on_the_way, stop.cell]:
            clock += int(ways.deploy[cell] if here < 0 else ways.travel[here, cell])
            wanted = stop.earliest if cell == stop.cell else 0
            start = following(allowed[:, cell], max(clock, wanted))
            clock = start + int(ways.visit[cell])
            here = cell
            if clock + int(ways.back[cell]) > slot.end:
                return None
            visits.append((start, cell))
    table = np.array(visits, np.int32)
    return_ = clock + int(ways.back[here])
    if not ways_open(fleet, slot.depart, return_, table):
        return None
    if fuel_l(fleet, slot.depart, return_, table) > fleet.fuel.limit_l + 1e-9:
        return None
    return make_sortie(task.instance, slot.fleet, slot.depart, return_, table)


def following(allowed: Allowed, step: int) -> int:
    """First step from ``step`` on at which a visit may start, ``FAR`` if there is none."""
    later = allowed[step:]
    k = int(later.argmax()) if later.size else 0
    return step + k if later.size and later[k] else FAR
