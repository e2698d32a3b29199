"""The pieces of a scenario that are sound by themselves, for checks across them.

One fault in one table must not hide faults elsewhere, so the checks look at
whatever could be read, with the names of what could not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from planner.errors import Problem
from planner.scenario.figures import Moment
from planner.scenario.model import (
    Area,
    Base,
    Environment,
    Outage,
    Posting,
    Requirement,
    Scenario,
    Threat,
    Unit,
    VesselClass,
)

Table = TypeVar("Table", bound=BaseModel)


@dataclass(frozen=True)
class Parts:
    """Readable tables by their number in the file (from 1).

    ``fields`` holds the sound fields of every row, also of rows that do not
    hold as a whole; ask for them with :meth:`given`.
    """

    file: str
    directory: Path
    start: datetime | None
    days: float | None
    area: Area | None
    environment: Environment | None
    bases: Mapping[int, Base]
    units: Mapping[int, Unit]
    threats: Mapping[int, Threat]
    outages: Mapping[int, Outage]
    postings: Mapping[int, Posting]
    requirements: Mapping[int, Requirement]
    vessels: Mapping[str, VesselClass]
    vessel_keys: tuple[str, ...]
    fields: Mapping[str, Mapping[int, Mapping[str, Any]]]

    def given(self, table: str, field: str) -> Iterator[tuple[int, Any]]:
        """Number of the row and value, wherever ``field`` is given and sound by itself."""
        for number, row in self.fields[table].items():
            if row.get(field) is not None:
                yield number, row[field]

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Start and end of the plan, if both are known."""
        if self.start is None or self.days is None:
            return None
        return self.start, self.start + timedelta(days=self.days)

    def base_names(self) -> tuple[str, ...]:
        """Names of all bases."""
        return tuple(name for _, name in self.given("base", "name"))

    def problem(self, key: str, message: str, remedy: str) -> Problem:
        """Build a problem of this file."""
        return Problem(self.file, key, message, remedy)


def parts_of(scenario: Scenario) -> Parts:
    """Parts of a sound scenario."""
    return Parts(
        file=scenario.file_name,
        directory=scenario.directory,
        start=scenario.start,
        days=scenario.days,
        area=scenario.area,
        environment=scenario.environment,
        bases=dict(enumerate(scenario.base, start=1)),
        units=dict(enumerate(scenario.unit, start=1)),
        threats=dict(enumerate(scenario.threat, start=1)),
        outages=dict(enumerate(scenario.outage, start=1)),
        postings=dict(enumerate(scenario.posting, start=1)),
        requirements=dict(enumerate(scenario.requirement, start=1)),
        vessels=scenario.vessel,
        vessel_keys=tuple(scenario.vessel),
        fields={
            table: {number: row.model_dump() for number, row in enumerate(rows, start=1)}
            for table, rows in (
                ("base", scenario.base),
                ("unit", scenario.unit),
                ("threat", scenario.threat),
                ("outage", scenario.outage),
                ("posting", scenario.posting),
                ("requirement", scenario.requirement),
            )
        },
    )


def parts_of_data(data: Mapping[str, Any], directory: Path, file: str) -> Parts:
    """Parts of a file's tables, leaving out those that do not hold."""
    days = data.get("days")
    vessels = data.get("vessel")
    vessels = vessels if isinstance(vessels, dict) else {}
    return Parts(
        file=file,
        directory=directory,
        start=_moment(data.get("start")),
        days=float(days) if isinstance(days, int | float) and 0 < days <= 90 else None,
        area=_single(Area, data.get("area")),
        environment=_single(Environment, data.get("environment")),
        bases=dict(_tables(Base, data.get("base"))),
        units=dict(_tables(Unit, data.get("unit"))),
        threats=dict(_tables(Threat, data.get("threat"))),
        outages=dict(_tables(Outage, data.get("outage"))),
        postings=dict(_tables(Posting, data.get("posting"))),
        requirements=dict(_tables(Requirement, data.get("requirement"))),
        vessels={
            key: found
            for key, value in vessels.items()
            if (found := _sound(VesselClass, value)) is not None
        },
        vessel_keys=tuple(vessels),
        fields={
            table: dict(_fields(model, data.get(table)))
            for table, model in (
                ("base", Base),
                ("unit", Unit),
                ("threat", Threat),
                ("outage", Outage),
                ("posting", Posting),
                ("requirement", Requirement),
            )
        },
    )


def _moment(value: Any) -> datetime | None:
    try:
        found: datetime = TypeAdapter(Moment).validate_python(value)
    except ValidationError:
        return None
    return found


def _single(model: type[Table], value: Any) -> Table | None:
    """A table without its faulty keys; every key of the area and the environment has a default."""
    if not isinstance(value, dict):
        return None
    (_, fields), *_ = _fields(model, [value])
    return _sound(model, fields)


def _sound(model: type[Table], value: Any) -> Table | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def _tables(model: type[Table], values: Any) -> Iterator[tuple[int, Table]]:
    for number, value in enumerate(values if isinstance(values, list) else [], start=1):
        found = _sound(model, value)
        if found is not None:
            yield number, found


def _fields(model: type[BaseModel], values: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Sound fields of each row: what is left without those that pydantic names."""
    for number, value in enumerate(values if isinstance(values, list) else [], start=1):
        if not isinstance(value, dict):
            continue
        try:
            yield number, model.model_validate(value).model_dump()
        except ValidationError as error:
            faulty = {found["loc"][0] for found in error.errors() if found["loc"]}
            yield number, {key: _plain(v) for key, v in value.items() if key not in faulty}


def _plain(value: Any) -> Any:
    """A value as its model would hold it: names without outer blanks, lists as tuples."""
    if isinstance(value, str):
        return value.strip()
    return tuple(value) if isinstance(value, list) else value
