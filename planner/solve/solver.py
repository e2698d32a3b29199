"""Search for a plan and drive its bound down, side by side, until a deadline."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from planner.errors import SolveError
from planner.problem.arrays import FloatArray, Instance
from planner.solve.bound import Cut
from planner.solve.bounding import Bounding
from planner.solve.master import Master
from planner.solve.search import Search
from planner.solve.sorties import Pool, Sortie, within_tank
from planner.solve.warmup import compile_loops

log = logging.getLogger(__name__)

Termination = Literal["gap", "time", "work", "interrupted"]

PROVEN = 1e-6
"""A plan this close to its bound is called optimal."""

MASTER_AT = 0.5
"""Share of the time limit after which the restricted master is asked once."""

MASTER_SHARE = 0.15
"""Most of the time limit that the restricted master may take."""

MASTER_COLUMNS = 800
"""Most sorties of each source that the restricted master chooses from, the latest."""

AGES_S = 1e6
"""No limit, where one must be given."""

TELL_EVERY_S = 0.5


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

    ``detection ≤ bound`` always; ``pool`` holds every sortie proposed and
    ``cuts`` what bounds it, to start from with another number of hulls.
    """

    sorties: tuple[Sortie, ...]
    detection: float
    bound: float
    termination: Termination
    pool: Pool
    cuts: tuple[Cut, ...]
    time_s: float

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
            self.settled = self.bounding.run(self._stop_asked, self._left_s)
        except Exception as error:
            self.failure = error


def solve(
    instance: Instance,
    *,
    time_limit_s: float = 60.0,
    work_limit: int | None = None,
    gap: float = PROVEN,
    seed: int = 0,
    pool: Iterable[Sortie] = (),
    cuts: Sequence[Cut] = (),
    prices: Sequence[FloatArray] = (),
    start: Iterable[Sortie] = (),
    progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Plan an instance.

    Parameters
    ----------
    instance
        What to plan.
    time_limit_s
        Wall-clock seconds of the search. The result comes within about a
        second of it; the first run on a machine compiles the inner loops
        before the clock starts.
    work_limit
        Instead of the clock: build a plan, try so many neighbourhoods, then
        drive the bound down for as many rounds, all in one thread. The same
        instance, seed and work give the same result, digit by digit.
    gap
        Stop once the gap is proven to be no larger.
    seed
        Of the neighbourhood search.
    pool
        Sorties known from an earlier run over the same network and targets.
    cuts
        What an earlier run proved for another number of hulls or crews of
        the same units; worthless, and wrong, for other networks or targets.
    prices
        Guesses, (n_targets,) each, of what one unit of exposure of every
        target is worth, such as those of an earlier plan: where the bound
        starts from. They are not trusted for anything.
    start
        A feasible plan to begin from, such as that of a smaller fleet.
    progress
        Called about twice a second.

    Raises
    ------
    SolveError
        If ``start`` breaks a capacity row, or the bound's thread failed.
    """
    compile_loops()
    clock = _Clock(time_limit_s)
    search = Search(instance, seed, start)
    if not search.roster.fits():
        raise SolveError("the plan to start from uses more hulls or crews than there are")
    known = Pool([*pool, *start])
    bounding = Bounding(instance, known, cuts, prices)

    def near() -> bool:
        clock.tell(progress, search, bounding)
        return bounding.bound <= search.detection * (1 + gap)

    interrupted = False
    try:
        if work_limit is None:
            _race(instance, search, bounding, known, clock, near)
        else:
            _take_turns(search, bounding, clock, near, work_limit)
    except KeyboardInterrupt:
        interrupted = True
        search.hurry()
    bound = max(bounding.bound, search.detection)
    known.add(bounding.pool)
    known.add(search.pool)
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
        known,
        tuple(bounding.cuts),
        clock.elapsed_s(),
    )


def _race(
    instance: Instance,
    search: Search,
    bounding: Bounding,
    known: Pool,
    clock: _Clock,
    near: Callable[[], bool],
) -> None:
    """Search and bound side by side until the clock, or they are near enough."""
    bounder = _Bounder(bounding, clock.over, clock.left_s)
    bounder.start()
    try:
        _find_plan(instance, search, bounding, known, clock, lambda: near() or clock.over())
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
    work: int,
) -> None:
    """Search, then bound, each for so many rounds and heedless of the clock."""

    def rounds() -> Callable[[], bool]:
        left = iter(range(work))
        return lambda: near() or next(left, None) is None

    clock.phase = "building"
    search.construct(near)
    clock.phase = "improving"
    search.improve(rounds())
    clock.phase = "bounding"
    bounding.run(rounds(), lambda: AGES_S)


def _find_plan(
    instance: Instance,
    search: Search,
    bounding: Bounding,
    known: Pool,
    clock: _Clock,
    stop: Callable[[], bool],
) -> None:
    """Build, improve, ask the restricted master once, improve again."""
    clock.phase = "building"
    search.construct(stop)
    clock.phase = "improving"
    search.improve(lambda: stop() or clock.elapsed_s() > MASTER_AT * clock.limit_s)
    if not stop():
        clock.phase = "choosing among sorties"
        master = Master(instance, bounding.table)
        columns = Pool(search.best)
        for proposed in (known, search.pool, bounding.pool):
            latest = list(proposed)[-MASTER_COLUMNS:]
            columns.add(sortie for sortie in latest if within_tank(instance, sortie))
        master.add(columns)
        search.adopt(master.choose(MASTER_SHARE * clock.limit_s, search.best))
    clock.phase = "improving"
    search.improve(stop)


class _Clock:
    """Deadline, and when progress was last told."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self.phase = "starting"
        self._begin = time.monotonic()
        self._told_at = -TELL_EVERY_S
        self._stopped = threading.Event()

    def elapsed_s(self) -> float:
        return time.monotonic() - self._begin

    def left_s(self) -> float:
        return max(0.0, self.limit_s - self.elapsed_s())

    def over(self) -> bool:
        return self._stopped.is_set() or self.elapsed_s() >= self.limit_s

    def stop(self) -> None:
        self._stopped.set()

    def tell(
        self, progress: Callable[[Progress], None] | None, search: Search, bounding: Bounding
    ) -> None:
        now = self.elapsed_s()
        if progress is not None and now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            progress(Progress(now, self.phase, search.detection, bounding.bound))
