"""The command ``study`` with cases and grids."""

from __future__ import annotations

import errno
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

    def stay(_: int, searches: int) -> AbstractContextManager[Runner]:
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
    assert "3 runs, all done before" in again.stdout


def test_a_failed_case_is_told_with_status_1(tmp_path: Path, in_process: None) -> None:
    """The others are done and shown."""
    text = '[[case]]\nname = "short"\nset = { "vessel.harbour-launch.endurance_h" = 0.5 }'
    study = write_study(write_tiny(tmp_path / "study"), text)
    result = patrol("study", study, "-o", tmp_path / "out")
    assert result.exit_code == 1
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("failed:")]
    assert "can reach no cell" in line
    assert "as it is" in result.stdout


def test_no_room_for_the_page_keeps_what_is_done(
    tmp_path: Path, in_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up after the last run: one line, status 1, and the next call writes all."""
    study, out = write_study(write_tiny(tmp_path / "study"), GRID), tmp_path / "out"

    def full(path: Path, content: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("planner.present.cases.files.write_file", full)
    result = patrol("study", study, "-o", out)
    assert result.exit_code == 1
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("stopped:")]
    assert "No space left" in line
    assert "make room" in line
    assert not (out / "study.html").exists()
    monkeypatch.undo()
    monkeypatch.setattr("planner.study.cases.run.processes", lambda _, searches: here())
    again = patrol("study", study, "-o", out)
    assert again.exit_code == 0
    assert "3 runs, all done before" in again.stdout


def test_the_expected_time_counts_the_workers_of_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are asked before anything is run; ``--workers`` is taken as it is."""
    head = "time_limit_s = 100\nshare = false\n"
    study = write_study(write_tiny(tmp_path / "study"), head + GRID)
    study.write_text(study.read_text("utf-8").replace("work_limit = 1\n", ""), encoding="utf-8")
    monkeypatch.setattr("planner.study.cases.runners.cluster_seats", lambda _: 3)
    there = ("--scheduler", "tcp://127.0.0.1:1", "--expand")
    assert "about 2 min with 3 at a time" in patrol("study", study, "-o", "x", *there).stdout
    told = patrol("study", study, "-o", "x", *there, "--workers", "1").stdout
    assert "about 5 min with 1 at a time" in told


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
