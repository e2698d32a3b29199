"""Sorties of an earlier plan, laid anew on another problem.

Of a stored sortie only the unit, the departure, the order of the cells and
the earliest time of each visit are taken. Ways, waits, the return, fuel and
exposures are worked out on the new problem; visits are put off where the new
times need it. What comes out is a sortie that pricing could have found.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.problem.arrays import Fleet, FloatArray, Instance, IntArray
from planner.reuse.model import Columns, Learned
from planner.reuse.parts import Parts, cell_numbers
from planner.solve import Sortie
from planner.solve.rests import one_stretch, rests_before, return_step
from planner.solve.sorties import breaks_kept, fuel_l, make_sortie, ways_open
from planner.solve.worth import VisitWorth

Reason = Literal[
    "outside the plan's time",
    "through cells gone",
    "through heavy weather",
    "too long",
    "short of fuel",
    "short of breaks",
]

FARTHEST = 2.0**40
"""Steps beyond this are no farther away: a file may ask for any."""

FITS_KEPT = 20_000
"""Sorties that are kept laid, those asked for last: some 50 MB of them."""


@dataclass(frozen=True, eq=False)
class Refitted:
    """Sorties that fit, in the order stored (the best last), and why others do not.

    ``planned`` are those of the plan, with their ``worth`` (k,) in it.
    """

    sorties: tuple[Sortie, ...]
    planned: tuple[Sortie, ...]
    worth: FloatArray
    kept: int
    dropped: Counter[str]


class Fits:
    """What was laid for a problem before, to be taken as it is when it is asked for again.

    How a sortie is laid has nothing to do with how many hulls and crews there are: this is
    for problems that differ in nothing else. Each outcome is that of laying it anew.
    """

    def __init__(self) -> None:
        self._fitters: list[list[Fitter]] = []
        self._known: OrderedDict[tuple[int, float, tuple[int, ...], bytes], Sortie | Reason]
        self._known = OrderedDict()

    def __len__(self) -> int:
        """How many outcomes are kept."""
        return len(self._known)

    def fit(
        self,
        instance: Instance,
        unit: int,
        depart: float,
        earliest: Sequence[int],
        cells: IntArray,
    ) -> Sortie | Reason:
        """Lay a sortie of a unit in the mildest sea state that it fits, or say why in none."""
        key = unit, depart, tuple(earliest), cells.tobytes()
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if not self._fitters:
            self._fitters = [[Fitter(instance, n) for n in fleets] for fleets in instance.units]
        outcome = self._known[key] = _fit(self._fitters[unit], depart, earliest, cells)
        if len(self._known) > FITS_KEPT:
            self._known.popitem(last=False)
        return outcome


def refit(learned: Learned, parts: Parts, instance: Instance, fits: Fits | None = None) -> Refitted:
    """Lay every stored sortie on ``instance``, whose parts are ``parts``.

    A unit takes the sorties of the earlier unit of its class and base; a
    new unit of a known class and base so gets sorties too. What was laid before for
    this problem, whatever its numbers of hulls and crews, is in ``fits``.
    """
    fits = Fits() if fits is None else fits
    clock = Clock(learned.parts, parts, instance)
    takers = _takers(learned.parts, parts)
    cells_now = _cell_map(learned.columns, instance)[learned.columns.visit_cell]
    steps_now = clock.up(learned.columns.visit_step).tolist()
    found: list[Sortie] = []
    planned: dict[tuple[object, ...], tuple[Sortie, float]] = {}
    dropped: Counter[str] = Counter()
    for unit, depart, worth, visits in _rows(learned.columns):
        depart_now, earliest, cells = clock.departure(depart), steps_now[visits], cells_now[visits]
        reasons = []
        for taker in takers.get(unit, ()):
            outcome = fits.fit(instance, taker, depart_now, earliest, cells)
            if isinstance(outcome, Sortie):
                found.append(outcome)
                if np.isfinite(worth) and takers[unit][0] == taker:
                    planned[outcome.key] = outcome, worth
            else:
                reasons.append(outcome)
        if len(reasons) == len(takers.get(unit, ())):
            dropped[reasons[0] if reasons else "of a unit gone"] += 1
    return Refitted(
        tuple(found),
        tuple(sortie for sortie, _ in planned.values()),
        np.array([worth for _, worth in planned.values()], np.float64),
        len(learned.columns) - dropped.total(),
        dropped,
    )


def _fit(
    fitters: Sequence[Fitter], depart: float, earliest: Sequence[int], cells: IntArray
) -> Sortie | Reason:
    """Lay a sortie in the mildest sea state that it fits, or say why it fits none."""
    outcomes = []
    for fitter in fitters:
        outcomes.append(fitter.fit(depart, earliest, cells))
        if isinstance(outcomes[-1], Sortie):
            break
    return outcomes[-1]


class Clock:
    """From the steps of an earlier plan to those of another.

    By the calendar, to the nearest departure step, where the plans overlap
    in time; otherwise from start to start, so that the plan of one week
    serves another week.
    """

    def __init__(self, old: Parts, new: Parts, instance: Instance) -> None:
        self.ratio = old.step_min / new.step_min
        ahead_min = (new.start - old.start).total_seconds() / 60
        apart = ahead_min >= old.n_steps * old.step_min or -ahead_min >= new.n_steps * new.step_min
        first = instance.fleets[0].network.departures[:2]
        every = int(first[1] - first[0]) if first.size > 1 else 1
        self.shift = 0 if apart else every * round(ahead_min / (every * new.step_min))

    def departure(self, step: int) -> float:
        """Where a departure falls, in steps of the new plan; not always a whole one."""
        return step * self.ratio - self.shift

    def up(self, step: ArrayLike) -> NDArray[np.int64]:
        """The first whole steps not before those of an earlier plan."""
        whole = np.ceil(np.asarray(step, np.float64) * self.ratio - 1e-9)
        found: NDArray[np.int64] = np.clip(whole, -FARTHEST, FARTHEST).astype(np.int64) - self.shift
        return found

    def back(self, step: FloatArray) -> FloatArray:
        """The earlier plan's times at times of the new plan, both in (parts of) steps."""
        return (step + self.shift) / self.ratio


