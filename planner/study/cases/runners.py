"""Where runs are worked: processes of this machine, or a Dask cluster. The same function on both.

A runner has seats. A task is handed to a free one, and outcomes come back as
they are ready. What dies with its run in hand is told apart from what fails.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from planner.errors import Problem, ScenarioError
from planner.study.cases.turns import take_turns
from planner.study.cases.work import Failed, Outcome, Task, one_line, work
from planner.study.workers import follow_leader

Work = Callable[[Task], Outcome]

TRIES = 2
"""How often a run is begun whose process dies."""

THREADS = 2
"""Threads of a solve that goes by the clock: one for the plan, one for the bound."""

CONNECT_S = 30
"""Seconds to wait for a cluster."""


class Runner(Protocol):
    """Works tasks, so many at a time."""

    @property
    def seats(self) -> int:
        """Tasks that it takes at a time."""

    def begin(self, task: Task) -> None:
        """Take a task; there is a free seat."""

    def outcomes(self) -> list[Outcome]:
        """Wait until one task or more are done."""


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def searches_for(workers: int | None, *, by_work: bool) -> int:
    """Searches at a time that keep all cores busy, and none with more threads than it has.

    One by the clock has two threads, one by rounds of work a single one.
    """
    return workers or max(1, cores() // (1 if by_work else THREADS))


@contextmanager
def processes(seats: int, do: Work = work, searches: int | None = None) -> Iterator[Runner]:
    """Run tasks in processes of this machine, one for each seat; ended when left.

    Of these so many search at a time as ``searches`` says, by default all.
    """
    with TemporaryDirectory(prefix="patrol-turns-") as slots:
        runner = _Processes(seats, do, Path(slots), searches or seats)
        try:
            yield runner
        finally:
            runner.close()


class _Processes:
    """A seat for each process, so that one that dies takes no other's run with it."""

    def __init__(self, seats: int, do: Work, slots: Path, searches: int) -> None:
        self.seats, self._do = seats, do
        turns = searches < seats
        self._free = [
            _Seat(slots / str(place % searches) if turns else None) for place in range(seats)
        ]
        self._busy: dict[Future[Outcome], tuple[_Seat, Task, int]] = {}

    def begin(self, task: Task) -> None:
        self._send(self._free.pop(), task, 1)

    def outcomes(self) -> list[Outcome]:
        found: list[Outcome] = []
        while not found:
            for future in wait(self._busy, return_when=FIRST_COMPLETED).done:
                seat, task, tries = self._busy.pop(future)
                try:
                    found.append(future.result())
                except BrokenProcessPool:
                    seat.renew()
                    if tries < TRIES:
                        self._send(seat, task, tries + 1)
                        continue
                    reason = (
                        f"its process died {TRIES} times (ended by the system, or out of memory)"
                    )
                    found.append(Failed(task.key, reason))
                self._free.append(seat)
        return found

    def close(self) -> None:
        for seat in (*self._free, *(seat for seat, _, _ in self._busy.values())):
            seat.end()

    def _send(self, seat: _Seat, task: Task, tries: int) -> None:
        self._busy[seat.submit(self._do, task)] = (seat, task, tries)


class _Seat:
    """A process that works one task after another; with a ``slot`` it searches in turn."""

    def __init__(self, slot: Path | None) -> None:
        self._slot = slot
        self._pool = self._begun()

    def submit(self, do: Work, task: Task) -> Future[Outcome]:
        try:
            return self._pool.submit(do, task)
        except BrokenProcessPool:  # it died while it was waiting
            self.renew()
            return self._pool.submit(do, task)

    def renew(self) -> None:
        self._pool.shutdown(wait=False)
        self._pool = self._begun()

    def end(self) -> None:
        for process in list((self._pool._processes or {}).values()):
            process.terminate()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begun(self) -> ProcessPoolExecutor:
        # Fresh processes: a forked copy of a process with threads may hang.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            1, mp_context=context, initializer=_begin, initargs=(self._slot,)
        )


def _begin(slot: Path | None) -> None:
    follow_leader()
    take_turns(slot)


@contextmanager
def here(do: Work = work) -> Iterator[Runner]:
    """Run tasks in this process, one after the other."""
    yield _Here(do)


class _Here:
    seats = 1

    def __init__(self, do: Work) -> None:
        self._do = do
        self._task: Task | None = None

    def begin(self, task: Task) -> None:
        self._task = task

    def outcomes(self) -> list[Outcome]:
        assert self._task is not None
        return [self._do(self._task)]


@contextmanager
def cluster(scheduler: str, seats: int | None = None, do: Work = work) -> Iterator[Runner]:
    """Send tasks to a Dask cluster that is running.

    Parameters
    ----------
    scheduler
        Its address, such as ``tcp://host:8786``. Its workers have this planner
        installed, in the same version, and find the scenario's files at the same paths.
    seats
        Tasks at a time; unless given, half as many as the cluster has threads,
        one for each worker at least.
    do
        What a worker does.

    Raises
    ------
    ScenarioError
        If the cluster's client is not installed, or nothing answers at the address.
    """
    client = _client(scheduler)
    try:
        yield _Cluster(client, seats or _seats_of(client, scheduler), do)
    finally:
        client.close()


def cluster_seats(scheduler: str) -> int:
    """Tasks that a cluster takes at a time, unless told otherwise.

    Raises
    ------
    ScenarioError
        As of :func:`cluster`.
    """
    client = _client(scheduler)
    try:
        return _seats_of(client, scheduler)
    finally:
        client.close()


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise _no_cluster(
            "needs the package 'distributed'", "pip install 'caspian-patrol-planner[cluster]'"
        ) from None
    try:
        return Client(scheduler, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise _no_cluster(
            f"no scheduler answers at {scheduler} ({one_line(str(error))})",
            "check the address, such as tcp://host:8786",
        ) from None


def _seats_of(client: Any, scheduler: str) -> int:
    """Half as many as a cluster has threads, one for each worker at least."""
    threads: dict[str, int] = client.nthreads()
    if not threads:
        raise _no_cluster(f"the scheduler at {scheduler} has no workers", "start some first")
    return max(len(threads), sum(threads.values()) // THREADS)


def _no_cluster(message: str, remedy: str) -> ScenarioError:
    return ScenarioError([Problem("--scheduler", "", message, remedy)])


class _Cluster:
    """Futures of a Dask client; a worker that is lost has its run begun elsewhere by Dask."""

    def __init__(self, client: Any, seats: int, do: Work) -> None:
        self.seats, self._client, self._do = seats, client, do
        self._busy: dict[Any, Task] = {}

    def begin(self, task: Task) -> None:
        self._busy[self._client.submit(self._do, task, pure=False)] = task

    def outcomes(self) -> list[Outcome]:
        from distributed import wait as wait_for_any

        with self._client.as_current():
            done = wait_for_any(list(self._busy), return_when=FIRST_COMPLETED).done
        found: list[Outcome] = []
        for future in sorted(done, key=lambda each: self._busy[each].key):
            task = self._busy.pop(future)
            try:
                found.append(future.result())
            except Exception as error:
                found.append(Failed(task.key, one_line(f"{type(error).__name__}: {error}")))
            future.release()
        return found
