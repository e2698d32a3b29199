"""Paths into a scenario's tables, and changes of what they lead to.

A path is written as the scenario's file is: ``days``, ``area.cell_resolution``,
``environment.source``, ``unit.PKM, Aktau.count``, ``vessel.zhuk.endurance_h``.
Units, bases, threats and requirements go by name, classes by key, and every
table of an array also by its number in the file: ``outage.1.end``. A name may
hold dots and commas; the longest that fits is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from planner import geodata
from planner.errors import Problem
from planner.scenario import (
    Area,
    Base,
    Environment,
    Outage,
    Posting,
    Requirement,
    Threat,
    Unit,
    VesselClass,
)
from planner.scenario.explain import listed, nearest

Data = dict[str, Any]
"""Tables and values of a scenario under the names of the TOML keys."""

ROWS: Mapping[str, type[BaseModel]] = {
    "unit": Unit,
    "base": Base,
    "threat": Threat,
    "requirement": Requirement,
    "outage": Outage,
    "posting": Posting,
}
"""Arrays of tables."""

SINGLE: Mapping[str, type[BaseModel]] = {"area": Area, "environment": Environment}

VESSEL = "vessel"

PLAIN = ("title", "start", "days", "fuel_price_usd_l")
"""Values that stand before the first table."""


class PathFault(Exception):
    """A path that leads nowhere: what is wrong, and how to mend it."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(message)


@dataclass(frozen=True)
class Place:
    """Where a path leads: a table, the row in it (a number or a class's key), and the key.

    Of a plain value ``table`` is empty; of a whole row ``key`` is.
    """

    table: str
    row: int | str | None
    key: str


def place_of(path: str, data: Data, *, whole: bool = False) -> Place:
    """Where a path leads in a scenario's tables; with ``whole`` to a row, not to a key of one.

    Raises
    ------
    PathFault
        If it leads nowhere.
    """
    table, dot, rest = path.partition(".")
    if not whole and not dot and table in PLAIN:
        return Place("", None, table)
    if not whole and table in SINGLE and dot:
        return Place(table, None, _key(rest, SINGLE[table], table))
    if dot and (table in ROWS or table == VESSEL):
        row, key = _row(table, rest, data, whole=whole)
        if whole:
            return Place(table, row, "")
        return Place(table, row, _key(key, ROWS.get(table, VesselClass), table))
    tables = [*ROWS, VESSEL] if whole else [*PLAIN, *SINGLE, *ROWS, VESSEL]
    form = "NAME" if whole else "NAME.key"
    if table in ROWS or table == VESSEL:
        raise PathFault(f"'{path}' does not say which {table}", f"write {table}.{form}")
    if table in SINGLE:
        raise PathFault(f"'{path}' does not say what of it", f"write {table}.key")
    raise PathFault(
        f"there is no '{table}' in a scenario",
        nearest(table, tables, f"a path begins with one of {listed(tables)}"),
    )


def value_at(place: Place, data: Data) -> Any:
    """What stands at a place; the default where the file leaves it out, if there is one."""
    if not place.table:
        return data.get(place.key)
    model = SINGLE.get(place.table) or ROWS.get(place.table, VesselClass)
    if isinstance(place.row, int):
        table = data[place.table][place.row]
    elif place.row is None:
        table = data.get(place.table, {})
    else:
        table = data.get(VESSEL, {}).get(place.row) or geodata.vessels()[place.row]
    if place.key in table:
        return table[place.key]
    if (place.table, place.key) == ("unit", "crews"):
        return table.get("count")
    default = model.model_fields[place.key].get_default()
    return default if isinstance(default, str | int | float | bool) else None


