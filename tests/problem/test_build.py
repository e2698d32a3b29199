"""The arrays of a small real sea against its distances, lengths and areas."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np
import pytest

from planner.errors import ScenarioError
from planner.problem.arrays import CapacityRow, Fleet
from planner.problem.build import build, required_depth_m, waters_of
from planner.problem.fleets import HOP_RINGS
from planner.problem.passing import mean_relative_kn
from planner.scenario import Scenario
from planner.solve import Sortie
from planner.solve.sorties import make_sortie
from tests.plan_factory import one_pass
from tests.problem.off_aktau import problem, scenario, scenario_of, sea, tables
from tests.solve.reference import sorties_of

STEP_H = 1 / 6


def fleets() -> Iterable[tuple[int, Fleet]]:
    """Number and arrays of each unit."""
    return enumerate(problem().instance.fleets)


def built(changed: dict[str, object]) -> tuple[Scenario, list[Fleet]]:
    """Scenario and fleets of changed tables on the same sea."""
    there = scenario_of(changed)
    return there, list(build(there, sea()).instance.fleets)


def test_weights_sum_to_1() -> None:
    """All targets together weigh 1, none less than nothing."""
    weight = problem().instance.targets.weight
    assert math.fsum(weight) == pytest.approx(1, abs=1e-12)
    assert (weight >= 0).all()
    assert problem().instance.targets.n_moving == 30


def test_steps_lie_in_the_window_of_their_time() -> None:
    """A step belongs to the window that holds its middle, and the step count is the plan's."""
    instance = problem().instance
    assert instance.n_steps == 144
    nets, runs = instance.targets.window
    assert set(nets.tolist()) == {0}
    assert runs.tolist() == [0] * 54 + [1] * 54 + [2] * 36
    for number, layer in enumerate(problem().layers):
        assert (instance.targets.layer_weight(number) == layer.weight).all()


def test_a_visit_is_a_lane_of_about_a_spacing_in_whole_steps() -> None:
    """A visit lasts the fewest steps that hold a lane across the cell, nothing if it cannot."""
    cells = sea().cells
    for number, fleet in fleets():
        unit = scenario().unit[number]
        waters, speed = waters_of(unit, scenario(), sea()), scenario().vessel_of(unit).search_kn
        for cell in range(cells.n):
            steps = int(fleet.network.visit_steps[cell])
            if not waters.searchable[cell]:
                assert steps == 0
                continue
            spacing = cells.spacing_nm[cell] * math.sqrt(
                cells.area_nm2[cell] / cells.hexagon_nm2[cell]
            )
            needed = max(float(waters.span_nm[cell]), spacing)
            assert steps * STEP_H * speed >= needed - 1e-6
            assert (steps - 1) * STEP_H * speed < needed


def test_exposure_is_one_pass_of_width_times_length_over_area() -> None:
    """A visit gives what a pass of W·L/A gives, with L what is searched in its time."""
    for number, fleet in fleets():
        vessel = scenario().vessel_of(scenario().unit[number])
        length = fleet.network.visit_steps * STEP_H * vessel.search_kn
        swept = vessel.sweep_width_nm * length / sea().cells.area_nm2
        expected = np.array([one_pass(float(coverage)) for coverage in swept])
        assert fleet.exposure.shape == (2, 1, sea().cells.n)
        assert fleet.exposure == pytest.approx(np.broadcast_to(expected, fleet.exposure.shape))
        assert problem().made[number].visit_nm == pytest.approx(length)
        assert problem().made[number].search_kn == vessel.search_kn


def test_ways_from_the_base_take_their_distance_at_cruise() -> None:
    """Deploying takes the whole steps of the sea distance to the cell's nearest access point."""
    for number, fleet in fleets():
        unit = scenario().unit[number]
        vessel, waters = scenario().vessel_of(unit), waters_of(unit, scenario(), sea())
        home = waters.field(scenario().base_of(unit).position)
        for cell in np.flatnonzero(waters.searchable):
            points = waters.points[waters.access(int(cell))]
            nearest = float(home.distance_nm(points).min())
            steps = max(1, math.ceil(nearest / vessel.cruise_kn / STEP_H - 1e-9))
            assert fleet.network.deploy_steps[cell] == steps
            assert fleet.network.return_steps[cell] == steps
            access = problem().made[number].access
            assert access.distance_nm[cell] == pytest.approx(nearest)
            assert access.point[cell].tolist() in points.tolist()


