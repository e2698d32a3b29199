"""Path-aware pricing: the sortie that adds most to what the others already detect.

The same programme as the additive one with one label per (step, cell), but
each visit earns its true marginal detection: residual weights
``w_j exp(-u_j)`` of what the rest of the plan leaves undetected, less what
the label's own path has already searched for the same target. Fuel is
carried along each label. A heuristic: one label per state may drop the path
that would have been best later.
"""

from __future__ import annotations

import numpy as np

from planner.problem.arrays import BoolArray, Fleet, FloatArray, IntArray, Targets
from planner.solve.compiled import compiled
from planner.solve.pricing import NEVER, Profile, may_use, weather_of
from planner.solve.stretches import after_break, breaks_of, may_rest, one_stretch, way_home


@compiled
def _mark(i):  # type: ignore[no-untyped-def]
    """The mark that a visit of cell ``i`` leaves on a path: one of 64, shared with other cells."""
    return np.int64(1) << np.int64(i & 63)


@compiled
def _marginal(  # type: ignore[no-untyped-def]
    t, i, origin, t0, via, steps, n, window, offset, epoch, seen_once, residual,
    track_ptr, track_target, track_exposure,
):  # fmt: skip
    """Gain of a visit of ``i`` at step ``t`` after the path that ends at ``origin``.

    Without an origin the path has not been here before.
    """
    n_layers = window.shape[0]
    gain, middle = 0.0, steps[i] >> 1
    for layer in range(n_layers):
        here = window[layer, t]
        left = residual[offset[layer] + here * n + i]
        if left <= 0.0:
            continue
        label = origin
        while label >= 0:
            s, cell = label // n, label % n
            start = s - steps[cell]
            if window[layer, t0 + start] != here:
                break
            if cell == i:
                left *= 1.0 - seen_once[layer, epoch[t0 + start + middle], i]
            label = via[start, cell]
        gain += left * seen_once[layer, epoch[t + middle], i]
    first = offset[n_layers]
    for k in range(track_ptr[t * n + i], track_ptr[t * n + i + 1]):
        gain += residual[first + track_target[k]] * (1.0 - np.exp(-track_exposure[k]))
    return gain


@compiled
def _path_aware(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915
    t0, horizon, allowed, active, steps, deploy, back, adjacent, hop_ptr, hop_from, hop_steps,
    window, offset, seen_once, residual, track_ptr, track_target, track_exposure,
    fuel_transit, fuel_search, fuel_loiter, fuel_limit,
    epoch, open_cell, open_deploy, open_back, open_hop,
    on_way, phase, rest_steps, rest, home, rest_home,
    ready, done, fuel_ready, fuel_done, marks_ready, marks_done, via, best, last,
) -> None:  # fmt: skip
    n = steps.size
    n_steps = allowed.shape[0]
    best[:] = NEVER
    last[:] = -1
    for s in range(horizon + 1):
        for i in active:
            done[s, i] = NEVER
            start = s - steps[i]
            if start < deploy[i] or s + back[i] > horizon or t0 + s + back[i] > n_steps:
                continue
            if not one_stretch(phase, start, s):
                continue
            if not allowed[t0 + start, i] or ready[start, i] <= NEVER:
                continue
            fuel = fuel_ready[start, i] + fuel_search * steps[i]
            if fuel + fuel_transit * back[i] > fuel_limit:
                continue
            again = marks_ready[start, i] & _mark(i) != 0
            value = ready[start, i] + _marginal(
                t0 + start, i, via[start, i] if again else -1, t0, via, steps, n, window, offset,
                epoch, seen_once, residual, track_ptr, track_target, track_exposure,
            )  # fmt: skip
            done[s, i] = value
            marks_done[s, i] = marks_ready[start, i] | _mark(i)
            fuel_done[s, i] = fuel
            way = way_home(home, rest_home, back, t0 + s, s, i)
            if way < 0 or s + way > horizon or t0 + s + way > n_steps:
                continue
            if fuel + fuel_transit * back[i] + fuel_loiter * (way - back[i]) > fuel_limit:
                continue
            if value > best[s + way] and may_use(open_back, epoch, t0 + s, i):
                best[s + way] = value
                last[s + way] = s * n + i
        for j in active:
            ready[s, j] = NEVER
            if s < deploy[j] or s + steps[j] + back[j] > horizon:
                continue
            value, fuel, origin, marks = NEVER, 0.0, -1, np.int64(0)
            if s == deploy[j]:
                if may_use(open_deploy, epoch, t0, j):
                    value, fuel = 0.0, fuel_transit * deploy[j]
                    if on_way is not None:
                        fuel += (fuel_loiter - fuel_transit) * on_way[j]
            elif (
                ready[s - 1, j] > NEVER
                and one_stretch(phase, s - 1, s)
                and may_use(open_cell, epoch, t0 + s - 1, j)
            ):
                value, fuel = ready[s - 1, j], fuel_ready[s - 1, j] + fuel_loiter
                origin, marks = via[s - 1, j], marks_ready[s - 1, j]
            if after_break(phase, rest_steps, s):
                before = s - rest_steps
                if ready[before, j] > value and may_rest(rest, t0 + before, j):
                    value, origin = ready[before, j], via[before, j]
                    fuel = fuel_ready[before, j] + fuel_loiter * rest_steps
                    marks = marks_ready[before, j]
            for k in range(adjacent.shape[1]):
                i = adjacent[j, k]
                if i >= 0 and done[s, i] > value:
                    value, fuel, origin = done[s, i], fuel_done[s, i], s * n + i
                    marks = marks_done[s, i]
            for k in range(hop_ptr[j], hop_ptr[j + 1]):
                left, i = s - hop_steps[k], hop_from[k]
                if left >= 0 and done[left, i] > value:
                    if not one_stretch(phase, left, s):
                        continue
                    if not may_use(open_hop, epoch, t0 + left, k):
                        continue
                    value, origin = done[left, i], left * n + i
                    fuel = fuel_done[left, i] + fuel_transit * hop_steps[k]
                    marks = marks_done[left, i]
            ready[s, j] = value
            fuel_ready[s, j] = fuel
            marks_ready[s, j] = marks
            via[s, j] = origin


