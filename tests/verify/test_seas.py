"""Plans in weather: good ones hold, and each way to ignore the weather breaks its one rule."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from planner.app import plan_scenario
from planner.plan.model import Plan
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario, SeaState, from_dict
from planner.verify import Report, check
from planner.verify.facts import Facts
from planner.verify.seas import Met, _along, _met
from tests.plan_factory import length_nm
from tests.problem.off_aktau import DIRECTORY, in_weather, patrol, plan_of, sea, tables
from tests.verify.changes import Data, later, shift
from tests.weather_file import Floats

NIGHT, DAY, ICE, STORM = 6.0, 18.0, 20.0, 22.0
"""Hours: moderate seas until the first, mild until the second, then ice, mild again, a storm."""


def waves(hour: Floats, lon: Floats, lat: Floats) -> Floats:
    """Waves of 2.2 m at night, 0.4 m by day, 9 m at the end; 9 m in the west all the time."""
    east = np.where(hour < NIGHT, 2.2, np.where(hour < STORM, 0.4, 9.0))
    return np.where(lon < 50.825, 9.0, east)


def ice(hour: Floats, lon: Floats, lat: Floats) -> Floats:
    """Ice all over for two hours of the evening."""
    return np.where((hour > DAY) & (hour < ICE), 0.9, 0.0) + 0.0 * lon


def asked(directory: Path, target: str | None = None) -> Scenario:
    """The scenario off Aktau in that weather, targets that last the whole day, none in transit."""
    changed = tables()
    changed["threat"] = [
        changed["threat"][0],
        changed["threat"][1] | {"persistence_h": 24.0, "target": target},
    ]
    return in_weather(directory, waves, changed, ice=ice)


@dataclass(frozen=True)
class Case:
    """A scenario with its arrays and a plan that holds, as plan.json has it."""

    scenario: Scenario
    problem: PlanningProblem
    written: Data

    def report(self, change: Callable[[Data], None]) -> Report:
        """What the verifier says of the plan once it is changed."""
        spoilt = copy.deepcopy(self.written)
        change(spoilt)
        return check(Plan.model_validate(spoilt), self.scenario, sea())


def case(scenario: Scenario) -> Case:
    """A sortie of the boats at night in moderate seas, and one by day in mild seas."""
    problem = build(scenario, sea())
    night, day = patrol(problem, 1, 0, 2), patrol(problem, 0, 48, 3)
    assert problem.instance.fleets[0].unit == problem.instance.fleets[1].unit == 0
    plan = plan_of((night, day), scenario, problem)
    return Case(scenario, problem, plan.model_dump(mode="json", by_alias=True))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return the case in which all widths are the classes' own."""
    return case(asked(tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="module")
def lit(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return the case in which widths against a threat follow light and weather."""
    return case(asked(tmp_path_factory.mktemp("lit"), "power-boat-20ft"))


def test_plans_by_hand_hold(plain: Case, lit: Case) -> None:
    """A slow night and a fast day break no rule."""
    for each in (plain, lit):
        report = each.report(lambda data: None)
        assert report.ok, "\n".join(report.lines())
        assert report.checks["seas"] > 2
        night, day = each.written["sorties"]
        speeds = [leg["speed_kn"] for s in (night, day) for leg in s["legs"]]
        assert max(leg["speed_kn"] for leg in night["legs"]) <= 0.7 * 25
        assert max(speeds) > 0.7 * 15


def faster(mode: str, speed_kn: float) -> Callable[[Data], None]:
    """The night's legs of a mode are sailed at a speed of the class."""

    def change(data: Data) -> None:
        for leg in data["sorties"][0]["legs"]:
            if leg["mode"] == mode:
                leg["speed_kn"] = speed_kn

    return change


def stay(number: int, by_h: float) -> Callable[[Data], None]:
    """Wait so long at the end of a sortie before going home."""

    def change(data: Data) -> None:
        sortie = data["sorties"][number]
        home = sortie["legs"][-1]
        wait = {"mode": "loiter", "start": home["start"], "end": later(home["start"], by_h),
                "speed_kn": 0.0, "sweep_width_nm": 0.0, "path": [home["path"][0]]}  # fmt: skip
        sortie["legs"].insert(-1, wait)
        shift(sortie, by_h, len(sortie["legs"]) - 1)
        sortie["fuel_l"] += 15.0 * by_h

    return change


def sail_at(number: int, hour: float) -> Callable[[Data], None]:
    """Sail a sortie at another hour of the plan."""

    def change(data: Data) -> None:
        sortie = data["sorties"][number]
        begin = datetime.fromisoformat(data["scenario"]["start"])
        there = datetime.fromisoformat(sortie["depart"]) - begin
        shift(sortie, hour - there / timedelta(hours=1))

    return change


def moved_west(data: Data) -> None:
    """The day's sortie waits in the storm of the west, a cell off, on its way home."""
    sortie = data["sorties"][1]
    home = sortie["legs"][-1]
    path = home["path"]
    west = [50.745, 43.534]
    out = [[path[0][0] + t * (west[0] - path[0][0]), path[0][1] + t * (west[1] - path[0][1])]
           for t in np.linspace(0, 1, 6).tolist()]  # fmt: skip
    there = {**home, "path": out, "speed_kn": 25.0, "end": later(home["start"], 2.0)}
    back = {**there, "path": out[::-1], "start": there["end"], "end": later(there["end"], 2.0)}
    sortie["legs"][-1:] = [there, back, home]
    shift(sortie, 4.0, len(sortie["legs"]) - 1)
    sortie["fuel_l"] += 4 * 164.0
    sortie["distance_nm"] += 2 * length_nm(out)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (faster("search", 15.0), "too fast for seas of 2.4 m"),
        (faster("transit", 25.0), "too fast for seas of 2.4 m"),
        (stay(0, 7.0), "under way too long for seas of 2.4 m"),
        (sail_at(1, 2.0), "too fast for seas of 2.4 m"),
        (sail_at(1, 17.0), "sails through ice"),
        (sail_at(1, 21.0), "meets seas of 9.0 m and wind of 4 kn"),
        (moved_west, "meets seas of 9.0 m and wind of 4 kn"),
    ],
    ids=["search", "transit", "too long", "day speeds at night", "ice", "storm", "the west"],
)
def test_weather_ignored_breaks_one_rule(
    plain: Case, change: Callable[[Data], None], message: str
) -> None:
    """Too fast, too long, through rough water or ice: the rule on seas says so, and it alone."""
    report = plain.report(change)
    assert set(report.broken) == {"seas"}, "\n".join(report.lines())
    assert any(message in violation.message for violation in report.violations)
    for violation in report.violations:
        assert violation.sortie in {"S001", "S002"}
        assert violation.time is not None


