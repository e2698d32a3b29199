"""Choosing fleets by cutting planes: bound all of them, plan the most promising, learn, repeat.

The bound of every fleet within some limits comes from what was proven so far
(:mod:`~planner.study.choice.menu`). The fleet that it allows most is planned; what that proves
bounds all others too, and the plan, cut to fit, is one of theirs. So what is found and what is
bounded draw together, for every set of limits at once.

Planning a fleet takes long, bounding it alone does not. So most fleets that look promising are
only bounded at first; those that still do when they come up again are planned.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from planner.errors import SolveError
from planner.problem.arrays import Instance
from planner.solve import PROVEN, Cut, Pool, Progress, Result, Sortie, solve
from planner.solve.bounding import Bounding
from planner.study.choice.menu import Best, Fleet, Menu, Worths, best_within, rounded_up
from planner.study.share import detection_of, fitted

log = logging.getLogger(__name__)

InstanceOf = Callable[[Mapping[str, int]], Instance]
"""The problem with these numbers of hulls by unit."""

CUTS_LENT = 3
"""Cuts that a fleet starts from."""

SCOUTS = 4
"""Fleets that are only bounded, for each that is planned."""

SCOUTING = 0.2
"""Time for bounding a fleet, as a share of that for planning one."""

PLANS_LENT = 6
"""Known plans, the best, among which a fleet's start is looked for."""

SHORTEST_S = 1.0
"""Seconds that planning a fleet takes at least."""

DOUBLINGS = 3
"""How often a fleet's time doubles that is planned again and again."""

VISITS = 3
"""How often each set of limits could be looked at in the time, if none took longer."""


@dataclass(frozen=True)
class Point:
    """Limits that a fleet is to be chosen within, one for each use of the menu's levels."""

    name: str
    limits: tuple[int, ...]


@dataclass(frozen=True)
class Known:
    """What is known of a fleet: a plan, what it detects, and what no plan of it exceeds."""

    detection: float
    bound: float
    sorties: tuple[Sortie, ...]
    tries: int = 0


@dataclass(frozen=True)
class Interval:
    """The best fleet found within a point's limits, and what no fleet within them exceeds."""

    point: Point
    fleet: Fleet
    detection: float
    bound: float

    @property
    def gap(self) -> float:
        """``bound / detection − 1``; infinite where nothing is found of what there may be."""
        if self.detection > 0:
            return self.bound / self.detection - 1
        return float("inf") if self.bound > PROVEN else 0.0


@dataclass(frozen=True)
class Effort:
    """How long, and how near: seconds of all, the gap to stop at, and the searches' seed.

    With ``work`` every fleet is planned for so many rounds instead of by the clock, and no more
    than ``fleets`` of them: the same result every time.
    """

    time_limit_s: float = 60.0
    gap: float = 0.01
    seed: int = 0
    work: int | None = None
    fleets: int | None = None


