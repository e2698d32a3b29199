"""Real runs: what is lent, how agencies plan, what fails, and thirty of them in one study."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from planner.app import read_plan, write_plan
from planner.errors import SolveError
from planner.reuse import Recalled, recall
from planner.reuse.start import filled
from planner.simulate import simulate
from planner.solve import PROVEN
from planner.study.cases import Layout, Outcomes, run_cases
from planner.study.cases.parcel import plan_in
from planner.study.cases.runners import here
from planner.study.cases.work import MANY, Done, Failed, Task, one_line, together, work
from planner.verify import verify
from tests.problem.off_aktau import problem, scenario
from tests.reuse.known import learned
from tests.solve.reference import detection
from tests.study.cases.tiny import GRID

Laid = Callable[[str], Layout]

TWO = """
[[case]]
name = "apart"
agencies = "apart"
set = { "unit.Response boat.agency" = "Navy" }
[[case]]
name = "in turn"
agencies = "in turn"
set = { "unit.Response boat.agency" = "Navy" }
[[case]]
name = "joint"
set = { "unit.Response boat.agency" = "Navy" }
[[case]]
name = "out of reach"
set = { "vessel.harbour-launch.endurance_h" = 0.5 }
"""


@pytest.fixture
def two(laid: Laid, tmp_path: Path) -> Outcomes:
    """Return a study of two services, one case of which cannot be planned."""
    return run_cases(laid(TWO), tmp_path / "out", runner=here())


def test_agencies_plan_as_they_are_told(two: Outcomes, tmp_path: Path) -> None:
    """Every plan holds; joint detects no less than in turn, in turn no less than apart."""
    layout, records = two.layout, two.worked.records
    apart, in_turn = (two.known[number] for number in (1, 2))
    assert apart.own.detection <= in_turn.own.detection + 1e-9
    assert two.known[3].detection >= max(apart.detection, in_turn.detection)
    assert set(in_turn.own.order) == {"Coast guard", "Navy"}
    assert apart.bound <= two.known[3].bound
    for number, record in records.items():
        plan = two.store.plan(record.key)
        plan = plan.at(layout.plot.scenario(layout.plot.points[layout.runs[number].point]))
        directory = write_plan(plan, tmp_path / str(number))
        report = verify(read_plan(directory), directory)
        assert report.ok, [str(violation) for violation in report.violations]
        assert report.detection == pytest.approx(record.detection, abs=1e-6)


def test_a_case_that_cannot_be_planned_says_why(two: Outcomes) -> None:
    """In one line, with the case, the key and the remedy; the others are done."""
    assert len(two.worked.records) == 4
    (reason,) = two.worked.failures.values()
    assert 'case "out of reach"' in reason
    assert "can reach no cell" in reason
    assert "\n" not in reason


def test_thirty_cases_are_the_same_twice(laid: Laid, tmp_path: Path) -> None:
    """Limited by work, results are equal byte by byte, however they are taken up again."""
    layout = laid(
        GRID.replace("[1, 2, 3]", "[1, 2, 3, 4, 5, 6]")
        + '[[grid.axis]]\nname = "Endurance"\npath = "vessel.harbour-launch.endurance_h"\n'
        "values = [6, 7, 8, 9, 10]\n"
    )
    assert len(layout.runs) == 30
    first = run_cases(layout, tmp_path / "first", runner=here())
    assert first.complete
    assert sum(record.lent > 0 for record in first.worked.records.values()) == 29
    for record in first.worked.records.values():
        assert 0 < record.detection <= record.bound <= 1
        assert record.time_s == 0
    some = layout.runs[::4]
    (tmp_path / "second" / "runs").mkdir(parents=True)
    for run in layout.runs:
        path = Path("runs") / f"{run.key}.zip"
        if run not in some:
            (tmp_path / "second" / path).write_bytes((tmp_path / "first" / path).read_bytes())
    again = run_cases(layout, tmp_path / "second", runner=here())
    assert again.worked.before == 30 - len(some)
    for run in some:
        path = Path("runs") / f"{run.key}.zip"
        assert (tmp_path / "second" / path).read_bytes() == (tmp_path / "first" / path).read_bytes()
    seen = [again.known[number].detection for number in range(30)]
    for number in range(25):
        assert seen[number] <= seen[number + 5]  # more boats, the same endurance


def test_lent_results_never_make_a_run_worse_off(laid: Laid) -> None:
    """A larger fleet begins with the plan of a smaller one."""
    layout = laid(GRID)
    scenarios = [layout.plot.scenario(point) for point in layout.plot.points]
    small = work(Task(layout.runs[0].key, scenarios[0], layout.runs[0].options))
    assert isinstance(small, Done)
    options = replace(layout.runs[1].options, targets=0)
    large = work(Task(layout.runs[1].key, scenarios[1], options, (small.content,)))
    assert isinstance(large, Done)
    assert plan_in(large.content).solver.detection >= plan_in(small.content).solver.detection


UP = """
[[case]]
name = "often down"
set = { "unit.Launches.availability" = 0.3 }
"""


def test_what_plans_do_not_know_of_is_only_tried_anew(
    laid: Laid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same sorties without a search; they differ in the trial with breakdowns, not in plan."""
    from planner.study.cases import work as module

    layout, real, searched = laid("targets = 400\n" + UP), module.resume, list[int]()

    def counted(*given: object, **options: object) -> object:
        searched.append(1)
        return real(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "resume", counted)
    assert [run.same_plan for run in layout.runs] == [None, 0]
    outcomes = run_cases(layout, tmp_path, runner=here())
    assert outcomes.complete
    assert len(searched) == 1
    whole, down = outcomes.known[0], outcomes.known[1]
    assert outcomes.plan(1).sorties == outcomes.plan(0).sorties
    assert outcomes.plan(1).scenario["unit"][0]["availability"] == 0.3
    assert (down.detection, down.bound) == (whole.detection, whole.bound)
    assert down.record.simulated == whole.record.simulated
    assert whole.record.available is None
    assert down.record.available is not None
    assert down.record.available < (down.record.simulated or 0.0)
    gain = outcomes.gain(1)
    assert gain is not None
    assert gain.verdict == "same"