def test_a_violation_is_timed_where_it_is_met(plain: Case) -> None:
    """The storm is named at a time in it, the ice at the time the boat first meets it."""
    start = plain.scenario.start
    for hour, begins, ends in ((21.0, STORM, 24.0), (17.0, DAY, DAY + 0.2)):
        (violation,) = [
            v
            for v in plain.report(sail_at(1, hour)).violations
            if "meets seas" in v.message or "ice" in v.message
        ]
        assert violation.time is not None
        met_h = (violation.time - start) / timedelta(hours=1)
        assert begins <= met_h <= ends


def test_a_class_that_sails_in_ice_may(plain: Case) -> None:
    """What is a violation for one class is none for one that can sail in ice."""
    vessel = {
        key: each.model_copy(update={"in_ice": True}) for key, each in plain.scenario.vessel.items()
    }
    hardy = replace(plain, scenario=plain.scenario.model_copy(update={"vessel": vessel}))
    assert hardy.report(sail_at(1, 17.0)).ok


def test_a_class_without_states_may_sail_in_any_seas(plain: Case) -> None:
    """Without a list of sea states there are no limits but the ice."""
    vessel = {
        key: each.model_copy(update={"sea": ()}) for key, each in plain.scenario.vessel.items()
    }
    bold = replace(plain, scenario=plain.scenario.model_copy(update={"vessel": vessel}))
    assert bold.report(faster("search", 15.0)).ok
    assert bold.report(moved_west).ok
    assert set(bold.report(sail_at(1, 17.0)).broken) == {"seas"}