class Chooser:
    """Narrows the interval of every point, for as long as it is let.

    Parameters
    ----------
    instance_of
        The problem by numbers of hulls; networks and targets are the same in all.
    menu
        What can be chosen.
    points
        Limits to choose within.

    Raises
    ------
    SolveError
        If no fleet keeps the limits of a point.
    """

    def __init__(self, instance_of: InstanceOf, menu: Menu, points: Sequence[Point]) -> None:
        self.menu, self.points = menu, tuple(points)
        self.known: dict[Fleet, Known] = {}
        self.pool = Pool()
        self.planned = self.scouted = 0
        self.interrupted = False
        self._instance_of = instance_of
        self._instances: dict[Fleet, Instance] = {}
        self._cuts: dict[int, tuple[Cut, Worths]] = {}
        self._varieties: dict[tuple[tuple[str, int], ...], Instance] = {}
        self._best: dict[Point, Best] = {}
        for point in self.points:
            self._bound(point)

    def run(self, effort: Effort, progress: Callable[[Progress], None] | None = None) -> None:
        """Plan fleet after fleet until all gaps are closed, or the time is over."""
        began = time.monotonic()
        slice_s = max(SHORTEST_S, effort.time_limit_s / (VISITS * len(self.points)))
        try:
            while point := self._widest(effort.gap):
                left_s = effort.time_limit_s - (time.monotonic() - began)
                counted = effort.work is not None
                over = self.planned >= (effort.fleets or self.planned + 1)
                if over or (not counted and left_s < SHORTEST_S / 2):
                    return
                fleet = self._best[point].fleet
                if fleet not in self.known and self.scouted < SCOUTS * self.planned:
                    self._scout(fleet, min(left_s, SCOUTING * slice_s), effort)
                else:
                    longer = 2 ** min(self._tries(fleet), DOUBLINGS)
                    self._plan(fleet, min(left_s, slice_s * longer), effort, longer)
                if progress is not None:
                    found = self.interval(point)
                    words = f"{self.planned} fleets planned, {self.scouted} bounded; {point.name}"
                    progress(
                        Progress(time.monotonic() - began, words, found.detection, found.bound)
                    )
                if self.interrupted:
                    return
        except KeyboardInterrupt:
            self.interrupted = True

    def interval(self, point: Point) -> Interval:
        """What is known of a point; no plan of a fleet that may be good if nothing is."""
        fitting = [fleet for fleet in self.known if self._keeps(fleet, point)]
        best = max(fitting, key=lambda fleet: self.known[fleet].detection, default=None)
        if best is None:
            return Interval(point, self._best[point].fleet, 0.0, self._best[point].bound)
        found = self.known[best].detection
        return Interval(point, best, found, max(found, self._best[point].bound))

    def intervals(self) -> tuple[Interval, ...]:
        """All points' intervals."""
        return tuple(self.interval(point) for point in self.points)

    def instance(self, fleet: Fleet) -> Instance:
        """The problem of a fleet."""
        if fleet not in self._instances:
            self._instances[fleet] = self._instance_of(self.menu.hulls(fleet))
        return self._instances[fleet]

    def _keeps(self, fleet: Fleet, point: Point) -> bool:
        uses = self.menu.uses(fleet)
        return all(use <= limit for use, limit in zip(uses, point.limits, strict=True))

    def _widest(self, gap: float) -> Point | None:
        """The point whose gap is widest, if any is wider than asked.

        What was tried often and did not close counts less, so that all get their turn.
        """
        wide = [each for each in self.intervals() if each.gap > max(gap, PROVEN)]

        def urgent(each: Interval) -> tuple[float, float]:
            return each.gap / 2 ** self._tries(self._best[each.point].fleet), each.bound

        return max(wide, key=urgent).point if wide else None

    def _tries(self, fleet: Fleet) -> int:
        """How often a fleet was planned."""
        return self.known[fleet].tries if fleet in self.known else 0

    def _bound(self, point: Point) -> None:
        """Bound a point by all that is known."""
        worths = [worths for _, worths in self._cuts.values()]
        ceilings = [(fleet, each.bound) for fleet, each in self.known.items()]
        best = best_within(self.menu, worths, ceilings, point.limits)
        if best is None:
            raise SolveError(f"{point.name}: not even the least of all options keeps the limits")
        before = self._best.get(point)
        self._best[point] = Best(best.fleet, min(best.bound, before.bound if before else 1.0))

    def _scout(self, fleet: Fleet, seconds: float, effort: Effort) -> None:
        """Bound a fleet without planning it; what is known of others gives it a plan."""
        instance, until = self.instance(fleet), time.monotonic() + seconds
        rounds = iter(range(effort.work or 0))

        def stop() -> bool:
            if effort.work is not None:
                return next(rounds, None) is None
            return time.monotonic() >= until

        def left_s() -> float:
            return seconds if effort.work is not None else max(0.1, until - time.monotonic())

        bounding = Bounding(instance, Pool(self.pool), self._lent_cuts(instance))
        bounding.run(stop, left_s)
        self.scouted += 1
        start = self._start(fleet)
        self._learn(fleet, bounding.pool, bounding.cuts, bounding.bound)
        detection = detection_of(start, instance)
        self.known[fleet] = Known(detection, max(bounding.bound, detection), start)
        self._bound_all()

    def _lent_cuts(self, instance: Instance) -> tuple[Cut, ...]:
        """The few cuts known that bound a fleet best."""
        cuts = (cut for cut, _ in self._cuts.values())
        return tuple(sorted(cuts, key=lambda cut: cut.bound(instance))[:CUTS_LENT])

    def _learn(self, fleet: Fleet, pool: Pool, cuts: Sequence[Cut], bound: float) -> None:
        """Take in sorties and cuts."""
        log.info("fleet %s: bound %.4f", fleet, bound)
        self.pool.add(pool)
        for cut in cuts:
            if id(cut) not in self._cuts:
                self._cuts[id(cut)] = cut, self._worths(cut)

    def _bound_all(self) -> None:
        for point in self.points:
            self._bound(point)

    def _plan(self, fleet: Fleet, seconds: float, effort: Effort, longer: int) -> None:
        """Plan a fleet, and take in what that shows of all."""
        instance = self.instance(fleet)
        result = solve(
            instance,
            time_limit_s=seconds,
            work_limit=None if effort.work is None else effort.work * longer,
            gap=effort.gap / 2,
            seed=effort.seed + self._tries(fleet),
            pool=Pool(self.pool),
            cuts=self._lent_cuts(instance),
            start=self._start(fleet),
        )
        self.planned += 1
        self.interrupted = result.termination == "interrupted"
        self._record(fleet, result)

    def _start(self, fleet: Fleet) -> tuple[Sortie, ...]:
        """The best known plan, cut to fit."""
        if fleet in self.known:
            return self.known[fleet].sorties
        best = sorted(self.known.values(), key=lambda each: -each.detection)[:PLANS_LENT]
        instance = self.instance(fleet)
        plans = [fitted(each.sorties, instance) for each in best]
        return max(plans, key=lambda plan: detection_of(plan, instance), default=())

    def _record(self, fleet: Fleet, result: Result) -> None:
        self._learn(fleet, result.pool, result.cuts, result.bound)
        before = self.known.get(fleet)
        plan, detection = tuple(result.sorties), result.detection
        if before is not None and before.detection > detection:
            plan, detection = before.sorties, before.detection
        bound = min(result.bound, before.bound if before else 1.0)
        self.known[fleet] = Known(detection, max(bound, detection), plan, self._tries(fleet) + 1)
        for other, each in self.known.items():
            if other != fleet:
                self.known[other] = self._lent(other, each, fleet, plan)
        self._bound_all()

    def _lent(self, other: Fleet, each: Known, fleet: Fleet, plan: tuple[Sortie, ...]) -> Known:
        """What another fleet has of a plan: all of it, if it has all the hulls."""
        instance = self.instance(other)
        lent = plan if self.menu.within(fleet, other) else fitted(plan, instance)
        detection = detection_of(lent, instance)
        if detection <= each.detection:
            return each
        return Known(detection, max(each.bound, detection), lent, each.tries)

    def _worths(self, cut: Cut) -> Worths:
        """A cut's constant, and what each level adds to the first level of its option.

        The bound of a cut is a sum over units, so levels add up.
        """
        least = cut.bound(self._varied({}))
        table = []
        for option in self.menu.options:
            first = dict(option[0].hulls)
            row = []
            for level in option:
                more = dict(level.hulls)
                value = 0.0 if more == first else cut.bound(self._varied(more)) - least
                row.append(rounded_up(value))
            table.append(tuple(row))
        return Worths(rounded_up(least), tuple(table))

    def _varied(self, hulls: Mapping[str, int]) -> Instance:
        """The problem of the least fleet, but for the hulls of some units."""
        key = tuple(sorted(hulls.items()))
        if key not in self._varieties:
            self._varieties[key] = self._instance_of(self.menu.hulls(self.menu.least) | dict(hulls))
        return self._varieties[key]