def changed(
    data: Data,
    settings: Mapping[str, Any],
    *,
    add: Mapping[str, Any] | None = None,
    remove: Sequence[str] = (),
    file: str,
    key: str,
) -> tuple[Data, list[Problem]]:
    """A scenario's tables with values set, tables added, and rows removed, in this order.

    Parameters
    ----------
    data
        The tables; they stay as they are.
    settings
        New values by path. Those of a unit and the like that is added lead there too.
    add
        Rows to add by table, as the scenario's file would have them; classes by key.
    remove
        Paths of rows to remove.
    file, key
        Study file and key that problems name.

    Returns
    -------
    tuple
        The new tables, and what could not be done.
    """
    made, problems = deepcopy(data), list[Problem]()
    for table, rows in (add or {}).items():
        problems += _added(made, table, rows, file, f"{key}.add.{table}")
    for path, value in settings.items():
        try:
            place = place_of(path, made)
        except PathFault as fault:
            problems.append(Problem(file, f'{key}.set."{path}"', fault.message, fault.remedy))
            continue
        _table_of(made, place)[place.key] = deepcopy(value)
    gone: dict[str, set[int]] = {}
    for path in remove:
        try:
            place = place_of(path, made, whole=True)
        except PathFault as fault:
            problems.append(Problem(file, f"{key}.remove", fault.message, fault.remedy))
            continue
        if isinstance(place.row, int):
            gone.setdefault(place.table, set()).add(place.row)
        else:
            made.get(VESSEL, {}).pop(place.row, None)
    for table, numbers in gone.items():
        made[table] = [row for number, row in enumerate(made[table]) if number not in numbers]
    return made, problems


def _added(made: Data, table: str, rows: Any, file: str, key: str) -> list[Problem]:
    """Add rows to a table of ``made``."""
    if table == VESSEL and isinstance(rows, dict):
        made[VESSEL] = {**made.get(VESSEL, {}), **deepcopy(rows)}
        return []
    if table not in ROWS:
        known = [*ROWS, VESSEL]
        return [
            Problem(
                file, key, f"no table '{table}' can be added to",
                nearest(table, known, f"add to one of {listed(known)}"),
            )
        ]  # fmt: skip
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return [Problem(file, key, "is no list of tables", f"write [[case.add.{table}]]")]
    made[table] = [*made.get(table, []), *deepcopy(rows)]
    return []


def _table_of(made: Data, place: Place) -> Data:
    """The table that a place lies in, of tables that may be written to."""
    if not place.table:
        return made
    found: Data
    if isinstance(place.row, int):
        found = made[place.table][place.row]
    elif place.row is None:
        found = made.setdefault(place.table, {})
    else:
        classes = made.setdefault(VESSEL, {})
        if place.row not in classes:
            classes[place.row] = deepcopy(dict(geodata.vessels()[place.row]))
        found = classes[place.row]
    return found


def _row(table: str, rest: str, data: Data, *, whole: bool) -> tuple[int | str, str]:
    """Row that the rest of a path names, and what follows."""
    names = _names(table, data)
    for name in sorted(names, key=len, reverse=True):
        if rest == name:
            if whole:
                return names[name], ""
            raise PathFault(f"'{table}.{name}' does not say what of it", f"write {table}.NAME.key")
        if not whole and rest.startswith(f"{name}."):
            return names[name], rest[len(name) + 1 :]
    head = rest if whole else rest.rpartition(".")[0] or rest
    if head.isdigit():
        raise PathFault(
            f"there is no {table} number {head}", f"the scenario has {_count(table, data)}"
        )
    known = [name for name in names if not name.isdigit()]
    otherwise = f"name one of {listed(known)}" if known else f"add a [[{table}]] first"
    raise PathFault(f"there is no {table} '{head}'", nearest(head, known, otherwise))


def _names(table: str, data: Data) -> dict[str, int | str]:
    """What rows of a table go by: names and numbers from 1; keys of classes."""
    if table == VESSEL:
        return {key: key for key in (*data.get(VESSEL, {}), *geodata.vessels())}
    rows = _rows(table, data)
    found: dict[str, int | str] = {str(number + 1): number for number in range(len(rows))}
    for number, row in enumerate(rows):
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            found.setdefault(row["name"].strip(), number)
    return found


def _rows(table: str, data: Data) -> list[Any]:
    rows = data.get(table, [])
    return rows if isinstance(rows, list) else []


def _count(table: str, data: Data) -> str:
    """How many rows there are, in words."""
    rows = len(_rows(table, data))
    return f"{rows or 'no'} {table}{'' if rows == 1 else 's'}"


def _key(key: str, model: type[BaseModel], table: str) -> str:
    """A key that tables of this model have."""
    known: Iterable[str] = model.model_fields
    if key not in known:
        raise PathFault(
            f"'{key}' is no key of a {table}" if key else f"the {table} is named, but no key of it",
            nearest(key, known, f"known keys are {listed(known)}"),
        )
    return key
