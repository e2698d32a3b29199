"""The comparison of promise and trial: every scenario can be tried, and the table is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.app import plan_scenario
from planner.scenario import Scenario
from tests.benchmarks import calibration
from tests.benchmarks.calibration import ALL, Row, calibrate, summary, table, varied
from tests.benchmarks.scenarios import SCENARIOS, Layout, with_tracks

TINY = Layout("azerbaijan", "territorial", ("baku",), 2, 1, 5, cell_resolution=4)


def small(scenario: Scenario) -> Scenario:
    """One day of a scenario, in large cells, its runs by few tracks."""
    coarse = scenario.area.model_copy(update={"cell_resolution": 4})
    return with_tracks(scenario.model_copy(update={"area": coarse, "days": 1.0}), 40)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_planned_and_tried(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gives a row a threat and one for all, whose weights and chances are such."""
    monkeypatch.setattr(calibration, "OTHER_TRACKS", 200)
    scenario = small(SCENARIOS[name](tmp_path))
    plan = plan_scenario(scenario, work_limit=1)
    *rows, total = calibrate(name, plan, runs=200, seed=0)
    assert [row.threat for row in rows] == [threat.name for threat in scenario.threat]
    assert (total.threat, total.weight) == (ALL, pytest.approx(1.0))
    for row in (*rows, total):
        assert 0 <= row.planned <= 1
        assert 0 <= row.definite <= 1
        assert 0 <= row.inverse_cube <= 1
    for row, threat in zip(rows, scenario.threat, strict=True):
        assert (row.other_tracks is not None) == (threat.kind == "transit")


def test_the_plans_own_tracks_give_its_own_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formula applied to as many tracks as were sampled is what the plan states."""
    scenario = TINY.scenario(tmp_path)
    plan = plan_scenario(scenario, work_limit=1)
    monkeypatch.setattr(calibration, "OTHER_TRACKS", scenario.threat[-1].tracks)
    row = calibrate("tiny", plan, runs=100, seed=0)[-2]
    assert row.threat == "Runs along a path"
    assert row.other_tracks == pytest.approx(row.planned, abs=1e-6)


def test_the_command_prints_the_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As Markdown and as JSON, with as many lines as there are threats and one."""
    monkeypatch.setitem(SCENARIOS, "tiny", TINY.scenario)
    assert calibration.main(["--scenario", "tiny", "--work", "1", "--runs", "100", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["threat"] for row in rows][-1] == ALL
    for row in rows:
        del row["ratio"]
    (total,) = summary([Row(**row) for row in rows]).splitlines()[2:]
    assert f"{rows[-1]['planned']:.3f}" in total
    lines = table([Row(**row) for row in rows]).splitlines()
    assert len(lines) == 2 + len(rows)
    assert len({line.count("|") for line in lines}) == 1


def test_a_scenario_is_varied_in_cells_and_widths(tmp_path: Path) -> None:
    """Only the resolution and the sweep widths change."""
    scenario = TINY.scenario(tmp_path)
    other = varied(scenario, 5, 1.5)
    assert other.area.cell_resolution == 5
    for key, vessel in scenario.vessel.items():
        assert other.vessel[key].sweep_width_nm == pytest.approx(1.5 * vessel.sweep_width_nm)
    assert varied(other, 4, 1 / 1.5).area == scenario.area
    assert varied(scenario, None, 1.0) == scenario
