"""From a TOML file, or a plan's record of it, to a sound scenario."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner import geodata
from planner.errors import Problem, ScenarioError
from planner.scenario.checks import problems_across
from planner.scenario.explain import problems_from
from planner.scenario.model import Scenario, VesselClass
from planner.scenario.parts import parts_of, parts_of_data
from planner.scenario.places import problems_of_places


def load(path: str | Path) -> Scenario:
    """Read a scenario and check it.

    The vessel classes that its units use are filled in from the shipped
    ones; paths stay as given and start from the scenario's folder.

    Parameters
    ----------
    path
        A TOML file.

    Raises
    ------
    ScenarioError
        With every problem found, one line each.
    """
    path = Path(path)
    return _checked(read_toml(path), path.parent, str(path))


def from_dict(data: Mapping[str, Any], directory: Path, file_name: str = "scenario") -> Scenario:
    """Build a scenario from plain values, as ``model_dump(mode="json")`` gives them.

    Parameters
    ----------
    data
        Tables and values under the names of the TOML keys.
    directory
        Folder that relative paths start from.
    file_name
        What problems call the source of the data.

    Raises
    ------
    ScenarioError
        With every problem found, one line each.
    """
    return _checked(data, directory, file_name)


def check(scenario: Scenario) -> list[Problem]:
    """Problems of a scenario built or changed in Python; none for one that was loaded."""
    parts = parts_of(scenario)
    return problems_across(parts) + problems_of_places(parts)


def read_toml(path: Path) -> dict[str, Any]:
    """Read the tables of a TOML file.

    Raises
    ------
    ScenarioError
        If the file is missing, is not text, or breaks TOML's rules; names the line.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message, remedy = "there is no such file", "check the path, or start with 'patrol new DIR'"
    except IsADirectoryError:
        message, remedy = "this is a folder", "name the TOML file in it"
    except OSError as error:
        message, remedy = f"cannot be read ({error.strerror})", "check who may read it"
    except UnicodeDecodeError:
        message, remedy = "is not UTF-8 text", "save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([_syntax(path, str(error))]) from None
    raise ScenarioError([Problem(str(path), "", message, remedy)])


def _syntax(path: Path, message: str) -> Problem:
    found = re.search(r"at line (\d+)", message)
    line = f"line {found[1]}" if found else "the last line"
    text = re.sub(r"\s*\(at .*\)$", "", message)
    return Problem(
        str(path), line, f"is not TOML: {text}", "text needs quotes, lists need brackets"
    )


def _checked(data: Mapping[str, Any], directory: Path, file: str) -> Scenario:
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        parts = parts_of_data(data, directory, file)
        raise ScenarioError(
            [
                *problems_from(error.errors(), Scenario, file),
                *problems_across(parts),
                *problems_of_places(parts),
            ]
        ) from None
    scenario = scenario.at(directory, file)
    problems = check(scenario)
    if problems:
        raise ScenarioError(problems)
    return _with_vessels(scenario)


def _with_vessels(scenario: Scenario) -> Scenario:
    """Add the shipped classes that units use and the scenario does not describe."""
    shipped = geodata.vessels()
    vessel = dict(scenario.vessel)
    for unit in scenario.unit:
        if unit.vessel not in vessel:
            vessel[unit.vessel] = VesselClass.model_validate(shipped[unit.vessel])
    return scenario.model_copy(update={"vessel": vessel})