class Fitter:
    """Lays sorties of one fleet of an instance."""

    def __init__(self, instance: Instance, fleet: int) -> None:
        self.instance, self.number = instance, fleet
        self.fleet: Fleet = instance.fleets[fleet]
        net = self.fleet.network
        self._allowed = VisitWorth(instance.targets, self.fleet).allowed
        self._ways = net.ways
        self._departures = frozenset(net.departures.tolist())
        self._active = frozenset(net.active().tolist())
        self._visit = net.visit_steps.tolist()
        self._deploy, self._back = net.deploy_steps.tolist(), net.return_steps.tolist()

    def fit(self, depart: float, earliest: Sequence[int], cells: IntArray) -> Sortie | Reason:
        """Lay one sortie, or say why it does not fit.

        ``depart`` departure step, ``earliest`` (k,) first step at which each
        visit may start, ``cells`` (k,) their cells, −1 for one that is gone.
        """
        if depart not in self._departures:
            return "outside the plan's time"
        visited = cells.tolist()
        starts = self._starts(int(depart), earliest, visited)
        if isinstance(starts, str):
            return starts
        leave = starts[-1] + self._visit[visited[-1]]
        return_ = return_step(self.fleet, int(depart), leave, visited[-1])
        visits = np.array([starts, visited], np.int32).T.copy()
        if return_ is None:
            return "short of breaks"
        why = self._hindered(int(depart), return_, visits)
        return why or make_sortie(self.instance, self.number, int(depart), return_, visits)

    def _hindered(self, depart: int, return_: int, visits: IntArray) -> Reason | None:
        """Why a sortie cannot be sailed at these times, if it cannot."""
        if return_ > self._must_end(depart):
            return "too long"
        if not breaks_kept(self.fleet, depart, return_, visits):
            return "short of breaks"
        if not ways_open(self.fleet, depart, return_, visits):
            return "through heavy weather"
        if fuel_l(self.fleet, depart, return_, visits) > self.fleet.fuel.limit_l:
            return "short of fuel"
        return None

    def _starts(self, depart: int, earliest: Sequence[int], cells: list[int]) -> list[int] | Reason:
        """Start of every visit, each as early as it can be."""
        must_end = self._must_end(depart)
        starts: list[int] = []
        free, last = depart, -1
        for cell, asked in zip(cells, earliest, strict=True):
            if cell not in self._active:
                return "through cells gone"
            way = 0 if last < 0 else self._ways.get((last, cell))
            if way is None:
                return "through cells gone"
            there = free + way if starts else depart + self._deploy[cell]
            start = max(asked, there, depart + self._deploy[cell])
            first = start
            leave_by = must_end - self._visit[cell] - self._back[cell]
            while start <= leave_by and not self._may_start(depart, there, start, cell):
                start += 1
            if start > leave_by:
                room = self._allowed[first : max(leave_by + 1, 0), cell].any()
                return "short of breaks" if room else "too long"
            starts.append(start)
            free, last = start + self._visit[cell], cell
        return starts

    def _must_end(self, depart: int) -> int:
        """When a sortie is back at the latest."""
        return min(depart + self.fleet.network.max_steps, self.instance.n_steps)

    def _may_start(self, depart: int, there: int, start: int, cell: int) -> bool:
        """Whether a visit may start at a step, with the breaks due in the wait before it."""
        if not self._allowed[start, cell]:
            return False
        end = start + self._visit[cell]
        return self.fleet.breaks is None or (
            one_stretch(self.fleet, depart, start, end)
            and rests_before(self.fleet, depart, there, start, cell) is not None
        )


def _takers(old: Parts, new: Parts) -> dict[int, list[int]]:
    """New units that take the sorties of each old one; the one of the same name first."""
    takers: dict[int, list[int]] = {}
    for number, unit in enumerate(new.units):
        alike = [
            k for k, o in enumerate(old.units) if (o.vessel, o.base) == (unit.vessel, unit.base)
        ]
        named = [k for k in alike if old.units[k].name == unit.name]
        for source in (named or alike)[:1]:
            takers.setdefault(source, []).append(number)
    for source, numbers in takers.items():
        numbers.sort(key=lambda number: new.units[number].name != old.units[source].name)
    return takers


def _cell_map(columns: Columns, instance: Instance) -> IntArray:
    """Number of each earlier cell among the cells of ``instance``, −1 where it is gone."""
    number = {int(cell): k for k, cell in enumerate(cell_numbers(instance))}
    return np.array([number.get(int(cell), -1) for cell in columns.cell], np.int32)


def _rows(columns: Columns) -> Iterator[tuple[int, int, float, slice]]:
    """Unit, departure, worth in the plan, and which visits are its own, of every sortie."""
    ends = columns.visit_ptr.tolist()
    rows = (columns.unit.tolist(), columns.depart.tolist(), columns.worth.tolist())
    yield from zip(*rows, map(slice, ends, ends[1:]), strict=True)
