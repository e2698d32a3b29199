"""A study of cases as its TOML file states it."""

from __future__ import annotations

from itertools import product
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from planner.scenario.figures import Months, fault
from planner.scenario.table import Table
from planner.study.model import listed_alone

Agencies = Literal["joint", "apart", "in turn"]

AS_IT_IS = "as it is"
"""Name of the case that changes nothing."""

Words = Annotated[str, Field(strict=True, min_length=1, max_length=120)]
Seed = Annotated[int, Field(strict=True, ge=0)]
Value = str | bool | int | float


class Edits(Table):
    """What is changed in the scenario: paths are ``table.NAME.key``, as its file has them."""

    set: dict[str, Any] = Field(default_factory=dict)
    """New values by path, such as { "unit.Launches.count" = 3, "environment.source" = "calm" }."""

    add: dict[str, Any] = Field(default_factory=dict)
    """Tables to add, written as in the scenario: [[case.add.unit]], [[case.add.posting]], …"""

    remove: tuple[Words, ...] = ()
    """Tables to remove, such as ["unit.Launches", "outage.1"]."""

    agencies: Agencies | None = None
    """How the agencies plan: ``joint`` (unless given), ``apart`` (each as if no one else sailed)
    or ``in turn`` (the next knows the plans of those before it)."""


class Case(Edits):
    """The scenario with some changes, under a name."""

    name: Words
    """Name to print."""

    factor: Words | None = None
    """What is changed, in a few words: cases of one factor share a bar of the chart of
    sensitivities. The case's own name unless given."""

    @field_validator("name")
    @classmethod
    def _not_taken(cls, name: str) -> str:
        if name == AS_IT_IS:
            raise fault("taken", f"'{AS_IT_IS}' is the scenario itself", "choose another name")
        return name


class Option(Edits):
    """One value of an axis, with a label."""

    label: Words
    """What to print."""


class Axis(Table):
    """One direction of the grid: ``path`` with ``values``, or ``option`` tables."""

    name: Words
    """Name to print, such as "42-ft boats"."""

    path: Annotated[
        tuple[Words, ...], BeforeValidator(listed_alone, json_schema_input_type=str | list[str])
    ] = ()
    """Path whose value is varied, or a list of paths that take the same value."""

    values: tuple[Value, ...] = ()
    """Its values, such as [1, 2, 3]."""

    option: tuple[Option, ...] = ()
    """Instead of values: labelled changes of any kind."""

    @model_validator(mode="after")
    def _one_kind(self) -> Axis:
        if bool(self.path) != bool(self.values) or bool(self.values) == bool(self.option):
            raise fault(
                "axis",
                f"axis '{self.name}' needs 'path' and 'values', or [[grid.axis.option]] tables",
                "give one of the two",
            )
        if len(set(self.labels)) < len(self.labels):
            raise fault("twice", f"a value of axis '{self.name}' stands twice", "name each once")
        return self

    @property
    def ordered(self) -> bool:
        """Whether its values are numbers that ascend."""
        numbers = [v for v in self.values if isinstance(v, int | float) and type(v) is not bool]
        return len(numbers) == len(self.values) > 1 and numbers == sorted(numbers)

    @property
    def labels(self) -> tuple[str, ...]:
        """A label for each value."""
        if self.option:
            return tuple(option.label for option in self.option)
        return tuple(value_words(value) for value in self.values)

    def said(self, number: int) -> str:
        """A value by its number, in words that stand alone."""
        label = self.labels[number]
        return label if self.option else f"{self.name}: {label}"

    @property
    def edits(self) -> tuple[Edits, ...]:
        """The changes that each value stands for."""
        if self.option:
            return self.option
        return tuple(Edits(set=dict.fromkeys(self.path, value)) for value in self.values)


class Grid(Table):
    """Every combination of the values of all axes."""

    axis: Annotated[tuple[Axis, ...], Field(min_length=1, max_length=6)]

    @field_validator("axis")
    @classmethod
    def _names_differ(cls, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
        if len({axis.name for axis in axes}) < len(axes):
            raise fault("twice", "two axes have one name", "name each axis once")
        return axes


class CaseStudy(Table):
    """One scenario and its variations: named cases, a grid, months, seeds."""

    title: Words
    """Title of the study's page."""

    scenario: Words
    """Scenario file, from the study's folder."""

    time_limit_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    """Seconds to plan each run for."""

    work_limit: Annotated[int, Field(strict=True, ge=1)] | None = None
    """Rounds of work instead of seconds: the same results, byte by byte, on any machine."""

    gap: Annotated[float, Field(ge=0, le=10)] = 0.0
    """A run ends sooner if it is proven to be within this share of the best plan."""

    targets: Annotated[int, Field(strict=True, ge=0)] = 4000
    """Targets drawn at random to try each plan on; 0: not tried."""

    seeds: Annotated[tuple[Seed, ...], Field(min_length=1)] = (0,)
    """Seeds of the search; each case is planned once with each."""

    months: Months = ()
    """Months that the start is moved to, on the same day of the month; everything dated moves
    with it. The scenario's own start unless given."""

    levels: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    """Shares of detection, such as [0.3]: the least of an axis that reaches each is told."""

    share: bool = True
    """Whether cases begin with what others before them found."""

    reference: Words | None = None
    """Name of the case that others are compared with; the scenario as it is unless given."""

    case: tuple[Case, ...] = ()
    grid: Grid | None = None

    @model_validator(mode="after")
    def _names(self) -> CaseStudy:
        names = [case.name for case in self.case]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise fault("twice", f"two cases are called '{twice}'", "name each case once")
        if self.reference is not None and self.reference not in names:
            raise fault(
                "reference",
                f"there is no case '{self.reference}'",
                "name one of the cases, or leave 'reference' out",
            )
        if not self.case and self.grid is None and not self.months and len(self.seeds) == 1:
            raise fault("nothing", "nothing is varied", "add a [[case]], a [grid] or 'months'")
        if len(set(self.seeds)) < len(self.seeds):
            raise fault("twice", "one of the seeds stands twice", "name each once")
        return self

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Axes of the grid."""
        return self.grid.axis if self.grid is not None else ()

    @property
    def combinations(self) -> list[tuple[int, ...]]:
        """Every point of the grid as the number of its value on each axis; one without a grid."""
        return list(product(*(range(len(axis.labels)) for axis in self.axes)))


def value_words(value: Value) -> str:
    """A value as a label."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
