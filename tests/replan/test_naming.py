"""New sorties find a hull and a crew for the whole of their time, or are not added."""

from __future__ import annotations

import numpy as np

from planner.plan.assign import Task, Worker
from planner.plan.rota import rota_of
from planner.replan.columns import Fit, columns_of
from planner.replan.naming import Manning, placed
from planner.solve import Sortie
from tests.replan import anew


def test_two_free_halves_are_no_whole() -> None:
    """At every moment one of two workers is free, but none for the whole task."""
    workers = [Worker(has=(Task(0, 30, 40),)), Worker(has=(Task(60, 90, 100),))]
    assert placed([Task(40, 90, 100)], workers)
    assert placed([Task(0, 50, 60)], workers)
    assert not placed([Task(20, 70, 80)], workers)


def test_a_first_choice_is_taken_back() -> None:
    """What fits only one worker gets it, though an earlier task would have fitted, too."""
    workers = [Worker(), Worker(away=((50, 100),))]
    tasks = [Task(0, 40, 45), Task(10, 60, 70)]
    assert placed(tasks, workers)
    assert placed(tasks[::-1], workers)
    assert not placed([*tasks, Task(20, 30, 35)], workers)


def test_few_looks_are_no_answer_but_no() -> None:
    """A question that takes too long counts as not to be placed."""
    tasks, workers = [Task(k, k + 1, k + 1) for k in range(10)], [Worker()]
    assert placed(tasks, workers)
    assert not placed(tasks, workers, looks=5)


def test_what_can_be_manned_is_named_by_the_rota() -> None:
    """A sortie that is let in gets a name beside those that stay; one too many does not."""
    found = columns_of(anew.later(), anew.scenario(), anew.problem())
    fits = [fit for fit in found if isinstance(fit, Fit)]
    manning = Manning(anew.scenario(), anew.problem(), anew.sailed(), fits)
    gone, *stay = fits
    columns = [fit.column for fit in stay]
    again = Sortie(
        gone.column.fleet,
        gone.column.depart,
        gone.column.return_,
        gone.column.visits,
        gone.column.target,
        gone.column.exposure,
    )
    assert manning(columns, again)
    settled = [*anew.sailed(), *(fit.sortie for fit in stay)]
    rota = rota_of([again], anew.scenario(), anew.problem(), settled)
    assert rota.manned[0].hull == gone.sortie.hull
    assert not manning([fit.column for fit in fits], again)
    assert np.array_equal(again.visits, gone.column.visits)
