"""What a study rests on: what each case changes, and what its scenario calls an assumption."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.study.cases.expand import Plot
from planner.study.cases.model import Edits
from planner.study.cases.paths import PathFault, place_of, value_at

_LINE = re.compile(r"^\s*(?P<stated>[^#]*?)\s*#\s*(?P<comment>.*assumption.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Override:
    """One thing that a case or a value of an axis changes."""

    where: str
    what: str
    was: str
    is_: str


@dataclass(frozen=True)
class Assumed:
    """A line of a file whose comment says that it is an assumption."""

    file: str
    line: int
    stated: str
    comment: str


def overrides(plot: Plot) -> list[Override]:
    """Everything that cases and axes change, in the order of the study's file."""
    study, found = plot.study, list[Override]()
    for case in study.case:
        found += _of(plot, case, case.name)
    for axis in study.axes:
        if axis.option:
            for option in axis.option:
                found += _of(plot, option, f"{axis.name}: {option.label}")
            continue
        for path in axis.path:
            found.append(
                Override(axis.name, path, _words(plot.default(path)), ", ".join(axis.labels))
            )
    if study.months:
        start = str(plot.data["start"])
        found.append(Override("months", "start", start, ", ".join(map(str, study.months))))
    return found


def assumed(path: Path) -> list[Assumed]:
    """Lines of a scenario's or a study's file that are called assumptions by a comment in it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        Assumed(path.name, number, match["stated"], match["comment"])
        for number, line in enumerate(lines, start=1)
        if (match := _LINE.match(line)) is not None
    ]


def _of(plot: Plot, edits: Edits, where: str) -> list[Override]:
    found = []
    for path, value in edits.set.items():
        found.append(Override(where, path, _before(plot, edits, path), _words(value)))
    for table, rows in edits.add.items():
        names = rows if isinstance(rows, dict) else [_name(row) for row in rows]
        found += [Override(where, f"{table} {name}", "not there", "added") for name in names]
    found += [Override(where, path, "there", "removed") for path in edits.remove]
    if edits.agencies is not None:
        found.append(Override(where, "agencies", "joint", edits.agencies))
    return found


def _before(plot: Plot, edits: Edits, path: str) -> str:
    """What the scenario as it is has at a path; of what the case adds, nothing."""
    try:
        return _words(value_at(place_of(path, plot.data), plot.data))
    except PathFault:
        return "not there" if edits.add else "–"


def _name(row: Any) -> str:
    if isinstance(row, dict):
        return str(row.get("name") or row.get("hull") or row.get("base") or "")
    return str(row)


def _words(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
