"""Breaks of crews in plans as they are made: they hold, and each fault is found by its rule."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from planner.app import plan_scenario
from planner.export.words import leg_words
from planner.plan.assemble import assemble
from planner.plan.model import Leg, Plan, SolverReport
from planner.present.figures import sortie_figures
from planner.present.map.features import sortie_features
from planner.present.table import schedule_csv, schedule_table
from planner.problem.build import build
from planner.scenario import Scenario, from_dict, load
from planner.sea.geodesy import FloatArray
from planner.solve.search import Search
from planner.verify import check, verify
from planner.verify.waters import depth_at
from tests.plan_factory import hours
from tests.problem.off_aktau import in_weather, sea, tables
from tests.verify.changes import Data, later

BOATS: Data = {"break_every_h": 2.5, "break_min": 30.0, "break_early_min": 20.0,
               "break_at": "anchor", "anchor_depth_m": 60.0}  # fmt: skip
NAVY: Data = {"break_every_h": 4.0, "break_min": 45.0, "fuel_week_l": 90_000.0}


def rising_m(hour: FloatArray, lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Height of the waves: too rough to lie at anchor in the south by noon, but not to sail."""
    return np.where((hour >= 9) & (lat < 43.5), 1.15, 0.4)


@dataclass(frozen=True)
class Planned:
    """A scenario with breaks, and the plan that the search builds first."""

    scenario: Scenario
    directory: Path
    plan: Plan
    written: Data


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """Return a day in which boats rest at anchor and the navy wherever it is."""
    directory = tmp_path_factory.mktemp("breaks")
    asked = tables()
    asked["unit"][0] |= BOATS
    asked["unit"][1] |= NAVY
    scenario = in_weather(directory, rising_m, asked)
    problem = build(scenario, sea())
    search = Search(problem.instance, seed=0)
    search.construct(lambda: False)
    report = SolverReport(
        status="feasible", termination="work", detection=search.detection, bound=1.0,
        gap=1.0 / search.detection - 1.0, seed=0, time_s=1.0,
    )  # fmt: skip
    plan = assemble(search.best, report, scenario, sea(), problem)
    return Planned(scenario, directory, plan, plan.model_dump(mode="json", by_alias=True))


def rests(data: Data, reason: str | None = None) -> Iterator[tuple[Data, int, Data]]:
    """Sortie, place and leg of every break, of one kind or all."""
    for sortie in data["sorties"]:
        for place, leg in enumerate(sortie["legs"]):
            if leg["reason"] is not None and reason in (None, leg["reason"]):
                yield sortie, place, leg


def broken(data: Data, scenario: Scenario) -> dict[str, int]:
    """How often each rule is broken."""
    return check(Plan.model_validate(data), scenario, sea()).broken


def under(planned: Planned, unit: int, **rules: Any) -> Scenario:
    """The scenario with other rules for a unit."""
    data = planned.scenario.model_dump(mode="json")
    data["unit"][unit] |= rules
    return from_dict(data, planned.directory)


