"""A plan made anew from a time on."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from planner.errors import PlanError, Problem, ScenarioError
from planner.plan.metrics import metrics
from planner.plan.model import Plan, SolverReport
from planner.problem.promise import doubts
from planner.replan.columns import Fit
from planner.replan.difference import Change
from planner.replan.event import Event, changed
from planner.replan.naming import Manning
from planner.replan.state import State
from planner.reuse import Learned, learn, recall
from planner.solve import PROVEN, Keep, Progress, solve
from planner.solve.coverage import Coverage

KEEP = 0.8
"""Share of the sorties yet to sail that stays, unless said otherwise."""


@dataclass(frozen=True, eq=False)
class Replanned:
    """A plan made anew, what it changes, and what was learned on the way."""

    plan: Plan
    change: Change
    learned: Learned
    doubts: tuple[Problem, ...] = ()


def replan(
    plan: Plan,
    event: Event,
    *,
    keep: float = KEEP,
    time_limit_s: float = 60.0,
    work_limit: int | None = None,
    gap: float = PROVEN,
    seed: int = 0,
    earlier: Learned | None = None,
    origin: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> Replanned:
    """Plan anew from a time on, as near to a plan as asked.

    Parameters
    ----------
    plan
        A plan as :func:`planner.app.read_plan` gives it.
    event
        What happened, and when: sorties that departed before stay as they are.
    keep
        At least this share, 0 to 1, of the sorties yet to sail that still can
        stays as it is: 1 only fills gaps, 0 plans anew.
    time_limit_s, work_limit, gap, seed
        As for :func:`planner.app.plan_scenario`.
    earlier
        What the plan's own run learned: sorties to bound with.
    origin
        What to call the plan, such as its folder.
    progress
        Called about twice a second.

    Raises
    ------
    ScenarioError
        If nothing happened, or the scenario after the event does not hold.
    PlanError
        If the plan has no scenario, or is not one of its scenario.
    SolveError
        If the optimiser failed.
    """
    began = time.monotonic()
    if not 0.0 <= keep <= 1.0:
        raise ScenarioError([Problem("--keep", "", f"{keep:g} is no share", "give 0 to 1")])
    if plan.source is None:
        raise PlanError("the plan does not know its scenario; read it with planner.app.read_plan")
    if progress is not None:
        progress(Progress(0.0, "reading the sea", None, None))
    after = changed(plan, plan.source, event)
    state = State(plan, after.scenario, event)
    part = state.part()
    if not any(fleet.network.departures.size for fleet in part.fleets):
        raise ScenarioError(
            [Problem("--at", "", "no sortie departs from then on", "give an earlier time")]
        )
    fits = [each for each in state.later if isinstance(each, Fit)]
    least = math.ceil(keep * len(fits) - 1e-9)
    start = tuple(fit.column for fit in fits)
    if progress is not None:
        left = Coverage(part.targets, start).detection()
        phase = f"{len(fits)} of {len(state.later)} sorties can stay, {least} must"
        progress(Progress(time.monotonic() - began, phase, left, None))
    known = recall(earlier, after.scenario, state.problem) if earlier is not None else None
    result = solve(
        part,
        time_limit_s=time_limit_s,
        work_limit=work_limit,
        gap=gap,
        seed=seed,
        pool=known.pool if known is not None else (),
        # Prices of other targets mislead: the bound is sooner down from none at all.
        prices=known.prices if known is not None and not event.threats else (),
        start=start,
        keep=Keep(start, least, Manning(after.scenario, state.problem, state.sailed, fits)),
        progress=progress,
    )
    chosen = state.choose(result, fits)
    time_s = 0.0 if work_limit is not None else time.monotonic() - began
    # Of plans that serve no less than this one, which may serve less than was planned.
    bound = max(min(1.0, result.bound + result.served - chosen.served), chosen.detection)
    report = SolverReport(
        status="optimal" if bound <= chosen.detection * (1 + PROVEN) else "feasible",
        termination=result.termination,
        detection=chosen.detection,
        bound=bound,
        gap=bound / chosen.detection - 1 if chosen.detection > 0 else math.inf,
        served=chosen.served,
        seed=seed,
        time_s=round(time_s, 3),
    )
    found = state.plan(chosen, report)
    change = state.change(chosen, report, fits, keep, least, after.notes)
    measured = metrics(found, after.scenario, state.sea) | {"replan": change.record(origin)}
    measured |= state.requirements(chosen, found)
    found = found.model_copy(update={"metrics": measured}).at(after.scenario)
    whole = replace(result, sorties=(*state.given, *chosen.columns), cuts=())
    return Replanned(
        found,
        change,
        learn(after.scenario, state.problem, whole),
        tuple(doubts(after.scenario, state.problem)),
    )
