"""How even the minutes of workers can be, and making them so by exchanges between two of them.

Two workers change what they do from some time on, or one task of each, or one gives a
task to the other, so that their minutes come nearer to each other (:func:`evened`). That
lowers the sum of squares over all workers, so it comes to an end; what it ends at need not
be the evenest there is. Where it is, :func:`least_apart` mostly proves it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.assign import Task, Worker

Own = list[int]
"""What a worker does: tasks by their numbers, in order of begin."""


def least_apart(tasks: Sequence[Task], workers: Sequence[Worker]) -> int:
    """Minutes that the worker with most work and the one with least are apart at least.

    Minutes are whole units of what all tasks have in common. Where nothing is given out
    yet, two things follow from how tasks lie in time, whoever does them. No worker that
    does a task has more minutes than the longest row of tasks through it, so the one with
    least has no more than the shortest of these. And at any moment the tasks under way
    are those of different workers, each with no more than that: the worker with most has
    at least what it takes for all to have the total together.
    """
    had = [sum(task.lasts for task in worker.has) for worker in workers]
    unit = math.gcd(*(task.lasts for task in tasks), *had)
    total = sum(task.lasts for task in tasks) + sum(had)
    if not unit:
        return 0
    most, least = -(-total // unit // len(workers)) * unit, total // unit // len(workers) * unit
    if tasks and not any(had):
        rows = _longest_rows(tasks, len(workers))
        least = min(least, *rows)
        most = max(most, *(_needed(at, len(workers), total, unit) for at in _caps(tasks, rows)))
    return most - least


def _longest_rows(tasks: Sequence[Task], count: int) -> list[int]:
    """Minutes of the longest row of tasks through each that one of ``count`` workers can do."""
    before = _before(tasks, count)
    ahead, behind = [0] * len(tasks), [0] * len(tasks)
    for k, earlier in before.items():
        ahead[k] = max((ahead[j] + tasks[j].lasts for j in earlier), default=0)
    for k, earlier in reversed(before.items()):
        for j in earlier:
            behind[j] = max(behind[j], behind[k] + tasks[k].lasts)
    return [ahead[k] + task.lasts + behind[k] for k, task in enumerate(tasks)]


def _before(tasks: Sequence[Task], count: int) -> dict[int, list[int]]:
    """What the worker of each task may have done last before it, in order of begin.

    Where all workers are at work, nobody is left that became free before.
    """
    order = sorted(range(len(tasks)), key=lambda k: (tasks[k].begin, k))
    freed = sorted(range(len(tasks)), key=lambda k: (tasks[k].free, k))
    waiting: list[int] = []
    found: dict[int, list[int]] = {}
    idle, done = count, 0
    for begin, together in groupby(order, key=lambda k: tasks[k].begin):
        while done < len(freed) and tasks[freed[done]].free <= begin:
            waiting.append(freed[done])
            idle, done = idle + 1, done + 1
        for k in together:
            found[k] = list(waiting)
            idle -= 1
        if not idle:
            waiting = []
    return found


def _caps(tasks: Sequence[Task], rows: Sequence[int]) -> Iterator[list[int]]:
    """At every begin what those at work then have at most, the least first; and what any has."""
    for moment in sorted({task.begin for task in tasks}):
        under_way = (
            row for task, row in zip(tasks, rows, strict=True) if task.begin <= moment < task.free
        )
        yield [*sorted(under_way), max(rows)]


def _needed(caps: Sequence[int], count: int, total: int, unit: int) -> int:
    """Minutes of the busiest of ``count`` workers at least, of whom some have ``caps``.

    The last of these holds for all others.
    """
    left = total
    for place, cap in enumerate(caps[:-1]):
        even = -(-left // unit // (count - place)) * unit
        if even <= cap:
            return even
        left -= cap
    others = count - len(caps) + 1
    return -(-left // unit // others) * unit if others > 0 else caps[-2]


def evened(
    tasks: Sequence[Task], workers: Sequence[Worker], given: Sequence[int], enough: int
) -> list[int]:
    """Worker of each task, the minutes of no two workers further apart than before.

    Parameters
    ----------
    tasks, workers
        What is to be done, and who can do it.
    given
        A worker for each, who can do all that is given to it.
    enough
        Minutes between the worker with most work and the one with least that suffice.

    Returns
    -------
    list of int
        The same for the same question, every time.
    """
    return _Evening(tasks, workers, given).work(enough)


class _Evening:
    def __init__(
        self, tasks: Sequence[Task], workers: Sequence[Worker], given: Sequence[int]
    ) -> None:
        self.tasks, self.workers = tasks, workers
        order = sorted(range(len(tasks)), key=lambda k: (tasks[k].begin, k))
        self.own: list[Own] = [[k for k in order if given[k] == w] for w in range(len(workers))]
        self.minutes = [
            sum(task.lasts for task in worker.has) + sum(tasks[k].lasts for k in own)
            for worker, own in zip(workers, self.own, strict=True)
        ]
        self._stuck: set[tuple[int, int]] = set()
        """Pairs of which nothing is left to gain as they stand."""

    def work(self, enough: int) -> list[int]:
        """Exchange until it is even enough, or nothing is left to gain."""
        while max(self.minutes) - min(self.minutes) > enough:
            if not any(self._nearer(*pair) for pair in self._pairs()):
                break
        found = [0] * len(self.tasks)
        for w, own in enumerate(self.own):
            for k in own:
                found[k] = w
        return found

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Pairs of one worker with more than another, the busiest first, with the idlest."""
        order = sorted(range(len(self.workers)), key=lambda w: (-self.minutes[w], w))
        for place, more in enumerate(order):
            for less in order[:place:-1]:
                if self.minutes[more] > self.minutes[less] and (more, less) not in self._stuck:
                    yield more, less

    def _nearer(self, more: int, less: int) -> bool:
        """Exchange what brings two workers nearest to each other; whether anything does."""
        apart = self.minutes[more] - self.minutes[less]
        exchanges = self._exchanges(self.own[more], self.own[less])
        nearer = [way for way in exchanges if 0 < way[0] < apart]
        for moved, mine, yours in sorted(nearer, key=lambda way: abs(apart - 2 * way[0])):
            if self._can(more, mine) and self._can(less, yours):
                self.own[more], self.own[less] = mine, yours
                self.minutes[more] -= moved
                self.minutes[less] += moved
                self._stuck = {pair for pair in self._stuck if not {more, less} & set(pair)}
                return True
        self._stuck.add((more, less))
        return False

    def _exchanges(self, mine: Own, yours: Own) -> Iterator[tuple[int, Own, Own]]:
        """Minutes that move from one to the other, and what each has then.

        Those whose tasks would meet where they are joined are left out.
        """
        yield from self._from_then_on(mine, yours)
        yield from self._one_each(mine, yours)

    def _from_then_on(self, mine: Own, yours: Own) -> Iterator[tuple[int, Own, Own]]:
        """Both change what they do after some of their tasks."""
        tasks = self.tasks
        left = [list(accumulate((tasks[k].lasts for k in own), initial=0)) for own in (mine, yours)]
        begins = [tasks[k].begin for k in yours]
        for i in range(len(mine) + 1):
            # those of the other that may come after my first i, and that my others may follow
            first = bisect_left(begins, tasks[mine[i - 1]].free) if i else 0
            for j in range(first, len(yours) + 1):
                if i < len(mine) and j and tasks[yours[j - 1]].free > tasks[mine[i]].begin:
                    break
                moved = (left[0][-1] - left[0][i]) - (left[1][-1] - left[1][j])
                yield moved, mine[:i] + yours[j:], yours[:j] + mine[i:]

    def _one_each(self, mine: Own, yours: Own) -> Iterator[tuple[int, Own, Own]]:
        """One gives a task, and takes one or none for it."""
        tasks = self.tasks
        for i, k in enumerate(mine):
            rest = mine[:i] + mine[i + 1 :]
            yield tasks[k].lasts, rest, self._with(yours, k)
            for j, other in enumerate(yours):
                moved = tasks[k].lasts - tasks[other].lasts
                theirs = yours[:j] + yours[j + 1 :]
                yield moved, self._with(rest, other), self._with(theirs, k)

    def _with(self, own: Own, task: int) -> Own:
        return sorted([*own, task], key=lambda k: (self.tasks[k].begin, k))

    def _can(self, worker: int, own: Own) -> bool:
        """Whether a worker can do all of these."""
        return self.workers[worker].can_all([self.tasks[k] for k in own])
