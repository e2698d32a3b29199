"""Visits drawn as legs on a small real sea: lines, times, hulls."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from pyproj import Geod

from planner.plan.legs import length_nm
from planner.plan.model import Leg, Sortie
from planner.plan.realise import hulls_of, realise
from planner.problem.build import PlanningProblem, build, waters_of
from planner.scenario import Scenario, Unit, VesselClass
from planner.sensing import visual_sweep_width_nm
from planner.solve import Sortie as Column
from planner.solve.sorties import make_sortie
from tests.problem.off_aktau import (
    columns,
    in_weather,
    patrol,
    plan_of,
    problem,
    scenario,
    scenario_of,
    sea,
    tables,
)
from tests.solve.reference import fuel_of, obeys, pairs, ways_on

GEOD = Geod(ellps="WGS84")
STEP = dt.timedelta(minutes=10)

Drawn = list[tuple[Column, Sortie]]


def drawn_of(chosen: tuple[Column, ...]) -> Drawn:
    """Columns with the sorties they become, matched by base, time and first leg."""
    sorties = realise(chosen, scenario(), sea(), problem())
    assert len(sorties) == len(chosen)
    left = list(chosen)
    pairs_found = []
    for sortie in sorties:
        column = next(c for c in left if is_drawn_as(c, sortie))
        left.remove(column)
        pairs_found.append((column, sortie))
    return pairs_found


def is_drawn_as(column: Column, sortie: Sortie) -> bool:
    """Whether a sortie searches the cells of a column at its times, from its base."""
    unit, names = scenario().unit[column.fleet], problem().instance.names
    searched = [(leg.start, leg.exposures[0].cell) for leg in sortie.legs if leg.mode == "search"]
    planned = [(at(int(step)), names[cell]) for step, cell in column.visits]
    return (
        (sortie.depart_base, sortie.depart, sortie.return_)
        == (unit.base, at(column.depart), at(column.return_))
        and sortie.hull.startswith(unit.name)
        and searched == planned
    )


def at(step: int) -> dt.datetime:
    """Time of a step."""
    return scenario().start + step * STEP


def unit_of(column: Column) -> tuple[Unit, VesselClass]:
    """Unit and vessel class of a column."""
    unit = scenario().unit[column.fleet]
    return unit, scenario().vessel_of(unit)


def geodesic_nm(path: tuple[tuple[float, float], ...]) -> float:
    """Length of a polyline, piece by piece."""
    return float(sum(GEOD.inv(*a, *b)[2] for a, b in pairwise(path))) / 1852.0


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """Columns of the plan built first, as they are sailed."""
    return drawn_of(columns())


@pytest.fixture(scope="module")
def waiting() -> Drawn:
    """Sorties made by hand that wait before and between their visits, and hop."""
    made = []
    for number, fleet in enumerate(problem().instance.fleets):
        net, depart = fleet.network, 12 + 6 * number
        order = sorted(net.active().tolist(), key=lambda cell: int(net.deploy_steps[cell]))
        first = next(i for i in order if any(transit for _, transit in ways_on(fleet, i)))
        hop = min((w, other) for other, w in ways_on(fleet, first) if w > 0)
        step = depart + int(net.deploy_steps[first]) + 2
        visits = [(step, first)]
        step += int(net.visit_steps[first]) + 1
        visits.append((step, first))
        step += int(net.visit_steps[first]) + hop[0] + 3
        visits.append((step, hop[1]))
        back = step + int(net.visit_steps[hop[1]]) + int(net.return_steps[hop[1]])
        assert obeys(problem().instance, fleet, depart, back, tuple(visits))
        array = np.array(visits, np.int32)
        made.append(make_sortie(problem().instance, number, depart, back, array))
    return drawn_of(tuple(made))


def everything(drawn: Drawn, waiting: Drawn) -> list[tuple[Column, Sortie, Leg]]:
    """All legs with their sorties and columns."""
    return [(c, s, leg) for c, s in [*drawn, *waiting] for leg in s.legs]


def test_a_cell_searched_twice_is_crossed_in_between(waiting: Drawn) -> None:
    """Of two passes one after the other the first ends at the gate farthest from the way out."""
    for column, sortie in waiting:
        first, second = [leg for leg in sortie.legs if leg.mode == "search"][:2]
        unit, _ = unit_of(column)
        waters = waters_of(unit, scenario(), sea())
        gates = waters.points[waters.access(int(column.visits[0, 1]))]
        away = [geodesic_nm((tuple(gate), second.path[-1])) for gate in gates]
        assert second.path[0] == pytest.approx(first.path[-1], abs=1e-6)
        between = geodesic_nm((first.path[-1], second.path[-1]))
        assert between == pytest.approx(max(away), abs=1e-3)


def test_a_plan_is_worth_drawing(drawn: Drawn) -> None:
    """The plan drawn has sorties of both units, and one of several visits."""
    assert {column.fleet for column, _ in drawn} == {0, 1}
    assert max(len(column.visits) for column, _ in drawn) >= 5


def test_legs_join_in_time(drawn: Drawn, waiting: Drawn) -> None:
    """Each leg begins when the one before ends, from the departure to the return."""
    for _, sortie in [*drawn, *waiting]:
        times = [sortie.depart, *(leg.end for leg in sortie.legs)]
        assert [leg.start for leg in sortie.legs] == times[:-1]
        assert times[-1] == sortie.return_
        assert all(a < b for a, b in pairwise(times))


def test_legs_join_in_space(drawn: Drawn, waiting: Drawn) -> None:
    """Each leg begins where the one before ends; the first and the last are at the base."""
    for column, sortie in [*drawn, *waiting]:
        base = scenario().base_of(unit_of(column)[0])
        assert sortie.depart_base == sortie.return_base == base.name
        assert sortie.legs[0].path[0] == pytest.approx(base.position, abs=1e-6)
        assert sortie.legs[-1].path[-1] == pytest.approx(base.position, abs=1e-6)
        for before, after in pairwise(sortie.legs):
            assert geodesic_nm((before.path[-1], after.path[0])) < 0.001


def test_a_lane_has_the_length_promised(drawn: Drawn, waiting: Drawn) -> None:
    """A search leg is as long as its speed and time say, within 0.2 %."""
    for column, _, leg in everything(drawn, waiting):
        if leg.mode == "search":
            _, vessel = unit_of(column)
            hours = (leg.end - leg.start).total_seconds() / 3600
            assert leg.speed_kn == vessel.search_kn
            assert leg.sweep_width_nm == vessel.sweep_width_nm
            assert geodesic_nm(leg.path) == pytest.approx(vessel.search_kn * hours, rel=0.002)


def test_a_lane_stays_in_its_cell_and_water(drawn: Drawn, waiting: Drawn) -> None:
    """A search leg lies in the cell it is credited to and in navigable water."""
    index = {name: k for k, name in enumerate(problem().instance.names)}
    for column, _, leg in everything(drawn, waiting):
        if leg.mode == "search":
            (given,) = leg.exposures
            waters = waters_of(unit_of(column)[0], scenario(), sea())
            line = shapely.LineString(leg.path)
            cell = shapely.buffer(sea().cells.water[index[given.cell]], 2e-4)
            assert cell.covers(line)
            assert shapely.buffer(waters.navigable, 1e-4).covers(line)


def test_lanes_of_one_cell_lie_apart(drawn: Drawn) -> None:
    """No two lanes of one cell are the same line."""
    lanes: dict[str, list[shapely.LineString]] = {}
    for _, _, leg in everything(drawn, []):
        if leg.mode == "search":
            lanes.setdefault(leg.exposures[0].cell, []).append(shapely.LineString(leg.path))
    assert max(map(len, lanes.values())) > 1
    for found in lanes.values():
        for k, lane in enumerate(found):
            for other in found[k + 1 :]:
                near = shapely.buffer(other, 0.002).intersection(lane).length
                assert near < 0.5 * lane.length


def test_transit_is_no_faster_than_cruising(drawn: Drawn, waiting: Drawn) -> None:
    """A transit leg keeps within cruise speed and says the speed it has; nothing is seen on it."""
    for column, _, leg in everything(drawn, waiting):
        if leg.mode == "transit":
            hours = (leg.end - leg.start).total_seconds() / 3600
            assert leg.speed_kn <= unit_of(column)[1].cruise_kn + 0.01
            assert leg.speed_kn == pytest.approx(geodesic_nm(leg.path) / hours, abs=1e-4)
            assert leg.sweep_width_nm == 0
            assert leg.exposures == ()


def test_vertices_are_near_each_other(drawn: Drawn, waiting: Drawn) -> None:
    """No piece of a line is longer than 5 nm, so that straight on a map is straight at sea."""
    for _, _, leg in everything(drawn, waiting):
        assert max(geodesic_nm(piece) for piece in pairwise(leg.path)) <= 5.01


def test_waiting_is_loitering(waiting: Drawn) -> None:
    """A sortie that waits loiters: before a visit, between visits and after a hop."""
    for _, sortie in waiting:
        modes = [leg.mode for leg in sortie.legs]
        assert modes == [
            "transit", "loiter", "search", "loiter", "search",
            "transit", "loiter", "search", "transit",
        ]  # fmt: skip
        waits = [leg.end - leg.start for leg in sortie.legs if leg.mode == "loiter"]
        assert waits == [2 * STEP, STEP, 3 * STEP]
        for leg in sortie.legs:
            if leg.mode == "loiter":
                assert leg.speed_kn == 0
                assert geodesic_nm(leg.path) == 0


def test_loitering_is_what_the_visits_leave(drawn: Drawn) -> None:
    """A sortie loiters for as many steps as its visits and ways leave, and no others."""
    for column, sortie in drawn:
        net = problem().instance.fleets[column.fleet].network
        fleet, visits = problem().instance.fleets[column.fleet], pairs(column.visits)
        busy = int(net.deploy_steps[visits[0][1]] + net.return_steps[visits[-1][1]])
        busy += sum(int(net.visit_steps[cell]) for _, cell in visits)
        for (_, cell), (_, other) in pairwise(visits):
            busy += min(way for then, way in ways_on(fleet, cell) if then == other)
        waits = sum(
            (leg.end - leg.start for leg in sortie.legs if leg.mode == "loiter"), dt.timedelta()
        )
        assert waits == (column.return_ - column.depart - busy) * STEP


def test_fuel_and_distance_are_those_of_the_legs(drawn: Drawn, waiting: Drawn) -> None:
    """Fuel is the burn of each mode for its time, distance the length of all lines."""
    for column, sortie in [*drawn, *waiting]:
        _, vessel = unit_of(column)
        burn = {"transit": vessel.burn_cruise_l_h, "search": vessel.burn_search_l_h,
                "loiter": vessel.burn_loiter_l_h}  # fmt: skip
        litres = sum(
            burn[leg.mode] * (leg.end - leg.start).total_seconds() / 3600 for leg in sortie.legs
        )
        fleet = problem().instance.fleets[column.fleet]
        assert sortie.fuel_l == pytest.approx(litres, abs=0.01)
        assert sortie.fuel_l == pytest.approx(
            fuel_of(fleet, column.depart, column.return_, pairs(column.visits)), abs=0.01
        )
        assert sortie.distance_nm == pytest.approx(
            sum(geodesic_nm(leg.path) for leg in sortie.legs), abs=0.01
        )


def test_no_hull_is_in_two_places(drawn: Drawn) -> None:
    """Each hull is ready again before it departs, and every sortie is sailed by a hull there is."""
    known = {hull.id: hull for hull in hulls_of(scenario())}
    by_hull: dict[str, list[Sortie]] = {}
    for column, sortie in drawn:
        assert known[sortie.hull].unit == unit_of(column)[0].name
        by_hull.setdefault(sortie.hull, []).append(sortie)
    assert len(by_hull) == len(known), "there is work for every hull"
    for sorties in by_hull.values():
        for before, after in pairwise(sorted(sorties, key=lambda s: s.depart)):
            assert before.ready <= after.depart


def test_a_hull_that_is_not_ready_stays_in_port() -> None:
    """The hull that is ready sails, though another that is back in port has sailed less."""
    instance = problem().instance
    fleet = instance.fleets[0]
    near = int(fleet.network.active()[fleet.network.deploy_steps[fleet.network.active()].argmin()])
    out, lasts = int(fleet.network.deploy_steps[near]), int(fleet.network.visit_steps[near])

    def looks(depart: int, count: int) -> Column:
        visits = [(depart + out + k * lasts, near) for k in range(count)]
        back = visits[-1][0] + lasts + out
        return make_sortie(instance, 0, depart, back, np.array(visits, np.int32))

    long, short = looks(0, 6), looks(30, 1)
    third = looks(-(-(long.return_ + 48) // 6) * 6, 1)
    assert long.return_ + 48 <= third.depart < short.return_ + 48
    sorties = realise((long, short, third), scenario(), sea(), problem())
    assert [s.hull for s in sorties] == ["Boats 1", "Boats 2", "Boats 1"]


def test_a_hull_is_ready_when_it_may_sail(drawn: Drawn) -> None:
    """With a crew to spare a hull waits for its turnaround, else for its crew's rest as well."""
    for column, sortie in drawn:
        unit, vessel = unit_of(column)
        spare = unit.crews > unit.count
        hours = vessel.turnaround_h if spare else max(vessel.turnaround_h, vessel.rest_h)
        assert sortie.ready - sortie.return_ == dt.timedelta(hours=hours)


