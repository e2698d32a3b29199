"""Fleets by sea state: their speeds, hours, sight and open waters, worked out here once more."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Geod

from planner.problem import fleets as fleets_module
from planner.problem.arrays import Fleet, Open
from planner.problem.build import PlanningProblem, build, waters_of
from planner.problem.conditions import Going, conditions_of
from planner.problem.fleets import HOP_RINGS, Builder, Made
from planner.problem.passing import pass_exposure
from planner.scenario import Scenario, VesselClass
from tests.plan_factory import one_pass
from tests.problem.off_aktau import in_weather, problem, scenario, scenario_of, sea, tables

SPHERE = Geod(a=6_371_000.0, b=6_371_000.0)
STEP_H = 1 / 6

ROUGH_M, MILD_M = 9.0, 0.5


def waves(hour: Any, lon: Any, lat: Any) -> Any:
    """Moderate until noon, then mild; in the west too rough for anyone, in the evening all over."""
    here = np.where(hour < 12, 2.2, MILD_M)
    return np.where((lon < 50.825) | (hour >= 20), ROUGH_M, here)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario in weather, one of its threats with a target type."""
    changed = tables()
    changed["threat"][1]["target"] = "power-boat-20ft"
    return in_weather(tmp_path_factory.mktemp("weather"), waves, changed)


@pytest.fixture(scope="module")
def built(there: Scenario) -> PlanningProblem:
    """Return its arrays."""
    return build(there, sea())


def met(
    built: PlanningProblem, there: Scenario
) -> Iterator[tuple[Made, VesselClass, float, float]]:
    """Fleets with their class and the speed and hours left to them, as the classes' lists say."""
    states = {
        "Boats": [(1.0, 10.0), (0.7, 8.0)],
        "Navy": [(1.0, 48.0), (0.6, 48.0)],
    }
    for made in built.made:
        unit = there.unit[made.fleet.unit]
        speed, hours = states[unit.name].pop(0)
        yield made, there.vessel[unit.vessel], speed, hours
    assert states == {"Boats": [], "Navy": []}


def test_a_unit_has_a_fleet_for_every_sea_state_that_matters(built: PlanningProblem) -> None:
    """Two states each: the third of the 42-ft boat opens nothing more. One each in a calm."""
    assert [f.name for f in built.instance.fleets] == ["Boats", "Boats", "Navy", "Navy"]
    assert [f.unit for f in built.instance.fleets] == [0, 0, 1, 1]
    assert built.instance.units == ((0, 1), (2, 3))
    assert [f.unit for f in problem().instance.fleets] == [0, 1]
    assert all(f.open is None for f in problem().instance.fleets)
    assert all(f.open is not None for f in built.instance.fleets)


