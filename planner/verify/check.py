"""Run every rule on a plan."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from planner.plan.model import Plan
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from planner.verify import (
    breaks,
    crews,
    effort,
    figures,
    fleet,
    moving,
    postings,
    requirements,
    route,
    seas,
    service,
    stationary,
    timing,
)
from planner.verify.facts import Facts
from planner.verify.report import Report, Tally

log = logging.getLogger(__name__)

Rule = Callable[[Facts, Tally], None]

_IN_ORDER: tuple[Rule, ...] = (
    fleet.identity,
    fleet.fleet,
    fleet.home,
    fleet.berths,
    postings.postings,
    postings.road,
    postings.driving,
    timing.horizon,
    timing.departure,
    timing.endurance,
    timing.overlap,
    timing.turnaround,
    timing.hulls_out,
    timing.rest,
    timing.ready,
    crews.outages,
    crews.crews,
    crews.crew_hours,
    crews.rotation,
    breaks.breaks,
    service.upkeep,
    timing.fuel,
    service.fuel_week,
    timing.distance,
    route.path,
    route.continuity,
    route.speed,
    route.land,
    route.depth,
    route.closures,
    seas.seas,
    service.zones,
    service.tasks,
    effort.sweep,
    effort.claims,
    effort.exposure,
    effort.lanes,
    effort.lanes_apart,
    stationary.coverage_rows,
    stationary.coverage_weights,
    stationary.coverage_exposure,
    stationary.coverage_detection,
    moving.moving_rows,
    moving.moving_weights,
    moving.moving_speeds,
    moving.passages,
    moving.moving_exposure,
    moving.moving_detection,
    stationary.weights,
    figures.detection,
    figures.bound,
    figures.gap,
    figures.metrics,
    service.costs,
    requirements.requirements,
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.__name__: rule for rule in _IN_ORDER})
"""Every rule by name, in the order in which they run; a rule's docstring says what it holds."""


def verify(plan: Plan, directory: Path) -> Report:
    """Verify a plan against its own scenario.

    Parameters
    ----------
    plan
        The plan as read from ``plan.json``.
    directory
        Folder that the scenario's relative paths start from.

    Returns
    -------
    Report
        Violations in the order of :data:`RULES`, checks made, detection recomputed.

    Raises
    ------
    ScenarioError
        If the scenario in the plan does not hold.
    GeodataError, SeaError
        If its files cannot be read or its sea cannot be built.
    """
    scenario = from_dict(plan.scenario, directory)
    return check(plan, scenario, build_sea(scenario))


def check(plan: Plan, scenario: Scenario, sea: Sea) -> Report:
    """Verify a plan against a scenario and a sea at hand; as :func:`verify` otherwise."""
    facts, tally = Facts(plan, scenario, sea), Tally()
    for name, rule in RULES.items():
        before = len(tally.violations)
        tally.count(name, 0)
        rule(facts, tally)
        log.debug(
            "%s: %d checks, %d violations", name, tally.checks[name], len(tally.violations) - before
        )
    return Report(
        violations=tuple(tally.violations),
        checks=dict(tally.checks),
        detection=figures.detection_of(facts),
        stated=plan.solver.detection,
        counts={
            "sorties": len(facts.voyages),
            "legs": len(facts.stretches),
            "targets": len(plan.coverage) + len(plan.moving),
        },
    )
