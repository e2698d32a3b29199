"""One run from begin to end, wherever it is worked: here, in another process, on a cluster."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from planner import __version__
from planner.errors import PlannerError
from planner.plan.assemble import assemble, report_of
from planner.plan.model import Plan, SolverReport
from planner.problem.build import PlanningProblem
from planner.reuse import Learned, Recalled, learn, recall, resume
from planner.reuse.start import filled
from planner.scenario import Scenario
from planner.sea import Sea
from planner.simulate import simulate
from planner.solve import PROVEN, Cut, Pool, Sortie
from planner.solve.coverage import Coverage
from planner.solve.pricing import never
from planner.study.cases.address import Options
from planner.study.cases.arranged import plan_arranged
from planner.study.cases.parcel import figures_in, learned_in, packed, plan_in
from planner.study.cases.prices import hulls_of, price_of
from planner.study.cases.record import Record
from planner.study.cases.seas import seas
from planner.study.cases.turns import turn

log = logging.getLogger(__name__)

CUTS_LENT = 3
"""Bounds that a run begins with, at most: the lowest."""

MANY = 3
"""A run that so many runs learn from aims at a smaller gap than is asked for."""

CLOSER = 0.9
"""That gap, as a share of the one asked for."""

FILLING = 0.05
"""Share of a run's time in which what one lender's plan leaves free is planned."""

REASON = 300
"""Longest reason of a failure that is told."""


@dataclass(frozen=True)
class Task:
    """What is asked: a scenario, how to solve it, and what others learned (result files).

    ``made`` is the result file of a run whose plan is to be tried as it is, without a search;
    ``lends`` the number of runs that will learn from this one.
    """

    key: str
    scenario: Scenario
    options: Options
    lent: tuple[bytes, ...] = ()
    made: bytes | None = None
    lends: int = 0

    @property
    def gap(self) -> float:
        """The proven gap at which the search stops: that asked for, or a little less.

        What is learned of a fleet proves less of another. A run that many learn from goes a
        little further, so that most of these have nothing left to search for.
        """
        closer = CLOSER if self.lends >= MANY else 1.0
        return max(closer * self.options.gap, PROVEN)


@dataclass(frozen=True)
class Done:
    """A run with its result, as the bytes of its file."""

    key: str
    content: bytes


@dataclass(frozen=True)
class Failed:
    """A run that could not be done, and why, in one line."""

    key: str
    reason: str


Outcome = Done | Failed


def work(task: Task) -> Outcome:
    """Plan a run and try its plan; what goes wrong is an outcome too.

    Raises
    ------
    KeyboardInterrupt
        If it was cut short: what was found by then is no result of this run.
    """
    try:
        return Done(task.key, _worked(task))
    except PlannerError as error:
        return Failed(task.key, one_line(str(error)))
    except Exception as error:
        log.exception("run %s", task.key[:12])
        return Failed(task.key, one_line(f"{type(error).__name__}: {error}"))


def one_line(text: str) -> str:
    """The first line of a reason, not too long."""
    lines = text.strip().splitlines() or ["no reason given"]
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    first = lines[0]
    return (first if len(first) <= REASON else f"{first[:REASON]}…") + more


def _worked(task: Task) -> bytes:
    began = time.monotonic()
    scenario, options = task.scenario, task.options
    held = seas()
    sea = held.sea(scenario)
    learned: Learned | None = None
    order: tuple[str, ...] = ()
    kept = 0
    if task.made is not None:
        plan, order = _again(task.made, scenario)
    elif options.agencies == "joint":
        known = [each for content in task.lent if (each := learned_in(content)) is not None]
        problem = held.problem(scenario)
        recalled = together(
            (recall(each, scenario, problem, held.fits) for each in known),
            problem,
            options.time_limit_s if options.work_limit is None else None,
            task.gap,
        )
        plan, learned = _joint(task, sea, problem, recalled)
        kept = recalled.kept if recalled else 0
    else:
        plan, order = _arranged(scenario, sea, held.problem(scenario), options)
    trial = None
    if options.targets:
        trial = simulate(plan, runs=options.targets, sea=sea, draws=held.draws(scenario))
    tried, broken = (trial.total, trial.with_breakdowns) if trial else (None, None)
    totals = plan.metrics
    record = Record(
        key=task.key,
        planner_version=__version__,
        agencies=options.agencies,
        seed=options.seed,
        detection=plan.solver.detection,
        bound=plan.solver.bound,
        served=plan.solver.served,
        termination=plan.solver.termination,
        simulated=tried.simulated if tried else None,
        low=tried.low if tried else None,
        high=tried.high if tried else None,
        available=broken.simulated if broken else None,
        available_low=broken.low if broken else None,
        available_high=broken.high if broken else None,
        hulls=sum(unit.count for unit in scenario.unit),
        crews=sum(unit.crews for unit in scenario.unit),
        sorties=len(plan.sorties),
        at_sea_h=totals["at_sea_h"],
        distance_nm=totals["distance_nm"],
        fuel_l=totals["fuel_l"],
        cost_usd=totals["cost_usd"],
        purchase_usd=price_of(hulls_of(scenario)),
        cells=len(sea.cells.ids),
        lent=kept,
        time_s=0.0 if options.work_limit is not None else round(time.monotonic() - began, 3),
        order=order,
    )
    return packed(record, plan, learned)


def _again(content: bytes, scenario: Scenario) -> tuple[Plan, tuple[str, ...]]:
    """The plan of another run, for a scenario that differs in what plans do not know of."""
    plan = plan_in(content).model_copy(update={"scenario": scenario.model_dump(mode="json")})
    return plan.at(scenario), figures_in(content).order


def together(
    lent: Iterable[Recalled],
    problem: PlanningProblem,
    time_limit_s: float | None = None,
    gap: float = PROVEN,
) -> Recalled | None:
    """What several runs lend, as one: all sorties, the best plan, the lowest bounds.

    The plan of a smaller fleet leaves hulls free: the best is the one that is so once these
    are planned as well. That takes no more than a share of the time, if there is a limit.
    Once that proves the gap nobody else is asked, the nearest having come first.
    """
    instance, stop = problem.instance, _after(time_limit_s)
    found: list[Recalled] = []
    plans: list[tuple[Sortie, ...]] = []
    counted: list[Coverage] = []
    bounds: list[tuple[float, Cut]] = []
    for each in lent:
        found.append(each)
        plans.append(filled(instance, each.start, stop))
        counted.append(Coverage(instance.targets, plans[-1]))
        bounds += [(cut.bound(instance), cut) for cut in each.cuts]
        most = max(coverage.value() for coverage in counted)
        if any(bound <= (1.0 + gap) * most for bound, _ in bounds):
            break
    if not found:
        return None
    best = max(range(len(found)), key=lambda k: counted[k].value())
    pool = Pool(sortie for each in reversed(found) for sortie in each.pool)
    pool.add(plans[best])
    lowest = sorted(bounds, key=lambda each: each[0])[:CUTS_LENT]
    return Recalled(
        pool=pool,
        start=plans[best],
        detection=counted[best].detection(),
        cuts=tuple(cut for _, cut in lowest),
        prices=tuple(price for each in found for price in each.prices),
        stored=sum(each.stored for each in found),
        kept=len(pool),
        dropped={},
        changes=found[best].changes,
    )


def _after(time_limit_s: float | None) -> Callable[[], bool]:
    """Whether the time to fill a plan is over."""
    if time_limit_s is None:
        return never
    until = time.monotonic() + FILLING * time_limit_s
    return lambda: time.monotonic() >= until


def _joint(
    task: Task, sea: Sea, problem: PlanningProblem, recalled: Recalled | None
) -> tuple[Plan, Learned]:
    """All units planned at once, from what is known."""
    scenario, options = task.scenario, task.options
    with turn():
        result = resume(
            problem.instance,
            recalled,
            time_limit_s=options.time_limit_s,
            work_limit=options.work_limit,
            gap=task.gap,
            seed=options.seed,
        )
    if result.termination == "interrupted":
        raise KeyboardInterrupt
    time_s = 0.0 if options.work_limit is not None else result.time_s
    # Cases serve more or less of what is required, so they are told apart by what no plan
    # detects whatever it serves: the bound beside what this plan serves says nothing of others.
    proven = replace(result, bound=result.detects) if problem.duties else result
    report = report_of(proven, options.seed, time_s)
    plan = assemble(result.sorties, report, scenario, sea, problem)
    return plan, learn(scenario, problem, result)


def _arranged(
    scenario: Scenario, sea: Sea, problem: PlanningProblem, options: Options
) -> tuple[Plan, tuple[str, ...]]:
    """Agencies that plan by themselves; the plan is all that they sail."""
    assert options.agencies != "joint"
    with turn():
        found = plan_arranged(
            scenario,
            problem,
            options.agencies,
            time_limit_s=options.time_limit_s,
            work_limit=options.work_limit,
            seed=options.seed,
        )
    if found.interrupted:
        raise KeyboardInterrupt
    report = SolverReport(
        status="feasible",
        termination="time" if options.work_limit is None else "work",
        detection=found.detection,
        bound=found.bound,
        gap=found.bound / found.detection - 1 if found.detection > 0 else float("inf"),
        served=found.served,
        seed=options.seed,
        time_s=0.0 if options.work_limit is not None else options.time_limit_s,
    )
    return assemble(found.sorties, report, scenario, sea, problem), found.order