def test_sorties_are_numbered_by_departure(drawn: Drawn) -> None:
    """Sorties are listed in order of departure under names of their own."""
    sorties = [sortie for _, sortie in drawn]
    assert [s.id for s in sorties] == [f"S{k:03d}" for k in range(1, len(sorties) + 1)]
    assert [s.depart for s in sorties] == sorted(s.depart for s in sorties)


def test_the_order_of_columns_does_not_matter(drawn: Drawn) -> None:
    """The same columns in another order are drawn to the same sorties."""
    again = realise(columns()[::-1], scenario(), sea(), problem())
    assert again == tuple(sortie for _, sortie in drawn)


def test_hulls_are_named_after_their_unit() -> None:
    """All hulls of all units are there, numbered from 1, with agency, class and base."""
    found = [(h.id, h.unit, h.vessel, h.agency, h.base) for h in hulls_of(scenario())]
    assert found == [
        ("Boats 1", "Boats", "patrol-boat-42ft", "Border Service", "Aktau"),
        ("Boats 2", "Boats", "patrol-boat-42ft", "Border Service", "Aktau"),
        ("Navy 1", "Navy", "pkm", "Navy", "Kuryk"),
    ]


def test_nothing_is_drawn_of_nothing() -> None:
    """No columns, no sorties."""
    assert realise((), scenario(), sea(), problem()) == ()


