"""From a study's file to its points: every case at every place of the grid, every month."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.errors import Problem, ScenarioError
from planner.scenario import Scenario, from_dict, read_toml
from planner.scenario.explain import problems_from
from planner.study.cases.model import AS_IT_IS, Agencies, Case, CaseStudy, Edits
from planner.study.cases.paths import Data, PathFault, changed, place_of, value_at

DATED: Mapping[str, tuple[str, ...]] = {
    "outage": ("start", "end"),
    "posting": ("start", "end"),
    "requirement": ("start", "end", "departures"),
}
"""What is moved with the start of a scenario."""


@dataclass(frozen=True)
class Point:
    """One scenario of a study: a case, a place of the grid, a month.

    ``labels`` has a label for each axis, ``said`` the same so that it stands alone, ``place``
    the number of its value; ``settings`` are all values set, by path, ``other`` what else
    was changed.
    """

    case: str
    labels: tuple[str, ...]
    said: tuple[str, ...]
    place: tuple[int, ...]
    month: int | None
    agencies: Agencies
    edits: tuple[tuple[str, Edits], ...]

    @property
    def name(self) -> str:
        """The point in a few words."""
        parts = [self.case] if self.case != AS_IT_IS or not self.labels else []
        parts += self.said
        if self.month is not None:
            parts.append(f"month {self.month}")
        return ", ".join(parts)

    @property
    def settings(self) -> dict[str, Any]:
        """All values set, by path; the last one holds."""
        return {path: value for _, edits in self.edits for path, value in edits.set.items()}

    @cached_property
    def other(self) -> tuple[str, ...]:
        """What is added and removed, each as text."""
        added = [
            f"+ {table} {json.dumps(rows, sort_keys=True, default=str)}"
            for _, edits in self.edits
            for table, rows in edits.add.items()
        ]
        return (*added, *(f"- {path}" for _, edits in self.edits for path in edits.remove))


@dataclass(frozen=True)
class Plot:
    """A study with the tables of its scenario, and all its points in order.

    ``reference`` is the number of the point that each is compared with; its own
    where it is one of those.
    """

    study: CaseStudy
    file: str
    directory: Path
    data: Data
    points: tuple[Point, ...]
    reference: tuple[int, ...]

    def scenario(self, point: Point) -> Scenario:
        """Scenario of a point.

        Raises
        ------
        ScenarioError
            With every problem of it.
        """
        name = f'{self.file}: case "{point.name}"'
        made, problems = self.tables(point)
        if problems:
            raise ScenarioError(problems)
        return from_dict(made, self.directory, name)

    def tables(self, point: Point) -> tuple[Data, list[Problem]]:
        """Tables of a point's scenario, and changes that could not be made."""
        made, problems = self.data, list[Problem]()
        for key, edits in point.edits:
            made, found = changed(
                made, edits.set, add=edits.add, remove=edits.remove, file=self.file, key=key
            )
            problems += found
        if point.month is not None:
            made = in_month(made, point.month)
        return made, problems

    def default(self, path: str) -> Any:
        """What the scenario as it is has at a path; None where it has nothing there."""
        try:
            return value_at(place_of(path, self.data), self.data)
        except PathFault:
            return None


def load_cases(path: str | Path, data: Mapping[str, Any] | None = None) -> Plot:
    """Read a study of cases, lay out its points, and check every one of them.

    Parameters
    ----------
    path
        TOML file of the study; its ``scenario`` is looked for beside it.
    data
        Its tables, if they have been read already.

    Raises
    ------
    ScenarioError
        With every problem found in the study, or else in its scenario.
    """
    path = Path(path)
    try:
        study = CaseStudy.model_validate(read_toml(path) if data is None else data)
    except ValidationError as error:
        raise ScenarioError(problems_from(error.errors(), CaseStudy, str(path))) from None
    base = path.parent / study.scenario
    tables = read_toml(base)
    from_dict(tables, base.parent, str(base))
    points = tuple(_points(study))
    plot = Plot(study, str(path), base.parent, tables, points, ())
    problems = list(dict.fromkeys(problem for point in points for problem in _faults(plot, point)))
    if problems:
        raise ScenarioError(problems)
    reference = _references(plot)
    return Plot(study, str(path), base.parent, tables, points, reference)


def _points(study: CaseStudy) -> Iterator[Point]:
    """Every point, cases outermost, months innermost."""
    cases: list[tuple[str, Case | None]] = [(f'case "{case.name}"', case) for case in study.case]
    if study.reference is None:
        cases.insert(0, ("", None))
    for key, case in cases:
        for place in study.combinations:
            edits = [(key, case)] if case is not None else list[tuple[str, Edits]]()
            edits += [
                (f'grid axis "{axis.name}"', axis.edits[value])
                for axis, value in zip(study.axes, place, strict=True)
            ]
            asked = [each.agencies for _, each in edits if each.agencies is not None]
            at = list(zip(study.axes, place, strict=True))
            labels = tuple(axis.labels[value] for axis, value in at)
            for month in study.months or (None,):
                yield Point(
                    case.name if case is not None else AS_IT_IS,
                    labels,
                    tuple(axis.said(value) for axis, value in at),
                    place,
                    month,
                    asked[-1] if asked else "joint",
                    tuple(edits),
                )


def _faults(plot: Plot, point: Point) -> list[Problem]:
    """What cannot be planned of a point."""
    made, problems = plot.tables(point)
    if problems:
        return problems
    try:
        scenario = from_dict(made, plot.directory, f'{plot.file}: case "{point.name}"')
    except ScenarioError as error:
        return list(error.problems)
    if point.agencies != "joint" and len({unit.agency for unit in scenario.unit}) < 2:
        return [
            Problem(
                plot.file, f'case "{point.name}".agencies',
                f"'{point.agencies}' needs two agencies, and all units belong to one",
                "give the units of another service its own name in 'agency'",
            )
        ]  # fmt: skip
    return []


def _references(plot: Plot) -> tuple[int, ...]:
    """Number of the point that each is compared with."""
    study, points = plot.study, plot.points
    number = {(p.case, p.place, p.month): k for k, p in enumerate(points)}
    if study.case:
        own = {case.name: case.reference for case in study.case}
        name = study.reference or AS_IT_IS
        return tuple(number[own.get(p.case) or name, p.place, p.month] for p in points)
    start = next(
        (
            point.place
            for point in points
            if point.agencies == "joint"
            and not point.other
            and all(plot.default(path) == value for path, value in point.settings.items())
        ),
        points[0].place,
    )
    return tuple(number[AS_IT_IS, start, point.month] for point in points)


def in_month(data: Data, month: int) -> Data:
    """Tables of a scenario that starts in another month of its year, on the same day.

    A day that the month does not have becomes its last. Outages, postings and
    requirements move by as much as the start does.
    """
    start = _moment(data["start"])
    last = monthrange(start.year, month)[1]
    moved = start.replace(month=month, day=min(start.day, last))
    made: Data = {**data, "start": moved}
    for table, keys in DATED.items():
        if table in made:
            made[table] = [_shifted(row, keys, moved - start) for row in made[table]]
    return made


def _shifted(row: Data, keys: Sequence[str], by: timedelta) -> Data:
    """A row whose times are moved."""
    made = dict(row)
    for key in keys:
        if isinstance(made.get(key), list):
            made[key] = [_moment(time) + by for time in made[key]]
        elif key in made:
            made[key] = _moment(made[key]) + by
    return made


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
