"""Evenness of hours: what exchanges may do, and what is proven of the best there can be."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.plan.assign import Task, Worker, apart, choose, greedy
from planner.plan.even import evened, least_apart
from tests.plan.test_assign import crowds, holds, workers_of


@settings(max_examples=100)
@given(st.data())
def test_exchanges_keep_every_rule_and_bring_nobody_further_apart(data: st.DataObject) -> None:
    """Whoever is away or may not do much: each does what it can, all is done, again the same."""
    tasks, needed = data.draw(crowds(20))
    workers = data.draw(workers_of(needed + 1))
    first = choose(tasks, workers)
    kept = [k for k, w in enumerate(first) if w is not None]
    some, before = [tasks[k] for k in kept], [w for w in first if w is not None]
    after = evened(some, workers, before, 0)
    assert holds(some, workers, after)
    assert apart(some, workers, after) <= apart(some, workers, before)
    assert after == evened(some, workers, before, 0)


@settings(max_examples=150)
@given(crowds(6), st.integers(0, 1))
def test_no_sharing_out_is_evener_than_is_proven(crowd: tuple[list[Task], int], spare: int) -> None:
    """The bound is no more than the least apart of all ways to share tasks out."""
    tasks, needed = crowd
    workers = [Worker() for _ in range(min(3, needed) + spare)]
    ways = product(range(len(workers)), repeat=len(tasks))
    found = [apart(tasks, workers, way) for way in ways if holds(tasks, workers, way)]
    if found:
        assert least_apart(tasks, workers) <= min(found)


def test_a_gap_that_somebody_must_have_is_seen() -> None:
    """Of two that are always at work at once one has the short task: no exchange helps."""
    tasks = [Task(0, 10, 12), Task(1, 11, 13), Task(12, 22, 24), Task(13, 15, 17)]
    workers = [Worker(), Worker()]
    assert least_apart(tasks, workers) == 8
    assert apart(tasks, workers, greedy(tasks, workers)) == 8


def test_enough_is_enough() -> None:
    """Exchanges end where hours are as even as asked; further on they find what is left."""
    tasks = [Task(20 * k, 20 * k + 2 + k, 20 * k + 2 + k) for k in range(8)]
    workers, given_ = [Worker(), Worker()], [0] * 8
    assert evened(tasks, workers, given_, 100) == given_
    assert apart(tasks, workers, evened(tasks, workers, given_, 0)) == 0


def test_what_is_done_already_counts() -> None:
    """A worker that has a task gets less, and its own task is in nobody's way twice."""
    workers = [Worker(has=(Task(0, 6, 10),)), Worker()]
    tasks = [Task(12, 14, 18), Task(20, 22, 26), Task(30, 32, 36)]
    assert evened(tasks, workers, [0, 0, 0], 0) == [1, 1, 1]
    assert least_apart(tasks, workers) == 0
    assert least_apart([], [Worker()]) == 0
