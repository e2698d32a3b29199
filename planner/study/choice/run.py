"""Choosing a fleet for each of several budgets, with a proven bound."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from planner.scenario import Scenario
from planner.solve import Progress
from planner.study.choice.frontier import Frontier, FrontierRow
from planner.study.choice.loop import Chooser, Effort, Interval
from planner.study.choice.model import Choice, load_choice
from planner.study.choice.offer import Offer, offer_of
from planner.study.fleets import resized


def choose_file(
    path: str | Path, *, progress: Callable[[Progress], None] | None = None
) -> Frontier:
    """Choose as a TOML file asks; errors as of :func:`load_choice` and :func:`choose`."""
    choice, scenario = load_choice(path)
    return choose(choice, scenario, progress=progress)


def choose(
    choice: Choice,
    scenario: Scenario,
    *,
    work: int | None = None,
    fleets: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Frontier:
    """Find the fleet of every budget that detects most, and bound what any fleet can.

    Parameters
    ----------
    choice, scenario
        What may be chosen, and for what.
    work, fleets
        Instead of the clock: rounds for each of so many fleets at most.
    progress
        Called when a fleet is planned.

    Raises
    ------
    ScenarioError
        If the scenario cannot be planned as written.
    SolveError
        If a budget is too small for the least of all options.
    """
    from planner.problem.build import build
    from planner.sea import build_sea

    began = time.monotonic()
    offer = offer_of(choice, scenario)
    if progress is not None:
        progress(Progress(0.0, "reading the sea", None, None))
    instance = build(offer.scenario, build_sea(offer.scenario)).instance
    chooser = Chooser(partial(resized, instance, offer.scenario), offer.menu, offer.points)
    effort = Effort(choice.time_limit_s, choice.gap, choice.seed, work, fleets)
    chooser.run(effort, progress)
    return Frontier(
        title=choice.title,
        scenario_title=scenario.title,
        days=float(scenario.days),
        discount_rate=choice.discount_rate,
        gap=choice.gap,
        seed=choice.seed,
        time_s=time.monotonic() - began,
        fleets_planned=chooser.planned,
        fleets_possible=math.prod(len(option) for option in offer.menu.options),
        rows=tuple(
            _row(budget, found, offer)
            for budget, found in zip(choice.budgets_usd, chooser.intervals(), strict=True)
        ),
        interrupted=chooser.interrupted,
    )


def _row(budget_usd: float, found: Interval, offer: Offer) -> FrontierRow:
    chosen = offer.chosen(found.fleet)
    return FrontierRow(
        budget_usd=budget_usd,
        detection=found.detection,
        bound=found.bound,
        yearly_usd=sum(each.yearly_usd for each in chosen),
        purchase_usd=sum(each.purchase_usd for each in chosen),
        fleet=chosen,
    )
