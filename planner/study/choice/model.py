"""A choice of a fleet under budgets as its TOML file states it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from planner.errors import Problem, ScenarioError
from planner.scenario import Scenario, load, read_toml
from planner.scenario.explain import listed, nearest, problems_from
from planner.scenario.posted import refuse_postings
from planner.scenario.table import Table

MOST_HULLS = 200

Words = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
Hulls = Annotated[int, Field(strict=True, ge=0, le=MOST_HULLS)]
Usd = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


def _ascending(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise PydanticCustomError("nothing", "the list is empty")
    if any(later <= sooner for sooner, later in pairwise(values)):
        raise PydanticCustomError("ascending", "the numbers must ascend")
    return values


class Option(Table):
    """A unit of the scenario whose hulls are chosen."""

    unit: Words
    """Name of the scenario's unit."""

    counts: tuple[Hulls, ...]
    """Numbers of hulls it may have, ascending, such as [0, 1, 2, 3]."""

    bases: tuple[Words, ...] = ()
    """Names of bases, one of which it has; its own unless given."""

    crews_per_hull: tuple[Annotated[int, Field(strict=True, ge=1, le=10)], ...] = ()
    """Crews a hull it may have, ascending, such as [1, 2]; as many as in the scenario unless
    given."""

    purchase_usd: Usd | None = None
    """Price of a hull; that of its class unless given. 0 for hulls that are there already."""

    yearly_running_usd: Usd
    """What a hull costs a year: fuel, upkeep, berth."""

    yearly_crew_usd: Usd = 0.0
    """What a crew costs a year."""

    life_years: Annotated[float, Field(gt=0, le=100)]
    """Years that a hull lasts."""

    @field_validator("counts", "crews_per_hull")
    @classmethod
    def _in_order(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return _ascending(values)


class Choice(Table):
    """Which fleet to have, for several budgets."""

    title: Words
    """Title of the page."""

    scenario: Words
    """Scenario file, from the folder of this one."""

    discount_rate: Annotated[float, Field(ge=0, le=1)]
    """Real discount rate a year: 0.04 is 4 %."""

    budgets_usd: tuple[Usd, ...]
    """Money a year, ascending; a fleet is chosen for each. Purchases count as equal payments
    over the hull's life."""

    option: Annotated[tuple[Option, ...], Field(min_length=1)]

    time_limit_s: Annotated[float, Field(gt=0, le=604_800)] = 300.0
    """Seconds of the whole choice."""

    gap: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Stop once every budget's best fleet is proven within this of the best there is."""

    seed: Annotated[int, Field(strict=True, ge=0)] = 0
    """Same seed, same search."""

    @field_validator("budgets_usd")
    @classmethod
    def _in_order(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return _ascending(values)


def load_choice(path: str | Path) -> tuple[Choice, Scenario]:
    """Read a choice and the scenario it is about, and check both.

    Raises
    ------
    ScenarioError
        With every problem found in the choice, or else in its scenario.
    """
    path = Path(path)
    data = read_toml(path)
    try:
        choice = Choice.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(problems_from(error.errors(), Choice, str(path))) from None
    scenario = load(path.parent / choice.scenario)
    refuse_postings(scenario, "a choice of fleets", "remove them for this")
    problems = [*_unknown(choice, scenario, str(path)), *_unfit(choice, scenario, str(path))]
    if problems:
        raise ScenarioError(problems)
    return choice, scenario


def _unknown(choice: Choice, scenario: Scenario, file: str) -> list[Problem]:
    """Units and bases that the scenario does not have, and units named twice."""
    units = tuple(unit.name for unit in scenario.unit)
    bases = tuple(base.name for base in scenario.base)
    found, seen = [], set()
    for number, option in enumerate(choice.option, start=1):
        key = f"option[{number}]"
        if option.unit not in units:
            words = f"the scenario has no unit '{option.unit}'; its units are {listed(units)}"
            remedy = nearest(option.unit, units, "name one of them")
            found.append(Problem(file, f"{key}.unit", words, remedy))
        if option.unit in seen:
            words = f"'{option.unit}' is named twice"
            found.append(Problem(file, f"{key}.unit", words, "make one table of them"))
        seen.add(option.unit)
        for base in option.bases:
            if base not in bases:
                words = f"the scenario has no base '{base}'; its bases are {listed(bases)}"
                remedy = nearest(base, bases, "name one of them, or add a [[base]] to it")
                found.append(Problem(file, f"{key}.bases", words, remedy))
    return found


def _unfit(choice: Choice, scenario: Scenario, file: str) -> list[Problem]:
    """What a choice does not know of."""
    found = []
    if scenario.requirement:
        words = "a choice of fleets does not know of requirements"
        found.append(Problem(scenario.file_name, "requirement", words, "remove them for this"))
    for number, option in enumerate(choice.option, start=1):
        unit = next((unit for unit in scenario.unit if unit.name == option.unit), None)
        moved = len(option.bases) > 1 or len(option.crews_per_hull) > 1
        out = unit is not None and any(each.hull in unit.hulls for each in scenario.outage)
        if moved and out:
            words = f"hulls of '{option.unit}' have outages, which are not known elsewhere"
            remedy = "leave out bases and crews_per_hull, or the outages"
            found.append(Problem(file, f"option[{number}]", words, remedy))
    return found
