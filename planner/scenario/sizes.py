"""How large a scenario may be: counted before anything is worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.errors import Problem

MOST_HULLS = 200
MOST_CREWS = 1000
MOST_STEPS = 26_000
"""Time steps of a plan: 90 days of 5 minutes."""

MOST_ROWS: Mapping[str, int] = {
    "base": 200, "unit": 200, "threat": 100, "requirement": 100, "outage": 2000, "posting": 500,
    "vessel": 200,
}  # fmt: skip
"""Tables of each kind."""

MOST_NAMED = 500
"""Zones, files, threats, sea states and the like in one list."""

_EVERY_UNIT = 1


def problems_of_size(data: Mapping[str, Any], file: str) -> list[Problem]:
    """Problems of a scenario that is larger than is planned; its values need not be sound.

    Limits are assumptions: several times what any fleet and any sea of one state needs, and
    small enough that no check or plan takes more than a machine has.
    """
    return [Problem(file, *words) for words in _too_large(data)]


def _too_large(data: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for table, most in MOST_ROWS.items():
        rows = data.get(table)
        if isinstance(rows, list | tuple | dict) and len(rows) > most:
            yield table, f"there are {len(rows):,}; at most {most:,} are planned", "take some out"
            return
    units = [unit for unit in _list(data.get("unit")) if isinstance(unit, Mapping)]
    hulls = sum(_whole(unit.get("count"), _EVERY_UNIT) for unit in units)
    crews = sum(_whole(unit.get("crews"), _whole(unit.get("count"), _EVERY_UNIT)) for unit in units)
    for what, key, count, most in (
        ("hulls", "unit.count", hulls, MOST_HULLS),
        ("crews", "unit.crews", crews, MOST_CREWS),
    ):
        if count > most:
            words = f"the units have {count:,} {what} together; at most {most:,} are planned"
            yield key, words, "lower the numbers, or plan parts of the fleet apart"
    area = data.get("area")
    step_min = area.get("time_step_min", 10) if isinstance(area, Mapping) else 10
    days = data.get("days")
    if isinstance(days, int | float) and isinstance(step_min, int) and step_min >= 1:
        steps = days * 1440 / step_min if days <= 90 else 0
        if steps > MOST_STEPS:
            words = f"{days:g} days of steps of {step_min} minutes are {steps:,.0f} steps"
            yield "area.time_step_min", words, f"take longer steps: at most {MOST_STEPS:,} fit"
    for key, held in _lists(data):
        if len(held) > MOST_NAMED:
            yield key, f"has {len(held):,} entries; at most {MOST_NAMED} are planned", "shorten it"


def _lists(data: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Lists within the tables, each with its key."""
    for table, rows in data.items():
        named = (
            [(table, rows)]
            if isinstance(rows, Mapping)
            else [(f"{table}[{number}]", row) for number, row in enumerate(_list(rows), start=1)]
        )
        for key, row in named:
            for field, value in row.items() if isinstance(row, Mapping) else ():
                if isinstance(value, list | tuple):
                    yield f"{key}.{field}", list(value)
                elif isinstance(value, Mapping):
                    yield from (
                        (f"{key}.{field}.{inner}", list(held))
                        for inner, held in value.items()
                        if isinstance(held, list | tuple)
                    )


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _whole(value: Any, otherwise: int) -> int:
    """A whole number, however large; something else where it is none."""
    return max(0, value) if isinstance(value, int) and not isinstance(value, bool) else otherwise
