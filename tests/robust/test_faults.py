"""Killed, without room, at the wrong time, side by side: results are whole or not there."""

from __future__ import annotations

import ast
import errno
import hashlib
import json
import os
import re
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from ortools.math_opt.python import mathopt
from typer.testing import CliRunner

from planner.app import PLAN_FILE, plan_and_learn, plan_scenario, read_plan, write_plan
from planner.cli import app
from planner.cli.folder import claimed
from planner.errors import PlannerError
from planner.files import UNFINISHED, unwritten, write_file, write_files
from planner.plan.model import Plan
from planner.reuse import Learned
from planner.scenario import from_dict, load
from planner.solve.steady import solved
from planner.verify import verify
from tests.problem.off_aktau import DIRECTORY, tables
from tests.robust.dead import dying
from tests.robust.kills import KILLED, kill, tiny
from tests.study.cases.tiny import GRID, write_study, write_tiny

MOST_CHANGES = 200
"""More than any writing here makes."""


def patrol(*arguments: str | Path) -> Result:
    """Run ``patrol`` in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def lines_of(result: Result) -> list[str]:
    """What the command complained of, without its progress and its notes."""
    told = result.stderr.splitlines()
    return [line for line in told if not re.match(r" *\d+ s  |note: ", line)]


def held(folder: Path) -> dict[str, str]:
    """Every file below a folder with a hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def half_written(folder: Path) -> list[Path]:
    """Files that were being written."""
    return [path for path in folder.rglob("*") if re.fullmatch(UNFINISHED, path.name)]


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small coarse sea and its scenario."""
    return write_tiny(tmp_path_factory.mktemp("sea"))


@pytest.fixture(scope="module")
def planned(sea: Path) -> Path:
    """A plan made by the command."""
    out = sea / "out"
    result = patrol("plan", sea / "scenario.toml", "-o", out, "--work", "1")
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture
def copy(planned: Path, tmp_path: Path) -> Path:
    """A copy of the plan, free to be damaged."""
    return shutil.copytree(planned, tmp_path / "copy")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Plan, Learned]]:
    """Two plans of areas of the same file name that differ."""
    found = []
    for number in (1, 2):
        folder = write_tiny(tmp_path_factory.mktemp(f"sea{number}"))
        area = json.loads((folder / "area.geojson").read_text("utf-8"))
        text = json.dumps(area | {"name": f"area {number}"})
        (folder / "area.geojson").write_text(text, encoding="utf-8")
        planned = plan_and_learn(load(folder / "scenario.toml"), work_limit=1, seed=number)
        found.append((planned.plan, planned.learned))
    return found


# ---------------------------------------------------------------- killed


def test_a_plan_killed_at_any_change_is_whole_or_absent(
    two: list[tuple[Plan, Learned]], tmp_path: Path
) -> None:
    """Wherever writing over an earlier plan ends, all that lies there is of one of the two."""
    alone = [held(write_plan(plan, tmp_path / f"alone{k}", m)) for k, (plan, m) in enumerate(two)]
    (before, learned), (after, fresh) = two
    for dies_at in range(1, MOST_CHANGES):
        out = write_plan(before, tmp_path / str(dies_at), learned)
        for name in ("map.html", "worth.json", "simulation.json"):
            write_file(out / name, "of the earlier plan")
        with dying(dies_at) as life:
            write_plan(after, out, fresh)
        found = held(out)
        if PLAN_FILE in found:
            (mine,) = [k for k in (0, 1) if found[PLAN_FILE] == alone[k][PLAN_FILE]]
            of_it = {name: mark for name, mark in alone[mine].items() if name in found}
            assert of_it == {name: found[name] for name in of_it}
            assert {name for name in alone[mine] if "inputs" in name} <= set(found)
            if mine == 1:
                assert not {"map.html", "worth.json", "simulation.json"} & set(found)
            read_plan(out)
        with claimed(out):
            pass
        assert half_written(out) == []
        write_plan(after, out, fresh)
        assert held(out).items() >= alone[1].items()
        if life.changes < dies_at:
            break
    assert 8 < dies_at < MOST_CHANGES - 1, "it was killed at every change"


def test_files_that_belong_together_are_never_mixed(tmp_path: Path) -> None:
    """Killed anywhere, a set of files holds only old ones or only new ones, each whole."""
    names = [tmp_path / f"{number}.gpx" for number in range(3)]
    for dies_at in range(1, MOST_CHANGES):
        write_files({name: "old" for name in names})
        with dying(dies_at) as life:
            write_files({name: b"new" for name in names})
        found = {name.read_text("utf-8") for name in names if name.exists()}
        assert found <= {"old"} or found <= {"new"}
        if life.changes < dies_at:
            break
    assert dies_at > len(names)


@pytest.mark.parametrize("form", ["gpx", "csv"])
def test_an_export_killed_at_any_change_is_of_one_plan(
    copy: Path, tmp_path: Path, form: str
) -> None:
    """Exported again over a changed plan, a folder never holds routes of both."""
    out = tmp_path / "routes"
    assert patrol("export", copy, "--format", form, "-o", out).exit_code == 0
    whole = held(out)
    old = {name: "old" for name in whole}
    for dies_at in (*range(1, 12), 2 * len(whole) + 1, 3 * len(whole), MOST_CHANGES):
        shutil.rmtree(out)
        write_files({out / name: text for name, text in old.items()})
        with dying(dies_at):
            patrol("export", copy, "--format", form, "-o", out)
        left = {
            path.name: path.read_text("utf-8") == "old"
            for path in out.iterdir()
            if path not in half_written(out)
        }
        assert len(set(left.values())) <= 1
        assert set(left) <= set(whole)
    assert held(out) == whole


def test_killed_for_real_and_run_again(tmp_path: Path) -> None:
    """``kill -9`` as soon as there is a file; the same command then gives what it always gives."""
    bench = tiny(tmp_path)
    end = kill(bench, "plan", when="file")
    assert end.status == KILLED
    assert end.wrong == []
    assert end.again == 0
    assert end.same


# ---------------------------------------------------------------- no room, no right


@contextmanager
def room(most: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: what a full disk does to every library."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("command", "most", "name"),
    [
        (("map",), 20_000, "map.html"),
        (("simulate", "--runs", "50"), 100, "simulation.json"),
        (("report", "--no-pdf"), 5_000, "report.html"),
        (("export", "--format", "gpkg"), 40_000, "patrol.gpkg"),
        (("export", "--format", "kml"), 4_000, "patrol.kml"),
        (("export", "--format", "gpx"), 1_000, ".gpx"),
        (("export", "--format", "csv"), 500, ".csv"),
    ],
)
def test_a_full_disk_is_one_line(
    copy: Path, command: tuple[str, ...], most: int, name: str
) -> None:
    """File, fault, remedy; what lay there before stays as it was, and nothing half written."""
    before = held(copy)
    with room(most):
        result = patrol(command[0], copy, *command[1:])
    assert result.exit_code in (1, 2), result.output
    (line,) = lines_of(result)
    assert name in line.split(": ")[0]
    assert re.search("make room|free this one", line)
    assert held(copy) == before


def test_a_plan_without_room_is_one_line(sea: Path, tmp_path: Path) -> None:
    """The plan that was found cannot be written: said in a line, and no part of it is there."""
    with room(2_000):
        result = patrol(
            "plan", sea / "scenario.toml", "-o", tmp_path / "deep" / "out", "--work", "1"
        )
    assert result.exit_code == 2
    (line,) = lines_of(result)
    assert "make room" in line
    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert set(left) <= {"area.geojson", "shoreline.geojson"}, "inputs copied, and no plan"


def test_a_study_without_room_goes_on_later(
    sea: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables made by HDF5 and Arrow find no room either; then the same command does the rest."""
    monkeypatch.setattr("planner.study.cases.run.processes", lambda _, searches: _here())
    study, out = write_study(write_tiny(tmp_path / "study"), GRID), tmp_path / "out"
    for most, status in ((1_500, 1), (9_000, 1), (resource.RLIM_INFINITY, 0)):
        with room(most):
            result = patrol("study", study, "-o", out)
        assert result.exit_code == status, result.output
        assert half_written(out) == []
        assert status == 0 or any("make room" in line for line in lines_of(result))
    assert (out / "cube.nc").is_file()