def test_adjacent_cells_share_a_gate() -> None:
    """A visit can follow at once in the same cell and across a navigable side, nowhere else."""
    for number, fleet in fleets():
        waters = waters_of(scenario().unit[number], scenario(), sea())
        gates = {frozenset(pair) for pair in waters.gate_pair.tolist()}
        for i, j in product(range(sea().cells.n), repeat=2):
            joined = bool(waters.searchable[i]) if i == j else frozenset((i, j)) in gates
            assert (i in fleet.network.adjacent[j]) == joined
        for cell in np.flatnonzero(waters.searchable):
            assert fleet.network.adjacent[cell, 0] == cell


def test_hops_take_their_distance_at_cruise() -> None:
    """Hops into a cell are those of the waters, each with the whole steps of its way."""
    for number, fleet in fleets():
        unit = scenario().unit[number]
        hops = waters_of(unit, scenario(), sea()).hops(HOP_RINGS)
        cruise_kn, net = scenario().vessel_of(unit).cruise_kn, fleet.network
        expected = sorted(
            (int(target), int(origin), max(1, math.ceil(far / cruise_kn / STEP_H - 1e-9)))
            for origin, target, far in zip(hops.origin, hops.target, hops.distance_nm, strict=True)
        )
        found = [
            (target, int(net.hop_from[k]), int(net.hop_steps[k]))
            for target in range(net.n_cells)
            for k in range(net.hop_ptr[target], net.hop_ptr[target + 1])
        ]
        assert sorted(found) == expected


def test_no_cell_is_nearer_by_way_of_another() -> None:
    """Deploying is never slower than by a visit elsewhere: pricing relies on it."""
    for _, fleet in fleets():
        net = fleet.network
        for j in net.active():
            ways = [(int(i), 0) for i in net.adjacent[j] if i >= 0]
            into = range(net.hop_ptr[j], net.hop_ptr[j + 1])
            ways += [(int(net.hop_from[k]), int(net.hop_steps[k])) for k in into]
            for i, transit in ways:
                assert net.deploy_steps[j] <= net.deploy_steps[i] + net.visit_steps[i] + transit


def test_endurance_departures_and_fuel_are_the_vessel_s() -> None:
    """The longest sortie, the departures and the fuel rule are those of class and scenario."""
    for number, fleet in fleets():
        vessel = scenario().vessel_of(scenario().unit[number])
        assert fleet.network.max_steps == min(144, round(vessel.endurance_h * 6))
        assert fleet.network.departures.tolist() == list(range(0, 144, 6))
        assert fleet.fuel.limit_l == pytest.approx(vessel.fuel_l * (1 - vessel.fuel_reserve))
        assert fleet.fuel.transit_l * 6 == pytest.approx(vessel.burn_cruise_l_h)
        assert fleet.fuel.search_l * 6 == pytest.approx(vessel.burn_search_l_h)
        assert fleet.fuel.loiter_l * 6 == pytest.approx(vessel.burn_loiter_l_h)