def test_wind_is_a_limit_like_waves(tmp_path: Path) -> None:
    """In a wind of 25 kn over a low sea boats keep to the second state, in 45 kn they stay in."""
    changed = tables()
    changed["threat"] = changed["threat"][:1]
    there = in_weather(
        tmp_path,
        lambda hour, lon, lat: 0.3,
        changed,
        wind_kn=lambda hour, lon, lat: np.where(hour < 12, 25.0, 45.0) + 0.0 * lon,
    )
    problem = build(there, sea())
    plan = plan_of([patrol(problem, 1, 0, 2)], there, problem)
    windy = Case(there, problem, plan.model_dump(mode="json", by_alias=True))
    assert windy.report(lambda data: None).ok
    assert set(windy.report(faster("search", 15.0)).broken) == {"seas"}
    late = windy.report(sail_at(0, 13.0))
    assert "wind of 45 kn" in late.violations[0].message
    assert set(late.broken) == {"seas"}


def test_at_a_side_of_two_cells_the_milder_may_hold() -> None:
    """Weather met at places between two cells is the milder of both."""
    met = Met(np.zeros(2), np.array([1.0, 2.0]), np.array([5.0, 30.0]), np.zeros(2, bool))
    assert met.beyond(SeaState(wave_m=1.5, wind_kn=40.0)).tolist() == [False, True]
    assert met.beyond(SeaState(wave_m=2.0, wind_kn=20.0)).tolist() == [False, True]
    assert met.beyond(SeaState(wave_m=2.0, wind_kn=30.0)).tolist() == [False, False]


def widths_of_day(data: Data) -> None:
    """A search at night states the widths of one by day, in which the threat is seen by eye."""
    night, day = (
        next(leg for leg in s["legs"] if leg["mode"] == "search") for s in data["sorties"]
    )
    night["widths"] = day["widths"]


def narrower(data: Data) -> None:
    """A search states a smaller width against the target type than it has."""
    leg = next(leg for leg in data["sorties"][0]["legs"] if leg["mode"] == "search")
    (stated,) = leg["widths"]
    stated["sweep_width_nm"] *= 0.9


def none_against(data: Data) -> None:
    """A search leaves out that it has a smaller width against the target type."""
    leg = next(leg for leg in data["sorties"][0]["legs"] if leg["mode"] == "search")
    leg["widths"] = []


@pytest.mark.parametrize("change", [widths_of_day, narrower, none_against])
def test_a_wrong_width_breaks_one_rule(lit: Case, change: Callable[[Data], None]) -> None:
    """Widths by day stated at night, or any other wrong width, are caught by ``sweep`` alone."""
    report = lit.report(change)
    assert set(report.broken) == {"sweep"}, "\n".join(report.lines())
    assert all("against 'runs'" in violation.message for violation in report.violations)
    assert {violation.sortie for violation in report.violations} == {"S001"}


def test_a_sortie_of_another_hour_has_other_widths(lit: Case, plain: Case) -> None:
    """A sortie moved from night to day has other widths, and so other rows and detection."""
    moved = lit.report(sail_at(0, 8.0))
    assert "sweep" in moved.broken
    assert "coverage_exposure" in moved.broken
    assert "sweep" not in plain.report(sail_at(0, 8.0)).broken


def test_night_legs_have_a_smaller_width_than_day_legs(lit: Case) -> None:
    """Against the target type; against nets, which have none, it is the same."""
    widths: dict[str, list[float]] = {}
    for sortie in lit.written["sorties"]:
        for leg in sortie["legs"]:
            if leg["mode"] == "search":
                stated = {w["threat"]: w["sweep_width_nm"] for w in leg["widths"]}
                for threat in ("nets", "runs"):
                    key = f"{sortie['id']} {threat}"
                    widths.setdefault(key, []).append(stated.get(threat, leg["sweep_width_nm"]))
    assert max(widths["S001 runs"]) < min(widths["S002 runs"])
    assert set(widths["S001 nets"]) == set(widths["S002 nets"]) == {3.3}