def _here() -> Any:
    from planner.study.cases.runners import here

    return here()


def test_what_a_library_cannot_write_is_told_as_the_system_tells_it(tmp_path: Path) -> None:
    """A library's own error names the file and says in one line what it said."""
    error = unwritten(tmp_path / "a.gpkg", RuntimeError("failed\n to commit"))
    assert error.filename == str(tmp_path / "a.gpkg")
    assert error.strerror == "cannot be written (failed to commit)"


def test_a_folder_that_cannot_be_written_is_told_before_the_work(
    sea: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No search is made for a folder that is read-only."""
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o555)
    if os.access(out, os.W_OK):  # as the superuser, who may write everywhere

        def refused(*_: object, **__: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied", "somewhere")

        monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    monkeypatch.setattr("planner.app.plan_and_learn", None)
    result = patrol("plan", sea / "scenario.toml", "-o", out, "--work", "1")
    assert result.exit_code == 2
    (line,) = lines_of(result)
    assert line.startswith(f"{out}: ")
    assert "that you may write to" in line


# ---------------------------------------------------------------- two at once, leftovers


@pytest.mark.parametrize("command", ["plan", "map", "simulate", "report", "export"])
def test_two_runs_keep_out_of_one_folder(copy: Path, sea: Path, command: str) -> None:
    """The second is refused in one line, and what the first has is left alone."""
    before = held(copy)
    rest = {"plan": [sea / "scenario.toml", "-o", copy], "export": [copy, "--format", "gpx"]}
    folder = copy / "export" if command == "export" else copy
    with claimed(folder):
        result = patrol(command, *rest.get(command, [copy]))
        assert result.exit_code == 2
        (line,) = lines_of(result)
        assert "another patrol command is writing to this folder" in line
    assert held(copy) == before
    assert patrol("simulate", copy, "--runs", "20").exit_code == 0


def test_a_folder_is_free_again_however_its_command_ended(tmp_path: Path) -> None:
    """Claims end with their command; an empty folder that was made for it goes."""
    out = tmp_path / "a" / "b"
    for fault in (None, PlannerError("x"), KeyboardInterrupt()):
        try:
            with claimed(out):
                assert out.is_dir()
                if fault is not None:
                    raise fault
        except (PlannerError, KeyboardInterrupt) as error:
            assert error is fault
        assert not (tmp_path / "a").exists()


def test_what_an_earlier_run_left_does_not_show(planned: Path, sea: Path, tmp_path: Path) -> None:
    """Planned over the remains of another run a folder holds what a fresh one would."""
    out = tmp_path / "out"
    for name in ("worth.json", "map.html", "report.html", "compare.html", "simulation.json",
                 ".plan.0a1b2c3d.part.json", ".map.0a1b2c3d.part.html", "learned.npz",
                 "inputs/area/.area.0a1b2c3d.part.geojson", "plan.json"):  # fmt: skip
        write_file(out / name, "left by another")
    write_file(out / "notes.txt", "mine")
    write_file(out / ".mine.part", "mine")
    result = patrol("plan", sea / "scenario.toml", "-o", out, "--work", "1")
    assert result.exit_code == 0, result.output
    found = held(out)
    assert found.pop("notes.txt")
    assert found.pop(".mine.part")
    assert found == {
        name: mark for name, mark in held(planned).items() if not name.startswith("export/")
    }


# ---------------------------------------------------------------- clocks


def test_no_module_asks_the_wall_clock() -> None:
    """Deadlines count on a clock that nobody sets; nothing written depends on the hour."""
    asked = {("time", "time"), ("datetime", "now"), ("datetime", "today"), ("date", "today"),
             ("datetime", "utcnow"), ("time", "time_ns"), ("time", "localtime")}  # fmt: skip
    package = Path(__file__).parents[2] / "planner"
    found = [
        f"{path.name}:{node.lineno}"
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (getattr(node.value, "attr", getattr(node.value, "id", "")), node.attr) in asked
    ]
    assert found == []


def test_a_clock_that_is_set_changes_nothing(
    sea: Path, planned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall clock jumps by years at every look; the plan is the same, and ends in time."""
    ticks = iter(range(10**9))
    monkeypatch.setattr("time.time", lambda: 1e9 * (-1.0) ** next(ticks))
    plan = plan_scenario(load(sea / "scenario.toml"), work_limit=1)
    assert plan.sorties == read_plan(planned).sorties
    short = plan_scenario(load(sea / "scenario.toml"), time_limit_s=0.5)
    assert short.solver.termination in ("time", "gap")
    assert short.solver.detection > 0.0


def test_a_solve_that_a_set_clock_spoils_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """OR-Tools fails where the clock is set back in a solve; the second try counts."""
    model = mathopt.Model()
    x = model.add_variable(ub=3.0)
    model.maximize(x)
    real, tries = mathopt.solve, []

    def spoiled(*given: Any, **options: Any) -> mathopt.SolveResult:
        tries.append(given)
        if len(tries) <= fails:
            raise AttributeError("solve_time must be non-negative")
        return real(*given, **options)

    monkeypatch.setattr(mathopt, "solve", spoiled)
    fails = 1
    assert solved(model, mathopt.SolverType.GLOP).objective_value() == 3.0
    fails = 4
    with pytest.raises(AttributeError, match="non-negative"):
        solved(model, mathopt.SolverType.GLOP)


def test_offsets_that_differ_mean_the_same_instants(tmp_path: Path) -> None:
    """Over the night in which Kazakhstan went from +06 to +05, whichever offset is written."""
    begin = datetime.fromisoformat("2024-02-29T12:00:00+06:00")
    out_from, out_to = begin + timedelta(hours=6), begin + timedelta(hours=16)
    texts: list[bytes] = []
    for hours in (6, 5, 0):
        shift = begin.astimezone(_offset(hours))

        def told(moment: datetime, hours: int = hours) -> str:
            return moment.astimezone(_offset(hours)).isoformat()

        changed = tables() | {
            "start": begin.isoformat(),
            "outage": [{"hull": "Boats 2", "start": told(out_from), "end": told(out_to)}],
        }
        plan = plan_scenario(from_dict(changed, DIRECTORY, "off_aktau.toml"), work_limit=2)
        assert shift == begin
        texts.append(plan.model_copy(update={"scenario": {}}).model_dump_json().encode())
        assert verify(plan, DIRECTORY).ok
        away = [
            sortie
            for sortie in plan.sorties
            if sortie.hull == "Boats 2" and sortie.depart < out_to and sortie.return_ > out_from
        ]
        assert away == []
    assert texts[0] == texts[1] == texts[2]
    (start,) = {sortie.depart.utcoffset() for sortie in plan.sorties}
    assert start == timedelta(hours=6)  # one offset through the plan, that of its start
    moved = tables() | {"start": begin.astimezone(_offset(5)).isoformat()}
    elsewhere = plan_scenario(from_dict(moved, DIRECTORY, "off_aktau.toml"), work_limit=2)
    here = plan_scenario(
        from_dict(tables() | {"start": begin.isoformat()}, DIRECTORY, "off_aktau.toml"),
        work_limit=2,
    )
    assert [s.depart for s in elsewhere.sorties] == [s.depart for s in here.sorties]


def _offset(hours: int) -> Any:
    from datetime import timezone

    return timezone(timedelta(hours=hours))


if sys.platform == "win32":  # no limits on files, and no locks on folders
    pytest.skip("limits and locks of Unix", allow_module_level=True)
