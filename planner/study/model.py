"""A fleet-size study as its TOML file states it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from planner.errors import Problem, ScenarioError
from planner.scenario import Scenario, load, read_toml
from planner.scenario.explain import problems_from
from planner.scenario.table import Table
from planner.study.fleets import deal, misfits

MOST_BOATS = 200

Words = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
Boats = Annotated[int, Field(strict=True, ge=1, le=MOST_BOATS)]


def listed_alone(value: object) -> object:
    """Accept one name where a list of names is meant."""
    return (value,) if isinstance(value, str) else value


class FleetRange(Table):
    """Which boats are counted, and how many of them each plan has."""

    unit: Annotated[
        tuple[Words, ...], BeforeValidator(listed_alone, json_schema_input_type=str | list[str])
    ]
    """Name of the scenario's unit whose size is studied, or a list: boats go to each in turn."""

    counts: tuple[Boats, ...]
    """Numbers of boats, ascending, such as [1, 2, 3]; each is planned."""

    @field_validator("unit", "counts")
    @classmethod
    def _given(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        if not values:
            raise PydanticCustomError("nothing", "the list is empty")
        return values

    @field_validator("counts")
    @classmethod
    def _ascending(cls, counts: tuple[int, ...]) -> tuple[int, ...]:
        if any(later <= sooner for sooner, later in pairwise(counts)):
            raise PydanticCustomError("ascending", "numbers of boats must ascend")
        return counts


class Study(Table):
    """The same scenario planned with fleets of several sizes."""

    title: Words
    """Title of the study's page."""

    scenario: Words
    """Scenario file, from the study's folder."""

    fleet: FleetRange

    time_limit_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    """Seconds to plan each fleet for."""

    seed: Annotated[int, Field(strict=True, ge=0)] = 0
    """Same seed, same search."""


def load_study(path: str | Path) -> tuple[Study, Scenario]:
    """Read a study and the scenario it is about, and check both.

    Parameters
    ----------
    path
        TOML file of the study; its ``scenario`` is looked for beside it.

    Raises
    ------
    ScenarioError
        With every problem found in the study, or else in its scenario.
    """
    path = Path(path)
    data = read_toml(path)
    try:
        study = Study.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(problems_from(error.errors(), Study, str(path))) from None
    scenario = load(path.parent / study.scenario)
    problems = _misfits(study, scenario, str(path))
    if problems:
        raise ScenarioError(problems)
    return study, scenario


def _misfits(study: Study, scenario: Scenario, file: str) -> list[Problem]:
    """Problems between a study and its scenario."""
    known = {unit.name: unit for unit in scenario.unit}
    problems = [
        Problem(
            file,
            "fleet.unit",
            f"the scenario has no unit '{name}'",
            "name one of: " + ", ".join(f"'{other}'" for other in known),
        )
        for name in study.fleet.unit
        if name not in known
    ]
    if len(set(study.fleet.unit)) < len(study.fleet.unit):
        problems.append(Problem(file, "fleet.unit", "a unit is named twice", "name each unit once"))
    classes = {known[name].vessel for name in study.fleet.unit if name in known}
    if len(classes) > 1:
        problems.append(
            Problem(
                file,
                "fleet.unit",
                f"the units have different vessel classes ({', '.join(sorted(classes))})",
                "name units of one class: a study counts boats of one kind",
            )
        )
    return problems or _too_few(study, scenario, file)


def _too_few(study: Study, scenario: Scenario, file: str) -> list[Problem]:
    """Fleets that lack hulls or crews which are posted or on alert; the largest of them."""
    for boats in reversed(study.fleet.counts):
        for reason in misfits(scenario, deal(boats, study.fleet.unit)):
            remedy = "count more boats, or change the posting or alert"
            return [Problem(file, "fleet.counts", f"{boats}: {reason}", remedy)]
    return []
