"""Which visits serve what, by trying every one; and where requirements stand among targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.problem.arrays import SURE
from planner.problem.build import PlanningProblem
from planner.problem.serving import asked_by, loosely
from planner.scenario import Scenario
from planner.solve.coverage import Coverage
from planner.solve.least import only_required, total_of
from planner.solve.sorties import Sortie
from tests.problem.off_aktau import patrol
from tests.problem.off_aktau import problem as plain_problem
from tests.problem.required import ASKED, duty_of, problem_of, scenario_in, sea_of


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario off Aktau with a requirement of each kind."""
    return scenario_in(tmp_path_factory.mktemp("required"))


@pytest.fixture(scope="module")
def problem(scenario: Scenario) -> PlanningProblem:
    """Return its arrays."""
    return problem_of(scenario)


def test_threats_keep_their_targets(problem: PlanningProblem) -> None:
    """Layers and tracks of the threats come first and count what they did without requirements."""
    plain, targets = plain_problem().instance.targets, problem.instance.targets
    layers, still = plain.window.shape[0], int(plain.offset[-1])
    np.testing.assert_array_equal(targets.window[:layers], plain.window)
    np.testing.assert_array_equal(targets.offset[: layers + 1], plain.offset)
    np.testing.assert_array_equal(targets.weight[:still], plain.weight[:still])
    first = int(targets.offset[-1])
    moving = targets.weight[first : first + plain.n_moving]
    np.testing.assert_array_equal(moving, plain.weight[still:])
    assert targets.asked is not None
    assert targets.credit.sum() == pytest.approx(1.0)
    assert targets.n_moving == plain.n_moving + targets.sure


def test_all_that_is_asked_is_worth_what_the_scenario_says(problem: PlanningProblem) -> None:
    """Slots, windows, groups and what is met already add up to the worth of all requirements."""
    whole = sum(placed.duty.total for placed in problem.duties)
    assert total_of(problem.instance.targets) == pytest.approx(whole)
    for placed in problem.duties:
        kept, groups = asked_by(problem.instance.targets, [placed])
        alone = only_required(problem.instance, kept, groups, placed.duty.served)
        assert total_of(alone.targets) == pytest.approx(placed.duty.total)


@pytest.mark.parametrize("name", ["watched", "half watched", "helped", "escorted"])
def test_a_slot_is_served_by_the_visits_under_way_in_it(
    problem: PlanningProblem, scenario: Scenario, name: str
) -> None:
    """Of all visits by all units exactly those serve a slot that search where and when it asks."""
    placed = next(p for p in problem.duties if p.duty.requirement.name == name)
    duty, targets = placed.duty, problem.instance.targets
    first = placed.first - int(targets.offset[-1])
    for fleet in problem.instance.fleets:
        unit = scenario.unit[fleet.unit]
        vessel = scenario.vessel_of(unit)
        waters = sea_of(scenario).waters(vessel.draft_m + vessel.under_keel_clearance_m)
        reach, steps = duty.reach(unit, waters), fleet.network.visit_steps
        n, last = targets.n_cells, problem.instance.n_steps
        for row in range(fleet.track_ptr.size - 1):
            start, cell = divmod(row, n)
            own = slice(int(fleet.track_ptr[row]), int(fleet.track_ptr[row + 1]))
            found = fleet.track_target[own] - first
            mine = (found >= 0) & (found < duty.middle.size)
            lasts = int(steps[cell])
            due = [
                slot
                for slot, (middle, place) in enumerate(
                    zip(duty.middle.tolist(), duty.place.tolist(), strict=True)
                )
                if duty.serves(unit)
                and lasts > 0
                and start + lasts <= last
                and start <= middle < start + lasts
                and reach[place, cell]
            ]
            assert sorted(found[mine].tolist()) == due
            assert (fleet.track_exposure[own][mine] == SURE).all()


