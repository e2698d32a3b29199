"""Requirements as slots, windows and groups, against plain sums over the small sea off Aktau."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from planner.errors import ScenarioError
from planner.problem.build import PlanningProblem
from planner.problem.duties import _revisit
from planner.problem.duty import HARD_WORTH, Ask, zone_cells
from planner.scenario import Scenario
from tests.problem.required import ASKED, NEAR, asking, duty_of, problem_of, scenario_in, sea_of

GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario off Aktau with a requirement of each kind."""
    return scenario_in(tmp_path_factory.mktemp("required"))


@pytest.fixture(scope="module")
def problem(scenario: Scenario) -> PlanningProblem:
    """Return its arrays."""
    return problem_of(scenario)


@pytest.fixture(scope="module")
def zone(scenario: Scenario) -> np.ndarray:
    """Return the cells of the zone: half in it, by geodesic areas of their water."""
    area = [GEOD.geometry_area_perimeter(each)[0] for each in sea_of(scenario).cells.water]
    held = [
        GEOD.geometry_area_perimeter(shapely.intersection(each, NEAR))[0]
        for each in sea_of(scenario).cells.water
    ]
    share = np.abs(held) / np.abs(area)
    return (share >= 0.5) | (np.abs(held) >= 0.25 * np.abs(held).sum())


def test_a_zone_has_the_cells_that_lie_in_it(scenario: Scenario, zone: np.ndarray) -> None:
    """A cell belongs to the zone that holds half of its water, or that it holds a quarter of."""
    found = zone_cells(scenario.requirement[0], scenario, sea_of(scenario))
    np.testing.assert_array_equal(found, zone)
    assert 2 <= found.sum() < found.size


def test_presence_is_asked_for_every_half_hour(problem: PlanningProblem) -> None:
    """Slots of three steps from start to end, the last shorter, count alike and as much as all."""
    duty = duty_of(problem, "watched")
    assert duty.middle.tolist() == [*range(37, 97, 3), 96]
    assert duty.worth.sum() == pytest.approx(duty.total)
    assert set(duty.worth.round(12)) == {round(0.2 / 21, 12)}
    assert duty.groups == ()


def test_presence_in_part_is_asked_for_in_every_watch(problem: PlanningProblem) -> None:
    """Each of the four watches is a group of its twelve slots, with a quarter of the worth."""
    duty = duty_of(problem, "half watched")
    assert duty.worth.sum() == 0.0
    assert [group.target.tolist() for group in duty.groups] == [
        list(range(12 * k, 12 * k + 12)) for k in range(4)
    ]
    for group in duty.groups:
        assert (group.level, group.worth) == (0.5, pytest.approx(0.1))
        assert group.share.sum() == pytest.approx(1.0)


def test_what_is_hard_counts_more_than_all_else(problem: PlanningProblem) -> None:
    """A hard requirement outweighs detecting everything and meeting every soft one."""
    soft = sum(each.get("worth", 0.2) for each in ASKED if not each.get("hard"))
    assert duty_of(problem, "seen").total == pytest.approx(HARD_WORTH * (1 + soft))
    assert duty_of(problem, "seen").total > 1 + soft


def test_response_is_asked_for_every_hour_and_cell(
    problem: PlanningProblem, scenario: Scenario, zone: np.ndarray
) -> None:
    """A slot an hour for each cell, served from cells whose farthest point is near enough."""
    duty = duty_of(problem, "helped")
    cells = np.flatnonzero(zone)
    assert duty.middle.size == 24 * cells.size
    unit, centre = scenario.unit[0], sea_of(scenario).cells.centre
    vessel = scenario.vessel_of(unit)
    found = duty.reach(unit, sea_of(scenario).waters(vessel.draft_m))
    for row, z in enumerate(cells.tolist()):
        for cell in range(zone.size):
            straight_nm = GEOD.inv(*centre[z], *centre[cell])[2] / 1852.0
            reach_nm = 50.0 / 60.0 * vessel.max_kn
            if found[row, cell]:
                # Even from corner to corner it is within reach, if the way is straight.
                corners = 2 * 0.9 * h3.average_hexagon_edge_length(5, "km") / 1.852
                assert straight_nm + corners <= reach_nm + 0.01
            elif cell == z:
                raise AssertionError("a hull does not reach the cell that it is in")


def test_hulls_on_alert_serve_what_they_reach(tmp_path: Path, zone: np.ndarray) -> None:
    """Cells within a boat's way from its base, ready time off, are met whatever sails."""
    asked = [ASKED[3] | {"within_min": 75.0}]
    near = problem_of(scenario_in(tmp_path, asked, alert=1, ready_min=15.0))
    late = problem_of(scenario_in(tmp_path, asked, alert=1, ready_min=75.0))
    other = problem_of(scenario_in(tmp_path, [asked[0] | {"units": ["Navy"]}], alert=1))
    duty = near.duties[0].duty
    scenario = scenario_in(tmp_path, asked)
    vessel, base = scenario.vessel_of(scenario.unit[0]), scenario.base[0].position
    centre, radius_nm = sea_of(scenario).cells.centre, 9.64 / np.sqrt(3)
    surely = [
        GEOD.inv(*base, *centre[z])[2] / 1852.0 * 1.3 + radius_nm <= 1.0 * vessel.max_kn
        for z in np.flatnonzero(zone)
    ]
    served = 1 - duty.middle.size / (24 * zone.sum())
    assert served >= np.mean(surely) > 0
    assert duty.served == pytest.approx(duty.total * served)
    assert near.instance.targets.met == pytest.approx(duty.served)
    assert late.duties[0].duty.served == other.duties[0].duty.served == 0.0
    assert near.instance.rows[0][0].capacity == late.instance.rows[0][0].capacity == 1