def test_a_plan_with_breaks_holds(planned: Planned) -> None:
    """The plan keeps every rule, has breaks of both kinds, and misses none that is due."""
    assert broken(planned.written, planned.scenario) == {}
    found = [leg["reason"] for _, _, leg in rests(planned.written)]
    assert found.count("break at anchor") >= 2
    assert found.count("break") >= 2
    for sortie in planned.plan.sorties:
        every_h = 2.5 if sortie.hull.startswith("Boats") else 4.0
        due = int((hours(sortie.depart.isoformat(), sortie.return_.isoformat()) - 1e-9) // every_h)
        assert due == 0 or any(leg.reason for leg in sortie.legs)


def test_breaks_at_anchor_lie_in_shelter(planned: Planned) -> None:
    """None lies in water too deep, and in the afternoon none lies where seas are high."""
    for _, _, leg in rests(planned.written, "break at anchor"):
        points = np.array(leg["path"])
        assert depth_at(points).max() <= 60.0
        start_h = hours(planned.written["scenario"]["start"], leg["start"])
        assert start_h <= 9.0 - 0.5 or points[0, 1] > 43.4


def forgotten(reason: str) -> Callable[[Data], None]:
    """Let one wait be no break: the crew just drifts."""

    def change(data: Data) -> None:
        next(rests(data, reason))[2]["reason"] = None

    return change


def cut_short(data: Data) -> None:
    """A break ends ten minutes early; the boat waits on."""
    sortie, place, leg = next(rests(data))
    rest = copy.deepcopy(leg)
    leg["end"] = rest["start"] = later(leg["end"], -10 / 60)
    rest["reason"] = None
    sortie["legs"].insert(place + 1, rest)


def makes_way(data: Data) -> None:
    """In a break the boat makes way."""
    next(rests(data))[2]["speed_kn"] = 3.0


def drifts_under_way(data: Data) -> None:
    """A crew whose breaks are at anchor has one just stopped."""
    next(rests(data, "break at anchor"))[2]["reason"] = "break"


@pytest.mark.parametrize(
    ("change", "times"),
    [
        (forgotten("break"), 1),
        (forgotten("break at anchor"), 1),
        (cut_short, 1),
        (makes_way, 1),
        (drifts_under_way, 1),
    ],
)
def test_a_fault_is_found_by_its_rule_alone(
    planned: Planned, change: Callable[[Data], None], times: int
) -> None:
    """A break left out, too short, under way, or stopped where it should be at anchor."""
    spoilt = copy.deepcopy(planned.written)
    change(spoilt)
    assert broken(spoilt, planned.scenario) == {"breaks": times}


def test_rules_are_held_to_the_unit(planned: Planned) -> None:
    """As many breaks are wrong as there are beyond what another rule allows."""
    at_anchor = [leg for _, _, leg in rests(planned.written, "break at anchor")]
    under_way = [leg for _, _, leg in rests(planned.written, "break")]
    assert broken(planned.written, under(planned, 0, break_min=31.0)) == {"breaks": len(at_anchor)}
    assert broken(planned.written, under(planned, 1, break_min=46.0)) == {}, "steps round it up"
    assert broken(planned.written, under(planned, 1, break_min=51.0)) == {"breaks": len(under_way)}
    depths = np.array([float(depth_at(np.array(leg["path"])).max()) for leg in at_anchor])
    limit_m = float(np.round(np.median(depths), 1)) + 0.2
    found = broken(planned.written, under(planned, 0, anchor_depth_m=limit_m))
    assert found.get("breaks", 0) == int((depths > limit_m + 0.05).sum())
    calm = under(planned, 0, anchor_wave_m=0.3)
    assert broken(planned.written, calm) == {"breaks": len(at_anchor)}
    still = under(planned, 0, anchor_wind_kn=0.0)
    assert broken(planned.written, still) == {"breaks": len(at_anchor)}
    tight = broken(planned.written, under(planned, 1, break_every_h=1.0, break_min=45.0))
    assert tight["breaks"] > len(under_way)


def test_a_unit_without_breaks_takes_none(planned: Planned) -> None:
    """Every break of a unit that has none is a fault."""
    count = sum(1 for _ in rests(planned.written, "break"))
    free = under(planned, 1, break_every_h=None, break_min=None)
    assert broken(planned.written, free) == {"breaks": count}


def test_breaks_are_shown(planned: Planned) -> None:
    """Schedule, CSV, and the map's legs name every break, and none that is not there."""
    at_anchor = [leg for _, _, leg in rests(planned.written, "break at anchor")]
    under_way = [leg for _, _, leg in rests(planned.written, "break")]
    lines = list(csv.DictReader(io.StringIO(schedule_csv(planned.plan))))
    assert sum(line["breaks"].count("T") for line in lines) == len(at_anchor) + len(under_way)
    for line in lines:
        anchored = line["hull"].startswith("Boats")
        assert ("break at anchor" in line["breaks"]) == (anchored and bool(line["breaks"]))
    out = io.StringIO()
    Console(file=out, width=200).print(schedule_table(planned.plan))
    assert "breaks at anchor" in out.getvalue() or "break at anchor" in out.getvalue()
    trips = sortie_figures(planned.plan, {})
    features = sortie_features(planned.plan, trips, problem_cells())
    modes = [leg[0] for item in features for leg in item["legs"]]
    assert (modes.count(3), modes.count(4)) == (len(under_way), len(at_anchor))
    words = leg_words(planned.plan, Leg.model_validate(at_anchor[0]))
    assert words.startswith("break at anchor until")


def problem_cells() -> tuple[str, ...]:
    """Names of the sea's cells."""
    return tuple(sea().cells.ids)


def test_the_example_is_planned(examples: Path) -> None:
    """A day of the boat off Bautino: its crew rests at anchor, and the plan holds."""
    whole = load(examples / "anchorage.toml")
    small = whole.model_copy(update={"days": 1.0}).at(whole.directory, whole.file_name)
    found = plan_scenario(small, work_limit=1)
    assert verify(found, whole.directory).ok
    reasons = [leg.reason for sortie in found.sorties for leg in sortie.legs if leg.reason]
    assert set(reasons) == {"break at anchor"}