def test_fleets_of_a_unit_share_hulls_and_departures(built: PlanningProblem) -> None:
    """They have the same rows, departures and epochs: the hulls are the unit's, whatever sea."""
    for numbers in built.instance.units:
        first, *others = (built.instance.fleets[number] for number in numbers)
        for other in others:
            assert other.rows == first.rows
            assert other.network.departures.tolist() == first.network.departures.tolist()
            assert other.fuel == first.fuel
            assert other.epoch.tolist() == first.epoch.tolist() == [k // 6 for k in range(144)]
    assert built.instance.rows == tuple(f.rows for f in built.instance.fleets[::2])


def test_a_rougher_state_is_slower_and_shorter(built: PlanningProblem, there: Scenario) -> None:
    """Ways, visits and hops take the steps of the reduced speeds, sorties end with its hours."""
    for made, vessel, speed, hours in met(built, there):
        net, waters = made.fleet.network, waters_of(there.unit[made.fleet.unit], there, sea())
        cells = sea().cells
        assert net.max_steps == min(144, round(hours * 6))
        assert made.search_kn == pytest.approx(vessel.search_kn * speed)
        for cell in np.flatnonzero(waters.searchable):
            away = float(made.access.distance_nm[cell]) / (vessel.cruise_kn * speed)
            assert net.deploy_steps[cell] == max(1, math.ceil(away / STEP_H - 1e-9))
            assert net.return_steps[cell] == net.deploy_steps[cell]
            lane_nm = cells.spacing_nm[cell] * math.sqrt(
                cells.area_nm2[cell] / cells.hexagon_nm2[cell]
            )
            wanted = max(float(waters.span_nm[cell]), lane_nm) / (vessel.search_kn * speed)
            assert net.visit_steps[cell] == max(1, math.ceil(wanted / STEP_H - 1e-9))
            assert made.visit_nm[cell] == pytest.approx(
                net.visit_steps[cell] * STEP_H * vessel.search_kn * speed
            )
        hops = waters.hops(HOP_RINGS)
        expected = {
            (int(target), int(origin)): max(1, math.ceil(far / vessel.cruise_kn / speed * 6 - 1e-9))
            for origin, target, far in zip(hops.origin, hops.target, hops.distance_nm, strict=True)
        }
        assert len(expected) == len(net.hop_from)
        for target in range(cells.n):
            for k in range(net.hop_ptr[target], net.hop_ptr[target + 1]):
                assert net.hop_steps[k] == expected[target, int(net.hop_from[k])]


def test_exposure_is_one_pass_of_width_times_lane_over_area(built: PlanningProblem) -> None:
    """By layer, epoch and cell: a pass of the width against its threat, of the visit's lane."""
    names = [layer.threat for layer in built.layers]
    assert names == ["nets", "runs"]
    for made in built.made:
        assert made.fleet.exposure.shape == (2, 24, sea().cells.n)
        for layer, threat in enumerate(names):
            for epoch in (0, 6, 12, 23):
                for cell in range(sea().cells.n):
                    width = float(made.width_nm[threat][epoch, cell])
                    expected = one_pass(
                        width * float(made.visit_nm[cell]) / float(sea().cells.area_nm2[cell])
                    )
                    found = made.fleet.exposure[layer, epoch, cell]
                    assert found == pytest.approx(expected)
        nets, runs = made.fleet.exposure[:, :, 15]
        assert len(set(nets)) == 1
        assert len(set(runs)) > 1


def test_the_width_of_a_class_does_not_depend_on_its_speed(built: PlanningProblem) -> None:
    """Both fleets of a unit see as far in the same hour and cell."""
    for numbers in built.instance.units:
        first, second = (built.made[number] for number in numbers)
        for threat in ("nets", "runs", "ferry"):
            assert (first.width_nm[threat] == second.width_nm[threat]).all()


def test_a_visit_has_the_epoch_of_its_middle(built: PlanningProblem) -> None:
    """Start step plus half the visit's steps, rounded down, is in the epoch that counts."""
    for fleet in built.instance.fleets:
        middle = fleet.middle()
        for cell in range(sea().cells.n):
            for step in (0, 3, 5, 40, 100, 143):
                at = min(step + int(fleet.network.visit_steps[cell]) // 2, 143)
                assert middle[step, cell] == at // 6


def coverage_of(exposure: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coverage factors of passes that give exposures."""
    factors = np.geomspace(1e-9, 5.0, 100_000)
    return np.interp(exposure, pass_exposure(factors), factors)


def test_tracks_are_seen_by_the_width_of_the_middle() -> None:
    """A track with a target type is seen in proportion to the width at the visit's middle."""
    changed = tables()
    changed["threat"][2]["target"] = "power-boat-20ft"
    made, plain = build(scenario_of(changed), sea()).made[0], problem().made[0]
    fleet, other = made.fleet, plain.fleet
    assert (fleet.track_ptr == other.track_ptr).all()
    rows = np.repeat(np.arange(len(fleet.track_ptr) - 1), np.diff(fleet.track_ptr))
    step, cell = rows // sea().cells.n, rows % sea().cells.n
    epoch = (step + fleet.network.visit_steps[cell] // 2) // 6
    expected = made.width_nm["ferry"][epoch, cell] / plain.width_nm["ferry"][0, cell]
    swept, plainly = (coverage_of(f.track_exposure) for f in (fleet, other))
    assert swept / plainly == pytest.approx(expected, rel=1e-3)
    assert len(np.unique(expected.round(9))) > 2


def holds(
    built: PlanningProblem, there: Scenario
) -> Iterator[tuple[Made, Open, NDArray[np.bool_]]]:
    """Fleets with what is open to them and, from the waves above, where their state holds."""
    most_m = {"Boats": [1.2, 2.4], "Navy": [2.0, 4.0]}
    lon, lat = sea().cells.centre.T
    for made in built.made:
        assert made.fleet.open is not None
        limit = most_m[made.fleet.name].pop(0)
        hour = np.arange(24)[:, None] + 0.5
        yield made, made.fleet.open, np.asarray(waves(hour, lon, lat) <= limit)


def test_cells_are_open_where_the_state_holds(built: PlanningProblem, there: Scenario) -> None:
    """Hour by hour and cell by cell, from the function that the weather was written with."""
    for _, open_, where in holds(built, there):
        assert (open_.cell == where).all()


def nearest(lon: float, lat: float) -> tuple[int, float]:
    """The cell whose middle is nearest to a point, and by how many miles it is nearer."""
    count = sea().cells.n
    away = SPHERE.inv(np.full(count, lon), np.full(count, lat), *sea().cells.centre.T)[2]
    first, second = np.sort(away)[:2]
    return int(np.argmin(away)), float(second - first) / 1852.0


def sailed(path: NDArray[np.float64]) -> list[tuple[float, int]]:
    """Cells met along a way at shares of its length, but those where two are about as near."""
    legs = np.array([SPHERE.inv(*a, *b)[2] for a, b in itertools.pairwise(path)])
    along = np.concatenate([[0.0], np.cumsum(legs)])
    found = []
    for share in np.linspace(0.0, 1.0, 101):
        lon, lat = (np.interp(share * along[-1], along, axis) for axis in path.T)
        cell, nearer_nm = nearest(float(lon), float(lat))
        if nearer_nm > 1.0:
            found.append((float(share), cell))
    return found


def passes(met_at: list[tuple[float, int]], hours: float, hour: int, where: Any) -> bool:
    """Whether a way meets only what is open, begun at any of a few times within an hour."""
    return all(
        where[min(int(hour + begin + share * hours), 23), cell]
        for begin in (0.0, 0.3, 0.6, 0.99)
        for share, cell in met_at
    )


def test_open_ways_out_and_back_meet_nothing_shut(built: PlanningProblem, there: Scenario) -> None:
    """Begun in an hour in which a way is open, it meets no shut cell; and many ways are open."""
    for made, open_, where in holds(built, there):
        net = made.fleet.network
        unit = there.unit[made.fleet.unit]
        field = waters_of(unit, there, sea()).field(there.base_of(unit).position)
        tried = 0
        for cell in net.active():
            path = field.path(made.access.point[cell])
            hours = int(net.deploy_steps[cell]) * STEP_H
            for ways, line in ((open_.deploy, path), (open_.back, path[::-1])):
                met_at = sailed(line)
                for hour in np.flatnonzero(ways[:, cell]):
                    tried += 1
                    assert passes(met_at, hours, int(hour), where)
        assert tried > 24


def test_long_ways_out_and_back_meet_nothing_shut() -> None:
    """In weather that changes every hour, ways of hours are open only if all they meet is."""
    changed = tables()
    changed["threat"][1]["target"] = "power-boat-20ft"  # epochs of hours
    there = scenario_of(changed)
    where = np.random.default_rng(5).random((24, sea().cells.n)) > 0.05
    light = conditions_of(there, sea())
    weather = dataclasses.replace(light.weather, wave_m=np.where(where, MILD_M, ROUGH_M))
    rough = dataclasses.replace(light, weather=weather)
    navy = there.unit[1]
    waters = waters_of(navy, there, sea())
    (made,) = Builder(there, sea(), rough, [], []).fleets(0, navy, waters)
    field, net, open_ = waters.field(there.base[1].position), made.fleet.network, made.fleet.open
    assert open_ is not None
    told_apart = 0
    for cell in net.active().tolist():
        path = field.path(made.access.point[cell])
        hours = int(net.deploy_steps[cell]) * STEP_H
        for ways, line in ((open_.deploy, path), (open_.back, path[::-1])):
            for hour in np.flatnonzero(ways[:, cell]):
                assert passes(sailed(line), hours, int(hour), where)
        told_apart += int((open_.deploy[:, cell] != open_.back[:, cell]).sum())
    assert told_apart > 5


def test_ways_are_shut_only_for_what_they_meet(built: PlanningProblem, there: Scenario) -> None:
    """Where no cell in its neighbourhood is shut for as long as it lasts, a way is open."""
    checked = 0
    for made, open_, where in holds(built, there):
        for cell in made.fleet.network.active():
            hours = math.ceil(int(made.fleet.network.deploy_steps[cell]) * STEP_H)
            for hour in range(24):
                if where[hour : hour + hours + 1].all():
                    assert open_.deploy[hour, cell] and open_.back[hour, cell]
                    checked += 1
    east = np.flatnonzero(sea().cells.centre[:, 0] > 51.0)
    boats = built.made[1].fleet
    assert boats.open is not None
    assert boats.open.deploy[5, east].all() and boats.open.back[5, east].all()
    assert not boats.open.deploy[20:].any()


def test_open_hops_meet_nothing_shut(built: PlanningProblem, there: Scenario) -> None:
    """A hop that is open in an hour meets no shut cell whenever in it it is begun."""
    made, open_, where = next(iter(holds(built, there)))
    net = made.fleet.network
    hops = waters_of(there.unit[0], there, sea()).hops(HOP_RINGS)
    pairs = list(zip(hops.origin.tolist(), hops.target.tolist(), strict=True))
    both = 0
    for target in range(net.n_cells):
        for k in range(int(net.hop_ptr[target]), int(net.hop_ptr[target + 1])):
            number = pairs.index((int(net.hop_from[k]), target))
            met_at = sailed(hops.path(number))
            hours = int(net.hop_steps[k]) * STEP_H
            both += bool(open_.hop[:, k].any() and not open_.hop[:, k].all())
            for hour in (11, 12, 15, 19):
                if open_.hop[hour, k]:
                    assert passes(met_at, hours, hour, where)
    assert both > 20


def test_what_one_base_need_not_fear_another_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units of a class share its arrays, but not what the weather leaves open to each base."""
    changed = tables()
    changed["unit"] = [changed["unit"][0], changed["unit"][0] | {"name": "Others", "base": "Kuryk"}]
    asked = scenario_of(changed)
    where = np.ones((1, sea().cells.n), bool)
    where[0, 15] = False
    state = asked.vessel["patrol-boat-42ft"].sea[0]
    given = iter([[Going(state, None)], [Going(state, where)]])
    monkeypatch.setattr(fleets_module, "goings", lambda *_: next(given))
    free, bound = build(asked, sea()).instance.fleets
    assert free.open is None
    assert bound.open is not None
    assert not bound.open.cell[:, 15].any()
    changed["unit"] = changed["unit"][1:]
    given = iter([[Going(state, where)]])
    (alone,) = build(scenario_of(changed), sea()).instance.fleets
    assert alone.open is not None
    for kind in ("cell", "deploy", "back", "hop"):
        assert (getattr(bound.open, kind) == getattr(alone.open, kind)).all()
    assert not alone.open.hop.all()


def test_rough_water_on_the_way_counts_though_nobody_searches_there() -> None:
    """A cell that cannot be searched shuts the ways through it, and calls for a rougher state."""
    there, rough = scenario(), 15
    wave_m = np.where(np.arange(sea().cells.n) == rough, 2.0, MILD_M)[None, :]
    calm = conditions_of(there, sea())
    weather = dataclasses.replace(calm.weather, wave_m=wave_m)
    conditions = dataclasses.replace(calm, weather=weather)
    waters = copy.copy(waters_of(there.unit[0], there, sea()))
    waters.searchable = waters.searchable & (np.arange(sea().cells.n) != rough)
    builder = Builder(there, sea(), conditions, [], [])
    first, second = builder.fleets(0, there.unit[0], waters)
    home = waters.field(there.base[0].position)
    through = [
        cell
        for cell in first.fleet.network.active()
        if rough in {met for _, met in sailed(home.path(first.access.point[cell]))}
    ]
    assert through
    assert first.fleet.open is not None
    assert not first.fleet.open.deploy[:, through].any()
    assert second.fleet.open is None


@pytest.mark.parametrize("step_min", [18, 90])
def test_steps_that_run_into_a_shut_hour_shut_the_cell(tmp_path: Path, step_min: int) -> None:
    """With steps that do not fit hours, a cell is open only until the last step begun is over."""
    changed = tables()
    changed["area"] |= {"time_step_min": step_min, "departure_step_min": 90}
    there = in_weather(
        tmp_path, lambda hour, lon, lat: np.where((hour > 12.9) & (hour < 14), 9.0, 0.5), changed
    )
    shut = {13}  # the middle of the hour is all that counts
    fleet: Fleet = build(there, sea()).instance.fleets[0]
    assert fleet.open is not None
    assert len(fleet.epoch) == 24 * 60 // step_min
    for step, epoch in enumerate(fleet.epoch):
        begin_h, end_h = step * step_min / 60, (step + 1) * step_min / 60
        hours = {int(begin_h + k / 1000 * (end_h - begin_h)) for k in range(1000)}
        expected = not hours & shut
        assert fleet.open.cell[epoch].all() == fleet.open.cell[epoch].any()
        if not expected:
            assert not fleet.open.cell[epoch].any()
    assert fleet.open.cell[fleet.epoch[0]].all()
