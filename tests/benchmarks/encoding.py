"""A planning task as orienteering: optional visits with prizes and time windows, vehicles.

What routing software understands, made from the arrays of a task:

- A *vehicle* is a slot: one departure of one hull at a fixed step. A hull's
  slots keep its gap, so that every choice of routes obeys the capacity rows.
- A *client* is one more search of a cell, in one window of the heaviest
  threat there: the ``k``-th copy is worth what a ``k``-th search adds,
  ``w e^{-(k-1)a} (1 - e^{-a})``, and likewise for the lighter threats. Where
  light changes within the window, ``a`` is the mean.
- A *client* is also a search of a cell just when runs pass it.

``w`` is what the sorties planned so far leave undetected, so that a peer that
plans in several parts is given the true prizes of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import CapacityRow, Fleet
from planner.solve.coverage import Coverage
from planner.solve.sorties import Sortie
from tests.benchmarks.repair import Slot
from tests.benchmarks.tasks import FAR, Steps, Task, Ways, Weights

PASSING = 0.6
"""A run's window holds the starts that are worth this share of the best one."""

WORTH_PASSING = 0.3
"""A pass of runs worth less than this share of a plain search gets no client."""


@dataclass(frozen=True)
class Tuning:
    """How a peer is used; chosen for each by trial, the same for all scenarios."""

    parts: int = 1
    """Parts that the slots are cut into by time, each routed against what those before left."""
    copies: int = 3
    """Searches of one target offered."""
    offered: float = 4.0
    """Clients offered for each visit that the vehicles have time for."""
    staggered: bool = False
    """Whether hulls of one unit sail in turn rather than together."""


@dataclass(frozen=True)
class Orienteering:
    """One routing problem. Clients: ``cell``, ``first`` and ``last`` start step, ``prize`` (c,)."""

    task: Task
    slots: tuple[Slot, ...]
    cell: Steps
    first: Steps
    last: Steps
    prize: Weights

    @property
    def fleets(self) -> list[int]:
        """Fleets that have a slot."""
        return sorted({slot.fleet for slot in self.slots})

    def ways(self, fleet: int) -> Ways:
        """Ways of a fleet."""
        return self.task.ways[fleet]

    def starts(self, client: int) -> list[tuple[int, int]]:
        """Intervals of the steps within a client's window at which a visit straddles nothing."""
        first, last, cell = int(self.first[client]), int(self.last[client]), self.cell[client]
        free = np.zeros(last - first + 3, np.int8)
        for fleet in self.fleets:
            free[1:-1] |= self.task.allowed[fleet][first : last + 1, cell]
        edges = np.flatnonzero(np.diff(free)) + first
        return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]

    def durations(self, fleet: int) -> Steps:
        """Steps from the start of a visit, or base, in the row, to that in the column.

        Shape ``(c + 1, c + 1)``; the base is row and column 0.
        """
        ways, cell = self.ways(fleet), self.cell
        table = np.full((cell.size + 1, cell.size + 1), 0, np.int64)
        table[0, 1:] = ways.deploy[cell]
        table[1:, 0] = ways.visit[cell] + ways.back[cell]
        table[1:, 1:] = ways.visit[cell][:, None] + ways.travel[np.ix_(cell, cell)]
        np.fill_diagonal(table, 0)
        return np.minimum(table, FAR)


# ---------------------------------------------------------------------- slots


def slots(task: Task, *, staggered: bool) -> list[Slot]:
    """Departures of every hull, in order of time.

    A unit sails as in its roughest sea state, which the weather hinders least.
    """
    found = []
    for *_, number in task.instance.units:
        row = strictest(task.instance.fleets[number])
        period = _period(task, number, row.gap_steps)
        for hull in range(row.capacity):
            begin = period * hull / row.capacity if staggered else 0.0
            found += _slots_of_hull(task, number, row.gap_steps, period, begin)
    return sorted(found, key=lambda slot: (slot.depart, slot.fleet, slot.end))


def strictest(fleet: Fleet) -> CapacityRow:
    """A row that implies all rows of a fleet: the hulls that can be used, one gap for each.

    Routing software has hulls with one gap, always at hand; it is no peer where there is more.
    """
    if any(row.least_steps or row.taken for row in fleet.rows):
        raise ValueError(f"{fleet.name}: peers know neither least times nor outages")
    return CapacityRow(
        min(row.capacity for row in fleet.rows), max(row.gap_steps for row in fleet.rows)
    )


def _period(task: Task, fleet: int, gap: int) -> float:
    """Steps from departure to departure that leave most time on the spot over the horizon."""
    net = task.instance.fleets[fleet].network
    horizon = task.instance.n_steps + gap
    active = net.active()
    away = float(np.median(net.deploy_steps[active] + net.return_steps[active]))
    options = range(1, max(2, int(horizon / (gap + away)) + 1))
    best = max(options, key=lambda n: n * (min(net.max_steps, horizon / n - gap) - away))
    return horizon / best


