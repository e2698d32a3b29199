"""A small study: launches of the shipped template on the Sea of Marmara."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.scenario import write_template

STUDY = """
title = "How many launches?"
scenario = "scenario.toml"
time_limit_s = 3
seed = 5

[fleet]
unit = "Launches"
counts = [1, 2, 4]
"""


@pytest.fixture
def study_file(tmp_path: Path) -> Path:
    """Return a study beside its scenario."""
    write_template(tmp_path, "own-sea")
    path = tmp_path / "study.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path
