"""What a plan has of each requirement, against its legs, and what would meet the others."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
from pyproj import Geod

from planner.plan.model import Plan
from planner.plan.requirements import in_words
from planner.problem.build import PlanningProblem
from planner.problem.duty import zone_cells
from planner.scenario import Scenario, from_dict
from planner.verify import check
from tests.problem.off_aktau import patrol
from tests.problem.required import ASKED, planned, problem_of, scenario_in, sea_of

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario off Aktau with a requirement of each kind."""
    return scenario_in(tmp_path_factory.mktemp("required"))


@pytest.fixture(scope="module")
def problem(scenario: Scenario) -> PlanningProblem:
    """Return its arrays."""
    return problem_of(scenario)


def rows_of(plan: Plan) -> Rows:
    """Rows by name."""
    return {row["name"]: row for row in plan.metrics["requirements"]}


@pytest.fixture(scope="module")
def plan(scenario: Scenario, problem: PlanningProblem) -> Plan:
    """Return a plan of four patrols near the harbour."""
    cells = (0, 2, 1, 2)
    sorties = [
        patrol(problem, 0, depart, visits, cell)
        for depart, visits, cell in zip((30, 36, 84, 96), (8, 5, 5, 6), cells, strict=True)
    ]
    return planned([*sorties, patrol(problem, 1, 0, 9, 2)], scenario, problem)


def searching(plan: Plan, scenario: Scenario, step: int, units: tuple[str, ...]) -> set[str]:
    """Cells that hulls of these units search in the middle of a step, by the legs."""
    at = scenario.start + timedelta(minutes=10 * step + 5)
    return {
        each.cell
        for sortie in plan.sorties
        for leg in sortie.legs
        for each in leg.exposures
        if leg.start <= at < leg.end and sortie.hull.rsplit(" ", 1)[0] in units
    }


def test_rows_have_one_shape(plan: Plan) -> None:
    """Every row has the same keys, in the scenario's order; those met lack nothing."""
    rows = plan.metrics["requirements"]
    assert [row["name"] for row in rows] == [each["name"] for each in ASKED]
    keys = ["name", "kind", "zone", "hard", "worth", "wanted", "achieved", "unit", "met", "words"]
    for row in rows:
        assert list(row) == [*keys, "missing", "remedy"]
        assert row["met"] == (row["remedy"] == "")
        if row["met"]:
            assert row["missing"] == []
    assert {row["met"] for row in rows} == {True, False}


def test_presence_is_what_the_legs_give(plan: Plan, scenario: Scenario) -> None:
    """Shares of the half hours, and of the worst watch, in which a leg searches in the zone."""
    own = zone_cells(scenario.requirement[0], scenario, sea_of(scenario))
    zone = {sea_of(scenario).cells.ids[k] for k in np.flatnonzero(own)}
    slots = [*range(37, 97, 3), 96]
    there = [bool(searching(plan, scenario, k, ("Boats", "Navy")) & zone) for k in slots]
    assert 0 < np.mean(there) < 1
    assert rows_of(plan)["watched"]["achieved"] == pytest.approx(np.mean(there), abs=1e-5)
    navy = [bool(searching(plan, scenario, k, ("Navy",)) & zone) for k in range(1, 144, 3)]
    worst = np.array(navy).reshape(4, 12).mean(axis=1).min()
    assert rows_of(plan)["half watched"]["achieved"] == pytest.approx(worst, abs=1e-5)


def test_revisit_is_the_longest_time_between_searches(plan: Plan, scenario: Scenario) -> None:
    """Of the cell of the zone that waits longest, from the plan's start to its end."""
    own = zone_cells(scenario.requirement[2], scenario, sea_of(scenario))
    longest = 0.0
    for cell in np.flatnonzero(own):
        name = sea_of(scenario).cells.ids[cell]
        starts = [
            leg.start
            for sortie in plan.sorties
            for leg in sortie.legs
            if any(each.cell == name for each in leg.exposures)
        ]
        marks = [scenario.start, *sorted(starts), scenario.end]
        longest = max([longest, *((b - a).total_seconds() for a, b in pairwise(marks))])
    row = rows_of(plan)["seen"]
    assert row["achieved"] == pytest.approx(longest / 3600, abs=1e-5)
    assert (row["unit"], row["met"]) == ("h", longest / 3600 <= 8.0)


def test_an_escort_is_what_the_legs_give(plan: Plan, scenario: Scenario) -> None:
    """Share of the ship's half hours in the area with a search in its cell or one next to it."""
    asked, geod = scenario.requirement[4], Geod(ellps="WGS84")
    assert asked.origin and asked.destination
    course, _, length_m = geod.inv(*asked.origin, *asked.destination)
    found = []
    for step in range(37, 37 + int(length_m / 1852 / 10 * 6), 3):
        run_m = (step + 0.5 - 36) / 6 * 10 * 1852
        lon, lat, _ = geod.fwd(*asked.origin, course, run_m)
        around = h3.grid_disk(h3.latlng_to_cell(lat, lon, 5), 1)
        found.append(bool(searching(plan, scenario, step, ("Boats", "Navy")) & set(around)))
    assert rows_of(plan)["escorted"]["achieved"] == pytest.approx(np.mean(found), abs=0.04)