def test_without_the_plan_of_another_a_run_plans_by_itself(laid: Laid, tmp_path: Path) -> None:
    """A run whose plan was to be taken failed, or its file is damaged by now."""
    layout = laid(UP)
    task = Task(
        layout.runs[1].key, layout.plot.scenario(layout.plot.points[1]), layout.runs[1].options
    )
    alone = work(task)
    assert isinstance(alone, Done)
    assert plan_in(alone.content).sorties


def test_an_interrupted_solve_is_no_result(laid: Laid, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan that was found by then is not kept as that of the run."""
    from planner.study.cases import work as module

    real = module.resume

    def cut_short(*given: object, **options: object) -> object:
        return replace(real(*given, **options), termination="interrupted")  # type: ignore[arg-type]

    monkeypatch.setattr(module, "resume", cut_short)
    layout = laid(GRID)
    with pytest.raises(KeyboardInterrupt):
        work(Task("k", layout.plot.scenario(layout.plot.points[0]), layout.runs[0].options))


@pytest.mark.parametrize("error", [SolveError("no way\nand more"), ZeroDivisionError("oh")])
def test_whatever_goes_wrong_is_one_line(
    laid: Laid, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Expected or not, a failure is an outcome."""
    from planner.study.cases import work as module

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(module, "resume", fail)
    layout = laid(GRID)
    task = Task("k", layout.plot.scenario(layout.plot.points[0]), layout.runs[0].options)
    outcome = work(task)
    assert isinstance(outcome, Failed)
    assert outcome.reason in {"no way (and 1 more)", "ZeroDivisionError: oh"}


def test_reasons_are_short() -> None:
    """A long line is cut, nothing at all is said to be so."""
    assert one_line("") == "no reason given"
    assert len(one_line("x" * 5000)) < 400


def test_what_is_kept_from_run_to_run_changes_no_byte(laid: Laid, tmp_path: Path) -> None:
    """Each run of a study, worked again by somebody with no sea in hand, is the same file."""
    layout = laid("targets = 200\n" + GRID.replace("[1, 2, 3]", "[1, 2, 3, 4, 5]"))
    store = run_cases(layout, tmp_path, runner=here()).store
    for run in layout.runs:
        scenario = layout.plot.scenario(layout.plot.points[run.point])
        lent = tuple(
            part for each in run.lenders if (part := store.lent(layout.runs[each].key)) is not None
        )
        task = Task(run.key, scenario, run.options, lent, lends=run.lends)
        with ThreadPoolExecutor(1) as another:  # seas are kept by thread
            outcome = another.submit(work, task).result()
        assert isinstance(outcome, Done)
        assert outcome.content == store.path(run.key).read_bytes()


def test_trials_of_a_study_are_those_of_its_plans(laid: Laid, tmp_path: Path) -> None:
    """Each plan, tried by itself on a sea of its own, finds what the study says; and it holds."""
    layout = laid("targets = 300\n" + GRID)
    outcomes = run_cases(layout, tmp_path, runner=here())
    for number, record in outcomes.worked.records.items():
        plan = outcomes.plan(layout.runs[number].point)
        total = simulate(plan, runs=300).total
        assert (total.simulated, total.low, total.high) == (
            record.simulated,
            record.low,
            record.high,
        )
        directory = write_plan(plan, tmp_path / str(number))
        assert verify(read_plan(directory), directory).ok


def test_of_two_lenders_the_better_plan_is_begun_with_once_it_is_filled() -> None:
    """A plan that leaves a hull free may end above one that detects more as it is."""
    instance = problem().instance
    whole = recall(learned(), scenario(), problem())
    none = replace(whole, start=(), detection=0.0)
    some = replace(whole, start=whole.start[::2], detection=0.0)
    for found in ([whole, none], [none, some], [some, whole]):
        best = together(found, problem())
        assert best is not None
        plans = [filled(instance, each.start) for each in found]
        most = max(detection(instance, plan) for plan in plans)
        assert best.detection == pytest.approx(most, abs=1e-12)
        assert best.detection == pytest.approx(detection(instance, best.start), abs=1e-12)
        assert {sortie.key for sortie in best.start} <= {sortie.key for sortie in best.pool}
    alone = together([some], problem())
    assert alone is not None
    assert [each.key for each in alone.start] == [each.key for each in filled(instance, some.start)]
    assert together([], problem()) is None
    hurried = together([none, none], problem(), time_limit_s=0.0)
    assert hurried is not None
    assert hurried.start == ()


def test_nobody_is_asked_after_one_that_proves_the_gap() -> None:
    """The second lender is looked at exactly where the plan and bound of the first leave a gap."""
    first = recall(learned(), scenario(), problem())
    lowest = min(cut.bound(problem().instance) for cut in first.cuts)
    detected = detection(problem().instance, filled(problem().instance, first.start))
    asked: list[int] = []

    def lent() -> Iterator[Recalled]:
        for number in range(2):
            asked.append(number)
            yield first

    for gap, count in ((lowest / detected - 1.0 + 1e-9, 1), (lowest / detected - 1.0 - 1e-9, 2)):
        asked.clear()
        assert together(lent(), problem(), gap=gap) is not None
        assert asked == list(range(count))


def test_who_lends_to_many_aims_closer(laid: Laid) -> None:
    """The gap is smaller for runs that many learn from, never for others, nor below proof."""
    layout = laid("gap = 0.05\n" + GRID.replace("[1, 2, 3]", "[1, 2, 3, 4, 5, 6, 7, 8]"))
    learners = [
        sum(number in other.lenders for other in layout.runs) for number in range(len(layout.runs))
    ]
    assert [run.lends for run in layout.runs] == learners
    assert min(learners) == 0
    for run in layout.runs:
        task = Task(run.key, layout.plot.scenario(layout.plot.points[0]), run.options)
        assert task.gap == 0.05
        closer = replace(task, lends=run.lends).gap
        assert closer == (pytest.approx(0.045) if run.lends >= MANY else 0.05)
        proof = replace(task, lends=9, options=replace(run.options, gap=0.0))
        assert proof.gap == PROVEN