def test_a_solved_plan_in_partly_rough_seas_holds(tmp_path: Path) -> None:
    """The optimiser's plan in such weather holds, and searches only where and when it may."""
    there = asked(tmp_path, "power-boat-20ft")
    plan = plan_scenario(there, time_limit_s=2.0, seed=1)
    report = check(plan, there, sea())
    assert report.ok, "\n".join(report.lines())
    assert plan.solver.detection > 0
    legs = [leg for sortie in plan.sorties for leg in sortie.legs if leg.mode == "search"]
    assert legs
    number = {name: k for k, name in enumerate(sea().cells.ids)}
    for leg in legs:
        lon, lat = sea().cells.centre[number[leg.exposures[0].cell]]
        for share in np.linspace(0.01, 0.99, 9):
            hour = ((leg.start - there.start) + share * (leg.end - leg.start)) / timedelta(hours=1)
            at = np.floor(hour) + 0.5
            assert waves(at, lon, lat) <= 4.0
            assert not ice(at, lon, lat)
    assert all(lon >= 50.7 for leg in legs for lon, _ in leg.path)


def test_hulls_stay_in_where_the_whole_sea_is_too_rough(tmp_path: Path) -> None:
    """With the roughest seas all day nobody sails, and the plan of nothing holds."""
    changed = tables()
    there = in_weather(tmp_path, lambda hour, lon, lat: 9.0, changed)
    plan = plan_scenario(there, time_limit_s=2.0, seed=1)
    assert plan.sorties == ()
    assert plan.solver.detection == 0.0
    assert {row.exposure for row in plan.coverage} == {0.0}
    report = check(plan, there, sea())
    assert report.ok, "\n".join(report.lines())


def test_a_plan_with_target_types_in_a_calm_holds() -> None:
    """Solved in a calm with light and dark, a plan holds and its nights see less than its days."""
    changed = tables()
    for threat in changed["threat"]:
        threat["target"] = "power-boat-20ft"
    there = from_dict(changed, DIRECTORY, "off_aktau.toml")
    plan = plan_scenario(there, time_limit_s=2.0, seed=1)
    report = check(plan, there, sea())
    assert report.ok, "\n".join(report.lines())
    by_hour: dict[bool, set[float]] = {True: set(), False: set()}
    for sortie in plan.sorties:
        if sortie.hull.startswith("Boats"):
            for leg in sortie.legs:
                hour = leg.start.hour
                if leg.mode == "search" and (hour < 3 or 7 <= hour < 19):
                    by_hour[hour < 3].add(round(leg.sweep_width_nm, 6))
    assert by_hour[False] == {3.3}
    assert by_hour[True] <= {2.0}


def test_waiting_has_the_weather_of_the_cell_to_be_searched(plain: Case) -> None:
    """Wherever its lane begins, a boat that waits there is in the cell it is about to search."""
    data = copy.deepcopy(plain.written)
    sortie = data["sorties"][1]
    number = next(k for k, leg in enumerate(sortie["legs"]) if leg["mode"] == "search")
    lane = sortie["legs"][number]
    wait = {"mode": "loiter", "start": lane["start"], "end": later(lane["start"], 0.5),
            "speed_kn": 0.0, "sweep_width_nm": 0.0, "path": [[50.745, 43.534]]}  # fmt: skip
    shift(sortie, 0.5, number)
    sortie["legs"].insert(number, wait)
    sortie["fuel_l"] += 7.5
    facts = Facts(Plan.model_validate(data), plain.scenario, sea())
    own = facts.cell_index[lane["exposures"][0]["cell"]]
    conditions = facts.conditions_of(facts.voyages[1])
    weather = conditions.weather
    only_there = np.where(np.arange(sea().cells.n) == own, weather.wave_m, 9.0)
    conditions.weather = replace(weather, wave_m=only_there)
    met = _met(facts, conditions, facts.legs_of[1][number : number + 2])
    assert len(met.time_h) > 8
    assert met.wave_m.max() < 1.0


@pytest.mark.parametrize("degrees", [0.0, 0.002, 0.1])
def test_weather_is_looked_up_along_the_leg(degrees: float, plain: Case) -> None:
    """Shares of a leg's way, be it a tenth of a mile long, lie at those shares of its line."""
    written = copy.deepcopy(plain.written)
    written["sorties"][0]["legs"][0]["path"] = [[51.0, 43.5], [51.0, 43.5 + degrees]]
    leg = Facts(Plan.model_validate(written), plain.scenario, sea()).stretches[0]
    share = np.linspace(0.0, 1.0, 5)
    expected = np.column_stack([np.full(5, 51.0), 43.5 + share * degrees])
    assert _along(leg, share) == pytest.approx(expected, abs=1e-9)
