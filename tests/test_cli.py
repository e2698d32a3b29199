"""The command line, as a planner uses it: commands, messages and exit status."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner import __version__, geodata
from planner.cli import app
from planner.cli.progress import line
from planner.present.text import percent
from planner.scenario import TEMPLATES

COMMANDS = [
    "new",
    "plan",
    "replan",
    "verify",
    "simulate",
    "map",
    "report",
    "export",
    "study",
    "compare",
    "worth",
    "fewest",
    "choose",
    "site",
    "services",
    "schema",
    "data",
]


def patrol(*arguments: str | Path) -> Result:
    """Run ``patrol`` in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the template of a small sea and return its folder."""
    directory = tmp_path_factory.mktemp("sea")
    assert patrol("new", directory, "--template", "own-sea").exit_code == 0
    return directory


@dataclass(frozen=True)
class Planned:
    """A plan's folder and what the command said while making it."""

    directory: Path
    result: Result


@pytest.fixture(scope="module")
def planned(sea: Path) -> Planned:
    """Plan the small sea in a few seconds, through the command."""
    out = sea / "out"
    result = patrol("plan", sea / "scenario.toml", "-o", out, "--time-limit", 4, "--seed", 3)
    assert result.exit_code == 0, result.output
    return Planned(out, result)


@pytest.fixture
def copy(planned: Planned, tmp_path: Path) -> Path:
    """Return a copy of the plan, free to be damaged."""
    return shutil.copytree(planned.directory, tmp_path / "copy")


def test_help_names_the_commands_there_are() -> None:
    """``patrol --help`` lists every command, each with a line of help, and no other."""
    result = patrol("--help")
    assert result.exit_code == 0
    listing = result.stdout.split("Commands:")[1].strip().splitlines()
    assert [entry.split()[0] for entry in listing] == COMMANDS
    assert all(len(entry.split()) > 3 for entry in listing)


def test_version() -> None:
    """``patrol --version`` is the package's."""
    assert patrol("--version").stdout == f"patrol {__version__}\n"


@pytest.mark.parametrize("arguments", [["sail"], ["plan"], ["plan", "a.toml", "-o", "x", "--tea"]])
def test_a_wrong_command_line_is_bad_input(arguments: list[str]) -> None:
    """Unknown commands and options and missing arguments end with status 2."""
    result = patrol(*arguments)
    assert result.exit_code == 2
    assert "Error" in result.stderr


@pytest.mark.parametrize("template", TEMPLATES)
def test_new_says_what_to_do_next(tmp_path: Path, template: str) -> None:
    """``patrol new`` names the files written and the command to run; twice is an error."""
    result = patrol("new", tmp_path / "mine", "--template", template)
    assert result.exit_code == 0
    assert f"patrol {'study' if 'study' in template else 'plan'}" in result.stdout
    again = patrol("new", tmp_path / "mine", "--template", template)
    assert again.exit_code == 2
    assert "is already there" in again.stderr


@pytest.mark.parametrize("of", ["scenario", "plan", "study", "cases"])
def test_schemas_are_closed_json_schemas(of: str) -> None:
    """``patrol schema`` prints a schema that describes keys and forbids others."""
    schema = json.loads(patrol("schema", of).stdout)
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert schema["properties"]


def test_data_lists_every_layer_with_its_licence() -> None:
    """``patrol data`` has a row for each shipped layer, and the OpenStreetMap notice."""
    result = patrol("data")
    assert result.exit_code == 0
    assert all(info.key in result.stdout for info in geodata.layers())
    assert "© OpenStreetMap contributors" in result.stdout


def test_data_shows_every_figure_with_its_source() -> None:
    """``patrol data vessels`` names the source of each figure; a class alone works too."""
    text = patrol("data", "vessels").stdout
    for key, sources in geodata.vessel_sources().items():
        assert all(source in text for source in sources.values())
        assert patrol("data", key).stdout.startswith(key)


