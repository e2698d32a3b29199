"""Path-aware pricing: the sortie that adds most to what the others already detect.

The same programme as the additive one with one label per (step, cell), but
each visit earns its true marginal detection: residual weights
``w_j exp(-u_j)`` of what the rest of the plan leaves undetected, less what
the label's own path has already searched of the same cell, or sighted of the
same track (``labels``). Of the paths to a cell the one is kept after which a
visit there begun at once adds most: the best so far may have searched that
water, or followed the same ship. Fuel is carried along each label. A
heuristic: one label per state may drop the path that would have been best
later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.problem.arrays import BoolArray, Fleet, FloatArray, IntArray, Targets
from planner.solve.compiled import bare, compiled
from planner.solve.labels import WORDS, Room, Seen, again, mark_of, word_of
from planner.solve.part import ADJOINS, WAITS, part_of
from planner.solve.pricing import NEVER, Profile, may_use, weather_of
from planner.solve.stretches import after_break, breaks_of, may_rest, one_stretch, way_home


@compiled
def _first_looks(begins, ends, allowed, part, seen, residual, worth) -> None:  # type: ignore[no-untyped-def]
    """What first visits add, in ``worth`` (n_steps, m), at the steps of these stretches.

    They are in order of their begins and may overlap. ``NEVER`` where no visit may start.
    """
    n_layers, n_steps = seen.window.shape
    n, m = allowed.shape[1], part.cell.size
    lasting = np.empty(m)
    at = -1
    for stretch in range(begins.size):
        for t in range(max(at, begins[stretch]), min(ends[stretch], n_steps)):
            same = t == at
            for layer in range(n_layers):
                same = same and seen.window[layer, t] == seen.window[layer, t - 1]
            for a in range(m):
                i, sight = part.cell[a], min(t + (part.steps[a] >> 1), n_steps - 1)
                if not same or seen.epoch[sight] != seen.epoch[sight - 1]:
                    total = 0.0
                    for layer in range(n_layers):
                        j = seen.offset[layer] + seen.window[layer, t] * n + i
                        total += residual[j] * seen.once[layer, seen.epoch[sight], i]
                    lasting[a] = total
                if not allowed[t, i]:
                    worth[t, a] = NEVER
                    continue
                worth[t, a] = lasting[a]
                for k in range(seen.track_ptr[t * n + i], seen.track_ptr[t * n + i + 1]):
                    j = seen.offset[n_layers] + seen.track_target[k]
                    worth[t, a] += residual[j] * seen.track[k]
            at = t + 1


@bare
def _path_aware(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915
    t0, horizon, part, seen, residual, worth, n,
    fuel_transit, fuel_search, fuel_loiter, fuel_limit,
    epoch, open_cell, open_deploy, open_back, open_hop,
    on_way, phase, rest_steps, rest, home, rest_home,
    labels, known, shift, best, last,
) -> None:  # fmt: skip
    n_steps, m = worth.shape
    steps, deploy, back = part.steps, part.deploy, part.back
    ready, net, done, via = labels.ready, labels.net, labels.done, labels.via
    marks_ready, marks_done = labels.marks_ready, labels.marks_done
    # The inmost loop reads ``known``, all that labels gain in a row, by unsigned numbers, which
    # never count from the end: ``shift`` leads from a step's begin to where a way set out.
    best[:] = NEVER
    last[:] = -1
    for s in range(horizon + 1):
        for a in range(m):
            done[s, a] = NEVER
            start = s - steps[a]
            if start < deploy[a] or s + back[a] > horizon or t0 + s + back[a] > n_steps:
                continue
            if ready[start, a] <= NEVER or worth[t0 + start, a] <= NEVER:
                continue
            if not one_stretch(phase, start, s):
                continue
            fuel = labels.fuel_ready[start, a] + fuel_search * steps[a]
            if fuel + fuel_transit * back[a] > fuel_limit:
                continue
            value = net[start, a] + worth[t0 + start, a]
            done[s, a] = value
            for word in range(WORDS):
                marks_done[s, a, word] = marks_ready[start, a, word]
            marks_done[s, a, word_of(a)] |= mark_of(a)
            labels.fuel_done[s, a] = fuel
            i = part.cell[a]
            way = way_home(home, rest_home, back[a], t0 + s, s, i)
            if way < 0 or s + way > horizon or t0 + s + way > n_steps:
                continue
            if fuel + fuel_transit * back[a] + fuel_loiter * (way - back[a]) > fuel_limit:
                continue
            if value > best[s + way] and may_use(open_back, epoch, t0 + s, i):
                best[s + way] = value
                last[s + way] = s * m + a
        for a in range(m):
            ready[s, a] = NEVER
            if s < deploy[a] or s + steps[a] + back[a] > horizon:
                continue
            j, t, own = part.cell[a], t0 + s, word_of(a)
            here = t < n_steps and worth[t, a] > NEVER
            value, gains, fuel = NEVER, NEVER, 0.0
            origin, before, by = np.int64(-1), np.int64(-1), np.int64(-1)
            if s == deploy[a] and may_use(open_deploy, epoch, t0, j):
                value, gains, fuel = 0.0, 0.0, fuel_transit * deploy[a]
                if on_way is not None:
                    fuel += (fuel_loiter - fuel_transit) * on_way[j]
            for k in range(np.uint64(part.ptr[a]), np.uint64(part.ptr[a + 1])):
                if s < part.lasts[k]:
                    continue
                found = known[np.uint64(s * m + shift[k])]
                if found <= gains:
                    continue
                left, whence, kind = s - part.lasts[k], part.origin[k], part.kind[k]
                label, path = left * m + whence, marks_done[left, whence, own]
                if kind >= 0:
                    may = one_stretch(phase, left, s) and may_use(open_hop, epoch, t0 + left, kind)
                elif kind == ADJOINS:
                    may = True
                else:
                    label, path = via[left, a], marks_ready[left, a, own]
                    if kind == WAITS:
                        may = one_stretch(phase, left, s)
                        may = may and may_use(open_cell, epoch, t0 + left, j)
                    else:
                        may = after_break(phase, rest_steps, s) and may_rest(rest, t0 + left, j)
                if not may:
                    continue
                less, met = 0.0, np.int64(-1)
                if here:
                    less, met = again(t, t0, a, label, path, part, labels, seen, residual, n)
                if found - less > gains:
                    value, gains = found, found - less
                    by, before, origin = np.int64(k), met, label
            ready[s, a] = value
            net[s, a] = gains
            labels.before[s, a] = before
            via[s, a] = origin
            if by < 0:
                for word in range(WORDS):
                    marks_ready[s, a, word] = 0
            elif part.kind[by] < ADJOINS:
                left = s - part.lasts[by]
                fuel = labels.fuel_ready[left, a] + fuel_loiter * part.lasts[by]
                for word in range(WORDS):
                    marks_ready[s, a, word] = marks_ready[left, a, word]
            else:
                left, whence = s - part.lasts[by], part.origin[by]
                fuel = labels.fuel_done[left, whence] + fuel_transit * part.lasts[by]
                for word in range(WORDS):
                    marks_ready[s, a, word] = marks_done[left, whence, word]
            labels.fuel_ready[s, a] = fuel


@compiled
def _trace(via, part, label, longest):  # type: ignore[no-untyped-def]
    """Visits ``(step after departure, cell)``, in order, of a path of at most so many steps.

    Its ``label`` is that of the end of its last visit.
    """
    visits = np.empty((longest + 1, 2), np.int32)
    count, m = 0, part.cell.size
    while label >= 0:
        s, a = label // m, label % m
        start = s - part.steps[a]
        visits[count, 0] = start
        visits[count, 1] = part.cell[a]
        count += 1
        label = via[start, a]
    return visits[:count][::-1].copy()


class Priced(NamedTuple):
    """A sortie and what it adds: its visits are ``(step, cell)``, (k, 2)."""

    value: float
    depart: int
    duration: int
    visits: IntArray


class PathAwarePricer:
    """Heuristic pricing of one fleet's sorties against residual weights.

    ``part`` is what is looked at: all cells within reach unless narrowed. Residual weights
    (n_targets,) are those that the rest of the plan leaves undetected.
    """

    def __init__(
        self, targets: Targets, fleet: Fleet, allowed: BoolArray, room: Room | None = None
    ) -> None:
        self.fleet, self.allowed = fleet, allowed
        self.part = part_of(fleet, fleet.network.active())
        n_steps = targets.window.shape[1]
        self._room = room or Room(fleet.network.max_steps, self.part.cell.size, n_steps)
        first = [np.searchsorted(window, window) for window in targets.window]
        self._seen = Seen(
            targets.window,
            targets.offset,
            fleet.epoch,
            -np.expm1(-fleet.exposure),
            fleet.track_ptr,
            fleet.track_target,
            -np.expm1(-fleet.track_exposure),
            np.min([np.arange(n_steps), *first], axis=0),
        )

    def profile(self, residual: FloatArray, departures: IntArray, longest: IntArray) -> Profile:
        """Best sortie value per departure and duration; ``longest`` (d,) caps the duration."""
        value = np.full((departures.size, self.fleet.network.max_steps + 1), NEVER)
        for d, found in self._each(residual, departures, longest):
            value[d] = found.value
        return Profile(departures, value)

    def best(
        self,
        residual: FloatArray,
        departures: IntArray,
        longest: IntArray,
        tank_l: Sequence[float] | None = None,
    ) -> list[Priced]:
        """Best sortie of each departure.

        It lasts no longer than ``longest`` steps and burns no more than ``tank_l`` litres,
        (d,) each; departures that have none are left out.
        """
        best = []
        for d, found in self._each(residual, departures, longest, tank_l):
            duration = int(found.value.argmax())
            if found.value[duration] > NEVER:
                value, depart = float(found.value[duration]), int(departures[d])
                visits = self._traced(depart, duration, found)
                best.append(Priced(value, depart, duration, visits))
        return best

    def visits(self, residual: FloatArray, departure: int, longest: int, duration: int) -> IntArray:
        """Visits ``(step, cell)`` of the best sortie found, shape (k, 2)."""
        at = np.array([[departure], [longest]], np.int32)
        ((_, found),) = self._each(residual, *at)
        return self._traced(departure, duration, found)

    def _traced(self, departure: int, duration: int, found: _Found) -> IntArray:
        path: IntArray = _trace(found.via, self.part, found.last[duration], duration)
        path[:, 0] += departure
        return path

    def _each(
        self,
        residual: FloatArray,
        departures: IntArray,
        longest: IntArray,
        tank_l: Sequence[float] | None = None,
    ) -> Iterator[tuple[int, _Found]]:
        """What is found from every departure that may be, one after the other."""
        fleet, fuel, part = self.fleet, self.fleet.fuel, self.part
        n_steps, n = self.allowed.shape
        worth = self._room.worth(n_steps, part.cell.size)
        usable = np.flatnonzero(longest > 0)
        begins = np.sort(departures[usable])
        ends = begins + longest[usable].max(initial=0)
        _first_looks(begins, ends, self.allowed, part, self._seen, residual, worth)
        m, stays = part.cell.size, part.kind < ADJOINS
        for d in usable.tolist():
            value = np.empty(fleet.network.max_steps + 1)
            last = np.empty(value.size, np.int64)
            cap = int(longest[d])
            labels = self._room.labels(cap + 1, m)
            # One that stays was ready, one that comes was done; of gains those done come second.
            shift = part.origin - part.lasts * m + np.where(stays, 0, (cap + 1) * m)
            _path_aware(
                int(departures[d]), cap, part, self._seen, residual, worth, n,
                fuel.transit_l, fuel.search_l, fuel.loiter_l,
                float(fuel.limit_l if tank_l is None else min(fuel.limit_l, tank_l[d])),
                *weather_of(fleet),
                None if fleet.breaks is None else fleet.breaks.on_way,
                *breaks_of(fleet),
                labels, self._room.gains(cap + 1, m), shift, value, last,
            )  # fmt: skip
            yield d, _Found(value, last, labels.via)


class _Found(NamedTuple):
    """Value and last label of the best path of each duration, and what labels came by."""

    value: FloatArray
    last: NDArray[np.int64]
    via: NDArray[np.int64]
