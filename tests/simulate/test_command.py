"""``patrol simulate``: its table, its file, its statuses, and what it loads."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.app import write_plan
from planner.cli import app
from planner.plan.model import Plan
from planner.simulate import read_simulation


def patrol(*arguments: str | Path | int) -> Result:
    """Run ``patrol simulate`` in this process."""
    return CliRunner().invoke(app, ["simulate", *(str(argument) for argument in arguments)])


@pytest.fixture
def folder(plan: Plan, directory: Path, tmp_path: Path) -> Path:
    """Write the hand-made plan into a folder, with its polygons."""
    return write_plan(plan, shutil.copytree(directory, tmp_path / "out"))


def test_it_prints_a_line_a_threat_and_writes_the_file(folder: Path) -> None:
    """Every threat and the total stand in the table as in the file."""
    result = patrol(folder, "--runs", 300, "--seed", 4)
    assert result.exit_code == 0, result.output
    found = read_simulation(folder)
    assert (found.seed, found.law, found.total.runs) == (4, "definite", 300)
    for name in ("nets", "runs", "ferry", "All"):
        assert sum(line.strip().startswith(f"{name} ") for line in result.stdout.splitlines()) == 1
    assert "95 % interval" in result.stdout
    assert "than planned, give or take" in result.stdout
    assert str(folder / "simulation.json") in result.stdout
    for row in found.threats:
        off = not row.low <= row.planned <= row.high
        assert (f"{row.threat}: " in result.stdout) == off


def test_the_law_can_be_chosen(folder: Path) -> None:
    """``--law inverse-cube`` is simulated and said; another law is bad input."""
    result = patrol(folder, "--runs", 200, "--law", "inverse-cube")
    assert result.exit_code == 0, result.output
    assert "inverse-cube detection" in result.stdout
    assert read_simulation(folder).law == "inverse-cube"
    assert patrol(folder, "--law", "luck").exit_code == 2


@pytest.mark.parametrize("arguments", [["--runs", 0], ["--seed", -1]])
def test_numbers_that_make_no_sense_are_bad_input(folder: Path, arguments: list[str | int]) -> None:
    """No runs and a negative seed end with status 2, and nothing is written."""
    assert patrol(folder, *arguments).exit_code == 2
    assert not (folder / "simulation.json").exists()


def test_a_folder_without_a_plan_is_bad_input(tmp_path: Path) -> None:
    """One line and status 2, no traceback."""
    result = patrol(tmp_path)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "patrol plan" in result.stderr


def test_the_simulator_runs_without_the_optimiser() -> None:
    """Importing the simulator loads no module of the optimiser, not even by a detour."""
    code = "import sys, planner.simulate; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    loaded = set(done.stdout.split())
    assert "planner.simulate" in loaded
    assert not {name for name in loaded if name.startswith(("planner.solve", "ortools"))}