@pytest.mark.parametrize("layer", [info.key for info in geodata.layers()])
def test_data_knows_each_layer(layer: str) -> None:
    """Every layer has details: its file, source and licence."""
    text = patrol("data", layer).stdout
    assert all(f"{word}:" in text for word in ("file", "source", "licence"))


def test_data_of_no_layer_suggests_one() -> None:
    """A misspelt layer is bad input with a suggestion."""
    result = patrol("data", "vesels")
    assert result.exit_code == 2
    assert "did you mean 'vessels'?" in result.stderr


def test_bad_scenarios_are_told_line_by_line(sea: Path, tmp_path: Path) -> None:
    """Each fault is a line ``file: key: message; remedy``; nothing is written."""
    text = (sea / "scenario.toml").read_text(encoding="utf-8")
    text = text.replace("max_kn = 28", "max_kn = 280").replace("count = 2", "count = 0")
    bad = sea / "bad.toml"
    bad.write_text(text, encoding="utf-8")
    result = patrol("plan", bad, "-o", tmp_path / "out")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert [entry.split(": ")[1] for entry in lines] == [
        "vessel.harbour-launch.max_kn",
        "unit[1].count",
    ]
    assert all(entry.startswith(f"{bad}: ") and "; " in entry for entry in lines)
    assert not (tmp_path / "out").exists()


