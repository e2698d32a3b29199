"""Tasks of known times given to workers, one at a time each, fair in hours.

Knows nothing of boats: a worker is a hull or a crew. Given out in turn, then made more
even by exchanges (:mod:`planner.plan.even`); what is not proven to be about the best by then
is, if it is small enough, solved as an integer programme by CP-SAT, one variable per task
and worker. One thread, a fixed seed and a limit on work instead of time give the same answer
every time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.plan.even import evened, least_apart
from planner.plan.upkeep import keep_upkeep
from planner.problem.upkeep import Rule, placed

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

WORK = 1.0
"""Most work of CP-SAT on one question, in its deterministic seconds."""

MOST_ASKED = 1000
"""Tasks times workers that CP-SAT is asked to share out evenly: above, within its work it found
nothing better than exchanges had in 40 questions of 13 to 31 boats."""


@dataclass(frozen=True)
class Task:
    """Something to do: from when until when, when the worker is free again, what it is worth.

    Times are whole minutes.
    """

    begin: int
    end: int
    free: int
    worth: float = 0.0

    @property
    def lasts(self) -> int:
        """Minutes of work."""
        return self.end - self.begin

    def meets(self, other: Task) -> bool:
        """Whether no worker can do both."""
        return self.begin < other.free and other.begin < self.free


@dataclass(frozen=True)
class Worker:
    """A hull or a crew.

    Attributes
    ----------
    away : tuple of (int, int)
        Spans in which nothing may be done; being busy afterwards may fall in them.
    has : tuple of Task
        What is given to it already.
    most : (int, int), optional
        Window and the most minutes of work in any such window, where tasks
        count as a whole from their begin.
    upkeep : Rule, optional
        After how much work it goes in for upkeep, and when it cannot.
    """

    away: tuple[tuple[int, int], ...] = ()
    has: tuple[Task, ...] = ()
    most: tuple[int, int] | None = None
    upkeep: Rule | None = None

    def can(self, task: Task) -> bool:
        """Whether a task goes with what is settled."""
        return not (
            any(task.begin < end and start < task.end for start, end in self.away)
            or any(task.meets(own) for own in self.has)
        ) and self._lasts((*self.has, task))

    def can_all(self, tasks: Sequence[Task]) -> bool:
        """Whether tasks go with what is settled, and with each other."""
        every = sorted((*self.has, *tasks), key=lambda task: task.begin)
        return (
            all(before.free <= after.begin for before, after in pairwise(every))
            and not any(
                task.begin < end and start < task.end for task in tasks for start, end in self.away
            )
            and self._lasts(every)
        )

    def _lasts(self, tasks: Sequence[Task]) -> bool:
        """Whether tasks that do not meet are within its hours, with its upkeep between them."""
        kept = self.upkeep is None or placed(self.upkeep, tasks) is not None
        return kept and within(self.most, tasks)


def within(most: tuple[int, int] | None, tasks: Sequence[Task]) -> bool:
    """Whether one worker's tasks keep its most minutes in any window."""
    if most is None:
        return True
    window, minutes = most
    return all(
        sum(t.lasts for t in tasks if first.begin <= t.begin < first.begin + window) <= minutes
        for first in tasks
    )


def greedy(tasks: Sequence[Task], workers: Sequence[Worker]) -> list[int | None]:
    """Worker of each task: in order of begin, whoever is free and has done least."""
    hands = list(workers)
    done = [sum(task.lasts for task in worker.has) for worker in workers]
    found: list[int | None] = [None] * len(tasks)
    for k in sorted(range(len(tasks)), key=lambda k: (tasks[k].begin, k)):
        able = [w for w, hand in enumerate(hands) if hand.can(tasks[k])]
        if able:
            w = min(able, key=lambda w: (done[w], w))
            found[k] = w
            hands[w] = replace(hands[w], has=(*hands[w].has, tasks[k]))
            done[w] += tasks[k].lasts
    return found


def choose(tasks: Sequence[Task], workers: Sequence[Worker]) -> list[int | None]:
    """Give out all tasks, or those worth most together where not all can be done.

    Returns
    -------
    list of int or None
        Worker of each task; None: nobody.
    """
    first = greedy(tasks, workers)
    if None not in first:
        return first
    model = _Model(tasks, workers, all_of_them=False)
    scale = max((task.worth for task in tasks), default=0.0) or 1.0
    worth = [1 + round(1e6 * max(task.worth, 0.0) / scale) for task in tasks]
    model.maximise_done(worth)
    found = model.solve(first) or first
    return max(first, found, key=lambda given: _sum_of(given, worth))


def share(
    tasks: Sequence[Task], workers: Sequence[Worker], first: Sequence[int], *, fair: int = 0
) -> list[int]:
    """Worker of each task, the minutes of the workers as little apart as was found.

    Parameters
    ----------
    tasks, workers
        All tasks can be done.
    first
        A worker for each; what is found is no further apart.
    fair
        Minutes above the least that is proven which exchanges may end at.
    """
    least = least_apart(tasks, workers)
    first = evened(tasks, workers, first, least)
    large = len(tasks) * len(workers) > MOST_ASKED
    if large or apart(tasks, workers, first) <= least + fair:
        return _in_turn(tasks, workers, first)
    model = _Model(tasks, workers, all_of_them=True)
    model.minimise_apart(least)
    found = model.solve(first) or first
    whole = [w for w in found if w is not None]
    best = min(list(first), whole, key=lambda given: apart(tasks, workers, given))
    return _in_turn(tasks, workers, best)


