"""Search for a plan and drive its bound down, side by side, until a deadline."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from planner.errors import SolveError
from planner.problem.arrays import FloatArray, Instance
from planner.solve.bound import Cut
from planner.solve.bounding import Bounding
from planner.solve.keep import Keep
from planner.solve.search import Search
from planner.solve.sorties import Pool, Sortie
from planner.solve.warmup import compile_for

log = logging.getLogger(__name__)

Termination = Literal["gap", "time", "work", "interrupted"]

PROVEN = 1e-6
"""A plan this close to its bound is called optimal."""

AGES_S = 1e6
"""No limit, where one must be given."""

TELL_EVERY_S = 0.5

CHOOSE_AT = (0.35, 0.7)
"""Where something is required, shares of the time after which all known sorties are chosen
among at once."""

CHOOSE_FOR = 0.15
"""Share of the time that this may take."""

CHOOSE_WORK = 5.0
"""CP-SAT's deterministic time for it where work counts instead of the clock."""

WARM = 0.5
"""A search that begins from a plan is as cool as others are after this share of it, times the
share of the plan it then has that it was given."""


@dataclass(frozen=True)
class Progress:
    """How far a run has come; ``gap`` is ``bound / detection − 1``."""

    elapsed_s: float
    phase: str
    detection: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Proven gap, once there are both a plan and a bound."""
        if not self.detection or self.bound is None:
            return None
        return self.bound / self.detection - 1


@dataclass(frozen=True)
class Result:
    """A plan in the optimiser's terms, with its certificate.

    ``detection ≤ bound`` always; ``pool`` holds every sortie proposed, those last that the
    bound could use best, and ``cuts`` what bounds it, to start from with another number of hulls.
    Where something is required, ``served`` is what the plan counts for that,
    and the bound that of all plans that serve no less. No plan has more than
    ``most`` of the whole objective, detection and service together, which is what
    ``cuts`` bound; none detects more than ``detects``, whatever it serves, and that is
    what the cuts ``apart`` bound. Only these two hold for other numbers of hulls.
    """

    sorties: tuple[Sortie, ...]
    detection: float
    bound: float
    termination: Termination
    pool: Pool
    cuts: tuple[Cut, ...]
    time_s: float
    served: float = 0.0
    most: float = float("inf")
    detects: float = float("inf")
    apart: tuple[Cut, ...] = ()

    @property
    def value(self) -> float:
        """What the plan has of the whole objective."""
        return self.detection + self.served

    @property
    def gap(self) -> float:
        """``bound / detection − 1``; infinite for a plan that detects nothing."""
        return self.bound / self.detection - 1 if self.detection > 0 else float("inf")


class _Bounder(threading.Thread):
    """Runs the bound beside the search; compiled code and solvers release the interpreter."""

    def __init__(self, bounding: Bounding, stop: Callable[[], bool], left_s: Callable[[], float]):
        super().__init__(name="bound", daemon=True)
        self.bounding = bounding
        self.failure: Exception | None = None
        self._stop_asked, self._left_s = stop, left_s
        self.settled = False

    def run(self) -> None:
        try:
            self.settled = self.bounding.run(self._stop_asked, self._left_s, self._stop_asked)
        except Exception as error:
            self.failure = error


def plan_fleets(
    instance: Instance,
    *,
    time_limit_s: float,
    work_limit: int | None,
    gap: float,
    seed: int,
    pool: Iterable[Sortie],
    cuts: Sequence[Cut],
    prices: Sequence[FloatArray],
    start: Iterable[Sortie],
    keep: Keep | None,
    progress: Callable[[Progress], None] | None,
    enough: float | None = None,
) -> Result:
    """Plan the fleets of an instance; parameters and errors as of :func:`planner.solve.solve`.

    With ``enough`` it stops as soon as a plan has that value, or none can have it.
    """
    compile_for(instance)
    start = list(start)
    clock = _Clock(time_limit_s)
    search = Search(instance, seed, start, keep)
    if not search.roster.fits():
        raise SolveError("the plan to start from uses more hulls or crews than there are")
    if keep is not None and not set(map(id, keep.sorties)) <= set(map(id, start)):
        raise SolveError("only sorties of the plan to start from can be kept")
    if any(price.shape != (2, instance.targets.weight.size) for price in prices):
        raise SolveError("prices are of exposure and of looks: (2, n_targets) each")
    known = Pool([*pool, *start])
    bounding = Bounding(instance, known, cuts, prices, lambda: search.best)

    def near() -> bool:
        clock.tell(progress, search, bounding)
        if enough is not None and (search.value >= enough or bounding.bound < enough):
            return True
        return bounding.bound - search.served <= search.detection * (1 + gap)

    interrupted = False
    try:
        if work_limit is None:
            _race(search, bounding, clock, near, start)
        else:
            _take_turns(search, bounding, clock, near, start, work_limit)
    except KeyboardInterrupt:
        interrupted = True
        search.hurry()
    requires = instance.targets.requires
    bound = max(_of_detection(search, bounding), search.detection)
    # Interrupted between two turns, the mixture may be half way through taking up sorties.
    whole = work_limit is None or not interrupted
    ranked = Pool(bounding.ranked() if whole else bounding.pool)
    others = [sortie for sortie in (*known, *search.pool) if sortie not in ranked]
    termination: Termination = "time" if work_limit is None else "work"
    if bound <= search.detection * (1 + gap):
        termination = "gap"
    elif interrupted:
        termination = "interrupted"
    return Result(
        search.best,
        search.detection,
        bound,
        termination,
        Pool([*others, *ranked]),
        tuple(bounding.cuts),
        clock.elapsed_s(),
        search.served,
        max(bounding.bound, search.value),
        max(bounding.of_detection if requires else bounding.bound, search.detection),
        tuple(bounding.apart if requires else bounding.cuts),
    )


def _of_detection(search: Search, bounding: Bounding) -> float:
    """What no plan detects that serves no less than the best one; all there is at most."""
    if not search.instance.targets.requires:
        return bounding.bound
    return min(bounding.of_detection, bounding.bound - search.served)


def _staying(start: Sequence[Sortie], search: Search) -> float:
    """Share of a plan's sorties that it began with."""
    given = set(map(id, start))
    sorties = search.roster.sorties
    return sum(id(sortie) in given for sortie in sorties) / max(1, len(sorties))


