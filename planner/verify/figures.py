"""Rules on the figures of the plan as a whole: detection, bound, gap, metrics."""

from __future__ import annotations

import math
from collections.abc import Iterator

from planner.verify import moving, stationary
from planner.verify.facts import Facts
from planner.verify.report import Figure, Tally
from planner.verify.service import cost_usd
from planner.verify.timing import burn_l
from planner.verify.tolerance import EXACT, SHARE


def detection_of(facts: Facts) -> float:
    """``F`` recomputed from the paths."""
    return stationary.recomputed(facts) + moving.recomputed(facts)


def detection(facts: Facts, tally: Tally) -> None:
    """The detection stated is the sum of the rows, and what the paths give."""
    plan = facts.plan
    rows = math.fsum(row.weight * row.detection for row in plan.coverage) + math.fsum(
        row.weight * row.detection for row in plan.moving
    )
    tally.agrees(
        "detection",
        "the solver states another detection than the rows sum to",
        Figure(plan.solver.detection, rows),
        slack=EXACT,
    )
    found = detection_of(facts)
    tally.agrees(
        "detection",
        "the solver states another detection than the paths give",
        Figure(plan.solver.detection, found),
        slack=SHARE * found + EXACT,
    )


def bound(facts: Facts, tally: Tally) -> None:
    """The bound is no less than the detection."""
    solver = facts.plan.solver
    tally.at_most(
        "bound",
        "detection is above the bound",
        Figure(solver.detection, solver.bound),
        slack=EXACT,
    )


def gap(facts: Facts, tally: Tally) -> None:
    """``gap = bound / detection - 1``; infinite or absent where nothing is detected."""
    solver = facts.plan.solver
    if solver.detection > 0:
        due = solver.bound / solver.detection - 1.0
        tally.agrees(
            "gap",
            "the gap does not follow from bound and detection",
            Figure(solver.gap, due),
            slack=EXACT * (1.0 + due) / min(1.0, solver.detection),
        )


def metrics(facts: Facts, tally: Tally) -> None:
    """Totals in the metrics, where the plan has any, are those of its sorties."""
    stated = facts.plan.metrics
    if not stated:
        return
    for name, unit, found in _totals(facts):
        value = stated.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            tally.holds("metrics", False, f"'{name}' is missing or not a number")
            continue
        tally.agrees(
            "metrics",
            f"'{name}' is not what the sorties give",
            Figure(float(value), found, unit),
            slack=SHARE * found + (EXACT if not unit else 0.1),
        )


def _totals(facts: Facts) -> Iterator[tuple[str, str, float]]:
    yield "detection", "", detection_of(facts)
    yield "sorties", "sorties", float(len(facts.voyages))
    yield "at_sea_h", "h", math.fsum(voyage.return_h - voyage.depart_h for voyage in facts.voyages)
    yield (
        "search_h",
        "h",
        math.fsum(
            stretch.end_h - stretch.start_h
            for stretch in facts.stretches
            if stretch.leg.mode == "search"
        ),
    )
    yield "distance_nm", "nm", math.fsum(stretch.length_nm for stretch in facts.stretches)
    yield (
        "fuel_l",
        "l",
        math.fsum(burn_l(voyage, facts.legs_of[voyage.number]) for voyage in facts.voyages),
    )
    yield (
        "cost_usd",
        "USD",
        math.fsum(cost_usd(voyage, facts) for voyage in facts.voyages),
    )
