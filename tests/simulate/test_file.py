"""``simulation.json``: written whole, read back, and refused where it is not one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.errors import PlanError
from planner.plan.model import Plan
from planner.simulate import SIMULATION_FILE, read_simulation, simulate, write_simulation


def test_it_is_read_as_it_was_written(plan: Plan, tmp_path: Path) -> None:
    """Reading gives what was written; no unfinished file stays."""
    found = simulate(plan, runs=100)
    assert write_simulation(found, tmp_path) == tmp_path / SIMULATION_FILE
    assert read_simulation(tmp_path) == found
    assert [path.name for path in tmp_path.iterdir()] == [SIMULATION_FILE]
    written = json.loads((tmp_path / SIMULATION_FILE).read_text(encoding="utf-8"))
    assert written["schema"] == "patrol-simulation/1"
    assert {"from", "to", "found"} == set(written["watches"][0])


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "patrol-plan/1"}'])
def test_other_files_are_refused(text: str, tmp_path: Path) -> None:
    """What is no simulation is one line that names the file and the command."""
    (tmp_path / SIMULATION_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=r"simulation\.json: not a simulation .*patrol simulate"):
        read_simulation(tmp_path)


def test_no_file_is_said(tmp_path: Path) -> None:
    """A folder without one is an error that names the command."""
    with pytest.raises(PlanError, match=r"cannot be read .*patrol simulate"):
        read_simulation(tmp_path)
