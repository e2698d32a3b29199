"""Agencies that plan apart or in turn: one plan of all that is sailed then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.problem.build import PlanningProblem
from planner.scenario import Scenario
from planner.solve import Sortie
from planner.solve.coverage import Coverage
from planner.study.agencies import agencies_of
from planner.study.services import Arrangement
from planner.study.turns import Turns


@dataclass(frozen=True)
class Arranged:
    """The sorties of all agencies; no plans made in this way detect more than ``bound``.

    Plans are made for the whole objective, of which ``served`` is what they have beside
    detection; the bound holds whatever they serve.

    What agencies detect by themselves adds up to no less than what they detect
    together, so the sum of what each can at most is such a bound. ``order`` is
    that in which they planned, where it was in turn.
    """

    sorties: tuple[Sortie, ...]
    detection: float
    bound: float
    order: tuple[str, ...]
    interrupted: bool
    served: float = 0.0


def plan_arranged(
    scenario: Scenario,
    problem: PlanningProblem,
    how: Literal["apart", "in turn"],
    *,
    time_limit_s: float,
    work_limit: int | None,
    seed: int,
) -> Arranged:
    """Plan agencies apart, or in turn in the order that detects most.

    Every agency plans for an equal part of the time; in turn there are as many
    orders as agencies, each beginning with another one.

    Raises
    ------
    ScenarioError
        If there is only one agency.
    SolveError
        If the optimiser failed.
    """
    agencies = agencies_of(scenario, problem)
    count = len(agencies)
    parts = count if how == "apart" else count * count
    turns = Turns(time_limit_s, parts, work_limit=work_limit)
    made = Arrangement(problem.instance, agencies, turns, range(seed, seed + 1))
    made.plan_apart()
    sorties = tuple(sortie for own in made.chosen() for sortie in own)
    order: tuple[str, ...] = ()

    def detection(plan: tuple[Sortie, ...]) -> float:
        return Coverage(problem.instance.targets, plan).detection()

    if how == "in turn":
        made.plan_informed()
        order = max(made.in_turn, key=lambda names: made.value(made.in_turn[names]))
        sorties = made.in_turn[order]
    found = detection(sorties)
    bound = max(found, min(1.0, sum(made.own_detects)))
    served = made.value(sorties) - found if problem.duties else 0.0
    return Arranged(sorties, found, bound, order, turns.interrupted, served)
