"""What a run is known by."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from planner.scenario import load
from planner.study.cases import address as module
from planner.study.cases.address import Options, address, files_of
from tests.study.cases.tiny import write_tiny

OPTIONS = Options("joint", 0, 60.0, None, 0.0, 100)


def test_equal_runs_have_one_address_wherever_they_are_read(tmp_path: Path) -> None:
    """The folder does not count, and neither does seconds where work is limited."""
    one, other = (load(write_tiny(tmp_path / name) / "scenario.toml") for name in "ab")
    assert address(one, OPTIONS) == address(other, OPTIONS)
    by_work = replace(OPTIONS, work_limit=3)
    assert address(one, by_work) == address(one, replace(by_work, time_limit_s=9.0))
    assert address(one, by_work) != address(one, OPTIONS)


def test_whatever_a_result_follows_from_changes_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenario, options, version, and the contents of the files that are named."""
    folder = write_tiny(tmp_path)
    scenario = load(folder / "scenario.toml")
    known = [address(scenario, OPTIONS)]
    known += [
        address(scenario, replace(OPTIONS, **change))
        for change in (
            {"seed": 1}, {"gap": 0.1}, {"targets": 5}, {"agencies": "apart"}, {"time_limit_s": 6.0},
        )
    ]  # fmt: skip
    unit = scenario.unit[0].model_copy(update={"count": 5})
    changed = scenario.model_copy(update={"unit": (unit, *scenario.unit[1:])})
    known.append(address(changed.at(folder, "x"), OPTIONS))
    shore = folder / "shoreline.geojson"
    shore.write_text(shore.read_text("utf-8") + "\n", encoding="utf-8")
    known.append(address(scenario, OPTIONS))
    monkeypatch.setattr(module, "__version__", "9")
    known.append(address(scenario, OPTIONS))
    assert len(set(known)) == len(known)


def test_files_count_with_those_that_belong_to_them(tmp_path: Path) -> None:
    """A shapefile is several files; names of what is no file, and folders, count for nothing."""
    for name in ("a.shp", "a.dbf", "b.nc"):
        (tmp_path / name).write_bytes(b"1")
    values = {"area": {"file": "a.shp"}, "names": ["b", "", "x" * 5000, "\0", "."]}
    before = files_of(values, tmp_path)
    assert set(before) == {"a.shp"}
    (tmp_path / "a.dbf").write_bytes(b"2")
    os.utime(tmp_path / "a.dbf", (1, 1))
    assert files_of(values, tmp_path) != before
