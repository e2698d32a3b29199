"""A tiny sea to vary, and a way to work runs without planning them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.plan.model import Plan
from planner.reuse import Learned
from planner.study.cases import Layout, lay_out, load_cases
from planner.study.cases.parcel import learned_in, packed, plan_in, record_in
from planner.study.cases.record import Record
from planner.study.cases.work import Done, Task, work
from tests.study.cases.tiny import GRID, StandIn, write_study, write_tiny


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, Plan, Learned]:
    """Return the result of one run that was really worked."""
    folder = write_tiny(tmp_path_factory.mktemp("tiny"))
    layout = lay_out(load_cases(write_study(folder, GRID)))
    run = layout.runs[0]
    task = Task(run.key, layout.plot.scenario(layout.plot.points[0]), run.options)
    done = work(task)
    assert isinstance(done, Done)
    learned = learned_in(done.content)
    assert learned is not None
    return record_in(done.content, run.key), plan_in(done.content), learned


@pytest.fixture
def stand_in(made: tuple[Record, Plan, Learned]) -> StandIn:
    """Return a worker that gives every run the same plan, at once."""
    record, plan, learned = made
    return StandIn(
        lambda key, **figures: packed(
            record.model_copy(update={"key": key, **figures}), plan, learned
        )
    )


@pytest.fixture
def laid(tmp_path: Path) -> Callable[[str], Layout]:
    """Return a way to lay out a study of the tiny sea from its text."""
    folder = write_tiny(tmp_path / "study")
    return lambda text: lay_out(load_cases(write_study(folder, text)))