def test_length_is_geodesic() -> None:
    """A degree of latitude at the equator is 59.705 nm long on the ellipsoid (110.574 km)."""
    assert length_nm(((50.0, -0.5), (50.0, 0.0), (50.0, 0.5))) == pytest.approx(59.705, abs=1e-3)


def test_lanes_that_no_target_has_seen_are_forgotten() -> None:
    """Sailed again a day later, a sortie takes other lanes only if targets of then still lie."""
    day = 24 * 6

    def lines(persistence_h: float) -> list[list[tuple[tuple[float, float], ...]]]:
        changed = tables() | {"days": 2.0}
        changed["threat"] = [changed["threat"][0] | {"persistence_h": persistence_h}]
        there = scenario_of(changed)
        built = build(there, sea())
        first = patrol(built, 0, 24, 3, cell=12)
        again = replace(
            first,
            depart=first.depart + day,
            return_=first.return_ + day,
            visits=first.visits + np.array([day, 0], np.int32),
        )
        sailed = realise((first, again), there, sea(), built)
        return [[leg.path for leg in s.legs if leg.mode == "search"] for s in sailed]

    forgotten, remembered = lines(12.0), lines(48.0)
    assert forgotten[0] == forgotten[1] == remembered[0]
    assert remembered[1] != remembered[0]


