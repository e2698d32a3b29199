"""A study of cases from its file to its results."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from planner.plan.model import Plan
from planner.solve import Progress
from planner.study.cases.curves import Curve, curves
from planner.study.cases.engine import Worked, work_all
from planner.study.cases.expand import load_cases
from planner.study.cases.layout import Layout, lay_out
from planner.study.cases.points import Difference, Standing, difference, standings
from planner.study.cases.purchases import Bought, purchases
from planner.study.cases.runners import Runner, cluster, cores, processes, searches_for
from planner.study.cases.store import Store


@dataclass(frozen=True)
class Outcomes:
    """All that a study has found: its runs, and what follows from them."""

    layout: Layout
    worked: Worked
    store: Store

    @cached_property
    def known(self) -> dict[int, Standing]:
        """What is known of every point that has a run, by its number."""
        return standings(self.layout, self.worked.records)

    @cached_property
    def curves(self) -> list[Curve]:
        """Curves over the ordered axes of the grid."""
        return curves(self.layout, self.known)

    @cached_property
    def purchases(self) -> list[Bought]:
        """What was bought, and what each point of detection cost."""
        return purchases(self.layout, self.known)

    def gain(self, number: int) -> Difference | None:
        """How a point differs from its reference; None of the reference itself."""
        reference = self.layout.plot.reference[number]
        if reference == number or reference not in self.known or number not in self.known:
            return None
        return difference(self.layout, self.known[number], self.known[reference])

    def plan(self, number: int) -> Plan:
        """The best plan in hand of a point that is known, ready to be written or drawn."""
        standing = self.known[number]
        scenario = self.layout.plot.scenario(self.layout.plot.points[standing.plan_of])
        return self.store.plan(standing.record.key).at(scenario)

    @property
    def complete(self) -> bool:
        """Whether every run is done."""
        return len(self.worked.records) == len(self.layout.runs)


def run_cases(
    study: str | Path | Layout,
    out_dir: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    runner: AbstractContextManager[Runner] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Outcomes:
    """Plan every case of a study that is not done yet.

    Parameters
    ----------
    study
        Its TOML file, or its runs (:func:`~planner.study.cases.layout.lay_out`).
    out_dir
        Folder of the results; each run has a file in its folder ``runs``.
    workers
        Runs at a time; by default as many as keep all cores busy.
    scheduler
        Address of a Dask cluster to work on instead of this machine.
    runner
        Where to work, instead of either.
    progress
        Called when a run is done.

    Raises
    ------
    ScenarioError
        The study or one of its cases cannot be planned as written, or no cluster answers.
    OSError
        The folder cannot be made.
    """
    layout = study if isinstance(study, Layout) else lay_out(load_cases(study))
    if runner is None and scheduler is not None:
        runner = cluster(scheduler, workers)
    elif runner is None:
        by_work = layout.plot.study.work_limit is not None
        seats = min(workers or cores(), len(layout.runs))
        runner = processes(seats, searches=searches_for(workers, by_work=by_work))
    return Outcomes(layout, work_all(layout, out_dir, runner, progress), Store.of(out_dir))