def test_detection_is_what_the_coverage_gives(plan: Plan, scenario: Scenario) -> None:
    """Share of the nets in the zone that is found, each cell as much as lies in it."""
    inside = sea_of(scenario).cells.share_in(scenario.zone_of(scenario.requirement[5]))
    share = dict(zip(sea_of(scenario).cells.ids, inside.tolist(), strict=True))
    rows = [row for row in plan.coverage if row.threat == "nets"]
    total = sum(row.weight * share[row.cell] for row in rows)
    found = sum(row.weight * share[row.cell] * row.detection for row in rows) / total
    assert rows_of(plan)["found"]["achieved"] == pytest.approx(found, abs=1e-5)


def test_missing_times_are_those_without_a_hull(plan: Plan, scenario: Scenario) -> None:
    """The spans named are the first in which no leg searches in the zone, and no others."""
    row = rows_of(plan)["watched"]
    own = zone_cells(scenario.requirement[0], scenario, sea_of(scenario))
    zone = {sea_of(scenario).cells.ids[k] for k in np.flatnonzero(own)}
    gaps = [
        k
        for k in [*range(37, 97, 3), 96]
        if not searching(plan, scenario, k, ("Boats", "Navy")) & zone
    ]
    at = [(scenario.start + timedelta(minutes=10 * k + 5)).isoformat() for k in gaps]
    spans = [span.split("/") for span in row["missing"]]
    assert 0 < len(spans) <= 5
    inside = [any(a <= time < b for a, b in spans) for time in at]
    assert all(inside) or len(spans) == 5
    busy = [k for k in range(37, 97, 3) if k not in gaps]
    times = [(scenario.start + timedelta(minutes=10 * k + 5)).isoformat() for k in busy]
    assert not any(a <= time < b for time in times for a, b in spans)


def test_the_verifier_agrees(plan: Plan, scenario: Scenario) -> None:
    """The rule on requirements finds in the legs what the rows say."""
    report = check(plan, scenario, sea_of(scenario))
    assert "requirements" not in report.broken, "\n".join(report.lines())
    assert report.checks["requirements"] >= 2 * len(ASKED)


def remedy_of(directory: Path, asked: dict[str, Any], **unit: Any) -> str:
    """What would meet one requirement, if nothing sails."""
    scenario = scenario_in(directory, [asked], **unit)
    (row,) = planned([], scenario, problem_of(scenario)).metrics["requirements"]
    return str(row["remedy"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (ASKED[1] | {"start": "2006-05-22T00:00:00+05:00"}, "before 22 May 02:00: start it then"),
        (ASKED[1] | {"end": "2006-05-23T00:00:00+05:00"}, "after 22 May 22:00: end it then"),
        (ASKED[0] | {"units": ["Navy"]}, "one hull of 'Navy' may be enough"),
        (ASKED[0] | {"units": ["Boats"]}, "by itself 'Boats' needs 2 hulls or more"),
        (ASKED[5], "lower its level"),
    ],
)
def test_a_remedy_says_what_stands_against_it(
    tmp_path: Path, asked: dict[str, Any], words: str
) -> None:
    """Times before the first and after the last hull, and the hulls needed, are named."""
    short = {"start": "2006-05-22T04:00:00+05:00", "end": "2006-05-22T18:00:00+05:00"}
    assert words in remedy_of(tmp_path, short | asked, count=1)


def test_cells_out_of_reach_are_counted(tmp_path: Path) -> None:
    """A revisit says how many cells of its zone no hull that counts can search."""
    asked = {"name": "all", "kind": "revisit", "file": "off_aktau.geojson", "every_h": 6.0}
    changed = scenario_in(tmp_path, [asked | {"units": ["Boats"]}]).model_dump(mode="json")
    changed["vessel"]["patrol-boat-42ft"].update(endurance_h=2.0, sea=[])
    short = from_dict(changed, tmp_path)
    problem = problem_of(short)
    reach = problem.instance.fleets[0].network.active().size
    assert 0 < reach < 19
    (row,) = planned([], short, problem).metrics["requirements"]
    assert f"{19 - reach} of 19 cells are out of reach of every unit that counts" in row["remedy"]


def test_words_say_what_is_asked(scenario: Scenario) -> None:
    """Every requirement in a sentence, with its zone by name."""
    words = [in_words(asked) for asked in scenario.requirement]
    assert words == [
        "a hull searches in near.geojson all the time",
        "a hull searches in near.geojson 50 % of every watch",
        "every cell of near.geojson is searched again within 8 h",
        "a hull can be anywhere in near.geojson within 50 minutes all the time",
        "the ship is accompanied 60 % of its way",
        "30 % of nets in near.geojson is found",
    ]
    known = scenario.requirement[0].model_copy(update={"zone": "kashagan", "file": None})
    assert in_words(known) == "a hull searches in Kashagan field all the time"
