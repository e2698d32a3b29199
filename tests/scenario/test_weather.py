"""Checks of the environment table: what its source and its ice need, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.errors import Problem

Tables = dict[str, Any]
Find = Callable[[Tables], tuple[Problem, ...]]


@pytest.mark.parametrize(
    ("environment", "key", "message", "remedy"),
    [
        ({"source": "file"}, "environment.file", "is missing", "add 'file = …'"),
        ({"file": "w.nc"}, "environment.file", "no meaning for the source 'calm'", "'file'"),
        ({"seed": 3}, "environment.seed", "no meaning for the source 'calm'", "'climatology'"),
        ({"source": "file", "file": "w.nc", "seed": 3}, "environment.seed", "'file'", "remove"),
        ({"source": "file", "file": "no.nc"}, "environment.file", "'no.nc' is no file", "path"),
        ({"ice": "freezing-day"}, "environment.ice", "no shipped one", "'freezing-days'?"),
        ({"ice": "cover.grib"}, "environment.ice", "no file beside the scenario", "check the path"),
    ],
)
def test_a_fault_of_the_environment_is_found(
    tables: Tables,
    problems_of: Find,
    tmp_path: Path,
    environment: Tables,
    key: str,
    message: str,
    remedy: str,
) -> None:
    """Each field stands only with the source it belongs to, and each file is there."""
    (tmp_path / "w.nc").touch()
    tables["environment"] = environment
    (problem,) = problems_of(tables)
    assert problem.key == key
    assert message in problem.message
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    "environment",
    [
        {"source": "calm", "ice": "none"},
        {"source": "calm", "ice": "freezing-days"},
        {"source": "climatology"},
        {"source": "climatology", "seed": 0, "ice": "w.nc"},
        {"source": "file", "file": "w.nc"},
    ],
)
def test_a_sound_environment_has_no_problem(
    tables: Tables, problems_of: Find, tmp_path: Path, environment: Tables
) -> None:
    """Every source with what belongs to it passes."""
    (tmp_path / "w.nc").touch()
    tables["environment"] = environment
    assert problems_of(tables) == ()


def test_a_fault_of_one_field_does_not_hide_another(tables: Tables, problems_of: Find) -> None:
    """A visibility out of bounds is reported together with a file that is missing."""
    tables["environment"] = {"source": "file", "visibility_nm": -1.0}
    keys = {problem.key for problem in problems_of(tables)}
    assert keys == {"environment.file", "environment.visibility_nm"}
