"""The planner's Python interface: plan a scenario, read and write plans."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import Problem
from planner.files import unfinished
from planner.plan.assemble import assemble, report_of
from planner.plan.model import SCHEMA, Plan
from planner.plan.rota import left_out
from planner.problem.build import PlanningProblem, build
from planner.problem.promise import doubts
from planner.reuse import (
    LEARNED_FILE,
    Learned,
    Recalled,
    learn,
    read_learned,
    recall,
    resume,
    write_learned,
)
from planner.scenario import Scenario, bundle, from_dict
from planner.scenario.records import read_model
from planner.sea import build_sea
from planner.simulate.file import SIMULATION_FILE
from planner.solve import PROVEN, Progress

if TYPE_CHECKING:
    from planner.present.compare import Comparison

__all__ = [
    "PLAN_FILE",
    "Planned",
    "compare_plans",
    "plan_and_learn",
    "plan_scenario",
    "read_learned",
    "read_plan",
    "write_plan",
]

PLAN_FILE = "plan.json"

OF_ONE_PLAN = (
    "map.html", "schedule.csv", "worth.json", "worth.csv", "compare.html", "report.html",
    "report.pdf",
)  # fmt: skip
"""What commands write beside a plan and about that plan only."""


def _drawn(plan: Plan) -> str | None:
    """Map of a plan as a notebook shows it."""
    from planner.present.notebook import plan_html

    return plan_html(plan)


Plan.show_with(_drawn)


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan, with what was learned on the way and what it began with, if anything.

    ``problem`` is what was solved. ``doubts`` are what the plan's detection cannot be
    trusted on, and the remedies.
    """

    plan: Plan
    problem: PlanningProblem
    learned: Learned
    recalled: Recalled | None
    doubts: tuple[Problem, ...] = ()


def plan_scenario(
    scenario: Scenario,
    *,
    time_limit_s: float = 60.0,
    work_limit: int | None = None,
    gap: float = PROVEN,
    seed: int = 0,
    earlier: Learned | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Plan a scenario.

    Parameters
    ----------
    scenario
        What to plan, as :func:`planner.scenario.load` gives it.
    time_limit_s
        Seconds of the search. Reading the sea before and laying the tracks
        after it take a few seconds more, and the first run on a machine
        compiles the inner loops.
    work_limit
        Rounds of work instead of seconds: equal scenarios, seeds and limits
        give equal plans, byte by byte (its time is then given as 0).
    gap
        Stop once the gap is proven to be no larger.
    seed
        Of the search.
    earlier
        What an earlier run learned (:func:`planner.app.read_learned`), of
        this scenario before a change. Sorties that no longer fit are left
        out, and so are bounds unless only numbers of hulls and crews changed.
    progress
        Called about twice a second.

    Raises
    ------
    ScenarioError
        If the scenario cannot be planned as written.
    SolveError
        If the optimiser failed.
    """
    return plan_and_learn(
        scenario,
        time_limit_s=time_limit_s,
        work_limit=work_limit,
        gap=gap,
        seed=seed,
        earlier=earlier,
        progress=progress,
    ).plan


def plan_and_learn(
    scenario: Scenario,
    *,
    time_limit_s: float = 60.0,
    work_limit: int | None = None,
    gap: float = PROVEN,
    seed: int = 0,
    earlier: Learned | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Planned:
    """Plan a scenario, parameters as of :func:`plan_scenario`, and keep what serves the next plan.

    Raises
    ------
    ScenarioError
        If the scenario cannot be planned as written.
    SolveError
        If the optimiser failed.
    """
    began = time.monotonic()
    if progress is not None:
        progress(Progress(0.0, "reading the sea", None, None))
    sea = build_sea(scenario)
    problem = build(scenario, sea)
    recalled = recall(earlier, scenario, problem) if earlier is not None else None
    if recalled is not None and progress is not None:
        begun = recalled.detection or None
        phase = f"{recalled.kept:,} of {recalled.stored:,} known sorties kept"
        progress(Progress(time.monotonic() - began, phase, begun, None))
    result = resume(
        problem.instance,
        recalled,
        time_limit_s=time_limit_s,
        work_limit=work_limit,
        gap=gap,
        seed=seed,
        progress=progress,
    )
    time_s = 0.0 if work_limit is not None else time.monotonic() - began
    plan = assemble(result.sorties, report_of(result, seed, time_s), scenario, sea, problem)
    doubtful = (
        *doubts(scenario, problem),
        *left_out(result.sorties, plan, scenario, problem),
    )
    return Planned(plan, problem, learn(scenario, problem, result), recalled, doubtful)


def write_plan(plan: Plan, directory: str | Path, learned: Learned | None = None) -> Path:
    """Write ``plan.json`` into a folder, with copies of the user's files it needs.

    With ``learned`` there is also a file to plan again from; without it,
    what an earlier plan left of that kind is removed, as is its simulation. Map, schedule,
    prices, comparison and report of another plan that was here are removed, too. All of
    these go before the new plan is there, and an earlier plan goes before a file that it
    reads is changed: whenever the run ends, what the folder holds is of one plan.

    Returns
    -------
    Path
        The folder.
    """
    out = Path(directory)
    out.mkdir(parents=True, exist_ok=True)
    if plan.source is not None:
        bundled = bundle(plan.source, out, (out / PLAN_FILE).unlink)
        plan = plan.model_copy(update={"scenario": bundled.model_dump(mode="json")})
    text, before = plan.model_dump_json(by_alias=True).encode(), out / PLAN_FILE
    changed = not before.is_file() or before.read_bytes() != text
    with unfinished(before) as temporary:
        temporary.write_bytes(text)
        for name in (*(OF_ONE_PLAN if changed else ()), SIMULATION_FILE, LEARNED_FILE):
            (out / name).unlink(missing_ok=True)
    if learned is not None:
        write_learned(learned, out)
    return out


def read_plan(directory: str | Path) -> Plan:
    """Read the plan of a folder.

    Raises
    ------
    PlanError
        If there is none, or it is not of schema ``patrol-plan/1``.
    """
    path = Path(directory) / PLAN_FILE
    plan = read_model(
        path,
        Plan,
        f"a plan of schema {SCHEMA}",
        "name a folder that 'patrol plan' wrote",
        "make it again with 'patrol plan'",
    )
    return plan.at(from_dict(plan.scenario, path.parent, str(path)))


def compare_plans(a: str | Path | Plan, b: str | Path | Plan) -> Comparison:
    """Compare two plans of the same area, start and length.

    Fleets, weather, rules and weights of threats may differ; what is then
    left to compare is compared, and the comparison's ``remarks`` say so.

    Parameters
    ----------
    a, b
        Plans, or folders of plans; of a folder the simulation counts too.

    Raises
    ------
    PlanError
        A folder holds no readable plan; or the plans are of different areas,
        starts or lengths, or have no threat in common.

    Examples
    --------
    >>> found = compare_plans("out/two-boats", "out/four-boats")  # doctest: +SKIP
    >>> found.gain, found.proof  # doctest: +SKIP
    (0.019, 'found')
    """
    from planner.present.compare import compare, side_of

    folders = [None if isinstance(what, Plan) else Path(what).resolve() for what in (a, b)]
    same = folders[0] is not None and folders[1] is not None and folders[0].name == folders[1].name
    sides = []
    for letter, what, folder in zip("AB", (a, b), folders, strict=True):
        plan = what if isinstance(what, Plan) else read_plan(what)
        sides.append(side_of(letter, plan, folder, str(what) if same else ""))
    return compare(*sides)
