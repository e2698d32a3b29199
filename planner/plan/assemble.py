"""A whole plan from the optimiser's sorties: drawn, counted and measured."""

from __future__ import annotations

from collections.abc import Iterable

from planner import __version__
from planner.plan.coverage import coverage_rows
from planner.plan.metrics import metrics
from planner.plan.model import Plan, SolverReport
from planner.plan.moves import moves_of, with_passages
from planner.plan.realise import hulls_of, realise
from planner.plan.requirements import requirement_rows
from planner.plan.rota import rota_of
from planner.plan.upkeep import upkeeps_of
from planner.problem.build import PlanningProblem
from planner.scenario import Scenario
from planner.sea import Sea
from planner.solve import PROVEN, Result, Sortie
from planner.solve.coverage import Coverage


def assemble(
    columns: Iterable[Sortie],
    solver: SolverReport,
    scenario: Scenario,
    sea: Sea,
    problem: PlanningProblem,
) -> Plan:
    """Draw sorties as legs, list every target, and measure what comes of them.

    Parameters
    ----------
    columns
        Sorties of ``problem``, no more of them at a time than its hulls and
        crews can sail. Those that :func:`~planner.plan.rota.rota_of` must leave
        out are not in the plan, and what they detect is not in its report.
    solver
        What the optimiser says of them.
    scenario, sea, problem
        What was planned; the problem's fleets are those of the scenario's units.
    """
    rota = rota_of(columns, scenario, problem)
    chosen = rota.columns
    if rota.left_out:
        solver = _without(solver, Coverage(problem.instance.targets, chosen))
    coverage, moving = coverage_rows(chosen, scenario, sea, problem)
    sorties = realise(chosen, scenario, sea, problem, rota=rota)
    sorties = with_passages(sorties, rota, scenario, problem)
    plan = Plan(
        planner_version=__version__,
        scenario=scenario.model_dump(mode="json"),
        solver=solver,
        hulls=hulls_of(scenario),
        sorties=sorties,
        moves=moves_of(sorties, rota, scenario),
        upkeep=upkeeps_of(sorties, scenario),
        coverage=coverage,
        moving=moving,
    )
    figures = metrics(plan, scenario, sea)
    if problem.duties:
        rows = requirement_rows(chosen, sorties, scenario, sea, problem)
        figures = {**figures, "requirements": rows}
    return plan.model_copy(update={"metrics": figures}).at(scenario)


def report_of(result: Result, seed: int, time_s: float) -> SolverReport:
    """What the optimiser says of a result."""
    return SolverReport(
        status="optimal" if result.gap <= PROVEN else "feasible",
        termination=result.termination,
        detection=result.detection,
        bound=result.bound,
        gap=result.gap,
        served=result.served,
        seed=seed,
        time_s=round(time_s, 3),
    )


def _without(solver: SolverReport, coverage: Coverage) -> SolverReport:
    """What the optimiser says, of a plan that is left with less."""
    detection = coverage.detection()
    served = coverage.value() - detection if coverage.targets.requires else 0.0
    bound = min(1.0, solver.bound + solver.served - served)
    gap = bound / detection - 1 if detection > 0 else float("inf")
    changed = {"detection": detection, "served": served, "bound": bound, "gap": gap}
    return solver.model_copy(update={"status": "feasible", **changed})
