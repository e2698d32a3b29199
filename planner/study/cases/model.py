"""A study of cases as its TOML file states it."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from planner.scenario.explain import listed, nearest
from planner.scenario.figures import Months, fault
from planner.scenario.table import Table
from planner.study.model import listed_alone

Agencies = Literal["joint", "apart", "in turn"]

LONGEST_LABEL = 200
"""Letters of a value of an axis, which stands in tables and messages."""

MOST_RUNS = 20_000
"""More runs are not laid out."""

AS_IT_IS = "as it is"
"""Name of the case that changes nothing."""

Words = Annotated[str, Field(strict=True, min_length=1, max_length=120)]
Seed = Annotated[int, Field(strict=True, ge=0)]
Source = Annotated[str, Field(strict=True, min_length=1, max_length=300)]
Usd = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
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

    reference: Words | None = None
    """Name of the case that this one is compared with; that of the study unless given."""

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
        if any(len(label) > LONGEST_LABEL for label in self.labels):
            raise fault(
                "long",
                f"a value of axis '{self.name}' has more than {LONGEST_LABEL} letters",
                "shorten it, or give it a label: [[grid.axis.option]]",
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


class View(Table):
    """Two cases that differ in what was bought, all else the same."""

    name: Words
    """In whose view, such as "for the border service by itself"."""

    having: Words
    """Name of the case that has it."""

    without: Words
    """Name of the case that does not."""


class Purchase(Table):
    """What was bought, for how much, and between which cases that shows."""

    name: Words
    """Name to print, such as "three boats with trailers and spare parts"."""

    cost_usd: Annotated[Usd, Field(gt=0)] | None = None
    """What it cost, once. The prices of the hulls that ``having`` has more than ``without``
    unless given; these must then be known."""

    source: Source | None = None
    """Where the figure is from, or that it is an assumption."""

    life_years: Annotated[float, Field(gt=0, le=100)] | None = None
    """Years that it lasts, to tell what it costs a year; nothing is left of it then."""

    discount_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    """Real discount rate a year, such as 0.04; goes with ``life_years``."""

    yearly_usd: Usd = 0.0
    """What it costs a year beside its price and what the plans' sailing costs; goes with
    ``life_years``."""

    view: Annotated[tuple[View, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _told_whole(self) -> Purchase:
        if (self.cost_usd is None) != (self.source is None):
            raise fault(
                "source",
                f"purchase '{self.name}' needs cost_usd and its source together",
                'say where the figure is from, or "assumption"; or leave out both',
            )
        if (self.life_years is None) != (self.discount_rate is None):
            raise fault(
                "yearly",
                f"purchase '{self.name}' needs life_years and discount_rate together",
                "give both, or none",
            )
        if self.yearly_usd and self.life_years is None:
            raise fault(
                "yearly",
                f"purchase '{self.name}' has yearly_usd, but no life",
                "give life_years and discount_rate too",
            )
        return self


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

    purchase: tuple[Purchase, ...] = ()
    """What was bought, to tell what each point of detection cost."""

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
        known = names if self.reference is not None else [AS_IT_IS, *names]
        named = [(f"'reference' of case '{c.name}'", c.reference) for c in self.case]
        for bought in self.purchase:
            for view in bought.view:
                named.append((f"'having' of purchase '{bought.name}'", view.having))
                named.append((f"'without' of purchase '{bought.name}'", view.without))
        for where, name in named:
            if name is not None and name not in known:
                raise fault(
                    "case", f"{where}: there is no case '{name}'", nearest_case(name, known)
                )
        if not self.case and self.grid is None and not self.months and len(self.seeds) == 1:
            raise fault("nothing", "nothing is varied", "add a [[case]], a [grid] or 'months'")
        if len(set(self.seeds)) < len(self.seeds):
            raise fault("twice", "one of the seeds stands twice", "name each once")
        return self

    @model_validator(mode="after")
    def _not_endless(self) -> CaseStudy:
        places = prod(len(axis.labels) for axis in self.axes)
        runs = places * (1 + len(self.case)) * max(1, len(self.months)) * len(self.seeds)
        if runs > MOST_RUNS:
            raise fault(
                "endless",
                f"cases, axes, months and seeds make {runs:,} runs; at most {MOST_RUNS:,} are made",
                "take fewer values, or make several studies of it",
            )
        return self

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Axes of the grid."""
        return self.grid.axis if self.grid is not None else ()

    @property
    def combinations(self) -> list[tuple[int, ...]]:
        """Every point of the grid as the number of its value on each axis; one without a grid."""
        return list(product(*(range(len(axis.labels)) for axis in self.axes)))


def nearest_case(name: str, known: list[str]) -> str:
    """What to do about the name of a case that there is not."""
    return nearest(name, known, f"name one of {listed(known)}")


def value_words(value: Value) -> str:
    """A value as a label."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