Weathered = tuple[Scenario, PlanningProblem, list[tuple[Column, Sortie]]]


@pytest.fixture(scope="module")
def weathered(tmp_path_factory: pytest.TempPathFactory) -> Weathered:
    """Sorties of each unit in a rough night and a mild afternoon, a threat with a target type."""
    changed = tables()
    changed["threat"][1]["target"] = "power-boat-20ft"
    there = in_weather(
        tmp_path_factory.mktemp("weather"),
        lambda hour, lon, lat: np.where(hour < 12, 2.2, 0.3),
        changed,
    )
    built = build(there, sea())
    assert [made.fleet.unit for made in built.made] == [0, 0, 1, 1]
    chosen = [patrol(built, k, 0 if k % 2 else 78, 3) for k in range(4)]
    alone = [realise([column], there, sea(), built) for column in chosen]
    return there, built, [(column, sortie) for column, (sortie,) in zip(chosen, alone, strict=True)]


def test_a_rough_sea_is_sailed_slowly(weathered: Weathered) -> None:
    """Searches have the speed left by the sea state, ways are no faster than it allows."""
    there, _, sailed = weathered
    share = {("Boats", 0): 1.0, ("Boats", 1): 0.7, ("Navy", 0): 1.0, ("Navy", 1): 0.6}
    for column, sortie in sailed:
        unit = next(unit for unit in there.unit if sortie.hull.startswith(unit.name))
        vessel, kept = there.vessel_of(unit), share[unit.name, column.fleet % 2]
        for leg in sortie.legs:
            if leg.mode == "search":
                hours = (leg.end - leg.start).total_seconds() / 3600
                assert leg.speed_kn == pytest.approx(kept * vessel.search_kn)
                assert geodesic_nm(leg.path) == pytest.approx(leg.speed_kn * hours, rel=0.002)
            elif leg.mode == "transit":
                assert leg.speed_kn <= kept * vessel.cruise_kn + 0.01