def test_an_escort_follows_the_ship(problem: PlanningProblem, scenario: Scenario) -> None:
    """Slots every half hour of the voyage, each served from the ship's cell and those around."""
    duty = duty_of(problem, "escorted")
    asked = duty.requirement
    names = sea_of(scenario).cells.ids
    length_nm = GEOD.inv(*asked.origin, *asked.destination)[2] / 1852.0
    assert duty.middle.size >= int(length_nm / 10.0 / 0.5) - 1
    assert set(np.diff(duty.middle)) == {3}
    reach = duty.reach(scenario.unit[0], sea_of(scenario).waters(1.0))
    for middle, place in zip(duty.middle.tolist(), duty.place.tolist(), strict=True):
        run_m = (middle + 0.5 - 36) / 6 * 10.0 * 1852.0
        course = GEOD.inv(*asked.origin, *asked.destination)[0]
        lon, lat, _ = GEOD.fwd(*asked.origin, course, run_m)
        around = set(h3.grid_disk(h3.latlng_to_cell(lat, lon, 5), 1))
        assert {names[cell] for cell in np.flatnonzero(reach[place])} == around & set(names)


def test_a_least_detection_is_a_group_of_what_is_there(
    problem: PlanningProblem, scenario: Scenario
) -> None:
    """Its targets are those of the threat, each as much as lies in the zone."""
    (group,) = duty_of(problem, "found").groups
    targets, cells = problem.instance.targets, sea_of(scenario).cells
    layer = next(k for k, each in enumerate(problem.layers) if each.threat == "nets")
    weight = targets.layer_weight(layer) * cells.share_in(NEAR)
    first = int(targets.offset[layer])
    np.testing.assert_array_equal(group.target - first, np.flatnonzero(weight))
    np.testing.assert_allclose(group.share, weight[weight > 0] / weight.sum())
    assert (group.level, group.worth) == (0.3, 0.2)


@pytest.fixture(scope="module")
def revisit(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Return a revisit to change."""
    return asking(scenario_in(tmp_path_factory.mktemp("seen"), [ASKED[2]]))


def changed(ask: Ask, every: int, begin: int, end: int) -> Ask:
    """A revisit every so many steps, between two steps of the plan."""
    scenario = ask.scenario
    step = (scenario.end - scenario.start) / 144
    update = {
        "every_h": every / 6,
        "start": scenario.start + begin * step,
        "end": scenario.start + end * step,
    }
    asked = ask.requirement.model_copy(update=update)
    return Ask(asked, 1, scenario, ask.sea, [], ask.waters)


@settings(max_examples=120)
@given(data=st.data())
def test_who_serves_every_window_leaves_nothing_unseen_too_long(
    data: st.DataObject, revisit: Ask
) -> None:
    """Whenever visits start, one in each window of all layers: no gap exceeds every_h."""
    every, begin = data.draw(st.integers(1, 100)), data.draw(st.integers(0, 40))
    end = data.draw(st.integers(begin + every + 1, 144))
    duty = _revisit(changed(revisit, every, begin, end))
    cell = int(np.flatnonzero(duty.windows[0].weight.any(axis=0))[0])
    starts: set[int] = set()
    for windows in duty.windows:
        for number in np.flatnonzero(windows.weight[:, cell] > 0):
            steps = np.flatnonzero(windows.number == number)
            if not starts & set(steps.tolist()):
                starts.add(data.draw(st.sampled_from(steps.tolist())))
    marks = [begin, *sorted(starts), end]
    assert max(b - a for a, b in pairwise(marks)) <= every


@settings(max_examples=120)
@given(data=st.data())
def test_who_leaves_nothing_unseen_too_long_serves_every_loose_window(
    data: st.DataObject, revisit: Ask
) -> None:
    """Visits never further apart than every_h start in each of the windows of proofs."""
    every, begin = data.draw(st.integers(1, 100)), data.draw(st.integers(0, 40))
    end = data.draw(st.integers(begin + every + 1, 144))
    duty = _revisit(changed(revisit, every, begin, end))
    starts, last = [], begin
    while end - last > every:
        last += data.draw(st.integers(1, every))
        starts.append(last)
    for windows in duty.loose:
        for number in np.flatnonzero(windows.weight.any(axis=1)):
            steps = set(np.flatnonzero(windows.number == number).tolist())
            assert steps & set(starts)
    assert sum(each.weight.sum() for each in duty.loose) == pytest.approx(duty.total)
    assert sum(each.weight.sum() for each in duty.windows) == pytest.approx(duty.total)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"file": "far.geojson"}, "holds no cell of the area"),
        ({"start": ASKED[0]["start"], "end": "2006-05-22T06:02:00+05:00"}, "less than a time step"),
        ({"kind": "revisit", "every_h": 24.0}, "nothing is left unseen for more than 24 h"),
        ({"kind": "detection", "level": 0.1, "threat": "ferry"}, "nothing that stays in a place"),
        ({"file": None, "departures": ["2006-05-24T06:00:00+05:00"]}, "does not cross the area"),
    ],
)
def test_what_cannot_be_asked_is_named(
    tmp_path: Path, asked: dict[str, object], message: str
) -> None:
    """What is not there, or means nothing, is one line with the requirement's number."""
    kind = ASKED[4] if "file" in asked and asked["file"] is None else ASKED[0]
    given = {"name": "x", "kind": kind["kind"]} | {
        key: value for key, value in kind.items() if key not in ("start", "end", "share")
    }
    given |= {key: value for key, value in asked.items() if value is not None}
    with pytest.raises(ScenarioError, match=message) as caught:
        problem_of(scenario_in(tmp_path, [given]))
    assert [problem.key for problem in caught.value.problems] == ["requirement[1]"]