def test_messages_cannot_steer_the_terminal(sea: Path, tmp_path: Path) -> None:
    """Escape sequences from a file are not passed on."""
    text = (sea / "scenario.toml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.toml"
    bad.write_text(text.replace('base = "North shore"', r'base = "\u001b[31mNorth"'), "utf-8")
    result = patrol("plan", bad, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "\x1b" not in result.output


@pytest.mark.parametrize("command", ["plan", "study"])
def test_a_missing_file_is_bad_input(command: str, tmp_path: Path) -> None:
    """A path with nothing there is told, with a way to begin."""
    result = patrol(command, tmp_path / "none.toml", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "there is no such file" in result.stderr


def test_plan_writes_a_plan_a_map_and_a_schedule(planned: Planned) -> None:
    """The folder holds whole files only: the plan, its map, its schedule, its inputs."""
    names = {path.name for path in planned.directory.iterdir()}
    assert {"plan.json", "map.html", "schedule.csv", "inputs"} <= names
    assert not {name for name in names if name.startswith(".")}
    plan = json.loads((planned.directory / "plan.json").read_text(encoding="utf-8"))
    assert plan["schema"] == "patrol-plan/1"
    assert plan["solver"]["seed"] == 3
    with (planned.directory / "schedule.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(plan["sorties"]) > 0


def test_plan_says_who_sails_and_what_it_is_worth(planned: Planned) -> None:
    """Standard output has the schedule and the worth; progress goes to standard error."""
    out = planned.result.stdout
    plan = json.loads((planned.directory / "plan.json").read_text(encoding="utf-8"))
    assert all(hull["id"] in out for hull in plan["hulls"])
    assert percent(plan["solver"]["detection"]) in out
    assert percent(plan["solver"]["bound"]) in out
    assert "map.html" in out
    progress = planned.result.stderr.splitlines()
    assert progress
    assert all(" s  " in entry and "gap" in entry for entry in progress)


def test_a_fresh_plan_holds(planned: Planned) -> None:
    """``patrol verify`` finds nothing wrong with what ``patrol plan`` wrote."""
    result = patrol("verify", planned.directory)
    assert result.exit_code == 0, result.output
    assert "the plan holds" in result.stdout


def test_a_plan_can_be_handed_on(copy: Path, sea: Path, tmp_path: Path) -> None:
    """The folder stands alone: it verifies where the scenario's own files are not."""
    assert not (copy / "area.geojson").exists()
    assert patrol("verify", copy).exit_code == 0


def test_a_damaged_plan_fails_its_check(copy: Path) -> None:
    """A plan that promises too much ends with status 1 and says which rule it breaks."""
    path = copy / "plan.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    plan["solver"]["detection"] *= 1.5
    path.write_text(json.dumps(plan), encoding="utf-8")
    result = patrol("verify", copy)
    assert result.exit_code == 1
    assert "violations" in result.stderr


@pytest.mark.parametrize("text", [None, "", "{", '{"schema": "patrol-plan/9"}'])
@pytest.mark.parametrize("command", ["verify", "map"])
def test_no_plan_is_bad_input(command: str, text: str | None, tmp_path: Path) -> None:
    """A folder without a readable plan is told in one line."""
    if text is not None:
        (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    result = patrol(command, tmp_path)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "plan.json" in result.stderr


def test_map_draws_the_map_again(copy: Path) -> None:
    """``patrol map`` writes the map and the schedule of a plan that lost them."""
    (copy / "map.html").unlink()
    (copy / "schedule.csv").unlink()
    result = patrol("map", copy)
    assert result.exit_code == 0, result.output
    assert "<html" in (copy / "map.html").read_text(encoding="utf-8")
    assert (copy / "schedule.csv").stat().st_size > 0


def test_a_place_that_cannot_be_written_is_bad_input(sea: Path, tmp_path: Path) -> None:
    """Writing below a file is told in a line, not in a traceback."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = patrol("new", tmp_path / "file" / "sub")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_ctrl_c_writes_the_best_plan(sea: Path, repository: Path, tmp_path: Path) -> None:
    """An interrupt ends the search, not the work: status 130 and a plan that holds."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "planner.cli", "plan", str(sea / "scenario.toml")]
    with subprocess.Popen(
        [*command, "-o", str(out), "--time-limit", "500"],
        cwd=repository,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for entry in process.stderr:
                # a figure for the gap means that there is a plan to be written
                if "gap" in entry and not entry.rstrip().endswith("–"):
                    break
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
            assert process.wait(timeout=300) == 130, rest
        finally:
            process.kill()
    assert "best plan found so far" in rest
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert plan["solver"]["termination"] == "interrupted"
    assert patrol("verify", out).exit_code == 0


def test_work_writes_the_same_bytes_twice(sea: Path, tmp_path: Path) -> None:
    """``--work`` gives the same plan and the same file to plan again from, byte by byte."""
    written = []
    for name in ("once", "twice"):
        result = patrol("plan", sea / "scenario.toml", "-o", tmp_path / name, "--work", 3)
        assert result.exit_code == 0, result.output
        plan = (tmp_path / name / "plan.json").read_bytes()
        written.append((plan, (tmp_path / name / "learned.npz").read_bytes()))
        assert patrol("verify", tmp_path / name).exit_code == 0
    assert written[0] == written[1]
    assert b'"termination":"work"' in written[0][0]


def test_a_gap_asked_for_ends_the_plan(sea: Path, tmp_path: Path) -> None:
    """``--gap`` stops the search once the plan is proven to be so close to the best."""
    command = ["plan", sea / "scenario.toml", "-o", tmp_path, "--time-limit", 60, "--gap", 0.5]
    assert patrol(*command).exit_code == 0
    solver = json.loads((tmp_path / "plan.json").read_text())["solver"]
    assert solver["termination"] == "gap"
    assert solver["status"] == "feasible"
    assert solver["gap"] <= 0.5
    assert solver["time_s"] < 60


def test_a_plan_is_made_from_another(planned: Planned, sea: Path, tmp_path: Path) -> None:
    """``--from`` says how many sorties were kept; the plan holds; its folder may be the same."""
    text = (sea / "scenario.toml").read_text(encoding="utf-8")
    (sea / "more.toml").write_text(text.replace("count = 2", "count = 3"), encoding="utf-8")
    for scenario, out, earlier in (
        ("more.toml", tmp_path / "a", planned.directory),
        ("scenario.toml", tmp_path / "a", tmp_path / "a"),
    ):
        command = ["plan", sea / scenario, "-o", out, "--time-limit", 2, "--from", earlier]
        result = patrol(*command)
        assert result.exit_code == 0, result.output
        assert f"From {earlier}: " in result.stdout
        assert "sorties kept" in result.stdout
        assert patrol("verify", out).exit_code == 0


def test_a_plan_from_no_folder_is_bad_input(sea: Path, tmp_path: Path) -> None:
    """A folder that does not exist or holds no plan stops the command in one line."""
    for earlier in (tmp_path / "no", tmp_path):
        result = patrol("plan", sea / "scenario.toml", "-o", tmp_path / "out", "--from", earlier)
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
        assert "'patrol plan'" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("damage", [None, b"", b"PK", "half"])
def test_a_plan_goes_on_without_a_damaged_file(
    damage: bytes | str | None, copy: Path, sea: Path, tmp_path: Path
) -> None:
    """A file that is missing or damaged is told in one line, and the plan made without it."""
    file = copy / "learned.npz"
    if damage is None:
        file.unlink()
    else:
        whole = file.read_bytes()
        file.write_bytes(damage if isinstance(damage, bytes) else whole[: len(whole) // 2])
    result = patrol(
        "plan", sea / "scenario.toml", "-o", tmp_path / "out", "--time-limit", 1, "--from", copy
    )
    assert result.exit_code == 0, result.output
    told = [line for line in result.stderr.splitlines() if "planning without it" in line]
    assert len(told) == 1
    assert told[0].startswith(f"{file}: ")
    assert patrol("verify", tmp_path / "out").exit_code == 0


def test_a_plan_of_another_sea_lends_nothing(planned: Planned, sea: Path, tmp_path: Path) -> None:
    """A plan that shares no cell with the scenario is told not to fit, and changes nothing."""
    text = (sea / "scenario.toml").read_text(encoding="utf-8")
    text = text.replace("cell_resolution = 5", "cell_resolution = 4")
    (sea / "coarse.toml").write_text(text, encoding="utf-8")
    command = ["plan", sea / "coarse.toml", "-o", tmp_path / "out", "--time-limit", 1]
    result = patrol(*command, "--from", planned.directory)
    assert result.exit_code == 0, result.output
    assert "does not fit this scenario: 0 of " in result.stderr


def test_study_compares_fleets(tmp_path: Path) -> None:
    """``patrol study`` writes a row a fleet and a page, and prints the same table."""
    assert patrol("new", tmp_path, "--template", "fleet-study").exit_code == 0
    study = tmp_path / "study.toml"
    text = study.read_text(encoding="utf-8").replace("[1, 2, 3, 4]", "[1, 2]")
    study.write_text(text.replace("time_limit_s = 30", "time_limit_s = 3"), encoding="utf-8")
    out = tmp_path / "out"
    result = patrol("study", study, "-o", out, "--workers", 1)
    assert result.exit_code == 0, result.output
    with (out / "study.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["boats"] for row in rows] == ["1", "2"]
    assert float(rows[0]["detection"]) <= float(rows[1]["detection"])
    assert all(percent(float(row["detection"])) in result.stdout for row in rows)
    assert "<html" in (out / "study.html").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Now:
    """Progress as the planner reports it."""

    elapsed_s: float
    phase: str
    detection: float | None
    bound: float | None
    gap: float | None


def test_progress_shows_figures_once_there_are_any() -> None:
    """Detection, bound and gap are percentages; what is not known yet is a dash."""
    assert line(Now(3.2, "pricing", -0.0, float("inf"), None)) == (
        "   3 s  pricing: detection 0.0%, bound –, gap –"
    )
    assert line(Now(61.0, "search", 0.25, 0.275, 0.1)) == (
        "  61 s  search: detection 25.0%, bound 27.5%, gap 10.0%"
    )