def test_tracks_are_seen_as_before(problem: PlanningProblem) -> None:
    """What visits give to moving targets is what it is without requirements."""
    for fleet, plain in zip(problem.instance.fleets, plain_problem().instance.fleets, strict=True):
        mine = fleet.track_target < plain_problem().instance.targets.n_moving
        np.testing.assert_array_equal(fleet.track_target[mine], plain.track_target)
        np.testing.assert_array_equal(fleet.track_exposure[mine], plain.track_exposure)


def test_fleets_of_one_class_and_name_share_their_arrays(tmp_path: Path) -> None:
    """Two units of one class at two bases that count alike are priced together."""
    found = scenario_in(tmp_path, ASKED[:1], vessel="pkm")
    made = problem_of(found).instance.fleets
    assert made[0].track_ptr is made[1].track_ptr
    named = scenario_in(tmp_path, [ASKED[0] | {"units": ["Boats"]}], vessel="pkm")
    boats, navy = problem_of(named).instance.fleets
    assert boats.track_target.size > navy.track_target.size


def test_windows_are_seen_where_a_visit_starts(problem: PlanningProblem) -> None:
    """A visit serves the window that it starts in, and only there, even over its end."""
    placed = next(p for p in problem.duties if p.duty.windows)
    targets = problem.instance.targets
    fleet = problem.instance.fleets[0]
    cell = int(np.flatnonzero(placed.duty.windows[0].weight.any(axis=0))[0])
    sortie = patrol(problem, 0, 0, 4, cell)
    seen = Coverage(targets, [sortie]).seen
    starts = sortie.visits[:, 0].tolist()
    over = 0
    for layer, windows in zip(placed.layers, placed.duty.windows, strict=True):
        for number in range(windows.weight.shape[0]):
            target = int(targets.offset[layer]) + number * targets.n_cells + cell
            begun = any(windows.number[start] == number for start in starts)
            assert (seen[target] > 0.999) == (begun and windows.weight[number, cell] > 0)
        lasts = int(fleet.network.visit_steps[cell])
        over += sum(windows.number[s] != windows.number[s + lasts - 1] for s in starts)
    assert over > 0


def test_loose_targets_differ_in_the_windows_alone(problem: PlanningProblem) -> None:
    """For proofs revisits ask less often, and as much in all; the rest is as it is."""
    targets = problem.instance.targets
    loose = loosely(targets, problem.duties)
    assert total_of(loose) == pytest.approx(total_of(targets))
    changed = np.flatnonzero(loose.weight != targets.weight)
    placed = next(p for p in problem.duties if p.duty.windows)
    first, last = (int(targets.offset[k]) for k in (placed.layers.start, placed.layers.stop))
    assert changed.size
    assert first <= changed.min() <= changed.max() < last


def served(problem: PlanningProblem, sorties: list[Sortie]) -> float:
    """What a plan counts beside its detection."""
    coverage = Coverage(problem.instance.targets, sorties)
    return coverage.value() - coverage.detection()


def test_what_a_plan_serves_is_what_the_definition_says(problem: PlanningProblem) -> None:
    """The worth of a plan of two patrols is that of its slots, watches, windows and the rest."""
    sorties = [patrol(problem, 0, 36, 5), patrol(problem, 1, 0, 8)]
    seen = Coverage(problem.instance.targets, sorties).seen
    due = 0.0
    for placed in problem.duties:
        duty = placed.duty
        slots = seen[placed.first : placed.first + duty.middle.size]
        due += float(duty.worth @ slots)
        for layer, windows in zip(placed.layers, duty.windows, strict=True):
            first = int(problem.instance.targets.offset[layer])
            every = seen[first : first + windows.weight.size].reshape(windows.weight.shape)
            due += float((windows.weight * every).sum())
        for group in duty.groups:
            found = seen if duty.of_threats else slots
            part = float(group.share @ found[group.target]) / group.level
            due += group.worth * min(1.0, part)
    assert served(problem, sorties) == pytest.approx(due)
    assert due > 0
    assert duty_of(problem, "watched").total == 0.2