def _slots_of_hull(task: Task, fleet: int, gap: int, period: float, begin: float) -> list[Slot]:
    """Slots between the cuts ``begin, begin + period, ...`` of the horizon."""
    net, n_steps = task.instance.fleets[fleet].network, task.instance.n_steps
    every = int(np.diff(net.departures).min()) if net.departures.size > 1 else n_steps
    least = int((net.deploy_steps + net.visit_steps + net.return_steps)[net.active()].min())
    cuts = [0.0, *np.arange(begin, n_steps + gap - 1e-6, period)]
    cuts = sorted({*cuts, float(n_steps + gap)})
    departs = [int(-(-cut // every) * every) for cut in cuts[:-1]]
    found = []
    for depart, then in zip(departs, [*departs[1:], n_steps + gap], strict=True):
        end = min(depart + net.max_steps, then - gap, n_steps)
        if end - depart >= least:
            found.append(Slot(fleet, depart, end))
    return found


def parts(slots: Sequence[Slot], count: int) -> list[list[Slot]]:
    """Cut slots, which are in order of time, into so many parts of about equal size."""
    cuts = np.linspace(0, len(slots), min(count, len(slots)) + 1).round().astype(int)
    return [list(slots[a:b]) for a, b in pairwise(cuts.tolist())]


# -------------------------------------------------------------------- clients


def encode(
    task: Task, slots: Sequence[Slot], planned: Sequence[Sortie], tuning: Tuning
) -> Orienteering:
    """Vehicles and clients of some slots, given what is planned already."""
    coverage = Coverage(task.instance.targets, planned)
    columns: list[Client] = []
    seen: set[int] = set()
    for fleet in sorted({s.fleet for s in slots}, key=lambda k: -sum(s.fleet == k for s in slots)):
        columns += _clients(task, fleet, slots, coverage, tuning, seen)
    merged = _merge(columns)
    visits = sum(
        slot.longest / float(np.median(task.ways[slot.fleet].visit[_active(task, slot.fleet)]))
        for slot in slots
    )
    most = int(max(20, tuning.offered * visits))
    kept = sorted(merged, key=lambda client: (-client[3], client))[:most]
    table = np.array(sorted(kept), float).reshape(-1, 4)
    cell, first, last = (table[:, k].astype(np.int64) for k in range(3))
    whole = Orienteering(task, tuple(slots), cell, first, last, table[:, 3])
    good = [k for k in range(cell.size) if whole.starts(k)]
    return replace(
        whole, cell=cell[good], first=first[good], last=last[good], prize=whole.prize[good]
    )


def _active(task: Task, fleet: int) -> NDArray[np.int32]:
    return task.instance.fleets[fleet].network.active()


Client = tuple[int, int, int, float, int]
"""Cell, first and last start, prize, and a tag that is the same for all fleets."""


def _merge(columns: list[Client]) -> list[tuple[int, int, int, float]]:
    """One client for all fleets that can serve it, worth the mean of what it is to each."""
    groups: dict[tuple[int, int], list[Client]] = {}
    for client in columns:
        groups.setdefault((client[0], client[4]), []).append(client)
    return [
        (
            cell,
            min(c[1] for c in group),
            max(c[2] for c in group),
            float(np.mean([c[3] for c in group])),
        )
        for (cell, _), group in groups.items()
    ]


def _clients(
    task: Task,
    fleet: int,
    slots: Sequence[Slot],
    coverage: Coverage,
    tuning: Tuning,
    seen: set[int],
) -> list[Client]:
    """Clients as one fleet sees them; runs only in cells not yet ``seen`` by another fleet."""
    mine = [slot for slot in slots if slot.fleet == fleet]
    ways = task.ways[fleet]
    residual, sight = coverage.residual(), _sight(task.instance.fleets[fleet])
    passing = _passing(task, fleet, residual)
    found: list[Client] = []
    for i in _active(task, fleet).tolist():
        spans = [_reach(ways, slot, i) for slot in mine]
        spans = [span for span in spans if span[1] >= span[0]]
        if not spans:
            continue
        reached = (min(a for a, _ in spans), max(b for _, b in spans) + int(ways.visit[i]))
        windows = _windows(task, i, residual, sight[:, :, i], reached)
        for window in windows:
            last = window.end - int(ways.visit[i])
            span = _overlap(window.start, last, spans)
            if span is None:
                continue
            for k in range(tuning.copies):
                prize = window.heavy.gain(k) + sum(
                    threat.gain(k // window.ratio) for threat in window.light
                )
                if prize > 0:
                    found.append((i, *span, prize, window.start * 100 + k))
        if windows and i not in seen and passing[:, i].any():
            seen.add(i)
            spans = [_reach(task.ways[slot.fleet], slot, i) for slot in slots]
            again = [sum(t.gain(1) for t in (w.heavy, *w.light)) for w in windows]
            a = float(np.mean([window.heavy.exposure for window in windows]))
            plain, copies = float(np.mean(again)), tuning.copies
            found += _peaks(task, fleet, i, passing[:, i], plain, spans, copies, a)
    return found


def _sight(fleet: Fleet) -> Weights:
    """Exposure that a visit gives, by layer, start step and cell, ``(n_layers, n_steps, n)``."""
    middle = fleet.middle()
    found: Weights = fleet.exposure[:, middle, np.arange(middle.shape[1])]
    return found


def _reach(ways: Ways, slot: Slot, cell: int) -> tuple[int, int]:
    """First and last start of a visit that a slot allows."""
    first = slot.depart + int(ways.deploy[cell])
    return first, slot.end - int(ways.back[cell] + ways.visit[cell])


def _overlap(first: int, last: int, spans: list[tuple[int, int]]) -> tuple[int, int] | None:
    """What of ``first … last`` some slot can reach, as one interval."""
    meets = [(max(first, a), min(last, b)) for a, b in spans if max(first, a) <= min(last, b)]
    if not meets:
        return None
    return min(a for a, _ in meets), max(b for _, b in meets)


@dataclass(frozen=True)
class Threat:
    """One layer in a cell: the weight undetected, and the exposure that a visit gives it."""

    weight: float
    exposure: float

    def gain(self, before: int) -> float:
        """What one more search adds after so many."""
        return float(self.weight * -np.expm1(-self.exposure) * np.exp(-self.exposure * before))


@dataclass(frozen=True)
class Window:
    """A window of the layer that is heaviest in a cell.

    The weights of the other layers are means over their windows within;
    ``ratio`` is how many of those there are.
    """

    start: int
    end: int
    heavy: Threat
    light: tuple[Threat, ...]
    ratio: int


def _windows(
    task: Task, cell: int, residual: Weights, sight: Weights, reached: tuple[int, int]
) -> list[Window]:
    """Windows of a cell that overlap the steps ``reached``; ``sight`` (n_layers, n_steps)."""
    targets = task.instance.targets
    layers = range(targets.window.shape[0])
    total = [float(targets.layer_weight(layer)[:, cell].max()) for layer in layers]
    if not layers or max(total) <= 0:
        return []
    heavy = int(np.argmax(total))
    window = targets.window[heavy]
    bounds = np.flatnonzero(np.diff(window, prepend=-1, append=window[-1] + 1))
    found = []
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        first, last = max(start, reached[0]), min(end, reached[1])
        if first >= last:
            continue
        light, ratio = [], 1
        seen = sight[:, first:last].mean(axis=1).tolist()
        for layer in layers:
            if layer == heavy or total[layer] <= 0:
                continue
            inside = np.unique(targets.window[layer, first:last])
            index = targets.offset[layer] + inside * targets.n_cells + cell
            light.append(Threat(float(residual[index].mean()), seen[layer]))
            ratio = max(ratio, inside.size)
        here = targets.offset[heavy] + int(window[start]) * targets.n_cells + cell
        threat = Threat(float(residual[here]), seen[heavy])
        found.append(Window(start, end, threat, tuple(light), ratio))
    return found


def _passing(task: Task, fleet: int, residual: Weights) -> Weights:
    """Worth of the runs that a visit sees, by start step and cell, ``(n_steps, n)``."""
    instance, unit = task.instance, task.instance.fleets[fleet]
    out = np.zeros(instance.n_steps * instance.n_cells)
    row = np.repeat(np.arange(out.size), np.diff(unit.track_ptr))
    weight = residual[int(instance.targets.offset[-1]) + unit.track_target]
    np.add.at(out, row, weight * -np.expm1(-unit.track_exposure))
    return np.where(task.allowed[fleet], out.reshape(instance.n_steps, instance.n_cells), 0.0)


def _peaks(
    task: Task,
    fleet: int,
    cell: int,
    worth: Weights,
    plain: float,
    spans: list[tuple[int, int]],
    copies: int,
    a: float,
) -> list[Client]:
    """A client for each time that runs pass a cell, the best of them first."""
    left = np.zeros_like(worth)
    for first, last in spans:
        left[max(0, first) : last + 1] = worth[max(0, first) : last + 1]
    found: list[Client] = []
    while left.max() > WORTH_PASSING * plain and left.max() > 0:
        peak = int(left.argmax())
        first = last = peak
        while first > 0 and left[first - 1] >= PASSING * left[peak]:
            first -= 1
        while last + 1 < left.size and left[last + 1] >= PASSING * left[peak]:
            last += 1
        value = float(left[first : last + 1].mean())
        found += [
            (cell, first, last, (value + plain) * float(np.exp(-a * k)), -(peak * 10 + k + 1))
            for k in range(min(2, copies))
        ]
        # Starts nearby would see the same runs again.
        lasts = int(task.ways[fleet].visit[cell])
        left[max(0, first - lasts) : last + lasts + 1] = 0.0
    return found