def _in_turn(tasks: Sequence[Task], workers: Sequence[Worker], given: Sequence[int]) -> list[int]:
    """Let workers that are alike begin in their order."""
    stands_for: dict[int, int] = {}
    for k in sorted(range(len(tasks)), key=lambda k: (tasks[k].begin, k)):
        if given[k] not in stands_for:
            alike = [w for w, worker in enumerate(workers) if worker == workers[given[k]]]
            taken = set(stands_for.values())
            stands_for[given[k]] = next(w for w in alike if w not in taken)
    return [stands_for[w] for w in given]


def apart(tasks: Sequence[Task], workers: Sequence[Worker], given: Sequence[int | None]) -> int:
    """Minutes between the worker with most work and the one with least."""
    minutes = [sum(task.lasts for task in worker.has) for worker in workers]
    for task, w in zip(tasks, given, strict=True):
        if w is not None:
            minutes[w] += task.lasts
    return max(minutes) - min(minutes)


def _sum_of(given: Sequence[int | None], worth: Sequence[int]) -> int:
    return sum(value for value, w in zip(worth, given, strict=True) if w is not None)


class _Model:
    """Tasks and workers as an integer programme: ``does[k, w]`` if worker ``w`` does task ``k``."""

    def __init__(
        self, tasks: Sequence[Task], workers: Sequence[Worker], *, all_of_them: bool
    ) -> None:
        from ortools.sat.python import cp_model

        self.tasks, self.workers = tasks, workers
        self.model = cp_model.CpModel()
        self.does = {
            (k, w): self.model.new_bool_var(f"does_{k}_{w}")
            for k, task in enumerate(tasks)
            for w, worker in enumerate(workers)
            if worker.can(task)
        }
        for k in range(len(tasks)):
            mine = [self.does[k, w] for w in range(len(workers)) if (k, w) in self.does]
            add = self.model.add_exactly_one if all_of_them else self.model.add_at_most_one
            add(mine)
        self._one_at_a_time()
        self._most()
        for w, worker in enumerate(workers):
            if worker.upkeep is not None:
                own = {k: does for (k, other), does in self.does.items() if other == w}
                keep_upkeep(self.model, worker.upkeep, tasks, worker.has, own)

    def _one_at_a_time(self) -> None:
        """Of the tasks that bind a worker when one begins it does at most one."""
        for task in self.tasks:
            crowd = [k for k, t in enumerate(self.tasks) if t.begin <= task.begin < t.free]
            for w in range(len(self.workers)):
                self.model.add_at_most_one(self.does[k, w] for k in crowd if (k, w) in self.does)

    def _most(self) -> None:
        order = sorted(range(len(self.tasks)), key=lambda k: self.tasks[k].begin)
        begins = [self.tasks[k].begin for k in order]
        for w, worker in enumerate(self.workers):
            if worker.most is None:
                continue
            window, minutes = worker.most
            for begin in sorted({*begins, *(task.begin for task in worker.has)}):
                end = begin + window
                had = sum(task.lasts for task in worker.has if begin <= task.begin < end)
                inside = order[bisect_left(begins, begin) : bisect_left(begins, end)]
                asked = [
                    self.tasks[k].lasts * self.does[k, w] for k in inside if (k, w) in self.does
                ]
                self.model.add(sum(asked) <= max(minutes - had, 0))

    def maximise_done(self, worth: Sequence[int]) -> None:
        """Ask for the tasks worth most together."""
        self.model.maximize(sum(worth[k] * does for (k, _), does in self.does.items()))

    def minimise_apart(self, least: int) -> None:
        """Ask for minutes as little apart as can be, known to be ``least`` at least."""
        most = sum(task.lasts for worker in self.workers for task in worker.has)
        most += sum(task.lasts for task in self.tasks)
        high, low = (self.model.new_int_var(0, most, name) for name in ("high", "low"))
        for w, worker in enumerate(self.workers):
            minutes = sum(task.lasts for task in worker.has) + sum(
                self.tasks[k].lasts * does for (k, other), does in self.does.items() if other == w
            )
            self.model.add(minutes <= high)
            self.model.add(minutes >= low)
        self.model.add(high - low >= least)
        self.model.minimize(high - low)

    def solve(self, hint: Sequence[int | None]) -> list[int | None] | None:
        """Worker of each task, or None if nothing was found within the limit."""
        from ortools.sat.python import cp_model

        for (k, w), does in self.does.items():
            self.model.add_hint(does, hint[k] == w)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = WORK
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [self._doer(k, solver) for k in range(len(self.tasks))]

    def _doer(self, task: int, solver: cp_model.CpSolver) -> int | None:
        for w in range(len(self.workers)):
            if (task, w) in self.does and solver.boolean_value(self.does[task, w]):
                return w
        return None
