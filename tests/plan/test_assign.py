"""Tasks given to hulls and crews: never two at once, all of them where that can be, fair."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.plan import assign
from planner.plan.assign import Task, Worker, apart, choose, greedy, share, within
from planner.plan.even import least_apart

Given = Sequence[int | None]


@st.composite
def crowds(draw: st.DrawFn, most: int = 14) -> tuple[list[Task], int]:
    """Tasks, and the most of them that bind a worker at once."""
    tasks = []
    for _ in range(draw(st.integers(1, most))):
        begin, lasts = draw(st.integers(0, 60)), draw(st.integers(1, 12))
        free = begin + lasts + draw(st.integers(0, 10))
        tasks.append(Task(begin, begin + lasts, free, draw(st.integers(0, 5)) / 5))
    return tasks, max(sum(t.begin <= one.begin < t.free for t in tasks) for one in tasks)


@st.composite
def workers_of(draw: st.DrawFn, count: int) -> list[Worker]:
    """Workers of which some are away for a time, and some may not do much."""
    found = []
    for _ in range(count):
        begin = draw(st.integers(0, 60))
        away = ((begin, begin + draw(st.integers(1, 20))),) if draw(st.booleans()) else ()
        most = (30, draw(st.integers(5, 25))) if draw(st.booleans()) else None
        found.append(Worker(away, (), most))
    return found


def holds(tasks: Sequence[Task], workers: Sequence[Worker], given: Given) -> bool:
    """Whether no worker does two tasks at once, any while away, or more than it may."""
    for w, worker in enumerate(workers):
        own = [task for task, who in zip(tasks, given, strict=True) if who == w]
        own += worker.has
        if any(a.begin < b.free and b.begin < a.free for a, b in combinations(own, 2)):
            return False
        if any(t.begin < end and start < t.end for t in own for start, end in worker.away):
            return False
        if not within(worker.most, own):
            return False
    return True


@settings(max_examples=60)
@given(crowds(), st.integers(0, 2))
def test_all_are_given_where_counts_allow(crowd: tuple[list[Task], int], spare: int) -> None:
    """With as many workers as tasks at once all tasks are given, no less fairly than in turn."""
    tasks, needed = crowd
    workers = [Worker() for _ in range(needed + spare)]
    first = choose(tasks, workers)
    whole = [w for w in first if w is not None]
    assert len(whole) == len(tasks)
    shared = share(tasks, workers, whole)
    assert holds(tasks, workers, shared)
    assert apart(tasks, workers, shared) <= apart(tasks, workers, greedy(tasks, workers))


@settings(max_examples=60)
@given(st.data())
def test_what_cannot_be_done_is_left_out(data: st.DataObject) -> None:
    """Whoever is away, what is given holds; no task more could be given as it stands."""
    tasks, needed = data.draw(crowds())
    workers = data.draw(workers_of(max(1, needed - data.draw(st.integers(0, 1)))))
    found = choose(tasks, workers)
    assert holds(tasks, workers, found)
    for k, w in enumerate(found):
        if w is None:
            for other in range(len(workers)):
                assert not holds(tasks, workers, [*found[:k], other, *found[k + 1 :]])
    kept = [k for k, w in enumerate(found) if w is not None]
    first = [w for w in found if w is not None]
    shared = share([tasks[k] for k in kept], workers, first)
    assert holds([tasks[k] for k in kept], workers, shared)


@settings(max_examples=40)
@given(st.data())
def test_the_best_choice_is_made(data: st.DataObject) -> None:
    """On few tasks none of all possible choices is worth more, none as fair is fairer."""
    tasks, needed = data.draw(crowds(5))
    workers = data.draw(workers_of(min(2, needed)))
    each: list[Given] = list(product([None, *range(len(workers))], repeat=len(tasks)))
    possible = [given for given in each if holds(tasks, workers, given)]
    found = choose(tasks, workers)

    def worth(given: Given) -> float:
        return sum(t.worth + 1e-6 for t, w in zip(tasks, given, strict=True) if w is not None)

    assert worth(found) >= max(map(worth, possible)) - 1e-4
    kept = [k for k, w in enumerate(found) if w is not None]
    same = [
        [given[k] for k in kept]
        for given in possible
        if [k for k, w in enumerate(given) if w is not None] == kept
    ]
    mine = [tasks[k] for k in kept]
    shared = share(mine, workers, [w for w in found if w is not None])
    assert apart(mine, workers, shared) == min(apart(mine, workers, given) for given in same)


@settings(max_examples=40)
@given(crowds(), st.integers(0, 2), st.integers(0, 30))
def test_what_is_fair_enough_is_not_asked_of_the_programme(
    crowd: tuple[list[Task], int], spare: int, fair: int
) -> None:
    """Nobody is further apart than that above the proven least, or than the programme leaves."""
    tasks, needed = crowd
    workers = [Worker() for _ in range(needed + spare)]
    first = [w for w in choose(tasks, workers) if w is not None]
    shared = share(tasks, workers, first, fair=fair)
    assert holds(tasks, workers, shared)
    evenest = apart(tasks, workers, share(tasks, workers, first))
    assert apart(tasks, workers, shared) <= max(least_apart(tasks, workers) + fair, evenest)


def test_large_questions_are_left_to_exchanges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit no programme is built, and what exchanges find is kept."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a programme was built")

    monkeypatch.setattr(assign, "_Model", never)
    monkeypatch.setattr(assign, "MOST_ASKED", 80)
    tasks = [Task(7 * k, 7 * k + 3 + k % 5, 7 * k + 9 + k % 3) for k in range(40)]
    workers = [Worker() for _ in range(3)]
    first = [w for w in greedy(tasks, workers) if w is not None]
    shared = share(tasks, workers, first)
    assert holds(tasks, workers, shared)
    assert apart(tasks, workers, shared) <= apart(tasks, workers, first)


def test_what_is_settled_binds_and_counts() -> None:
    """A worker that has a task does nothing beside it, and the other catches up first."""
    has = Task(0, 6, 10)
    workers = [Worker(has=(has,)), Worker()]
    tasks = [Task(2, 4, 8), Task(12, 14, 18), Task(20, 22, 26)]
    first = choose(tasks, workers)
    assert first[0] == 1
    shared = share(tasks, workers, [w for w in first if w is not None])
    assert shared == [1, 1, 1]


def test_a_window_counts_tasks_from_their_begin() -> None:
    """Ten of work in any thirty: the third task of five waits for the first to fall out."""
    tasks = [Task(0, 5, 6), Task(10, 15, 16), Task(29, 34, 35)]
    assert not within((30, 10), tasks)
    assert within((30, 10), [*tasks[:2], Task(30, 35, 36)])
    assert choose(tasks, [Worker(most=(30, 10))]).count(None) == 1


def test_turns_are_the_same_every_time() -> None:
    """The same tasks are given to the same workers again."""
    tasks = [Task(7 * k, 7 * k + 3 + k % 5, 7 * k + 9 + k % 3) for k in range(40)]
    workers = [Worker() for _ in range(3)]
    first = [w for w in choose(tasks, workers) if w is not None]
    assert share(tasks, workers, first) == share(tasks, workers, first)
    assert apart(tasks, workers, share(tasks, workers, first)) <= 1


def test_workers_that_are_alike_begin_in_their_order() -> None:
    """The first task is the first worker's, the next new one the second's."""
    tasks = [Task(5, 9, 12), Task(0, 7, 9), Task(20, 31, 32), Task(21, 25, 30)]
    workers = [Worker(), Worker(), Worker()]
    shared = share(tasks, workers, [2, 1, 0, 1])
    order = [shared[k] for k in (1, 0, 2, 3)]
    assert order[0] == 0
    assert order[1] == 1
    assert sorted(set(order)) == list(range(len(set(order))))


def test_nothing_is_given_of_nothing() -> None:
    """No tasks, no turns."""
    assert choose([], [Worker()]) == []
    assert share([], [Worker()], []) == []