class Room:
    """Working arrays of the programme, for one pricer at a time of however many.

    Cells that a pricer does not look at are never written by it and must read
    ``NEVER``, so they are cleared when it follows one that did.
    """

    def __init__(self, max_steps: int, n_cells: int) -> None:
        shape = (max_steps + 1, n_cells)
        self.ready, self.done = np.full(shape, NEVER), np.full(shape, NEVER)
        self.fuel_ready, self.fuel_done = np.zeros(shape), np.zeros(shape)
        self.marks_ready, self.marks_done = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.via = np.full(shape, -1, np.int64)
        self._active: IntArray = np.zeros(0, np.int32)

    def clear_for(self, active: IntArray) -> None:
        """Forget what is left in cells other than these."""
        if self._active is not active:
            stale = np.setdiff1d(self._active, active, assume_unique=True)
            self.ready[:, stale] = NEVER
            self.done[:, stale] = NEVER
            self._active = active


@compiled
def _trace(via, steps, label, longest, n):  # type: ignore[no-untyped-def]
    """Visits ``(step after departure, cell)``, in order, of a path of at most so many steps.

    Its ``label`` is ``step * n + cell`` at the end of its last visit.
    """
    visits = np.empty((longest + 1, 2), np.int32)
    count = 0
    while label >= 0:
        s, i = label // n, label % n
        start = s - steps[i]
        visits[count, 0] = start
        visits[count, 1] = i
        count += 1
        label = via[start, i]
    return visits[:count][::-1].copy()


class PathAwarePricer:
    """Heuristic pricing of one fleet's sorties against residual weights.

    ``active`` are the cells looked at: all within reach unless narrowed.
    """

    def __init__(
        self, targets: Targets, fleet: Fleet, allowed: BoolArray, room: Room | None = None
    ) -> None:
        self.targets, self.fleet, self.allowed = targets, fleet, allowed
        self.active = fleet.network.active()
        self._room = room or Room(fleet.network.max_steps, fleet.network.n_cells)
        self._seen_once = 1.0 - np.exp(-fleet.exposure)

    def profile(self, residual: FloatArray, departures: IntArray, longest: IntArray) -> Profile:
        """Best sortie value per departure and duration.

        ``residual`` (n_targets,) are the weights that the rest of the plan
        leaves undetected; ``longest`` (d,) caps the duration per departure.
        """
        shape = (departures.size, self.fleet.network.max_steps + 1)
        value = np.full(shape, NEVER)
        for d, (departure, cap) in enumerate(zip(departures, longest, strict=True)):
            if cap > 0:
                value[d], _ = self._run(residual, int(departure), int(cap))
        return Profile(departures, value)

    def best(
        self, residual: FloatArray, departure: int, longest: int, tank_l: float = np.inf
    ) -> tuple[float, int, IntArray] | None:
        """Best sortie of one departure: value, duration and visits ``(step, cell)``, (k, 2).

        None if there is none that lasts no longer than ``longest`` steps and burns no
        more than ``tank_l`` litres.
        """
        value, last = self._run(residual, departure, longest, tank_l)
        duration = int(value.argmax())
        if value[duration] <= NEVER:
            return None
        return float(value[duration]), duration, self._traced(departure, duration, last)

    def visits(self, residual: FloatArray, departure: int, longest: int, duration: int) -> IntArray:
        """Visits ``(step, cell)`` of the best sortie found, shape (k, 2)."""
        _, last = self._run(residual, departure, longest)
        return self._traced(departure, duration, last)

    def _traced(self, departure: int, duration: int, last: IntArray) -> IntArray:
        """The path that the last run left behind."""
        net = self.fleet.network
        path: IntArray = _trace(
            self._room.via, net.visit_steps, last[duration], duration, net.n_cells
        )
        path[:, 0] += departure
        return path

    def _run(
        self, residual: FloatArray, departure: int, cap: int, tank_l: float = np.inf
    ) -> tuple[FloatArray, IntArray]:
        """Value and last label of the best path of each duration; the room keeps the paths."""
        net, fleet, targets = self.fleet.network, self.fleet, self.targets
        fuel, room = fleet.fuel, self._room
        value, last = np.empty(net.max_steps + 1), np.empty(net.max_steps + 1, np.int32)
        room.clear_for(self.active)
        _path_aware(
            departure, cap, self.allowed, self.active, net.visit_steps, net.deploy_steps,
            net.return_steps, net.adjacent, net.hop_ptr, net.hop_from, net.hop_steps,
            targets.window, targets.offset, self._seen_once, residual,
            fleet.track_ptr, fleet.track_target, fleet.track_exposure,
            fuel.transit_l, fuel.search_l, fuel.loiter_l, min(fuel.limit_l, tank_l),
            *weather_of(fleet),
            None if fleet.breaks is None else fleet.breaks.on_way,
            *breaks_of(fleet),
            room.ready, room.done, room.fuel_ready, room.fuel_done,
            room.marks_ready, room.marks_done, room.via, value, last,
        )  # fmt: skip
        return value, last
