"""Running a study: fleets side by side in processes, sharing sea, pool and plans."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.files import write_file
from planner.scenario import Scenario, Unit
from planner.solve import Cut, Pool, Progress, solve
from planner.solve.sorties import fuel_l
from planner.study.fleets import deal, resized
from planner.study.model import Study, load_study
from planner.study.served import Needs
from planner.study.share import Ledger
from planner.study.spending import running_usd
from planner.study.table import FleetRow, Service, StudyTable, settled, table_csv
from planner.study.workers import FleetSolver, Task, mapper

if TYPE_CHECKING:
    from planner.problem.build import PlanningProblem

TABLE = "study.csv"

CUTS_LENT = 3
"""Cuts that a fleet starts from."""

NEEDS_SHARE = 0.1
"""Share of a fleet's time in which it is proven how much of each requirement can be met."""


def run_study(
    path: str | Path,
    out_dir: str | Path,
    *,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    solver: FleetSolver | None = None,
) -> StudyTable:
    """Plan every fleet of a study and write ``study.csv``.

    Fleets are planned ``workers`` at a time, first from the smallest to the
    largest, then, for the other half of their time, from the largest to the
    smallest. Every plan starts from the best known for its fleet and knows
    every sortie found before it, so that no fleet looks worse only because
    the optimiser was less lucky with it. Where something is required, the last
    tenth of the time goes to what no plan serves of each requirement.

    Parameters
    ----------
    path
        TOML file of the study.
    out_dir
        Folder of the results; made if need be.
    workers
        Processes side by side; by default one per core. With 1 all is done
        in this process.
    progress
        Called when a fleet is done.
    solver
        The optimiser; the planner's own by default. A function of a module,
        if there is more than one worker.

    Returns
    -------
    StudyTable
        Interrupted (Ctrl-C) it holds the fleets that were done.

    Raises
    ------
    ScenarioError
        The study or its scenario cannot be planned as written.
    SolveError
        The optimiser could not produce a plan.
    """
    from planner.problem.build import build
    from planner.sea import build_sea

    began = time.monotonic()
    study, scenario = load_study(path)
    workers = min(workers or os.cpu_count() or 1, len(study.fleet.counts))
    tell = progress or (lambda _: None)
    tell(Progress(0.0, "reading the sea", None, None))
    problem = build(scenario, build_sea(scenario))
    ledger = Ledger(
        {
            boats: resized(problem.instance, scenario, deal(boats, study.fleet.unit))
            for boats in study.fleet.counts
        }
    )
    needs = Needs(problem)
    interrupted = False
    rounds = list(_rounds(study.fleet.counts, workers))
    plans, made = sum(len(batch) for batch in rounds), 0
    try:
        with mapper(workers, solver or solve) as solve_all:
            for batch in rounds:
                share = _planning(needs) * len(study.fleet.counts) / plans
                for found in solve_all([_task(boats, study, ledger, share) for boats in batch]):
                    ledger.record(found)
                    made += 1
                    phase = f"{made} of {plans} plans made, last of {found.boats} boats"
                    bound = found.bound if found.alone is None else found.alone.bound
                    tell(Progress(time.monotonic() - began, phase, found.detection, bound))
                    if found.interrupted:
                        raise KeyboardInterrupt
    except KeyboardInterrupt:
        if not ledger.planned:
            raise
        interrupted = True
    rows = [_row(boats, study, scenario, problem, ledger) for boats in ledger.planned]
    if needs.needs:
        tell(Progress(time.monotonic() - began, "what can be met of what is required", None, None))
        rows, cut_short = _served(rows, study, needs, ledger, hurry=interrupted)
        interrupted |= cut_short
    table = _table(study, scenario, settled(rows), needs, workers, interrupted)
    write_file(Path(out_dir) / TABLE, table_csv(table))
    return table


def _rounds(counts: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Fleets to plan at a time: up the sizes and, where there are several, down again."""
    for order in (counts, counts[::-1]) if len(counts) > 1 else (counts,):
        for first in range(0, len(order), size):
            yield order[first : first + size]


def _task(boats: int, study: Study, ledger: Ledger, share: float) -> Task:
    """What one worker is asked: a fleet, with all that is known so far."""
    return Task(
        boats,
        ledger.instances[boats],
        share * study.time_limit_s,
        study.seed,
        Pool(ledger.pool),
        _nearest(ledger, boats),
        ledger.best[boats].sorties,
    )


def _nearest(ledger: Ledger, boats: int) -> tuple[Cut, ...]:
    """The few cuts known that bound a fleet best."""
    instance = ledger.instances[boats]
    return tuple(sorted(ledger.cuts, key=lambda cut: cut.bound(instance))[:CUTS_LENT])


def _planning(needs: Needs) -> float:
    """Share of the time in which plans are made."""
    return 1.0 - NEEDS_SHARE if needs.needs else 1.0


def _served(
    rows: Sequence[FleetRow], study: Study, needs: Needs, ledger: Ledger, *, hurry: bool
) -> tuple[list[FleetRow], bool]:
    """Rows with what is served; whether that was interrupted. In a hurry nothing more is proven."""
    found, interrupted = [], False
    for row in reversed(rows):  # what is proven of a larger fleet bounds a smaller one, too
        best, instance = ledger.best[row.boats], ledger.instances[row.boats]
        met = needs.served(best.sorties)
        most = (1.0,) * len(met)
        if not (hurry or interrupted):
            try:
                limit_s = NEEDS_SHARE * study.time_limit_s
                most = needs.at_most(instance, met, time_limit_s=limit_s)
            except KeyboardInterrupt:
                interrupted = True
        service = Service(best.value, ledger.bound[row.boats], met, most)
        found.append(replace(row, service=service))
    return found[::-1], interrupted


def _row(
    boats: int, study: Study, scenario: Scenario, problem: PlanningProblem, ledger: Ledger
) -> FleetRow:
    step_h = scenario.area.time_step_min / 60.0
    best, fleets = ledger.best[boats], ledger.instances[boats].fleets
    hours = [(sortie.return_ - sortie.depart) * step_h for sortie in best.sorties]
    counted = scenario.vessel[_unit(study, scenario).vessel]
    return FleetRow(
        boats=boats,
        split=" + ".join(str(count) for count in deal(boats, study.fleet.unit).values()),
        detection=best.detection,
        bound=(ledger.alone if problem.duties else ledger.bound)[boats],
        planned_boats=best.planned_boats,
        purchase_usd=boats * counted.purchase_usd,
        running_usd=running_usd(best.sorties, scenario, problem),
        at_sea_h=sum(hours),
        fuel_l=sum(fuel_l(fleets[s.fleet], s.depart, s.return_, s.visits) for s in best.sorties),
        sorties=len(best.sorties),
        time_s=ledger.time_s[boats],
    )


def _unit(study: Study, scenario: Scenario) -> Unit:
    """The first of the units studied; all have the same class of boat."""
    return next(unit for unit in scenario.unit if unit.name == study.fleet.unit[0])


def _table(
    study: Study,
    scenario: Scenario,
    rows: tuple[FleetRow, ...],
    needs: Needs,
    workers: int,
    interrupted: bool,
) -> StudyTable:
    vessel = scenario.vessel[_unit(study, scenario).vessel]
    return StudyTable(
        title=study.title,
        scenario_title=scenario.title,
        vessel=vessel.name,
        price_usd=vessel.purchase_usd,
        units=study.fleet.unit,
        days=float(scenario.days),
        time_limit_s=study.time_limit_s,
        seed=study.seed,
        workers=workers,
        rows=rows,
        interrupted=interrupted,
        needs=needs.needs,
    )
