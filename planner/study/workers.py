"""Planning several fleets at a time, each in a process of its own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from typing import Protocol

from planner.problem.arrays import Instance
from planner.solve import Cut, Pool, Sortie
from planner.study.share import Alone, Found

logger = logging.getLogger(__name__)


class Outcome(Protocol):
    """What is used of the optimiser's result for one fleet."""

    @property
    def detection(self) -> float:
        """Detection of the plan found."""

    @property
    def most(self) -> float:
        """Proven upper bound of the whole objective, which is detection if nothing is required."""

    @property
    def detects(self) -> float:
        """Proven upper bound of detection, whatever is served."""

    @property
    def sorties(self) -> Sequence[Sortie]:
        """Sorties of the plan found."""

    @property
    def pool(self) -> Pool:
        """All sorties proposed on the way."""

    @property
    def cuts(self) -> Sequence[Cut]:
        """What bounds the objective of other fleets as well."""

    @property
    def apart(self) -> Sequence[Cut]:
        """What bounds detection alone of other fleets."""

    @property
    def termination(self) -> str:
        """Why it ended; ``interrupted`` ends the study too."""


class FleetSolver(Protocol):
    """The optimiser as a study sees it."""

    def __call__(
        self,
        instance: Instance,
        /,
        *,
        time_limit_s: float,
        seed: int,
        pool: Iterable[Sortie],
        cuts: Sequence[Cut],
        start: Iterable[Sortie],
    ) -> Outcome:
        """Plan one fleet, helped by known sorties and a plan to start from."""


@dataclass(frozen=True)
class Task:
    """What one worker is asked: a fleet, with all that is known so far."""

    boats: int
    instance: Instance
    time_limit_s: float
    seed: int
    known: Pool
    cuts: tuple[Cut, ...]
    start: tuple[Sortie, ...]


def _solve(task: Task, solver: FleetSolver) -> Found:
    began = time.monotonic()
    found = solver(
        task.instance,
        time_limit_s=task.time_limit_s,
        seed=task.seed,
        pool=task.known,
        cuts=task.cuts,
        start=task.start,
    )
    logger.info("%d boats: detection %.4f, bound %.4f", task.boats, found.detection, found.detects)
    return Found(
        boats=task.boats,
        detection=found.detection,
        bound=found.most,
        sorties=tuple(found.sorties),
        pool=found.pool,
        cuts=tuple(found.cuts),
        time_s=time.monotonic() - began,
        interrupted=found.termination == "interrupted",
        alone=Alone(found.detects, tuple(found.apart)),
    )


SolveAll = Callable[[Sequence[Task]], Iterator[Found]]


@contextmanager
def mapper(workers: int, solver: FleetSolver) -> Iterator[SolveAll]:
    """Give a way to solve several tasks: here (``workers`` 1), or each in a process of its own.

    Left by an exception, the processes are ended.
    """
    if workers == 1:
        yield lambda tasks: (_solve(task, solver) for task in tasks)
        return
    # Fresh processes: a forked copy of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=follow_leader)
    try:
        yield lambda tasks: executor.map(_solve, tasks, [solver] * len(tasks))
        executor.shutdown()
    except BaseException:
        for process in list(executor._processes.values()):
            process.terminate()
        executor.shutdown(wait=False, cancel_futures=True)
        raise


def follow_leader() -> None:
    """Ctrl-C is for the process that leads; where that one is gone, so is this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leader = multiprocessing.parent_process()

    def follow() -> None:
        if leader is not None:
            wait_for([leader.sentinel])
            os._exit(1)

    threading.Thread(target=follow, name="follow", daemon=True).start()
