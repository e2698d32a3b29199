"""Scenarios to break: the Caspian template as plain tables."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from planner.errors import Problem, ScenarioError
from planner.scenario import from_dict

Tables = dict[str, Any]

_TEMPLATE = tomllib.loads(
    files("planner.scenario")
    .joinpath("templates", "caspian", "scenario.toml")
    .read_text(encoding="utf-8")
)


@pytest.fixture
def tables() -> Tables:
    """Return the tables of a sound scenario, free to be changed."""
    return copy.deepcopy(_TEMPLATE)


@pytest.fixture
def own_vessel() -> Tables:
    """Return the figures of a sound vessel class."""
    return {
        "name": "Launch",
        "length_m": 12.0,
        "draft_m": 1.0,
        "max_kn": 28.0,
        "cruise_kn": 20.0,
        "search_kn": 12.0,
        "endurance_h": 8.0,
        "fuel_l": 1200.0,
        "burn_cruise_l_h": 100.0,
        "burn_search_l_h": 50.0,
        "burn_loiter_l_h": 10.0,
        "turnaround_h": 1.0,
        "rest_h": 8.0,
        "crew": 3,
        "sweep_width_nm": 2.0,
        "cost_per_h_usd": 400.0,
    }


@pytest.fixture
def problems_of(tmp_path: Path) -> Callable[[Tables], tuple[Problem, ...]]:
    """Return a function that gives the problems of tables, none if they are sound."""

    def find(data: Tables) -> tuple[Problem, ...]:
        try:
            from_dict(data, tmp_path, "here.toml")
        except ScenarioError as error:
            return error.problems
        return ()

    return find
