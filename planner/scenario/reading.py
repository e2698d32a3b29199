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
from planner.files import MIB, TooLarge, read_within
from planner.scenario.checks import problems_across
from planner.scenario.explain import key_of, problems_from
from planner.scenario.model import Scenario, VesselClass
from planner.scenario.parts import parts_of, parts_of_data
from planner.scenario.places import problems_of_places
from planner.scenario.sizes import problems_of_size

MOST_BYTES = MIB
"""A larger TOML file is not read: a fleet of 200 hulls with all its outages takes a tenth."""

MOST_DOTS = 400
"""More dots in a line are not read: a key of so many parts makes as many tables of tables."""

MOST_DEPTH = 16
"""Tables and lists within each other; no table of a scenario or study goes deeper than 8."""

_DEEP = (
    f"tables or lists are nested more than {MOST_DEPTH} deep",
    "check its brackets: no table of a scenario or study is",
)


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
    return _checked(_plain(file_name, data), directory, file_name)


def check(scenario: Scenario) -> list[Problem]:
    """Problems of a scenario built or changed in Python; none for one that was loaded."""
    parts = parts_of(scenario)
    return problems_across(parts) + problems_of_places(parts)


def read_toml(path: Path) -> dict[str, Any]:
    """Read the tables of a TOML file.

    Raises
    ------
    ScenarioError
        If the file is missing, is not text, breaks TOML's rules (names the line), or is
        larger or nested deeper than the limits of this module allow.
    """
    try:
        text = read_within(path, MOST_BYTES).decode("utf-8-sig")
        dotted = next((n for n, line in enumerate(text.split("\n"), 1)
                       if line.count(".") > MOST_DOTS), None)  # fmt: skip
        if dotted is None:
            return dict(_plain(str(path), tomllib.loads(text)))
        message, remedy = f"line {dotted} has more than {MOST_DOTS} dots", "break the line"
    except FileNotFoundError:
        message, remedy = "there is no such file", "check the path, or start with 'patrol new DIR'"
    except IsADirectoryError:
        message, remedy = "this is a folder", "name the TOML file in it"
    except TooLarge as error:
        message, remedy = str(error), "name the file of a scenario or study, not one of its data"
    except OSError as error:
        message, remedy = f"cannot be read ({error.strerror})", "check who may read it"
    except UnicodeDecodeError:
        message, remedy = "is not UTF-8 text", "save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([_syntax(path, str(error))]) from None
    except RecursionError:
        message, remedy = _DEEP
    except ValueError as error:  # tomllib lets through what int() says of thousands of digits
        message, remedy = f"a figure cannot be read ({error})", "write at most 18 digits"
    raise ScenarioError([Problem(str(path), "", message, remedy)])


def _plain(file: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The tables themselves, once none is nested too deeply and no figure is beyond TOML's own."""
    left: list[tuple[tuple[int | str, ...], Any]] = [((), data)]
    while left:
        place, value = left.pop()
        if isinstance(value, Mapping | list | tuple):
            if len(place) >= MOST_DEPTH:
                raise ScenarioError([Problem(file, key_of(place[:3]), *_DEEP)])
            found = value.items() if isinstance(value, Mapping) else enumerate(value)
            left += [((*place, part), inner) for part, inner in found]
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            message = f"is a whole number of {value.bit_length()} bits"
            raise ScenarioError(
                [Problem(file, key_of(place), message, "TOML has 64: write at most 18 digits")]
            )
    return data


def _syntax(path: Path, message: str) -> Problem:
    found = re.search(r"at line (\d+)", message)
    line = f"line {found[1]}" if found else "the last line"
    text = re.sub(r"\s*\(at .*\)$", "", message)
    text = re.sub(r"\('(.*?)',?\)", lambda key: f"'{key[1]}'".replace("', '", "."), text)
    return Problem(
        str(path), line, f"is not TOML: {text}", "text needs quotes, lists need brackets"
    )


def _checked(data: Mapping[str, Any], directory: Path, file: str) -> Scenario:
    too_large = problems_of_size(data, file)
    if too_large:
        raise ScenarioError(too_large)
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