def test_a_leg_states_its_widest_width_and_those_that_differ(weathered: Weathered) -> None:
    """By night the target type is seen by radar alone, by day by eye; other threats as ever."""
    there, _, sailed = weathered
    for column, sortie in sailed:
        unit = next(unit for unit in there.unit if sortie.hull.startswith(unit.name))
        vessel = there.vessel_of(unit)
        radar_nm = 2.0 * vessel.radar_range_nm
        eyes_nm = float(
            visual_sweep_width_nm("power-boat-20ft", vessel.eye_height_m, 10.0, 4.0, 0.3)
        )
        seen_nm = radar_nm if column.depart == 0 else max(eyes_nm, radar_nm)
        for leg in sortie.legs:
            if leg.mode != "search":
                assert leg.widths == ()
                continue
            if (leg.start + (leg.end - leg.start) / 2).hour in (4, 5, 20, 21):
                continue  # twilight
            known = dict.fromkeys(("nets", "runs", "ferry"), vessel.sweep_width_nm)
            known["runs"] = seen_nm
            widest_nm = max(known.values())
            assert leg.sweep_width_nm == pytest.approx(widest_nm)
            stated = {width.threat: width.sweep_width_nm for width in leg.widths}
            assert len(stated) == len(leg.widths)
            assert stated == pytest.approx(
                {threat: width for threat, width in known.items() if abs(width - widest_nm) > 1e-9}
            )
            for threat, width in known.items():
                assert leg.factor(threat) == pytest.approx(width / widest_nm)


def test_exposures_are_those_at_the_widest_width(weathered: Weathered) -> None:
    """A leg's exposure is its widest width times its length over the water of its cell."""
    _, _, sailed = weathered
    area = dict(zip(sea().cells.ids, sea().cells.area_nm2, strict=True))
    for _, sortie in sailed:
        for leg in sortie.legs:
            for given in leg.exposures:
                swept = leg.sweep_width_nm * geodesic_nm(leg.path)
                assert given.exposure == pytest.approx(swept / float(area[given.cell]), rel=0.002)


def test_a_night_in_dark_and_rough_seas_sees_less(weathered: Weathered) -> None:
    """Against the target type the night's legs have a smaller width than the day's."""
    _, _, sailed = weathered
    night, day = (
        [
            leg.factor("runs") * leg.sweep_width_nm
            for column, sortie in sailed
            for leg in sortie.legs
            if leg.mode == "search" and (column.depart == 0) == dark and column.fleet < 2
        ]
        for dark in (True, False)
    )
    assert max(night) < min(day)


def test_a_leg_has_the_widths_of_its_middle(weathered: Weathered) -> None:
    """At dusk, when the width shrinks, the hour of the step in the middle of a search counts."""
    there, built, _ = weathered
    made = built.made[0]
    column = patrol(built, 0, 114, 8)
    (sortie,) = realise([column], there, sea(), built)
    searches = [leg for leg in sortie.legs if leg.mode == "search"]
    told_apart = 0
    for (step, cell), leg in zip(column.visits.tolist(), searches, strict=True):
        lasts = (leg.end - leg.start) // STEP
        runs = made.width_nm["runs"][:, cell]
        expected = float(runs[(step + lasts // 2) // 6])
        assert leg.factor("runs") * leg.sweep_width_nm == pytest.approx(expected)
        told_apart += expected != runs[step // 6] or expected != runs[(step + lasts) // 6]
    assert told_apart


def test_fleets_of_a_unit_share_its_hulls(weathered: Weathered) -> None:
    """Sorties in different sea states are sailed by the hulls of the one unit in turn."""
    there, built, _ = weathered
    first, second = patrol(built, 1, 0, 2), patrol(built, 0, 126, 1)
    assert [s.hull for s in realise((second, first), there, sea(), built)] == ["Boats 1", "Boats 2"]
    plan = plan_of((first, second), there, built)
    assert [hull.unit for hull in plan.hulls] == ["Boats", "Boats", "Navy"]
