"""Which hard requirements exclude each other, and the fewest hulls for them, on a small sea."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.errors import ScenarioError
from planner.problem.build import PlanningProblem, build
from planner.scenario import Scenario, from_dict, load
from planner.sea import build_sea
from planner.solve.least import outlook
from planner.study.required import conflict, fewest_hulls, instance_of
from tests.problem.required import ASKED, problem_of, scenario_in

MORNING = {"start": "2006-05-22T03:00:00+05:00", "end": "2006-05-22T07:00:00+05:00"}
DAY = {"start": "2006-05-22T02:00:00+05:00", "end": "2006-05-22T20:00:00+05:00"}


def presence(name: str, **changed: Any) -> dict[str, Any]:
    """A hard presence near the harbour by the boats."""
    asked = {"name": name, "kind": "presence", "file": "near.geojson", "units": ["Boats"]}
    return asked | {"hard": True} | changed


HERE = presence("here", **MORNING)
THERE = presence("there", **MORNING) | {"file": "off.geojson"}


def scenario_of(directory: Path, *asked: dict[str, Any], count: int = 1) -> Scenario:
    """The scenario with so many boats, and a second zone some way off."""
    zone = (
        '{"type": "Polygon", "coordinates": '
        "[[[50.7, 43.3], [50.9, 43.3], [50.9, 43.5], [50.7, 43.5], [50.7, 43.3]]]}"
    )
    (directory / "off.geojson").write_text(zone, encoding="utf-8")
    return scenario_in(directory, asked, count=count)


def names_of(problem: PlanningProblem) -> tuple[tuple[str, ...], bool]:
    """Requirements found in conflict, and whether all can be met."""
    found = conflict(problem, time_limit_s=2.0, seed=1)
    assert not (found.possible and found.names)
    assert found.share <= 1.0
    return found.names, found.possible


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ((HERE,), ()),
        ((THERE,), ()),
        ((HERE, THERE), ("here", "there")),
        ((presence("all day", **DAY),), ("all day",)),
        ((HERE, presence("all day", **DAY)), ("all day",)),
        ((HERE, presence("later", start=DAY["start"], end=MORNING["end"])), ()),
        ((HERE, THERE | {"hard": False}), ()),
    ],
)
def test_a_conflict_names_those_that_exclude_each_other(
    tmp_path: Path, asked: tuple[dict[str, Any], ...], names: tuple[str, ...]
) -> None:
    """One boat is not in two places, nor out all day: named are those and no others."""
    found, possible = names_of(problem_of(scenario_of(tmp_path, *asked)))
    assert found == names
    assert possible == (not names)


def test_a_zone_that_nobody_reaches_is_impossible_at_once(tmp_path: Path) -> None:
    """A revisit of cells that no hull that counts can search is proven impossible in no time."""
    asked = {"name": "all", "kind": "revisit", "file": "off_aktau.geojson", "every_h": 12.0}
    scenario = scenario_in(tmp_path, [asked | {"units": ["Boats"], "hard": True}])
    tables = scenario.model_dump(mode="json")
    tables["vessel"]["patrol-boat-42ft"].update(endurance_h=2.0, sea=[])
    problem = problem_of(from_dict(tables, tmp_path))
    found = conflict(problem, time_limit_s=30.0)
    assert found.names == ("all",)
    assert found.share < 1.0


def test_a_revisit_is_called_impossible_only_if_it_is(tmp_path: Path) -> None:
    """What can just be kept is not called impossible because windows ask for more.

    The one boat is in port for the first six hours of twelve. Seen after that the zone has
    waited for less than eight hours, but not been seen in a window of six.
    """
    asked = {"name": "seen", "kind": "revisit", "file": "near.geojson", "every_h": 8.0,
             "units": ["Boats"], "hard": True, "end": "2006-05-22T12:00:00+05:00"}  # fmt: skip
    tables = scenario_of(tmp_path, asked).model_dump(mode="json")
    upkeep = {"hull": "Boats 1", "start": "2006-05-22T00:00:00+05:00"}
    tables["outage"] = [upkeep | {"end": "2006-05-22T05:30:00+05:00"}]
    problem = problem_of(from_dict(tables, tmp_path))
    strict = outlook(instance_of(problem, problem.duties), time_limit_s=4.0)
    assert strict.impossible
    assert names_of(problem)[0] == ()


def test_the_fewest_hulls_are_found_and_one_fewer_ruled_out(tmp_path: Path) -> None:
    """A watch of eighteen hours takes two boats out for ten, and one is proven not to do."""
    scenario = scenario_of(tmp_path, presence("all day", **DAY))
    told: list[int] = []
    found = fewest_hulls(
        scenario,
        problem_of(scenario),
        "Boats",
        most=4,
        time_limit_s=8.0,
        told=lambda trial: told.append(trial.hulls),
    )
    assert (found.least, found.proven, told) == (2, True, [1, 2])
    first, second = found.trials
    assert first.impossible
    assert first.found <= first.proven < 1.0
    assert second.met
    assert not second.impossible


def test_too_few_are_not_called_enough(tmp_path: Path) -> None:
    """Where no number tried is enough there is no answer."""
    scenario = scenario_of(tmp_path, presence("all day", **DAY))
    found = fewest_hulls(scenario, problem_of(scenario), "Boats", most=1, time_limit_s=4.0)
    assert (found.least, found.proven) == (None, False)


def test_posted_hulls_are_refused(tmp_path: Path) -> None:
    """The search for the fewest hulls says that it does not know of postings."""
    scenario = scenario_of(tmp_path, HERE, count=2)
    tables = scenario.model_dump(mode="json")
    for base in tables["base"]:
        base["ramp"] = True
    tables["posting"] = [
        {"hull": "Boats 2", "base": "Kuryk", "by": "road", "road_km": 100.0,
         "start": "2006-05-22T01:00:00+05:00"}
    ]  # fmt: skip
    posted = from_dict(tables, tmp_path)
    with pytest.raises(ScenarioError, match="does not know of postings"):
        fewest_hulls(posted, problem_of(posted), "Boats", most=2, time_limit_s=1.0)


def patrol(*arguments: object) -> Result:
    """Run ``patrol`` in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write(directory: Path, *asked: dict[str, Any], count: int = 1) -> Path:
    """The scenario as a TOML file."""
    scenario_of(directory, *asked, count=count)
    lines = [
        'title = "A day off Aktau"', "start = 2006-05-22T00:00:00+05:00", "days = 1.0",
        "[area]", 'file = "off_aktau.geojson"', 'shoreline = "legal-28m"',
        "[[base]]", 'name = "Aktau"', "position = [51.2, 43.6]",
        "[[unit]]", 'name = "Boats"', 'vessel = "patrol-boat-42ft"', 'agency = "Border Service"',
        'base = "Aktau"', f"count = {count}",
        "[[threat]]", 'name = "nets"', 'kind = "area"', "weight = 1.0", "persistence_h = 24.0",
    ]  # fmt: skip
    for each in asked:
        lines.append("[[requirement]]")
        for key, value in each.items():
            plain = key in ("start", "end") or not isinstance(value, (str, bool, list))
            text = str(value).lower() if isinstance(value, bool) else value
            quoted = str(text) if plain or isinstance(value, bool) else f'"{text}"'
            lines.append(f"{key} = " + (f'["{value[0]}"]' if isinstance(value, list) else quoted))
    path = directory / "scenario.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_patrol_fewest_prints_numbers_and_proof(tmp_path: Path) -> None:
    """The command shows what each number can serve, and says what is proven."""
    path = write(tmp_path, presence("all day", **DAY))
    done = patrol("fewest", path, "--time-limit", 8, "--most", 3)
    assert done.exit_code == 0, done.output
    assert "impossible" in done.stdout
    assert "2 hulls of Boats meet what is required; that one fewer cannot is proven." in (
        done.stdout.splitlines()
    )
    short = patrol("fewest", path, "--time-limit", 4, "--most", 1)
    assert short.exit_code == 1
    assert "No number up to 1 was found to be enough" in short.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--unit", "Boat"), "there is no unit 'Boat'; the units are Boats"),
        ((), "there is no hard one; add 'hard = true'"),
    ],
)
def test_patrol_fewest_refuses_bad_input(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """An unknown unit, or nothing that is hard, is one line with what to do."""
    path = write(tmp_path, presence("watched", hard=bool(arguments), **MORNING))
    done = patrol("fewest", path, *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((presence("all day", **DAY),), "'all day' cannot be met by any plan: at most"),
        ((HERE, THERE), "these cannot be met together, which is proven: 'here', 'there'"),
    ],
)
def test_patrol_plan_fails_where_what_is_hard_is_unmet(
    tmp_path: Path, asked: tuple[dict[str, Any], ...], words: str
) -> None:
    """The plan is written, the table says what is not met, and a line what stands against it."""
    path = write(tmp_path, *asked)
    done = patrol("plan", path, "-o", tmp_path / "out", "--time-limit", 2)
    assert done.exit_code == 1, done.output
    assert "must be, and is not met" in " ".join(done.stdout.split())
    assert words in done.stderr
    assert patrol("verify", tmp_path / "out").exit_code == 0


