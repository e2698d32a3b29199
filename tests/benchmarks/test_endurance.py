"""The endurance run, built once at small size."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from tests.benchmarks.endurance import Held, Run, plan_again, study_of, work_study
from tests.study.cases.tiny import write_tiny

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="figures of /proc")


def test_plans_and_cases_in_a_row_leave_nothing_and_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes at the end as at the start, and no thread, file or process more."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    scenario = write_tiny(tmp_path / "sea") / "scenario.toml"
    run = plan_again(scenario, tmp_path / "out", 3, temporary)
    done, held = work_study(study_of(scenario, 3), tmp_path / "study", temporary)
    after = plan_again(scenario, tmp_path / "again", 1, temporary)
    assert run.same
    assert run.kept
    assert done == len(held) == 3
    assert held[-1].counts() <= held[0].counts()
    assert after.hashes[0] == run.hashes[0]
    assert list(temporary.iterdir()) == []


def test_a_leak_is_seen() -> None:
    """Memory that grows steadily, and a thread that stays, are told from a warm-up."""
    warm = [Held(300.0 + 20.0 * min(number, 8), 4, 9, 0, 0) for number in range(40)]
    assert Run(("a",) * 40, tuple(warm)).slope_mb == pytest.approx(0.0, abs=1e-9)
    leaking = [Held(each.memory_mb + 0.5 * k, 4 + k // 39, 9, 0, 0) for k, each in enumerate(warm)]
    assert Run(("a", "b"), tuple(leaking)).slope_mb == pytest.approx(0.5)
    assert not Run(("a", "b"), tuple(leaking)).kept
    assert not Run(("a", "b"), tuple(leaking)).same
