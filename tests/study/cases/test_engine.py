"""Working a study's runs: order, faults, and taking it up again."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from planner.study.cases import Layout, run_cases
from planner.study.cases.layout import Run
from planner.study.cases.runners import here
from planner.study.cases.store import Store
from planner.study.cases.work import Outcome, Task
from tests.study.cases.tiny import GRID, StandIn

Laid = Callable[[str], Layout]

SIX = GRID.replace("[1, 2, 3]", "[1, 2, 3, 4, 5, 6]")


def test_lenders_come_first_and_lend(laid: Laid, stand_in: StandIn, tmp_path: Path) -> None:
    """A run is begun when all that it learns from are done, and is given what they learned."""
    layout, told = laid(SIX), []
    outcomes = run_cases(layout, tmp_path, runner=here(stand_in), progress=told.append)
    assert outcomes.complete
    done = list[str]()
    for task in stand_in.seen:
        run = next(run for run in layout.runs if run.key == task.key)
        lent = [layout.runs[number].key for number in run.lenders]
        assert set(lent) <= set(done)
        assert len(task.lent) == len(lent)
        done.append(task.key)
    assert told[-1].phase.startswith("6 of 6 runs done, last: Launches")
    assert told[-1].detection == outcomes.worked.records[0].detection


def test_without_sharing_nothing_is_lent(laid: Laid, stand_in: StandIn, tmp_path: Path) -> None:
    """``share = false`` plans each run from nothing."""
    layout = laid("share = false\n" + SIX)
    assert {run.level for run in layout.runs} == {0}
    run_cases(layout, tmp_path, runner=here(stand_in))
    assert all(task.lent == () for task in stand_in.seen)


def test_a_failed_case_is_told_and_the_study_goes_on(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """Those that would learn from it do without; taken up again, only it is tried anew."""
    layout = laid(SIX)
    stand_in.fails = frozenset({0})
    outcomes = run_cases(layout, tmp_path, runner=here(stand_in))
    assert outcomes.worked.failures == {0: "it would not"}
    assert len(outcomes.worked.records) == 5
    assert not outcomes.complete
    stand_in.seen.clear()
    stand_in.fails = frozenset()
    again = run_cases(layout, tmp_path, runner=here(stand_in))
    assert again.complete
    assert [task.key for task in stand_in.seen] == [layout.runs[0].key]
    assert again.worked.before == 5


def test_ctrl_c_keeps_what_is_done(laid: Laid, stand_in: StandIn, tmp_path: Path) -> None:
    """The run in hand is lost, nothing else; the next call goes on."""
    layout = laid(SIX)
    stand_in.interrupts = frozenset({3})
    outcomes = run_cases(layout, tmp_path, runner=here(stand_in))
    assert outcomes.worked.interrupted
    assert len(outcomes.worked.records) == 3
    stand_in.interrupts = frozenset()
    stand_in.seen.clear()
    assert run_cases(layout, tmp_path, runner=here(stand_in)).complete
    assert len(stand_in.seen) == 3


def test_a_damaged_result_is_made_again(laid: Laid, stand_in: StandIn, tmp_path: Path) -> None:
    """A file that was cut off is noticed, and only its run is done again."""
    layout = laid(SIX)
    run_cases(layout, tmp_path, runner=here(stand_in))
    path = Store(tmp_path / "runs").path(layout.runs[2].key)
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    stand_in.seen.clear()
    outcomes = run_cases(layout, tmp_path, runner=here(stand_in))
    assert (outcomes.worked.damaged, len(stand_in.seen)) == (1, 1)
    assert path.read_bytes() == whole


def test_a_lender_damaged_by_now_lends_nothing(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """A file that breaks while the study runs costs its help only, and is made again later."""
    layout = laid(SIX)
    spoilt = Store.of(tmp_path).path(layout.runs[0].key)

    def spoil(task: Task) -> Outcome:
        if len(stand_in.seen) == 1:
            spoilt.write_bytes(spoilt.read_bytes()[:-7])
        return stand_in(task)

    outcomes = run_cases(layout, tmp_path, runner=here(spoil))
    assert outcomes.complete
    later = [t for t in stand_in.seen[2:] if t.key != layout.runs[0].key]
    assert any(len(t.lent) < len(run_of(layout, t).lenders) for t in later)
    stand_in.seen.clear()
    assert run_cases(layout, tmp_path, runner=here(stand_in)).worked.damaged == 1
    assert [t.key for t in stand_in.seen] == [layout.runs[0].key]


def run_of(layout: Layout, task: Task) -> Run:
    """Return the run that a task is for."""
    return next(run for run in layout.runs if run.key == task.key)


DOWN = """
[[case]]
name = "often down"
set = { "unit.Launches.availability" = 0.3 }
"""


def test_a_plan_to_be_tried_anew_is_handed_on(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """After the run that makes it; if that one fails the other is asked to plan by itself."""
    layout = laid(DOWN)
    run_cases(layout, tmp_path / "a", runner=here(stand_in))
    first, second = stand_in.seen
    assert first.made is None
    assert second.made == Store.of(tmp_path / "a").path(first.key).read_bytes()
    stand_in.seen.clear()
    stand_in.fails = frozenset({0})
    outcomes = run_cases(layout, tmp_path / "b", runner=here(stand_in))
    assert stand_in.seen[1].made is None
    assert list(outcomes.worked.records) == [1]


def test_a_full_disk_stops_the_study_and_loses_one_run(
    laid: Laid, stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more runs are begun whose results could not be kept; with room it goes on."""
    layout, written = laid(SIX), []

    def keep(self: Store, key: str, content: bytes) -> object:
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(key)
        return real(self, key, content)

    real = Store.keep
    monkeypatch.setattr(Store, "keep", keep)
    outcomes = run_cases(layout, tmp_path, runner=here(stand_in))
    assert "No space left" in outcomes.worked.stopped
    assert (len(outcomes.worked.records), len(stand_in.seen)) == (2, 3)
    monkeypatch.undo()
    assert run_cases(layout, tmp_path, runner=here(stand_in)).complete