def test_what_is_met_is_planned_again_from_and_after_a_loss(tmp_path: Path) -> None:
    """A plan that meets all is one to begin with, and to plan anew from; both hold."""
    soft = {"name": "helped", "kind": "response", "file": "near.geojson", "within_min": 50.0,
            "share": 0.3}  # fmt: skip
    seen = ASKED[2] | {"hard": False, "every_h": 9.0}
    path = write(tmp_path, presence("all day", **DAY), soft, seen, count=2)
    out = tmp_path / "out"
    done = patrol("plan", path, "-o", out, "--time-limit", 2)
    assert done.exit_code == 0, done.output
    assert "met: a hull searches in near.geojson" in " ".join(done.stdout.split())
    again = patrol("plan", path, "-o", tmp_path / "again", "--from", out, "--time-limit", 2)
    assert again.exit_code == 0, again.output
    assert "bounds kept" in again.stdout
    lost = ("--lost", "Boats 1", "--lost", "Boats 2", "--time-limit", 1)
    anew = patrol("replan", out, "--at", "2006-05-22T05:00", *lost)
    assert anew.exit_code == 1, anew.output
    assert "'all day' must be met, and is not" in anew.stderr
    for folder in (out, tmp_path / "again", out / "replan"):
        checked = patrol("verify", folder)
        assert checked.exit_code == 0, checked.output


def test_the_example_off_kashagan_at_a_small_size(examples: Path) -> None:
    """In coarse cells two boats hold a day of the watch off Kashagan, and one does not."""
    scenario = load(examples / "kashagan.toml")
    (asked,) = scenario.requirement
    assert (asked.kind, asked.hard, asked.share) == ("presence", True, 1.0)
    assert scenario.unit[0].count == 3
    tables = scenario.model_dump(mode="json") | {"days": 1.75}
    tables["area"]["cell_resolution"] = 4
    tables["requirement"][0].update(end="2006-05-23T12:00:00+05:00")
    small = from_dict(tables, examples)
    problem = build(small, build_sea(small))
    found = fewest_hulls(small, problem, small.unit[0].name, most=3, time_limit_s=10.0)
    assert (found.least, found.proven) == (2, True)
