"""Upkeep after so many hours: placed where it can be, wherever it can be; named, drawn, checked."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.app import plan_and_learn, read_plan, write_plan
from planner.plan.assign import Task, Worker, choose, share
from planner.plan.upkeep import upkeeps_of
from planner.present.table import schedule_table
from planner.problem.budgets import budgets_of, most_under_way_h
from planner.problem.steps import Steps
from planner.problem.upkeep import Rule, placed, rules_of
from planner.verify import verify
from tests.problem.off_aktau import scenario_of, tables


@st.composite
def days(draw: st.DrawFn) -> list[Task]:
    """Tasks one after the other, with gaps."""
    found, clock = [], 0
    for _ in range(draw(st.integers(0, 5))):
        begin = clock + draw(st.integers(0, 6))
        end = begin + draw(st.integers(1, 6))
        found.append(Task(begin, end, end))
        clock = end
    return found


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Upkeep every few minutes, not at some times."""
    every = draw(st.integers(4, 12))
    off = draw(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), max_size=2))
    return Rule(
        every,
        draw(st.integers(0, every)),
        draw(st.integers(1, 5)),
        tuple(sorted((begin, begin + lasts) for begin, lasts in off)),
    )


def keeps(rule: Rule, tasks: list[Task], slots: tuple[tuple[int, int], ...]) -> bool:
    """Whether upkeep at these times lets a hull do all tasks."""
    for begin, end in slots:
        busy = [*((task.begin, task.end) for task in tasks), *rule.off]
        if begin < 0 or end - begin != rule.lasts:
            return False
        if any(begin < to and since < end for since, to in busy):
            return False
    since = rule.begun
    events = sorted([*((task.begin, 1, task.lasts) for task in tasks),
                     *((begin, 0, 0) for begin, _ in slots)])  # fmt: skip
    for _, sails, lasts in events:
        since = since + lasts if sails else 0
        if since > rule.every:
            return False
    return True


def can_be_kept(rule: Rule, tasks: list[Task]) -> bool:
    """Whether any times for upkeep do, by trying every minute in every gap."""
    last = max((task.begin for task in tasks), default=0)
    starts = [begin for begin in range(last) if keeps_off(rule, tasks, begin)]
    return any(
        keeps(rule, tasks, tuple((begin, begin + rule.lasts) for begin in chosen))
        for count in range(len(tasks) + 1)
        for chosen in itertools.combinations(starts, count)
        if all(b - a >= rule.lasts for a, b in itertools.pairwise(chosen))
    )


def keeps_off(rule: Rule, tasks: list[Task], begin: int) -> bool:
    """Whether upkeep from a minute on meets nothing."""
    busy = [*((task.begin, task.end) for task in tasks), *rule.off]
    return not any(begin < to and since < begin + rule.lasts for since, to in busy)


@settings(max_examples=150, deadline=None)
@given(rule=rules(), tasks=days())
def test_upkeep_is_placed_wherever_it_can_be(rule: Rule, tasks: list[Task]) -> None:
    """What is placed keeps the rule, and where nothing is, nothing could be."""
    found = placed(rule, tasks)
    if found is None:
        assert not can_be_kept(rule, tasks)
    else:
        assert keeps(rule, tasks, found)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_as_many_tasks_are_given_as_upkeep_allows(data: st.DataObject) -> None:
    """Of tasks that are worth the same as many are given out as by trying every way."""
    workers = [Worker(upkeep=data.draw(rules())) for _ in range(2)]
    begins = data.draw(st.lists(st.integers(0, 25), min_size=1, max_size=5))
    tasks = []
    for begin in sorted(begins):
        end = begin + data.draw(st.integers(1, 6))
        tasks.append(Task(begin, end, end + data.draw(st.integers(0, 2)), 1.0))
    best = 0
    for way in itertools.product((None, 0, 1), repeat=len(tasks)):
        own = [[t for t, w in zip(tasks, way, strict=True) if w == k] for k in range(2)]
        apart = all(not a.meets(b) for each in own for a, b in itertools.combinations(each, 2))
        kept = all(placed(workers[k].upkeep, own[k]) is not None for k in range(2))  # type: ignore[arg-type]
        if apart and kept:
            best = max(best, sum(w is not None for w in way))
    given = choose(tasks, workers)
    assert sum(w is not None for w in given) == best
    doers = [w for w in given if w is not None]
    done = [t for t, w in zip(tasks, given, strict=True) if w is not None]
    fair = share(done, workers, doers) if done else []
    for given_to in (doers, fair):
        for k, worker in enumerate(workers):
            own = [t for t, w in zip(done, given_to, strict=True) if w == k]
            assert worker.upkeep is not None
            assert placed(worker.upkeep, own) is not None


@pytest.mark.parametrize(
    ("due_h", "every_h", "lasts_h", "horizon_h", "most_h"),
    [
        (10, 10, 5, 8, 8),  # the plan is over before the first
        (0, 10, 6, 24, 18),  # one at once, then 10, one more, then 6: 12 h of upkeep leave 12
        (4, 8, 10, 24, 12),
        (4, 8, 30, 24, 4),
    ],
)
def test_upkeep_leaves_so_many_hours(
    due_h: float, every_h: float, lasts_h: float, horizon_h: float, most_h: float
) -> None:
    """With each number of upkeeps a hull sails no longer than they let it, and than is left."""
    by_hand = max(
        min(due_h + k * every_h, horizon_h - k * lasts_h)
        for k in range(int(horizon_h / lasts_h) + 1)
    )
    assert most_under_way_h(due_h, every_h, lasts_h, horizon_h) == by_hand


def served(**unit: Any) -> dict[str, Any]:
    """Tables of three days with two boats that go in for upkeep."""
    changed = tables()
    changed["days"] = 3.0
    changed["unit"] = [changed["unit"][0] | {"upkeep_every_h": 12.0, "upkeep_h": 20.0} | unit]
    changed["threat"] = changed["threat"][:2]
    return changed


def test_a_plan_with_upkeep_holds(tmp_path: Path) -> None:
    """The plan says when hulls go in; it keeps their hours, shows them, and verifies."""
    scenario = scenario_of(served(upkeep_due_h=[3.0, 12.0]))
    planned = plan_and_learn(scenario, work_limit=40)
    plan = planned.plan
    folder = write_plan(plan, tmp_path)
    assert plan.upkeep == upkeeps_of(plan.sorties, scenario)
    assert plan.upkeep
    report = verify(read_plan(folder), folder)
    assert report.ok, "\n".join(report.lines())
    assert report.checks["upkeep"] > 0
    from rich.console import Console

    screen = Console(width=120, record=True)
    screen.print(schedule_table(plan))
    assert screen.export_text().count("in port: upkeep") == len(plan.upkeep)


def test_upkeep_bounds_the_hours_of_the_search() -> None:
    """The budget of a unit is what its hulls can be under way with their upkeep."""
    scenario = scenario_of(served(upkeep_due_h=[3.0, 12.0]))
    unit = scenario.unit[0]
    (budget,) = budgets_of(unit, scenario, Steps(scenario))
    hours = sum(most_under_way_h(due_h, 12.0, 20.0, 72.0) for due_h in (3.0, 12.0))
    assert (budget.limit, budget.span) == (hours * 6, (0, 432, False))
    assert rules_of(unit, scenario)["Boats 1"] == Rule(720, 180, 1200)
    ample = scenario_of(served(upkeep_every_h=5000.0)).unit[0]
    assert budgets_of(ample, scenario, Steps(scenario)) == ()
