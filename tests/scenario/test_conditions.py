"""Checks on sea states and target types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planner import geodata
from planner.errors import Problem

Tables = dict[str, Any]
Find = Callable[[Tables], tuple[Problem, ...]]

MILD = {"wave_m": 1.0, "wind_kn": 15.0}
ROUGH = {"wave_m": 2.0, "wind_kn": 25.0, "speed": 0.6, "endurance_h": 6.0}


@pytest.mark.parametrize(
    "states",
    [
        [],
        [MILD],
        [MILD, ROUGH],
        [MILD, {"wave_m": 1.0, "wind_kn": 20.0}],
        [MILD, {"wave_m": 1.5, "wind_kn": 15.0}],
        [MILD | {"endurance_h": 8.0}, ROUGH, ROUGH | {"wave_m": 3.0, "speed": 0.4}],
        [{"wave_m": 1.0}, {"wave_m": 2.0, "speed": 0.5}],
    ],
)
def test_sound_states_have_no_problem(
    tables: Tables, own_vessel: Tables, problems_of: Find, states: list[Tables]
) -> None:
    """States from the mildest to the roughest, ever slower and shorter, are in order."""
    tables["vessel"] = {"launch": own_vessel | {"sea": states}}
    assert problems_of(tables) == ()


@pytest.mark.parametrize(
    ("states", "key", "message", "remedy"),
    [
        ([ROUGH, MILD | {"speed": 0.5, "endurance_h": 5.0}], "sea[2]", "no rougher", "roughest"),
        ([MILD, MILD], "sea[2]", "no rougher than the state before it (1 m, 15 kn)", "mildest"),
        ([MILD, {"wave_m": 2.0, "wind_kn": 14.0}], "sea[2]", "2 m and 14 kn", "mildest"),
        ([MILD, {"wave_m": 0.9, "wind_kn": 25.0}], "sea[2]", "0.9 m and 25 kn", "mildest"),
        ([MILD | {"speed": 0.5}, ROUGH], "sea[2]", "is faster", "no higher speed"),
        ([MILD | {"endurance_h": 5.0}, ROUGH], "sea[2]", "stays out longer", "no longer"),
        ([MILD, ROUGH, ROUGH | {"wave_m": 3.0, "speed": 0.7}], "sea[3]", "is faster", "speed"),
    ],
)
def test_a_faulty_list_is_found(
    tables: Tables,
    own_vessel: Tables,
    problems_of: Find,
    states: list[Tables],
    key: str,
    message: str,
    remedy: str,
) -> None:
    """A list out of order is named with its remedy."""
    tables["vessel"] = {"launch": own_vessel | {"sea": states}}
    (problem,) = problems_of(tables)
    assert problem.key == f"vessel.launch.{key}"
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_later_state_may_not_fall_back_on_more_hours(
    tables: Tables, own_vessel: Tables, problems_of: Find
) -> None:
    """A state without hours has the class's, more than a milder one may have been given."""
    states = [MILD | {"endurance_h": 6.0}, {"wave_m": 2.0, "wind_kn": 25.0}]
    tables["vessel"] = {"launch": own_vessel | {"sea": states}}
    (problem,) = problems_of(tables)
    assert problem.key == "vessel.launch.sea[2]"
    assert "stays out longer" in problem.message


def test_shipped_classes_are_in_order(tables: Tables, problems_of: Find) -> None:
    """The states of every shipped class pass when they are given as one of the scenario's own."""
    tables["vessel"] = {f"own-{key}": vessel for key, vessel in geodata.vessels().items()}
    assert problems_of(tables) == ()


def test_an_unknown_target_is_found(tables: Tables, problems_of: Find) -> None:
    """A target that the tables do not have is named, with the one that comes near."""
    tables["threat"][0]["target"] = "power-boat-20f"
    (problem,) = problems_of(tables)
    assert problem.key == "threat[1].target"
    assert "no target 'power-boat-20f'" in problem.message
    assert "'power-boat-20ft'?" in problem.remedy
    tables["threat"][0]["target"] = "submarine"
    (problem,) = problems_of(tables)
    assert "patrol data sweep-width" in problem.remedy
    tables["threat"][0]["target"] = "power-boat-20ft"
    assert problems_of(tables) == ()
