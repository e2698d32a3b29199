"""``patrol replan`` as a planner uses it: what it writes, prints and refuses."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.app import write_plan
from planner.cli import app
from tests.replan import anew


def patrol(*arguments: str | Path) -> Result:
    """Run ``patrol`` in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the plan to a folder."""
    return write_plan(anew.plan(), tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="module")
def lost(folder: Path) -> Result:
    """Lose a boat."""
    return patrol("replan", folder, "--at", anew.AT, "--lost", anew.idle(), "--work", anew.WORK)


def test_the_difference_is_printed(folder: Path, lost: Result) -> None:
    """Sortie by sortie, with reasons, and what the plans before and after are worth."""
    assert lost.exit_code == 0, lost.output
    change = anew.without_boat().change
    for gone in change.dropped:
        assert gone.sortie.id in lost.stdout
    for words in ("its hull is lost", "stays", "If nothing is done", "Planned anew", "Bound"):
        assert words in lost.stdout
    assert f"{change.left:.1%}".replace("%", " %") in lost.stdout


def test_a_whole_plan_is_written_within_the_folder(folder: Path, lost: Result) -> None:
    """The new plan has a folder of its own, holds, and is the one that Python makes."""
    assert lost.exit_code == 0
    out = folder / "replan"
    assert {"plan.json", "map.html", "schedule.csv", "simulation.json", "learned.npz"} <= {
        path.name for path in out.iterdir()
    }
    assert patrol("verify", out).exit_code == 0
    written = json.loads((out / "plan.json").read_text())
    assert [s["id"] for s in written["sorties"]] == [
        sortie.id for sortie in anew.without_boat().plan.sorties
    ]


def test_dropped_tracks_are_on_the_map(folder: Path, lost: Result) -> None:
    """The map has a layer of them, hidden at first, also when it is drawn again."""
    assert lost.exit_code == 0
    for _ in range(2):
        page = (folder / "replan" / "map.html").read_text()
        assert "Dropped (dashed grey)" in page
        assert "its hull is lost" in page
        assert patrol("map", folder / "replan").exit_code == 0
    assert "Dropped (dashed grey)" not in (patrol("map", folder).stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--at", "2006-06-22T12:00", "--lost", "Navy 1"), "is not within the plan"),
        (("--at", anew.AT), "nothing has happened"),
        (("--at", anew.AT, "--lost", "Navy 7"), "did you mean 'Navy 1'?"),
        (("--at", anew.AT, "--storm", "no.nc"), "there is no file 'no.nc'"),
        (("--at", anew.AT, "--new-threat", "no.toml"), "there is no such file"),
        (("--at", anew.AT, "--lost", "Navy 1", "--keep", "2"), "--keep"),
        ((), "--at"),
    ],
)
def test_bad_input_ends_with_two(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    """One line says what is wrong; nothing is written."""
    result = patrol("replan", folder, *arguments, "-o", folder / "none")
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (folder / "none").exists()


def test_a_folder_without_a_plan(tmp_path: Path) -> None:
    """There must be a plan to change."""
    result = patrol("replan", tmp_path, "--at", anew.AT, "--lost", "Navy 1")
    assert result.exit_code == 2
    assert "plan.json: cannot be read" in result.stderr


def test_an_interrupt_leaves_the_best_plan(folder: Path, tmp_path: Path) -> None:
    """Ctrl-C ends with status 130 and a plan that holds."""
    shutil.copytree(folder, tmp_path / "plan")
    command = [sys.executable, "-m", "planner.cli", "replan", str(tmp_path / "plan")]
    command += ["--at", anew.AT, "--lost", anew.idle(), "--time-limit", "300", "--keep", "0"]
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if "improving" in line:
                break
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        run.stderr.read()
        assert run.wait(120) == 130
    assert patrol("verify", tmp_path / "plan" / "replan").exit_code == 0