def test_results_of_another_planner_are_not_taken(
    laid: Laid, stand_in: StandIn, tmp_path: Path
) -> None:
    """A cluster with another version is told of, and its results are not kept."""
    layout = laid(GRID)
    pack = stand_in.pack
    stand_in.pack = lambda key, **figures: pack(key, planner_version="0.0", **figures)
    outcomes = run_cases(layout, tmp_path, runner=here(stand_in))
    assert not outcomes.worked.records
    assert all("planner 0.0" in reason for reason in outcomes.worked.failures.values())


def test_points_that_come_to_the_same_share_a_run(laid: Laid) -> None:
    """Runs are known by what they are, not by what they are called."""
    layout = laid('seeds = [0, 1]\n[[case]]\nname = "same"\nset = { "unit.Launches.count" = 2 }')
    assert len(layout.plot.points) == 2
    assert len(layout.runs) == 2
    assert layout.run_of == {(0, 0): 0, (0, 1): 1, (1, 0): 0, (1, 1): 1}


def test_seeds_and_agencies_that_plan_apart_lend_nothing_to_others(laid: Laid) -> None:
    """Runs of one seed are a group of their own, so that seeds tell how lucky a search was."""
    layout = laid("seeds = [0, 1]\n" + SIX)
    for run in layout.runs:
        assert all(layout.runs[n].options.seed == run.options.seed for n in run.lenders)
    assert sum(run.level == 0 for run in layout.runs) == 2


def test_the_expected_time_counts_who_waits_for_whom(laid: Laid) -> None:
    """Rows of runs one after the other, each with so many at a time."""
    layout = laid(SIX)
    assert layout.expected_s(1) is None
    study = layout.plot.study.model_copy(update={"work_limit": None, "time_limit_s": 10.0})
    timed = replace(layout, plot=replace(layout.plot, study=study))
    assert timed.expected_s(1) == 60.0
    assert timed.expected_s(8) == 10.0 * (1 + max(run.level for run in layout.runs))
    tried = laid(DOWN)
    study = tried.plot.study.model_copy(update={"work_limit": None, "time_limit_s": 10.0})
    tried = replace(tried, plot=replace(tried.plot, study=study))
    assert tried.expected_s(1) == 10.0  # a plan that is only tried anew takes no search


def test_a_worker_that_is_wrong_is_a_failure(laid: Laid, tmp_path: Path) -> None:
    """What arrives damaged is told, and nothing of it kept."""
    from planner.study.cases.work import Done

    def wrong(task: Task) -> Outcome:
        return Done(task.key, b"PK")

    outcomes = run_cases(laid(GRID), tmp_path, runner=here(wrong))
    assert len(outcomes.worked.failures) == 3
    assert not list((tmp_path / "runs").iterdir())