def _race(
    search: Search,
    bounding: Bounding,
    clock: _Clock,
    near: Callable[[], bool],
    start: Sequence[Sortie],
) -> None:
    """Search and bound side by side until the clock, or they are near enough."""

    def stop() -> bool:
        return near() or clock.over()

    def due(share: float) -> bool:
        return stop() or clock.spent() >= share

    def spent() -> float:
        return clock.cooled(clock.spent())

    if near():
        return  # what is known already suffices
    bounder = _Bounder(bounding, clock.over, clock.left_s)
    bounder.start()
    try:
        clock.phase = "building"
        search.construct(stop)
        clock.warm = WARM * _staying(start, search)
        clock.phase = "improving"
        for share in CHOOSE_AT if search.instance.targets.requires else ():
            search.improve(partial(due, share), spent)
            if not stop():
                clock.phase = "choosing"
                search.choose(bounding.pool, CHOOSE_FOR * clock.limit_s, None)
                clock.phase = "improving"
        search.improve(stop, spent)
        # With nothing left to improve the bound still may be.
        while bounder.is_alive() and not stop():
            bounder.join(TELL_EVERY_S)
    finally:
        clock.stop()
        bounder.join()
    if bounder.failure is not None:
        raise SolveError(f"the bound could not be computed: {bounder.failure}") from (
            bounder.failure
        )


def _take_turns(
    search: Search,
    bounding: Bounding,
    clock: _Clock,
    near: Callable[[], bool],
    start: Sequence[Sortie],
    work: int,
) -> None:
    """Search, then bound, each for so many rounds and heedless of the clock."""
    clock.phase = "building"
    search.construct(near)
    clock.warm = WARM * _staying(start, search)
    clock.phase = "improving"
    rounds = _Rounds(work)
    search.improve(lambda: near() or rounds.over(), lambda: clock.cooled(rounds.spent()))
    clock.phase = "bounding"
    rounds = _Rounds(work)
    bounding.run(lambda: near() or rounds.over(), lambda: AGES_S)
    if search.instance.targets.requires and not near():
        clock.phase = "choosing"
        search.choose(bounding.pool, AGES_S, CHOOSE_WORK)
        clock.phase = "improving"
        rounds = _Rounds(work)
        search.improve(lambda: near() or rounds.over(), lambda: clock.cooled(rounds.spent()))


class _Rounds:
    """So many rounds of work, counted as they are asked for."""

    def __init__(self, work: int) -> None:
        self.work, self.done = work, 0

    def over(self) -> bool:
        self.done += 1
        return self.done > self.work

    def spent(self) -> float:
        return self.done / self.work


class _Clock:
    """Deadline, and when progress was last told."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s, self.warm = limit_s, 0.0
        self.phase = "starting"
        self._begin = time.monotonic()
        self._told_at = -TELL_EVERY_S
        self._stopped = threading.Event()

    def elapsed_s(self) -> float:
        return time.monotonic() - self._begin

    def spent(self) -> float:
        return self.elapsed_s() / self.limit_s

    def left_s(self) -> float:
        return max(0.0, self.limit_s - self.elapsed_s())

    def over(self) -> bool:
        return self._stopped.is_set() or self.elapsed_s() >= self.limit_s

    def cooled(self, spent: float) -> float:
        """Share of the cooling that is done where a share of the time is spent."""
        return self.warm + (1.0 - self.warm) * spent

    def stop(self) -> None:
        self._stopped.set()

    def tell(
        self, progress: Callable[[Progress], None] | None, search: Search, bounding: Bounding
    ) -> None:
        now = self.elapsed_s()
        if progress is not None and now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            bound = _of_detection(search, bounding)
            progress(Progress(now, self.phase, search.detection, bound))
