"""Stations: what postings make of a unit, what is left of it, and that the bound holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.errors import ScenarioError
from planner.problem.arrays import CapacityRow, Instance
from planner.problem.build import PlanningProblem, build
from planner.problem.stations import binding
from planner.sea import build_sea
from planner.solve import solve
from tests.problem.off_aktau import scenario_of, sea
from tests.problem.posted import posted, posted_tables
from tests.solve.reference import rows_of, sets_of, useful_sorties


def built(**posting: Any) -> PlanningProblem:
    """Arrays of the scenario with a posting."""
    return build(posted(**posting), sea())


def names(problem: PlanningProblem) -> list[tuple[str, str, str]]:
    """Way and bases of every station."""
    return [(s.way, s.depart_base.name, s.return_base.name) for s in problem.stations]


def test_a_posting_by_road_is_one_station_more() -> None:
    """The units keep their numbers; the posted boat follows, at the other base."""
    problem = built()
    assert names(problem) == [
        ("home", "Aktau", "Aktau"), ("home", "Kuryk", "Kuryk"), ("stay", "Kuryk", "Kuryk"),
    ]  # fmt: skip
    assert [fleet.unit for fleet in problem.instance.fleets] == [0, 1, 2]
    assert problem.passages == ()


def test_sorties_depart_only_between_the_moves() -> None:
    """2.8 h on the road and rest there, 2.8 h of road back: from 14:48 until 17:12 on Tuesday."""
    stay = built().stations[2]
    assert stay.departures.tolist() == list(range(15 * 6, 41 * 6 + 1, 6))
    assert [(row.capacity, row.gap_steps) for row in stay.rows] == [(1, 48)]
    assert stay.rows[0].taken == ((41 * 6 + 1, 288),)


def test_hull_and_crew_are_taken_from_the_unit() -> None:
    """The hull until it is launched at home, the crew until it has rested there."""
    hulls, crews = built().instance.rows[0]
    assert hulls == CapacityRow(2, 12, taken=((4 * 6, 44 * 6),))
    assert crews == CapacityRow(2, 48, taken=((4 * 6, 288),))
    (both,) = built(end=None).instance.rows[0][1:] or built(end=None).instance.rows[0]
    assert both.taken == ((4 * 6, 288),)


def test_an_outage_at_the_other_base_is_taken_there() -> None:
    """At home the hull is away in any case, and counts once."""
    found = posted_tables()
    found["outage"] = [{"hull": "Boats 2", "start": "2006-05-22T20:00:00+05:00",
                        "end": "2006-05-23T02:00:00+05:00"}]  # fmt: skip
    problem = build(scenario_of(found), sea())
    assert problem.instance.rows[0][0].taken == ((4 * 6, 44 * 6),)
    assert (20 * 6, 26 * 6) in problem.instance.rows[2][0].taken


def test_by_sea_the_hull_patrols_from_base_to_base() -> None:
    """One departure each way; the ways out are those of the one base, the ways in of the other."""
    problem = built(by="sea", passage_h=6.0)
    assert names(problem)[2:] == [
        ("stay", "Kuryk", "Kuryk"), ("out", "Aktau", "Kuryk"), ("back", "Kuryk", "Aktau"),
    ]  # fmt: skip
    home, there, out, back = (problem.instance.fleets[k].network for k in (0, 2, 3, 4))
    assert (out.departures.tolist(), back.departures.tolist()) == ([24], [38 * 6])
    assert out.max_steps == back.max_steps == 36
    assert np.array_equal(out.deploy_steps, home.deploy_steps)
    assert np.array_equal(out.return_steps, there.return_steps)
    assert np.array_equal(back.deploy_steps, there.deploy_steps)
    assert np.array_equal(back.return_steps, home.return_steps)
    assert [(p.way, p.depart) for p in problem.passages] == [("out", 24), ("back", 38 * 6)]
    assert problem.stations[2].departures[0] == 18 * 6  # 10:00, and 8 h of rest


def test_a_passage_needs_its_time() -> None:
    """45 miles at 25 knots are not made in an hour and a half."""
    with pytest.raises(ScenarioError) as caught:
        built(by="sea", passage_h=1.5)
    (first, second) = caught.value.problems
    assert (first.key, second.key) == ("posting[1]", "posting[1]")
    assert "the passage takes" in first.message
    assert "passage_h" in first.remedy


def test_a_row_with_what_is_taken_implies_another() -> None:
    """One row is enough where all that the other takes is taken of it as well."""
    less, more = CapacityRow(2, 6, taken=((0, 5),)), CapacityRow(2, 9, taken=((0, 5), (7, 9)))
    assert binding(less, more) == (more,)
    assert binding(more, less) == (more,)
    other = CapacityRow(2, 9, taken=((1, 5),))
    assert binding(less, other) == (less, other)


TINY: dict[str, Any] = {"time_step_min": 60, "departure_step_min": 360, "cell_resolution": 4}


@pytest.mark.parametrize(
    "posting",
    [
        {"by": "sea", "passage_h": 4.0, "start": "2006-05-22T00:00:00+05:00", "end": None},
        {"by": "sea", "passage_h": 4.0, "start": "2006-05-22T00:00:00+05:00",
         "end": "2006-05-23T00:00:00+05:00"},
        {"by": "road", "start": "2006-05-22T00:00:00+05:00", "end": None},
    ],
    ids=["sea, to stay", "sea", "road, to stay"],
)  # fmt: skip
def test_no_plan_with_a_posting_is_above_the_bound(posting: dict[str, Any]) -> None:
    """On a sea of a few large cells the best plan of all is found by trying every one."""
    found = posted_tables(**posting) | {"days": 1.0}
    found["area"] |= TINY
    found["unit"], found["threat"] = found["unit"][:1], found["threat"][:2]
    found["threat"][1]["persistence_h"] = 12.0
    found["vessel"] = {"slow": _slow()}
    found["unit"][0]["vessel"] = "slow"
    scenario = scenario_of(found)
    instance = build(scenario, build_sea(scenario)).instance
    optimum, posted_sail = best_of_all(instance)
    result = solve(instance, work_limit=40)
    assert posted_sail
    assert result.bound >= optimum - 1e-9
    assert result.detection <= optimum + 1e-9
    assert result.detection >= 0.95 * optimum


def best_of_all(instance: Instance) -> tuple[float, bool]:
    """The optimum over all plans of all stations, and whether any posted hull sails in it."""
    weight = instance.targets.weight
    left = []
    for unit in rows_of(instance):
        sets = sets_of(instance, unit, useful_sorties(instance, unit))
        total = np.zeros((len(sets), weight.size))
        for k, chosen in enumerate(sets):
            for sortie in chosen:
                total[k, sortie.target] += sortie.exposure
        left.append(np.exp(-total))
    away = left[1]
    for more in left[2:]:
        away = (away[:, None, :] * more[None, :, :]).reshape(-1, weight.size)
    unseen = (left[0] * weight) @ away.T
    at_home = float(((left[0] * weight) @ np.ones(weight.size)).min())
    return float(weight.sum() - unseen.min()), float(unseen.min()) < at_home - 1e-9


def _slow() -> dict[str, Any]:
    """A boat that searches one or two large cells on a sortie."""
    return {
        "name": "Slow boat", "length_m": 12.0, "draft_m": 1.0, "max_kn": 25.0, "cruise_kn": 25.0,
        "search_kn": 20.0, "endurance_h": 5.0, "fuel_l": 9000.0, "burn_cruise_l_h": 100.0,
        "burn_search_l_h": 50.0, "burn_loiter_l_h": 10.0, "turnaround_h": 2.0, "rest_h": 4.0,
        "crew": 3, "sweep_width_nm": 4.0, "cost_per_h_usd": 400.0, "trailer": True,
    }  # fmt: skip
