"""The growth benchmark: its cases build, one runs through, its exponents are those of its rows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import geodata
from planner.problem.build import build
from planner.scenario import Scenario
from planner.sea import Sea, build_sea
from tests.benchmarks.growth import (
    CASES,
    CENTRE,
    DIMENSIONS,
    Dimension,
    Row,
    fit,
    main,
    measure,
    plot,
    points_of,
    table,
)
from tests.benchmarks.scenarios import CASPIAN, Limit, WholeSea, with_tracks

TINY = WholeSea(hulls=1, days=1, cell_resolution=4, limit="territorial")


def row(case: str, goal_s: float | None, **sizes: float) -> Row:
    """Row of a case with made-up figures."""
    size = {"cells": 1000, "hulls": 10, "days": 7} | sizes
    return Row(
        case=case, read_s=1.0, limit_s=60.0, goal_s=goal_s, detection=0.5, bound=0.52, gap=0.04,
        peak_mb=900.0, **size,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder for the files of the scenarios."""
    return tmp_path_factory.mktemp("growth")


@cache
def sea_of(limit: Limit, folder: Path) -> Sea:
    """Coarse sea of a limit; bases and threats' ends are the same in all its layouts."""
    return build_sea(coarse(replace(CENTRE, limit=limit), folder))


def coarse(layout: WholeSea, folder: Path) -> Scenario:
    """The layout in large cells, its runs by few tracks."""
    return with_tracks(replace(layout, cell_resolution=4).scenario(folder), 20)


@pytest.mark.parametrize("case", CASES)
def test_every_case_becomes_arrays(case: str, folder: Path) -> None:
    """In large cells each case gives its hulls, its days and targets of weight 1."""
    layout = CASES[case][0]
    scenario = coarse(layout, folder)
    instance = build(scenario, sea_of(layout.limit, folder)).instance
    assert sum(unit.count for unit in scenario.unit) == layout.hulls
    assert instance.n_steps == layout.days * 144
    assert instance.targets.weight.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_cases_differ_from_the_centre_in_one_dimension(dimension: Dimension) -> None:
    """A case that varies a dimension leaves what the others depend on as it is."""
    fields = {"cells": ("cell_resolution", "limit"), "hulls": ("hulls",), "days": ("days",)}
    varied = [layout for layout, places in CASES.values() if dimension in places]
    assert len(varied) >= 4
    for layout in varied:
        kept = {name: getattr(CENTRE, name) for name in fields[dimension]}
        assert replace(layout, **kept) == CENTRE


def test_more_hulls_keep_threats_and_earlier_hulls(folder: Path) -> None:
    """A larger fleet meets the same threats and has every hull of the smaller one."""
    few, many = coarse(CENTRE, folder), coarse(replace(CENTRE, hulls=30), folder)
    assert few.threat == many.threat
    counts = {(unit.base, unit.vessel): unit.count for unit in many.unit}
    assert all(counts[unit.base, unit.vessel] >= unit.count for unit in few.unit)


def test_the_whole_sea_is_all_its_sectors(folder: Path) -> None:
    """The area covers the water of all five sectors, and ten bases lie around it."""
    scenario = WholeSea().scenario(folder)
    assert (folder / f"{CASPIAN}-sector.geojson").is_file()
    assert len(scenario.base) == 10
    cells = sea_of("sector", folder).cells
    held = [
        (cells.share_in(geodata.sector(key)) * cells.area_nm2).sum() / geodata.area_nm2(water)
        for key, water in geodata.sectors().items()
    ]
    # the present shore has fallen back from the legal one, most in the shallow north
    assert all(0.6 < share <= 1.0 + 1e-6 for share in held)


def test_a_tiny_case_runs_through(tmp_path: Path) -> None:
    """One hull for a day is measured: cells, a plan no better than its bound, memory, a line."""
    found = measure("centre", TINY, 2.0, 0)
    assert found.cells > 50
    assert 0 < found.detection <= found.bound
    assert found.peak_mb > 50
    assert found.goal_s is None or 0 < found.goal_s <= 60
    fits = [fit([found], dimension) for dimension in DIMENSIONS]
    assert all(one.exponent is None for one in fits)
    assert f"| centre | {found.cells:,} | 1 | 1 |" in table([found], fits)
    plot([found], fits, tmp_path / "growth.png")
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")


@given(
    st.floats(0.2, 3.0),
    st.floats(0.01, 10.0),
    st.lists(st.integers(1, 10_000), min_size=2, max_size=6, unique=True),
)
def test_exponent_of_a_power_law(exponent: float, factor: float, sizes: list[int]) -> None:
    """Times that are a power of the size give back that power, whatever a censored case says."""
    names = [name for name, (_, places) in CASES.items() if "cells" in places]
    rows = [
        row(name, factor * size**exponent, cells=size)
        for name, size in zip(names, sizes, strict=False)
    ]
    found = fit(rows, "cells")
    assert found.exponent == pytest.approx(exponent, abs=1e-3)
    assert np.exp(found.offset or 0.0) == pytest.approx(factor, rel=1e-2)
    censored = [*rows[:-1], replace(rows[-1], goal_s=None)]
    again = fit(censored, "cells")
    assert (again.points, again.censored) == (len(rows) - 1, 1)
    assert again.exponent is None or again.exponent == pytest.approx(exponent, abs=1e-3)


def test_a_censored_case_is_shown_as_such(tmp_path: Path) -> None:
    """A case that missed the goal shows the limit, and has its own mark in the plot."""
    rows = [row("hulls-1", 2.0, hulls=1), row("hulls-3", 7.0, hulls=3), row("hulls-20", None)]
    fits = [fit(rows, dimension) for dimension in DIMENSIONS]
    text = table(rows, fits)
    assert "> 60 |" in text
    assert "| hulls | 1.14 | 2 | 1 |" in text
    assert [found.case for found in points_of(rows, "hulls")] == ["hulls-1", "hulls-3", "hulls-20"]
    plot(rows, fits, tmp_path / "growth.png")


def test_unknown_cases_are_refused() -> None:
    """A name that is no case ends with status 2."""
    with pytest.raises(SystemExit) as raised:
        main(["--case", "atlantis"])
    assert raised.value.code == 2