@pytest.mark.parametrize(
    ("count", "crews", "turnaround_h", "rest_h", "rows"),
    [
        (2, 1, 2.0, 8.0, {(1, 48)}),
        (2, 2, 2.0, 8.0, {(2, 48)}),
        (2, 3, 2.0, 8.0, {(2, 12), (3, 48)}),
        (2, 1, 8.0, 2.0, {(2, 48), (1, 12)}),
        (2, 2, 8.0, 2.0, {(2, 48)}),
        (2, 3, 8.0, 2.0, {(2, 48)}),
        (2, 3, 4.0, 4.0, {(2, 24)}),
        (2, 1, 4.0, 4.0, {(1, 24)}),
        (1, 1, 0.0, 0.05, {(1, 1)}),
    ],
)
def test_rows_of_hulls_and_crews(
    count: int, crews: int, turnaround_h: float, rest_h: float, rows: set[tuple[int, int]]
) -> None:
    """Hulls and crews each make a row, but one that the other implies is left out."""
    changed = tables()
    vessel = scenario().vessel["patrol-boat-42ft"].model_dump()
    changed["vessel"] = {"boat": vessel | {"turnaround_h": turnaround_h, "rest_h": rest_h}}
    changed["unit"] = [changed["unit"][0] | {"vessel": "boat", "count": count, "crews": crews}]
    _, (fleet,) = built(changed)
    assert set(fleet.rows) == {CapacityRow(*row) for row in rows}
    assert len(fleet.rows) == len(rows)


HULL_1 = {
    "hull": "Boats 1",
    "start": "2006-05-22T06:00:00+05:00",
    "end": "2006-05-22T12:05:00+05:00",
}
"""Six hours from hour 6, and a little of one step more."""


@pytest.mark.parametrize(
    ("unit", "outages", "rows"),
    [
        ({}, [], {CapacityRow(2, 48)}),
        ({"day_h": 9.0}, [], {CapacityRow(2, 48, 144)}),
        ({"rotation": 3}, [], {CapacityRow(2, 48, 432)}),
        ({"day_h": 9.0, "rotation": 2}, [], {CapacityRow(2, 48, 288)}),
        ({"week_h": 40.0}, [], {CapacityRow(2, 48)}),
        ({"crews": 3}, [], {CapacityRow(2, 12), CapacityRow(3, 48)}),
        ({"crews": 9, "day_h": 9.0}, [], {CapacityRow(2, 12), CapacityRow(9, 48, 144)}),
        ({}, [HULL_1], {CapacityRow(2, 12, 0, ((36, 73),)), CapacityRow(2, 48)}),
        (
            {"crews": 1},
            [HULL_1, HULL_1 | {"hull": "Boats 2", "start": "2006-05-21T00:00:00+05:00"}],
            {CapacityRow(2, 12, 0, ((36, 73), (0, 73))), CapacityRow(1, 48)},
        ),
        ({"crews": 3}, [HULL_1 | {"hull": "Navy 1"}], {CapacityRow(2, 12), CapacityRow(3, 48)}),
    ],
)
def test_rows_know_days_and_outages(
    unit: dict[str, Any], outages: list[dict[str, Any]], rows: set[CapacityRow]
) -> None:
    """A crew's next departure waits for its day, and hulls in upkeep are taken; others are not."""
    changed = tables() | {"outage": outages}
    changed["unit"][0] |= unit
    _, (fleet, _) = built(changed)
    assert set(fleet.rows) == rows
    assert len(fleet.rows) == len(rows)


def test_a_sortie_is_no_longer_than_a_crews_day() -> None:
    """Hours under way in 24 h are those of one sortie, where the class could sail for longer."""
    changed = tables()
    changed["unit"][0]["day_h"] = 7.25
    _, (fleet, other) = built(changed)
    assert fleet.network.max_steps == 43
    assert other.network.max_steps == 144


def test_a_visit_sees_of_a_track_the_time_they_share() -> None:
    """What sorties see of tracks: a pass of W·w·h/A, w the mean relative speed, h the time met."""
    instance = problem().instance
    vessel = scenario().vessel_of(scenario().unit[0])
    swept_kn = vessel.sweep_width_nm * float(mean_relative_kn(vessel.search_kn, 12.0))
    fleet = instance.fleets[0]
    for departure in (0, 60):
        for k, (return_, visits) in enumerate(sorties_of(instance, fleet, departure)):
            if k > 80:
                break
            sortie: Sortie = make_sortie(
                instance, 0, departure, return_, np.array(visits, np.int32)
            )
            first = int(instance.targets.offset[-1])
            found = dict(zip(sortie.target.tolist(), sortie.exposure.tolist(), strict=True))
            for number, track in enumerate(problem().tracks):
                seen = 0.0
                for step, cell in visits:
                    lasts = fleet.network.visit_steps[cell] * STEP_H
                    for there, enter, leave in zip(
                        track.cell, track.enter_h, track.leave_h, strict=True
                    ):
                        if there == cell:
                            together = min(leave, step * STEP_H + lasts) - max(enter, step * STEP_H)
                            swept = max(0.0, together) * swept_kn / sea().cells.area_nm2[cell]
                            seen += one_pass(float(swept))
                assert found.get(first + number, 0.0) == pytest.approx(seen, abs=1e-9)


