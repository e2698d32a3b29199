"""The command ``study`` with cases and grids."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from planner.cli import app
from planner.scenario import write_template
from planner.study.cases import load_cases
from planner.study.cases.runners import Runner, here
from tests.study.cases.tiny import GRID, write_study, write_tiny


def patrol(*arguments: str | Path) -> Result:
    """Run ``patrol`` in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work runs in this process, so that none need be started."""

    def stay(_: int) -> AbstractContextManager[Runner]:
        return here()

    monkeypatch.setattr("planner.study.cases.run.processes", stay)


def test_a_study_is_listed_worked_and_taken_up_again(tmp_path: Path, in_process: None) -> None:
    """``--expand`` only lists; then all is done; then nothing is left to do."""
    study, out = write_study(write_tiny(tmp_path / "study"), GRID), tmp_path / "out"
    listed = patrol("study", study, "-o", out, "--expand")
    assert listed.exit_code == 0
    assert "3 cases, 3 runs" in listed.stdout
    assert not out.exists()
    done = patrol("study", study, "-o", out)
    assert done.exit_code == 0, done.output
    assert "3 of 3 runs done" in done.stderr
    assert "Launches: 2" in done.stdout
    assert (out / "study.html").exists()
    again = patrol("study", study, "-o", out)
    assert again.exit_code == 0
    assert "3 done before" in again.stdout


def test_a_failed_case_is_told_with_status_1(tmp_path: Path, in_process: None) -> None:
    """The others are done and shown."""
    text = '[[case]]\nname = "short"\nset = { "vessel.harbour-launch.endurance_h" = 0.5 }'
    study = write_study(write_tiny(tmp_path / "study"), text)
    result = patrol("study", study, "-o", tmp_path / "out")
    assert result.exit_code == 1
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("failed:")]
    assert "can reach no cell" in line
    assert "as it is" in result.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[case]]\nname = "a"\nset = { "unit.Lanches.count" = 1 }', "did you mean 'Launches'?"),
        ("", "nothing is varied"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    """File, key, remedy, and status 2; nothing is written."""
    study = write_study(write_tiny(tmp_path / "study"), text)
    result = patrol("study", study, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert words in result.stderr
    assert not (tmp_path / "out").exists()


def test_fleets_are_listed_and_need_no_cluster(tmp_path: Path) -> None:
    """The older form is worked here; a scheduler is refused with the remedy."""
    write_template(tmp_path, "fleet-study")
    study = tmp_path / "study.toml"
    assert "Fleets of 1, 2, 3, 4 boats" in patrol("study", study, "-o", tmp_path, "--expand").stdout
    refused = patrol("study", study, "-o", tmp_path, "--scheduler", "tcp://127.0.0.1:1")
    assert refused.exit_code == 2
    assert "[grid]" in refused.stderr


@pytest.mark.parametrize("template", ["study-cases", "study-fleet", "study-services"])
def test_templates_can_be_expanded_as_they_are(tmp_path: Path, template: str) -> None:
    """Each has several points, all of which can be planned as written."""
    written = write_template(tmp_path, template)
    assert len(load_cases(written[0]).points) > 3
