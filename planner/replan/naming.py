"""Whether new sorties find hulls and crews between those that have theirs already.

Counts do not suffice here: two free halves of two hulls are no whole one. So
every sortie that the search adds is first given a hull and a crew for the
whole of it, beside those that stay, with what it added before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from planner.plan.assign import Task, Worker
from planner.plan.model import Sortie
from planner.plan.rota import tasks_of, workers_of
from planner.problem.build import PlanningProblem
from planner.replan.columns import Fit
from planner.scenario import Scenario
from planner.solve import Sortie as Column

LOOKS = 400
"""Ways looked at before new sorties count as not to be placed."""


class Manning:
    """Tells whether the new sorties of a plan can be given hulls and crews.

    Parameters
    ----------
    scenario, problem
        What is planned.
    sailed
        Sorties that are settled.
    fits
        Those that stay, while they do, with the hull and crew they have.
    """

    def __init__(
        self,
        scenario: Scenario,
        problem: PlanningProblem,
        sailed: Sequence[Sortie],
        fits: Iterable[Fit],
    ) -> None:
        self._scenario, self._instance = scenario, problem.instance
        self._sailed = sailed
        self._own = {id(fit.column): fit.sortie for fit in fits}

    def __call__(self, sorties: Iterable[Column], new: Column) -> bool:
        """Whether ``new`` can sail beside the sorties of a plan."""
        number = self._instance.unit(new.fleet)
        unit = self._scenario.unit[number]
        beside = [c for c in (*sorties, new) if self._instance.unit(c.fleet) == number]
        own = [self._own[id(c)] for c in beside if id(c) in self._own]
        others = [c for c in beside if id(c) not in self._own]
        workers = workers_of(unit, self._scenario, (*self._sailed, *own))
        return all(
            placed(tasks, hands)
            for tasks, hands in zip(tasks_of(others, unit, self._scenario), workers, strict=True)
        )


def placed(tasks: Sequence[Task], workers: Sequence[Worker], looks: int = LOOKS) -> bool:
    """Whether every task was given a worker who is free for it, in so many looks at most."""
    ordered = sorted(tasks, key=lambda task: (task.begin, task.free))
    able = [[w for w, worker in enumerate(workers) if worker.can(task)] for task in ordered]
    given: list[list[Task]] = [[] for _ in workers]
    left = looks

    def place(k: int) -> bool:
        nonlocal left
        if k == len(ordered):
            return True
        for w in able[k]:
            left -= 1
            if left < 0:
                return False
            if given[w] and not replace(workers[w], has=(*workers[w].has, *given[w])).can(
                ordered[k]
            ):
                continue
            given[w].append(ordered[k])
            if place(k + 1):
                return True
            given[w].pop()
        return False

    return all(able) and place(0)
