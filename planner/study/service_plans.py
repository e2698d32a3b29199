"""The plans of a study of several services, each ready for a folder of its own."""

from __future__ import annotations

from planner.plan.assemble import assemble
from planner.plan.model import Plan, SolverReport
from planner.solve import PROVEN
from planner.solve.coverage import Coverage
from planner.study.agencies import own_problem, own_scenario, to_own
from planner.study.services import Services, Sorties


def joint_plan(services: Services) -> Plan:
    """The joint plan, ready to be written."""
    return _union_plan(services, services.joint)


def apart_plan(services: Services) -> Plan:
    """The best plans made apart, as one plan of all units."""
    return _union_plan(services, services.apart)


def informed_plans(services: Services) -> dict[str, Plan]:
    """The plans made in turn, as one plan of all units each, by the agency that went first."""
    return {
        informed.order[0]: _union_plan(services, sorties)
        for informed, sorties in zip(services.figures.informed, services.informed, strict=True)
    }


def own_plans(services: Services) -> dict[str, Plan]:
    """Each agency's plan among the best made apart, with its own units only, by agency."""
    found, figures = {}, services.figures
    bound = {plan.agency: plan.bound for plan in figures.own}
    for agency, sorties, seed in zip(
        services.agencies, services.own, figures.apart.seeds, strict=True
    ):
        found[agency.name] = assemble(
            to_own(agency, sorties),
            _report(services, sorties, bound[agency.name], seed),
            own_scenario(services.scenario, agency),
            services.sea,
            own_problem(services.problem, services.scenario, agency),
        )
    return found


def _union_plan(services: Services, sorties: Sorties) -> Plan:
    report = _report(services, sorties, services.figures.bound, services.seed)
    return assemble(sorties, report, services.scenario, services.sea, services.problem)


def _report(services: Services, sorties: Sorties, bound: float, seed: int) -> SolverReport:
    """What a plan's file says of it; ``time_s`` is that of the whole study.

    Where something is required ``bound`` is of the value, and the file's of what is detected
    by plans that serve as much.
    """
    figures, coverage = services.figures, Coverage(services.problem.instance.targets, sorties)
    detection, served = coverage.detection(), 0.0
    if figures.detects is not None:
        served = coverage.value() - detection
        bound = min(figures.detects, bound - served)
    bound = max(bound, detection)
    gap = bound / detection - 1 if detection > 0 else float("inf")
    return SolverReport(
        status="optimal" if gap <= PROVEN else "feasible",
        termination="interrupted" if figures.interrupted else "time",
        detection=detection,
        bound=bound,
        gap=gap,
        served=served,
        seed=seed,
        time_s=figures.time_limit_s,
    )