def test_units_of_a_class_share_its_arrays() -> None:
    """Bases only change the ways out and back: all else of a class is held once."""
    changed = tables()
    changed["unit"] += [changed["unit"][0] | {"name": "Others", "base": "Kuryk"}]
    _, (boats, navy, others) = built(changed)
    for name in ("exposure", "track_ptr", "track_target", "track_exposure"):
        assert getattr(boats, name) is getattr(others, name)
        assert getattr(boats, name) is not getattr(navy, name)
    for name in ("visit_steps", "adjacent", "hop_ptr", "hop_from", "hop_steps"):
        assert getattr(boats.network, name) is getattr(others.network, name)
    assert (boats.network.deploy_steps != others.network.deploy_steps).any()


def test_required_depth_counts_water_level() -> None:
    """A class needs its draft and clearance, less where the water stands higher."""
    changed = tables()
    changed["environment"] = {"water_level_anomaly_m": 0.3}
    vessel = scenario().vessel["pkm"]
    needed = vessel.draft_m + vessel.under_keel_clearance_m
    assert required_depth_m(vessel, scenario()) == pytest.approx(needed)
    assert required_depth_m(vessel, scenario_of(changed)) == pytest.approx(needed - 0.3)


def test_units_out_of_reach_are_named_together() -> None:
    """Units that can reach no cell and be back are all named, with their keys and a remedy."""
    changed = tables()
    slow = scenario().vessel["patrol-boat-42ft"].model_dump() | {"endurance_h": 0.5, "sea": ()}
    changed["vessel"] = {"slow": slow}
    changed["unit"] += [
        {"name": "Short legs", "vessel": "slow", "agency": "A", "base": "Kuryk", "count": 1},
        {"name": "Also short", "vessel": "slow", "agency": "A", "base": "Kuryk", "count": 2},
    ]
    with pytest.raises(ScenarioError) as raised:
        built(changed)
    assert [found.key for found in raised.value.problems] == ["unit[3]", "unit[4]"]
    assert [found.file for found in raised.value.problems] == ["off_aktau.toml"] * 2
    text = str(raised.value)
    assert "'Short legs' can reach no cell" in text
    assert "'Also short' can reach no cell" in text
    assert "endurance_h" in text


def test_a_threat_gone_before_a_cell_is_searched_is_named() -> None:
    """A threat that lasts shorter than any visit of any boat can never be found, and is named."""
    visits = [net.visit_steps[net.active()] for net in (f.network for _, f in fleets())]
    shortest_h = float(min(found.min() for found in visits)) * STEP_H
    changed = tables()
    changed["area"] |= {"file": "off_aktau.geojson"}
    changed["unit"] = [changed["unit"][0] | {"vessel": "slow"}]
    slow = scenario().vessel["patrol-boat-42ft"].model_dump() | {"search_kn": 4.0}
    changed["vessel"] = {"slow": slow}
    visit_steps = build(scenario_of(changed), sea()).instance.fleets[0].network.visit_steps
    needed_h = float(visit_steps[visit_steps > 0].min()) * STEP_H
    assert needed_h > shortest_h
    changed["threat"][1]["persistence_h"] = needed_h - 0.2
    with pytest.raises(ScenarioError) as raised:
        built(changed)
    (found,) = raised.value.problems
    assert found.key == "threat[2].persistence_h"
    assert f"{needed_h:.2g} h to search a cell" in found.message
    changed["threat"][1]["persistence_h"] = needed_h
    built(changed)
