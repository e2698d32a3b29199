"""Working all runs of a study, wherever: what is done is skipped, what fails is told.

Only this process writes. A run's file is there whole or not at all, so that
whatever is killed, here or elsewhere, loses no more than the runs in hand.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from planner import __version__
from planner.solve import Progress
from planner.study.cases.layout import Layout
from planner.study.cases.parcel import Damaged
from planner.study.cases.record import Record
from planner.study.cases.runners import Runner
from planner.study.cases.store import Store
from planner.study.cases.work import Done, Outcome, Task

log = logging.getLogger(__name__)

Told = Callable[[Progress], None]


@dataclass
class Worked:
    """What came of a study's runs, by their numbers.

    ``before`` were done by an earlier call, ``damaged`` had a file that could not
    be read and were done again. ``stopped`` says why no more were begun, if so.
    """

    records: dict[int, Record] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)
    before: int = 0
    damaged: int = 0
    interrupted: bool = False
    stopped: str = ""
    time_s: float = 0.0


def work_all(
    layout: Layout,
    out_dir: str | Path,
    runner: AbstractContextManager[Runner],
    progress: Told | None = None,
) -> Worked:
    """Work all runs of a study that are not done yet.

    Parameters
    ----------
    layout
        The runs.
    out_dir
        Folder of the study; result files lie in its folder ``runs``.
    runner
        Where to work; entered only if there is something to do.
    progress
        Called when a run is done.

    Returns
    -------
    Worked
        Interrupted by Ctrl-C, or with a disk that is full, it has the runs done by then.

    Raises
    ------
    OSError
        If the folder cannot be made.
    """
    began = time.monotonic()
    engine = _Engine(layout, Store.of(out_dir), progress or (lambda _: None), began)
    try:
        engine.look_up()
        if engine.waiting:
            with runner as seats:
                engine.work(seats)
    except KeyboardInterrupt:
        engine.worked.interrupted = True
    engine.worked.time_s = time.monotonic() - began
    return engine.worked


class _Engine:
    def __init__(self, layout: Layout, store: Store, tell: Told, began: float) -> None:
        self.layout, self.store, self.tell, self.began = layout, store, tell, began
        self.worked = Worked()
        self.number = {run.key: number for number, run in enumerate(layout.runs)}
        self.waiting: list[int] = []
        self.in_hand: set[int] = set()

    def look_up(self) -> None:
        """Find the runs that are done, and those that are to be done, the lenders first."""
        for number, run in enumerate(self.layout.runs):
            try:
                record = self.store.find(run.key)
            except Damaged as error:
                log.warning("%s: %s; done again", self.store.path(run.key), error)
                self.worked.damaged += 1
                record = None
            if record is not None:
                self.worked.records[number] = record
        self.worked.before = len(self.worked.records)
        left = set(range(len(self.layout.runs))) - self.worked.records.keys()
        self.waiting = sorted(left, key=lambda number: (self.layout.runs[number].level, number))
        if self.worked.before:
            self._tell("done before")

    def work(self, runner: Runner) -> None:
        """Hand out runs whose lenders are done, and take in results, until none is left."""
        while (self.waiting and not self.worked.stopped) or self.in_hand:
            while len(self.in_hand) < runner.seats and not self.worked.stopped:
                ready = next((number for number in self.waiting if self._ready(number)), None)
                if ready is None:
                    break
                runner.begin(self._task(ready))
                self.waiting.remove(ready)
                self.in_hand.add(ready)
            for outcome in runner.outcomes():
                self._take(outcome)

    def _ready(self, number: int) -> bool:
        known = self.worked.records.keys() | self.worked.failures.keys()
        return all(lender in known for lender in self.layout.runs[number].lenders)

    def _task(self, number: int) -> Task:
        run, plot = self.layout.runs[number], self.layout.plot
        scenario = plot.scenario(plot.points[run.point])
        done = [n for n in run.lenders if n in self.worked.records]
        keys = [self.layout.runs[lender].key for lender in done]
        if run.same_plan in done:
            return Task(run.key, scenario, run.options, made=self.store.whole(keys[0]))
        lent = tuple(part for key in keys if (part := self.store.lent(key)) is not None)
        return Task(run.key, scenario, run.options, lent, lends=run.lends)

    def _take(self, outcome: Outcome) -> None:
        """Keep a result, or note why there is none."""
        number = self.number[outcome.key]
        self.in_hand.discard(number)
        if not isinstance(outcome, Done):
            self.worked.failures[number] = outcome.reason
        else:
            try:
                record = self.store.keep(outcome.key, outcome.content)
            except Damaged as error:
                self.worked.failures[number] = f"its result arrived damaged: {error}"
            except OSError as error:
                reason = f"its result could not be written: {error.strerror or error}"
                self.worked.failures[number] = self.worked.stopped = reason
            else:
                if record.planner_version != __version__:
                    self.store.path(record.key).unlink(missing_ok=True)
                    self.worked.failures[number] = (
                        f"worked by planner {record.planner_version}, but this is {__version__}"
                    )
                else:
                    self.worked.records[number] = record
        self._tell(self.layout.plot.points[self.layout.runs[number].point].name, number)

    def _tell(self, last: str, number: int | None = None) -> None:
        worked, record = self.worked, None
        if number is not None:
            record = worked.records.get(number)
        failed = f", {len(worked.failures)} failed" if worked.failures else ""
        done = len(worked.records) + len(worked.failures)
        phase = f"{done} of {len(self.layout.runs)} runs done{failed}, last: {last}"
        self.tell(
            Progress(
                time.monotonic() - self.began,
                phase,
                record.detection if record else None,
                record.bound if record else None,
            )
        )
